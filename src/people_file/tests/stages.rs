//! Words of a file that are none of the program's stages.

use super::*;

/// As an HR system levels a company.
const LEVELS: &str = "name,Management Level\nCleo,Chief Executive\nLea,Manager\nMax,Manager\nAna,Professional\n\
                      Mo,Manager\nBo,senior\nDan,Professional\n";

fn with_stages(text: &str, stages: &[(&str, &str)]) -> Result<PeopleFile, BadPeople> {
    let stages = stages
        .iter()
        .map(|(word, stage)| ((*word).to_owned(), (*stage).to_owned()));
    let mapping = Mapping {
        stages: stages.collect(),
        ..Mapping::default()
    };
    let (name, settings) = (Path::new("people.csv"), Settings::default());
    parse(
        name,
        text.as_bytes(),
        &settings,
        1000,
        Purpose::Import,
        &mapping,
    )
}

#[test]
fn each_word_is_told_once_with_its_lines_and_one_remedy() {
    let bad = with_stages(LEVELS, &[]).unwrap_err();
    insta::assert_snapshot!(bad, @r#"
    people.csv:
      line 2, column Management Level: "Chief Executive" is not a stage
      lines 3, 4 and 6, column Management Level: "Manager" is not a stage
      lines 5 and 8, column Management Level: "Professional" is not a stage
      Use one of Early career, Experienced, Senior, Lead or manager, Director, Vice president, Executive; or a number from 1; or say which one a word is, such as --stage "Manager=Experienced", or --stage "Manager=-" to leave it out; or leave out the whole column with --column stage=-.
    "#);
    let asks: Vec<_> = bad
        .problems
        .into_iter()
        .filter_map(|one| one.asks.map(|ask| *ask))
        .collect();
    let ask = |word: &str, guess| Ask::Stage {
        header: "Management Level".to_owned(),
        word: word.to_owned(),
        guess,
    };
    // "Manager" shares a word with one stage, "Professional" with none.
    assert_eq!(
        asks,
        [
            ask("Chief Executive", Some(6)),
            ask("Manager", Some(3)),
            ask("Professional", None)
        ]
    );
}

/// A column of job titles has hundreds of them.
#[test]
fn many_words_are_counted() {
    let lines: Vec<String> = (0..300).map(|at| format!("P{at},Title {at}\n")).collect();
    let lines = lines.concat();
    let told = with_stages(&format!("name,Job Level\n{lines}"), &[]).unwrap_err();
    let told = told.to_string();
    assert!(told.contains("and 292 more words there"), "{told}");
    assert_eq!(told.lines().count(), 11, "{told}");
}

#[test]
fn each_word_is_said_once() {
    let said = [
        ("manager", "Lead or manager"),
        ("CHIEF  Executive", "7"),
        ("Professional", "-"),
    ];
    let file = with_stages(LEVELS, &said).unwrap();
    let read: Vec<_> = file.rows.iter().map(|row| row.rank).collect();
    let (lead, executive) = (Some(3), Some(6));
    assert_eq!(read, [executive, lead, lead, None, lead, Some(2), None]);
    assert_eq!(file.rows[3].stage_word.as_deref(), Some("Professional"));
    assert_eq!(
        with_stages(LEVELS, &[("Manager", "Boss")])
            .unwrap_err()
            .problems[0]
            .words,
        "--stage \"Manager=Boss\": there is no stage \"Boss\": use one of Early career, Experienced, Senior, \
         Lead or manager, Director, Vice president, Executive; or a number from 1"
    );
    assert_eq!(
        stage_entry("A = B=Senior").unwrap(),
        ("A = B".to_owned(), "Senior".to_owned())
    );
    for bad in ["Manager", "Manager=", "=Senior", ""] {
        assert!(stage_entry(bad).is_err(), "{bad}");
    }
}

/// Numbers under another program's header are its own grades, unless somebody says that they are not.
#[test]
fn numbers_of_another_column_are_asked_about() {
    let text = "name,Job Level\nAna,2\nBo,5\nCem,11\n";
    let bad = with_stages(text, &[]).unwrap_err();
    assert!(
        bad.to_string().contains(
            "Say with --column stage=\"Job Level\" that these numbers are the program's stages"
        ),
        "{bad}"
    );
    let guesses: Vec<_> = bad
        .problems
        .iter()
        .filter_map(|one| match one.asks.as_deref() {
            Some(Ask::Stage { guess, .. }) => Some(*guess),
            Some(Ask::Header { .. }) | None => None,
        })
        .collect();
    assert_eq!(guesses, [Some(1), Some(4), None]);
    let sure = text.replace("Cem,11\n", "").into_bytes();
    let file = read_bytes(&sure, Purpose::Import, &[("stage", "Job Level")]).unwrap();
    assert_eq!((file.rows[0].rank, file.rows[1].rank), (Some(1), Some(4)));
}

/// To try, what is not known is left open.
#[test]
fn a_trial_asks_nothing() {
    let file = read_bytes(LEVELS.as_bytes(), Purpose::Trial, &[]).unwrap();
    let read: Vec<_> = file.rows.iter().map(|row| row.rank).collect();
    assert_eq!(
        read,
        [Some(6), Some(3), Some(3), None, Some(3), Some(2), None]
    );
    assert!(read_bytes(b"name\nAna\n", Purpose::Trial, &[]).is_ok());
}

/// Whoever reads a problem in Slack has no command line.
#[test]
fn no_problem_names_a_flag_but_where_it_has_an_answer_in_slack() {
    for text in [
        LEVELS,
        "name,role\nAna,mentor\nBo,Chef\n",
        "who,notes,notes\nAna,1,2\n",
        "name,Boss,Boss\nAna,1,2\n",
        "name,Job Level,Band,Band\nAna,1,2,3\n",
        "name,zone\nAna,Mars\nBo,Mars\n",
        "name,manager,Supervisor\nAna,1,2\n",
    ] {
        let bad = imported_problems(text);
        assert!(!bad.is_empty(), "{text}");
        for problem in bad {
            assert!(!problem.without_flags().contains("--"), "{problem:?}");
        }
    }
}

fn imported_problems(text: &str) -> Vec<Problem> {
    with_stages(text, &[]).unwrap_err().problems
}

#[test]
fn one_mistake_in_many_lines_is_told_once() {
    let lines: Vec<String> = (0..40)
        .map(|at| format!("P{at},{}\n", if at % 2 == 0 { "Mars" } else { "UTC" }))
        .collect();
    let lines = lines.concat();
    let bad = imported_problems(&format!("name,zone\n{lines}"));
    assert_eq!(bad.len(), 1);
    assert!(
        bad[0]
            .to_string()
            .starts_with("lines 2, 4, 6, 8, 10 and 15 more, column zone: \"Mars\" is not"),
        "{}",
        bad[0]
    );
    assert_eq!(ranges(&[2, 3, 4, 7, 9, 10]), "2–4, 7 and 9, 10");
}
