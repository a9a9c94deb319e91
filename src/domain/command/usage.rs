//! How each command is written and what it does.

use super::also;
use crate::domain::ids::UserId;
use jiff::civil::Date;

/// The slash command, before every other word.
pub const SLASH: &str = "/reverse-mentor";

/// A command that somebody gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Setup,
    Join,
    Profile,
    Status,
    /// Without a date, the pause lasts until they resume.
    Pause {
        until: Option<Date>,
    },
    Resume,
    Leave,
    End,
    /// Without a colleague, we ask for one.
    Invite {
        who: Option<UserId>,
    },
    Support,
    Privacy,
    Round,
    Pairs,
    People,
    Import,
    Report,
    Digest,
    Export,
    Help,
}

/// The audience of a command. Help shows only these commands; each flow checks rights itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Everyone,
    Owner,
    Admin,
}

/// One command as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    pub word: &'static str,
    /// The optional arguments after the word; may be empty.
    pub args: &'static str,
    /// A description in one sentence.
    pub says: &'static str,
    pub who: Who,
    /// Synonyms, of one word or several; not shown.
    pub(super) also: &'static [&'static str],
    pub(super) command: Command,
}

impl Usage {
    /// `/reverse-mentor pause [until DATE]`
    pub fn written(&self) -> String {
        format!("{SLASH} {} {}", self.word, self.args)
            .trim_end()
            .to_owned()
    }

    /// Its word, and everything else that people type for it.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.word).chain(self.also.iter().copied())
    }
}

impl Command {
    /// Whether it only shows something, or asks before it changes anything. Without arguments.
    pub(super) fn asks_first(&self) -> bool {
        match self {
            Self::Resume | Self::Round => false,
            Self::Setup
            | Self::Join
            | Self::Profile
            | Self::Status
            | Self::Pause { .. }
            | Self::Leave
            | Self::End
            | Self::Invite { .. }
            | Self::Support
            | Self::Privacy
            | Self::Pairs
            | Self::People
            | Self::Import
            | Self::Report
            | Self::Digest
            | Self::Export
            | Self::Help => true,
        }
    }

    /// The command that answers a question about this one. It does nothing at once.
    pub(super) fn asked(self) -> Self {
        match self {
            Self::Pause { .. } => Self::Pause { until: None },
            Self::Invite { .. } => Self::Invite { who: None },
            command if command.asks_first() => command,
            _ => Self::Status,
        }
    }
}

const fn usage(
    command: Command,
    (word, args): (&'static str, &'static str),
    says: &'static str,
    who: Who,
    also: &'static [&'static str],
) -> Usage {
    Usage {
        word,
        args,
        says,
        who,
        also,
        command,
    }
}

/// Every command, in the order that help shows.
pub const ALL: &[Usage] = &[
    usage(
        Command::Join,
        ("join", ""),
        "Join the program, as a mentor, a mentee or either.",
        Who::Everyone,
        &[
            "signup",
            "sign up",
            "sign me up",
            "start",
            "register",
            "enroll",
            "enrol",
            "rejoin",
            "join again",
            "opt in",
            "take part",
            "participate",
        ],
    ),
    usage(
        Command::Profile,
        ("profile", ""),
        "See and change what you told us.",
        Who::Everyone,
        &[
            "me",
            "edit",
            "update",
            "topics",
            "change profile",
            "change my profile",
            "change my topics",
        ],
    ),
    usage(
        Command::Status,
        ("status", ""),
        "See your pair, your next meeting and your goals.",
        Who::Everyone,
        also::STATUS,
    ),
    usage(
        Command::Pause { until: None },
        ("pause", "[until DATE]"),
        "Take a break. Your partner hears about it; nobody hears why.",
        Who::Everyone,
        also::PAUSE,
    ),
    usage(
        Command::Resume,
        ("resume", ""),
        "Come back from a break.",
        Who::Everyone,
        &["unpause", "back", "return", "come back"],
    ),
    usage(
        Command::Leave,
        ("leave", ""),
        "Leave the program. You don't have to give a reason.",
        Who::Everyone,
        also::LEAVE,
    ),
    usage(
        Command::End,
        ("end", ""),
        "End your pair, kindly. Nobody asks why.",
        Who::Everyone,
        also::END,
    ),
    usage(
        Command::Invite { who: None },
        ("invite", "@colleague"),
        "Ask someone to mentor you. They answer privately.",
        Who::Everyone,
        &["ask"],
    ),
    usage(
        Command::Support,
        ("support", ""),
        "Reach someone you can talk to, outside your reporting line.",
        Who::Everyone,
        &[
            "contact",
            "sos",
            "talk to someone",
            "talk",
            "human",
            "hr",
            "problem",
            "issue",
            "complaint",
            "complain",
            "feedback",
            "emergency",
            "ask for help",
            "ask a question",
            "question",
        ],
    ),
    usage(
        Command::Privacy,
        ("privacy", ""),
        "See, export or erase your data.",
        Who::Everyone,
        &[
            "data",
            "my data",
            "export data",
            "export my data",
            "erase",
            "delete",
            "gdpr",
            "who sees what",
            "who sees",
            "who can see",
            "confidential",
            "forget me",
        ],
    ),
    usage(
        Command::Round,
        ("round", ""),
        "Propose the next round of pairs now.",
        Who::Owner,
        &["match"],
    ),
    usage(
        Command::Pairs,
        ("pairs", ""),
        "See how all pairs stand, and look after one.",
        Who::Owner,
        &["all pairs", "at risk"],
    ),
    usage(
        Command::People,
        ("people", ""),
        "See who takes part, and who waits for a partner.",
        Who::Owner,
        &["participants", "members", "waiting", "who takes part"],
    ),
    usage(
        Command::Import,
        ("import", ""),
        "Bring in your organization from a file.",
        Who::Owner,
        &[
            "upload",
            "organization",
            "org chart",
            "orgchart",
            "people file",
            "csv",
        ],
    ),
    usage(
        Command::Report,
        ("report", ""),
        "See what the program came to, as a page to print. Figures only.",
        Who::Owner,
        &["statistics", "stats", "figures", "results"],
    ),
    usage(
        Command::Digest,
        ("digest", ""),
        "Read the next digest before the channel does.",
        Who::Owner,
        &["preview", "digest preview", "preview digest"],
    ),
    usage(
        Command::Export,
        ("export", ""),
        "Get participants, pairs, months and weekly figures as CSV files.",
        Who::Owner,
        &["download", "spreadsheet"],
    ),
    usage(
        Command::Setup,
        ("setup", ""),
        "Set up the program, or change its settings.",
        Who::Admin,
        &["settings", "configure", "config", "admin", "set"],
    ),
    usage(
        Command::Help,
        ("help", ""),
        "Show this list.",
        Who::Everyone,
        &[
            "?",
            "commands",
            "hello",
            "hi",
            "hey",
            "hallo",
            "hola",
            "what is this",
            "what's this",
            "what can you do",
            "what do you do",
        ],
    ),
];
