use super::*;
use serde_json::{Map, Value};
use std::path::Path;

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// The files in the repository: each for a placeholder host or for none.
fn files() -> [(&'static str, Reach); 2] {
    [
        ("manifest.yml", Reach::Url("https://YOUR-HOST".to_owned())),
        ("manifest.socket.yml", Reach::Socket),
    ]
}

#[test]
fn the_files_are_what_the_code_says() {
    for (name, reach) in files() {
        let (file, made) = (format!("{FOLDER}/{name}"), manifest(&reach));
        if std::env::var_os("REGENERATE").is_some() {
            std::fs::write(&file, &made).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            kept == made,
            "{name} is not what the code makes. To write it anew: REGENERATE=1 cargo test manifest\n\n{made}"
        );
    }
}

#[test]
fn slack_finds_us_at_the_given_address() {
    let made = manifest(&Reach::url("https://mentor.example.com/").unwrap());
    assert!(made.contains("url: https://mentor.example.com/slack/commands\n"));
    assert!(made.contains("request_url: https://mentor.example.com/slack/events\n"));
    assert!(!made.contains("YOUR-HOST") && made.contains("socket_mode_enabled: false"));
    let made = manifest(&Reach::Socket);
    assert!(
        !made.contains("url:") && made.contains("socket_mode_enabled: true"),
        "{made}"
    );
    for wrong in [
        "mentor.example.com",
        "http://mentor.example.com",
        "https://",
        "https://a.example/slack",
        "https://a.example/?x",
    ] {
        assert!(Reach::url(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn yaml_reads_texts_as_texts() {
    let node = Node::Map(vec![
        ("plain", text("chat:write")),
        ("said", text("join | pause [until DATE]")),
        ("word", text("No")),
        ("colon", text("a: b")),
        ("quote", text("say \"hi\"")),
        ("on", Node::Flag(true)),
        (
            "list",
            Node::List(vec![
                text("a"),
                Node::Map(vec![("b", text("c")), ("d", list(&["e"]))]),
            ]),
        ),
    ]);
    let mut out = String::new();
    node.write(&mut out, 0);
    let expected = r#"plain: chat:write
said: "join | pause [until DATE]"
word: "No"
colon: "a: b"
quote: "say \"hi\""
on: true
list:
  - a
  - b: c
    d:
      - e
"#;
    assert_eq!(out, expected);
}

#[test]
fn slack_accepts_it() {
    let Some(shared) = std::env::var_os("REVERSE_MENTOR_SHARED") else {
        println!("skipped: REVERSE_MENTOR_SHARED names no folder with slack-manifest.schema.json");
        return;
    };
    let file = Path::new(&shared).join("slack-manifest.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut problems = Vec::new();
    let many = ("many", Reach::Many("https://mentor.example.com".to_owned()));
    for (name, reach) in files().into_iter().chain([many]) {
        check(&schema, &schema, &json(&app(&reach)), name, &mut problems);
    }
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn the_check_finds_what_is_wrong() {
    let schema = serde_json::json!({
        "type": "object", "required": ["name"], "additionalProperties": false,
        "properties": {
            "name": { "type": "string", "maxLength": 3 },
            "urls": { "type": "array", "items": { "$ref": "#/definitions/url" } }
        },
        "definitions": { "url": { "type": "string", "pattern": "^https?:\\/\\/" } }
    });
    let value = serde_json::json!({ "urls": ["ftp://a", 1], "more": true });
    let mut problems = Vec::new();
    check(&schema, &schema, &value, "m", &mut problems);
    problems.sort();
    assert_eq!(
        problems,
        [
            "m.urls[0]: not like ^https?:\\/\\/",
            "m.urls[1]: not a string",
            "m: no name",
            "m: no such thing as more",
        ]
    );
}

fn json(node: &Node) -> Value {
    match node {
        Node::Text(text) => Value::from(text.as_str()),
        Node::Flag(flag) => Value::from(*flag),
        Node::List(items) => items.iter().map(json).collect(),
        Node::Map(entries) => entries
            .iter()
            .map(|(key, value)| ((*key).to_owned(), json(value)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

/// Checks `value` against the part of JSON Schema that Slack's schema uses for our manifest. Any other part is a
/// problem, too, so that nothing passes unchecked.
fn check(root: &Value, schema: &Value, value: &Value, at: &str, problems: &mut Vec<String>) {
    let mut wrong = |what: String| problems.push(format!("{at}: {what}"));
    let size = match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        _ => 0,
    };
    let holds = |n: &Value, right: fn(usize, usize) -> bool| {
        right(size, usize::try_from(n.as_u64().unwrap()).unwrap())
    };
    let mut deeper: Vec<(&Value, &Value, String)> = Vec::new();
    for (rule, says) in schema.as_object().unwrap() {
        match rule.as_str() {
            "title" | "description" | "default" | "definitions" | "$schema" | "_note" => {}
            "$ref" => {
                let path = says.as_str().unwrap().trim_start_matches('#');
                let meant = root.pointer(path).expect("a definition for each $ref");
                deeper.push((meant, value, at.to_owned()));
            }
            "type" => {
                let right = match says.as_str() {
                    Some("object") => value.is_object(),
                    Some("array") => value.is_array(),
                    Some("string") => value.is_string(),
                    Some("boolean") => value.is_boolean(),
                    _ => false,
                };
                if !right {
                    wrong(format!("not a {}", says.as_str().unwrap_or("?")));
                }
            }
            "required" => {
                for name in says.as_array().unwrap() {
                    let name = name.as_str().unwrap();
                    if value.get(name).is_none() {
                        wrong(format!("no {name}"));
                    }
                }
            }
            "properties" => {
                for (name, schema) in says.as_object().unwrap() {
                    if let Some(value) = value.get(name) {
                        deeper.push((schema, value, format!("{at}.{name}")));
                    }
                }
            }
            "additionalProperties" => {
                for name in value.as_object().into_iter().flat_map(Map::keys) {
                    if says == false && schema["properties"].get(name).is_none() {
                        wrong(format!("no such thing as {name}"));
                    }
                }
            }
            "items" => {
                for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                    deeper.push((says, item, format!("{at}[{n}]")));
                }
            }
            "enum" if says.as_array().unwrap().contains(value) => {}
            "minLength" | "minItems" if holds(says, |size, n| size >= n) => {}
            "maxLength" | "maxItems" if holds(says, |size, n| size <= n) => {}
            "uniqueItems" => {
                let items = value.as_array().unwrap();
                if (1..items.len()).any(|n| items[..n].contains(&items[n])) {
                    wrong("an item twice".to_owned());
                }
            }
            "pattern" => {
                let (pattern, text) = (says.as_str().unwrap(), value.as_str().unwrap_or("/"));
                let right = match pattern {
                    r"^\/" => text.starts_with('/'),
                    r"^https?:\/\/" => text.starts_with("https://") || text.starts_with("http://"),
                    _ => false,
                };
                if !right && value.is_string() {
                    wrong(format!("not like {pattern}"));
                }
            }
            _ => wrong(format!("breaks (or we cannot check) {rule}: {says}")),
        }
    }
    for (schema, value, at) in deeper {
        check(root, schema, value, &at, problems);
    }
}

#[test]
fn the_readme_tries_the_app_with_the_scopes_that_it_asks_for() {
    let readme = std::fs::read_to_string(format!("{FOLDER}/README.md")).unwrap();
    let scopes = every_scope().collect::<Vec<_>>().join(",");
    assert!(readme.contains(&format!("--scopes {scopes}\n")), "{scopes}");
    for (scope, _) in OPTIONAL_SCOPES {
        assert!(
            readme.contains(&format!("(`{scope}`)")),
            "people may leave it out"
        );
    }
}
