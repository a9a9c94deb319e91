//! Everything that happens because time passes, and the two columns that store it.

use super::ids::{CheckinId, CycleId, ImportId, InvitationId, PairId, RoundId, UserId};
use super::named::named;
use super::parts::Parts;
use super::week::IsoWeek;

mod looked_up;
#[cfg(test)]
mod tests;

pub use looked_up::{LookedUp, Purpose};

/// An action at a given time. Equal timers are one row: setting one again moves it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// Asks Slack about people we know too little of.
    Directory,
    /// Tells owners of deliveries that failed.
    Undelivered,
    /// The next round, on its schedule.
    Round,
    /// Looks for pairs now: rolling matching, or an owner's request.
    Match,
    /// An owner asks what would change without a pair.
    WhatIf(WhatIf),
    /// Introduces an approved round once it can no longer be undone, then its rest; tells those left over.
    Introduce(RoundId),
    /// An invitation is over, answered or not.
    Invitation(InvitationId),
    /// A round has waited too long for an owner's approval.
    RoundWaits(RoundId),
    /// A pause is over.
    PauseEnds(UserId),
    /// The whole program's break is over.
    ProgramGoesOn,
    /// The program's break began or ended: this pair follows.
    ProgramBreak(PairId),
    /// A cohort ends: this pair's month is its last.
    LastMonth(PairId),
    /// A cohort begins: this person is asked whether they would like to be in it.
    NextCohort(UserId),
    /// The first match is on another day: this person, who waits for it, is told.
    FirstMatchMoved(UserId),
    /// Somebody on the owners' list, who has not joined, is reminded once, until that instant (epoch milliseconds).
    RemindInvited { user: UserId, until: i64 },
    /// A cycle opens.
    CycleOpens { pair: PairId, number: u8 },
    /// Nothing is planned after a week.
    NudgeWeek(CycleId),
    /// Nothing is planned after two weeks.
    NudgeFortnight(CycleId),
    /// An owner asked for a friendly nudge.
    Hello(CycleId),
    /// One working day before the meeting.
    MeetingSoon(CycleId),
    /// The time of a plan has passed: the cards that show it change.
    PlanPassed(CycleId),
    /// Two hours after the meeting: did you meet? Each partner is asked on their own.
    MeetingOver { cycle: CycleId, user: UserId },
    /// The partner said that they met, this one has not answered: the reflection is asked anyway.
    ReflectionDue { cycle: CycleId, user: UserId },
    /// The cycle's month is over.
    CycleCloses(CycleId),
    /// A private check-in is due.
    Checkin(CheckinId),
    /// An agreement still lacks a signature.
    Unsigned(PairId),
    /// This person says that they met, and is asked to sign: so many times were before this one.
    SignAfterMeeting {
        pair: PairId,
        user: UserId,
        asked: u8,
    },
    /// The weekly digest.
    Digest,
    /// The digest's private companion waits for an owner's working hours. Rows of early versions name no week.
    Companion {
        owner: UserId,
        week: Option<IsoWeek>,
    },
    /// Deletes data that is no longer needed.
    Retention,
    /// Erases everything of a workspace that removed the app and has not come back.
    WorkspaceEnds,
    /// Erases a pair's free text.
    Erase(PairId),
    /// Slack has not answered about a person for whom somebody waits.
    LookedUp(LookedUp),
    /// Acts on the outcome of a delivery. Holds the id of the reaction's row.
    Reaction(i64),
    /// Slack has taken too long over a file of people, or over the email addresses in it.
    ImportWaits(ImportId),
    /// News waits for its moment. Holds the id of its row in the outbox.
    News(i64),
}

/// An owner's question: what would change in a round without one of its pairs?
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WhatIf {
    pub round: RoundId,
    /// The owner who asks.
    pub owner: UserId,
    pub mentor: UserId,
    pub mentee: UserId,
}

