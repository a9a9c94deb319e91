//! The files of an export, and what never gets into them.

use super::{DAY, OWNER, completed, month, twelve_pairs, user};
use crate::domain::happening::Ending;
use crate::domain::participant::Standing;
use crate::domain::program_file::ProgramFile;
use crate::features::report::files;
use crate::slack::event::Action;
use crate::store::{pairs, participants};
use crate::testing::feature_test::{FeatureTest, render};

async fn exported(test: &FeatureTest, reader: &str) -> Vec<(ProgramFile, String)> {
    let mut tx = test.db.read(&test.team, test.now).await.unwrap();
    files(&mut tx, Some(&reader.into())).await.unwrap()
}

fn content(files: &[(ProgramFile, String)], which: ProgramFile) -> &str {
    let mut files = files.iter();
    &files.find(|(file, _)| *file == which).unwrap().1
}

#[tokio::test]
async fn an_export_is_four_files_in_which_no_cell_is_a_formula() {
    let (mut test, together) = twelve_pairs().await;
    month(&test, together[11], 1, [true, false]).await;
    completed(&test, together[0]).await;
    let mut tx = test.tx().await;
    participants::set_standing(&mut tx, &user(24), Standing::Left, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.pass(DAY * 7).await;
    let reply = test.press(OWNER, Action::ExportProgram).await.unwrap();
    insta::assert_snapshot!(render(&reply.say.unwrap()), @"Four files are on their way to you in our direct messages: participants, pairs, months and weekly figures.");
    let files = test.files().await;
    let files = &files[files.len() - 4..];
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "participants.csv",
            "pairs.csv",
            "cycles.csv",
            "aggregates.csv"
        ]
    );
    let told = &files[0].comment;
    assert!(
        told.contains("Retention and promotion") && told.contains("HR"),
        "{told}"
    );
    let shown = files.iter().map(|file| {
        let lines: Vec<&str> = file
            .content
            .strip_prefix('\u{feff}')
            .unwrap()
            .split("\r\n")
            .collect();
        let last = lines.len().saturating_sub(3);
        let some: Vec<&str> = lines[..2].iter().chain(&lines[last..]).copied().collect();
        format!("{}\n{}", file.name, some.join("\n"))
    });
    insta::assert_snapshot!("an_export", shown.collect::<Vec<_>>().join("\n"));
    for file in files {
        for private in [
            "private",
            "U99",
            "A reason",
            "trust",
            "completed",
            "recommend",
        ] {
            assert!(
                !file.content.contains(private),
                "{private} in {}",
                file.name
            );
        }
    }
}

/// A month looks the same whoever of the two has answered, or nobody: only what both say is told.
#[tokio::test]
async fn no_file_tells_what_one_answered_and_the_other_did_not() {
    let mut seen = Vec::new();
    for yes in [[false, false], [true, false], [false, true], [true, true]] {
        let (test, together) = twelve_pairs().await;
        month(&test, together[11], 1, yes).await;
        let files = exported(&test, OWNER).await;
        let of = |which| content(&files, which).lines().last().unwrap().to_owned();
        let row = [of(ProgramFile::Pairs), of(ProgramFile::Cycles)].map(|row| {
            let (id, rest) = row.split_once(',').unwrap();
            assert_eq!(id, "12");
            rest.to_owned()
        });
        seen.push(row.join("; "));
    }
    assert_eq!((&seen[0], &seen[0]), (&seen[1], &seen[2]));
    assert!(
        seen[0].ends_with("unknown") && seen[3].ends_with("held"),
        "{seen:?}"
    );
}

/// With their own answer, an owner would read off what their partner answered.
#[tokio::test]
async fn an_owner_reads_nothing_of_their_own_pair() {
    let (test, _) = twelve_pairs().await;
    for (reader, is_own) in [("U01", true), ("U02", true), (OWNER, false)] {
        let files = exported(&test, reader).await;
        let months = content(&files, ProgramFile::Cycles).matches("\n1,").count();
        assert_eq!(months, if is_own { 0 } else { 3 }, "{reader}");
        let pairs = content(&files, ProgramFile::Pairs);
        let first_met = pairs.lines().nth(1).unwrap().split(',').nth(4);
        assert_eq!(first_met == Some(""), is_own, "{reader}: {pairs}");
    }
}

/// A month stays held for both when their answers are forgotten, so that no later file says who had answered.
#[tokio::test]
async fn what_both_said_is_known_after_the_answers_are_forgotten() {
    let (test, together) = twelve_pairs().await;
    month(&test, together[11], 1, [true, false]).await;
    let before = exported(&test, OWNER).await;
    let mut tx = test.tx().await;
    for pair in &together {
        pairs::close(&mut tx, *pair, Ending::Ended).await.unwrap();
        crate::store::personal_data::end_pair(&mut tx, *pair)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let after = exported(&test, OWNER).await;
    assert_eq!(
        content(&before, ProgramFile::Cycles),
        content(&after, ProgramFile::Cycles)
    );
}

#[tokio::test]
async fn whose_data_is_erased_is_in_no_file() {
    let (test, _) = twelve_pairs().await;
    test.press("U03", Action::EraseMine).await.unwrap();
    for (file, content) in exported(&test, OWNER).await {
        assert!(!content.contains("U03"), "{}", file.name());
        assert_eq!(
            content.contains("U04"),
            matches!(file, ProgramFile::Participants | ProgramFile::Pairs)
        );
    }
}
