//! Every method the sandbox knows: its limit, scope and arguments.

use super::super::limits::Tier;
use super::call::Call;
use super::refusal::Outcome;
use super::{apps, chat, conversations, files, invite, oauth, users, views};

/// A method of the Web API.
pub(super) struct Method {
    pub name: &'static str,
    pub tier: Tier,
    /// Any one of these is enough. Empty: none is needed, or the method decides.
    pub scopes: &'static [&'static str],
    /// Whether it takes JSON; methods that read take forms only, and GET.
    pub json: bool,
    /// The token it needs.
    pub token: Needs,
    pub args: &'static [&'static str],
    pub run: fn(&mut Call) -> Outcome,
}

/// The kinds of tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    Nothing,
    /// The bot's, of one workspace: `xoxb-…`.
    Bot,
    /// The app's own: `xapp-…`.
    App,
}

const fn reads(
    name: &'static str,
    tier: Tier,
    scopes: &'static [&'static str],
    args: &'static [&'static str],
    run: fn(&mut Call) -> Outcome,
) -> Method {
    Method {
        name,
        tier,
        scopes,
        json: false,
        token: Needs::Bot,
        args,
        run,
    }
}

const fn writes(
    name: &'static str,
    tier: Tier,
    scopes: &'static [&'static str],
    args: &'static [&'static str],
    run: fn(&mut Call) -> Outcome,
) -> Method {
    Method {
        json: true,
        ..reads(name, tier, scopes, args, run)
    }
}

const CONVERSATIONS: &[&str] = &["channels:read", "groups:read", "im:read", "mpim:read"];
const POST: &[&str] = &[
    "channel",
    "text",
    "blocks",
    "attachments",
    "metadata",
    "thread_ts",
    "reply_broadcast",
    "mrkdwn",
    "unfurl_links",
    "unfurl_media",
    "parse",
    "link_names",
    "username",
    "icon_emoji",
    "icon_url",
    "markdown_text",
];

static METHODS: &[Method] = &[
    Method {
        token: Needs::Nothing,
        ..writes("api.test", Tier::Special, &[], &["error"], users::api_test)
    },
    Method {
        token: Needs::App,
        ..writes(
            "apps.connections.open",
            Tier::Three,
            &[],
            &[],
            apps::connections_open,
        )
    },
    reads(
        "apps.uninstall",
        Tier::One,
        &[],
        &["client_id", "client_secret"],
        oauth::uninstall,
    ),
    reads("auth.revoke", Tier::Three, &[], &["test"], oauth::revoke),
    reads(
        "auth.teams.list",
        Tier::Two,
        &[],
        &["cursor", "limit", "include_icon"],
        users::teams,
    ),
    writes("auth.test", Tier::Special, &[], &[], users::auth_test),
    reads(
        "users.info",
        Tier::Four,
        &["users:read"],
        &["user", "include_locale"],
        users::info,
    ),
    reads(
        "users.list",
        Tier::Two,
        &["users:read"],
        &["cursor", "limit", "include_locale", "team_id"],
        users::list,
    ),
    reads(
        "users.profile.get",
        Tier::Four,
        &["users.profile:read"],
        &["user", "include_labels"],
        users::profile,
    ),
    writes(
        "conversations.open",
        Tier::Three,
        &["im:write", "mpim:write"],
        &["users", "channel", "return_im", "prevent_creation"],
        conversations::open,
    ),
    writes(
        "conversations.invite",
        Tier::Three,
        &[
            "channels:manage",
            "channels:write.invites",
            "groups:write",
            "groups:write.invites",
        ],
        &["channel", "users", "force"],
        invite::invite,
    ),
    reads(
        "conversations.list",
        Tier::Two,
        CONVERSATIONS,
        &["cursor", "limit", "types", "exclude_archived", "team_id"],
        conversations::list,
    ),
    reads(
        "conversations.info",
        Tier::Three,
        CONVERSATIONS,
        &["channel", "include_locale", "include_num_members"],
        conversations::info,
    ),
    reads(
        "conversations.members",
        Tier::Four,
        CONVERSATIONS,
        &["channel", "cursor", "limit"],
        conversations::members,
    ),
    reads(
        "conversations.history",
        Tier::Three,
        &[
            "channels:history",
            "groups:history",
            "im:history",
            "mpim:history",
        ],
        &[
            "channel",
            "cursor",
            "include_all_metadata",
            "inclusive",
            "latest",
            "oldest",
            "limit",
        ],
        conversations::history,
    ),
    writes(
        "chat.postMessage",
        Tier::Post,
        &["chat:write"],
        POST,
        chat::post_message,
    ),
    writes(
        "chat.postEphemeral",
        Tier::Four,
        &["chat:write"],
        &[
            "channel",
            "user",
            "text",
            "blocks",
            "attachments",
            "thread_ts",
            "parse",
            "link_names",
            "username",
            "icon_emoji",
            "icon_url",
            "markdown_text",
        ],
        chat::post_ephemeral,
    ),
    writes(
        "chat.update",
        Tier::Three,
        &["chat:write"],
        &[
            "channel",
            "ts",
            "text",
            "blocks",
            "attachments",
            "metadata",
            "parse",
            "link_names",
            "reply_broadcast",
            "file_ids",
            "markdown_text",
        ],
        chat::update,
    ),
    writes(
        "chat.delete",
        Tier::Three,
        &["chat:write"],
        &["channel", "ts"],
        chat::delete,
    ),
    reads(
        "chat.getPermalink",
        Tier::Special,
        &[],
        &["channel", "message_ts"],
        chat::permalink,
    ),
    writes(
        "views.open",
        Tier::Four,
        &[],
        &["trigger_id", "view", "interactivity_pointer"],
        views::open,
    ),
    writes(
        "views.push",
        Tier::Four,
        &[],
        &["trigger_id", "view", "interactivity_pointer"],
        views::push,
    ),
    writes(
        "views.update",
        Tier::Four,
        &[],
        &["view_id", "external_id", "view", "hash"],
        views::update,
    ),
    writes(
        "views.publish",
        Tier::Four,
        &[],
        &["user_id", "view", "hash"],
        views::publish,
    ),
    reads(
        "files.getUploadURLExternal",
        Tier::Four,
        &["files:write"],
        &["filename", "length", "alt_txt", "snippet_type"],
        files::upload_url,
    ),
    reads(
        "files.info",
        Tier::Four,
        &["files:read"],
        &["file", "count", "cursor", "limit", "page"],
        files::info,
    ),
    writes(
        "files.completeUploadExternal",
        Tier::Four,
        &["files:write"],
        &[
            "files",
            "channel_id",
            "channels",
            "initial_comment",
            "thread_ts",
            "blocks",
        ],
        files::complete,
    ),
    Method {
        token: Needs::Nothing,
        ..reads(
            "oauth.v2.access",
            Tier::Special,
            &[],
            &[
                "client_id",
                "client_secret",
                "code",
                "redirect_uri",
                "grant_type",
                "refresh_token",
            ],
            oauth::access,
        )
    },
];

pub(super) fn find(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_readme_names_every_method() {
        let readme = include_str!("../../README.md");
        for method in super::METHODS {
            assert!(
                readme.contains(&format!("`{}`", method.name)),
                "{}",
                method.name
            );
        }
    }
}
