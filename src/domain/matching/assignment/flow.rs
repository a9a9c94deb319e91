//! The best choice among some of the pairs, and prices that prove it.
//!
//! Every person has a price, zero at least. While the prices hold, a chosen pair is worth its two prices or more, any
//! other pair its two prices or less, and only people at price zero have room to spare: then nothing worth more can be
//! chosen (complementary slackness of the assignment's linear program). Somebody with room at a higher price looks for
//! the cheapest chain of exchanges that ends with somebody who has room or does best without (Dijkstra over what the
//! prices leave over); along the way the prices follow.
//!
//! More pairs may come in at any time: only those people look again who could do better with them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

/// A pair that could be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arc {
    pub row: u32,
    pub column: u32,
    pub worth: i64,
    pub code: u8,
    pub chosen: bool,
}

const FAR: i64 = i64::MAX;
const NO_ARC: u32 = u32::MAX;

/// Rows first, then columns: both are nodes and do the same things.
pub(super) struct Flow {
    rows: usize,
    /// Ordered by row.
    arcs: Vec<Arc>,
    row_start: Vec<u32>,
    /// The arcs of each column.
    by_column: Vec<u32>,
    column_start: Vec<u32>,

    price: Vec<i64>,
    room: Vec<u32>,
    used: Vec<u32>,
    /// The chosen arcs of each node. One place more than its room: in an exchange the new comes before the old goes.
    held: Vec<u32>,
    held_start: Vec<u32>,

    far: Vec<i64>,
    via: Vec<u32>,
    touched: Vec<u32>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
}

impl Flow {
    pub fn new(row_room: &[u32], column_room: &[u32]) -> Self {
        let (rows, columns) = (row_room.len(), column_room.len());
        let nodes = rows + columns;
        let room = [row_room, column_room].concat();
        let mut held_start = vec![0; nodes + 1];
        for node in 0..nodes {
            held_start[node + 1] = held_start[node] + room[node] + 1;
        }
        Self {
            rows,
            arcs: Vec::new(),
            row_start: vec![0; rows + 1],
            by_column: Vec::new(),
            column_start: vec![0; columns + 1],
            price: vec![0; nodes],
            used: vec![0; nodes],
            held: vec![NO_ARC; held_start[nodes] as usize],
            held_start,
            room,
            far: vec![FAR; nodes],
            via: vec![NO_ARC; nodes],
            touched: Vec::new(),
            heap: BinaryHeap::new(),
        }
    }

    pub fn row_prices(&self) -> &[i64] {
        &self.price[..self.rows]
    }

    pub fn column_prices(&self) -> &[i64] {
        &self.price[self.rows..]
    }

    /// The columns chosen for a row.
    pub fn partners(&self, row: usize) -> impl Iterator<Item = u32> {
        let held = self.held(row).iter();
        held.map(|&arc| self.arcs[arc as usize].column)
    }

    pub fn chosen(&self) -> impl Iterator<Item = &Arc> {
        self.arcs.iter().filter(|arc| arc.chosen)
    }

    /// Lets these pairs join in and finds the best choice again. A pair that is known already may come once more.
    pub fn take_in(&mut self, more: &[Arc]) {
        self.merge(more);
        for row in 0..self.rows {
            if self.used[row] > 0 {
                self.raise(row);
            }
        }
        for node in 0..self.price.len() {
            if node < self.rows && self.used[node] == 0 {
                // With the prices of now: most people then find someone at once.
                self.raise(node);
            }
            while self.price[node] > 0 && self.has_room(node) {
                self.look(node);
            }
        }
    }

    fn merge(&mut self, more: &[Arc]) {
        self.arcs.reserve_exact(more.len());
        self.arcs.extend_from_slice(more);
        // A chosen arc comes before its repetition.
        self.arcs
            .sort_unstable_by_key(|arc| (arc.row, arc.column, !arc.chosen));
        self.arcs.dedup_by_key(|arc| (arc.row, arc.column));

        let columns = self.column_start.len() - 1;
        self.row_start = starts(self.rows, self.arcs.iter().map(|arc| arc.row));
        self.column_start = starts(columns, self.arcs.iter().map(|arc| arc.column));
        let mut next = self.column_start.clone();
        self.by_column = vec![0; self.arcs.len()];
        for (at, arc) in (0u32..).zip(&self.arcs) {
            let place = &mut next[arc.column as usize];
            self.by_column[*place as usize] = at;
            *place += 1;
        }
        self.used.fill(0);
        for at in 0..self.arcs.len() {
            if self.arcs[at].chosen {
                let (row, column) = self.ends(narrow(at));
                self.hold(row, narrow(at));
                self.hold(column, narrow(at));
            }
        }
    }

    /// Raises a row's price to what its best free pair asks for, and lets go of what is no longer worth it.
    fn raise(&mut self, row: usize) {
        let surplus = |arc: &Arc| arc.worth - self.price[self.rows + arc.column as usize];
        let place = self.row_start[row] as usize..self.row_start[row + 1] as usize;
        let free = self.arcs[place].iter().filter(|arc| !arc.chosen);
        let best = free.map(surplus).max().unwrap_or(0);
        if best <= self.price[row] {
            return;
        }
        let lost = |arc: &&u32| surplus(&self.arcs[**arc as usize]) < best;
        let lost: Vec<u32> = self.held(row).iter().filter(lost).copied().collect();
        self.price[row] = best;
        for arc in lost {
            self.let_go(arc);
        }
    }

