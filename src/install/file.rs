//! The configuration file, which only its owner may read.

use std::io::Write as _;
use std::path::Path;

/// Writes the settings, and never over an existing file.
pub fn write(path: &Path, settings: &[(&'static str, String)]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(
        file,
        "# Read by reverse-mentor in this folder. `reverse-mentor serve --help` names what else can stand here."
    )?;
    for (name, value) in settings {
        writeln!(file, "{name}={value}")?;
    }
    file.sync_all()
}
