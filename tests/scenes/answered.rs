//! People who speak to the bot are answered: by message, on the Home, and where a form does not open.

use crate::both;
use crate::people::{junior, takes_part};
use crate::support::{Engine, FORM, JSON, harness, number, on, post};
use crate::twins::Harness;
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::rehearse::harness::HarnessOptions;
use serde_json::{Value, json};
use slack_sandbox::{Answers, EventFault, Fault, MessageRef, Submitted, User};

const PROGRAM: &str = "owners = [\"UOWEN\"]\nsupport_contact = \"UHR\"";
/// Messages whose words are kept, but for the note by which the support contact hears that they are.
const KEPT: &str = "select count(*) from outbox where what_sealed <> '' and dedupe_key not like 'owners_note/UHR/%/contact'";

async fn set(engine: Engine) -> Harness {
    let harness = harness(engine, PROGRAM).await;
    for user in ["UOWEN", "UHR", "UANA"] {
        harness.slack.add_user(User::new(user, user));
    }
    harness.run_due().await.unwrap();
    harness
}

/// What the bot has written to a person, oldest first.
fn read(harness: &Harness, user: &str) -> Vec<String> {
    let all = harness.slack.dm(user).into_iter();
    let of_the_bot = all.filter(|message| message.user != user);
    of_the_bot.map(|message| message.render()).collect()
}

fn last(harness: &Harness, user: &str) -> MessageRef {
    harness.slack.dm(user).last().unwrap().reference()
}

async fn says(harness: &Harness, user: &str, text: &str) -> String {
    harness.slack.say(user, text).await;
    harness
        .pass(jiff::SignedDuration::from_secs(2))
        .await
        .unwrap();
    read(harness, user).pop().unwrap_or_default()
}

both! {
    /// The same words as after the slash command; a form comes as a button that opens it.
    async fn a_direct_message_is_answered_like_the_command(engine: Engine) {
        let harness = set(engine).await;
        let help = says(&harness, "UANA", "hello").await;
        assert!(help.contains("`/reverse-mentor join`"), "{help}");
        let form = says(&harness, "UANA", "I'd like to join, please").await;
        assert!(form.contains("[ Open the form ]"), "{form}");
        let opened = harness.slack.click("UANA", &last(&harness, "UANA"), "open_join").await;
        assert!(opened.is_ok(), "{opened:?}");
        assert!(harness.slack.modal("UANA").is_some());
        let none = says(&harness, "UANA", "pause until tomorrow").await;
        assert!(none.contains("You're not in the program yet"), "{none}");
        let refused = says(&harness, "UANA", "invite <@UHR>").await;
        assert!(refused.contains("join"), "a refusal is an answer, too: {refused}");
        let lost = says(&harness, "UANA", "What about lunch?").await;
        assert!(
            lost.contains("“what about lunch” isn't among them") && lost.contains("You're not in the program yet")
                && lost.contains("`/reverse-mentor help`"),
            "{lost}"
        );
        assert!(harness.slack.tally().remarks.is_empty(), "{:?}", harness.slack.tally().remarks);
        // Nothing of what they wrote is kept.
        assert_eq!(number(&harness, KEPT).await, 0);
    }
}

both! {
    /// Slack tells of one message again, under the same id or under another.
    async fn one_message_has_one_answer(engine: Engine) {
        let harness = set(engine).await;
        for fault in [EventFault::Twice, EventFault::TwoIds] {
            let before = read(&harness, "UANA").len();
            harness.slack.fail_next_event(fault);
            says(&harness, "UANA", "help").await;
            assert_eq!(read(&harness, "UANA").len(), before + 1, "{fault:?}");
            harness.slack.fail_next_event(fault);
            says(&harness, "UANA", "invite <@UHR>").await;
            assert_eq!(read(&harness, "UANA").len(), before + 2, "refused, {fault:?}");
        }
    }
}

