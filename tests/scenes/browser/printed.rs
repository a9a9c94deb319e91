//! The report as an owner opens it, on a phone and on a desktop.

use super::driver::{Browser, is_there};
use crate::report::{files, program, text};
use crate::support::Engine;
use jiff::SignedDuration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_report_fits_a_phone_and_a_desk() {
    if !is_there() {
        println!("skipped: no chromium and chromedriver here");
        return;
    }
    let harness = program(Engine::Sqlite).await;
    harness.slack.command("UOWEN", "report").await;
    harness.pass(SignedDuration::from_secs(20)).await.unwrap();
    let page = text(&files(&harness, "UOWEN").pop().unwrap());
    assert!(page.contains("Cohorts side by side"), "{page}");
    let path = std::env::temp_dir().join(format!("rm-report-{}.html", std::process::id()));
    std::fs::write(&path, page).unwrap();
    for width in [390, 1280] {
        let browser = Browser::open(width, 800).await;
        let url = format!("file://{}", path.display());
        browser.opens_page(&url).await;
        // Nothing has to be pushed sideways, and no words are cut.
        let wide = "return [document.documentElement, ...document.querySelectorAll('.scroll')]
             .filter(it => it.scrollWidth > it.clientWidth).map(it => it.getAttribute('aria-label') ?? 'the page').join(', ')";
        assert_eq!(browser.run(wide).await, "", "at {width}");
        let empty = "return [...document.querySelectorAll('.side > div')].filter(it => !it.textContent.trim()).length";
        assert_eq!(
            browser.run(empty).await,
            0,
            "half of a section is empty at {width}"
        );
    }
    std::fs::remove_file(path).unwrap();
}
