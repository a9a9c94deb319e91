//! What one person saw and did, as text.

use crate::sandbox::Seen;
use jiff::tz::TimeZone;
use std::fmt::Write as _;

/// Day by day, in their own time zone.
pub fn write(name: &str, zone: &TimeZone, seen: &[Seen]) -> String {
    let mut out = format!("What {name} saw\n");
    let mut day = None;
    for one in seen {
        let at = one.at.to_zoned(zone.clone());
        if day.replace(at.date()) != Some(at.date()) {
            let _ = write!(out, "\n{}\n", at.strftime("%A, %-d %B %Y"));
        }
        let time = at.strftime("%H:%M");
        let mut lines = one.text.lines();
        if one.place == "does" {
            for line in lines {
                let _ = writeln!(out, "  {time}  {line}");
            }
            continue;
        }
        let _ = writeln!(out, "  {time}  {:<9} {}", one.place, lines.next().unwrap_or_default());
        for line in lines {
            let row = format!("{:19}{line}", "");
            let _ = writeln!(out, "{}", row.trim_end());
        }
    }
    out
}
