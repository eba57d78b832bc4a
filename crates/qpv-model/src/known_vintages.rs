//! The vintages that are known, with their days of force by territory and the form of their codes.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::code::{CodeError, QpvCode};
use crate::code_form::CodeForm;
use crate::territory::Territory;
use crate::vintage::Vintage;

/// A vintage: its name, its source, its codes and its days of force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VintageRecord {
    /// The year it is named after.
    pub id: Vintage,
    /// The end of « Périmètres … » in what people read, in French.
    pub label: String,
    /// The texts of law that drew it, in French.
    pub source: String,
    /// The form of its codes.
    pub codes: CodeForm,
    /// The vintage it replaces; none for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predecessor: Option<Vintage>,
    /// Its first day of force, by territory; it was never in force in a territory without one.
    pub valid_from: BTreeMap<Territory, Date>,
}

/// The days on which a vintage is in force in a territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first day.
    pub valid_from: Date,
    /// The last day; `None` while no vintage that replaces it is known.
    pub valid_until: Option<Date>,
    /// The vintage that replaces it there, in force from the day after.
    pub next: Option<Vintage>,
}

impl Validity {
    /// Returns whether a day is one of them.
    #[must_use]
    pub fn holds(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|last| day <= last)
    }
}

/// The reason why records are no list of vintages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KnownVintagesError {
    /// Two records have the same year.
    #[error("the vintage {0} is described twice")]
    Twice(Vintage),
    /// A record names a predecessor that is not described, or is not older.
    #[error(
        "the vintage {id} replaces {predecessor}, which is not an older one of the list: {known}"
    )]
    Predecessor {
        /// The record.
        id: Vintage,
        /// The predecessor it names.
        predecessor: Vintage,
        /// The years of the list.
        known: String,
    },
    /// Two records name the same predecessor, or none.
    #[error("the vintages {0} and {1} replace the same one: only one can")]
    Fork(Vintage, Vintage),
    /// A record has no day of force at all.
    #[error("the vintage {0} has no `valid_from` in any territory")]
    NeverInForce(Vintage),
    /// A record is in force before the one it replaces.
    #[error(
        "the vintage {id} is in force from {from} in {territory}, but {predecessor}, which it replaces, only from {before}"
    )]
    Order {
        /// The record.
        id: Vintage,
        /// The territory.
        territory: &'static str,
        /// Its first day there.
        from: Date,
        /// The one it replaces.
        predecessor: Vintage,
        /// The first day of that one.
        before: Date,
    },
}

/// The vintages that are known, each replacing the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownVintages {
    /// Oldest first.
    records: Vec<VintageRecord>,
}

