//! Owners see what people will read, before anybody does.

use crate::domain::program::Settings;
use crate::domain::wording::Worded;
use crate::features::{Error, Reply, setup};
use crate::slack::event::{Action, Answer, Form};
use crate::testing::feature_test::{FeatureTest, render_view};
use crate::testing::months::{ANA, OWEN, settings};

async fn shown(test: &FeatureTest, worded: Worded) -> String {
    let pressed = test.press(OWEN, Action::ShowWorded { worded }).await;
    render_view(&pressed.unwrap().modal.unwrap().view())
}

#[tokio::test]
async fn the_three_messages_read_as_they_will() {
    let test = FeatureTest::new(settings()).await;
    insta::assert_snapshot!(shown(&test, Worded::Welcome).await, @r"
    ┌ What people will read
    │ *Right after joining*, people read this. Only they see it. Here it's for Mina, who is made up.
    │ [ Welcome ]  [ Introduction ]  [ Weekly digest ]
    │ ----
    │ *You're in.* Thank you for joining.
    │ *You take part as* a mentor: you teach.
    │ *Stage:* Early career
    │ *You share:* AI tools
    │ *You would like to learn:* How decisions are made
    │ *What happens next*
    │ I'll look for a partner who's a good fit for you in the next round: <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>. One of the program's owners looks over every match first. I'll write to you privately as soon as there's news.
    │ · `/reverse-mentor profile` changes what you told me, `pause` gives you a break, `leave` ends it. `/reverse-mentor help` shows the rest.
    └ [ Close ]
    ");
    insta::assert_snapshot!(shown(&test, Worded::Introduction).await, @r"
    ┌ What people will read
    │ *When two are matched*, they read this in a message of their own. Mina and Robert are made up.
    │ [ Welcome ]  [ Introduction ]  [ Weekly digest ]
    │ ----
    │ # Good to have you both
    │ @Mina, meet @Robert. You're a reverse mentoring pair: @Mina is the mentor and shows what they know, @Robert is the mentee and shares what they've learned along the way. You're both here to learn.
    │ *Who you are*
    │ • @Mina: Customer support
    │ • @Robert: Data
    │ *What would make this worthwhile for* @Mina
    │ > To see how a decision is really made.
    │ *What would make this worthwhile for* @Robert
    │ > One thing that I do differently each month.
    │ *Why the two of you*
    │ • @Mina can share “AI tools”, which @Robert wants to learn about.
    │ • @Robert can share “How decisions are made”, which @Mina wants to learn about.
    │ • You work in different departments.
    │ · Times for your first meeting follow, and draft goals for both of you. I post here now and then, and I don't read your conversation.
    └ [ Close ]
    ");
    insta::assert_snapshot!(shown(&test, Worded::Digest).await, @r"
    ┌ What people will read
    │ *Once a week*, the digest channel reads this, with a chart of recent weeks once there are some. *It's an example:* the figures are made up.
    │ [ Welcome ]  [ Introduction ]  [ Weekly digest ]
    │ ----
    │ # Reverse mentoring this week
    │ • *Active pairs:* about 25
    │ • *Met in the past month:* about 15 of about 20 pairs that reported
    │ • *Agreements signed:* about 20 of about 25 agreements
    │ • *In the program:* about 60 people
    │ • *Without a partner:* about 10 people
    │ • *Learning about:* AI tools (about 15)
    │ *Next match:* <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>.
    │ *Want to take part?* Press *Join* or type `/reverse-mentor join`. You'll see what to expect before you decide, and only you see the form.
    │ · Never shown here: names, anything anyone wrote, or figures over fewer than 5. To protect everyone's privacy, numbers are rounded to multiples of 5 and move only when at least 5 have changed.
    └ [ Close ]
    ");
    assert!(test.queued().await.is_empty(), "nobody gets anything");
}

#[tokio::test]
async fn bare_and_large_programs_have_examples_too() {
    let bare = Settings {
        topics: Vec::new(),
        departments: Vec::new(),
        minimum_group: 1000,
        ..settings()
    };
    let test = FeatureTest::new(bare).await;
    for worded in Worded::ALL {
        let read = shown(&test, worded).await;
        assert!(!read.contains("fewer than 1000 people"), "{read}");
    }
}

#[tokio::test]
async fn only_owners_look() {
    let test = FeatureTest::new(settings()).await;
    let worded = Worded::Welcome;
    let pressed = test.press(ANA, Action::ShowWorded { worded }).await;
    assert!(matches!(pressed, Err(Error::User(_))));
}

/// A program that Slack's owners edit, with a second owner.
async fn edited_in_slack() -> FeatureTest {
    let settings = Settings {
        owners: vec![OWEN.into(), "UOLA".into()],
        ..settings()
    };
    let test = FeatureTest::new(settings).await;
    for owner in [OWEN, "UOLA"] {
        test.seen(owner, "UTC").await;
    }
    let mut tx = test.tx().await;
    setup::released(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    test
}

async fn writes(test: &FeatureTest, form: Form, words: &str) -> Reply {
    let answers = [("words", Answer::Text(words.into()))];
    test.submit(OWEN, form, &answers).await.unwrap()
}

fn view(reply: &Reply) -> String {
    render_view(&reply.modal.as_ref().unwrap().view())
}

#[tokio::test]
async fn a_company_puts_words_of_its_own_at_the_top() {
    let test = edited_in_slack().await;
    let worded = Worded::Introduction;
    let opened = test.press(OWEN, Action::OpenWorded { worded }).await;
    insta::assert_snapshot!(view(&opened.unwrap()), @r"
    ┌ Introduction
    │ A few words of your own for the top of the introduction. What people have to know stays below them: who sees what, what happens next, and how to get out.
    │ In your words (optional)
    │   [ ____ ]
    │   · At most 600 characters. {program} becomes the program's name, {months} becomes how long a pair meets, {mentor} becomes the mentor, {mentee} becomes the mentee. Leave it empty for none.
    └ [ Cancel ]  [ Show it to me first ]
    ");
    let words = "Hi {mentor} & {mentee}, from all of us in *People*.";
    let looked = writes(&test, Form::Worded { worded }, words).await;
    insta::assert_snapshot!(view(&looked), @r"
    ┌ Introduction
    │ *When two are matched*, they read this in a message of their own. Mina and Robert are made up.
    │ ----
    │ # Good to have you both
    │ Hi @Mina &amp; @Robert, from all of us in *People*.
    │ @Mina, meet @Robert. You're a reverse mentoring pair: @Mina is the mentor and shows what they know, @Robert is the mentee and shares what they've learned along the way. You're both here to learn.
    │ *Who you are*
    │ • @Mina: Customer support
    │ • @Robert: Data
    │ *What would make this worthwhile for* @Mina
    │ > To see how a decision is really made.
    │ *What would make this worthwhile for* @Robert
    │ > One thing that I do differently each month.
    │ *Why the two of you*
    │ • @Mina can share “AI tools”, which @Robert wants to learn about.
    │ • @Robert can share “How decisions are made”, which @Mina wants to learn about.
    │ • You work in different departments.
    │ · Times for your first meeting follow, and draft goals for both of you. I post here now and then, and I don't read your conversation.
    │ ----
    │ In your words (optional)
    │   [ Hi {mentor} & {mentee}, from all of us in *People*. ]
    │   · At most 600 characters. {program} becomes the program's name, {months} becomes how long a pair meets, {mentor} becomes the mentor, {mentee} becomes the mentee. Leave it empty for none.
    │ · If you change something here, you'll see it again before it's saved.
    └ [ Cancel ]  [ Save ]
    ");
    let form = looked.modal.unwrap().form;
    // Other words are shown first.
    let other = writes(&test, form.clone(), "Hello").await;
    assert!(view(&other).contains("│ Hello\n"));
    assert!(!shown(&test, worded).await.contains("in *People*"));
    let saved = writes(&test, form.clone(), words).await;
    assert!(
        view(&saved).contains("*Saved.* From now on, the introduction begins with your words.")
    );
    assert!(
        shown(&test, worded)
            .await
            .contains("Hi @Mina &amp; @Robert, from all of us")
    );
    assert_eq!(
        test.count("UOLA", "Your words for the introduction: written anew")
            .await,
        1
    );
    let again = writes(&test, form, words).await;
    assert!(view(&again).contains("Nothing changed"));
    // Without words, it is as before.
    let none = writes(&test, Form::Worded { worded }, " ").await;
    let saved = writes(&test, none.modal.unwrap().form, "").await;
    assert!(view(&saved).contains("without words of yours"));
}

#[tokio::test]
async fn what_may_not_be_written_is_refused_with_the_way_out() {
    let test = edited_in_slack().await;
    let worded = Worded::Welcome;
    for (words, problem) in [
        ("Hi {mentor}", "What I can fill in: {program}, {months}."),
        ("@channel hello", "Please leave out @channel"),
        ("<!here> hello", "Please leave out “<!”"),
    ] {
        let refused = writes(&test, Form::Worded { worded }, words).await;
        assert!(refused.errors[0].1.contains(problem), "{refused:?}");
    }
    for form in [
        Form::Worded { worded },
        Form::WordedLooked {
            worded,
            words: "Hi".into(),
        },
    ] {
        let answers = [("words", Answer::Text("Hi".into()))];
        let tried = test.submit(ANA, form, &answers).await;
        assert!(matches!(tried, Err(Error::User(_))));
    }
}

#[tokio::test]
async fn a_file_keeps_its_words() {
    let mut declared = settings();
    declared
        .wording
        .set(Worded::Digest, "{program}, week by week.");
    let test = FeatureTest::new(declared).await;
    let worded = Worded::Digest;
    let read = shown(&test, worded).await;
    assert!(read.contains("Reverse mentoring, week by week."));
    assert!(!read.contains("Add your own words"));
    let opened = test.press(OWEN, Action::OpenWorded { worded }).await;
    assert!(matches!(opened, Err(Error::User(why)) if why.as_str().contains("program.toml")));
}
