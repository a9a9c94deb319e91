//! Looks a person up before anything is stored about them or sent to them: whoever names somebody Slack has not told us about
//! reads "one moment", and then the result by direct message. One mechanism for invitations and yeses to them, owners, the support
//! contact, managers, the people somebody would rather not be paired with, and those who ask for the settings or want to join.

use super::Result;
use crate::domain::ids::UserId;
use crate::domain::key::Key;
use crate::domain::message::Message;
use crate::domain::participant::PersonInSlack;
use crate::domain::timer::{Kind, LookedUp, Purpose, Timer};
use crate::md;
use crate::slack::blocks::listed;
use crate::slack::words::{Md, ToMd};
use crate::store::outbox::{self, Kind as Sort, To, What};
use crate::store::{Reading, Tx, lookups, people, timers};
use jiff::SignedDuration;

/// The longest that somebody waits for Slack's word. Then they hear that there is none.
pub(super) const PATIENCE: SignedDuration = SignedDuration::from_hours(1);
/// Up to this many people are asked about at once; above that the directory gathers them, which is cheaper when a whole company
/// joins.
const ONE_BY_ONE: i64 = 5;

/// What Slack says about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// A full member of this workspace.
    Member,
    Barred(Why),
    /// Nothing yet.
    Unknown,
}

/// Why somebody cannot be named for anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    Deactivated,
    /// A guest, a bot, or somebody of another company.
    NotAMember,
}

/// What Slack said about a person. Fails closed: of somebody unknown, nothing is assumed.
pub async fn word(tx: &mut Reading, person: &UserId) -> Result<Word> {
    let found = people::find(tx, person).await?;
    Ok(match found {
        None => Word::Unknown,
        Some(PersonInSlack { deleted: true, .. }) => Word::Barred(Why::Deactivated),
        Some(person) if !person.full_member => Word::Barred(Why::NotAMember),
        Some(_) => Word::Member,
    })
}

/// Asks Slack about a person; the router passes the answer on to the feature of `waiting.purpose`.
pub async fn ask(tx: &mut Tx, waiting: &LookedUp) -> Result<()> {
    let by = tx.now + PATIENCE;
    timers::at(tx, &Timer::LookedUp(waiting.clone()), by).await?;
    if timers::count(tx, Kind::LookedUp).await? > ONE_BY_ONE {
        timers::soon(tx, &Timer::Directory).await?;
        return Ok(());
    }
    ask_at_once(tx, &waiting.person).await
}

/// Asks Slack about somebody whose answer is waited for in another way than by [`LookedUp`].
pub(super) async fn ask_at_once(tx: &mut Tx, user: &UserId) -> Result<()> {
    let key = Key::LookUpNamed {
        user: user.clone(),
        minute: tx.now.as_second() / 60,
    };
    let what = What::LookUp { user: user.clone() };
    Ok(lookups::ask(tx, &key, &what).await?)
}

/// The people somebody newly named in a field of a form.
pub struct Named {
    pub field: &'static str,
    pub purpose: Purpose,
    pub people: Vec<UserId>,
}

