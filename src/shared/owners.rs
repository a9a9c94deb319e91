//! Who acts for the program now. The settings name people once, and people leave: everybody they name is looked at here,
//! each time a name is used.
//!
//! Somebody is gone once Slack says so: deactivated, a guest, a bot, or unknown to it. Until Slack has answered about
//! somebody new, they count as here.

use super::{Result, refuse, settings};
use crate::domain::card::Card;
use crate::domain::ids::UserId;
use crate::domain::outgoing::Lane;
use crate::domain::participant::PersonInSlack;
use crate::domain::program::Settings;
use crate::slack::event::Actor;
use crate::store::outbox::cards;
use crate::store::rounds::{self, Round};
use crate::store::{Reading, Tx, people, programs};

/// The people who act for the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    pub people: Vec<UserId>,
    /// None of the owners is left (or none was named), so these are the workspace's admins, as far as Slack told us.
    pub are_admins: bool,
}

/// The owners who are here, or else the workspace's admins. Nobody while there is no program.
pub async fn acting(tx: &mut Reading) -> Result<Acting> {
    let people = living(tx).await?;
    if !people.is_empty() || programs::find(tx).await?.is_none() {
        let are_admins = false;
        return Ok(Acting { people, are_admins });
    }
    Ok(Acting {
        people: people::admins(tx).await?,
        are_admins: true,
    })
}

/// Who decides on pairs. Nobody has a pair introduced that they are in, while somebody else can.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deciders {
    /// The owners who are here, or else the admins.
    acting: Vec<UserId>,
    admins: Vec<UserId>,
}

/// Who may decide on one pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deciding {
    /// People who act for the program anyway, and are not in the pair.
    Acting(Vec<UserId>),
    /// Everybody who acts for the program is in the pair, so admins decide on it.
    Admins(Vec<UserId>),
    /// There is nobody else.
    NobodyElse,
}

impl Deciding {
    /// Those who may, apart from people who are in the pair.
    pub fn into_people(self) -> Vec<UserId> {
        match self {
            Self::Acting(people) | Self::Admins(people) => people,
            Self::NobodyElse => Vec::new(),
        }
    }
}

/// For an admin who reads about a pair in place of those who act for the program.
pub const STANDS_IN: &str = "You read this as an admin of the workspace, because everyone who runs the program is in this pair.";

/// Who reads a note about these people, such as the two of a pair: those who act for the program, except they themselves, who would
/// learn from it what their partner said or did; if nobody is left, the admins who are none of them. Empty where there is nobody
/// else.
pub async fn told_about(tx: &mut Reading, people: &[&UserId]) -> Result<Vec<UserId>> {
    Ok(deciders(tx).await?.besides(people).into_people())
}

pub async fn deciders(tx: &mut Reading) -> Result<Deciders> {
    Ok(Deciders {
        acting: acting(tx).await?.people,
        admins: people::admins(tx).await?,
    })
}

impl Deciders {
    pub fn of(&self, (mentor, mentee): (&UserId, &UserId)) -> Deciding {
        self.besides(&[mentor, mentee])
    }

    /// Those who may decide on, and are told about, what concerns these people.
    pub fn besides(&self, concerned: &[&UserId]) -> Deciding {
        let others = |people: &[UserId]| -> Vec<UserId> {
            let others = people.iter().filter(|user| !concerned.contains(user));
            others.cloned().collect()
        };
        let acting = others(&self.acting);
        if !acting.is_empty() {
            return Deciding::Acting(acting);
        }
        let admins = others(&self.admins);
        if admins.is_empty() {
            Deciding::NobodyElse
        } else {
            Deciding::Admins(admins)
        }
    }

    /// Whether `user` is told about a pair, and may act on what they read.
    pub fn include(&self, user: &UserId, pair: (&UserId, &UserId)) -> bool {
        self.of(pair).into_people().contains(user)
    }

    /// Whether `user` leaves a pair to somebody else, because they are in it.
    pub fn bar(&self, user: &UserId, pair: (&UserId, &UserId)) -> bool {
        is_in(pair, user) && self.of(pair) != Deciding::NobodyElse
    }

    /// The admins who decide on all of these pairs, because each is of somebody who acts for the program, and nobody else does.
    pub fn stand_ins<'a>(
        &self,
        pairs: impl IntoIterator<Item = (&'a UserId, &'a UserId)>,
    ) -> Vec<UserId> {
        let mut stand_ins: Option<Vec<UserId>> = None;
        for pair in pairs {
            let Deciding::Admins(admins) = self.of(pair) else {
                return Vec::new();
            };
            match &mut stand_ins {
                None => stand_ins = Some(admins),
                Some(all) => all.retain(|user| admins.contains(user)),
            }
        }
        stand_ins.unwrap_or_default()
    }

    /// The one of two who would decide on their own pair.
    pub fn in_pair<'a>(&self, (mentor, mentee): (&'a UserId, &'a UserId)) -> Option<&'a UserId> {
        let mut two = [mentor, mentee].into_iter();
        two.find(|user| self.acting.contains(user) && self.bar(user, (mentor, mentee)))
    }
}

fn is_in((mentor, mentee): (&UserId, &UserId), user: &UserId) -> bool {
    mentor == user || mentee == user
}

