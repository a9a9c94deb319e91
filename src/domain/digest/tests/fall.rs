use super::*;

#[test]
fn the_channel_reads_of_a_fall_as_owners_have_known_it_for_a_while() {
    let fallen = |before: u8, now: u8| Facts {
        confidence: vec![
            Rating {
                before,
                now,
                at: millis(10)
            };
            6
        ],
        ..Facts::default()
    };
    let read = |before, now, told, last| {
        let shown = safe(&fallen(before, now), None, 5);
        shown.for_channel(told, last).confidence_tenths
    };
    assert_eq!(read(4, 3, None, Some(5)), Some(5), "not told yet");
    assert_eq!(read(4, 3, None, None), None);
    assert_eq!(read(4, 3, Some(-10), Some(5)), Some(-10));
    assert_eq!(
        read(4, 2, Some(-10), Some(-10)),
        Some(-10),
        "it fell further"
    );
    assert_eq!(
        read(4, 3, Some(-20), Some(-20)),
        Some(-10),
        "nor is it that it has risen again"
    );
    assert_eq!(
        read(3, 4, Some(-10), Some(-10)),
        Some(10),
        "good news is not held up"
    );
}
