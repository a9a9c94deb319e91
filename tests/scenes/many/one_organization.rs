//! Two workspaces of one organization, with one token: each has its own program, and a person in both is one user of Slack's, with one
//! conversation and one Home.

use super::Ground;
use super::organizations::{by_organization, ground, pass};
use crate::both;
use crate::support::{Engine, FORM, JSON, number, post};
use jiff::SignedDuration;
use slack_sandbox::{Answers, Message, Sandbox, Screen, Submitted, User};

async fn joins(bot: &Ground, workspace: &Sandbox, user: &str, role: &str, stage: &str) {
    workspace.add_user(User::new(user, user));
    assert!(workspace.command(user, "join").await.modal, "{user}");
    let answers = Answers::from([
        ("role", role),
        ("stage", stage),
        ("manager", "UANA"),
        ("share", "AI tools"),
        ("learn", "AI tools"),
        ("pledge", "I make these three pledges"),
    ]);
    let submitted = workspace.submit(user, &answers).await;
    assert!(
        matches!(submitted, Submitted::Updated),
        "{user}: {submitted:?}"
    );
    workspace.close_modal(user).await;
    bot.harness.run_due().await.unwrap();
}

/// Access to both is given after the installation. Mia mentors Sam in the first, and Tom in the second.
async fn set(engine: Engine, token_rotation: bool) -> Ground {
    let bot = ground(engine, token_rotation).await;
    let one = &bot.harness.slack;
    one.change_access(&["T0ONE"], false).await;
    bot.install(one).await;
    assert_eq!(
        (bot.installed().await, by_organization(&bot).await),
        (1, 0),
        "nowhere yet"
    );
    one.change_access(&["T0ONE", "T0TWO"], true).await;
    bot.harness.run_due().await.unwrap();
    assert_eq!(
        (bot.installed().await, by_organization(&bot).await),
        (1, 2),
        "one token, two workspaces"
    );
    bot
}

async fn with_pairs(engine: Engine) -> Ground {
    let bot = set(engine, false).await;
    for (workspace, mentee) in [(&bot.harness.slack, "USAM"), (&bot.two, "UTOM")] {
        let file = "owners = [\"UANA\"]\nsupport_contact = \"UANA\"\ntime_zone = \"UTC\"\napproval = false\nfloor = 0\n";
        bot.run_the_program(workspace, file).await;
        // Ana reports to nobody, and is too senior to mentor anybody.
        joins(&bot, workspace, "UANA", "mentor", "Executive").await;
        joins(&bot, workspace, "UMIA", "mentor", "Early career").await;
        joins(&bot, workspace, mentee, "mentee", "Director").await;
    }
    pass(&bot, 26).await;
    bot
}

async fn pairs(bot: &Ground, team: &str, state: &str) -> i64 {
    let sql = format!("select count(*) from pairs where team_id = '{team}' and state = '{state}'");
    number(&bot.harness, &sql).await
}

async fn standing(bot: &Ground, team: &str, standing: &str) -> i64 {
    let sql = format!(
        "select count(*) from participants where team_id = '{team}' and user_id = 'UMIA' and standing = '{standing}'"
    );
    number(&bot.harness, &sql).await
}

async fn home(bot: &Ground, workspace: &Sandbox) -> String {
    workspace.open_home("UMIA").await;
    bot.harness.run_due().await.unwrap();
    workspace.home("UMIA").unwrap().render()
}

fn last(workspace: &Sandbox, user: &str) -> String {
    let all = workspace.dm(user);
    all.last().map(Message::render).unwrap_or_default()
}

/// Slack tells that the organization's tokens were revoked.
async fn told_of_revoked_tokens(bot: &Ground, id: &str) {
    let event = format!(
        r#"{{"type": "event_callback", "enterprise_id": "E0ORG", "api_app_id": "A0SANDBOX", "event_id": "{id}", "event_time": 1772438400,
        "event": {{"type": "tokens_revoked", "tokens": {{"oauth": [], "bot": ["U0BOT"]}}}}}}"#
    );
    let sent = bot
        .harness
        .slack
        .send_raw("/slack/events", "application/json", &event);
    assert_eq!(sent.await, 200);
    bot.harness.run_due().await.unwrap();
}

