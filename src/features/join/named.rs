//! The people whom a profile names: the manager, and those somebody would rather not be paired with. They are looked up before
//! they are stored.

use super::{announce, messages};
use crate::domain::ids::UserId;
use crate::domain::participant::{Participant, Profile};
use crate::domain::timer::{LookedUp, Purpose};
use crate::features::Result;
use crate::shared::look_up::{self, Named, Word};
use crate::store::{Tx, participants};

/// The people whom the profile did not name before. Nobody is asked about those who write their own name, nor about a manager whom
/// the owners' list names (`listed`): the form has no field for one, and the list counts in any case.
pub(super) fn newly(
    profile: &Profile,
    before: Option<&Participant>,
    listed: Option<&UserId>,
    actor: &UserId,
) -> Vec<Named> {
    let before = before.map(|before| &before.profile);
    let manager = profile.manager.iter().filter(|manager| {
        *manager != actor
            && listed != Some(*manager)
            && before.is_none_or(|before| before.manager.as_ref() != Some(*manager))
    });
    let rather_not = profile.rather_not.iter();
    let rather_not =
        rather_not.filter(|one| before.is_none_or(|before| !before.rather_not.contains(one)));
    vec![
        Named {
            field: "manager",
            purpose: Purpose::Manager,
            people: manager.cloned().collect(),
        },
        Named {
            field: "rather_not",
            purpose: Purpose::RatherNot,
            people: rather_not.cloned().collect(),
        },
    ]
}

/// Takes out the people whom Slack has not told us about. Nobody is matched with them meanwhile: they are no known members. A
/// line without the manager is not known, so an owner would look at the match.
pub(super) fn without(profile: &mut Profile, unknown: &[(Purpose, UserId)]) {
    let is_unknown = |as_what: Purpose, user: &UserId| {
        unknown
            .iter()
            .any(|(purpose, one)| *purpose == as_what && one == user)
    };
    if profile
        .manager
        .as_ref()
        .is_some_and(|one| is_unknown(Purpose::Manager, one))
    {
        profile.manager = None;
    }
    profile
        .rather_not
        .retain(|one| !is_unknown(Purpose::RatherNot, one));
}

/// Slack answered about somebody named in a profile, or has not in time.
pub async fn looked_up(tx: &mut Tx, waited: &LookedUp) -> Result<()> {
    let (asker, person, purpose) = (&waited.asker, &waited.person, waited.purpose);
    let word = look_up::word(tx, person).await?;
    let result = match word {
        // A wish is kept in any case: it must not be lost because Slack was slow, or because they can take part only later.
        Word::Unknown | Word::Barred(_) if purpose == Purpose::RatherNot => {
            messages::noted(person, purpose)
        }
        Word::Unknown => return look_up::tell(tx, waited, look_up::no_word(person)).await,
        Word::Barred(why) => {
            let words = look_up::barred(person, purpose, why);
            return look_up::tell(tx, waited, words.into()).await;
        }
        Word::Member => messages::noted(person, purpose),
    };
    let Some(before) = participants::find(tx, asker).await? else {
        // They erased their data meanwhile.
        return Ok(());
    };
    let mut profile = before.profile.clone();
    if purpose == Purpose::Manager {
        profile.manager = Some(person.clone());
    } else if !profile.rather_not.contains(person) {
        profile.rather_not.push(person.clone());
    }
    participants::set_profile(tx, asker, &profile).await?;
    announce::saved(tx, asker, &profile, Some(&before)).await?;
    look_up::tell(tx, waited, result.into()).await
}
