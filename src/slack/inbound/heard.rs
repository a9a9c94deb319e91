//! Slack's JSON without what it only repeats.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// A payload without the blocks in it: Slack repeats those of the view or message to us, they are most of its length, and
/// what people did is beside them.
pub(super) struct Heard(pub(super) Value);

impl<'de> Deserialize<'de> for Heard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Ears).map(Heard)
    }
}

struct Ears;

impl<'de> Visitor<'de> for Ears {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("any JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Heard(value)) = seq.next_element()? {
            list.push(value);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == "blocks" {
                map.next_value::<IgnoredAny>()?;
            } else {
                object.insert(key, map.next_value::<Heard>()?.0);
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn all_is_heard_but_blocks() {
        let said = json!({"view": {"blocks": [{"type": "input"}], "state": {"values": {"a": [1, -2, 0.5, null, true, "x"]}}}});
        let Heard(heard) = serde_json::from_str(&said.to_string()).unwrap();
        assert_eq!(heard, json!({"view": {"state": said["view"]["state"]}}));
        assert!(serde_json::from_str::<Heard>(r#"{"blocks": [1, }"#).is_err());
    }
}
