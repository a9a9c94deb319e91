mod breaks;
mod obstacles;

use crate::domain::ids::{PairId, RoundId};
use crate::domain::pair::State;
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::domain::timer::Timer;
use crate::slack::event::{Action, Answer, Form, Reply};
use crate::store::{pairs, participants, timers};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::people;
use jiff::SignedDuration;
use std::collections::BTreeMap;

fn said(reply: &Reply) -> String {
    render(reply.say.as_ref().expect("an answer"))
}

async fn told(test: &FeatureTest, user: &str, command: &str) -> String {
    said(&test.command(user, command).await.unwrap())
}

async fn standing(test: &FeatureTest, user: &str) -> Option<Standing> {
    let mut tx = test.tx().await;
    let found = participants::standing(&mut tx, &user.into()).await.unwrap();
    tx.rollback().await;
    found
}

async fn pause_ends(test: &FeatureTest) -> Option<String> {
    let mut tx = test.tx().await;
    let due = timers::due(&mut tx, &Timer::PauseEnds("U1".into()))
        .await
        .unwrap();
    tx.rollback().await;
    due.map(|due| due.to_string())
}

async fn pair(test: &FeatureTest, mentor: &str, mentee: &str) -> PairId {
    let mut tx = test.tx().await;
    let (mentor, mentee) = (mentor.into(), mentee.into());
    let pair = pairs::create(
        &mut tx,
        RoundId(1),
        (&mentor, &mentee),
        &["both like tea".into()],
        6,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    pair.unwrap()
}

#[tokio::test]
async fn status_says_where_one_stands() {
    let test = FeatureTest::new(Settings::default()).await;
    test.seen("U1", "Europe/Berlin").await;
    insta::assert_snapshot!(told(&test, "U1", "status").await, @"
    You're not in the program yet. Joining takes two minutes, and you'll see what to expect first.
    [ Join ]  [ Help ]
    ");
    test.joins("U1", "mentor", "Experienced").await;
    insta::assert_snapshot!(told(&test, "U1", "status").await, @"
    *You're waiting for a partner* since Monday, March 2. Next match: <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>.
    *You take part as* a mentor: you teach.
    *Stage:* Experienced
    *You share:* AI tools and Some text
    *You would like to learn:* AI tools and Some text
    *Joined:* Monday, March 2
    [ Edit my profile ]  [ Pause ]  [ Help ]
    · Only you can see this.
    ");
    test.joins("U2", "mentee", "Director").await;
    pair(&test, "U1", "U2").await;
    insta::assert_snapshot!(told(&test, "U1", "status").await, @"
    *You mentor <@U2>.* You meet once a month, for 6 months. The first month is about to begin.
    [ End this pair ]
    *You take part as* a mentor: you teach.
    *Stage:* Experienced
    *You share:* AI tools and Some text
    *You would like to learn:* AI tools and Some text
    *Joined:* Monday, March 2
    [ Edit my profile ]  [ Pause ]  [ Help ]
    · Only you can see this.
    ");
    assert!(
        told(&test, "U2", "status")
            .await
            .contains("*<@U1> mentors you.*")
    );
    told(&test, "U1", "pause until 2026-04-01").await;
    assert!(
        told(&test, "U1", "status")
            .await
            .contains("*You're on a break until Wednesday, April 1.*")
    );
}

#[tokio::test]
async fn status_notices_a_stage_that_is_gone() {
    let test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Experienced").await;
    let mut tx = test.tx().await;
    let mut settings = Settings::default();
    settings.stages.remove(1);
    super::super::setup::declared(&mut tx, settings)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(
        told(&test, "U1", "status")
            .await
            .contains("*Please check your profile:*")
    );
}

#[tokio::test]
async fn a_pause_ends_on_its_day_and_says_so_at_work() {
    let mut test = FeatureTest::new(Settings {
        // No round during the test.
        round_schedule: "0 10 1 1 *".into(),
        ..Settings::default()
    })
    .await;
    test.seen("U1", "Asia/Tokyo").await;
    test.joins("U1", "mentor", "Early career").await;
    // A Saturday.
    insta::assert_snapshot!(told(&test, "U1", "pause until 2026-03-14").await, @"You're on a break until Saturday, March 14. On that day I'll bring you back. Until then, nobody is matched with you and I'll leave you in peace. The program's owners can see that and until when; nobody sees why. `/reverse-mentor resume` ends it earlier.");
    assert_eq!(standing(&test, "U1").await, Some(Standing::Paused));
    assert_eq!(pause_ends(&test).await.unwrap(), "2026-03-14T00:00:00Z");
    // Pressing "Pause" on an outdated Home tab opens the form, and changes nothing yet.
    test.press("U1", Action::Pause).await.unwrap();
    assert_eq!(pause_ends(&test).await.unwrap(), "2026-03-14T00:00:00Z");
    // They move to Berlin, so it ends at 9:00 there; US clocks have already changed, and Berlin's have not.
    test.seen("U1", "Europe/Berlin").await;
    assert_eq!(pause_ends(&test).await.unwrap(), "2026-03-14T08:00:00Z");
    test.pass(SignedDuration::from_hours(24 * 12)).await;
    assert_eq!(test.now.to_string(), "2026-03-14T09:00:00Z");
    assert_eq!(standing(&test, "U1").await, Some(Standing::Active));
    assert_eq!(test.messages("U1").await.len(), 0, "not at the weekend");
    test.pass(SignedDuration::from_hours(72)).await;
    let messages = test.messages("U1").await;
    assert_eq!(messages.len(), 1);
    insta::assert_snapshot!(render(&messages[0]), @"
    Your break is over. I'm looking for a partner for you again. Next match: <!date^1798797600^{date_long_pretty} at {time}|Friday, January 1, 2027 at 10:00 AM (UTC)>.
    [ I need a little longer ]
    · Only you can see this.
    ");
}

/// Their pair ended during their break, and they did not take the offer of another.
#[tokio::test]
async fn whoever_does_not_wait_is_told_so_and_can_ask() {
    let mut test = FeatureTest::program(people::settings()).await;
    let pair = test.introduced().await;
    told(&test, "USAM", "pause until 2026-03-04").await;
    test.submit("UMIA", Form::End { pair }, &[]).await.unwrap();
    let status = told(&test, "USAM", "status").await;
    insta::assert_snapshot!(status.lines().take(2).collect::<Vec<_>>().join("\n"), @"
    *You're on a break until Wednesday, March 4.* Nobody is told why, and I'll leave you in peace.
    *You don't have a partner at the moment*, and I won't look for one until you press “Find me a partner”.
    ");
    test.pass(SignedDuration::from_hours(24 * 5)).await;
    let over = test.last("USAM", "Your break is over").await.unwrap();
    insta::assert_snapshot!(over, @"
    Your break is over. *You don't have a partner at the moment*, and I won't look for one until you press “Find me a partner”.
    [ Find me a partner ]  [ I need a little longer ]
    · Only you can see this.
    ");
    test.pauses("USAM", "open").await;
    insta::assert_snapshot!(told(&test, "USAM", "resume").await, @"
    Welcome back. *You don't have a partner at the moment*, and I won't look for one until you press “Find me a partner”.
    [ Find me a partner ]
    ");
    insta::assert_snapshot!(told(&test, "USAM", "status").await, @"
    *You don't have a partner at the moment*, and I won't look for one until you press “Find me a partner”.
    *You take part as* a mentee: you learn, and you arrange the meetings.
    *Stage:* Director
    *You share:* Strategy
    *You would like to learn:* AI tools
    *Joined:* Monday, March 2
    [ Find me a partner ]  [ Edit my profile ]  [ Pause ]  [ Help ]
    · Only you can see this.
    ");
    for _ in 0..2 {
        let asked = test.press("USAM", Action::FindPartner).await.unwrap();
        assert!(said(&asked).starts_with("You're in the next match.") && asked.home);
    }
    let status = told(&test, "USAM", "status").await;
    assert!(
        status.starts_with("*You're waiting for a partner* since Saturday, March 7."),
        "{status}"
    );
    assert!(!status.contains("Find me a partner"), "{status}");
    assert!(!test.waits("UMIA").await, "nobody asked for her");
    let nobody = test.press("U9", Action::FindPartner).await.unwrap();
    assert!(said(&nobody).contains("not in the program"));
}

#[tokio::test]
async fn resuming_early_ends_the_timer_too() {
    let mut test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    told(&test, "U1", "pause until 2026-03-20").await;
    let back = test.press("U1", Action::Resume).await.unwrap();
    assert!(said(&back).contains("Welcome back") && back.home);
    assert!(told(&test, "U1", "resume").await.contains("not on a break"));
    assert_eq!(pause_ends(&test).await, None);
    test.pass(SignedDuration::from_hours(24 * 30)).await;
    assert_eq!(test.messages("U1").await.len(), 0);
}

/// On Kiritimati it is already the 3rd, while it is the 2nd in the program's zone.
#[tokio::test]
async fn days_are_counted_from_their_own_date() {
    let mut test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    test.seen("U1", "Pacific/Kiritimati").await;
    test.now = "2026-03-02T20:00:00Z".parse().unwrap();
    for text in ["pause until tomorrow", "Break until Wed", "snooze 1 day"] {
        let answer = told(&test, "U1", text).await;
        assert!(
            answer.starts_with("You're on a break until Wednesday, March 4."),
            "{text}: {answer}"
        );
    }
    let past = told(&test, "U1", "pause until 2026-03-03").await;
    assert!(past.starts_with("A break has to end after today"), "{past}");
}

#[tokio::test]
async fn a_day_that_has_begun_where_they_are_is_no_pause() {
    let test = FeatureTest::new(Settings::default()).await;
    test.seen("U1", "Pacific/Kiritimati").await;
    test.joins("U1", "mentor", "Early career").await;
    let mut later = test;
    later.now = "2026-03-02T20:00:00Z".parse().unwrap();
    assert!(
        told(&later, "U1", "pause until 2026-03-03")
            .await
            .contains("has to end after today")
    );
    assert_eq!(standing(&later, "U1").await, Some(Standing::Active));
}

/// "One week" is picked already: whoever picks a day beside it is not brought back after a week.
#[tokio::test]
async fn a_day_beside_another_length_is_asked_about() {
    let test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    let day = ("date", Answer::Date(jiff::civil::date(2026, 4, 30)));
    for length in ["1", "open"] {
        let both = [("length", Answer::One(length.into())), day.clone()];
        let asked = test.submit("U1", Form::Pause, &both).await.unwrap();
        assert_eq!(asked.errors.len(), 1, "{length}");
        assert_eq!(standing(&test, "U1").await, Some(Standing::Active));
    }
    let chosen = [("length", Answer::One("date".into())), day];
    let done = test.submit("U1", Form::Pause, &chosen).await.unwrap();
    let said = render_view(&done.modal.unwrap().view());
    assert!(said.contains("Thursday, April 30"), "{said}");
}

#[tokio::test]
async fn who_is_not_in_is_invited() {
    let test = FeatureTest::new(Settings::default()).await;
    for text in ["status", "pause", "resume"] {
        assert!(told(&test, "U1", text).await.contains("[ Join ]"), "{text}");
    }
    assert!(
        told(&test, "U1", "leave")
            .await
            .contains("nothing to leave")
    );
    assert_eq!(standing(&test, "U1").await, None);
}

#[tokio::test]
async fn whoever_was_in_reads_where_they_stand() {
    let test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    for (standing, words) in [
        (Standing::Left, "You left the program."),
        (Standing::Ineligible, "yours is a guest account"),
    ] {
        test.standing("U1", standing).await;
        for text in ["status", "pause", "pause 2 weeks", "resume"] {
            let told = told(&test, "U1", text).await;
            assert!(told.contains(words), "{text}: {told}");
            let is_guest = standing == Standing::Ineligible;
            assert_eq!(told.contains("[ Leave ]"), is_guest, "{text}: {told}");
        }
    }
}

#[tokio::test]
async fn leaving_asks_once_and_is_harmless_twice() {
    let test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    test.joins("U2", "mentee", "Director").await;
    pair(&test, "U1", "U2").await;
    told(&test, "U1", "pause until 2026-03-20").await;
    let asked = test.command("U1", "leave").await.unwrap().modal.unwrap();
    insta::assert_snapshot!(render_view(&asked.view()), @"
    ┌ Leave the program
    │ *Leave the program?* Thank you for being part of it. Here's what happens:
    │ • Your pair ends. Your partner gets a neutral message, no reasons, and the offer of another match.
    │ • Your profile stays for 90 days, so you can come back. `/reverse-mentor privacy` erases it at once.
    │ • What the two of you wrote here is erased after 90 days.
    │ • You don't have to say why, and nobody is asked.
    │ · Only need a break? Close this and use `/reverse-mentor pause`.
    └ [ Cancel ]  [ Leave ]
    ");
    assert_eq!(
        standing(&test, "U1").await,
        Some(Standing::Paused),
        "asking does nothing"
    );
    for _ in 0..2 {
        let done = test
            .submits("U1", Form::Leave, BTreeMap::new())
            .await
            .unwrap();
        assert!(render_view(&done.modal.unwrap().view()).contains("You've left the program."));
    }
    assert_eq!(standing(&test, "U1").await, Some(Standing::Left));
    assert_eq!(pause_ends(&test).await, None);
    assert!(
        told(&test, "U1", "status")
            .await
            .contains("You left the program.")
    );
    // A person who never joined cannot leave.
    test.submits("U9", Form::Leave, BTreeMap::new())
        .await
        .unwrap();
    assert_eq!(standing(&test, "U9").await, None);
    assert_eq!(standing(&test, "U2").await, Some(Standing::Active));
}

/// They could not say no otherwise, and would be looked for again as soon as they are a full member.
#[tokio::test]
async fn whoever_is_out_as_a_guest_can_leave_for_good() {
    for opened_before in [true, false] {
        let test = FeatureTest::new(Settings::default()).await;
        test.joins("U1", "mentor", "Early career").await;
        test.seen("U1", "Europe/Berlin").await;
        let mut guest = crate::testing::people::person("U1", None);
        guest.full_member = false;
        test.slack_answers(guest).await;
        assert_eq!(standing(&test, "U1").await, Some(Standing::Ineligible));
        if !opened_before {
            for text in ["leave", "stop", "opt out"] {
                let asked = test.command("U1", text).await.unwrap();
                let form = render_view(&asked.modal.unwrap().view());
                assert!(form.contains("I won't bring you back"), "{text}: {form}");
            }
        }
        test.submits("U1", Form::Leave, BTreeMap::new())
            .await
            .unwrap();
        assert_eq!(standing(&test, "U1").await, Some(Standing::Left));
        test.seen("U1", "Europe/Berlin").await;
        assert_eq!(standing(&test, "U1").await, Some(Standing::Left));
        assert!(!test.waits("U1").await);
        assert_eq!(test.count("U1", "Welcome back").await, 0);
    }
}

#[tokio::test]
async fn whoever_pauses_reads_what_their_partner_is_told() {
    let test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Experienced").await;
    test.joins("U2", "mentee", "Director").await;
    let pair = pair(&test, "U1", "U2").await;
    let mut tx = test.tx().await;
    pairs::step(&mut tx, pair, State::Introduced, State::Active)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    insta::assert_snapshot!(test.pauses("U1", "open").await, @"
    ┌ Take a break
    │ You're on a break until you type `/reverse-mentor resume`. Until then, nobody is matched with you and I'll leave you in peace. <@U2> will see in your group message that you're taking a break, but not for how long. The program's owners can see until when, but not of their own partners; nobody sees why. I'll ask again in six weeks.
    └ [ Close ]
    ");
    let second = test.pauses("U2", "open").await;
    assert!(!second.contains("<@U1>"), "one break is enough: {second}");
    insta::assert_snapshot!(told(&test, "U1", "resume").await, @"Welcome back. Your partner is on a break too. Your months continue after it.");
    insta::assert_snapshot!(told(&test, "U2", "resume").await, @"Welcome back. You and <@U1> pick up where you left off.");
}
