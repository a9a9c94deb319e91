//! The values people fill in, as Slack writes them for each element in `state.values`.

use super::{Element, Values, options, string, text_of};
use crate::value::Value;
use serde_json::{Value as Json, json};

/// The look-ups in the workspace that filling in needs.
pub(crate) trait Lookup {
    /// The id of the person with this id or handle.
    fn user_id(&self, word: &str) -> Option<String>;
    /// The id of the conversation with this id, or of the channel with this name.
    fn channel_id(&self, word: &str) -> Option<String>;
    /// An uploaded file as Slack shows it.
    fn file(&self, id: &str) -> Option<Json>;
}

/// The keys of an element's value and of its initial value; `None` for an element without a value.
fn keys(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        "plain_text_input" | "email_text_input" | "url_text_input" | "number_input" => {
            ("value", "initial_value")
        }
        "static_select" | "external_select" | "radio_buttons" => {
            ("selected_option", "initial_option")
        }
        "multi_static_select" | "multi_external_select" | "checkboxes" => {
            ("selected_options", "initial_options")
        }
        "users_select" => ("selected_user", "initial_user"),
        "multi_users_select" => ("selected_users", "initial_users"),
        "conversations_select" => ("selected_conversation", "initial_conversation"),
        "multi_conversations_select" => ("selected_conversations", "initial_conversations"),
        "channels_select" => ("selected_channel", "initial_channel"),
        "multi_channels_select" => ("selected_channels", "initial_channels"),
        "datepicker" => ("selected_date", "initial_date"),
        "timepicker" => ("selected_time", "initial_time"),
        "datetimepicker" => ("selected_date_time", "initial_date_time"),
        "rich_text_input" => ("rich_text_value", "initial_value"),
        "file_input" => ("files", "initial_files"),
        _ => return None,
    })
}

/// The value before anyone touched it; `None` for buttons and other elements without a value.
pub(crate) fn initial(element: &Json) -> Option<Json> {
    let kind = string(element, "type");
    let (key, initial) = keys(kind)?;
    let value = match &element[initial] {
        Json::Null if key.ends_with('s') => json!([]),
        other => other.clone(),
    };
    Some(json!({"type": kind, key: value}))
}

/// The values of all elements before anyone touched them.
pub(crate) fn initial_values(blocks: &[Json]) -> Values {
    let mut values = Values::new();
    for element in super::elements(blocks) {
        if let Some(value) = initial(element.element) {
            let block = values.entry(element.block_id().to_owned()).or_default();
            block.insert(element.action_id().to_owned(), value);
        }
    }
    values
}

