//! The user's actions: as a person in Slack, with the clock, and on the bot.

use super::asked::{Act, Asked};
use super::modals;
use super::page_state::{Goal, Trouble};
use super::show::Show;
use crate::domain::command::SLASH;
use crate::rehearse;
use jiff::SignedDuration;
use slack_sandbox::{Answer, Kind, MessageRef, Screen, Value};
use std::sync::Arc;

/// Performs the action, and returns the part of the page to show next.
pub async fn perform(show: &Arc<Show>, act: &Act) -> Asked {
    let mut next = act.asked.clone();
    show.desk().forget_notes();
    let done = Box::pin(carry_out(show, act, &mut next)).await;
    if let Err(error) = done {
        show.desk().note(Some(&act.asked.who), format!("{error:#}"));
    }
    show.tell();
    next
}

async fn carry_out(show: &Arc<Show>, act: &Act, next: &mut Asked) -> anyhow::Result<()> {
    match act.name.as_str() {
        "say" => say(show, act).await,
        "act" => use_it(show, act).await,
        "submit" => modals::submit(show, act).await,
        "fill" => modals::fill(show, act).await,
        "close" => modals::close(show, act).await,
        "shortcut" => shortcut(show, act).await,
        "clock" => push_clock(show, act.field("to")),
        "hand" => hand(show, act).await,
        "trouble" => {
            if let Some(trouble) = Trouble::parse(act.field("name")) {
                show.switch(trouble, act.has("on"));
            }
            Ok(())
        }
        "bot" if act.field("do") == "kill" => {
            show.kill().await;
            Ok(())
        }
        "bot" => show.revive().await,
        "people" => match own_people(show, act.field("csv")).await {
            Ok(()) => {
                *next = Asked::default();
                Ok(())
            }
            Err(error) => Err(error),
        },
        "again" => {
            let company = rehearse::Company::clone(&show.desk().company);
            *next = Asked::default();
            show.start_over(company).await
        }
        _ => Ok(()),
    }
}

pub async fn open_home(show: &Show, asked: &Asked) {
    let who = asked.who.clone();
    if who.is_empty() {
        return;
    }
    let slack = show.desk().slack.clone();
    let mut life = show.life().await;
    slack.open_home(&who).await;
    if let Err(error) = show.follow_up(&mut life).await {
        tracing::warn!(%error, "an App Home could not be opened");
    }
}

async fn say(show: &Show, act: &Act) -> anyhow::Result<()> {
    let (who, place) = (act.asked.who.as_str(), act.asked.place.as_str());
    let text = act.field("text").trim();
    if text.is_empty() {
        return Ok(());
    }
    let text = mentions(show, text);
    if !text.starts_with('/') {
        let slack = show.desk().slack.clone();
        let answer = match slack.conversation_of(place) {
            Some((Kind::Im, _)) => {
                slack.say(who, &text).await;
                Answer::default()
            }
            _ => slack.write(who, place, &text),
        };
        return refused(&answer, "The message");
    }
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((&text, ""));
    if word != SLASH {
        anyhow::bail!("{word} is not a valid command. There is only one app here: {SLASH}");
    }
    let rest = rest.trim().to_owned();
    let slack = show.desk().slack.clone();
    let mut life = show.life().await;
    let answer = slack.command_in(who, place, &rest).await;
    show.follow_up(&mut life).await?;
    refused(&answer, SLASH)
}

/// Turns an error into the words that Slack shows when an app does not answer.
pub fn refused(answer: &Answer, what: &str) -> anyhow::Result<()> {
    match &answer.error {
        None => Ok(()),
        Some(error) if error.starts_with("not_on_screen") => {
            anyhow::bail!("That button is no longer there.")
        }
        Some(error) => anyhow::bail!("{what} failed with the error “{error}”."),
    }
}

