//! The people and channels of the workspace, from a TOML file.

use super::handle::Sandbox;
use super::user::User;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use toml::Spanned;

/// The people and channels of a workspace: `[[users]]` and `[[channels]]` of a TOML file.
///
/// ```toml
/// [[users]]
/// name = "ana"                # the handle; the id is UANA unless you give one
/// real_name = "Ana Ito"
/// tz = "Europe/Berlin"
/// title = "Engineer"
///
/// [[channels]]
/// name = "general"            # the id is CGENERAL unless you give one
/// members = ["ana"]
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PeopleFile {
    users: Vec<User>,
    channels: Vec<ChannelEntry>,
}

/// A person as a file or a request describes them; names are those of Slack's user object.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// `U…`; without one it is made from the handle.
    pub id: Option<String>,
    /// The handle, such as `ana`.
    pub name: Option<String>,
    /// The full name.
    pub real_name: Option<String>,
    /// The job title of the profile.
    pub title: Option<String>,
    /// The email address of the profile.
    pub email: Option<String>,
    /// IANA time zone, such as `Europe/Berlin`; empty: Slack knows none.
    pub tz: Option<String>,
    /// Such as `en-US`.
    pub locale: Option<String>,
    /// An admin of the workspace.
    pub is_admin: Option<bool>,
    /// An owner of the workspace.
    pub is_owner: Option<bool>,
    /// Deactivated.
    pub deleted: Option<bool>,
    /// A multi-channel guest.
    pub is_restricted: Option<bool>,
    /// A single-channel guest.
    pub is_ultra_restricted: Option<bool>,
    /// Another app.
    pub is_bot: Option<bool>,
    /// From another company, in no channel that the app can see.
    pub is_stranger: Option<bool>,
    /// The workspace of somebody from another company, through a shared channel: `T…`; empty: this one.
    pub home_team: Option<String>,
    /// Custom profile fields by id.
    pub fields: Option<BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct ChannelEntry {
    id: Option<String>,
    name: String,
    #[serde(default)]
    is_private: bool,
    /// Whether the app is in it.
    #[serde(default = "yes")]
    is_member: bool,
    #[serde(default)]
    members: Vec<String>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    #[serde(default)]
    users: Vec<Spanned<Person>>,
    #[serde(default)]
    channels: Vec<Spanned<ChannelEntry>>,
}

/// The mistakes in a people file, one line for each, with its line in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPeopleFile(Vec<String>);

impl fmt::Display for BadPeopleFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for BadPeopleFile {}

impl Person {
    /// A new member of the workspace. The error says what is missing or wrong.
    pub fn into_user(self) -> Result<User, String> {
        let real_name = self.real_name.clone().filter(|name| !name.is_empty());
        let real_name = real_name.ok_or("real_name is missing")?;
        let id = match (&self.id, &self.name) {
            (Some(id), _) => id.clone(),
            (None, Some(name)) => made_id('U', name),
            (None, None) => return Err("give an id or a name (the handle)".to_owned()),
        };
        if !is_slack_id(&id, &['U', 'W']) {
            return Err(format!(
                "the id '{id}' is not like Slack's: U or W, then A-Z and 0-9"
            ));
        }
        let mut user = User::new(&id, &real_name);
        self.change(&mut user)?;
        Ok(user)
    }

    /// Changes what is given, and leaves the rest. The error says what is wrong; nothing is changed then.
    pub fn change(self, user: &mut User) -> Result<(), String> {
        if let Some(tz) = &self.tz
            && !tz.is_empty()
            && TimeZone::get(tz).is_err()
        {
            return Err(format!(
                "'{tz}' is no IANA time zone, such as Europe/Berlin"
            ));
        }
        if let Some(team) = &self.home_team
            && !team.is_empty()
            && !is_slack_id(team, &['T', 'E'])
        {
            return Err(format!(
                "the home_team '{team}' is not like Slack's ids: T, then A-Z and 0-9"
            ));
        }
        let text = |place: &mut String, given: Option<String>| {
            if let Some(given) = given {
                *place = given;
            }
        };
        text(&mut user.name, self.name);
        text(&mut user.real_name, self.real_name);
        text(&mut user.title, self.title);
        text(&mut user.email, self.email);
        if let Some(tz) = self.tz {
            user.tz = Some(tz).filter(|tz| !tz.is_empty());
        }
        if let Some(team) = self.home_team {
            user.home_team = Some(team).filter(|team| !team.is_empty());
        }
        user.locale = self.locale.or(user.locale.take());
        for (place, given) in [
            (&mut user.is_admin, self.is_admin),
            (&mut user.is_owner, self.is_owner),
            (&mut user.deleted, self.deleted),
            (&mut user.is_restricted, self.is_restricted),
            (&mut user.is_ultra_restricted, self.is_ultra_restricted),
            (&mut user.is_bot, self.is_bot),
            (&mut user.is_stranger, self.is_stranger),
        ] {
            *place = given.unwrap_or(*place);
        }
        if let Some(fields) = self.fields {
            user.fields = fields;
        }
        Ok(())
    }
}

