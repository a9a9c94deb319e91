//! What changed settings mean for people, in numbers, before they are saved. Nothing is saved before somebody has read it.

use super::views;
use super::when::After;
use crate::domain::cadence;
use crate::domain::participant::Participant;
use crate::domain::program::{Day, Settings};
use crate::domain::settings_part::Part;
use crate::domain::zones;
use crate::features::{Result, months};
use crate::md;
use crate::shared::enrollment;
use crate::slack::blocks::{Blocks, Modal, listed};
use crate::slack::event::Form;
use crate::slack::words::{Md, ToMd};
use crate::store::{Reading, pairs, participants, people, rounds};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A line for each change that concerns people.
#[derive(Default)]
pub(super) struct Means(Vec<Md>);

/// How many, unless so few that it would single somebody out.
struct Count {
    minimum: u32,
}

impl Count {
    /// "12 pairs", "a few pairs"; none when there are none.
    fn of(&self, number: usize, what: &'static str) -> Option<Md> {
        match u32::try_from(number) {
            Ok(0) => None,
            Ok(few) if few < self.minimum => Some(md!("a few {}", what)),
            _ => Some(md!("{} {}", number, what)),
        }
    }
}

/// Tells settings from others.
pub(super) fn mark(settings: &Settings) -> u64 {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(settings)
        .unwrap_or_default()
        .hash(&mut hasher);
    hasher.finish()
}

/// What it means to go from `before` to `after`.
pub(super) async fn of(
    tx: &mut Reading,
    before: &Settings,
    after: &Settings,
    everyone: &[Participant],
) -> Result<Means> {
    let count = Count {
        minimum: before.minimum_group.max(after.minimum_group),
    };
    let mut lines = of_pairs(tx, (before, after), everyone, &count).await?;
    lines.extend(of_the_clock(tx, (before, after), &count).await?);
    lines.extend(of_matching(tx, (before, after), &count).await?);
    lines.extend(of_the_digest(before, after));
    lines.extend(of_the_circle(before, after));
    lines.extend(of_retention(tx, (before, after), &count).await?);
    Ok(Means(lines))
}

type Change<'a> = (&'a Settings, &'a Settings);

async fn of_pairs(
    tx: &mut Reading,
    (before, after): Change<'_>,
    everyone: &[Participant],
    count: &Count,
) -> Result<Vec<Md>> {
    let mut lines = Vec::new();
    let open = pairs::open(tx).await?;
    if before.cycles != after.cycles
        && let Some(running) = count.of(open.len(), "pairs")
    {
        lines.push(md!(
            "*Length:* {} keep the length they began with. New pairs meet for {}.",
            running,
            months(after.cycles)
        ));
    }
    if after.stage_gap > before.stage_gap {
        let stages: BTreeMap<_, _> = everyone
            .iter()
            .map(|one| (&one.user, after.stage_rank(&one.profile.stage)))
            .collect();
        let rank = |user| stages.get(user).copied().flatten();
        let near = open.iter().filter(|pair| {
            let ranks = rank(&pair.mentor).zip(rank(&pair.mentee));
            ranks.is_some_and(|(mentor, mentee)| mentor + usize::from(after.stage_gap) > mentee)
        });
        if let Some(near) = count.of(near.count(), "pairs") {
            lines.push(md!(
                "*Stages:* {} that run now are closer than that. They go on; it counts for new pairs.",
                near
            ));
        }
    }
    Ok(lines)
}

async fn of_the_clock(
    tx: &mut Reading,
    (before, after): Change<'_>,
    count: &Count,
) -> Result<Vec<Md>> {
    let mut lines = Vec::new();
    if before.time_zone != after.time_zone {
        let here = people::in_the_programs_zone(tx).await?.len();
        let people = count.of(here, "people whose own time zone Slack doesn't tell");
        let too = people.map_or_else(Md::default, |people| {
            md!(", and the messages of {}", people)
        });
        lines.push(md!(
            "*Time zone:* rounds and digests move to the clock of {}{}.",
            zones::shown(&after.time_zone),
            too
        ));
    }
    let only = |one: &Settings, other: &Settings| -> Vec<Md> {
        let days = Day::ALL.iter().filter(|day| one.work_week.contains(day));
        let days = days.filter(|day| !other.work_week.contains(day));
        days.map(|day| day.name().to_md()).collect()
    };
    let (gone, new) = (only(before, after), only(after, before));
    if !gone.is_empty() {
        lines.push(md!(
            "*Working days:* nobody is asked anything on {} anymore. Planned meetings stand.",
            listed(&gone)
        ));
    }
    if !new.is_empty() {
        lines.push(md!(
            "*Working days:* people may hear from me on {}, too.",
            listed(&new)
        ));
    }
    Ok(lines)
}

