//! What is open and has no next step is found, on both databases.

use crate::both;
use crate::files::before_the_reminder;
use crate::support::{Engine, execute};
use reverse_mentor::doctor;
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::domain::open_thing::Kind;
use reverse_mentor::store::open_things;

both! {
    async fn doctor_names_what_stalls(engine: Engine) {
        let (harness, _pair) = before_the_reminder(engine).await;
        let team = TeamId::from(crate::twins::team());
        let now = harness.clock.now();
        let mut tx = harness.bot.db.read(&team, now).await.unwrap();
        let open = open_things::all(&mut tx, None).await.unwrap();
        drop(tx);
        assert!(open.iter().any(|open| open.kind == Kind::Month));
        execute(&harness, "delete from timers").await;
        let report = doctor::examine(&harness.config, &harness.clock).await;
        assert!(!report.is_well());
        let report = report.render();
        assert!(report.contains("will stay so"), "{report}");
    }
}
