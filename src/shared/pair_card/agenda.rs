//! What to talk about in a month without a guide.

/// Topics for the meeting of month `number` of `cycles`, for any goals.
pub fn agenda(number: u8, cycles: u8) -> [&'static str; 3] {
    match number {
        1 => [
            "How each of you likes to work, and how best to ask each other things",
            "What you both hope to get out of these months",
            "One thing worth showing right away",
        ],
        last if last >= cycles => [
            "What has changed since the first meeting",
            "What you'd tell the next pair",
            "How you'll stay in touch",
        ],
        _ => [
            "One question to bring",
            "One thing to show",
            line_of_the_month(number),
        ],
    }
}

/// A line that changes each month, for the months between the first and the last.
pub fn line_of_the_month(number: u8) -> &'static str {
    const LINES: [&str; 5] = [
        "What became of the things you talked about last time",
        "Something that surprised each of you lately",
        "A habit or a decision worth a fresh look",
        "What you'd like more of, and less of, in the months ahead",
        "One small thing each of you tries before you meet again",
    ];
    LINES[usize::from(number.saturating_sub(2)) % LINES.len()]
}
