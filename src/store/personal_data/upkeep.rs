//! The registry: workspaces, and the bot's own upkeep. Nobody is readable in it.

use super::declare::{
    Belongs, Column, Ends, Erasing, Export, Holds, Rows, Table, facts, id, plain,
};
use Export::Hidden;

const NOBODYS: &str = "nobody is in it";

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "quiet",
        title: "",
        kind: "a mark, which names nobody, that someone isn't asked again",
        belongs: Belongs::Nobody,
        erasing: Rows::Stay("nobody is asked again after erasing, nor who said no to them"),
        ends: Ends::Days(730, "made_at < $1"),
        columns: &[
            plain("team_id"),
            facts(
                "mark",
                Hidden("only the bot can tell whose it is, and only by comparing"),
            )
            .erasing(Erasing::Stays(
                "it names nobody, and keeps the bot from asking again",
            )),
            plain("made_at"),
        ],
    },
    nobodys(
        "quiet_keys",
        &[plain("team_id"), plain("key_sealed").sealed("team_id")],
    ),
    nobodys(
        "workspaces",
        &[
            plain("team_id"),
            plain("bot_user_id"),
            plain("token_sealed").sealed("team_id"),
            plain("state"),
            plain("updated_at"),
            plain("troubled_at"),
            plain("token_ends_at"),
            plain("renewal_sealed").sealed("team_id || '/renewal'"),
            plain("renew_at"),
            plain("renewal_tries"),
            plain("renewal_error"),
            plain("ended_at"),
            plain("enterprise_id"),
        ],
    ),
    nobodys(
        "digests",
        &[
            plain("team_id"),
            plain("week"),
            plain("published_sealed").sealed("team_id || '/' || week"),
            plain("made_at"),
            plain("told_in"),
        ],
    ),
    Table {
        ends: Ends::Days(3, "received_at < $1"),
        ..nobodys("inbox", &[plain("dedupe_key"), plain("received_at")])
    },
    calls(
        "limit_uses",
        "calls to Slack",
        "for minutes",
        &[
            called("for minutes, so that Slack's limits are kept"),
            plain("used_at"),
            plain("id"),
        ],
    ),
    calls(
        "limit_blocks",
        "waits that Slack asked for",
        "for an hour at most",
        &[
            called("for an hour at most, so that Slack's limits are kept"),
            plain("until"),
        ],
    ),
    nobodys(
        "figures",
        &[
            plain("team_id"),
            plain("held_sealed").sealed("team_id"),
            plain("made_at"),
        ],
    ),
    nobodys(
        "previews",
        &[
            plain("team_id"),
            plain("held_sealed").sealed("team_id"),
            plain("made_at"),
        ],
    ),
    nobodys(
        "outbox_queues",
        &[plain("team_id"), plain("waits_for"), plain("due_at")],
    ),
    nobodys("facts", &[plain("name"), plain("value")]),
];

/// What is counted of calls to Slack: messages, by where they go.
const fn calls(
    name: &'static str,
    kind: &'static str,
    ends: &'static str,
    columns: &'static [Column],
) -> Table {
    Table {
        name,
        title: "",
        kind,
        belongs: Belongs::Nobody,
        erasing: Rows::Stay("they end with the limit"),
        ends: Ends::Soon(ends),
        columns,
    }
}

/// The method, or the conversation or person that a message went to.
const fn called(why: &'static str) -> Column {
    id(
        "scope",
        Holds::Mentioned,
        Hidden("it counts calls to Slack, for minutes"),
    )
    .erasing(Erasing::Stays(why))
}

/// A table without anybody in it.
const fn nobodys(name: &'static str, columns: &'static [Column]) -> Table {
    Table {
        name,
        title: "",
        kind: "",
        belongs: Belongs::Nobody,
        erasing: Rows::Stay(NOBODYS),
        ends: Ends::Never(NOBODYS),
        columns,
    }
}
