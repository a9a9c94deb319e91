//! The digest's chart: figures in, a PNG out. No clock, no files, no system font; the same figures give the same bytes.
//!
//! Drawn for Slack on a phone: 360 points wide, two pixels per point, with its own background for light and dark themes. Blue
//! and amber differ for everybody, in hue and in lightness, and the legend names both.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "points on a sheet: small numbers, and a fraction of a pixel is nothing"
)]

mod canvas;
#[cfg(test)]
mod tests;

use crate::domain::trend::{Trend, Week, day};
use canvas::{Canvas, Side, text_width};

/// In points, as are the other sizes.
const WIDTH: f32 = 360.0;
const HEIGHT: f32 = 240.0;
const MARGIN: f32 = 16.0;

const PAPER: u32 = 0x00FD_FCFA;
const INK: u32 = 0x001D_1C1D;
const QUIET: u32 = 0x005F_5E5C;
const GRID: u32 = 0x00E3_E0DB;
const BLUE: u32 = 0x000B_5FA5;
const AMBER: u32 = 0x00C9_810E;

/// Text sizes, in points.
const NAME: f32 = 14.0;
const SMALL: f32 = 12.0;
/// The most horizontal lines above zero.
const LINES: u32 = 4;
/// The fewest slots, so that a program of three weeks does not get very wide bars.
const SLOTS: f32 = 6.0;
/// The width of a date.
const DATE: f32 = 50.0;

/// Draws the chart as a PNG.
pub fn png(trend: &Trend) -> Vec<u8> {
    let mut canvas = Canvas::new(WIDTH, HEIGHT, PAPER);
    names(&mut canvas, trend);
    let plot = Plot::of(trend);
    plot.grid(&mut canvas);
    plot.bars(&mut canvas, &trend.weeks);
    plot.line(&mut canvas, &trend.weeks);
    plot.dates(&mut canvas, &trend.weeks);
    if has_gaps(trend) {
        let words = format!(
            "A gap is not zero: fewer than {}, or no digest.",
            trend.minimum
        );
        canvas.text(&words, (MARGIN, HEIGHT - 12.0), SMALL, QUIET, Side::Left);
    }
    canvas.png()
}

/// The legend with the current figures, above the plot.
fn names(canvas: &mut Canvas, trend: &Trend) {
    let now = trend.weeks.last();
    let words = |name: &str, figure: Option<u32>| match figure {
        Some(number) => format!("{name}: about {}", grouped(number)),
        None => format!("{name}: fewer than {}", trend.minimum),
    };
    let text = MARGIN + 26.0;
    let (first, second) = (28.0, 50.0);
    canvas.line(
        &[(MARGIN, first - 5.0), (MARGIN + 18.0, first - 5.0)],
        2.5,
        BLUE,
    );
    canvas.dot((MARGIN + 9.0, first - 5.0), 4.0, BLUE);
    let active = now.and_then(|week| week.active_pairs);
    canvas.text(
        &words("Active pairs", active),
        (text, first),
        NAME,
        INK,
        Side::Left,
    );
    canvas.bar((MARGIN + 4.0, second - 11.0), (10.0, 12.0), AMBER);
    let met = now.and_then(|week| week.met_pairs);
    canvas.text(
        &words("Met in the past month", met),
        (text, second),
        NAME,
        INK,
        Side::Left,
    );
}

fn has_gaps(trend: &Trend) -> bool {
    let mut weeks = trend.weeks.iter();
    weeks.any(|week| week.active_pairs.is_none() || week.met_pairs.is_none())
}

/// The geometry of the plot.
struct Plot {
    left: f32,
    top: f32,
    bottom: f32,
    /// Width of a week.
    slot: f32,
    /// The number between two grid lines.
    step: u32,
    highest: u32,
}

