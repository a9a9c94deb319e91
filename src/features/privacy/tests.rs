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
    insta::assert_snapshot!(render(&reply.say.unwrap()), @r#"
    *Who sees what*
    • *Only you:* who you'd rather not be paired with, your reflections, and what I write to you here.
    • *Your partner:* your role, stage, department, site and topics, what you hope for, your shared goals and meetings, and a reflection only when you press “share”.
    • *Program owners:* who takes part and as what, who is paired with whom and why, and whether a pair needs attention. Never why someone pauses or leaves, never a reflection or a conversation.
    • *The channel:* figures over groups large enough that nobody can be singled out. Never names.
    • *Your manager:* nothing, unless they're one of the program's owners. I ask who they are only so that you two aren't paired.
    • *Me:* I can't read your conversation with your partner; I haven't asked Slack for access to it.
    What people write is stored encrypted. What a pair wrote is erased 90 days after the pair ends.
    [ Show everything stored about me ]  [ Erase my data ]
      asks "Erase your data?: Your profile and what you wrote are erased right away, and you leave the program. Any pair you're in ends; your partner gets a neutral message. This can't be undone." [ Keep my data ]  [ Erase ]
    · Only you can see this.
    "#);
    // A person who never joined has nothing to erase.
    let reply = test.command("U9", "privacy").await.unwrap();
    assert!(!render(&reply.say.unwrap()).contains("Erase"));
}

async fn the_file(test: &FeatureTest) -> String {
    test.files().await.pop().unwrap().content
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
    · Also stored: Copies of what I sent you, for a few weeks; the days in the last week when I wrote to you unasked; what recent matches were made from, for two months: your profile as it was then, encrypted, and who was proposed to you; and what others told me that mentions you, such as that you're their manager. Only you can see this.
    ");
    test.press("U1", Action::ExportMine).await.unwrap();
    assert_eq!(test.files().await.len(), 1, "pressed twice, sent once");
    insta::assert_snapshot!(the_file(&test).await, @"
    Everything stored about you, U1.
    As of 2026-03-02. Days are in your own time zone. People appear here by their Slack id; a profile in Slack shows it under “Copy member ID”.

    You

    Status: taking part
    Joined: 2026-03-02
    Waiting for a partner since: 2026-03-02
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
    Workspace admin: no

    A pair with U2, you as mentor

    State: introduced
    Since: 2026-03-02
    Months began: 2026-03-02
    Months agreed on: 6
    Why you were matched: U2 wants to learn Beekeeping

    Also stored

    Copies of what I sent you, for a few weeks; the days in the last week when I wrote to you unasked; what recent matches were made from, for two months: your profile as it was then, encrypted, and who was proposed to you; and what others told me that mentions you, such as that you're their manager.
    ");
    test.press("U2", Action::ExportMine).await.unwrap();
    let theirs = the_file(&test).await;
    assert!(!theirs.contains("U8") && !theirs.contains("a lot"));
    let nobody = test.press("U9", Action::ExportMine).await.unwrap();
    assert!(render(&nobody.say.unwrap()).contains("No profile, and no pair."));
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
    test.submit(MAX, Form::Skip { cycle }, &note).await.unwrap();
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
    let (test, _) = months_of_a_pair().await;
    test.press(MAX, Action::ExportMine).await.unwrap();
    let file = the_file(&test).await;
    let (_, file) = file.split_once("\nA pair with").unwrap();
    insta::assert_snapshot!(blank(&format!("A pair with{file}")), @r"
    A pair with UANA, you as mentor

    State: active
    Since: 2026-03-02
    Months began: 2026-03-02
    Months agreed on: 6
    Why you were matched: Max can teach AI tools
    Goals, version 1 of 2026-03-02, the first draft:
      The mentee: First goal
      The mentor: Budgets
      You signed it: no
    Goals, version 2 of 2026-03-02, written by UANA:
      The mentee: Second goal
      The mentor: Budgets
      You signed it: no
    Month 1, from 2026-03-03: held
      You said whether you met: yes
      On record as held since: 2026-03-05
    Month 2, from 2026-04-03: skipped
      The note with the skip, seen by both: Off to a conference

    A question after a meeting, 2026-03-05

    Asked: (a question)
    Answered: 2026-03-05
    Your confidence, of 5: 4
    Shared with your partner: no

    “Still good?”, a private check-in, 2026-04-07, after month 2

    Answered: 2026-04-07
    You chose: all good

    You invited UEVE, 2026-04-07

    Outcome: no yes, or none yet

    UEVE invited you, 2026-04-07

    Outcome: open

    Also stored

    Copies of what I sent you, for a few weeks; the days in the last week when I wrote to you unasked; what recent matches were made from, for two months: your profile as it was then, encrypted, and who was proposed to you; and what others told me that mentions you, such as that you're their manager.
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
    let (mut test, pair) = months_of_a_pair().await;
    test.slack_takes().await;
    let said = |messages: Vec<Message>| messages.iter().map(render).collect::<Vec<_>>().join("\n");
    let group = format!("pair/{pair}");
    assert!(said(test.messages(&group).await).contains("Off to a conference"));
    test.command(MAX, "pause until 2026-05-20").await.unwrap();
    let before = test.messages(ANA).await.len();
    let reply = test.press(MAX, Action::EraseMine).await.unwrap();
    insta::assert_snapshot!(render(&reply.replace.unwrap()), @"Your data is erased and you've left the program. What stays, without any of your words: that a pair existed and when it met, so that the same two people aren't matched again and the program's figures stay right. What I forget after 30 days: copies of what I wrote to others, which may mention you; that a colleague invited you; and what was on its way at this moment. Thank you for taking part.");
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
    assert!(mine.pairs.iter().all(|pair| pair.pair.reasons.is_empty()));
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
