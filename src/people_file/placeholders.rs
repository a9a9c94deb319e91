//! What people and programs write into a manager's cell when it names nobody.

use super::text::comparable;

/// Whether it says that somebody reports to nobody.
pub(super) fn is_nobody(word: &str) -> bool {
    const WORDS: [&str; 21] = [
        "-",
        "--",
        "–",
        "—",
        "none",
        "nobody",
        "no one",
        "no manager",
        "no_manager",
        "niemand",
        "kein vorgesetzter",
        "aucun",
        "ninguno",
        "nadie",
        // Whom the head of a company reports to is nobody's partner.
        "board",
        "the board",
        "board of directors",
        "supervisory board",
        "aufsichtsrat",
        "conseil d'administration",
        "consejo de administración",
    ];
    WORDS.contains(&comparable(word).as_str())
}

/// Whether it says that nothing is known, which leaves the manager open.
pub(super) fn is_unknown(word: &str) -> bool {
    const WORDS: [&str; 31] = [
        "n/a",
        "na",
        "n.a.",
        "k.a.",
        "nan",
        "null",
        "nil",
        "undefined",
        "tbd",
        "t.b.d.",
        "tba",
        "tbc",
        "to be determined",
        "to be defined",
        "to be confirmed",
        "unknown",
        "unassigned",
        "not assigned",
        "not available",
        "not applicable",
        "missing",
        "vacant",
        "open",
        "blank",
        "(blank)",
        "empty",
        "unbekannt",
        "vakant",
        "inconnu",
        "vacante",
        "desconocido",
    ];
    let word = comparable(word);
    let is_made_of = |all: &[char]| word.chars().all(|c| all.contains(&c));
    WORDS.contains(&word.as_str()) || is_made_of(&['?', '.', '*']) || is_made_of(&['0'])
}

/// Whether it says who is a manager rather than who somebody's manager is.
pub(super) fn is_yes_or_no(word: &str) -> bool {
    const WORDS: [&str; 11] = [
        "yes", "no", "y", "n", "true", "false", "x", "ja", "nein", "oui", "non",
    ];
    WORDS.contains(&comparable(word).as_str())
}