    /// Finds a partner for one unit of room of `origin`, or takes its price down until it does without.
    fn look(&mut self, origin: usize) {
        let same_side = |node: usize| (node < self.rows) == (origin < self.rows);
        // The cheapest end so far, and where it is.
        let (mut best, mut end) = (self.price[origin], origin);
        let (mut far, mut via) = (std::mem::take(&mut self.far), std::mem::take(&mut self.via));
        let mut touched = std::mem::take(&mut self.touched);
        let mut heap = std::mem::take(&mut self.heap);
        let mut reach = |far: &mut [i64], node: usize, next: i64, arc: u32| {
            if far[node] == FAR {
                touched.push(narrow(node));
            }
            (far[node], via[node]) = (next, arc);
        };
        reach(&mut far, origin, 0, NO_ARC);
        heap.push(Reverse((0, narrow(origin))));
        while let Some(Reverse((so_far, node))) = heap.pop() {
            let node = node as usize;
            if so_far >= best {
                break;
            }
            if so_far != far[node] {
                continue;
            }
            if same_side(node) {
                // Without a partner: any pair that is not chosen.
                let price = so_far + self.price[node];
                for arc in self.arcs_of(node) {
                    if self.arcs[arc as usize].chosen {
                        continue;
                    }
                    let other = self.other_end(arc, node);
                    let next = price + self.price[other] - self.arcs[arc as usize].worth;
                    if next < best && next < far[other] {
                        reach(&mut far, other, next, arc);
                        if self.has_room(other) {
                            (best, end) = (next, other);
                        } else {
                            heap.push(Reverse((next, narrow(other))));
                        }
                    }
                }
            } else {
                // Found, with no room left: any of its pairs may have to go.
                let price = so_far - self.price[node];
                for &arc in self.held(node) {
                    let other = self.other_end(arc, node);
                    let next = price - self.price[other] + self.arcs[arc as usize].worth;
                    if next < best && next < far[other] {
                        reach(&mut far, other, next, arc);
                        heap.push(Reverse((next, narrow(other))));
                        if next + self.price[other] < best {
                            (best, end) = (next + self.price[other], other);
                        }
                    }
                }
            }
        }
        heap.clear();
        self.exchange(&via, origin, end);
        // What lies nearer than the end is priced so that the way there costs nothing.
        for node in touched.drain(..) {
            let node = node as usize;
            let nearer = (best - far[node]).max(0);
            let same_side = (node < self.rows) == (origin < self.rows);
            self.price[node] += if same_side { -nearer } else { nearer };
            far[node] = FAR;
        }
        (self.far, self.via) = (far, via);
        (self.touched, self.heap) = (touched, heap);
    }

    /// Turns every pair on the way from `end` back to `origin`: chosen ones are let go, the others chosen.
    fn exchange(&mut self, via: &[u32], origin: usize, end: usize) {
        let mut at = end;
        while at != origin {
            let arc = via[at];
            let before = self.other_end(arc, at);
            if self.arcs[arc as usize].chosen {
                self.let_go(arc);
            } else {
                self.arcs[arc as usize].chosen = true;
                self.hold(at, arc);
                self.hold(before, arc);
            }
            at = before;
        }
    }

    fn has_room(&self, node: usize) -> bool {
        self.used[node] < self.room[node]
    }

    fn ends(&self, arc: u32) -> (usize, usize) {
        let arc = self.arcs[arc as usize];
        (arc.row as usize, self.rows + arc.column as usize)
    }

    fn other_end(&self, arc: u32, node: usize) -> usize {
        let (row, column) = self.ends(arc);
        if node < self.rows { column } else { row }
    }

    fn arcs_of(&self, node: usize) -> impl Iterator<Item = u32> {
        let (range, ids) = if node < self.rows {
            (self.row_start[node]..self.row_start[node + 1], None)
        } else {
            let column = node - self.rows;
            let range = self.column_start[column]..self.column_start[column + 1];
            (range, Some(&self.by_column))
        };
        range.map(move |at| ids.map_or(at, |ids| ids[at as usize]))
    }

    fn place(&self, node: usize) -> Range<usize> {
        let start = self.held_start[node] as usize;
        start..start + self.used[node] as usize
    }

    fn held(&self, node: usize) -> &[u32] {
        &self.held[self.place(node)]
    }

    fn hold(&mut self, node: usize, arc: u32) {
        let next = self.place(node).end;
        self.held[next] = arc;
        self.used[node] += 1;
    }

    fn let_go(&mut self, arc: u32) {
        self.arcs[arc as usize].chosen = false;
        let (row, column) = self.ends(arc);
        for node in [row, column] {
            let place = self.place(node);
            let last = self.held[place.end - 1];
            if let Some(slot) = self.held[place].iter_mut().find(|slot| **slot == arc) {
                *slot = last;
                self.used[node] -= 1;
            }
        }
    }
}

/// Where each group starts in a list ordered by group.
fn starts(groups: usize, group_of: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut start = vec![0; groups + 1];
    for group in group_of {
        start[group as usize + 1] += 1;
    }
    for group in 0..groups {
        start[group + 1] += start[group];
    }
    start
}

/// Positions are counted in 32 bits: four billion pairs at once do not fit in memory anyway.
fn narrow(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
