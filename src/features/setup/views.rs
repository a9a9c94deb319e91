//! The settings modal. Fields are named as in program.toml.

use super::when::{self, After, Planned};
use crate::domain::program::{Day, Matching, Settings};
use crate::domain::zones;
use crate::slack::blocks::{Blocks, Input, Modal};
use crate::slack::event::Form;
use jiff::civil::Date;

/// The settings that the modal shows; others keep their values.
pub(super) const SHOWN: [&str; 25] = [
    "name",
    "purpose",
    "owners",
    "support_contact",
    "digest_channel",
    "time_zone",
    "work_week",
    "holidays",
    "cycles",
    "stages",
    "stage_gap",
    "matching",
    "round_schedule",
    "join_until",
    "first_match",
    "least_people",
    "approval",
    "minimum_group",
    "digest_schedule",
    "topics",
    "languages",
    "departments",
    "sites",
    "floor",
    "retention_days",
];

const LIST: usize = 3000;

pub(super) fn form(settings: &Settings, new: bool, after: After) -> Modal {
    let blocks = Blocks::new()
        .section(
            "Everything here has a sensible default. Name a support contact and a digest channel, and you're done. \
             You can change all of it later.",
        )
        .append(fields(settings, after));
    let submit = if new { "Start" } else { "Save" };
    Modal::form(Form::Setup, "Program settings", submit, blocks)
}

/// The form once more, after what its changes mean.
pub(super) fn form_after(above: Blocks, form: Form, settings: &Settings, after: After) -> Modal {
    let blocks = above
        .header("As you've edited it")
        .append(fields(settings, after));
    Modal::form(form, "Program settings", "Save", blocks)
}

fn fields(settings: &Settings, after: After) -> Blocks {
    program(settings)
        .header("When")
        .append(calendar(settings))
        .append(when::choices(Planned::Digest, settings, after))
        .header("Who meets whom")
        .append(matching(settings))
        .append(when::choices(Planned::Rounds, settings, after))
        .append(window(settings))
        .append(approval(settings))
        .header("What people can pick")
        .append(lists(settings))
        .header("Advanced")
        .append(numbers(settings))
        .append(when::expressions(settings))
}

fn program(settings: &Settings) -> Blocks {
    let contact: Vec<_> = settings.support_contact.iter().cloned().collect();
    let channel = settings
        .digest_channel
        .as_ref()
        .map_or("", |id| id.as_str());
    Blocks::new()
        .input(Input::line("name", "Name of the program", 60).filled(&settings.name))
        .input(
            Input::text("purpose", "Why we do this", 1500)
                .optional()
                .filled(&settings.purpose)
                .hint("People read this when they join."),
        )
        .input(
            Input::users("owners", "Owners", 50)
                .people(&settings.owners)
                .hint("They look over matches and read the private part of the digest."),
        )
        .input(
            Input::user("support_contact", "Support contact")
                .optional()
                .people(&contact)
                .hint(
                    "Someone outside reporting lines who anyone can turn to, for example in HR. Everyone in the \
                     program can see who it is.",
                ),
        )
        .input(
            Input::channel("digest_channel", "Digest channel")
                .optional()
                .filled(channel)
                .hint(
                    "Once a week: figures and a chart, never names. Leave it empty for no public digest. A private \
                     channel works, too: invite me there first, or I can't post.",
                ),
        )
}

fn calendar(settings: &Settings) -> Blocks {
    let days: Vec<(&str, &str)> = Day::ALL
        .iter()
        .map(|day| (day.name(), day.as_str()))
        .collect();
    let work_week: Vec<&str> = settings.work_week.iter().map(|day| day.as_str()).collect();
    let holidays: Vec<String> = settings.holidays.iter().map(ToString::to_string).collect();
    Blocks::new()
        .input(
            Input::search("time_zone", "Time zone of the program", 1)
                .found(&zones::shown(&settings.time_zone), &settings.time_zone)
                .placeholder("Type a city, for example Berlin")
                .hint("The largest city near you, or the hours from UTC, for example UTC+1."),
        )
        .input(Input::checkboxes("work_week", "Working days", &days).picked(&work_week))
        .input(
            Input::text("holidays", "Days off", LIST)
                .optional()
                .filled(&holidays.join("\n"))
                .hint("One date per line, for example 2027-01-01. Nobody is nudged on these days."),
        )
        .input(
            one(
                "cycles",
                "How many months a pair meets",
                1..=24,
                settings.cycles.into(),
                |n| plural(n, "month", "months"),
            )
            .hint("They meet once a month."),
        )
}

