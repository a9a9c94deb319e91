//! The exact solver, on numbers only.
//!
//! The objective, in this order: as many pairs as possible; as few of them as possible that an owner must confirm; the
//! highest floor, which is the score of the weakest pair; the highest total score. Ties are broken by lot.
//!
//! ```text
//! mod.rs      the order of the objective, and what is proven
//! market.rs   the input: one byte for each pair
//! scale.rs    one number for each pair, so that what counts less never adds up to what counts more
//! initial_candidates.rs   one pass over every pair: which to start with, and how high the floor could be
//! flow.rs     the best choice among some of the pairs: bids, then shortest augmenting paths, with prices
//! sparse.rs   the best choice among all pairs: price every pair, add those the prices do not rule out, repeat
//! pricing.rs  which pairs the prices do not rule out, and the bound when there are none
//! ```
//!
//! Pairs are never all in memory: a [`Market`] yields them one row at a time, as one byte each.

mod flow;
mod initial_candidates;
mod market;
mod pricing;
mod scale;
mod sparse;
#[cfg(test)]
mod tests;

pub use market::{BARRED, Market, code, score};

use initial_candidates::InitialCandidates;
use market::{Offer, is_certain};
use scale::Scale;
use sparse::Optimum;

/// The best choice of pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Rows and columns, ascending.
    pub chosen: Vec<(usize, usize)>,
    /// The score of the weakest pair; none when there is no pair.
    pub floor: Option<u8>,
    /// The distance from the proven best, by bounds that do not rely on the search; 0 proves every part of the objective.
    pub gap: i64,
}

/// The best choice among the pairs that score at least `least`.
pub fn assign(market: &mut impl Market, least: u8) -> Assignment {
    let initial_candidates = InitialCandidates::of(market, least);
    let counted = most_and_certain(market, least, &initial_candidates);
    if counted.chosen.is_empty() {
        return Assignment {
            chosen: Vec::new(),
            floor: None,
            gap: gap(&counted),
        };
    }
    let floor = highest_floor(market, least, &initial_candidates, &counted);
    let pairs = counted.chosen.len();
    let scale = Scale::full(floor.score, pairs);
    let offers = initial_candidates.offers.into_iter().chain(floor.offers);
    let counting = Scale::counting(floor.score, least, most_pairs(market));
    let prices = counted.column_prices.iter();
    let prices: Vec<i64> = prices
        .map(|&price| scale.translated(price, &counting))
        .collect();
    let best = sparse::optimum(market, &scale, offers, &prices, None);

    let count = |chosen: &[Offer]| {
        let certain = chosen.iter().filter(|offer| is_certain(offer.code));
        (chosen.len(), certain.count())
    };
    // This should not happen: each part is proven by itself, and the parts must agree.
    let parts_disagree = count(&best.chosen) != count(&counted.chosen) || !floor.proven;
    let mut chosen: Vec<(usize, usize)> = best
        .chosen
        .iter()
        .map(|offer| (offer.row as usize, offer.column as usize))
        .collect();
    chosen.sort_unstable();
    Assignment {
        floor: best.chosen.iter().filter_map(|it| score(it.code)).min(),
        chosen,
        gap: gap(&counted)
            .saturating_add(gap(&best))
            .saturating_add(i64::from(parts_disagree)),
    }
}

fn gap(optimum: &Optimum) -> i64 {
    i64::try_from(optimum.bound - optimum.reached).unwrap_or(i64::MAX)
}

fn most_pairs(market: &impl Market) -> usize {
    let units = |room: &[u32]| room.iter().map(|&room| room as usize).sum::<usize>();
    units(market.row_room()).min(units(market.column_room()))
}

/// Every column's price at the start.
fn free(market: &impl Market) -> Vec<i64> {
    vec![0; market.column_room().len()]
}

/// As many pairs as possible, then as many certain ones. It is chosen at the highest possible floor, whose prices
/// mostly rule out everything below, too.
fn most_and_certain(
    market: &mut impl Market,
    least: u8,
    initial_candidates: &InitialCandidates,
) -> Optimum {
    let most = most_pairs(market);
    let highest = initial_candidates.floor_at_most(most).max(least);
    let scale = Scale::counting(highest, least, most);
    let counted = sparse::optimum(
        market,
        &scale,
        initial_candidates.offers(),
        &free(market),
        None,
    );
    if counted.below.is_none() {
        return counted;
    }
    let scale = Scale::counting(least, least, most);
    let offers = initial_candidates
        .offers()
        .chain(counted.chosen.iter().copied());
    sparse::optimum(market, &scale, offers, &counted.column_prices, None)
}

struct Floor {
    /// No choice that is as good in the earlier objectives has a weakest pair above this.
    score: u8,
    /// A choice that reaches it.
    offers: Vec<Offer>,
    proven: bool,
}

/// The highest floor at which there are still as many pairs, and as many certain ones, as in `counted`.
///
/// Two proofs bound it from above: too many people have no better partner at all (from the initial candidates), or the
/// prices of a trial at a higher floor, which bound everything that could be chosen there.
fn highest_floor(
    market: &mut impl Market,
    least: u8,
    initial_candidates: &InitialCandidates,
    counted: &Optimum,
) -> Floor {
    let lowest = |chosen: &[Offer]| {
        let scores = chosen.iter().filter_map(|offer| score(offer.code));
        scores.min().unwrap_or(least)
    };
    let most = most_pairs(market);
    let mut floor = Floor {
        score: lowest(&counted.chosen),
        offers: counted.chosen.clone(),
        proven: true,
    };
    let mut above = initial_candidates.floor_at_most(counted.chosen.len());
    let mut halve = false;
    while floor.score < above {
        // The bound itself is mostly reached; otherwise halving keeps the number of trials small.
        let trial_at = if halve {
            floor.score + (above - floor.score).div_ceil(2)
        } else {
            above
        };
        halve = !halve;
        let scale = Scale::counting(trial_at, least, most);
        let offers = initial_candidates
            .offers()
            .chain(floor.offers.iter().copied());
        let prices = &counted.column_prices;
        let trial = sparse::optimum(market, &scale, offers, prices, Some(counted.reached));
        if trial.reached >= counted.reached {
            floor.score = lowest(&trial.chosen);
            floor.offers = trial.chosen;
        } else {
            floor.proven &= trial.bound < counted.reached;
            // Pairs between that score and the trial's floor change nothing: the same prices rule them out.
            let next = trial.below.unwrap_or(0).min(trial_at - 1);
            above = next.max(floor.score);
        }
    }
    floor
}
