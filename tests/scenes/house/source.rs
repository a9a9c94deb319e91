//! Reads Rust source well enough to see what it names, without comments, strings and tests.

use std::path::Path;

pub struct Source {
    pub file: String,
    /// `features::join::messages`; empty for the crate's root.
    pub module: String,
    /// The full paths of the modules that it declares for tests only.
    pub test_modules: Vec<String>,
    tokens: Vec<String>,
}

/// An item of this crate that a source names.
pub struct Named {
    pub path: Vec<String>,
    /// The name that a `use` gives it here.
    pub here: Option<String>,
    /// A `pub use` of an item that the source itself does not use.
    pub is_handed_on: bool,
}

impl Source {
    pub fn read(path: &Path, text: &str) -> Self {
        let (module, all) = (module(path), tokens(&bare(text)));
        let (tokens, tests) = without_tests(&all);
        let full = |name: String| {
            format!("{module}::{name}")
                .trim_start_matches(':')
                .to_owned()
        };
        Self {
            file: path.display().to_string(),
            test_modules: tests.into_iter().map(full).collect(),
            module,
            tokens,
        }
    }

    /// Everything of this crate that the source names starting from `crate` or `super`, by full path.
    pub fn imports(&self) -> Vec<Vec<String>> {
        let starts = |token: &str| matches!(token, "crate" | "super");
        self.paths(starts).into_iter().map(|it| it.path).collect()
    }

    /// The same, with the items of the source's own modules.
    pub fn named(&self) -> Vec<Named> {
        let declared = self.tokens.windows(3);
        let declared = declared.filter(|three| three[0] == "mod" && three[2] == ";");
        let own: Vec<&str> = declared.map(|three| three[1].as_str()).collect();
        let starts = |token: &str| matches!(token, "crate" | "super" | "self");
        self.paths(|token| starts(token) || own.contains(&token))
    }

    fn paths(&self, begins: impl Fn(&str) -> bool) -> Vec<Named> {
        let token = |at: usize| self.tokens.get(at).map_or("", String::as_str);
        let before = |at: usize, back: usize| at.checked_sub(back).map_or("", token);
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            // `pub(in path)` says who may name it, and imports nothing.
            let is_path = before(at, 1) != "::" && !(before(at, 1) == "in" && before(at, 2) == "(");
            if !is_path || token(at + 1) != "::" || !begins(token(at)) {
                at += 1;
                continue;
            }
            let mut base = parts(&self.module);
            match token(at) {
                "crate" => base.clear(),
                "super" => drop(base.pop()),
                "self" => {}
                own => base.push(own.to_owned()),
            }
            let is_use = before(at, 1) == "use";
            let is_public = is_use && matches!(before(at, 2), "pub" | ")");
            let mut paths = Vec::new();
            let end = tree(&self.tokens, at + 2, &base, &mut paths);
            at = if is_use { end } else { at + 1 };
            found.extend(paths.into_iter().map(|(path, name)| Named {
                path,
                is_handed_on: is_public && !self.uses(&name),
                here: is_use.then_some(name),
            }));
        }
        found
    }

    /// Whether the name that a `use` introduces occurs elsewhere: a type or a constant anywhere, a function in a call.
    fn uses(&self, name: &str) -> bool {
        let is_type = name.starts_with(char::is_uppercase);
        let mut in_use = false;
        self.tokens.windows(3).any(|three| {
            in_use = three[1] == "use" && three[2] != "<" || in_use && three[1] != ";";
            let is_other = matches!(three[0].as_str(), "." | "::" | "fn" | "mod");
            !in_use && three[1] == name && !is_other && (is_type || three[2] == "(")
        })
    }

    /// Whether the source names an item of the crate `name`.
    pub fn names_crate(&self, name: &str) -> bool {
        self.tokens.windows(2).enumerate().any(|(at, pair)| {
            pair[0] == name && pair[1] == "::" && (at == 0 || self.tokens[at - 1] != "::")
        })
    }
}

