//! Checks the prices against the pairs that are not in memory.
//!
//! The first and the last check cover every pair. Checks in between cover only people whose price has fallen since, with
//! everybody on the other side: only their pairs can have become worth more than the prices. This saves time and proves
//! nothing; the last check of all the pairs is the proof.

use super::flow::{Arc, Flow};
use super::market::{Market, keep_best, narrow, score};
use super::scale::Scale;
use std::cmp::Reverse;

/// The most pairs that one person contributes at a time.
const MORE: usize = 24;
/// Above every price.
const UNSEEN: i64 = i64::MAX;

pub(super) struct Pricing {
    /// Pairs worth more than their two prices that are not chosen.
    pub more: Vec<Arc>,
    /// The highest score that the prices do not rule out, among the pairs that the scale excludes for their score but
    /// still checks.
    pub below: Option<u8>,
    /// The worth of the chosen pairs beyond their prices.
    surplus: i128,
    /// Rows, then columns.
    prices: [Vec<i64>; 2],
    /// Side and position of people who had more pairs than they could contribute.
    unfinished: Vec<(usize, usize)>,
    codes: Vec<u8>,
    /// Each pair with its surplus.
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

    /// Finds more pairs at the prices of `flow`. When it finds none, it has checked every pair.
    pub fn scan(&mut self, market: &mut impl Market, scale: &Scale, flow: &Flow) {
        for (side, at) in self.unfinished.drain(..) {
            self.prices[side][at] = UNSEEN;
        }
        let prices = [flow.row_prices(), flow.column_prices()];
        let fallen = [0, 1].map(|side| fallen(&prices[side], &self.prices[side]));
        self.prices = prices;
        let rows = self.prices[0].len();
        // A column takes as long as a row.
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

    /// Checks one person's pairs with everybody on the other side.
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

    /// The most that any choice is worth, provided that the last scan found no more pairs.
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
