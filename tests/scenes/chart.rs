//! The digest's chart: shown if Slack accepts it, and never a cause for a missing digest.

use crate::both;
use crate::people::{junior, takes_part};
use crate::support::{Engine, harness, number};
use crate::twins::Harness;
use jiff::{SignedDuration, Timestamp};
use reverse_mentor::domain::ids::{RoundId, TeamId, UserId};
use reverse_mentor::store::pairs;
use slack_sandbox::{Fault, Message, User};

const TICKET: &str = "files.getUploadURLExternal";
const FINISH: &str = "files.completeUploadExternal";
const POST: &str = "chat.postMessage";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Six pairs, so that the digest has a figure.
pub async fn six_pairs(harness: &Harness) {
    let team = TeamId::from(crate::twins::team());
    let mut tx = harness
        .bot
        .db
        .write(&team, harness.clock.now())
        .await
        .unwrap();
    for pair in 0..6 {
        let [mentor, mentee] = ["M", "S"].map(|side| UserId(format!("U{side}{pair}")));
        pairs::create(&mut tx, RoundId(1), (&mentor, &mentee), &[], 6)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

/// Six pairs and one posted digest: the second, with a chart, is due on Monday at 10:00. It is 9:59.
pub async fn before_the_second_digest(engine: Engine) -> Harness {
    let program = "time_zone = \"UTC\"\nowners = [\"UOWEN\"]\ndigest_channel = \"C1\"";
    let harness = harness(engine, program).await;
    harness.slack.add_channel("C1", "mentoring", true);
    harness.run_due().await.unwrap();
    six_pairs(&harness).await;
    harness
        .pass_until(at("2026-03-09T09:59:00Z"))
        .await
        .unwrap();
    assert_eq!(harness.slack.channel("C1").len(), 1);
    harness
}

/// The digests posted between 9:59 and 11:00.
pub async fn monday(harness: &Harness) -> Vec<Message> {
    harness
        .pass_until(at("2026-03-09T11:00:00Z"))
        .await
        .unwrap();
    harness.slack.channel("C1").split_off(1)
}

pub fn picture(message: &Message) -> Option<String> {
    let blocks = message.blocks();
    let block = blocks.iter().find(|block| block["type"] == "image")?;
    Some(block["slack_file"]["id"].as_str()?.to_owned())
}

/// The digest was posted once, undamaged, within minutes.
fn soon(harness: &Harness, told: &[Message]) {
    assert_eq!(told.len(), 1);
    assert!(told[0].at < at("2026-03-09T10:06:00Z"), "{}", told[0].at);
    let tally = harness.slack.tally();
    assert_eq!(
        (tally.duplicated.total(), tally.duplicated_marked.total()),
        (0, 0)
    );
    assert_eq!((tally.block_errors, tally.leaked_tokens), (0, 0));
    assert!(
        tally.unknown_arguments.is_empty(),
        "{:?}",
        tally.unknown_arguments
    );
}

both! {
    async fn the_second_digest_brings_a_chart(engine: Engine) {
        let harness = before_the_second_digest(engine).await;
        let told = monday(&harness).await;
        soon(&harness, &told);
        assert_eq!(harness.slack.tally().files_too_early, 0);
        let (name, bytes) = harness.slack.file(&picture(&told[0]).unwrap()).unwrap();
        assert_eq!((name.as_str(), &bytes[..4]), ("chart.png", &b"\x89PNG"[..]));
        let words = "[image: A chart of the weeks from March 2 to March 9, in multiples of 5. Active pairs: about 5. \
             Met in the past month: no number. Agreements signed: no number. Completed pairs: no number.]";
        assert!(told[0].render().contains(words), "{}", told[0].render());
        assert_eq!(number(&harness, "select count(*) from outbox where kind = 'digest' and state <> 'sent'").await, 0);
    }
}

both! {
    /// Nobody has seen the chart yet, so a retry is invisible.
    async fn what_goes_wrong_with_it_stays_unseen(engine: Engine) {
        for (method, fault) in [
            (TICKET, Fault::CutAfter), (TICKET, Fault::InvalidJson), (TICKET, Fault::TooMany(7)), ("upload", Fault::CutBefore),
            ("upload", Fault::CutAfter), ("upload", Fault::Html), ("upload", Fault::ServerError), (FINISH, Fault::CutAfter),
            (FINISH, Fault::CutBefore), (FINISH, Fault::TooMany(7)), (FINISH, Fault::Error("internal_error".into())),
            (FINISH, Fault::Error("file_not_found".into())), (POST, Fault::TooMany(7)),
        ] {
            let harness = before_the_second_digest(engine).await;
            harness.slack.fail_next(method, fault.clone());
            let told = monday(&harness).await;
            soon(&harness, &told);
            assert!(picture(&told[0]).is_some(), "{method} {fault:?}");
        }
    }
}

both! {
    alone "drawing for two on one thread outlasts a call, which then counts as lost";
    /// The figures matter more than the chart.
    async fn a_refused_picture_does_not_hold_up_the_digest(engine: Engine) {
        for (method, code) in [
            (TICKET, "missing_scope"), (TICKET, "internal_error"), ("upload", "fatal_error"), (FINISH, "restricted_action"),
            (FINISH, "file_not_found"),
        ] {
            let harness = before_the_second_digest(engine).await;
            harness.slack.fail_with(method, code);
            let told = monday(&harness).await;
            soon(&harness, &told);
            assert_eq!(picture(&told[0]), None, "{code}");
            assert!(told[0].render().contains("*Active pairs:* about 5"), "{code}");
            let undelivered = "select count(*) from timers where kind = 'undelivered'";
            assert_eq!(number(&harness, undelivered).await, 0, "{code}");
        }
        let harness = before_the_second_digest(engine).await;
        harness.slack.fail_next(TICKET, Fault::TooMany(3_000));
        let told = monday(&harness).await;
        soon(&harness, &told);
        assert_eq!(picture(&told[0]), None);
    }
}

both! {
    async fn slack_may_take_its_time_over_the_file(engine: Engine) {
        for (seconds, shown) in [(30, true), (3_600, false)] {
            let harness = before_the_second_digest(engine).await;
            harness.slack.take_time_over_files(SignedDuration::from_secs(seconds));
            let told = monday(&harness).await;
            soon(&harness, &told);
            assert_eq!(picture(&told[0]).is_some(), shown, "{seconds} s");
            assert!(harness.slack.tally().files_too_early > 0);
        }
    }
}

/// We do not read the channel, so a digest that may have arrived is repeated, marked, and has its chart.
#[tokio::test]
async fn a_repeat_has_the_chart_and_says_so() {
    let harness = before_the_second_digest(Engine::Sqlite).await;
    harness.slack.fail_next(POST, Fault::CutAfter);
    let told = monday(&harness).await;
    assert_eq!(told.len(), 2);
    assert_eq!(picture(&told[0]), picture(&told[1]));
    assert!(told[1].render().contains("in case it did not arrive"));
    assert_eq!(harness.slack.tally().duplicated.total(), 0);
}

/// A row that is claimed without its call being made is the state after a kill.
#[tokio::test]
async fn a_kill_on_the_way_neither_loses_nor_doubles_the_digest() {
    for (method, repeats) in [(TICKET, false), (FINISH, false), (POST, true)] {
        let mut harness = before_the_second_digest(Engine::Sqlite).await;
        harness.clock.set(at("2026-03-09T10:00:00Z"));
        harness.bot.scheduler.step().await.unwrap();
        let sender = harness.bot.sender.clone();
        let mut died = false;
        for _ in 0..20 {
            for job in sender.claim().await.unwrap() {
                // The owner's companion uses the same method and is not the one to kill.
                died |= job.method() == method && picture_wanted(&harness).await;
                if job.method() != method {
                    sender.perform(job).await;
                }
            }
            if died {
                break;
            }
            harness
                .clock
                .set(harness.clock.now() + SignedDuration::from_secs(1));
        }
        assert!(died, "{method}");
        harness.restart().await.unwrap();
        let told = monday(&harness).await;
        assert_eq!(told.len(), 1, "{method}");
        assert!(picture(&told[0]).is_some(), "{method}");
        let says = told[0].render().contains("in case it did not arrive");
        assert_eq!(says, repeats, "{method}");
    }
}

/// Whether a digest is leased, so that the current call is its own.
async fn picture_wanted(harness: &Harness) -> bool {
    let sql = "select count(*) from outbox where kind = 'digest' and state = 'leased'";
    number(harness, sql).await == 1
}

both! {
    /// *Join* under the digest: a form for whoever pressed it, and kind words, read by them alone, for who takes part already.
    async fn people_join_from_the_digest(engine: Engine) {
        let harness = before_the_second_digest(engine).await;
        for user in ["UANA", "UBEN"] {
            harness.slack.add_user(User::new(user, user));
        }
        let team = TeamId::from(crate::twins::team());
        let mut tx = harness.bot.db.write(&team, harness.clock.now()).await.unwrap();
        takes_part(&mut tx, "UBEN", &junior()).await;
        tx.commit().await.unwrap();
        let digest = harness.slack.channel("C1")[0].reference();
        harness.slack.click("UANA", &digest, "join_from_channel").await;
        let form = harness.slack.modal("UANA").unwrap().render();
        assert!(form.contains("pledge") || form.contains("Join"), "{form}");
        harness.slack.click("UBEN", &digest, "join_from_channel").await;
        assert!(harness.slack.modal("UBEN").is_none());
        let told = harness.slack.channel("C1").pop().unwrap();
        assert!(told.render().contains("You're in the program already"), "{}", told.render());
        assert_eq!(told.ephemeral_to.as_deref(), Some("UBEN"));
    }
}

both! {
    /// An owner reads the next digest with its picture, alone; the channel's digest and chart are the same afterwards.
    async fn an_owner_reads_the_digest_before_it_is_posted(engine: Engine) {
        let harness = before_the_second_digest(engine).await;
        harness.slack.add_user(User::new("UOWEN", "Owen"));
        harness.slack.change_user("UOWEN", |user| user.tz = Some("Europe/London".into())).await;
        harness.slack.command("UOWEN", "digest").await;
        harness.pass(SignedDuration::from_secs(20)).await.unwrap();
        let told = harness.slack.dm("UOWEN");
        let read: Vec<String> = told.iter().map(Message::render).collect();
        let preview = told.iter().find(|message| message.render().contains("A preview, only for you"));
        let preview = preview.unwrap_or_else(|| panic!("{read:?}"));
        assert!(picture(preview).is_some(), "{}", preview.render());
        assert!(preview.render().contains("*Active pairs:* about 5"), "{}", preview.render());
        assert_eq!(harness.slack.channel("C1").len(), 1);
        let told = monday(&harness).await;
        soon(&harness, &told);
        assert!(told[0].render().contains("*Active pairs:* about 5"));
    }
}

both! {
    /// Nothing is posted while each figure would be "fewer than 5", and in a private channel nothing before the bot is invited.
    async fn a_private_channel_gets_the_digest_once_it_says_something_and_the_bot_is_there(engine: Engine) {
        let program = "time_zone = \"UTC\"\nowners = [\"UOWEN\"]\ndigest_channel = \"C1\"";
        let harness = harness(engine, program).await;
        harness.slack.add_private_channel("C1", "quiet", false);
        harness.slack.add_user(User::new("UOWEN", "Owen"));
        harness.run_due().await.unwrap();
        harness.pass_until(at("2026-03-02T11:00:00Z")).await.unwrap();
        let read = || {
            let all = harness.slack.dm("UOWEN");
            all.iter().map(Message::render).collect::<Vec<_>>().join("\n")
        };
        assert!(read().contains("starts once a figure covers 5 people") && read().contains("[ Announce it ]"), "{}", read());
        six_pairs(&harness).await;
        harness.pass_until(at("2026-03-10T12:00:00Z")).await.unwrap();
        assert!(harness.slack.channel("C1").is_empty());
        let why = "the digest for #quiet: I can't see it. If it's a private channel, invite me there";
        assert_eq!(read().matches(why).count(), 1, "{}", read());
        harness.slack.add_bot_to_channel("C1");
        harness.pass_until(at("2026-03-16T11:00:00Z")).await.unwrap();
        assert_eq!(harness.slack.channel("C1").len(), 1, "{}", read());
    }
}
