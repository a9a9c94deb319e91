//! The last twelve weeks, for the digest's chart: only figures that the channel has already read.
//!
//! Each point of the chart is a figure from a digest, so `digest::safe` protects it, too. A week without a figure (too few
//! people, no digest, or one that did not arrive) is a gap, which differs visibly from zero.

use super::digest::Published;
use super::week::IsoWeek;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The most weeks in a chart.
pub const WEEKS: i32 = 12;
/// With fewer weeks that have a figure, a list of figures is clearer.
const DRAWABLE: usize = 2;

/// The data of a chart. The last week is the digest's own; the first has a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trend {
    /// Every figure is a multiple of this.
    pub minimum: u32,
    pub weeks: Vec<Week>,
}

/// One week's figures; none where the digest named no number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    pub monday: Date,
    pub active_pairs: Option<u32>,
    /// Pairs that met within the month before.
    pub met_pairs: Option<u32>,
}

impl Week {
    fn has_figure(&self) -> bool {
        self.active_pairs.is_some() || self.met_pairs.is_some()
    }
}

impl Trend {
    /// The chart for `week`, whose digest was just `published`; `told` are earlier digests that the channel has read. None when
    /// there is too little to draw.
    pub fn of(week: IsoWeek, published: &Published, told: &[(IsoWeek, Published)]) -> Option<Self> {
        let last = week.monday();
        let minimum = published.minimum;
        // Under another minimum, figures were other multiples and may stand for fewer people than may be shown now.
        let comparable = |known: &&Published| known.minimum == minimum;
        let figures = |monday: Date| {
            let told = told.iter().filter(|(week, _)| week.monday() == monday);
            let mut told = told.map(|(_, published)| published);
            let known = if monday == last {
                Some(published)
            } else {
                told.next()
            };
            let known = known.filter(comparable);
            Week {
                monday,
                active_pairs: known.and_then(|known| known.active_pairs.number()),
                met_pairs: known.and_then(|known| known.met_pairs.number()),
            }
        };
        let back = (0..WEEKS).rev();
        let mondays = back.filter_map(|ago| last.checked_sub(jiff::Span::new().weeks(ago)).ok());
        let weeks: Vec<Week> = mondays
            .map(figures)
            .skip_while(|week| !week.has_figure())
            .collect();
        let drawable = weeks.iter().filter(|week| week.has_figure()).count();
        (drawable >= DRAWABLE).then_some(Self { minimum, weeks })
    }

    /// The chart in words, for people who hear it.
    pub fn alt(&self) -> String {
        format!(
            "A chart by week, in multiples of {}. Active pairs: {}. Pairs that met in the past month: {}.",
            self.minimum,
            self.told(|week| week.active_pairs),
            self.told(|week| week.met_pairs),
        )
    }

    /// Weeks with the same figure share a phrase.
    fn told(&self, figure: impl Fn(&Week) -> Option<u32>) -> String {
        let runs = self.weeks.chunk_by(|a, b| figure(a) == figure(b));
        let words = runs.filter_map(|run| {
            let (first, last) = (run.first()?, run.last()?);
            let what =
                figure(first).map_or("no number".to_owned(), |number| format!("about {number}"));
            let from = day(first.monday, "%B");
            Some(if first == last {
                format!("{what} in the week of {from}")
            } else {
                format!("{what} from {from} to {}", day(last.monday, "%B"))
            })
        });
        words.collect::<Vec<_>>().join(", then ")
    }
}

/// "March 2", or "Mar 2" for `month` "%b".
pub fn day(date: Date, month: &str) -> String {
    format!("{} {}", date.strftime(month), date.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::digest::{Facts, safe};

    fn published(active: u32, met: u32) -> Published {
        let facts = Facts {
            active_pairs: active,
            met_pairs: met,
            reported_pairs: met,
            ..Facts::default()
        };
        safe(&facts, None, 5)
    }

    fn week_named(text: &str) -> IsoWeek {
        text.parse().unwrap()
    }

    fn weeks(figures: &[(u32, u32)], from: u32) -> Vec<(IsoWeek, Published)> {
        let numbered = figures.iter().zip(from..);
        numbered
            .map(|(&(active, met), week)| {
                (
                    week_named(&format!("2026-W{week:02}")),
                    published(active, met),
                )
            })
            .collect()
    }

    #[test]
    fn what_was_told_is_drawn_and_read_aloud() {
        let told = weeks(&[(6, 0), (7, 5), (11, 6), (0, 0), (14, 11)], 5);
        let trend = Trend::of(week_named("2026-W10"), &published(14, 9), &told).unwrap();
        assert_eq!(trend.weeks.len(), 6);
        insta::assert_snapshot!(trend.alt(), @"A chart by week, in multiples of 5. Active pairs: about 5 from January 26 to February 2, then about 10 in the week of February 9, then no number in the week of February 16, then about 15 from February 23 to March 2. Pairs that met in the past month: no number in the week of January 26, then about 5 from February 2 to February 9, then no number in the week of February 16, then about 10 from February 23 to March 2.");
    }

    #[test]
    fn one_week_is_no_chart() {
        assert_eq!(
            Trend::of(week_named("2026-W10"), &published(14, 9), &[]),
            None
        );
        let told = weeks(&[(1, 0), (2, 1), (4, 4)], 7);
        assert_eq!(
            Trend::of(week_named("2026-W10"), &published(14, 9), &told),
            None
        );
        let long_ago = weeks(&[(20, 20)], 1);
        assert_eq!(
            Trend::of(week_named("2026-W13"), &published(14, 9), &long_ago),
            None
        );
        assert!(Trend::of(week_named("2026-W12"), &published(14, 9), &long_ago).is_some());
        // Both numbers may be from earlier weeks.
        let told = weeks(&[(10, 0), (10, 0), (4, 4)], 7);
        assert!(Trend::of(week_named("2026-W10"), &published(3, 3), &told).is_some());
    }

    #[test]
    fn another_minimum_starts_afresh() {
        let mut told = weeks(&[(10, 5), (10, 5), (10, 5)], 7);
        told[0].1.minimum = 3;
        told[1].1.minimum = 3;
        let trend = Trend::of(week_named("2026-W10"), &published(10, 5), &told).unwrap();
        assert_eq!(trend.weeks.len(), 2);
    }

    #[test]
    fn a_year_turns() {
        let told = vec![(week_named("2026-W53"), published(10, 5))];
        let trend = Trend::of(week_named("2027-W01"), &published(10, 5), &told).unwrap();
        let days: Vec<String> = trend
            .weeks
            .iter()
            .map(|week| day(week.monday, "%b"))
            .collect();
        assert_eq!(days, ["Dec 28", "Jan 4"]);
    }

    #[test]
    fn the_longest_words_fit_into_slack() {
        let figures: Vec<(u32, u32)> = (0..11).map(|n| (1000 * n + 1000, 500 * n)).collect();
        let trend = Trend::of(
            week_named("2026-W52"),
            &published(90_000, 4),
            &weeks(&figures, 41),
        )
        .unwrap();
        assert_eq!(trend.weeks.len(), 12);
        assert!(trend.alt().chars().count() < 2000);
    }
}
