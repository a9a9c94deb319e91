//! What only the owner can say about a file: which header is which column, and which stage a word of the file is.

use super::messages::TITLE;
use crate::domain::ids::ImportId;
use crate::domain::message::Message;
use crate::domain::program::Settings;
use crate::md;
use crate::people_file::{Ask, Column, LEFT_OUT};
use crate::slack::blocks::{Blocks, Input, Modal, button, listed_in_short};
use crate::slack::event::{Action, Answers, Form};
use crate::slack::words::Md;
use crate::store::imports::Known;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Headers to choose from: Slack takes 100 options, and one says that it is none of them.
const HEADERS: usize = 99;
/// Words of a file asked about at once. More are hardly stages, but job titles.
const WORDS: usize = 40;
/// Words named in a message.
const NAMED: usize = 5;
/// Not one of the headers.
const NOT_THERE: &str = "-";

/// Some headers may mean this or that, or some words are no stages: the owner knows.
pub(super) fn unclear(import: ImportId, name: &str, asks: &[Ask]) -> Message {
    let lead = md!("I'm not sure what some of {} means.", name);
    let headers = asks.iter().filter_map(|ask| match ask {
        Ask::Header { column, headers } => Some(which_header(*column, headers)),
        Ask::Stage { .. } => None,
    });
    let stages = Words::of(asks).map(|words| words.question());
    Blocks::new()
        .section(md!("*{}*", lead))
        .section(Md::bullets(headers.chain(stages)))
        .section("Nothing has changed. You know better than I do:")
        .buttons([
            button("Say which is which", &Action::SayColumns { import }).primary(),
            button(
                "Leave things as they are",
                &Action::DiscardImport { import },
            ),
        ])
        .context("I keep the file for a day, sealed. Only you see this.")
        .message(lead)
}

fn which_header(column: Column, headers: &[String]) -> Md {
    let what = meaning(column);
    let headers = headers.iter().map(|header| md!("“{}”", header));
    md!("{} may have {}.", Md::join(headers, " or "), what)
}

/// The words of a file that are none of the program's stages, in the order of the file.
struct Words<'a> {
    header: &'a str,
    words: Vec<(&'a str, Option<usize>)>,
}

impl<'a> Words<'a> {
    /// None if there are none.
    fn of(asks: &'a [Ask]) -> Option<Self> {
        let mut all = asks.iter().filter_map(|ask| match ask {
            Ask::Stage {
                header,
                word,
                guess,
            } => Some((header.as_str(), word.as_str(), *guess)),
            Ask::Header { .. } => None,
        });
        let first = all.next()?;
        let words = std::iter::once(first).chain(all);
        Some(Self {
            header: first.0,
            words: words.map(|(_, word, guess)| (word, guess)).collect(),
        })
    }

    fn question(&self) -> Md {
        let words = self.words.iter().map(|(word, _)| md!("“{}”", *word));
        md!(
            "“{}” says {}. Which of the program's stages is that?",
            self.header,
            listed_in_short(words, NAMED)
        )
    }

    fn form(&self, settings: &Settings, mut blocks: Blocks) -> Blocks {
        let (stage, header) = (Column::Stage.as_str(), self.header);
        let options = [
            ("Yes, as I say below", header),
            ("No, leave it out", NOT_THERE),
        ];
        let label = format!("Does “{header}” say the career stage?");
        blocks = blocks.input(Input::one(stage, &label, &options).picked(&[header]));
        let stages = settings
            .stages
            .iter()
            .map(|stage| (stage.as_str(), stage.as_str()));
        let mut options: Vec<(&str, &str)> = stages.collect();
        options.push(("Leave it out", LEFT_OUT));
        for (word, guess) in self.words.iter().take(WORDS) {
            let label = format!("“{word}” is");
            let guess = guess.and_then(|at| settings.stages.get(at));
            let input = Input::one(&field(word), &label, &options).optional();
            blocks = blocks
                .input(input.picked(&guess.map(String::as_str).into_iter().collect::<Vec<_>>()));
        }
        let more = self.words.len().saturating_sub(WORDS);
        if more > 0 {
            blocks = blocks.context(md!(
                "{} more don't fit here, and I'll leave them out. Are they job titles? Then leave the column out.",
                more
            ));
        }
        blocks.context(
            "Anyone you leave out says their stage when they join. I'll remember all this for your next file.",
        )
    }
}

/// The field of a word: words can be longer than Slack takes.
fn field(word: &str) -> String {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    format!("stage_{:016x}", hasher.finish())
}

/// What is in a column, in words.
fn meaning(column: Column) -> &'static str {
    match column {
        Column::Name => "people's names",
        Column::FirstName => "first names",
        Column::LastName => "last names",
        Column::PreferredName => "what people are called",
        Column::Id => "an employee number or Slack member ID",
        Column::Email => "email addresses",
        Column::Department => "the department",
        Column::Site => "the site",
        Column::Manager => "the manager",
        Column::ManagerId => "the manager's number or ID",
        Column::ManagerEmail => "the manager's email address",
        Column::Role => "who takes part as what",
        Column::Status => "who has left",
        Column::Stage => "the career stage",
        Column::Share => "topics to share",
        Column::Learn => "topics to learn",
        Column::Languages => "languages",
        Column::Zone => "the time zone",
        Column::MentorCapacity => "how many people someone would mentor",
        Column::MenteeCapacity => "how many mentors someone would like",
        Column::RatherNot => "whom someone would rather not be paired with",
        Column::WaitingDays => "for how long someone has waited",
    }
}

/// Asks which header is which column, and which stage is which word. Slack takes 100 choices of 75 characters.
pub(super) fn form(import: ImportId, asks: &[Ask], settings: &Settings) -> Modal {
    let mut blocks = Blocks::new();
    for ask in asks {
        let Ask::Header { column, headers } = ask else {
            continue;
        };
        let headers = headers.iter().take(HEADERS).map(String::as_str);
        let mut options: Vec<(&str, &str)> = headers.map(|header| (header, header)).collect();
        options.push(("It isn't in this file", NOT_THERE));
        let label = format!("Which column has {}?", meaning(*column));
        blocks = blocks.input(Input::one(column.as_str(), &label, &options));
    }
    if let Some(words) = Words::of(asks) {
        blocks = words.form(settings, blocks);
    }
    Modal::form(Form::Columns { import }, TITLE, "Read it again", blocks)
}

/// Notes what the owner answered.
pub(super) fn note(known: &mut Known, asks: &[Ask], answers: &Answers) {
    let mut say = |column: Column, header: &str| {
        known.columns.retain(|(name, _)| name != column.as_str());
        let said = (column.as_str().to_owned(), header.to_owned());
        known.columns.push(said);
    };
    for ask in asks {
        if let Ask::Header { column, .. } = ask
            && let Some(header) = answers.one(column.as_str())
        {
            say(*column, header);
        }
    }
    let Some(words) = Words::of(asks) else {
        return;
    };
    if answers.one(Column::Stage.as_str()) == Some(NOT_THERE) {
        say(Column::Stage, NOT_THERE);
        return;
    }
    for (word, _) in words.words {
        let stage = answers.one(&field(word)).unwrap_or(LEFT_OUT);
        known.stages.push((word.to_owned(), stage.to_owned()));
    }
}
