//! The mentor circle: mentors join a private channel with one press, whatever becomes of the call.

use crate::both;
use crate::people::{junior, senior, takes_part};
use crate::support::{Engine, harness};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::ids::TeamId;
use slack_sandbox::{Fault, Options, User};

const OWEN: &str = "UOWEN";
const CIRCLE: &str = "C0CIRCLE";
const INVITE: &str = "conversations.invite";
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const PROGRAM: &str = "owners = [\"UOWEN\"]\nmentor_circle = \"C0CIRCLE\"\nround_schedule = \"0 10 1 1 *\"\n\
                       digest_schedule = \"0 10 1 1 *\"";

/// Max mentors, Ana learns. `scope`: what the app may do beyond what it needs.
async fn set(engine: Engine, scope: Option<&str>) -> Harness {
    let harness = harness(engine, PROGRAM).await;
    harness.slack.add_user(User::new(OWEN, "Owen"));
    harness.slack.add_private_channel(CIRCLE, "mentors", true);
    may(&harness, scope);
    harness.run_due().await.unwrap();
    let team = TeamId::from(crate::twins::team());
    let now = harness.clock.now();
    let mut tx = harness.bot.db.write(&team, now).await.unwrap();
    for (user, profile) in [("UMAX", junior()), ("UANA", senior())] {
        harness.slack.add_user(User::new(user, user));
        takes_part(&mut tx, user, &profile).await;
    }
    tx.commit().await.unwrap();
    harness
}

fn may(harness: &Harness, scope: Option<&str>) {
    let scopes = Options::default().scopes;
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).chain(scope).collect();
    harness.slack.set_scopes(&scopes);
}

async fn home(harness: &Harness, user: &str) -> String {
    harness.slack.open_home(user).await;
    harness.slack.home(user).unwrap().render()
}

/// Returns what they read then.
async fn presses(harness: &Harness) -> String {
    home(harness, "UMAX").await;
    assert!(
        harness
            .slack
            .click_home("UMAX", "join_circle")
            .await
            .is_ok()
    );
    harness.pass(MINUTE).await.unwrap();
    let said = harness.slack.modal("UMAX").unwrap().render();
    harness.slack.close_modal("UMAX").await;
    said
}

fn in_circle(harness: &Harness) -> Vec<String> {
    harness.slack.conversation_of(CIRCLE).unwrap().1
}

fn read(harness: &Harness, user: &str) -> String {
    let all = harness.slack.dm(user);
    let all: Vec<String> = all.iter().map(slack_sandbox::Message::render).collect();
    all.join("\n")
}

both! {
    async fn a_mentor_joins_the_circle_and_a_mentee_sees_none(engine: Engine) {
        let harness = set(engine, Some("groups:write.invites")).await;
        assert!(!home(&harness, "UANA").await.contains("circle"));
        assert!(home(&harness, "UMAX").await.contains("Its members see that you're a mentor here"));
        assert!(in_circle(&harness).is_empty(), "nobody is added without a press");
        let said = presses(&harness).await;
        assert!(said.contains("in a moment. If it isn't for you, type `/leave` there."), "{said}");
        assert_eq!(in_circle(&harness), ["UMAX"]);
        let page = harness.slack.home("UMAX").unwrap().render();
        assert!(page.contains("I've added you to #mentors"), "shown without a visit: {page}");
        presses(&harness).await;
        assert_eq!(in_circle(&harness), ["UMAX"], "who is there stays there");
        assert!(!read(&harness, "UMAX").contains("couldn't"));
        assert_eq!(harness.slack.tally().violations(), 0, "{:?}", harness.slack.tally().remarks);
    }
}

both! {
    /// Whatever becomes of the call or its answer, they are in the circle, and read of no trouble.
    async fn nothing_of_it_is_lost(engine: Engine) {
        let harness = set(engine, Some("groups:write.invites")).await;
        for fault in [
            Fault::CutBefore, Fault::CutAfter, Fault::ServerError, Fault::InvalidJson, Fault::TooMany(7),
        ] {
            harness.slack.fail_next(INVITE, fault);
        }
        presses(&harness).await;
        harness.pass(MINUTE * 5).await.unwrap();
        assert_eq!(in_circle(&harness), ["UMAX"]);
        assert!(home(&harness, "UMAX").await.contains("I've added you"));
        assert!(!read(&harness, "UMAX").contains("couldn't"), "{}", read(&harness, "UMAX"));
        assert!(!home(&harness, OWEN).await.contains("circle"), "nothing to mend");
    }
}

both! {
    /// The app lacks the permission: the mentor hears kindly, the owner what to mend and never who it was, and one press of
    /// theirs does it then.
    async fn what_slack_refuses_is_the_owners_to_mend(engine: Engine) {
        let harness = set(engine, None).await;
        presses(&harness).await;
        let told = read(&harness, "UMAX");
        assert!(told.contains("I couldn't add you to the mentor circle"), "{told}");
        let page = home(&harness, OWEN).await;
        assert!(page.contains("the mentor circle: I'm missing a permission: `groups:write.invites`"), "{page}");
        assert!(!page.contains("UMAX"), "{page}");
        harness.pass(SignedDuration::from_hours(24)).await.unwrap();
        let note = read(&harness, OWEN);
        assert!(note.contains("groups:write.invites") && !note.contains("UMAX"), "{note}");

        may(&harness, Some("groups:write.invites"));
        harness.slack.archive_channel(CIRCLE);
        home(&harness, OWEN).await;
        assert!(harness.slack.click_home(OWEN, "send_again").await.is_ok());
        harness.pass(MINUTE).await.unwrap();
        let page = home(&harness, OWEN).await;
        assert!(page.contains("the channel is archived"), "{page}");
        assert_eq!(read(&harness, "UMAX").matches("I couldn't add you").count(), 1, "told once");
        assert!(home(&harness, "UMAX").await.contains("Try again"));
    }
}

both! {
    async fn once_the_bot_is_invited_there_an_owner_has_it_tried_again(engine: Engine) {
        let harness = set(engine, Some("groups:write.invites")).await;
        harness.slack.remove_bot_from_channel(CIRCLE);
        presses(&harness).await;
        let page = home(&harness, OWEN).await;
        assert!(page.contains("the mentor circle: I can't see it. If it's a private channel, invite me there"), "{page}");
        harness.slack.add_bot_to_channel(CIRCLE);
        home(&harness, OWEN).await;
        assert!(harness.slack.click_home(OWEN, "send_again").await.is_ok());
        harness.pass(MINUTE).await.unwrap();
        assert_eq!(in_circle(&harness), ["UMAX"]);
        assert!(!home(&harness, OWEN).await.contains("circle"), "it is mended");
    }
}
