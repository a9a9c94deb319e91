mod away;
mod hours;
mod limits;
mod named;
mod role;

use crate::domain::participant::{PersonInSlack, Profile, Role, Standing};
use crate::domain::program::{Matching, Settings};
use crate::domain::timer::Timer;
use crate::slack::event::{Action, Answer, Form, Reply};
use crate::store::{participants, timers};
use crate::testing::feature_test::{FeatureTest, fill, render, render_view};
use crate::testing::people::person;
use std::collections::BTreeMap;

async fn profile(test: &FeatureTest, user: &str) -> Option<Profile> {
    let mut tx = test.tx().await;
    let found = participants::find(&mut tx, &user.into()).await.unwrap();
    tx.rollback().await;
    found.map(|found| found.profile)
}

fn shown(reply: &Reply) -> String {
    render_view(&reply.modal.as_ref().expect("a modal").view())
}

async fn form(test: &FeatureTest, user: &str) -> BTreeMap<String, Answer> {
    let reply = test.command(user, "join").await.unwrap();
    fill(&reply.modal.expect("a modal").view())
}

async fn submit(test: &FeatureTest, user: &str, answers: BTreeMap<String, Answer>) -> Reply {
    test.submits(user, Form::Join, answers).await.unwrap()
}

fn one(value: &str) -> Answer {
    Answer::One(value.into())
}

fn many(values: &[&str]) -> Answer {
    Answer::Many(values.iter().map(|&value| value.into()).collect())
}

