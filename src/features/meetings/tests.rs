mod agenda;
mod answers;
mod breaks;
mod busy;
mod calendar;
mod calling_off;
mod late;
mod nudges;
mod private;
mod skipping;

use crate::domain::cadence::local;
use crate::domain::cycle::{Cycle, MetAnswer, State};
use crate::domain::goals::Goals;
use crate::domain::happening::{Ending, Happening};
use crate::domain::ids::PairId;
use crate::domain::participant::Standing;
use crate::features::{Error, Reply};
use crate::slack::event::{Action, Answer, Event, Form};
use crate::store::outbox::Kind;
use crate::store::{agreements, cycles, met, pairs, people};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::months::{ANA, MAX, blank, settings};
use crate::testing::outgoing::Queued;
use crate::testing::people::person;
use jiff::civil::{Date, Time, date, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

fn shown(reply: &Reply) -> String {
    if let Some(modal) = &reply.modal {
        return render_view(&modal.view());
    }
    reply
        .replace
        .as_ref()
        .or(reply.say.as_ref())
        .map(render)
        .unwrap_or_default()
}

/// A pair whose first month is open.
async fn opened() -> (FeatureTest, PairId, Cycle) {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(days(2)).await;
    let month = test.month(pair).await;
    (test, pair, month)
}

/// The slots on Ana's card.
async fn slots(test: &FeatureTest) -> Vec<i64> {
    let card = test.messages(ANA).await;
    let buttons = card[0]
        .blocks
        .iter()
        .flat_map(|block| block["elements"].as_array().cloned().unwrap_or_default());
    buttons
        .filter_map(|button| Action::decode(button["value"].as_str()?))
        .filter_map(|action| match action {
            Action::PickSlot { at, .. } => Some(at),
            _ => None,
        })
        .collect()
}

/// Ana has picked the second slot, on Friday.
async fn planned() -> (FeatureTest, PairId, Cycle) {
    let (test, pair, month) = opened().await;
    let second = slots(&test).await[1];
    let pick = Action::PickSlot {
        cycle: month.id,
        at: second,
    };
    test.press(ANA, pick).await.unwrap();
    let month = test.month(pair).await;
    (test, pair, month)
}

/// The meeting is over, and both were asked.
async fn asked() -> (FeatureTest, PairId, Cycle) {
    let (mut test, pair, month) = planned().await;
    // It waits from Friday evening to Monday, for Ana.
    let over = month.ask_at().unwrap().duration_since(test.now) + days(3);
    test.pass(over).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2);
    (test, pair, month)
}

/// The reminder and its calendar file, as they were queued.
async fn reminder_and_file(test: &FeatureTest) -> [Queued; 2] {
    let queued = test.queued().await.into_iter();
    let both = queued.filter(|row| matches!(row.kind, Kind::MeetingSoon | Kind::CalendarFile));
    let both: Vec<Queued> = both.collect();
    both.try_into().ok().expect("one of each")
}

async fn said(test: &FeatureTest, user: &str, month: &Cycle, said: MetAnswer) -> String {
    said_of(test, user, month, month.plans, said).await
}

/// Answers the card about the plan of that number.
async fn said_of(
    test: &FeatureTest,
    user: &str,
    month: &Cycle,
    plan: i64,
    said: MetAnswer,
) -> String {
    let (cycle, plan) = (month.id, Some(plan));
    let press = Action::DidMeet { cycle, plan, said };
    shown(&test.press(user, press).await.unwrap())
}

/// The stored answer about that plan, in the latest month.
async fn kept(test: &FeatureTest, pair: PairId, plan: i64, user: &str) -> Option<String> {
    let mut tx = test.tx().await;
    let pair = pairs::find(&mut tx, pair).await.unwrap().unwrap();
    let month = cycles::latest(&mut tx, pair.id).await.unwrap().unwrap();
    let said = met::of(&mut tx, month.id).await.unwrap();
    said.of(plan, &pair, &user.into()).map(str::to_owned)
}

