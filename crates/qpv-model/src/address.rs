//! Addresses as published, and the exactness of their positions.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, IntoStaticStr, VariantArray};

use crate::code::CommuneCode;
use crate::position::Wgs84Point;

/// One published address: a number in a street, or a place without numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// Identifier as published (BAN `61169_0040_00012_bis`, BANO `611690040A-12BIS`); may be empty.
    pub id: String,
    /// The number; `None` for a place without numbers (*lieu-dit*).
    pub number: Option<u32>,
    /// The suffix of the number, as published (`bis`, `A`); may be empty.
    pub suffix: String,
    /// Name of the street, or of the place.
    pub street: String,
    /// Name of the *lieu-dit* the number also lies in; may be empty.
    pub locality: String,
    /// Postcode, five digits; may be empty, which some communes publish.
    pub postcode: String,
    /// INSEE code of the commune, of the arrondissement in Paris, Lyon and Marseille.
    pub citycode: CommuneCode,
    /// Name of the commune.
    pub city: String,
    /// Name of the commune it belonged to before a merger; may be empty.
    pub old_city: String,
    /// The position, WGS 84.
    pub point: Wgs84Point,
    /// The kind of spot that the position marks.
    pub position: PositionKind,
    /// True when the commune has certified it.
    pub certified: bool,
}

impl Address {
    /// Returns the whole address on one line: number, street or place, postcode, commune.
    #[must_use]
    pub fn label(&self) -> String {
        let number = self
            .number
            .map(|number| number.to_string())
            .unwrap_or_default();
        let parts = [
            &number,
            &self.suffix,
            &self.street,
            &self.postcode,
            &self.city,
        ];
        parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// The kind of spot that the position of an address marks.
///
/// The kinds of the *Base Adresse Nationale* and of the *Base Adresse Locale* (field `position` of the BAL format, AITF),
/// then those of an answer that is less than a number.
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
pub enum PositionKind {
    /// *Entrée*: the door.
    Entrance,
    /// *Bâtiment*.
    Building,
    /// *Cage d'escalier*.
    Staircase,
    /// *Logement*.
    Unit,
    /// *Service technique*: a meter or a supply point.
    TechnicalService,
    /// *Délivrance postale*: the letterbox.
    PostalDelivery,
    /// *Parcelle*.
    Parcel,
    /// *Segment*: on the street's axis, opposite the number.
    Segment,
    /// Not published.
    Unknown,
    /// The middle of a street's numbers: the number is not known, or was not asked.
    Street,
    /// A place without numbers.
    Locality,
    /// The middle of a commune's addresses.
    Municipality,
    /// Between the two numbers of the same side around one that is not known.
    Interpolated,
}

impl PositionKind {
    /// All kinds, in the order of their numbers in stored files: a new kind goes last.
    pub const ALL: [Self; Self::COUNT] = *Self::VARIANTS
        .first_chunk()
        .expect("COUNT is the number of VARIANTS");

    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns the greatest distance of the position from the door, metres.
    ///
    /// Our own choice, for no producer publishes one: the meaning of the kinds on French parcels and streets.
    #[must_use]
    pub fn uncertainty_m(self) -> f64 {
        match self {
            Self::Entrance => 5.0,
            Self::Building | Self::Staircase | Self::Unit => 10.0,
            // A parcel in town is 20 to 30 m deep.
            Self::TechnicalService | Self::PostalDelivery | Self::Parcel => 20.0,
            // An axis lies half a street and a front garden away.
            Self::Segment | Self::Unknown => 30.0,
            // The least; the spread of their addresses is counted when it is larger. Between two numbers, the distance to
            // them is counted instead.
            Self::Street | Self::Interpolated => 100.0,
            Self::Locality => 300.0,
            Self::Municipality => 1000.0,
        }
    }
}