/// The lanes in which owners may have a message about something that `asked_by` asked for.
pub async fn lanes(tx: &mut Reading, asked_by: Option<&UserId>) -> Result<Vec<Lane>> {
    let mut people = ever(tx).await?;
    people.extend(asked_by.filter(|user| !people.contains(user)).cloned());
    Ok(people.into_iter().map(Lane::Person).collect())
}

/// A round has changed: so does each copy of its card.
pub async fn round_changed(tx: &mut Tx, round: &Round) -> Result<()> {
    let lanes = lanes(tx, round.asked_by.as_ref()).await?;
    Ok(cards::changed_everywhere(tx, Card::Round(round.id), &lanes).await?)
}

/// The cards of all rounds in which one of these is proposed.
pub async fn rounds_changed(tx: &mut Tx, users: &[&UserId]) -> Result<()> {
    for user in users {
        for round in rounds::with_open_pair_of(tx, user).await? {
            round_changed(tx, &round).await?;
        }
    }
    Ok(())
}

/// The owners in the settings who are here.
pub async fn living(tx: &mut Reading) -> Result<Vec<UserId>> {
    let Some(program) = programs::find(tx).await? else {
        return Ok(Vec::new());
    };
    let mut living = Vec::with_capacity(program.settings.owners.len());
    for owner in &program.settings.owners {
        if is_here(people::find(tx, owner).await?.as_ref()) {
            living.push(owner.clone());
        }
    }
    Ok(living)
}

/// The owners in the settings of whom Slack has told us nothing yet. They are asked about as soon as they are named, and then
/// hourly; until Slack answers they count as here, or a silent Slack would lock an only owner out.
pub async fn unheard(tx: &mut Reading) -> Result<Vec<UserId>> {
    let Some(program) = programs::find(tx).await? else {
        return Ok(Vec::new());
    };
    let mut unheard = Vec::new();
    for owner in &program.settings.owners {
        if people::find(tx, owner).await?.is_none() {
            unheard.push(owner.clone());
        }
    }
    Ok(unheard)
}

/// Everybody who may have been told something as an owner: to withdraw it.
pub async fn ever(tx: &mut Reading) -> Result<Vec<UserId>> {
    let mut ever = people::admins(tx).await?;
    if let Some(program) = programs::find(tx).await? {
        ever.extend(program.settings.owners.iter().cloned());
    }
    ever.sort();
    ever.dedup();
    Ok(ever)
}

/// The support contact, if there is one who is here.
pub async fn contact(tx: &mut Reading) -> Result<Option<UserId>> {
    let Some(contact) = named_contact(tx).await? else {
        return Ok(None);
    };
    let is_here = is_here(people::find(tx, &contact).await?.as_ref());
    Ok(is_here.then_some(contact))
}

/// The support contact in the settings, if they are gone.
pub async fn contact_gone(tx: &mut Reading) -> Result<Option<UserId>> {
    let named = named_contact(tx).await?;
    let here = contact(tx).await?;
    Ok(named.filter(|_| here.is_none()))
}

async fn named_contact(tx: &mut Reading) -> Result<Option<UserId>> {
    let program = programs::find(tx).await?;
    Ok(program.and_then(|program| program.settings.support_contact.clone()))
}

/// Whether the settings name any owner, here or not.
pub async fn are_named(tx: &mut Reading) -> Result<bool> {
    let program = programs::find(tx).await?;
    Ok(program.is_some_and(|program| !program.settings.owners.is_empty()))
}

/// Everybody whom the settings name, here or not: Slack is asked about them.
pub async fn named(tx: &mut Reading) -> Result<Vec<UserId>> {
    let Some(program) = programs::find(tx).await? else {
        return Ok(Vec::new());
    };
    let settings = &program.settings;
    let mut named: Vec<UserId> = settings.owners.clone();
    let contact = settings.support_contact.iter();
    named.extend(
        contact
            .filter(|one| !settings.owners.contains(one))
            .cloned(),
    );
    Ok(named)
}

/// Whether this person may act for the program.
pub async fn is_owner(tx: &mut Reading, user: &UserId) -> Result<bool> {
    let Some(program) = programs::find(tx).await? else {
        return Ok(false);
    };
    let person = people::find(tx, user).await?;
    owns(tx, &program.settings, user, person.as_ref()).await
}

/// The same for a person who is already loaded.
pub async fn owns(
    tx: &mut Reading,
    settings: &Settings,
    user: &UserId,
    person: Option<&PersonInSlack>,
) -> Result<bool> {
    if !is_here(person) {
        return Ok(false);
    }
    if settings.owners.contains(user) {
        return Ok(true);
    }
    let is_admin = person.is_some_and(|person| person.admin);
    Ok(is_admin && living(tx).await?.is_empty())
}

/// Refuses anyone who may not act for the program.
pub async fn owners_only(tx: &mut Reading, actor: &Actor) -> Result<()> {
    settings(tx).await?;
    if is_owner(tx, &actor.user).await? {
        return Ok(());
    }
    refuse("Only the program's owners can do that. `/reverse-mentor help` shows what you can do.")
}

/// Whether Slack has not said that they are gone.
pub fn is_here(person: Option<&PersonInSlack>) -> bool {
    person.is_none_or(|person| person.full_member && !person.deleted)
}