#[tokio::test]
async fn a_month_goes_from_the_card_to_the_question() {
    let (test, _, month) = asked().await;
    said(&test, ANA, &month, MetAnswer::Yes).await;
    said(&test, MAX, &month, MetAnswer::Yes).await;
    insta::assert_snapshot!(blank(&test.told().await), @"
    ── UANA (cycle_opens)
    *Time for your first meeting with <@UMAX>*
    You make the first move, so <@UMAX> never has to chase. This one is for getting to know each other: how each of you works, what you both hope for, and one thing <@UMAX> would like to show you.
    45 minutes, within working hours for both of you:
    [ Wednesday, March 4 at 3:00 PM ]  [ Friday, March 6 at 3:30 PM ]  [ Tuesday, March 10 at 2:30 PM ]
    [ Pick another time ]  [ We'll sort it out ]  [ Skip this month ]
    · Times are in your time zone. Only you can see this; when you pick one, I'll tell you both in your group message.
    ── UMAX + UANA (answer)
    *Planned:* <!date^1772807400^{date_long_pretty} at {time}|Friday, March 6 at 3:30 PM (Europe/Berlin)>, about 45 minutes.
    <@UANA> picked the time; either of you can move it.
    [ Google Calendar ↗ https://calendar.google.com/calendar/render?action=TEMPLATE&… ]  [ Outlook ↗ https://outlook.office.com/calendar/deeplink/compose?path=%2… ]  [ Move it ]  [ Skip this month ]
    · Everyone sees times in their own time zone.
    ── UMAX + UANA (meeting_soon)
    *Coming up:* you two meet <!date^1772807400^{date_long_pretty} at {time}|Friday, March 6 at 3:30 PM (Europe/Berlin)>.
    An agenda, if you want one:
    • How each of you likes to work, and how best to ask each other things
    • What you both hope to get out of these months
    • One thing worth showing right away
    [ Google Calendar ↗ https://calendar.google.com/calendar/render?action=TEMPLATE&… ]  [ Outlook ↗ https://outlook.office.com/calendar/deeplink/compose?path=%2… ]  [ Move it ]  [ Skip this month ]
    · Everyone sees times in their own time zone.
    ── UMAX + UANA (calendar_file)
    The same meeting as a file. Open it to add it to whichever calendar you use.
    <meeting.ics: Your meeting, for any calendar>
    ── UMAX (did_you_meet)
    *Did you and <@UANA> meet on Friday, March 6?*
    [ Yes, we met ]  [ It moved ]  [ Not this time ]
    · Only you can see this, and <@UANA> isn't told which button you press. No answer is fine too.
    ── UANA (did_you_meet)
    *Did you and <@UMAX> meet on Friday, March 6?*
    [ Yes, we met ]  [ It moved ]  [ Not this time ]
    · Only you can see this, and <@UMAX> isn't told which button you press. No answer is fine too.
    ── UANA (reflection)
    After your meeting with <@UMAX>, one question just for you:
    *(a question)*
    [ Answer ]
    · Only you see your answer, unless you press share.
    ── UMAX (reflection)
    After your meeting with <@UANA>, one question just for you:
    *(a question)*
    [ Answer ]
    · Only you see your answer, unless you press share.
    ");
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn the_first_month_opens_the_next_working_day_when_both_are_there() {
    let (_, _, month) = opened().await;
    // Tuesday, 9:00 in New York.
    assert_eq!(month.opened_at, at("2026-03-03T14:00:00Z"));
    assert_eq!((month.number, month.state), (1, State::Open));
}

#[tokio::test]
async fn without_a_plan_both_are_asked_after_a_week_and_the_mentee_after_two() {
    let (mut test, pair, month) = opened().await;
    test.pass(days(40)).await;
    let told = test.told().await;
    let told = told.split_once("nudge_week").unwrap().1;
    let told = told.split_once("(cycle_opens").unwrap().0;
    insta::assert_snapshot!(told, @"
    )
    *No time for this month's meeting yet.* Calendars fill up; it happens. Either of you can pick a time.
    1. <!date^1773237600^{date_long_pretty} at {time}|Wednesday, March 11 at 3:00 PM (Europe/Berlin)>
    2. <!date^1773410400^{date_long_pretty} at {time}|Friday, March 13 at 3:00 PM (Europe/Berlin)>
    3. <!date^1773754200^{date_long_pretty} at {time}|Tuesday, March 17 at 2:30 PM (Europe/Berlin)>
    [ Pick time 1 ]  [ Pick time 2 ]  [ Pick time 3 ]
    [ Pick another time ]  [ We'll sort it out ]  [ Skip this month ]
    · Everyone sees times in their own time zone.
    ── UANA (nudge_fortnight)
    *Nothing is planned with <@UMAX> yet, and that happens.* Two minutes now is all it takes. And if this month won't work, skip it, with a note if you like: no harm done.
    45 minutes, within working hours for both of you:
    [ Wednesday, March 18 at 3:00 PM ]  [ Friday, March 20 at 3:00 PM ]  [ Tuesday, March 24 at 2:30 PM ]
    [ Pick another time ]  [ We'll sort it out ]  [ Skip this month ]
    · Times are in your time zone. Only you can see this.
    ── UANA
    ");
    let first = test.months(pair).await[0].clone();
    assert_eq!(first.id, month.id);
    assert_eq!(first.state, State::Unknown, "silence is unknown");
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn months_keep_their_local_time_over_the_change_of_clocks() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(days(120)).await;
    let opened: Vec<String> = test
        .months(pair)
        .await
        .iter()
        .map(|month| local(month.opened_at, &berlin()).to_string())
        .collect();
    assert_eq!(
        opened,
        [
            "2026-03-03T15:00:00",
            "2026-04-03T15:00:00",
            // The 3rd is a Sunday.
            "2026-05-04T15:00:00",
            "2026-06-03T15:00:00",
        ]
    );
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn an_outage_before_the_month_lets_it_begin_afterwards() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.now += days(10);
    test.run_due().await;
    assert_eq!(test.sent().await.len(), 0, "New York is still asleep");
    test.pass(days(1)).await;
    assert_eq!(test.of_kind(Kind::CycleOpens).await, 1);
    let month = test.month(pair).await;
    assert_eq!(month.opened_at, at("2026-03-12T13:00:00Z"));
    assert_eq!(month.anchor.at, month.opened_at, "its days count from then");
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn after_an_outage_stale_nudges_are_dropped() {
    let (mut test, _, _) = opened().await;
    test.now = at("2026-03-19T10:00:00Z");
    test.run_due().await;
    // The message to both has expired; the one to the mentee has not.
    assert_eq!(test.of_kind(Kind::NudgeWeek).await, 0);
    assert_eq!(test.of_kind(Kind::NudgeFortnight).await, 1);
    assert_eq!(test.sent().await.len(), 2, "with the opening's");
    test.pass(days(3)).await;
    assert_eq!(test.sent().await.len(), 2);
}

#[tokio::test]
async fn an_outage_over_a_whole_meeting_asks_once_and_does_not_remind() {
    let (mut test, _, _) = planned().await;
    let before = test.sent().await.len();
    test.now += days(7);
    test.run_due().await;
    test.pass(days(1)).await;
    assert_eq!(test.of_kind(Kind::MeetingSoon).await, 0);
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2);
    assert_eq!(test.sent().await.len(), before + 2);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn one_signed_goal_is_on_the_card_and_none_is_in_a_link() {
    let (mut test, pair, _) = planned().await;
    let goals = Goals {
        mentee: "Try <AI> tools".into(),
        mentor: "See how budgets are made".into(),
    };
    let mut tx = test.tx().await;
    agreements::add(&mut tx, pair, 1, &goals, None)
        .await
        .unwrap();
    for side in [agreements::Side::Mentor, agreements::Side::Mentee] {
        agreements::sign(&mut tx, pair, 1, side).await.unwrap();
    }
    agreements::complete(&mut tx, pair, 1).await.unwrap();
    let unsigned = Goals::default();
    agreements::add(&mut tx, pair, 2, &unsigned, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.pass(days(40)).await;
    let reminder = test.last_of_kind(Kind::MeetingSoon).await;
    let card = test.last_of_kind(Kind::CycleOpens).await;
    assert!(
        reminder.contains("Getting to know each other"),
        "the first time is for that: {reminder}"
    );
    let thread = "A starting point for this month, from <@UANA>'s goal:\n> Try &lt;AI&gt; tools\nBoth goals are on";
    assert!(card.contains(thread) && !card.contains("budgets"), "{card}");
    test.pass(days(30)).await;
    let card = test.last_of_kind(Kind::CycleOpens).await;
    assert!(
        card.contains("<@UMAX>'s goal:\n> See how budgets are made") && !card.contains("Try"),
        "they take turns: {card}"
    );
    for message in test.messages("pair/").await {
        let elements = message.blocks.iter().flat_map(|block| {
            let found = block["elements"].as_array().cloned();
            found.unwrap_or_default()
        });
        for url in elements.filter_map(|element| element["url"].as_str().map(str::to_owned)) {
            assert!(!url.contains("budgets"), "{url}");
        }
    }
}

#[tokio::test]
async fn a_slot_pressed_twice_or_by_the_other_plans_once() {
    let (test, pair, month) = opened().await;
    let slots = slots(&test).await;
    let pick = |at| Action::PickSlot {
        cycle: month.id,
        at,
    };
    let first = shown(&test.press(ANA, pick(slots[0])).await.unwrap());
    let again = shown(&test.press(ANA, pick(slots[0])).await.unwrap());
    let other = shown(&test.press(MAX, pick(slots[1])).await.unwrap());
    assert_eq!(first, again);
    assert_eq!(first, other, "what holds now");
    assert!(
        first.starts_with("*Time chosen:* <@UANA> and <@UMAX> meet"),
        "{first}"
    );
    assert!(
        !first.contains('['),
        "the plan itself stands elsewhere: {first}"
    );
    let month = test.month(pair).await;
    assert_eq!((month.state, month.plans), (State::Planned, 1));
    assert_eq!(month.meets_at.unwrap().as_millisecond(), slots[0]);
    assert_eq!(test.messages("pair/").await.len(), 1);
}

#[tokio::test]
async fn a_slot_that_is_past_gives_way_to_fresh_ones() {
    let (mut test, pair, month) = opened().await;
    let first = slots(&test).await[0];
    test.now = at("2026-03-30T12:00:00Z");
    let pick = Action::PickSlot {
        cycle: month.id,
        at: first,
    };
    let reply = shown(&test.press(ANA, pick).await.unwrap());
    assert!(
        reply.starts_with("That time for <@UANA> and <@UMAX> has passed."),
        "{reply}"
    );
    assert!(reply.contains("[ Pick time 3 ]"), "{reply}");
    assert_eq!(test.month(pair).await.state, State::Open);
}

/// They now live too far apart: no button offers an impossible time.
#[tokio::test]
async fn without_slots_a_time_is_picked_by_hand() {
    let (mut test, _, month) = opened().await;
    test.seen(MAX, "Asia/Tokyo").await;
    test.seen(ANA, "America/Los_Angeles").await;
    test.now = at("2026-03-30T12:00:00Z");
    let press = Action::PickSlot {
        cycle: month.id,
        at: 0,
    };
    insta::assert_snapshot!(shown(&test.press(ANA, press).await.unwrap()), @"
    That time for <@UANA> and <@UMAX> has passed.
    I couldn't find a time within working hours for both of you in the next two weeks. Is there one that suits you both anyway?
    [ Pick a time ]  [ We'll sort it out ]  [ Skip this month ]
    · Everyone sees times in their own time zone.
    ");
}

#[tokio::test]
async fn strangers_change_nothing() {
    let (test, pair, month) = opened().await;
    let cycle = month.id;
    let slot = slots(&test).await[0];
    let presses = [
        Action::PickSlot { cycle, at: slot },
        Action::OtherTime { cycle },
        Action::SortOut { cycle },
        Action::OpenSkip { cycle },
        Action::DidMeet {
            cycle,
            plan: None,
            said: MetAnswer::Yes,
        },
    ];
    for press in presses {
        let answer = test.press("UEVE", press).await;
        let Err(Error::User(refusal)) = answer else {
            panic!("{answer:?}");
        };
        assert!(
            refusal.as_str().contains("only they can answer it"),
            "{refusal}"
        );
    }
    for form in [
        Form::OtherTime { cycle, plans: None },
        Form::Skip { cycle, plans: None },
    ] {
        assert!(test.submit("UEVE", form, &[]).await.is_err());
    }
    assert_eq!(test.month(pair).await, month);
}

async fn other_time(test: &FeatureTest, month: &Cycle, day: Date, hour: Time) -> Reply {
    let cycle = month.id;
    let answers = [("date", Answer::Date(day)), ("time", Answer::Time(hour))];
    test.submit(ANA, Form::OtherTime { cycle, plans: None }, &answers)
        .await
        .unwrap()
}

#[tokio::test]
async fn another_time_is_on_ones_own_clock_and_within_reason() {
    let (test, pair, month) = opened().await;
    let cycle = month.id;
    let form = test.press(ANA, Action::OtherTime { cycle }).await.unwrap();
    let view = form.modal.unwrap().view().to_string();
    assert!(view.contains("Your time zone: Europe/Berlin."), "{view}");

    let past = other_time(&test, &month, date(2026, 3, 2), time(10, 0, 0, 0)).await;
    assert_eq!(past.errors[0].0, "date");
    let earlier = other_time(&test, &month, date(2026, 3, 4), time(8, 0, 0, 0)).await;
    assert_eq!(earlier.errors[0].0, "time");
    let far = other_time(&test, &month, date(2026, 7, 1), time(10, 0, 0, 0)).await;
    assert!(
        far.errors[0]
            .1
            .contains("Pick Wednesday, April 15 or sooner")
    );
    assert_eq!(test.month(pair).await, month);

    let good = other_time(&test, &month, date(2026, 3, 12), time(15, 0, 0, 0)).await;
    assert!(!shown(&good).contains("outside"), "{}", shown(&good));
    assert_eq!(
        test.month(pair).await.meets_at,
        Some(at("2026-03-12T14:00:00Z"))
    );
}

#[tokio::test]
async fn out_of_hours_is_accepted_and_said() {
    let (test, pair, month) = opened().await;
    let reply = other_time(&test, &month, date(2026, 3, 12), time(10, 0, 0, 0)).await;
    assert!(shown(&reply).contains("outside the usual working hours"));
    assert_eq!(test.month(pair).await.state, State::Planned);
}

#[tokio::test]
async fn moving_a_meeting_moves_its_timers() {
    let (mut test, pair, month) = planned().await;
    let cycle = month.id;
    let moved = other_time(&test, &month, date(2026, 3, 18), time(15, 0, 0, 0)).await;
    assert!(shown(&moved).contains("*Planned:*"));
    let soon = test.timers("meeting_soon").await;
    // 9:00 in Berlin is night in New York, so the reminder waits for 9:00 there.
    assert_eq!(soon, [(cycle.to_string(), at("2026-03-17T13:00:00Z"))]);
    let over = at("2026-03-18T16:45:00Z");
    assert_eq!(
        test.timers("meeting_over").await,
        [
            (format!("{cycle}/{ANA}"), over),
            (format!("{cycle}/{MAX}"), over)
        ]
    );
    assert!(test.timers("nudge_week").await.is_empty());
    test.pass(days(21)).await;
    assert_eq!(test.of_kind(Kind::MeetingSoon).await, 1);
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2);
    assert_eq!(test.month(pair).await.plans, 2);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn sorting_it_out_buys_peace_until_the_third_week() {
    let (mut test, _, month) = opened().await;
    let cycle = month.id;
    let reply = shown(&test.press(ANA, Action::SortOut { cycle }).await.unwrap());
    insta::assert_snapshot!(reply, @r"
    Good: <@UANA> and <@UMAX>, you'll sort it out between you. Once you have a time, tell me and I'll remind you both.
    [ We have a time ]  [ Skip this month ]
    ");
    test.pass(days(10)).await;
    assert_eq!(test.of_kind(Kind::NudgeWeek).await, 0);
    test.pass(days(7)).await;
    assert!(
        test.last_of_kind(Kind::NudgeFortnight)
            .await
            .starts_with("*Have you and <@UMAX> found a time?*")
    );
    test.pass(days(7)).await;
    let asked = test.last_of_kind(Kind::DidYouMeet).await;
    assert!(asked.contains("meet this month?"), "{asked}");
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn skipping_needs_no_reason_and_carries_the_note() {
    let (mut test, pair, month) = planned().await;
    let cycle = month.id;
    let form = test.press(ANA, Action::OpenSkip { cycle }).await.unwrap();
    assert!(
        form.modal
            .unwrap()
            .view()
            .to_string()
            .contains("Shown to your partner, word for word.")
    );
    let note = [("note", Answer::Text("Quarter end <!channel>".into()))];
    let reply = test
        .submit(ANA, Form::Skip { cycle, plans: None }, &note)
        .await
        .unwrap();
    insta::assert_snapshot!(shown(&reply), @"
    ┌ This month
    │ <@UANA> and <@UMAX> are skipping this month, and that's all right. If you two meet after all, log it with the shortcut “Log a mentoring meeting” and it counts.
    └ [ Close ]
    ");
    let told = test.messages("pair/").await;
    insta::assert_snapshot!(render(told.last().unwrap()), @r"
    *The meeting is off:* <@UANA> has called it off. That happens, and it says nothing about the two of you. The next month begins around Friday, April 3.
    The meeting planned for <!date^1772807400^{date_long_pretty} at {time}|Friday, March 6 at 3:30 PM (Europe/Berlin)> is off. If it's in your calendar, please delete it there.
    <@UANA> adds:
    > Quarter end &lt;!channel&gt;
    ");
    let again = test
        .submit(ANA, Form::Skip { cycle, plans: None }, &note)
        .await
        .unwrap();
    assert_eq!(shown(&again), shown(&reply));
    assert_eq!(test.messages("pair/").await.len(), 2);
    assert_eq!(test.month(pair).await.state, State::Skipped);
    let press = Action::PickSlot { cycle, at: 0 };
    let later = shown(&test.press(MAX, press).await.unwrap());
    assert!(
        later.starts_with("<@UANA> and <@UMAX> are skipping this month"),
        "{later}"
    );
    test.pass(days(20)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 0);
}

#[tokio::test]
async fn either_yes_counts_and_both_answers_are_kept() {
    use MetAnswer::{Moved, No, Yes};
    for (ana, max, state) in [
        (Some(Yes), Some(Yes), State::Held),
        (Some(Yes), Some(No), State::Held),
        (Some(No), Some(Yes), State::Held),
        (Some(Moved), Some(Yes), State::Held),
        (Some(Yes), None, State::Held),
        (Some(No), Some(No), State::Planned),
        (Some(Moved), None, State::Planned),
        (None, None, State::Planned),
    ] {
        let (test, pair, month) = asked().await;
        for (user, answer) in [(ANA, ana), (MAX, max)] {
            if let Some(answer) = answer {
                let first = self::said(&test, user, &month, answer).await;
                let second = self::said(&test, user, &month, answer).await;
                // The question is asked and announced only once.
                assert!(first.starts_with(&second), "{first}\n{second}");
                assert_eq!(answer == Yes, first.contains("question") && first != second);
            }
        }
        let month = test.month(pair).await;
        assert_eq!(month.state, state, "{ana:?} {max:?}");
        for (user, answer) in [(ANA, ana), (MAX, max)] {
            let kept = kept(&test, pair, 1, user).await;
            assert_eq!(kept.as_deref(), answer.map(MetAnswer::as_str));
        }
        let yes = [ana, max].into_iter().filter(|said| *said == Some(Yes));
        assert_eq!(test.of_kind(Kind::Reflection).await, yes.count());
    }
}

#[tokio::test]
async fn a_meeting_that_moved_gets_a_new_time_and_a_new_question() {
    let (mut test, pair, month) = asked().await;
    insta::assert_snapshot!(said(&test, ANA, &month, MetAnswer::Moved).await, @"
    Noted: it moved. If you and <@UMAX> already have the new time, add it with “Pick another time”.
    1. <!date^1773234000^{date_long_pretty} at {time}|Wednesday, March 11 at 2:00 PM (Europe/Berlin)>
    2. <!date^1773410400^{date_long_pretty} at {time}|Friday, March 13 at 3:00 PM (Europe/Berlin)>
    3. <!date^1773754200^{date_long_pretty} at {time}|Tuesday, March 17 at 2:30 PM (Europe/Berlin)>
    [ Pick time 1 ]  [ Pick time 2 ]  [ Pick time 3 ]
    [ Pick another time ]  [ We'll sort it out ]  [ Skip this month ]
    · Everyone sees times in their own time zone.
    ");
    let day = local(test.now, &berlin()).date().saturating_add(days(5));
    other_time(&test, &month, day, time(15, 30, 0, 0)).await;
    let late = said_of(&test, MAX, &month, 1, MetAnswer::No).await;
    assert!(
        late.starts_with("*Time chosen:*"),
        "the old card shows what holds: {late}"
    );
    assert_eq!(kept(&test, pair, 1, MAX).await.as_deref(), Some("no"));
    assert_eq!(kept(&test, pair, 1, ANA).await.as_deref(), Some("moved"));
    test.pass(days(8)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 4);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn a_yes_counts_however_late() {
    let (mut test, pair, month) = asked().await;
    test.pass(days(40)).await;
    let first = || async { test.months(pair).await[0].clone() };
    assert_eq!(first().await.state, State::Unknown);
    let no = said(&test, MAX, &month, MetAnswer::No).await;
    assert_eq!(
        no,
        "Noted, thank you. Nothing more to do for that month with <@UANA>."
    );
    assert_eq!(first().await.state, State::Unknown);
    said(&test, ANA, &month, MetAnswer::Yes).await;
    assert_eq!(first().await.state, State::Held);
    assert_eq!(test.of_kind(Kind::Reflection).await, 1);
}

async fn log(test: &FeatureTest, user: &str, day: Date) -> Reply {
    let answers = [("date", Answer::Date(day))];
    test.submit(user, Form::LogMeeting, &answers).await.unwrap()
}

#[tokio::test]
async fn a_meeting_can_be_logged_by_either() {
    let (mut test, pair, _) = opened().await;
    test.pass(days(3)).await;
    let actor = test.actor(MAX);
    let form = test.event(Event::LogMeeting { actor }).await.unwrap();
    insta::assert_snapshot!(shown(&form), @"
    ┌ Log a meeting
    │ Your meeting with <@UANA>.
    │ On which day?
    │   [ 2026-03-07 ▾ ]
    │ · It counts for that month, whichever of you logs it. I don't ask what you talked about.
    └ [ Cancel ]  [ Log it ]
    ");
    let tomorrow = log(&test, MAX, date(2026, 3, 8)).await;
    assert_eq!(tomorrow.errors[0].0, "date");
    insta::assert_snapshot!(shown(&log(&test, MAX, date(2026, 3, 6)).await), @"
    ┌ Logged
    │ Your meeting with <@UANA> on Friday, March 6 is on record. One short question follows, just for you.
    └ [ Close ]
    ");
    let month = test.month(pair).await;
    assert_eq!(month.state, State::Held);
    assert_eq!(kept(&test, pair, 0, MAX).await.as_deref(), Some("yes"));
    let again = shown(&log(&test, MAX, date(2026, 3, 6)).await);
    assert!(
        again.contains("is on record.\n"),
        "no second question: {again}"
    );
    assert_eq!(test.of_kind(Kind::Reflection).await, 1);

    let actor = test.actor("UEVE");
    let stranger = test.event(Event::LogMeeting { actor }).await.unwrap();
    assert!(shown(&stranger).contains("│ You don't have a pair"));
    let logged = log(&test, "UEVE", date(2026, 3, 5)).await;
    assert!(shown(&logged).contains("│ You don't have a pair"));
}

#[tokio::test]
async fn a_logged_meeting_counts_for_the_month_of_its_day() {
    let (mut test, pair, _) = opened().await;
    test.pass(days(40)).await;
    log(&test, ANA, date(2026, 3, 20)).await;
    let states: Vec<State> = test.months(pair).await.iter().map(|m| m.state).collect();
    assert_eq!(states, [State::Held, State::Open]);
}

#[tokio::test]
async fn a_break_stops_the_months_and_coming_back_takes_them_up() {
    let (mut test, pair, month) = opened().await;
    test.stands(ANA, Standing::Paused).await;
    test.stands(ANA, Standing::Paused).await;
    assert_eq!(
        render(test.messages("pair/").await.last().unwrap()),
        "<@UANA> is taking a break from the program. Your months are on hold and continue afterwards; there's nothing to do."
    );
    assert_eq!(test.messages("pair/").await.len(), 1);
    let quiet = test.sent().await.len();
    // A card from before the break can still be pressed.
    let at = (test.now + days(2)).as_millisecond();
    let cycle = month.id;
    let pressed = test
        .press(MAX, crate::slack::event::Action::PickSlot { cycle, at })
        .await;
    assert!(pressed.unwrap_err().to_string().contains("on a break"));
    test.pass(days(50)).await;
    assert_eq!(test.sent().await.len(), quiet);
    assert_eq!(test.month(pair).await.id, month.id);

    test.stands(ANA, Standing::Active).await;
    test.pass(days(4)).await;
    let states: Vec<State> = test.months(pair).await.iter().map(|m| m.state).collect();
    assert_eq!(states, [State::OnBreak, State::Open]);
    let month = test.month(pair).await;
    assert_eq!(month.anchor.at, month.opened_at, "months count from here");
    assert_eq!(test.of_kind(Kind::CycleOpens).await, 2);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn a_short_break_leaves_the_month_its_time() {
    let (mut test, pair, month) = planned().await;
    test.stands(MAX, Standing::Paused).await;
    assert!(
        render(test.messages("pair/").await.last().unwrap())
            .ends_with("The meeting you've planned is yours to keep or move.")
    );
    test.stands(MAX, Standing::Active).await;
    assert_eq!(test.month(pair).await, month);
    test.pass(days(14)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2);
}

#[tokio::test]
async fn a_partner_who_moves_takes_the_reminder_along() {
    let (test, _, month) = planned().await;
    let before = test.timers("meeting_soon").await;
    let mut tx = test.tx().await;
    let moved = person(ANA, Some("America/New_York"));
    people::save(&mut tx, &moved).await.unwrap();
    tx.commit().await.unwrap();
    test.happens(Happening::ZoneChanged(ANA.into())).await;
    let after = test.timers("meeting_soon").await;
    assert_eq!(after[0].0, month.id.to_string());
    let new_york = TimeZone::get("America/New_York").unwrap();
    assert_eq!(local(after[0].1, &new_york).time(), time(9, 0, 0, 0));
    assert!(!before.is_empty());
}

#[tokio::test]
async fn an_ended_pair_is_left_alone() {
    let (mut test, pair, month) = planned().await;
    let mut tx = test.tx().await;
    pairs::close(&mut tx, pair, Ending::Ended).await.unwrap();
    tx.commit().await.unwrap();
    test.happens(Happening::PairEnded {
        pair,
        by: Some(MAX.into()),
        why: Ending::Ended,
    })
    .await;
    for kind in [
        "meeting_soon",
        "meeting_over",
        "cycle_closes",
        "cycle_opens",
    ] {
        assert!(test.timers(kind).await.is_empty(), "{kind}");
    }
    let nudges = test
        .sent()
        .await
        .into_iter()
        .filter(|sent| sent.nudge)
        .count();
    test.pass(days(60)).await;
    let later = test
        .sent()
        .await
        .into_iter()
        .filter(|sent| sent.nudge)
        .count();
    assert_eq!(nudges, later);
    let press = Action::DidMeet {
        cycle: month.id,
        plan: None,
        said: MetAnswer::Yes,
    };
    let Err(Error::User(refusal)) = test.press(ANA, press).await else {
        panic!("refused");
    };
    assert!(refusal.as_str().contains("This pair has ended"));
}

#[tokio::test]
async fn a_meeting_late_in_the_month_holds_the_next_month_back() {
    let (mut test, pair, month) = opened().await;
    other_time(&test, &month, date(2026, 4, 9), time(15, 30, 0, 0)).await;
    test.pass(days(36)).await;
    assert_eq!(test.months(pair).await.len(), 1, "it is April 9");
    test.pass(days(5)).await;
    let states: Vec<State> = test.months(pair).await.iter().map(|m| m.state).collect();
    assert_eq!(states, [State::Unknown, State::Open], "Monday, April 13");
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn pairs_that_said_something_are_counted_for_the_digest() {
    let (test, _, month) = asked().await;
    let since = test.now - days(30);
    said(&test, MAX, &month, MetAnswer::No).await;
    let counts = || async {
        let mut tx = test.tx().await;
        cycles::reported_since(&mut tx, since).await.unwrap()
    };
    assert_eq!(
        counts().await,
        cycles::Reported {
            met: 0,
            reported: 1
        }
    );
    said(&test, ANA, &month, MetAnswer::Yes).await;
    assert_eq!(
        counts().await,
        cycles::Reported {
            met: 1,
            reported: 1
        }
    );
}
