//! The organization comes in from a file: nothing changes before an owner says so, and then reporting lines are known.

mod command;
mod stages;

use crate::both;
use crate::people::{profile, takes_part};
use crate::support::{Engine, number, on};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::ids::{RoundId, TeamId};
use reverse_mentor::domain::matching;
use reverse_mentor::domain::participant::Role;
use reverse_mentor::rehearse::harness::HarnessOptions;
use reverse_mentor::store::rounds::Origin;
use reverse_mentor::store::{candidates, pairs, participants, programs};
use rust_xlsxwriter::Workbook;
use slack_sandbox::{Answers, Screen, Submitted, User};

pub const SCOPES: &str = "commands chat:write im:write im:history mpim:write users:read channels:read files:write \
                      files:read users:read.email";

/// As Workday writes it, without Slack ids; the head of the company does not take part.
pub const LIST: &str = "Employee ID,Legal Name,Primary Work Email,Manager ID,Job Profile,role\r\n\
                    1,\"Ito, Ana\",ana@x.org,3,Analyst,\r\n\
                    2,\"Roe, Ben\",BEN@x.org,4,Director,\r\n\
                    3,Lea Lead,lea@x.org,5,Lead,none\r\n\
                    4,Vic Vice,vic@x.org,5,VP,none\r\n\
                    5,Cleo Top,cleo@x.org,,CEO,none\r\n";

async fn program(engine: Engine) -> Harness {
    let setting = HarnessOptions {
        program: Some(
            "time_zone = \"UTC\"\nowners = [\"UOWEN\"]\ndigest_schedule = \"0 10 1 1 *\""
                .to_owned(),
        ),
        ..HarnessOptions::default()
    };
    let harness = Harness::start(on(engine, setting).await).await.unwrap();
    harness
        .slack
        .set_scopes(&SCOPES.split_whitespace().collect::<Vec<_>>());
    for (user, email) in [
        ("UANA", "ana@x.org"),
        ("UBEN", "ben@x.org"),
        ("ULEA", "lea@x.org"),
    ] {
        harness.slack.add_user(User::new(user, user).email(email));
    }
    harness.slack.add_user(User::new("UOWEN", "Owen"));
    harness.run_due().await.unwrap();
    let now = harness.clock.now();
    let mut tx = harness
        .bot
        .db
        .write(&TeamId::from(crate::twins::team()), now)
        .await
        .unwrap();
    takes_part(&mut tx, "UANA", &profile(Role::Mentor, "Early career")).await;
    let mut ben = profile(Role::Mentee, "Director");
    (ben.share, ben.learn) = (vec!["Strategy".into()], vec!["AI tools".into()]);
    takes_part(&mut tx, "UBEN", &ben).await;
    tx.commit().await.unwrap();
    harness
}

/// Brings a file in; returns what the owner reads about it.
async fn bring_in(harness: &Harness, name: &str, content: impl AsRef<[u8]>) -> String {
    let before = harness.slack.dm("UOWEN").len();
    harness.slack.command("UOWEN", "import").await;
    let file = harness.slack.upload(name, content.as_ref());
    let picked = Answers::new().with("file", file.as_str());
    assert_eq!(
        harness.slack.submit("UOWEN", &picked).await,
        Submitted::Updated
    );
    // Slack takes one message a second for each conversation.
    harness.pass(SignedDuration::from_secs(2)).await.unwrap();
    let told = harness.slack.dm("UOWEN");
    told.iter()
        .skip(before)
        .map(slack_sandbox::Message::render)
        .collect::<Vec<_>>()
        .join("\n")
}

async fn press(harness: &Harness, button: &str) -> String {
    let card = harness.slack.dm("UOWEN").pop().unwrap();
    let answer = harness
        .slack
        .press("UOWEN", &Screen::from(&card.reference()), button)
        .await;
    assert!(answer.is_ok(), "{answer:?}");
    harness.run_due().await.unwrap();
    let dm = harness.slack.dm("UOWEN");
    dm.iter()
        .find(|one| one.reference() == card.reference())
        .unwrap()
        .render()
}

