//! Reporting lines as a whole: who is at the top, and where they run in circles.

use super::row::{Manager, Row};

fn above(rows: &[Row], at: usize) -> Option<usize> {
    match rows[at].manager {
        Manager::Row(manager) => Some(manager),
        Manager::Unknown | Manager::Nobody | Manager::Outside(_) => None,
    }
}

/// The row that is above everybody else: the only one whose line ends there, when no line runs in a circle.
pub(super) fn top(rows: &[Row], circles: &[Vec<usize>]) -> Option<usize> {
    let mut ends = (0..rows.len()).filter(|at| above(rows, *at).is_none());
    let (first, second) = (ends.next(), ends.next());
    let is_alone = second.is_none() && circles.is_empty() && rows.len() > 1;
    first.filter(|at| is_alone && rows[*at].manager == Manager::Unknown)
}

/// Rows whose managers lead back to them, one list a circle, each from the line that comes first in the file.
pub(super) fn circles(rows: &[Row]) -> Vec<Vec<usize>> {
    let mut circles = Vec::new();
    // The start whose way up last visited each row, so that each row is visited once.
    let mut visited: Vec<Option<usize>> = vec![None; rows.len()];
    for start in 0..rows.len() {
        let mut at = Some(start);
        while let Some(here) = at {
            if let Some(by) = visited[here] {
                if by == start {
                    circles.push(circle(rows, here));
                }
                break;
            }
            visited[here] = Some(start);
            at = above(rows, here);
        }
    }
    circles.sort_unstable();
    circles
}

fn circle(rows: &[Row], from: usize) -> Vec<usize> {
    let next = |at: &usize| above(rows, *at).filter(|next| *next != from);
    let mut circle: Vec<usize> = std::iter::successors(Some(from), next).collect();
    let first = circle.iter().enumerate().min_by_key(|(_, at)| **at);
    let first = first.map_or(0, |(first, _)| first);
    circle.rotate_left(first);
    circle
}
