//! The help text.

use super::{Reply, Result, is_owner, next_match};
use crate::domain::command::{self, Misunderstood, Who};
use crate::domain::message::Message;
use crate::md;
use crate::shared::enrollment;
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::{Action, Actor};
use crate::slack::words::Md;
use crate::store::{Reading, participants, people, programs};

/// The commands that this person can use.
pub async fn show(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    let program = programs::find(tx).await?;
    let joined = participants::standing(tx, &actor.user).await?.is_some();
    let intro = match &program {
        Some(program) => md!(
            "*{}*: colleagues early in their careers teach senior ones, and both learn.",
            program.settings.name
        ),
        None => md!(
            "There's no reverse mentoring program here yet. A workspace admin can start one in two minutes with \
             `/reverse-mentor setup`."
        ),
    };
    let mut blocks = Blocks::new().section(intro.clone());
    if program.is_some() && !joined && enrollment::window(tx).await?.is_some() {
        blocks = blocks.section(next_match(tx).await?.line());
    }
    blocks = blocks.section(commands(tx, actor).await?);
    if program.is_some() && !joined {
        blocks = blocks.buttons([button("Join", &Action::OpenJoin).primary()]);
    }
    let message = blocks
        .context("Only you can see my answers. My Home tab has most of it as buttons.")
        .message(intro);
    Ok(Reply::say(message))
}

/// For somebody who wrote what is no command: where they stand, and the commands.
pub async fn lost(
    tx: &mut Reading,
    actor: &Actor,
    what: &Misunderstood,
    status: Option<&Message>,
) -> Result<Reply> {
    let text = md!("{}", what.to_string());
    let mut blocks = Blocks::new().section(text.clone());
    if let Some(status) = status {
        blocks = blocks.divider().append(Blocks::of(status));
    }
    let commands = commands(tx, actor).await?;
    let message = blocks
        .divider()
        .section(md!(
            "Here in our messages, the word alone is enough, such as “pause”.\n{}",
            commands
        ))
        .message(text);
    Ok(Reply::say(message))
}

/// One command per line: those for everybody, for owners, and for admins.
async fn commands(tx: &mut Reading, actor: &Actor) -> Result<Md> {
    let owner = is_owner(tx, &actor.user).await?;
    let person = people::find(tx, &actor.user).await?;
    let admin = person.is_some_and(|person| person.admin) || programs::find(tx).await?.is_none();
    let fits = |who: Who| match who {
        Who::Everyone => true,
        Who::Owner => owner,
        Who::Admin => owner || admin,
    };
    let lines = command::ALL
        .iter()
        .filter(|usage| fits(usage.who))
        .map(|usage| md!("`{}`  {}", usage.written(), usage.says));
    Ok(Md::join(lines, "\n"))
}

/// An organization has the app, and Slack doesn't say in which of its workspaces somebody acts.
pub fn which_workspace() -> Reply {
    Reply::say(Md::from(
        "Which workspace do you mean? I'm in more than one, and Slack doesn't tell me here. Please type `/reverse-mentor` in the one \
         you mean.",
    ))
}

/// For an unknown word: suggests the nearest command, and help.
pub fn misunderstood(what: &Misunderstood) -> Reply {
    let text = md!("{}", what.to_string());
    let message = Blocks::new()
        .section(text.clone())
        .buttons([button("Show all commands", &Action::OpenHelp)])
        .message(text);
    Reply::say(message)
}

#[cfg(test)]
mod tests {
    use crate::domain::program::Settings;
    use crate::slack::event::{Action, Event, Surface};
    use crate::testing::feature_test::{FeatureTest, render};
    use std::time::Duration;
    use tokio::time::timeout;

    #[tokio::test]
    async fn owners_see_their_commands_and_others_do_not() {
        let owners = vec!["UBOSS".into()];
        let test = FeatureTest::new(Settings {
            owners,
            ..Settings::default()
        })
        .await;
        let shown = |reply: crate::features::Reply| render(&reply.say.unwrap());
        let mine = shown(test.command("UBOSS", "help").await.unwrap());
        assert!(
            mine.contains("`/reverse-mentor round`") && mine.contains("`/reverse-mentor setup`")
        );
        let theirs = shown(test.command("U1", "").await.unwrap());
        assert!(!theirs.contains("round`") && !theirs.contains("setup`"));
        assert!(theirs.contains("`/reverse-mentor join`") && theirs.contains("[ Join ]"));
    }

    #[tokio::test]
    async fn an_unknown_word_gets_the_nearest() {
        let test = FeatureTest::new(Settings::default()).await;
        let reply = test.command("U1", "jion").await.unwrap();
        assert_eq!(
            render(&reply.say.unwrap()),
            "I don't know “jion”. Did you mean `/reverse-mentor join`?\n[ Show all commands ]"
        );
    }

    /// Slack allows three seconds and one trigger, so whatever opens or shows something never waits for the writer.
    #[tokio::test]
    async fn what_only_reads_never_waits_for_the_writer() {
        let test = FeatureTest::new(Settings::default()).await;
        test.joins("U1", "mentor", "Early career").await;
        let words = [
            "join", "profile", "status", "leave", "end", "support", "privacy", "help", "jion",
        ];
        let mut events: Vec<Event> = words
            .iter()
            .map(|&text| Event::Command {
                actor: test.actor("U1"),
                text: text.to_owned(),
            })
            .collect();
        for action in [
            Action::OpenJoin,
            Action::OpenHelp,
            Action::OpenLeave,
            Action::Support,
            Action::OpenPrivacy,
        ] {
            events.push(Event::Press {
                actor: test.actor("U1"),
                action,
                picked: None,
                typed: crate::slack::event::Answers::default(),
                on: Surface::Home,
            });
        }
        let writer = test.tx().await;
        for event in events {
            let asked = test.event(event.clone());
            let reply = timeout(Duration::from_secs(10), asked).await;
            let reply = reply
                .unwrap_or_else(|_| panic!("waits: {event:?}"))
                .unwrap();
            assert!(reply.say.is_some() || reply.modal.is_some(), "{event:?}");
        }
        writer.rollback().await;
    }
}
