//! A small company goes through a whole program, on both databases, while Slack misbehaves.

use crate::both;
use crate::support::{Engine, new_database};
use clap::Parser;
use reverse_mentor::rehearse::{self, Options};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    options: Options,
}

async fn options(engine: Engine, words: &[&str]) -> Options {
    let mut options = Line::parse_from([&["rehearse"], words].concat()).options;
    if engine == Engine::Postgres {
        options.database = Some(new_database().await);
    }
    options
}

both! {
    alone "a rehearsal has a harness of its own";
    async fn a_program_from_the_first_join_to_the_thank_you(engine: Engine) {
        let options = options(engine, &["--people", "8", "--months", "2", "--seed", "4"]).await;
        assert!(Box::pin(rehearse::run(&options)).await.unwrap());
    }
}

both! {
    alone "a rehearsal has a harness of its own";
    /// The same requests and answers, over connections that the bot opens.
    async fn a_program_in_socket_mode(engine: Engine) {
        let options = options(engine, &["--people", "8", "--months", "1", "--seed", "4", "--socket"]).await;
        assert!(Box::pin(rehearse::run(&options)).await.unwrap());
    }
}

both! {
    alone "a rehearsal has a harness of its own";
    async fn an_outage_now_and_then_breaks_no_promise(engine: Engine) {
        let options = options(engine, &["--people", "8", "--months", "1", "--faults", "heavy"]).await;
        assert!(Box::pin(rehearse::run(&options)).await.unwrap());
    }
}
