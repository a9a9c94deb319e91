//! The texts of the report and the export.

use crate::domain::message::Message;
use crate::domain::program_file::ProgramFile;
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::Action;
use crate::slack::words::Md;

pub(super) fn report_is_coming() -> Message {
    let text = "Your report is on its way to you as a file in our direct messages: figures over groups, never names. Open it \
                in a browser; it prints well.";
    Blocks::new()
        .section(text)
        .context(
            "Did you want to report a problem? `/reverse-mentor support` shows who you can talk to.",
        )
        .message(text)
}

pub(super) fn export_is_coming() -> Md {
    "Four files are on their way to you in our direct messages: participants, pairs, months and weekly figures.".into()
}

/// For an owner who types `export`, which may mean either.
pub(super) fn which_export() -> Message {
    let text = "Which would you like: the program's files, or everything stored about you?";
    Blocks::new()
        .section(text)
        .buttons([
            button("The program", &Action::ExportProgram),
            button("My own data", &Action::ExportMine),
        ])
        .context("Either comes as files in our direct messages, just for you.")
        .message(text)
}

pub(super) fn title(file: ProgramFile) -> &'static str {
    match file {
        ProgramFile::Report => "What the program came to",
        ProgramFile::Participants => "Participants",
        ProgramFile::Pairs => "Pairs",
        ProgramFile::Cycles => "Months of pairs",
        ProgramFile::Aggregates => "Weekly figures",
    }
}

/// The sentence above each file. The first one of an export speaks for all of them.
pub(super) fn comment(file: ProgramFile) -> &'static str {
    match file {
        ProgramFile::Report => {
            "Here's your report, a page for your browser. No figure in it can single anyone out, so you can pass it on."
        }
        ProgramFile::Participants => {
            "Here's your export, in four files: participants, pairs, months, and the weekly figures. They hold no \
             reflections, answers, goals, hopes or reasons. Retention and promotion aren't in here, because I don't know \
             them: HR can set them beside the Slack ids in this file. It names people, so please share it with care."
        }
        ProgramFile::Pairs => {
            "Who was paired with whom, and from when to when. It doesn't say why a pair ended. The id of someone whose data \
             is erased is left out."
        }
        ProgramFile::Cycles => {
            "Months that are over. “Held” means that both said so; “unknown” doesn't mean that they didn't meet. Your own \
             pairs aren't in it, because it would show what your partner answered."
        }
        ProgramFile::Aggregates => {
            "What each week's digest said, under its rules: no figure is about fewer people than your minimum group."
        }
    }
}

pub(super) fn file_did_not_arrive() -> Md {
    "I couldn't deliver one of your files, or can't be sure that I did. If you don't see it here, please ask for it again: \
     `/reverse-mentor report` or `/reverse-mentor export`."
        .into()
}
