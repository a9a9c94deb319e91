//! A reminder to people on the owners' list who have not joined: once each, in their working hours, and to nobody who joined before,
//! said no or had their data erased. Whom an announcement reached is not known, so its readers are reminded only if they are on
//! the list.

use crate::domain::cadence;
use crate::domain::enrollment::Window;
use crate::domain::ids::UserId;
use crate::domain::key::Key;
use crate::domain::message::Message;
use crate::domain::organization::is_in_slack;
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::domain::timer::Timer;
use crate::features::{Reply, Result, months, owners_only, settings};
use crate::md;
use crate::shared::look_up::{self, Word};
use crate::shared::nudge::{self, Nudge, Outcome};
use crate::shared::{breaks, enrollment};
use crate::slack::blocks::{Blocks, Modal, button};
use crate::slack::event::{Action, Actor, Form};
use crate::slack::words::Md;
use crate::store::outbox::{Kind, To, What};
use crate::store::{Reading, Tx, audit, invitations, lookups, organization, participants, quiet};
use crate::store::{programs, timers};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;

const TITLE: &str = "Remind your list";
/// After this, nobody is reminded of what was announced.
const WORTH: SignedDuration = SignedDuration::from_hours(10 * 24);
/// How long Slack is given to say who somebody is.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// Shows the reminder, and how many people at most read it.
pub async fn open_reminder(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let settings = settings(tx).await?;
    let listed = organization::count(tx).await?;
    let people = not_here(tx).await?.len();
    let window = enrollment::window(tx).await?;
    if people == 0 {
        let words = if listed == 0 {
            "Bring in your people first, on my Home tab. Then I know whom to remind."
        } else {
            "Everyone on your list takes part, so there's nobody to remind."
        };
        return Ok(Reply::modal(Modal::notice(
            TITLE,
            Blocks::new().section(words),
        )));
    }
    let until = cadence::say_day(until(tx.now, window.as_ref()), &settings.zone(), tx.now);
    let whom = match people {
        1 => Md::from("*1 person* on your list doesn't take part. They'll"),
        n => md!("*{} people* on your list don't take part. They'll", n),
    };
    let blocks = Blocks::new()
        .section(md!(
            "{} read this once, in their working hours, by {}:",
            whom,
            until
        ))
        .divider()
        .append(contents(&settings, window.as_ref(), tx.now))
        .divider()
        .context(
            "I leave out anyone who was here before, said no, asked me not to write, or has read it already, so it may be fewer. \
             I never say who.",
        );
    Ok(Reply::modal(Modal::form(
        Form::RemindInvited,
        TITLE,
        "Remind them",
        blocks,
    )))
}

/// The owner has read it: each is reminded when it suits them.
pub async fn remind(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    breaks::refuse_during_one(tx).await?;
    let window = enrollment::window(tx).await?;
    let until = until(tx.now, window.as_ref()).as_millisecond();
    for user in not_here(tx).await? {
        timers::soon(tx, &Timer::RemindInvited { user, until }).await?;
    }
    audit::note(tx, &actor.user, "list_reminded", "program").await?;
    let words =
        "They'll hear from me, each in their working hours. I won't remind any of them twice.";
    Ok(Reply::modal(Modal::notice(
        TITLE,
        Blocks::new().section(words),
    )))
}

