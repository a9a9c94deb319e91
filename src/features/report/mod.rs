//! What owners can prove the program with: a report of figures, and files for a spreadsheet.
//!
//! The report follows the digest's rules for small groups and shares its memory of what was shown (`domain::figures`). The
//! files have ids, facts that owners see anyway, and nothing that anybody wrote or answered.

mod csv_file;
mod export;
mod facts;
mod messages;
#[cfg(test)]
mod tests;

pub use export::files;

use super::{Reply, Result, is_owner, owners_only, settings};
use crate::domain::cadence;
use crate::domain::ids::UserId;
use crate::domain::key::Key;
use crate::domain::message::Attachment;
use crate::domain::program_file::ProgramFile;
use crate::domain::report::safe;
use crate::report_page::{self, About};
use crate::slack::event::Actor;
use crate::store::outbox::{self, Kind, To, Upload, What};
use crate::store::{Reading, Tx, audit, figures};

/// Whether the report and the files are for this person.
pub async fn is_for(tx: &mut Reading, actor: &Actor) -> Result<bool> {
    is_owner(tx, &actor.user).await
}

/// Sends the report to the owner who asks.
pub async fn send(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let page = make(tx, &actor.user).await?;
    share(tx, &actor.user, ProgramFile::Report, page).await?;
    Ok(Reply::say(messages::report_is_coming()))
}

/// The report as a page of HTML. What it shows is noted: the next report and the next digest are made from it.
pub async fn make(tx: &mut Tx, by: &UserId) -> Result<String> {
    let settings = settings(tx).await?;
    let zone = settings.zone();
    let facts = facts::gather(tx, &zone).await?;
    let shown = figures::shown(tx).await?;
    let (report, shown) = safe(&facts, shown, settings.minimum_group);
    figures::keep(tx, &shown).await?;
    audit::note(tx, by, "report_made", by.as_str()).await?;
    let about = About {
        program: &settings.name,
        on: cadence::local(tx.now, &zone).date(),
    };
    Ok(report_page::html(&report, &about))
}

/// For an owner who types `export`: the program's files, or what is stored about them. None for anybody else, who can only
/// mean the latter.
pub async fn offer(tx: &mut Reading, actor: &Actor) -> Result<Option<Reply>> {
    let is_owner = is_owner(tx, &actor.user).await?;
    Ok(is_owner.then(|| Reply::say(messages::which_export())))
}

/// Sends the files to the owner who asks.
pub async fn export(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    for (file, content) in files(tx, Some(&actor.user)).await? {
        share(tx, &actor.user, file, content).await?;
    }
    exported(tx, &actor.user).await?;
    Ok(Reply::say(messages::export_is_coming()))
}

/// Notes that somebody has the files.
pub async fn exported(tx: &mut Tx, by: &UserId) -> Result<()> {
    audit::note(tx, by, "program_exported", by.as_str()).await?;
    Ok(())
}

async fn share(tx: &mut Tx, owner: &UserId, file: ProgramFile, content: String) -> Result<()> {
    let what = What::Share {
        to: To::Person(owner.clone()),
        file: Attachment {
            name: file.name().to_owned(),
            title: messages::title(file).to_owned(),
            comment: messages::comment(file).to_owned(),
            content,
        },
        upload: Upload::NotYet,
    };
    // Pressing the button twice sends one file.
    let key = Key::ProgramFile(file, owner.clone(), tx.now.as_second() / 10);
    outbox::push(tx, Kind::ProgramFile, &key, &what, None).await?;
    Ok(())
}

/// Stands in for a file that Slack may not have accepted.
pub async fn file_missing(tx: &mut Tx, file: i64, to: &To) -> Result<()> {
    let key = Key::DataFileMissing(file);
    let message = messages::file_did_not_arrive().into();
    outbox::post(tx, to.clone(), Kind::Answer, &key, message, None).await?;
    Ok(())
}
