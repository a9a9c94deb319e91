//! The pair card of both members, in each state of the pair.

use crate::domain::cycle::{Cycle, MetAnswer, State as Month};
use crate::domain::goals::Goals;
use crate::domain::ids::PairId;
use crate::domain::pair::State;
use crate::domain::participant::Standing;
use crate::slack::blocks::cut;
use crate::slack::event::{Action, Answer, Form};
use crate::store::agreements::{self, Side};
use crate::store::{cycles, pairs};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::months::{ANA, MAX, settings};
use crate::testing::people;
use jiff::SignedDuration;
use jiff::civil::{date, time};

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// The pair lines of status; the Home must say the same.
async fn sees(test: &FeatureTest, user: &str) -> String {
    let reply = test.command(user, "status").await.unwrap();
    let shown = unlinked(&render(&reply.say.unwrap()));
    let (pairs, _) = shown.split_once("\n*You take part as*").unwrap();
    let mut tx = test.db.read(&test.team, test.now).await.unwrap();
    let home = crate::router::home(&mut tx, &test.actor(user)).await;
    let home = unlinked(&render_view(&serde_json::json!(home.unwrap())));
    let both = pairs.split("\n*You're on a break").next().unwrap();
    assert!(home.contains(both), "status:\n{pairs}\n\nhome:\n{home}");
    // A phone shows about twenty lines.
    assert!(pairs.lines().count() <= 8, "{pairs}");
    pairs.to_owned()
}

async fn both_see(test: &FeatureTest, mentor: &str, mentee: &str) -> String {
    let (one, other) = (sees(test, mentor).await, sees(test, mentee).await);
    format!("{one}\n──\n{other}")
}

