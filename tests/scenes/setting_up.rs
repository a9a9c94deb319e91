//! A program is set up in three steps with choices. Later, what a change means stands before it is saved, and the other owners
//! hear of it.

use crate::both;
use crate::people::{junior, senior, takes_part};
use crate::support::{Engine, harness, number, on};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::ids::{RoundId, TeamId};
use reverse_mentor::rehearse::harness::HarnessOptions;
use reverse_mentor::store::{Tx, pairs};
use slack_sandbox::{Answers, Message, Submitted, User};

const ADA: &str = "UADA";
const OLA: &str = "UOLA";
const SECOND: SignedDuration = SignedDuration::from_secs(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn modal(harness: &Harness) -> String {
    harness.slack.modal(ADA).unwrap().render()
}

/// The form on Ada's screen says all of this.
fn says(harness: &Harness, words: &[&str]) {
    let shown = modal(harness);
    for one in words {
        assert!(shown.contains(one), "{one}: {shown}");
    }
}

async fn presses(harness: &Harness, button: &str) {
    let pressed = harness.slack.click_modal(ADA, button).await;
    assert!(pressed.is_ok(), "{button}: {pressed:?}\n{}", modal(harness));
}

async fn submits(harness: &Harness, answers: &Answers) -> Submitted {
    harness.slack.submit(ADA, answers).await
}

/// Goes on with what was filled in.
async fn goes_on(harness: &Harness, answers: &Answers) {
    let next = submits(harness, answers).await;
    assert_eq!(next, Submitted::Updated, "{}", modal(harness));
}

fn read(harness: &Harness, user: &str) -> Vec<String> {
    harness.slack.dm(user).iter().map(Message::render).collect()
}

fn no_remarks(harness: &Harness) {
    let remarks = harness.slack.tally().remarks;
    assert!(remarks.is_empty(), "{remarks:?}");
}

async fn tx(harness: &Harness) -> Tx {
    let team = TeamId::from(crate::twins::team());
    let now = harness.clock.now();
    harness.bot.db.write(&team, now).await.unwrap()
}

/// A workspace without a program. Ada is an admin, which Slack tells the bot when she asks.
async fn first_step(engine: Engine) -> Harness {
    let setting = HarnessOptions {
        program: None,
        ..HarnessOptions::default()
    };
    let harness = Harness::start(on(engine, setting).await).await.unwrap();
    harness.slack.add_user(User::new(ADA, "Ada").admin());
    harness.slack.add_user(User::new("USUE", "Sue"));
    harness.slack.add_private_channel("C0QUIET", "quiet", true);
    harness.slack.command(ADA, "setup").await;
    harness.pass(SECOND * 5).await.unwrap();
    let told = harness.slack.dm(ADA).pop().unwrap();
    let opened = harness
        .slack
        .click(ADA, &told.reference(), "Open the settings")
        .await;
    assert!(opened.is_ok(), "{opened:?}");
    harness
}

/// Every second Thursday, and the first Friday of a month.
fn rhythm() -> Answers {
    Answers::new()
        .with("time_zone", "America/Sao_Paulo")
        .with("round_often", "Every 2 weeks")
        .with("round_day", "Thursday")
        .with("round_time", "14:30")
        .with("digest_often", "The first such day of each month")
        .with("digest_day", "Friday")
        .with("digest_time", "09:30")
        .with("digest_channel", "C0QUIET")
}

both! {
    async fn three_steps_with_choices_and_previews_before_anything_is_sent(engine: Engine) {
        let mut harness = first_step(engine).await;
        says(&harness, &["Step 1 of 3: What and who", "[ Reverse mentoring ]"]);
        goes_on(&harness, &Answers::from([("name", "Upside down"), ("support_contact", "USUE")])).await;

        // Cities as people spell them, and hours as people mean them.
        for (typed, found) in [
            ("sao paulo", "São Paulo (America/Sao_Paulo)"),
            ("Mumbai", "Mumbai (Asia/Kolkata)"),
            ("GMT+1", "UTC+1 all year (Etc/GMT-1)"),
        ] {
            let offered = harness.slack.suggestions(ADA, "time_zone", typed).await;
            assert_eq!(offered.first().map(String::as_str), Some(found), "{typed}: {offered:?}");
        }
        let by_expression = |expression: &str| {
            rhythm().with("round_often", "By the expression further down").with("round_expression", expression)
        };
        for (expression, why) in [
            ("0 9,15 * * Mon", "more than once a day"),
            ("0 0 10 * * Mon 2020-2025", "is over"),
        ] {
            let refused = submits(&harness, &by_expression(expression)).await;
            assert!(matches!(&refused, Submitted::Errors(at) if at["round_expression"].contains(why)), "{refused:?}");
        }
        goes_on(&harness, &rhythm()).await;
        says(&harness, &["Step 3 of 3: Matching"]);

        // Back, a restart, and the form closed: what was filled in is still there.
        presses(&harness, "Back").await;
        let filled = [
            "[ America/Sao Paulo ▾ ]",
            "[ Every 2 weeks ▾ ]",
            "[ Thursday ▾ ]",
            "[ 14:30 ▾ ]",
            "The next rounds: Thursday, March 5, March 19 and April 2 at 2:30 PM, Sao Paulo time.",
            "The next digests: Friday, March 6, April 3 and May 1 at 9:30 AM, Sao Paulo time.",
        ];
        says(&harness, &filled);
        harness.restart().await.unwrap();
        goes_on(&harness, &Answers::new()).await;
        harness.slack.close_modal(ADA).await;
        harness.slack.command(ADA, "setup").await;
        says(&harness, &["Step 1 of 3", "[ Upside down ]", "@Sue"]);
        goes_on(&harness, &Answers::new()).await;
        says(&harness, &filled);
        goes_on(&harness, &Answers::new()).await;
        assert_eq!(number(&harness, "select count(*) from programs").await, 0, "saved at the end");
        goes_on(&harness, &Answers::new()).await;
        says(&harness, &["*Upside down is ready.*", "#quiet", filled[4], filled[5]]);
        assert_eq!(number(&harness, "select count(*) from setup_drafts").await, 0);

        // What people will read is shown, and sent to nobody.
        harness.pass(SECOND * 5).await.unwrap();
        let before = harness.slack.tally().messages;
        presses(&harness, "See what people will read").await;
        says(&harness, &["*You're in.*"]);
        presses(&harness, "show_worded.2").await;
        says(&harness, &["@Mina"]);
        presses(&harness, "show_worded.3").await;
        says(&harness, &["the figures are made up"]);
        harness.pass(SECOND * 5).await.unwrap();
        assert_eq!(harness.slack.tally().messages, before);

        // What was announced happens on its day.
        let mut tx = tx(&harness).await;
        for (user, profile) in [("UMIA", junior()), ("USAM", senior())] {
            harness.slack.add_user(User::new(user, user));
            takes_part(&mut tx, user, &profile).await;
        }
        tx.commit().await.unwrap();
        let rounds = "select count(*) from rounds";
        harness.pass_until("2026-03-05T17:29:00Z".parse().unwrap()).await.unwrap();
        assert_eq!(number(&harness, rounds).await, 0);
        harness.pass(SECOND * 120).await.unwrap();
        assert_eq!(number(&harness, rounds).await, 1);
        no_remarks(&harness);
    }
}

/// Ada and Ola own a program; two of its people are directors, and Max mentors Ana.
async fn running(engine: Engine) -> Harness {
    let program = "owners = [\"UADA\", \"UOLA\"]\neditable = true\nminimum_group = 2\nround_schedule = \"0 10 1 1 *\"\n\
                   digest_schedule = \"0 10 1 1 *\"";
    let harness = harness(engine, program).await;
    for user in [ADA, OLA] {
        harness.slack.add_user(User::new(user, user));
    }
    harness.run_due().await.unwrap();
    let mut tx = tx(&harness).await;
    for (user, profile) in [("UMAX", junior()), ("UANA", senior()), ("UBEA", senior())] {
        harness.slack.add_user(User::new(user, user));
        takes_part(&mut tx, user, &profile).await;
    }
    pairs::create(
        &mut tx,
        RoundId(1),
        (&"UMAX".into(), &"UANA".into()),
        &[],
        6,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    harness
}

async fn opens(harness: &Harness, part: &str) {
    harness.slack.command(ADA, "setup").await;
    presses(harness, part).await;
}

async fn closes(harness: &Harness) {
    while harness.slack.modals(ADA) > 0 {
        harness.slack.close_modal(ADA).await;
    }
}

both! {
    /// Its people are asked about by nobody: their owner says where they go, before anything is saved.
    async fn a_removed_stage_asks_where_its_people_go(engine: Engine) {
        let mut harness = running(engine).await;
        let stage = async |harness: &Harness| {
            harness.slack.command("UBEA", "profile").await;
            let form = harness.slack.modal("UBEA").unwrap().render();
            harness.slack.close_modal("UBEA").await;
            form
        };
        opens(&harness, "Matching").await;
        let fewer = "Early career\nExperienced\nSenior\nHead of something\nBoard";
        goes_on(&harness, &Answers::from([("stages", fewer)]).with("approval", "no")).await;
        says(&harness, &[
            "*This is what your changes mean.* Nothing is saved yet",
            "*Matches:* nobody looks over them anymore",
            "2 people have the stage “Director”. Which is it now?",
        ]);
        let unanswered = submits(&harness, &Answers::new()).await;
        assert!(matches!(unanswered, Submitted::Refused(_)), "{unanswered:?}");
        assert!(stage(&harness).await.contains("[ Director ▾ ]"));
        goes_on(&harness, &Answers::from([("stage was Director", "Head of something")])).await;
        says(&harness, &["*Saved.*"]);
        closes(&harness).await;
        // A start reads the file again, which says nothing of stages: what the owners changed stands.
        harness.restart().await.unwrap();
        let after = stage(&harness).await;
        assert!(after.contains("[ Head of something ▾ ]"), "{after}");

        // The other owner reads it, in working hours; who made the change knows.
        harness.pass(DAY).await.unwrap();
        let told = read(&harness, OLA);
        assert_eq!(told.len(), 1, "{told:?}");
        insta::assert_snapshot!("what_another_owner_changed", told[0]);
        assert_eq!(read(&harness, ADA), [""; 0]);
        assert_eq!(read(&harness, "UBEA"), [""; 0]);
        no_remarks(&harness);
    }
}

both! {
    /// What it means has changed while its owner read it: they read it again, and once they have, it is saved.
    async fn only_what_was_read_is_saved(engine: Engine) {
        let mut harness = running(engine).await;
        opens(&harness, "Rhythm").await;
        let longer = Answers::from([("cycles", "9 months")]);
        goes_on(&harness, &longer).await;
        says(&harness, &["*Length:* a few pairs keep the length they began with. New pairs meet for 9 months."]);
        let mut tx = tx(&harness).await;
        for (mentor, mentee) in [("UMO", "USI"), ("UMU", "USO")] {
            for (user, profile) in [(mentor, junior()), (mentee, senior())] {
                harness.slack.add_user(User::new(user, user));
                takes_part(&mut tx, user, &profile).await;
            }
            pairs::create(&mut tx, RoundId(2), (&mentor.into(), &mentee.into()), &[], 6).await.unwrap();
        }
        tx.commit().await.unwrap();
        harness.restart().await.unwrap();
        goes_on(&harness, &Answers::new()).await;
        says(&harness, &["*Length:* 3 pairs keep the length", "[ 9 months ▾ ]"]);
        goes_on(&harness, &Answers::new()).await;
        says(&harness, &["*Saved.*"]);
        closes(&harness).await;
        harness.pass(DAY).await.unwrap();
        let told = read(&harness, OLA).join("\n");
        assert!(told.contains("A pair meets for: 9 months, until now 6 months"), "{told}");
        let settings = "select count(*) from audit where verb = 'settings_saved'";
        assert_eq!(number(&harness, settings).await, 1);
        no_remarks(&harness);
    }
}
