mod agenda;
mod answers;
mod breaks;
mod busy;
mod calendar;
mod calling_off;
mod held;
mod late;
mod nudges;
mod opening;
mod own_hours;
mod planning;
mod private;
mod skipping;
mod stopping;

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

/// The reminder, as it was queued.
async fn queued_reminder(test: &FeatureTest) -> Queued {
    let mut queued = test.queued().await.into_iter();
    let reminder = queued.find(|row| row.kind == Kind::MeetingSoon);
    reminder.expect("it was queued")
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

async fn other_time(test: &FeatureTest, month: &Cycle, day: Date, hour: Time) -> Reply {
    let cycle = month.id;
    let answers = [("date", Answer::Date(day)), ("time", Answer::Time(hour))];
    test.submit(ANA, Form::OtherTime { cycle, plans: None }, &answers)
        .await
        .unwrap()
}

async fn log(test: &FeatureTest, user: &str, day: Date) -> Reply {
    let answers = [("date", Answer::Date(day))];
    test.submit(user, Form::LogMeeting, &answers).await.unwrap()
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
    ── UMAX + UANA (calendar_file)
    The same meeting as a file. Open it to add it to whichever calendar you use.
    <meeting.ics: Your meeting, for any calendar>
    ── UMAX + UANA (meeting_soon)
    *Coming up:* you two meet <!date^1772807400^{date_long_pretty} at {time}|Friday, March 6 at 3:30 PM (Europe/Berlin)>.
    An agenda, if you want one:
    • How each of you likes to work, and how best to ask each other things
    • What you both hope to get out of these months
    • One thing worth showing right away
    [ Google Calendar ↗ https://calendar.google.com/calendar/render?action=TEMPLATE&… ]  [ Outlook ↗ https://outlook.office.com/calendar/deeplink/compose?path=%2… ]  [ Move it ]  [ Skip this month ]
    · Everyone sees times in their own time zone.
    ── Card { card: Month(CycleId(287222582476800000)), place: Pair(PairId(286784697139200005)), superseded: None }
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
