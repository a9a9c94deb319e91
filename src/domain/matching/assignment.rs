//! The exact solver, on nothing but numbers: as many edges as capacities allow, then the highest total score.
//!
//! Units of the scarcer side are placed one at a time along a shortest augmenting path (Dijkstra on
//! reduced costs). Only each node's best edges are looked at first. The duals then price every edge of the
//! whole graph: usually that proves the optimum already, otherwise the search starts over with all of them.
//! The proof, [`Assignment::gap`], does not trust the search.
//!
//! Another solver may take this one's place: it needs the same [`assign`], nothing else.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How many edges of each node are tried first.
const WIDTH: usize = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    pub left: u32,
    pub right: u32,
    pub score: i64,
}

/// Who could be joined to whom; each edge is used at most once.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// How many edges each left node may take.
    pub left: Vec<u32>,
    /// How many edges each right node may take.
    pub right: Vec<u32>,
    pub edges: Vec<Edge>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Positions in `Graph::edges`, ascending.
    pub chosen: Vec<usize>,
    /// How far above this assignment the optimum could lie at most; 0 proves it optimal.
    pub gap: i64,
}

/// The most edges, and among those the highest total score. The optimum is exact; where several are
/// equal, which one comes out depends on the order of nodes and edges alone.
pub fn assign(graph: &Graph) -> Assignment {
    assign_within(graph, WIDTH)
}

fn assign_within(graph: &Graph, width: usize) -> Assignment {
    let network = Network::new(graph);
    let mut search = Search::run(&network, &network.best_edges(width));
    let mut gap = network.gap(&search);
    if gap != 0 {
        // Starting over with every edge beats adding a few at a time wherever the first try fails.
        search = Search::run(&network, &vec![true; graph.edges.len()]);
        gap = network.gap(&search);
    }
    let chosen = (0..graph.edges.len()).filter(|&edge| search.chosen[edge]);
    Assignment {
        chosen: chosen.collect(),
        gap,
    }
}

/// The graph seen from its scarcer side: rows are placed, columns are places.
struct Network<'a> {
    graph: &'a Graph,
    /// Rows are the right nodes.
    flipped: bool,
    row_room: &'a [u32],
    column_room: &'a [u32],
    by_row: Grouped,
    by_column: Grouped,
    /// More than any difference in total score: what a unit left over costs.
    big: i128,
}

/// Edges by one of their ends.
struct Grouped {
    start: Vec<usize>,
    edges: Vec<u32>,
}

impl Grouped {
    fn new(nodes: usize, edges: &[u32], end: impl Fn(u32) -> usize) -> Self {
        let mut start = vec![0; nodes + 1];
        for &edge in edges {
            start[end(edge) + 1] += 1;
        }
        for node in 0..nodes {
            start[node + 1] += start[node];
        }
        let mut next = start.clone();
        let mut grouped = vec![0; edges.len()];
        for &edge in edges {
            let at = &mut next[end(edge)];
            grouped[*at] = edge;
            *at += 1;
        }
        Self {
            start,
            edges: grouped,
        }
    }

    fn of(&self, node: usize) -> &[u32] {
        &self.edges[self.start[node]..self.start[node + 1]]
    }

    fn nodes(&self) -> usize {
        self.start.len() - 1
    }
}

impl<'a> Network<'a> {
    fn new(graph: &'a Graph) -> Self {
        let units = |side: &[u32]| side.iter().map(|&room| u64::from(room)).sum::<u64>();
        let (left, right) = (units(&graph.left), units(&graph.right));
        let flipped = right < left;
        let (row_room, column_room) = if flipped {
            (&graph.right, &graph.left)
        } else {
            (&graph.left, &graph.right)
        };
        let edge_at = |edge: u32| graph.edges[edge as usize];
        // Edges at a node without room can never be used.
        let usable: Vec<u32> = (0u32..)
            .zip(&graph.edges)
            .filter(|(_, edge)| {
                graph.left[edge.left as usize] > 0 && graph.right[edge.right as usize] > 0
            })
            .map(|(index, _)| index)
            .collect();
        let highest = graph
            .edges
            .iter()
            .map(|edge| i128::from(edge.score).abs())
            .max()
            .unwrap_or(0);
        let most = i128::from(left.min(right)) + 1;
        let by_left = Grouped::new(graph.left.len(), &usable, |edge| {
            edge_at(edge).left as usize
        });
        let by_right = Grouped::new(graph.right.len(), &usable, |edge| {
            edge_at(edge).right as usize
        });
        let (by_row, by_column) = if flipped {
            (by_right, by_left)
        } else {
            (by_left, by_right)
        };
        Self {
            graph,
            flipped,
            row_room,
            column_room,
            by_row,
            by_column,
            big: 2 * most * (highest + 1),
        }
    }

