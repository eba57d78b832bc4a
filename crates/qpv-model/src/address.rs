//! Addresses as published, and the exactness of their positions.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{EnumCount, IntoStaticStr, VariantArray};

use crate::code::CommuneCode;
use crate::parcel::ParcelId;
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
    /// The parcels of the land register that it stands on; often not published.
    pub parcels: Vec<ParcelId>,
}

/// The parts of an address that its label is made of.
#[derive(Debug, Clone, Copy)]
pub struct AddressLabel<'a> {
    /// Number and street, or place.
    pub name: &'a str,
    /// The street, or the place.
    pub street: &'a str,
    /// The *lieu-dit*; may be empty.
    pub locality: &'a str,
    /// The commune before a merger; may be empty.
    pub old_city: &'a str,
    /// The postcode; may be empty.
    pub postcode: &'a str,
    /// The commune.
    pub city: &'a str,
}

impl Address {
    /// Returns the whole address on one line: number, street or place, *lieu-dit* and former commune in brackets, postcode,
    /// commune.
    #[must_use]
    pub fn label(&self) -> String {
        let number = self
            .number
            .map(|number| number.to_string())
            .unwrap_or_default();
        let label = AddressLabel {
            name: &joined(&[&number, &self.suffix, &self.street]),
            street: &self.street,
            locality: &self.locality,
            old_city: &self.old_city,
            postcode: &self.postcode,
            city: &self.city,
        };
        label.to_string()
    }
}

impl AddressLabel<'_> {
    /// The *lieu-dit* and the former commune, each only where it says more than the names that the label has already.
    fn qualifiers(&self) -> Vec<&str> {
        let mut names = vec![self.street, self.city];
        let known = names.len();
        for text in [self.locality, self.old_city] {
            if !text.is_empty() && !names.iter().any(|name| is_same_name(name, text)) {
                names.push(text);
            }
        }
        names.split_off(known)
    }
}

/// `1 Place de l'Examen (Vieilleville) 90000 Belfort`
impl fmt::Display for AddressLabel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Addresses of one name in one commune differ by these alone.
        let qualifiers = match self.qualifiers().as_slice() {
            [] => String::new(),
            some => format!("({})", some.join(", ")),
        };
        f.pad(&joined(&[self.name, &qualifiers, self.postcode, self.city]))
    }
}

/// Joins the parts that are not empty.
fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" ")
}

/// Returns true for names that differ by case, hyphens and blanks at most.
fn is_same_name(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn label(street: &str, locality: &str, old_city: &str) -> String {
        let label = AddressLabel {
            name: &format!("1 {street}"),
            street,
            locality,
            old_city,
            postcode: "90000",
            city: "Belfort",
        };
        label.to_string()
    }

    #[test]
    fn a_label_names_the_part_of_the_commune_once() {
        for (street, locality, old_city, expected) in [
            ("Rue X", "", "", "1 Rue X 90000 Belfort"),
            (
                "Rue X",
                "",
                "Vieilleville",
                "1 Rue X (Vieilleville) 90000 Belfort",
            ),
            ("Rue X", "Bleury", "", "1 Rue X (Bleury) 90000 Belfort"),
            (
                "Rue X",
                "Bleury",
                "Vieilleville",
                "1 Rue X (Bleury, Vieilleville) 90000 Belfort",
            ),
            ("Rue X", "", "BELFORT", "1 Rue X 90000 Belfort"),
            (
                "Le Haut Clos",
                "Le Haut-Clos",
                "",
                "1 Le Haut Clos 90000 Belfort",
            ),
            (
                "Rue X",
                "Bleury",
                "Bleury",
                "1 Rue X (Bleury) 90000 Belfort",
            ),
        ] {
            assert_eq!(label(street, locality, old_city), expected);
        }
    }
}
