//! The vintages there are, and the days on which the one that answered is in force.

use std::collections::BTreeMap;

use qpv_service::Snapshot;
use qpv_service::model::{Territory, Vintage, VintageRecord};
use serde::Serialize;
use utoipa::ToSchema;

use super::DatasetRef;

/// The vintage that answered, with its days of force at the place.
#[derive(Debug, Serialize, ToSchema)]
pub struct VintageAnswer {
    /// The vintage that answered.
    #[schema(value_type = String, example = "2024")]
    pub vintage: Vintage,
    /// The first day it is in force in the territory of the place; null where it never was.
    #[schema(value_type = Option<String>, format = Date, example = "2024-01-01", required = true)]
    pub valid_from: Option<jiff::civil::Date>,
    /// The last day; null while no vintage that replaces it is known.
    #[schema(value_type = Option<String>, format = Date, required = true)]
    pub valid_until: Option<jiff::civil::Date>,
    /// The vintage in force from the day after; absent while none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "2030")]
    pub next_vintage: Option<Vintage>,
}

impl VintageAnswer {
    /// The days of a vintage in a territory.
    #[must_use]
    pub fn new(snapshot: &Snapshot, vintage: Vintage, territory: Territory) -> Self {
        let days = snapshot.known_vintages().validity(vintage, territory);
        Self {
            vintage,
            valid_from: days.map(|days| days.valid_from),
            valid_until: days.and_then(|days| days.valid_until),
            next_vintage: days.and_then(|days| days.next),
        }
    }
}

/// The vintages there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct VintageList<'a> {
    /// Oldest first, loaded or not.
    pub vintages: Vec<KnownVintage<'a>>,
    /// The dataset that the answer comes from.
    pub dataset: DatasetRef<'a>,
}

/// A vintage that is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct KnownVintage<'a> {
    /// The year to ask for it by.
    #[schema(value_type = String, example = "2024")]
    pub id: Vintage,
    /// Its name for people, in French.
    pub label: &'a str,
    /// The texts that drew it, in French.
    pub source: &'a str,
    /// The form of its codes: `{dep}` is the department on three characters, `#` a digit, `[NMI]` one of these letters.
    #[schema(example = "QN{dep}##[NMI]")]
    pub codes: String,
    /// The vintage it replaced; null for the first.
    #[schema(value_type = Option<String>, example = "2015", required = true)]
    pub predecessor: Option<Vintage>,
    /// True when perimeters of it are loaded.
    pub loaded: bool,
    /// Its days of force by territory; a territory where it never was is absent.
    #[schema(value_type = BTreeMap<String, DaysAnswer>)]
    pub days: BTreeMap<Territory, DaysAnswer>,
}

/// The days on which a vintage is in force in a territory.
#[derive(Debug, Serialize, ToSchema)]
pub struct DaysAnswer {
    /// The first day.
    #[schema(value_type = String, format = Date, example = "2024-01-01")]
    pub valid_from: jiff::civil::Date,
    /// The last day; null while no vintage that replaces it is known.
    #[schema(value_type = Option<String>, format = Date, required = true)]
    pub valid_until: Option<jiff::civil::Date>,
}

impl<'a> VintageList<'a> {
    /// The vintages that a snapshot knows.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot) -> Self {
        let records = snapshot.known_vintages().iter();
        Self {
            vintages: records
                .map(|record| KnownVintage::new(snapshot, record))
                .collect(),
            dataset: DatasetRef::new(snapshot),
        }
    }
}

impl<'a> KnownVintage<'a> {
    fn new(snapshot: &'a Snapshot, record: &'a VintageRecord) -> Self {
        // Overseas may get a vintage later, or never.
        let days = Territory::ALL.into_iter().filter_map(|territory| {
            let days = snapshot.known_vintages().validity(record.id, territory)?;
            let answer = DaysAnswer {
                valid_from: days.valid_from,
                valid_until: days.valid_until,
            };
            Some((territory, answer))
        });
        Self {
            id: record.id,
            label: &record.label,
            source: &record.source,
            codes: record.codes.to_string(),
            predecessor: record.predecessor,
            loaded: snapshot.zones(record.id).is_some(),
            days: days.collect(),
        }
    }
}
