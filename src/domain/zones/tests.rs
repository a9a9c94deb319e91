use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn first(typed: &str) -> (String, String) {
    let found = find(typed).into_iter().next();
    let found = found.unwrap_or_else(|| panic!("nothing for {typed}"));
    (found.shown, found.name)
}

#[test]
fn cities_are_found_as_people_type_them() {
    for (typed, shown, name) in [
        ("berl", "Europe/Berlin", "Europe/Berlin"),
        ("Europe/Berlin", "Europe/Berlin", "Europe/Berlin"),
        ("new york", "America/New York", "America/New_York"),
        (
            "São Paulo",
            "São Paulo (America/Sao_Paulo)",
            "America/Sao_Paulo",
        ),
        (
            "Sao Paulo",
            "São Paulo (America/Sao_Paulo)",
            "America/Sao_Paulo",
        ),
        (
            "america/sao_paulo",
            "America/Sao Paulo",
            "America/Sao_Paulo",
        ),
        ("Mumbai", "Mumbai (Asia/Kolkata)", "Asia/Kolkata"),
        ("bangalore", "Bangalore (Asia/Kolkata)", "Asia/Kolkata"),
        ("Beijing", "Beijing (Asia/Shanghai)", "Asia/Shanghai"),
        (
            "san fran",
            "San Francisco (America/Los_Angeles)",
            "America/Los_Angeles",
        ),
        ("Munich", "Munich (Europe/Berlin)", "Europe/Berlin"),
        ("munchen", "München (Europe/Berlin)", "Europe/Berlin"),
        ("Zürich", "Zürich (Europe/Zurich)", "Europe/Zurich"),
        (
            "KØBENHAVN",
            "København (Europe/Copenhagen)",
            "Europe/Copenhagen",
        ),
        ("wroclaw", "Wrocław (Europe/Warsaw)", "Europe/Warsaw"),
        ("Xian", "Xi'an (Asia/Shanghai)", "Asia/Shanghai"),
        ("St. Johns", "America/St Johns", "America/St_Johns"),
        ("İstanbul", "Europe/Istanbul", "Europe/Istanbul"),
    ] {
        let found = first(typed);
        if typed == "İstanbul" {
            // IANA has it in Asia, too.
            assert!(found.1.ends_with("/Istanbul"), "{typed}: {found:?}");
            continue;
        }
        assert_eq!(found, (shown.to_owned(), name.to_owned()), "{typed}");
    }
    assert_eq!(find("").len(), 100);
    assert_eq!(find("no such place"), []);
}

#[test]
fn offsets_are_read_as_people_mean_them() {
    for (typed, shown, name) in [
        ("GMT+1", "UTC+1 all year (Etc/GMT-1)", "Etc/GMT-1"),
        ("utc-3", "UTC-3 all year (Etc/GMT+3)", "Etc/GMT+3"),
        ("UTC + 02:00", "UTC+2 all year (Etc/GMT-2)", "Etc/GMT-2"),
        ("+0530", "Asia/Kolkata", "Asia/Kolkata"),
        ("UTC+5:30", "Asia/Kolkata", "Asia/Kolkata"),
        ("GMT−3:30", "America/St Johns", "America/St_Johns"),
        ("UTC+0", "UTC", "UTC"),
        ("Etc/GMT+1", "UTC-1 all year (Etc/GMT+1)", "Etc/GMT+1"),
    ] {
        assert_eq!(first(typed), (shown.to_owned(), name.to_owned()), "{typed}");
    }
    for nowhere in ["UTC+15", "UTC+1:10", "GMT-14", "UTC+1:99"] {
        assert_eq!(find(nowhere), [], "{nowhere}");
    }
    let now = "2026-03-02T09:00:00Z".parse().unwrap();
    for hours in -12..=14 {
        let name = first(&format!("UTC{hours:+}")).1;
        let offset = TimeZone::get(&name).unwrap().to_offset(now);
        assert_eq!(offset.seconds(), hours * 3600, "{name}");
    }
    for (minutes, name) in ODD_OFFSETS {
        let zone = TimeZone::get(name).unwrap();
        let summer = "2026-07-02T09:00:00Z".parse().unwrap();
        let offsets = [now, summer].map(|at| zone.to_offset(at).seconds() / 60);
        assert!(offsets.contains(&minutes), "{name}");
    }
}

#[test]
fn abbreviations_lead_to_a_city_that_moves_its_clocks() {
    for (typed, name) in [
        ("CET", "Europe/Berlin"),
        ("est", "America/New_York"),
        ("PST", "America/Los_Angeles"),
        ("utc", "UTC"),
    ] {
        assert_eq!(first(typed).1, name, "{typed}");
    }
    // Where two have the same letters, both are offered before anything else.
    let found: Vec<String> = find("IST")
        .into_iter()
        .take(2)
        .map(|found| found.shown)
        .collect();
    assert_eq!(found, ["IST (Asia/Kolkata)", "IST (Europe/Dublin)"]);
}

#[test]
fn every_row_of_the_tables_is_a_zone_and_stands_once() {
    let mut seen = BTreeSet::new();
    for (said, name) in CITIES.iter().chain(ABBREVIATIONS) {
        assert!(TimeZone::get(name).is_ok(), "{said}: {name}");
        assert!(seen.insert((said, name)), "{said} twice");
        assert!(find(said).iter().any(|found| found.name == *name), "{said}");
        assert!(format!("{said} ({name})").len() <= 75);
    }
}

#[test]
fn every_zone_is_found_by_its_city() {
    for name in iana_names().filter(|name| name.contains('/') && !name.starts_with("Etc/")) {
        let city = city_of(&name).replace('_', " ");
        for typed in [city.clone(), city.to_uppercase(), city.to_lowercase()] {
            let found = find(&typed);
            assert!(
                found.iter().any(|found| found.name == name),
                "{typed}: {name}"
            );
        }
    }
}

#[test]
fn whose_time_it_is() {
    for (name, said) in [
        ("Europe/Berlin", "Berlin time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("Etc/GMT-1", "UTC+1"),
    ] {
        assert_eq!(say_time_of(&TimeZone::get(name).unwrap()), said, "{name}");
    }
    assert_eq!(say_time_of(&TimeZone::UTC), "UTC");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn whatever_is_typed_leads_to_zones_or_to_nothing(typed in "\\PC{0,20}|(UTC|GMT)? ?[-+−]?[0-9:]{0,5}") {
        for found in find(&typed) {
            prop_assert!(TimeZone::get(&found.name).is_ok(), "{}", found.name);
        }
    }
}
