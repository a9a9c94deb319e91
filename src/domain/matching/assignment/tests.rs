//! Compares the solver with two independent ones, and the floor with a trial of every threshold.

use super::*;
use proptest::prelude::*;

/// A market with all its codes.
#[derive(Clone, Debug)]
struct Table {
    rows: Vec<u32>,
    columns: Vec<u32>,
    /// Row by row.
    codes: Vec<u8>,
}

impl Table {
    fn of(rows: &[u32], columns: &[u32], codes: &[u8]) -> Self {
        assert_eq!(codes.len(), rows.len() * columns.len());
        Self {
            rows: rows.to_vec(),
            columns: columns.to_vec(),
            codes: codes.to_vec(),
        }
    }

    fn worth(&self, row: usize, column: usize, floor: u8) -> Option<i64> {
        let code = self.code(row, column);
        let score = score(code).filter(|&score| score >= floor)?;
        Some(PAIR + CONFIRMED * i64::from(is_certain(code)) + i64::from(score))
    }
}

impl Market for Table {
    fn row_room(&self) -> &[u32] {
        &self.rows
    }

    fn column_room(&self) -> &[u32] {
        &self.columns
    }

    fn row(&mut self, row: usize, codes: &mut Vec<u8>) {
        codes.clear();
        codes.extend((0..self.columns.len()).map(|column| self.code(row, column)));
    }

    fn column(&mut self, column: usize, codes: &mut Vec<u8>) {
        codes.clear();
        codes.extend((0..self.rows.len()).map(|row| self.code(row, column)));
    }

    fn code(&self, row: usize, column: usize) -> u8 {
        self.codes[row * self.columns.len() + column]
    }

    fn lot(&self, row: usize, column: usize) -> u32 {
        let mixed = (row * 7919 + column * 104_729 + 13).wrapping_mul(2_654_435_761);
        u32::try_from(mixed & 0xffff_ffff).unwrap()
    }
}

/// Worths for the oracles, far enough apart for the sizes here.
const PAIR: i64 = 100_000_000;
const CONFIRMED: i64 = 100_000;
const FORBIDDEN: i64 = -1_000_000_000;

/// Pairs, certain pairs, floor and total.
type Outcome = (i64, i64, i64, i64);

fn outcome(worth: i64, floor: u8) -> Outcome {
    let (pairs, rest) = (worth / PAIR, worth % PAIR);
    (pairs, rest / CONFIRMED, i64::from(floor), rest % CONFIRMED)
}

/// A matrix whose perfect matchings are exactly the choices of pairs: each pair used at most once, each person within
/// their room. A unit of a row may take the right half of one of its pairs, whose left half then needs a unit of the column;
/// halves that nobody takes are matched with each other, and units that nobody takes get places of their own.
fn as_perfect_matching(table: &Table, floor: u8) -> Vec<Vec<i64>> {
    if table
        .rows
        .iter()
        .chain(&table.columns)
        .all(|&room| room == 1)
    {
        return as_simple_matching(table, floor);
    }
    let owners = |room: &[u32]| -> Vec<usize> {
        (0..room.len())
            .flat_map(|at| std::iter::repeat_n(at, room[at] as usize))
            .collect()
    };
    let (rows, columns) = (owners(&table.rows), owners(&table.columns));
    let mut pairs = Vec::new();
    for row in 0..table.rows.len() {
        for column in 0..table.columns.len() {
            if let Some(worth) = table.worth(row, column, floor) {
                pairs.push((row, column, worth));
            }
        }
    }
    let size = rows.len() + columns.len() + pairs.len();
    let mut matrix = vec![vec![FORBIDDEN; size]; size];
    let left_half = |nth: usize| rows.len() + nth;
    let right_half = |nth: usize| columns.len() + nth;
    let (spare_rows, spare_columns) = (rows.len() + pairs.len(), columns.len() + pairs.len());
    for (nth, &(row, column, worth)) in pairs.iter().enumerate() {
        matrix[left_half(nth)][right_half(nth)] = 0;
        for (unit, _) in rows.iter().enumerate().filter(|(_, at)| **at == row) {
            matrix[unit][right_half(nth)] = worth;
        }
        for (unit, _) in columns.iter().enumerate().filter(|(_, at)| **at == column) {
            matrix[left_half(nth)][unit] = 0;
        }
    }
    for line in matrix.iter_mut().take(rows.len()) {
        line[spare_columns..].fill(0);
    }
    for line in matrix.iter_mut().skip(spare_rows) {
        line[..columns.len()].fill(0);
        line[spare_columns..].fill(0);
    }
    matrix
}

