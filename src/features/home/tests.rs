use crate::domain::ids::{InvitationId, RoundId};
use crate::domain::key::Key;
use crate::domain::matching::Proposal;
use crate::domain::program::Settings;
use crate::slack::event::{Action, Answers, Event, Form, Surface};
use crate::store::outbox::{Kind, To};
use crate::store::rounds::{self, Origin, State};
use crate::store::{outbox, pairs, participants};
use crate::testing::feature_test::{FeatureTest, render_view};
use crate::testing::outgoing;

async fn home(test: &FeatureTest, user: &str) -> String {
    let actor = test.actor(user);
    let opened = test
        .event(Event::HomeOpened {
            actor: actor.clone(),
        })
        .await
        .unwrap();
    assert!(opened.home);
    // Publishing only reads.
    let mut tx = test.db.read(&test.team, test.now).await.unwrap();
    let view = crate::router::home(&mut tx, &actor).await.unwrap();
    let view = serde_json::json!(view);
    assert_eq!(view["type"], "home");
    render_view(&view)
}

async fn test() -> FeatureTest {
    let test = FeatureTest::new(Settings {
        owners: vec!["UBOSS".into()],
        support_contact: Some("UHR".into()),
        ..Settings::default()
    })
    .await;
    test.joins("U1", "mentor", "Early career").await;
    test
}

