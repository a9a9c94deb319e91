//! What an owner renamed or took out of the settings since the list came in. Its people follow, and the file's own word for it stays
//! known: the next list says it again, and doesn't bring it back.

use super::{Entry, People};
use crate::domain::program::Settings;
use std::collections::BTreeMap;

/// The facts about people for which a file may use words that the settings list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    Stage,
    Department,
    Site,
}

impl Entry {
    /// The program's own word for the fact.
    pub fn said(&self, what: Said) -> Option<&str> {
        match what {
            Said::Stage => self.stage.as_deref(),
            Said::Department => self.department.as_deref(),
            Said::Site => self.site.as_deref(),
        }
    }

    /// The program's own word for the fact, and the file's word where the two differ.
    fn said_mut(&mut self, what: Said) -> (&mut Option<String>, &mut Option<String>) {
        match what {
            Said::Stage => (&mut self.stage, &mut self.stage_word),
            Said::Department => (&mut self.department, &mut self.department_word),
            Said::Site => (&mut self.site, &mut self.site_word),
        }
    }

    /// The program calls `from` something else from now on, or no longer knows it.
    pub fn renames(&mut self, what: Said, from: &str, to: Option<&str>) {
        let (called, word) = self.said_mut(what);
        if called.as_deref() != Some(from) {
            return;
        }
        let own = word.take().unwrap_or_else(|| from.to_owned());
        *called = to.map(str::to_owned);
        *word = Some(own).filter(|own| called.as_ref() != Some(own));
    }
}

/// What owners renamed or took out counts for the next list, too, until the settings list that word again. A file's words for stages
/// are read with the file.
pub fn remember(people: &mut People, before: &People, settings: &Settings) {
    for (what, listed) in [
        (Said::Department, &settings.departments),
        (Said::Site, &settings.sites),
    ] {
        let mut known: BTreeMap<&String, Option<&str>> = BTreeMap::new();
        for entry in before.values() {
            let word = match what {
                Said::Stage => &entry.stage_word,
                Said::Department => &entry.department_word,
                Said::Site => &entry.site_word,
            };
            if let Some(word) = word.as_ref().filter(|word| !listed.contains(word)) {
                known.insert(word, entry.said(what));
            }
        }
        for entry in people.values_mut() {
            let Some(word) = entry.said(what).map(str::to_owned) else {
                continue;
            };
            if let Some(called) = known.get(&word) {
                entry.renames(what, &word, *called);
            }
        }
    }
}
