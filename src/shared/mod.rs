//! Shared by features: errors, settings, permissions, nudges, and the texts about pairs and deliveries.

pub mod another;
pub mod breaks;
pub mod circle;
pub mod deliveries;
pub mod digest_now;
pub mod enrollment;
pub mod example;
pub mod failures;
pub mod list_ends;
pub mod look_up;
pub mod news;
mod next_match;
pub mod nudge;
pub mod one_line;
pub mod open_things;
pub mod opening;
pub mod overview;
pub mod owners;
pub mod pair_card;
pub mod passing_on;
pub mod promised;
pub mod readers;
pub mod recurring;
pub mod send_again;
pub mod to_contact;

pub use crate::slack::blocks::View;
pub use crate::slack::event::Reply;
pub use next_match::{NextMatch, next_match, next_round};

use crate::domain::pair::Pair;
use crate::domain::program::Settings;
use crate::domain::timer::Timer;
use crate::domain::wording::Worded;
use crate::md;
use crate::slack::blocks::{Blocks, Button, Modal, button};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::db::StoreError;
use crate::store::{Reading, programs, timers};
use std::sync::Arc;

/// What a pair reads when its cohort ends: an owner reads it first.
pub const LAST_MONTH: &str = "Your cohort of the program is coming to its end, so this month is your last together in it. When it's over, I'll ask each of you privately what comes next. Going on together is one of the choices.";

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

/// In answer to a form that was submitted as it was.
pub fn nothing_changed() -> Modal {
    Modal::notice(
        "Nothing changed",
        Blocks::new().section("Nothing changed: everything is as it was before."),
    )
}

/// Opens the form that asks for how long.
pub fn pause_button() -> Button {
    button("Pause", &Action::Pause)
}

/// Shows owners what people will read.
pub fn worded_button() -> Button {
    let worded = Worded::Welcome;
    button("See what people will read", &Action::ShowWorded { worded })
}

/// For a person who has no partner and is not waiting: nobody is matched without asking for it.
pub fn find_partner_button() -> Button {
    button("Find me a partner", &Action::FindPartner).primary()
}

/// For somebody who is no full member: that they need do nothing, for as long as their profile is kept.
pub fn back_in(retention_days: u16) -> Md {
    md!(
        "If that changes within {} from then, you're back in without doing anything. After that I've forgotten your profile, and you \
         can join again. If you'd rather not come back, `/reverse-mentor leave` is enough.",
        days(retention_days)
    )
}

/// "1 day", "90 days".
pub fn days(number: u16) -> String {
    match number {
        1 => "1 day".to_owned(),
        many => format!("{many} days"),
    }
}

/// "1 month", "6 months".
pub fn months(number: u8) -> String {
    match number {
        1 => "1 month".to_owned(),
        many => format!("{many} months"),
    }
}
