//! What came of a call: the row is sent, goes on with its next call, waits, or is given up.

use super::sender::{Call, Job};
use super::{picture, sharing};
use crate::domain::happening::Happening;
use crate::domain::ids::ChannelId;
use crate::features::Error;
use crate::router;
use crate::slack::client::CallError;
use crate::slack::inbound;
use crate::store::outbox::{self, Again, Parcel, To, What};
use crate::store::{Tx, limits, pairs, workspaces};
use jiff::SignedDuration;
use metrics::counter;
use serde_json::Value;

/// How long we try to reach a Slack that does not answer.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(72);
/// How long Slack may still be at work on a message whose answer did not come.
const SETTLES: SignedDuration = SignedDuration::from_secs(30);

/// Slack did it.
pub(super) async fn done(tx: &mut Tx, job: &Job, answer: &Value) -> Result<(), Error> {
    let parcel = &job.parcel;
    match (&job.call, &parcel.what) {
        (Call::Open(_), what) => {
            let channel = answer
                .pointer("/channel/id")
                .and_then(Value::as_str)
                .unwrap_or_default();
            if channel.is_empty() {
                again(tx, parcel, "no_channel", parcel.doubt).await?;
                return Ok(());
            }
            let channel = ChannelId::from(channel);
            if let What::Post {
                to: To::Pair { pair, .. },
                ..
            }
            | What::Share {
                to: To::Pair { pair, .. },
                ..
            } = what
            {
                pairs::set_channel(tx, *pair, &channel).await?;
            }
            outbox::set_channel(tx, parcel.id, &channel).await?;
            go_on(tx, parcel, parcel.doubt).await?;
        }
        // An answer without a list says nothing about what is there.
        (Call::Find(_), _) if answer.get("messages").is_none_or(|it| !it.is_array()) => {
            outbox::give_up_looking(tx, parcel.id).await?;
        }
        (Call::Find(channel), _) => match found(answer, &parcel.id.to_string()) {
            Some(ts) => sent(tx, parcel, Some(channel), Some(&ts)).await?,
            None => go_on(tx, parcel, false).await?,
        },
        (Call::Post { .. }, _) => {
            let channel = answer
                .get("channel")
                .and_then(Value::as_str)
                .map(ChannelId::from);
            sent(
                tx,
                parcel,
                channel.as_ref(),
                answer.get("ts").and_then(Value::as_str),
            )
            .await?;
        }
        (Call::Upload, What::Post { .. }) => {
            let id = answer.get("file_id").and_then(Value::as_str);
            picture::uploaded(tx, parcel, id.unwrap_or_default()).await?;
        }
        (Call::Finish(id), _) => picture::completed(tx, parcel, id).await?,
        (Call::Upload, _) => {
            let id = answer.get("file_id").and_then(Value::as_str);
            sharing::uploaded(tx, parcel, id.unwrap_or_default()).await?;
            // Whatever became of an earlier try at this, nobody has seen the file.
            go_on(tx, parcel, false).await?;
        }
        (Call::LookUp, What::LookUp { user }) => {
            let person = answer.get("user");
            if let Some(mut person) = person.and_then(|user| inbound::person(user, &parcel.team)) {
                // We asked about this one, whatever the answer calls them.
                person.user = user.clone();
                router::person_answered(tx, &person).await?;
            }
            sent(tx, parcel, None, None).await?;
        }
        (Call::List, _) => {
            // One by one: a strange entry must not hide the others.
            for person in answer
                .get("members")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                if let Some(person) = inbound::person(person, &parcel.team) {
                    router::person_answered(tx, &person).await?;
                }
            }
            let cursor = answer
                .pointer("/response_metadata/next_cursor")
                .and_then(Value::as_str);
            if let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) {
                let what = What::ListUsers {
                    cursor: Some(cursor.to_owned()),
                };
                let key = format!("list/after/{}", parcel.id);
                outbox::push(tx, parcel.kind, &key, &what, None).await?;
            }
            sent(tx, parcel, None, None).await?;
        }
        _ => sent(tx, parcel, None, None).await?,
    }
    Ok(())
}

