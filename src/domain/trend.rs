//! The last twelve weeks, for the digest's chart: only figures that the channel has already read.
//!
//! Each point of the chart is a figure from a digest, so `digest::safe` protects it, too. A week without a figure (too few
//! people, no digest, or one that did not arrive) is a gap, which differs visibly from zero.

use super::digest::Published;
use super::figures::Figure;
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
    /// Not in charts that an earlier release made.
    #[serde(default)]
    pub agreements_signed: Option<u32>,
    #[serde(default)]
    pub completed_pairs: Option<u32>,
}

impl Week {
    fn of(monday: Date, known: Option<&Published>) -> Self {
        let number = |figure: fn(&Published) -> Figure| known.and_then(|it| figure(it).number());
        Self {
            monday,
            active_pairs: number(|it| it.active_pairs),
            met_pairs: number(|it| it.met_pairs),
            agreements_signed: number(|it| it.agreements_signed),
            completed_pairs: number(|it| it.completed_pairs),
        }
    }

    /// The figures by name, in the order in which they are drawn.
    pub fn figures(&self) -> [(&'static str, Option<u32>); 4] {
        [
            ("Active pairs", self.active_pairs),
            ("Met in the past month", self.met_pairs),
            ("Agreements signed", self.agreements_signed),
            ("Completed pairs", self.completed_pairs),
        ]
    }

    fn has_figure(&self) -> bool {
        self.figures().iter().any(|(_, figure)| figure.is_some())
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
            Week::of(monday, known.filter(comparable))
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
        let series = (0..4).filter_map(|at| {
            let (name, _) = self.weeks.first()?.figures()[at];
            Some(format!(
                "{name}: {}.",
                self.told(|week| week.figures()[at].1)
            ))
        });
        let series: Vec<String> = series.collect();
        let monday = |week: Option<&Week>| week.map_or(String::new(), |it| day(it.monday, "%B"));
        format!(
            "A chart of the weeks from {} to {}, in multiples of {}. {}",
            monday(self.weeks.first()),
            monday(self.weeks.last()),
            self.minimum,
            series.join(" ")
        )
    }

    /// A figure holds until the next one. A series without any number is one phrase.
    fn told(&self, figure: impl Fn(&Week) -> Option<u32>) -> String {
        let runs = self.weeks.chunk_by(|a, b| figure(a) == figure(b));
        let words = runs.enumerate().filter_map(|(at, run)| {
            let first = run.first()?;
            let what =
                figure(first).map_or("no number".to_owned(), |number| format!("about {number}"));
            Some(match at {
                0 => what,
                _ => format!("{what} from {}", day(first.monday, "%B")),
            })
        });
        words.collect::<Vec<_>>().join(", ")
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
        insta::assert_snapshot!(trend.alt(), @"A chart of the weeks from January 26 to March 2, in multiples of 5. Active pairs: about 5, about 10 from February 9, no number from February 16, about 15 from February 23. Met in the past month: no number, about 5 from February 2, no number from February 16, about 10 from February 23. Agreements signed: no number. Completed pairs: no number.");
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
