//! `import`: an operator brings in the organization from a file, after reading what it changes. The same file twice changes
//! nothing (but counts as heard anew), so a nightly one is fine. `serve` may be running.

use crate::clock::Clock;
use crate::config;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::organization::List;
use crate::domain::program::Settings;
use crate::features::organization;
use crate::operator::{self, OPERATOR, Place};
use crate::people_file::{self, BadPeople, Mapping, Problem, Purpose};
use crate::router;
use crate::slack::client::{CallError, Client};
use crate::store::{Db, programs, tokens};
use clap::Args;
use organization::{MOST, Review};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The longest a call to Slack may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Which file, and what to do with it.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// A list of people as CSV or .xlsx, as HR systems and Slack's member export write it: `--help` lists its columns.
    pub file: PathBuf,
    /// Only say what it would change.
    #[arg(long)]
    pub dry_run: bool,
    /// Don't ask, for scripts: take over what the preview shows.
    #[arg(long)]
    pub yes: bool,
    /// Also write what it changes (or every mistake) as JSON; - is standard output, in place of the words.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Which header of the file is which column, where that is unclear; - in place of a header: none.
    #[arg(long = "column", value_name = "NAME=HEADER", value_parser = people_file::mapping_entry)]
    pub columns: Vec<(String, String)>,
    /// Which of the program's stages (by name or number) a word of the file is, such as `"Manager=Experienced"`; - for none.
    /// What was said about the last list counts again.
    #[arg(long = "stage", value_name = "WORD=STAGE", value_parser = people_file::stage_entry)]
    pub stages: Vec<(String, String)>,
    /// To find people in Slack by email address (scope `users:read.email`); without it, Slack member IDs in the file count.
    #[arg(long, env = "SLACK_BOT_TOKEN", hide_env_values = true)]
    pub slack_bot_token: Option<SecretString>,
    /// Slack's Web API, or a stand-in.
    #[arg(long, env = "SLACK_API_URL", default_value = "https://slack.com/api")]
    pub slack_api_url: String,
    #[command(flatten)]
    pub place: Place,
}

/// What is wrong with the command or the file. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum BadImport {
    #[error("Slack did not say who has which email address: {0}. Nothing has changed")]
    Emails(CallError),
    #[error(
        "another list has come in since you read this, so nothing of yours was taken over: run it again to see what it changes now"
    )]
    Changed,
    #[error("{0} cannot be written: {1}")]
    Json(PathBuf, std::io::Error),
}

impl Options {
    fn json_to_output(&self) -> bool {
        self.json.as_deref() == Some(Path::new("-"))
    }

    fn say(&self, words: &str) {
        if !self.json_to_output() {
            println!("{words}");
        }
    }

    fn write_json(&self, value: &Value) -> Result<(), BadImport> {
        let text = format!("{value:#}\n");
        match &self.json {
            Some(_) if self.json_to_output() => print!("{text}"),
            Some(path) => {
                let written = std::fs::write(path, text);
                written.map_err(|error| BadImport::Json(path.clone(), error))?;
            }
            None => {}
        }
        Ok(())
    }
}

/// Reads the file, says what it changes, asks, and takes it over. Returns whether all is as asked: false when the operator would
/// rather not.
pub async fn run(options: &Options) -> anyhow::Result<bool> {
    let clock = options.place.clock()?;
    let db = options.place.open(&clock).await?;
    let done = import(&db, &clock, options).await;
    db.close().await;
    done
}

async fn import(db: &Db, clock: &Clock, options: &Options) -> anyhow::Result<bool> {
    let team = options.place.only_team(db, clock).await?;
    let list = match read(db, clock, &team, options).await? {
        Ok(list) => list,
        Err(bad) => return refuse(options, bad),
    };
    let (in_slack, has_emails) = emails((db, clock, &team), options, &list).await?;
    let mut tx = db.read(&team, clock.now()).await?;
    let review = organization::review(&mut tx, &list, &in_slack, has_emails).await?;
    drop(tx);
    let review = match review {
        Ok(review) => review,
        Err(same) => {
            let problem = |same: &crate::domain::organization::SamePerson| Problem {
                line: same.line,
                words: format!(
                    "is the same person in Slack as line {}: keep one of them",
                    same.earlier
                ),
                ..Problem::default()
            };
            let problems = same.iter().map(problem).collect();
            return refuse(options, BadPeople::new(&options.file, problems));
        }
    };
    options.say(&words(&list, &review));
    let is_new = !review.difference.is_empty();
    if !is_new && !options.dry_run {
        take_over((db, clock, &team), &list, &in_slack, &review).await?;
    }
    let is_wanted = is_new && !options.dry_run;
    let is_taken_over = is_wanted && (options.yes || confirmed(options)?);
    if is_taken_over {
        take_over((db, clock, &team), &list, &in_slack, &review).await?;
        options.say("Taken over.");
    } else if is_wanted {
        options.say("Nothing has changed.");
    }
    options.write_json(&as_json(&list, &review, is_taken_over))?;
    Ok(is_taken_over || !is_wanted)
}