/// Whether an owner would have to look at Ana and Ben as a pair.
async fn is_to_check(harness: &Harness) -> Result<bool, matching::Barrier> {
    let now = harness.clock.now();
    let mut tx = harness
        .bot
        .db
        .read(&TeamId::from(crate::twins::team()), now)
        .await
        .unwrap();
    let settings = programs::find(&mut tx).await.unwrap().unwrap().settings;
    let pool = candidates::waiting(&mut tx, &settings, Origin::Scheduled, 1)
        .await
        .unwrap();
    let (ana, ben) = ("UANA".into(), "UBEN".into());
    pool.still_allows(&ana, &ben)?;
    // The two ways to look must agree.
    let two = candidates::two(&mut tx, &settings, (&ana, &ben), false)
        .await
        .unwrap();
    let checks = pool.owner_must_confirm(&ana, &ben);
    assert_eq!(two.owner_must_confirm(&ana, &ben), checks);
    Ok(checks)
}

both! {
    /// The owner reads what it would change, presses once, and the pair that needed a look needs none any more.
    async fn an_owner_brings_in_the_organization(engine: Engine) {
        let harness = program(engine).await;
        assert_eq!(is_to_check(&harness).await, Ok(true));
        let shown = bring_in(&harness, "people.csv", LIST).await;
        insta::assert_snapshot!("what_a_list_would_change", shown);
        assert_eq!(number(&harness, "select count(*) from organization").await, 0);
        let done = press(&harness, "take_over").await;
        insta::assert_snapshot!("a_list_is_taken_over", done);
        assert_eq!(number(&harness, "select count(*) from organization").await, 5);
        assert_eq!(is_to_check(&harness).await, Ok(false));
        // The file itself is forgotten.
        assert_eq!(number(&harness, "select count(*) from imports where list_sealed is not null").await, 0);
        let again = bring_in(&harness, "people.csv", LIST).await;
        assert!(again.contains("nothing that I didn't know"), "{again}");
    }
}

