//! The best choice among some of the pairs, and prices that prove it.
//!
//! Every person has a price of at least zero. While the prices hold, a chosen pair is worth its two prices or more, any
//! other pair its two prices or less, and only people at price zero have spare room: then nothing worth more can be
//! chosen (complementary slackness of the assignment's linear program). A person with spare room at a higher price looks for
//! the cheapest chain of exchanges that ends with somebody who has room or does best without a pair (Dijkstra over the
//! differences between prices and worths), and the prices along the chain are updated.
//!
//! Bids do most of the work before that: a row takes its best column, or a column its best row, from the current holder.
//! Columns bid, too, because a column left at a price that nobody pays would otherwise need a long search.
//!
//! More pairs may be added at any time: only people whom they could improve search again.

use super::market::narrow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

/// A pair that could be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arc {
    pub row: u32,
    pub column: u32,
    pub worth: i64,
}

/// A row or a column.
#[derive(Clone, Copy)]
struct Node {
    price: i64,
    /// The distance of the current search: beside the price, because both are read together.
    far: i64,
}

/// The most exact bids that may follow from one bid before the search does the rest.
const BIDS: usize = 12;
/// The most bids with steps, per row on average.
const ROUGH_BIDS: usize = 60;
const FAR: i64 = i64::MAX;
const NO_ARC: u32 = u32::MAX;

/// Rows first, then columns: both are nodes and work the same way.
pub(super) struct Flow {
    rows: usize,
    /// Ordered by row.
    arcs: Vec<Arc>,
    chosen: Vec<bool>,
    row_start: Vec<u32>,
    /// The arcs of each column.
    by_column: Vec<u32>,
    column_start: Vec<u32>,

    nodes: Vec<Node>,
    room: Vec<u32>,
    used: Vec<u32>,
    /// The chosen arcs of each node. One place more than its room, because an exchange adds the new arc before it drops the
    /// old.
    held: Vec<u32>,
    held_start: Vec<u32>,

    via: Vec<u32>,
    touched: Vec<u32>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
}

