//! The files of an export. They never hold what anybody wrote, answered, rated, hopes for or excludes, nor why a pair ended.
//!
//! A month is held here only if both partners say so, which both know; owners get no row of their own pairs. Otherwise a
//! file would tell an owner what one partner answered and the other did not.

use super::csv_file;
use crate::domain::cadence;
use crate::domain::cycle::{Cycle, State as Month};
use crate::domain::digest::Published;
use crate::domain::figures::Figure;
use crate::domain::ids::{CycleId, PairId, UserId};
use crate::domain::pair::{Pair, State};
use crate::domain::participant::Participant;
use crate::domain::program_file::ProgramFile;
use crate::domain::week::IsoWeek;
use crate::features::{Result, settings};
use crate::store::{Reading, cycles, digests, met, pairs, participants};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// As long as digests are kept.
const WEEKS: i64 = 53;

/// Pairs by the number they have in the files: their order since the start, since spreadsheets round longer numbers. Pairs are
/// never deleted, so each keeps its number.
type Numbers = BTreeMap<PairId, usize>;

/// Every file of an export with its content. `reader`: the owner it is for, if it goes to one.
pub async fn files(
    tx: &mut Reading,
    reader: Option<&UserId>,
) -> Result<Vec<(ProgramFile, String)>> {
    let settings = settings(tx).await?;
    let zone = settings.zone();
    let everybody = participants::all(tx).await?;
    let pairs = pairs::all(tx).await?;
    let months = Months {
        closed: cycles::closed(tx).await?,
        known: met::known_to_both(tx).await?,
    };
    let numbers: Numbers = pairs.iter().map(|pair| pair.id).zip(1..).collect();
    let mut files = Vec::new();
    for file in ProgramFile::EXPORTED {
        let content = match file {
            ProgramFile::Participants => participants_file(tx, &everybody, &zone).await?,
            ProgramFile::Pairs => pairs_file((&everybody, &pairs), &months, (reader, &zone)),
            ProgramFile::Cycles => cycles_file((&pairs, &numbers), &months, (reader, &zone)),
            ProgramFile::Aggregates => {
                let told = digests::last(tx, WEEKS).await?;
                aggregates_file(&told, settings.minimum_group)
            }
            ProgramFile::Report => continue,
        };
        files.push((file, content));
    }
    Ok(files)
}

/// The months that are over, of all pairs, and those of which both partners say that they met.
struct Months {
    closed: Vec<Cycle>,
    known: BTreeSet<CycleId>,
}

impl Months {
    /// Each month as both of its partners know it.
    fn as_both_know(&self) -> impl Iterator<Item = Cycle> {
        let closed = self.closed.iter();
        closed.map(|month| month.clone().as_seen(self.known.contains(&month.id)))
    }
}

async fn participants_file(
    tx: &mut Reading,
    everybody: &[Participant],
    zone: &TimeZone,
) -> Result<String> {
    let gone = participants::gone_since(tx).await?;
    let header = [
        "slack_id",
        "role",
        "stage",
        "department",
        "site",
        "joined",
        "left",
        "standing",
    ];
    let rows = everybody.iter().map(|person| {
        let left = gone.get(&person.user).copied();
        [
            person.user.to_string(),
            person.profile.role.as_str().to_owned(),
            person.profile.stage.clone(),
            person.profile.department.clone().unwrap_or_default(),
            person.profile.site.clone().unwrap_or_default(),
            day(Some(person.joined_at), zone),
            day(left, zone),
            person.standing.as_str().to_owned(),
        ]
    });
    Ok(csv_file::file(header, rows))
}

fn pairs_file(
    (everybody, pairs): (&[Participant], &[Pair]),
    months: &Months,
    (reader, zone): (Option<&UserId>, &TimeZone),
) -> String {
    let here: BTreeSet<&UserId> = everybody.iter().map(|person| &person.user).collect();
    // Of somebody whose data is erased, their pairs stay, but not as theirs.
    let id = |user: &UserId| here.get(user).map(ToString::to_string).unwrap_or_default();
    let first = first_meetings(months);
    let header = [
        "pair",
        "mentor",
        "mentee",
        "introduced",
        "first_met",
        "ended",
        "state",
    ];
    let rows = (1_usize..).zip(pairs).map(|(number, pair)| {
        let met = first.get(&pair.id).filter(|_| !is_own(pair, reader));
        [
            number.to_string(),
            id(&pair.mentor),
            id(&pair.mentee),
            day(Some(pair.created_at), zone),
            day(met.copied(), zone),
            day(pair.closed.map(|(at, _)| at), zone),
            state(pair.state).to_owned(),
        ]
    });
    csv_file::file(header, rows)
}

