//! The candidates of a search: a place of the index with its texts, position and score.

use std::borrow::Cow;
use std::str::FromStr;

use qpv_model::{
    AddressLabel, CommuneCode, ParcelId, PositionKind, Wgs84Point, department_and_region,
};

use crate::index::{AddressIndex, IndexTables, StoredPoint};
use crate::interpolation::{Interpolation, SideNeighbours};
use crate::street_number::written;

/// The kinds of candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddressKind {
    /// A number in a street.
    Housenumber,
    /// A street.
    Street,
    /// A place without numbers.
    Locality,
    /// A commune.
    Municipality,
}

/// The nearest numbers of a street below and above one that does not exist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberNeighbours {
    /// The greatest below, with its suffix.
    pub below: Option<String>,
    /// The least above.
    pub above: Option<String>,
}

/// The place that a question names, as far as it is the candidate's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamedPlace {
    /// None: the street was looked for among all that are loaded.
    Unnamed,
    /// Its department, by name or number: these words, in the form of [`commune_words`](crate::commune_words). Vienne is a commune too.
    Department(String),
    /// Its commune, by words in the same form that may be another one's name as well: a former commune's, a part of a name, a
    /// name written otherwise, the name of a commune beside the postcode of another department.
    Words(String),
    /// Its commune, its postcode or its parcel, in the question or in the filter.
    Named,
}

/// An address that a question may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its kind.
    pub kind: AddressKind,
    /// From 0 to 1. The similarity of the street asked and this one (each word weighs by its class, a fault counts by its
    /// share of the word), less for the commune and the number: a commune written otherwise, another postcode, a number
    /// that does not exist.
    pub score: f64,
    /// Identifier as published; may be empty.
    pub id: String,
    /// The number with its suffix (`12 bis`), for [`AddressKind::Housenumber`].
    pub housenumber: Option<String>,
    /// The number asked, when the street does not have it, and those on either side.
    pub missing: Option<(String, NumberNeighbours)>,
    /// The neighbours that the position of a missing number was interpolated between; `None` for any other position.
    pub between: Option<SideNeighbours>,
    /// Street, or place; empty for a commune.
    pub street: String,
    /// Postcode; may be empty.
    pub postcode: String,
    /// INSEE code of the commune.
    pub citycode: CommuneCode,
    /// Commune.
    pub city: String,
    /// Commune it was before a merger; may be empty.
    pub old_city: String,
    /// *Lieu-dit* it lies in; may be empty.
    pub locality: String,
    /// The position, WGS 84.
    pub point: Wgs84Point,
    /// The kind of place that the position marks.
    pub position: PositionKind,
    /// The distance that the address may lie from the position, metres.
    pub uncertainty_m: f64,
    /// True when the published position is too far from the commune's other addresses to be right, or for a street when that
    /// of one of its numbers is: nothing may be concluded from it.
    pub is_doubtful: bool,
    /// The place that the question names.
    pub named_place: NamedPlace,
    /// The distance to the position asked, metres, for an answer to a position.
    pub distance_m: Option<f64>,
    /// The row of its street, so that the next question about it needs no search.
    pub(crate) street_row: Option<u32>,
    /// The row of its address, likewise.
    pub(crate) address_row: Option<u32>,
    /// Between 0 and 1: more for larger streets and communes.
    pub importance: f64,
}

/// A place by its rows in the index. Rows are in order of street, so that the order of two of them is stable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PlaceRef {
    Number {
        street: usize,
        address: usize,
    },
    /// A street, and the number asked that it does not have.
    Street {
        street: usize,
        missing: Option<(u32, String)>,
    },
    Commune(u32),
}