/// The timestamp of the message that carries our key, if the conversation has it.
fn found(history: &Value, key: &str) -> Option<String> {
    let messages = history.get("messages")?.as_array()?;
    let ours = messages.iter().find(|message| {
        message
            .pointer("/metadata/event_payload/key")
            .and_then(Value::as_str)
            == Some(key)
    })?;
    Some(
        ours.get("ts")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
    )
}

async fn sent(
    tx: &mut Tx,
    parcel: &Parcel,
    channel: Option<&ChannelId>,
    ts: Option<&str>,
) -> Result<(), Error> {
    counter!("reverse_mentor_outbox_total", "outcome" => "sent", "kind" => parcel.kind.as_str())
        .increment(1);
    outbox::sent(tx, parcel.id, channel, ts).await?;
    Ok(())
}

/// The next call for this parcel can be made at once.
async fn go_on(tx: &mut Tx, parcel: &Parcel, doubt: bool) -> Result<(), Error> {
    let again = Again {
        not_before: tx.now,
        doubt,
        counts: false,
        error: None,
    };
    outbox::again(tx, parcel.id, &again).await?;
    Ok(())
}

/// The call did not succeed.
pub(super) async fn undone(tx: &mut Tx, job: &Job, error: &CallError) -> Result<(), Error> {
    let parcel = &job.parcel;
    if let Call::Share { repeat: true, .. } = job.call {
        if error.leaves_doubt() {
            return Ok(sharing::give_up(tx, parcel, "in_doubt").await?);
        }
        // It was not shared this time, so the repeat is still to come.
        sharing::repeats(tx, parcel, false).await?;
    }
    if picture::undone(tx, parcel, error).await? {
        return Ok(());
    }
    match error {
        CallError::RateLimited(seconds) => {
            let wait = SignedDuration::from_secs(i64::try_from(*seconds).unwrap_or(60));
            let until = tx.now.saturating_add(wait).unwrap_or(tx.now);
            limits::block(tx, &limits::scope(&parcel.team, job.call.method()), until).await?;
            let until = picture::at_most(parcel, until);
            // Slack did not take it, whatever we were in doubt about before.
            let again = Again {
                not_before: until,
                doubt: parcel.doubt,
                counts: false,
                error: None,
            };
            outbox::again(tx, parcel.id, &again).await?;
        }
        CallError::Unreached => again(tx, parcel, "unreached", parcel.doubt).await?,
        CallError::InDoubt(_) => in_doubt(tx, job, "in_doubt").await?,
        refused if refused.token_is_dead() => {
            // Everything waits until the app is installed again.
            workspaces::uninstalled(tx).await?;
            let again = Again {
                not_before: tx.now,
                doubt: parcel.doubt,
                counts: false,
                error: Some("token".into()),
            };
            outbox::again(tx, parcel.id, &again).await?;
        }
        // Slack's own trouble: it may or may not have acted.
        CallError::Refused(code, _) if error.leaves_doubt() => in_doubt(tx, job, code).await?,
        CallError::Refused(code, _) if error.is_passing() => {
            again(tx, parcel, code, parcel.doubt).await?;
        }
        CallError::Refused(code, _) => refused(tx, job, code).await?,
    }
    Ok(())
}

async fn refused(tx: &mut Tx, job: &Job, code: &str) -> Result<(), Error> {
    let parcel = &job.parcel;
    // Without permission to look, an uncertain message is sent again and says so.
    if matches!(job.call, Call::Find(_)) {
        outbox::give_up_looking(tx, parcel.id).await?;
        return Ok(());
    }
    // Slack is not done with the picture in it.
    if picture::of(parcel).is_some() {
        return again(tx, parcel, code, parcel.doubt).await;
    }
    // A group DM that Slack no longer knows is opened afresh, once.
    if let (
        Call::Post { .. },
        What::Post {
            to: To::Pair { pair, .. },
            ..
        },
        "channel_not_found",
        0,
    ) = (&job.call, &parcel.what, code, parcel.attempts)
    {
        pairs::forget_channel(tx, *pair).await?;
        return again(tx, parcel, code, false).await;
    }
    // A file that Slack took and no longer has is handed over once more.
    if let (Call::Share { repeat: false, .. }, "file_not_found" | "file_update_failed") =
        (&job.call, code)
    {
        sharing::anew(tx, parcel).await?;
        return again(tx, parcel, code, false).await;
    }
    give_up(tx, parcel, code).await
}