async fn of_matching(
    tx: &mut Reading,
    (before, after): Change<'_>,
    count: &Count,
) -> Result<Vec<Md>> {
    let mut lines = Vec::new();
    if before.approval && !after.approval {
        let waits = if rounds::proposed(tx).await?.is_empty() {
            ""
        } else {
            " What waits for you now still does."
        };
        lines.push(md!(
            "*Matches:* nobody looks over them anymore, except pairs whose reporting lines aren't known.{}",
            Md::from(waits)
        ));
    }
    if let Some(day) = after.first_match
        && before.first_match != after.first_match
    {
        let looking = usize::try_from(enrollment::looking(tx).await?).unwrap_or(0);
        let told = count.of(looking, "people who wait for a partner");
        let told = told.map_or_else(Md::default, |told| md!(" I'll tell {}.", told));
        let today = cadence::local(tx.now, &after.zone()).date();
        lines.push(md!(
            "*First match:* nobody is matched before {}.{}",
            cadence::say_date(day, today),
            told
        ));
    }
    Ok(lines)
}

fn of_the_digest(before: &Settings, after: &Settings) -> Vec<Md> {
    let mut lines = Vec::new();
    match (&before.digest_channel, &after.digest_channel) {
        (Some(old), Some(new)) if old != new => lines.push(md!(
            "*Digest:* it goes to {} from now on, in place of {}. What was posted there stays.",
            new,
            old
        )),
        (Some(old), None) => lines.push(md!(
            "*Digest:* none is posted in {} anymore. Owners still get their weekly note.",
            old
        )),
        (None, Some(new)) => lines.push(md!(
            "*Digest:* everyone in {} will read the weekly figures. They name nobody.",
            new
        )),
        (Some(_), Some(_)) | (None, None) => {}
    }
    if after.minimum_group < before.minimum_group {
        lines.push(md!(
            "*Smallest group:* from the next digest on, figures over {} people or more are shown. What was hidden before stays hidden.",
            after.minimum_group
        ));
    }
    lines
}

fn of_the_circle(before: &Settings, after: &Settings) -> Option<Md> {
    let offered = |circle| {
        md!(
            "mentors find a button to join {} on my Home tab. Its members see who mentors here. Invite me there with `/invite`, or \
             I can't add anyone.",
            circle
        )
    };
    match (&before.mentor_circle, &after.mentor_circle) {
        (None, Some(new)) => Some(md!("*Mentor circle:* {}", offered(new))),
        (Some(old), Some(new)) if old != new => Some(md!(
            "*Mentor circle:* {} Nobody is taken out of {}.",
            offered(new),
            old
        )),
        (Some(old), None) => Some(md!(
            "*Mentor circle:* mentors no longer find {} on my Home tab. Nobody is taken out of it.",
            old
        )),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

async fn of_retention(
    tx: &mut Reading,
    (before, after): Change<'_>,
    count: &Count,
) -> Result<Vec<Md>> {
    if after.retention_days >= before.retention_days {
        return Ok(Vec::new());
    }
    let days = SignedDuration::from_hours(24) * i32::from(after.retention_days);
    let since = tx.now.saturating_sub(days).unwrap_or(Timestamp::MIN);
    let gone = participants::left_before(tx, since).await?;
    let gone = count.of(
        usize::try_from(gone).unwrap_or(0),
        "people who left are erased tonight.",
    );
    let tonight = gone.map_or_else(Md::default, |gone| md!(" The profiles of {}", gone));
    let days_in_words = match after.retention_days {
        1 => md!("a day"),
        many => md!("{} days", many),
    };
    Ok(vec![md!(
        "*Erasing:* pairs that have closed keep the day on which their texts are erased. For those that close from now on, it comes \
         after {}.{}",
        days_in_words,
        tonight
    )])
}

impl Means {
    /// Whether somebody has read exactly this; nothing needs no reading.
    pub fn is_read(&self, seen: Option<u64>) -> bool {
        self.0.is_empty() || seen == Some(self.mark())
    }

    /// Another owner saved settings since the form was opened: nobody takes that back without reading what they'd change.
    pub fn saved_meanwhile(&mut self, changes: Vec<Md>) {
        if !changes.is_empty() {
            self.0.push(md!(
                "*Someone else has saved the settings since you opened this form.* Saving it as it is now would change: {}",
                Md::join(changes, " ")
            ));
        }
    }

    /// Tells these lines from others.
    fn mark(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for line in &self.0 {
            line.as_str().hash(&mut hasher);
        }
        hasher.finish()
    }

    /// The settings form again, as it was filled in, after what it means and the questions.
    pub fn form(
        &self,
        (part, was): (Part, Option<u64>),
        questions: Blocks,
        (after, dates): (&Settings, After),
    ) -> Modal {
        let mut above = Blocks::new();
        if !self.0.is_empty() {
            above = above
                .section("*This is what your changes mean.* Nothing is saved yet, and *Cancel* changes nothing.")
                .section(Md::bullets(self.0.clone()));
        }
        let form = Form::SettingsLooked {
            part,
            seen: self.mark(),
            was,
        };
        views::form_after(above.append(questions), form, part, (after, dates))
    }
}
