//! Owners prove the program: the report and the files come to their own messages, or from the command line.

use crate::both;
use crate::people::{junior, senior, takes_part};
use crate::process::Ground;
use crate::support::{Engine, harness, new_database, number};
use crate::twins::Harness;
use jiff::{SignedDuration, Timestamp};
use reverse_mentor::domain::cycle::{Anchor, State};
use reverse_mentor::domain::ids::{RoundId, TeamId, UserId};
use reverse_mentor::store::seal::Keys;
use reverse_mentor::store::{Db, Tx, cycles, met, pairs, programs};
use slack_sandbox::{Message, Screen, SharedFile, User};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

const PROGRAM: &str = "time_zone = \"UTC\"\nowners = [\"UOWEN\"]\nsupport_contact = \"USUE\"\nround_schedule = \"0 10 1 1 *\"";

/// Eight pairs, of which the first six say that they met in the month before `now`, and one only half.
async fn eight_pairs(tx: &mut Tx) {
    let month = SignedDuration::from_hours(30 * 24);
    let opened: Timestamp = tx.now - month;
    for number in 1..=8 {
        let (mentor, mentee) = (format!("UMENTOR{number}"), format!("UMENTEE{number}"));
        takes_part(tx, &mentor, &junior()).await;
        takes_part(tx, &mentee, &senior()).await;
        let two = (
            &UserId::from(mentor.as_str()),
            &UserId::from(mentee.as_str()),
        );
        let pair = pairs::create(tx, RoundId(1), two, &[], 6)
            .await
            .unwrap()
            .unwrap();
        let pair = pairs::find(tx, pair).await.unwrap().unwrap();
        let anchor = Anchor {
            at: opened,
            number: 1,
        };
        let cycle = cycles::create(tx, pair.id, 1, anchor, tx.now)
            .await
            .unwrap()
            .unwrap();
        let said = match number {
            1..=6 => &[&pair.mentor, &pair.mentee][..],
            7 => &[&pair.mentor],
            _ => &[],
        };
        for user in said {
            met::say(tx, cycle, 0, (&pair, user), "yes").await.unwrap();
        }
        if !said.is_empty() {
            cycles::step(tx, cycle, State::Open, State::Held)
                .await
                .unwrap();
        }
        cycles::close(tx, cycle, State::Unknown).await.unwrap();
    }
}

pub async fn program(engine: Engine) -> Harness {
    let harness = harness(engine, PROGRAM).await;
    for user in ["UOWEN", "USUE", "UMENTOR1"] {
        harness.slack.add_user(User::new(user, user));
    }
    harness.run_due().await.unwrap();
    let now = harness.clock.now();
    let mut tx = harness
        .bot
        .db
        .write(&TeamId::from(crate::twins::team()), now)
        .await
        .unwrap();
    eight_pairs(&mut tx).await;
    tx.commit().await.unwrap();
    harness.rows_are_written().await;
    harness
}

/// Slack takes one message a second for each conversation.
async fn a_moment(harness: &Harness) {
    harness.pass(SignedDuration::from_secs(20)).await.unwrap();
}

pub fn files(harness: &Harness, user: &str) -> Vec<SharedFile> {
    harness
        .slack
        .dm(user)
        .into_iter()
        .flat_map(|message| message.files)
        .collect()
}

pub fn text(file: &SharedFile) -> String {
    String::from_utf8(file.bytes.clone()).unwrap()
}

fn said(harness: &Harness, user: &str) -> String {
    let dm = harness.slack.dm(user);
    dm.iter()
        .map(Message::render)
        .collect::<Vec<_>>()
        .join("\n")
}

/// How many of each state: (held, unknown).
fn states(cycles: &str) -> (usize, usize) {
    let ends = |state| cycles.lines().filter(|line| line.ends_with(state)).count();
    (ends(",held"), ends(",unknown"))
}

both! {
    async fn the_report_and_the_files_come_to_the_owner_who_asks(engine: Engine) {
        let harness = program(engine).await;
        harness.slack.command("UOWEN", "report").await;
        a_moment(&harness).await;
        let report = files(&harness, "UOWEN").pop().unwrap();
        assert_eq!(report.name, "report.html");
        let page = text(&report);
        assert!(page.contains("<td>about 10</td>") && !page.contains("UMENTOR"), "{page}");
        // The buttons of Home do the same.
        harness.slack.open_home("UOWEN").await;
        for button in ["make_report", "export_program"] {
            let pressed = harness.slack.press("UOWEN", &Screen::Home, button).await;
            assert!(pressed.is_ok(), "{pressed:?}");
            a_moment(&harness).await;
        }
        let all = files(&harness, "UOWEN");
        let names: Vec<&str> = all.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["report.html", "report.html", "participants.csv", "pairs.csv", "cycles.csv", "aggregates.csv"]);
        assert_eq!(text(&all[1]), page, "nothing has changed");
        assert!(text(&all[2]).starts_with("\u{feff}slack_id,role,stage,"), "{}", text(&all[2]));
        assert!(text(&all[2]).contains("UMENTEE8,mentee,Director,,,2026-"), "{}", text(&all[2]));
        assert_eq!(states(&text(&all[4]).replace('\r', "")), (6, 2));
        assert!(said(&harness, "UOWEN").contains("HR can set them beside the Slack ids"));
        let noted = "select count(*) from audit where actor = 'UOWEN' and verb in ('report_made', 'program_exported')";
        assert_eq!(number(&harness, noted).await, 3);
        // The words of what Slack has are forgotten.
        assert_eq!(number(&harness, "select count(*) from outbox where what_sealed <> '' and kind = 'program_file'").await, 0);
    }
}

