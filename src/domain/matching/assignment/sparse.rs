//! The best choice among all pairs, of which only a few are ever in memory.
//!
//! Everybody's best pairs are tried first. Then the prices are held against every pair there is: one that is worth more
//! than its two prices joins in, and the choice is made again. When there is none left, the prices bound every choice
//! from all pairs: that bound is the proof.

use super::flow::{Arc, Flow};
use super::scale::Scale;
use super::{Market, score};
use std::cmp::Reverse;

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
        }
    }
}

/// Keeps the first `most` in the order of `key`.
pub(super) fn keep_best<T, K: Ord>(list: &mut Vec<T>, most: usize, key: impl Fn(&T) -> K) {
    if list.len() > most {
        list.select_nth_unstable_by_key(most, key);
        list.truncate(most);
    }
}

pub(super) fn offer(row: usize, column: usize, code: u8, lot: u32) -> Offer {
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
    pub column_prices: Vec<i64>,
}

/// The best choice there is. With `enough`, the first that is worth so much will do, proven or not.
pub(super) fn optimum(
    market: &mut impl Market,
    scale: &Scale,
    offers: impl Iterator<Item = Offer>,
    prices: &[i64],
    enough: Option<i128>,
) -> Optimum {
    let mut flow = Flow::new(market.row_room(), market.column_room(), prices);
    let offers = offers.filter(|offer| scale.may_choose(offer.code));
    flow.take_in(offers.map(|offer| offer.arc(scale)), &scale.steps());
    let mut more = Vec::new();
    loop {
        let reached = flow.chosen().map(|arc| i128::from(arc.worth)).sum();
        let is_enough = enough.is_some_and(|enough| reached >= enough);
        let audit = if is_enough {
            Audit::default()
        } else {
            price(market, scale, &flow, &mut more)
        };
        if more.is_empty() {
            let units = market.row_room().iter().zip(flow.row_prices());
            let units = units.chain(market.column_room().iter().zip(flow.column_prices()));
            let prices: i128 = units
                .map(|(&room, price)| i128::from(room) * i128::from(price))
                .sum();
            return Optimum {
                chosen: chosen(market, &flow),
                reached,
                bound: if is_enough {
                    i128::MAX
                } else {
                    prices + audit.surplus
                },
                below: audit.below,
                column_prices: flow.column_prices(),
            };
        }
        flow.take_in(more.drain(..), &[]);
    }
}

fn chosen(market: &impl Market, flow: &Flow) -> Vec<Offer> {
    flow.chosen()
        .map(|arc| {
            let (row, column) = (arc.row as usize, arc.column as usize);
            let code = market.code(row, column);
            offer(row, column, code, market.lot(row, column))
        })
        .collect()
}

#[derive(Default)]
struct Audit {
    /// What the chosen pairs are worth beyond their prices.
    surplus: i128,
    below: Option<u8>,
}

/// Holds the prices against every pair there is; those worth more that are not chosen go to `more`.
fn price(market: &mut impl Market, scale: &Scale, flow: &Flow, more: &mut Vec<Arc>) -> Audit {
    let prices = flow.column_prices();
    let lowest = prices.iter().copied().min().unwrap_or(0);
    let mut audit = Audit::default();
    let (mut codes, mut found) = (Vec::new(), Vec::new());
    for (row, own) in flow.row_prices().into_iter().enumerate() {
        if market.row_room()[row] == 0 || own + lowest >= scale.most {
            continue;
        }
        market.row(row, &mut codes);
        found.clear();
        for (column, (&code, &price)) in codes.iter().zip(&prices).enumerate() {
            if scale.at_most[usize::from(code)] <= own + price {
                continue;
            }
            if !scale.may_choose(code) {
                audit.below = audit.below.max(score(code));
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
                audit.surplus += i128::from(surplus);
            } else {
                found.push((surplus, offer));
            }
        }
        keep_best(&mut found, MORE, |(surplus, offer)| {
            (Reverse(*surplus), Reverse(offer.lot), offer.column)
        });
        more.extend(found.iter().map(|(_, offer)| offer.arc(scale)));
    }
    audit
}
