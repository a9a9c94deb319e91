//! The calendar file that follows a plan: shared once, at most twice, and never a cause for a lost message.

use crate::both;
use crate::support::{Engine, harness, impatient, number};
use crate::twins::Harness;
use jiff::{SignedDuration, Timestamp};
use reverse_mentor::domain::cycle::Anchor;
use reverse_mentor::domain::ids::{CheckinId, PairId, RoundId, TeamId, UserId};
use reverse_mentor::domain::key::Key;
use reverse_mentor::domain::message::Attachment;
use reverse_mentor::domain::pair::State;
use reverse_mentor::domain::timer::Timer;
use reverse_mentor::slack::words::Md;
use reverse_mentor::store::outbox::{self, Kind, To};
use reverse_mentor::store::{Tx, cycles, pairs, timers};
use slack_sandbox::{Fault, Message, User};

const SHARE: &str = "files.completeUploadExternal";
const PROGRAM: &str = "time_zone = \"Europe/Berlin\"\nowners = [\"UOWEN\"]";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Max mentors Ana. They meet on Wednesday, and the reminder is due on Tuesday at 9:00 in Berlin. It is Monday.
pub async fn before_the_reminder(engine: Engine) -> (Harness, PairId) {
    before_the_reminder_in(harness(engine, PROGRAM).await).await
}

async fn begin(harness: &Harness) -> Tx {
    let team = TeamId::from(crate::twins::team());
    let now = harness.clock.now();
    harness.bot.db.write(&team, now).await.unwrap()
}

async fn before_the_reminder_in(harness: Harness) -> (Harness, PairId) {
    for user in ["UANA", "UMAX", "UOWEN"] {
        harness
            .slack
            .add_user(User::new(user, user).tz("Europe/Berlin"));
    }
    harness.run_due().await.unwrap();
    let mut tx = begin(&harness).await;
    let both = (&UserId::from("UMAX"), &UserId::from("UANA"));
    let pair = pairs::create(&mut tx, RoundId(1), both, &[], 6)
        .await
        .unwrap()
        .unwrap();
    pairs::step(&mut tx, pair, State::Introduced, State::Active)
        .await
        .unwrap();
    let anchor = Anchor {
        at: tx.now,
        number: 1,
    };
    let cycle = cycles::create(&mut tx, pair, 1, anchor, at("2026-04-01T08:00:00Z"))
        .await
        .unwrap()
        .unwrap();
    cycles::plan(&mut tx, cycle, at("2026-03-04T13:00:00Z"))
        .await
        .unwrap();
    let due = at("2026-03-03T08:00:00Z");
    timers::at(&mut tx, &Timer::MeetingSoon(cycle), due)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (harness, pair)
}

