//! The workspace that a message, a form or a Home of ours is for, written into it where one bot serves several.
//!
//! Slack gives the ids of what we send back with whatever is pressed or submitted, and they are the only sure word: an organization's
//! installation has `team: null` there, `user.team_id` is the same wherever somebody in two workspaces acts (bolt-js #1875), and
//! `app_installed_team_id` may be the workspace that had the app first (bolt-python #1229).

use crate::domain::ids::TeamId;
use serde::Serialize;
use serde_json::{Value, json};

/// Between an id and the workspace.
const MARK: char = '@';

/// The arguments of a method that shows buttons or a form, with the workspace in them; none for other methods.
pub fn in_arguments(method: &str, arguments: &impl Serialize, team: &TeamId) -> Option<Value> {
    match method {
        "chat.postMessage" | "chat.update" | "views.open" | "views.push" | "views.update"
        | "views.publish" => Some(marked(arguments, team)),
        _ => None,
    }
}

/// A message, or what has a view in it, with the workspace in it.
pub fn marked(body: &impl Serialize, team: &TeamId) -> Value {
    let mut body = json!(body);
    match body.get_mut("view") {
        Some(view) => mark_view(view, team),
        None => mark_blocks(body.get_mut("blocks"), team),
    }
    body
}

fn mark_view(view: &mut Value, team: &TeamId) {
    let name = view["callback_id"].as_str().unwrap_or("home");
    view["callback_id"] = json!(format!("{name}{MARK}{team}"));
}

/// Buttons stand in blocks of two kinds. Slack wants the ids to be different within a message.
fn mark_blocks(blocks: Option<&mut Value>, team: &TeamId) {
    let blocks = blocks.and_then(Value::as_array_mut).into_iter().flatten();
    for (number, block) in blocks.enumerate() {
        let has_buttons = block["type"] == "actions" || block.get("accessory").is_some();
        if has_buttons && block.get("block_id").is_none() {
            block["block_id"] = json!(format!("{number}{MARK}{team}"));
        }
    }
}

/// An id as we named it, and the workspace in it.
pub fn read(id: &str) -> (&str, Option<TeamId>) {
    match id.rsplit_once(MARK) {
        Some((name, team)) if !team.is_empty() => (name, Some(TeamId::from(team))),
        _ => (id, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_pressed_says_of_which_workspace_it_is() {
        let team = TeamId::from("T1");
        let message = json!({"channel": "U1", "text": "Hi", "blocks": [
            {"type": "divider"},
            {"type": "section", "text": {}, "accessory": {"type": "button"}},
            {"type": "section", "text": {}},
            {"type": "actions", "elements": []},
            {"type": "actions", "block_id": "own", "elements": []},
        ]});
        let sent = in_arguments("chat.postMessage", &message, &team).unwrap();
        let blocks = sent["blocks"].as_array().unwrap().iter();
        let ids: Vec<_> = blocks.map(|block| block["block_id"].as_str()).collect();
        assert_eq!(ids, [None, Some("1@T1"), None, Some("3@T1"), Some("own")]);
        assert_eq!(read("3@T1"), ("3", Some(team.clone())));

        let form = json!({"trigger_id": "1", "view": {"type": "modal", "callback_id": "join", "blocks": []}});
        let sent = in_arguments("views.open", &form, &team).unwrap();
        assert_eq!(
            read(sent["view"]["callback_id"].as_str().unwrap()),
            ("join", Some(team.clone()))
        );
        let home = json!({"user_id": "U1", "view": {"type": "home", "blocks": []}});
        let sent = in_arguments("views.publish", &home, &team).unwrap();
        assert_eq!(
            read(sent["view"]["callback_id"].as_str().unwrap()),
            ("home", Some(team.clone()))
        );
        assert_eq!(in_arguments("users.info", &home, &team), None);
        for id in ["join", "", "join@"] {
            assert_eq!(read(id), (id, None));
        }
    }
}
