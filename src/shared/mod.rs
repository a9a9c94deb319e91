//! Shared by features: errors, settings, permissions, nudges, and the texts about pairs and deliveries.

pub mod deliveries;
pub mod nudge;
pub mod pair_card;
pub mod recurring;

pub use crate::slack::blocks::View;
pub use crate::slack::event::Reply;

use crate::domain::cadence;
use crate::domain::ids::UserId;
use crate::domain::pair::Pair;
use crate::domain::participant::PersonInSlack;
use crate::domain::program::{Matching, Settings};
use crate::domain::schedule::Schedule;
use crate::domain::timer::Timer;
use crate::md;
use crate::slack::blocks::{Button, button};
use crate::slack::event::{Action, Actor};
use crate::slack::words::{self, Md};
use crate::store::db::StoreError;
use crate::store::{Reading, people, programs, timers};
use jiff::Timestamp;
use std::sync::Arc;

/// Why a feature refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Shown to the person who asked: the problem and what to do. The transaction is rolled back.
    #[error("{0}")]
    User(Md),
    /// Our own error: logged and answered with one apology. The transaction is rolled back.
    #[error(transparent)]
    Internal(#[from] StoreError),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Error::Internal(error.into())
    }
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Refuses with a friendly text: `return refuse(md!("…"))`.
pub fn refuse<T>(text: impl Into<Md>) -> Result<T> {
    Err(Error::User(text.into()))
}

/// The program's settings, or a friendly refusal if there is no program yet.
pub async fn settings(tx: &mut Reading) -> Result<Arc<Settings>> {
    match programs::find(tx).await? {
        Some(program) => Ok(program.settings),
        None => refuse(
            "There's no reverse mentoring program here yet. A workspace admin can start one in two minutes with \
             `/reverse-mentor setup`.",
        ),
    }
}

/// Whether this person may act for the program: an owner in the settings, or an admin while no owner is named.
pub async fn is_owner(tx: &mut Reading, user: &UserId) -> Result<bool> {
    let Some(program) = programs::find(tx).await? else {
        return Ok(false);
    };
    let person = people::find(tx, user).await?;
    Ok(owns(&program.settings, user, person.as_ref()))
}

/// The same for a person who is already loaded.
pub fn owns(settings: &Settings, user: &UserId, person: Option<&PersonInSlack>) -> bool {
    let is_admin = person.is_some_and(|person| person.admin && !person.deleted);
    settings.is_owner(user) || settings.owners.is_empty() && is_admin
}

/// Refuses anyone who may not act for the program.
pub async fn owners_only(tx: &mut Reading, actor: &Actor) -> Result<()> {
    settings(tx).await?;
    if is_owner(tx, &actor.user).await? {
        return Ok(());
    }
    refuse("Only the program's owners can do that. `/reverse-mentor help` shows what you can do.")
}

/// Refuses new text that nothing would erase, because the pair's `Erase` timer has already run.
pub async fn not_erased(tx: &mut Reading, pair: &Pair) -> Result<()> {
    if !pair.is_open() && timers::due(tx, &Timer::Erase(pair.id)).await?.is_none() {
        return refuse(
            "This pair ended a while ago, and what was written in it is erased, so I don't keep anything new for it. \
             Thank you for the time you gave it.",
        );
    }
    Ok(())
}

/// When people are matched next, in one sentence.
pub async fn next_match(tx: &mut Reading) -> Result<Md> {
    let settings = settings(tx).await?;
    let due = timers::due(tx, &Timer::Round).await?;
    Ok(next_round(tx.now, &settings, due))
}

/// The same for a round that is `due` (its timer).
pub fn next_round(now: Timestamp, settings: &Settings, due: Option<Timestamp>) -> Md {
    if settings.matching == Matching::Rolling {
        return "As soon as there's a good fit.".into();
    }
    let Some(mut at) = due else {
        return "No round is planned at the moment.".into();
    };
    let zone = settings.zone();
    if at <= now {
        // The round is being made right now, so a reader of this is in time for the next one.
        let schedule = Schedule::parse(&settings.round_schedule).ok();
        at = schedule
            .and_then(|schedule| schedule.next_after(now, &zone))
            .unwrap_or(at);
    }
    let fallback = cadence::say_when_and_where(at, &zone, now);
    md!("{}.", words::when(at, &fallback))
}

/// Asks for confirmation, because a partner reads of the break.
pub fn pause_button() -> Button {
    button("Pause", &Action::Pause).confirm(
        "Take a break?",
        "Nobody is matched with you, and I'll leave you in peace until you resume. If you have a partner, they'll see \
         in your group message that you're taking a break, but not why.",
        "Pause",
        "Not now",
    )
}

/// For a person who has no partner and is not waiting: nobody is matched without asking for it.
pub fn find_partner_button() -> Button {
    button("Find me a partner", &Action::FindPartner).primary()
}

/// "1 month", "6 months".
pub fn months(number: u8) -> String {
    match number {
        1 => "1 month".to_owned(),
        many => format!("{many} months"),
    }
}