both! {
    alone "it has two workspaces of its own";
    async fn joins_matches_introductions_and_homes_are_apart(engine: Engine) {
        let bot = with_pairs(engine).await;
        let (one, two) = (&bot.harness.slack, &bot.two);
        assert_eq!((pairs(&bot, "T0ONE", "introduced").await, pairs(&bot, "T0TWO", "introduced").await), (1, 1));
        let groups: Vec<Vec<String>> = one.group_dms("UMIA").into_iter().map(|group| group.members).collect();
        assert_eq!(groups, [["UMIA", "USAM"], ["UMIA", "UTOM"]]);
        for (workspace, partner, other) in [(one, "@USAM", "@UTOM"), (two, "@UTOM", "@USAM")] {
            let page = home(&bot, workspace).await;
            assert!(page.contains(partner) && !page.contains(other), "{page}");
            let status = workspace.command("UMIA", "status").await.ephemeral.unwrap();
            assert!(status.contains(partner) && !status.contains(other), "{status}");
        }
        // Her Home is the second one's now. What she presses there has no team, and the first one's beside her.
        let pressed = two.click_home("UMIA", "pause").await;
        assert!(pressed.modal, "{pressed:?}");
        two.submit("UMIA", &Answers::from([("length", "4")])).await;
        assert_eq!((standing(&bot, "T0ONE", "paused").await, standing(&bot, "T0TWO", "paused").await), (0, 1));
        // The same in a message.
        let group = two.group_dms("UMIA").pop().unwrap();
        let with_goals = group.messages.iter().find(|message| message.blocks().iter().any(|block| block.to_string().contains("sign"))).unwrap();
        let signed = two.press("UMIA", &Screen::from(&with_goals.reference()), "sign").await;
        assert!(signed.is_ok(), "{signed:?}");
        let signatures = "select count(*) from agreements a join pairs p on p.id = a.pair_id where p.team_id = 'T0TWO' and a.mentor_signed_at is not null";
        assert_eq!(number(&bot.harness, signatures).await, 1);
        assert_eq!(one.tally().violations(), 0, "{:#?}", one.tally().remarks);
    }
}

both! {
    alone "it has two workspaces of its own";
    /// Slack doesn't say where somebody writes to the bot, or uses a shortcut. One of two programs is not guessed.
    async fn nobody_in_two_programs_is_guessed_into_one(engine: Engine) {
        let bot = with_pairs(engine).await;
        let (one, two) = (&bot.harness.slack, &bot.two);
        for workspace in [one, two] {
            workspace.say("UMIA", "leave").await;
            bot.harness.pass(SignedDuration::from_secs(2)).await.unwrap();
            insta::allow_duplicates! {
                insta::assert_snapshot!(last(workspace, "UMIA"), @"Which workspace do you mean? I'm in more than one, and Slack doesn't tell me here. Please type `/reverse-mentor` in the one you mean.");
            }
            assert!(workspace.shortcut("UMIA", "log_meeting").await.modal);
            let asked = workspace.modal("UMIA").unwrap().render();
            assert!(asked.contains("Which workspace do you mean?"), "{asked}");
            workspace.close_modal("UMIA").await;
        }
        // Whoever is in one of them is understood.
        two.say("UTOM", "status").await;
        bot.harness.pass(SignedDuration::from_secs(2)).await.unwrap();
        assert!(last(two, "UTOM").contains("@UMIA"), "{}", last(two, "UTOM"));
        assert!(one.shortcut("USAM", "log_meeting").await.modal);
        assert!(one.modal("USAM").unwrap().render().contains("@UMIA"));
    }
}

both! {
    alone "it has two workspaces of its own";
    /// Slack tells once of somebody in two workspaces.
    async fn who_leaves_the_organization_leaves_both_programs(engine: Engine) {
        let bot = with_pairs(engine).await;
        bot.two.change_user("UMIA", |user| user.deleted = true).await;
        pass(&bot, 2).await;
        assert_eq!((pairs(&bot, "T0ONE", "closed").await, pairs(&bot, "T0TWO", "closed").await), (1, 1));
    }
}

both! {
    alone "it has two workspaces of its own";
    async fn one_ends_without_access_and_both_without_the_token(engine: Engine) {
        let bot = with_pairs(engine).await;
        let (one, two) = (&bot.harness.slack, &bot.two);
        let resting = async |team: &str| number(&bot.harness, &format!("select count(*) from timers where team_id = '{team}' and resting is not null")).await;
        one.change_access(&["T0TWO"], false).await;
        bot.harness.run_due().await.unwrap();
        assert_eq!(by_organization(&bot).await, 1);
        pass(&bot, 24 * 8).await;
        assert!(resting("T0TWO").await > 0);
        assert_eq!(resting("T0ONE").await, 0);
        assert!(home(&bot, one).await.contains("@USAM"));
        one.change_access(&["T0TWO"], true).await;
        pass(&bot, 1).await;
        assert_eq!((by_organization(&bot).await, resting("T0TWO").await), (2, 0));
        assert!(home(&bot, two).await.contains("@UTOM"));

        // Such news comes late, too: Slack is asked, and takes the token.
        told_of_revoked_tokens(&bot, "Ev1").await;
        assert_eq!((bot.installed().await, by_organization(&bot).await), (1, 2));
        bot.harness.pass(SignedDuration::from_secs(2)).await.unwrap();
        one.revoke_token();
        told_of_revoked_tokens(&bot, "Ev2").await;
        assert_eq!((bot.installed().await, by_organization(&bot).await), (0, 0));
        pass(&bot, 24 * 8).await;
        assert!(resting("T0ONE").await > 0 && resting("T0TWO").await > 0);
    }
}

