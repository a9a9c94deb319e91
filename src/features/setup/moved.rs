//! Stages, topics, languages, departments and sites that people have and the edited settings no longer list: where do their people go?
//!
//! The form asks, and nothing is saved before every question has an answer. People's profiles, and what the owners' list says of
//! them, then change in the transaction in which the settings are saved: nobody is enlisted by it, and nobody is asked anew.

use crate::domain::organization::{People, Said, is_in_slack};
use crate::domain::participant::{Participant, Profile, Standing};
use crate::domain::program::Settings;
use crate::features::Result;
use crate::slack::blocks::{Blocks, Input};
use crate::slack::event::Answers;
use crate::store::{Reading, Tx, organization, participants};
use std::collections::BTreeSet;

/// The most questions in one form, within the blocks that Slack shows.
pub(super) const QUESTIONS: usize = 50;
/// The answer that takes the entry out of people's profiles.
const NOTHING: &str = "(nothing)";

/// A list of the settings from which people pick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Stages,
    Topics,
    Languages,
    Departments,
    Sites,
}

impl List {
    const ALL: [Self; 5] = [
        Self::Stages,
        Self::Topics,
        Self::Languages,
        Self::Departments,
        Self::Sites,
    ];

    fn of(self, settings: &Settings) -> &[String] {
        match self {
            Self::Stages => &settings.stages,
            Self::Topics => &settings.topics,
            Self::Languages => &settings.languages,
            Self::Departments => &settings.departments,
            Self::Sites => &settings.sites,
        }
    }

    /// One entry of it, in words.
    pub(super) fn entry(self) -> &'static str {
        match self {
            Self::Stages => "stage",
            Self::Topics => "topic",
            Self::Languages => "language",
            Self::Departments => "department",
            Self::Sites => "site",
        }
    }

    /// What becomes of people without another entry; none where everybody needs one.
    fn without(self) -> Option<&'static str> {
        match self {
            Self::Stages => None,
            Self::Topics => Some("Nothing: drop it"),
            Self::Languages => Some("None: they keep their others"),
            Self::Departments | Self::Sites => Some("None of these"),
        }
    }

    /// What the owners' list says of it.
    fn said(self) -> Option<Said> {
        match self {
            Self::Stages => Some(Said::Stage),
            Self::Departments => Some(Said::Department),
            Self::Sites => Some(Said::Site),
            Self::Topics | Self::Languages => None,
        }
    }

    fn is_in(self, profile: &Profile, name: &str) -> bool {
        match self {
            Self::Stages => profile.stage == name,
            Self::Topics => [&profile.share, &profile.learn]
                .into_iter()
                .any(|topics| topics.iter().any(|topic| topic == name)),
            Self::Languages => profile.languages.iter().any(|language| language == name),
            Self::Departments => profile.department.as_deref() == Some(name),
            Self::Sites => profile.site.as_deref() == Some(name),
        }
    }
}

/// An entry that is no longer listed, with people who have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gone {
    pub list: List,
    pub name: String,
    pub people: usize,
    /// What it was renamed to, where that is unmistakable.
    pub renamed: Option<String>,
}

impl Gone {
    /// The name of its field in the form.
    fn field(&self) -> String {
        format!("{} was {}", self.list.entry(), self.name)
    }

    /// Where its people go; none while that is not answered.
    fn answer(&self, answers: &Answers, after: &Settings) -> Option<Move> {
        let picked = answers.one(&self.field())?;
        let is_listed = self.list.of(after).iter().any(|name| name == picked);
        let is_dropped = picked == NOTHING && self.list.without().is_some();
        (is_listed || is_dropped).then(|| Move {
            list: self.list,
            from: self.name.clone(),
            to: is_listed.then(|| picked.to_owned()),
        })
    }
}

/// Where the people of an entry go; `to`: none of the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Move {
    list: List,
    from: String,
    to: Option<String>,
}

/// What is in the lists of `before` and no longer in those of `after`. Where a list is gone altogether, people write their own.
fn removed<'a>(before: &'a Settings, after: &'a Settings) -> Vec<(List, &'a String)> {
    let mut removed = Vec::new();
    for list in List::ALL {
        let (old, new) = (list.of(before), list.of(after));
        if !new.is_empty() {
            let names = old.iter().filter(|name| !new.contains(name));
            removed.extend(names.map(|name| (list, name)));
        }
    }
    removed
}

/// The owners' list, where the change may concern it.
pub(super) async fn listed(
    tx: &mut Reading,
    before: &Settings,
    after: &Settings,
) -> Result<People> {
    let mut removed = removed(before, after).into_iter();
    if removed.all(|(list, _)| list.said().is_none()) {
        return Ok(People::new());
    }
    Ok(organization::all(tx).await?)
}

/// The entries that `after` no longer lists and people have: in their profiles, or in the owners' list, from which they would join
/// with it.
pub(super) fn gone(
    before: &Settings,
    after: &Settings,
    everyone: &[Participant],
    listed: &People,
) -> Vec<Gone> {
    let mut found = Vec::new();
    for (list, name) in removed(before, after) {
        let here = everyone.iter().filter(|one| one.standing != Standing::Left);
        let here = here.filter(|one| list.is_in(&one.profile, name));
        let mut people: BTreeSet<_> = here.map(|one| &one.user).collect();
        if let Some(said) = list.said() {
            let may_join = listed
                .iter()
                .filter(|(user, entry)| is_in_slack(user) && !entry.bystander);
            let have = may_join.filter(|(_, entry)| entry.said(said) == Some(name.as_str()));
            people.extend(have.map(|(user, _)| user));
        }
        if !people.is_empty() {
            found.push(Gone {
                list,
                name: name.clone(),
                people: people.len(),
                renamed: renamed(list.of(before), list.of(after), name),
            });
        }
    }
    found
}

