//! A meeting for people's calendars: an .ics file, and links for browser calendars.

use icalendar::{Calendar, Component, Event};
use jiff::{Timestamp, ToSpan};
use url::Url;

/// A meeting to put into a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Stays the same when the meeting moves, so that calendars update their entry.
    pub uid: String,
    /// Grows with every change of a `uid`.
    pub sequence: u32,
    pub title: String,
    pub starts: Timestamp,
    pub minutes: u16,
    pub description: String,
}

impl Entry {
    fn ends(&self) -> Timestamp {
        self.starts
            .checked_add(i64::from(self.minutes).minutes())
            .unwrap_or(Timestamp::MAX)
    }

    /// The text of an .ics file. `now` is when it is made.
    pub fn ics(&self, now: Timestamp) -> String {
        self.file(now, "PUBLISH", None)
    }

    /// The text of an .ics file that takes the meeting out of a calendar (RFC 5546).
    pub fn canceled_ics(&self, now: Timestamp) -> String {
        self.file(now, "CANCEL", Some("CANCELLED"))
    }

    fn file(&self, now: Timestamp, method: &str, status: Option<&str>) -> String {
        let mut event = Event::new();
        if let Some(status) = status {
            event.add_property("STATUS", status);
        }
        event
            .uid(&self.uid)
            .sequence(self.sequence)
            .add_property("DTSTAMP", utc(now))
            .add_property("DTSTART", utc(self.starts))
            .add_property("DTEND", utc(self.ends()))
            .summary(&self.title)
            .description(&self.description);
        let mut calendar = Calendar::empty();
        calendar
            .append_property(("VERSION", "2.0"))
            .append_property(("PRODID", "-//Reverse Mentor//EN"))
            .append_property(("CALSCALE", "GREGORIAN"))
            .append_property(("METHOD", method))
            .push(event);
        calendar.to_string()
    }

    /// A page of Google Calendar with this meeting filled in.
    pub fn google_link(&self) -> String {
        let dates = format!("{}/{}", utc(self.starts), utc(self.ends()));
        link(
            "https://calendar.google.com/calendar/render",
            &[
                ("action", "TEMPLATE"),
                ("text", &self.title),
                ("dates", &dates),
                ("details", &self.description),
            ],
        )
    }

    /// A page of Outlook on the web (work accounts) with this meeting filled in.
    pub fn outlook_link(&self) -> String {
        link(
            "https://outlook.office.com/calendar/deeplink/compose",
            &[
                ("path", "/calendar/action/compose"),
                ("rru", "addevent"),
                ("subject", &self.title),
                ("startdt", &seconds(self.starts)),
                ("enddt", &seconds(self.ends())),
                ("body", &self.description),
            ],
        )
    }
}

/// `20260303T100000Z`
fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// `2026-03-03T10:00:00Z`
fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn link(base: &str, query: &[(&str, &str)]) -> String {
    let url = Url::parse_with_params(base, query).expect("the base is a literal address");
    // Outlook shows `+` literally; a plus that people wrote is already `%2B`.
    url.as_str().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            uid: "cycle-42@reverse-mentor".into(),
            sequence: 1,
            title: "Ana & Bo: reverse mentoring".into(),
            starts: "2026-03-03T10:00:00.5Z".parse().unwrap(),
            minutes: 45,
            description: "AI tools; careers, growth\nBring a question\\story.".into(),
        }
    }

    #[test]
    fn an_ics_file_holds_one_event_in_utc() {
        let now = "2026-03-01T08:00:00Z".parse().unwrap();
        let ics = entry().ics(now);
        assert!(ics.lines().all(|line| line.len() <= 75));
        assert_eq!(ics.matches('\n').count(), ics.matches("\r\n").count());
        insta::assert_snapshot!(ics.replace("\r\n", "\n"), @r"
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//Reverse Mentor//EN
        CALSCALE:GREGORIAN
        METHOD:PUBLISH
        BEGIN:VEVENT
        DESCRIPTION:AI tools\; careers\, growth\nBring a question\\story.
        DTEND:20260303T104500Z
        DTSTAMP:20260301T080000Z
        DTSTART:20260303T100000Z
        SEQUENCE:1
        SUMMARY:Ana & Bo: reverse mentoring
        UID:cycle-42@reverse-mentor
        END:VEVENT
        END:VCALENDAR
        ");
        assert_eq!(ics, entry().ics(now));
    }

    #[test]
    fn text_cannot_add_properties() {
        let sly = Entry {
            uid: "1\r\nATTENDEE:mailto:a@b".into(),
            title: "Hello\r\nATTENDEE:mailto:a@b".into(),
            description: "é".repeat(200) + "\r\nEND:VCALENDAR",
            ..entry()
        };
        let ics = sly.ics(Timestamp::UNIX_EPOCH);
        let unfolded = ics.replace("\r\n ", "");
        assert!(
            !unfolded.lines().any(|line| line.starts_with("ATTENDEE")),
            "{ics}"
        );
        assert_eq!(unfolded.matches("\r\nEND:VCALENDAR").count(), 1, "{ics}");
    }

    #[test]
    fn links_carry_everything_escaped() {
        insta::assert_snapshot!(entry().google_link(), @"https://calendar.google.com/calendar/render?action=TEMPLATE&text=Ana%20%26%20Bo%3A%20reverse%20mentoring&dates=20260303T100000Z%2F20260303T104500Z&details=AI%20tools%3B%20careers%2C%20growth%0ABring%20a%20question%5Cstory.");
        insta::assert_snapshot!(entry().outlook_link(), @"https://outlook.office.com/calendar/deeplink/compose?path=%2Fcalendar%2Faction%2Fcompose&rru=addevent&subject=Ana%20%26%20Bo%3A%20reverse%20mentoring&startdt=2026-03-03T10%3A00%3A00Z&enddt=2026-03-03T10%3A45%3A00Z&body=AI%20tools%3B%20careers%2C%20growth%0ABring%20a%20question%5Cstory.");
        let google = Url::parse(&entry().google_link()).unwrap();
        let details = google
            .query_pairs()
            .find(|(key, _)| key == "details")
            .unwrap();
        assert_eq!(details.1, entry().description);
    }
}
