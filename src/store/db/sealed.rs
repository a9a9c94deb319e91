//! Values that a column holds as sealed JSON.

use super::error::Result;
use super::json::{from_json, to_json};
use crate::store::seal::Keys;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;

/// A kind of value that a table holds as sealed JSON.
pub(in crate::store) struct Sealed {
    pub(in crate::store) table: &'static str,
    /// What it is called when it cannot be read.
    pub(in crate::store) what: &'static str,
}

impl Sealed {
    /// Seals `value` for one row of the table.
    pub(in crate::store) fn seal(
        &self,
        keys: &Keys,
        row: impl Display,
        value: &(impl Serialize + ?Sized),
    ) -> Result<String> {
        Ok(keys.seal(self.table, &row.to_string(), &to_json(value, self.what)?)?)
    }

    /// Opens what was sealed for this row.
    pub(in crate::store) fn open<T: DeserializeOwned>(
        &self,
        keys: &Keys,
        row: impl Display,
        sealed: &str,
    ) -> Result<T> {
        from_json(&keys.open(self.table, &row.to_string(), sealed)?, self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::db::StoreError;

    const NUMBERS: Sealed = Sealed {
        table: "sums",
        what: "numbers",
    };

    #[test]
    fn a_value_opens_in_its_own_row_of_its_own_table() {
        let keys = Keys::parse(&Keys::generate().unwrap()).unwrap();
        let sealed = NUMBERS.seal(&keys, 7, &[1, 2]).unwrap();
        assert_eq!(NUMBERS.open::<Vec<u8>>(&keys, 7, &sealed).unwrap(), [1, 2]);
        let elsewhere = Sealed {
            table: "differences",
            ..NUMBERS
        };
        for misplaced in [
            NUMBERS.open::<Vec<u8>>(&keys, 8, &sealed),
            elsewhere.open(&keys, 7, &sealed),
        ] {
            assert!(matches!(misplaced, Err(StoreError::Seal(_))));
        }
    }

    #[test]
    fn a_newer_releases_value_is_called_by_its_name() {
        let keys = Keys::parse(&Keys::generate().unwrap()).unwrap();
        let sealed = NUMBERS.seal(&keys, 7, "seven").unwrap();
        let read = NUMBERS.open::<Vec<u8>>(&keys, 7, &sealed);
        assert!(matches!(read, Err(StoreError::Unreadable("numbers"))));
    }
}
