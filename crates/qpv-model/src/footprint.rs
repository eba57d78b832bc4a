//! Parcels and buildings on the ground ([`Footprint`]).

use geo_types::MultiPolygon;
use serde::{Deserialize, Serialize};
use strum::{EnumCount, IntoStaticStr, VariantArray};

/// The kinds of things that addresses stand on or in.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumCount,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FootprintKind {
    /// Parcels of the land register.
    Parcels,
    /// Buildings.
    Buildings,
}

impl FootprintKind {
    /// Both kinds.
    pub const ALL: [Self; Self::COUNT] = *Self::VARIANTS
        .first_chunk()
        .expect("COUNT is the number of VARIANTS");

    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The outline of a parcel or of a building.
#[derive(Debug, Clone, PartialEq)]
pub struct Footprint {
    /// Its identifier as published: a [`ParcelId`](crate::ParcelId) for a parcel; may be empty for a building.
    pub id: String,
    /// Its outline on WGS 84, degrees, longitude first: valid, and of some area.
    pub outline: MultiPolygon<f64>,
}