/// The people in the file, or every mistake in it.
async fn read(
    db: &Db,
    clock: &Clock,
    team: &TeamId,
    options: &Options,
) -> anyhow::Result<Result<List, BadPeople>> {
    let mut tx = db.read(team, clock.now()).await?;
    let program = programs::find(&mut tx).await?;
    // A list can come before the program.
    let settings = program.map_or_else(Settings::default, |program| (*program.settings).clone());
    let mut stages = options.stages.clone();
    stages.extend(organization::remembered_stages(&mut tx, &settings.stages).await?);
    drop(tx);
    let mapping = Mapping {
        columns: options.columns.clone(),
        stages,
    };
    let file = people_file::read(&options.file, &settings, MOST, Purpose::Import, &mapping);
    Ok(file.map(|file| organization::list(&file, &settings)))
}

fn refuse(options: &Options, bad: BadPeople) -> anyhow::Result<bool> {
    let at = |problem: &Problem, line: u64| json!({"line": line, "column": problem.column, "words": problem.in_full()});
    let of_one = |problem: &Problem| -> Vec<Value> {
        problem.lines().map(|line| at(problem, line)).collect()
    };
    let mistakes: Vec<Value> = bad.problems.iter().flat_map(of_one).collect();
    options.write_json(&json!({"applied": false, "mistakes": mistakes}))?;
    Err(bad.into())
}

/// Who has which of the file's addresses, and whether Slack shows any. A workspace that installed the app by itself is asked with its own token.
async fn emails(
    (db, clock, team): (&Db, &Clock, &TeamId),
    options: &Options,
    list: &List,
) -> anyhow::Result<(BTreeMap<String, UserId>, bool)> {
    let wanted = list.emails();
    let (mut found, mut has_emails) = (BTreeMap::new(), false);
    if wanted.is_empty() {
        return Ok((found, has_emails));
    }
    let mut tx = db.read(team, clock.now()).await?;
    let own = tokens::current(&mut tx).await?;
    drop(tx);
    let given = config::present(options.slack_bot_token.as_ref());
    let own = own.as_ref().map(|current| &current.token);
    let Some(token) = own.or(given) else {
        return Ok((found, has_emails));
    };
    let client = Client::new(&options.slack_api_url, token, PATIENCE)?;
    let mut cursor = None;
    loop {
        let (people, next) = match client.emails(cursor.as_deref()).await {
            Ok(page) => page,
            Err(CallError::RateLimited(seconds)) => {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                continue;
            }
            Err(error) => return Err(BadImport::Emails(error).into()),
        };
        has_emails |= !people.is_empty();
        found.extend(
            people
                .into_iter()
                .filter(|(email, _)| wanted.contains(email)),
        );
        if next.is_none() {
            return Ok((found, has_emails));
        }
        cursor = next;
    }
}

fn words(list: &List, review: &Review) -> String {
    let mut lines = review.difference.in_words();
    if review.difference.unknown_emails > 0 && !review.difference.has_emails {
        let hint = "Slack shows no email addresses: that takes SLACK_BOT_TOKEN and the scope users:read.email; or \
                    put Slack member IDs in a column `id`";
        lines.push(hint.to_owned());
    }
    lines.extend(review.difference.warning());
    lines.extend(list.remarks());
    lines.join("\n")
}

fn as_json(list: &List, review: &Review, applied: bool) -> Value {
    json!({
        "applied": applied,
        "difference": review.difference,
        "circles": list.circles,
        "top": list.top,
        "ignored_columns": list.ignored,
        "mistakes": [],
    })
}

/// Takes over what was read, or nothing where that has changed meanwhile.
async fn take_over(
    (db, clock, team): (&Db, &Clock, &TeamId),
    list: &List,
    in_slack: &BTreeMap<String, UserId>,
    read: &Review,
) -> anyhow::Result<()> {
    operator::in_one(db, team, clock, async |tx| {
        let has_emails = read.difference.has_emails;
        let now = organization::review(tx, list, in_slack, has_emails).await?;
        let Some(now) = now.ok().filter(|now| now.difference == read.difference) else {
            return Ok(false);
        };
        if now.difference.is_empty() {
            organization::came_again(tx, &now.placed).await?;
        } else {
            organization::take_over(tx, &now.placed, &UserId::from(OPERATOR)).await?;
        }
        router::happenings(tx).await?;
        Ok(true)
    })
    .await?
    .then_some(())
    .ok_or_else(|| BadImport::Changed.into())
}

fn confirmed(options: &Options) -> std::io::Result<bool> {
    if options.json_to_output() {
        // There is nobody to ask.
        return Ok(false);
    }
    let typed = operator::typed("\nTake it over? Type yes: ")?;
    Ok(typed.eq_ignore_ascii_case("yes"))
}
