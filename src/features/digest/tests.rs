//! Scenes of the weekly digest and of the owners' companion.

use super::{messages, weekly};
use crate::domain::cycle::{Anchor, State as Month};
use crate::domain::digest::{Facts, safe};
use crate::domain::goals::Goals;
use crate::domain::ids::{PairId, RoundId, UserId};
use crate::domain::matching::{Binding, Proposal};
use crate::domain::message::Message;
use crate::domain::pair::State;
use crate::domain::participant::{PersonInSlack, Profile, Role, Standing};
use crate::domain::program::Settings;
use crate::features::scene::{Scene, render};
use crate::slack::words::Md;
use crate::store::agreements::Side;
use crate::store::rounds::{Origin, State as RoundState};
use crate::store::{
    agreements, cycles, digests, outbox, pairs, participants, people, programs, reflections, rounds,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use sqlx::Row;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The digest goes out on Mondays at 10:00, rounds are made on the first of the month: out of the way.
fn program() -> Settings {
    Settings {
        owners: vec!["UOWNER".into()],
        digest_channel: Some("C1".into()),
        round_schedule: "0 9 1 * *".into(),
        ..Settings::default()
    }
}

fn profile(learn: &[&str]) -> Profile {
    Profile {
        role: Role::Either,
        stage: "Senior".into(),
        department: None,
        site: None,
        manager: None,
        share: vec!["Strategy".into()],
        learn: learn.iter().map(|&topic| topic.into()).collect(),
        languages: vec!["English".into()],
        mentor_capacity: 1,
        mentee_capacity: 1,
        rather_not: vec!["U99".into()],
        hopes: "My private hopes".into(),
    }
}

fn user(number: usize) -> UserId {
    UserId(format!("U{number:02}"))
}

impl Scene {
    async fn learner(&self, number: usize, learn: &[&str]) {
        let mut tx = self.tx().await;
        let person = PersonInSlack {
            user: user(number),
            zone: Some("UTC".into()),
            full_member: true,
            deleted: false,
            admin: false,
        };
        people::save(&mut tx, &person).await.unwrap();
        participants::save(&mut tx, &user(number), &profile(learn))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Pairs two people (mentor, mentee), with an agreement that is signed or not.
    async fn paired(&self, mentor: usize, mentee: usize, signed: bool) -> PairId {
        let mut tx = self.tx().await;
        let (mentor, mentee) = (user(mentor), user(mentee));
        let pair = pairs::create(&mut tx, RoundId(1), (&mentor, &mentee), &[], 6)
            .await
            .unwrap()
            .unwrap();
        for person in [&mentor, &mentee] {
            participants::set_waiting(&mut tx, person, None)
                .await
                .unwrap();
        }
        let goals = Goals {
            mentee: "A private goal".into(),
            mentor: "Another private goal".into(),
        };
        agreements::add(&mut tx, pair, 1, &goals, None)
            .await
            .unwrap();
        if signed {
            for side in [Side::Mentor, Side::Mentee] {
                agreements::sign(&mut tx, pair, 1, side).await.unwrap();
            }
            agreements::complete(&mut tx, pair, 1).await.unwrap();
            pairs::step(&mut tx, pair, State::Introduced, State::Active)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        pair
    }

    /// A month of a pair that was closed as `state`, or, when held, is still running.
    async fn month_of(&self, pair: PairId, number: u8, state: Month) {
        let mut tx = self.tx().await;
        let anchor = Anchor {
            at: self.now,
            number,
        };
        let cycle = cycles::create(&mut tx, pair, number, anchor, self.now + WEEK * 4)
            .await
            .unwrap()
            .unwrap();
        if state == Month::Held {
            let pair = pairs::find(&mut tx, pair).await.unwrap().unwrap();
            cycles::say(&mut tx, cycle, &pair, &pair.mentor, "yes")
                .await
                .unwrap();
            cycles::step(&mut tx, cycle, Month::Open, Month::Held)
                .await
                .unwrap();
            for (person, confidence) in [(&pair.mentor, 2), (&pair.mentee, 3)] {
                let id = reflections::create(&mut tx, pair.id, cycle, person, "trust")
                    .await
                    .unwrap()
                    .unwrap();
                let rating = confidence + number - 1;
                reflections::answer(&mut tx, id, Some("A private thought"), Some(rating))
                    .await
                    .unwrap();
            }
        } else {
            cycles::close(&mut tx, cycle, state).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Twenty people, six pairs of whom five have signed and met.
    async fn busy_program(&mut self) {
        for number in 1..=20 {
            let learn: &[&str] = match number {
                1..=7 => &["AI tools", "how to tell my boss no"],
                8..=9 => &["Leadership"],
                _ => &["strategy ", "Public speaking"],
            };
            self.learner(number, learn).await;
        }
        let mut together = Vec::new();
        for first in [1, 3, 5, 7, 9, 11] {
            together.push(self.paired(first, first + 1, first < 11).await);
        }
        for number in [1, 2] {
            self.now += SignedDuration::from_mins(1);
            for pair in &together[..5] {
                self.month_of(*pair, number, Month::Held).await;
            }
        }
    }

    async fn public(&self) -> Vec<String> {
        self.messages("C1").await.iter().map(render).collect()
    }

    async fn companions(&self) -> Vec<String> {
        self.messages("UOWNER").await.iter().map(render).collect()
    }
}

#[tokio::test]
async fn a_young_program_reads_well_and_a_small_one_the_same() {
    let mut empty = Scene::new(program()).await;
    empty.pass(HOUR * 2).await;
    insta::assert_snapshot!(empty.public().await.join("\n\n"), @"
    Reverse mentoring this week
    The program has begun. Figures appear here once at least 5 people are in them, so that nobody can be told from a number.
    *Next match:* <!date^1775034000^{date_long_pretty} at {time}|Wednesday, April 1 at 9:00 (UTC)>.
    *Want to take part?* Type `/reverse-mentor join`. It shows you what to expect before you decide.
    Never shown here: names, anything anybody wrote, and figures over fewer than 5.
    ");
    insta::assert_snapshot!(empty.messages("C1").await[0].text, @"Reverse mentoring this week: the program has begun. Figures appear here once at least 5 people are in them, so that nobody can be told from a number.");

    let mut small = Scene::new(program()).await;
    for number in 1..=4 {
        small.learner(number, &["AI tools"]).await;
    }
    let pair = small.paired(1, 2, true).await;
    small.month_of(pair, 1, Month::Held).await;
    small.pass(HOUR * 2).await;
    assert_eq!(small.public().await, empty.public().await);
}

#[tokio::test]
async fn the_week_in_figures() {
    let mut scene = Scene::new(program()).await;
    scene.busy_program().await;
    scene.pass(HOUR * 2).await;
    insta::assert_snapshot!(scene.public().await.join("\n\n"), @"
    Reverse mentoring this week
    • *Active pairs:* about 5
    • *Met in the past month:* about 5 of about 5 pairs that told us
    • *Agreements signed:* about 5 of about 5 agreements
    • *In the program:* about 20 people
    • *Waiting for a match:* about 10 people
    • *Learning about:* Public speaking (about 10), Strategy (about 10), AI tools (about 5), and others
    • *Confidence:* up 1.0 on average since the start, on a scale of 1 to 5
    *Next match:* <!date^1775034000^{date_long_pretty} at {time}|Wednesday, April 1 at 9:00 (UTC)>.
    *Want to take part?* Type `/reverse-mentor join`. It shows you what to expect before you decide.
    Never shown here: names, anything anybody wrote, and figures over fewer than 5. To keep everyone private, numbers are rounded to multiples of 5 and move only when at least 5 have changed.
    ");
    insta::assert_snapshot!(scene.messages("C1").await[0].text, @"Reverse mentoring this week: about 5 active pairs, about 20 people in the program.");
}

#[tokio::test]
async fn somebody_who_left_is_not_told_from_two_digests() {
    let mut scene = Scene::new(program()).await;
    scene.busy_program().await;
    scene.pass(HOUR * 2).await;
    let mut tx = scene.tx().await;
    participants::set_standing(&mut tx, &user(20), Standing::Left, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    scene.pass(WEEK).await;
    let told = scene.public().await;
    assert_eq!(told.len(), 2);
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn once_a_week_however_often_the_timer_runs() {
    let mut scene = Scene::new(program()).await;
    scene.pass(HOUR * 2).await;
    for _ in 0..2 {
        let mut tx = scene.tx().await;
        weekly(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        scene.run_due().await;
    }
    assert_eq!(scene.public().await.len(), 1);
    assert_eq!(scene.companions().await.len(), 1);
    scene.pass(WEEK * 2).await;
    assert_eq!(scene.public().await.len(), 3);
    assert_eq!(scene.companions().await.len(), 3);
}

#[tokio::test]
async fn what_was_published_is_kept_sealed() {
    let mut scene = Scene::new(program()).await;
    scene.busy_program().await;
    scene.pass(WEEK + HOUR * 2).await;
    let mut tx = scene.tx().await;
    let kept = digests::last(&mut tx, 12).await.unwrap();
    let weeks: Vec<&str> = kept.iter().map(|(week, _)| week.as_str()).collect();
    assert_eq!(weeks, ["2026-W11", "2026-W10"]);
    assert_eq!(kept[0].1.joined_people.number(), Some(20));
    let rows = sqlx::query("select published_sealed from digests")
        .fetch_all(tx.conn())
        .await
        .unwrap();
    for row in rows {
        assert!(!row.get::<String, _>(0).contains("people"));
    }
    tx.rollback().await;
}

#[tokio::test]
async fn without_a_channel_nothing_is_public() {
    let mut scene = Scene::new(Settings {
        digest_channel: None,
        ..program()
    })
    .await;
    scene.busy_program().await;
    scene.pass(HOUR * 2).await;
    let told = scene.told().await;
    assert!(!told.contains("(digest)"), "{told}");
    assert_eq!(scene.companions().await.len(), 1);
    let mut tx = scene.tx().await;
    assert!(digests::last(&mut tx, 1).await.unwrap().is_empty());
    tx.rollback().await;
}

#[tokio::test]
async fn a_channel_that_refuses_is_tried_again_next_week() {
    let mut scene = Scene::new(program()).await;
    scene.pass(HOUR * 2).await;
    let mut tx = scene.tx().await;
    let row = sqlx::query("select id from outbox where lane = 'C1'")
        .fetch_one(tx.conn())
        .await
        .unwrap();
    outbox::fail(&mut tx, row.get(0), "is_archived")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    scene.pass(WEEK - HOUR).await;
    assert_eq!(scene.public().await.len(), 2);
    let told = scene.companions().await;
    insta::assert_snapshot!(told[1], @"
    *Reverse mentoring: one thing to look at this week.*
    *Messages that could not be delivered this week*
    • <#C1>, the digest: the channel is archived. Unarchive it, or pick another in `/reverse-mentor setup`.
    Only the program's owners see this, without pairs of their own. It never holds reflections, reasons anybody gave, or whom somebody would rather not meet.
    ");
}

#[tokio::test]
async fn all_is_well() {
    let mut scene = Scene::new(program()).await;
    scene.busy_program().await;
    scene.pass(HOUR * 2).await;
    insta::assert_snapshot!(scene.companions().await.join("\n\n"), @"
    *Reverse mentoring: all is well this week. There is nothing for you to do.*
    Only the program's owners see this, without pairs of their own. It never holds reflections, reasons anybody gave, or whom somebody would rather not meet.
    ");
}

async fn a_troubled_program(scene: &Scene) {
    for number in 1..=8 {
        scene.learner(number, &["AI tools"]).await;
    }
    let quiet = scene.paired(1, 2, true).await;
    scene.month_of(quiet, 1, Month::Unknown).await;
    scene.month_of(quiet, 2, Month::Skipped).await;
    let met_again = scene.paired(3, 4, true).await;
    scene.month_of(met_again, 1, Month::Unknown).await;
    scene.month_of(met_again, 2, Month::Unknown).await;
    scene.month_of(met_again, 3, Month::Held).await;
    scene.paired(5, 6, false).await;
    let mut tx = scene.tx().await;
    let round = RoundId(tx.new_id());
    rounds::conclude(
        &mut tx,
        round,
        Origin::Scheduled,
        RoundState::Proposed,
        None,
        0,
    )
    .await
    .unwrap();
    let proposal = Proposal {
        mentor: user(20),
        mentee: user(21),
        score: 60,
        reasons: Vec::new(),
        owner_must_confirm: false,
    };
    rounds::add_proposal(&mut tx, round, &proposal)
        .await
        .unwrap();
    // The last of them has found a partner since.
    for number in [7, 8, 1] {
        let why = Binding::NoSharedLanguage;
        rounds::add_unmatched(&mut tx, round, &user(number), &why)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_owners_read() {
    let mut scene = Scene::new(program()).await;
    a_troubled_program(&scene).await;
    scene.pass(WEEK * 2 + HOUR * 2).await;
    insta::assert_snapshot!(scene.companions().await[2], @"
    *Reverse mentoring: 5 things to look at this week.*
    *Waiting for your approval*
    Nobody has heard anything yet. The buttons are in the message of that day.
    1 pair, proposed on Monday, March 2  [ See them ]
    *Pairs that may need you*
    Silence is not “did not meet”, and it is nobody's fault. I ask both of them privately; a friendly “how is it going?” from you does more.
    • <@U01> and <@U02>: 2 months in a row without a meeting that I know of
    *Agreements unsigned for a week or longer*
    Whoever has not signed was reminded; I do not go on for ever.
    • <@U05> and <@U06>, since Monday, March 2
    *Without a partner since the last match*
    • Nobody at the right career stage shares a language. <@U07> and <@U08>
    *People I could not look up*
    Slack has told me nothing about <@U01>, <@U02>, <@U03>, <@U04>, <@U05>, <@U06>, <@U07> and <@U08> for over a week, so I may not know their working hours or whether they can be matched. If accounts are gone, there is nothing to do; otherwise whoever manages the app can check that it may still read people (`users:read`).
    Only the program's owners see this, without pairs of their own. It never holds reflections, reasons anybody gave, or whom somebody would rather not meet.
    ");
    for told in scene.companions().await {
        for private in ["A private", "Another private", "My private", "U99"] {
            assert!(!told.contains(private), "{told}");
        }
    }
}

#[tokio::test]
async fn an_owner_reads_nothing_about_their_own_pairs() {
    let mut settings = program();
    settings.owners = vec!["U01".into(), "U05".into()];
    let mut scene = Scene::new(settings).await;
    a_troubled_program(&scene).await;
    scene.pass(WEEK + HOUR * 2).await;
    let of = async |owner: &str| render(scene.messages(owner).await.last().unwrap());
    let (quiet, unsigned) = ("Pairs that may need you", "Agreements unsigned");
    let first = of("U01").await;
    assert!(
        !first.contains(quiet) && first.contains(unsigned),
        "{first}"
    );
    let fifth = of("U05").await;
    assert!(
        fifth.contains(quiet) && !fifth.contains(unsigned),
        "{fifth}"
    );
}

#[tokio::test]
async fn at_night_a_companion_waits() {
    let mut scene = Scene::new(program()).await;
    scene.seen("UOWNER", "America/Los_Angeles").await;
    scene.pass(HOUR * 2).await;
    assert_eq!(scene.public().await.len(), 1);
    assert_eq!(scene.companions().await.len(), 0);
    scene.pass(HOUR * 5).await;
    assert_eq!(scene.companions().await.len(), 0, "8:00 in California");
    scene.pass(HOUR).await;
    assert_eq!(scene.companions().await.len(), 1, "9:00 in California");
    // From Friday evening to Monday morning.
    let mut settings = program();
    settings.digest_schedule = "0 19 * * Fri".into();
    let mut scene = Scene::new(settings).await;
    scene.pass(HOUR * 24 * 5).await;
    assert_eq!(
        (scene.public().await.len(), scene.companions().await.len()),
        (1, 0)
    );
    scene.pass(HOUR * 24 * 2).await;
    assert_eq!(scene.companions().await.len(), 1);
}

#[tokio::test]
async fn somebody_who_is_no_owner_any_more_hears_nothing() {
    let mut scene = Scene::new(program()).await;
    scene.seen("UOWNER", "America/Los_Angeles").await;
    scene.pass(HOUR * 2).await;
    let mut tx = scene.tx().await;
    let settings = Settings {
        owners: vec!["U2".into()],
        ..program()
    };
    programs::save(&mut tx, &settings, true).await.unwrap();
    tx.commit().await.unwrap();
    scene.pass(WEEK).await;
    assert_eq!(scene.companions().await.len(), 0);
    assert_eq!(scene.messages("U2").await.len(), 1);
}

#[tokio::test]
async fn strange_words_and_names_stay_out() {
    let strange = ["<!channel>", "<@U01>", "zq", "*zq* `&`", "AI tools <!here>"];
    let mut settings = program();
    settings.topics = vec!["R&D <!channel>".into(), "AI tools".into()];
    settings.name = "Mentoring <@U7> & co".into();
    let mut scene = Scene::new(settings).await;
    for number in 1..=30 {
        let own = strange[number % strange.len()];
        scene
            .learner(number, &[own, "r&d <!CHANNEL>", "AI tools"])
            .await;
    }
    scene.pass(HOUR * 2).await;
    let message = scene.messages("C1").await.remove(0);
    harmless(&message);
    let told = render(&message);
    assert!(
        told.contains("R&amp;D &lt;!channel&gt; (about 30)"),
        "{told}"
    );
    assert!(!told.contains("hopes"), "{told}");
}

/// No mention, no group call, nothing of a person's own.
fn harmless(message: &Message) {
    // A header is plain text to Slack: nothing in it rings anybody.
    let blocks = message
        .blocks
        .iter()
        .filter(|block| block["type"] != "header");
    let mut said: String = blocks.map(ToString::to_string).collect();
    said += &message.text;
    let said = said.replace("<!date^", "");
    for bad in ["<@", "<!", "<#", "zq", "U01", "U99"] {
        assert!(!said.contains(bad), "{bad} in {said}");
    }
}

proptest! {
    #[test]
    fn nothing_anybody_wrote_is_ever_shown(
        learning in prop::collection::vec(prop::collection::vec("(zq[<@!U0-9> &*]{0,12}|AI tools|<!here>)", 0..4), 0..40),
        pairs in 0_u32..30,
        minimum in 0_u32..9,
    ) {
        let facts = Facts {
            active_pairs: pairs,
            met_pairs: pairs / 2,
            reported_pairs: pairs,
            joined_people: u32::try_from(learning.len()).unwrap(),
            topics_offered: vec!["AI tools".into(), "<!here>".into()],
            learning,
            ..Facts::default()
        };
        let published = safe(&facts, None, minimum);
        harmless(&messages::digest(&program(), &published, &Md::from("As soon as somebody fits.")));
    }
}

#[test]
fn weeks_are_those_of_the_calendar() {
    let week = |at: &str| super::week(at.parse::<Timestamp>().unwrap(), &jiff::tz::TimeZone::UTC);
    assert_eq!(week("2026-12-31T12:00:00Z"), "2026-W53");
    assert_eq!(week("2027-01-03T12:00:00Z"), "2026-W53");
    assert_eq!(week("2027-01-04T00:00:00Z"), "2027-W01");
}
