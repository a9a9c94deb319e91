//! What people read in Slack sounds like a colleague: contractions, everyday words, no idioms carried over.

use super::is_meant;
use super::program::Program;

/// Words that a colleague would not write, and what to write instead.
const STIFF: &[(&str, &str)] = &[
    ("hoever", "anyone who, the person who"),
    ("omebody", "someone"),
    ("verybody", "everyone"),
    ("nybody", "anyone"),
    ("any more", "anymore"),
    ("need not", "don't have to"),
    ("for you alone", "just for you"),
    ("meanwhile", "in the meantime"),
    (" cannot ", "can't"),
    ("is not", "isn't"),
    ("do not", "don't"),
    ("does not", "doesn't"),
    ("did not", "didn't"),
    ("has not", "hasn't"),
    ("have not", "haven't"),
    ("will not", "won't"),
    ("I am looking", "I'm"),
    (". I am ", "I'm"),
    ("I will ", "I'll"),
    ("You are ", "You're"),
    ("you are ", "you're"),
    ("There is ", "There's"),
    ("so there is ", "there's"),
];

fn stiff(program: &Program) -> Vec<String> {
    let told = |module: &str| {
        ["features::*", "shared::*"]
            .iter()
            .any(|it| is_meant(module, it))
    };
    let sources = program.sources().filter(|source| told(&source.module));
    let mut wrong = Vec::new();
    for it in sources.flat_map(|source| &source.texts) {
        let (at, text) = (&it.at, &it.value);
        let found = STIFF.iter().filter(|(word, _)| text.contains(word));
        wrong
            .extend(found.map(|(word, better)| format!("{at}: “{word}”, better {better}: {text}")));
    }
    wrong
}

#[test]
fn people_read_plain_words() {
    let wrong = stiff(Program::ours());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn stiff_words_are_found_over_lines_and_not_in_comments_or_tests() {
    let text = "/// It is not so.\nfn f() { md!(\"Ana’s plan is \\\n    not here\") } // do not\n\
                #[cfg(test)]\nmod tests { fn f() { say(\"is not\") } }";
    let found = |file| stiff(&Program::example(&[(file, text)]));
    let wrong = "src/shared/a.rs:2: “is not”, better isn't: Ana’s plan is not here";
    assert_eq!(found("src/shared/a.rs"), [wrong]);
    assert_eq!(found("src/store/a.rs"), [""; 0]);
}