fn parts(module: &str) -> Vec<String> {
    module
        .split("::")
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

fn module(path: &Path) -> String {
    let mut parts: Vec<String> = path
        .with_extension("")
        .iter()
        .skip(1)
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if parts
        .last()
        .is_some_and(|last| last == "mod" || last == "lib")
    {
        parts.pop();
    }
    parts.join("::")
}

/// Follows a path or a tree of paths from `at`, each with its name here. Returns where it ends.
fn tree(
    tokens: &[String],
    mut at: usize,
    base: &[String],
    found: &mut Vec<(Vec<String>, String)>,
) -> usize {
    let mut path = base.to_vec();
    loop {
        match tokens.get(at).map(String::as_str) {
            Some("{") => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token != "}") {
                    at = tree(tokens, at, &path, found);
                    while !matches!(tokens.get(at).map(String::as_str), Some("," | "}") | None) {
                        at += 1;
                    }
                    if tokens.get(at).is_some_and(|token| token == ",") {
                        at += 1;
                    }
                }
                return at + 1;
            }
            Some("super") => {
                path.pop();
            }
            Some("self") => {}
            Some(word) if word.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                path.push(word.to_owned());
            }
            _ => break,
        }
        at += 1;
        if tokens.get(at).is_none_or(|token| token != "::") {
            break;
        }
        at += 1;
    }
    let renamed = tokens.get(at).filter(|token| *token == "as");
    let name = renamed.and_then(|_| tokens.get(at + 1)).or(path.last());
    found.push((path.clone(), name.cloned().unwrap_or_default()));
    at
}

/// The text without comments, strings and characters.
fn bare(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is = |at: usize, c: char| chars.get(at) == Some(&c);
    let mut out = String::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        if c == '/' && is(at + 1, '/') {
            while at < chars.len() && chars[at] != '\n' {
                at += 1;
            }
        } else if c == '/' && is(at + 1, '*') {
            at += 2;
            while at < chars.len() && !(chars[at] == '*' && is(at + 1, '/')) {
                at += 1;
            }
            at += 2;
        } else if c == 'r' && !after_word(&out) && raw_marks(&chars, at).is_some() {
            let marks = raw_marks(&chars, at).unwrap_or_default();
            at += 2 + marks;
            while at < chars.len()
                && !(chars[at] == '"' && (1..=marks).all(|mark| is(at + mark, '#')))
            {
                at += 1;
            }
            at += 1 + marks;
        } else if c == '"' {
            at += 1;
            while at < chars.len() && chars[at] != '"' {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
            out.push(' ');
        } else if c == '\'' && is(at + 1, '\\') {
            at += 3;
            while at < chars.len() && chars[at] != '\'' {
                at += 1;
            }
            at += 1;
        } else if c == '\'' && is(at + 2, '\'') {
            at += 3;
        } else {
            out.push(c);
            at += 1;
        }
    }
    out
}

fn after_word(out: &str) -> bool {
    out.ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// The number of `#` in a raw string that starts here; none if none starts here.
fn raw_marks(chars: &[char], at: usize) -> Option<usize> {
    let marks = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(at + 1 + marks) == Some(&'"')).then_some(marks)
}

fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut last = ' ';
    for c in text.chars().chain([' ']) {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            if !word.is_empty() {
                tokens.push(std::mem::take(&mut word));
            }
            if c == ':' && last == ':' {
                tokens.pop();
                tokens.push("::".to_owned());
                last = ' ';
                continue;
            }
            if !c.is_whitespace() {
                tokens.push(c.to_string());
            }
        }
        last = c;
    }
    tokens
}

/// The tokens without `#[cfg(test)]` items, and the modules declared in those.
fn without_tests(tokens: &[String]) -> (Vec<String>, Vec<String>) {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut kept, mut modules) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < tokens.len() {
        if !tokens[at..].iter().take(7).eq(MARK.iter()) {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let mut depth = 0;
        while at < tokens.len() {
            let token = tokens[at].as_str();
            if depth == 0 && token == "mod" {
                modules.extend(tokens.get(at + 1).cloned());
            }
            at += 1;
            match token {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            if depth == 0 && matches!(token, "}" | ";") {
                break;
            }
        }
    }
    (kept, modules)
}

#[test]
fn sees_what_is_named_and_only_that() {
    let text = r##"
        //! crate::not::this
        use crate::domain::{command::{self, Command}, ids::UserId as Who};
        use super::{Reply, nudge};
        const TEXT: &str = "crate::nor::this { \" ";
        const RAW: &str = r#"crate::nor " this"#;
        fn f<'a>(c: char) -> bool { c == '"' || crate::clock::millis(0) > c }
        #[cfg(test)]
        mod tests { use crate::router; fn g() {} }
        #[cfg(test)]
        pub mod stage;
        pub(crate) fn last() -> crate::store::Tx {}
    "##;
    let source = Source::read(Path::new("src/features/join.rs"), text);
    assert_eq!(
        source.test_modules,
        ["features::join::tests", "features::join::stage"]
    );
    let named: Vec<String> = source
        .imports()
        .iter()
        .map(|path| path.join("::"))
        .collect();
    assert_eq!(
        named,
        [
            "domain::command",
            "domain::command::Command",
            "domain::ids::UserId",
            "features::Reply",
            "features::nudge",
            "clock::millis",
            "store::Tx",
        ]
    );
}
