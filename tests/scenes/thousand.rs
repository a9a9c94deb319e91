//! A thousand workspaces in one bot.

use crate::both;
use crate::support::{Engine, harness, number};
use reverse_mentor::store::everywhere::{self, ToLookAfter};
use reverse_mentor::store::tokens;
use std::time::{Duration, Instant};

both! {
    alone "it has a thousand workspaces of its own";
    /// A heartbeat looks at all of them in as many statements as at one.
    async fn a_heartbeat_looks_at_all_of_them_at_once(engine: Engine) {
        let harness = harness(engine, "").await;
        let now = harness.clock.now().as_millisecond();
        let each = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000) select";
        for (table, rows) in [
            ("workspaces (team_id, bot_user_id, state, updated_at)", format!("'T' || i, 'UBOT', 'installed', {now} from n")),
            (
                "programs (team_id, settings, declared, created_at, updated_at)",
                format!("'T' || i, '{{\"owners\":[\"U_' || i || '\",\"UOWEN\"]}}', 0, {now}, {now} from n"),
            ),
            // One owner has left every second workspace, and the other is a guest in half of them all.
            ("people (team_id, user_id, full_member, deleted, admin, seen_at)", format!("'T' || i, 'UOWEN', 1, i % 2, 0, {now} from n")),
            ("people (team_id, user_id, full_member, deleted, admin, seen_at)", format!("'T' || i, 'U_' || i, i % 4 / 2, 0, 0, {now} from n")),
            ("facts (name, value)", "'first_event/T' || i, '1' from n where i % 10 = 0".to_owned()),
        ] {
            number(&harness, &format!("insert into {table} {each} {rows} returning 1")).await;
        }
        let mut tx = harness.bot.db.read(&"".into(), harness.clock.now()).await.unwrap();
        let began = Instant::now();
        let found = everywhere::programs_to_look_after(&mut tx).await.unwrap();
        // One by one, they take seconds.
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        println!("a thousand workspaces: {:?}", began.elapsed());
        // The harness's own program has no owner, and no event has come there.
        assert_eq!(found, ToLookAfter { ownerless: 251, without_events: 901 });
        assert!(tokens::all(&mut tx).await.unwrap().is_empty());
    }
}