    fn row(&self, edge: u32) -> usize {
        let edge = self.graph.edges[edge as usize];
        (if self.flipped { edge.right } else { edge.left }) as usize
    }

    fn column(&self, edge: u32) -> usize {
        let edge = self.graph.edges[edge as usize];
        (if self.flipped { edge.left } else { edge.right }) as usize
    }

    fn score(&self, edge: u32) -> i128 {
        i128::from(self.graph.edges[edge as usize].score)
    }

    /// The best `width` edges of every node on either side.
    fn best_edges(&self, width: usize) -> Vec<bool> {
        let mut open = vec![false; self.graph.edges.len()];
        let mut best = Vec::new();
        for side in [&self.by_row, &self.by_column] {
            for node in 0..side.nodes() {
                best.clear();
                best.extend_from_slice(side.of(node));
                if best.len() > width {
                    best.select_nth_unstable_by_key(width, |&edge| {
                        (Reverse(self.graph.edges[edge as usize].score), edge)
                    });
                    best.truncate(width);
                }
                for &edge in &best {
                    open[edge as usize] = true;
                }
            }
        }
        open
    }

    /// Weak duality: for any prices of at least zero, this bound holds for every assignment there is.
    fn gap(&self, search: &Search) -> i64 {
        let mut bound: i128 = 0;
        let row_price = |row: usize| (self.big + search.row[row]).max(0);
        let column_price = |column: usize| search.column[column].max(0);
        for (row, &room) in self.row_room.iter().enumerate() {
            bound += i128::from(room) * row_price(row);
        }
        for (column, &room) in self.column_room.iter().enumerate() {
            bound += i128::from(room) * column_price(column);
        }
        let mut reached: i128 = 0;
        for &edge in &self.by_row.edges {
            let worth = self.big + self.score(edge);
            let prices = row_price(self.row(edge)) + column_price(self.column(edge));
            bound += (worth - prices).max(0);
            if search.chosen[edge as usize] {
                reached += worth;
            }
        }
        i64::try_from(bound - reached).unwrap_or(i64::MAX)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Row(usize),
    Column(usize),
}

const FAR: i128 = i128::MAX;
const NO_EDGE: u32 = u32::MAX;

/// A flow under construction and the potentials that keep every reduced cost at zero or above.
struct Search {
    /// Row potentials; `big + row` is a row's price.
    row: Vec<i128>,
    /// Column potentials, zero while a column has room.
    column: Vec<i128>,
    chosen: Vec<bool>,
    taken: Vec<Vec<u32>>,
    row_far: Vec<i128>,
    column_far: Vec<i128>,
    row_via: Vec<u32>,
    column_via: Vec<u32>,
    touched: Vec<Node>,
    heap: BinaryHeap<Reverse<(i128, Node)>>,
}

impl Search {
    fn run(network: &Network, open: &[bool]) -> Self {
        let (rows, columns) = (network.row_room.len(), network.column_room.len());
        let usable: Vec<u32> = network
            .by_row
            .edges
            .iter()
            .copied()
            .filter(|&edge| open[edge as usize])
            .collect();
        let edges = Grouped::new(rows, &usable, |edge| network.row(edge));
        let mut search = Self {
            row: (0..rows)
                .map(|row| {
                    let scores = edges.of(row).iter().map(|&edge| network.score(edge));
                    scores.max().unwrap_or(-network.big)
                })
                .collect(),
            column: vec![0; columns],
            chosen: vec![false; network.graph.edges.len()],
            taken: vec![Vec::new(); columns],
            row_far: vec![FAR; rows],
            column_far: vec![FAR; columns],
            row_via: vec![NO_EDGE; rows],
            column_via: vec![NO_EDGE; columns],
            touched: Vec::new(),
            heap: BinaryHeap::new(),
        };
        for row in 0..rows {
            if !edges.of(row).is_empty() {
                for _ in 0..network.row_room[row] {
                    search.place(network, &edges, row);
                }
            }
        }
        search
    }

