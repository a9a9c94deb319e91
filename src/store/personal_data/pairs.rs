//! The registry: pairs, and how they came about.

use super::declare::Viewer::{OnlyYou, Owners, Partner};
use super::declare::{As, Belongs, Ends, Erasing, Export, Holds, Rows, Table, facts, id, plain};
use Export::{Hidden, Shown};

const FIGURES: Erasing = Erasing::Stays("so that the program's figures stay right");
const TELLS: &str = "with the reader's own answer, it would say what the other one answered";
const TOGETHER: &str = "so that the same two people aren't matched again";

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "pairs",
        title: "A pair",
        kind: "pairs",
        belongs: Belongs::To(&["mentor", "mentee"]),
        erasing: Rows::Stay(TOGETHER),
        ends: Ends::Never(TOGETHER),
        columns: &[
            facts("id", Shown("Who", As::Pair)).erasing(Erasing::Stays(TOGETHER)),
            plain("team_id"),
            plain("round_id"),
            id("mentor", Holds::Member, Hidden("the first line says who"))
                .seen(&[(Owners, "who is paired with whom and why")])
                .erasing(Erasing::Stays(TOGETHER)),
            id("mentee", Holds::Member, Hidden("the first line says who"))
                .erasing(Erasing::Stays(TOGETHER)),
            // Between introduced and active lies a signature, or one partner's private yes.
            facts("state", Shown(
                "State",
                As::Sql("case when state in ('introduced', 'active') then 'running' else state end"),
            ))
            .erasing(FIGURES),
            plain("channel_id"),
            facts("reasons_sealed", Shown("Why you were matched", As::Fields(&[])))
                .sealed("cast(id as text)")
                .erasing(Erasing::Resealed("[]"))
                .ends((Ends::WithPair, "why two people were matched")),
            facts("cycles", Shown("Months agreed on", As::Number)).erasing(FIGURES),
            facts("created_at", Shown("Since", As::Day)).erasing(FIGURES),
            facts("started_at", Shown("Months began", As::Day)).erasing(FIGURES),
            facts("closed_at", Shown("Over since", As::Day)).erasing(FIGURES),
            facts("closed_why", Hidden("why a pair ended is shown to nobody: it could be the other's choice"))
                .erasing(FIGURES),
        ],
    },
    Table {
        name: "agreements",
        title: "Goals of a pair",
        kind: "goals and signatures",
        belongs: Belongs::Pair("pair_id"),
        erasing: Rows::Deleted,
        ends: Ends::WithPair,
        columns: &[
            facts("pair_id", Shown("Pair", As::Pair)),
            facts("version", Shown("Version", As::Number)),
            plain("team_id"),
            facts("goals_sealed", Shown("", As::Fields(&[("mentee", "The mentee"), ("mentor", "The mentor")])))
                .sealed("cast(pair_id as text) || '/' || cast(version as text)")
                .seen(&[(Partner, "your shared goals")]),
            id("made_by", Holds::Author, Shown("Written by", As::Person)),
            facts("made_at", Shown("Written", As::Day)),
            facts("mentor_signed_at", Shown("The mentor signed", As::Day)),
            facts("mentee_signed_at", Shown("The mentee signed", As::Day)),
            facts("completed_at", Shown("Both had signed", As::Day)),
            plain("reminded"),
        ],
    },
    Table {
        name: "cycles",
        title: "A month of a pair",
        kind: "months of pairs, and when they met",
        belongs: Belongs::Pair("pair_id"),
        erasing: Rows::Stay("so that the program's figures stay right"),
        ends: Ends::Never("so that the program's figures stay right"),
        columns: &[
            plain("id"),
            plain("team_id"),
            facts("pair_id", Shown("Pair", As::Pair)).erasing(FIGURES),
            facts("number", Shown("Month", As::Number)).erasing(FIGURES),
            facts("state", Shown("State", As::MonthSeen)).seen(&[(Partner, "your meetings")]).erasing(FIGURES),
            plain("anchor_at"),
            plain("anchor_number"),
            facts("opened_at", Shown("From", As::Day)).erasing(FIGURES),
            plain("closes_at"),
            facts("meets_at", Shown("Meeting", As::Moment)).erasing(FIGURES),
            plain("plans"),
            plain("reported_at"),
            facts("held_at", Hidden(TELLS)).erasing(FIGURES),
            facts("note_sealed", Shown("The note with the skip, seen by both", As::Text))
                .sealed("cast(id as text)")
                .erasing(Erasing::Null)
                .ends((Ends::WithPair, "notes with a skipped month")),
            facts("closed_at", Shown("Over since", As::Day)).erasing(FIGURES),
            plain("recipe"),
            plain("taken_up_at"),
            plain("arranged"),
            plain("proposed"),
            facts("both_said_yes", Hidden(TELLS))
                .seen(&[(Owners, "the months of which you both say that you met")])
                .erasing(FIGURES),
        ],
    },
    Table {
        name: "met_answers",
        title: "Your answer to “did you meet?”",
        kind: "answers to “did you meet?”",
        belongs: Belongs::Side,
        erasing: Rows::Deleted,
        ends: Ends::WithPair,
        columns: &[
            facts("cycle_id", Shown(
                "Month",
                As::Sql("(select cast(c.number as text) from cycles c where c.id = met_answers.cycle_id)"),
            )),
            plain("plan"),
            facts("side", Shown("As the", As::Word)),
            facts("said", Shown("You said", As::Word)),
            facts("said_at", Shown("When", As::Day)),
        ],
    },
    Table {
        name: "reflections",
        title: "A question after a meeting",
        kind: "questions after meetings, and ratings",
        belongs: Belongs::To(&["user_id"]),
        erasing: Rows::Deleted,
        ends: Ends::WithPerson,
        columns: &[
            plain("id"),
            plain("team_id"),
            facts("pair_id", Shown("Pair", As::Pair)),
            plain("cycle_id"),
            id("user_id", Holds::Own, Hidden("it is the reader")),
            facts("question", Shown("Asked", As::Question)),
            facts("answer_sealed", Shown("Your answer", As::Text))
                .sealed("cast(id as text)")
                .seen(&[(OnlyYou, "your reflections")])
                .erasing(Erasing::Null)
                .ends((Ends::WithPair, "what people wrote after meetings")),
            facts("confidence", Shown("Your confidence, of 5", As::Number)),
            facts("shared", Shown("Shared with your partner", As::YesNo))
                .seen(&[(Partner, "a reflection only when you press “share”")]),
            facts("asked_at", Shown("Asked on", As::Day)),
            facts("answered_at", Shown("Answered", As::Day)),
            plain("rated_at"),
        ],
    },
    Table {
        name: "checkins",
        title: "A private check-in, or a note to you",
        kind: "choices and ratings in check-ins",
        belongs: Belongs::To(&["user_id"]),
        erasing: Rows::Deleted,
        ends: Ends::WithPerson,
        columns: &[
            plain("id"),
            plain("team_id"),
            facts("pair_id", Shown("Pair", As::Pair)),
            id("user_id", Holds::Own, Hidden("it is the reader")),
            facts("kind", Shown("What", As::Word)),
            facts("number", Shown("After month", As::Number)),
            facts("state", Shown("State", As::Word)),
            facts("said", Shown("You chose", As::Word))
                .seen(&[(Owners, "whether a pair needs attention")]),
            facts("answer_sealed", Shown("", As::Fields(&[
                ("worth", "Worth your time"),
                ("text", "You wrote"),
                ("then", "Your confidence at the start, of 5"),
            ])))
            .sealed("cast(id as text)")
            .seen(&[(OnlyYou, "your answers to check-ins")])
            .erasing(Erasing::Null)
            .ends((Ends::WithPair, "what people wrote in check-ins")),
            facts("confidence", Shown("Your confidence now, of 5", As::Number)),
            facts("created_at", Shown("Since", As::Day)),
            facts("answered_at", Shown("Answered", As::Day)),
            plain("rated_at"),
            facts("would_recommend", Shown("You'd recommend the program", As::YesNo)),
            facts("would_repeat", Shown("You'd do it again", As::YesNo)),
        ],
    },
    Table {
        name: "invitations",
        title: "An invitation",
        kind: "invitations",
        belongs: Belongs::To(&["inviter", "invitee"]),
        erasing: Rows::DeletedIf(
            "inviter = $2 or state = 'accepted'",
            "a colleague who invited somebody has yet to hear that it did not work out",
        ),
        // A no keeps the two apart for as long as the inviter is in the program. An inviter on a break has yet to hear, and the
        // same after a no as after a silence.
        ends: Ends::Days(30, "created_at < $1 and state <> 'open' and (state <> 'declined' or not exists (
            select 1 from participants p
            where p.team_id = invitations.team_id and p.user_id = invitations.inviter))
            and not exists (select 1 from timers t where t.team_id = invitations.team_id
                and t.kind = 'invitation' and t.subject = cast(invitations.id as text))"),
        columns: &[
            plain("id"),
            plain("team_id"),
            id("inviter", Holds::Author, Shown("From", As::Person)),
            id("invitee", Holds::Mentioned, Shown("To", As::Person))
                .mentions("a colleague's invitation, until they have heard its outcome"),
            // About an invitation they sent, only what they were told: neither a no nor that there was an answer.
            facts("state", Shown("Outcome", As::Sql(
                "case when state = 'accepted' then 'a yes' when inviter = $2 then 'no yes, or none yet'
                 when state = 'open' then 'open' else 'nothing' end",
            )))
            .erasing(Erasing::ReplacedIf("lapsed", "state in ('open', 'declined') and invitee = $2")),
            facts("created_at", Shown("When", As::Day)),
            plain("answered_at"),
        ],
    },
];