/// Text without link addresses and time markup.
fn unlinked(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let (inside, after) = after.split_once('>').unwrap();
        let shown = match inside.split_once('|') {
            Some((target, label)) if target.starts_with("https:") => {
                format!("<{}…|{label}>", cut(target, 24))
            }
            Some((_, label)) => format!("({label})"),
            None => format!("<{inside}>"),
        };
        out.push_str(&shown);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A signed pair with goals, whose first month is open.
async fn opened() -> (FeatureTest, PairId, Cycle) {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    agree(&test, pair, 1).await;
    for side in [Side::Mentor, Side::Mentee] {
        sign(&test, pair, 1, side).await;
    }
    test.pass(days(2)).await;
    let month = test.month(pair).await;
    (test, pair, month)
}

async fn agree(test: &FeatureTest, pair: PairId, version: i64) {
    let goals = Goals {
        mentee: "Try <AI> tools, and see how the youngest teams use them every day without asking \
                 anybody for permission or help, and then do it like them"
            .into(),
        mentor: "See how budgets\nare made".into(),
    };
    let mut tx = test.tx().await;
    agreements::add(&mut tx, pair, version, &goals, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn sign(test: &FeatureTest, pair: PairId, version: i64, side: Side) {
    let mut tx = test.tx().await;
    agreements::sign(&mut tx, pair, version, side)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn plan(test: &FeatureTest, month: &Cycle) {
    let cycle = month.id;
    let answers = [
        ("date", Answer::Date(date(2026, 3, 12))),
        ("time", Answer::Time(time(15, 0, 0, 0))),
    ];
    let form = Form::OtherTime { cycle, plans: None };
    test.submit(ANA, form, &answers).await.unwrap();
}

#[tokio::test]
async fn introduced_and_then_signed_by_one_and_by_both() {
    let test = FeatureTest::program(people::settings()).await;
    let pair = test.introduced().await;
    insta::assert_snapshot!(both_see(&test, "UMIA", "USAM").await, @"
    *You mentor <@USAM>.* Month 1 of 6.
    *Next meeting:* no time yet. <@USAM> arranges it; you don't need to chase.
    *Goals,* a draft that nobody has signed yet:
    • You: Learn about strategy from experience: one real example at each meeting.
    • <@USAM>: Learn about AI tools firsthand, and try one thing between our meetings.
    [ Pick a time ]  [ Log a meeting ]  [ Sign ]  [ Edit goals ]  [ End this pair ]
    ──
    *<@UMIA> mentors you.* Month 1 of 6.
    *Next meeting:* no time yet. Any time that suits you both is good.
    *Goals,* a draft that nobody has signed yet:
    • You: Learn about AI tools firsthand, and try one thing between our meetings.
    • <@UMIA>: Learn about strategy from experience: one real example at each meeting.
    [ Pick a time ]  [ Log a meeting ]  [ Sign ]  [ Edit goals ]  [ End this pair ]
    ");
    let version = 1;
    test.press("USAM", Action::Sign { pair, version })
        .await
        .unwrap();
    insta::assert_snapshot!(both_see(&test, "UMIA", "USAM").await, @"
    *You mentor <@USAM>.* Month 1 of 6.
    *Next meeting:* no time yet. <@USAM> arranges it; you don't need to chase.
    *Goals,* signed by <@USAM> and waiting for you:
    • You: Learn about strategy from experience: one real example at each meeting.
    • <@USAM>: Learn about AI tools firsthand, and try one thing between our meetings.
    [ Pick a time ]  [ Log a meeting ]  [ Sign ]  [ Edit goals ]  [ End this pair ]
    ──
    *<@UMIA> mentors you.* Month 1 of 6.
    *Next meeting:* no time yet. Any time that suits you both is good.
    *Goals,* signed by you; <@UMIA> hasn't signed yet:
    • You: Learn about AI tools firsthand, and try one thing between our meetings.
    • <@UMIA>: Learn about strategy from experience: one real example at each meeting.
    [ Pick a time ]  [ Log a meeting ]  [ Edit goals ]  [ End this pair ]
    ");
    test.press("UMIA", Action::Sign { pair, version })
        .await
        .unwrap();
    insta::assert_snapshot!(sees(&test, "USAM").await, @"
    *<@UMIA> mentors you.* Month 1 of 6.
    *Next meeting:* no time yet. Any time that suits you both is good.
    *Goals,* signed by both of you:
    • You: Learn about AI tools firsthand, and try one thing between our meetings.
    • <@UMIA>: Learn about strategy from experience: one real example at each meeting.
    [ Pick a time ]  [ Log a meeting ]  [ Edit goals ]  [ End this pair ]
    ");
}

#[tokio::test]
async fn a_month_without_a_time_and_with_one() {
    let (mut test, _, month) = opened().await;
    insta::assert_snapshot!(both_see(&test, MAX, ANA).await, @"
    *You mentor <@UANA>.* Month 1 of 6.
    *Next meeting:* no time yet. <@UANA> arranges it; you don't need to chase.
    *Goals,* signed by both of you:
    • You: See how budgets are made
    • <@UANA>: Try &lt;AI&gt; tools, and see how the youngest teams use them every day without asking anybody for permission or help, and th…
    [ Pick a time ]  [ Log a meeting ]  [ Edit goals ]  [ End this pair ]
    I'm also looking for another partner for you.
    ──
    *<@UMAX> mentors you.* Month 1 of 6.
    *Next meeting:* no time yet. Any time that suits you both is good.
    *Goals,* signed by both of you:
    • You: Try &lt;AI&gt; tools, and see how the youngest teams use them every day without asking anybody for permission or help, and th…
    • <@UMAX>: See how budgets are made
    [ Pick a time ]  [ Log a meeting ]  [ Edit goals ]  [ End this pair ]
    I'm also looking for another partner for you.
    ");
    let sort = Action::SortOut { cycle: month.id };
    test.press(ANA, sort).await.unwrap();
    insta::assert_snapshot!(sees(&test, ANA).await, @"
    *<@UMAX> mentors you.* Month 1 of 6.
    *Next meeting:* you two are sorting it out. Once you have a time, tell me and I'll remind you both.
    *Goals,* signed by both of you:
    • You: Try &lt;AI&gt; tools, and see how the youngest teams use them every day without asking anybody for permission or help, and th…
    • <@UMAX>: See how budgets are made
    [ We have a time ]  [ Log a meeting ]  [ Edit goals ]  [ End this pair ]
    I'm also looking for another partner for you.
    ");
    plan(&test, &month).await;
    insta::assert_snapshot!(both_see(&test, MAX, ANA).await, @"
    *You mentor <@UANA>.* Month 1 of 6.
    *Next meeting:* (Thursday, March 12 at 10:00 AM). Add it to <https://calendar.google……|Google Calendar> or <https://outlook.office.……|Outlook>.
    *Goals,* signed by both of you:
    • You: See how budgets are made
    • <@UANA>: Try &lt;AI&gt; tools, and see how the youngest teams use them every day without asking anybody for permission or help, and th…
    [ Move it ]  [ Skip this month ]  [ Edit goals ]  [ End this pair ]
    I'm also looking for another partner for you.
    ──
    *<@UMAX> mentors you.* Month 1 of 6.
    *Next meeting:* (Thursday, March 12 at 3:00 PM). Add it to <https://calendar.google……|Google Calendar> or <https://outlook.office.……|Outlook>.
    *Goals,* signed by both of you:
    • You: Try &lt;AI&gt; tools, and see how the youngest teams use them every day without asking anybody for permission or help, and th…
    • <@UMAX>: See how budgets are made
    [ Move it ]  [ Skip this month ]  [ Edit goals ]  [ End this pair ]
    I'm also looking for another partner for you.
    ");
    // The meeting is over, and nobody has answered yet.
    test.pass(days(9)).await;
    insta::assert_snapshot!(sees(&test, ANA).await, @"
    *<@UMAX> mentors you.* Month 1 of 6.
    *This month's meeting* was planned for (Thursday, March 12 at 3:00 PM). If you met, log it and it counts.
    *Goals,* signed by both of you:
    • You: Try &lt;AI&gt; tools, and see how the youngest teams use them every day without asking anybody for permission or help, and th…
    • <@UMAX>: See how budgets are made
    [ Log a meeting ]  [ Pick another time ]  [ Edit goals ]  [ End this pair ]
    I'm also looking for another partner for you.
    ");
    let yes = Action::DidMeet {
        cycle: month.id,
        plan: None,
        said: MetAnswer::Yes,
    };
    test.press(ANA, yes.clone()).await.unwrap();
    // Max has not said so yet, and cannot tell that she has.
    let seen = sees(&test, MAX).await;
    assert!(seen.contains("If you met, log it") && !seen.contains("so far"));
    test.press(MAX, yes).await.unwrap();
    insta::assert_snapshot!(both_see(&test, MAX, ANA).await, @"
    *You mentor <@UANA>.* Month 1 of 6, 1 meeting so far.
    *This month:* you met. The next one begins around Friday, April 3.
    *Goals,* signed by both of you:
    • You: See how budgets are made
    • <@UANA>: Try &lt;AI&gt; tools, and see how the youngest teams use them every day without asking anybody for permission or help, and th…
    [ Edit goals ]  [ End this pair ]
    I'm also looking for another partner for you.
    ──
    *<@UMAX> mentors you.* Month 1 of 6, 1 meeting so far.
    *This month:* you met. The next one begins around Friday, April 3.
    *Goals,* signed by both of you:
    • You: Try &lt;AI&gt; tools, and see how the youngest teams use them every day without asking anybody for permission or help, and th…
    • <@UMAX>: See how budgets are made
    [ Edit goals ]  [ End this pair ]
    I'm also looking for another partner for you.
    ");
    test.pass(days(25)).await;
    insta::assert_snapshot!(sees(&test, ANA).await, @"
    *<@UMAX> mentors you.* Month 2 of 6, 1 meeting so far.
    *Next meeting:* no time yet. Any time that suits you both is good.
    *Goals,* signed by both of you:
    • You: Try &lt;AI&gt; tools, and see how the youngest teams use them every day without asking anybody for permission or help, and th…
    • <@UMAX>: See how budgets are made
    [ Pick a time ]  [ Log a meeting ]  [ Edit goals ]  [ End this pair ]
    I'm also looking for another partner for you.
    ");
}

#[tokio::test]
async fn a_month_that_is_skipped() {
    let (test, _, month) = opened().await;
    let form = Form::Skip {
        cycle: month.id,
        plans: None,
    };
    test.submit(MAX, form, &[]).await.unwrap();
    insta::assert_snapshot!(sees(&test, MAX).await, @"
    *You mentor <@UANA>.* Month 1 of 6.
    *This month* is skipped, and that's all right. The next one begins around Friday, April 3.
    *Goals,* signed by both of you:
    • You: See how budgets are made
    • <@UANA>: Try &lt;AI&gt; tools, and see how the youngest teams use them every day without asking anybody for permission or help, and th…
    [ Log a meeting ]  [ Edit goals ]  [ End this pair ]
    I'm also looking for another partner for you.
    ");
}

#[tokio::test]
async fn a_break_with_and_without_a_meeting_ahead() {
    let (test, _, month) = opened().await;
    test.pauses(MAX, "open").await;
    insta::assert_snapshot!(both_see(&test, MAX, ANA).await, @"
    *You mentor <@UANA>.* Month 1 of 6.
    *On a break:* one of you is taking one, so there's nothing to plan. Your months continue afterwards.
    *Goals,* signed by both of you:
    • You: See how budgets are made
    • <@UANA>: Try &lt;AI&gt; tools, and see how the youngest teams use them every day without asking anybody for permission or help, and th…
    [ Log a meeting ]  [ Edit goals ]  [ End this pair ]
    *You're on a break.* Nobody is told why, and I'll leave you in peace until you type `/reverse-mentor resume`.
    ──
    *<@UMAX> mentors you.* Month 1 of 6.
    *On a break:* one of you is taking one, so there's nothing to plan. Your months continue afterwards.
    *Goals,* signed by both of you:
    • You: Try &lt;AI&gt; tools, and see how the youngest teams use them every day without asking anybody for permission or help, and th…
    • <@UMAX>: See how budgets are made
    [ Log a meeting ]  [ Edit goals ]  [ End this pair ]
    I'm also looking for another partner for you.
    ");
    test.command(MAX, "resume").await.unwrap();
    plan(&test, &month).await;
    test.stands(MAX, Standing::Paused).await;
    insta::assert_snapshot!(sees(&test, ANA).await, @"
    *<@UMAX> mentors you.* Month 1 of 6.
    *Next meeting:* (Thursday, March 12 at 3:00 PM). Add it to <https://calendar.google……|Google Calendar> or <https://outlook.office.……|Outlook>.
    One of you is on a break, so it's yours to keep or move.
    *Goals,* signed by both of you:
    • You: Try &lt;AI&gt; tools, and see how the youngest teams use them every day without asking anybody for permission or help, and th…
    • <@UMAX>: See how budgets are made
    [ Move it ]  [ Skip this month ]  [ Edit goals ]  [ End this pair ]
    I'm also looking for another partner for you.
    ");
}

#[tokio::test]
async fn goals_changed_ask_for_signatures_again() {
    let (test, pair, _) = opened().await;
    agree(&test, pair, 2).await;
    sign(&test, pair, 2, Side::Mentor).await;
    let seen = both_see(&test, MAX, ANA).await;
    assert!(
        seen.contains("signed by you; <@UANA> hasn't signed yet:"),
        "{seen}"
    );
    assert!(
        seen.contains("signed by <@UMAX> and waiting for you:"),
        "{seen}"
    );
    // Until they have met, the meeting comes first.
    assert!(
        seen.contains("[ Pick a time ]  [ Log a meeting ]  [ Sign ]"),
        "{seen}"
    );
}

#[tokio::test]
async fn the_months_are_over() {
    let (test, pair, month) = opened().await;
    let mut tx = test.tx().await;
    cycles::step(&mut tx, month.id, Month::Open, Month::Held)
        .await
        .unwrap();
    let found = pairs::find(&mut tx, pair).await.unwrap().unwrap();
    crate::store::met::say(&mut tx, month.id, 0, (&found, &ANA.into()), "yes")
        .await
        .unwrap();
    pairs::step(&mut tx, pair, State::Active, State::Closing)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    insta::assert_snapshot!(sees(&test, ANA).await, @"
    *<@UMAX> mentors you.* Your months together are over, with 1 meeting on record. One last check-in asks each of you what comes next.
    *Goals,* signed by both of you:
    • You: Try &lt;AI&gt; tools, and see how the youngest teams use them every day without asking anybody for permission or help, and th…
    • <@UMAX>: See how budgets are made
    [ End this pair ]
    I'm also looking for another partner for you.
    ");
}

#[tokio::test]
async fn meetings_are_logged_from_where_one_stands() {
    let (test, _, _) = opened().await;
    let form = test.press(MAX, Action::LogMeeting).await.unwrap();
    assert_eq!(form.modal.unwrap().form, Form::LogMeeting);
    let logged = test.submit(MAX, Form::LogMeeting, &[]).await.unwrap();
    assert!(logged.home, "the Home behind it is shown afresh");
    assert!(sees(&test, MAX).await.contains("*This month:* you met."));
}

#[tokio::test]
async fn two_pairs_are_told_apart_and_strangers_see_neither() {
    let (test, _, _) = opened().await;
    let mut tx = test.tx().await;
    let members = (&"UZOE".into(), &ANA.into());
    pairs::create(&mut tx, crate::domain::ids::RoundId(2), members, &[], 6)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let reply = test.command(ANA, "status").await.unwrap().say.unwrap();
    let shown = render(&reply);
    assert!(
        shown.contains("*<@UMAX> mentors you.* Month 1 of 6.\n"),
        "{shown}"
    );
    assert!(
        shown.contains("*<@UZOE> mentors you.* You meet once a month"),
        "{shown}"
    );
    let ids: Vec<String> = reply
        .blocks
        .iter()
        .flat_map(|block| block["elements"].as_array().cloned().unwrap_or_default())
        .filter_map(|element| element["action_id"].as_str().map(str::to_owned))
        .collect();
    let mut once = ids.clone();
    once.sort();
    once.dedup();
    assert_eq!(ids.len(), once.len(), "{ids:?}");
    // Screen readers get who and when, but no addresses and no goals.
    assert!(!reply.text.contains("https:") && !reply.text.contains("budgets"));
    assert!(reply.text.contains("no time yet"), "{}", reply.text);
    test.joins("UEVE", "mentor", "Early career").await;
    let strangers = test.command("UEVE", "status").await.unwrap().say.unwrap();
    assert!(!render(&strangers).contains("budgets"));
}
