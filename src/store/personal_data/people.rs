//! The registry: people, and the program.

use super::declare::Viewer::{Circle, Contact, OnlyYou, Owners, Partner};
use super::declare::{As, Belongs, Ends, Erasing, Export, Holds, Rows, Table, facts, id, plain};
use crate::store::organization::KEPT_DAYS;
use Export::{Hidden, Shown};

/// The fields of a profile.
pub(super) const PROFILE: As = As::Fields(&[
    ("role", "Role"),
    ("stage", "Stage"),
    ("department", "Department"),
    ("site", "Site"),
    ("manager", "Manager"),
    ("languages", "Languages"),
    ("mentor_capacity", "Mentees at once"),
    ("mentee_capacity", "Mentors at once"),
    ("share", "You share"),
    ("learn", "You would like to learn"),
    ("rather_not", "Rather not paired with"),
    ("hopes", "What would make it worthwhile"),
]);

/// The fields of an entry of the organization.
const ENTRY: As = As::Fields(&[
    ("name", "Name"),
    ("id", "Number or id there"),
    ("email", "Email address"),
    ("stage", "Stage"),
    ("stage_word", "Stage, as the list says it"),
    ("department", "Department"),
    ("department_word", "Department, as the list says it"),
    ("site", "Site"),
    ("site_word", "Site, as the list says it"),
    ("manager", "Manager"),
]);

