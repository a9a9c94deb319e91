//! Events while a round is being solved, which happens outside any transaction: none of them is lost.

use crate::both;
use crate::people::{junior, senior, takes_part};
use crate::replay::Company;
use crate::support::Engine;
use reverse_mentor::clock::Clock;
use reverse_mentor::domain::ids::{RoundId, TeamId, UserId};
use reverse_mentor::domain::key::{AboutRound, Key};
use reverse_mentor::domain::matching::Edit;
use reverse_mentor::domain::program::{Matching, Settings};
use reverse_mentor::domain::timer::Timer;
use reverse_mentor::features::matching;
use reverse_mentor::router;
use reverse_mentor::slack::event::{Action, Actor, Event, Surface};
use reverse_mentor::store::rounds::{self, Origin, Round};
use reverse_mentor::store::timers::{self, DueRow, Work};
use reverse_mentor::store::{RequestTx, programs};
use reverse_mentor::work::matcher;
use reverse_mentor::work::scheduler::Scheduler;

impl Company {
    async fn matches_as_people_come(&self) {
        let settings = Settings {
            owners: vec!["UANA".into(), "UBEN".into()],
            matching: Matching::Rolling,
            ..Settings::default()
        };
        let mut tx = self.tx().await;
        programs::save(&mut tx, &settings, true).await.unwrap();
        matching::look_again(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The timer that the matcher is about to run.
    async fn due(&self) -> DueRow {
        let mut tx = self.tx().await;
        let mut due = timers::list_due(&mut tx, Work::Solving, 10).await.unwrap();
        tx.rollback().await;
        assert_eq!(due.len(), 1);
        due.remove(0)
    }

    async fn is_set(&self) -> bool {
        let mut tx = self.tx().await;
        let due = timers::due(&mut tx, &Timer::Match).await.unwrap();
        tx.rollback().await;
        due.is_some()
    }

    async fn runs(&self) {
        let clock = Clock::manual("2026-03-02T10:00:00Z".parse().unwrap());
        let scheduler = Scheduler::new(self.db.clone(), clock);
        for _ in 0..10 {
            if scheduler.step().await.unwrap() == 0 {
                return;
            }
        }
        panic!("it is solved again and again");
    }

    async fn does(&self, event: Event) {
        let now = self.tx().await.now;
        let (team, user) = (TeamId::from("T1"), event.actor().map(|actor| &actor.user));
        let request = RequestTx::new(&self.db, &team, user, now, None);
        router::event(request, &event).await.unwrap();
    }

    async fn asks(&self, owner: &str) {
        let (actor, text) = (actor(owner), "round".to_owned());
        self.does(Event::Command { actor, text }).await;
    }

    async fn presses(&self, owner: &str, action: Action) {
        let (picked, on) = (None, Surface::Message);
        let actor = actor(owner);
        self.does(Event::Press {
            actor,
            action,
            picked,
            typed: reverse_mentor::slack::event::Answers::default(),
            on,
        })
        .await;
    }

    async fn open(&self) -> Vec<Round> {
        let mut tx = self.tx().await;
        let open = rounds::proposed(&mut tx).await.unwrap();
        tx.rollback().await;
        open
    }

    async fn has_been_told(&self, round: RoundId, owner: &str) -> bool {
        let about = AboutRound::News {
            owner: owner.into(),
        };
        let key = Key::Round(round, about);
        let mut tx = self.tx().await;
        let told = reverse_mentor::store::outbox::has(&mut tx, &key).await;
        tx.rollback().await;
        told.unwrap()
    }
}

fn actor(user: &str) -> Actor {
    let (team, user) = (TeamId::from("T1"), user.into());
    Actor { team, user }
}

fn edit(round: RoundId, edit: Edit, one: &UserId, other: &str) -> Action {
    Action::Edit(round, edit, one.clone(), other.into())
}

both! {
    alone "the store alone, without a workspace";
    /// Rolling matching is under way when an owner asks for a round.
    async fn an_owner_who_asks_meanwhile_is_answered(engine: Engine) {
        let company = Company::new(engine).await;
        company.matches_as_people_come().await;
        let (row, now) = (company.due().await, company.tx().await.now);
        let made = matcher::solve_round(&company.db, &row, now).await.unwrap();
        company.asks("UBEN").await;
        matcher::store(&company.db, &row, made, now).await.unwrap();
        assert!(company.is_set().await, "to be looked at next");
        company.runs().await;
        let open = company.open().await;
        assert_eq!(open.len(), 1);
        assert_eq!((open[0].origin, &open[0].asked_by), (Origin::Asked, &Some("UBEN".into())));
        assert!(company.has_been_told(open[0].id, "UBEN").await);
        assert!(!company.is_set().await);
    }
}

both! {
    alone "the store alone, without a workspace";
    /// The scheduled round finds nobody and would tell nobody, but an owner asked meanwhile.
    async fn an_owner_who_asks_meanwhile_hears_that_there_is_nothing(engine: Engine) {
        let company = Company::new(engine).await;
        let mut tx = company.tx().await;
        for user in ["UJ1", "UJ2", "UJ3", "US1", "US2", "US3"] {
            reverse_mentor::store::participants::set_waiting(&mut tx, &user.into(), None).await.unwrap();
        }
        matching::scheduled(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let (row, now) = (company.due().await, company.tx().await.now);
        let made = matcher::solve_round(&company.db, &row, now).await.unwrap();
        company.asks("UANA").await;
        matcher::store(&company.db, &row, made, now).await.unwrap();
        company.runs().await;
        let mut tx = company.tx().await;
        let made = rounds::latest(&mut tx, 5).await.unwrap();
        tx.rollback().await;
        assert_eq!(made.len(), 1, "one round answers both");
        assert!(company.has_been_told(made[0].round.id, "UANA").await);
    }
}

both! {
    alone "the store alone, without a workspace";
    /// Somebody joins after people were read, so the program looks again.
    async fn somebody_who_joins_meanwhile_waits_for_nobody_else(engine: Engine) {
        let company = Company::new(engine).await;
        company.matches_as_people_come().await;
        let (row, now) = (company.due().await, company.tx().await.now);
        let made = matcher::solve_round(&company.db, &row, now).await.unwrap();
        let mut tx = company.tx().await;
        takes_part(&mut tx, "UJ4", &junior()).await;
        takes_part(&mut tx, "US4", &senior()).await;
        matching::look_again(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        matcher::store(&company.db, &row, made, now).await.unwrap();
        assert_eq!(company.pairs(company.open().await[0].id).await.len(), 3);
        company.runs().await;
        let open = company.open().await;
        assert_eq!(open.len(), 1);
        assert_eq!(company.pairs(open[0].id).await.len(), 4);
    }
}

both! {
    alone "the store alone, without a workspace";
    /// One owner's "Look again" is being solved when another keeps a pair and sets a person aside.
    async fn what_another_owner_asks_meanwhile_is_solved_for(engine: Engine) {
        let company = Company::new(engine).await;
        company.matches_as_people_come().await;
        company.runs().await;
        let round = company.open().await[0].id;
        let pairs = company.pairs(round).await;
        company.presses("UANA", Action::LookAgain { round }).await;
        let (row, now) = (company.due().await, company.tx().await.now);
        let made = matcher::solve_round(&company.db, &row, now).await.unwrap();
        let ((mentor, mentee), aside) = (&pairs[0], &pairs[1].0);
        company.presses("UBEN", edit(round, Edit::Keep, mentor, mentee.as_str())).await;
        company.presses("UBEN", edit(round, Edit::Aside, aside, "")).await;
        matcher::store(&company.db, &row, made, now).await.unwrap();
        assert_eq!(company.open().await[0].id, round, "not proposed as it was");
        company.runs().await;
        let next = company.open().await[0].id;
        assert_ne!(next, round);
        let again = company.pairs(next).await;
        assert!(again.contains(&pairs[0]), "{again:?}");
        assert!(again.iter().all(|pair| pair.0 != *aside), "{again:?}");
        let mut tx = company.tx().await;
        let edits = rounds::edits(&mut tx, next).await.unwrap();
        tx.rollback().await;
        assert_eq!((edits.keep, edits.aside), (vec![pairs[0].clone()], vec![aside.clone()]));
        assert_eq!(edits.was.len(), 3);
    }
}

both! {
    alone "the store alone, without a workspace";
    /// A pair left out during solving makes room for others.
    async fn a_pair_left_out_meanwhile_is_solved_around(engine: Engine) {
        let company = Company::new(engine).await;
        company.matches_as_people_come().await;
        company.runs().await;
        let round = company.open().await[0].id;
        let not = company.pairs(round).await[0].clone();
        company.presses("UANA", Action::LookAgain { round }).await;
        let (row, now) = (company.due().await, company.tx().await.now);
        let made = matcher::solve_round(&company.db, &row, now).await.unwrap();
        company.presses("UBEN", edit(round, Edit::Drop, &not.0, not.1.as_str())).await;
        matcher::store(&company.db, &row, made, now).await.unwrap();
        company.runs().await;
        let pairs = company.pairs(company.open().await[0].id).await;
        assert!(pairs.len() == 3 && !pairs.contains(&not), "{pairs:?}");
    }
}

both! {
    alone "the store alone, without a workspace";
    /// Solving takes time; other due timers neither wait for it nor run it.
    async fn no_other_timer_waits_for_the_matcher(engine: Engine) {
        let company = Company::new(engine).await;
        company.matches_as_people_come().await;
        let mut tx = company.tx().await;
        let now = tx.now;
        timers::at(&mut tx, &Timer::Round, now).await.unwrap();
        tx.commit().await.unwrap();
        let scheduler = Scheduler::new(company.db.clone(), Clock::manual(now));
        assert_eq!(scheduler.step_of(Work::Others).await.unwrap(), 1);
        assert_eq!(scheduler.step_of(Work::Others).await.unwrap(), 0);
        let next = scheduler.next_of(Work::Others).await.unwrap();
        assert!(next.is_none_or(|next| next > now), "nothing to come back to at once");
        assert!(company.is_set().await && company.open().await.is_empty());
        assert_eq!(scheduler.next_of(Work::Solving).await.unwrap(), Some(now));
        assert_eq!(scheduler.step_of(Work::Solving).await.unwrap(), 1);
        assert_eq!(company.open().await.len(), 1);
    }
}