/// The new name of the only entry that went, if the only new one stands in its place.
fn renamed(old: &[String], new: &[String], name: &str) -> Option<String> {
    let removed = old.iter().filter(|one| !new.contains(one)).count();
    let added = new.iter().filter(|one| !old.contains(one)).count();
    let at = old.iter().position(|one| one == name)?;
    let there = new.get(at).filter(|one| !old.contains(one))?;
    (removed == 1 && added == 1).then(|| there.clone())
}

/// Where everybody goes; none while an answer is missing.
pub(super) fn answered(gone: &[Gone], answers: &Answers, after: &Settings) -> Option<Vec<Move>> {
    gone.iter().map(|one| one.answer(answers, after)).collect()
}

/// Moves that need no answer: what was renamed unmistakably.
pub(super) fn unmistakable(gone: &[Gone]) -> Vec<Move> {
    let renamed = gone.iter().filter_map(|one| {
        Some(Move {
            list: one.list,
            from: one.name.clone(),
            to: Some(one.renamed.clone()?),
        })
    });
    renamed.collect()
}

/// Asks where the people of each entry go; nothing when there are none.
pub(super) fn questions(
    after: &Settings,
    gone: &[Gone],
    answers: &Answers,
    minimum: u32,
) -> Blocks {
    if gone.is_empty() {
        return Blocks::new();
    }
    let questions = Blocks::new().section(
        "*Where do these people go?* You've removed or renamed something that people have in their profiles, or in your company's \
         list. Nothing is saved before you've answered, and *Cancel* changes nothing. Nobody is asked anything anew.",
    );
    gone.iter().fold(questions, |questions, one| {
        questions.input(question(one, after, answers, minimum))
    })
}

fn question(gone: &Gone, after: &Settings, answers: &Answers, minimum: u32) -> Input {
    let (list, entry) = (gone.list, gone.list.entry());
    let has = have(gone.people, minimum);
    let label = format!("{has} the {entry} “{}”. Which is it now?", gone.name);
    let listed = list.of(after).iter();
    let listed: Vec<(&str, &str)> = listed.map(|name| (name.as_str(), name.as_str())).collect();
    // A list may be as long as a menu, so the way out is beside it.
    let without: Vec<(&str, &str)> = list
        .without()
        .map(|words| (words, NOTHING))
        .into_iter()
        .collect();
    let options: [(&str, &[(&str, &str)]); 2] = [("Your list", &listed), ("Otherwise", &without)];
    let picked = gone.answer(answers, after).and_then(|answer| answer.to);
    let picked = picked.or_else(|| gone.renamed.clone());
    let picked: Vec<String> = picked.into_iter().collect();
    Input::one_of(&gone.field(), &label, &options).picked(&picked)
}

/// "12 people have", unless so few that it would single somebody out.
pub(super) fn have(people: usize, minimum: u32) -> String {
    match u32::try_from(people) {
        Ok(few) if few < minimum => "A few people have".to_owned(),
        _ => format!("{people} people have"),
    }
}

/// Changes the profiles of everybody whom the moves concern, of people who have left, too: they may come back. What the owners' list
/// says of people changes with them, or the next edit of a profile would bring it back.
pub(super) async fn apply(
    tx: &mut Tx,
    everyone: &[Participant],
    listed: People,
    moves: &[Move],
) -> Result<()> {
    for one in everyone {
        let mut profile = one.profile.clone();
        for step in moves {
            let is_meant = step.list.is_in(&one.profile, &step.from);
            if is_meant {
                step.change(&mut profile);
            }
        }
        if profile != one.profile {
            participants::set_profile(tx, &one.user, &profile).await?;
        }
    }
    for (person, before) in listed {
        let mut entry = before.clone();
        for step in moves {
            if let Some(said) = step.list.said() {
                let is_meant = before.said(said) == Some(step.from.as_str());
                if is_meant {
                    entry.renames(said, &step.from, step.to.as_deref());
                }
            }
        }
        if entry != before {
            organization::set(tx, &person, &entry).await?;
        }
    }
    Ok(())
}

impl Move {
    fn change(&self, profile: &mut Profile) {
        match (self.list, &self.to) {
            (List::Stages, Some(to)) => profile.stage.clone_from(to),
            // Everybody has a stage, so the form does not offer this.
            (List::Stages, None) => {}
            (List::Topics, to) => {
                for topics in [&mut profile.share, &mut profile.learn] {
                    *topics = exchanged(topics, &self.from, to.as_deref());
                }
            }
            (List::Languages, to) => {
                let others = exchanged(&profile.languages, &self.from, to.as_deref());
                // Somebody with no language at all could not be matched.
                if !others.is_empty() {
                    profile.languages = others;
                }
            }
            (List::Departments, to) => profile.department.clone_from(to),
            (List::Sites, to) => profile.site.clone_from(to),
        }
    }
}

/// The topics with `to` in place of `from`, none twice.
fn exchanged(topics: &[String], from: &str, to: Option<&str>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(topics.len());
    for topic in topics {
        let topic = if topic == from {
            to
        } else {
            Some(topic.as_str())
        };
        let Some(topic) = topic else { continue };
        let lower = topic.to_lowercase();
        if !kept.iter().any(|known| known.to_lowercase() == lower) {
            kept.push(topic.to_owned());
        }
    }
    kept
}
