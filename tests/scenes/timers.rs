//! Timers under bad conditions: unreadable rows, features that panic, a workspace with thousands, clocks that were wrong.

use crate::both;
use crate::storage::{database, keys};
use crate::support::Engine;
use jiff::{SignedDuration, Timestamp};
use reverse_mentor::clock::Clock;
use reverse_mentor::domain::ids::{PairId, TeamId};
use reverse_mentor::domain::program::Settings;
use reverse_mentor::domain::timer::Timer;
use reverse_mentor::store::timers::{self, LOOKUPS, Work};
use reverse_mentor::store::{Db, Tx, programs, workspaces};
use reverse_mentor::work::scheduler::Scheduler;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};
use std::collections::HashSet;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

struct Bot {
    db: Db,
    url: String,
    engine: Engine,
}

fn monday() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

impl Bot {
    async fn new(engine: Engine) -> Self {
        let url = database(engine).await;
        let db = Db::open(&url, keys()).await.unwrap();
        Self { db, url, engine }
    }

    async fn tx(&self, team: &str, now: Timestamp) -> Tx {
        self.db.write(&TeamId::from(team), now).await.unwrap()
    }

    async fn sets(&self, team: &str, timer: &Timer, at: Timestamp) {
        let mut tx = self.tx(team, monday()).await;
        timers::at(&mut tx, timer, at).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn due(&self, team: &str, timer: &Timer) -> Option<Timestamp> {
        let mut tx = self.tx(team, monday()).await;
        let due = timers::due(&mut tx, timer).await.unwrap();
        tx.rollback().await;
        due
    }

    /// The scheduler of a process that starts at `now`.
    fn scheduler(&self, now: Timestamp) -> Scheduler {
        Scheduler::new(self.db.clone(), Clock::manual(now))
    }

    async fn unreadable(&self) -> i64 {
        let mut tx = self.tx("T1", monday()).await;
        let count = timers::unreadable(&mut tx).await.unwrap();
        tx.rollback().await;
        count
    }

    async fn execute(&self, sql: &str) {
        let mut connection = AnyConnection::connect(&self.url).await.unwrap();
        connection
            .execute(AssertSqlSafe(sql.to_owned()))
            .await
            .unwrap();
    }
}

both! {
    alone "the store alone, without a workspace";
    /// A newer version was here and left, and a row was mistyped: both cost no more than an occasional look.
    async fn rows_nobody_can_read_are_put_off_and_dropped_after_a_month(engine: Engine) {
        let bot = Bot::new(engine).await;
        let now = monday();
        for (id, kind, subject) in [(1, "of_tomorrow", "program"), (2, "nudge_week", "eleven")] {
            bot.execute(&format!(
                "insert into timers (id, team_id, kind, subject, due_at) values ({id}, 'T1', '{kind}', '{subject}', {})",
                now.as_millisecond() - 1
            )).await;
        }
        let nobody = Timer::Erase(PairId(7));
        bot.sets("T1", &nobody, now).await;
        let scheduler = bot.scheduler(now);
        assert_eq!(scheduler.step().await.unwrap(), 3);
        assert_eq!(bot.due("T1", &nobody).await, None, "the others ran");
        assert_eq!(bot.unreadable().await, 2);
        assert_eq!(scheduler.step().await.unwrap(), 0, "not at once again");
        let mut looks = 0;
        let mut gap = SignedDuration::ZERO;
        let mut last = now;
        while let Some(next) = scheduler.next_due().await.unwrap() {
            let further = next.duration_since(last);
            assert!(further >= gap, "further and further off");
            gap = further;
            assert!(gap >= MINUTE && gap <= MINUTE * 360, "{gap}");
            assert!(next < now + SignedDuration::from_hours(24 * 31), "kept for ever");
            last = next;
            scheduler.clock.set(next);
            looks += scheduler.step().await.unwrap();
        }
        assert!(last >= now + SignedDuration::from_hours(24 * 30), "kept for a month: {last}");
        assert!(looks <= 2 * (9 + 30 * 4 + 1), "{looks}");
        assert_eq!(bot.unreadable().await, 0);
    }
}

both! {
    alone "the store alone, without a workspace";
    /// Timers that this version can read again run when it starts, however far the last version postponed them.
    async fn what_is_readable_again_runs_at_the_next_start(engine: Engine) {
        let bot = Bot::new(engine).await;
        let now = monday();
        let nobody = Timer::Erase(PairId(7));
        bot.sets("T1", &nobody, now + MINUTE * 300).await;
        bot.execute("update timers set unreadable_since = 1, attempts = 9").await;
        let mut tx = bot.tx("T1", now).await;
        timers::look_again(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(bot.scheduler(now).step().await.unwrap(), 1);
        assert_eq!((bot.due("T1", &nobody).await, bot.unreadable().await), (None, 0));
    }
}

both! {
    alone "the store alone, without a workspace";
    /// Near the end of time, adding a day to now panics in the people lookup; nothing else may be affected.
    async fn a_feature_that_panics_is_put_off_and_the_others_run(engine: Engine) {
        let bot = Bot::new(engine).await;
        let end: Timestamp = "9999-12-30T12:00:00Z".parse().unwrap();
        let nobody = Timer::Erase(PairId(7));
        bot.sets("T1", &Timer::Directory, monday()).await;
        bot.sets("T1", &nobody, monday() + MINUTE).await;
        let scheduler = bot.scheduler(end);
        assert_eq!(scheduler.step().await.unwrap(), 2);
        assert_eq!(bot.due("T1", &nobody).await, None, "the others ran");
        assert!(bot.due("T1", &Timer::Directory).await.is_some(), "it is tried again");
        assert_eq!(scheduler.step().await.unwrap(), 0, "not at once");
        // Nothing half done stays open: the writer is free, and the timer runs with a clock that is right.
        bot.sets("T1", &Timer::Directory, monday()).await;
        assert_eq!(bot.scheduler(monday()).step().await.unwrap(), 1);
        // The app is not installed here, so it waits for an hour.
        assert_eq!(bot.due("T1", &Timer::Directory).await, Some(monday() + MINUTE * 60));
    }
}

both! {
    alone "the store alone, without a workspace";
    /// After days without a server, one workspace has thousands of due timers.
    async fn a_workspace_with_thousands_of_timers_keeps_no_other_waiting(engine: Engine) {
        let bot = Bot::new(engine).await;
        let now = monday();
        fill(&bot, "TBIG", 5_000, now - MINUTE).await;
        bot.sets("TZ", &Timer::Erase(PairId(7)), now).await;
        bot.sets("TA", &Timer::Erase(PairId(8)), now).await;
        bot.sets("TNOT", &Timer::Erase(PairId(9)), now + MINUTE).await;
        let mut tx = bot.tx("T1", now).await;
        let due = timers::list_due(&mut tx, Work::Others, 64).await.unwrap();
        tx.rollback().await;
        let teams: Vec<&str> = due.iter().map(|row| row.team.as_str()).collect();
        assert_eq!(teams[..4], ["TA", "TBIG", "TZ", "TBIG"]);
        assert!(due.len() <= 64 && due.len() > 20, "{}", due.len());
        assert!(!teams.contains(&"TNOT"));
        let rows: HashSet<i64> = due.iter().map(|row| row.id).collect();
        assert_eq!(rows.len(), due.len(), "each once");
        let big = due.iter().filter(|row| row.team.as_str() == "TBIG").map(|row| row.due);
        assert!(big.clone().is_sorted(), "of one workspace, the longest due first");
        // Alone, it gets the whole turn.
        bot.scheduler(now).step().await.unwrap();
        assert_eq!(bot.due("TZ", &Timer::Erase(PairId(7))).await, None);
        let mut tx = bot.tx("T1", now).await;
        assert_eq!(timers::list_due(&mut tx, Work::Others, 64).await.unwrap().len(), 64);
        tx.rollback().await;
    }
}

both! {
    alone "the store alone, without a workspace";
    /// With 100,000 timers set, each lookup uses an index, whether all of them are due or none is.
    async fn finding_what_is_due_is_an_index_lookup(engine: Engine) {
        for (last, are_due) in [(monday(), true), (monday() + MINUTE * 60 * 24 * 30, false)] {
            let bot = Bot::new(engine).await;
            for (team, many) in [("T1", 60_000), ("T2", 39_000), ("T3", 1_000)] {
                fill(&bot, team, many, last).await;
            }
            bot.sets("T1", &Timer::Match, last).await;
            bot.execute("analyze timers").await;
            for text in LOOKUPS {
                let steps = plan(&bot, text).await;
                for step in &steps {
                    assert!(!scans(step), "{text}\n{steps:#?}");
                    // When nothing is due there is nothing to sort.
                    let sorts = step.contains("Sort") || step.contains("TEMP B-TREE");
                    assert!(!sorts || !are_due, "{text}\n{steps:#?}");
                }
            }
        }
    }
}

/// The database's query plan for `text`.
async fn plan(bot: &Bot, text: &str) -> Vec<String> {
    let mut connection = AnyConnection::connect(&bot.url).await.unwrap();
    let text = text.replace("$1", &monday().as_millisecond().to_string());
    let text = text.replace("$2", "64").replace("$3", "'T2'");
    let (explain, at) = match bot.engine {
        Engine::Sqlite => ("explain query plan", 3),
        Engine::Postgres => ("explain", 0),
    };
    let plan = AssertSqlSafe(format!("{explain} {text}"));
    let rows = sqlx::query(plan).fetch_all(&mut connection).await.unwrap();
    rows.iter().map(|row| row.get(at)).collect()
}

/// Whether a step reads the whole table (`t` where our SQL renames it).
fn scans(step: &str) -> bool {
    let whole = step.starts_with("SCAN timers") || step.starts_with("SCAN t ") || step == "SCAN t";
    step.contains("Seq Scan on timers") || whole && !step.contains("USING")
}

/// `many` timers of a workspace, a millisecond apart, up to `last`.
async fn fill(bot: &Bot, team: &str, many: i64, last: Timestamp) {
    let first = last.as_millisecond() - many;
    let base = match team.as_bytes()[1] {
        b'1' => 1_000_000,
        b'2' => 2_000_000,
        b'3' => 3_000_000,
        _ => 4_000_000,
    };
    bot.execute(&format!(
        "insert into timers (id, team_id, kind, subject, due_at)
         with recursive n(i) as (select 1 union all select i + 1 from n where i < {many})
         select {base} + i, '{team}', 'erase', cast(i as text), {first} + i from n"
    ))
    .await;
}

both! {
    alone "the store alone, without a workspace";
    /// A server whose clock was five years ahead set its next round in five years. Once the clock is right, it does not wait so
    /// long.
    async fn a_clock_that_was_years_ahead_is_mended_at_the_start_and_daily(engine: Engine) {
        let bot = Bot::new(engine).await;
        let now = monday();
        let ahead = now + SignedDuration::from_hours(5 * 365 * 24);
        let mut tx = bot.tx("T1", now).await;
        workspaces::installed(&mut tx, &"UBOT".into()).await.unwrap();
        programs::save(&mut tx, &Settings::default(), true).await.unwrap();
        reverse_mentor::features::setup::changed(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let scheduler = bot.scheduler(now);
        settle(&scheduler).await;
        let recurring = [Timer::Round, Timer::Digest, Timer::Retention];
        let mut before = Vec::new();
        for timer in &recurring {
            before.push(bot.due("T1", timer).await.unwrap());
        }
        let mut right = bot.scheduler(ahead);
        settle(&right).await;
        for timer in &recurring {
            assert!(bot.due("T1", timer).await.unwrap() > ahead);
        }
        // The process continues while its clock is corrected.
        right.clock = Clock::manual(now);
        settle(&right).await;
        for (timer, due) in recurring.iter().zip(&before) {
            assert_eq!(bot.due("T1", timer).await, Some(*due));
        }
        // Meanwhile, another server's clock was ahead.
        for timer in &recurring {
            bot.sets("T1", timer, ahead).await;
        }
        right.clock.set(now + MINUTE);
        settle(&right).await;
        assert_eq!(bot.due("T1", &Timer::Round).await, Some(ahead), "once a day is enough");
        right.clock.set(now + MINUTE * 60 * 24);
        settle(&right).await;
        for (timer, due) in recurring.iter().zip(&before) {
            let again = bot.due("T1", timer).await.unwrap();
            assert!(again >= *due && again < now + SignedDuration::from_hours(24 * 14), "{timer:?}");
        }
    }
}

async fn settle(scheduler: &Scheduler) {
    for _ in 0..10 {
        if scheduler.step().await.unwrap() == 0 {
            return;
        }
    }
    panic!("timers never end");
}
