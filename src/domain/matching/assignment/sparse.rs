//! The best choice among all pairs, of which only a few are ever in memory.
//!
//! Each row's best pairs are tried first. Then the prices are held against every pair there is: one that is worth more
//! than its two prices joins in, and the choice is made again. When there is none left, the prices bound every choice
//! from all pairs: that bound is the proof.

use super::flow::{Arc, Flow};
use super::scale::Scale;
use super::{BARRED, CERTAIN, Market, score};
use std::cmp::Reverse;

/// How many of its best pairs each row brings along.
const BEST: usize = 24;
/// How many each row may bring later at a time.
const MORE: usize = 16;

/// A pair that may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub row: u32,
    pub column: u32,
    pub code: u8,
    pub lot: u32,
}

impl Offer {
    fn arc(&self, scale: &Scale) -> Arc {
        Arc {
            row: self.row,
            column: self.column,
            worth: scale.worth(self.code, self.lot),
            code: self.code,
            chosen: false,
        }
    }
}

/// What one look at every pair tells.
pub(super) struct Survey {
    /// The best of each row.
    pub offers: Vec<Offer>,
    /// For each unit of row room, the best score it could have.
    row_best: Vec<u8>,
    column_best: Vec<u8>,
}

impl Survey {
    pub fn of(market: &mut impl Market, least: u8) -> Self {
        let (rows, columns) = (market.row_room().len(), market.column_room().len());
        let mut survey = Self {
            offers: Vec::new(),
            row_best: Vec::new(),
            column_best: vec![0; columns],
        };
        let (mut codes, mut best) = (Vec::new(), Vec::new());
        for row in 0..rows {
            let room = market.row_room()[row] as usize;
            if room == 0 {
                continue;
            }
            market.codes(row, &mut codes);
            for (known, code) in survey.column_best.iter_mut().zip(&codes) {
                *known = (*known).max(code % CERTAIN);
            }
            let mut count = [0_u32; 256];
            for &code in &codes {
                count[usize::from(code)] += 1;
            }
            survey.count_best(&count, room, least);
            let at_least = nth_best(&count, BEST.max(room));
            best.clear();
            for (column, &code) in codes.iter().enumerate() {
                if code >= at_least && score(code).is_some_and(|score| score >= least) {
                    let lot = market.lot(row, column);
                    best.push(offer(row, column, code, lot));
                }
            }
            keep_best(&mut best, BEST.max(room), |it| {
                (Reverse(it.code), Reverse(it.lot), it.column)
            });
            survey.offers.extend_from_slice(&best);
        }
        // A column's code is its score and one.
        for (code, &room) in survey.column_best.iter_mut().zip(market.column_room()) {
            *code = if room == 0 { 0 } else { code.saturating_sub(1) };
        }
        survey
    }

    fn count_best(&mut self, count: &[u32; 256], room: usize, least: u8) {
        let mut open = room;
        for score in (least..=100).rev() {
            let codes = [usize::from(score) + 1, usize::from(CERTAIN + score) + 1];
            let here: usize = codes.iter().map(|&code| count[code] as usize).sum();
            let used = here.min(open);
            self.row_best.extend(std::iter::repeat_n(score, used));
            open -= used;
            if open == 0 {
                return;
            }
        }
    }

    /// No choice of so many pairs has a weakest pair above this: too many people have nothing better.
    pub fn floor_at_most(&self, market: &impl Market, pairs: usize) -> u8 {
        let nth = |scores: &mut Vec<u8>| {
            scores.sort_unstable_by_key(|&score| Reverse(score));
            let last = pairs.checked_sub(1).and_then(|last| scores.get(last));
            last.copied().unwrap_or(0)
        };
        let mut columns: Vec<u8> = self
            .column_best
            .iter()
            .zip(market.column_room())
            .flat_map(|(&best, &room)| std::iter::repeat_n(best, room as usize))
            .collect();
        nth(&mut self.row_best.clone()).min(nth(&mut columns))
    }
}

/// The code from which on there are at least `wanted`; never that of a barred pair.
fn nth_best(count: &[u32; 256], wanted: usize) -> u8 {
    let mut seen = 0;
    for code in (BARRED + 1..=u8::MAX).rev() {
        seen += count[usize::from(code)] as usize;
        if seen >= wanted {
            return code;
        }
    }
    BARRED + 1
}

