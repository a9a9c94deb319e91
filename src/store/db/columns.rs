//! How values go into columns and come out of them: text and numbers. Instants are epoch milliseconds, ids what they
//! wrap, states and kinds their names.

use super::error::{Result, StoreError};
use crate::clock::millis;
use crate::domain::card::Card;
use crate::domain::happening::Ending;
use crate::domain::ids::{
    ChannelId, CheckinId, CycleId, ImportId, InvitationId, PairId, ReflectionId, RoundId, TeamId,
    UserId,
};
use crate::domain::key::Key;
use crate::domain::outgoing::{Kind, Lane};
use crate::domain::participant::Standing;
use crate::domain::week::IsoWeek;
use crate::domain::{checkin, cycle, delivery, pair, timer};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use sqlx::any::AnyRow;
use sqlx::{Any, ColumnIndex, Decode, Encode, Row as _, Type};

/// What a column can hold: text or a number.
pub(in crate::store) trait Held:
    for<'v> Encode<'v, Any> + for<'r> Decode<'r, Any> + Type<Any>
{
}

impl Held for String {}
impl Held for i64 {}

/// A value that can be bound to a statement.
pub(in crate::store) trait ToColumn {
    type As: Held;
    fn to_column(&self) -> Self::As;
}

/// A value that can be read from a column.
pub(in crate::store) trait FromColumn: Sized {
    /// What it is called when a column holds something else.
    const WHAT: &'static str;
    type As: Held;
    /// None for what this release does not know.
    fn from_column(held: Self::As) -> Option<Self>;
}

impl<T: ToColumn + ?Sized> ToColumn for &T {
    type As = T::As;

    fn to_column(&self) -> T::As {
        (**self).to_column()
    }
}

impl ToColumn for str {
    type As = String;

    fn to_column(&self) -> String {
        self.to_owned()
    }
}

/// Implements both traits: the type, what it is called, what the column holds, and the two ways. A table's own types are
/// listed in its file.
macro_rules! columns {
    ($($type:ty, $what:literal: $held:ty, $to:expr, $from:expr;)*) => {$(
        impl $crate::store::db::columns::ToColumn for $type {
            type As = $held;

            fn to_column(&self) -> $held {
                let to: fn(&$type) -> $held = $to;
                to(self)
            }
        }

        impl $crate::store::db::columns::FromColumn for $type {
            const WHAT: &'static str = $what;
            type As = $held;

            fn from_column(held: $held) -> Option<Self> {
                let from: fn($held) -> Option<Self> = $from;
                from(held)
            }
        }
    )*};
}
pub(in crate::store) use columns;

columns! {
    String, "a text": String, Clone::clone, Some;
    i64, "a number": i64, |number| *number, Some;
    bool, "a yes or no": i64, |yes| i64::from(*yes), |held| Some(held != 0);
    u8, "a small number": i64, |number| i64::from(*number), |held| u8::try_from(held).ok();
    u32, "a number": i64, |number| i64::from(*number), |held| u32::try_from(held).ok();
    Timestamp, "an instant": i64, |at| at.as_millisecond(), |held| Some(millis(held));
    TeamId, "a workspace": String, |id| id.0.clone(), |held| Some(TeamId(held));
    UserId, "a person": String, |id| id.0.clone(), |held| Some(UserId(held));
    ChannelId, "a conversation": String, |id| id.0.clone(), |held| Some(ChannelId(held));
    RoundId, "a round": i64, |id| id.0, |held| Some(RoundId(held));
    PairId, "a pair": i64, |id| id.0, |held| Some(PairId(held));
    CycleId, "a month": i64, |id| id.0, |held| Some(CycleId(held));
    ReflectionId, "a question": i64, |id| id.0, |held| Some(ReflectionId(held));
    CheckinId, "a check-in": i64, |id| id.0, |held| Some(CheckinId(held));
    ImportId, "an import": i64, |id| id.0, |held| Some(ImportId(held));
    InvitationId, "an invitation": i64, |id| id.0, |held| Some(InvitationId(held));
    Lane, "a lane of the outbox": String, ToString::to_string, |held| Lane::parse(&held);
    Card, "a card": String, ToString::to_string, |held| Card::read(&held);
    Key, "the key of a message": String, ToString::to_string, |held| Key::read(&held);
    Kind, "a kind of message": String, |kind| kind.as_str().to_owned(), |held| Kind::parse(&held);
    delivery::State, "a delivery's state": String, |state| state.as_str().to_owned(), |held| delivery::State::parse(&held);
    delivery::Doubt, "a delivery's doubt": i64, |doubt| doubt.code(), |held| Some(delivery::Doubt::from_code(held));
    cycle::State, "a cycle's state": String, |state| state.as_str().to_owned(), |held| cycle::State::parse(&held);
    checkin::Kind, "a check-in's kind": String, |kind| kind.as_str().to_owned(), |held| checkin::Kind::parse(&held);
    IsoWeek, "a week": String, ToString::to_string, |held| held.parse().ok();
    Date, "a day": String, ToString::to_string, |held| held.parse().ok();
    pair::State, "a pair's state": String, |state| state.as_str().to_owned(), |held| pair::State::parse(&held);
    Ending, "why a pair ended": String, |why| why.as_str().to_owned(), |held| Ending::parse(&held);
    Standing, "a standing": String, |standing| standing.as_str().to_owned(), |held| Standing::parse(&held);
    timer::Kind, "a kind of timer": String, |kind| kind.as_str().to_owned(), |held| timer::Kind::parse(&held);
    DateTime, "a local time": String, ToString::to_string, |held| held.parse().ok();
}

/// Reads a row's columns by their names.
pub(in crate::store) trait Columns {
    /// The value in the column of this name.
    fn get<T: FromColumn>(&self, column: &str) -> Result<T>;

    /// The same of a column that may be null.
    fn maybe<T: FromColumn>(&self, column: &str) -> Result<Option<T>>;
}

impl Columns for AnyRow {
    fn get<T: FromColumn>(&self, column: &str) -> Result<T> {
        get(self, column)
    }

    fn maybe<T: FromColumn>(&self, column: &str) -> Result<Option<T>> {
        maybe(self, column)
    }
}

/// The value in a column found by its name or, where it is the only one, by its place.
pub(in crate::store) fn get<T: FromColumn>(
    row: &AnyRow,
    at: impl ColumnIndex<AnyRow>,
) -> Result<T> {
    T::from_column(row.try_get(at)?).ok_or(StoreError::Unreadable(T::WHAT))
}

/// The same of a column that may be null.
pub(super) fn maybe<T: FromColumn>(
    row: &AnyRow,
    at: impl ColumnIndex<AnyRow>,
) -> Result<Option<T>> {
    let Some(held) = row.try_get::<Option<T::As>, _>(at)? else {
        return Ok(None);
    };
    T::from_column(held)
        .map(Some)
        .ok_or(StoreError::Unreadable(T::WHAT))
}

impl<T: ToColumn> ToColumn for Option<T>
where
    Option<T::As>: Held,
{
    type As = Option<T::As>;

    fn to_column(&self) -> Option<T::As> {
        self.as_ref().map(ToColumn::to_column)
    }
}

impl Held for Option<String> {}
impl Held for Option<i64> {}
