//! `match` and `export-template`: pairs from a file, without Slack or a database, or a round of the database solved again.

mod options;
mod people;
mod replay;
mod words;

pub use options::{BadMatch, Options, Template};
pub use people::File;

use crate::config;
use crate::domain::matching;
use crate::domain::program::Settings;
use crate::people_file::{self, Mapping, Purpose};
use crate::rehearse::Company;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::io::{IsTerminal, Write};
use std::path::Path;
use words::print;

/// More people than any company has; they would still fit in memory.
const MOST: usize = 200_000;

/// About twenty people who match well.
pub const TEMPLATE: &str = include_str!("../people_file/template.csv");

/// Prints an example file.
pub fn export_template(template: &Template) -> anyhow::Result<()> {
    match template.people {
        Some(people) => print(&Company::made_up(people, template.seed).csv()),
        None => print(TEMPLATE),
    }
}

/// Finds pairs or replays a round, and prints the result. Returns whether all is as it should be.
pub async fn run(options: &Options, now: Timestamp) -> anyhow::Result<bool> {
    if options.json_to_output() && options.explain.is_some() {
        return Err(BadMatch::BothToOutput.into());
    }
    match (&options.round, &options.people) {
        (Some(round), _) => replay::run(options, round, now).await,
        (None, people) => {
            let people = people.clone().unwrap_or_default();
            from_file(options, &people, now).map(|()| true)
        }
    }
}

fn from_file(options: &Options, people: &Path, now: Timestamp) -> anyhow::Result<()> {
    let settings = match &options.settings {
        Some(path) => config::read_program(path)?.settings,
        None => Settings::default(),
    };
    let mapping = Mapping {
        columns: options.columns.clone(),
        stages: options.stages.clone(),
    };
    let read = people_file::read(people, &settings, MOST, Purpose::Match, &mapping)?;
    let ignored = words::ignored(&read.notes);
    let now = match options.on {
        // Shared hours are counted over the following days, which must exist.
        Some(day) if day.year() > 9000 => return Err(BadMatch::Day(day).into()),
        Some(day) => day.to_zoned(TimeZone::UTC)?.timestamp(),
        None => now,
    };
    let file = File::of(read, &settings);
    let candidates = file.candidates(&settings, now, options.seed);
    let two = match &options.explain {
        Some(two) => Some((file.find(&two[0])?, file.find(&two[1])?)),
        None => None,
    };
    // Fails now rather than after a minute.
    let mut json_file = match &options.json {
        Some(path) if !options.json_to_output() => {
            if is_same_file(path, people) {
                return Err(BadMatch::Overwrites(path.clone()).into());
            }
            let file = std::fs::File::create(path);
            Some(file.map_err(|error| BadMatch::Json(path.clone(), error))?)
        }
        _ => None,
    };
    // Apart from the outcome, which may be read by a program.
    std::io::stderr().write_all(ignored.as_bytes())?;
    let bar = bar();
    let seen = std::cell::Cell::new(0_usize);
    let round = matching::solve_watched(&candidates, &|pairs| {
        seen.set(seen.get() + pairs);
        bar.set_message(HumanCount(seen.get() as u64).to_string());
        bar.tick();
    });
    bar.finish_and_clear();
    if let Some(json_file) = &mut json_file {
        json_file.write_all(words::json(&round).as_bytes())?;
    }
    if let Some((mentor, mentee)) = two {
        return print(&file.explain(&candidates, &round, mentor, mentee));
    }
    if options.json.is_some() && json_file.is_none() {
        return print(&words::json(&round));
    }
    print(&file.report(&round))
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    let real = std::fs::canonicalize(one).ok();
    real.is_some() && real == std::fs::canonicalize(other).ok()
}