/// Timer `RemindInvited`: reminds one of them, if nothing has changed since.
pub async fn remind_one(tx: &mut Tx, user: &UserId, until: i64) -> Result<()> {
    let timer = Timer::RemindInvited {
        user: user.clone(),
        until,
    };
    let Ok(stale_at) = Timestamp::from_millisecond(until) else {
        return Ok(());
    };
    if stale_at <= tx.now || !may_be_asked(tx, user).await? {
        return Ok(());
    }
    match look_up::word(tx, user).await? {
        Word::Barred(_) => return Ok(()),
        Word::Unknown => {
            let key = Key::LookUp {
                user: user.clone(),
                hour: tx.now.as_second() / LOOK_AGAIN.as_secs(),
            };
            lookups::ask(tx, &key, &What::LookUp { user: user.clone() }).await?;
            let again = tx.now + LOOK_AGAIN;
            return Ok(timers::at(tx, &timer, again).await?);
        }
        Word::Member => {}
    }
    let settings = settings(tx).await?;
    let window = enrollment::window(tx).await?;
    let nudge = Nudge {
        kind: Kind::Notice,
        key: Key::JoinReminder {
            user: user.clone(),
            until,
        },
        to: To::Person(user.clone()),
        people: vec![user.clone()],
        message: reminder(&settings, window.as_ref(), tx.now),
        stale_at,
        timer: timer.clone(),
    };
    match nudge::send(tx, nudge).await? {
        Outcome::Sent => quiet::keep(tx, user).await?,
        Outcome::Later(at) => timers::at(tx, &timer, at).await?,
        Outcome::TooLate | Outcome::Apart => {}
    }
    Ok(())
}

/// It did not reach them, so it may be sent another time.
pub async fn unsent(tx: &mut Tx, user: &UserId) -> Result<()> {
    Ok(quiet::forget(tx, user).await?)
}

/// Somebody does not want to be asked again.
pub async fn do_not_ask(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    quiet::keep(tx, &actor.user).await?;
    let words: Md = "All right, I won't ask you again, and nobody hears of it. Should you change your mind, `/reverse-mentor join` is always \
                 open."
        .into();
    Ok(Reply::replace(words))
}

/// Until when: the end of the enrollment window if there is one.
fn until(now: Timestamp, window: Option<&Window>) -> Timestamp {
    let ends = window.map(|window| window.at).filter(|at| *at > now);
    ends.unwrap_or(now + WORTH)
}

/// People on the list who do not take part, as owners see it: whoever left is among them, so that their number tells of nobody.
async fn not_here(tx: &mut Reading) -> Result<Vec<UserId>> {
    let here: HashSet<UserId> = participants::all(tx)
        .await?
        .into_iter()
        .filter(|one| matches!(one.standing, Standing::Active | Standing::Paused))
        .map(|one| one.user)
        .collect();
    let listed = organization::all(tx).await?.into_iter();
    Ok(listed
        .filter(|(user, entry)| !entry.bystander && is_in_slack(user) && !here.contains(user))
        .map(|(user, _)| user)
        .collect())
}

async fn may_be_asked(tx: &mut Reading, user: &UserId) -> Result<bool> {
    let entry = organization::find(tx, user).await?;
    let is_listed = entry.is_some_and(|entry| !entry.bystander);
    Ok(is_listed
        && programs::find(tx).await?.is_some()
        && participants::standing(tx, user).await?.is_none()
        && !invitations::said_no(tx, user).await?
        && !quiet::has(tx, user).await?)
}

fn reminder(settings: &Settings, window: Option<&Window>, now: Timestamp) -> Message {
    let text = md!("{}: would you like to take part?", settings.name);
    contents(settings, window, now)
        .buttons([
            button("Join", &Action::OpenJoin).primary(),
            button("No, thanks", &Action::DoNotAsk),
            button("Who sees what", &Action::OpenPrivacy),
        ])
        .context("Nobody hears whether you answer. I won't remind you again.")
        .message(text)
}

fn contents(settings: &Settings, window: Option<&Window>, now: Timestamp) -> Blocks {
    let today = cadence::local(now, &settings.zone()).date();
    let day = window.map(|window| {
        if window.at <= now {
            return "The day of the first match is being set.".into();
        }
        let first = cadence::say_date(window.first_match, today);
        match window.joining_until(today) {
            Some(until) => md!(
                "You can join until {}. The first match is on {}.",
                cadence::say_date(until, today),
                first
            ),
            None => md!("The first match is on {}.", first),
        }
    });
    let facts = [
        Some(md!(
            "About an hour a month, for {}.",
            months(settings.cycles)
        )),
        day,
        Some("You can pause or leave at any time, without giving a reason.".into()),
    ];
    Blocks::new()
        .section(md!(
            "*{}: would you like to take part?*\nA junior colleague teaches a senior one, and both learn.",
            settings.name
        ))
        .section(Md::bullets(facts.into_iter().flatten()))
}
