//! A whole program against the local Slack, on a test clock.
//!
//! ```text
//! options.rs                       the command line
//! company.rs, names.rs             the people
//! habits.rs                        their habits
//! life.rs                          what people read and plan
//! steps.rs                         the loop: the next event
//! choices.rs, actions.rs, forms.rs how people react to a message
//! manual.rs                        people played by hand (the demo)
//! checker.rs, ledger.rs            what people saw, what the bot says it did, and what is lost
//! told.rs                          what owners read
//! report.rs, transcript.rs         the output
//! harness.rs                       the bot and the local Slack in one process
//! ```

mod actions;
mod checker;
mod choices;
mod company;
mod forms;
mod habits;
pub mod harness;
pub mod ledger;
mod life;
mod manual;
mod names;
mod options;
mod report;
mod steps;
mod told;
mod transcript;

pub use company::{CHANNEL, CIRCLE, Company, OFFICE, Person};
pub use habits::Habit;
pub use life::Life;
pub use options::Options;
pub use report::Report;

use crate::domain::program::Settings;
use crate::people_file::{self, BadPeople, Mapping, Purpose};
use harness::{Harness, HarnessOptions};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use report::Run;
use slack_sandbox::{self, Faults, Sandbox, User};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use transcript::Diary;

/// The most people a rehearsal accepts, because of its running time.
pub const MOST: usize = 5000;
/// Weeks around the months, in which people join and are matched, and say goodbye.
const AROUND: i32 = 7;

/// Bad input other than the people's file: the problem and its fix. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum BadRehearsal {
    #[error(
        "nobody here is called \"{0}\": use a name, such as \"{1}\", an id, or a number from 1 to {2}"
    )]
    Nobody(String, String, usize),
    #[error("{0} cannot be written: {1}")]
    Json(PathBuf, std::io::Error),
}

/// Rehearses and prints the report. Returns true if every promise held.
pub async fn run(options: &Options) -> anyhow::Result<bool> {
    let company = match &options.csv {
        Some(path) => people_of(path, options.seed)?,
        None => Company::made_up(usize::from(options.people), options.seed),
    };
    let whose = options
        .transcript
        .as_ref()
        .map(|who| find(&company, who))
        .transpose()?;
    // Fails now rather than after minutes.
    let mut file = match &options.json {
        Some(path) if path.as_os_str() != "-" => {
            let file = std::fs::File::create(path);
            Some(file.map_err(|error| BadRehearsal::Json(path.clone(), error))?)
        }
        _ => None,
    };
    let (report, transcript) = rehearse(options, &company, whose.as_ref()).await?;
    if let Some(file) = &mut file {
        file.write_all(report.json().as_bytes())?;
    }
    let text = match (&options.json, &file, transcript) {
        (Some(_), None, _) => report.json(),
        (_, _, Some(transcript)) => format!("{transcript}\n{report}"),
        _ => report.to_string(),
    };
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // The reader closed the pipe on purpose.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
        other => other?,
    }
    Ok(report.is_well())
}

/// Id and description of the person found: one of the company's people or the program's office.
fn find(company: &Company, who: &str) -> Result<(String, String), BadRehearsal> {
    if let Some(at) = company.find(who) {
        let person = &company.people[at];
        let stage = company.stages.get(person.rank).map_or("", String::as_str);
        let about = format!("{} ({}, {})", person.name, stage, person.habit.word());
        return Ok((person.id.clone(), about));
    }
    let low = who.to_lowercase();
    let office = OFFICE.owners.into_iter().chain([OFFICE.support]);
    let mut office =
        office.filter(|(id, name)| id.to_lowercase() == low || name.to_lowercase().contains(&low));
    match office.next() {
        Some((id, name)) if low.len() >= 3 => Ok((id.to_owned(), name.to_owned())),
        _ => {
            let example = company
                .people
                .first()
                .map_or(OFFICE.owners[0].1, |person| &person.name);
            Err(BadRehearsal::Nobody(
                who.to_owned(),
                example.to_owned(),
                company.people.len(),
            ))
        }
    }
}

/// The rehearsal itself. Returns the report, and the transcript of the person asked for.
pub async fn rehearse(
    options: &Options,
    company: &Company,
    whose: Option<&(String, String)>,
) -> anyhow::Result<(Report, Option<String>)> {
    let began = Instant::now();
    let harness = set(options, company, whose).await?;
    let from = harness.clock.now();
    if let Some(faulty) = options.faults {
        harness.slack.set_faults(faulty.faults());
    }
    let mut life = Life::new(
        harness.clone(),
        Arc::new(company.clone()),
        options.seed,
        options.faults.is_some(),
    );
    let end = from
        .to_zoned(TimeZone::UTC)
        .saturating_add(i32::from(options.months).months())
        .saturating_add(AROUND.weeks());
    life.diary = whose.map(|(id, name)| {
        let zone = harness
            .slack
            .user(id)
            .and_then(|user| TimeZone::get(user.tz.as_deref()?).ok());
        Diary::new(id, name, zone.unwrap_or(TimeZone::UTC))
    });
    life.plan_ahead(end.timestamp().duration_since(from));
    life.plan_without_owners();
    let bar = bar(life.ends.duration_since(from));
    let progress = |now: Timestamp| {
        let hours = now.duration_since(from).as_hours();
        bar.set_position(u64::try_from(hours).unwrap_or_default());
        bar.set_message(
            now.to_zoned(TimeZone::UTC)
                .strftime("%-d %b %Y")
                .to_string(),
        );
    };
    // Boxed, because what a whole program does in one hour is a large future.
    Box::pin(life.live(&progress)).await?;
    harness.slack.set_faults(Faults::default());
    bar.set_message("settling");
    Box::pin(life.settle()).await?;
    bar.finish_and_clear();
    let transcript = life.diary.as_ref().map(|diary| diary.write(&harness.slack));
    let run = Run {
        from,
        until: life.ends,
        wall_seconds: began.elapsed().as_secs_f64(),
    };
    let tally = harness.slack.tally();
    let report = Report::new(options, company, &mut life.checker, &tally, &run);
    Ok((report, transcript))
}

