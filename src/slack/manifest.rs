//! The Slack app's manifest, generated from the code's own lists.

#[cfg(test)]
mod yaml;

/// The bot's permissions, and no more: it does not ask for `mpim:history`, so it cannot read what a pair writes.
pub const SCOPES: &[&str] = &[
    "commands",
    "chat:write",
    // To read what people write to the bot, and to look there whether a message in doubt arrived.
    "im:write",
    "im:history",
    "mpim:write",
    "users:read",
    "channels:read",
    "files:write",
    // For the list of people that an owner brings in.
    "files:read",
];

/// Permissions that the bot is better with, and works without: it finds the people of a list by email address.
pub const OPTIONAL_SCOPES: &[&str] = &["users:read.email"];
