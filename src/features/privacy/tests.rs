mod private_answers;
mod without_a_profile;

use crate::domain::checkin::Kind as About;
use crate::domain::goals::Goals;
use crate::domain::ids::{CycleId, PairId, RoundId, UserId};
use crate::domain::message::Message;
use crate::domain::program::Settings;
use crate::slack::event::{Action, Answer, Form};
use crate::store::invitations::{self, State};
use crate::store::{agreements, checkins, pairs, participants, personal_data, reflections};
use crate::testing::feature_test::{FeatureTest, fill, render};
use crate::testing::months::{ANA, MAX, blank, settings};
use jiff::SignedDuration;
use jiff::civil::date;

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

async fn two_in_a_pair() -> FeatureTest {
    let test = FeatureTest::new(Settings::default()).await;
    test.seen("U1", "Europe/Berlin").await;
    test.seen("U8", "UTC").await;
    let view = test
        .command("U1", "join")
        .await
        .unwrap()
        .modal
        .unwrap()
        .view();
    let mut answers = fill(&view);
    answers.insert("rather_not".into(), Answer::Users(vec!["U8".into()]));
    answers.insert("hopes".into(), Answer::Text("To <learn> a lot".into()));
    answers.insert("share_more".into(), Answer::Text("Beekeeping".into()));
    test.submits("U1", Form::Join, answers).await.unwrap();
    test.joins("U2", "mentee", "Director").await;
    let mut tx = test.tx().await;
    let reasons = ["U2 wants to learn Beekeeping".to_owned()];
    let members = (&"U1".into(), &"U2".into());
    pairs::create(&mut tx, RoundId(1), members, &reasons, 6)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test
}

#[tokio::test]
async fn privacy_says_who_sees_what() {
    let test = two_in_a_pair().await;
    let reply = test.command("U1", "privacy").await.unwrap();
    insta::assert_snapshot!(render(&reply.say.unwrap()), @"
    *Who sees what*
    • *Only you:* your working hours, who you'd rather not be paired with, what I write to you here, your reflections and your answers to check-ins.
    • *Your partner:* your role, department, site and topics, what you hope for, your time zone, your shared goals, your meetings and a reflection only when you press “share”.
    • *Program owners:* who takes part and as what (role, stage, department and site), whether you're on a break, and until when, whether you're looking for a partner, how many working hours you share with somebody they may pair you with, who you report to, where they check that before a pair is introduced, what the list they bring in says: your stage, department, site and manager, who is paired with whom and why, the months of which you both say that you met, whether a pair needs attention, who might be paired with whom and why and who was left over in a round. Never why someone pauses or leaves, never a reflection or a conversation.
    • *The support contact:* what you ask me to pass on to them, with your name, after you've read it as they will. I forget it once Slack has it.
    • *The channel:* figures over groups large enough that nobody can be singled out. Never names.
    • *Your manager:* nothing, unless they're one of the program's owners. I ask who they are only so that you two aren't paired.
    • *Me:* I can't read your conversation with your partner; I haven't asked Slack for access to it.
    *For how long*
    • *While you take part, and 90 days after you leave:* profile; questions after meetings, and ratings; choices and ratings in check-ins.
    • *Until 90 days after a pair ends:* why two people were matched; goals and signatures; notes with a skipped month; answers to “did you meet?”; what people wrote after meetings; what people wrote in check-ins.
    • *Not for long:* what Slack says about people (as long as the program needs it); what is planned (until it is done); what came of a message (for seconds); calls to Slack (for minutes); waits that Slack asked for (for an hour at most).
    • *For a day:* lists of people on their way in; programs being set up.
    • *For 7 days:* days on which I wrote unasked.
    • *For 30 days:* messages (their words only until Slack has them); invitations.
    • *For 62 days:* proposed pairs (half a year, if an owner left one out); why two people were proposed; who was left over in a round, and why; what owners changed in a round; what rounds were made from.
    • *For 400 days:* what your company's list of people says (the owners' next file brings it back); what owners last read in their weekly note; that owners have read of a fall in confidence; where in Slack messages to you stand; record of what was done to the program; which owner asked for a round; which owner decided a round.
    • *For 730 days:* a mark, which names nobody, that someone isn't asked again.
    • *Until someone changes it:* settings (who the owners and the support contact are).
    • *For good:* pairs (so that the same two people aren't matched again); months of pairs, and when they met (so that the program's figures stay right).
    • *If your workspace removes me:* everything is erased after 90 days. Until then nothing is sent.
    What people write is stored encrypted.
    [ Show everything about me ]  [ Erase my data ]
      asks \"Erase your data?: Your profile and what you wrote are erased right away, and you leave the program. Any pair you're in ends; your partner gets a neutral message. This can't be undone.\" [ Keep my data ]  [ Erase ]
    · Only you can see this.
    ");
    // A person who never joined has nothing to erase.
    let reply = test.command("U9", "privacy").await.unwrap();
    assert!(!render(&reply.say.unwrap()).contains("Erase"));
}

