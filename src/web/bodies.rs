//! Reads request bodies completely, in time, and within a bound on memory.
//!
//! A body must be read before its signature can be checked, so strangers can make us read, too.

use crate::domain::named::named;
use axum::body::{Body, HttpBody, to_bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Slack's own payloads are much shorter.
const LONGEST: usize = 1 << 20;
/// Every body may be this long; most of Slack's are shorter. The listener bounds how many there are at once.
const FREE: usize = 32 << 10;
/// Longer bodies share this much, so requests of the usual size always find room.
const SHARED: usize = 32 << 20;
/// The shared room is handed out in pieces of this size.
const PIECE: usize = 1 << 10;
/// Slack's certificate check is a token and a flag.
const SSL_CHECK: usize = 512;

/// The room for long bodies. Cheap to clone.
#[derive(Clone)]
pub struct Bodies(Arc<Semaphore>);

impl Default for Bodies {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(SHARED / PIECE)))
    }
}

named! {
    /// Why a body was not read completely.
    pub(super) enum Unread {
        TooLong = "too_long",
        NoRoom = "no_room",
        Slow = "slow",
        Broken = "broken",
    }
}

impl Unread {
    /// The answer to the sender; the rest of the body is not read.
    pub fn answer(self) -> Response {
        let status = match self {
            Unread::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Unread::NoRoom => StatusCode::SERVICE_UNAVAILABLE,
            Unread::Slow => StatusCode::REQUEST_TIMEOUT,
            Unread::Broken => StatusCode::BAD_REQUEST,
        };
        (status, [(header::CONNECTION, "close")]).into_response()
    }
}

/// A complete body, with its share of the room until it is dropped.
#[derive(Debug)]
pub(super) struct Whole {
    pub bytes: Bytes,
    _room: Option<OwnedSemaphorePermit>,
}

impl Bodies {
    pub(super) async fn read(&self, body: Body) -> Result<Whole, Unread> {
        let mut chunks = body.into_data_stream();
        let (mut bytes, mut room, mut paid) = (Bytes::new(), None, FREE);
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| Unread::Broken)?;
            let length = bytes.len() + chunk.len();
            if length > LONGEST {
                return Err(Unread::TooLong);
            }
            // Room is taken for bytes that arrived, not for the announced length, because announcing costs a stranger nothing.
            if length > paid {
                let pieces = (length - paid).div_ceil(PIECE);
                self.take(pieces, &mut room)?;
                paid += pieces * PIECE;
            }
            bytes = if bytes.is_empty() {
                chunk
            } else {
                let mut longer = BytesMut::from(bytes);
                longer.extend_from_slice(&chunk);
                longer.freeze()
            };
        }
        Ok(Whole { bytes, _room: room })
    }

    fn take(&self, pieces: usize, room: &mut Option<OwnedSemaphorePermit>) -> Result<(), Unread> {
        let pieces = u32::try_from(pieces).map_err(|_| Unread::TooLong)?;
        let taken = self.0.clone().try_acquire_many_owned(pieces);
        let taken = taken.map_err(|_| Unread::NoRoom)?;
        match room {
            Some(room) => room.merge(taken),
            None => *room = Some(taken),
        }
        Ok(())
    }
}

/// The body of an unsigned request, if it is short enough for a certificate check.
pub(super) async fn read_short(body: Body) -> Option<Bytes> {
    let announced = usize::try_from(body.size_hint().lower()).ok()?;
    if announced > SSL_CHECK {
        return None;
    }
    to_bytes(body, SSL_CHECK).await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;
    use std::convert::Infallible;

    fn body(pieces: &[usize]) -> Body {
        let pieces: Vec<_> = pieces
            .iter()
            .map(|&length| Ok::<_, Infallible>(Bytes::from(vec![b'a'; length])))
            .collect();
        Body::from_stream(stream::iter(pieces))
    }

    #[tokio::test]
    async fn a_body_is_whole_in_however_many_pieces_it_comes() {
        let bodies = Bodies::default();
        for pieces in [&[][..], &[5], &[1, 2, 3], &[FREE, 1], &[LONGEST - 7, 7]] {
            let whole = bodies.read(body(pieces)).await.unwrap();
            assert_eq!(whole.bytes.len(), pieces.iter().sum::<usize>());
            assert!(whole.bytes.iter().all(|&byte| byte == b'a'));
        }
        for pieces in [&[LONGEST + 1][..], &[LONGEST, 1], &[FREE; 40]] {
            let unread = bodies.read(body(pieces)).await.unwrap_err();
            assert_eq!(unread, Unread::TooLong);
        }
        assert_eq!(
            bodies.0.available_permits(),
            SHARED / PIECE,
            "all given back"
        );
    }

    /// Usual bodies are read, however many long ones are held.
    #[tokio::test]
    async fn long_bodies_leave_room_for_the_usual_ones() {
        let bodies = Bodies::default();
        let mut held = Vec::new();
        let unread = loop {
            match bodies.read(body(&[LONGEST])).await {
                Ok(whole) => held.push(whole),
                Err(unread) => break unread,
            }
        };
        assert_eq!(unread, Unread::NoRoom);
        let most = SHARED / (LONGEST - FREE);
        assert_eq!(held.len(), most, "as many as fit");
        assert!(bodies.read(body(&[FREE])).await.is_ok());
        held.pop();
        assert!(bodies.read(body(&[LONGEST])).await.is_ok());
    }
}
