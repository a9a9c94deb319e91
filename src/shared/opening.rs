//! A company's own words at the top of a message, filled in.

use crate::domain::program::Settings;
use crate::domain::wording::{Part, Placeholder, Worded, parts};
use crate::md;
use crate::shared::months;
use crate::slack::words::{Md, ToMd};

/// For anybody; none where the company has no words of its own.
pub fn opening(settings: &Settings, worded: Worded) -> Option<Md> {
    filled(settings, worded, None)
}

/// For a mentor and their mentee.
pub fn for_two(
    settings: &Settings,
    worded: Worded,
    (mentor, mentee): (&impl ToMd, &impl ToMd),
) -> Option<Md> {
    filled(settings, worded, Some((mentor.to_md(), mentee.to_md())))
}

fn filled(settings: &Settings, worded: Worded, two: Option<(Md, Md)>) -> Option<Md> {
    let words = settings.wording.of(worded).trim();
    if words.is_empty() {
        return None;
    }
    let (mentor, mentee) = two.unzip();
    let fill = |inside: &str| match Placeholder::parse(inside) {
        Some(Placeholder::Program) => Some(settings.name.to_md()),
        Some(Placeholder::Months) => Some(months(settings.cycles).to_md()),
        Some(Placeholder::Mentor) => mentor.clone(),
        Some(Placeholder::Mentee) => mentee.clone(),
        None => None,
    };
    let parts = parts(words).into_iter().map(|part| match part {
        Part::Words(words) => words.to_md(),
        // The check lets nothing else through.
        Part::Braces(inside) => fill(inside).unwrap_or_else(|| md!("{{{}}}", inside)),
    });
    Some(Md::join(parts, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::UserId;

    #[test]
    fn words_are_escaped_once_and_filled_in_once() {
        let mut settings = Settings {
            name: "R&D {months}".into(),
            ..Settings::default()
        };
        assert_eq!(opening(&settings, Worded::Welcome), None);
        settings.wording.set(
            Worded::Introduction,
            "{mentor} & {mentee} <3 {program}: {months} {}",
        );
        let two = (&UserId::from("U1"), &UserId::from("U2"));
        let words = for_two(&settings, Worded::Introduction, two).unwrap();
        assert_eq!(
            words.as_str(),
            "<@U1> &amp; <@U2> &lt;3 R&amp;D {months}: 6 months {}"
        );
    }
}
