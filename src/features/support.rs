//! A discreet way to a contact outside reporting lines. Only reads, so no record remains that somebody asked.

use super::{Reply, Result, settings};
use crate::domain::ids::UserId;
use crate::md;
use crate::shared::owners;
use crate::slack::blocks::{Blocks, listed};
use crate::slack::event::Actor;
use crate::slack::words::Md;
use crate::store::Reading;

pub async fn show(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    settings(tx).await?;
    let owners = owners::living(tx).await?;
    let text = match owners::contact(tx).await? {
        Some(contact) if contact == actor.user => md!(
            "You're this program's support contact: people may write to you about anything that troubles them here."
        ),
        Some(contact) => contact_line(&contact, &owners),
        None if owners.is_empty() => md!(
            "This program has no support contact at the moment. Someone in HR, or anyone you trust outside your \
             reporting line, can help."
        ),
        None => md!(
            "This program has no support contact at the moment; its owners still have to name one. Until then, you can \
             write to {}, or to anyone you trust outside your reporting line.",
            listed(&owners)
        ),
    };
    let message = Blocks::new()
        .section(text.clone())
        .context("Nobody is told that you asked, and it isn't written down.")
        .message(text);
    Ok(Reply::say(message))
}

fn contact_line(contact: &UserId, owners: &[UserId]) -> Md {
    let others: Vec<UserId> = owners.iter().filter(|o| *o != contact).cloned().collect();
    let otherwise = if others.is_empty() {
        Md::default()
    } else {
        md!(
            " If they're too close to it, {} can find someone else.",
            listed(&others)
        )
    };
    md!(
        "You can write to {} about anything that troubles you here: your pair, a confidence that wasn't kept, or just \
         a doubt. They're outside this program's reporting lines.{}",
        contact,
        otherwise
    )
}

#[cfg(test)]
mod tests {
    use crate::domain::program::Settings;
    use crate::testing::feature_test::{FeatureTest, render};

    #[tokio::test]
    async fn names_the_contact_and_leaves_no_trace() {
        let test = FeatureTest::new(Settings {
            support_contact: Some("UHR".into()),
            owners: vec!["UBOSS".into()],
            ..Settings::default()
        })
        .await;
        let reply = test.command("U1", "support").await.unwrap();
        let said = render(&reply.say.unwrap());
        assert!(said.contains("<@UHR>") && said.contains("Nobody is told"));
        assert!(said.contains("<@UBOSS> can find someone else"));
        assert!(!test.told().await.contains("UHR"));
    }

    #[tokio::test]
    async fn says_so_when_there_is_no_contact() {
        let test = FeatureTest::new(Settings {
            owners: vec!["UBOSS".into()],
            ..Settings::default()
        })
        .await;
        let reply = test.command("U1", "support").await.unwrap();
        let said = render(&reply.say.unwrap());
        assert!(said.contains("has no support contact") && said.contains("<@UBOSS>"));
    }
}
