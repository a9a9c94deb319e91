//! The report as a page of HTML: one file without scripts or anything from elsewhere, for a screen or for paper.
//!
//! Every plot has its numbers in a table beside it. What is "fewer than N" has no bar, but a dotted outline.

mod sections;
#[cfg(test)]
mod tests;

use crate::domain::report::Report;
use askama::Template;
use jiff::civil::Date;
use sections::Section;

/// What stands above the figures.
pub struct About<'a> {
    /// The program's name.
    pub program: &'a str,
    /// The day of the report, in the program's zone.
    pub on: Date,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    program: &'a str,
    on: String,
    minimum: u32,
    sections: Vec<Section>,
}

/// The page for `report`.
pub fn html(report: &Report, about: &About) -> String {
    let page = Page {
        program: about.program,
        on: format!(
            "{} {}, {}",
            about.on.strftime("%B"),
            about.on.day(),
            about.on.year()
        ),
        minimum: report.minimum,
        sections: sections::all(report),
    };
    page.render().expect("text is written to a text")
}