impl Plot {
    fn of(trend: &Trend) -> Self {
        let figures = trend
            .weeks
            .iter()
            .flat_map(|week| [week.active_pairs, week.met_pairs]);
        // Leaves room at the top, so that constant figures do not fill the plot.
        let most = figures.flatten().max().unwrap_or(0).max(trend.minimum * 2);
        let step = step(most, trend.minimum);
        let highest = most.div_ceil(step) * step;
        let left = MARGIN + text_width(&grouped(highest), SMALL) + 8.0;
        let slots = (trend.weeks.len() as f32).max(SLOTS);
        Self {
            left,
            top: 74.0,
            bottom: if has_gaps(trend) { 186.0 } else { 204.0 },
            slot: (WIDTH - MARGIN - left) / slots,
            step,
            highest,
        }
    }

    /// The middle of a week.
    fn x(&self, week: usize) -> f32 {
        self.left + (week as f32 + 0.5) * self.slot
    }

    fn y(&self, number: u32) -> f32 {
        self.bottom - (self.bottom - self.top) * number as f32 / self.highest as f32
    }

    fn grid(&self, canvas: &mut Canvas) {
        for line in 0..=self.highest / self.step {
            let number = line * self.step;
            let y = self.y(number).round();
            let color = if number == 0 { QUIET } else { GRID };
            canvas.line(&[(self.left, y), (WIDTH - MARGIN, y)], 1.0, color);
            canvas.text(
                &grouped(number),
                (self.left - 8.0, y + 4.0),
                SMALL,
                QUIET,
                Side::Right,
            );
        }
    }

    fn bars(&self, canvas: &mut Canvas, weeks: &[Week]) {
        let width = (self.slot * 0.62).min(26.0);
        for (at, week) in weeks.iter().enumerate() {
            if let Some(number) = week.met_pairs {
                let top = self.y(number);
                let corner = (self.x(at) - width / 2.0, top);
                canvas.bar(corner, (width, self.bottom - 0.5 - top), AMBER);
            }
        }
    }

    /// Draws the line, with a gap where there is no number.
    fn line(&self, canvas: &mut Canvas, weeks: &[Week]) {
        let point = |(at, week): (usize, &Week)| Some((self.x(at), self.y(week.active_pairs?)));
        let points: Vec<Option<(f32, f32)>> = weeks.iter().enumerate().map(point).collect();
        for run in points.split(Option::is_none) {
            let run: Vec<(f32, f32)> = run.iter().flatten().copied().collect();
            // A rim separates the line from the bars behind it.
            canvas.line(&run, 5.5, PAPER);
            canvas.line(&run, 2.5, BLUE);
        }
        for (at, point) in points.iter().enumerate() {
            let radius = if at + 1 == points.len() { 5.0 } else { 3.0 };
            if let Some(point) = *point {
                canvas.dot(point, radius + 1.5, PAPER);
                canvas.dot(point, radius, BLUE);
            }
        }
    }

    /// Writes this week's date, and as many earlier ones as have room.
    fn dates(&self, canvas: &mut Canvas, weeks: &[Week]) {
        let every = (DATE / self.slot).ceil().max(1.0) as usize;
        for (back, week) in weeks.iter().rev().enumerate().step_by(every) {
            let words = day(week.monday, "%b");
            let half = text_width(&words, SMALL) / 2.0;
            let x = self.x(weeks.len() - 1 - back);
            let x = x.clamp(MARGIN + half, WIDTH - MARGIN + 6.0 - half);
            canvas.text(&words, (x, self.bottom + 17.0), SMALL, QUIET, Side::Middle);
        }
    }
}

/// The number between two grid lines: a round multiple of the minimum, as every figure is a multiple of it.
fn step(most: u32, minimum: u32) -> u32 {
    let needed = most.div_ceil(LINES * minimum).max(1);
    let decimals = (0..9).map(|power| 10_u32.pow(power));
    let round = decimals.flat_map(|ten| [ten, 2 * ten, 4 * ten, 5 * ten]);
    minimum
        * round
            .into_iter()
            .find(|times| *times >= needed)
            .unwrap_or(needed)
}

/// "12,000".
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
