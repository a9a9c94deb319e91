//! One pass over every pair, from both sides: the pairs to start with, and the highest floor that is possible.

use super::market::{BARRED, CERTAIN, Market, Offer, code, keep_best, offer, score};
use std::cmp::Reverse;

/// How many of their best pairs each person contributes.
const BEST: usize = 16;
/// How many pairs of the best tenth each contributes, because the best of one are the best of many and do not suffice for all.
const FAIR: usize = 4;

pub(super) struct InitialCandidates {
    pub offers: Vec<Offer>,
    /// For each unit of room, the best score it could have, if any. Rows, then columns.
    best: [Vec<u8>; 2],
}

impl InitialCandidates {
    pub fn of(market: &mut impl Market, least: u8) -> Self {
        let mut offers = Vec::new();
        let mut found = Vec::new();
        let (mut row_best, mut column_best) = (Vec::new(), Vec::new());
        let mut codes = Vec::new();
        for row in 0..market.row_room().len() {
            let room = market.row_room()[row] as usize;
            if room > 0 {
                market.row(row, &mut codes);
                let lot = |column| market.lot(row, column);
                found.clear();
                scan(&codes, room, least, row, lot, &mut row_best, &mut found);
                offers.extend(found.iter().map(|it| offer(row, it.at, it.code)));
            }
        }
        for column in 0..market.column_room().len() {
            let room = market.column_room()[column] as usize;
            if room > 0 {
                market.column(column, &mut codes);
                let lot = |row| market.lot(row, column);
                found.clear();
                scan(
                    &codes,
                    room,
                    least,
                    column,
                    lot,
                    &mut column_best,
                    &mut found,
                );
                offers.extend(found.iter().map(|it| offer(it.at, column, it.code)));
            }
        }
        // A pair that is best for both is listed twice.
        offers.sort_unstable_by_key(|offer| (offer.row, offer.column));
        offers.dedup();
        offers.shrink_to_fit();
        Self {
            offers,
            best: [row_best, column_best],
        }
    }

    pub fn offers(&self) -> impl Iterator<Item = Offer> {
        self.offers.iter().copied()
    }

    /// The highest floor of any choice of `pairs` pairs: too many people have nothing better.
    pub fn floor_at_most(&self, pairs: usize) -> u8 {
        // Some people may have no pair at all.
        let units = self.best.iter().map(Vec::len).min().unwrap_or(0);
        let Some(last) = pairs.min(units).checked_sub(1) else {
            return 0;
        };
        let nth_best = |scores: &Vec<u8>| {
            let mut scores = scores.clone();
            *scores
                .select_nth_unstable_by_key(last, |&score| Reverse(score))
                .1
        };
        self.best.iter().map(nth_best).min().unwrap_or(0)
    }
}

struct Found {
    at: usize,
    code: u8,
    lot: u32,
}

/// Scans one person's pairs on the other side.
fn scan(
    codes: &[u8],
    room: usize,
    least: u8,
    own: usize,
    lot: impl Fn(usize) -> u32,
    best: &mut Vec<u8>,
    found: &mut Vec<Found>,
) {
    let count = counted(codes);
    count_best(&count, room, least, best);
    let will_do = |at: &usize| score(codes[*at]) >= Some(least);
    let find = |at: usize| Found {
        at,
        code: codes[at],
        lot: lot(at),
    };
    let (most, good) = (BEST.max(room), nth_best(&count, BEST.max(room)));
    found.extend(from_on(codes, good).filter(will_do).map(find));
    keep_best(found, most, |it| (Reverse(it.code), Reverse(it.lot), it.at));
    let fair = nth_best(&count, codes.len() / 10);
    let from = own * 7919 % codes.len().max(1);
    let around = (from..codes.len()).chain(0..from);
    let fair = around.filter(|&at| codes[at] >= fair);
    found.extend(fair.filter(will_do).take(FAIR).map(find));
}

/// The positions of codes that are at least `good`. They are rare, so whole parts are skipped.
fn from_on(codes: &[u8], good: u8) -> impl Iterator<Item = usize> {
    let parts = (0..).step_by(PART).zip(codes.chunks(PART));
    let best = |part: &[u8]| part.iter().fold(0, |best: u8, &code| best.max(code));
    parts
        .filter(move |(_, part)| best(part) >= good)
        .flat_map(|(from, part)| (from..).zip(part))
        .filter(move |(_, code)| **code >= good)
        .map(|(at, _)| at)
}

const PART: usize = 64;

/// How often each code occurs. Four lists, because repeated increments of one counter stall.
fn counted(codes: &[u8]) -> [u32; 256] {
    let mut lists = [[0_u32; 256]; 4];
    for four in codes.chunks(4) {
        for (list, &code) in lists.iter_mut().zip(four) {
            list[usize::from(code)] += 1;
        }
    }
    std::array::from_fn(|code| lists.iter().map(|list| list[code]).sum())
}

fn count_best(count: &[u32; 256], room: usize, least: u8, best: &mut Vec<u8>) {
    let mut open = room;
    for score in (least..=100).rev() {
        let codes = [code(score, true), code(score, false)];
        let here: u32 = codes.iter().map(|&code| count[usize::from(code)]).sum();
        let used = open.min(here as usize);
        best.extend(std::iter::repeat_n(score, used));
        open -= used;
    }
}

/// The highest code with at least `wanted` pairs at or above it; never that of a barred pair.
fn nth_best(count: &[u32; 256], wanted: usize) -> u8 {
    let mut seen = 0;
    for code in (BARRED + 1..=CERTAIN + 101).rev() {
        seen += count[usize::from(code)] as usize;
        if seen >= wanted {
            return code;
        }
    }
    BARRED + 1
}