/// The same when nobody has room for two: each is matched with a person or a place of their own.
fn as_simple_matching(table: &Table, floor: u8) -> Vec<Vec<i64>> {
    let (rows, columns) = (table.rows.len(), table.columns.len());
    let mut matrix = vec![vec![0; rows + columns]; rows + columns];
    for (row, line) in matrix.iter_mut().enumerate().take(rows) {
        for (column, cell) in line.iter_mut().enumerate().take(columns) {
            *cell = table.worth(row, column, floor).unwrap_or(FORBIDDEN);
        }
    }
    matrix
}

fn by_pathfinding(table: &Table, floor: u8) -> i64 {
    use pathfinding::matrix::Matrix;
    let matrix = as_perfect_matching(table, floor);
    if matrix.is_empty() {
        return 0;
    }
    let weights = Matrix::from_rows(matrix).unwrap();
    pathfinding::kuhn_munkres::kuhn_munkres(&weights).0
}

fn by_lapjv(table: &Table, floor: u8) -> i64 {
    let matrix = as_perfect_matching(table, floor);
    let size = matrix.len();
    if size == 0 {
        return 0;
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let costs = matrix.concat().into_iter().map(|worth| -worth as f64);
    let costs = lapjv::Matrix::from_shape_vec((size, size), costs.collect()).unwrap();
    let (columns, _) = lapjv::lapjv(&costs).unwrap();
    (0..size).map(|row| matrix[row][columns[row]]).sum()
}

/// The best outcome, by a solver that knows no floors: it tries every threshold.
fn best_by(oracle: fn(&Table, u8) -> i64, table: &Table, least: u8) -> Outcome {
    let counts = |worth: i64| (worth / PAIR, worth % PAIR / CONFIRMED);
    let most = counts(oracle(table, least));
    let mut thresholds: Vec<u8> = table.codes.iter().filter_map(|&code| score(code)).collect();
    thresholds.push(least);
    thresholds.retain(|&score| score >= least);
    thresholds.sort_unstable();
    thresholds.dedup();
    let reached = thresholds
        .into_iter()
        .rev()
        .map(|floor| (floor, oracle(table, floor)))
        .find(|(_, worth)| counts(*worth) == most);
    let (floor, worth) = reached.expect("the least threshold reaches it");
    match most {
        (0, _) => (0, 0, 0, 0),
        _ => outcome(worth, floor),
    }
}

fn ours(table: &Table, least: u8) -> Outcome {
    let assignment = assign(&mut table.clone(), least);
    assert_eq!(assignment.gap, 0, "no proof");
    let (mut rows, mut columns) = (table.rows.clone(), table.columns.clone());
    let mut chosen = assignment.chosen.clone();
    chosen.dedup();
    assert_eq!(chosen, assignment.chosen, "a pair chosen twice");
    let (mut certain, mut total, mut floor) = (0, 0, None);
    for &(row, column) in &chosen {
        for room in [&mut rows[row], &mut columns[column]] {
            *room = room.checked_sub(1).expect("within everybody's room");
        }
        let code = table.code(row, column);
        let score = score(code).expect("a pair that may be");
        assert!(score >= least);
        certain += i64::from(is_certain(code));
        total += i64::from(score);
        floor = Some(floor.unwrap_or(score).min(score));
    }
    assert_eq!(floor, assignment.floor);
    let pairs = i64::try_from(chosen.len()).unwrap();
    (pairs, certain, i64::from(floor.unwrap_or(0)), total)
}

/// Barred pairs and few different scores, because infeasible corners and ties are the hard part.
fn any_code() -> impl Strategy<Value = u8> {
    prop_oneof![
        2 => Just(BARRED),
        3 => (0u8..5, any::<bool>()).prop_map(|(score, unsure)| code(score * 10, unsure)),
        2 => (0u8..=100, any::<bool>()).prop_map(|(score, unsure)| code(score, unsure)),
    ]
}

fn any_table(most: usize, room: std::ops::Range<u32>) -> impl Strategy<Value = Table> {
    (0..=most, 0..=most).prop_flat_map(move |(rows, columns)| {
        (
            prop::collection::vec(room.clone(), rows),
            prop::collection::vec(room.clone(), columns),
            prop::collection::vec(any_code(), rows * columns),
        )
            .prop_map(|(rows, columns, codes)| Table::of(&rows, &columns, &codes))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn as_good_as_two_other_solvers(table in any_table(5, 0..4), least in 0u8..30) {
        let best = best_by(by_pathfinding, &table, least);
        prop_assert_eq!(best_by(by_lapjv, &table, least), best, "the oracles disagree");
        prop_assert_eq!(ours(&table, least), best);
    }

    #[test]
    fn as_good_with_one_partner_each(table in any_table(9, 1..2)) {
        prop_assert_eq!(ours(&table, 20), best_by(by_pathfinding, &table, 20));
    }

    #[test]
    fn turning_the_sides_round_changes_nothing(table in any_table(12, 0..3)) {
        let (rows, columns) = (table.rows.len(), table.columns.len());
        let turned = (0..columns).flat_map(|column| (0..rows).map(move |row| (row, column)));
        let codes: Vec<u8> = turned.map(|(row, column)| table.code(row, column)).collect();
        let turned = Table::of(&table.columns, &table.rows, &codes);
        prop_assert_eq!(ours(&turned, 0), ours(&table, 0));
    }
}

proptest! {
    /// Only the proportion of scores counts: doubling everybody's points changes no pair.
    #[test]
    fn scaled_scores_give_the_same_pairs(table in any_table(10, 0..3)) {
        let scaled = |by: fn(u8) -> u8| {
            let codes = table.codes.iter().map(|&it| match score(it) {
                Some(score) => code(by(score), !is_certain(it)),
                None => BARRED,
            });
            let codes: Vec<u8> = codes.collect();
            assign(&mut Table::of(&table.rows, &table.columns, &codes), 0).chosen
        };
        prop_assert_eq!(scaled(|score| score / 4), scaled(|score| score / 4 * 3));
    }
}

/// Pairs that are added bit by bit, as pricing does; each pair's number says when.
fn any_arrivals() -> impl Strategy<Value = (Vec<u32>, Vec<u32>, Vec<(i64, usize)>)> {
    let room = || prop_oneof![3 => Just(1_u32), 1 => Just(2), 1 => Just(20)];
    let rooms = move || prop::collection::vec(room(), 1..12);
    (rooms(), rooms()).prop_flat_map(|(rows, columns)| {
        let pairs = rows.len() * columns.len();
        let arrivals = prop::collection::vec((1_i64..500, 0_usize..4), pairs);
        (Just(rows), Just(columns), arrivals)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Bids may take pairs from people with larger room, who held them for less than they are worth.
    #[test]
    fn the_prices_hold_whenever_more_pairs_come_in(
        (rows, columns, pairs) in any_arrivals(),
        step in 0_i64..5,
    ) {
        let mut flow = flow::Flow::new(&rows, &columns, &vec![0; columns.len()]);
        let arc = |at: usize| flow::Arc {
            row: market::narrow(at / columns.len()),
            column: market::narrow(at % columns.len()),
            worth: pairs[at].0,
        };
        for time in 0..4 {
            let coming = (0..pairs.len()).filter(|&at| pairs[at].1 == time);
            let steps = [step].into_iter().filter(|step| *step > 0);
            flow.take_in(coming.map(arc), &steps.collect::<Vec<_>>());
            let (row_prices, column_prices) = (flow.row_prices(), flow.column_prices());
            let (mut reached, mut bound) = (0, 0);
            for (room, price) in rows.iter().chain(&columns).zip(row_prices.iter().chain(&column_prices)) {
                bound += i64::from(*room) * price;
            }
            for arc in (0..pairs.len()).filter(|&at| pairs[at].1 <= time).map(arc) {
                let (row, column) = (arc.row as usize, arc.column as usize);
                let surplus = arc.worth - row_prices[row] - column_prices[column];
                if flow.partners(row).any(|partner| partner == arc.column) {
                    prop_assert!(surplus >= 0);
                    (reached, bound) = (reached + arc.worth, bound + surplus);
                } else {
                    prop_assert!(surplus <= 0);
                }
            }
            prop_assert_eq!(reached, bound);
        }
    }
}

/// The first column has spare room, so the first row takes it for nothing. The second column loses its row and takes
/// the first row for little.
#[test]
fn a_bid_does_not_keep_what_somebody_with_room_had_for_less_than_it_is_worth() {
    let arc = |row, column, worth| flow::Arc { row, column, worth };
    let mut flow = flow::Flow::new(&[1; 4], &[3, 1, 1, 1], &[100, 0, 0, 0]);
    let first = [arc(0, 0, 100), arc(1, 0, 10), arc(3, 1, 80)];
    flow.take_in(first.into_iter(), &[]);
    let more = [arc(0, 1, 50), arc(2, 1, 45), arc(3, 2, 200), arc(3, 3, 200)];
    flow.take_in(more.into_iter(), &[]);
    let worth: i64 = flow.chosen().map(|arc| arc.worth).sum();
    assert_eq!(worth, 100 + 10 + 45 + 200);
}

#[test]
fn more_pairs_beat_certain_ones_beat_a_high_floor_beats_the_total() {
    let sure = |score| code(score, false);
    let unsure = |score| code(score, true);
    // Two poor pairs beat one excellent one.
    let table = Table::of(&[1, 1], &[1, 1], &[sure(100), sure(20), sure(20), BARRED]);
    assert_eq!(ours(&table, 20), (2, 2, 20, 40));
    // A poor certain pair beats an excellent one that an owner must confirm.
    let table = Table::of(&[1], &[1, 1], &[unsure(100), sure(20)]);
    assert_eq!(ours(&table, 20), (1, 1, 20, 20));
    // Two fair pairs beat an excellent and a terrible one, though their total is lower.
    let table = Table::of(&[1, 1], &[1, 1], &[sure(100), sure(45), sure(45), sure(25)]);
    assert_eq!(ours(&table, 20), (2, 2, 45, 90));
    // With the same floor, the total decides.
    let codes = [30, 60, 50, 60, 90, 40, 50, 40, 30].map(sure);
    let table = Table::of(&[1; 3], &[1; 3], &codes);
    assert_eq!(ours(&table, 20), best_by(by_lapjv, &table, 20));
}

#[test]
fn a_pair_is_made_once_however_much_room_there_is() {
    let table = Table::of(&[3], &[3, 1], &[code(50, false), code(30, false)]);
    assert_eq!(ours(&table, 20), (2, 2, 30, 80));
}

#[test]
fn empty_and_one_sided_markets_are_fine() {
    let none = (0, 0, 0, 0);
    assert_eq!(ours(&Table::of(&[], &[], &[]), 20), none);
    assert_eq!(ours(&Table::of(&[1, 2], &[], &[]), 20), none);
    assert_eq!(ours(&Table::of(&[0], &[1], &[code(90, false)]), 20), none);
    assert_eq!(ours(&Table::of(&[1], &[1], &[BARRED]), 20), none);
    assert_eq!(ours(&Table::of(&[1], &[1], &[code(19, false)]), 20), none);
}

/// Everybody is equally good: only lots decide, and many lots are equal.
#[test]
fn all_tied_is_solved_and_proven() {
    for (rows, columns) in [(60, 60), (60, 90), (90, 60)] {
        let codes = vec![code(50, false); rows * columns];
        let table = Table::of(&vec![1; rows], &vec![1; columns], &codes);
        assert_eq!(ours(&table, 20), (60, 60, 50, 3000));
    }
}

/// Too large to solve from each row's best pairs alone, because everybody wants the same few.
#[test]
fn where_everybody_wants_the_same_the_rest_is_priced_in() {
    let size = 70;
    let mut codes = Vec::new();
    for row in 0..size {
        for column in 0..size {
            let popular = u8::try_from((size - column) / 2 + (row * column) % 7).unwrap();
            codes.push(code(20 + popular, (row + column) % 11 == 0));
        }
    }
    let table = Table::of(&vec![1; size], &vec![1; size], &codes);
    assert_eq!(ours(&table, 20), best_by(by_pathfinding, &table, 20));
}

/// The proof does not rely on the search: any other choice shows a gap.
#[test]
fn the_gap_tells_a_worse_choice() {
    let codes = [90, 30, 30, 30].map(|score| code(score, false));
    let mut table = Table::of(&[1, 1], &[1, 1], &codes);
    let scale = Scale::full(30, 2);
    let offers = InitialCandidates::of(&mut table, 20).offers;
    let start = free(&table);
    let best = sparse::optimum(&mut table, &scale, offers.iter().copied(), &start, None);
    assert_eq!(best.reached, best.bound);
    let worth =
        |row, column| i128::from(scale.worth(table.code(row, column), table.lot(row, column)));
    let worse = worth(0, 1) + worth(1, 0);
    assert!(worse < best.bound);
}