both! {
    /// Edits, deletions, other bots, the bot itself, and conversations that are not with the bot.
    async fn nothing_else_is_answered(engine: Engine) {
        let harness = set(engine).await;
        let base = || json!({
            "type": "message", "channel": "D1", "channel_type": "im", "user": "UANA", "text": "help",
            "ts": "1772438400.000100",
        });
        let with = |fields: &[(&str, Value)]| {
            let mut event = base();
            for (name, value) in fields {
                event[*name] = value.clone();
            }
            event
        };
        let mut silent = vec![
            with(&[("bot_id", json!("B1"))]),
            with(&[("bot_profile", json!({"id": "B1"}))]),
            with(&[("app_id", json!("A1"))]),
            with(&[("user", json!("USLACKBOT"))]),
            with(&[("user", Value::Null)]),
            with(&[("text", json!("  "))]),
            with(&[("ts", json!("soon"))]),
        ];
        for subtype in ["message_changed", "message_deleted", "bot_message", "of_tomorrow"] {
            silent.push(with(&[("subtype", json!(subtype))]));
        }
        for kind in ["mpim", "channel", "group"] {
            silent.push(with(&[("channel_type", json!(kind))]));
        }
        let tell = async |event: &Value, id: usize| {
            let body = json!({
                "type": "event_callback", "team_id": crate::twins::team(), "event_id": format!("Ev{id}"),
                "event_time": 1, "event": event,
            });
            assert_eq!(post(&harness, "/slack/events", JSON, body.to_string()).await.status, 200);
            harness.bot.settled().await;
        };
        let answers = "select count(*) from outbox where dedupe_key like 'answer%'";
        for (id, event) in silent.iter().enumerate() {
            tell(event, id).await;
            assert_eq!(number(&harness, answers).await, 0, "{event}");
        }
        let said = [
            (json!("file_share"), json!("help"), "the words beside a file"),
            (json!("file_share"), json!(""), "a file alone"),
            (json!("thread_broadcast"), json!("help"), "in a thread, and in the conversation"),
        ];
        for (number_of, (subtype, text, what)) in (1..).zip(said) {
            let ts = json!(format!("1772438400.00020{number_of}"));
            tell(&with(&[("subtype", subtype), ("text", text), ("ts", ts)]), 100 + number_of).await;
            assert_eq!(number(&harness, answers).await, i64::try_from(number_of).unwrap(), "{what}");
        }
    }
}

both! {
    /// There is no `response_url` on the Home and for a shortcut: a direct message says it, once, with the way to try again.
    async fn a_form_that_does_not_open_says_so_in_a_direct_message(engine: Engine) {
        let harness = set(engine).await;
        harness.slack.open_home("UANA").await;
        for _ in 0..3 {
            harness.slack.fail_next("views.open", Fault::Error("expired_trigger_id".to_owned()));
            harness.slack.click_home("UANA", "open_join").await;
        }
        // Another form in the same minute has a word, and a button, of its own.
        harness.slack.fail_next("views.open", Fault::Error("expired_trigger_id".to_owned()));
        harness.slack.shortcut("UANA", "log_meeting").await;
        // Slack takes one message a second.
        harness.pass(jiff::SignedDuration::from_secs(2)).await.unwrap();
        let told = read(&harness, "UANA");
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].contains("That form didn't open.") && told[0].contains("[ Open the form ]"), "{told:?}");
        let first = harness.slack.dm("UANA")[0].reference();
        harness.slack.click("UANA", &first, "open_join").await;
        assert!(harness.slack.modal("UANA").is_some());
        harness.slack.close_modal("UANA").await;

        harness.pass(jiff::SignedDuration::from_mins(2)).await.unwrap();
        harness.slack.fail_next("views.open", Fault::Error("expired_trigger_id".to_owned()));
        harness.slack.shortcut("UANA", "log_meeting").await;
        harness.run_due().await.unwrap();
        assert_eq!(read(&harness, "UANA").len(), 3);
    }
}

