//! `match --round`: solves a round of the database again from its stored input, and compares the result with what is stored.

use super::options::{BadMatch, Options};
use super::words::{self, print};
use crate::config;
use crate::domain::ids::{RoundId, TeamId, UserId};
use crate::domain::matching::{self, Binding};
use crate::store::rounds::{self, Kept, Listed, Origin, Proposal};
use crate::store::{Db, Reading};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::io::Write as _;

/// How many rounds are listed to choose from.
const LISTED: i64 = 20;

/// Replays the round asked for. Returns whether the result is the same.
pub async fn run(options: &Options, which: &str, now: Timestamp) -> anyhow::Result<bool> {
    let url = config::checked(&options.database_url)?;
    let keys = config::keys(url, options.key.as_ref(), false)?;
    let db = Db::open_to_read(url, keys).await?;
    let mut tx = db.read(&TeamId::from(""), now).await?;
    let listed = find(&mut tx, which).await?;
    drop(tx);
    let mut tx = db.read(&listed.team, now).await?;
    let Some((origin, kept)) = made_from(&mut tx, &listed).await? else {
        print(&gone(listed.round.id))?;
        return Ok(false);
    };
    let stored = Stored::read(&mut tx, origin).await?;
    drop(tx);
    db.close().await;
    let kept_record = &kept.record;
    let round = kept_record.solve();
    let differences = stored.differences(&round, &kept);
    let report = report(&listed, &kept, &round, &differences);
    let is_same = differences.is_empty() && round.certificate.gap == listed.gap;
    if let Some([mentor, mentee]) = options.explain.as_deref() {
        let known = |who: &str| {
            let mut people = kept_record.people();
            people.find(|id| id.as_str() == who.trim()).cloned()
        };
        let both = known(mentor).zip(known(mentee));
        let (mentor, mentee) = both.ok_or(BadMatch::NotIn(listed.round.id))?;
        let names = (mentor.as_str(), mentee.as_str());
        let is_pair =
            |pair: &matching::Proposal| (&pair.mentor, &pair.mentee) == (&mentor, &mentee);
        if !round.pairs.iter().any(is_pair) {
            return Err(BadMatch::NoPair(mentor, mentee).into());
        }
        let candidates = kept_record.candidates();
        let text = words::explain(&candidates, &round, (&mentor, &mentee), names);
        print(&text)?;
        if !is_same {
            std::io::stderr().write_all(report.as_bytes())?;
        }
        return Ok(is_same);
    }
    match &options.json {
        Some(path) if path.as_os_str() == "-" => {
            print(&words::json(&round))?;
            std::io::stderr().write_all(report.as_bytes())?;
        }
        Some(path) => {
            let written = std::fs::write(path, words::json(&round));
            written.map_err(|error| BadMatch::Json(path.clone(), error))?;
            print(&report)?;
        }
        None => print(&report)?,
    }
    Ok(is_same)
}

/// Finds the round by its id, or the last one.
async fn find(tx: &mut Reading, which: &str) -> anyhow::Result<Listed> {
    let latest = rounds::latest(tx, LISTED).await?;
    let found = match (which, which.parse::<i64>()) {
        ("last", _) => latest.first().cloned(),
        (_, Ok(id)) => rounds::listed(tx, RoundId(id)).await?,
        _ => None,
    };
    let Some(found) = found.filter(|found| found.round.state != rounds::State::Wanted) else {
        return Err(BadMatch::NoSuchRound(which.to_owned(), list(&latest)).into());
    };
    if found.round.origin == Origin::Invite {
        return Err(BadMatch::Invitation(found.round.id).into());
    }
    Ok(found)
}

/// The input of a round, and the run it belongs to.
async fn made_from(tx: &mut Reading, listed: &Listed) -> anyhow::Result<Option<(RoundId, Kept)>> {
    let Some(origin) = listed.input else {
        return Ok(None);
    };
    let kept = rounds::input(tx, origin).await?;
    Ok(kept.map(|kept| (origin, kept)))
}