#[tokio::test]
async fn everybody_sees_their_own_page() {
    let test = test().await;
    insta::assert_snapshot!(home(&test, "U9").await, @"
    # Reverse mentoring
    People early in their careers share what they see with people who decide, and learn how decisions are made.
    A junior colleague, the mentor, teaches a senior one, the mentee. They meet once a month and both learn.
    • About an hour a month, for 6 months.
    • Next match: <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>.
    • You can pause or leave at any time, without giving a reason.
    [ Join ]  [ Who sees what ]  [ Help ]
    ");
    insta::assert_snapshot!(home(&test, "U1").await, @"
    # Reverse mentoring
    *You're in*, as a mentor: you teach.
    I'm looking for a partner for you. Next match: <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>.
    ----
    [ Edit my profile ]  [ Pause ]  [ Talk to someone ]  [ Who sees what ]  [ Help ]  [ Leave ]
    · Only you can see this page.
    ");
    insta::assert_snapshot!(home(&test, "UBOSS").await, @r"
    # Reverse mentoring
    People early in their careers share what they see with people who decide, and learn how decisions are made.
    A junior colleague, the mentor, teaches a senior one, the mentee. They meet once a month and both learn.
    • About an hour a month, for 6 months.
    • Next match: <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>.
    • You can pause or leave at any time, without giving a reason.
    [ Join ]  [ Who sees what ]  [ Help ]
    ----
    # The program at a glance
    | *Taking part* 1
    | *Without a partner* 1
    | *Has one, would take another* 0
    | *Pairs* 0
    | *Next match* <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>.
    *Not here yet:* your organization. With a list of who reports to whom, most pairs need no look of yours.
    · Matched every Monday at 10:00 AM. An owner approves each round. A pair meets for 6 months. Figures cover at least 5 people.
    *Pairs and people*
    [ Propose a round now ]  [ All pairs ]  [ People ]  [ Bring in your people ]  [ Pause the program ]
    *Words*
    [ Announce it ]  [ A note for a sponsor ]  [ See what people will read ]
    *Figures*
    [ Preview the digest ]  [ Report ]  [ Export ]
    · Only owners see this part. Settings are kept in program.toml on the server.
    ");
}

#[tokio::test]
async fn a_pair_and_a_pause_show_with_their_buttons() {
    let test = test().await;
    test.joins("U2", "mentee", "Director").await;
    let mut tx = test.tx().await;
    let members = (&"U1".into(), &"U2".into());
    pairs::create(&mut tx, RoundId(1), members, &[], 6)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.pauses("U2", "open").await;
    insta::assert_snapshot!(home(&test, "U2").await, @"
    # Reverse mentoring
    *<@U1> mentors you.* You meet once a month, for 6 months.
    *On a break:* one of you is taking one, so there's nothing to plan. Your first month begins afterwards.
    [ End this pair ]
    *You're on a break.* Nobody is told why. Press “Resume” whenever you like.
    ----
    [ Edit my profile ]  [ Resume ]  [ Talk to someone ]  [ Who sees what ]  [ Help ]  [ Leave ]
    · Only you can see this page.
    ");
    let others = home(&test, "U9").await;
    assert!(!others.contains("U1") && !others.contains("U2"));
    let owners = home(&test, "UBOSS").await;
    assert!(!owners.contains("<@"), "figures, no names");
}

#[tokio::test]
async fn whoever_does_not_wait_finds_the_button_that_asks() {
    let test = test().await;
    let mut tx = test.tx().await;
    participants::set_waiting(&mut tx, &"U1".into(), None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    insta::assert_snapshot!(home(&test, "U1").await, @"
    # Reverse mentoring
    *You don't have a partner at the moment*, and I won't look for one until you ask me to.
    [ Find me a partner ]
    ----
    [ Edit my profile ]  [ Pause ]  [ Talk to someone ]  [ Who sees what ]  [ Help ]  [ Leave ]
    · Only you can see this page.
    ");
    test.press("U1", Action::FindPartner).await.unwrap();
    let seen = home(&test, "U1").await;
    assert!(seen.contains("I'm looking for a partner for you"), "{seen}");
}

#[tokio::test]
async fn owners_see_the_round_that_waits_for_them() {
    let test = test().await;
    for user in ["U2", "U3"] {
        let mut tx = test.tx().await;
        let round = RoundId(tx.new_id());
        rounds::conclude(&mut tx, round, Origin::Scheduled, State::Proposed, None, 0)
            .await
            .unwrap();
        let mentees: &[&str] = if user == "U2" { &["U4", "U5"] } else { &[] };
        for mentee in mentees {
            let proposal = Proposal {
                mentor: user.into(),
                mentee: (*mentee).into(),
                score: 60,
                reasons: vec![],
                owner_must_confirm: false,
            };
            rounds::add_proposal(&mut tx, round, &proposal)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }
    let seen = home(&test, "UBOSS").await;
    let (_, waits) = seen.split_once("\n*A round").unwrap();
    // A round without pairs needs no approval.
    insta::assert_snapshot!(format!("*A round{waits}"), @"
    *A round is waiting for your approval:* 2 pairs, since Monday, March 2.
    [ Look at it ]  [ Approve all 2 ]
      asks \"Approve this round?: Everyone in it is introduced in ten minutes at the soonest. Until then, you can undo it.\" [ Not yet ]  [ Approve ]
    ----
    People early in their careers share what they see with people who decide, and learn how decisions are made.
    A junior colleague, the mentor, teaches a senior one, the mentee. They meet once a month and both learn.
    • About an hour a month, for 6 months.
    • Next match: <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>.
    • You can pause or leave at any time, without giving a reason.
    [ Join ]  [ Who sees what ]  [ Help ]
    ----
    # The program at a glance
    | *Taking part* 1
    | *Without a partner* 1
    | *Has one, would take another* 0
    | *Pairs* 0
    | *Next match* <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>.
    *Not here yet:* your organization. With a list of who reports to whom, most pairs need no look of yours.
    · Matched every Monday at 10:00 AM. An owner approves each round. A pair meets for 6 months. Figures cover at least 5 people.
    *Pairs and people*
    [ Propose a round now ]  [ All pairs ]  [ People ]  [ Bring in your people ]  [ Pause the program ]
    *Words*
    [ Announce it ]  [ A note for a sponsor ]  [ See what people will read ]
    *Figures*
    [ Preview the digest ]  [ Report ]  [ Export ]
    · Only owners see this part. Settings are kept in program.toml on the server.
    ");
    assert!(
        !seen.contains("<@"),
        "no names while no pair is worth a look"
    );
    assert!(!home(&test, "U1").await.contains("approval"));
}

#[tokio::test]
async fn without_a_program_an_admin_finds_the_way() {
    let test = FeatureTest::without_program().await;
    assert!(home(&test, "U9").await.contains("[ Set up the program ]"));
}

/// The same as in the weekly note, and gone when it is on its way.
#[tokio::test]
async fn owners_have_sent_again_what_failed() {
    let test = test().await;
    let mut tx = test.tx().await;
    let (to, key) = (To::Person("U1".into()), Key::InvitationYes(InvitationId(7)));
    outbox::post(&mut tx, to, Kind::Answer, &key, "Hello".into(), None)
        .await
        .unwrap();
    outgoing::refused(&mut tx, |_| true, "restricted_action").await;
    tx.commit().await.unwrap();
    let seen = home(&test, "UBOSS").await;
    let (_, failed) = seen.split_once("*Messages that").unwrap();
    let failed: Vec<&str> = failed.lines().take(4).collect();
    insta::assert_snapshot!(failed.join("\n"), @r"
     couldn't be delivered this week*
    When what stands in the way is mended, press *Send again*.
    • an answer for <@U1>: posting there is restricted. Ask a workspace admin to let apps post, or pick another channel.
    [ Send again ]
    ");
    assert!(!home(&test, "U1").await.contains("[ Send again ]"));
    let now = test.now.as_millisecond();
    let again = Action::SendAgain { from: 0, to: now };
    let reply = test.press("UBOSS", again).await.unwrap();
    assert!(reply.home);
    assert!(!home(&test, "UBOSS").await.contains("[ Send again ]"));
}

/// Whatever a form or a press on Home has written is shown there; what only reads leaves it as it is.
#[tokio::test]
async fn what_is_done_from_home_is_shown_there() {
    let test = test().await;
    let press = async |on: Surface, action: Action| {
        let actor = test.actor("U1");
        let event = Event::Press {
            actor,
            action,
            picked: None,
            on,
            typed: Answers::default(),
        };
        test.event(event).await.unwrap().home
    };
    assert!(press(Surface::Home, Action::ExportMine).await);
    assert!(!press(Surface::Message, Action::ExportMine).await);
    assert!(!press(Surface::Home, Action::OpenJoin).await);
    let paused = test.submit("U1", Form::Pause, &[]).await.unwrap();
    assert_eq!(paused.home, paused.errors.is_empty());
}
