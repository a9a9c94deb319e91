//! The configuration file, which only its owner may read.

use crate::config::BadConfig;
use crate::config::sources::file_values;
use crate::config::write_private;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

const HEAD: &str = "# Read by reverse-mentor in this folder. `reverse-mentor serve --help` names what else can stand here.";

/// What the file holds; none where there is no file yet.
pub fn read(path: &Path) -> Result<Option<HashMap<String, String>>, BadConfig> {
    if path.exists() {
        file_values(path).map(Some)
    } else {
        Ok(None)
    }
}

/// Writes the settings: each in the place of its old line, and new ones below. What else is in the file stays.
pub fn write(path: &Path, settings: &[(&'static str, String)]) -> std::io::Result<()> {
    if !path.exists() {
        return write_private(path, &with(HEAD, settings));
    }
    // A link stays one.
    let path = path.canonicalize()?;
    let text = with(std::fs::read_to_string(&path)?.trim_end(), settings);
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let new = Path::new(&new);
    if new.exists() {
        std::fs::remove_file(new)?;
    }
    write_private(new, &text)?;
    std::fs::rename(new, path)
}

fn with(text: &str, settings: &[(&'static str, String)]) -> String {
    let name = |line: &str| {
        let line = line.trim();
        let name = line.strip_prefix("export ").unwrap_or(line).split_once('=');
        name.map(|(name, _)| name.trim().to_owned())
    };
    let new =
        |line: &&str| name(line).is_some_and(|name| settings.iter().any(|(new, _)| *new == name));
    let mut lines: Vec<String> = Vec::new();
    let mut written = Vec::new();
    for line in text.lines() {
        if !new(&line) {
            lines.push(line.to_owned());
            continue;
        }
        for (new, value) in settings {
            // A name may have had several lines, of which the last counted.
            if name(line).as_deref() == Some(new) && !written.contains(new) {
                written.push(new);
                lines.push(format!("{new}={value}"));
            }
        }
    }
    let mut text = lines.join("\n");
    for (name, value) in settings.iter().filter(|(name, _)| !written.contains(name)) {
        let _ = write!(text, "\n{name}={value}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::with;

    #[test]
    fn a_new_value_takes_its_old_place_and_the_rest_stays() {
        let old = "# mine\nTICK_SECONDS=30\nexport SLACK_APP_TOKEN='xapp-old'\nDATABASE_URL=x\nSLACK_APP_TOKEN=xapp-older";
        let new = [
            ("SLACK_APP_TOKEN", "xapp-new".to_owned()),
            ("SLACK_BOT_TOKEN", "xoxb-1".to_owned()),
        ];
        let text = with(old, &new);
        assert_eq!(
            text,
            "# mine\nTICK_SECONDS=30\nSLACK_APP_TOKEN=xapp-new\nDATABASE_URL=x\nSLACK_BOT_TOKEN=xoxb-1"
        );
    }
}
