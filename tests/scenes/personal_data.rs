//! Personal data: every column is declared, erasing leaves what the registry says, and an operator can erase somebody while the
//! bot serves.

use crate::both;
use crate::process::Ground;
use crate::support::{Engine, execute, new_database, on};
use jiff::{SignedDuration, Timestamp};
use reverse_mentor::domain::checkin::Kind;
use reverse_mentor::domain::cycle::Anchor;
use reverse_mentor::domain::goals::Goals;
use reverse_mentor::domain::happening::Ending;
use reverse_mentor::domain::ids::{PairId, RoundId, TeamId, UserId};
use reverse_mentor::domain::matching::{Binding, Proposal, Reason};
use reverse_mentor::domain::participant::{PersonInSlack, Profile, Role, Standing};
use reverse_mentor::domain::program::Settings;
use reverse_mentor::domain::timer::Timer;
use reverse_mentor::features::{privacy, retention};
use reverse_mentor::rehearse::harness::{Harness, HarnessOptions};
use reverse_mentor::router;
use reverse_mentor::slack::event::Actor;
use reverse_mentor::store::personal_data::{self, Export, Table, Value, stays, tables};
use reverse_mentor::store::rounds::{self, Fate, Origin, State};
use reverse_mentor::store::seal::Keys;
use reverse_mentor::store::{
    Db, Tx, agreements, audit, checkins, cycles, invitations, met, nudged, pairs, participants,
    people, programs, reflections, timers,
};
use slack_sandbox::User;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};
use std::collections::BTreeSet;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

const TEAM: &str = "T0SANDBOX";
/// Who is erased, and a word that is in all they wrote.
const GONE: &str = "UGONE";
const MARK: &str = "Zanzibar";
const STAYS: &str = "USTAYS";

async fn harness(engine: Engine) -> Harness {
    let options = HarnessOptions {
        program: None,
        ..HarnessOptions::default()
    };
    Harness::start(on(engine, options).await).await.unwrap()
}

