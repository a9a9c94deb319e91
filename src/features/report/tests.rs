//! What owners get, and what never gets into it; the files of an export are in `tests/export.rs`.

mod export;

use crate::domain::checkin::Kind as About;
use crate::domain::cycle::{Anchor, State as Month};
use crate::domain::happening::Ending;
use crate::domain::ids::{PairId, RoundId, UserId};
use crate::domain::participant::{Profile, Role, Standing};
use crate::domain::program::Settings;
use crate::features::Error;
use crate::slack::event::Action;
use crate::store::checkins::Benefit;
use crate::store::outbox::{Head, Kind};
use crate::store::{checkins, cycles, met, pairs, participants, reflections};
use crate::testing;
use crate::testing::feature_test::{FeatureTest, render};
use crate::testing::outgoing;
use jiff::SignedDuration;

const OWNER: &str = "UOWNER";
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn program() -> Settings {
    Settings {
        owners: vec![OWNER.into()],
        name: "Mentoring at <Acme>".into(),
        digest_channel: Some("C1".into()),
        ..Settings::default()
    }
}

fn user(number: usize) -> UserId {
    UserId(format!("U{number:02}"))
}

fn profile(department: &str) -> Profile {
    Profile {
        department: Some(department.into()),
        site: Some("@home".into()),
        rather_not: vec!["U99".into()],
        hopes: "My private hopes".into(),
        ..testing::people::profile(Role::Either, "Senior", &["Strategy"], &["AI tools"])
    }
}

/// Twelve pairs: person 1 mentors 2, 3 mentors 4, and so on. All but the last have met three times, and both say so.
async fn twelve_pairs() -> (FeatureTest, Vec<PairId>) {
    let mut test = FeatureTest::new(program()).await;
    let mut together = Vec::new();
    let mut tx = test.tx().await;
    for number in 1..=24 {
        let person = testing::people::person(user(number).as_str(), Some("UTC"));
        testing::people::takes_part(&mut tx, &person, &profile("=Finance, \"EMEA\"")).await;
    }
    for first in (1..=24).step_by(2) {
        let two = (&user(first), &user(first + 1));
        let pair = pairs::create(&mut tx, RoundId(1), two, &["A reason".into()], 6).await;
        together.push(pair.unwrap().unwrap());
    }
    tx.commit().await.unwrap();
    for number in 1..=3 {
        test.now += DAY * 28;
        for pair in &together[..11] {
            month(&test, *pair, number, [true, true]).await;
        }
    }
    (test, together)
}

/// A month that is over; `yes` says whether the mentor and the mentee say that they met.
async fn month(test: &FeatureTest, pair: PairId, number: u8, yes: [bool; 2]) {
    let mut tx = test.tx().await;
    let anchor = Anchor {
        at: test.now,
        number,
    };
    let cycle = cycles::create(&mut tx, pair, number, anchor, test.now + DAY * 28);
    let cycle = cycle.await.unwrap().unwrap();
    let pair = pairs::find(&mut tx, pair).await.unwrap().unwrap();
    for (user, _) in pair.members().into_iter().zip(yes).filter(|(_, yes)| *yes) {
        met::say(&mut tx, cycle, 0, (&pair, user), "yes")
            .await
            .unwrap();
        let asked = reflections::create(&mut tx, pair.id, cycle, user, "trust");
        let asked = asked.await.unwrap().unwrap();
        let thought = Some("A private thought");
        reflections::answer(&mut tx, asked, thought, Some(number + 1))
            .await
            .unwrap();
    }
    if yes != [false; 2] {
        cycles::step(&mut tx, cycle, Month::Open, Month::Held)
            .await
            .unwrap();
    }
    cycles::close(&mut tx, cycle, Month::Unknown).await.unwrap();
    tx.commit().await.unwrap();
}

