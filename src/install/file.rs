//! The configuration file, which only its owner may read.

use crate::config::write_private;
use std::fmt::Write as _;
use std::path::Path;

/// Writes the settings, and never over an existing file.
pub fn write(path: &Path, settings: &[(&'static str, String)]) -> std::io::Result<()> {
    let mut text = String::from(
        "# Read by reverse-mentor in this folder. `reverse-mentor serve --help` names what else can stand here.",
    );
    for (name, value) in settings {
        let _ = write!(text, "\n{name}={value}");
    }
    write_private(path, &text)
}
