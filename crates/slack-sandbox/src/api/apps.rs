//! `apps.connections.open`: the address of a Socket Mode connection, good for one.

use super::call::Call;
use super::refusal::Outcome;
use serde_json::json;

#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub(super) fn connections_open(call: &mut Call) -> Outcome {
    let ticket = call.state.code(32);
    call.inner.sockets().hand_out(ticket.clone());
    let url = call.inner.url("/link/").replacen("http", "ws", 1);
    let app = &call.state.options.app_id;
    Ok(json!({"url": format!("{url}?ticket={ticket}&app_id={app}")}))
}