fn matching(settings: &Settings) -> Blocks {
    let how = match settings.matching {
        Matching::Rolling => "rolling",
        Matching::Rounds => "rounds",
    };
    Blocks::new()
        .input(
            Input::text("stages", "Career stages, most junior first", LIST)
                .filled(&settings.stages.join("\n"))
                .hint("One per line. People pick their own; it's never about age."),
        )
        .input(one(
            "stage_gap",
            "A mentor is below the mentee by at least",
            1..=6,
            settings.stage_gap.into(),
            |n| plural(n, "stage", "stages"),
        ))
        .input(
            Input::radio(
                "matching",
                "People are matched",
                &[
                    ("Together, in rounds", "rounds"),
                    ("As soon as two people are a good fit", "rolling"),
                ],
            )
            .picked(&[how]),
        )
}

/// The enrollment window.
fn window(settings: &Settings) -> Blocks {
    let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    let least = settings
        .least_people
        .map_or_else(String::new, |least| least.to_string());
    Blocks::new()
        .input(
            Input::date("join_until", "People join until")
                .optional()
                .filled(&day(settings.join_until))
                .hint("For a first match on a day of its own. Leave it empty, and people join at any time."),
        )
        .input(
            Input::date("first_match", "The first match is on")
                .optional()
                .filled(&day(settings.first_match))
                .hint("No one is matched before that day. After it, people are matched as you've chosen above."),
        )
        .input(
            Input::line("least_people", "Least people for the first match", 10)
                .optional()
                .filled(&least)
                .hint(
                    "With fewer, you're asked on that day. Without an answer it moves by a week, three times at most.",
                ),
        )
}

fn approval(settings: &Settings) -> Blocks {
    let approval = if settings.approval { "yes" } else { "no" };
    Blocks::new()
        .input(
            Input::radio(
                "approval",
                "Before anyone is introduced",
                &[
                    ("An owner looks over the matches", "yes"),
                    ("Nothing: pairs are introduced right away", "no"),
                ],
            )
            .picked(&[approval]),
        )
        .input(
            one("minimum_group", "Smallest group to show a figure for", 2..=20, settings.minimum_group, |n| {
                format!("{n} people")
            })
            .hint("Figures over fewer people are shown as “fewer than”, so nobody can be singled out."),
        )
}

fn lists(settings: &Settings) -> Blocks {
    let list = |name: &str, label: &str, items: &[String]| {
        Input::text(name, label, LIST).filled(&items.join("\n"))
    };
    Blocks::new()
        .input(
            list("topics", "Topics", &settings.topics)
                .optional()
                .hint("One per line. People can add their own."),
        )
        .input(list("languages", "Languages", &settings.languages).hint("One per line."))
        .input(
            list("departments", "Departments", &settings.departments)
                .optional()
                .hint("One per line."),
        )
        .input(
            list("sites", "Sites", &settings.sites)
                .optional()
                .hint("One per line. Leave it empty and people write their own."),
        )
}

fn numbers(settings: &Settings) -> Blocks {
    Blocks::new()
        .input(
            Input::line("floor", "Lowest score of a match, of 100", 10)
                .filled(&settings.floor.to_string())
                .hint("Nobody is matched below it: waiting is better than a poor match."),
        )
        .input(
            Input::line(
                "retention_days",
                "Days until what people wrote is erased",
                10,
            )
            .filled(&settings.retention_days.to_string())
            .hint(
                "Counted from the day a pair closes; profiles end as long after their person left.",
            ),
        )
}

/// A number from a list, which always includes the current one.
fn one(
    name: &str,
    label: &str,
    range: std::ops::RangeInclusive<u32>,
    now: u32,
    say: impl Fn(u32) -> String,
) -> Input {
    let mut numbers: Vec<u32> = range.collect();
    if !numbers.contains(&now) {
        numbers.push(now);
        numbers.sort_unstable();
    }
    let options: Vec<(String, String)> = numbers.iter().map(|&n| (say(n), n.to_string())).collect();
    Input::one(name, label, &options).picked(&[now.to_string()])
}

fn plural(number: u32, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
