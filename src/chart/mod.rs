//! The digest's chart: figures in, a PNG out. No clock, no files, no system font; the same figures give the same bytes.
//!
//! Drawn for Slack on a phone: 360 points wide, two pixels per point, on a card with a frame that is seen in light and dark
//! themes. Each figure has a panel of its own with its name, so nothing depends on telling colors apart.

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
const MARGIN: f32 = 16.0;
/// From one row of panels to the next.
const ROW: f32 = 118.0;
/// Where the first row begins.
const TOP: f32 = 66.0;
/// A panel has its name and its figure above its bars.
const WORDS: f32 = 44.0;
const BARS: f32 = 46.0;

const PAPER: u32 = 0x00FD_FCFA;
/// Between light and dark, so that it is seen on both.
const FRAME: u32 = 0x008D_8B87;
const INK: u32 = 0x001D_1C1D;
const QUIET: u32 = 0x005F_5E5C;
const GRID: u32 = 0x00E3_E0DB;
const BLUE: u32 = 0x000B_5FA5;

/// Text sizes, in points.
const TITLE: f32 = 17.0;
const NAME: f32 = 14.0;
const SMALL: f32 = 12.0;
/// The most horizontal lines above zero.
const LINES: u32 = 2;
/// The fewest slots, so that a program of three weeks does not get very wide bars.
const SLOTS: f32 = 6.0;

/// Draws the chart as a PNG: a panel for each figure, all to one scale.
pub fn png(trend: &Trend) -> Vec<u8> {
    let note = has_gaps(trend);
    let height = TOP + 2.0 * ROW + if note { 24.0 } else { 4.0 };
    let mut canvas = Canvas::card((WIDTH, height), PAPER, FRAME);
    canvas.text("Pairs by week", (MARGIN, 33.0), TITLE, INK, Side::Left);
    let multiples = format!("In multiples of {}", trend.minimum);
    canvas.text(&multiples, (MARGIN, 52.0), SMALL, QUIET, Side::Left);
    let names = trend.weeks.last().map(Week::figures).into_iter().flatten();
    for (at, (name, now)) in names.enumerate() {
        let panel = Panel::of(trend, at);
        panel.words(&mut canvas, name, now, trend.minimum);
        panel.grid(&mut canvas);
        let figures = trend.weeks.iter().map(|week| week.figures()[at].1);
        panel.bars(&mut canvas, figures);
        panel.dates(&mut canvas, &trend.weeks);
    }
    if note {
        let words = format!(
            "A gap is not zero: fewer than {}, or no digest.",
            trend.minimum
        );
        canvas.text(&words, (MARGIN, height - 14.0), SMALL, QUIET, Side::Left);
    }
    canvas.png()
}

fn has_gaps(trend: &Trend) -> bool {
    let mut figures = trend.weeks.iter().flat_map(Week::figures);
    figures.any(|(_, figure)| figure.is_none())
}

/// The geometry of one figure's part of the sheet.
struct Panel {
    left: f32,
    right: f32,
    /// Where the words begin.
    top: f32,
    /// Where the bars stand: zero.
    bottom: f32,
    /// Width of a week.
    slot: f32,
    /// The number between two grid lines.
    step: u32,
    highest: u32,
}

impl Panel {
    /// `at`: which of the figures.
    fn of(trend: &Trend, at: usize) -> Self {
        let figures = trend.weeks.iter().flat_map(Week::figures);
        let most = figures.filter_map(|(_, figure)| figure).max();
        let most = most.unwrap_or(0).max(trend.minimum * 2);
        let step = step(most, trend.minimum);
        let width = (WIDTH - 3.0 * MARGIN) / 2.0;
        let (row, column) = (at / 2, at % 2);
        let left = MARGIN + column as f32 * (width + MARGIN);
        let top = TOP + row as f32 * ROW;
        let highest = most.div_ceil(step) * step;
        let slots = (trend.weeks.len() as f32).max(SLOTS);
        Self {
            left,
            right: left + width,
            top,
            bottom: top + WORDS + BARS,
            slot: (width - text_width(&grouped(highest), SMALL) - 6.0) / slots,
            step,
            highest,
        }
    }

    fn y(&self, number: u32) -> f32 {
        self.bottom - BARS * number as f32 / self.highest as f32
    }

    fn words(&self, canvas: &mut Canvas, name: &str, now: Option<u32>, minimum: u32) {
        let now = match now {
            Some(number) => format!("about {}", grouped(number)),
            None => format!("fewer than {minimum}"),
        };
        let baseline = |down: f32| (self.left, self.top + down);
        canvas.text(name, baseline(12.0), SMALL, QUIET, Side::Left);
        canvas.text(&now, baseline(29.0), NAME, INK, Side::Left);
    }

    fn grid(&self, canvas: &mut Canvas) {
        for line in 0..=self.highest / self.step {
            let number = line * self.step;
            let y = self.y(number).round();
            let color = if number == 0 { QUIET } else { GRID };
            let to = self.right - text_width(&grouped(self.highest), SMALL) - 6.0;
            canvas.line(&[(self.left, y), (to, y)], 1.0, color);
            let end = (self.right, y + 4.0);
            canvas.text(&grouped(number), end, SMALL, QUIET, Side::Right);
        }
    }

    /// A bar for each week; none where there is no number.
    fn bars(&self, canvas: &mut Canvas, figures: impl Iterator<Item = Option<u32>>) {
        let width = (self.slot * 0.72).min(18.0);
        for (at, figure) in figures.enumerate() {
            if let Some(number) = figure {
                let top = self.y(number);
                let left = self.left + at as f32 * self.slot + (self.slot - width) / 2.0;
                canvas.bar((left, top), (width, self.bottom - 0.5 - top), BLUE);
            }
        }
    }

    /// The first week's date and, where there is room, the last one's.
    fn dates(&self, canvas: &mut Canvas, weeks: &[Week]) {
        let [Some(first), Some(last)] = [weeks.first(), weeks.last()] else {
            return;
        };
        let (first, last) = (day(first.monday, "%b"), day(last.monday, "%b"));
        let y = self.bottom + 15.0;
        canvas.text(&first, (self.left, y), SMALL, QUIET, Side::Left);
        let end = self.left + weeks.len() as f32 * self.slot;
        let free = self.left + text_width(&first, SMALL) + 8.0;
        if end - text_width(&last, SMALL) > free {
            canvas.text(&last, (end, y), SMALL, QUIET, Side::Right);
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