impl Flow {
    /// Columns start at these prices: the nearer they are to the final ones, the less work is left.
    pub fn new(row_room: &[u32], column_room: &[u32], prices: &[i64]) -> Self {
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
            chosen: Vec::new(),
            row_start: vec![0; rows + 1],
            by_column: Vec::new(),
            column_start: vec![0; columns + 1],
            nodes: std::iter::repeat_n(&0, rows)
                .chain(prices)
                .map(|&price| Node { price, far: FAR })
                .collect(),
            used: vec![0; nodes],
            held: vec![NO_ARC; held_start[nodes] as usize],
            held_start,
            room,
            via: vec![NO_ARC; nodes],
            touched: Vec::new(),
            heap: BinaryHeap::new(),
        }
    }

    pub fn row_prices(&self) -> Vec<i64> {
        let rows = self.nodes[..self.rows].iter();
        rows.map(|node| node.price).collect()
    }

    pub fn column_prices(&self) -> Vec<i64> {
        let columns = self.nodes[self.rows..].iter();
        columns.map(|node| node.price).collect()
    }

    /// The columns chosen for a row.
    pub fn partners(&self, row: usize) -> impl Iterator<Item = u32> {
        let held = self.held(row).iter();
        held.map(|&arc| self.arcs[arc as usize].column)
    }

    pub fn chosen(&self) -> impl Iterator<Item = &Arc> {
        let arcs = self.arcs.iter().zip(&self.chosen);
        arcs.filter(|(_, chosen)| **chosen).map(|(arc, _)| arc)
    }

    /// Adds these pairs and finds the best choice again. Known pairs may be added again.
    ///
    /// `steps`: how far bids go beyond the exact amount, in turn. The prices are then nearly right, which leaves little to
    /// search.
    pub fn take_in(&mut self, more: impl Iterator<Item = Arc>, steps: &[i64]) {
        self.merge(more);
        let mut rough_bids = ROUGH_BIDS * self.rows;
        for &step in steps {
            self.bid_all(step, rough_bids, &mut rough_bids);
        }
        self.bid_all(0, BIDS, &mut (2 * BIDS * self.rows));
        // A bid may take from a node with larger room a pair that was worth more than its prices.
        self.raise_all();
        for node in 0..self.room.len() {
            while self.nodes[node].price > 0 && self.has_room(node) {
                self.scan(node);
            }
        }
    }

    /// Rows bid first, then columns that still have a price. Before each, the held pairs must be worth their prices.
    fn bid_all(&mut self, step: i64, at_a_time: usize, bids: &mut usize) {
        for side in [0..self.rows, self.rows..self.room.len()] {
            self.raise_all();
            for node in side {
                let asks = self.nodes[node].price > 0 && self.used[node] == 0;
                if asks && self.room[node] == 1 {
                    let allowed = at_a_time.min(*bids);
                    *bids -= self.bid(node, step, allowed);
                }
            }
        }
    }

    fn merge(&mut self, more: impl Iterator<Item = Arc>) {
        let chosen: Vec<Arc> = self.chosen().copied().collect();
        // Exact, because doubling the largest list would waste memory.
        self.arcs.reserve_exact(more.size_hint().1.unwrap_or(0));
        self.arcs.extend(more);
        self.arcs.sort_unstable_by_key(|arc| (arc.row, arc.column));
        self.arcs.dedup_by_key(|arc| (arc.row, arc.column));
        self.chosen = vec![false; self.arcs.len()];

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
        for arc in chosen {
            let ends = (arc.row, arc.column);
            let found = self
                .arcs
                .binary_search_by_key(&ends, |arc| (arc.row, arc.column));
            if let Ok(at) = found {
                self.choose(narrow(at));
            }
        }
    }

    fn raise_all(&mut self) {
        (0..self.rows).for_each(|row| self.raise(row));
    }

    /// Raises a row's price to the surplus of its best free pair, and drops pairs that are no longer worth it.
    fn raise(&mut self, row: usize) {
        let surplus = |arc: &Arc| arc.worth - self.nodes[self.rows + arc.column as usize].price;
        let place = self.row_start[row] as usize..self.row_start[row + 1] as usize;
        let free = place.filter(|&at| !self.chosen[at]);
        let best = free.map(|at| surplus(&self.arcs[at])).max().unwrap_or(0);
        if best <= self.nodes[row].price {
            return;
        }
        let lost = |arc: &&u32| surplus(&self.arcs[**arc as usize]) < best;
        let lost: Vec<u32> = self.held(row).iter().filter(lost).copied().collect();
        self.nodes[row].price = best;
        for arc in lost {
            self.let_go(arc);
        }
    }

    /// The fast path for nodes with room for one: the bidder takes its best partner and raises the partner's price to the point
    /// where the second best is as good, plus `step`; the previous holder bids next. Ties and long chains are left
    /// for [`Self::scan`]. Returns the number of bids.
    fn bid(&mut self, bidder: usize, step: i64, most: usize) -> usize {
        let mut bidder = bidder;
        for bids in 1..=most {
            let (arc, best, second) = self.best_of(bidder);
            self.nodes[bidder].price = best;
            if arc == NO_ARC {
                return bids;
            }
            let partner = self.other_end(arc, bidder);
            let holder = self.held(partner).first().copied();
            if self.room[partner] != 1 || (holder.is_some() && best == second && step == 0) {
                return bids;
            }
            if let Some(held) = holder {
                self.let_go(held);
            }
            self.choose(arc);
            let second = (second - step).max(0);
            self.nodes[bidder].price = second;
            self.nodes[partner].price += best - second;
            match holder {
                // A node with larger room goes on with its other pairs.
                Some(held) => bidder = self.other_end(held, partner),
                None => return bids,
            }
            if self.room[bidder] != 1 {
                return bids;
            }
        }
        most
    }

    /// The pair with the highest surplus for a node, that surplus, and the second highest.
    fn best_of(&self, node: usize) -> (u32, i64, i64) {
        let (mut arc, mut best, mut second) = (NO_ARC, 0, 0);
        for nth in self.place_of_arcs(node) {
            let at = self.arc_at(node, nth);
            let price = self.nodes[self.other_end(at, node)].price;
            let surplus = self.arcs[at as usize].worth - price;
            if surplus > best {
                (arc, best, second) = (at, surplus, best);
            } else if surplus > second {
                second = surplus;
            }
        }
        (arc, best, second)
    }

    /// Finds a partner for one unit of room of `origin`, or lowers its price until it does without.
    fn scan(&mut self, origin: usize) {
        let same_side = |node: usize, rows: usize| (node < rows) == (origin < rows);
        // The cheapest end so far, and its cost.
        let (mut best, mut end) = (self.nodes[origin].price, origin);
        let mut heap = std::mem::take(&mut self.heap);
        self.reach(origin, 0, NO_ARC);
        heap.push(Reverse((0, narrow(origin))));
        while let Some(Reverse((so_far, node))) = heap.pop() {
            let node = node as usize;
            if so_far >= best {
                break;
            }
            if so_far != self.nodes[node].far {
                continue;
            }
            if same_side(node, self.rows) {
                // On the side of `origin`: any pair that is not chosen leads on.
                let price = so_far + self.nodes[node].price;
                for nth in self.place_of_arcs(node) {
                    let arc = self.arc_at(node, nth);
                    let other = self.other_end(arc, node);
                    let known = self.nodes[other];
                    let next = price + known.price - self.arcs[arc as usize].worth;
                    // Only a chosen pair can cost nothing or less without being a path.
                    if next < best
                        && next < known.far
                        && (next > so_far || !self.chosen[arc as usize])
                    {
                        self.reach(other, next, arc);
                        if self.has_room(other) {
                            (best, end) = (next, other);
                        } else {
                            heap.push(Reverse((next, narrow(other))));
                        }
                    }
                }
            } else {
                // On the other side without room: any of its pairs may have to go.
                let price = so_far - self.nodes[node].price;
                for nth in self.place(node) {
                    let arc = self.held[nth];
                    let other = self.other_end(arc, node);
                    let known = self.nodes[other];
                    let next = price - known.price + self.arcs[arc as usize].worth;
                    if next < best && next < known.far {
                        self.reach(other, next, arc);
                        heap.push(Reverse((next, narrow(other))));
                        if next + known.price < best {
                            (best, end) = (next + known.price, other);
                        }
                    }
                }
            }
        }
        heap.clear();
        self.heap = heap;
        self.exchange(origin, end);
        // Nodes nearer than the end are priced so that the path costs nothing.
        for node in std::mem::take(&mut self.touched) {
            let node = node as usize;
            let nearer = (best - self.nodes[node].far).max(0);
            let is_like_origin = same_side(node, self.rows);
            let node = &mut self.nodes[node];
            node.price += if is_like_origin { -nearer } else { nearer };
            node.far = FAR;
        }
    }

    fn reach(&mut self, node: usize, far: i64, via: u32) {
        if self.nodes[node].far == FAR {
            self.touched.push(narrow(node));
        }
        self.nodes[node].far = far;
        self.via[node] = via;
    }

    /// Flips every pair on the path from `end` back to `origin`: chosen ones are dropped, the others chosen.
    fn exchange(&mut self, origin: usize, end: usize) {
        let mut at = end;
        while at != origin {
            let arc = self.via[at];
            let before = self.other_end(arc, at);
            if self.chosen[arc as usize] {
                self.let_go(arc);
            } else {
                self.choose(arc);
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

    fn place_of_arcs(&self, node: usize) -> Range<u32> {
        if node < self.rows {
            self.row_start[node]..self.row_start[node + 1]
        } else {
            let column = node - self.rows;
            self.column_start[column]..self.column_start[column + 1]
        }
    }

    fn arc_at(&self, node: usize, nth: u32) -> u32 {
        if node < self.rows {
            nth
        } else {
            self.by_column[nth as usize]
        }
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

    fn choose(&mut self, arc: u32) {
        self.chosen[arc as usize] = true;
        let (row, column) = self.ends(arc);
        self.hold(row, arc);
        self.hold(column, arc);
    }

    fn let_go(&mut self, arc: u32) {
        self.chosen[arc as usize] = false;
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