/// Puts the file of their meeting on its way to the group.
async fn share(harness: &Harness, pair: PairId) {
    let mut tx = begin(harness).await;
    let members = vec![UserId::from("UMAX"), UserId::from("UANA")];
    let file = Attachment {
        name: "meeting.ics".into(),
        title: "Your meeting, for any calendar".into(),
        comment: "The same meeting as a file.".into(),
        content: "BEGIN:VCALENDAR".into(),
    };
    let (to, file) = (To::Pair { pair, members }, (Kind::CalendarFile, file));
    outbox::share(&mut tx, to, file, &Key::Thanks(pair), None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Runs until Tuesday noon, with a file and another message behind the reminder.
pub async fn tuesday(harness: &Harness, pair: PairId) {
    harness
        .pass_until(at("2026-03-03T08:00:00Z"))
        .await
        .unwrap();
    share(harness, pair).await;
    let mut tx = begin(harness).await;
    let members = vec![UserId::from("UMAX"), UserId::from("UANA")];
    let (to, after) = (To::Pair { pair, members }, Md::from("what comes after"));
    let key = Key::Thanks(pair);
    outbox::post(&mut tx, to, Kind::Answer, &key, after.into(), None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    harness
        .pass_until(at("2026-03-03T11:00:00Z"))
        .await
        .unwrap();
}

fn group(harness: &Harness) -> Vec<Message> {
    let groups = harness.slack.group_dms("UANA");
    groups
        .into_iter()
        .flat_map(|group| group.messages)
        .collect()
}

/// The first line of each message, and the files.
pub fn told(harness: &Harness) -> Vec<String> {
    let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
    group(harness)
        .iter()
        .map(|message| match message.files.first() {
            Some(file) => file.name.clone(),
            None => first(message.text.clone()).chars().take(9).collect(),
        })
        .collect()
}

async fn state(harness: &Harness) -> (i64, i64) {
    let of = async |state: &str| {
        let sql = format!(
            "select count(*) from outbox where kind = 'calendar_file' and state = '{state}'"
        );
        number(harness, &sql).await
    };
    (of("sent").await, of("failed").await)
}

/// A message goes to a person's id, a file to the conversation's: it is one conversation, with one message a second.
#[tokio::test]
async fn a_message_and_a_file_to_one_person_keep_their_distance() {
    let (harness, _) = before_the_reminder(Engine::Sqlite).await;
    let mut tx = begin(&harness).await;
    let to = To::Person(UserId::from("UANA"));
    for number in 0..3 {
        let (kind, key) = (Kind::Answer, Key::Checkin(CheckinId(number)));
        outbox::post(
            &mut tx,
            to.clone(),
            kind,
            &key,
            Md::from("hello").into(),
            None,
        )
        .await
        .unwrap();
        let file = outbox::What::Share {
            to: to.clone(),
            file: Attachment {
                name: "meeting.ics".into(),
                title: "A meeting".into(),
                comment: "As a file.".into(),
                content: "BEGIN:VCALENDAR".into(),
            },
            upload: outbox::Upload::NotYet,
        };
        outbox::push(
            &mut tx,
            Kind::CalendarFile,
            &Key::Checkin(CheckinId(number)).file(),
            &file,
            None,
        )
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    harness.pass(SignedDuration::from_mins(1)).await.unwrap();
    assert_eq!(harness.slack.dm("UANA").len(), 6);
    assert_eq!(harness.slack.tally().rate_limited, 0);
}

both! {
    /// As long as nobody can have seen the file, failures are invisible.
    async fn what_goes_wrong_before_it_is_shared_stays_unseen(engine: Engine) {
        let spoiled = [
            ("files.getUploadURLExternal", Fault::CutAfter),
            ("files.getUploadURLExternal", Fault::InvalidJson),
            ("files.getUploadURLExternal", Fault::TooMany(7)),
            ("upload", Fault::CutBefore),
            ("upload", Fault::CutAfter),
            ("upload", Fault::ServerError),
            // Answers 200 without storing the bytes.
            ("upload", Fault::Html),
            (SHARE, Fault::TooMany(7)),
        ];
        for (method, fault) in spoiled {
            let (harness, pair) = before_the_reminder(engine).await;
            harness.slack.fail_next(method, fault.clone());
            tuesday(&harness, pair).await;
            assert_eq!(told(&harness), ["Coming up", "meeting.ics", "what come"], "{method} {fault:?}");
            let tally = harness.slack.tally();
            assert_eq!(tally.duplicated.total() + tally.duplicated_marked.total(), 0);
            assert_eq!(state(&harness).await, (1, 0), "{method} {fault:?}");
        }
    }
}

both! {
    /// If nobody can tell whether it was shared, it is shared once more and marked.
    async fn a_file_that_may_have_been_shared_is_shared_once_more(engine: Engine) {
        let faults = [
            (Fault::CutAfter, 2), (Fault::HangAfter, 2), (Fault::InvalidJson, 2), (Fault::CutBefore, 1),
            (Fault::ServerError, 1), (Fault::Error("internal_error".into()), 1),
        ];
        for (fault, arrive) in faults {
            let harness = impatient(engine, PROGRAM).await;
            let (harness, pair) = before_the_reminder_in(harness).await;
            harness.slack.fail_next(SHARE, fault.clone());
            tuesday(&harness, pair).await;
            let tally = harness.slack.tally();
            assert_eq!(tally.files, arrive, "{fault:?}");
            assert_eq!(tally.duplicated.total(), 0, "{fault:?}");
            assert_eq!(tally.duplicated_marked.mpim, arrive - 1, "{fault:?}");
            assert_eq!(state(&harness).await, (1, 0), "{fault:?}");
            let messages = group(&harness);
            let files: Vec<&Message> = messages.iter().filter(|m| !m.files.is_empty()).collect();
            assert!(files.last().unwrap().text.contains("in case it did not arrive"));
            assert_eq!(told(&harness).last().unwrap(), "what come");
        }
    }
}

/// It is not shared a third time, even if the second fails.
#[tokio::test]
async fn a_file_is_never_shared_three_times() {
    let (harness, pair) = before_the_reminder(Engine::Sqlite).await;
    harness.slack.fail_next(SHARE, Fault::CutAfter);
    // The repeat is refused at first, which is no second doubt.
    harness.slack.fail_next(SHARE, Fault::TooMany(3));
    harness.slack.fail_next(SHARE, Fault::CutAfter);
    tuesday(&harness, pair).await;
    assert_eq!(harness.slack.tally().files, 2);
    assert_eq!(state(&harness).await, (0, 1));
    assert_eq!(told(&harness).last().unwrap(), "what come");
}

/// The sender dies during the repeat, which was also the last time.
#[tokio::test]
async fn a_sender_that_dies_does_not_share_for_ever() {
    let (mut harness, pair) = before_the_reminder(Engine::Sqlite).await;
    harness
        .pass_until(at("2026-03-03T07:59:59Z"))
        .await
        .unwrap();
    share(&harness, pair).await;
    // A row that is claimed without its call being made is the state after a kill.
    for expected in [1, 1, 0] {
        let sender = harness.bot.sender.clone();
        harness
            .clock
            .set(at("2026-03-03T08:00:00Z").max(harness.clock.now()));
        let mut claimed = 0;
        for _ in 0..200 {
            harness.bot.scheduler.step().await.unwrap();
            for job in sender.claim().await.unwrap() {
                if job.method() == SHARE {
                    claimed += 1;
                } else {
                    sender.perform(job).await;
                }
            }
            if claimed > 0 {
                break;
            }
            harness
                .clock
                .set(harness.clock.now() + SignedDuration::from_secs(1));
        }
        assert_eq!(claimed, expected);
        harness.restart().await.unwrap();
        harness
            .clock
            .set(harness.clock.now() + SignedDuration::from_secs(31));
    }
    assert_eq!(state(&harness).await, (0, 1));
}

both! {
    /// The links are in the message, so a refused file is no loss, and nobody is told.
    async fn a_file_slack_refuses_is_not_a_lost_reminder(engine: Engine) {
        for (method, code) in [
            ("files.getUploadURLExternal", "missing_scope"),
            ("files.getUploadURLExternal", "file_uploads_disabled"),
            (SHARE, "restricted_action"),
            (SHARE, "file_not_found"),
        ] {
            let (harness, pair) = before_the_reminder(engine).await;
            harness.slack.fail_with(method, code);
            tuesday(&harness, pair).await;
            assert_eq!(told(&harness), ["Coming up", "what come"], "{code}");
            assert_eq!(state(&harness).await, (0, 1), "{code}");
            let told = "select count(*) from timers where kind = 'undelivered'";
            assert_eq!(number(&harness, told).await, 0, "{code}");
        }
    }
}

/// An upload that never works delays the messages behind it for minutes, not for the day.
#[tokio::test]
async fn a_broken_upload_lets_the_lane_go_on() {
    let (harness, pair) = before_the_reminder(Engine::Sqlite).await;
    harness.slack.fail_with("upload", "fatal_error");
    tuesday(&harness, pair).await;
    assert_eq!(told(&harness), ["Coming up", "what come"]);
    assert_eq!(state(&harness).await, (0, 1));
    let waited = "select max(finished_at) - min(finished_at) from outbox where lane like 'pair/%'";
    assert!(number(&harness, waited).await < 6 * 60_000);
}

both! {
    /// The only file without a message in its place: the person who asked gets it, or is told that it may be missing.
    async fn an_export_arrives_or_is_said_to_be_missing(engine: Engine) {
        let cases = [None, Some("missing_scope"), Some("file_uploads_disabled")];
        for code in cases {
            let (harness, _) = before_the_reminder(engine).await;
            if let Some(code) = code {
                harness.slack.fail_with("files.getUploadURLExternal", code);
            }
            harness.slack.command("UANA", "privacy").await;
            let said = harness.slack.dm("UANA").pop().unwrap();
            harness.slack.click("UANA", &said.reference(), "export_mine").await;
            harness.pass_until(at("2026-03-03T07:30:00Z")).await.unwrap();
            let dm = harness.slack.dm("UANA");
            let last = dm.last().unwrap();
            if let Some(code) = code {
                assert!(last.text.starts_with("I couldn't deliver the file"), "{code}: {}", last.text);
            } else {
                let text = String::from_utf8(last.files[0].bytes.clone()).unwrap();
                assert!(text.starts_with("Everything stored about you, UANA."), "{text}");
                assert!(text.contains("Who: with UMAX, you as mentee"), "{text}");
            }
            // Nobody else is told.
            let told = "select count(*) from timers where kind = 'undelivered'";
            assert_eq!(number(&harness, told).await, 0, "{code:?}");
            let owner = harness.slack.dm("UOWEN");
            assert!(owner.iter().all(|message| !message.render().contains("deliver")));
        }
    }
}

/// An upload's address must be as safe as the API's own, or nothing is sent there.
#[tokio::test]
async fn an_upload_goes_only_where_it_is_safe() {
    use reverse_mentor::slack::client::{CallError, Client};
    use wiremock::matchers::any;
    use wiremock::{Mock, MockServer, ResponseTemplate};
    let slack = MockServer::start().await;
    let ticket = serde_json::json!({
        "ok": true, "file_id": "F1", "upload_url": "http://files.example.com/upload/1",
    });
    let answer = ResponseTemplate::new(200).set_body_json(ticket);
    Mock::given(any()).respond_with(answer).mount(&slack).await;
    let timeout = std::time::Duration::from_secs(1);
    let client = Client::new(&slack.uri(), &"xoxb-1".to_owned().into(), timeout).unwrap();
    assert_eq!(
        client.upload("meeting.ics", b"abc").await,
        Err(CallError::Refused("unsafe_upload_url".into(), vec![]))
    );
    assert_eq!(slack.received_requests().await.unwrap().len(), 1);
}