/// Keeps the first `most` in the order of `key`.
fn keep_best<T, K: Ord>(list: &mut Vec<T>, most: usize, key: impl Fn(&T) -> K) {
    if list.len() > most {
        list.select_nth_unstable_by_key(most, key);
        list.truncate(most);
    }
}

fn offer(row: usize, column: usize, code: u8, lot: u32) -> Offer {
    let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Offer {
        row: narrow(row),
        column: narrow(column),
        code,
        lot,
    }
}

/// A best choice and what proves it.
pub(super) struct Optimum {
    pub chosen: Vec<Offer>,
    /// What the chosen pairs are worth together.
    pub reached: i128,
    /// No choice is worth more.
    pub bound: i128,
    /// Among the pairs that the scale excludes for their score but asks about: the highest score that the prices do
    /// not rule out.
    pub below: Option<u8>,
}

/// The best choice there is. With `enough`, the first that is worth so much will do, proven or not.
pub(super) fn optimum(
    market: &mut impl Market,
    scale: &Scale,
    offers: &[Offer],
    enough: Option<i128>,
) -> Optimum {
    let mut flow = Flow::new(market.row_room(), market.column_room());
    let mut arcs: Vec<Arc> = offers
        .iter()
        .filter(|offer| scale.may_choose(offer.code))
        .map(|offer| offer.arc(scale))
        .collect();
    loop {
        flow.take_in(&arcs);
        arcs.clear();
        let reached = flow.chosen().map(|arc| i128::from(arc.worth)).sum();
        let is_enough = enough.is_some_and(|enough| reached >= enough);
        let priced = if is_enough {
            Priced::default()
        } else {
            price(market, scale, &flow, &mut arcs)
        };
        if arcs.is_empty() {
            let units = market.row_room().iter().zip(flow.row_prices());
            let units = units.chain(market.column_room().iter().zip(flow.column_prices()));
            let prices: i128 = units
                .map(|(&room, &price)| i128::from(room) * i128::from(price))
                .sum();
            return Optimum {
                chosen: chosen(market, &flow),
                reached,
                bound: if is_enough {
                    i128::MAX
                } else {
                    prices + priced.surplus
                },
                below: priced.below,
            };
        }
    }
}

fn chosen(market: &impl Market, flow: &Flow) -> Vec<Offer> {
    flow.chosen()
        .map(|arc| {
            let (row, column) = (arc.row as usize, arc.column as usize);
            offer(row, column, arc.code, market.lot(row, column))
        })
        .collect()
}

#[derive(Default)]
struct Priced {
    /// What the chosen pairs are worth beyond their prices.
    surplus: i128,
    below: Option<u8>,
}

/// Holds the prices against every pair there is; those worth more that are not chosen go to `more`.
fn price(market: &mut impl Market, scale: &Scale, flow: &Flow, more: &mut Vec<Arc>) -> Priced {
    let prices = flow.column_prices();
    let lowest = prices.iter().copied().min().unwrap_or(0);
    let mut priced = Priced::default();
    let (mut codes, mut found) = (Vec::new(), Vec::new());
    for (row, &own) in flow.row_prices().iter().enumerate() {
        if market.row_room()[row] == 0 || own + lowest >= scale.most {
            continue;
        }
        market.codes(row, &mut codes);
        found.clear();
        for (column, (&code, &price)) in codes.iter().zip(prices).enumerate() {
            if scale.at_most[usize::from(code)] <= own + price {
                continue;
            }
            if !scale.may_choose(code) {
                priced.below = priced.below.max(score(code));
                continue;
            }
            if market.column_room()[column] == 0 {
                continue;
            }
            let offer = offer(row, column, code, market.lot(row, column));
            let surplus = scale.worth(code, offer.lot) - own - price;
            if surplus <= 0 {
                continue;
            }
            if flow.partners(row).any(|partner| partner == offer.column) {
                priced.surplus += i128::from(surplus);
            } else {
                found.push((surplus, offer));
            }
        }
        keep_best(&mut found, MORE, |(surplus, offer)| {
            (Reverse(*surplus), Reverse(offer.lot), offer.column)
        });
        more.extend(found.iter().map(|(_, offer)| offer.arc(scale)));
    }
    priced
}