/// Slack will not take it, or has not for too long.
async fn give_up(tx: &mut Tx, parcel: &Parcel, code: &str) -> Result<(), Error> {
    if let What::Share { .. } = parcel.what {
        return Ok(sharing::give_up(tx, parcel, code).await?);
    }
    counter!("reverse_mentor_outbox_total", "outcome" => "failed", "kind" => parcel.kind.as_str())
        .increment(1);
    tracing::error!(
        id = parcel.id,
        kind = parcel.kind.as_str(),
        code,
        "Slack will not take a message"
    );
    outbox::fail(tx, parcel.id, code).await?;
    tx.happens(Happening::Undeliverable {
        lane: parcel.lane.clone(),
        kind: parcel.kind.as_str().to_owned(),
        error: code.to_owned(),
    });
    Ok(())
}

/// Slack may have acted. What people see is looked for, where we can look: not at once, for a slow Slack may still be at
/// it. Where we cannot, it is repeated once soon; a repeat that is in doubt as well is repeated rarely (after 6 minutes,
/// 18, an hour, three, eight, a day), so that a Slack that delivers and does not say so is not made to deliver for ever.
async fn in_doubt(tx: &mut Tx, job: &Job, error: &str) -> Result<(), Error> {
    let parcel = &job.parcel;
    let doubt = parcel.doubt || job.call.is_seen();
    let wait = match &job.call {
        Call::Post { repeat: true, .. } => {
            let times = u32::try_from(parcel.attempts.clamp(1, 6)).unwrap_or(1);
            Some(SignedDuration::from_mins(2 * 3_i64.pow(times)))
        }
        Call::Post { .. }
            if matches!(
                &parcel.what,
                What::Post {
                    to: To::Person(_),
                    ..
                }
            ) =>
        {
            Some(SETTLES)
        }
        _ => None,
    };
    let wait = wait.unwrap_or_else(|| backoff(parcel));
    later(tx, parcel, error, doubt, wait).await
}

/// Tries again later: after 1 s, 2 s, 4 s, … at most 5 minutes, with jitter; for three days.
async fn again(tx: &mut Tx, parcel: &Parcel, error: &str, doubt: bool) -> Result<(), Error> {
    later(tx, parcel, error, doubt, backoff(parcel)).await
}

fn backoff(parcel: &Parcel) -> SignedDuration {
    let base = 1_000_i64 << parcel.attempts.clamp(0, 9);
    // Jitter from the row itself: different rows spread, and a rehearsal stays the same.
    let jitter = (parcel.id ^ parcel.attempts).rem_euclid(base / 2);
    SignedDuration::from_millis(base.min(300_000) + jitter)
}

async fn later(
    tx: &mut Tx,
    parcel: &Parcel,
    error: &str,
    doubt: bool,
    wait: SignedDuration,
) -> Result<(), Error> {
    if tx.now.duration_since(parcel.created) > GIVE_UP || sharing::has_waited(parcel) {
        return give_up(tx, parcel, error).await;
    }
    let next = tx.now.saturating_add(wait).unwrap_or(tx.now);
    // When its time is past it makes room for what is behind it.
    let next = parcel.expires.map_or(next, |at| next.min(at.max(tx.now)));
    let again = Again {
        not_before: picture::at_most(parcel, next),
        doubt,
        counts: true,
        error: Some(error.to_owned()),
    };
    outbox::again(tx, parcel.id, &again).await?;
    Ok(())
}
