//! A person's standing on the App Home and in status, and the effect of the buttons there.

use crate::both;
use crate::files::before_the_reminder;
use crate::people::{person, profile};
use crate::support::{Engine, number};
use crate::twins::Harness;
use reverse_mentor::domain::goals::Goals;
use reverse_mentor::domain::ids::{PairId, RoundId, TeamId};
use reverse_mentor::domain::matching::Proposal;
use reverse_mentor::domain::participant::{PersonInSlack, Role, Standing};
use reverse_mentor::domain::timer::Timer;
use reverse_mentor::router;
use reverse_mentor::slack::event::{Action, Actor, Event, Surface};
use reverse_mentor::store::rounds::{self, Origin, State};
use reverse_mentor::store::{RequestTx, agreements, participants};
use slack_sandbox::{Answers, Submitted, User};

/// Both take part; their draft waits for signatures, and a round waits for its owner.
async fn set(harness: &Harness, pair: PairId) {
    harness.slack.add_user(User::new("UOWEN", "Owen"));
    let team = TeamId::from(crate::twins::team());
    let mut tx = harness
        .bot
        .db
        .write(&team, harness.clock.now())
        .await
        .unwrap();
    let profile = profile(Role::Either, "Senior");
    for user in ["UANA", "UMAX"] {
        participants::save(&mut tx, &user.into(), &profile, None, true)
            .await
            .unwrap();
    }
    let goals = Goals {
        mentee: "Try AI tools".into(),
        mentor: "See how budgets are made".into(),
    };
    agreements::add(&mut tx, pair, 1, &goals, None)
        .await
        .unwrap();
    let round = RoundId(tx.new_id());
    rounds::conclude(&mut tx, round, Origin::Scheduled, State::Proposed, None, 0)
        .await
        .unwrap();
    let proposal = Proposal {
        mentor: "UZOE".into(),
        mentee: "UYAN".into(),
        score: 60,
        reasons: Vec::new(),
        owner_must_confirm: false,
    };
    rounds::add_proposal(&mut tx, round, &proposal)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn home(harness: &Harness, user: &str) -> String {
    harness.slack.open_home(user).await;
    shown(harness, user)
}

fn shown(harness: &Harness, user: &str) -> String {
    harness.slack.home(user).unwrap().render()
}

both! {
    async fn the_home_says_where_one_stands_and_its_buttons_work(engine: Engine) {
        let (harness, pair) = before_the_reminder(engine).await;
        set(&harness, pair).await;
        let seen = home(&harness, "UANA").await;
        assert!(seen.contains("@UMAX mentors you.* Month 1 of 6.\n*Next meeting:* Wednesday, March 4th, 2026 at 2:00 PM"), "{seen}");
        assert!(seen.contains("*Goals,* a draft that nobody has signed yet:\n• You: Try AI tools\n• @UMAX: See how budgets are made"), "{seen}");

        assert!(harness.slack.click_home("UANA", "sign").await.is_ok());
        assert!(shown(&harness, "UANA").contains("signed by you; @UMAX hasn't signed yet:"), "at once");
        assert!(home(&harness, "UMAX").await.contains("signed by @UANA and waiting for you:"));

        harness.slack.click_home("UANA", "other_time").await;
        let answers = Answers::from([("date", "2026-03-12"), ("time", "15:00")]);
        let submitted = harness.slack.submit("UANA", &answers).await;
        assert!(matches!(submitted, Submitted::Updated), "{submitted:?}");
        harness.run_due().await.unwrap();
        assert!(shown(&harness, "UANA").contains("*Next meeting:* Thursday, March 12th, 2026 at 3:00 PM"));
        harness.slack.close_modal("UANA").await;

        // Both engines give the same counts.
        let status = harness.slack.command("UMAX", "status").await;
        assert!(status.is_ok());
        let status = harness.slack.dm("UMAX").last().unwrap().render();
        assert!(status.contains("*You mentor @UANA.* Month 1 of 6.\n*Next meeting:* Thursday, March 12th"), "{status}");

        // The group has the meeting as a file, too.
        harness.pass(jiff::SignedDuration::from_mins(1)).await.unwrap();
        let group = harness.slack.group_dms("UANA").remove(0).messages;
        let file = group.iter().find(|message| !message.files.is_empty()).unwrap();
        assert!(file.render().ends_with("[file: Your meeting, for any calendar (meeting.ics)]"), "{}", file.render());
        let ics = String::from_utf8(file.files[0].bytes.clone()).unwrap();
        assert!(ics.contains("DTSTART:20260312T140000Z\r\n"), "{ics}");
        let tally = harness.slack.tally();
        assert_eq!((tally.files, tally.leaked_tokens, tally.rate_limited), (1, 0, 0));
        assert_eq!(tally.unknown_arguments.len(), 0, "{:?}", tally.unknown_arguments);
        assert_eq!(tally.without_text, 0);
    }
}

both! {
    async fn an_owner_finds_the_round_that_waits(engine: Engine) {
        let (harness, pair) = before_the_reminder(engine).await;
        set(&harness, pair).await;
        let seen = home(&harness, "UOWEN").await;
        assert!(seen.contains("*A round is waiting for your approval:* 1 pair, since Monday, March 2."), "{seen}");
        assert!(!seen.contains("budgets"), "{seen}");
        let place = |words: &str| seen.find(words).unwrap_or_else(|| panic!("{words}: {seen}"));
        assert!(place("A round is waiting") < place("[ Join ]"), "what waits for an owner comes first: {seen}");
        harness.slack.click_home("UOWEN", "show_round").await;
        let round = harness.slack.modal("UOWEN").unwrap().render();
        assert!(round.contains("UZOE"), "{round}");
        assert!(!home(&harness, "UANA").await.contains("approval"));
    }
}

both! {
    /// Out, back, and erased: the rows are the same on both engines.
    async fn who_is_back_stands_where_they_stood_and_who_erases_is_gone(engine: Engine) {
        let (harness, pair) = before_the_reminder(engine).await;
        set(&harness, pair).await;
        let team = TeamId::from(crate::twins::team());
        let person = |deleted: bool| PersonInSlack {
            zone: None,
            full_member: !deleted,
            deleted,
            ..person("UANA")
        };
        harness.slack.command("UANA", "pause until 2026-04-01").await;
        let mut tx = harness.bot.db.write(&team, harness.clock.now()).await.unwrap();
        let mut was = Vec::new();
        for deleted in [true, false] {
            router::person_answered(&mut tx, &person(deleted)).await.unwrap();
            let me = participants::find(&mut tx, &"UANA".into()).await.unwrap().unwrap();
            was.push((me.standing, me.paused_until.is_some()));
        }
        assert_eq!(was, [(Standing::Ineligible, true), (Standing::Paused, true)]);
        let erase = Event::Press {
            actor: Actor { team: team.clone(), user: "UANA".into() },
            action: Action::EraseMine,
            picked: None,
            typed: reverse_mentor::slack::event::Answers::default(),
            on: Surface::Message,
        };
        tx.commit().await.unwrap();
        let (db, now) = (&harness.bot.db, harness.clock.now());
        let request = RequestTx::new(db, &team, Some(&"UANA".into()), now, None);
        router::event(request, &erase).await.unwrap();
        let mut tx = db.write(&team, now).await.unwrap();
        router::person_answered(&mut tx, &person(false)).await.unwrap();
        router::timer(&mut tx, &Timer::Retention).await.unwrap();
        tx.commit().await.unwrap();
        for sql in [
            "select count(*) from people where user_id = 'UANA'",
            "select count(*) from participants where user_id = 'UANA'",
            "select count(*) from audit where actor = 'UANA' or subject = 'UANA'",
        ] {
            assert_eq!(number(&harness, sql).await, 0, "{sql}");
        }
    }
}
