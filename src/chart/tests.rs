use super::*;
use jiff::civil::{Date, date};
use tiny_skia::Pixmap;

fn trend(figures: &[(u32, u32)]) -> Trend {
    let monday = |at: usize| -> Date {
        date(2025, 12, 15) + jiff::Span::new().weeks(i64::try_from(at).unwrap())
    };
    let some = |number: u32| (number > 0).then_some(number);
    let weeks = figures.iter().enumerate().map(|(at, &(active, met))| Week {
        monday: monday(at),
        active_pairs: some(active),
        met_pairs: some(met),
        agreements_signed: some(active.min(met + 5)),
        completed_pairs: some(active / 15 * 5),
    });
    Trend {
        minimum: 5,
        weeks: weeks.collect(),
    }
}

fn pixels(trend: &Trend) -> Pixmap {
    Pixmap::decode_png(&png(trend)).unwrap()
}

/// The number of pixels of this color.
fn count(pixmap: &Pixmap, color: u32) -> usize {
    let [_, red, green, blue] = color.to_be_bytes();
    let like = |pixel: &&tiny_skia::PremultipliedColorU8| {
        (pixel.red(), pixel.green(), pixel.blue()) == (red, green, blue)
    };
    pixmap.pixels().iter().filter(like).count()
}

const YEAR: [(u32, u32); 12] = [
    (5, 0),
    (5, 5),
    (10, 5),
    (10, 5),
    (10, 10),
    (15, 10),
    (15, 10),
    (20, 10),
    (20, 15),
    (25, 20),
    (25, 20),
    (30, 25),
];

#[test]
fn a_crisp_picture_of_a_phones_width() {
    let picture = pixels(&trend(&YEAR));
    assert_eq!((picture.width(), picture.height()), (720, 652));
    assert!(png(&trend(&YEAR)).len() < 100_000);
    // Only outside of the round corners is there nothing.
    let clear = picture.pixels().iter().filter(|pixel| pixel.alpha() < 255);
    assert!(clear.count() < 400);
    assert_eq!(png(&trend(&YEAR)), png(&trend(&YEAR)));
}

#[test]
fn more_is_drawn_as_more() {
    let (less, more) = (
        pixels(&trend(&[(20, 5), (20, 5)])),
        pixels(&trend(&[(20, 5), (20, 15)])),
    );
    assert!(count(&more, BLUE) > count(&less, BLUE) + 500);
    let (low, high) = (
        pixels(&trend(&[(5, 5), (5, 5)])),
        pixels(&trend(&[(5, 5), (20, 5)])),
    );
    assert_ne!(low.data(), high.data());
}

#[test]
fn a_gap_has_no_bar() {
    let whole = pixels(&trend(&[(10, 5), (10, 5), (10, 5)]));
    let broken = pixels(&trend(&[(10, 5), (0, 0), (10, 5)]));
    assert!(count(&broken, BLUE) < count(&whole, BLUE));
}

#[test]
fn any_program_fits_on_the_sheet() {
    for figures in [
        &[(5, 0), (0, 5)][..],
        &[(4_000_000_000, 5), (5, 3_999_999_995)],
        &[(0, 0)],
        &[],
    ] {
        assert!(!png(&trend(figures)).is_empty());
    }
    for (most, expected) in [
        (10, 5),
        (20, 10),
        (25, 20),
        (45, 25),
        (100, 50),
        (12_000, 10_000),
    ] {
        assert_eq!(step(most, 5), expected, "{most}");
    }
}

/// `CHART=/some/folder cargo test chart` writes charts to look at.
#[test]
fn pictures_to_look_at() {
    let Ok(folder) = std::env::var("CHART") else {
        return;
    };
    let gaps = [
        (5, 0),
        (10, 5),
        (10, 5),
        (0, 0),
        (15, 10),
        (15, 10),
        (20, 0),
        (0, 0),
        (0, 5),
        (15, 10),
    ];
    let large = YEAR.map(|(active, met)| (active * 73 / 5 * 5, met * 60 / 5 * 5));
    for (name, figures) in [
        ("year", &YEAR[..]),
        ("gaps", &gaps),
        ("young", &YEAR[4..6]),
        ("large", &large),
    ] {
        std::fs::write(format!("{folder}/{name}.png"), png(&trend(figures))).unwrap();
    }
}
