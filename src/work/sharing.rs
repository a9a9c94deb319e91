//! Files on their way: Slack takes one first, when nobody sees it, and shares it then.
//!
//! Only sharing can leave a doubt. Nothing tells whether a file is in a group DM (looking would take `mpim:history`, and
//! `files:read` even to ask about the file), so it is shared once more, with a word that it may be there already, and never
//! a third time: the same file twice is harmless in a calendar, and the message before it holds all that the file does.
//! For that reason, too, a file that Slack refuses is a line in the log and no lost message, and a file holds up what
//! comes behind it for some minutes at most. Of the one file that no message stands for, the export of one's own data, a
//! message says that it may not have arrived.

use super::sender::REPEATED;
use crate::domain::message::Attachment;
use crate::features::privacy;
use crate::store::Tx;
use crate::store::db::Result;
use crate::store::outbox::{self, Kind, Parcel, Upload, What};
use metrics::counter;
use serde_json::{Value, json};

/// Tries, at growing distances: four minutes.
const TRIES: i64 = 8;

/// The repeat was under way when its sender died, or its answer was lost: that was the last time.
pub fn is_spent(what: &What) -> bool {
    matches!(
        what,
        What::Share {
            upload: Upload::Repeated(_),
            ..
        }
    )
}

/// Whether a file has held up its lane for long enough.
pub fn has_waited(parcel: &Parcel) -> bool {
    matches!(parcel.what, What::Share { .. }) && parcel.attempts + 1 >= TRIES
}

/// The arguments of files.completeUploadExternal: a form, so lists are JSON in a text.
pub fn completion(channel: &str, id: &str, file: &Attachment, repeat: bool) -> Value {
    let comment = if repeat {
        format!("{}\n{REPEATED}", file.comment)
    } else {
        file.comment.clone()
    };
    json!({
        "files": json!([{"id": id, "title": file.title}]).to_string(),
        "channel_id": channel,
        "initial_comment": comment,
    })
}

/// Slack has taken it.
pub async fn uploaded(tx: &mut Tx, parcel: &Parcel, id: &str) -> Result<()> {
    set(tx, parcel, Upload::Done(id.to_owned())).await
}

/// Slack no longer has it: it is handed over anew.
pub async fn anew(tx: &mut Tx, parcel: &Parcel) -> Result<()> {
    set(tx, parcel, Upload::NotYet).await
}

/// Notes, before the call, that it is the repeat; or after it, that nothing came of it.
pub async fn repeats(tx: &mut Tx, parcel: &Parcel, under_way: bool) -> Result<()> {
    let What::Share {
        upload: Upload::Done(id) | Upload::Repeated(id),
        ..
    } = &parcel.what
    else {
        return Ok(());
    };
    let id = id.clone();
    let upload = if under_way {
        Upload::Repeated(id)
    } else {
        Upload::Done(id)
    };
    set(tx, parcel, upload).await
}

/// It will not be shared (again): a line in the log. The message it goes with stands; where there is none, whoever asked
/// for the file is told.
pub async fn give_up(tx: &mut Tx, parcel: &Parcel, code: &str) -> Result<()> {
    counter!("reverse_mentor_outbox_total", "outcome" => "failed", "kind" => parcel.kind.as_str())
        .increment(1);
    tracing::warn!(
        id = parcel.id,
        kind = parcel.kind.as_str(),
        code,
        "a file was not shared for certain"
    );
    outbox::fail(tx, parcel.id, code).await?;
    if let (Kind::DataFile, What::Share { to, .. }) = (parcel.kind, &parcel.what) {
        // The sender takes its parcels for all workspaces.
        let turn = tx.team().clone();
        tx.act_for(parcel.team.clone());
        let key = format!("data_file/{}/failed", parcel.id);
        let message = privacy::file_did_not_arrive();
        outbox::post(tx, to.clone(), Kind::Answer, &key, message, None).await?;
        tx.act_for(turn);
    }
    Ok(())
}

async fn set(tx: &mut Tx, parcel: &Parcel, upload: Upload) -> Result<()> {
    if let What::Share { to, file, .. } = &parcel.what {
        let what = What::Share {
            to: to.clone(),
            file: file.clone(),
            upload,
        };
        outbox::progress(tx, parcel.id, &what).await?;
    }
    Ok(())
}
