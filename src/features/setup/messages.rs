//! Texts of setup.

use super::when::{After, Planned};
use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::domain::program::{Matching, Problem, Settings};
use crate::features::worded_button;
use crate::md;
use crate::shared::look_up::{self, Barred};
use crate::slack::blocks::{Blocks, Modal, button};
use crate::slack::event::Action;
use crate::slack::words::Md;

pub(super) fn declared() -> Md {
    md!(
        "This program's settings are kept in a file on the server (program.toml). The person who runs the server \
         edits them there, and a restart applies them."
    )
}

pub(super) fn admins_only() -> Md {
    md!(
        "Settings are for workspace admins and the program's owners. Ask one of them, or see what you can do with \
         `/reverse-mentor help`."
    )
}

pub(super) fn one_moment() -> Md {
    md!(
        "One moment: I'm asking Slack whether you're a workspace admin. You'll get a direct message with the button \
         that opens the settings; there's nothing else to do."
    )
}

/// Slack has answered: the person who waited may open the form.
pub(super) fn may_set_up() -> Message {
    let text = md!("Slack has answered: you can set up the program.");
    Blocks::new()
        .section(text.clone())
        .buttons([button("Open the settings", &Action::OpenSettings).primary()])
        .message(text)
}

pub(super) fn no_word() -> Md {
    md!(
        "Slack hasn't told me whether you're a workspace admin. Please try `/reverse-mentor setup` again later."
    )
}

/// More entries were removed than the form can ask about.
pub(super) fn too_many_gone(gone: usize) -> Problem {
    let text = format!(
        "People have {gone} of the stages, topics, languages, departments and sites you've removed, and I'd ask about each. Please remove \
         fewer at a time."
    );
    ("stages", text)
}

/// A step that cannot be read yet is not left, because it would lose what stands in it.
pub(super) fn not_yet(problems: &[Problem]) -> Modal {
    let problems = problems.iter().map(|(_, problem)| md!("{}", problem));
    let blocks = Blocks::new()
        .section(
            "Something in this step can't stay as it is. Correct it or empty it, and then go back:",
        )
        .section(Md::bullets(problems));
    Modal::notice("Before you go back", blocks)
}

pub(super) fn set_up_already() -> Md {
    md!(
        "The program has been set up in the meantime, so nothing is saved here. `/reverse-mentor setup` shows its settings."
    )
}

/// A text in place of the modal.
pub(super) fn notice(text: Md) -> Modal {
    Modal::notice("Program settings", Blocks::new().section(text))
}

/// `asked`: named, and not stored before Slack has answered about them. `barred`: named, and not stored.
pub(super) fn started(
    settings: &Settings,
    bot: Option<&UserId>,
    asked: &[UserId],
    barred: &[Barred],
    after: After,
) -> Modal {
    let mut steps = vec![
        md!(
            "*Bring in your people* with `/reverse-mentor import`, if you have a list of who reports to whom. Then most pairs \
             need no look of yours."
        ),
        md!("*Tell people.* They join with `/reverse-mentor join`; it takes two minutes."),
    ];
    let bot = bot.map_or(md!("@Reverse Mentor"), |bot| md!("{}", bot));
    let circle = settings.mentor_circle.as_ref();
    let circle =
        circle.map(|circle| md!(" Invite me to {}, too, so I can add mentors there.", circle));
    let circle = circle.unwrap_or_default();
    if let Some(channel) = &settings.digest_channel {
        steps.push(md!(
            "*Invite me to {}* with `/invite` and {}, so I can post the digest there.{}",
            channel,
            bot,
            circle
        ));
    } else {
        steps.push(md!(
            "*Pick a digest channel* in `/reverse-mentor setup` and invite me to it, if you want a weekly digest.{}",
            circle
        ));
    }
    steps.push(md!(
        "*See what else there is* with `/reverse-mentor help`. As an owner, you'll find the program at a glance on my \
         Home tab."
    ));
    let steps = steps
        .into_iter()
        .enumerate()
        .map(|(at, step)| md!("{}. {}", at + 1, step));
    let blocks = Blocks::new()
        .section(md!("*{} is ready.* What's next:", settings.name))
        .section(Md::join(steps, "\n"))
        .buttons([worded_button()])
        .append(waits(asked))
        .append(left_out(barred))
        .append(what_follows(settings, asked, after));
    Modal::notice("Program settings", blocks)
}

