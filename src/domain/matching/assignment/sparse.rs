//! The best choice among all pairs, of which only a few are ever in memory.
//!
//! It starts with everybody's best pairs. Then it checks the prices against every pair: a pair that is worth more
//! than its two prices is added, and the choice is made again. When there are none left, the prices bound every choice
//! from all pairs, and that bound is the proof.

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

/// A best choice and its proof.
pub(super) struct Optimum {
    pub chosen: Vec<Offer>,
    /// The total worth of the chosen pairs.
    pub reached: i128,
    /// No choice is worth more than this.
    pub bound: i128,
    /// The highest score that the prices do not rule out, among the pairs that the scale excludes for their score but
    /// still checks.
    pub below: Option<u8>,
    pub column_prices: Vec<i64>,
}

/// The best choice. With `enough`, the first choice worth that much will do, proven or not.
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

/// When more than one pair for every four rows is added, bids with steps are worthwhile.
const MANY: usize = 4;

fn chosen(market: &impl Market, flow: &Flow) -> Vec<Offer> {
    flow.chosen()
        .map(|arc| {
            let (row, column) = (arc.row as usize, arc.column as usize);
            offer(row, column, market.code(row, column))
        })
        .collect()
}