    /// What taking `edge` would cost under the present prices; below zero, it would help.
    fn reduced(&self, network: &Network, edge: u32) -> i128 {
        self.row[network.row(edge)] + self.column[network.column(edge)] - network.score(edge)
    }

    /// Places one unit of `origin`, or leaves over whichever unit costs least.
    fn place(&mut self, network: &Network, edges: &Grouped, origin: usize) {
        let mut best = network.big + self.row[origin];
        let mut end = Node::Row(origin);
        self.reach(Node::Row(origin), 0, NO_EDGE);
        while let Some(Reverse((far, node))) = self.heap.pop() {
            if far >= best {
                break;
            }
            match node {
                Node::Row(row) if far == self.row_far[row] => {
                    for &edge in edges.of(row) {
                        if self.chosen[edge as usize] {
                            continue;
                        }
                        let column = network.column(edge);
                        let next = far + self.reduced(network, edge);
                        if next < best && next < self.column_far[column] {
                            self.reach(Node::Column(column), next, edge);
                            if self.has_room(network, column) {
                                (best, end) = (next, Node::Column(column));
                            }
                        }
                    }
                }
                Node::Column(column) if far == self.column_far[column] => {
                    for at in 0..self.taken[column].len() {
                        let edge = self.taken[column][at];
                        let row = network.row(edge);
                        let next = far - self.reduced(network, edge);
                        if next < best && next < self.row_far[row] {
                            self.reach(Node::Row(row), next, edge);
                            let left_over = next + network.big + self.row[row];
                            if left_over < best {
                                (best, end) = (left_over, Node::Row(row));
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        self.augment(network, origin, end);
        self.reprice(best);
    }

    fn has_room(&self, network: &Network, column: usize) -> bool {
        self.taken[column].len() < network.column_room[column] as usize
    }

    fn reach(&mut self, node: Node, far: i128, via: u32) {
        let (known, from) = match node {
            Node::Row(row) => (&mut self.row_far[row], &mut self.row_via[row]),
            Node::Column(column) => (&mut self.column_far[column], &mut self.column_via[column]),
        };
        if *known == FAR {
            self.touched.push(node);
        }
        (*known, *from) = (far, via);
        self.heap.push(Reverse((far, node)));
    }

    /// Flips every edge on the path found, from its end back to `origin`.
    fn augment(&mut self, network: &Network, origin: usize, end: Node) {
        let mut at = end;
        loop {
            match at {
                Node::Column(column) => {
                    let edge = self.column_via[column];
                    self.chosen[edge as usize] = true;
                    self.taken[column].push(edge);
                    at = Node::Row(network.row(edge));
                }
                Node::Row(row) if row == origin => break,
                Node::Row(row) => {
                    let edge = self.row_via[row];
                    let column = network.column(edge);
                    self.chosen[edge as usize] = false;
                    self.taken[column].retain(|&other| other != edge);
                    at = Node::Column(column);
                }
            }
        }
    }

    /// Moves the potentials so that the path found costs nothing, and forgets the distances.
    fn reprice(&mut self, length: i128) {
        for node in self.touched.drain(..) {
            match node {
                Node::Row(row) => {
                    self.row[row] -= (length - self.row_far[row]).max(0);
                    self.row_far[row] = FAR;
                }
                Node::Column(column) => {
                    self.column[column] += (length - self.column_far[column]).max(0);
                    self.column_far[column] = FAR;
                }
            }
        }
        self.heap.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn graph(left: &[u32], right: &[u32], edges: &[(u32, u32, i64)]) -> Graph {
        Graph {
            left: left.to_vec(),
            right: right.to_vec(),
            edges: edges
                .iter()
                .map(|&(left, right, score)| Edge { left, right, score })
                .collect(),
        }
    }

    fn worth(graph: &Graph, chosen: impl IntoIterator<Item = usize>) -> Option<(usize, i64)> {
        let (mut left, mut right) = (graph.left.clone(), graph.right.clone());
        let (mut count, mut total) = (0, 0);
        for at in chosen {
            let edge = graph.edges[at];
            for room in [
                &mut left[edge.left as usize],
                &mut right[edge.right as usize],
            ] {
                *room = room.checked_sub(1)?;
            }
            count += 1;
            total += edge.score;
        }
        Some((count, total))
    }

    /// Every subset of edges, tried.
    fn oracle(graph: &Graph) -> (usize, i64) {
        let edges = graph.edges.len();
        (0u32..1 << edges)
            .filter_map(|set| worth(graph, (0..edges).filter(|at| set >> at & 1 == 1)))
            .max()
            .expect("the empty set is always allowed")
    }

    fn solved(graph: &Graph, width: usize) -> (usize, i64) {
        let assignment = assign_within(graph, width);
        assert_eq!(assignment.gap, 0, "no proof of optimality");
        worth(graph, assignment.chosen).expect("capacities hold")
    }

    fn any_graph() -> impl Strategy<Value = Graph> {
        (1usize..5, 1usize..5).prop_flat_map(|(lefts, rights)| {
            let room = 0u32..4;
            let pairs: Vec<(u32, u32)> = (0u32..)
                .take(lefts)
                .flat_map(|left| (0u32..).take(rights).map(move |right| (left, right)))
                .collect();
            let most = pairs.len().min(12);
            (
                prop::collection::vec(room.clone(), lefts),
                prop::collection::vec(room, rights),
                prop::sample::subsequence(pairs, 0..=most),
                // Few distinct scores, some below zero: ties and penalties are the hard part.
                prop::collection::vec(prop_oneof![-3i64..4, -1000i64..1000], 16),
            )
                .prop_map(|(left, right, pairs, scores)| Graph {
                    left,
                    right,
                    edges: pairs
                        .into_iter()
                        .zip(scores)
                        .map(|((left, right), score)| Edge { left, right, score })
                        .collect(),
                })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn as_good_as_trying_everything(graph in any_graph()) {
            let best = oracle(&graph);
            prop_assert_eq!(solved(&graph, WIDTH), best);
            // Hardly any edge open at first, so that the proof has to ask for the rest.
            prop_assert_eq!(solved(&graph, 1), best);
        }
    }

    #[test]
    fn more_pairs_beat_better_pairs() {
        let graph = graph(&[1, 1], &[1, 1], &[(0, 0, 100), (0, 1, 1), (1, 0, 1)]);
        assert_eq!(solved(&graph, WIDTH), (2, 2));
    }

    #[test]
    fn an_edge_is_used_once_however_much_room_there_is() {
        let graph = graph(&[3], &[3, 1], &[(0, 0, 50), (0, 1, 10)]);
        assert_eq!(solved(&graph, WIDTH), (2, 60));
    }

    #[test]
    fn empty_sides_and_full_people_are_fine() {
        assert_eq!(solved(&Graph::default(), WIDTH), (0, 0));
        assert_eq!(solved(&graph(&[1, 0], &[], &[]), WIDTH), (0, 0));
        assert_eq!(solved(&graph(&[0], &[1], &[(0, 0, 5)]), WIDTH), (0, 0));
    }

    #[test]
    fn the_gap_tells_a_worse_assignment() {
        let graph = graph(
            &[1, 1],
            &[1, 1],
            &[(0, 0, 9), (0, 1, 1), (1, 0, 1), (1, 1, 1)],
        );
        let network = Network::new(&graph);
        let mut search = Search::run(&network, &[true; 4]);
        assert_eq!(network.gap(&search), 0);
        search.chosen = vec![false, true, true, false];
        assert_eq!(network.gap(&search), 8);
    }

    #[test]
    fn extreme_scores_do_not_overflow() {
        let graph = graph(
            &[1, 1],
            &[1, 1],
            &[(0, 0, i64::MAX), (0, 1, i64::MIN), (1, 0, i64::MIN)],
        );
        assert_eq!(assign(&graph).chosen, vec![1, 2]);
    }
}