impl Candidate {
    /// Returns a candidate that no index holds, its names empty. It is as exact as its kind, and has no street to ask for.
    #[must_use]
    pub fn from_remote(
        kind: AddressKind,
        score: f64,
        citycode: CommuneCode,
        point: Wgs84Point,
    ) -> Self {
        let position = match kind {
            AddressKind::Housenumber => PositionKind::Unknown,
            AddressKind::Street => PositionKind::Street,
            AddressKind::Locality => PositionKind::Locality,
            AddressKind::Municipality => PositionKind::Municipality,
        };
        Self {
            kind,
            score,
            id: String::new(),
            housenumber: None,
            missing: None,
            between: None,
            street: String::new(),
            postcode: String::new(),
            citycode,
            city: String::new(),
            old_city: String::new(),
            locality: String::new(),
            point,
            position,
            uncertainty_m: position.uncertainty_m(),
            is_doubtful: false,
            named_place: NamedPlace::Named,
            distance_m: None,
            street_row: None,
            address_row: None,
            importance: 0.0,
        }
    }

    /// Returns the candidate at the position of the missing number instead of the middle of its street.
    fn with_interpolation(self, interpolation: Interpolation) -> Self {
        Self {
            point: interpolation.point,
            position: PositionKind::Interpolated,
            uncertainty_m: interpolation.uncertainty_m,
            // No other number of the street matters for this position.
            is_doubtful: interpolation.between.is_doubtful(),
            between: Some(interpolation.between),
            ..self
        }
    }

    /// Returns number and street, place, or commune.
    #[must_use]
    pub fn name(&self) -> String {
        let place = if self.kind == AddressKind::Municipality {
            &self.city
        } else {
            &self.street
        };
        match &self.housenumber {
            Some(number) => format!("{number} {place}"),
            None => place.clone(),
        }
    }

    /// Returns the whole address on one line, with the *lieu-dit* and the former commune in brackets where they are
    /// published: two candidates that are not the same place have two labels.
    #[must_use]
    pub fn label(&self) -> String {
        let city = self.city_label();
        if self.kind == AddressKind::Municipality {
            return city.into_owned();
        }
        let label = AddressLabel {
            name: &self.name(),
            street: &self.street,
            locality: &self.locality,
            old_city: &self.old_city,
            postcode: &self.postcode,
            city: &city,
        };
        label.to_string()
    }

    /// Returns the commune, with the number of its arrondissement where neither its published name nor a postcode has it.
    fn city_label(&self) -> Cow<'_, str> {
        let has_postcode = self.kind != AddressKind::Municipality && !self.postcode.is_empty();
        match self.citycode.arrondissement() {
            Some((city, number)) if self.city.eq_ignore_ascii_case(city) && !has_postcode => {
                let ending = if number == 1 { "er" } else { "e" };
                format!("{} {number}{ending} Arrondissement", self.city).into()
            }
            _ => Cow::Borrowed(&self.city),
        }
    }

    /// Returns department and region, as the national address API writes them: `61, Orne, Normandie`.
    #[must_use]
    pub fn context(&self) -> String {
        let department = self.citycode.department();
        match department_and_region(department) {
            Some((name, region)) if name != region => format!("{department}, {name}, {region}"),
            Some((name, _)) => format!("{department}, {name}"),
            None => department.to_owned(),
        }
    }

    /// Returns true if a number was asked that the street does not have, and it has none below or none above it.
    #[must_use]
    pub fn is_missing_outside(&self) -> bool {
        self.missing
            .as_ref()
            .is_some_and(|(_, neighbours)| neighbours.below.is_none() || neighbours.above.is_none())
    }
}

impl AddressKind {
    /// Returns its name in the national address API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Housenumber => "housenumber",
            Self::Street => "street",
            Self::Locality => "locality",
            Self::Municipality => "municipality",
        }
    }
}

/// Parses the names of the national address API.
impl FromStr for AddressKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let kinds = [
            Self::Housenumber,
            Self::Street,
            Self::Locality,
            Self::Municipality,
        ];
        let named = kinds.into_iter().find(|kind| kind.name() == text);
        named.ok_or_else(|| {
            format!("`type` must be housenumber, street, locality or municipality, not `{text}`")
        })
    }
}