/// Slack has said since they were picked that they are gone, or no full members.
fn left_out(barred: &[Barred]) -> Blocks {
    let lines = barred
        .iter()
        .map(|(purpose, person, why)| look_up::barred(person, *purpose, *why));
    lines.fold(Blocks::new(), Blocks::section)
}

/// `asked`: people named, of whom Slack is asked; `stands_in`: the reader is the only owner until it has answered.
pub(super) fn saved(
    settings: &Settings,
    (asked, stands_in): (&[UserId], bool),
    after: After,
) -> Modal {
    let until_then = stands_in.then(|| {
        Blocks::new().section(
            "Until Slack has answered, you're an owner yourself, because there has to be one. Afterwards you can take yourself out.",
        )
    });
    let blocks = Blocks::new()
        .section(md!(
            "*Saved.* Anything this moves, such as rounds and digests, has already moved."
        ))
        .append(waits(asked))
        .append(until_then.unwrap_or_default())
        .append(what_follows(settings, asked, after));
    Modal::notice("Program settings", blocks)
}

fn waits(asked: &[UserId]) -> Blocks {
    if asked.is_empty() {
        return Blocks::new();
    }
    Blocks::new().section(look_up::one_moment(asked))
}

pub(super) fn is_an_owner(person: &UserId) -> Md {
    md!(
        "Slack says that {} is a full member of this workspace. They're an owner of the program now.",
        person
    )
}

pub(super) fn is_the_contact(person: &UserId) -> Md {
    md!(
        "Slack says that {} is a full member of this workspace. They're the program's support contact now.",
        person
    )
}

/// The next steps, and what is still missing.
fn what_follows(settings: &Settings, asked: &[UserId], after: After) -> Blocks {
    let rounds = match settings.matching {
        Matching::Rolling => md!("People are matched as soon as two of them are a good fit."),
        Matching::Rounds => md!("{}", Planned::Rounds.upcoming(settings, after)),
    };
    let digest = md!("{}", Planned::Digest.upcoming(settings, after));
    let mut blocks = Blocks::new();
    if settings.support_contact.is_none() && asked.is_empty() {
        blocks = blocks.section(md!(
            "*Still missing:* a support contact. Without one, people who need to talk to someone have only the owners."
        ));
    }
    blocks.context(Md::join([rounds, digest], "\n"))
}

/// Who changed the settings.
#[derive(Clone, Copy, Debug)]
pub(super) enum By<'a> {
    Owner(&'a UserId),
    /// The server's program.toml.
    File,
    /// The same, against what owners had changed in Slack, which does not fit with it.
    FileAlone,
}

impl By<'_> {
    pub(super) fn is(&self, user: &UserId) -> bool {
        match self {
            Self::Owner(owner) => *owner == user,
            Self::File | Self::FileAlone => false,
        }
    }
}

/// To an owner whom somebody else named when the program began.
pub(super) fn is_named_owner(by: By<'_>, settings: &Settings, owner: &UserId) -> Message {
    let text = match by {
        By::Owner(by) => md!(
            "{} has set up *{}*, and you're one of its owners.",
            by,
            settings.name
        ),
        By::File | By::FileAlone => {
            md!(
                "*{}* is set up, and you're one of its owners.",
                settings.name
            )
        }
    };
    let matches = if settings.approval {
        md!("Before anyone is introduced, I'll ask you owners to look over the matches.")
    } else {
        md!(
            "People are introduced without you having to look first, except where I don't know who reports to whom."
        )
    };
    let contact = (settings.support_contact.as_ref() == Some(owner)).then(|| {
        md!(" You're also its support contact: people may write to you about anything that troubles them.")
    });
    Blocks::new()
        .section(text.clone())
        .section(md!(
            "{} My Home tab shows the program at a glance, and never what people write. `/reverse-mentor help` shows what else \
             you can do.{}",
            matches,
            contact.unwrap_or_default()
        ))
        .message(text)
}

