//! Owners look after pairs: what they see, what they read first, and what the two learn of it.

use crate::domain::ids::PairId;
use crate::domain::overview::Care;
use crate::domain::participant::Standing;
use crate::features::{Error, Reply};
use crate::router;
use crate::slack::event::{Action, Answer, Form};
use crate::store::outbox::Kind;
use crate::store::{audit, pairs, participants};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::months::{ANA, MAX, OWEN, SUE, settings};
use jiff::SignedDuration;

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn shown(reply: &Reply) -> String {
    let modal = reply.modal.as_ref().or(reply.update.as_ref());
    render_view(&modal.expect("a modal").view())
}

fn refused(reply: Result<Reply, Error>) -> String {
    match reply {
        Err(Error::User(text)) => text.into_string(),
        other => panic!("not refused: {other:?}"),
    }
}

async fn care(test: &FeatureTest, owner: &str, pair: PairId, care: Care) -> Reply {
    test.press(owner, Action::Care(pair, care)).await.unwrap()
}

async fn confirms(test: &FeatureTest, pair: PairId, care: Care) -> Reply {
    let form = Form::Care { pair, care };
    test.submit(OWEN, form, &[]).await.unwrap()
}

/// Whom each new message goes to, with its text.
async fn since(test: &FeatureTest, before: usize) -> Vec<String> {
    let sent = test.sent().await;
    let new = sent[before..].iter();
    new.map(|one| format!("{:?}: {}", one.to, one.text))
        .collect()
}

async fn open(test: &FeatureTest, pair: PairId) -> bool {
    let mut tx = test.tx().await;
    pairs::find(&mut tx, pair).await.unwrap().unwrap().is_open()
}

