//! Buttons and forms that another release wrote.

use serde_json::Value;

/// Whether a button or a form is written as we write them: JSON that begins with its own name. Then another release of ours did.
pub(super) fn is_of_ours(encoded: &str, name: &str) -> bool {
    match serde_json::from_str(encoded) {
        Ok(Value::Object(of)) => of.len() == 1 && of.contains_key(name),
        Ok(Value::String(of)) => of == name,
        _ => false,
    }
}
