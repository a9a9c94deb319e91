//! Words that turn a command into its opposite, and words that change nothing.

/// Words that negate what follows or precedes them. A command beside one of them leads to the status.
pub(super) const NEGATIONS: &[&str] = &[
    "not", "no", "never", "don't", "dont", "won't", "wont", "can't", "cant", "cannot", "longer",
    "anymore", "without", "un", "de", "dis", "non", "nope", "didn't", "didnt", "haven't", "havent",
    "doesn't", "doesnt", "isn't", "isnt",
];

/// Words that end something. After "join" or "resume" they mean the opposite.
pub(super) const ENDINGS: &[&str] = &["stop", "out", "quit", "leave", "cancel", "end", "undo"];

/// Words after a break that say that it is over, or that it is not taken.
pub(super) const OVER: &[&str] = &[
    "over",
    "done",
    "end",
    "ends",
    "ended",
    "ending",
    "finish",
    "finished",
    "stop",
    "stopped",
    "quit",
    "cancel",
    "canceled",
    "cancelled",
    "undo",
    "complete",
    "completed",
    "gone",
    "resume",
    "unpause",
];

/// Words before a break that is behind somebody.
pub(super) const BEHIND: &[&str] = &["from", "after", "since", "following"];

/// Other forms of the words for a break.
pub(super) const BREAKS: &[&str] = &[
    "breaks",
    "vacations",
    "pausing",
    "paused",
    "pauses",
    "snoozing",
];

/// Words for a meeting, its time, and what we send about it.
pub(super) const MEETINGS: &[&str] = &[
    "meeting",
    "meetings",
    "call",
    "calls",
    "session",
    "sessions",
    "appointment",
    "appointments",
    "lunch",
    "coffee",
    "slot",
    "slots",
    "time",
    "times",
    "hour",
    "hours",
    "date",
    "dates",
    "calendar",
    "schedule",
    "agenda",
    "reminder",
    "reminders",
];

/// Words before a command in a sentence, which change nothing.
pub(super) const FILLERS: &[&str] = &[
    "i", "i'd", "i'm", "im", "am", "we", "please", "pls", "want", "wanna", "would", "like", "to",
    "need", "can", "could", "you", "how", "do", "my", "the", "a", "an", "some", "go", "going",
    "take", "on", "be", "ok", "okay", "have", "i've", "we've", "our", "and", "where", "is", "this",
    "become",
];

/// Words that begin a question about a command: "how do I invite @Ana?"
pub(super) const QUESTIONS: &[&str] = &["how", "can", "could", "where", "is", "would"];

/// Words that may stand before a question.
pub(super) const POLITE: &[&str] = &["please", "pls", "ok", "okay", "and"];

/// Words after a command that acts at once, which change nothing either.
const PLAIN: &[&str] = &[
    "now",
    "today",
    "again",
    "here",
    "early",
    "already",
    "finally",
    "just",
    "me",
    "us",
    "it",
    "all",
    "everyone",
    "everything",
    "people",
    "program",
    "programme",
    "mentoring",
    "matching",
    "pair",
    "pairs",
    "partner",
    "mentor",
    "mentee",
    "join",
    "work",
    "office",
    "desk",
    "online",
    "in",
    "at",
    "for",
    "with",
    "as",
    "of",
    "thanks",
    "hello",
    "hi",
    "ready",
    "new",
    "next",
];

/// Whether none of the words means anything beside a command. What acts at once does so only then.
pub(super) fn are_plain(words: &[String]) -> bool {
    let is_plain = |word: &str| FILLERS.contains(&word) || PLAIN.contains(&word);
    words.iter().all(|word| is_plain(word))
}

/// The beginnings of words that tell of trouble. Whoever writes one of them reads who they can talk to, whatever else they wrote.
const TROUBLE: [&str; 13] = [
    "harass",
    "bully",
    "bullie",
    "abus",
    "unsafe",
    "uncomfortable",
    "inappropriate",
    "discriminat",
    "threat",
    "scared",
    "assault",
    "retaliat",
    "humiliat",
];

pub(super) fn is_trouble(word: &str) -> bool {
    TROUBLE.iter().any(|begins| word.starts_with(begins))
}

/// Words that ask for nothing.
pub(super) const THANKS: &[&str] = &[
    "thanks", "thank", "thx", "cheers", "danke", "merci", "gracias",
];

/// The beginnings of words that negate the rest of the word.
const PREFIXES: [&str; 6] = ["un", "de", "dis", "non", "not", "dont"];

/// Whether a word begins like a negation: "unjoin", "deregister". Some words only look like one ("delete").
pub(super) fn negates(word: &str) -> bool {
    PREFIXES.iter().any(|prefix| word.starts_with(prefix))
}
