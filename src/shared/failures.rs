//! What couldn't be delivered lately, in the words in which owners read it: in their weekly note and on their Home.

use super::{Result, deliveries, owners, send_again};
use crate::domain::ids::UserId;
use crate::domain::outgoing::Lane;
use crate::md;
use crate::slack::blocks::{Blocks, Button, lines_in_short};
use crate::slack::words::Md;
use crate::store::outbox::{self, Failed};
use crate::store::{Reading, Tx};
use jiff::{SignedDuration, Timestamp};

const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The most lines.
const LINES: usize = 10;

/// The failures of a week.
pub struct Failures {
    pub failed: Vec<Failed>,
    lines: Vec<Md>,
    /// Sends them again, as far as they apply.
    again: Option<Button>,
}

/// What failed within the last week and is worth telling this owner.
pub async fn of_this_week(tx: &mut Reading, reader: &UserId) -> Result<Failures> {
    let since = tx.now.saturating_sub(WEEK).unwrap_or(Timestamp::MIN);
    let mut failed = Vec::new();
    for one in outbox::failed_since(tx, since).await? {
        if deliveries::stands(tx, &one).await? {
            failed.push(one);
        }
    }
    let failed = deliveries::for_reader(tx, failed, reader).await?;
    Ok(Failures {
        lines: deliveries::lines(tx, &failed).await?,
        again: send_again::button_for(tx, &failed, since).await?,
        failed,
    })
}

/// Something to `lane` has just failed: the Homes of those who act for the program show it.
pub async fn show(tx: &mut Tx, lane: &Lane) -> Result<()> {
    if deliveries::is_worth_telling(lane) {
        let acting = owners::acting(tx).await?;
        outbox::homes_later(tx, acting.people).await?;
    }
    Ok(())
}

impl Failures {
    /// The list with its button; nothing if nothing failed.
    pub fn blocks(&self) -> Blocks {
        if self.lines.is_empty() {
            return Blocks::new();
        }
        let what_to_do = if self.again.is_some() {
            "When what stands in the way is mended, press *Send again*."
        } else {
            "None of them applies anymore, so there's nothing to send again. What stands in the way is worth mending for \
             the next ones."
        };
        let lines = Md::bullets(lines_in_short(self.lines.clone(), LINES));
        Blocks::new()
            .section(md!(
                "*Messages that couldn't be delivered this week*\n{}\n{}",
                Md::from(what_to_do),
                lines
            ))
            .buttons(self.again.clone())
    }
}