/// The bot, the local Slack and everyone in it.
async fn set(
    options: &Options,
    company: &Company,
    whose: Option<&(String, String)>,
) -> anyhow::Result<Harness> {
    let setting = HarnessOptions {
        sandbox: slack_sandbox::Options {
            keep_bodies: false,
            keep_bodies_of: whose.iter().map(|(id, _)| id.clone()).collect(),
            seed: options.seed,
            socket_mode: options.socket,
            ..slack_sandbox::Options::default()
        },
        program: Some(company.program(options.months)),
        database: options.database.clone(),
        node: Some(1),
        ..HarnessOptions::default()
    };
    let setting = if options.faults.is_some() {
        setting.impatient()
    } else {
        setting
    };
    let harness = Harness::start(setting).await?;
    furnish(&harness.slack, company);
    Ok(harness)
}

/// The people of a CSV file.
pub fn people_of(path: &Path, seed: u64) -> Result<Company, BadPeople> {
    let mapping = Mapping::default();
    let file = people_file::read(path, &our_stages(), MOST, Purpose::Trial, &mapping)?;
    Ok(Company::from_file(&file, seed))
}

/// The people of a CSV file's text, or all its problems.
pub fn people_in(text: &str, seed: u64) -> Result<Company, Vec<String>> {
    let (name, mapping) = (Path::new("people.csv"), Mapping::default());
    let (text, stages) = (text.as_bytes(), our_stages());
    match people_file::parse(name, text, &stages, MOST, Purpose::Trial, &mapping) {
        Ok(file) => Ok(Company::from_file(&file, seed)),
        Err(bad) => Err(bad.problems.iter().map(ToString::to_string).collect()),
    }
}

fn our_stages() -> Settings {
    Settings {
        stages: names::STAGES.map(|(stage, _)| stage.to_owned()).to_vec(),
        ..Settings::default()
    }
}

/// The digest's channel and the mentor circle, the program's office and everyone else.
pub fn furnish(slack: &Sandbox, company: &Company) {
    slack.add_channel(CHANNEL.0, CHANNEL.1, true);
    slack.add_private_channel(CIRCLE.0, CIRCLE.1, true);
    for (id, name) in OFFICE.owners.into_iter().chain([OFFICE.support]) {
        let user = User::new(id, name).tz("Europe/Berlin");
        // The second admin acts for the program once no owner is left.
        slack.add_user(if id == OFFICE.owners[0].0 || id == OFFICE.support.0 {
            user.admin()
        } else {
            user
        });
    }
    for person in &company.people {
        let mut user = User::new(&person.id, &person.name).tz(&person.zone);
        user.name = person.handle();
        user.title = company.stages.get(person.rank).cloned().unwrap_or_default();
        slack.add_user(user);
    }
}

/// Shown on a terminal only, because it would clutter a log file.
fn bar(span: SignedDuration) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(u64::try_from(span.as_hours()).unwrap_or(1));
    if let Ok(style) = ProgressStyle::with_template("  {bar:40} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::options::Faulty;
    use super::*;

    fn options(people: u16, faults: Option<Faulty>) -> Options {
        Options {
            people,
            months: 1,
            seed: 5,
            csv: None,
            faults,
            socket: false,
            json: None,
            transcript: None,
            database: None,
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_small_program_keeps_its_promises() {
        let company = Company::made_up(10, 5);
        let whose = find(&company, "1").unwrap();
        let (report, transcript) = rehearse(&options(10, None), &company, Some(&whose))
            .await
            .unwrap();
        assert!(report.is_well(), "{report}");
        assert!(
            report.figures.pairs > 0 && report.figures.meetings_held > 0,
            "{report}"
        );
        assert!(transcript.unwrap().contains("> /reverse-mentor join"));
        // An owner of forty people reads some twenty messages in six months, which is where more of them shows soonest.
        let (most, idle) = (
            report.figures.owner_messages,
            report.figures.owner_messages_idle,
        );
        assert!(most <= 7, "{report}");
        assert_eq!(idle, 0, "each has something to press: {report}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_outage_loses_nothing() {
        let company = Company::made_up(8, 5);
        let (report, _) = rehearse(&options(8, Some(Faulty::Heavy)), &company, None)
            .await
            .unwrap();
        assert!(report.is_well(), "{report}");
        assert!(
            report.figures.faults_injected > 0 && report.figures.pairs > 0,
            "{report}"
        );
    }
}
