//! What the page says: each section with its words, its plots and its tables.

use crate::domain::figures::Figure;
use crate::domain::report::{Answers, Benefit, Cohort, Meetings, Pairs, Ratings, Report};

/// Where no figure is shown, because too few people answered to show how their answers divide.
const NOT_SHOWN: &str = "too few";
/// The most columns of a table that fits beside a plot.
const BESIDE: usize = 3;
/// In units of the drawing, which is as wide as a phone.
const WIDTH: u32 = 340;
const ROW: u32 = 44;
const MEETINGS: [&str; 4] = ["Never", "Once or twice", "3 to 5 times", "6 times or more"];
const LEVELS: [&str; 3] = ["1 or 2", "3", "4 or 5"];

/// One question that the report answers.
pub(super) struct Section {
    /// Unique on the page: a heading's id.
    pub id: &'static str,
    pub title: &'static str,
    pub lead: String,
    pub plots: Vec<Plot>,
    pub tables: Vec<Table>,
}

impl Section {
    /// Whether its tables stand below its plots, because they take the whole width.
    pub fn is_wide(&self) -> bool {
        self.plots.is_empty() || self.tables.iter().any(|table| table.head.len() > BESIDE)
    }
}

pub(super) struct Table {
    pub caption: &'static str,
    pub head: Vec<&'static str>,
    pub rows: Vec<Row>,
}

pub(super) struct Row {
    pub name: String,
    pub cells: Vec<String>,
}

/// Horizontal bars, each under its words.
pub(super) struct Plot {
    pub id: String,
    pub title: String,
    /// The same in words, for people who hear it.
    pub words: String,
    pub height: u32,
    pub bars: Vec<Bar>,
}

pub(super) struct Bar {
    pub name: String,
    pub figure: String,
    /// Where its words stand, and the bar below them.
    pub text_y: u32,
    pub line_y: u32,
    /// None where no number is shown.
    pub width: Option<u32>,
}

pub(super) fn all(report: &Report) -> Vec<Section> {
    let mut all = vec![
        people(report),
        pairs(&report.pairs),
        meetings(&report.meetings),
        confidence(&report.ratings, report.minimum),
        benefit(report),
    ];
    if !report.cohorts.is_empty() {
        all.push(cohorts(&report.cohorts));
    }
    all
}

fn people(report: &Report) -> Section {
    let figures = [
        ("Joined since the start", report.joined),
        ("Had a partner", report.paired),
        ("Take part now", report.taking_part),
    ];
    Section {
        id: "people",
        title: "Who took part",
        lead: "People who took part since the program began, and who still do. Someone with several partners counts \
               once."
            .to_owned(),
        plots: vec![plot("people", "People", &figures)],
        tables: vec![table("People", "Who", &figures)],
    }
}

fn pairs(pairs: &Pairs) -> Section {
    let figures = [
        ("Introduced", pairs.introduced),
        ("Met at least once", pairs.met),
        ("Running now", pairs.running),
        ("Completed their months", pairs.completed),
        ("Ended early", pairs.ended_early),
    ];
    Section {
        id: "pairs",
        title: "How pairs went",
        lead: "A pair met if either of the two says so; silence doesn't mean that they didn't. Ending early needs no \
               reason, and none is recorded here: people change jobs, and partners are swapped."
            .to_owned(),
        plots: vec![plot("pairs", "Pairs", &figures)],
        tables: vec![table("Pairs", "What", &figures)],
    }
}

fn meetings(meetings: &Meetings) -> Section {
    let lead = match meetings.mean {
        Some(tenths) => format!(
            "On average, a pair has met {} times so far. Pairs that were just introduced count, too.",
            decimal(tenths)
        ),
        None => "Too few pairs so far for an average.".to_owned(),
    };
    let mut section = Section {
        id: "meetings",
        title: "Meetings a pair",
        lead,
        plots: Vec::new(),
        tables: Vec::new(),
    };
    match meetings.bands {
        Some(bands) => {
            let figures = both(MEETINGS, bands);
            section
                .plots
                .push(plot("meetings", "Pairs by how often they met", &figures));
            section
                .tables
                .push(table("Pairs by how often they met", "Met", &figures));
        }
        None => section.lead += " How they divide is shown once there are more of them.",
    }
    section
}