/// The same list as Excel keeps it.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let mut lines = csv::ReaderBuilder::new();
    let mut lines = lines.has_headers(false).from_reader(LIST.as_bytes());
    for (row, line) in (0..).zip(lines.records()) {
        for (column, cell) in (0..).zip(&line.unwrap()) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

both! {
    async fn a_workbook_comes_in_like_a_list_of_text(engine: Engine) {
        let harness = program(engine).await;
        let shown = bring_in(&harness, "people.xlsx", workbook()).await;
        assert!(shown.contains("5 people in the file, 3 of them found in Slack\n• 2 email addresses"), "{shown}");
        assert!(shown.contains("vic@x.org (line 5)") && shown.contains("4 new managers"), "{shown}");
        press(&harness, "take_over").await;
        assert_eq!(number(&harness, "select count(*) from organization").await, 5);
        assert_eq!(is_to_check(&harness).await, Ok(false));
    }
}

both! {
    async fn mistakes_are_told_at_their_lines_and_nothing_changes(engine: Engine) {
        let harness = program(engine).await;
        let told = bring_in(&harness, "people.csv", "name,email,stage,manager\nAna,ana@x.org,Early career,\nBo,ana@x.org,Director,Bo\n").await;
        assert!(told.contains("nothing has changed"), "{told}");
        assert!(told.contains("line 3, column email"), "{told}");
        assert_eq!(number(&harness, "select count(*) from organization").await, 0);
        assert_eq!(number(&harness, "select count(*) from imports where state = 'dropped'").await, 1);
    }
}

both! {
    /// A press on an old card, after another file came in or a day has passed, does nothing.
    async fn only_the_newest_file_can_be_taken_over(engine: Engine) {
        let harness = program(engine).await;
        bring_in(&harness, "people.csv", LIST).await;
        let first = harness.slack.dm("UOWEN").pop().unwrap();
        bring_in(&harness, "people.csv", &LIST.replace("Lea Lead", "Lea Leader")).await;
        harness.slack.press("UOWEN", &Screen::from(&first.reference()), "take_over").await;
        assert_eq!(number(&harness, "select count(*) from organization").await, 0);
        let second = harness.slack.dm("UOWEN").pop().unwrap();
        harness.pass(SignedDuration::from_hours(72)).await.unwrap();
        harness.slack.press("UOWEN", &Screen::from(&second.reference()), "take_over").await;
        assert_eq!(number(&harness, "select count(*) from organization").await, 0);
    }
}

both! {
    /// What the file says about stage and manager stands above what people said, and is not asked any more.
    async fn what_the_file_says_stands_above_what_people_said(engine: Engine) {
        let harness = program(engine).await;
        let list = "email,name,stage,department,manager\nana@x.org,Ana,Experienced,Finance,lea@x.org\nlea@x.org,Lea,Lead or manager,Finance,-\n";
        bring_in(&harness, "people.csv", list).await;
        press(&harness, "take_over").await;
        harness.slack.command("UANA", "profile").await;
        let form = harness.slack.modal("UANA").unwrap();
        assert!(form.render().contains("From your company's list:* Experienced, Finance, who you report to"), "{}", form.render());
        for asked in ["stage", "department", "manager"] {
            assert!(!form.render().contains(&format!("[{asked}]")));
        }
        harness.slack.submit("UANA", &Answers::new()).await;
        let now = harness.clock.now();
        let mut tx = harness.bot.db.read(&TeamId::from(crate::twins::team()), now).await.unwrap();
        let ana = participants::find(&mut tx, &"UANA".into()).await.unwrap().unwrap().profile;
        assert_eq!((ana.stage.as_str(), ana.manager), ("Experienced", Some("ULEA".into())));
    }
}

both! {
    /// The file shows that two who meet are in one line: the owner is told privately, and the two are not.
    async fn running_pairs_are_looked_at_again(engine: Engine) {
        let harness = program(engine).await;
        let now = harness.clock.now();
        let mut tx = harness.bot.db.write(&TeamId::from(crate::twins::team()), now).await.unwrap();
        let two = (&"UANA".into(), &"UBEN".into());
        pairs::create(&mut tx, RoundId(1), two, &[], 6).await.unwrap();
        tx.commit().await.unwrap();
        bring_in(&harness, "people.csv", &LIST.replace(",ana@x.org,3,", ",ana@x.org,2,")).await;
        press(&harness, "take_over").await;
        harness.pass(SignedDuration::from_hours(3)).await.unwrap();
        let told = harness.slack.dm("UOWEN").pop().unwrap().render();
        assert!(told.contains("are now in one reporting line"), "{told}");
        for partner in ["UANA", "UBEN"] {
            assert!(harness.slack.dm(partner).iter().all(|one| !one.render().contains("line")));
        }
    }
}

both! {
    /// An app without the scope gets no file: the owner hears, and nothing waits for ever.
    async fn without_the_scope_the_owner_is_told(engine: Engine) {
        let harness = program(engine).await;
        let scopes: Vec<&str> = SCOPES.split_whitespace().filter(|scope| *scope != "files:read").collect();
        harness.slack.set_scopes(&scopes);
        bring_in(&harness, "people.csv", LIST).await;
        harness.pass(SignedDuration::from_hours(2)).await.unwrap();
        let told = harness.slack.dm("UOWEN");
        let told: Vec<String> = told.iter().map(slack_sandbox::Message::render).collect();
        assert!(told.iter().any(|text| text.contains("files:read")), "{told:#?}");
        assert_eq!(number(&harness, "select count(*) from imports where state = 'dropped'").await, 1);
    }
}

both! {
    /// Where a header may mean this or that, the owner is asked, once.
    async fn an_unclear_column_is_asked_about(engine: Engine) {
        let harness = program(engine).await;
        let list = "email,name,Boss's name\nana@x.org,Ana,lea@x.org\nlea@x.org,Lea,-\n";
        let told = bring_in(&harness, "people.csv", list).await;
        assert!(told.contains("“Boss's name” may have the manager"), "{told}");
        let card = harness.slack.dm("UOWEN").pop().unwrap();
        harness.slack.press("UOWEN", &Screen::from(&card.reference()), "say_columns").await;
        let picked = Answers::new().with("manager", "Boss's name");
        assert_eq!(harness.slack.submit("UOWEN", &picked).await, Submitted::Updated);
        harness.run_due().await.unwrap();
        press(&harness, "take_over").await;
        let known = number(&harness, "select count(*) from organization").await;
        assert_eq!(known, 2);
        let now = harness.clock.now();
        let mut tx = harness.bot.db.read(&TeamId::from(crate::twins::team()), now).await.unwrap();
        let managers = candidates::managers(&mut tx).await.unwrap();
        assert_eq!(managers.get(&"UANA".into()), Some(&"ULEA".into()));
    }
}

both! {
    /// Two owners bring in a list at once. The second to press reads what that would change by now, before it does.
    async fn only_what_an_owner_has_read_is_taken_over(engine: Engine) {
        let harness = program(engine).await;
        owned_by(&harness, &["UOWEN", "ULEA"]).await;
        bring_in(&harness, "people.csv", LIST).await;
        let card = harness.slack.dm("UOWEN").pop().unwrap();
        harness.slack.command("ULEA", "import").await;
        let file = harness.slack.upload("newer.csv", LIST.replace(",ana@x.org,3,", ",ana@x.org,4,").as_bytes());
        harness.slack.submit("ULEA", &Answers::new().with("file", file.as_str())).await;
        harness.pass(SignedDuration::from_secs(2)).await.unwrap();
        let newer = harness.slack.dm("ULEA").pop().unwrap();
        harness.slack.press("ULEA", &Screen::from(&newer.reference()), "take_over").await;
        harness.run_due().await.unwrap();
        let vice = managers(&harness).await["UANA"].clone();
        assert_ne!(vice, "ULEA", "{vice}");

        let shown = press(&harness, "take_over").await;
        assert!(shown.contains("Another list has come in since you read this one"), "{shown}");
        assert!(shown.contains("1 new manager") && shown.contains("0 new, 1 changed"), "{shown}");
        assert_eq!(managers(&harness).await["UANA"], vice);
        harness.slack.press("UOWEN", &Screen::from(&card.reference()), "take_over").await;
        harness.run_due().await.unwrap();
        assert_eq!(managers(&harness).await["UANA"], "ULEA");
    }
}

async fn owned_by(harness: &Harness, owners: &[&str]) {
    let (team, now) = (TeamId::from(crate::twins::team()), harness.clock.now());
    let mut tx = harness.bot.db.write(&team, now).await.unwrap();
    let program = programs::find(&mut tx).await.unwrap().unwrap();
    let mut settings = (*program.settings).clone();
    settings.owners = owners.iter().map(|owner| (*owner).into()).collect();
    programs::save(&mut tx, &settings, true).await.unwrap();
    tx.commit().await.unwrap();
}

async fn managers(harness: &Harness) -> std::collections::BTreeMap<String, String> {
    let now = harness.clock.now();
    let team = TeamId::from(crate::twins::team());
    let mut tx = harness.bot.db.read(&team, now).await.unwrap();
    let managers = candidates::managers(&mut tx).await.unwrap();
    let managers = managers.into_iter();
    managers
        .map(|(person, manager)| (person.to_string(), manager.to_string()))
        .collect()
}

both! {
    /// Who is no owner any more takes nothing over, whatever they have read.
    async fn a_list_of_somebody_who_is_no_owner_any_more_waits_for_nobody(engine: Engine) {
        let harness = program(engine).await;
        bring_in(&harness, "people.csv", LIST).await;
        owned_by(&harness, &["ULEA"]).await;
        let card = harness.slack.dm("UOWEN").pop().unwrap();
        let pressed = harness.slack.press("UOWEN", &Screen::from(&card.reference()), "take_over").await;
        harness.run_due().await.unwrap();
        let refused = pressed.ephemeral.unwrap_or_default();
        assert!(refused.contains("owner"), "{refused}");
        assert_eq!(number(&harness, "select count(*) from organization").await, 0);
        harness.pass(SignedDuration::from_hours(25)).await.unwrap();
        assert_eq!(number(&harness, "select count(*) from imports where list_sealed is not null").await, 0);
    }
}

both! {
    /// A round waits for approval when the list shows that two of its people are in one line: they don't meet, and the owner hears why.
    async fn a_round_that_waits_follows_the_list(engine: Engine) {
        let harness = program(engine).await;
        harness.slack.command("UOWEN", "round").await;
        harness.pass(SignedDuration::from_secs(30)).await.unwrap();
        let round = harness.slack.dm("UOWEN").pop().unwrap();
        assert!(round.render().contains("@UANA"), "{}", round.render());
        bring_in(&harness, "people.csv", LIST.replace(",ana@x.org,3,", ",ana@x.org,2,")).await;
        press(&harness, "take_over").await;
        harness.pass(SignedDuration::from_secs(30)).await.unwrap();
        let dm = harness.slack.dm("UOWEN");
        let seen = dm.iter().map(slack_sandbox::Message::render).collect::<Vec<_>>().join("\n---\n");
        assert!(!seen.contains("[ Approve ]"), "{seen}");
        assert_eq!(number(&harness, "select count(*) from pairs").await, 0);
    }
}