#[tokio::test]
async fn the_modal_answers_what_people_ask_first() {
    let test = FeatureTest::new(Settings::default()).await;
    let modal = shown(&test.command("U1", "join").await.unwrap());
    insta::assert_snapshot!(modal, @"
    ┌ Join reverse mentoring
    │ *Reverse mentoring*
    │ People early in their careers share what they see with people who decide, and learn how decisions are made.
    │ *How much time?* About an hour a month: one meeting, and a few minutes around it.
    │ *For how long?* 6 months. You can pause or leave at any time, without giving a reason.
    │ *When is the next match?* <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>.
    │ *Who sees what?* Your partner sees your role, department, site and topics. The program's owners see the same and your career stage when they look over a match. What's marked private below stays private; `/reverse-mentor privacy` has the details.
    │ ----
    │ I take part as
    │   [ Choose ▾ ] (Mentor: I teach a more senior colleague, Mentee: I learn from a more junior colleague, Either: whichever fits, or one of each)
    │   · In reverse mentoring, the mentor is the one with less experience. The mentee arranges the meetings.
    │ Where I am in my career
    │   [ Choose ▾ ] (Early career, Experienced, Senior, Lead or manager, Director, Vice president, Executive)
    │   · This makes sure the mentor is the more junior of the two. It's never about age.
    │ Department (optional)
    │   [ Choose ▾ ] (Customer support, Data, Design, Engineering, Finance, Legal, Marketing, Operations, and 3 more)
    │ Site (optional)
    │   [ City, office or remote ____ ]
    │ My manager (optional)
    │   [ Choose ▾ ]
    │   · This keeps anyone from being paired within their own reporting line. If you report to nobody, pick yourself. If you leave it empty, one of the owners has to check your match by hand.
    │ Topics I can share (optional)
    │   [ Choose ▾ ] (AI tools, Automation and scripting, Careers and growth, Customer view, Data literacy, Design and user experience, How decisions are made, Inclusion and belonging, and 8 more)
    │ Anything else I can share (optional)
    │   [ In your own words, with commas between them ____ ]
    │ Topics I'd like to learn about (optional)
    │   [ Choose ▾ ] (AI tools, Automation and scripting, Careers and growth, Customer view, Data literacy, Design and user experience, How decisions are made, Inclusion and belonging, and 8 more)
    │ Anything else I'd like to learn about (optional)
    │   [ In your own words, with commas between them ____ ]
    │ Languages I can meet in
    │   [ English ▾ ] (English, Chinese, French, German, Hindi, Italian, Japanese, Portuguese, and 1 more)
    │ People I'd rather not be paired with (optional)
    │   [ Choose ▾ ]
    │   · Private: nobody is ever told, and nobody can tell. It only keeps a match from being made.
    │ What would make this worthwhile for me (optional)
    │   [ ____ ]
    │   · Your partner reads this when you're introduced. The program's owners don't.
    │ *Three pledges keep this going:*
    │ • I meet my partner every month, and say so early when I can't.
    │ • What we tell each other stays between us.
    │ • I leave rank at the door.
    │ My promise
    │   [ ] I make these three pledges
    └ [ Cancel ]  [ Join ]
    ");
}

#[tokio::test]
async fn a_client_that_takes_first_options_gets_in_without_any_message() {
    let test = FeatureTest::new(Settings::default()).await;
    let answers = form(&test, "U1").await;
    let reply = submit(&test, "U1", answers).await;
    assert_eq!(reply.errors, []);
    insta::assert_snapshot!(shown(&reply), @"
    ┌ You're in
    │ *You're in.* Thank you for joining.
    │ *You take part as* a mentor: you teach.
    │ *Stage:* Early career
    │ *You share:* AI tools and Some text
    │ *You would like to learn:* AI tools and Some text
    │ *What happens next*
    │ I'll look for a partner who's a good fit for you in the next round: <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>. One of the program's owners looks over every match first. I'll write to you privately as soon as there's news.
    │ · `/reverse-mentor profile` changes what you told me, `pause` gives you a break, `leave` ends it. `/reverse-mentor help` shows the rest.
    └ [ Close ]
    ");
    assert_eq!(test.told().await, "");
    let saved = profile(&test, "U1").await.unwrap();
    assert_eq!(
        (saved.role, saved.languages.as_slice()),
        (Role::Mentor, &["English".to_owned()][..])
    );
    // U1 was the first person offered everywhere; naming oneself does not count.
    assert_eq!((saved.manager, saved.rather_not), (None, vec![]));
}

#[tokio::test]
async fn a_rolling_program_says_so() {
    let test = FeatureTest::new(Settings {
        matching: Matching::Rolling,
        approval: false,
        ..Settings::default()
    })
    .await;
    let asked = shown(&test.command("U1", "join").await.unwrap());
    assert!(asked.contains("*When is the next match?* As soon as there's a good fit."));
    let answers = form(&test, "U1").await;
    let told = shown(&submit(&test, "U1", answers).await);
    assert!(told.contains("From now on, I'll look for a partner"));
}

#[tokio::test]
async fn odd_answers_are_taken_kindly() {
    let test = FeatureTest::new(Settings::default()).await;
    test.seen("U2", "UTC").await;
    let mut answers = form(&test, "U1").await;
    answers.insert("share".into(), many(&["AI tools", "No such topic"]));
    let more = format!(
        "  ai TOOLS, Rust,rust,\u{0}Gardening\n on balconies ,, {}",
        "x,".repeat(20)
    );
    answers.insert("share_more".into(), Answer::Text(more));
    answers.insert(
        "learn".into(),
        many(
            &Settings::default()
                .topics
                .iter()
                .take(9)
                .map(String::as_str)
                .collect::<Vec<_>>(),
        ),
    );
    answers.insert("department".into(), one("No such department"));
    answers.insert("mentor_capacity".into(), one("99"));
    answers.insert(
        "rather_not".into(),
        Answer::Users(vec!["U2".into(), "U1".into(), "U2".into()]),
    );
    answers.insert("hopes".into(), Answer::Text("é".repeat(500)));
    answers.remove("site");
    let reply = submit(&test, "U1", answers).await;
    assert_eq!(reply.errors, []);
    let saved = profile(&test, "U1").await.unwrap();
    assert_eq!(
        saved.share,
        ["AI tools", "Rust", "Gardening", "on balconies", "x"]
    );
    assert_eq!(saved.learn.len(), 10);
    assert_eq!((saved.department, saved.site), (None, None));
    assert_eq!(
        (saved.mentor_capacity, saved.hopes.chars().count()),
        (1, 500)
    );
    assert_eq!(saved.rather_not, ["U2".into()]);
}

#[tokio::test]
async fn what_cannot_be_used_is_said_at_its_field_and_saves_nothing() {
    let test = FeatureTest::new(Settings::default()).await;
    let mut answers = form(&test, "U1").await;
    answers.insert("stage".into(), one("Wizard"));
    answers.insert("languages".into(), many(&[]));
    answers.remove("pledge");
    let reply = submit(&test, "U1", answers).await;
    let fields: Vec<&str> = reply.errors.iter().map(|(field, _)| *field).collect();
    assert_eq!(fields, ["stage", "languages", "pledge"]);
    assert_eq!(profile(&test, "U1").await, None);
}

#[tokio::test]
async fn submitting_twice_and_editing_keep_one_profile() {
    let mut test = FeatureTest::new(Settings::default()).await;
    let answers = form(&test, "U1").await;
    let first = submit(&test, "U1", answers.clone()).await;
    assert!(shown(&first).contains("You're in"));
    let second = submit(&test, "U1", answers).await;
    assert!(shown(&second).contains("Nothing changed"));

    test.pass(jiff::SignedDuration::from_hours(1)).await;
    let view = test.press("U1", Action::OpenJoin).await.unwrap();
    let mut answers = fill(&view.modal.unwrap().view());
    answers.insert("stage".into(), one("Director"));
    answers.insert("role".into(), one("mentee"));
    answers.insert("learn_more".into(), Answer::Text("Rust, Chess".into()));
    submit(&test, "U1", answers).await;

    // The form opens with everything as it was saved.
    let before = profile(&test, "U1").await.unwrap();
    assert_eq!(before.learn.last().unwrap(), "Chess");
    let again = test
        .command("U1", "profile")
        .await
        .unwrap()
        .modal
        .unwrap()
        .view();
    assert_eq!(again["title"]["text"], "Your profile");
    let answers = fill(&again);
    assert_eq!(answers["learn_more"], Answer::Text("Rust, Chess".into()));
    submit(&test, "U1", answers).await;
    assert_eq!(profile(&test, "U1").await.unwrap(), before);
}

#[tokio::test]
async fn guests_and_deactivated_people_are_told_kindly() {
    let test = FeatureTest::new(Settings::default()).await;
    for (full_member, deleted) in [(false, false), (true, true)] {
        let person = PersonInSlack {
            full_member,
            deleted,
            ..person("U7", None)
        };
        let answers = form(&test, "U1").await;
        test.slack_answers(person).await;
        let reply = test.command("U7", "join").await.unwrap();
        assert!(render(&reply.say.unwrap()).contains("for full members"));
        let reply = submit(&test, "U7", answers).await;
        assert!(shown(&reply).contains("for full members"));
        assert_eq!(profile(&test, "U7").await, None);
    }
}

#[tokio::test]
async fn joining_again_after_leaving_and_editing_while_paused() {
    let test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    test.pauses("U1", "open").await;
    let answers = form(&test, "U1").await;
    let told = shown(&submit(&test, "U1", answers.clone()).await);
    assert!(told.contains("You're on a break"));
    test.submits("U1", Form::Leave, BTreeMap::new())
        .await
        .unwrap();
    let told = shown(&submit(&test, "U1", answers).await);
    assert!(told.contains("You're in"));
    let mut tx = test.tx().await;
    let me = participants::find(&mut tx, &"U1".into())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((me.standing, me.paused_until), (Standing::Active, None));
    assert!(me.waiting_since.is_some());
    assert!(
        timers::due(&mut tx, &Timer::Directory)
            .await
            .unwrap()
            .is_some()
    );
    tx.rollback().await;
}

#[tokio::test]
async fn editing_a_profile_enlists_nobody_unless_they_ask_for_more() {
    let test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    let user = "U1".into();
    let mut tx = test.tx().await;
    participants::set_waiting(&mut tx, &user, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for (capacity, waits) in [("1", false), ("2", true)] {
        let mut answers = form(&test, "U1").await;
        answers.insert("mentor_capacity".into(), one(capacity));
        answers.insert("department".into(), Answer::Text("Design".into()));
        submit(&test, "U1", answers).await;
        assert_eq!(test.waits("U1").await, waits, "{capacity}");
    }
}

#[tokio::test]
async fn what_people_write_is_escaped() {
    let test = FeatureTest::new(Settings::default()).await;
    let mut answers = form(&test, "U1").await;
    answers.insert(
        "share_more".into(),
        Answer::Text("<!channel> & <@U2>".into()),
    );
    let told = shown(&submit(&test, "U1", answers).await);
    assert!(
        told.contains("&lt;!channel&gt; &amp; &lt;@U2&gt;"),
        "{told}"
    );
}

#[tokio::test]
async fn who_presses_join_in_a_channel_and_takes_part_already_is_told_so() {
    let test = FeatureTest::new(Settings::default()).await;
    let form = test.press("U1", Action::JoinFromChannel).await.unwrap();
    assert!(form.modal.is_some());
    test.joins("U1", "mentor", "Early career").await;
    let told = test.press("U1", Action::JoinFromChannel).await.unwrap();
    assert!(told.modal.is_none());
    insta::assert_snapshot!(render(&told.say.clone().unwrap()), @"
    You're in the program already, so there's nothing to fill in. Good to have you.
    [ Look at my profile ]
    ");
    test.pauses("U1", "open").await;
    let paused = test.press("U1", Action::JoinFromChannel).await.unwrap();
    assert_eq!(paused, told);
}
