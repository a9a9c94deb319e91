//! An HR system's own words for stages: the owner says once what each is.

use super::{bring_in, press, program};
use crate::both;
use crate::support::{Engine, number};
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::store::organization;
use slack_sandbox::{Answers, Screen, Submitted};

const LEVELS: &str = "email,name,Management Level\nana@x.org,Ana,Professional\nben@x.org,Ben,Director\nlea@x.org,Lea,Manager\n\
                      max@x.org,Max,Manager\n";

/// Opens the form and returns the field of each word.
async fn open(harness: &crate::twins::Harness) -> (String, Vec<String>) {
    let card = harness.slack.dm("UOWEN").pop().unwrap();
    let screen = Screen::from(&card.reference());
    let answer = harness.slack.press("UOWEN", &screen, "say_columns").await;
    assert!(answer.is_ok(), "{answer:?}");
    let form = harness.slack.modal("UOWEN").unwrap();
    let json = form.json.to_string();
    let parts = json.split("\"block_id\":\"stage_").skip(1);
    let fields = parts.filter_map(|part| Some(format!("stage_{}", part.split_once('"')?.0)));
    (form.render(), fields.collect())
}

both! {
    /// The words are asked about once, also by the next file, with whatever is new in it.
    async fn words_that_are_no_stages_are_asked_about_once(engine: Engine) {
        let harness = program(engine).await;
        let told = bring_in(&harness, "people.csv", LEVELS).await;
        insta::assert_snapshot!("words_that_are_no_stages", told);
        let (form, fields) = open(&harness).await;
        let [professional, manager] = &fields[..] else { panic!("{form}") };
        let picked = Answers::new()
            .with("stage", "Management Level")
            .with(professional, "Experienced")
            .with(manager, "Lead or manager");
        assert_eq!(harness.slack.submit("UOWEN", &picked).await, Submitted::Updated);
        harness.run_due().await.unwrap();
        press(&harness, "take_over").await;
        let now = harness.clock.now();
        let mut tx = harness.bot.db.read(&TeamId::from(crate::twins::team()), now).await.unwrap();
        let ana = organization::find(&mut tx, &"UANA".into()).await.unwrap().unwrap();
        assert_eq!(ana.stage.as_deref(), Some("Experienced"));
        drop(tx);
        let next = bring_in(&harness, "people.csv", &format!("{LEVELS}mo@x.org,Mo,Chief\n")).await;
        assert!(next.contains("“Management Level” says “Chief”."), "{next}");
        assert!(!next.contains("Professional"), "{next}");
    }
}

both! {
    /// A column that is something else is left out, and nobody has to fill in its words.
    async fn the_whole_column_may_be_left_out(engine: Engine) {
        let harness = program(engine).await;
        let levels = LEVELS.replace("Management Level", "Job Level").replace("Professional", "1").replace("Manager", "6");
        bring_in(&harness, "people.csv", &levels).await;
        let (form, _) = open(&harness).await;
        insta::assert_snapshot!("numbers_of_another_column", form);
        let picked = Answers::new().with("stage", "-");
        assert_eq!(harness.slack.submit("UOWEN", &picked).await, Submitted::Updated);
        harness.run_due().await.unwrap();
        press(&harness, "take_over").await;
        assert_eq!(number(&harness, "select count(*) from organization").await, 4);
    }
}
