//! One number for each pair: what counts less never adds up to one of what counts more.

use super::market::{BARRED, is_certain, score};

/// The worth of a pair that may not be chosen.
pub(super) const NOTHING: i64 = i64::MIN / 4;
/// Worths stay below 2^61, so that sums of three of them fit.
const BITS: u32 = 61;
/// The bits that [`super::market::Market::lot`] gives.
const LOT_BITS: u32 = 32;

pub(super) struct Scale {
    /// By code, without lots.
    worth: [i64; 256],
    /// The most that a pair of this code could be worth, including pairs that are excluded for their score only.
    pub at_most: [i64; 256],
    /// The maximum of `at_most`.
    pub most: i64,
    /// The heaviest parts: one more pair, one more certain one.
    pair: i64,
    certain: i64,
    /// One point of the score; 0 where scores do not count.
    point: i64,
    lot_bits: u32,
}

impl Scale {
    /// Counts pairs, then certain pairs, among those that score at least `floor`. Pairs between `least` and `floor` are
    /// checked against the prices, too.
    pub fn counting(floor: u8, least: u8, most_pairs: usize) -> Self {
        let pair = wide(most_pairs) + 1;
        Self::of(0, (pair, 1, 0), |code, score| {
            let worth = pair + i128::from(is_certain(code));
            let at_most = (score >= least).then_some(worth);
            ((score >= floor).then_some(worth), at_most)
        })
    }

    /// The whole objective among the pairs that score at least `floor`, when no choice has more than `pairs` of them.
    ///
    /// The more pairs, the coarser the lots: in a round of ten thousand pairs they still have 16,000 values. When that is too
    /// few to tell all choices apart, the order of rows and columns decides, which is random as well.
    pub fn full(floor: u8, pairs: usize) -> Self {
        let (span, pairs) = (i128::from(100 - floor.min(100)), wide(pairs));
        let levels = |lot_bits: u32| {
            let point = pairs << lot_bits;
            let certain = point * (span * pairs + 1);
            (point, certain, certain * (pairs + 1))
        };
        let fits = |lot_bits: &u32| {
            let (_, certain, pair) = levels(*lot_bits);
            pair + 2 * certain < 1 << BITS
        };
        let lot_bits = (0..=LOT_BITS).rev().find(fits).unwrap_or(0);
        let (point, certain, pair) = levels(lot_bits);
        Self::of(lot_bits, (pair, certain, point), |code, score| {
            let worth = (score >= floor).then(|| {
                let certain = if is_certain(code) { certain } else { 0 };
                pair + certain + i128::from(score - floor) * point
            });
            (worth, worth)
        })
    }

    fn of(
        lot_bits: u32,
        (pair, certain, point): (i128, i128, i128),
        worth_of: impl Fn(u8, u8) -> (Option<i128>, Option<i128>),
    ) -> Self {
        let (mut worth, mut at_most) = ([NOTHING; 256], [NOTHING; 256]);
        // A round beyond all bounds (a quarter of a million pairs) is solved with rounded numbers.
        let narrow = |wide: i128| i64::try_from(wide).unwrap_or(1 << BITS).min(1 << BITS);
        let lots = (1 << lot_bits) - 1;
        for code in BARRED + 1..=u8::MAX {
            let Some(score) = score(code).filter(|&score| score <= 100) else {
                continue;
            };
            let (exactly, asked) = worth_of(code, score);
            worth[usize::from(code)] = exactly.map_or(NOTHING, narrow);
            at_most[usize::from(code)] = asked.map_or(NOTHING, |most| narrow(most) + lots);
        }
        Self {
            worth,
            most: at_most.iter().copied().max().unwrap_or(NOTHING),
            at_most,
            pair: narrow(pair),
            certain: narrow(certain),
            point: narrow(point),
            lot_bits,
        }
    }

    /// A price on another scale, converted to this one: exact except for scores and lots.
    pub fn translated(&self, price: i64, from: &Self) -> i64 {
        let pairs = (price + from.pair / 2).div_euclid(from.pair);
        let certain = (price - pairs * from.pair) / from.certain;
        (pairs * self.pair + certain * self.certain).max(0)
    }

    /// How far bids may go beyond the exact amount: a point, then a fraction of one.
    pub fn steps(&self) -> Vec<i64> {
        self.fractions(&[1, 16])
    }

    /// The same for when a good choice is known and many more pairs are added.
    pub fn later_steps(&self) -> Vec<i64> {
        self.fractions(&[4])
    }

    fn fractions(&self, parts: &[i64]) -> Vec<i64> {
        let steps = parts.iter().map(|part| self.point / part);
        steps.filter(|&step| step > 0).collect()
    }

    pub fn may_choose(&self, code: u8) -> bool {
        self.worth[usize::from(code)] != NOTHING
    }

    pub fn worth(&self, code: u8, lot: u32) -> i64 {
        let lot = i64::from(lot) >> (LOT_BITS - self.lot_bits);
        self.worth[usize::from(code)] + lot
    }
}

fn wide(pairs: usize) -> i128 {
    // Lossless: no machine has more positions.
    i128::try_from(pairs).unwrap_or(i128::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::market::code;
    use super::*;

    #[test]
    fn what_counts_less_never_adds_up() {
        for pairs in [1_i64, 2, 100, 10_000, 100_000] {
            let floor = 20;
            let scale = Scale::full(floor, usize::try_from(pairs).unwrap());
            let worth = |score, unsure, lot| i128::from(scale.worth(code(score, unsure), lot));
            let n = i128::from(pairs);
            // All lots weigh less than one point, all points less than one certain pair, all of it less than one pair.
            let all_lots = n * (worth(20, true, u32::MAX) - worth(20, true, 0));
            assert!(
                all_lots < worth(21, true, 0) - worth(20, true, 0),
                "{pairs}"
            );
            let all_points = n * (worth(100, true, u32::MAX) - worth(20, true, 0));
            assert!(
                all_points < worth(20, false, 0) - worth(20, true, 0),
                "{pairs}"
            );
            assert!(
                n * worth(100, false, u32::MAX) < (n + 1) * worth(20, true, 0),
                "{pairs}"
            );
            assert!(scale.most < 1 << BITS, "{pairs}");
        }
    }

    #[test]
    fn what_is_below_the_floor_cannot_be_chosen() {
        let scale = Scale::full(40, 10);
        assert!(!scale.may_choose(code(39, false)) && scale.may_choose(code(40, true)));
        assert!(!scale.may_choose(BARRED));
        let scale = Scale::counting(40, 30, 10);
        let asked = |score| scale.at_most[usize::from(code(score, false))] > 0;
        assert!(asked(39) && !asked(29) && !scale.may_choose(code(39, false)));
    }
}