both! {
    alone "it has two workspaces of its own";
    /// Slack tells nothing, and refuses what one of them sends.
    async fn a_dead_token_ends_all_that_used_it(engine: Engine) {
        let bot = set(engine, false).await;
        bot.harness.slack.revoke_token();
        bot.two.say("UANA", "help").await;
        bot.harness.run_due().await.unwrap();
        assert_eq!((bot.installed().await, by_organization(&bot).await), (0, 0));
    }
}

both! {
    alone "it has two workspaces of its own";
    async fn a_token_is_renewed_once_for_both(engine: Engine) {
        let bot = set(engine, true).await;
        let (one, two) = (&bot.harness.slack, &bot.two);
        let renewals = || one.tally().calls["oauth.v2.access"].values().sum::<u64>();
        let before = renewals();
        pass(&bot, 11).await;
        assert_eq!(renewals(), before + 1);
        pass(&bot, 3).await;
        for workspace in [one, two] {
            assert!(bot.reply(workspace).await.contains("/reverse-mentor"));
        }
        let calls = one.tally().calls;
        assert!(!calls.values().any(|outcomes| outcomes.contains_key("token_expired")), "{calls:#?}");
    }
}

/// What Slack may send where it names nothing but the organization and the person.
fn nameless(kind: &str, user: &str, rest: &str) -> String {
    let payload = format!(
        r#"{{"type": "{kind}", "team": null, "enterprise": {{"id": "E0ORG"}}, "is_enterprise_install": true, "user": {{"id": "{user}"}}, {rest}}}"#
    );
    form_urlencoded::Serializer::new(String::new())
        .append_pair("payload", &payload)
        .finish()
}

both! {
    alone "it has two workspaces of its own";
    /// The organization and the person are enough, unless the person takes part in two of its programs.
    async fn where_only_the_organization_is_named(engine: Engine) {
        let bot = with_pairs(engine).await;
        let one = &bot.harness.slack;
        let asks = "Which workspace do you mean?";
        for (user, meant) in [("USAM", "@UMIA"), ("UMIA", asks)] {
            let answers = |body: &str| body.contains(&meant.replace('@', "<@")) || (meant == asks && body.contains(asks));
            let command = format!("command=%2Freverse-mentor&text=status&user_id={user}&enterprise_id=E0ORG&is_enterprise_install=true");
            let answer = post(&bot.harness, "/slack/commands", FORM, command).await;
            assert!(answer.status == 200 && answers(&answer.body), "{user}: {}", answer.body);

            let event = format!(
                r#"{{"type": "event_callback", "team_id": null, "enterprise_id": "E0ORG", "event_id": "Ev{user}",
                "authorizations": [{{"team_id": null, "enterprise_id": "E0ORG", "is_bot": true, "is_enterprise_install": true}}],
                "event": {{"type": "message", "channel_type": "im", "channel": "D1", "user": "{user}", "text": "status", "ts": "1772531000.000100"}}}}"#
            );
            assert_eq!(post(&bot.harness, "/slack/events", JSON, event).await.status, 200);
            bot.harness.pass(SignedDuration::from_secs(2)).await.unwrap();
            assert!(last(one, user).contains(meant), "{user}: {}", last(one, user));

            // A form of an earlier release, which doesn't say of which workspace it is.
            let view = r#""view": {"type": "modal", "callback_id": "pause", "private_metadata": "\"pause\"",
                "state": {"values": {"length": {"length": {"selected_option": {"value": "4"}}}}}}"#;
            let submitted = post(&bot.harness, "/slack/interactions", FORM, nameless("view_submission", user, view)).await;
            assert_eq!(submitted.status, 200);
            assert_eq!(submitted.body.contains(asks), meant == asks, "{}", submitted.body);

            let typed = r#""action_id": "time_zone", "block_id": "time_zone", "value": "Berlin""#;
            let offered = post(&bot.harness, "/slack/options", FORM, nameless("block_suggestion", user, typed)).await;
            assert!(offered.body.contains("Europe/Berlin"), "{}", offered.body);
        }
        let breaks = "select count(*) from participants where standing = 'paused' and team_id = 'T0ONE' and user_id = 'USAM'";
        assert_eq!(number(&bot.harness, breaks).await, 1);
        assert_eq!(number(&bot.harness, "select count(*) from participants where standing = 'paused'").await, 1);
        // Somebody whom no workspace knows gets an answer, too.
        let stranger = "command=%2Freverse-mentor&text=status&user_id=UNEW&enterprise_id=E0ORG&is_enterprise_install=true";
        let answer = post(&bot.harness, "/slack/commands", FORM, stranger).await;
        assert!(answer.body.contains(asks), "{}", answer.body);
    }
}
