//! The settings modal. Fields are named as in program.toml.

use super::when::{self, After, Planned};
use super::{channels, file, recipe_views};
use crate::domain::program::{Day, Matching, Settings};
use crate::domain::settings_part::Part;
use crate::domain::zones;
use crate::md;
use crate::slack::blocks::{Blocks, Input, Modal, button};
use crate::slack::event::{Action, Form};
use crate::slack::words::Md;
use jiff::civil::Date;

const TITLE: &str = "Program settings";
const WHAT_AND_WHO: [&str; 8] = [
    "name",
    "recipe",
    "purpose",
    "owners",
    "support_contact",
    "mentor_circle",
    "minimum_group",
    "retention_days",
];
const RHYTHM: [&str; 7] = [
    "time_zone",
    "work_week",
    "holidays",
    "cycles",
    "round_schedule",
    "digest_schedule",
    "digest_channel",
];
const MATCHING: [&str; 12] = [
    "stages",
    "stage_gap",
    "matching",
    "approval",
    "join_until",
    "first_match",
    "least_people",
    "floor",
    "topics",
    "languages",
    "departments",
    "sites",
];
const LIST: usize = 3000;

/// The settings that a step's form shows.
fn shown(step: Part) -> &'static [&'static str] {
    match step {
        Part::WhatAndWho | Part::Everything => &WHAT_AND_WHO,
        Part::Rhythm => &RHYTHM,
        Part::Matching => &MATCHING,
    }
}

/// Whether the form of this part shows a setting.
pub(super) fn shows(part: Part, field: &str) -> bool {
    let steps = Part::STEPS.into_iter().filter(|step| part.has(*step));
    steps.flat_map(shown).any(|one| *one == field)
}

pub(super) fn first_field(part: Part) -> &'static str {
    match part {
        Part::WhatAndWho | Part::Everything => "name",
        Part::Rhythm => "time_zone",
        Part::Matching => "stages",
    }
}

/// The settings in their parts, each with the way to edit it.
pub(super) fn overview(settings: &Settings) -> Modal {
    let parts = Part::ALL.map(|part| button(part.title(), &Action::EditSettings(part)));
    let blocks = Blocks::new()
        .section(md!(
            "*{}.* What would you like to change? What a change means for people is shown before it's saved.",
            settings.name
        ))
        .buttons(parts);
    Modal::notice(TITLE, blocks)
}

/// `file`: the settings that are as an editable program.toml says; `was`: the mark of the settings.
pub(super) fn form(
    (part, was): (Part, u64),
    settings: &Settings,
    after: After,
    file: &[String],
) -> Modal {
    let title = match part {
        Part::Everything => TITLE,
        Part::WhatAndWho | Part::Rhythm | Part::Matching => part.title(),
    };
    let here = file.iter().filter(|field| shows(part, field));
    let here: Vec<&str> = here.map(String::as_str).collect();
    let blocks = file::says(&here).append(fields(part, settings, after));
    Modal::form(Form::SettingsSince { part, was }, title, "Save", blocks)
}

/// A step of the setup of a program.
pub(super) fn step(part: Part, settings: &Settings, after: After) -> Modal {
    let number = Part::STEPS.iter().position(|step| *step == part);
    let number = number.map_or(1, |at| at + 1);
    let lead = match part {
        Part::WhatAndWho | Part::Everything => {
            "Everything has a sensible default, and you can change all of it later. Name a support contact, and go on."
        }
        Part::Rhythm => "When things happen. If you'd like a weekly digest, pick its channel.",
        Part::Matching => "Who meets whom, and what people can pick. Then your program is ready.",
    };
    let mut blocks = Blocks::new().section(md!(
        "*Step {} of {}: {}*\n{}",
        number,
        Part::STEPS.len(),
        part.title(),
        Md::from(lead)
    ));
    if part.before().is_some() {
        blocks = blocks.buttons([button("Back", &Action::SetupBack(part))]);
    }
    if part == Part::WhatAndWho {
        blocks = blocks.append(recipe_views::buttons());
    }
    let blocks = blocks.append(fields(part, settings, after));
    let submit = if part.next().is_some() {
        "Next"
    } else {
        "Start"
    };
    Modal::form(Form::SetupStep(part), "Set up the program", submit, blocks)
}

/// A part's form once more, after what its changes mean.
pub(super) fn form_after(
    above: Blocks,
    form: Form,
    part: Part,
    (settings, after): (&Settings, After),
) -> Modal {
    let blocks = above
        .header("As you've edited it")
        .append(fields(part, settings, after));
    Modal::form(form, TITLE, "Save", blocks)
}

fn fields(part: Part, settings: &Settings, after: After) -> Blocks {
    match part {
        Part::WhatAndWho => program(settings)
            .append(channels::circle(settings))
            .append(minimum_group(settings))
            .append(retention(settings)),
        Part::Rhythm => calendar(settings)
            .append(when::choices(Planned::Rounds, settings, after))
            .append(when::choices(Planned::Digest, settings, after))
            .append(channels::digest(settings))
            .append(when::expressions(settings)),
        Part::Matching => matching(settings)
            .append(window(settings))
            .append(approval(settings))
            .append(floor(settings))
            .append(lists(settings)),
        Part::Everything => Part::STEPS.iter().fold(Blocks::new(), |blocks, step| {
            let step_fields = fields(*step, settings, after);
            blocks.header(step.title()).append(step_fields)
        }),
    }
}

fn program(settings: &Settings) -> Blocks {
    let contact: Vec<_> = settings.support_contact.iter().cloned().collect();
    Blocks::new()
        .input(Input::line("name", "Name of the program", 60).filled(&settings.name))
        .append(recipe_views::choice(settings))
        .input(
            Input::text("purpose", "Why we do this", 1500)
                .optional()
                .filled(&settings.purpose)
                .hint("People read this when they join."),
        )
        .input(
            Input::users("owners", "Owners", 50)
                .people(&settings.owners)
                .hint("They look over matches, and get one private note a week when there is something to do."),
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
    Blocks::new().input(
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
}

fn minimum_group(settings: &Settings) -> Blocks {
    Blocks::new().input(
        one(
            "minimum_group",
            "Smallest group to show a figure for",
            2..=20,
            settings.minimum_group,
            |n| format!("{n} people"),
        )
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

fn floor(settings: &Settings) -> Blocks {
    Blocks::new().input(
        Input::line("floor", "Lowest score of a match, of 100", 10)
            .filled(&settings.floor.to_string())
            .hint("Nobody is matched below it: waiting is better than a poor match."),
    )
}

fn retention(settings: &Settings) -> Blocks {
    Blocks::new().input(
        Input::line(
            "retention_days",
            "Days until what people wrote is erased",
            10,
        )
        .filled(&settings.retention_days.to_string())
        .hint("Counted from the day a pair closes; profiles end as long after their person left."),
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