/// Introduced and active are one word here, since the difference says whether somebody said that they met.
fn state(state: State) -> &'static str {
    match state {
        State::Introduced | State::Active => "running",
        State::Closing => "closing",
        State::Closed => "over",
    }
}

/// The day of each pair's first meeting: of the month's appointment, or without one the month's first day. When somebody said
/// that they met is nobody's business.
fn first_meetings(months: &Months) -> BTreeMap<PairId, Timestamp> {
    let mut first = BTreeMap::new();
    for month in months.as_both_know() {
        if month.state == Month::Held {
            let met = month.meets_at.unwrap_or(month.opened_at);
            first.entry(month.pair).or_insert(met);
        }
    }
    first
}

fn cycles_file(
    (pairs, numbers): (&[Pair], &Numbers),
    months: &Months,
    (reader, zone): (Option<&UserId>, &TimeZone),
) -> String {
    let own = pairs.iter().filter(|pair| is_own(pair, reader));
    let own: BTreeSet<PairId> = own.map(|pair| pair.id).collect();
    let others = months
        .as_both_know()
        .filter(|month| !own.contains(&month.pair));
    let rows = others.map(|month| {
        let pair = numbers.get(&month.pair).map(usize::to_string);
        [
            pair.unwrap_or_default(),
            month.number.to_string(),
            day(Some(month.opened_at), zone),
            seen(month.state).to_owned(),
        ]
    });
    csv_file::file(["pair", "number", "opened", "state"], rows)
}

/// A break is a month without a meeting, too: of whom and how long is not for a file.
fn seen(month: Month) -> &'static str {
    match month {
        Month::Held => "held",
        Month::Skipped | Month::OnBreak => "skipped",
        Month::Open | Month::Sorting | Month::Planned | Month::Unknown => "unknown",
    }
}

fn is_own(pair: &Pair, reader: Option<&UserId>) -> bool {
    reader.is_some_and(|reader| pair.has(reader))
}

/// Empty where a digest of an earlier release did not count it.
fn counted(figure: Figure) -> String {
    match figure {
        Figure::FewerThan(0) => String::new(),
        figure => figure.to_string(),
    }
}

/// What each week's digest said, the first week first. Weeks under a smaller minimum group would show more than may be shown now.
fn aggregates_file(told: &[(IsoWeek, Published)], minimum: u32) -> String {
    let header = [
        "week",
        "minimum_group",
        "active_pairs",
        "met_in_past_month",
        "reported_in_past_month",
        "agreements_signed",
        "agreements",
        "in_the_program",
        "without_partner",
        "would_take_another",
        "confidence_change",
        "learning",
        "finished_pairs",
    ];
    let told = told.iter().rev();
    let shown = told.filter(|(_, published)| published.minimum >= minimum);
    let rows = shown.map(|(week, published)| {
        let topics = published.topics.iter();
        let topics: Vec<String> = topics
            .map(|(name, number)| format!("{name} (about {number})"))
            .collect();
        [
            week.to_string(),
            published.minimum.to_string(),
            published.active_pairs.to_string(),
            published.met_pairs.to_string(),
            published.reported_pairs.to_string(),
            published.agreements_signed.to_string(),
            published.agreements_total.to_string(),
            published.joined_people.to_string(),
            published.waiting_people.to_string(),
            counted(published.open_to_another),
            published.confidence_tenths.map(tenths).unwrap_or_default(),
            topics.join("; "),
            counted(published.completed_pairs),
        ]
    });
    csv_file::file(header, rows)
}

/// "0.4", "-0.4".
fn tenths(tenths: i32) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

fn day(at: Option<Timestamp>, zone: &TimeZone) -> String {
    let date = at.map(|at| cadence::local(at, zone).date().to_string());
    date.unwrap_or_default()
}