impl AddressIndex {
    /// Returns the parcels that the address of a candidate stands on, as published; often none.
    #[must_use]
    pub fn parcels_of(&self, candidate: &Candidate) -> Vec<ParcelId> {
        let tables = self.tables();
        let address = candidate.address_row.map(|address| address as usize);
        // A candidate may be of another index.
        let address = address.filter(|address| *address < tables.numbers.len());
        address.map_or_else(Vec::new, |address| tables.parcels_of(address))
    }

    /// Walks the positions of the numbers of the street that a candidate is or lies in. Empty for a commune.
    pub fn numbers_of_street(
        &self,
        candidate: &Candidate,
    ) -> impl Iterator<Item = (Wgs84Point, PositionKind)> + '_ {
        let tables = self.tables();
        let street = candidate
            .street_row
            .map(|street| street as usize)
            .filter(|street| *street < tables.streets.len());
        let numbers = street.map_or(0..0, |street| tables.numbers_of(street));
        numbers.map(move |address| {
            (
                tables.spots[address].point(),
                tables.numbers[address].position(),
            )
        })
    }
}

impl IndexTables<'_> {
    /// Returns true if an address has a number.
    fn is_numbered(&self, address: usize) -> bool {
        self.numbers[address].number().is_some()
    }

    /// Returns the kind of a place.
    pub(crate) fn kind(&self, place: &PlaceRef) -> AddressKind {
        match *place {
            PlaceRef::Commune(_) => AddressKind::Municipality,
            PlaceRef::Number { address, .. } if self.is_numbered(address) => {
                AddressKind::Housenumber
            }
            // A street without any number is a place: a hamlet, a farm.
            PlaceRef::Street { street, .. }
                if self
                    .numbers_of(street)
                    .any(|address| self.is_numbered(address)) =>
            {
                AddressKind::Street
            }
            PlaceRef::Number { .. } | PlaceRef::Street { .. } => AddressKind::Locality,
        }
    }

    /// Returns the position of a place: an address's own, or the middle of a street or commune.
    pub(crate) fn spot(&self, place: &PlaceRef) -> StoredPoint {
        match *place {
            PlaceRef::Number { address, .. } => self.spots[address],
            PlaceRef::Street { street, .. } => self.streets[street].middle,
            PlaceRef::Commune(commune) => self.communes[commune as usize].middle,
        }
    }

    /// Returns true if the position of a place is not believed. That of a commune is the middle of those that are.
    fn is_doubtful(&self, place: &PlaceRef) -> bool {
        match *place {
            PlaceRef::Number { address, .. } => self.numbers[address].is_doubtful(),
            PlaceRef::Street { street, .. } => self
                .numbers_of(street)
                .any(|address| self.numbers[address].is_doubtful()),
            PlaceRef::Commune(_) => false,
        }
    }

    /// Returns the candidate of a place. `postcode` is the one asked, which a commune with several may have.
    pub(crate) fn candidate(
        &self,
        place: &PlaceRef,
        score: f64,
        postcode: Option<u32>,
    ) -> Candidate {
        let (commune, street) = match *place {
            PlaceRef::Commune(commune) => (commune, None),
            PlaceRef::Number { street, .. } | PlaceRef::Street { street, .. } => {
                (self.streets[street].commune, Some(street))
            }
        };
        let row = self.communes[commune as usize];
        let street_row = street.map(|street| self.streets[street]);
        let position = self.position(place);
        let spread_m = self.spread_m(place);
        let candidate = Candidate {
            kind: self.kind(place),
            score: score.clamp(0.0, 1.0),
            id: self.place_id(place),
            housenumber: match *place {
                PlaceRef::Number { address, .. } => self.housenumber(address),
                _ => None,
            },
            missing: self.missing_number(place),
            between: None,
            street: street.map_or_else(String::new, |street| self.name(street).to_owned()),
            postcode: match street {
                Some(street) => self.postcode(street),
                None => self.postcode_of_commune(commune, postcode),
            },
            citycode: self.citycode(commune),
            city: self.text(row.label).to_owned(),
            old_city: street_row.map_or_else(String::new, |row| self.text(row.old_city).to_owned()),
            locality: street_row.map_or_else(String::new, |row| self.text(row.locality).to_owned()),
            point: self.spot(place).point(),
            position,
            uncertainty_m: position.uncertainty_m().max(f64::from(spread_m)),
            is_doubtful: self.is_doubtful(place),
            named_place: NamedPlace::Named,
            distance_m: None,
            street_row: street.and_then(|street| u32::try_from(street).ok()),
            address_row: match *place {
                PlaceRef::Number { address, .. } => u32::try_from(address).ok(),
                _ => None,
            },
            // No commune has ten million addresses, the logarithm of which is 7.
            importance: f64::from(row.addresses.max(1)).log10() / 7.0,
        };
        let interpolation = match place {
            PlaceRef::Street {
                street,
                missing: Some((number, suffix)),
            } => self.interpolation(*street, *number, suffix),
            _ => None,
        };
        match interpolation {
            Some(interpolation) => candidate.with_interpolation(interpolation),
            None => candidate,
        }
    }

    /// Returns the kind of place that the position of a candidate marks.
    fn position(&self, place: &PlaceRef) -> PositionKind {
        match (place, self.kind(place)) {
            (PlaceRef::Number { address, .. }, _) => self.numbers[*address].position(),
            (_, AddressKind::Locality) => PositionKind::Locality,
            (_, AddressKind::Municipality) => PositionKind::Municipality,
            _ => PositionKind::Street,
        }
    }

    /// Returns the distance from the position of a place to the farthest of its addresses, metres.
    fn spread_m(&self, place: &PlaceRef) -> u32 {
        match *place {
            PlaceRef::Number { .. } => 0,
            PlaceRef::Street { street, .. } => self.streets[street].spread_m,
            PlaceRef::Commune(commune) => self.communes[commune as usize].spread_m,
        }
    }

    fn place_id(&self, place: &PlaceRef) -> String {
        match *place {
            PlaceRef::Commune(commune) => self.citycode(commune).to_string(),
            PlaceRef::Number { street, address } => self.id(street, address),
            PlaceRef::Street { street, .. } => self.text(self.streets[street].id).to_owned(),
        }
    }

    /// Returns the number asked that a street does not have, with its neighbours.
    fn missing_number(&self, place: &PlaceRef) -> Option<(String, NumberNeighbours)> {
        match place {
            PlaceRef::Street {
                street,
                missing: Some((number, suffix)),
            } => Some((
                written(*number, suffix),
                self.neighbours(*street, *number, suffix),
            )),
            _ => None,
        }
    }

    fn postcode_of_commune(&self, commune: u32, asked: Option<u32>) -> String {
        let asked = asked.filter(|code| self.communes_of(*code).contains(&commune));
        let first = self.streets_of(commune).start;
        asked.map_or_else(|| self.postcode(first), |code| format!("{code:05}"))
    }

    fn neighbours(&self, street: usize, number: u32, suffix: &str) -> NumberNeighbours {
        let asked = (number, suffix);
        // Numbers are in order within a street, those without one first.
        let numbered = self
            .numbers_of(street)
            .filter(|address| self.is_numbered(*address));
        NumberNeighbours {
            below: numbered
                .clone()
                .rfind(|address| self.number_key(*address) < asked)
                .and_then(|address| self.housenumber(address)),
            above: numbered
                .into_iter()
                .find(|address| self.number_key(*address) > asked)
                .and_then(|address| self.housenumber(address)),
        }
    }

    /// Returns the number and the suffix of an address, in whose order a street's addresses are.
    fn number_key(&self, address: usize) -> (u32, &str) {
        (
            self.numbers[address].number().unwrap_or(0),
            self.suffix(address),
        )
    }

    fn housenumber(&self, address: usize) -> Option<String> {
        self.numbers[address]
            .number()
            .map(|number| written(number, self.suffix(address)))
    }
}
