//! Personal data: every column is declared, and erasing and ageing leave what the registry says.

mod operator;
pub mod whole_program;

use crate::both;
use crate::support::{Engine, execute, on};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::happening::Ending;
use reverse_mentor::domain::ids::{CheckinId, TeamId, UserId};
use reverse_mentor::domain::key::Key;
use reverse_mentor::domain::participant::Standing;
use reverse_mentor::domain::program::Settings;
use reverse_mentor::features::{privacy, retention};
use reverse_mentor::rehearse::harness::HarnessOptions;
use reverse_mentor::router;
use reverse_mentor::slack::event::Actor;
use reverse_mentor::store::outbox::{self, Kind, To};
use reverse_mentor::store::personal_data::{self, Belongs, Export, Table, Value, stays, tables};
use reverse_mentor::store::{Db, Tx, pairs, participants, programs, setup_drafts};
use slack_sandbox::User;
use sqlx::Row;
use std::collections::BTreeSet;
use whole_program::{GONE, MARK, STAYS, connect, keys, traces, tx_at, whole_program};

async fn harness(engine: Engine) -> Harness {
    let options = HarnessOptions {
        program: None,
        ..HarnessOptions::default()
    };
    Harness::start(on(engine, options).await).await.unwrap()
}

/// The columns that the database has: `table.column`.
async fn columns(url: &str) -> BTreeSet<String> {
    let sql = if url.starts_with("sqlite") {
        "select m.name as t, p.name as c from sqlite_master m join pragma_table_info(m.name) p
         where m.type = 'table' and m.name not like 'sqlite_%'"
    } else {
        "select cast(table_name as text) as t, cast(column_name as text) as c from information_schema.columns
         where table_schema = 'public'"
    };
    let rows = sqlx::query(sql).fetch_all(&mut connect(url).await).await;
    let rows = rows.unwrap();
    let names = rows.iter().map(|row| (row.get(0), row.get(1)));
    let ours = names.filter(|(table, _): &(String, String)| table != "_sqlx_migrations");
    ours.map(|(table, column)| format!("{table}.{column}"))
        .collect()
}

fn declared() -> BTreeSet<String> {
    let of = |table: &'static Table| {
        table
            .columns
            .iter()
            .map(|it| format!("{}.{}", table.name, it.name))
    };
    tables().flat_map(of).collect()
}

both! {
    alone "the schema, without a workspace";
    async fn every_column_is_declared_as_personal_or_not(engine: Engine) {
        let harness = harness(engine).await;
        let url = &harness.config.database_url;
        let (there, declared) = (columns(url).await, declared());
        let missing: Vec<_> = there.difference(&declared).collect();
        assert!(missing.is_empty(), "declare these in src/store/personal_data: {missing:?}");
        let wrong: Vec<_> = declared.difference(&there).collect();
        assert!(wrong.is_empty(), "no table has these: {wrong:?}");
        // A migration that forgets to declare something is found.
        execute(&harness, "alter table participants add column nickname text").await;
        execute(&harness, "create table wishes (user_id text)").await;
        let there = columns(url).await;
        let missing: Vec<_> = there.difference(&declared).collect();
        assert_eq!(missing, ["participants.nickname", "wishes.user_id"]);
    }
}

