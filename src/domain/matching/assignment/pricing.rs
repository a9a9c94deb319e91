//! Prices, held against the pairs that are not in memory.
//!
//! The first time and the last, against every pair there is. In between, only people whose price has fallen since are
//! looked at, with everybody on the other side: nobody else can have become worth more than the prices. Nothing rests on
//! that but time, for it is the last look at all the pairs that proves.

use super::flow::{Arc, Flow};
use super::market::{Market, keep_best, narrow, score};
use super::scale::Scale;
use std::cmp::Reverse;

/// How many one person may bring at a time.
const MORE: usize = 24;
/// Above every price.
const UNSEEN: i64 = i64::MAX;

pub(super) struct Pricing {
    /// Pairs that are worth more than their two prices and not chosen.
    pub more: Vec<Arc>,
    /// Among the pairs that the scale excludes for their score but asks about: the highest score that the prices do
    /// not rule out.
    pub below: Option<u8>,
    /// What the chosen pairs are worth beyond their prices.
    surplus: i128,
    /// Rows, then columns.
    prices: [Vec<i64>; 2],
    /// Side and position of those who could have brought more.
    unfinished: Vec<(usize, usize)>,
    codes: Vec<u8>,
    /// By how much each is worth more.
    found: Vec<(i64, Arc)>,
}

impl Pricing {
    pub fn new(market: &impl Market) -> Self {
        let unseen = |room: &[u32]| vec![UNSEEN; room.len()];
        Self {
            more: Vec::new(),
            below: None,
            surplus: 0,
            prices: [unseen(market.row_room()), unseen(market.column_room())],
            unfinished: Vec::new(),
            codes: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Finds more pairs at the prices of `flow`. When there are none, every pair was looked at.
    pub fn scan(&mut self, market: &mut impl Market, scale: &Scale, flow: &Flow) {
        for (side, at) in self.unfinished.drain(..) {
            self.prices[side][at] = UNSEEN;
        }
        let prices = [flow.row_prices(), flow.column_prices()];
        let fallen = [0, 1].map(|side| fallen(&prices[side], &self.prices[side]));
        self.prices = prices;
        let rows = self.prices[0].len();
        // Somebody's column takes as long as somebody's row.
        if fallen.iter().map(Vec::len).sum::<usize>() < rows / 2 {
            for (side, fallen) in fallen.iter().enumerate() {
                for &at in fallen {
                    self.scan_from(side, at, market, scale, flow);
                }
            }
            if !self.more.is_empty() {
                return;
            }
        }
        (self.below, self.surplus) = (None, 0);
        let lowest = self.prices[1].iter().copied().min().unwrap_or(0);
        for row in 0..rows {
            if self.prices[0][row] + lowest < scale.most {
                self.scan_from(0, row, market, scale, flow);
            }
        }
    }

    /// Looks from one person at everybody on the other side.
    fn scan_from(
        &mut self,
        side: usize,
        at: usize,
        market: &mut impl Market,
        scale: &Scale,
        flow: &Flow,
    ) {
        let (own, others) = (self.prices[side][at], &self.prices[1 - side]);
        if side == 0 {
            market.row(at, &mut self.codes);
        } else {
            market.column(at, &mut self.codes);
        }
        for (other, (&code, &price)) in self.codes.iter().zip(others).enumerate() {
            if scale.at_most[usize::from(code)] <= own + price {
                continue;
            }
            if !scale.may_choose(code) {
                self.below = self.below.max(score(code));
                continue;
            }
            let (row, column) = if side == 0 { (at, other) } else { (other, at) };
            if market.row_room()[row] == 0 || market.column_room()[column] == 0 {
                continue;
            }
            let worth = scale.worth(code, market.lot(row, column));
            let surplus = worth - own - price;
            if surplus <= 0 {
                continue;
            }
            let arc = Arc {
                row: narrow(row),
                column: narrow(column),
                worth,
            };
            if flow.partners(row).any(|partner| partner == arc.column) {
                self.surplus += i128::from(surplus);
            } else {
                self.found.push((surplus, arc));
            }
        }
        if self.found.len() > MORE {
            self.unfinished.push((side, at));
        }
        keep_best(&mut self.found, MORE, |(surplus, arc)| {
            (Reverse(*surplus), arc.row, arc.column)
        });
        self.more.extend(self.found.drain(..).map(|(_, arc)| arc));
    }

    /// No choice is worth more than this, provided that nothing more was found.
    pub fn bound(&self, market: &impl Market) -> i128 {
        let rooms = [market.row_room(), market.column_room()];
        let units = rooms.into_iter().zip(&self.prices);
        let units = units.flat_map(|(room, prices)| room.iter().zip(prices));
        let prices = units.map(|(&room, &price)| i128::from(room) * i128::from(price));
        self.surplus + prices.sum::<i128>()
    }
}

fn fallen(now: &[i64], before: &[i64]) -> Vec<usize> {
    let both = (0..).zip(now.iter().zip(before));
    let fallen = both.filter(|(_, (now, before))| now < before);
    fallen.map(|(at, _)| at).collect()
}