/// Both of a pair say at its end that they'd recommend the program; the mentee would not do it again.
async fn completed(test: &FeatureTest, pair: PairId) {
    let mut tx = test.tx().await;
    let pair = pairs::find(&mut tx, pair).await.unwrap().unwrap();
    for user in pair.members() {
        let asked = checkins::create(&mut tx, pair.id, user, About::Closing, 6);
        let asked = asked.await.unwrap().unwrap();
        checkins::asked(&mut tx, asked).await.unwrap();
        let said = Benefit {
            would_recommend: Some(true),
            would_repeat: Some(*user == pair.mentor),
        };
        checkins::answer(&mut tx, asked, "{}", None).await.unwrap();
        checkins::say_benefit(&mut tx, asked, said).await.unwrap();
    }
    pairs::close(&mut tx, pair.id, Ending::Completed)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// The page's tables, a row in a line.
fn tables(page: &str) -> String {
    let body = page.split_once("<table>").map_or("", |(_, rest)| rest);
    let rows = body.split("<tr>").skip(1).map(|row| {
        let row = row.split("</tr>").next().unwrap();
        let cells = row.split('<').filter_map(|cell| cell.split_once('>'));
        let cells: Vec<&str> = cells
            .map(|(_, text)| text)
            .filter(|text| !text.is_empty())
            .collect();
        cells.join(" | ")
    });
    rows.collect::<Vec<_>>().join("\n")
}

async fn report(test: &FeatureTest) -> String {
    let reply = test.press(OWNER, Action::MakeReport).await.unwrap();
    let said = render(&reply.say.unwrap());
    assert!(said.contains("on its way to you"), "{said}");
    let file = test.files().await.pop().unwrap();
    assert_eq!(file.name, "report.html");
    file.content
}

#[tokio::test]
async fn an_owner_gets_the_report_and_nobody_else() {
    let (test, together) = twelve_pairs().await;
    for pair in &together[..10] {
        completed(&test, *pair).await;
    }
    let page = report(&test).await;
    insta::assert_snapshot!(tables(&page), @"
    Who | How many
    Joined since the start | about 25
    Had a partner | about 25
    Take part now | about 25
    What | How many
    Introduced | about 10
    Met at least once | about 10
    Running now | fewer than 5
    Completed their months | about 10
    Ended early | fewer than 5
    Met | How many
    Never | fewer than 5
    Once or twice | fewer than 5
    3 to 5 times | about 10
    6 times or more | fewer than 5
    Confidence | First rating | Latest rating
    1 or 2 | about 20 | fewer than 5
    3 | fewer than 5 | fewer than 5
    4 or 5 | fewer than 5 | about 20
    Question | Asked | Answered | Yes | No
    Mentors: would recommend it | about 10 | about 10 | about 10 | fewer than 5
    Mentors: would do it again | about 10 | about 10 | about 10 | fewer than 5
    Mentees: would recommend it | about 10 | about 10 | about 10 | fewer than 5
    Mentees: would do it again | about 10 | about 10 | fewer than 5 | about 10
    Cohort | Introduced | Met | Running | Completed | Ended early
    2026 Q1 | about 10 | about 10 | fewer than 5 | about 10 | fewer than 5
    Cohort | Answered | Yes | No
    2026 Q1 | about 20 | about 20 | fewer than 5
    ");
    assert!(
        page.contains("Mentoring at &#60;Acme&#62;"),
        "{}",
        &page[..400]
    );
    for private in [
        "U01",
        "U24",
        "A private",
        "My private",
        "Finance",
        "A reason",
        "trust",
    ] {
        assert!(!page.contains(private), "{private}");
    }
    let refused = test.press("U01", Action::MakeReport).await;
    assert!(matches!(refused, Err(Error::User(_))));
    let refused = test.press("U01", Action::ExportProgram).await;
    assert!(matches!(refused, Err(Error::User(_))));
    assert_eq!(test.files().await.len(), 1);
}

/// "Report" means something else to somebody who needs help.
#[tokio::test]
async fn who_reports_something_is_led_to_somebody_to_talk_to() {
    let (test, _) = twelve_pairs().await;
    for (who, words) in [
        ("U01", "report"),
        ("U01", "I want to report"),
        (OWNER, "report my partner"),
    ] {
        let reply = test.command(who, words).await.unwrap();
        let said = render(&reply.say.unwrap());
        assert!(said.contains("support contact"), "{who} {words}: {said}");
    }
    assert_eq!(test.files().await.len(), 0);
    let reply = test.command(OWNER, "report").await.unwrap();
    insta::assert_snapshot!(render(&reply.say.unwrap()), @"
    Your report is on its way to you as a file in our direct messages: figures over groups, never names. Open it in a browser; it prints well.
    · Did you want to report a problem? `/reverse-mentor support` shows who you can talk to.
    ");
    assert_eq!(test.files().await.len(), 1);
}

#[tokio::test]
async fn the_word_export_offers_an_owner_both_and_others_their_own() {
    let (test, _) = twelve_pairs().await;
    let owner = test.command(OWNER, "export").await.unwrap();
    insta::assert_snapshot!(render(&owner.say.unwrap()), @"
    Which would you like: the program's files, or everything stored about you?
    [ The program ]  [ My own data ]
    · Either comes as files in our direct messages, just for you.
    ");
    for (who, words) in [
        ("U01", "export"),
        (OWNER, "export my data"),
        (OWNER, "privacy"),
        (OWNER, "my data"),
    ] {
        let reply = test.command(who, words).await.unwrap();
        let said = render(&reply.say.unwrap());
        assert!(said.contains("Who sees what"), "{who} {words}: {said}");
    }
}

/// Somebody leaves between two reports, or between a digest and a report: no number says so.
#[tokio::test]
async fn who_left_is_not_told_from_two_reports_or_a_digest() {
    let (mut test, together) = twelve_pairs().await;
    for pair in &together[..10] {
        completed(&test, *pair).await;
    }
    let before = tables(&report(&test).await);
    let mut tx = test.tx().await;
    participants::set_standing(&mut tx, &user(24), Standing::Left, None)
        .await
        .unwrap();
    pairs::close(&mut tx, together[11], Ending::Left)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.pass(DAY * 7).await;
    let digest = test
        .messages("C1")
        .await
        .iter()
        .map(render)
        .collect::<String>();
    assert!(
        digest.contains("*In the program:* about 25 people"),
        "{digest}"
    );
    let after = tables(&report(&test).await);
    assert_eq!(before, after);
    assert!(after.contains("Take part now | about 25"), "{after}");
}

#[tokio::test]
async fn a_lost_file_is_told() {
    let (test, _) = twelve_pairs().await;
    report(&test).await;
    let mut tx = test.tx().await;
    let files = |head: &Head| head.delivery.kind == Kind::ProgramFile;
    outgoing::given_up(&mut tx, files, "file_not_found").await;
    tx.commit().await.unwrap();
    test.run_due().await;
    let told = test
        .messages(OWNER)
        .await
        .iter()
        .map(render)
        .collect::<String>();
    assert!(
        told.contains("ask for it again") && told.contains("`/reverse-mentor report`"),
        "{told}"
    );
}
