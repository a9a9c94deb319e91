//! The fields of a view, and a client that fills them in without knowing the app.

use super::blocks::{self, Element, Lookup, Values, string};
use super::forms::Answers;
use super::value::Value;
use serde_json::{Value as Json, json};

/// A field of a view: an input block with its element.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a>(Element<'a>);

impl<'a> Field<'a> {
    /// The element's `action_id`.
    pub fn action_id(&self) -> &'a str {
        self.0.action_id()
    }

    /// The block's `block_id`, which errors are keyed by.
    pub fn block_id(&self) -> &'a str {
        self.0.block_id()
    }

    /// The words above it.
    pub fn label(&self) -> &'a str {
        self.0.label()
    }

    /// The element's type, such as `static_select`.
    pub fn kind(&self) -> &'a str {
        self.0.kind()
    }

    /// The element as the app sent it.
    pub fn element(&self) -> &'a Json {
        self.0.element
    }

    /// The values of its options, groups flattened.
    pub fn options(&self) -> Vec<&'a str> {
        let options = blocks::options(self.0.element).into_iter();
        options.map(|option| string(option, "value")).collect()
    }

    /// Whether it may stay empty.
    pub fn is_optional(&self) -> bool {
        self.0.block["optional"] == true
    }

    /// Whether the app gave it a first value.
    pub fn is_filled(&self) -> bool {
        blocks::initial(self.0.element).is_some_and(|value| !blocks::is_empty(&value))
    }

    /// The entry of a client that only knows the kind of field.
    fn guess(&self) -> Option<Value> {
        let first = self.options().first().copied().map(str::to_owned);
        match self.kind() {
            "plain_text_input" => Some(Value::Text("Some text".to_owned())),
            "email_text_input" => Some(Value::Text("someone@example.com".to_owned())),
            "url_text_input" => Some(Value::Text("https://example.com".to_owned())),
            "number_input" => {
                let least = self.0.element["min_value"].as_str().unwrap_or("1");
                Some(Value::Number(least.to_owned()))
            }
            "static_select" | "radio_buttons" => first.map(Value::Pick),
            "multi_static_select" | "checkboxes" => first.map(|first| Value::Picks(vec![first])),
            _ => None,
        }
    }
}

/// The fields of a view, in reading order.
pub fn fields(view: &Json) -> Vec<Field<'_>> {
    let inputs = blocks::elements(list(view)).into_iter();
    inputs.filter(Element::is_input).map(Field).collect()
}

/// The answers of a client that knows nothing of the app: words in empty text fields, and the first option of menus, check boxes
/// and radio buttons without a choice. People, channels, dates, and options that the app is asked for stay as they are, because
/// what fits depends on the workspace, the clock and the app.
pub fn fill(view: &Json) -> Answers {
    let empty = fields(view).into_iter().filter(|field| !field.is_filled());
    empty.fold(Answers::new(), |answers, field| match field.guess() {
        Some(value) => answers.with(field.action_id(), value),
        None => answers,
    })
}

/// The `state.values` that Slack sends when these answers are submitted, without a workspace: ids of people and channels are taken
/// as they are. The error is what Slack would say beside the field.
pub fn state_values(view: &Json, answers: &Answers) -> Result<Json, String> {
    let list = list(view);
    let mut values = blocks::initial_values(list);
    for (name, value) in answers.clone() {
        let mut elements = blocks::elements(list).into_iter();
        let found = elements.find(|element| element.is_called(&name));
        let element = found.ok_or_else(|| format!("no field {name}"))?;
        let filled =
            blocks::set(element, &value, &AnyId).map_err(|why| format!("{name}: {why}"))?;
        let block = values.entry(element.block_id().to_owned()).or_default();
        block.insert(element.action_id().to_owned(), filled);
    }
    match unfinished(view, &values).first() {
        Some((field, why)) => Err(format!("{}: {why}", field.label())),
        None => Ok(json!(values)),
    }
}

/// The fields that keep a view from being submitted, with Slack's words beside each.
pub(super) fn unfinished<'a>(view: &'a Json, values: &Values) -> Vec<(Field<'a>, String)> {
    let needs = |field: &Field| {
        let block = values.get(field.block_id());
        let value = block.and_then(|block| block.get(field.action_id()));
        blocks::needs(field.0, value.unwrap_or(&Json::Null))
    };
    let fields = fields(view).into_iter();
    fields
        .filter_map(|field| Some((field, needs(&field)?)))
        .collect()
}

fn list(view: &Json) -> &[Json] {
    view["blocks"].as_array().map_or(&[], Vec::as_slice)
}

/// Takes every id for known.
struct AnyId;

impl Lookup for AnyId {
    fn user_id(&self, word: &str) -> Option<String> {
        Some(word.to_owned())
    }

    fn channel_id(&self, word: &str) -> Option<String> {
        Some(word.to_owned())
    }

    fn file(&self, id: &str) -> Option<Json> {
        Some(json!({"id": id}))
    }
}
