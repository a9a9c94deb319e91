//! The registry: rounds of matching.

use super::declare::Viewer::Owners;
use super::declare::{As, Belongs, Ends, Erasing, Export, Holds, Rows, Table, facts, id, plain};
use crate::store::rounds::PROPOSALS_KEPT_DAYS;
use Export::{Hidden, Shown};

/// As long as people ask why a round came out as it did, and until its last pair is introduced: two who found each other by an
/// invitation may wait for months for the first match.
macro_rules! of_old_rounds {
    () => {
        "round_id in (select r.id from rounds r where r.created_at < $1 and r.state <> 'proposed'
            and not exists (select 1 from timers t where t.team_id = r.team_id
                and t.kind = 'introduce' and t.subject = cast(r.id as text)))"
    };
}

const ANOTHERS: &str = "it could show what somebody else wishes";
const OWNERS: &str = "it is an owner's choice, and theirs to explain";

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "rounds",
        title: "A round of matching that you asked for or decided",
        kind: "rounds an owner asked for or decided",
        belongs: Belongs::To(&["asked_by", "decided_by"]),
        erasing: Rows::Stay("later rounds are compared with it"),
        ends: Ends::Never("later rounds are compared with it; it names nobody"),
        columns: &[
            plain("id"),
            plain("team_id"),
            facts("origin", Shown("Set off", As::Word)).erasing(Erasing::Stays("it names nobody")),
            facts("state", Shown("State", As::Word)).erasing(Erasing::Stays("it names nobody")),
            plain("seed"),
            plain("gap"),
            id("asked_by", Holds::Author, Shown("Asked for by", As::Person))
                .erasing(Erasing::Null)
                .ends((
                    Ends::Days(400, "created_at < $1"),
                    "which owner asked for a round",
                )),
            facts("created_at", Shown("When", As::Day)).erasing(Erasing::Stays("it names nobody")),
            id("decided_by", Holds::Author, Shown("Decided by", As::Person))
                .erasing(Erasing::Null)
                .ends((
                    Ends::Days(400, "created_at < $1"),
                    "which owner decided a round",
                )),
            facts("decided_at", Shown("Decided", As::Day))
                .erasing(Erasing::Stays("it names nobody")),
            plain("unchanged_since"),
            plain("introduce_at"),
        ],
    },
    Table {
        name: "proposals",
        title: "A pair that was proposed with you in it",
        kind: "proposed pairs (half a year, if an owner left one out)",
        belongs: Belongs::To(&["mentor", "mentee"]),
        erasing: Rows::Deleted,
        // A pair that an owner left out is not proposed again for half a year.
        ends: Ends::Days(
            PROPOSALS_KEPT_DAYS,
            concat!(
                of_old_rounds!(),
                " and (state <> 'dropped' or settled_at < $1 - 10281600000)"
            ),
        ),
        columns: &[
            facts(
                "round_id",
                Shown(
                    "When",
                    As::SqlDay(
                        "(select r.created_at from rounds r where r.id = proposals.round_id)",
                    ),
                ),
            ),
            plain("team_id"),
            id(
                "mentor",
                Holds::Member,
                Hidden("that somebody was proposed is theirs, too, unless you were introduced"),
            )
            .seen(&[(Owners, "who might be paired with whom and why")]),
            id(
                "mentee",
                Holds::Member,
                Hidden("that somebody was proposed is theirs, too, unless you were introduced"),
            ),
            facts("score", Shown("Points, of 100", As::Number)),
            facts("reasons_sealed", Hidden(ANOTHERS))
                .sealed("cast(round_id as text) || '/' || mentor || '/' || mentee")
                .erasing(Erasing::Replaced(""))
                .ends((
                    Ends::Days(
                        PROPOSALS_KEPT_DAYS,
                        concat!(of_old_rounds!(), " and reasons_sealed <> ''"),
                    ),
                    "why two people were proposed",
                )),
            plain("must_confirm"),
            facts(
                "state",
                Shown(
                    "You were introduced",
                    As::Sql("case when state = 'introduced' then 'yes' else 'no' end"),
                ),
            ),
            id("settled_by", Holds::Author, Hidden(OWNERS)).erasing(Erasing::Null),
            plain("settled_at"),
            plain("introduce_at"),
        ],
    },
    Table {
        name: "unmatched",
        title: "A round that left you without a partner",
        kind: "who was left over in a round, and why",
        belongs: Belongs::To(&["user_id"]),
        erasing: Rows::Deleted,
        // People told that they have no partner are not told again for up to ninety days, so this is a little longer.
        ends: Ends::Days(
            62,
            concat!(
                of_old_rounds!(),
                " and (told_at is null or told_at < $1 - 2851200000)"
            ),
        ),
        columns: &[
            plain("round_id"),
            plain("team_id"),
            id("user_id", Holds::Own, Hidden("it is the reader"))
                .seen(&[(Owners, "who was left over in a round")]),
            facts("why", Shown("Why", As::Binding)),
            plain("done"),
            facts("told_at", Shown("You read it on", As::Day)),
        ],
    },
    Table {
        name: "round_edits",
        title: "",
        kind: "what owners changed in a round",
        belongs: Belongs::To(&["mentor", "mentee"]),
        erasing: Rows::Deleted,
        ends: Ends::Days(62, of_old_rounds!()),
        columns: &[
            plain("round_id"),
            plain("team_id"),
            facts("kind", Hidden(OWNERS)),
            id("mentor", Holds::Member, Hidden(OWNERS)),
            id("mentee", Holds::Member, Hidden(OWNERS)),
            plain("score"),
            plain("must_confirm"),
            id("made_by", Holds::Author, Hidden(OWNERS)).erasing(Erasing::Replaced("erased")),
            plain("made_at"),
        ],
    },
    Table {
        name: "round_inputs",
        title: "Your profile as a round of matching saw it",
        kind: "what rounds were made from",
        belongs: Belongs::Sealed,
        erasing: Rows::Deleted,
        ends: Ends::Days(62, "made_at < $1"),
        columns: &[
            plain("round_id"),
            plain("team_id"),
            plain("confirm_id"),
            facts("input_sealed", Shown("", As::Input)).sealed("cast(round_id as text)"),
            facts("made_at", Shown("When", As::Day)),
        ],
    },
];