fn confidence(ratings: &Ratings, minimum: u32) -> Section {
    let mut lead = format!(
        "People rate how confident they are about their goal, from 1 (not at all) to 5 (very). This is about {}, who \
         rated it more than once: their first rating, and their latest.",
        people_words(ratings.people)
    );
    if let Some(mean) = ratings.mean {
        // Rounded by itself, the change need not be the difference of the two, so it stands only where they don't.
        let averages = match (mean.then_and_now, mean.change) {
            (Some((then, now)), _) => format!(
                " The average was {} then and is {} now.",
                decimal(then),
                decimal(now)
            ),
            (None, 0) => " The average is the same as at first.".to_owned(),
            (None, up @ 1..) => format!(" The average is up {}.", decimal(up)),
            (None, down) => format!(" The average is down {}.", decimal(-down)),
        };
        lead += &averages;
    }
    let mut section = Section {
        id: "confidence",
        title: "Confidence, then and now",
        lead,
        plots: Vec::new(),
        tables: Vec::new(),
    };
    if let Some((then, now)) = ratings.bands {
        let (first, latest) = (both(LEVELS, then), both(LEVELS, now));
        section.plots = vec![
            plot_beside("then", "First rating", &first, &latest),
            plot_beside("now", "Latest rating", &latest, &first),
        ];
        let row = |at: usize| Row {
            name: LEVELS[at].to_owned(),
            cells: vec![then[at].to_string(), now[at].to_string()],
        };
        section.tables.push(Table {
            caption: "People by confidence",
            head: vec!["Confidence", "First rating", "Latest rating"],
            rows: (0..LEVELS.len()).map(row).collect(),
        });
    } else {
        let least = 2 * minimum;
        let when = format!(" How ratings divide is shown once at least {least} people gave them.");
        section.lead += &when;
    }
    section
}

/// The answers of mentors and of mentees to the two questions at the end.
fn benefit(report: &Report) -> Section {
    let sides = [("Mentors", &report.mentors), ("Mentees", &report.mentees)];
    let mut plots = Vec::new();
    for (name, side) in sides {
        let id = name.to_lowercase();
        plots.extend(yes(
            &format!("{id}-recommend"),
            &format!("{name}: would recommend it"),
            &side.would_recommend,
        ));
        plots.extend(yes(
            &format!("{id}-repeat"),
            &format!("{name}: would do it again"),
            &side.would_repeat,
        ));
    }
    let row = |(name, side): (&str, &Benefit), question: &str, answers: &Answers| Row {
        name: format!("{name}: {question}"),
        cells: [vec![side.asked.to_string()], answer_cells(answers)].concat(),
    };
    let rows = sides.into_iter().flat_map(|(name, side)| {
        [
            row((name, side), "would recommend it", &side.would_recommend),
            row((name, side), "would do it again", &side.would_repeat),
        ]
    });
    Section {
        id: "benefit",
        title: "What both sides have of it",
        lead: "Asked of both partners in private when their months are over: the mentor, who is earlier in their career, and \
               the mentee. Answering is voluntary, and each person counts once on each side, with their latest answer."
            .to_owned(),
        plots,
        tables: vec![Table {
            caption: "People by answer",
            head: vec!["Question", "Asked", "Answered", "Yes", "No"],
            rows: rows.collect(),
        }],
    }
}

fn yes(id: &str, title: &str, answers: &Answers) -> Option<Plot> {
    let [yes, no] = answers.yes_and_no?;
    Some(plot(id, title, &[("Yes", yes), ("No", no)]))
}

