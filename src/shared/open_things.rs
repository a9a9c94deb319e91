//! Everything that is open in a program, with what happens next: for rehearsals, `doctor` and the model test.

use super::{Result, enrollment, owners};
use crate::domain::open_thing::{Kind, OpenThing};
use crate::domain::timer::Timer;
use crate::store::{Reading, open_things, programs, timers, workspaces};
use jiff::Timestamp;

/// What is open in the transaction's workspace; nothing while there is no program. Without the app all of it rests, so one thing is
/// open: the workspace itself, until the day on which it is erased.
pub async fn all(tx: &mut Reading) -> Result<Vec<OpenThing>> {
    if let Some(since) = workspaces::ended_at(tx).await? {
        return Ok(vec![OpenThing {
            kind: Kind::Removed,
            about: tx.team().to_string(),
            since,
            next: timers::due(tx, &Timer::WorkspaceEnds).await?,
        }]);
    }
    let Some(_) = programs::find(tx).await? else {
        return Ok(Vec::new());
    };
    let acting = owners::acting(tx).await?;
    let list = list_goes_out(tx, acting.are_admins).await?;
    let mut open = open_things::all(tx, list).await?;
    if let Some(window) = enrollment::window(tx).await? {
        open.push(OpenThing {
            kind: Kind::FirstMatch,
            about: window.first_match.to_string(),
            since: tx.now.min(window.at),
            next: timers::due(tx, &Timer::Round).await?,
        });
    }
    if acting.are_admins {
        open.push(OpenThing {
            kind: Kind::NoOwner,
            about: tx.team().to_string(),
            since: tx.now,
            next: list,
        });
    }
    Ok(open)
}

/// What is open and will stay so, because nothing happens by itself.
pub async fn stalled(tx: &mut Reading) -> Result<Vec<OpenThing>> {
    let now = tx.now;
    let mut stalled = all(tx).await?;
    stalled.retain(|open| open.is_stalled(now));
    Ok(stalled)
}

/// When the owners' list goes out next: with the digest, or while no owner is left, the note to the admins.
async fn list_goes_out(tx: &mut Reading, to_admins: bool) -> Result<Option<Timestamp>> {
    let list = if to_admins {
        let told = timers::due(tx, &Timer::Undelivered).await?;
        let looked = timers::due(tx, &Timer::Directory).await?;
        told.into_iter().chain(looked).min()
    } else {
        timers::due(tx, &Timer::Digest).await?
    };
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::CheckinId;
    use crate::domain::key::Key;
    use crate::domain::outgoing::Kind as Outgoing;
    use crate::domain::program::Settings;
    use crate::shared::news;
    use crate::slack::event::{Action, Answer, Form};
    use crate::store::timers::Work;
    use crate::testing::feature_test::FeatureTest;
    use crate::testing::people::{junior, mentee, senior, settings};
    use std::collections::BTreeSet;

    async fn kinds(test: &FeatureTest, stalled_only: bool) -> BTreeSet<Kind> {
        let mut tx = test.db.read(&test.team, test.now).await.unwrap();
        let found = if stalled_only {
            stalled(&mut tx).await
        } else {
            all(&mut tx).await
        };
        found.unwrap().into_iter().map(|open| open.kind).collect()
    }

    async fn cancel_all(test: &FeatureTest) {
        let late = test.db.read(&test.team, Timestamp::MAX).await;
        let rows = timers::list_due(&mut late.unwrap(), Work::All, 10_000).await;
        let mut tx = test.tx().await;
        for row in rows.unwrap() {
            timers::cancel(&mut tx, &row.timer.unwrap()).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// A pair that has not begun, with a month; a round to approve; somebody waiting, an invitation, and both kinds of breaks.
    #[tokio::test]
    async fn what_is_open_stalls_without_its_timer() {
        let test = FeatureTest::new(Settings { ..settings() }).await;
        test.run_due().await;
        test.introduced().await;
        test.takes_part("UJUN", junior()).await;
        test.takes_part("USEN", senior()).await;
        test.command("UANA", "round").await.unwrap();
        test.run_due().await;
        for (user, length) in [("UAWAY", "open"), ("UBACK", "4")] {
            test.takes_part(user, mentee(&[], &[])).await;
            let length = [("length", Answer::One(length.into()))];
            test.submit(user, Form::Pause, &length).await.unwrap();
        }
        test.seen("UELSE", "UTC").await;
        test.command("USEN", "invite <@UELSE>").await.unwrap();
        let expected = BTreeSet::from([
            Kind::NotBegun,
            Kind::Month,
            Kind::RoundToApprove,
            Kind::Waiting,
            Kind::Invitation,
            Kind::BreakWithDate,
            Kind::BreakWithoutDate,
        ]);
        assert_eq!(kinds(&test, false).await, expected);
        assert_eq!(kinds(&test, true).await, BTreeSet::new());
        cancel_all(&test).await;
        assert_eq!(kinds(&test, true).await, expected);
    }

    #[tokio::test]
    async fn news_stalls_without_its_timer() {
        let mut test = FeatureTest::program(settings()).await;
        test.takes_part("UMIA", junior()).await;
        test.pass(jiff::SignedDuration::from_hours(17)).await;
        let mut tx = test.tx().await;
        let (user, words) = ("UMIA".into(), crate::md!("Good morning").into());
        let key = Key::Checkin(CheckinId(1));
        news::tell(&mut tx, &user, Outgoing::Notice, &key, words)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(kinds(&test, false).await.contains(&Kind::News));
        assert!(!kinds(&test, true).await.contains(&Kind::News));
        cancel_all(&test).await;
        assert!(kinds(&test, true).await.contains(&Kind::News));
    }

    /// Whatever was open rests with the workspace.
    #[tokio::test]
    async fn a_workspace_that_removed_the_app_stalls_without_its_timer() {
        let mut test = FeatureTest::new(settings()).await;
        test.introduced().await;
        let mut tx = test.tx().await;
        let now = tx.now;
        workspaces::uninstalled(&mut tx, now).await.unwrap();
        tx.commit().await.unwrap();
        test.pass(jiff::SignedDuration::from_hours(24 * 20)).await;
        assert_eq!(kinds(&test, false).await, BTreeSet::from([Kind::Removed]));
        assert_eq!(kinds(&test, true).await, BTreeSet::new());
        let mut tx = test.tx().await;
        timers::cancel(&mut tx, &Timer::WorkspaceEnds)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(kinds(&test, true).await, BTreeSet::from([Kind::Removed]));
    }

    #[tokio::test]
    async fn a_check_in_and_a_closing_stall_without_their_timers() {
        let settings = Settings {
            cycles: 1,
            ..settings()
        };
        let mut test = FeatureTest::new(settings).await;
        let pair = test.introduced().await;
        let sign = Action::Sign { pair, version: 1 };
        for user in ["UMIA", "USAM"] {
            test.press(user, sign.clone()).await.unwrap();
        }
        test.pass(jiff::SignedDuration::from_hours(24 * 32)).await;
        let open = kinds(&test, false).await;
        assert!(open.contains(&Kind::Closing), "{open:?}");
        assert_eq!(kinds(&test, true).await, BTreeSet::new());
        cancel_all(&test).await;
        let stalled = kinds(&test, true).await;
        assert!(stalled.contains(&Kind::Closing), "{stalled:?}");
    }
}
