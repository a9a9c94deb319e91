//! `views.*`.

use super::super::blocks::{self, Surface};
use super::super::payload;
use super::super::state::{State, View};
use super::args;
use super::call::Call;
use super::refusal::{Outcome, Refusal, refuse};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Slack: a modal holds three views at most.
const DEPTH: usize = 3;

/// Checks a view the app sent, wherever it came from.
pub(crate) fn check(state: &State, view: &Json, surface: Surface) -> Result<(), blocks::Invalid> {
    let has_file = |id: &str| state.files.get(id).is_some_and(|file| file.complete);
    blocks::view(view, surface, &has_file)
}

fn view(call: &Call, surface: Surface) -> Result<Json, Refusal> {
    let view = call.args.json("view")?;
    let view = view.ok_or_else(|| args::missing("view"))?;
    check(call.state, &view, surface)?;
    Ok(view)
}

/// Gives a view its ids and first values.
pub(crate) fn build(state: &mut State, mut body: Json, before: Option<&View>) -> View {
    blocks::give_ids(&mut body["blocks"], || state.code(5));
    let id = before.map_or_else(|| state.id("V"), |view| view.id.clone());
    let list = body["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    let mut values = blocks::initial_values(list);
    // The person's input stays if the field stayed.
    for (block_id, block) in &mut values {
        let kept = before.and_then(|view| view.values.get(block_id));
        for (action_id, value) in block {
            if let Some(kept) = kept.and_then(|kept| kept.get(action_id))
                && kept["type"] == value["type"]
            {
                *value = kept.clone();
            }
        }
    }
    View {
        root: before.map_or_else(|| id.clone(), |view| view.root.clone()),
        previous: before.and_then(|view| view.previous.clone()),
        hash: format!("{}.{}", state.number() + 1_754_300_000, state.code(8)),
        body: body.to_string().into(),
        values,
        errors: BTreeMap::new(),
        id,
    }
}

/// Puts a view on somebody's screen as a new modal.
pub(crate) fn show(state: &mut State, user: &str, body: Json, push: bool, now: Timestamp) -> View {
    let mut view = build(state, body, None);
    if push && let Some(below) = state.screen(user).modals.last() {
        view.root = below.root.clone();
        view.previous = Some(below.id.clone());
    }
    state.views.insert(view.id.clone(), user.to_owned());
    let screen = state.screen(user);
    let closed: Vec<String> = if push {
        Vec::new()
    } else {
        screen.modals.drain(..).map(|view| view.id).collect()
    };
    screen.modals.push(view.clone());
    screen.views += 1;
    screen.changes += 1;
    for id in closed {
        state.views.remove(&id);
    }
    note(state, user, &view, now);
    view
}

/// Puts new contents into an open view.
pub(crate) fn replace(
    state: &mut State,
    user: &str,
    id: &str,
    body: Json,
    now: Timestamp,
) -> Option<View> {
    let screen = state.screen(user);
    let position = screen.modals.iter().position(|view| view.id == id)?;
    let before = screen.modals[position].clone();
    let view = build(state, body, Some(&before));
    let screen = state.screen(user);
    screen.modals[position] = view.clone();
    screen.views += 1;
    screen.changes += 1;
    note(state, user, &view, now);
    Some(view)
}

fn note(state: &mut State, user: &str, view: &View, now: Timestamp) {
    state.note(user, now, |state| {
        super::super::render::view(state, user, view, now)
    });
}

fn answer(state: &State, view: &View) -> Json {
    json!({"view": payload::view_json(state, view)})
}

/// `external_id` is unique in the workspace: here, among open modals and Homes of this person.
fn check_external_id(state: &State, user: &str, body: &Json) -> Result<(), Refusal> {
    let wanted = blocks::string(body, "external_id");
    let Some(screen) = state.screens.get(user).filter(|_| !wanted.is_empty()) else {
        return Ok(());
    };
    let taken = |view: &View| view.json()["external_id"] == wanted;
    if screen.modals.iter().chain(&screen.home).any(taken) {
        return Err(refuse("duplicate_external_id"));
    }
    Ok(())
}

pub(super) fn open(call: &mut Call) -> Outcome {
    let view = view(call, Surface::Modal)?;
    let trigger = call.args.needed("trigger_id")?;
    let (user, _) = call.state.triggers.exchange(&trigger).map_err(refuse)?;
    check_external_id(call.state, &user, &view)?;
    let view = show(call.state, &user, view, false, call.now);
    Ok(answer(call.state, &view))
}

pub(super) fn push(call: &mut Call) -> Outcome {
    let view = view(call, Surface::Modal)?;
    let trigger = call.args.needed("trigger_id")?;
    let (user, from_modal) = call.state.triggers.exchange(&trigger).map_err(refuse)?;
    let depth = call.state.screen(&user).modals.len();
    if !from_modal || depth == 0 {
        return Err(refuse("not_found"));
    }
    if depth >= DEPTH {
        return Err(refuse("push_limit_reached"));
    }
    check_external_id(call.state, &user, &view)?;
    let view = show(call.state, &user, view, true, call.now);
    Ok(answer(call.state, &view))
}

pub(super) fn update(call: &mut Call) -> Outcome {
    let body = view(call, Surface::Modal)?;
    let id = match call.args.text("view_id") {
        Some(id) => id,
        None => by_external_id(call)?,
    };
    let user = call.state.views.get(&id).cloned();
    let user = user.ok_or_else(|| refuse("not_found"))?;
    let modals = &call.state.screen(&user).modals;
    let before = modals.iter().find(|view| view.id == id);
    let before = before.ok_or_else(|| refuse("not_found"))?;
    if call
        .args
        .text("hash")
        .is_some_and(|hash| hash != before.hash)
    {
        return Err(refuse("hash_conflict"));
    }
    let view = replace(call.state, &user, &id, body, call.now);
    let view = view.ok_or_else(|| refuse("not_found"))?;
    Ok(answer(call.state, &view))
}

fn by_external_id(call: &Call) -> Result<String, Refusal> {
    let wanted = call.args.needed("external_id")?;
    // There are few open modals, so a search is fine.
    for (id, user) in &call.state.views {
        let screen = call.state.screens.get(user);
        let view = screen.and_then(|screen| screen.modals.iter().find(|view| view.id == *id));
        if view.is_some_and(|view| view.json()["external_id"] == *wanted) {
            return Ok(id.clone());
        }
    }
    Err(refuse("not_found"))
}

pub(super) fn publish(call: &mut Call) -> Outcome {
    let body = view(call, Surface::Home)?;
    let user = call.args.needed("user_id")?;
    let Some(person) = call.state.users.get(&user) else {
        return Err(refuse("user_not_found"));
    };
    if person.deleted {
        return Err(refuse("user_disabled"));
    }
    if person.is_bot || person.is_stranger {
        return Err(refuse("not_enabled"));
    }
    let before = call.state.screen(&user).home.clone();
    if let (Some(hash), Some(before)) = (call.args.text("hash"), &before)
        && hash != before.hash
    {
        return Err(refuse("hash_conflict"));
    }
    let view = build(call.state, body, before.as_ref());
    let changed = before.is_none_or(|before| before.body != view.body);
    let screen = call.state.screen(&user);
    screen.home = Some(view.clone());
    screen.changes += 1;
    if changed {
        note(call.state, &user, &view, call.now);
    }
    Ok(answer(call.state, &view))
}