/// Whether a value (as [`initial`] writes it) is empty.
pub(crate) fn is_empty(value: &Json) -> bool {
    let Some((key, _)) = keys(string(value, "type")) else {
        return true;
    };
    match &value[key] {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// Slack's words beside the field when the person presses Submit too early.
pub(crate) fn needs(input: Element<'_>, value: &Json) -> Option<String> {
    let optional = input.block["optional"] == true;
    if is_empty(value) {
        return (!optional).then(|| "Please complete this required field.".to_owned());
    }
    if input.kind() == "plain_text_input" {
        let length = string(value, "value").chars().count() as u64;
        let least = input.element["min_length"].as_u64().unwrap_or(0);
        let most = input.element["max_length"].as_u64().unwrap_or(3000);
        if length < least {
            return Some(format!("This must be at least {least} characters."));
        }
        if length > most {
            return Some(format!("This must be at most {most} characters."));
        }
    }
    None
}

/// The value after a person filled in `answer`, or why the element does not let them.
pub(crate) fn set(input: Element<'_>, answer: &Value, lookup: &dyn Lookup) -> Result<Json, String> {
    let kind = input.kind();
    let (key, _) = keys(kind).ok_or_else(|| format!("a {kind} takes no value"))?;
    let wrong = || format!("a {kind} cannot take {answer:?}");
    let answer = &fit(kind, answer);
    let value = match (kind, answer) {
        (_, Value::Nothing) if key.ends_with('s') => json!([]),
        (_, Value::Nothing) => Json::Null,
        ("plain_text_input" | "email_text_input" | "url_text_input", Value::Text(text)) => {
            text_value(input, text)?
        }
        ("number_input", Value::Number(number)) => number_value(input, number)?,
        ("static_select" | "radio_buttons", Value::Pick(pick)) => option(input, pick)?.clone(),
        ("multi_static_select" | "checkboxes", Value::Picks(picks)) => {
            let picks = picks.iter().map(|pick| option(input, pick).cloned());
            few(input, picks.collect::<Result<Vec<_>, _>>()?)?
        }
        ("external_select", Value::Offered(found)) => {
            found.first().cloned().ok_or("no such option is offered")?
        }
        ("multi_external_select", Value::Offered(found)) => few(input, found.clone())?,
        ("users_select", Value::User(id)) => user(id, lookup)?,
        ("multi_users_select", Value::Users(ids)) => {
            let ids = ids.iter().map(|id| user(id, lookup));
            few(input, ids.collect::<Result<Vec<_>, _>>()?)?
        }
        ("channels_select" | "conversations_select", Value::Channel(id)) => channel(id, lookup)?,
        ("multi_channels_select" | "multi_conversations_select", Value::Channels(ids)) => {
            let ids = ids.iter().map(|id| channel(id, lookup));
            few(input, ids.collect::<Result<Vec<_>, _>>()?)?
        }
        ("file_input", Value::Files(ids)) => files(input, ids, lookup)?,
        ("datepicker", Value::Date(date)) => {
            date.parse::<jiff::civil::Date>().map_err(|_| wrong())?;
            json!(date)
        }
        ("timepicker", Value::Time(time)) => {
            let right = time.len() == 5 && time.parse::<jiff::civil::Time>().is_ok();
            right.then(|| json!(time)).ok_or_else(wrong)?
        }
        ("datetimepicker", Value::Number(seconds)) => {
            json!(seconds.parse::<i64>().map_err(|_| wrong())?)
        }
        _ => return Err(wrong()),
    };
    Ok(json!({"type": kind, key: value}))
}

/// People (and tests) say "Mentor" and mean whatever the element takes: words are taken as a pick, a user, a
/// date; one thing as a list of one.
fn fit(kind: &str, answer: &Value) -> Value {
    let word = match answer {
        Value::Picks(words) if kind == "multi_users_select" => return Value::Users(words.clone()),
        Value::Picks(words)
            if ["multi_channels_select", "multi_conversations_select"].contains(&kind) =>
        {
            return Value::Channels(words.clone());
        }
        Value::Picks(words) if kind == "file_input" => return Value::Files(words.clone()),
        Value::Number(number) if kind == "plain_text_input" => return Value::Text(number.clone()),
        Value::Text(word) | Value::Pick(word) | Value::User(word) | Value::Channel(word) => word,
        other => return other.clone(),
    };
    let word = word.clone();
    match kind {
        "static_select" | "radio_buttons" => Value::Pick(word),
        "multi_static_select" | "checkboxes" => Value::Picks(vec![word]),
        "users_select" => Value::User(word),
        "multi_users_select" => Value::Users(vec![word]),
        "channels_select" | "conversations_select" => Value::Channel(word),
        "multi_channels_select" | "multi_conversations_select" => Value::Channels(vec![word]),
        "file_input" => Value::Files(vec![word]),
        "datepicker" => Value::Date(word),
        "timepicker" => Value::Time(word),
        "number_input" | "datetimepicker" => Value::Number(word),
        _ => answer.clone(),
    }
}

fn text_value(input: Element<'_>, text: &str) -> Result<Json, String> {
    // The page does not let anyone type more than this.
    let most = input.element["max_length"].as_u64().unwrap_or(3000);
    if text.chars().count() as u64 > most {
        return Err(format!("only {most} characters fit"));
    }
    if input.element["multiline"] != true && text.contains('\n') {
        return Err("one line only".to_owned());
    }
    // Slack sends null for an emptied field.
    Ok(if text.is_empty() {
        Json::Null
    } else {
        json!(text)
    })
}

fn number_value(input: Element<'_>, number: &str) -> Result<Json, String> {
    let value: f64 = number
        .parse()
        .map_err(|_| format!("{number} is not a number"))?;
    let bound = |key: &str| string(input.element, key).parse::<f64>().ok();
    if bound("min_value").is_some_and(|least| value < least)
        || bound("max_value").is_some_and(|most| value > most)
    {
        return Err(format!("{number} is out of range"));
    }
    if input.element["is_decimal_allowed"] != true && number.contains('.') {
        return Err("whole numbers only".to_owned());
    }
    Ok(json!(number))
}

/// The option a person means by its words or value.
pub(crate) fn option<'a>(input: Element<'a>, pick: &str) -> Result<&'a Json, String> {
    let all = options(input.element);
    let by_value = all.iter().find(|option| string(option, "value") == pick);
    let found = by_value.or_else(|| all.iter().find(|option| text_of(option, "text") == pick));
    found.copied().ok_or_else(|| {
        let words: Vec<_> = all.iter().map(|option| text_of(option, "text")).collect();
        format!("no option \"{pick}\" among {words:?}")
    })
}

fn few(input: Element<'_>, picks: Vec<Json>) -> Result<Json, String> {
    let most = input.element["max_selected_items"].as_u64();
    if most.is_some_and(|most| picks.len() as u64 > most) {
        return Err(format!("at most {} can be chosen", most.unwrap_or(0)));
    }
    Ok(Json::Array(picks))
}

/// Slack takes up to ten files, of the kinds that the element names.
fn files(input: Element<'_>, ids: &[String], lookup: &dyn Lookup) -> Result<Json, String> {
    let most = input.element["max_files"].as_u64().unwrap_or(10);
    if ids.len() as u64 > most {
        return Err(format!("at most {most} files"));
    }
    let kinds = input.element["filetypes"].as_array();
    let mut files = Vec::new();
    for id in ids {
        let file = lookup.file(id).ok_or_else(|| format!("no file {id}"))?;
        let kind = string(&file, "filetype").to_owned();
        if kinds.is_some_and(|kinds| !kinds.iter().any(|one| *one == *kind)) {
            return Err(format!("files of type {kind:?} are not taken here"));
        }
        files.push(file);
    }
    Ok(Json::Array(files))
}

fn user(word: &str, lookup: &dyn Lookup) -> Result<Json, String> {
    let id = lookup.user_id(word);
    id.map(Json::String)
        .ok_or_else(|| format!("no user {word}"))
}

fn channel(word: &str, lookup: &dyn Lookup) -> Result<Json, String> {
    let id = lookup.channel_id(word);
    id.map(Json::String)
        .ok_or_else(|| format!("no channel {word}"))
}