/// A row that this version cannot read: written by a newer version, or damaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a timer of kind {kind:?} that this version cannot read")]
pub struct Unreadable {
    pub kind: String,
    pub subject: String,
}

named! {
    /// The kind of timer: the column `kind`.
    pub enum Kind {
        Directory = "directory",
        Undelivered = "undelivered",
        Round = "round",
        Match = "match",
        WhatIf = "what_if",
        Introduce = "introduce",
        Invitation = "invitation",
        RoundWaits = "round_waits",
        PauseEnds = "pause_ends",
        ProgramGoesOn = "program_goes_on",
        ProgramBreak = "program_break",
        LastMonth = "last_month",
        NextCohort = "next_cohort",
        FirstMatchMoved = "first_match_moved",
        RemindInvited = "remind_invited",
        CycleOpens = "cycle_opens",
        NudgeWeek = "nudge_week",
        NudgeFortnight = "nudge_fortnight",
        Hello = "hello",
        MeetingSoon = "meeting_soon",
        PlanPassed = "plan_passed",
        MeetingOver = "meeting_over",
        ReflectionDue = "reflection_due",
        CycleCloses = "cycle_closes",
        Checkin = "checkin",
        Unsigned = "unsigned",
        SignAfterMeeting = "sign_after_meeting",
        Digest = "digest",
        Companion = "companion",
        Retention = "retention",
        WorkspaceEnds = "workspace_ends",
        Erase = "erase",
        LookedUp = "looked_up",
        Reaction = "reaction",
        ImportWaits = "import_waits",
        News = "news",
    }
}

/// The subject of a timer of which a program has only one.
const PROGRAM: &str = "program";

