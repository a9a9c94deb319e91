//! Slack's scopes, and what each lets an app do.

/// Says in words what an app may do with a scope; `None` if Slack has no such scope.
pub(super) fn words(scope: &str) -> Option<&'static str> {
    let found = SCOPES.iter().find(|(known, _)| *known == scope);
    found.map(|(_, words)| *words)
}

#[rustfmt::skip]
const SCOPES: &[(&str, &str)] = &[
    ("app_mentions:read", "hear when somebody mentions it"),
    ("assistant:write", "act as an assistant"),
    ("bookmarks:read", "see the bookmarks of conversations"),
    ("bookmarks:write", "change the bookmarks of conversations"),
    ("calls:read", "see calls"),
    ("calls:write", "start and manage calls"),
    ("canvases:read", "see canvases"),
    ("canvases:write", "create and change canvases"),
    ("channels:history", "read messages in public channels it is in"),
    ("channels:join", "join public channels"),
    ("channels:manage", "create and manage public channels"),
    ("channels:read", "see public channels and who is in them"),
    ("channels:write", "manage your public channels"),
    ("channels:write.invites", "invite people to public channels"),
    ("channels:write.topic", "set the topic of public channels"),
    ("chat:write", "send messages as itself"),
    ("chat:write.customize", "send messages under another name and picture"),
    ("chat:write.public", "send messages to channels it isn't in"),
    ("commands", "add slash commands and shortcuts"),
    ("conversations.connect:manage", "manage channels shared with other companies"),
    ("conversations.connect:read", "see invitations to shared channels"),
    ("conversations.connect:write", "invite other companies to shared channels"),
    ("dnd:read", "see who doesn't want to be disturbed"),
    ("dnd:write", "change when you don't want to be disturbed"),
    ("email", "see your email address"),
    ("emoji:read", "see the workspace's own emoji"),
    ("files:read", "see files in conversations it is in"),
    ("files:write", "upload, change and delete files"),
    ("groups:history", "read messages in private channels it is in"),
    ("groups:read", "see private channels it is in"),
    ("groups:write", "manage private channels"),
    ("groups:write.invites", "invite people to private channels"),
    ("groups:write.topic", "set the topic of private channels"),
    ("identity.avatar", "see your picture"),
    ("identity.basic", "see who you are"),
    ("identity.email", "see your email address"),
    ("identity.team", "see your workspace's name"),
    ("im:history", "read direct messages with it"),
    ("im:read", "see direct messages with it"),
    ("im:write", "start direct messages with people"),
    ("im:write.topic", "set the topic of direct messages"),
    ("incoming-webhook", "post to one channel that you choose"),
    ("links.embed:write", "embed videos in messages"),
    ("links:read", "see links to its website in messages"),
    ("links:write", "show previews of links"),
    ("lists:read", "see lists"),
    ("lists:write", "create and change lists"),
    ("metadata.message:read", "see the metadata of messages"),
    ("mpim:history", "read messages in group direct messages it is in"),
    ("mpim:read", "see group direct messages it is in"),
    ("mpim:write", "start group direct messages with people"),
    ("mpim:write.topic", "set the topic of group direct messages"),
    ("openid", "know who you are"),
    ("pins:read", "see pinned messages"),
    ("pins:write", "pin and unpin messages"),
    ("profile", "see your name and picture"),
    ("reactions:read", "see reactions to messages"),
    ("reactions:write", "react to messages"),
    ("reminders:read", "see reminders"),
    ("reminders:write", "create and change reminders"),
    ("remote_files:read", "see remote files"),
    ("remote_files:share", "share remote files"),
    ("remote_files:write", "add and change remote files"),
    ("search:read", "search the workspace's messages and files"),
    ("stars:read", "see saved items"),
    ("stars:write", "save items"),
    ("team.billing:read", "see the workspace's plan"),
    ("team.preferences:read", "see the workspace's preferences"),
    ("team:read", "see the workspace's name, address and picture"),
    ("tokens.basic", "manage tokens"),
    ("triggers:read", "see triggers of workflows"),
    ("triggers:write", "create triggers of workflows"),
    ("usergroups:read", "see user groups"),
    ("usergroups:write", "create and change user groups"),
    ("users.profile:read", "see people's profiles"),
    ("users.profile:write", "change your profile"),
    ("users:read", "see the people in the workspace"),
    ("users:read.email", "see people's email addresses"),
    ("users:write", "set its own presence"),
    ("workflow.steps:execute", "offer steps of workflows"),
    ("workflows.templates:read", "see templates of workflows"),
    ("workflows.templates:write", "create templates of workflows"),
];

#[cfg(test)]
mod tests {
    use super::{SCOPES, words};
    use crate::Options;

    #[test]
    fn every_scope_is_there_once_and_those_of_the_sandbox_are() {
        assert!(SCOPES.is_sorted_by(|a, b| a.0 < b.0));
        for scope in Options::default().scopes {
            assert!(words(&scope).is_some(), "{scope}");
        }
    }
}
