//! A program.toml. With `editable = true` it is the beginning: what owners change in Slack stands above it, setting by setting, until
//! that setting changes in the file.

use super::program::Settings;
use serde_json::Value;
use std::collections::BTreeMap;

/// A mark of each setting that the file names, by which a change is seen. The values themselves are not kept twice.
pub type Lines = BTreeMap<String, String>;

/// A program.toml as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// What it says, with the defaults for the rest.
    pub settings: Settings,
    /// The settings that it names.
    pub names: Vec<String>,
    /// Whether owners may change the settings in Slack, too.
    pub editable: bool,
}

impl Declared {
    /// Reads a file, and says at which line it is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut names: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
        let editable = match names.remove("editable") {
            None => false,
            Some(toml::Value::Boolean(editable)) => editable,
            Some(_) => return Err("editable: write true or false.".to_owned()),
        };
        // It is no setting. An empty line in its place keeps the numbers of the others.
        let is_editable = |line: &str| {
            let rest = line.trim_start().strip_prefix("editable");
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        let lines = text.lines();
        let lines = lines.map(|line| if is_editable(line) { "" } else { line });
        let lines: Vec<&str> = lines.collect();
        let settings = toml::from_str(&lines.join("\n")).map_err(|error| error.to_string())?;
        Ok(Self {
            settings,
            names: names.keys().cloned().collect(),
            editable,
        })
    }

    pub fn lines(&self) -> Lines {
        let marks = marks(&self.settings);
        let of = |name: &String| {
            marks
                .get(name)
                .cloned()
                .unwrap_or_else(|| mark(&Value::Null))
        };
        self.names
            .iter()
            .map(|name| (name.clone(), of(name)))
            .collect()
    }

    /// The settings that stand now, with those from the file whose lines are others than those `known`. Both may be right, and
    /// not fit together, such as fewer stages and a larger gap: then none, and the file counts as a whole.
    pub fn over(&self, now: &Settings, known: &Lines) -> Option<Settings> {
        let (Ok(Value::Object(mut merged)), Ok(Value::Object(file))) = (
            serde_json::to_value(now),
            serde_json::to_value(&self.settings),
        ) else {
            return None;
        };
        for (name, mark) in self.lines() {
            if known.get(&name) == Some(&mark) {
                continue;
            }
            match file.get(&name) {
                Some(value) => merged.insert(name, value.clone()),
                None => merged.remove(&name),
            };
        }
        let merged: Option<Settings> = serde_json::from_value(Value::Object(merged)).ok();
        merged.filter(|merged| merged.check().is_empty())
    }
}

/// The settings that are as the file says.
pub fn from_file(settings: &Settings, lines: &Lines) -> Vec<String> {
    let marks = marks(settings);
    let same = lines
        .iter()
        .filter(|(name, mark)| marks.get(*name) == Some(*mark));
    same.map(|(name, _)| name.clone()).collect()
}

fn marks(settings: &Settings) -> Lines {
    match serde_json::to_value(settings) {
        Ok(Value::Object(fields)) => fields
            .iter()
            .map(|(name, value)| (name.clone(), mark(value)))
            .collect(),
        _ => Lines::new(),
    }
}

/// FNV-1a, because it has to be the same in every release.
fn mark(value: &Value) -> String {
    let hash = value
        .to_string()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, cycles: u8) -> Declared {
        Declared {
            settings: Settings {
                name: name.into(),
                cycles,
                ..Settings::default()
            },
            names: vec!["name".into(), "cycles".into()],
            editable: true,
        }
    }

    #[test]
    fn a_file_may_be_editable_and_errors_name_its_lines() {
        let read = Declared::parse("name = \"Ours\"\neditable = true\ncycles = 3\n").unwrap();
        assert!(read.editable);
        assert_eq!(read.names, ["cycles", "name"]);
        assert_eq!(
            (read.settings.name.as_str(), read.settings.cycles),
            ("Ours", 3)
        );
        assert!(!Declared::parse("").unwrap().editable);
        let wrong = Declared::parse("editable = true\n\ncycle = 3").unwrap_err();
        assert!(wrong.contains("line 3"), "{wrong}");
        assert!(Declared::parse("editable = 1").is_err());
    }

    #[test]
    fn what_owners_change_stands_until_that_line_changes() {
        let first = file("Upside down", 6);
        let known = first.lines();
        let edited = Settings {
            name: "Our own".into(),
            floor: 33,
            ..first.settings.clone()
        };
        assert_eq!(
            first.over(&edited, &known),
            Some(edited.clone()),
            "the same file"
        );
        assert_eq!(from_file(&edited, &known), ["cycles"]);
        let longer = file("Upside down", 9).over(&edited, &known).unwrap();
        assert_eq!(
            (longer.name.as_str(), longer.cycles, longer.floor),
            ("Our own", 9, 33)
        );
        let renamed = file("New", 6).over(&edited, &known).unwrap();
        assert_eq!((renamed.name.as_str(), renamed.floor), ("New", 33));
    }

    #[test]
    fn what_does_not_fit_together_is_not_merged() {
        let known = file("Upside down", 6).lines();
        let edited = Settings {
            stage_gap: 5,
            ..file("Upside down", 6).settings
        };
        let mut fewer = file("Upside down", 6);
        fewer.settings.stages = vec!["Junior".into(), "Middle".into(), "Senior".into()];
        fewer.names.push("stages".into());
        assert_eq!(fewer.over(&edited, &known), None);
    }

    #[test]
    fn marks_stay_the_same_in_every_release() {
        assert_eq!(
            file("Upside down", 6).lines()["cycles"],
            mark(&Value::from(6))
        );
        assert_eq!(mark(&Value::from(6)), "af63ab4c86019949");
    }
}
