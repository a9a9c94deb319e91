//! Starting and editing the program.
use super::{Reply, Result};
use crate::slack::event::{Action, Actor, Answers};
use crate::store::Tx;

use crate::domain::program::Settings;
/// `/reverse-mentor setup`: the settings modal, for workspace admins and owners.
pub async fn open(_tx: &mut Tx, _actor: &Actor) -> Result<Reply> {
    Ok(Reply::nothing())
}
/// The settings modal was submitted.
pub async fn submitted(_tx: &mut Tx, _actor: &Actor, _answers: &Answers) -> Result<Reply> {
    Ok(Reply::nothing())
}
/// Options for the modal's search menus (time zones).
pub async fn options(_tx: &mut Tx, _field: &str, _typed: &str) -> Result<Reply> {
    Ok(Reply::nothing())
}
/// A program.toml declares the program: idempotent.
pub async fn declared(_tx: &mut Tx, _settings: Settings) -> Result<()> {
    Ok(())
}
/// The settings changed: schedules are set anew.
pub async fn changed(_tx: &mut Tx) -> Result<()> {
    Ok(())
}
/// The process has started: what must run for this workspace is set going.
pub async fn started(_tx: &mut Tx) -> Result<()> {
    Ok(())
}
