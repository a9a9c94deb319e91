//! A partner takes a break, comes back, or moves to another time zone: the pair's months follow.

use super::{DAY, Month, Result, close, messages, month, on_break, tell_both, timing, zones};
use crate::domain::cadence::{self, Hours};
use crate::domain::cycle::State;
use crate::domain::ids::UserId;
use crate::domain::pair::{self, Pair};
use crate::domain::program::Settings;
use crate::store::{Tx, cycles, pairs, programs};
use jiff::SignedDuration;

/// With less than this left, a month that was interrupted is not taken up again.
const WORTH_RESUMING: SignedDuration = SignedDuration::from_hours(7 * 24);

pub async fn partner_changed(tx: &mut Tx, user: &UserId) -> Result<()> {
    let Some(program) = programs::find(tx).await? else {
        return Ok(());
    };
    for pair in pairs::open_of(tx, user).await? {
        if pair.state == pair::State::Active {
            follow(tx, &program.settings, &pair, user).await?;
        }
    }
    Ok(())
}

async fn follow(tx: &mut Tx, settings: &Settings, pair: &Pair, user: &UserId) -> Result<()> {
    let latest = cycles::latest(tx, pair.id).await?;
    let armed = timing::is_armed(tx, pair, latest.as_ref()).await?;
    let away = on_break(tx, pair).await?;
    let month = match &latest {
        Some(cycle) => month(tx, cycle.id).await?,
        None => None,
    };
    match (away, armed) {
        (true, true) => {
            timing::disarm(tx, pair, latest.as_ref(), timing::Spare::Nothing).await?;
            if let Some(month) = &month {
                super::withdraw(tx, month).await?;
            }
            let key = once_a_day(tx, settings, pair, user, "break");
            tell_both(
                tx,
                pair,
                &key,
                messages::on_break(user, month.as_ref(), tx.now),
            )
            .await
        }
        // Somebody moved: the clocks of the month move with them.
        (false, true) => match month {
            Some(month) => timing::arm(tx, &month).await,
            None => Ok(()),
        },
        (false, false) => {
            take_up(tx, settings, pair, month).await?;
            let key = once_a_day(tx, settings, pair, user, "back");
            tell_both(tx, pair, &key, messages::back(user)).await
        }
        (true, false) => Ok(()),
    }
}

/// After a break: the interrupted month goes on if enough of it is left, else the next one opens.
async fn take_up(
    tx: &mut Tx,
    settings: &Settings,
    pair: &Pair,
    month: Option<Month>,
) -> Result<()> {
    if let Some(month) = &month
        && month.cycle.closed_at.is_none()
    {
        if month.cycle.closes_at.duration_since(tx.now) > WORTH_RESUMING {
            return timing::arm(tx, month).await;
        }
        close(tx, month, State::OnBreak).await?;
    }
    let next = month.map_or(1, |month| month.cycle.number + 1);
    if next > pair.cycles {
        return Ok(());
    }
    let zones = zones(tx, settings, pair).await?;
    // Not on the spot: whoever comes back reads other things first.
    let soon = super::after(tx.now, DAY);
    let at = Hours::from(settings).next_shared(soon, &zones);
    timing::set_opening(tx, pair, next, at, &zones[0]).await
}

/// Said at most once a day, however often somebody changes their mind.
fn once_a_day(tx: &Tx, settings: &Settings, pair: &Pair, user: &UserId, what: &str) -> String {
    let day = cadence::local(tx.now, &settings.zone()).date();
    format!("{what}/{}/{user}/{day}", pair.id)
}