fn list(latest: &[Listed]) -> String {
    if latest.is_empty() {
        return "There are no rounds in this database yet.".to_owned();
    }
    let mut text = "The latest are:".to_owned();
    for one in latest {
        let (id, state) = (one.round.id, one.round.state.as_str());
        let pairs = words::counted(usize::try_from(one.pairs).unwrap_or(0), "pair", "pairs");
        let when = say(one.round.created_at);
        let can = if one.input.is_some() {
            ""
        } else {
            ", can no longer be replayed"
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {id}  {when}, {state}, {pairs}{can}");
    }
    text
}

fn gone(id: RoundId) -> String {
    format!(
        "Round {id} can no longer be replayed: what it was made from is no longer kept. It is forgotten after some \
         weeks, after many newer rounds, and as soon as someone in it erases their data.\n"
    )
}

fn say(at: Timestamp) -> String {
    let at = at.to_zoned(TimeZone::UTC);
    at.strftime("%A, %B %-d, %Y, %H:%M UTC").to_string()
}

/// The stored result of a run.
struct Stored {
    pairs: Vec<Proposal>,
    left_over: BTreeMap<UserId, Binding>,
}

impl Stored {
    async fn read(tx: &mut Reading, origin: RoundId) -> anyhow::Result<Self> {
        let mut pairs = rounds::proposals(tx, origin).await?;
        if let Some(confirm) = rounds::confirm_of(tx, origin).await? {
            pairs.extend(rounds::proposals(tx, confirm).await?);
        }
        let left_over = rounds::unmatched(tx, origin).await?;
        Ok(Self {
            pairs,
            left_over: left_over
                .into_iter()
                .map(|one| (one.user, one.why))
                .collect(),
        })
    }

    /// The differences from the stored result, one per line.
    fn differences(&self, round: &matching::Round, kept: &Kept) -> Vec<String> {
        let lapsed: HashSet<_> = kept.lapsed.iter().map(|(a, b)| (a, b)).collect();
        let mut now: BTreeMap<_, _> = round
            .pairs
            .iter()
            .map(|pair| ((&pair.mentor, &pair.mentee), pair))
            .filter(|(two, _)| !lapsed.contains(two))
            .collect();
        let mut lines = Vec::new();
        for pair in &self.pairs {
            let (mentor, mentee, score) = (&pair.mentor, &pair.mentee, pair.score);
            let Some(again) = now.remove(&(mentor, mentee)) else {
                lines.push(format!(
                    "stored, but not found again: {mentor} mentors {mentee} ({score} of 100)"
                ));
                continue;
            };
            let two = format!("{mentor} mentors {mentee}");
            if again.score != score {
                lines.push(format!("{two}: {score} of 100 then, {} now", again.score));
            }
            if again.owner_must_confirm != pair.must_confirm {
                let (then, now) = if pair.must_confirm {
                    ("had to check then", "does not have to now")
                } else {
                    ("did not have to check then", "has to now")
                };
                lines.push(format!("{two}: an owner {then}, and {now}"));
            }
            if again.reasons != pair.reasons {
                lines.push(format!("{two}: for other reasons now"));
            }
        }
        for pair in now.values() {
            let (mentor, mentee, score) = (&pair.mentor, &pair.mentee, pair.score);
            lines.push(format!(
                "found, but not stored: {mentor} mentors {mentee} ({score} of 100)"
            ));
        }
        for one in &round.unmatched {
            if let Some(then) = self.left_over.get(&one.person)
                && *then != one.why
            {
                let (then, now) = (then.for_owner(), one.why.for_owner());
                let person = &one.person;
                lines.push(format!(
                    "{person} was left over then because: {then} Now: {now}"
                ));
            }
        }
        lines
    }
}

fn report(listed: &Listed, kept: &Kept, round: &matching::Round, differences: &[String]) -> String {
    let (id, when) = (listed.round.id, say(listed.round.created_at));
    let people = words::counted(kept.record.people().count(), "person", "people");
    let mut text = format!("Round {id} of {when}: {people}, seed {}.\n", round.seed);
    let found = words::counted(
        round.pairs.len() - kept.lapsed.len().min(round.pairs.len()),
        "pair",
        "pairs",
    );
    // Writing to a string cannot fail.
    let _ = if differences.is_empty() {
        writeln!(text, "The same {found}. {}", words::proof(round))
    } else {
        writeln!(text, "Not the same. {}", words::proof(round))
    };
    if round.certificate.gap != listed.gap {
        let _ = writeln!(text, "Its gap was {} then.", listed.gap);
    }
    for line in differences {
        let _ = writeln!(text, "  {line}");
    }
    let pinned = kept.record.pinned();
    if pinned > 0 {
        let pairs = words::counted(pinned, "pair", "pairs");
        let _ = writeln!(text, "Owners had asked for {pairs} to stay.");
    }
    for (mentor, mentee) in &kept.lapsed {
        let _ = writeln!(
            text,
            "Found then, but not proposed because it no longer held a moment later: {mentor} mentors {mentee}."
        );
    }
    let version = env!("CARGO_PKG_VERSION");
    if kept.version != version && !differences.is_empty() {
        let made = &kept.version;
        let _ = writeln!(
            text,
            "It was made by version {made}, and this is {version}: run that version to see it as it was."
        );
    }
    text
}
