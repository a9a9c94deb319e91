//! A program in which one person is in every table, and where they are found.

use jiff::{SignedDuration, Timestamp};
use reverse_mentor::domain::checkin::Kind;
use reverse_mentor::domain::circle::Step;
use reverse_mentor::domain::companion::Thing;
use reverse_mentor::domain::cycle::Anchor;
use reverse_mentor::domain::goals::Goals;
use reverse_mentor::domain::ids::{PairId, RoundId, TeamId, UserId};
use reverse_mentor::domain::matching::{Binding, Proposal, Reason};
use reverse_mentor::domain::organization::{Entry, People};
use reverse_mentor::domain::participant::{PersonInSlack, Profile, Role};
use reverse_mentor::domain::program::Settings;
use reverse_mentor::domain::timer::Timer;
use reverse_mentor::domain::workday::DayHours;
use reverse_mentor::store::checkins::Benefit;
use reverse_mentor::store::personal_data::tables;
use reverse_mentor::store::rounds::{self, Fate, Origin, State};
use reverse_mentor::store::seal::Keys;
use reverse_mentor::store::{
    Db, Tx, agreements, audit, checkins, circle, companions, cycles, falls, imports, invitations,
    met, nudged, organization, pairs, participants, people, programs, reflections, timers,
};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};
use std::collections::BTreeSet;

pub const TEAM: &str = "T0SANDBOX";
/// Who is erased, and a word that is in all they wrote.
pub const GONE: &str = "UGONE";
pub const MARK: &str = "Zanzibar";
pub const STAYS: &str = "USTAYS";

pub fn keys() -> Keys {
    Keys::parse(&"5e".repeat(32)).unwrap()
}

pub async fn connect(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await.unwrap()
}

pub fn profile(role: Role, stage: &str, hopes: &str) -> Profile {
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
        hours: None,
    }
}

pub async fn takes_part(tx: &mut Tx, user: &str, profile: &Profile) {
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
pub async fn whole_program(tx: &mut Tx) -> PairId {
    let (gone, stays) = (UserId::from(GONE), UserId::from(STAYS));
    let settings = Settings {
        owners: vec![gone.clone(), "UOWEN".into()],
        support_contact: Some(gone.clone()),
        ..Settings::default()
    };
    programs::save(tx, &settings, false).await.unwrap();
    let mine = Profile {
        rather_not: vec!["UBOSS".into()],
        hours: DayHours::new(9 * 60, 18 * 60),
        ..profile(Role::Mentor, "Early career", &format!("To see {MARK}"))
    };
    takes_part(tx, GONE, &mine).await;
    let theirs = Profile {
        manager: Some(gone.clone()),
        ..profile(Role::Mentee, "Director", "To listen")
    };
    takes_part(tx, STAYS, &theirs).await;
    takes_part(tx, "UOTHER", &profile(Role::Mentee, "Director", "")).await;
    circle::note(tx, &gone, &"C0CIRCLE".into(), Step::Joined)
        .await
        .unwrap();
    let pair = a_pair(tx, (&gone, &stays)).await;
    a_round(tx, &gone).await;
    for (inviter, invitee) in [(&gone, &stays), (&stays, &gone)] {
        invitations::add(tx, inviter, invitee).await.unwrap();
    }
    let today = tx.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    nudged::note(tx, &gone, today).await.unwrap();
    an_organization(tx, &gone, &stays).await;
    let read = companions::names(&[Thing::NobodyJoined]).unwrap();
    companions::say(tx, &gone, &read).await.unwrap();
    falls::tell(tx, &gone, -4).await.unwrap();
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

/// The company's list has both, and an owner is bringing in another one.
async fn an_organization(tx: &mut Tx, gone: &UserId, stays: &UserId) {
    let entry = |name: &str| Entry {
        name: name.to_owned(),
        department: Some(format!("Data {MARK}")),
        manager: Some(gone.clone()),
        ..Entry::default()
    };
    let theirs = Entry {
        department: None,
        ..entry("Stan")
    };
    let people = People::from([(gone.clone(), entry("Gonzo")), (stays.clone(), theirs)]);
    organization::replace(tx, &People::new(), &people)
        .await
        .unwrap();
    let import = imports::begin(tx, gone).await.unwrap();
    let known = imports::Known::default();
    imports::note(tx, import, imports::State::Ready, &known)
        .await
        .unwrap();
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
        let asked = asked.unwrap().unwrap();
        checkins::answer(tx, asked, &text, Some(5)).await.unwrap();
        let benefit = Benefit {
            would_recommend: Some(true),
            would_repeat: Some(false),
        };
        checkins::say_benefit(tx, asked, benefit).await.unwrap();
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
    // Whoever is about to be introduced is in no other round.
    for pair in rounds::proposals(tx, round).await.unwrap() {
        let two = (&pair.mentor, &pair.mentee);
        rounds::settle(tx, round, two, Fate::Lapsed, None)
            .await
            .unwrap();
    }
    rounds::decide(tx, round, State::Approved, Some(gone))
        .await
        .unwrap();
}

pub async fn tx_at(db: &Db, at: Timestamp) -> Tx {
    db.write(&TeamId::from(crate::twins::team()), at)
        .await
        .unwrap()
}

/// The columns in which `needle` is found, opened where they are sealed.
pub async fn traces(url: &str, needle: &str) -> BTreeSet<(String, String)> {
    let keys = keys();
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
