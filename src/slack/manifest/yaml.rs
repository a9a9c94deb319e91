//! The part of YAML that a manifest needs.

use std::fmt::Write as _;

/// A value, with maps in order. Lists hold texts and maps.
pub(super) enum Node {
    Text(String),
    Flag(bool),
    List(Vec<Node>),
    Map(Vec<(&'static str, Node)>),
}

pub(super) fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

pub(super) fn list(words: &[&str]) -> Node {
    Node::List(words.iter().map(|word| text(word)).collect())
}

impl Node {
    /// Writes it as block YAML, indented by `depth` levels, with a line end.
    pub(super) fn write(&self, out: &mut String, depth: usize) {
        match self {
            Node::Text(_) | Node::Flag(_) => {
                out.push_str(&self.scalar());
                out.push('\n');
            }
            Node::List(items) => {
                for item in items {
                    let _ = write!(out, "{}- ", "  ".repeat(depth));
                    item.write(out, depth + 1);
                }
            }
            Node::Map(entries) => {
                for (at, (key, value)) in entries.iter().enumerate() {
                    if at > 0 || !out.ends_with("- ") {
                        out.push_str(&"  ".repeat(depth));
                    }
                    let _ = write!(out, "{key}:");
                    match value {
                        Node::Text(_) | Node::Flag(_) => out.push(' '),
                        Node::List(_) | Node::Map(_) => out.push('\n'),
                    }
                    value.write(out, depth + 1);
                }
            }
        }
    }

    fn scalar(&self) -> String {
        match self {
            Node::Flag(flag) => flag.to_string(),
            // A JSON string is a YAML string.
            Node::Text(text) if !is_plain(text) => {
                serde_json::Value::from(text.as_str()).to_string()
            }
            Node::Text(text) => text.clone(),
            Node::List(_) | Node::Map(_) => String::new(),
        }
    }
}

/// Whether YAML reads the bare text as this very text: words, scopes, addresses.
fn is_plain(text: &str) -> bool {
    let reads_otherwise = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && !text.ends_with(':')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-./: ".contains(c))
        && !text.contains(": ")
        && !text.ends_with(' ')
        && !reads_otherwise.contains(&text.to_lowercase().as_str())
}
