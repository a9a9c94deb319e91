//! Texts for owners about files of people.

use super::Review;
use crate::domain::ids::ImportId;
use crate::domain::message::Message;
use crate::domain::organization::{Difference, SamePerson};
use crate::md;
use crate::people_file::Problem;
use crate::slack::blocks::{Blocks, Input, Modal, button, lines_in_short};
use crate::slack::event::{Action, Form};
use crate::slack::words::Md;
use crate::store::imports::Known;

/// Mistakes shown at once; a file in the wrong format has thousands.
const MISTAKES: usize = 20;
/// Remarks shown at once: a file may have many circles of managers.
const REMARKS: usize = 8;
/// The field with the file.
pub(super) const FILE: &str = "file";
pub(super) const TITLE: &str = "Bring in your people";

pub(super) fn form() -> Modal {
    let blocks = Blocks::new()
        .section(
            "Bring in your organization once, and I know who reports to whom. Then I don't have to ask people, nor you \
             about each match.",
        )
        .section(md!(
            "*A list of people,* as Workday, BambooHR, Personio, Slack or Excel write it: CSV or .xlsx. Each line is a \
             person, with their email address or Slack member ID and their manager. Stage, department and site are \
             welcome. Managers who don't take part belong in it, too: `none` in a column `role` says so."
        ))
        .input(Input::file(FILE, "The file", &["csv", "tsv", "txt", "xlsx"]))
        .context(
            "You'll see what it would change first, and nothing changes before you say so. Each file replaces the one \
             before it. The list is sealed, and only owners bring it in.",
        );
    Modal::form(Form::Import, TITLE, "Read it", blocks)
}

pub(super) fn reading() -> Modal {
    Modal::notice(
        TITLE,
        Blocks::new().section(
            "One moment: I'm reading your file. You'll get a direct message with what it would change. Nothing changes \
             before you say so.",
        ),
    )
}

/// What the file would change.
pub(super) fn shown(import: ImportId, known: &Known, review: &Review) -> Message {
    let lead = "I've read your list. Nothing has changed yet.";
    would_change(lead, import, known, review)
}

/// The same, where another list was taken over after the owner had read it.
pub(super) fn shown_again(import: ImportId, known: &Known, review: &Review) -> Message {
    let lead = "Another list has come in since you read this one, so I haven't taken yours over. Here's what it would change now.";
    would_change(lead, import, known, review)
}

fn would_change(lead: &str, import: ImportId, known: &Known, review: &Review) -> Message {
    Blocks::new()
        .section(md!("*{}*", lead))
        .section(counted(&review.difference))
        .append(remarks(known, review))
        .section(
            "If you take it over, what it says about stage, department, site and manager stands above what people told \
             me. I look at running pairs again, and tell you privately if two are now in one reporting line.",
        )
        .buttons([
            button("Take it over", &Action::TakeOver { import }).primary(),
            button("Leave things as they are", &Action::DiscardImport { import }),
        ])
        .context("I keep the file for a day, sealed. Only you see this.")
        .message(md!("{} {}.", lead, review.difference.in_words().join("; ")))
}

fn counted(difference: &Difference) -> Md {
    Md::bullets(difference.in_words().iter().map(|line| md!("{}", line)))
}

/// What an owner should know, and what to do about it.
fn remarks(known: &Known, review: &Review) -> Blocks {
    let mut blocks = Blocks::new();
    let list = &known.list;
    if review.difference.unknown_emails > 0 && !known.has_emails {
        blocks = blocks.section(
            "Slack doesn't show me anyone's email address. Give the app the scope `users:read.email`, or put Slack \
             member IDs in a column `id`.",
        );
    }
    if let Some(warning) = review.difference.warning() {
        blocks = blocks.section(md!(":warning: {}", warning));
    }
    let remarks: Vec<Md> = list.remarks().iter().map(|one| md!("{}", one)).collect();
    if !remarks.is_empty() {
        blocks = blocks.section(Md::bullets(lines_in_short(remarks, REMARKS)));
    }
    if review.difference.gone > review.placed.people.len() {
        blocks = blocks.section(
            ":warning: More people would go than stay. A list replaces the one before it: is this the whole one?",
        );
    }
    blocks
}

pub(super) fn nothing_new(difference: &Difference) -> Message {
    md!(
        "I've read your list: {} people in it, and nothing that I didn't know. Everything stays as it is.",
        difference.people
    )
    .into()
}

/// Mistakes in the file: what to mend, at its line.
pub(super) fn mistakes(name: &str, problems: &[Problem]) -> Message {
    let lead = md!(
        "I can't take {} over as it is, so nothing has changed.",
        name
    );
    let lines = problems
        .iter()
        .map(|problem| md!("{}", problem.without_flags()));
    Blocks::new()
        .section(md!("*{}*", lead))
        .section(Md::bullets(lines_in_short(lines.collect(), MISTAKES)))
        .section("Please mend it and bring it in again.")
        .buttons([button("Bring in a file", &Action::OpenImport)])
        .message(lead)
}

pub(super) fn no_longer_waiting() -> Modal {
    Modal::notice(TITLE, Blocks::new().section(OVER))
}

/// Two lines are the same person in Slack.
pub(super) fn same_people(same: &[SamePerson]) -> Message {
    let lead = "Some lines of your list are the same person in Slack, so nothing has changed.";
    let lines = same
        .iter()
        .map(|two| md!("Lines {} and {}", two.earlier, two.line));
    Blocks::new()
        .section(md!("*{}*", lead))
        .section(Md::bullets(lines_in_short(lines.collect(), MISTAKES)))
        .section("Keep one line for each person, and bring it in again.")
        .buttons([button("Bring in a file", &Action::OpenImport)])
        .message(lead)
}

/// Slack gave something that is no file of ours to read.
pub(super) fn no_content(name: &str) -> Message {
    md!(
        "Slack doesn't let me read {}: it's larger than 5 MB, or it's kept elsewhere. Please upload it as a CSV or .xlsx \
         file with the columns that matter. Nothing has changed.",
        name
    )
    .into()
}

/// Slack did not hand the file over; `error`: its code.
pub(super) fn not_given(error: Option<&str>) -> Message {
    let why = match error {
        Some("file_not_found" | "file_deleted") => "it's no longer there".to_owned(),
        Some(code) => format!("it says “{code}”"),
        None => "it hasn't answered".to_owned(),
    };
    md!(
        "Slack hasn't given me your file: {}. Nothing has changed. Please try `/reverse-mentor import` again. If that \
         doesn't help, the app may lack the scope `files:read`.",
        why
    )
    .into()
}

pub(super) fn taken_over(difference: &Difference) -> Message {
    Blocks::new()
        .section(md!("*Done: your list is taken over.*"))
        .section(counted(difference))
        .context("Bring in a new file whenever it changes: the same one twice changes nothing.")
        .message("Done: your list is taken over.")
}

pub(super) fn discarded() -> Message {
    "All right, everything stays as it is, and I've forgotten the file.".into()
}

const OVER: &str = "This file is no longer waiting: it was taken over, replaced by another one, or forgotten after a day. \
                    `/reverse-mentor import` brings in a new one.";

pub(super) fn over() -> Message {
    OVER.into()
}
