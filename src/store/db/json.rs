//! Values that a column holds as plain JSON. `what` they are called when they cannot be read.

use super::error::{Result, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(in crate::store) fn to_json(
    value: &(impl Serialize + ?Sized),
    what: &'static str,
) -> Result<String> {
    serde_json::to_string(value).map_err(|_| StoreError::Unreadable(what))
}

pub(in crate::store) fn from_json<T: DeserializeOwned>(
    text: &str,
    what: &'static str,
) -> Result<T> {
    serde_json::from_str(text).map_err(|_| StoreError::Unreadable(what))
}
