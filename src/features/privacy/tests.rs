use crate::domain::ids::RoundId;
use crate::domain::program::Settings;
use crate::features::scene::{Scene, fill, render};
use crate::slack::event::{Action, Answer, Form};
use crate::store::{own, pairs, participants};

async fn two_in_a_pair() -> Scene {
    let scene = Scene::new(Settings::default()).await;
    scene.seen("U1", "Europe/Berlin").await;
    let view = scene
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
    scene.submits("U1", Form::Join, answers).await.unwrap();
    scene.joins("U2", "mentee", "Director").await;
    let mut tx = scene.tx().await;
    let reasons = ["U2 wants to learn Beekeeping".to_owned()];
    let members = (&"U1".into(), &"U2".into());
    pairs::create(&mut tx, RoundId(1), members, &reasons, 6)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    scene
}

#[tokio::test]
async fn privacy_says_who_sees_what() {
    let scene = two_in_a_pair().await;
    let reply = scene.command("U1", "privacy").await.unwrap();
    insta::assert_snapshot!(render(&reply.say.unwrap()), @"
    *Who sees what*
    • *You alone:* whom you would rather not be paired with, your reflections, and what I write to you here.
    • *Your partner:* your role, stage, department, site and topics, what you hope for, your shared goals and meetings, and a reflection only when you press “share”.
    • *Program owners:* who takes part, as what, who is paired with whom and why, and whether a pair needs attention. Never why somebody pauses or leaves, never a reflection or a conversation.
    • *The channel:* figures over groups large enough that nobody can be singled out. Never names.
    • *Your manager:* nothing, unless they are one of the program's owners. I ask who they are only so that you two are not paired.
    • *Me:* I cannot read your conversation with your partner; I have not asked Slack for it.
    What people write is stored encrypted. What a pair wrote is erased 90 days after the pair is over.
    [ Show everything stored about me ]  [ Erase my data ]
    Only you can see this.
    ");
    // Nothing to erase for somebody who never joined.
    let reply = scene.command("U9", "privacy").await.unwrap();
    assert!(!render(&reply.say.unwrap()).contains("Erase"));
}

#[tokio::test]
async fn the_export_holds_everything_of_mine_and_nothing_of_others() {
    let scene = two_in_a_pair().await;
    let reply = scene.press("U1", Action::ExportMine).await.unwrap();
    insta::assert_snapshot!(render(&reply.say.unwrap()), @"
    Everything stored about you
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
    *A pair* with <@U2>, you as mentor: introduced, since 2026-03-02
    Why you were matched: U2 wants to learn Beekeeping
    Besides: copies of what I sent you, for a few weeks; what the last matches were made from, for two months: your profile as it was then, encrypted, and who was proposed to you; and a record that you did things like joining or leaving, without what you wrote. Only you can see this.
    ");
    let theirs = scene.press("U2", Action::ExportMine).await.unwrap();
    let theirs = render(&theirs.say.unwrap());
    assert!(!theirs.contains("U8") && !theirs.contains("a lot"));
    let nobody = scene.press("U9", Action::ExportMine).await.unwrap();
    assert!(render(&nobody.say.unwrap()).contains("Nothing."));
}

#[tokio::test]
async fn erasing_leaves_nothing_and_is_harmless_twice() {
    let scene = two_in_a_pair().await;
    scene.command("U1", "pause until 2026-03-20").await.unwrap();
    let reply = scene.press("U1", Action::EraseMine).await.unwrap();
    assert!(render(&reply.replace.unwrap()).starts_with("Your data is erased"));
    let mut tx = scene.tx().await;
    let mine = own::read(&mut tx, &"U1".into()).await.unwrap();
    assert!(mine.profile.is_none() && mine.person.is_none());
    assert!(mine.pairs.iter().all(|pair| pair.reasons.is_empty()));
    assert!(
        participants::find(&mut tx, &"U2".into())
            .await
            .unwrap()
            .is_some()
    );
    tx.rollback().await;
    let reply = scene.press("U1", Action::EraseMine).await.unwrap();
    assert!(render(&reply.replace.unwrap()).contains("nothing left to erase"));
    // They may come back, from nothing.
    scene.joins("U1", "mentor", "Early career").await;
}