const ONESELF: Export = Hidden("it is the reader");

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "participants",
        title: "You",
        kind: "profile",
        belongs: Belongs::To(&["user_id"]),
        erasing: Rows::Deleted,
        ends: Ends::WithPerson,
        columns: &[
            plain("team_id"),
            id("user_id", Holds::Own, ONESELF),
            facts("standing", Shown("Status", As::Sql(
                "case standing when 'active' then 'taking part' when 'ineligible' then 'out for now, not a full member'
                 else standing end",
            )))
                .seen(&[(Owners, "who takes part and as what (role, stage, department and site)")]),
            facts("joined_at", Shown("Joined", As::Day)),
            facts("paused_until", Shown("On a break until", As::Day))
                .seen(&[(Owners, "whether you're on a break, and until when")]),
            facts("waiting_since", Shown("Waiting for a partner since", As::Day))
                .seen(&[(Owners, "whether you're looking for a partner")]),
            facts("before_standing", Shown("Before Slack said that you can't take part", As::Word)),
            facts("updated_at", Shown("Changed last", As::Day)),
            plain("circle_channel"),
            facts("circle", Shown("The mentor circle", As::Sql(
                "case circle when 'joined' then 'you asked for it, and I added you' when 'asked' then 'you asked for it'
                 when 'refused' then 'you asked for it, and Slack refused' when 'offered' then 'offered to you' end",
            )))
                .seen(&[(Circle, "that you mentor here, once you've pressed “Join the mentor circle”")]),
            facts("circle_at", Shown("Since", As::Day)),
            facts("day_starts", Shown("At work from", As::Sql(
                "cast(day_starts / 60 as text) || case day_starts % 60 when 0 then ':00' else ':30' end",
            )))
                .seen(&[
                    (OnlyYou, "your working hours"),
                    (Owners, "how many working hours you share with somebody they may pair you with"),
                ]),
            facts("day_ends", Shown("At work until", As::Sql(
                "cast(day_ends / 60 as text) || case day_ends % 60 when 0 then ':00' else ':30' end",
            ))),
            facts("profile_sealed", Shown("", PROFILE))
                .sealed("team_id || '/' || user_id")
                .seen(&[
                    (OnlyYou, "who you'd rather not be paired with"),
                    (Owners, "who you report to, where they check that before a pair is introduced"),
                    (Partner, "your role, department, site and topics"),
                    (Partner, "what you hope for"),
                ])
                .mentions("colleagues' own profiles: whom they named as their manager, or would rather not be paired with"),
        ],
    },
    Table {
        name: "people",
        title: "What Slack says about you",
        kind: "what Slack says about people",
        belongs: Belongs::To(&["user_id"]),
        erasing: Rows::Deleted,
        ends: Ends::Soon("as long as the program needs it"),
        columns: &[
            plain("team_id"),
            id("user_id", Holds::Own, ONESELF),
            facts("zone", Shown("Time zone", As::Text)).seen(&[(Partner, "your time zone")]),
            facts("full_member", Shown("Full member", As::YesNo)),
            facts("deleted", Shown("Deactivated", As::YesNo)),
            facts("admin", Shown("Workspace admin", As::YesNo)),
            // In doubt (0), there is no such day.
            facts("seen_at", Shown("Slack said so", As::SqlDay("nullif(seen_at, 0)"))),
            plain("updated"),
        ],
    },
    Table {
        name: "organization",
        title: "You in your company's list",
        kind: "what your company's list of people says (the owners' next file brings it back)",
        belongs: Belongs::To(&["person"]),
        erasing: Rows::Deleted,
        ends: Ends::Days(KEPT_DAYS, "imported_at < $1"),
        columns: &[
            plain("team_id"),
            id("person", Holds::Own, ONESELF),
            facts("entry_sealed", Shown("", ENTRY))
                .sealed("team_id || '/' || person")
                .seen(&[(Owners, "what the list they bring in says: your stage, department, site and manager")])
                .mentions("colleagues' lines in the company's list: whose manager they are"),
            facts("imported_at", Shown("Brought in last", As::Day)),
        ],
    },
    Table {
        name: "imports",
        title: "A list of people that you brought in",
        kind: "lists of people on their way in",
        belongs: Belongs::To(&["owner"]),
        erasing: Rows::Deleted,
        ends: Ends::Days(1, "made_at < $1"),
        columns: &[
            plain("id"),
            plain("team_id"),
            id("owner", Holds::Author, ONESELF),
            facts("state", Shown("State", As::Word)),
            facts("list_sealed", Hidden("it is about colleagues, and gone within two days"))
                .sealed("cast(id as text)")
                .mentions("a list that an owner is bringing in, for two days at most"),
            facts("made_at", Shown("When", As::Moment)),
        ],
    },
    Table {
        name: "setup_drafts",
        title: "A program that you're setting up",
        kind: "programs being set up",
        belongs: Belongs::To(&["user_id"]),
        erasing: Rows::Deleted,
        ends: Ends::Days(1, "made_at < $1"),
        columns: &[
            plain("team_id"),
            id("user_id", Holds::Own, ONESELF),
            facts("settings_sealed", Hidden("it is what you've filled in so far, and gone within two days"))
                .sealed("team_id || '/' || user_id")
                .mentions("a program that an admin is setting up, for two days at most"),
            facts("made_at", Shown("When", As::Moment)),
        ],
    },
    Table {
        name: "nudged",
        title: "A day on which I wrote to you unasked",
        kind: "days on which I wrote unasked",
        belongs: Belongs::To(&["user_id"]),
        erasing: Rows::Deleted,
        ends: Ends::CalendarDays(7, "day < $1"),
        columns: &[
            plain("team_id"),
            id("user_id", Holds::Own, ONESELF),
            facts("day", Shown("Day", As::Text)),
        ],
    },
    Table {
        name: "companions",
        title: "A thing in the note that owners get each week",
        kind: "what owners last read in their weekly note",
        belongs: Belongs::To(&["owner"]),
        erasing: Rows::Deleted,
        ends: Ends::Days(400, "said_at < $1"),
        columns: &[
            plain("team_id"),
            id("owner", Holds::Own, ONESELF),
            plain("thing"),
            facts("said_at", Shown("Said", As::Day)),
        ],
    },
    Table {
        name: "falls",
        title: "A fall in confidence that the note to owners told of",
        kind: "that owners have read of a fall in confidence",
        belongs: Belongs::To(&["owner"]),
        erasing: Rows::Deleted,
        ends: Ends::Days(400, "told_at < $1"),
        columns: &[
            plain("team_id"),
            id("owner", Holds::Own, ONESELF),
            plain("tenths"),
            facts("told_at", Shown("Told", As::Day)),
        ],
    },
    Table {
        name: "timers",
        title: "Something I plan to do",
        kind: "what is planned",
        belongs: Belongs::Timer,
        erasing: Rows::Deleted,
        ends: Ends::Soon("until it is done"),
        columns: &[
            plain("id"),
            plain("team_id"),
            facts("kind", Shown("What", As::Word)),
            id("subject", Holds::Mentioned, Hidden("it names what is planned by its number"))
                .mentions("a question that names them, about a proposed pair or their account, until it is answered a moment later"),
            facts("due_at", Shown("When", As::Moment)),
            facts("civil", Hidden("it is the same time on a local clock")),
            id("zone_of", Holds::Mentioned, Hidden("it is on whose clock the time was reckoned"))
                .erasing(Erasing::Null),
            facts("resting", Hidden("it is the same time, while the app is not in the workspace")),
            plain("attempts"),
            plain("unreadable_since"),
        ],
    },
    Table {
        name: "outbox",
        title: "A message to you",
        kind: "messages (their words only until Slack has them)",
        belongs: Belongs::Lane,
        erasing: Rows::DeletedIf("finished_at is not null", "Slack may be taking it at this very moment"),
        ends: Ends::Days(30, "finished_at < $1"),
        columns: &[
            plain("id"),
            plain("team_id"),
            id("lane", Holds::Own, Hidden("it is where the reader's messages go")),
            facts("kind", Shown("Kind", As::Word)),
            facts("what_sealed", Hidden("Slack has the message, and its words were forgotten when it was sent"))
                .sealed("cast(id as text)")
                .seen(&[(OnlyYou, "what I write to you here"), (Contact, "what you ask me to pass on to them, with your name")])
                .mentions("messages that wait for a colleague may mention a person, until they are sent"),
            id("dedupe_key", Holds::Mentioned, Hidden("it names what the message is about by its number"))
                .mentions("messages to colleagues are told apart by whom they are about"),
            facts("state", Shown("State", As::Word)),
            plain("attempts"),
            plain("doubt"),
            plain("not_before"),
            plain("expires_at"),
            plain("leased_until"),
            plain("channel_id"),
            plain("ts"),
            facts("error", Shown("Slack refused it", As::Word)),
            facts("created_at", Shown("Written", As::Moment)),
            facts("finished_at", Shown("Done", As::Moment)),
            plain("waits_for"),
            plain("rank"),
            plain("leases"),
        ],
    },
    Table {
        name: "cards",
        title: "",
        kind: "where in Slack messages to you stand",
        belongs: Belongs::Lane,
        erasing: Rows::Deleted,
        // The goals of two who stay together can change at any time.
        ends: Ends::Days(400, "placed_at < $1 and not exists (select 1 from pairs p
            where p.team_id = cards.team_id and cards.card = 'agreement/' || cast(p.id as text)
            and (p.closed_at is null or p.closed_at >= $1))"),
        columns: &[
            plain("team_id"),
            plain("card"),
            id("lane", Holds::Own, Hidden("it is where the reader's messages go")),
            plain("channel_id"),
            plain("ts"),
            plain("placed_at"),
        ],
    },
    Table {
        name: "reactions",
        title: "",
        kind: "what came of a message",
        belongs: Belongs::Nobody,
        erasing: Rows::Stay("each is acted on within seconds, and forgotten then"),
        ends: Ends::Soon("for seconds"),
        columns: &[
            plain("id"),
            plain("team_id"),
            facts("reaction_sealed", Hidden("it is on its way within the bot, for seconds"))
                .sealed("cast(id as text)")
                .erasing(Erasing::Stays("it is acted on within seconds, and forgotten then"))
                .mentions("what came of a message names its recipient, for seconds"),
            plain("created_at"),
        ],
    },
    Table {
        name: "audit",
        title: "Something you did, or that was done to your part, according to the record",
        kind: "record of what was done to the program",
        belongs: Belongs::To(&["actor", "subject"]),
        erasing: Rows::Stay("that it was done stays, and not by whom"),
        ends: Ends::Days(400, "at < $1"),
        columns: &[
            plain("id"),
            plain("team_id"),
            facts("at", Shown("When", As::Day)).erasing(Erasing::Stays("it says nothing of a person")),
            id("actor", Holds::Author, Hidden("it is the reader, an owner or Slack"))
                .erasing(Erasing::Replaced("erased")),
            facts("verb", Shown("What", As::Word)).erasing(Erasing::Stays("it says nothing of a person")),
            id("subject", Holds::Mentioned, Hidden("it is the reader, or a number"))
                .erasing(Erasing::Replaced("erased")),
        ],
    },
    Table {
        name: "programs",
        title: "Your part in running the program",
        kind: "settings",
        belongs: Belongs::Program,
        erasing: Rows::Stay("the program goes on"),
        ends: Ends::WhenChanged("who the owners and the support contact are"),
        columns: &[
            plain("team_id"),
            id(
                "settings",
                Holds::Mentioned,
                Shown(
                    "You're named in the settings as",
                    As::Sql(
                        "case when settings not like '%\"support_contact\":\"' || $2 || '\"%' then 'owner'
                         when settings like '%\"' || $2 || '\"%\"' || $2 || '\"%' then 'owner and support contact'
                         else 'support contact' end",
                    ),
                ),
            )
            .erasing(Erasing::TakenOut),
            plain("recipe"),
            plain("wording"),
            plain("mentor_circle"),
            plain("declared"),
            plain("created_at"),
            plain("updated_at"),
            plain("break_until"),
            plain("enrollment"),
            plain("file_lines"),
        ],
    },
];
