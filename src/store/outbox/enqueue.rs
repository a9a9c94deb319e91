//! Puts messages on their way, and takes back those that no longer apply.

use super::read::{count_homes, is_queued};
use super::{
    Kind, Lane, MESSAGE, Result, To, Tx, UNSEEN, Upload, What, due, pair_channel, promote, queued,
    sql,
};
use crate::domain::delivery::{Delivery, Doubt, waits_for};
use crate::domain::ids::UserId;
use crate::domain::key::{Key, Topic};
use crate::domain::message::{Attachment, Message};
use crate::domain::outgoing::PassesOn;
use crate::store::db::Columns as _;
use jiff::{SignedDuration, Timestamp};

/// Puts a message on its way. `key` names it within the workspace: posting the same key twice posts once (false then).
/// After `expires` it is dropped unsent.
pub async fn post(
    tx: &mut Tx,
    to: To,
    kind: Kind,
    key: &Key,
    message: Message,
    expires: Option<Timestamp>,
) -> Result<bool> {
    let what = What::Post {
        to,
        message,
        chart: None,
        reservation: None,
        passes_on: None,
    };
    push(tx, kind, key, &what, expires).await
}

/// Puts a message on its way that somebody asked us to pass on: they hear when Slack does not take it. See [`post`].
pub async fn pass_on(
    tx: &mut Tx,
    passes_on: PassesOn,
    to: To,
    key: &Key,
    message: Message,
) -> Result<bool> {
    let what = What::Post {
        to,
        message,
        chart: None,
        reservation: None,
        passes_on: Some(passes_on),
    };
    push(tx, Kind::Answer, key, &what, None).await
}

/// Shares a file behind the message of that key. See [`post`].
pub async fn share(
    tx: &mut Tx,
    to: To,
    (kind, file): (Kind, Attachment),
    behind: &Key,
    expires: Option<Timestamp>,
) -> Result<bool> {
    let what = What::Share {
        to,
        file,
        upload: Upload::NotYet,
    };
    push(tx, kind, &behind.file(), &what, expires).await
}

/// A delayed Home is not shown after this.
const STALE: SignedDuration = SignedDuration::from_mins(5);
/// The number of Homes that Slack allows in that time: any more would expire before they are shown.
const WAITING: i64 = 500;

/// Shows people their Home when Slack's limits have room, once for whatever changes until then.
pub async fn homes_later(tx: &mut Tx, people: impl IntoIterator<Item = UserId>) -> Result<()> {
    let expires = tx.now.saturating_add(STALE).ok();
    let mut waiting = count_homes(tx).await?;
    for user in people {
        let key = Key::Home {
            user: user.clone(),
            id: tx.new_id(),
        };
        let what = What::Home { user };
        if waiting < WAITING && !is_queued(tx, &what).await? {
            push(tx, Kind::Lookup, &key, &what, expires).await?;
            waiting += 1;
        }
    }
    Ok(())
}

/// Keeps a message until its moment has come ([`super::moment_has_come`]). Returns its row; none if its key was used before.
pub async fn keep(tx: &mut Tx, kind: Kind, key: &Key, what: &What) -> Result<Option<i64>> {
    let (id, now) = (tx.new_id(), tx.now);
    let kept = tx.changes(sql!(
        "insert into outbox (id, team_id, lane, kind, what_sealed, dedupe_key, state, not_before, created_at, rank)
         values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $7, $8) on conflict (team_id, dedupe_key) do nothing",
        id, tx.team(), what.lane(), kind, MESSAGE.seal(tx.keys(), id, what)?, key, now, !kind.is_awaited()
    ));
    Ok(kept.await?.then_some(id))
}

/// Puts anything on its way. See [`post`].
pub async fn push(
    tx: &mut Tx,
    kind: Kind,
    key: &Key,
    what: &What,
    expires: Option<Timestamp>,
) -> Result<bool> {
    push_behind(tx, &what.lane(), kind, key, what, expires).await
}

/// The same, behind what waits in another lane than its own: once that is gone, it moves to its own.
pub(super) async fn push_behind(
    tx: &mut Tx,
    lane: &Lane,
    kind: Kind,
    key: &Key,
    what: &What,
    expires: Option<Timestamp>,
) -> Result<bool> {
    let (id, now) = (tx.new_id(), tx.now);
    let delivery = Delivery {
        id,
        kind,
        what: what.clone(),
        doubt: Doubt::None,
        attempts: 0,
        channel: pair_channel(tx, what).await?,
        created: now,
        expires,
    };
    let is_at_home = *lane == what.lane();
    let method = if is_at_home {
        waits_for(&delivery)
    } else {
        UNSEEN
    };
    let sealed = MESSAGE.seal(tx.keys(), id, what)?;
    let row = sql!(
        "insert into outbox (id, team_id, lane, kind, what_sealed, dedupe_key, state, not_before, expires_at, created_at,
             rank, waits_for)
         values ($1, $2, $3, $4, $5, $6, 'queued', $7, $8, $7, $9,
             case when exists (select 1 from outbox o where o.team_id = $2 and o.lane = $3
                 and o.state in ('queued', 'leased') and (o.waits_for is null or o.waits_for <> 'unreadable'))
             then null else $10 end)
         on conflict (team_id, dedupe_key) do nothing returning waits_for",
        id, tx.team(), lane, kind, sealed, key, now, expires, !kind.is_awaited(), method
    );
    let Some(row) = tx.first(row).await? else {
        return Ok(false);
    };
    if row.maybe::<String>("waits_for")?.is_some() {
        due(tx, method, now).await?;
    }
    tx.posted = true;
    Ok(true)
}

/// Drops what was queued about `topic` and surely was not sent: it no longer applies. `lanes` are all those it may have
/// gone to, so that only what waits for these people is looked at.
pub async fn withdraw(tx: &mut Tx, topic: Topic, lanes: &[Lane]) -> Result<u64> {
    let mut withdrawn = 0;
    for lane in lanes {
        for (id, key) in queued(tx, lane).await? {
            if key.is_some_and(|key| key.is_about(topic)) {
                let expired = tx.run(sql!(
                    "update outbox set state = 'expired', finished_at = $1, waits_for = null, what_sealed = ''
                     where id = $2 and state in ('queued', 'waiting') and doubt = 0",
                    tx.now,
                    id
                ));
                withdrawn += expired.await?;
            }
        }
        promote(tx, &lane.to_string()).await?;
    }
    Ok(withdrawn)
}

/// An expired nudge that surely was not sent gives its key back, for another try.
pub async fn give_key_back(tx: &mut Tx, id: i64) -> Result<()> {
    let row = sql!("select dedupe_key, lane from outbox where id = $1", id);
    let Some(row) = tx.first(row).await? else {
        return Ok(());
    };
    let (key, lane): (String, String) = (row.get("dedupe_key")?, row.get("lane")?);
    tx.run(sql!(
        "update outbox set state = 'expired', finished_at = $1, waits_for = null, dedupe_key = dedupe_key || $2
         where team_id = $3 and dedupe_key = $4 and state in ('queued', 'expired')",
        tx.now,
        format!("/unsent/{id}"),
        tx.team(),
        key
    ))
    .await?;
    promote(tx, &lane).await
}
