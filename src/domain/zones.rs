//! Time zones as people spell them: by a city with or without its accents, by an abbreviation, or by the hours from UTC.

mod cities;

use cities::{ABBREVIATIONS, CITIES};
use jiff::tz::TimeZone;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The most options that Slack shows.
const OPTIONS: usize = 100;

/// Zones that are no whole hours from UTC all year, by minutes ahead of it.
const ODD_OFFSETS: [(i32, &str); 11] = [
    (-570, "Pacific/Marquesas"),
    (-210, "America/St_Johns"),
    (210, "Asia/Tehran"),
    (270, "Asia/Kabul"),
    (330, "Asia/Kolkata"),
    (345, "Asia/Kathmandu"),
    (390, "Asia/Yangon"),
    (525, "Australia/Eucla"),
    (570, "Australia/Darwin"),
    (630, "Australia/Lord_Howe"),
    (765, "Pacific/Chatham"),
];

/// A zone that somebody may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// As people read it: "Mumbai (Asia/Kolkata)".
    pub shown: String,
    /// IANA's name.
    pub name: String,
}

/// How well a zone fits what was typed, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Abbreviation,
    /// IANA's whole name.
    Name,
    City,
    Beginning,
    Part,
}

/// The zones that somebody may mean, the likeliest first; at most as many as Slack shows.
pub fn find(typed: &str) -> Vec<Found> {
    if let Some(minutes) = minutes_ahead(typed) {
        return at_offset(minutes);
    }
    let typed = folded(typed);
    let words: Vec<&str> = typed.split(' ').filter(|word| !word.is_empty()).collect();
    let typed = words.join(" ");
    let cities: Vec<(Fit, Found)> = of_the_table(&typed, &words).collect();
    let names = iana_names().filter_map(|name| {
        let (whole, city) = (folded(&name), folded(city_of(&name)));
        let fit = if whole == typed {
            Fit::Name
        } else {
            fit(&city, &whole, &typed, &words)?
        };
        // The table spells it better.
        let is_spelled = cities.iter().any(|(_, known)| {
            known.name == name && folded(&known.shown).starts_with(&format!("{city} "))
        });
        (!is_spelled).then(|| {
            (
                fit,
                Found {
                    shown: shown(&name),
                    name,
                },
            )
        })
    });
    let mut found: Vec<(Fit, Found)> = names.collect();
    found.extend(cities);
    found.sort_by(|(fit, one), (other_fit, other)| {
        (fit, &one.shown).cmp(&(other_fit, &other.shown))
    });
    found
        .into_iter()
        .map(|(_, found)| found)
        .take(OPTIONS)
        .collect()
}

/// A zone as people read it: "Europe/Berlin", and "UTC+1 all year (Etc/GMT-1)" where IANA's sign would mislead.
pub fn shown(name: &str) -> String {
    match fixed_hours(name) {
        Some(hours) => format!("{} all year ({name})", say_hours(hours)),
        None => name.replace('_', " "),
    }
}

/// Whose time it is: "Berlin time", "UTC", "UTC+1".
pub fn say_time_of(zone: &TimeZone) -> String {
    let Some(name) = zone.iana_name() else {
        return "UTC".to_owned();
    };
    if let Some(hours) = fixed_hours(name) {
        return say_hours(hours);
    }
    let city = city_of(name);
    if city == name || city == "UTC" {
        return city.to_owned();
    }
    format!("{} time", city.replace('_', " "))
}

/// Cities that are no IANA names, and abbreviations.
fn of_the_table<'a>(typed: &'a str, words: &'a [&str]) -> impl Iterator<Item = (Fit, Found)> + 'a {
    let short = ABBREVIATIONS
        .iter()
        .filter(move |(short, _)| folded(short) == typed)
        .map(|row| (Fit::Abbreviation, row));
    let cities = CITIES.iter().filter_map(move |row| {
        let city = folded(row.0);
        Some((fit(&city, &city, typed, words)?, row))
    });
    short.chain(cities).map(|(fit, (said, name))| {
        let found = Found {
            shown: format!("{said} ({name})"),
            name: (*name).to_owned(),
        };
        (fit, found)
    })
}

/// How well a city fits, or else the whole text that it stands in.
fn fit(city: &str, whole: &str, typed: &str, words: &[&str]) -> Option<Fit> {
    if city == typed {
        return Some(Fit::City);
    }
    if !words.iter().all(|word| whole.contains(word)) {
        return None;
    }
    let begins = words.first().is_some_and(|word| city.starts_with(word));
    Some(if begins { Fit::Beginning } else { Fit::Part })
}

fn iana_names() -> impl Iterator<Item = String> {
    let names = jiff::tz::db().available();
    // Some systems list copies of the same zones.
    let names = names.filter(|name| {
        let name = name.as_str();
        !name.starts_with("posix") && !name.starts_with("right/")
    });
    names.map(|name| name.as_str().to_owned())
}

/// The last part of IANA's name.
fn city_of(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Small letters without accents, and single blanks between words.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        match c {
            '\'' | '’' | '.' | '(' | ')' => {}
            '_' | '/' | ',' => folded.push(' '),
            'ß' => folded.push_str("ss"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'æ' => folded.push_str("ae"),
            'ı' => folded.push('i'),
            c if c.is_whitespace() => folded.push(' '),
            // A capital İ has a dot of its own.
            c if is_combining_mark(c) => {}
            c => folded.push(c),
        }
    }
    folded
}

/// Reads "GMT+1", "UTC+5:30", "utc -0330" and "+2" as people mean them: minutes ahead of UTC.
fn minutes_ahead(typed: &str) -> Option<i32> {
    let typed = typed.trim().to_uppercase();
    let rest = typed
        .strip_prefix("UTC")
        .or_else(|| typed.strip_prefix("GMT"))
        .unwrap_or(&typed)
        .trim_start();
    let (sign, digits) = if let Some(digits) = rest.strip_prefix('+') {
        (1, digits)
    } else {
        (-1, rest.strip_prefix(['-', '−', '–'])?)
    };
    let digits = digits.trim();
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() > 2 => digits.split_at_checked(digits.len() - 2)?,
        None => (digits, "0"),
    };
    let number = |text: &str| -> Option<i32> {
        let is_short =
            (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        is_short.then(|| text.parse().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// The zones that are so far ahead all year. IANA's `Etc` names count the other way round: `Etc/GMT-1` is one hour ahead.
fn at_offset(minutes: i32) -> Vec<Found> {
    let name = if minutes == 0 {
        "UTC".to_owned()
    } else if minutes % 60 == 0 {
        format!("Etc/GMT{:+}", -(minutes / 60))
    } else {
        let zone = ODD_OFFSETS.iter().find(|(ahead, _)| *ahead == minutes);
        zone.map_or_else(String::new, |(_, name)| (*name).to_owned())
    };
    if TimeZone::get(&name).is_err() {
        return Vec::new();
    }
    let shown = shown(&name);
    vec![Found { shown, name }]
}

/// The hours ahead of UTC that a name such as `Etc/GMT-1` means.
fn fixed_hours(name: &str) -> Option<i32> {
    let hours: i32 = name.strip_prefix("Etc/GMT")?.parse().ok()?;
    (hours != 0).then_some(-hours)
}

fn say_hours(hours: i32) -> String {
    format!("UTC{hours:+}")
}

#[cfg(test)]
mod tests;