impl KnownVintages {
    /// Checks that the records are one line of succession.
    ///
    /// # Errors
    /// [`KnownVintagesError`].
    pub fn new(mut records: Vec<VintageRecord>) -> Result<Self, KnownVintagesError> {
        // The caller may give them in any order; the years tell it.
        records.sort_by_key(|record| record.id);
        if let Some(pair) = records.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(KnownVintagesError::Twice(pair[0].id));
        }
        let known = Self { records };
        for (index, record) in known.records.iter().enumerate() {
            known.check(record, index)?;
        }
        Ok(known)
    }

    /// Returns these with other records, which replace those of the same year.
    ///
    /// # Errors
    /// [`KnownVintagesError`].
    pub fn with(&self, others: &[VintageRecord]) -> Result<Self, KnownVintagesError> {
        // A dataset may correct what the program has built in.
        let kept = self
            .records
            .iter()
            .filter(|record| others.iter().all(|other| other.id != record.id));
        Self::new(kept.chain(others).cloned().collect())
    }

    fn check(&self, record: &VintageRecord, index: usize) -> Result<(), KnownVintagesError> {
        if record.valid_from.is_empty() {
            return Err(KnownVintagesError::NeverInForce(record.id));
        }
        // Two successors would both answer on the same day.
        let twin = self.records[..index]
            .iter()
            .find(|other| other.predecessor == record.predecessor);
        if let Some(twin) = twin {
            return Err(KnownVintagesError::Fork(twin.id, record.id));
        }
        let Some(predecessor) = record.predecessor else {
            return Ok(());
        };
        // Only older ones are looked at, so no circle can come of it.
        let Some(before) = self.records[..index]
            .iter()
            .find(|other| other.id == predecessor)
        else {
            return Err(KnownVintagesError::Predecessor {
                id: record.id,
                predecessor,
                known: self.listed(),
            });
        };
        for (&territory, &from) in &record.valid_from {
            // Where the older was never in force there is nothing to come before.
            match before.valid_from.get(&territory) {
                Some(&day) if day >= from => {
                    return Err(KnownVintagesError::Order {
                        id: record.id,
                        territory: territory.key(),
                        from,
                        predecessor,
                        before: day,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Walks the records, oldest first.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &VintageRecord> + ExactSizeIterator {
        self.records.iter()
    }

    /// Returns the years, oldest first.
    #[must_use]
    pub fn ids(&self) -> Vec<Vintage> {
        self.records.iter().map(|record| record.id).collect()
    }

    /// Returns the years with commas between them, for messages.
    #[must_use]
    pub fn listed(&self) -> String {
        self.ids()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Returns the record of a year, if it is known.
    #[must_use]
    pub fn get(&self, vintage: Vintage) -> Option<&VintageRecord> {
        self.records.iter().find(|record| record.id == vintage)
    }

    /// Returns the vintage in force in a territory on a day; `None` before the first.
    #[must_use]
    pub fn on(&self, territory: Territory, day: Date) -> Option<Vintage> {
        // The newest whose first day has come.
        self.records
            .iter()
            .rev()
            .find(|record| {
                record
                    .valid_from
                    .get(&territory)
                    .is_some_and(|first| *first <= day)
            })
            .map(|record| record.id)
    }

    /// Returns the days on which a vintage is in force in a territory; `None` for one that is not known, or never was there.
    #[must_use]
    pub fn validity(&self, vintage: Vintage, territory: Territory) -> Option<Validity> {
        let valid_from = *self.get(vintage)?.valid_from.get(&territory)?;
        // A vintage that skips a territory leaves the one before in force there.
        let next = self
            .records
            .iter()
            .filter(|record| record.id > vintage)
            .find_map(|record| Some((record.id, *record.valid_from.get(&territory)?)));
        Some(Validity {
            valid_from,
            valid_until: next.and_then(|(_, first)| first.yesterday().ok()),
            next: next.map(|(id, _)| id),
        })
    }

    /// Returns the first day on which any vintage is in force in a territory.
    #[must_use]
    pub fn first_day(&self, territory: Territory) -> Option<Date> {
        self.records
            .iter()
            .find_map(|record| record.valid_from.get(&territory).copied())
    }

    /// Reads a code of any of these vintages.
    ///
    /// # Errors
    /// [`CodeError::Qpv`] for a text that is no code, or has the form of none of them.
    pub fn code(&self, text: &str) -> Result<QpvCode, CodeError> {
        let code: QpvCode = text.parse()?;
        let is_known = self.of_code(code).next().is_some();
        is_known
            .then_some(code)
            .ok_or_else(|| CodeError::Qpv(text.to_owned()))
    }

    /// Walks the vintages whose codes have the form of this one, newest first: one, unless two vintages share a form.
    pub fn of_code(&self, code: QpvCode) -> impl Iterator<Item = Vintage> {
        self.records
            .iter()
            .rev()
            .filter(move |record| record.codes.fits(code))
            .map(|record| record.id)
    }

    /// Returns the vintage that a comparison starts from when only its end is asked: the one replaced.
    #[must_use]
    pub fn predecessor(&self, vintage: Vintage) -> Option<Vintage> {
        self.get(vintage)?.predecessor
    }
}
