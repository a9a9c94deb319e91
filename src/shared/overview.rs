//! Pairs as owners see them, on their Home and in the list of all: one line each, with what an owner can do.

use super::breaks;
use super::owners::{self, owners_only};
use super::{Result, refuse};
use crate::domain::cadence::say_day;
use crate::domain::happening::{Ending, Happening};
use crate::domain::ids::{PairId, UserId};
use crate::domain::overview::{Care, Group, PairAtWork, Stands};
use crate::domain::pair::Pair;
use crate::md;
use crate::slack::blocks::{Blocks, Button, Modal, menu};
use crate::slack::event::{Action, Actor, Form};
use crate::slack::words::Md;
use crate::store::{Reading, Tx, audit, pairs};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// Takes the owner's own pairs out: how those stand could tell them what their partner answered.
pub fn of_others(pairs: &mut Vec<PairAtWork>, owner: &UserId) {
    pairs.retain(|pair| pair.mentor != *owner && pair.mentee != *owner);
}

/// The owner's own partners: how those stand, beside their pair, could tell what they answered.
pub async fn partners_of(tx: &mut Reading, owner: &UserId) -> Result<BTreeSet<UserId>> {
    let own = pairs::open_of(tx, owner).await?;
    Ok(own
        .iter()
        .map(|pair| pair.partner_of(owner).clone())
        .collect())
}

/// The partners of everybody who acts for the program. Whether somebody would take another partner is not for their own to read, and
/// what several owners read is the same for each.
pub async fn partners_of_owners(tx: &mut Reading) -> Result<BTreeSet<UserId>> {
    let mut partners = BTreeSet::new();
    for owner in owners::acting(tx).await?.people {
        partners.extend(partners_of(tx, &owner).await?);
    }
    Ok(partners)
}

/// How many pairs stand how: "12 meeting · 3 just introduced". Empty without pairs.
pub fn counts(pairs: &[PairAtWork]) -> Md {
    let counted = Group::ALL.into_iter().filter_map(|group| {
        let some = pairs.iter().filter(|pair| pair.stands.group() == group);
        match some.count() {
            0 => None,
            n => Some(md!("{} {}", n.to_string(), Md::from(group.in_words()))),
        }
    });
    Md::join(counted, " · ")
}

/// Each pair in a line, with what an owner can do for it.
#[must_use]
pub fn lines(blocks: Blocks, pairs: &[PairAtWork], zone: &TimeZone, now: Timestamp) -> Blocks {
    pairs.iter().fold(blocks, |blocks, pair| {
        blocks.section_with(line(pair, zone, now), cares(pair))
    })
}

fn line(pair: &PairAtWork, zone: &TimeZone, now: Timestamp) -> Md {
    let how = match &pair.stands {
        Stands::WantsHelp { since } => md!("would like some help, since {} ago", days(*since, now)),
        Stands::InOneLine => md!("in one reporting line since a change of managers"),
        Stands::Quiet { since } => md!("{} without a meeting that I know of", days(*since, now)),
        Stands::NotBegun { introduced } => {
            md!(
                "introduced {} ago, no start that I know of",
                days(*introduced, now)
            )
        }
        Stands::OnBreak { until: Some(day) } => {
            md!("on a break until {}", say_day(*day, zone, now))
        }
        Stands::OnBreak { until: None } => md!("on a break"),
        Stands::Unsigned => md!("meeting, goals not signed"),
        Stands::JustIntroduced => md!("just introduced"),
        Stands::Meeting => md!("meeting"),
        Stands::Closing => md!("at their closing"),
    };
    let month = match pair.month {
        0 => Md::default(),
        number => md!("month {} of {} · ", number, pair.months),
    };
    md!("{} → {} · {}{}", pair.mentor, pair.mentee, month, how)
}

fn days(since: Timestamp, now: Timestamp) -> Md {
    match now.duration_since(since).as_hours() / 24 {
        1 => md!("1 day"),
        n => md!("{} days", n.max(0)),
    }
}

fn cares(pair: &PairAtWork) -> Button {
    menu(
        "care",
        Care::ALL.map(|care| (care.label(), Action::Care(pair.id, care))),
    )
}

/// A pair that an owner looks after: open, and not their own.
pub async fn pair_of_others(tx: &mut Reading, actor: &Actor, id: PairId) -> Result<Pair> {
    owners_only(tx, actor).await?;
    let Some(pair) = pairs::find(tx, id).await? else {
        return refuse("I can't find that pair anymore. It may have been erased.");
    };
    if pair.has(&actor.user) {
        return refuse(
            "You're in this pair yourself, so this is for another owner to do. `/reverse-mentor status` shows what you can do.",
        );
    }
    if !pair.is_open() {
        return refuse(md!(
            "The pair of {} and {} is already over, so there's nothing left to do.",
            pair.mentor,
            pair.mentee
        ));
    }
    Ok(pair)
}

/// Why a pair can't be asked anything for now, in words for an owner; none if it can.
pub async fn on_break(tx: &mut Reading, pair: &Pair) -> Result<Option<&'static str>> {
    if breaks::of_program(tx).await?.is_some() {
        return Ok(Some("The program is on a break."));
    }
    let is_on_break = breaks::are_on_break(tx, &pair.members()).await?;
    Ok(is_on_break.then_some("One of them is on a break."))
}

/// Shows an owner what they are about to do, with the words that others will read.
pub fn words_first(pair: PairId, care: Care, lead: Md, theirs: &Md, submit: &str) -> Modal {
    Modal::form(
        Form::Care { pair, care },
        title(care),
        submit,
        Blocks::new().section(lead).section(quoted(theirs)),
    )
}

/// The answer to what an owner asked for a pair.
pub fn cared_for(care: Care, text: impl Into<Md>) -> Modal {
    Modal::notice(title(care), Blocks::new().section(text))
}

/// Words as somebody else will read them.
pub fn quoted(words: &Md) -> Md {
    let lines = words.as_str().lines();
    Md::join(
        lines.map(|line| md!("> {}", Md::already_safe(line.to_owned()))),
        "\n",
    )
}

fn title(care: Care) -> &'static str {
    match care {
        Care::Nudge => "Nudge them kindly",
        Care::Ask => "Ask how it goes",
        Care::End => "End this pair",
        Care::Support => "Hand to support",
        Care::Swap => "Swap partners",
    }
}

/// An owner ends a pair (nobody, if they have erased their data since): the two learn neither who nor why.
pub async fn end(tx: &mut Tx, by: Option<&UserId>, pair: PairId) -> Result<bool> {
    let why = Ending::Ended;
    let ended = pairs::close(tx, pair, why).await?;
    if ended {
        if let Some(by) = by {
            audit::note(tx, by, "pair_ended", &format!("pair {pair}")).await?;
        }
        tx.happens(Happening::PairEnded {
            pair,
            by: None,
            why,
        });
    }
    Ok(ended)
}