fn is_slack_id(id: &str, prefixes: &[char]) -> bool {
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    id.starts_with(prefixes) && id.len() > 1 && id.chars().all(plain)
}

/// An id that a newcomer recognizes: `UANA` for ana.
pub(super) fn made_id(prefix: char, name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let letters = letters.map(|letter| letter.to_ascii_uppercase());
    std::iter::once(prefix).chain(letters).collect()
}

impl PeopleFile {
    /// Reads the text of a people file. The error lists every mistake with its line.
    pub fn parse(text: &str) -> Result<Self, BadPeopleFile> {
        let line = |at: usize| {
            text.get(..at)
                .map_or(1, |before| before.matches('\n').count() + 1)
        };
        let tables: Tables = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(1, |span| line(span.start));
            BadPeopleFile(vec![format!("line {at}: {}", error.message())])
        })?;
        let mut mistakes = Vec::new();
        let mut file = Self::default();
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        for entry in tables.users {
            let at = line(entry.span().start);
            match entry.into_inner().into_user() {
                Ok(user) => {
                    for word in BTreeSet::from([user.id.clone(), user.name.clone()]) {
                        if let Some(first) = taken.insert(word.clone(), at) {
                            mistakes.push(format!("line {at}: '{word}' is taken (line {first})"));
                        }
                    }
                    file.users.push(user);
                }
                Err(why) => mistakes.push(format!("line {at}: {why}")),
            }
        }
        for entry in tables.channels {
            let at = line(entry.span().start);
            let mut channel = entry.into_inner();
            let id = channel
                .id
                .get_or_insert_with(|| made_id('C', &channel.name));
            if let Some(first) = taken.insert(id.clone(), at) {
                mistakes.push(format!("line {at}: '{id}' is taken (line {first})"));
            }
            for member in &mut channel.members {
                let user = file.users.iter();
                let mut user = user.filter(|user| user.id == *member || user.name == *member);
                match user.next() {
                    Some(user) => member.clone_from(&user.id),
                    None => mistakes.push(format!(
                        "line {at}: '{member}' is none of the users of this file"
                    )),
                }
            }
            file.channels.push(channel);
        }
        if mistakes.is_empty() {
            return Ok(file);
        }
        Err(BadPeopleFile(mistakes))
    }

    /// Three people in three time zones and the channel `#general`, for a first try.
    pub fn three_people() -> Self {
        Self::parse(THREE_PEOPLE).unwrap_or_default()
    }
}

const THREE_PEOPLE: &str = r#"
[[users]]
name = "ana"
real_name = "Ana Ito"
title = "Engineer"
tz = "Europe/Berlin"
is_admin = true

[[users]]
name = "ben"
real_name = "Ben Roy"
title = "Designer"
tz = "America/New_York"

[[users]]
name = "chen"
real_name = "Chen Wei"
title = "Product manager"
tz = "Asia/Singapore"

[[channels]]
name = "general"
members = ["ana", "ben", "chen"]
"#;

impl Sandbox {
    /// Adds everybody and every channel of a people file, without an event.
    pub fn add_people(&self, file: &PeopleFile) {
        for user in &file.users {
            self.add_user(user.clone());
        }
        for channel in &file.channels {
            let id = channel.id.clone();
            let id = id.unwrap_or_else(|| made_id('C', &channel.name));
            if channel.is_private {
                self.add_private_channel(&id, &channel.name, channel.is_member);
            } else {
                self.add_channel(&id, &channel.name, channel.is_member);
            }
            for member in &channel.members {
                self.join_channel(&id, member);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_people_are_there_without_a_file() {
        let file = PeopleFile::three_people();
        let ids: Vec<&str> = file.users.iter().map(|user| user.id.as_str()).collect();
        assert_eq!(ids, ["UANA", "UBEN", "UCHEN"]);
        assert_eq!(file.channels[0].members, ["UANA", "UBEN", "UCHEN"]);
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let bad = r#"[[users]]
name = "ana"
real_name = "Ana"

[[users]]
name = "ana"
real_name = "Ana again"

[[users]]
name = "ben"
real_name = "Ben"
tz = "Mars/Olympus"

[[users]]
real_name = "Nobody"

[[channels]]
name = "general"
members = ["ana", "zoe"]
"#;
        let told = PeopleFile::parse(bad).unwrap_err().to_string();
        assert_eq!(
            told,
            "line 5: 'UANA' is taken (line 1)\n\
             line 5: 'ana' is taken (line 1)\n\
             line 9: 'Mars/Olympus' is no IANA time zone, such as Europe/Berlin\n\
             line 14: give an id or a name (the handle)\n\
             line 17: 'zoe' is none of the users of this file"
        );
        let told = PeopleFile::parse("[[users]]\nname = \"ana\"\nnmae = 1\n").unwrap_err();
        assert!(
            told.to_string().starts_with("line 3: unknown field `nmae`"),
            "{told}"
        );
    }
}
