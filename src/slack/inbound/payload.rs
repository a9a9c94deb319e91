//! Slack's JSON without the parts that it only repeats, borrowed from the request's body where possible.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// A payload without its blocks: Slack repeats the blocks of the view or message to us, they are most of its length, and
/// people's actions are outside them.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Payload<'a> {
    /// Null, or a number that is not whole.
    Nothing,
    Flag(bool),
    /// The time a person was last changed; we use no other numbers.
    Number(i64),
    Text(Cow<'a, str>),
    List(Vec<Payload<'a>>),
    Object(Vec<(Cow<'a, str>, Payload<'a>)>),
}

/// The text at a path like `/authorizations/0/team_id`.
pub(super) fn text<'a>(said: &'a Payload, path: &str) -> Option<&'a str> {
    said.at(path)?.text()
}

impl<'a> Payload<'a> {
    pub(super) fn get(&self, key: &str) -> Option<&Payload<'a>> {
        let fields = self.fields().iter().rev();
        fields
            .into_iter()
            .find_map(|(name, value)| (name == key).then_some(value))
    }

    /// The value at a path like `/authorizations/0/team_id`.
    pub(super) fn at(&self, path: &str) -> Option<&Payload<'a>> {
        path.split('/').skip(1).try_fold(self, |value, key| {
            let at = || value.list().get(key.parse::<usize>().ok()?);
            value.get(key).or_else(at)
        })
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Payload::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list; empty for other values.
    pub(super) fn list(&self) -> &[Payload<'a>] {
        match self {
            Payload::List(items) => items,
            _ => &[],
        }
    }

    /// The fields of an object; empty for other values.
    pub(super) fn fields(&self) -> &[(Cow<'a, str>, Payload<'a>)] {
        match self {
            Payload::Object(fields) => fields,
            _ => &[],
        }
    }

    /// The same as a `serde_json` value, for code that also reads Slack's answers.
    pub(super) fn to_value(&self) -> Value {
        match self {
            Payload::Nothing => Value::Null,
            Payload::Flag(flag) => (*flag).into(),
            Payload::Number(number) => (*number).into(),
            Payload::Text(text) => text.as_ref().into(),
            Payload::List(items) => items.iter().map(Payload::to_value).collect(),
            Payload::Object(fields) => {
                let fields = fields.iter();
                fields
                    .map(|(name, value)| (name.to_string(), value.to_value()))
                    .collect()
            }
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Payload<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Ears)
    }
}

struct Ears;

impl<'de> Visitor<'de> for Ears {
    type Value = Payload<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("any JSON")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Payload<'de>, E> {
        Ok(Payload::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Payload<'de>, E> {
        Ok(Payload::Number(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Payload<'de>, E> {
        Ok(i64::try_from(number).map_or(Payload::Nothing, Payload::Number))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Payload<'de>, E> {
        Ok(Payload::Nothing)
    }

    fn visit_unit<E>(self) -> Result<Payload<'de>, E> {
        Ok(Payload::Nothing)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Payload<'de>, E> {
        Ok(Payload::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Payload<'de>, E> {
        Ok(Payload::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Payload<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Payload::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Payload<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            if name == "blocks" {
                map.next_value::<IgnoredAny>()?;
            } else {
                fields.push((name, map.next_value()?));
            }
        }
        Ok(Payload::Object(fields))
    }
}

/// A key, borrowed where possible, which serde's own `Cow` never is.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_str(Ears)? {
            Payload::Text(name) => Ok(Name(name)),
            _ => Ok(Name(Cow::Borrowed(""))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn all_is_heard_but_blocks_and_numbers_that_are_not_whole() {
        let said = json!({"view": {"blocks": [{"type": "input"}], "state": {"a": [1, -2, 0.5, null, true, "x\n"]}}});
        let said = said.to_string();
        let heard: Payload = serde_json::from_str(&said).unwrap();
        let all = json!({"view": {"state": {"a": [1, -2, null, null, true, "x\n"]}}});
        assert_eq!(heard.to_value(), all);
        assert!(serde_json::from_str::<Payload>(r#"{"blocks": [1, }"#).is_err());
    }

    #[test]
    fn what_is_said_twice_counts_as_said_last() {
        let heard: Payload =
            serde_json::from_str(r#"{"a": "one", "b": ["x"], "a": "two"}"#).unwrap();
        assert_eq!(heard.at("/a").and_then(Payload::text), Some("two"));
        assert_eq!(heard.at("/b/0").and_then(Payload::text), Some("x"));
        assert_eq!(heard.at("/b/1"), None);
        assert_eq!(heard.at("/a/0"), None);
    }
}
