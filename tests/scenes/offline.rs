//! `match` and `export-template` on the command line.

use std::path::PathBuf;
use std::process::{Command, Output};

fn run(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reverse-mentor"))
        .args(words)
        .output()
        .unwrap()
}

/// A file in the temporary folder.
fn file(text: &str) -> PathBuf {
    let mut name = [0_u8; 8];
    getrandom::fill(&mut name).unwrap();
    let path = std::env::temp_dir().join(format!("rm-people-{}.csv", const_hex::encode(name)));
    std::fs::write(&path, text).unwrap();
    path
}

fn matched(text: &str) -> serde_json::Value {
    let path = file(text);
    let out = run(&[
        "match",
        path.to_str().unwrap(),
        "--seed",
        "12",
        "--on",
        "2026-03-02",
        "--json",
        "-",
    ]);
    let _ = std::fs::remove_file(path);
    assert!(out.status.success(), "{out:?}");
    serde_json::from_slice(&out.stdout).unwrap()
}

#[test]
fn the_template_is_matched_the_same_in_any_order() {
    let template = String::from_utf8(run(&["export-template"]).stdout).unwrap();
    let round = matched(&template);
    assert_eq!(
        (&round["seed"], &round["certificate"]["gap"]),
        (&12.into(), &0.into())
    );
    assert!(round["pairs"].as_array().unwrap().len() >= 10);
    let (header, people) = template.split_once('\n').unwrap();
    let mut lines: Vec<&str> = people.lines().collect();
    lines.reverse();
    let reversed = format!("\u{feff}{header}\n{}\n", lines.join("\n"));
    assert_eq!(matched(&reversed), round);
    let semicolons = template.replace(',', ";");
    assert_eq!(matched(&semicolons), round);
}

#[test]
fn a_bad_file_is_told_whole_and_nothing_is_done() {
    let path = file("name,stage,role\nAna,9,\nBo,1,helper\n");
    let json = path.with_extension("json");
    let words = [
        "match",
        path.to_str().unwrap(),
        "--json",
        json.to_str().unwrap(),
    ];
    let out = run(&words);
    let _ = std::fs::remove_file(path);
    assert_eq!(out.status.code(), Some(2));
    assert!(out.stdout.is_empty() && !json.exists());
    let told = String::from_utf8(out.stderr).unwrap();
    assert!(
        told.contains("line 2, column stage: \"9\" is not a stage"),
        "{told}"
    );
    assert!(
        told.contains("line 3, column role: \"helper\" is not a role"),
        "{told}"
    );
}