both! {
    async fn erasing_a_whole_program_of_somebody_leaves_what_is_declared(engine: Engine) {
        let harness = harness(engine).await;
        let (db, url) = (&harness.bot.db, &harness.config.database_url);
        for user in [GONE, STAYS, "UOTHER", "UOWEN"] {
            harness.slack.add_user(User::new(user, user));
        }
        let now = harness.clock.now();
        let mut tx = tx_at(db, now).await;
        whole_program(&mut tx).await;
        tx.commit().await.unwrap();
        // What rounds are made from, and messages.
        harness.slack.command("UOWEN", "round").await;
        harness.run_due().await.unwrap();
        harness.slack.command(GONE, "pause until 2026-04-01").await;
        harness.run_due().await.unwrap();
        let mut tx = tx_at(db, now).await;
        let actor = Actor { team: crate::twins::team().into(), user: GONE.into() };
        privacy::export(&mut tx, &actor).await.unwrap();
        let (to, key) = (To::Person(GONE.into()), Key::Checkin(CheckinId(1)));
        outbox::post(&mut tx, to, Kind::Checkin, &key, "A question".into(), None).await.unwrap();
        setup_drafts::save(&mut tx, &GONE.into(), &Settings::default()).await.unwrap();
        tx.commit().await.unwrap();
        harness.pass(SignedDuration::from_secs(10)).await.unwrap();

        // They are in every table there is.
        let user = UserId::from(GONE);
        let mut tx = tx_at(db, now).await;
        let stored = personal_data::stored(&mut tx, &user).await.unwrap();
        let stored: BTreeSet<_> = stored.iter().map(|it| it.table.name).collect();
        let whole = tables().filter(|table| !matches!(table.belongs, Belongs::Nobody));
        let absent: Vec<_> = whole.map(|it| it.name).filter(|name| !stored.contains(name)).collect();
        assert_eq!(absent, [""; 0]);
        its_owner_reads_all_of_it(&mut tx, &user).await;
        privacy::erase_former(&mut tx, &user).await.unwrap();
        router::happenings(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        harness.run_due().await.unwrap();

        assert_eq!(traces(url, MARK).await, BTreeSet::new(), "their words");
        let may: BTreeSet<_> = stays().into_iter().map(|(table, column, _)| (table.to_owned(), column.to_owned())).collect();
        let left = traces(url, GONE).await;
        let more: Vec<_> = left.difference(&may).collect();
        assert!(more.is_empty(), "nothing says why {more:?} stay");
        for stays in ["pairs.mentor", "invitations.invitee", "participants.profile_sealed"] {
            let (table, column) = stays.split_once('.').unwrap();
            assert!(left.contains(&(table.to_owned(), column.to_owned())), "{stays}: {left:?}");
        }
        // What the others said is theirs.
        let mut tx = tx_at(db, now).await;
        let theirs = personal_data::stored(&mut tx, &STAYS.into()).await.unwrap();
        let theirs: BTreeSet<_> = theirs.iter().map(|it| it.table.name).collect();
        for table in ["participants", "people", "met_answers", "reflections", "checkins"] {
            assert!(theirs.contains(table), "{table}: {theirs:?}");
        }
        let settings = programs::find(&mut tx).await.unwrap().unwrap().settings;
        assert_eq!((settings.owners.len(), &settings.support_contact), (1, &None));
        tx.rollback().await;
        // It is told in their hours.
        harness.pass(SignedDuration::from_hours(26)).await.unwrap();
        let told = harness.slack.dm(STAYS).into_iter().map(|it| it.render()).collect::<String>();
        assert!(told.contains("come to an end") && !told.contains("left the company"), "{told}");
    }
}

/// Labels of what had no occasion in the whole program; the empty one is that of documents, whose fields have labels.
const NO_OCCASION: [&str; 9] = [
    "",
    "Before Slack said that you can't take part",
    "Slack refused it",
    "Over since",
    "The mentor signed",
    "The mentee signed",
    "Both had signed",
    "Meeting",
    "You chose",
];

/// The values themselves, under the labels declared, and nothing that the other wrote.
async fn its_owner_reads_all_of_it(tx: &mut Tx, user: &UserId) {
    let own = personal_data::read(tx, user).await.unwrap();
    let facts: Vec<_> = own.sections.iter().flat_map(|it| &it.facts).collect();
    let labels: BTreeSet<_> = facts.iter().map(|it| it.label).collect();
    for (column, personal) in tables().flat_map(Table::personal) {
        if let Export::Shown(label, _) = personal.export {
            let is_there = labels.contains(label) || NO_OCCASION.contains(&label);
            assert!(is_there, "{}: {label}", column.name);
        }
    }
    let text =
        |it: &&&personal_data::Fact| matches!(&it.value, Value::Text(text) if text.contains(MARK));
    let words = facts.iter().filter(text).count();
    assert_eq!(
        words, 6,
        "hopes, goal, note, reflection, check-in, the company's list"
    );
    let said: Vec<_> = facts
        .iter()
        .filter(|it| it.label == "You said")
        .map(|it| &it.value)
        .collect();
    assert_eq!(
        said,
        [&Value::Word("not_this_time".into())],
        "and not what the other said"
    );
    assert!(
        !facts
            .iter()
            .any(|it| it.value == Value::Text("Budgets".into()) && it.label == "Your answer")
    );
}

both! {
    alone "it reads the whole database";
    async fn what_ends_by_its_age_or_with_the_pair_or_the_person_ends(engine: Engine) {
        let harness = harness(engine).await;
        let (db, url) = (&harness.bot.db, &harness.config.database_url);
        let now = harness.clock.now();
        let mut tx = tx_at(db, now).await;
        let pair = whole_program(&mut tx).await;
        let user = UserId::from(GONE);
        participants::set_standing(&mut tx, &user, Standing::Left, None).await.unwrap();
        pairs::close(&mut tx, pair, Ending::Left).await.unwrap();
        retention::erase(&mut tx, pair).await.unwrap();
        tx.commit().await.unwrap();
        let left = traces(url, MARK).await;
        // The company's list is the company's: it says the same until the next one comes.
        let expected = [("organization", "entry_sealed"), ("participants", "profile_sealed")];
        assert_eq!(left, expected.map(|(table, column)| (table.to_owned(), column.to_owned())).into());
        for (days, is_there) in [(89, true), (91, false)] {
            let mut tx = tx_at(db, now + SignedDuration::from_hours(24 * days)).await;
            retention::daily(&mut tx).await.unwrap();
            assert_eq!(participants::find(&mut tx, &user).await.unwrap().is_some(), is_there, "{days}");
            tx.commit().await.unwrap();
        }
        let left: Vec<_> = traces(url, MARK).await.into_iter().collect();
        assert_eq!(left, [("organization".to_owned(), "entry_sealed".to_owned())]);
        let mut tx = tx_at(db, now + SignedDuration::from_hours(24 * 401)).await;
        retention::daily(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(traces(url, MARK).await, BTreeSet::new());
        // An owner stays one; what is planned for them stays planned, and an open invitation is answered by its own timer.
        let left: Vec<_> = traces(url, GONE).await.into_iter().map(|it| it.0 + "." + &it.1).collect();
        assert_eq!(left, [
            "invitations.invitee", "invitations.inviter", "pairs.mentor", "participants.profile_sealed", "people.user_id",
            "programs.settings", "timers.subject",
        ]);
    }
}

both! {
    async fn what_another_process_changed_in_the_settings_is_seen_at_the_next_heartbeat(engine: Engine) {
        let harness = harness(engine).await;
        let (bot, now, team) = (&harness.bot, harness.clock.now(), TeamId::from(crate::twins::team()));
        let mut tx = tx_at(&bot.db, now).await;
        whole_program(&mut tx).await;
        tx.commit().await.unwrap();
        let owners = async || {
            let mut tx = bot.db.read(&team, now).await.unwrap();
            let program = programs::find(&mut tx).await.unwrap().unwrap();
            program.settings.owners.len()
        };
        assert_eq!(owners().await, 2);
        let other = Db::open(&harness.config.database_url, keys()).await.unwrap();
        let mut tx = tx_at(&other, now).await;
        assert!(programs::forget(&mut tx, &GONE.into()).await.unwrap());
        tx.commit().await.unwrap();
        other.close().await;
        bot.heartbeat().await.unwrap();
        assert_eq!(owners().await, 1);
    }
}
