//! Modals: filling in, submitting, correcting and closing them.

use super::asked::Act;
use super::page_state::Mistakes;
use super::render::elements::{MOMENT, zone_of};
use super::show::Show;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use slack_sandbox::{Answers, Modal, Screen, Submitted, Value};
use std::collections::BTreeMap;

/// Submits the top modal with the values that were typed.
pub async fn submit(show: &Show, act: &Act) -> anyhow::Result<()> {
    let who = act.asked.who.as_str();
    let slack = show.desk().slack.clone();
    let Some(modal) = slack.modal(who) else {
        return Ok(());
    };
    let (mut answers, unfit) = answers(&modal, act, &zone_of(&slack, who));
    for (field, content) in pasted(&modal, act) {
        let file = slack.upload("people.csv", content.as_bytes());
        answers = answers.with(&field, Value::Files(vec![file]));
    }
    let mut life = show.life().await;
    let outcome = slack.submit(who, &answers).await;
    show.follow_up(&mut life).await?;
    let mut mistakes = Mistakes {
        view: modal.view_id.clone(),
        ..Mistakes::default()
    };
    match outcome {
        Submitted::Closed | Submitted::Updated | Submitted::Pushed => {
            show.desk().mistakes.remove(who);
            life.submitted(&modal, who);
            return Ok(());
        }
        Submitted::Errors(fields) => mistakes.fields = fields,
        Submitted::Refused(why) => {
            // Like Slack, marks every missing field, not only the first.
            let top = slack.modal(who);
            mistakes.fields = top.map(|modal| modal.unfinished()).unwrap_or_default();
            if mistakes.fields.is_empty() {
                let at = modal.blocks().into_iter().find(|block| {
                    let label = block["label"]["text"].as_str().unwrap_or_default();
                    let name = block["block_id"].as_str().unwrap_or_default();
                    [label, name]
                        .iter()
                        .any(|name| !name.is_empty() && why.starts_with(&format!("{name}: ")))
                });
                match at {
                    Some(block) => {
                        let words = why
                            .split_once(": ")
                            .map_or(why.as_str(), |(_, words)| words);
                        let id = block["block_id"].as_str().unwrap_or_default();
                        mistakes.fields.insert(id.to_owned(), words.to_owned());
                    }
                    None => {
                        mistakes.whole = Some(match why.as_str() {
                            "http_timeout" | "connection_failed" | "http_error" => {
                                format!("We had some trouble connecting. Try again? ({why})")
                            }
                            _ => why,
                        });
                    }
                }
            }
        }
    }
    mistakes.fields.extend(unfit);
    show.desk().mistakes.insert(who.to_owned(), mistakes);
    Ok(())
}

/// Keeps the typed values when a button inside the modal is pressed.
pub async fn keep_typed(show: &Show, act: &Act) -> anyhow::Result<()> {
    let who = act.asked.who.as_str();
    let slack = show.desk().slack.clone();
    if let Some(modal) = slack.modal(who) {
        for (name, value) in typed(&modal, act, &zone_of(&slack, who)) {
            let _ = slack.choose(who, &Screen::Modal, &name, value).await;
        }
    }
    Ok(())
}

/// Fills in what this person would answer.
pub async fn fill(show: &Show, act: &Act) -> anyhow::Result<()> {
    let who = act.asked.who.as_str();
    keep_typed(show, act).await?;
    let mut life = show.life().await;
    life.fills_in(who).await;
    show.desk().mistakes.remove(who);
    Ok(())
}

pub async fn close(show: &Show, act: &Act) -> anyhow::Result<()> {
    let who = act.asked.who.as_str();
    let slack = {
        let mut desk = show.desk();
        desk.mistakes.remove(who);
        desk.slack.clone()
    };
    let mut life = show.life().await;
    slack.close_modal(who).await;
    show.follow_up(&mut life).await
}

