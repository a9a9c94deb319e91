//! Lines, bars and text on a sheet measured in points.

use std::sync::OnceLock;
use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Shader, Stroke, Transform,
};
use ttf_parser::{Face, OutlineBuilder};

/// Pixels per point.
const CRISP: f32 = 2.0;
/// How much bolder than the font, which is light: a fraction of the text size.
const BOLDER: f32 = 0.028;

pub(super) type Point = (f32, f32);

/// The side of a text that a point is on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    Left,
    Right,
}

pub(super) struct Canvas(Pixmap);

impl Canvas {
    /// A card with round corners and a thin frame; outside of them, the background shows.
    pub fn card((width, height): (f32, f32), paper: u32, frame: u32) -> Self {
        let pixels = |points: f32| (points * CRISP) as u32;
        let pixmap =
            Pixmap::new(pixels(width), pixels(height)).expect("a sheet has a width and a height");
        let mut canvas = Self(pixmap);
        let edge = rounded((0.5, 0.5), (width - 0.5, height - 0.5), 10.0);
        canvas.fill(edge.clone(), paper);
        canvas.stroke(edge, 1.0, frame);
        canvas
    }

    pub fn line(&mut self, points: &[Point], width: f32, color: u32) {
        let mut path = PathBuilder::new();
        for (at, &(x, y)) in points.iter().enumerate() {
            if at == 0 {
                path.move_to(x, y);
            } else {
                path.line_to(x, y);
            }
        }
        self.stroke(path.finish(), width, color);
    }

    /// A bar from its upper left corner, slightly rounded at the top.
    pub fn bar(&mut self, (x, y): Point, (width, height): (f32, f32), color: u32) {
        let round = 2.0_f32.min(height).max(0.0);
        let mut path = PathBuilder::new();
        path.move_to(x, y + height);
        path.line_to(x, y + round);
        path.quad_to(x, y, x + round, y);
        path.line_to(x + width - round, y);
        path.quad_to(x + width, y, x + width, y + round);
        path.line_to(x + width, y + height);
        path.close();
        self.fill(path.finish(), color);
    }

    /// Text on a baseline.
    pub fn text(&mut self, words: &str, (x, y): Point, size: f32, color: u32, from: Side) {
        let width = text_width(words, size);
        let x = match from {
            Side::Left => x,
            Side::Right => x - width,
        };
        let path = outline(words, (x, y), size);
        self.fill(path.clone(), color);
        self.stroke(path, size * BOLDER, color);
    }

    /// The sheet as a compressed PNG.
    pub fn png(&self) -> Vec<u8> {
        self.0
            .encode_png()
            .expect("a sheet in memory is written to memory")
    }

    fn fill(&mut self, path: Option<Path>, color: u32) {
        if let Some(path) = path {
            let scale = Transform::from_scale(CRISP, CRISP);
            self.0
                .fill_path(&path, &paint(color), FillRule::Winding, scale, None);
        }
    }

    fn stroke(&mut self, path: Option<Path>, width: f32, color: u32) {
        if let Some(path) = path {
            let stroke = Stroke {
                width,
                line_cap: LineCap::Butt,
                line_join: LineJoin::Round,
                ..Stroke::default()
            };
            let scale = Transform::from_scale(CRISP, CRISP);
            self.0
                .stroke_path(&path, &paint(color), &stroke, scale, None);
        }
    }
}

/// A rectangle with round corners.
fn rounded((left, top): Point, (right, bottom): Point, round: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.move_to(left + round, top);
    path.line_to(right - round, top);
    path.quad_to(right, top, right, top + round);
    path.line_to(right, bottom - round);
    path.quad_to(right, bottom, right - round, bottom);
    path.line_to(left + round, bottom);
    path.quad_to(left, bottom, left, bottom - round);
    path.line_to(left, top + round);
    path.quad_to(left, top, left + round, top);
    path.close();
    path.finish()
}

/// A color from 0x00RRGGBB.
fn shade(color: u32) -> Color {
    let [_, red, green, blue] = color.to_be_bytes();
    Color::from_rgba8(red, green, blue, 255)
}

fn paint(color: u32) -> Paint<'static> {
    Paint {
        shader: Shader::SolidColor(shade(color)),
        ..Paint::default()
    }
}

/// The font is part of the build, because a server's container has none.
fn face() -> &'static Face<'static> {
    static FACE: OnceLock<Face<'static>> = OnceLock::new();
    FACE.get_or_init(|| {
        Face::parse(epaint_default_fonts::UBUNTU_LIGHT, 0).expect("the font in the build is a font")
    })
}

/// Points per font unit at this text size.
fn scale(size: f32) -> f32 {
    size / f32::from(face().units_per_em())
}

pub(super) fn text_width(words: &str, size: f32) -> f32 {
    words.chars().map(advance).sum::<f32>() * scale(size)
}

/// The width of a letter, in font units.
fn advance(letter: char) -> f32 {
    let face = face();
    let glyph = face.glyph_index(letter);
    f32::from(
        glyph
            .and_then(|glyph| face.glyph_hor_advance(glyph))
            .unwrap_or(0),
    )
}

fn outline(words: &str, (x, y): Point, size: f32) -> Option<Path> {
    let mut pen = Pen {
        path: PathBuilder::new(),
        at: x,
        base: y,
        scale: scale(size),
    };
    for letter in words.chars() {
        if let Some(glyph) = face().glyph_index(letter) {
            face().outline_glyph(glyph, &mut pen);
        }
        pen.at += advance(letter) * pen.scale;
    }
    pen.path.finish()
}

/// Moves a glyph's outline, drawn upwards from zero, to its place on the sheet.
struct Pen {
    path: PathBuilder,
    at: f32,
    base: f32,
    scale: f32,
}

impl Pen {
    fn place(&self, x: f32, y: f32) -> Point {
        (self.at + x * self.scale, self.base - y * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.place(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.place(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, bend_x: f32, bend_y: f32, x: f32, y: f32) {
        let ((bend_x, bend_y), (x, y)) = (self.place(bend_x, bend_y), self.place(x, y));
        self.path.quad_to(bend_x, bend_y, x, y);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let ((ax, ay), (bx, by)) = (self.place(ax, ay), self.place(bx, by));
        let (x, y) = self.place(x, y);
        self.path.cubic_to(ax, ay, bx, by, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