async fn the_file(test: &FeatureTest) -> String {
    test.files().await.pop().unwrap().content
}

/// Where there is a circle, people read who sees them in it.
#[tokio::test]
async fn privacy_says_who_is_seen_in_the_mentor_circle() {
    let test = FeatureTest::new(Settings {
        mentor_circle: Some("C1".into()),
        ..Settings::default()
    })
    .await;
    let reply = test.command("U1", "privacy").await.unwrap();
    let said = render(&reply.say.unwrap());
    let members = "The mentor circle's members:* that you mentor here, once you've pressed “Join the mentor circle”.";
    assert!(said.contains(members), "{said}");
}

#[tokio::test]
async fn the_export_holds_everything_of_mine_and_nothing_of_others() {
    let test = two_in_a_pair().await;
    let reply = test.press("U1", Action::ExportMine).await.unwrap();
    insta::assert_snapshot!(render(&reply.say.unwrap()), @"
    # Everything stored about you
    *You:* taking part, joined 2026-03-02
    *Waiting for a partner since:* 2026-03-02
    *Role:* mentor
    *Stage:* Early career
    *Department:* Customer support
    *Site:* Some text
    *Manager:* not given
    *Languages:* English
    *At work:* 9:00 AM to 5:00 PM
    *At once:* as a mentor 1, as a mentee 1
    *You share:* AI tools and Beekeeping
    *You would like to learn:* AI tools and Some text
    *Rather not paired with:* <@U8>
    *What would make it worthwhile:* 
    > To &lt;learn&gt; a lot
    *From Slack:* time zone Europe/Berlin, full member
    *Pairs:* 1
    *Your latest pair:* with <@U2>
    *The full record*, with every goal, meeting, answer and note, is on its way to you as a text file in our direct messages.
    · Not shown: What others told me that mentions you, such as that you're their manager: it's theirs. The words of messages: Slack has them, and I forget them once it does. Who else was proposed or left out: that's about them, too. Only you can see this.
    ");
    test.press("U1", Action::ExportMine).await.unwrap();
    assert_eq!(test.files().await.len(), 1, "pressed twice, sent once");
    insta::assert_snapshot!(the_file(&test).await, @r"
    Everything stored about you, U1.
    As of 2026-03-02. Days are in your own time zone. People appear here by their Slack id; a profile in Slack shows it under “Copy member ID”.

    You

    Status: taking part
    Joined: 2026-03-02
    Waiting for a partner since: 2026-03-02
    Changed last: 2026-03-02
    Role: mentor
    Stage: Early career
    Department: Customer support
    Site: Some text
    Manager: not given
    Languages: English
    Mentees at once: 1
    Mentors at once: 1
    You share: AI tools, Beekeeping
    You would like to learn: AI tools, Some text
    Rather not paired with: U8
    What would make it worthwhile: To <learn> a lot

    What Slack says about you

    Time zone: Europe/Berlin
    Full member: yes
    Deactivated: no
    Workspace admin: no
    Slack said so: 2026-03-02

    A pair

    Who: with U2, you as mentor
    State: running
    Why you were matched: U2 wants to learn Beekeeping
    Months agreed on: 6
    Since: 2026-03-02
    Months began: 2026-03-02

    Not shown

    What others told me that mentions you, such as that you're their manager: it's theirs. The words of messages: Slack has them, and I forget them once it does. Who else was proposed or left out: that's about them, too.
    ");
    test.press("U2", Action::ExportMine).await.unwrap();
    let theirs = the_file(&test).await;
    assert!(!theirs.contains("U8") && !theirs.contains("a lot"));
    let nobody = test.press("U9", Action::ExportMine).await.unwrap();
    assert!(render(&nobody.say.unwrap()).contains("Nothing is stored about you."));
}

/// Max has had some months: a note with a skip, ratings without words, choices, changed goals, an invitation.
async fn months_of_a_pair() -> (FeatureTest, PairId) {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    let mut tx = test.tx().await;
    for (version, goal) in [(1, "First goal"), (2, "Second goal")] {
        let goals = Goals {
            mentee: goal.into(),
            mentor: "Budgets".into(),
        };
        let by = (version == 2).then(|| UserId::from(ANA));
        agreements::add(&mut tx, pair, version, &goals, by.as_ref())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    test.pass(days(3)).await;
    let day = [("date", Answer::Date(date(2026, 3, 4)))];
    test.submit(MAX, Form::LogMeeting, &day).await.unwrap();
    let mut tx = test.tx().await;
    let reflection = reflections::by(&mut tx, &MAX.into()).await.unwrap()[0].id;
    tx.commit().await.unwrap();
    let rating = [("confidence", Answer::One("4".into()))];
    let form = Form::Reflect { reflection };
    test.submit(MAX, form, &rating).await.unwrap();
    test.pass(days(33)).await;
    let cycle = test.month(pair).await.id;
    let note = [("note", Answer::Text("Off to a conference".into()))];
    test.submit(MAX, Form::Skip { cycle, plans: None }, &note)
        .await
        .unwrap();
    let mut tx = test.tx().await;
    let checkin = checkins::create(&mut tx, pair, &MAX.into(), About::StillGood, 2)
        .await
        .unwrap()
        .unwrap();
    checkins::say(&mut tx, checkin, "all_good").await.unwrap();
    let sent = invitations::add(&mut tx, &MAX.into(), &"UEVE".into())
        .await
        .unwrap();
    invitations::answer(&mut tx, sent.unwrap(), State::Declined)
        .await
        .unwrap();
    invitations::add(&mut tx, &"UEVE".into(), &MAX.into())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (test, pair)
}

#[tokio::test]
async fn the_file_leaves_nothing_out() {
    let (test, _) = Box::pin(months_of_a_pair()).await;
    test.press(MAX, Action::ExportMine).await.unwrap();
    let file = the_file(&test).await;
    let (_, file) = file.split_once("\nA pair\n").unwrap();
    insta::assert_snapshot!(blank(&format!("A pair\n{file}")), @r"
    A pair

    Who: with UANA, you as mentor
    State: running
    Why you were matched: Max can teach AI tools
    Months agreed on: 6
    Since: 2026-03-02
    Months began: 2026-03-02

    Goals of a pair

    Pair: with UANA, you as mentor
    Version: 1
    The mentee: First goal
    The mentor: Budgets
    Written: 2026-03-02

    Goals of a pair

    Pair: with UANA, you as mentor
    Version: 2
    The mentee: Second goal
    The mentor: Budgets
    Written by: UANA
    Written: 2026-03-02

    A month of a pair

    Pair: with UANA, you as mentor
    Month: 1
    State: held
    From: 2026-03-03
    Over since: 2026-04-03

    A month of a pair

    Pair: with UANA, you as mentor
    Month: 2
    State: skipped
    From: 2026-04-03
    The note with the skip, seen by both: Off to a conference

    Your answer to “did you meet?”

    Month: 1
    As the: mentor
    You said: yes
    When: 2026-03-05

    A question after a meeting

    Pair: with UANA, you as mentor
    Asked: (a question)
    Your confidence, of 5: 4
    Shared with your partner: no
    Asked on: 2026-03-05
    Answered: 2026-03-05

    A private check-in, or a note to you

    Pair: with UANA, you as mentor
    What: still good
    After month: 2
    State: answered
    You chose: all good
    Since: 2026-04-07
    Answered: 2026-04-07

    An invitation

    From: you, UMAX
    To: UEVE
    Outcome: no yes, or none yet
    When: 2026-04-07

    An invitation

    From: UEVE
    To: you, UMAX
    Outcome: open
    When: 2026-04-07

    Not shown

    What others told me that mentions you, such as that you're their manager: it's theirs. The words of messages: Slack has them, and I forget them once it does. Who else was proposed or left out: that's about them, too.
    ");
}

#[tokio::test]
async fn no_text_is_too_long_for_the_file() {
    let (test, pair) = FeatureTest::signed(settings()).await;
    let mut tx = test.tx().await;
    for cycle in 0..40 {
        let id = reflections::create(&mut tx, pair, CycleId(cycle), &MAX.into(), "trust/mentor/1")
            .await
            .unwrap()
            .unwrap();
        let answer = format!("{cycle} {} end", "x".repeat(990));
        reflections::answer(&mut tx, id, Some(&answer), None)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    test.press(MAX, Action::ExportMine).await.unwrap();
    let file = the_file(&test).await;
    assert_eq!(file.matches(" end\n").count(), 40);
}

#[tokio::test]
async fn erasing_leaves_only_that_the_pair_existed() {
    let (mut test, pair) = Box::pin(months_of_a_pair()).await;
    test.slack_takes().await;
    let said = |messages: Vec<Message>| messages.iter().map(render).collect::<Vec<_>>().join("\n");
    let group = format!("pair/{pair}");
    assert!(said(test.messages(&group).await).contains("Off to a conference"));
    test.command(MAX, "pause until 2026-05-20").await.unwrap();
    let before = test.messages(ANA).await.len();
    let reply = test.press(MAX, Action::EraseMine).await.unwrap();
    insta::assert_snapshot!(render(&reply.replace.unwrap()), @"Your data is erased and you've left the program. What stays, without any of your words: that a pair existed and when it met, so that the same two people aren't matched again and the program's figures stay right; and what colleagues told me about themselves, such as that you're their manager. What I forget after 30 days: copies of what I wrote to others, which may mention you; that a colleague invited you; and what was on its way at this moment. Thank you for taking part.");
    // The invitation stays for the colleague, who has not heard its outcome yet.
    let left = ["invitations.invitee", "pairs.mentor"];
    assert_eq!(test.columns_with(MAX).await, left);
    insta::assert_snapshot!(said(test.messages(&group).await), @"This pair has come to an end. Thank you both for the time you gave each other. I won't post here again; the conversation stays yours.");
    // Erased data is never mentioned again.
    test.pass(days(100)).await;
    assert_eq!(test.messages(&group).await.len(), 1);
    assert_eq!(test.messages(ANA).await.len(), before + 1);
}

#[tokio::test]
async fn erasing_leaves_nothing_and_is_harmless_twice() {
    let test = two_in_a_pair().await;
    test.command("U1", "pause until 2026-03-20").await.unwrap();
    let reply = test.press("U1", Action::EraseMine).await.unwrap();
    assert!(render(&reply.replace.unwrap()).starts_with("Your data is erased"));
    let mut tx = test.tx().await;
    let mine = personal_data::read(&mut tx, &"U1".into()).await.unwrap();
    assert!(mine.profile.is_none() && mine.person.is_none());
    assert!(mine.pairs.iter().all(|pair| pair.reasons.is_empty()));
    assert!(
        participants::find(&mut tx, &"U2".into())
            .await
            .unwrap()
            .is_some()
    );
    tx.rollback().await;
    let reply = test.press("U1", Action::EraseMine).await.unwrap();
    assert!(render(&reply.replace.unwrap()).contains("nothing left to erase"));
    // They can come back, starting from nothing.
    test.joins("U1", "mentor", "Early career").await;
}