impl Timer {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Directory => Kind::Directory,
            Self::Undelivered => Kind::Undelivered,
            Self::Round => Kind::Round,
            Self::Match => Kind::Match,
            Self::WhatIf(_) => Kind::WhatIf,
            Self::Introduce(_) => Kind::Introduce,
            Self::Invitation(_) => Kind::Invitation,
            Self::RoundWaits(_) => Kind::RoundWaits,
            Self::PauseEnds(_) => Kind::PauseEnds,
            Self::ProgramGoesOn => Kind::ProgramGoesOn,
            Self::ProgramBreak(_) => Kind::ProgramBreak,
            Self::LastMonth(_) => Kind::LastMonth,
            Self::NextCohort(_) => Kind::NextCohort,
            Self::FirstMatchMoved(_) => Kind::FirstMatchMoved,
            Self::RemindInvited { .. } => Kind::RemindInvited,
            Self::CycleOpens { .. } => Kind::CycleOpens,
            Self::NudgeWeek(_) => Kind::NudgeWeek,
            Self::NudgeFortnight(_) => Kind::NudgeFortnight,
            Self::Hello(_) => Kind::Hello,
            Self::MeetingSoon(_) => Kind::MeetingSoon,
            Self::PlanPassed(_) => Kind::PlanPassed,
            Self::MeetingOver { .. } => Kind::MeetingOver,
            Self::ReflectionDue { .. } => Kind::ReflectionDue,
            Self::CycleCloses(_) => Kind::CycleCloses,
            Self::Checkin(_) => Kind::Checkin,
            Self::Unsigned(_) => Kind::Unsigned,
            Self::SignAfterMeeting { .. } => Kind::SignAfterMeeting,
            Self::Digest => Kind::Digest,
            Self::Companion { .. } => Kind::Companion,
            Self::Retention => Kind::Retention,
            Self::WorkspaceEnds => Kind::WorkspaceEnds,
            Self::Erase(_) => Kind::Erase,
            Self::LookedUp(_) => Kind::LookedUp,
            Self::Reaction(_) => Kind::Reaction,
            Self::ImportWaits(_) => Kind::ImportWaits,
            Self::News(_) => Kind::News,
        }
    }

    /// The subject of the timer: the column `subject`.
    pub fn subject(&self) -> String {
        match self {
            Self::Directory
            | Self::Undelivered
            | Self::Round
            | Self::Match
            | Self::ProgramGoesOn
            | Self::Digest
            | Self::WorkspaceEnds
            | Self::Retention => PROGRAM.to_owned(),
            Self::WhatIf(WhatIf {
                round,
                owner,
                mentor,
                mentee,
            }) => format!("{round}/{owner}/{mentor}/{mentee}"),
            Self::Introduce(round) | Self::RoundWaits(round) => round.to_string(),
            Self::Invitation(invitation) => invitation.to_string(),
            Self::ImportWaits(import) => import.to_string(),
            Self::PauseEnds(user) | Self::NextCohort(user) | Self::FirstMatchMoved(user) => {
                user.to_string()
            }
            Self::RemindInvited { user, until } => format!("{user}/{until}"),
            Self::CycleOpens { pair, number } => format!("{pair}/{number}"),
            Self::NudgeWeek(cycle)
            | Self::NudgeFortnight(cycle)
            | Self::Hello(cycle)
            | Self::MeetingSoon(cycle)
            | Self::PlanPassed(cycle)
            | Self::CycleCloses(cycle) => cycle.to_string(),
            Self::MeetingOver { cycle, user } | Self::ReflectionDue { cycle, user } => {
                format!("{cycle}/{user}")
            }
            Self::Checkin(checkin) => checkin.to_string(),
            Self::SignAfterMeeting { pair, user, asked } => format!("{pair}/{user}/{asked}"),
            Self::Unsigned(pair)
            | Self::Erase(pair)
            | Self::ProgramBreak(pair)
            | Self::LastMonth(pair) => pair.to_string(),
            Self::Companion { owner, week: None } => owner.to_string(),
            Self::Companion {
                owner,
                week: Some(week),
            } => format!("{owner}/{week}"),
            Self::LookedUp(LookedUp {
                person,
                asker,
                purpose,
            }) => format!("{person}/{}/{asker}", purpose.as_str()),
            Self::Reaction(row) | Self::News(row) => row.to_string(),
        }
    }

    /// Whether it runs in a workspace that removed the app, too: it sends nothing, and erases what has to end.
    pub fn runs_without_app(&self) -> bool {
        matches!(self, Self::Retention | Self::WorkspaceEnds | Self::Erase(_))
    }

    /// Whom it is for, by whose id it is found. A question about a pair or a person belongs to who asked, who is answered in any
    /// case.
    pub fn people(&self) -> Vec<&UserId> {
        match self {
            Self::WhatIf(WhatIf { owner, .. }) => vec![owner],
            Self::LookedUp(LookedUp { asker, .. }) => vec![asker],
            Self::PauseEnds(user)
            | Self::NextCohort(user)
            | Self::FirstMatchMoved(user)
            | Self::RemindInvited { user, until: _ }
            | Self::MeetingOver { cycle: _, user }
            | Self::ReflectionDue { cycle: _, user }
            | Self::SignAfterMeeting {
                pair: _,
                user,
                asked: _,
            }
            | Self::Companion {
                owner: user,
                week: _,
            } => vec![user],
            Self::Directory
            | Self::Undelivered
            | Self::Round
            | Self::Match
            | Self::Digest
            | Self::Retention
            | Self::WorkspaceEnds
            | Self::Introduce(_)
            | Self::RoundWaits(_)
            | Self::Invitation(_)
            | Self::ProgramGoesOn
            | Self::ProgramBreak(_)
            | Self::LastMonth(_)
            | Self::CycleOpens { .. }
            | Self::NudgeWeek(_)
            | Self::NudgeFortnight(_)
            | Self::Hello(_)
            | Self::MeetingSoon(_)
            | Self::PlanPassed(_)
            | Self::CycleCloses(_)
            | Self::Checkin(_)
            | Self::Unsigned(_)
            | Self::Erase(_)
            | Self::Reaction(_)
            | Self::ImportWaits(_)
            | Self::News(_) => Vec::new(),
        }
    }

    /// Reads a row's two columns.
    pub fn read(kind: &str, subject: &str) -> Result<Self, Unreadable> {
        Kind::parse(kind)
            .and_then(|kind| Self::of(kind, subject))
            .ok_or_else(|| Unreadable {
                kind: kind.to_owned(),
                subject: subject.to_owned(),
            })
    }

    fn of(kind: Kind, subject: &str) -> Option<Self> {
        let mut parts = Parts::of(subject);
        let timer = match kind {
            Kind::Directory => Self::Directory,
            Kind::Undelivered => Self::Undelivered,
            Kind::Round => Self::Round,
            Kind::Match => Self::Match,
            Kind::Digest => Self::Digest,
            Kind::Retention => Self::Retention,
            Kind::WorkspaceEnds => Self::WorkspaceEnds,
            Kind::WhatIf => Self::WhatIf(WhatIf {
                round: RoundId(parts.next()?),
                owner: parts.user()?,
                mentor: parts.user()?,
                mentee: parts.user()?,
            }),
            Kind::Introduce => Self::Introduce(RoundId(parts.next()?)),
            Kind::Invitation => Self::Invitation(InvitationId(parts.next()?)),
            Kind::RoundWaits => Self::RoundWaits(RoundId(parts.next()?)),
            Kind::PauseEnds => Self::PauseEnds(parts.user()?),
            Kind::ProgramGoesOn => Self::ProgramGoesOn,
            Kind::ProgramBreak => Self::ProgramBreak(PairId(parts.next()?)),
            Kind::LastMonth => Self::LastMonth(PairId(parts.next()?)),
            Kind::NextCohort => Self::NextCohort(parts.user()?),
            Kind::FirstMatchMoved => Self::FirstMatchMoved(parts.user()?),
            Kind::RemindInvited => Self::RemindInvited {
                user: parts.user()?,
                until: parts.next()?,
            },
            Kind::CycleOpens => Self::CycleOpens {
                pair: PairId(parts.next()?),
                number: parts.next()?,
            },
            Kind::NudgeWeek => Self::NudgeWeek(CycleId(parts.next()?)),
            Kind::NudgeFortnight => Self::NudgeFortnight(CycleId(parts.next()?)),
            Kind::Hello => Self::Hello(CycleId(parts.next()?)),
            Kind::MeetingSoon => Self::MeetingSoon(CycleId(parts.next()?)),
            Kind::PlanPassed => Self::PlanPassed(CycleId(parts.next()?)),
            Kind::MeetingOver => Self::MeetingOver {
                cycle: CycleId(parts.next()?),
                user: parts.user()?,
            },
            Kind::ReflectionDue => Self::ReflectionDue {
                cycle: CycleId(parts.next()?),
                user: parts.user()?,
            },
            Kind::CycleCloses => Self::CycleCloses(CycleId(parts.next()?)),
            Kind::Checkin => Self::Checkin(CheckinId(parts.next()?)),
            Kind::Unsigned => Self::Unsigned(PairId(parts.next()?)),
            Kind::SignAfterMeeting => Self::SignAfterMeeting {
                pair: PairId(parts.next()?),
                user: parts.user()?,
                asked: parts.next()?,
            },
            Kind::Companion => Self::Companion {
                owner: parts.user()?,
                week: if parts.is_over() {
                    None
                } else {
                    Some(parts.next()?)
                },
            },
            Kind::Erase => Self::Erase(PairId(parts.next()?)),
            Kind::LookedUp => Self::LookedUp(LookedUp {
                person: parts.user()?,
                purpose: Purpose::parse(parts.text()?)?,
                asker: parts.user()?,
            }),
            Kind::Reaction => Self::Reaction(parts.next()?),
            Kind::ImportWaits => Self::ImportWaits(ImportId(parts.next()?)),
            Kind::News => Self::News(parts.next()?),
        };
        // A subject that parses like another one (`007`) would be a second row of the same timer.
        (timer.subject() == subject).then_some(timer)
    }
}
