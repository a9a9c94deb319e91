//! Whatever nobody asked for goes through the gate (`shared::nudge`, `shared::news`): working hours, one a day, breaks. What goes out
//! at once is listed here, with the reason, so that the next message past the gate is found.

use super::program::Program;

/// What puts something on its way at once.
const AT_ONCE: [&str; 4] = [
    "store::outbox::post",
    "store::outbox::pass_on",
    "store::outbox::push",
    "store::outbox::share",
];

/// Why something may go out at once, and the functions that put it on its way, as often as they do.
const ALLOWED: &[(&str, &[&str])] = &[
    (
        "It answers what its only reader did just now, also once Slack has answered us.",
        &[
            "features::circle::refused",
            "features::digest::preview::preview",
            "features::direct_messages::answer",
            "features::launch::sponsor::sponsors_note",
            "features::matching::owners::answer_owner",
            "features::matching::what_if::answer",
            "features::organization::upload::tell",
            "features::privacy::export",
            "features::privacy::file_missing",
            "features::reflections::answer_yes",
            "features::report::file_missing",
            "features::report::share",
            "shared::look_up::tell",
            "shared::to_contact::answer",
            "web::by_message::queue_answer",
        ],
    ),
    (
        "It answers what its reader did minutes ago, or must not let them believe that help is on its way.",
        &["shared::passing_on::tell"],
    ),
    (
        "Somebody calls for help, or a support contact is asked for it.",
        &[
            "features::checkins::call_for_help",
            "shared::to_contact::pass_on",
        ],
    ),
    (
        "One of two did something just now, and reads it with the other in their own conversation.",
        &[
            "features::agreement::signed_by_both",
            "features::agreement::put_before_both",
            "features::checkins::closing::go_on",
            "features::meetings::month::tell_both",
            "features::meetings::plan::settle",
            "features::meetings::plan::skip",
            "features::meetings::plan::skip",
            "features::reflections::answered",
        ],
    ),
    (
        "An introduction, which both wait for, and what stands right before or behind it. It takes their day.",
        &[
            "features::introduction::meet::say_hello",
            "features::introduction::swap::tell_swapped",
            "features::meetings::first_month",
        ],
    ),
    (
        "It goes to a channel, at a time that owners chose.",
        &["features::digest::publish", "features::launch::post"],
    ),
    (
        "Tomorrow nobody can be told anything: Slack does not renew our token.",
        &["features::directory::mending::tell_now"],
    ),
    (
        "It is no message: Slack is asked for something.",
        &[
            "features::circle::join",
            "features::organization::upload::ask",
        ],
    ),
    (
        "It is the gate.",
        &["shared::news::tell_of_break", "shared::nudge::post"],
    ),
];

/// Where something is put on its way at once: module and function, in order.
fn at_once(program: &Program) -> Vec<String> {
    let sources = program.sources();
    let apart = |module: &str| ["store", "testing"].contains(&module.split("::").next().unwrap());
    let ours = sources.filter(|it| !apart(&it.module));
    let mut found: Vec<String> = ours
        .flat_map(|source| {
            let posts = source
                .names
                .iter()
                .filter(|it| it.is_ours && AT_ONCE.contains(&it.path.as_str()));
            posts.map(|it| format!("{}::{}", source.module, it.function))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn what_nobody_asked_for_goes_through_the_gate() {
    let allowed = ALLOWED.iter().flat_map(|(_, functions)| *functions);
    let mut allowed: Vec<String> = allowed.map(|it| (*it).to_owned()).collect();
    allowed.sort();
    assert_eq!(
        at_once(Program::ours()),
        allowed,
        "use `news::tell` or `nudge::send`, or say in `ALLOWED` why it goes out at once"
    );
}

#[test]
fn messages_past_the_gate_are_found() {
    let found = |text: &str| at_once(&Program::example(&[("src/features/join/mod.rs", text)]));
    for text in [
        "use crate::store::outbox; async fn tell(tx: &mut Tx) { outbox::post(tx).await }",
        "use crate::store::outbox::{self as out}; fn tell() { if true { out::pass_on(tx) } }",
        "async fn tell(tx: &mut Tx) { crate::store::outbox::push(tx).await? }",
        "use crate::store; impl A { fn tell() { a.map(|it| store::outbox::post(it)) } }",
    ] {
        assert_eq!(found(text), ["features::join::tell"], "{text}");
    }
    // Named without its module, it could not be told apart.
    let hidden = "use crate::store::outbox::post; fn tell() { post(tx) }";
    assert_eq!(found(hidden), ["features::join::"]);
    let text = "use crate::store::outbox; fn tell() { outbox::withdraw(tx); news::tell(tx) }
        #[cfg(test)] mod tests { fn f() { outbox::post() } }";
    assert_eq!(found(text), [""; 0]);
}
