//! Who is named is alive: owners, the support contact and the digest channel are looked at when they are used.

use crate::both;
use crate::chart::six_pairs;
use crate::support::{Engine, harness, http};
use crate::twins::Harness;
use jiff::SignedDuration;
use slack_sandbox::User;

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn set(engine: Engine, program: &str) -> Harness {
    let harness = harness(engine, program).await;
    for user in ["UOWEN", "USUE", "UANA"] {
        harness.slack.add_user(User::new(user, user));
    }
    harness.slack.add_user(User::new("UADAM", "Adam").admin());
    harness.slack.add_channel("C0DIGEST", "mentoring", true);
    harness.pass(SignedDuration::from_hours(2)).await.unwrap();
    harness
}

async fn gone(harness: &Harness, user: &str, deleted: bool) {
    harness
        .slack
        .change_user(user, |user| user.deleted = deleted)
        .await;
    harness.pass(SignedDuration::from_mins(10)).await.unwrap();
}

fn said(harness: &Harness, user: &str, words: &str) -> usize {
    let all = harness.slack.dm(user);
    all.iter()
        .filter(|message| message.render().contains(words))
        .count()
}

async fn last_answer(harness: &Harness, user: &str, command: &str) -> String {
    harness.slack.command(user, command).await;
    harness.run_due().await.unwrap();
    harness.slack.dm(user).last().unwrap().render()
}

async fn home(harness: &Harness, user: &str) -> String {
    harness.slack.open_home(user).await;
    harness.slack.home(user).unwrap().render()
}

async fn probe(harness: &Harness, path: &str) -> String {
    harness.bot.heartbeat().await.unwrap();
    let asked = http().get(format!("{}{path}", harness.address));
    asked.send().await.unwrap().text().await.unwrap()
}

both! {
    alone "/readyz is about all workspaces";
    /// The only owner leaves: the workspace's admins act, and read that they do, until the owner is back.
    async fn without_a_living_owner_admins_act_and_are_told(engine: Engine) {
        let harness = set(engine, "owners = [\"UOWEN\"]").await;
        let refused = "Only the program's owners can do that";
        assert!(last_answer(&harness, "UADAM", "round").await.contains(refused));
        assert!(!probe(&harness, "/readyz").await.contains("owners:"));

        gone(&harness, "UOWEN", true).await;
        let told = "None of the reverse mentoring program's owners is in this workspace";
        assert_eq!(said(&harness, "UADAM", told), 1);
        let ready = probe(&harness, "/readyz").await;
        let verdict = ready.lines().next().unwrap();
        assert!(!verdict.contains("owner"), "a detail, not a reason: {ready}");
        assert!(ready.contains("owners: 1 program(s) without"), "{ready}");
        assert!(!ready.contains("UOWEN"), "{ready}");
        let support = last_answer(&harness, "UANA", "support").await;
        assert!(support.contains("no support contact") && !support.contains("OWEN"), "{support}");
        let page = home(&harness, "UADAM").await;
        assert!(page.contains("The program at a glance") && page.contains("None of the program's owners"), "{page}");
        assert!(!last_answer(&harness, "UADAM", "round").await.contains(refused));
        let before = harness.slack.dm("UOWEN").len();
        harness.pass(DAY * 6).await.unwrap();
        assert_eq!(said(&harness, "UADAM", told), 1, "not more often than weekly");
        harness.pass(DAY * 4).await.unwrap();
        assert_eq!(said(&harness, "UADAM", told), 2, "again while it stays so");
        assert_eq!(harness.slack.dm("UOWEN").len(), before, "nothing goes to somebody who is gone");

        gone(&harness, "UOWEN", false).await;
        assert!(last_answer(&harness, "UADAM", "round").await.contains(refused));
        assert!(home(&harness, "UOWEN").await.contains("The program at a glance"));
        assert!(!probe(&harness, "/readyz").await.contains("owners:"));
        harness.pass(DAY * 8).await.unwrap();
        assert_eq!(said(&harness, "UADAM", told), 2);
    }
}

both! {
    async fn a_support_contact_who_is_gone_is_named_to_nobody(engine: Engine) {
        let harness = set(engine, "owners = [\"UOWEN\"]\nsupport_contact = \"USUE\"").await;
        assert!(last_answer(&harness, "UANA", "support").await.contains("You can write to @USUE"));
        gone(&harness, "USUE", true).await;
        let support = last_answer(&harness, "UANA", "support").await;
        assert!(!support.contains("SUE") && support.contains("you can write to @UOWEN"), "{support}");
        harness.pass(DAY * 3).await.unwrap();
        assert_eq!(said(&harness, "UOWEN", "The program's support contact, @USUE, is no longer"), 1);
        assert!(home(&harness, "UOWEN").await.contains("The support contact, @USUE, is no longer"));
        gone(&harness, "USUE", false).await;
        assert!(last_answer(&harness, "UANA", "support").await.contains("You can write to @USUE"));
        assert!(!home(&harness, "UOWEN").await.contains("no longer"));
    }
}

both! {
    /// The bot was removed from the digest's channel: owners read so once, Home says it while it is so, and the digest is
    /// back by itself.
    async fn a_digest_channel_that_is_gone_is_told_once(engine: Engine) {
        let program = "owners = [\"UOWEN\"]\ndigest_channel = \"C0DIGEST\"";
        let harness = set(engine, program).await;
        six_pairs(&harness).await;
        harness.slack.remove_bot_from_channel("C0DIGEST");
        harness.pass(DAY * 22).await.unwrap();
        let told = |words: &str| {
            let all = harness.slack.dm("UOWEN");
            all.iter().filter(|message| message.render().contains(words)).count()
        };
        assert_eq!(told("the digest for #mentoring: I'm not in the channel. Invite me there"), 1);
        let page = home(&harness, "UOWEN").await;
        assert!(page.contains("the digest for #mentoring: I'm not in the channel."), "{page}");

        harness.slack.add_bot_to_channel("C0DIGEST");
        harness.pass(DAY * 7).await.unwrap();
        assert!(!home(&harness, "UOWEN").await.contains("the digest for #mentoring"));
        harness.slack.archive_channel("C0DIGEST");
        harness.pass(DAY * 15).await.unwrap();
        assert_eq!(told("the channel is archived"), 1, "another reason is news");
    }
}