/// Sorts the people named in a form: a problem for each field with somebody who is barred, and who is not known yet.
pub async fn check(
    tx: &mut Reading,
    named: &[Named],
) -> Result<(Vec<(&'static str, String)>, Vec<(Purpose, UserId)>)> {
    let (mut problems, mut unknown) = (Vec::new(), Vec::new());
    for Named {
        field,
        purpose,
        people,
    } in named
    {
        for (at, person) in people.iter().enumerate() {
            match word(tx, person).await? {
                Word::Unknown => unknown.push((*purpose, person.clone())),
                // A guest may be hired: a wish not to be paired with them is kept.
                Word::Barred(_) if *purpose == Purpose::RatherNot => {}
                Word::Barred(why) if !problems.iter().any(|(known, _)| known == field) => {
                    // Slack shows no mentions in the errors of a form, and we keep no names.
                    let who = if people.len() == 1 {
                        "The person you picked".to_owned()
                    } else {
                        format!("Number {} of the people you added", at + 1)
                    };
                    problems.push((*field, barred(who, *purpose, why).into_string()));
                }
                Word::Member | Word::Barred(_) => {}
            }
        }
    }
    Ok((problems, unknown))
}

/// Somebody who was named for something that they can't be named for.
pub type Barred = (Purpose, UserId, Why);

/// Everybody named in a form who is barred.
pub async fn all_barred(tx: &mut Reading, named: &[Named]) -> Result<Vec<Barred>> {
    let mut barred = Vec::new();
    for Named {
        purpose, people, ..
    } in named
    {
        for person in people {
            if let Word::Barred(why) = word(tx, person).await? {
                barred.push((*purpose, person.clone(), why));
            }
        }
    }
    Ok(barred)
}

/// Somebody has picked another person for what only one can be: an answer about an earlier one changes nothing any more. A program has
/// one contact, so whoever else waits for one they named reads that.
pub async fn picked_another(tx: &mut Tx, by: &UserId, purpose: Purpose) -> Result<()> {
    for waited in timers::waits_for(tx, purpose).await? {
        let is_own = waited.asker == *by;
        if is_own || purpose == Purpose::Contact {
            timers::cancel(tx, &Timer::LookedUp(waited.clone())).await?;
        }
        if !is_own && purpose == Purpose::Contact {
            let words = md!(
                "I haven't noted {} as the support contact, because {} has saved another choice since.",
                waited.person,
                by
            );
            tell(tx, &waited, words.into()).await?;
        }
    }
    Ok(())
}

/// Asks Slack about everybody of a form who is not known yet; returns them, each once, for [`one_moment`].
pub async fn ask_all(
    tx: &mut Tx,
    asker: &UserId,
    unknown: Vec<(Purpose, UserId)>,
) -> Result<Vec<UserId>> {
    let mut people: Vec<UserId> = Vec::new();
    for (purpose, person) in unknown {
        if !people.contains(&person) {
            people.push(person.clone());
        }
        let waiting = LookedUp {
            person,
            asker: asker.clone(),
            purpose,
        };
        ask(tx, &waiting).await?;
    }
    Ok(people)
}

/// Ends the waiting, and tells who waited. Their Home shows it, too.
pub async fn tell(tx: &mut Tx, waited: &LookedUp, result: Message) -> Result<()> {
    timers::cancel(tx, &Timer::LookedUp(waited.clone())).await?;
    let key = Key::LookedUp {
        asker: waited.asker.clone(),
        person: waited.person.clone(),
        purpose: waited.purpose,
        at: tx.now_ms(),
    };
    let to = To::Person(waited.asker.clone());
    outbox::post(tx, to, Sort::Answer, &key, result, None).await?;
    outbox::homes_later(tx, [waited.asker.clone()]).await?;
    Ok(())
}

/// For who waits.
pub fn one_moment(people: &[UserId]) -> Md {
    md!(
        "One moment: I'm asking Slack about {}. You'll get a direct message with the result; there's nothing else to do.",
        listed(people)
    )
}

/// Slack did not answer in time.
pub fn no_word(person: &UserId) -> Message {
    md!(
        "Slack hasn't told me about {}, so I haven't done anything with their name. Please try again later.",
        person
    )
    .into()
}

/// Why `who` cannot be named for this, and what to do.
pub fn barred(who: impl ToMd, purpose: Purpose, why: Why) -> Md {
    let because = match why {
        Why::Deactivated => "their account is deactivated",
        Why::NotAMember => {
            "they're a guest, an app or from another company, and the program is for full members of this workspace"
        }
    };
    let (cannot, instead) = match purpose {
        Purpose::Invite => ("can't take part", "You can ask another colleague."),
        Purpose::Owner => (
            "can't be an owner",
            "Please pick full members of this workspace.",
        ),
        Purpose::Contact => (
            "can't be the support contact",
            "Please pick a full member of this workspace.",
        ),
        Purpose::Manager => (
            "can't be noted as your manager",
            "Pick the person you report to, or leave it empty: then an owner checks your match.",
        ),
        // Whom somebody would rather not be paired with is nobody barred.
        Purpose::Join | Purpose::Accept | Purpose::RatherNot => (
            "can't take part",
            "If that changes, `/reverse-mentor join` asks again.",
        ),
        Purpose::Rights => (
            "can't change the settings",
            "A workspace admin or an owner of the program can.",
        ),
    };
    md!(
        "{} {}: {}. {}",
        who,
        Md::from(cannot),
        Md::from(because),
        Md::from(instead)
    )
}