both! {
    /// Somebody who is no owner gets no file: the words lead to help and to their own data, and a button that was theirs is refused.
    async fn nobody_but_an_owner_gets_a_file(engine: Engine) {
        let harness = program(engine).await;
        for (words, answer) in [("report", "You can write to @USUE"), ("export", "Who sees what")] {
            let answered = harness.slack.command("UMENTOR1", words).await;
            a_moment(&harness).await;
            assert!(answered.is_ok() && said(&harness, "UMENTOR1").contains(answer), "{words}: {}", said(&harness, "UMENTOR1"));
        }
        harness.slack.open_home("UOWEN").await;
        harness.slack.command("UOWEN", "export").await;
        a_moment(&harness).await;
        let choice = harness.slack.dm("UOWEN").pop().unwrap();
        assert!(choice.render().contains("[ The program ]"), "{}", choice.render());
        let now = harness.clock.now();
        let mut tx = harness.bot.db.write(&TeamId::from(crate::twins::team()), now).await.unwrap();
        let mut settings = (*programs::find(&mut tx).await.unwrap().unwrap().settings).clone();
        settings.owners = vec!["USUE".into()];
        programs::save(&mut tx, &settings, true).await.unwrap();
        tx.commit().await.unwrap();
        for (screen, button) in [
            (Screen::from(&choice.reference()), "export_program"),
            (Screen::Home, "make_report"),
        ] {
            harness.slack.press("UOWEN", &screen, button).await;
            a_moment(&harness).await;
        }
        assert!(said(&harness, "UOWEN").contains("Only the program's owners can do that"));
        assert!(files(&harness, "UOWEN").is_empty() && files(&harness, "UMENTOR1").is_empty());
    }
}

both! {
    /// Slack does not take a file: the owner reads which, and asks again.
    async fn a_file_that_slack_refuses_is_told(engine: Engine) {
        let harness = program(engine).await;
        harness.slack.fail_with("files.getUploadURLExternal", "file_uploads_disabled");
        harness.slack.command("UOWEN", "report").await;
        a_moment(&harness).await;
        assert!(said(&harness, "UOWEN").contains("ask for it again: `/reverse-mentor report`"), "{}", said(&harness, "UOWEN"));
        let kept = "select count(*) from outbox where what_sealed <> '' and kind = 'program_file'";
        assert_eq!(number(&harness, kept).await, 0, "it is made anew");
        harness.slack.heal("files.getUploadURLExternal");
        harness.slack.command("UOWEN", "report").await;
        a_moment(&harness).await;
        assert_eq!(files(&harness, "UOWEN").len(), 1);
    }
}

fn keys() -> Keys {
    Keys::parse(&"5e".repeat(32)).unwrap()
}

/// A command of an operator, beside whatever serves the database.
fn run(ground: &Ground, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reverse-mentor"))
        .args(arguments)
        .current_dir(&ground.folder)
        .env("DATABASE_URL", &ground.database)
        .env("REVERSE_MENTOR_KEY", "5e".repeat(32))
        .env("REVERSE_MENTOR_CLOCK", ground.clock_text())
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    let both =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8(text.clone()).unwrap());
    both.concat()
}

both! {
    alone "a process of the operator";
    async fn an_operator_writes_the_report_and_the_files_while_the_bot_serves(engine: Engine) {
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(new_database().await),
        };
        let ground = Ground::new(1, database, PROGRAM).await;
        let mut serving = ground.serve().await;
        let db = Db::open(&ground.database, keys()).await.unwrap();
        // The program is there once the bot has introduced itself.
        let mut tx = loop {
            let mut tx = db.write(&TeamId::from(crate::twins::team()), ground.clock.now()).await.unwrap();
            if programs::find(&mut tx).await.unwrap().is_some() {
                break tx;
            }
            tx.rollback().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        eight_pairs(&mut tx).await;
        tx.commit().await.unwrap();

        let page = run(&ground, &["report", "--output", "-"]);
        assert!(page.status.success(), "{}", out(&page));
        let page = String::from_utf8(page.stdout).unwrap();
        assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"), "{page}");
        let written = run(&ground, &["report"]);
        assert!(written.status.success() && out(&written).contains("Written to report.html."), "{}", out(&written));
        assert_eq!(std::fs::read_to_string(ground.folder.join("report.html")).unwrap(), page);
        // One person more moves no number.
        let mut tx = db.write(&TeamId::from(crate::twins::team()), ground.clock.now()).await.unwrap();
        takes_part(&mut tx, "UMORE", &junior()).await;
        tx.commit().await.unwrap();
        assert_eq!(String::from_utf8(run(&ground, &["report", "--output", "-"]).stdout).unwrap(), page);

        let done = run(&ground, &["export", "--output", "files"]);
        assert!(done.status.success() && out(&done).contains("HR can set them"), "{}", out(&done));
        let read = |name: &str| std::fs::read_to_string(ground.folder.join("files").join(name)).unwrap();
        assert_eq!(read("participants.csv").lines().count(), 1 + 17);
        assert_eq!(read("pairs.csv").lines().count(), 1 + 8);
        assert_eq!(states(&read("cycles.csv").replace('\r', "")), (6, 2));
        assert!(read("aggregates.csv").starts_with("\u{feff}week,minimum_group,"));
        for refused in [
            &["report", "--output", "nowhere/report.html"][..],
            &["export", "--output", "report.html"],
            &["export", "--team", "TELSEWHERE"],
        ] {
            let refused = run(&ground, refused);
            assert_eq!(refused.status.code(), Some(2), "{}", out(&refused));
        }
        db.close().await;
        serving.terminate();
    }
}