/// Shown on a terminal only. A spinner, because the total is known only at the end.
fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg} pairs looked at ({elapsed})")
    {
        bar.set_style(style);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::matching::Round;

    fn read(text: &str, settings: &Settings) -> people_file::PeopleFile {
        let (name, mapping) = (Path::new("people.csv"), Mapping::default());
        let bytes = text.as_bytes();
        people_file::parse(name, bytes, settings, MOST, Purpose::Match, &mapping).unwrap()
    }

    fn matched(text: &str) -> (File, Round) {
        let settings = Settings::default();
        let file = File::of(read(text, &settings), &settings);
        let now = "2026-01-12T10:00:00Z".parse().unwrap();
        let round = matching::solve(&file.candidates(&settings, now, 7));
        (file, round)
    }

    #[test]
    fn the_template_matches_well() {
        let (file, round) = matched(TEMPLATE);
        assert_eq!(round.certificate.gap, 0);
        assert!((18..=24).contains(&file.known.len()));
        assert!(round.unmatched.len() <= 1, "{:?}", round.unmatched);
        let weakest = round.pairs.iter().map(|pair| pair.score).min();
        assert!(
            weakest >= Some(Settings::default().floor + 20),
            "{weakest:?}"
        );
        assert!(round.pairs.iter().any(|pair| pair.owner_must_confirm));
    }

    #[test]
    fn a_made_up_company_survives_its_file() {
        let company = Company::made_up(60, 3);
        let settings: Settings = toml::from_str(&company.program(6)).unwrap();
        let again = Company::from_file(&read(&company.csv(), &settings), 3);
        for (person, again) in company.people.iter().zip(&again.people) {
            assert_eq!((&person.id, &person.name), (&again.id, &again.name));
            assert_eq!((&person.share, &person.learn), (&again.share, &again.learn));
            assert_eq!((person.rank, person.role), (again.rank, again.role));
            let told = person.manager.filter(|_| person.tells_manager);
            assert_eq!(told, again.manager);
        }
    }

    #[test]
    fn bystanders_and_people_outside_the_file_are_in_reporting_lines() {
        let (file, round) = matched(
            "name,stage,manager,role,share,learn\n\
             Ana,1,Bea,mentor,AI tools,Strategy\n\
             Bea,3,Cem,none,,\n\
             Cem,5,-,mentee,Strategy,AI tools\n\
             Dan,5,Ida Outside,mentee,Strategy,AI tools\n\
             Eve,5,-,mentee,Strategy,AI tools|Chess\n\
             Fay,1,Gus,mentor,AI tools,Strategy\n\
             Gus,2,Hal,no,,\n\
             Hal,3,Gus,bystander,,\n",
        );
        assert_eq!((file.known.len(), file.bystanders.len()), (5, 3));
        // Fay's line runs in a circle; Ana's does not, and she is below Cem by way of Bea.
        let check = |mentor: &str| {
            let mut pairs = round.pairs.iter();
            let pair = pairs.find(|pair| pair.mentor.as_str() == mentor);
            pair.map(|pair| pair.owner_must_confirm)
        };
        assert_eq!((check("Ana"), check("Fay")), (Some(false), Some(true)));
        let settings = Settings::default();
        let now = "2026-01-12T10:00:00Z".parse().unwrap();
        let candidates = file.candidates(&settings, now, 7);
        let (ana, cem) = (file.find("Ana").unwrap(), file.find("Cem").unwrap());
        let never = file.explain(&candidates, &round, ana, cem);
        assert!(never.starts_with("Ana cannot mentor Cem."), "{never}");
        let told = file.report(&round);
        assert!(told.starts_with("2 pairs from 5 people"), "{told}");
        assert!(
            told.contains("3 people are in reporting lines only."),
            "{told}"
        );
        let json: serde_json::Value = serde_json::from_str(&words::json(&round)).unwrap();
        let checks = json["pairs"].as_array().unwrap().iter();
        let mut checks = checks.map(|pair| (pair["mentor"].as_str(), pair["check"].as_bool()));
        assert!(checks.clone().any(|it| it == (Some("Ana"), Some(false))));
        assert!(checks.any(|it| it == (Some("Fay"), Some(true))));
        assert!(matches!(file.find("Bea"), Err(BadMatch::Bystander(_))));
    }

    #[test]
    fn somebody_whose_manager_is_outside_the_file_has_to_be_checked() {
        let (_, round) = matched(
            "name,stage,manager,share,learn\nAna,1,out@x.org,AI tools,\nDan,5,-,,AI tools\n",
        );
        assert!(round.pairs[0].owner_must_confirm);
    }

    /// Every second one of `people * 2` takes part; of all, this share has a known manager. Returns how many pairs there are, and
    /// how many of them an owner has to look at.
    fn to_check(people: usize, percent: usize) -> (usize, usize) {
        let mut company = Company::made_up(people * 2, 3);
        for (at, person) in company.people.iter_mut().enumerate() {
            // Spread over the company, and not in step with who takes part.
            person.tells_manager = at * 37 % 100 < percent;
            if at % 2 == 1 {
                person.role = "none";
            }
        }
        let settings: Settings = toml::from_str(&company.program(6)).unwrap();
        let file = File::of(read(&company.csv(), &settings), &settings);
        let now = "2026-01-12T10:00:00Z".parse().unwrap();
        let round = matching::solve(&file.candidates(&settings, now, 7));
        let checks = round.pairs.iter().filter(|pair| pair.owner_must_confirm);
        (round.pairs.len(), checks.count())
    }

    /// The table in ARCHITECTURE.md. With everybody's manager known, less than one pair in twenty needs a look.
    #[test]
    fn the_more_managers_are_known_the_fewer_pairs_need_a_look() {
        let rows = [120, 200, 600].map(|people| {
            let cells = [0, 50, 90, 100].map(|percent| {
                let (pairs, checks) = to_check(people, percent);
                assert!(percent < 100 || checks * 20 < pairs, "{checks} of {pairs}");
                format!(" {checks} of {pairs} |")
            });
            format!("| {people} |{}\n", cells.concat())
        });
        let table = rows.concat();
        let architecture = include_str!("../../ARCHITECTURE.md");
        assert!(
            architecture.contains(&table),
            "ARCHITECTURE.md has another table than\n{table}"
        );
    }

    const SMALL: &str = "name,stage,manager,role,share,learn\n\
        Ana,1,-,mentor,AI tools|Design,\n\
        Ben,5,-,mentee,,AI tools\n\
        Cleo,1,,mentor,AI tools,\n\
        Dan,5,-,mentee,,AI tools|Design\n\
        Eve,5,-,mentee,,Chess\n";

    #[test]
    fn the_report_reads_well() {
        let (file, round) = matched(SMALL);
        insta::assert_snapshot!(file.report(&round), @r"
        2 pairs from 5 people, seed 7. 1 person is without a partner.
        The weakest pair scores 38, all pairs together 86. Proven: no choice of pairs is better.

           1. Ana mentors Dan · 48 of 100
              The mentee wants to learn about AI tools and Design, which the mentor can share.
              They share 8 working hours on a typical day.

           2. Cleo mentors Ben · 38 of 100
              The mentee wants to learn about AI tools, which the mentor can share.
              They share 8 working hours on a typical day.
              The reporting line of one of them is not known to the top: an owner has to check first.

        Without a partner
          Eve: Everyone who would fit scores below the floor.
        ");
        let json: serde_json::Value = serde_json::from_str(&words::json(&round)).unwrap();
        assert_eq!(json["seed"], 7);
        assert_eq!(json["certificate"]["gap"], 0);
        assert_eq!(json["pairs"][1]["mentor"], "Cleo");
        assert_eq!(json["pairs"][1]["reasons"].as_array().unwrap().len(), 3);
        assert_eq!(json["unmatched"][0]["person"], "Eve");
    }

    #[test]
    fn a_pair_is_explained_by_what_would_change() {
        let (file, round) = matched(SMALL);
        let settings = Settings::default();
        let now = "2026-01-12T10:00:00Z".parse().unwrap();
        let c = file.candidates(&settings, now, 7);
        let explain = |mentor, mentee| {
            file.explain(
                &c,
                &round,
                file.find(mentor).unwrap(),
                file.find(mentee).unwrap(),
            )
        };
        insta::assert_snapshot!(explain("ana", "Dan"), @r"
        Ana mentors Dan · 48 of 100
          The mentee wants to learn about AI tools and Design, which the mentor can share.
          They share 8 working hours on a typical day.
        Without this pair: 10 points lower in all.
        Proven: no choice of pairs is better.
        ");
        insta::assert_snapshot!(explain("Ana", "Ben"), @r"
        Ana is not matched with Ben in this round; they would score 38 of 100.
          The mentee wants to learn about AI tools, which the mentor can share.
          They share 8 working hours on a typical day.
        With this pair: 10 points lower in all.
        Proven: no choice of pairs is better.
        ");
        let never = explain("Ben", "Cleo");
        assert_eq!(
            never,
            "Ben cannot mentor Cleo. One of them joined in the other role.\n"
        );
        assert!(file.find("Zoe").is_err());
    }
}