/// To somebody who is the support contact from now on.
pub(super) fn is_named_contact(by: By<'_>, settings: &Settings) -> Message {
    let (text, tell) = match by {
        By::Owner(by) => (
            md!(
                "{} has named you the support contact of *{}*.",
                by,
                settings.name
            ),
            md!("{}", by),
        ),
        By::File | By::FileAlone => (
            md!("You're the support contact of *{}* now.", settings.name),
            "one of its owners".into(),
        ),
    };
    Blocks::new()
        .section(text.clone())
        .section(md!(
            "People in the program may write to you about anything that troubles them there, and owners may ask you to look after \
             a pair. There's nothing to do until then. If it's not for you, please tell {}.",
            tell
        ))
        .message(text)
}

/// The blocks of a note with all that an owner has not read; Slack takes 50.
const BLOCKS: usize = 40;

/// A note to an owner, after what they have not read yet of the same.
pub(super) fn joined(unread: Vec<Message>, note: Message) -> Message {
    let (mut blocks, mut said) = (Vec::new(), String::new());
    for message in unread.into_iter().chain([note.clone()]) {
        // Whoever saved last has saved again.
        let goes_on = message.text == said;
        blocks.extend(message.blocks.into_iter().skip(usize::from(goes_on)));
        said = message.text;
    }
    if blocks.len() > BLOCKS {
        let Message { text, mut blocks } = note;
        let more = "There were more changes before this one. `/reverse-mentor setup` shows all settings as they are.";
        blocks.extend(Blocks::new().context(more).message(more).blocks);
        return Message { text, blocks };
    }
    Message { text: said, blocks }
}

/// To owners: the file took out what these people had picked, and they can't be paired without another.
pub(super) fn people_pick_anew(entry: &str, have: &str) -> Md {
    md!(
        "{} a {} that isn't on the list anymore. They can't be matched before they pick another one, and I'm asking each of them to. \
         To move all of them at once, put it back, and then rename one {} at a time: its people go along.",
        have,
        entry,
        entry
    )
}

/// To somebody whom nobody can be paired with since the server's file changed.
pub(super) fn pick_anew(stage: bool, language: bool) -> Message {
    let what = match (stage, language) {
        (true, true) => {
            "Your career stage and your languages are no longer on the program's lists. Please pick others"
        }
        (true, false) => {
            "Your career stage is no longer on the program's list. Please pick another one"
        }
        (false, _) => {
            "None of your languages is on the program's list anymore. Please pick one from it"
        }
    };
    let text = md!(
        "{} in your profile: I can't match you with anyone before that. A pair you're in goes on.",
        Md::from(what)
    );
    Blocks::new()
        .section(text.clone())
        .buttons([button("Look at my profile", &Action::OpenJoin).primary()])
        .message(text)
}

/// To the other owners, after one of them saved.
pub(super) fn told_owners(by: By<'_>, changes: Vec<Md>) -> Message {
    let text = match by {
        By::Owner(owner) => md!("{} has changed the program's settings.", owner),
        By::File => "The program's settings have changed with the server's program.toml.".into(),
        By::FileAlone => "The program's settings are all as in the server's program.toml again. It has changed, and what was \
             changed in Slack doesn't fit with it."
            .into(),
    };
    Blocks::new()
        .section(text.clone())
        .section(Md::bullets(changes))
        .message(text)
}
