//! Stages, topics, languages, departments and sites that people have and the edited settings no longer list: where do their people go?
//!
//! The form asks, and nothing is saved before every question has an answer. People's profiles then change in the transaction in
//! which the settings are saved: nobody is enlisted by it, and nobody is asked anew.

use crate::domain::participant::{Participant, Profile, Standing};
use crate::domain::program::Settings;
use crate::features::Result;
use crate::slack::blocks::{Blocks, Input};
use crate::slack::event::Answers;
use crate::store::{Tx, participants};

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
    fn entry(self) -> &'static str {
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

/// The entries that `after` no longer lists and people have. Where a list is gone altogether, people write their own.
pub(super) fn gone(before: &Settings, after: &Settings, everyone: &[Participant]) -> Vec<Gone> {
    let mut found = Vec::new();
    for list in List::ALL {
        let (old, new) = (list.of(before), list.of(after));
        if new.is_empty() {
            continue;
        }
        for name in old.iter().filter(|name| !new.contains(name)) {
            let here = everyone.iter().filter(|one| one.standing != Standing::Left);
            let people = here.filter(|one| list.is_in(&one.profile, name)).count();
            if people > 0 {
                found.push(Gone {
                    list,
                    name: name.clone(),
                    people,
                    renamed: renamed(old, new, name),
                });
            }
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
        "*Where do these people go?* You've removed or renamed something that people have in their profiles. Nothing is saved \
         before you've answered, and *Cancel* changes nothing. Nobody is asked anything anew.",
    );
    gone.iter().fold(questions, |questions, one| {
        questions.input(question(one, after, answers, minimum))
    })
}

fn question(gone: &Gone, after: &Settings, answers: &Answers, minimum: u32) -> Input {
    let (list, entry) = (gone.list, gone.list.entry());
    let has = match u32::try_from(gone.people) {
        Ok(few) if few < minimum => "A few people have".to_owned(),
        _ => format!("{} people have", gone.people),
    };
    let label = format!("{has} the {entry} “{}”. Which is it now?", gone.name);
    let listed = list
        .of(after)
        .iter()
        .map(|name| (name.as_str(), name.as_str()));
    // The way out comes first, because a menu shows no more than a hundred options.
    let without = list.without().map(|words| (words, NOTHING));
    let options: Vec<(&str, &str)> = without.into_iter().chain(listed).collect();
    let picked = gone.answer(answers, after).and_then(|answer| answer.to);
    let picked = picked.or_else(|| gone.renamed.clone());
    let picked: Vec<String> = picked.into_iter().collect();
    Input::one(&gone.field(), &label, &options).picked(&picked)
}

/// Changes the profiles of everybody whom the moves concern, of people who have left, too: they may come back.
pub(super) async fn apply(tx: &mut Tx, everyone: &[Participant], moves: &[Move]) -> Result<()> {
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
