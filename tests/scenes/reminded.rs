//! People on the owners' list who have not joined are reminded once, whatever they do with it.

use crate::both;
use crate::support::{Engine, harness};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::domain::organization::{Entry, People};
use reverse_mentor::store::organization;
use slack_sandbox::{Answers, Screen, Submitted, User};

const OWEN: &str = "UOWEN";
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Owen's file names Mia and Sam, whom Slack has not told us about.
async fn set(engine: Engine) -> Harness {
    let harness = harness(engine, "owners = [\"UOWEN\"]").await;
    for user in [OWEN, "UMIA", "USAM"] {
        harness.slack.add_user(User::new(user, user));
    }
    harness.run_due().await.unwrap();
    let team = TeamId::from(crate::twins::team());
    let people: People = ["UMIA", "USAM"]
        .into_iter()
        .map(|user| (user.into(), Entry::default()))
        .collect();
    let mut tx = harness
        .bot
        .db
        .write(&team, harness.clock.now())
        .await
        .unwrap();
    organization::replace(&mut tx, &People::default(), &people)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    harness.pass(HOUR * 2).await.unwrap();
    harness
}

async fn remind(harness: &Harness) {
    harness.slack.open_home(OWEN).await;
    harness.slack.click_home(OWEN, "open_remind_invited").await;
    let form = harness.slack.modal(OWEN).unwrap().render();
    assert!(
        form.contains("*2 people* on your list don't take part."),
        "{form}"
    );
    let sent = harness.slack.submit(OWEN, &Answers::new()).await;
    assert!(!matches!(sent, Submitted::Refused(_)), "{sent:?}");
    harness.pass(HOUR * 26).await.unwrap();
}

fn reminded(harness: &Harness, user: &str) -> usize {
    let all = harness.slack.dm(user);
    all.iter()
        .filter(|one| one.render().contains("would you like to take part?"))
        .count()
}

both! {
    async fn an_owner_reminds_the_list_once(engine: Engine) {
        let harness = set(engine).await;
        remind(&harness).await;
        for user in ["UMIA", "USAM"] {
            assert_eq!(reminded(&harness, user), 1, "{user}");
        }
        let note = harness.slack.dm("UMIA").pop().unwrap();
        let pressed = harness.slack.press("UMIA", &Screen::from(&note.reference()), "do_not_ask").await;
        assert!(pressed.is_ok(), "{pressed:?}");
        let read = harness.slack.dm("UMIA").pop().unwrap().render();
        assert!(read.contains("I won't ask you again") && !read.contains("[ Join ]"), "{read}");
        remind(&harness).await;
        assert_eq!(reminded(&harness, "USAM"), 1);
        assert!(harness.slack.tally().remarks.is_empty());
    }
}