fn cohorts(cohorts: &[Cohort]) -> Section {
    let row = |cohort: &Cohort| {
        let pairs = &cohort.pairs;
        let figures = [
            pairs.introduced,
            pairs.met,
            pairs.running,
            pairs.completed,
            pairs.ended_early,
        ];
        let cells = figures.iter().map(Figure::to_string);
        Row {
            name: cohort.quarter.to_string(),
            cells: cells.collect(),
        }
    };
    let answers = |cohort: &Cohort| Row {
        name: cohort.quarter.to_string(),
        cells: answer_cells(&cohort.would_recommend),
    };
    let introduced: Vec<(String, Figure)> = cohorts
        .iter()
        .map(|cohort| (cohort.quarter.to_string(), cohort.pairs.introduced))
        .collect();
    let introduced: Vec<(&str, Figure)> = introduced
        .iter()
        .map(|(name, it)| (name.as_str(), *it))
        .collect();
    Section {
        id: "cohorts",
        title: "Cohorts side by side",
        lead: "Pairs by the quarter in which they were introduced, the latest first. A recent cohort has had less time to meet \
               and to complete its months."
            .to_owned(),
        plots: vec![plot("cohorts", "Pairs introduced", &introduced)],
        tables: vec![
            Table {
                caption: "Pairs by the quarter of their introduction",
                head: vec!["Cohort", "Introduced", "Met", "Running", "Completed", "Ended early"],
                rows: cohorts.iter().map(row).collect(),
            },
            Table {
                caption: "Would recommend it: people of both sides",
                head: vec!["Cohort", "Answered", "Yes", "No"],
                rows: cohorts.iter().map(answers).collect(),
            },
        ],
    }
}

fn answer_cells(answers: &Answers) -> Vec<String> {
    let parts = match answers.yes_and_no {
        Some(parts) => parts.map(|part| part.to_string()),
        None => [NOT_SHOWN; 2].map(str::to_owned),
    };
    [vec![answers.answered.to_string()], parts.to_vec()].concat()
}

fn both<const N: usize>(
    names: [&'static str; N],
    figures: [Figure; N],
) -> Vec<(&'static str, Figure)> {
    names.into_iter().zip(figures).collect()
}

fn table(caption: &'static str, what: &'static str, figures: &[(&str, Figure)]) -> Table {
    let row = |(name, figure): &(&str, Figure)| Row {
        name: (*name).to_owned(),
        cells: vec![figure.to_string()],
    };
    Table {
        caption,
        head: vec![what, "How many"],
        rows: figures.iter().map(row).collect(),
    }
}

fn plot(id: &str, title: &str, figures: &[(&str, Figure)]) -> Plot {
    plot_beside(id, title, figures, &[])
}

/// The same, where the bars of another plot are to be compared with.
fn plot_beside(
    id: &str,
    title: &str,
    figures: &[(&str, Figure)],
    other: &[(&str, Figure)],
) -> Plot {
    let all = figures.iter().chain(other);
    let longest = all.filter_map(|(_, figure)| figure.number()).max();
    let longest = longest.unwrap_or(1).max(1);
    let said: Vec<String> = figures
        .iter()
        .map(|(name, figure)| format!("{name}: {figure}"))
        .collect();
    let bars: Vec<Bar> = (0_u32..)
        .zip(figures)
        .map(|(at, (name, figure))| Bar {
            name: (*name).to_owned(),
            figure: figure.to_string(),
            text_y: at * ROW + 16,
            line_y: at * ROW + 22,
            width: figure
                .number()
                .map(|number| (number * WIDTH / longest).max(2)),
        })
        .collect();
    Plot {
        id: id.to_owned(),
        title: title.to_owned(),
        words: said.join("; "),
        height: ROW * u32::try_from(bars.len()).unwrap_or(1),
        bars,
    }
}

fn people_words(figure: Figure) -> String {
    match figure {
        Figure::About(number) => format!("{number} people"),
        Figure::FewerThan(minimum) => format!("fewer than {minimum} people"),
    }
}

/// "3.4"
fn decimal(tenths: i32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}
