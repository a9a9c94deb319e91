//! The chart in a digest: drawn, handed to Slack and finished there before the message that shows it is posted.
//!
//! Until then nobody can see it, so whatever goes wrong is done again without a doubt, and what is left over harms nobody. The
//! message must never be lost, late or doubled because of its picture: when Slack refuses the picture, or some minutes have passed,
//! it goes without. Slack looks at a file after it has been handed over, and until it is done with it refuses messages that show it
//! (`invalid_blocks`): those are posted again a little later.

use crate::chart;
use crate::slack::client::CallError;
use crate::store::Tx;
use crate::store::db::Result;
use crate::store::outbox::{self, Again, Hanging, Parcel, Picture, What};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// As long as a message waits for its picture.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);
/// Slack is mostly done with a picture by then.
const PROCESSING: SignedDuration = SignedDuration::from_secs(2);
const NAME: &str = "chart.png";

/// The picture of a message that has one to come.
pub fn of(parcel: &Parcel) -> Option<&Picture> {
    match &parcel.what {
        What::Post { picture, .. } => picture.as_ref(),
        _ => None,
    }
}

/// The file a message can be posted with.
fn ready(parcel: &Parcel) -> Option<&str> {
    match of(parcel).map(|picture| &picture.file) {
        Some(Hanging::Ready(id)) => Some(id),
        _ => None,
    }
}

/// Whether its message has not been posted for certain: it waits for the picture.
pub fn is_awaited(parcel: &Parcel) -> bool {
    of(parcel).is_some() && ready(parcel).is_none()
}

/// Whether the message has waited long enough.
pub fn is_late(parcel: &Parcel, now: Timestamp) -> bool {
    of(parcel).is_some() && now >= last_moment(parcel)
}

/// `at`, or earlier when the picture is given up before.
pub fn at_most(parcel: &Parcel, at: Timestamp) -> Timestamp {
    match of(parcel) {
        Some(_) => at.min(last_moment(parcel)),
        None => at,
    }
}

fn last_moment(parcel: &Parcel) -> Timestamp {
    let at = parcel.created.saturating_add(PATIENCE);
    at.unwrap_or(Timestamp::MAX)
}

/// The file to upload: its name and bytes.
pub fn draw(picture: &Picture) -> (&'static str, Vec<u8>) {
    (NAME, chart::png(&picture.trend))
}

/// The arguments of files.completeUploadExternal, without a channel: it is not shared.
pub fn completion(id: &str) -> Value {
    json!({"files": json!([{"id": id, "title": "Chart"}]).to_string()})
}

/// Gives the message's image block its file.
pub fn hang(blocks: &mut [Value], parcel: &Parcel) {
    let place = blocks.iter_mut().find(|block| block["type"] == "image");
    if let (Some(place), Some(id)) = (place, ready(parcel)) {
        place["slack_file"] = json!({"id": id});
    }
}

/// Slack has the bytes.
pub async fn uploaded(tx: &mut Tx, parcel: &Parcel, id: &str) -> Result<()> {
    go_on(tx, parcel, Hanging::Uploaded(id.to_owned()), tx.now).await
}

/// Slack has the whole file, and looks at it now.
pub async fn completed(tx: &mut Tx, parcel: &Parcel, id: &str) -> Result<()> {
    let done = tx.now.saturating_add(PROCESSING).unwrap_or(tx.now);
    go_on(tx, parcel, Hanging::Ready(id.to_owned()), done).await
}

async fn go_on(tx: &mut Tx, parcel: &Parcel, file: Hanging, not_before: Timestamp) -> Result<()> {
    set(tx, parcel, Some(file)).await?;
    let again = Again {
        not_before,
        doubt: false,
        counts: false,
        error: None,
    };
    outbox::again(tx, parcel.id, &again).await
}

/// What a call that did not succeed means for the picture; true: that settles it. Otherwise it is tried again like any other.
pub async fn undone(tx: &mut Tx, parcel: &Parcel, error: &CallError) -> Result<bool> {
    let lost = matches!(error, CallError::InDoubt(_) | CallError::Refused(..));
    if lost && is_awaited(parcel) {
        // Whether Slack has finished it or forgotten it: another one is as good.
        set(tx, parcel, Some(Hanging::NotYet)).await?;
    }
    let CallError::Refused(code, _) = error else {
        return Ok(false);
    };
    if of(parcel).is_none() || error.leaves_doubt() || error.token_is_dead() {
        return Ok(false);
    }
    let again = match code.as_str() {
        "invalid_blocks" => ready(parcel).is_some(),
        "file_not_found" | "file_update_failed" => is_awaited(parcel),
        _ => false,
    };
    if !again {
        give_up(tx, parcel, code).await?;
    }
    Ok(!again)
}

/// The message goes without its picture, at once.
pub async fn give_up(tx: &mut Tx, parcel: &Parcel, code: &str) -> Result<()> {
    tracing::warn!(
        id = parcel.id,
        kind = parcel.kind.as_str(),
        code,
        "a message goes without its chart"
    );
    set(tx, parcel, None).await?;
    let again = Again {
        not_before: tx.now,
        doubt: parcel.doubt,
        counts: false,
        error: Some(code.to_owned()),
    };
    outbox::again(tx, parcel.id, &again).await
}

/// Notes how far the picture is; none: there will be none.
async fn set(tx: &mut Tx, parcel: &Parcel, file: Option<Hanging>) -> Result<()> {
    let What::Post {
        to,
        message,
        picture: Some(picture),
        held,
    } = &parcel.what
    else {
        return Ok(());
    };
    let (trend, mut message) = (picture.trend.clone(), message.clone());
    if file.is_none() {
        message.blocks.retain(|block| block["type"] != "image");
    }
    let what = What::Post {
        to: to.clone(),
        message,
        picture: file.map(|file| Picture { trend, file }),
        held: held.clone(),
    };
    outbox::progress(tx, parcel.id, &what).await
}
