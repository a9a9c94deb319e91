//! The best choice among all pairs, of which only a few are ever in memory.
//!
//! Everybody's best pairs are tried first. Then the prices are held against every pair there is: one that is worth more
//! than its two prices joins in, and the choice is made again. When there is none left, the prices bound every choice
//! from all pairs: that bound is the proof.

use super::flow::{Arc, Flow};
use super::market::{Market, Offer, offer};
use super::pricing::Pricing;
use super::scale::Scale;

impl Offer {
    fn arc(&self, market: &impl Market, scale: &Scale) -> Arc {
        let lot = market.lot(self.row as usize, self.column as usize);
        Arc {
            row: self.row,
            column: self.column,
            worth: scale.worth(self.code, lot),
        }
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
    let arcs = offers.map(|offer| offer.arc(market, scale));
    flow.take_in(arcs, &scale.steps());
    let mut pricing = Pricing::new(market);
    loop {
        let reached = flow.chosen().map(|arc| i128::from(arc.worth)).sum();
        let is_enough = enough.is_some_and(|enough| reached >= enough);
        if !is_enough {
            pricing.scan(market, scale, &flow);
        }
        if pricing.more.is_empty() {
            return Optimum {
                chosen: chosen(market, &flow),
                reached,
                bound: if is_enough {
                    i128::MAX
                } else {
                    pricing.bound(market)
                },
                below: pricing.below,
                column_prices: flow.column_prices(),
            };
        }
        let are_many = pricing.more.len() * MANY > market.row_room().len();
        let steps = if are_many {
            scale.later_steps()
        } else {
            Vec::new()
        };
        flow.take_in(pricing.more.drain(..), &steps);
    }
}

/// So many pairs coming in, one for every four rows, are worth bids with steps.
const MANY: usize = 4;

fn chosen(market: &impl Market, flow: &Flow) -> Vec<Offer> {
    flow.chosen()
        .map(|arc| {
            let (row, column) = (arc.row as usize, arc.column as usize);
            offer(row, column, market.code(row, column))
        })
        .collect()
}
