//! Renews tokens that expire, two hours before they do. One replica at a time asks Slack, outside any transaction; what it
//! says is stored with everything that follows from it.

use super::clients::Clients;
use super::sender;
use crate::domain::delivery::{Refusal, later, leaves_doubt};
use crate::domain::grant::{self, Grant};
use crate::domain::ids::TeamId;
use crate::slack::authorize::wrong_credential;
use crate::slack::client::CallError;
use crate::store::db::{Result, StoreError};
use crate::store::tokens::{self, Turn};
use crate::store::{Tx, holds};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use tokio::time::Instant;

/// Slack's method.
const METHOD: &str = "oauth.v2.access";
/// A process that stood still for this long leaves the turn to others.
const STOOD_STILL: Duration = Duration::from_mins(1);
/// How often the answer is stored again while the database refuses writes: nobody else has these tokens.
const NOTE_TRIES: u32 = 12;

impl Clients {
    /// Renews every token that is due, once. Returns how many were asked for.
    pub async fn renew_due(&self) -> Result<usize> {
        if self.is_single() {
            return Ok(0);
        }
        let mut tx = self.db.read(&TeamId::from(""), self.clock.now()).await?;
        let due = tokens::due(&mut tx).await?;
        drop(tx);
        let mut asked = 0;
        for team in due {
            match self.renew(&team).await {
                Ok(is_asked) => asked += usize::from(is_asked),
                // Sealed with a key that is not here, perhaps: the others must not wait for it.
                Err(error) => {
                    tracing::error!(%team, %error, "a token could not be renewed");
                    let mut tx = self.db.background_write(&team, self.clock.now()).await?;
                    tokens::put_off(&mut tx).await?;
                    tx.commit().await?;
                }
            }
        }
        Ok(asked)
    }

    /// When the next token is to be renewed.
    pub async fn next_renewal(&self) -> Result<Option<Timestamp>> {
        if self.is_single() {
            return Ok(None);
        }
        let mut tx = self.db.read(&TeamId::from(""), self.clock.now()).await?;
        tokens::next_due(&mut tx).await
    }

    /// Renews a workspace's token if it is due and nobody else does. False if Slack was not asked.
    pub(super) async fn renew(&self, team: &TeamId) -> Result<bool> {
        let Some(credentials) = self.credentials() else {
            return Ok(false);
        };
        let began = Instant::now();
        let mut tx = self.db.background_write(team, self.clock.now()).await?;
        let Some(turn) = tokens::take_turn(&mut tx).await? else {
            tx.rollback().await;
            return Ok(false);
        };
        tx.commit().await?;
        if began.elapsed() > STOOD_STILL {
            tracing::warn!(%team, "this process stood still; the turn to renew a token is left to others");
            return Ok(false);
        }
        let came = credentials.renew(&turn.secret).await;
        if let Err(error) = &came {
            let mend = error.refusal().and_then(wrong_credential);
            let mend = mend.map_or(String::new(), |mend| format!(": {mend}"));
            tracing::warn!(%team, %error, "a token was not renewed{mend}");
        }
        self.note_patiently(team, &turn, &came).await?;
        self.forget(team);
        Ok(true)
    }

    async fn note_patiently(
        &self,
        team: &TeamId,
        turn: &Turn,
        came: &Result<Grant, CallError>,
    ) -> Result<()> {
        let mut tried = 0;
        loop {
            let Err(error) = self.note(team, turn, came).await else {
                return Ok(());
            };
            tried += 1;
            if tried >= NOTE_TRIES {
                return Err(error);
            }
            tracing::error!(%team, %error, "a renewed token could not be stored yet");
            tokio::time::sleep(Duration::from_millis(50 << tried.min(7))).await;
        }
    }

    async fn note(
        &self,
        team: &TeamId,
        turn: &Turn,
        came: &Result<Grant, CallError>,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.background_write(team, self.clock.now()).await?;
        match came {
            Ok(grant) => renewed(&mut tx, turn, grant).await?,
            Err(error) => not_renewed(&mut tx, turn, error).await?,
        }
        tx.commit().await
    }
}

async fn renewed(tx: &mut Tx, turn: &Turn, grant: &Grant) -> Result<()> {
    let outcome = if tokens::renewed(tx, turn, grant).await? {
        let holds = holds::all(tx).await?;
        if holds::accepted(tx, holds, METHOD).await? {
            sender::tell_owners(tx).await?;
        }
        "renewed"
    } else {
        tracing::info!(team = %tx.team(), "a token was renewed after it had been replaced");
        "late"
    };
    count(outcome);
    Ok(())
}

async fn not_renewed(tx: &mut Tx, turn: &Turn, error: &CallError) -> Result<()> {
    let (why, wait) = match error {
        CallError::Refused(code, _) => (code.as_str(), 0),
        CallError::RateLimited(seconds) => (error.label(), *seconds),
        CallError::Unreached | CallError::InDoubt(_) => (error.label(), 0),
    };
    let wait = SignedDuration::from_secs(i64::try_from(wait).unwrap_or(i64::MAX));
    let earliest = later(tx.now, wait);
    if !tokens::not_renewed(tx, turn, why, earliest).await? {
        return Ok(());
    }
    count("failed");
    let is_refused = matches!(error, CallError::Refused(code, _) if !leaves_doubt(code));
    if is_refused && grant::matters(why, tx.now, turn.ends) {
        let refusal = Refusal {
            code: why.to_owned(),
            scope: None,
        };
        if holds::refused(tx, METHOD, &refusal).await? {
            sender::tell_owners(tx).await?;
        }
    }
    Ok(())
}

fn count(outcome: &'static str) {
    metrics::counter!("reverse_mentor_token_renewals_total", "outcome" => outcome).increment(1);
}
