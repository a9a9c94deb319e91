//! Settings of Slack's that refuse what the bot sends, and news in odd states: nothing is lost silently.

use crate::both;
use crate::chart::{before_the_second_digest, monday, picture};
use crate::delivery::{hour, pair, person, put, texts, with_people};
use crate::directory::{open_pairs, take_part};
use crate::files::{before_the_reminder, told, tuesday};
use crate::support::{Engine, execute, harness, number};
use crate::twins::Harness;
use jiff::SignedDuration;
use slack_sandbox::{Posting, User};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const OFF: &str = "my Messages tab is off";

async fn home(harness: &Harness, user: &str) -> String {
    harness.slack.open_home(user).await;
    harness.slack.home(user).unwrap().render()
}

both! {
    alone "the app has one Request URL, and the first of two workspaces has it verified";
    /// Slack sends no event to an app that does not send the challenge back.
    async fn the_bot_gets_its_events_wherever_it_moves(engine: Engine) {
        let mut harness = harness(engine, "").await;
        harness.slack.add_user(User::new("UANA", "Ana"));
        for _ in 0..2 {
            assert!(!harness.slack.is_request_url_verified());
            let sent = harness.slack.tally().sent;
            assert!(home(&harness, "UANA").await.contains("Join"));
            assert!(harness.slack.is_request_url_verified());
            assert_eq!(harness.slack.tally().sent, sent + 1, "a challenge counts as no request");
            harness.restart().await.unwrap();
        }
        assert_eq!(harness.slack.tally().violations(), 0);
    }
}

both! {
    async fn a_removal_that_is_told_late_stops_nothing(engine: Engine) {
        let harness = with_people(engine).await;
        let removed = "select count(*) from workspaces where state = 'uninstalled'";
        harness.slack.uninstall_told_late(HOUR * 2);
        harness.slack.reinstall(None);
        let asked = harness.slack.tally().ok("auth.test");
        harness.pass(HOUR * 3).await.unwrap();
        assert_eq!(harness.slack.next_due(), None, "both events have arrived");
        assert!(harness.slack.tally().ok("auth.test") > asked, "Slack was asked");
        assert_eq!(number(&harness, removed).await, 0);
        put(&harness, person("U1"), 1, "one").await;
        hour(&harness).await;
        assert_eq!(texts(&harness, "U1"), ["one"]);

        harness.slack.uninstall().await;
        harness.run_due().await.unwrap();
        assert_eq!(number(&harness, removed).await, 1, "a true removal counts at once");
        let noted = "select count(*) from audit where verb = 'uninstalled'";
        assert_eq!(number(&harness, noted).await, 1);
    }
}

both! {
    async fn people_of_another_workspace_are_no_members(engine: Engine) {
        let (harness, _) = before_the_reminder(engine).await;
        harness.slack.add_user(User::new("UFAR", "Fay").home_team("T0PARTNER"));
        take_part(&harness, &["UANA", "UMAX", "UFAR"]).await;
        execute(&harness, "update timers set due_at = 0 where kind = 'directory'").await;
        harness.run_due().await.unwrap();
        let out = "select count(*) from participants where user_id = 'UFAR' and standing = 'ineligible'";
        assert_eq!(number(&harness, out).await, 1, "known from Slack's answer");
        assert_eq!(open_pairs(&harness).await, 1);
        let moved = |max: &mut User| max.home_team = Some("T0PARTNER".into());
        harness.slack.change_user("UMAX", moved).await;
        harness.run_due().await.unwrap();
        assert_eq!(open_pairs(&harness).await, 0, "known from an event, and confirmed");
    }
}

both! {
    /// The tab stops every direct message, so they wait, and owners learn it where no direct message is needed.
    async fn direct_messages_wait_for_the_messages_tab(engine: Engine) {
        let (harness, _) = before_the_reminder(engine).await;
        harness.slack.add_user(User::new("UOWEN", "Owen"));
        harness.slack.set_messages_tab(false);
        put(&harness, person("UANA"), 1, "one").await;
        put(&harness, person("UANA"), 2, "two").await;
        put(&harness, pair(7, ["UANA", "UMAX"]), 3, "to both").await;
        harness.pass(HOUR * 20).await.unwrap();
        assert!(texts(&harness, "UANA").is_empty());
        assert_eq!(harness.slack.group_dms("UANA")[0].messages.len(), 1);
        assert!(home(&harness, "UOWEN").await.contains(OFF));
        assert!(!home(&harness, "UANA").await.contains(OFF));
        harness.slack.set_messages_tab(true);
        hour(&harness).await;
        assert_eq!(texts(&harness, "UANA"), ["one", "two"]);
        assert!(!home(&harness, "UOWEN").await.contains(OFF));
        let failed = "select count(*) from outbox where state = 'failed' and kind <> 'lookup'";
        assert_eq!(number(&harness, failed).await, 0);
        assert_eq!(harness.slack.tally().duplicated.total(), 0);
    }
}

both! {
    async fn owners_hear_why_a_channel_does_not_take_the_digest(engine: Engine) {
        let restricted = "posting there is restricted";
        for (posting, why) in [
            (Posting::ReadOnly, restricted),
            (Posting::Denied, restricted),
            (Posting::LimitedAccess, "belongs to a record that I have no access to"),
        ] {
            let harness = before_the_second_digest(engine).await;
            harness.slack.add_user(User::new("UOWEN", "Owen"));
            harness.slack.change_user("UOWEN", |user| user.tz = Some("Europe/London".into())).await;
            harness.slack.set_posting("C1", posting);
            assert!(monday(&harness).await.is_empty());
            // On Monday the owner has read the weekly list.
            harness.pass(HOUR * 26).await.unwrap();
            let heard = harness.slack.dm("UOWEN");
            let note = heard.iter().map(slack_sandbox::Message::render);
            let note = note.filter(|text| text.contains("the digest"));
            let note: Vec<String> = note.collect();
            assert!(note.iter().any(|text| text.contains(why)), "{posting:?}: {note:?}");
        }
    }
}

both! {
    async fn without_uploads_every_message_still_arrives(engine: Engine) {
        let harness = before_the_second_digest(engine).await;
        harness.slack.set_file_uploads(false);
        let digests = monday(&harness).await;
        assert_eq!(digests.len(), 1);
        assert_eq!(picture(&digests[0]), None);

        let (harness, pair) = before_the_reminder(engine).await;
        harness.slack.set_file_uploads(false);
        tuesday(&harness, pair).await;
        assert_eq!(told(&harness), ["Coming up", "what come"]);
    }
}