/// The answers that Slack's page would accept, and by block the errors of the others.
fn answers(modal: &Modal, act: &Act, zone: &TimeZone) -> (Answers, BTreeMap<String, String>) {
    let mut answers = Answers::new();
    let mut unfit = BTreeMap::new();
    for (name, value) in typed(modal, act, zone) {
        let most = modal.blocks().into_iter().find_map(|block| {
            let element = &block["element"];
            (element["action_id"] == name.as_str())
                .then(|| element["max_selected_items"].as_u64())?
        });
        let several = match &value {
            Value::Picks(picks) | Value::Users(picks) | Value::Channels(picks) => {
                picks.len() as u64
            }
            _ => 0,
        };
        match most.filter(|most| several > *most) {
            Some(most) => {
                unfit.insert(name, format!("At most {most} can be chosen."));
            }
            None => answers = answers.with(&name, value),
        }
    }
    (answers, unfit)
}

/// Action id and value of every field of the modal that the page sent.
fn typed(modal: &Modal, act: &Act, zone: &TimeZone) -> Vec<(String, Value)> {
    let mut typed = Vec::new();
    for block in modal.blocks() {
        let single = [&block["element"], &block["accessory"]];
        let many = block["elements"].as_array().map_or(&[][..], Vec::as_slice);
        for element in many.iter().chain(single) {
            let name = element["action_id"].as_str().unwrap_or_default();
            let field = format!("f.{name}");
            let kind = element["type"].as_str().unwrap_or_default();
            if !name.is_empty() && act.has(&field) {
                let value = value(kind, act.several(&field), zone);
                typed.extend(value.map(|value| (name.to_owned(), value)));
            }
        }
    }
    typed
}

/// The page sends pasted lines in place of files: action id and content.
fn pasted(modal: &Modal, act: &Act) -> Vec<(String, String)> {
    let blocks = modal.blocks();
    let elements = blocks.iter().map(|block| &block["element"]);
    let files = elements.filter(|element| element["type"] == "file_input");
    let names = files.filter_map(|element| element["action_id"].as_str());
    let content = |name: &str| act.several(&format!("f.{name}")).pop();
    names
        .filter_map(|name| Some((name.to_owned(), content(name)?)))
        .filter(|(_, content)| !content.trim().is_empty())
        .collect()
}

fn value(kind: &str, mut given: Vec<String>, zone: &TimeZone) -> Option<Value> {
    match kind {
        "multi_static_select" | "checkboxes" | "multi_external_select" => {
            return Some(Value::Picks(given));
        }
        "multi_users_select" => return Some(Value::Users(given)),
        "multi_channels_select" | "multi_conversations_select" => {
            return Some(Value::Channels(given));
        }
        "button" | "overflow" | "image" | "file_input" => return None,
        _ => {}
    }
    let text_field = kind.ends_with("text_input");
    let Some(one) = given.pop() else {
        return Some(if text_field {
            Value::Text(String::new())
        } else {
            Value::Nothing
        });
    };
    Some(match kind {
        "static_select" | "radio_buttons" => Value::Pick(one),
        "users_select" => Value::User(one),
        "channels_select" | "conversations_select" => Value::Channel(one),
        "datepicker" => Value::Date(one),
        "timepicker" => Value::Time(one.chars().take(5).collect()),
        "number_input" => Value::Number(one),
        // An invalid time goes as it is, so that Slack says what is wrong with it.
        "datetimepicker" => {
            let moment = DateTime::strptime(MOMENT, &one).and_then(|at| at.to_zoned(zone.clone()));
            Value::Number(moment.map_or(one, |at| at.timestamp().as_second().to_string()))
        }
        // Browsers send a line break as two characters.
        _ => Value::Text(one.replace("\r\n", "\n")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_on_the_clock_of_whoever_picks_it() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let picked = |text: &str| value("datetimepicker", vec![text.to_owned()], &berlin);
        assert_eq!(
            picked("2026-07-01T10:00"),
            Some(Value::Number("1782892800".into()))
        );
        assert_eq!(picked("soon"), Some(Value::Number("soon".into())));
    }
}
