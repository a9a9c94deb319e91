//! The solver's input: two sides, and the quality of each pair across them in one byte.

/// Two sides and the quality of each pair across them. Solving is fastest with the scarcer side as rows.
pub trait Market {
    /// How many partners each row may take.
    fn row_room(&self) -> &[u32];
    /// How many partners each column may take.
    fn column_room(&self) -> &[u32];
    /// Writes a row's [`code`] with each column.
    fn row(&mut self, row: usize, codes: &mut Vec<u8>);
    /// Writes a column's [`code`] with each row.
    fn column(&mut self, column: usize, codes: &mut Vec<u8>);
    /// The code of one pair.
    fn code(&self, row: usize, column: usize) -> u8;
    /// Decides between equals: the higher wins.
    fn lot(&self, row: usize, column: usize) -> u32;
}

/// The code of a pair that is not allowed.
pub const BARRED: u8 = 0;
pub(super) const CERTAIN: u8 = 128;

/// A pair in one byte: the higher code is the better pair.
pub fn code(score: u8, owner_must_confirm: bool) -> u8 {
    let certain = if owner_must_confirm { 0 } else { CERTAIN };
    certain + score.min(100) + 1
}

/// The score a code stands for; none for [`BARRED`].
pub fn score(code: u8) -> Option<u8> {
    (code % CERTAIN).checked_sub(1)
}

pub(super) fn is_certain(code: u8) -> bool {
    code >= CERTAIN
}

/// A pair that may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub row: u32,
    pub column: u32,
    pub code: u8,
}

pub(super) fn offer(row: usize, column: usize, code: u8) -> Offer {
    Offer {
        row: narrow(row),
        column: narrow(column),
        code,
    }
}

/// Positions fit in 32 bits: four billion people do not fit in memory anyway.
pub(super) fn narrow(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// Keeps the first `most` in the order of `key`.
pub(super) fn keep_best<T, K: Ord>(list: &mut Vec<T>, most: usize, key: impl Fn(&T) -> K) {
    if list.len() > most {
        list.select_nth_unstable_by_key(most, key);
        list.truncate(most);
    }
}