#[tokio::test]
async fn owners_see_every_pair_and_person_and_nobody_else_does() {
    let (mut test, _) = FeatureTest::signed(settings()).await;
    test.pass(DAY * 2).await;
    let list = shown(&test.command(OWEN, "pairs").await.unwrap());
    insta::assert_snapshot!(list, @"
    ┌ Pairs
    │ 1 meeting, goals not signed
    │ ----
    │ <@UMAX> → <@UANA> · month 1 of 6 · meeting, goals not signed
    │ [ ⋯ ] (Nudge them kindly, Ask both how it goes, Swap with another pair, Hand to the support contact, End the pair kindly)
    │ ----
    │ [ Make a pair by hand ]  [ End this cohort ]
    │ · States and days only: no answers, no reasons. Whatever you choose in a pair's menu is shown to you first, word for word.
    └ [ Close ]
    ");
    let people = shown(&test.command(OWEN, "people").await.unwrap());
    insta::assert_snapshot!(people, @"
    ┌ People
    │ Have one, would take another: *2*
    │ ----
    │ *Have one, would take another*
    │ <@UANA>, <@UMAX>
    │ ----
    │ [ Make a pair by hand ]  [ Start the next cohort ]
    │ · Why someone is on a break or not looking is theirs to know, so I never ask.
    └ [ Close ]
    ");
    for command in ["pairs", "people"] {
        let no = refused(test.command(ANA, command).await);
        assert!(no.contains("/reverse-mentor status"), "{no}");
    }
    for action in [
        Action::ShowPairs,
        Action::PagePeople { from: 0 },
        Action::OpenMakePair,
    ] {
        refused(test.press(MAX, action).await);
    }
}

#[tokio::test]
async fn an_owners_own_pair_is_for_another_owner() {
    let mut settings = settings();
    settings.owners.push(ANA.into());
    let (mut test, pair) = FeatureTest::signed(settings).await;
    test.pass(DAY * 80).await;
    let list = shown(&test.command(ANA, "pairs").await.unwrap());
    assert!(!list.contains(MAX), "{list}");
    assert!(list.contains("Your own pair isn't in this list"), "{list}");
    let theirs = shown(&test.command(OWEN, "pairs").await.unwrap());
    assert!(theirs.contains("days without a meeting"), "{theirs}");
    for care in Care::ALL {
        let no = refused(test.press(ANA, Action::Care(pair, care)).await);
        assert!(no.contains("another owner"), "{no}");
        let form = Form::Care { pair, care };
        refused(test.submit(ANA, form, &[]).await);
    }
    assert!(open(&test, pair).await);
}

/// Whether a partner looks for another, or has chosen to finish, is theirs to tell: neither the list, nor Home, nor a pair by hand
/// says it.
#[tokio::test]
async fn an_owner_does_not_learn_what_their_partner_chose() {
    let mut settings = settings();
    settings.owners.push(ANA.into());
    let (test, _) = FeatureTest::signed(settings).await;
    test.takes_part("UBEA", crate::testing::people::senior())
        .await;
    let mut seen = Vec::new();
    for looks in [true, false] {
        let mut tx = test.tx().await;
        let since = looks.then_some(test.now);
        participants::set_waiting(&mut tx, &MAX.into(), since)
            .await
            .unwrap();
        let home = router::home(&mut tx, &test.actor(ANA)).await.unwrap();
        tx.commit().await.unwrap();
        let list = shown(&test.command(ANA, "people").await.unwrap());
        assert!(!list.contains(MAX) && list.contains("UBEA"), "{list}");
        assert!(list.contains("paired with aren't in this list"), "{list}");
        let two = [
            ("mentor", Answer::User(MAX.into())),
            ("mentee", Answer::User("UBEA".into())),
        ];
        let made = test.submit(ANA, Form::MakePair, &two).await.unwrap();
        assert_eq!(made.errors.len(), 1, "it is for another owner");
        let home = render_view(&serde_json::to_value(home).unwrap());
        seen.push((list, home, made.errors[0].1.clone()));
    }
    assert_eq!(seen[0], seen[1]);
    let theirs = shown(&test.command(OWEN, "people").await.unwrap());
    assert!(theirs.contains(MAX), "{theirs}");
}

#[tokio::test]
async fn a_kind_nudge_comes_once_a_month_and_does_not_say_who_asked() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    let early = refused(test.press(OWEN, Action::Care(pair, Care::Nudge)).await);
    assert!(early.contains("about to begin"), "{early}");
    test.pass(DAY * 3).await;
    let first = shown(&care(&test, OWEN, pair, Care::Nudge).await);
    insta::assert_snapshot!(first, @"
    ┌ Nudge them kindly
    │ <@UMAX> and <@UANA> read this in their group DM, with times that suit both calendars. It doesn't say that you asked.
    │ > *A friendly hello from the program.* There's no time for this month's meeting yet. If one of these suits you both, it's one press. If it's a busy month, leaving it out is fine, too.
    └ [ Cancel ]  [ Send it ]
    ");
    let before = test.sent().await.len();
    confirms(&test, pair, Care::Nudge).await;
    let twice = refused(test.press(OWEN, Action::Care(pair, Care::Nudge)).await);
    assert!(twice.contains("pressure"), "{twice}");
    test.pass(DAY).await;
    let told = since(&test, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("A friendly hello from the program"),
        "{told:?}"
    );
    assert!(
        !told[0].contains(OWEN) && !told[0].contains("owner"),
        "{told:?}"
    );
    test.everybody_was_left_in_peace(&settings()).await;
    refused(
        test.submit(
            OWEN,
            Form::Care {
                pair,
                care: Care::Nudge,
            },
            &[],
        )
        .await,
    );
}

#[tokio::test]
async fn a_nudge_that_no_longer_applies_is_not_sent() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    // The evening of Thursday in Berlin: the nudge waits for the morning.
    test.pass(DAY * 3 + SignedDuration::from_hours(10)).await;
    confirms(&test, pair, Care::Nudge).await;
    let before = test.of_kind(Kind::NudgeWeek).await;
    test.stands(ANA, Standing::Paused).await;
    test.pass(DAY * 2).await;
    assert_eq!(test.of_kind(Kind::NudgeWeek).await, before);
    let no = refused(test.press(OWEN, Action::Care(pair, Care::Nudge)).await);
    assert!(no.contains("on a break"), "{no}");
}

#[tokio::test]
async fn both_are_asked_how_it_goes_and_the_owner_sees_no_answers() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(DAY * 3).await;
    let first = shown(&care(&test, OWEN, pair, Care::Ask).await);
    insta::assert_snapshot!(first, @"
    ┌ Ask how it goes
    │ <@UMAX> and <@UANA> are each asked this privately, with the other's name. They can say that all is good, ask for help, or end the pair kindly and be matched again. You see no answers.
    │ > *How is it going, you and <@UANA>?* The program's owners asked me to check in with you both. Whatever you press is fine, and if another partner would suit you better, that's fine, too.
    └ [ Cancel ]  [ Ask them both ]
    ");
    let before = test.sent().await.len();
    confirms(&test, pair, Care::Ask).await;
    let again = refused(test.press(OWEN, Action::Care(pair, Care::Ask)).await);
    assert!(again.contains("asked this month"), "{again}");
    test.pass(DAY * 2).await;
    let told = since(&test, before).await;
    let asked: Vec<&String> = told
        .iter()
        .filter(|one| one.contains("How is it going"))
        .collect();
    assert_eq!(asked.len(), 2, "{told:?}");
    insta::assert_snapshot!(asked[0], @r#"
    Person(UserId("UANA")): *How is it going, you and <@UMAX>?* The program's owners asked me to check in with you both. Whatever you press is fine, and if another partner would suit you better, that's fine, too.
    [ All good ]  [ I'd like some help ]  [ End it kindly ]
      asks "End this pair?: Your partner gets a neutral message with no reasons. You can both be matched again." [ Not now ]  [ End it kindly ]
    · Nobody sees your answer, neither your partner nor the program's owners. If you ask for help, they see that your pair would like some, not who asked, and no owner sees that about their own pair.
    "#);
    let list = shown(&test.command(OWEN, "pairs").await.unwrap());
    assert!(!list.contains("asked"), "{list}");
}

#[tokio::test]
async fn an_owner_ends_a_pair_with_the_words_they_read() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(DAY * 3).await;
    let first = shown(&care(&test, OWEN, pair, Care::End).await);
    insta::assert_snapshot!(first, @"
    ┌ End this pair
    │ <@UMAX> and <@UANA> each read these words, with the other's name, and are offered another match. They learn neither who decided nor why. A friendly word from you before it is kinder than any message of mine.
    │ > Your reverse mentoring pair with <@UANA> has come to an end. That happens. It's nobody's fault, and no reasons are given. Thank you for what you brought to it.
    └ [ Cancel ]  [ End it kindly ]
    ");
    assert!(open(&test, pair).await, "reading changes nothing");
    let before = test.sent().await.len();
    insta::assert_snapshot!(shown(&confirms(&test, pair, Care::End).await), @"
    ┌ End this pair
    │ Done. <@UMAX> and <@UANA> each read the words you saw in their working hours, and can ask for another match.
    └ [ Close ]
    ");
    assert!(!open(&test, pair).await);
    test.pass(DAY).await;
    let told = since(&test, before).await.join("\n");
    assert!(
        told.contains("has come to an end") && !told.contains(OWEN),
        "{told}"
    );
    let over = refused(test.press(OWEN, Action::Care(pair, Care::Ask)).await);
    assert!(over.contains("already over"), "{over}");
    let mut tx = test.tx().await;
    let noted = audit::of(&mut tx, &OWEN.into()).await.unwrap();
    assert!(
        noted.iter().any(|(_, verb)| verb == "pair_ended"),
        "{noted:?}"
    );
}

#[tokio::test]
async fn the_support_contact_is_asked_with_a_note() {
    let (test, pair) = FeatureTest::signed(settings()).await;
    let first = shown(&care(&test, OWEN, pair, Care::Support).await);
    insta::assert_snapshot!(first, @"
    ┌ Hand to support
    │ <@USUE> reads this right away:
    │ > <@UOWEN> asks you, as the program's support contact, to look after the pair of <@UMAX> and <@UANA>. A friendly “How's it going?” to each of them is a good start.
    │ A note of yours (optional)
    │   [ ____ ]
    │   · They read it with the message. Please leave out what was told to you in confidence.
    │ · The pair isn't told. I know no reasons to pass on, and I don't keep a copy of your note once Slack has it.
    └ [ Cancel ]  [ Ask them ]
    ");
    let form = Form::Care {
        pair,
        care: Care::Support,
    };
    let note = [(
        "words",
        Answer::Text("They may like a fresh start. <3".into()),
    )];
    test.submit(OWEN, form, &note).await.unwrap();
    let told = test.messages(SUE).await.pop().unwrap();
    insta::assert_snapshot!(render(&told), @"
    <@UOWEN> asks you, as the program's support contact, to look after the pair of <@UMAX> and <@UANA>. A friendly “How's it going?” to each of them is a good start.
    > They may like a fresh start. &lt;3
    · The two don't know of this message. You can answer <@UOWEN> in Slack.
    ");
    assert_eq!(test.messages(ANA).await, []);
}