both! {
    /// The words of a notice come as a message if it does not open. The press was carried out, so nobody is told to try again.
    async fn a_notice_that_does_not_open_is_told(engine: Engine) {
        let harness = set(engine).await;
        let (db, team) = (&harness.bot.db, TeamId::from(crate::twins::team()));
        let mut tx = db.write(&team, harness.clock.now()).await.unwrap();
        takes_part(&mut tx, "UANA", &junior()).await;
        tx.commit().await.unwrap();
        harness.slack.command("UANA", "pause until 2030-01-01").await;
        harness.slack.command("UANA", "pause for two weeks").await;
        harness.slack.open_home("UANA").await;
        let expired = || Fault::Error("expired_trigger_id".to_owned());
        for (button, says) in [("resume", "Welcome back"), ("open_help", "`/reverse-mentor join`")] {
            let before = read(&harness, "UANA").len();
            harness.slack.fail_next("views.open", expired());
            harness.slack.click_home("UANA", button).await;
            harness.pass(jiff::SignedDuration::from_secs(2)).await.unwrap();
            let told = read(&harness, "UANA").split_off(before);
            assert!(told.len() == 1 && told[0].contains(says), "{button}: {told:?}");
        }
    }
}

both! {
    /// During a change of releases, somebody submits or presses what the other one wrote: they hear that nothing was done, and
    /// what they typed stays.
    async fn what_another_release_wrote_is_answered(engine: Engine) {
        let harness = set(engine).await;
        let send = async |of: Value| {
            let mut said = json!({"team": {"id": crate::twins::team()}, "user": {"id": "UANA"}});
            said.as_object_mut().unwrap().extend(of.as_object().unwrap().clone());
            let body = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("payload", &said.to_string())
                .finish();
            let back = post(&harness, "/slack/interactions", FORM, body).await;
            assert_eq!(back.status, 200);
            harness.pass(jiff::SignedDuration::from_secs(2)).await.unwrap();
            back
        };
        let form = |metadata: &str, values: Value| json!({"type": "view_submission", "view": {
            "callback_id": "of_tomorrow", "private_metadata": metadata, "state": {"values": values},
        }});
        let typed = json!({"words": {"words": {"type": "plain_text_input", "value": "I need to talk"}}});
        let kept = send(form(r#"{"of_tomorrow":{"pair":7}}"#, typed.clone())).await;
        let error = kept.json()["errors"]["words"].as_str().unwrap().to_owned();
        assert!(error.contains("wasn't saved") && error.contains("still here"), "{error}");
        let empty = send(form(r#""of_tomorrow""#, json!({}))).await;
        assert_eq!(empty.json()["response_action"], "update", "{}", empty.body);
        let press = |name: &str, value: &str| json!({"type": "block_actions", "actions": [
            {"type": "button", "block_id": "0", "action_id": name, "value": value},
        ]});
        send(press("of_tomorrow.2", r#"{"of_tomorrow":{"pair":7}}"#)).await;
        let told = read(&harness, "UANA");
        assert!(told.len() == 1 && told[0].contains("this button does nothing any more"), "{told:?}");
        // Forms and buttons that no release of ours wrote get no answer.
        for foreign in [form("{\"a\":1,\"b\":2}", typed.clone()), form("", typed), press("approve", "click_me_123")] {
            assert_eq!(send(foreign).await.body, "");
        }
        assert_eq!(read(&harness, "UANA").len(), 1);
    }
}

both! {
    /// The Home's buttons show everything that the command shows, with its buttons, and those work.
    async fn the_home_shows_help_and_who_sees_what_in_full(engine: Engine) {
        let harness = set(engine).await;
        harness.slack.open_home("UANA").await;
        let shown = async |button: &str| {
            assert!(harness.slack.click_home("UANA", button).await.is_ok());
            harness.slack.modal("UANA").unwrap().render()
        };
        let help = shown("open_help").await;
        assert!(help.contains("`/reverse-mentor join`") && help.contains("[ Join ]"), "{help}");
        harness.slack.close_modal("UANA").await;
        let (db, team) = (&harness.bot.db, TeamId::from(crate::twins::team()));
        let mut tx = db.write(&team, harness.clock.now()).await.unwrap();
        takes_part(&mut tx, "UANA", &junior()).await;
        tx.commit().await.unwrap();
        harness.slack.open_home("UANA").await;
        let privacy = shown("open_privacy").await;
        assert!(privacy.contains("*Only you:*") && privacy.contains("Erase my data"), "{privacy}");
        assert!(harness.slack.click_modal("UANA", "export_mine").await.is_ok());
        let export = harness.slack.modal("UANA").unwrap().render();
        assert!(export.contains("Everything stored about you"), "{export}");
        harness.slack.close_modal("UANA").await;
        // Erasing from the Home says that it is done.
        harness.slack.click_modal("UANA", "erase_mine").await;
        let erased = harness.slack.modal("UANA").unwrap().render();
        assert!(erased.contains("Your data is erased"), "{erased}");
        assert_eq!(number(&harness, "select count(*) from participants").await, 0);
    }
}

both! {
    /// The contact reads what was previewed, at once, and no copy stays.
    async fn a_call_for_help_is_previewed_and_goes_out_at_once(engine: Engine) {
        let harness = set(engine).await;
        harness.slack.open_home("UANA").await;
        harness.slack.command("UANA", "support").await;
        let shown = last(&harness, "UANA");
        assert!(harness.slack.click("UANA", &shown, "write_to_contact").await.is_ok());
        let words = Answers::from([("words", "Could we talk?")]);
        let preview = harness.slack.submit("UANA", &words).await;
        assert!(matches!(preview, Submitted::Updated), "{preview:?}");
        assert!(harness.slack.modal("UANA").unwrap().render().contains("will read exactly this, from you"));
        harness.run_due().await.unwrap();
        assert_eq!(read(&harness, "UHR").len(), 0);
        harness.slack.submit("UANA", &Answers::default()).await;
        harness.run_due().await.unwrap();
        let told = read(&harness, "UHR");
        assert!(told.len() == 1 && told[0].contains("Could we talk?") && told[0].contains("@UANA"), "{told:?}");
        assert_eq!(number(&harness, KEPT).await, 0);
        // Their Home is shown afresh after any form.
        let named = "select count(*) from outbox where dedupe_key like '%UANA%' and dedupe_key not like 'home/%'";
        assert_eq!(number(&harness, named).await, 0);
    }
}

both! {
    /// Slack is asked whether somebody is an admin, and they are told: nobody has to type it again.
    async fn the_first_setup_waits_for_slacks_word(engine: Engine) {
        let setting = HarnessOptions { program: None, ..HarnessOptions::default() };
        let harness = Harness::start(on(engine, setting).await).await.unwrap();
        harness.slack.add_user(User::new("UADA", "Ada").admin());
        harness.slack.add_user(User::new("UANA", "Ana"));
        for (user, button) in [("UADA", true), ("UANA", false)] {
            let moment = harness.slack.command(user, "setup").await;
            assert!(moment.is_ok());
            let asks = harness.slack.dm(user).last().unwrap().render();
            assert!(asks.contains("One moment"), "{asks}");
            harness.pass(jiff::SignedDuration::from_secs(5)).await.unwrap();
            let told = read(&harness, user).pop().unwrap();
            assert_eq!(told.contains("[ Open the settings ]"), button, "{told}");
            assert_eq!(told.contains("Settings are for workspace admins"), !button, "{told}");
        }
        harness.slack.click("UADA", &last(&harness, "UADA"), "open_settings").await;
        assert!(harness.slack.modal("UADA").is_some());
    }
}