async fn connect(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await.unwrap()
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

fn profile(role: Role, stage: &str, hopes: &str) -> Profile {
    Profile {
        role,
        stage: stage.into(),
        department: Some("Data".into()),
        site: None,
        manager: Some("UCEO".into()),
        share: vec!["AI tools".into(), "Strategy".into()],
        learn: vec!["Strategy".into(), "AI tools".into()],
        languages: vec!["English".into()],
        mentor_capacity: 2,
        mentee_capacity: 2,
        rather_not: Vec::new(),
        hopes: hopes.into(),
    }
}

async fn takes_part(tx: &mut Tx, user: &str, profile: &Profile) {
    let person = PersonInSlack {
        user: user.into(),
        zone: Some("UTC".into()),
        full_member: true,
        deleted: false,
        admin: false,
        updated: None,
    };
    people::save(tx, &person).await.unwrap();
    participants::save(tx, &user.into(), profile, None, true)
        .await
        .unwrap();
}

/// A program with an owner who takes part as a mentor, and is in every table.
async fn whole_program(tx: &mut Tx) -> PairId {
    let (gone, stays) = (UserId::from(GONE), UserId::from(STAYS));
    let settings = Settings {
        owners: vec![gone.clone(), "UOWEN".into()],
        support_contact: Some(gone.clone()),
        ..Settings::default()
    };
    programs::save(tx, &settings, false).await.unwrap();
    let mine = Profile {
        rather_not: vec!["UOTHER".into()],
        ..profile(Role::Mentor, "Early career", &format!("To see {MARK}"))
    };
    takes_part(tx, GONE, &mine).await;
    let theirs = Profile {
        manager: Some(gone.clone()),
        ..profile(Role::Mentee, "Director", "To listen")
    };
    takes_part(tx, STAYS, &theirs).await;
    let pair = a_pair(tx, (&gone, &stays)).await;
    a_round(tx, &gone).await;
    for (inviter, invitee) in [(&gone, &stays), (&stays, &gone)] {
        invitations::add(tx, inviter, invitee).await.unwrap();
    }
    let today = tx.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    nudged::note(tx, &gone, today).await.unwrap();
    audit::note(tx, &gone, "settings_saved", "program")
        .await
        .unwrap();
    audit::note(tx, &"slack".into(), "eligible", GONE)
        .await
        .unwrap();
    let later = tx.now + SignedDuration::from_hours(24 * 30);
    let week = Some("2026-W10".parse().unwrap());
    let companion = Timer::Companion {
        owner: gone.clone(),
        week,
    };
    for timer in [Timer::PauseEnds(gone.clone()), companion] {
        timers::at(tx, &timer, later).await.unwrap();
    }
    pair
}

/// A month with a note, answers of both, a reflection and a check-in.
async fn a_pair(tx: &mut Tx, (gone, stays): (&UserId, &UserId)) -> PairId {
    let reasons = [format!("Both know {MARK}")];
    let pair = pairs::create(tx, RoundId(1), (gone, stays), &reasons, 6)
        .await
        .unwrap()
        .unwrap();
    let goals = Goals {
        mentee: format!("See {MARK}"),
        mentor: "Budgets".into(),
    };
    agreements::add(tx, pair, 1, &goals, Some(gone))
        .await
        .unwrap();
    let anchor = Anchor {
        at: tx.now,
        number: 1,
    };
    let closes = tx.now + SignedDuration::from_hours(24 * 30);
    let cycle = cycles::create(tx, pair, 1, anchor, closes)
        .await
        .unwrap()
        .unwrap();
    cycles::set_note(tx, cycle, &format!("Off to {MARK}"))
        .await
        .unwrap();
    let both = pairs::find(tx, pair).await.unwrap().unwrap();
    met::say(tx, cycle, 0, (&both, gone), "not_this_time")
        .await
        .unwrap();
    met::say(tx, cycle, 0, (&both, stays), "yes").await.unwrap();
    for user in [gone, stays] {
        let words = if user == gone { MARK } else { "Budgets" };
        let asked = reflections::create(tx, pair, cycle, user, "trust/mentor/1").await;
        reflections::answer(tx, asked.unwrap().unwrap(), Some(words), Some(4))
            .await
            .unwrap();
        let asked = checkins::create(tx, pair, user, Kind::Midpoint, 3).await;
        let text = format!("{{\"worth\": \"all_good\", \"text\": \"{words}\"}}");
        checkins::answer(tx, asked.unwrap().unwrap(), &text, Some(5))
            .await
            .unwrap();
    }
    pair
}

/// A round that the owner asked for and decided: proposals with and without them, edits, and who was left over.
async fn a_round(tx: &mut Tx, gone: &UserId) {
    let round = RoundId(tx.new_id());
    rounds::conclude(tx, round, Origin::Asked, State::Proposed, Some(gone), 0)
        .await
        .unwrap();
    for (mentor, mentee) in [(GONE, "UOTHER"), ("UOTHER", STAYS)] {
        let proposal = Proposal {
            mentor: mentor.into(),
            mentee: mentee.into(),
            score: 60,
            reasons: vec![Reason::OtherSite],
            owner_must_confirm: false,
        };
        rounds::add_proposal(tx, round, &proposal).await.unwrap();
    }
    let two = (&UserId::from("UOTHER"), &UserId::from(STAYS));
    rounds::settle(tx, round, two, Fate::Dropped, Some(gone))
        .await
        .unwrap();
    rounds::set_aside(tx, round, &"UOTHER".into(), gone)
        .await
        .unwrap();
    rounds::keep(tx, round, (gone, &"UOTHER".into()), gone)
        .await
        .unwrap();
    for user in [gone, &STAYS.into()] {
        rounds::add_unmatched(tx, round, user, &Binding::NobodyFree)
            .await
            .unwrap();
        rounds::looked_after(tx, round, user, true).await.unwrap();
    }
    rounds::decide(tx, round, State::Approved, Some(gone))
        .await
        .unwrap();
}

async fn tx_at(db: &Db, at: Timestamp) -> Tx {
    db.write(&TeamId::from(TEAM), at).await.unwrap()
}

/// The columns in which `needle` is found, opened where they are sealed.
async fn traces(url: &str, needle: &str) -> BTreeSet<(String, String)> {
    let keys = Keys::parse(&"5e".repeat(32)).unwrap();
    let mut connection = connect(url).await;
    let mut found = BTreeSet::new();
    for table in tables() {
        for column in table.columns {
            let (name, place) = (column.name, column.sealed_for.unwrap_or("''"));
            let sql = format!(
                "select coalesce(cast({name} as text), '') as held, {place} as place from {}",
                table.name
            );
            let rows = sqlx::query(AssertSqlSafe(sql))
                .fetch_all(&mut connection)
                .await;
            for row in rows.unwrap() {
                let (mut held, place): (String, String) = (row.get(0), row.get(1));
                if column.sealed_for.is_some() && !held.is_empty() {
                    held = keys.open(table.name, &place, &held).unwrap();
                }
                if held.contains(needle) {
                    found.insert((table.name.to_owned(), name.to_owned()));
                }
            }
        }
    }
    found
}

both! {
    async fn erasing_a_whole_program_of_somebody_leaves_what_is_declared(engine: Engine) {
        let harness = harness(engine).await;
        let (db, url) = (&harness.bot.db, &harness.config.database_url);
        for user in [GONE, STAYS] {
            harness.slack.add_user(User::new(user, user));
        }
        let now = harness.clock.now();
        let mut tx = tx_at(db, now).await;
        whole_program(&mut tx).await;
        tx.commit().await.unwrap();
        // A message to them, and one that was on its way.
        harness.slack.command(GONE, "pause until 2026-04-01").await;
        harness.run_due().await.unwrap();
        let mut tx = tx_at(db, now).await;
        let actor = Actor { team: TEAM.into(), user: GONE.into() };
        privacy::export(&mut tx, &actor).await.unwrap();
        tx.commit().await.unwrap();
        harness.run_due().await.unwrap();

        // They are in every table there is.
        let user = UserId::from(GONE);
        let mut tx = tx_at(db, now).await;
        let stored = personal_data::stored(&mut tx, &user).await.unwrap();
        let stored: BTreeSet<_> = stored.iter().map(|it| it.table.name).collect();
        let whole = tables().filter(|table| table.personal().any(|(_, it)| it.is_id()) || !table.title.is_empty());
        let absent: Vec<_> = whole.map(|it| it.name).filter(|name| !stored.contains(name)).collect();
        assert_eq!(absent, ["round_inputs"], "needs a solved round");
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
        let told = harness.slack.dm(STAYS).into_iter().map(|it| it.render()).collect::<String>();
        assert!(told.contains("come to an end") && !told.contains("left the company"), "{told}");
    }
}

/// The values themselves, under the labels declared, and nothing that the other wrote.
async fn its_owner_reads_all_of_it(tx: &mut Tx, user: &UserId) {
    let own = personal_data::read(tx, user).await.unwrap();
    let facts: Vec<_> = own.sections.iter().flat_map(|it| &it.facts).collect();
    let labels: BTreeSet<_> = facts.iter().map(|it| it.label).collect();
    // Of what had no occasion here.
    const NONE: [&str; 6] = [
        "Before Slack said that you can't take part",
        "Slack refused it",
        "Over since",
        "The mentor signed",
        "The mentee signed",
        "Both had signed",
    ];
    const UNHELD: [&str; 5] = [
        "Meeting",
        "On record as held since",
        "Written by",
        "You chose",
        "",
    ];
    for (column, personal) in tables().flat_map(Table::personal) {
        if let Export::Shown(label, _) = personal.export {
            let is_there =
                labels.contains(label) || NONE.contains(&label) || UNHELD.contains(&label);
            assert!(is_there, "{}: {label}", column.name);
        }
    }
    let text =
        |it: &&&personal_data::Fact| matches!(&it.value, Value::Text(text) if text.contains(MARK));
    let words = facts.iter().filter(text).count();
    assert_eq!(words, 5, "hopes, goal, note, reflection, check-in");
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
        assert_eq!(left.into_iter().collect::<Vec<_>>(), [("participants".to_owned(), "profile_sealed".to_owned())]);
        for (days, is_there) in [(89, true), (91, false)] {
            let mut tx = tx_at(db, now + SignedDuration::from_hours(24 * days)).await;
            retention::daily(&mut tx).await.unwrap();
            assert_eq!(participants::find(&mut tx, &user).await.unwrap().is_some(), is_there, "{days}");
            tx.commit().await.unwrap();
        }
        assert_eq!(traces(url, MARK).await, BTreeSet::new());
        let mut tx = tx_at(db, now + SignedDuration::from_hours(24 * 401)).await;
        retention::daily(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        // An owner stays one; what is planned for them stays planned, and an open invitation is answered by its own timer.
        let left: Vec<_> = traces(url, GONE).await.into_iter().map(|it| it.0 + "." + &it.1).collect();
        assert_eq!(left, [
            "invitations.invitee", "invitations.inviter", "pairs.mentor", "participants.profile_sealed", "people.user_id",
            "programs.settings", "timers.subject",
        ]);
    }
}

/// `reverse-mentor erase` beside whatever serves the database.
fn erase(ground: &Ground, arguments: &[&str], typed: &str) -> Output {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_reverse-mentor"))
        .arg("erase")
        .args(arguments)
        .env("DATABASE_URL", &ground.database)
        .env("REVERSE_MENTOR_KEY", "5e".repeat(32))
        .env("REVERSE_MENTOR_CLOCK", ground.clock_text())
        .env_remove("RUST_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(typed.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    let both =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8(text.clone()).unwrap());
    both.concat()
}

both! {
    async fn an_operator_erases_somebody_while_the_bot_serves(engine: Engine) {
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(new_database().await),
        };
        let ground = Ground::new(1, database, "owners = [\"UOWEN\"]").await;
        for user in [GONE, STAYS] {
            ground.slack.add_user(User::new(user, user));
        }
        let mut serving = ground.serve().await;
        let keys = Keys::parse(&"5e".repeat(32)).unwrap();
        let db = Db::open(&ground.database, keys).await.unwrap();
        // The program is there once the bot has introduced itself.
        let mut tx = loop {
            let mut tx = tx_at(&db, ground.clock.now()).await;
            if programs::find(&mut tx).await.unwrap().is_some() {
                break tx;
            }
            tx.rollback().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        takes_part(&mut tx, GONE, &profile(Role::Mentor, "Early career", MARK)).await;
        takes_part(&mut tx, STAYS, &profile(Role::Mentee, "Director", "")).await;
        let two = (&GONE.into(), &STAYS.into());
        pairs::create(&mut tx, RoundId(1), two, &[], 6).await.unwrap();
        tx.commit().await.unwrap();

        let nobody = erase(&ground, &["UNOBODY", "--yes"], "");
        assert!(nobody.status.success() && said(&nobody).contains("Nothing is stored about UNOBODY."), "{}", said(&nobody));
        for (arguments, why) in [
            (&["ana", "--yes"][..], "no Slack member ID"),
            (&[GONE, "--team", "TELSEWHERE"], "doesn't know the workspace"),
        ] {
            let refused = erase(&ground, arguments, "");
            assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
            assert!(said(&refused).contains(why), "{}", said(&refused));
        }
        let kept = erase(&ground, &[GONE], "no\n");
        assert_eq!(kept.status.code(), Some(1));
        let shown = said(&kept);
        assert!(shown.contains("1  profile (erased)") && shown.contains("An open pair ends: USTAYS"), "{shown}");
        assert!(shown.contains("Nothing was erased."), "{shown}");
        assert!(!traces(&ground.database, MARK).await.is_empty());
        let done = erase(&ground, &[GONE], &format!("{GONE}\n"));
        assert!(done.status.success() && said(&done).contains("\n\nThis can't be undone."), "{}", said(&done));
        assert_eq!(traces(&ground.database, MARK).await, BTreeSet::new());

        // The bot that serves tells the partner.
        for tries in 0.. {
            let told: String = ground.slack.dm(STAYS).into_iter().map(|it| it.render()).collect();
            if told.contains("come to an end") {
                break;
            }
            assert!(tries < 600, "nobody told them: {told}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        db.close().await;
        serving.terminate();
    }
}
