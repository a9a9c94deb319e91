//! Free text and tokens are sealed at rest: XChaCha20-Poly1305, bound to their table and row.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

const NONCE: usize = 24;

#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("a key is 64 hexadecimal digits (32 bytes); make one with: openssl rand -hex 32")]
    BadKey,
    #[error(
        "a sealed value does not open with this key: the wrong REVERSE_MENTOR_KEY, or a damaged database"
    )]
    WrongKey,
    #[error(
        "a sealed value was made with key {0}, which REVERSE_MENTOR_KEY does not hold; add it after a comma"
    )]
    UnknownKey(String),
    #[error("the system gave no random bytes")]
    NoEntropy,
}

/// The keys of this installation: the first seals, all of them open.
#[derive(Clone)]
pub struct Keys(Arc<Ring>);

struct Ring {
    current: String,
    ciphers: BTreeMap<String, XChaCha20Poly1305>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// Reads one or more keys of 64 hexadecimal digits separated by commas; the first is used for sealing,
    /// the others still open what older versions sealed.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let mut current = None;
        let mut ciphers = BTreeMap::new();
        for word in text
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            let key = const_hex::decode(word).map_err(|_| SealError::BadKey)?;
            let cipher = XChaCha20Poly1305::new_from_slice(&key).map_err(|_| SealError::BadKey)?;
            let id = key_id(&key);
            current.get_or_insert_with(|| id.clone());
            ciphers.insert(id, cipher);
        }
        let current = current.ok_or(SealError::BadKey)?;
        Ok(Self(Arc::new(Ring { current, ciphers })))
    }

    /// A new random key, as [`Keys::parse`] reads it.
    pub fn generate() -> Result<String, SealError> {
        Ok(const_hex::encode(random::<32>()?))
    }

    /// The name of the key that seals; sealed text begins with it.
    pub fn current(&self) -> &str {
        &self.0.current
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.ciphers.len()
    }

    /// Seals `text` for one place: it opens only with the same `table` and `row`.
    pub fn seal(&self, table: &str, row: &str, text: &str) -> Result<String, SealError> {
        let id = &self.0.current;
        let nonce = random::<NONCE>()?;
        let aad = format!("{table}/{row}/{id}");
        let payload = Payload {
            msg: text.as_bytes(),
            aad: aad.as_bytes(),
        };
        let sealed = self.0.ciphers[id]
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealError::WrongKey)?;
        let mut out = String::with_capacity(id.len() + 2 + 2 * (NONCE + sealed.len()));
        let _ = write!(
            out,
            "{id}.{}{}",
            const_hex::encode(nonce),
            const_hex::encode(sealed)
        );
        Ok(out)
    }

    /// Opens what [`Keys::seal`] made for the same `table` and `row`.
    pub fn open(&self, table: &str, row: &str, sealed: &str) -> Result<String, SealError> {
        let (id, body) = sealed.split_once('.').ok_or(SealError::WrongKey)?;
        let cipher = self
            .0
            .ciphers
            .get(id)
            .ok_or_else(|| SealError::UnknownKey(id.to_owned()))?;
        let body = const_hex::decode(body).map_err(|_| SealError::WrongKey)?;
        let (nonce, msg) = body.split_at_checked(NONCE).ok_or(SealError::WrongKey)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| SealError::WrongKey)?;
        let aad = format!("{table}/{row}/{id}");
        let text = cipher
            .decrypt(
                &XNonce::from(nonce),
                Payload {
                    msg,
                    aad: aad.as_bytes(),
                },
            )
            .map_err(|_| SealError::WrongKey)?;
        String::from_utf8(text).map_err(|_| SealError::WrongKey)
    }
}

/// Names a key without revealing it: the first four bytes of its SHA-256.
fn key_id(key: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    const_hex::encode(&Sha256::digest(key)[..4])
}

fn random<const N: usize>() -> Result<[u8; N], SealError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| SealError::NoEntropy)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_in_its_own_place_and_with_its_own_key() {
        let keys = Keys::parse(&Keys::generate().unwrap()).unwrap();
        let sealed = keys.seal("participants", "T1/U1", "my hopes").unwrap();
        assert!(!sealed.contains("hopes"));
        assert_eq!(
            keys.open("participants", "T1/U1", &sealed).unwrap(),
            "my hopes"
        );
        assert!(keys.open("participants", "T1/U2", &sealed).is_err());
        let other = Keys::parse(&Keys::generate().unwrap()).unwrap();
        assert!(matches!(
            other.open("participants", "T1/U1", &sealed),
            Err(SealError::UnknownKey(_))
        ));
    }

    #[test]
    fn a_rotated_key_still_opens_what_it_sealed() {
        let (old, new) = (Keys::generate().unwrap(), Keys::generate().unwrap());
        let sealed = Keys::parse(&old).unwrap().seal("t", "r", "text").unwrap();
        let both = Keys::parse(&format!("{new}, {old}")).unwrap();
        assert_eq!(both.open("t", "r", &sealed).unwrap(), "text");
        assert_ne!(
            both.seal("t", "r", "text").unwrap().split('.').next(),
            sealed.split('.').next()
        );
    }

    #[test]
    fn a_bad_key_is_refused() {
        for bad in ["", "abc", "zz", &"0".repeat(63)] {
            assert!(matches!(Keys::parse(bad), Err(SealError::BadKey)), "{bad}");
        }
    }
}
