use super::*;
use crate::clock::millis;
use crate::domain::figures::{Held, Rating};
use crate::domain::ids::UserId;
use crate::domain::quarter::Quarter;
use crate::domain::report::{Closing, Facts, Outcome, PairSoFar, safe};
use jiff::civil::date;

/// A program of some size, or of the same with as few as `of` of everything.
fn page(of: usize) -> String {
    let quarter = |at: usize| Quarter::of(date(2026, if at.is_multiple_of(3) { 2 } else { 5 }, 1));
    let pair = |at: usize| PairSoFar {
        cohort: quarter(at),
        meetings: u32::try_from(at % 7).unwrap(),
        changed: millis(0),
        outcome: match at % 5 {
            0 | 1 => Outcome::Running,
            2 => Outcome::EndedEarly,
            _ => Outcome::Completed,
        },
    };
    let rating = |at: usize| Rating {
        before: u8::try_from(1 + at % 3).unwrap(),
        now: u8::try_from(2 + at % 4).unwrap(),
        at: millis(0),
    };
    let closing = |at: usize| Closing {
        person: UserId(format!("U{at}")),
        is_mentor: at.is_multiple_of(2),
        cohort: quarter(at),
        would_recommend: Some(!at.is_multiple_of(5)),
        would_repeat: Some(!at.is_multiple_of(7)),
    };
    let number = u32::try_from(of).unwrap();
    let facts = Facts {
        joined: 3 * number,
        taking_part: 2 * number,
        paired: 2 * number,
        active_pairs: 2 * number / 5,
        pairs: (0..of).map(pair).collect(),
        confidence: (0..of).map(rating).collect(),
        closings: (0..of).map(closing).collect(),
    };
    let (report, _) = safe(&facts, Held::default(), 5);
    let about = About {
        program: "Reverse mentoring",
        on: date(2026, 6, 30),
    };
    html(&report, &about)
}

/// What a reader reads: the texts of the elements, but for the plots, whose tables say the same.
fn text(page: &str) -> String {
    let mut text = String::new();
    let (mut hidden, mut rest): (Option<String>, &str) = (None, page);
    while let Some((before, after)) = rest.split_once('<') {
        if hidden.is_none() && !before.trim().is_empty() {
            text += before.trim();
            text += " ";
        }
        let (tag, after) = after.split_once('>').unwrap();
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        if hidden.as_deref() == Some(tag) {
            hidden = None;
        } else if hidden.is_none() && matches!(name, "head" | "svg") {
            hidden = Some(format!("/{name}"));
        }
        if hidden.is_none()
            && matches!(
                tag,
                "/p" | "/tr" | "/h1" | "/h2" | "/li" | "/caption" | "/figcaption"
            )
        {
            text += "\n";
        }
        rest = after;
    }
    text
}

#[test]
fn the_report_reads_well() {
    insta::assert_snapshot!("a_report", text(&page(60)));
}

#[test]
fn the_report_of_a_small_program_reads_well() {
    insta::assert_snapshot!("a_small_report", text(&page(4)));
}

#[test]
fn nothing_runs_or_is_fetched_and_plots_can_be_heard() {
    for of in [0, 4, 9, 60] {
        let page = page(of);
        for foreign in [
            "<script", "http:", "https:", "url(", "@import", "<link", "<img", "src=", "href=",
        ] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        let tags = page.split('<').filter_map(|tag| tag.split('>').next());
        let mut words = tags.flat_map(|tag| tag.split_whitespace());
        assert!(
            !words.any(|word| word.starts_with("on") && word.contains('=')),
            "a handler"
        );
        let (plots, tables) = (
            page.matches("<svg role=\"img\"").count(),
            page.matches("<table>").count(),
        );
        assert_eq!(page.matches("<svg").count(), plots);
        assert_eq!(page.matches("<title id=").count(), plots);
        assert_eq!(page.matches("<desc id=").count(), plots);
        assert!(tables > 0);
        let ids: Vec<&str> = page
            .split(" id=\"")
            .skip(1)
            .map(|it| it.split('"').next().unwrap())
            .collect();
        let unique: std::collections::BTreeSet<&&str> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{ids:?}");
        for labelled in page.split("aria-labelledby=\"").skip(1) {
            for id in labelled.split('"').next().unwrap().split(' ') {
                assert!(ids.contains(&id), "{id}");
            }
        }
    }
}