/// Converts `@Ana Lima` and `@ana.lima` to Slack's mentions.
fn mentions(show: &Show, text: &str) -> String {
    if !text.contains('@') {
        return text.to_owned();
    }
    let mut names: Vec<(String, String)> = Vec::new();
    for user in show.desk().slack.users() {
        names.push((format!("@{}", user.real_name), user.id.clone()));
        names.push((format!("@{}", user.name), user.id));
    }
    // Longer names first: "Ana Lima 2" before "Ana Lima".
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let mut text = text.to_owned();
    for (name, id) in names {
        text = text.replace(&name, &format!("<@{id}>"));
    }
    text
}

/// Uses a button or a menu in a message, on the Home tab or in a modal.
async fn use_it(show: &Show, act: &Act) -> anyhow::Result<()> {
    let who = act.asked.who.as_str();
    let slack = show.desk().slack.clone();
    let screen = match act.field("at") {
        "home" => Screen::Home,
        "modal" => {
            modals::keep_typed(show, act).await?;
            Screen::Modal
        }
        at => {
            let (channel, ts) = at.split_once('/').unwrap_or_default();
            Screen::Message(MessageRef {
                channel: channel.to_owned(),
                ts: ts.to_owned(),
            })
        }
    };
    let mut fields = act.fields.iter();
    let picked = fields.find_map(|(name, value)| Some((name.strip_prefix("pick.")?, value)));
    let mut life = show.life().await;
    let answer = if let Some((name, value)) = picked {
        let value = Value::Text(value.clone());
        slack.choose(who, &screen, name, value).await
    } else if act.has("choose") {
        let name = act.field("choose");
        let value = match act.several(&format!("f.{name}")).as_slice() {
            [] => Value::Nothing,
            [one] => Value::Text(one.clone()),
            many => Value::Picks(many.to_vec()),
        };
        slack.choose(who, &screen, name, value).await
    } else {
        let name = act.field("press");
        slack.press(who, &screen, name).await
    };
    show.follow_up(&mut life).await?;
    refused(&answer, "The button")
}

async fn shortcut(show: &Show, act: &Act) -> anyhow::Result<()> {
    let who = act.asked.who.as_str();
    let slack = show.desk().slack.clone();
    let mut life = show.life().await;
    let answer = slack.shortcut(who, "log_meeting").await;
    show.follow_up(&mut life).await?;
    refused(&answer, "The shortcut")
}

fn push_clock(show: &Show, to: &str) -> anyhow::Result<()> {
    let now = show.desk().clock.now();
    let hours = |hours: i64| now.saturating_add(SignedDuration::from_hours(hours));
    show.head_for(match to {
        "hour" => Goal::Until(hours(1)?),
        "day" => Goal::Until(hours(24)?),
        "week" => Goal::Until(hours(24 * 7)?),
        "month" => Goal::Until(hours(24 * 30)?),
        "next" => Goal::Next,
        "play" => Goal::Play,
        _ => Goal::Rest,
    });
    Ok(())
}

async fn hand(show: &Show, act: &Act) -> anyhow::Result<()> {
    let who = act.field("who");
    let mut life = show.life().await;
    if act.field("by") == "hand" {
        life.by_hand(who);
        show.desk().by_hand.insert(who.to_owned());
    } else {
        life.by_habit(who);
        show.desk().by_hand.remove(who);
    }
    show.catch_up(&mut life).await;
    Ok(())
}

/// Reads a people's file; nothing else in the demo does.
async fn own_people(show: &Show, csv: &str) -> anyhow::Result<()> {
    show.desk().problems.clear();
    anyhow::ensure!(
        !csv.trim().is_empty(),
        "Drop a CSV file, or paste its lines."
    );
    match rehearse::people_in(csv, 7) {
        Ok(company) => show.start_over(company).await,
        Err(problems) => {
            let count = match problems.len() {
                1 => "in 1 place".to_owned(),
                count => format!("in {count} places"),
            };
            show.desk().problems = problems;
            anyhow::bail!("This file needs a second look {count}. See People for the list.")
        }
    }
}
