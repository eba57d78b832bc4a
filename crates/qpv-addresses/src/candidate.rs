//! What is told of a place found.

use std::str::FromStr;

use qpv_model::{CommuneCode, PositionKind, Wgs84Point, department_and_region};

use crate::AddressIndex;
use crate::index::{Spot, Tables, TextAt};

/// What an answer is.
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

/// The numbers on either side of one that does not exist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberNeighbours {
    /// The greatest below, with its suffix.
    pub below: Option<String>,
    /// The least above.
    pub above: Option<String>,
}

/// An address that a question may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// What it is.
    pub kind: AddressKind,
    /// From 0 to 1. The likeness of the street asked to this one (each word weighs by how much it tells, a fault counts
    /// by its share of the word), times what the commune and the number take away: a commune written otherwise, another
    /// postcode, a number that does not exist.
    pub score: f64,
    /// Identifier as published; may be empty.
    pub id: String,
    /// The number with its suffix (`12 bis`), for [`AddressKind::Housenumber`].
    pub housenumber: Option<String>,
    /// The number asked, when the street does not have it, and those on either side.
    pub missing: Option<(String, NumberNeighbours)>,
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
    /// What the position marks.
    pub position: PositionKind,
    /// How far the address may lie from the position, metres.
    pub uncertainty_m: f64,
    /// How far the position is from the one asked, metres, for an answer to a position.
    pub distance_m: Option<f64>,
    /// Its street in the index, for what is asked next.
    pub(crate) street_row: Option<u32>,
    /// Between 0 and 1: more for larger streets and communes.
    pub importance: f64,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
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
    /// A candidate that no index holds, its names empty: as exact as its kind lets suppose, and nothing more can be asked
    /// of its street.
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
            street: String::new(),
            postcode: String::new(),
            citycode,
            city: String::new(),
            old_city: String::new(),
            locality: String::new(),
            point,
            position,
            uncertainty_m: position.uncertainty_m(),
            distance_m: None,
            street_row: None,
            importance: 0.0,
        }
    }

    /// Number and street, place, or commune.
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

    /// The whole address on one line.
    #[must_use]
    pub fn label(&self) -> String {
        match self.kind {
            AddressKind::Municipality => self.city.clone(),
            _ if self.postcode.is_empty() => format!("{} {}", self.name(), self.city),
            _ => format!("{} {} {}", self.name(), self.postcode, self.city),
        }
    }

    /// Department and region, as the national address API writes them: `61, Orne, Normandie`.
    #[must_use]
    pub fn context(&self) -> String {
        let department = self.citycode.department();
        match department_and_region(department) {
            Some((name, region)) if name != region => format!("{department}, {name}, {region}"),
            Some((name, _)) => format!("{department}, {name}"),
            None => department.to_owned(),
        }
    }

    /// Whether a number was asked that the street does not have, with none below or none above it.
    #[must_use]
    pub fn is_missing_outside(&self) -> bool {
        self.missing
            .as_ref()
            .is_some_and(|(_, beside)| beside.below.is_none() || beside.above.is_none())
    }
}

impl AddressKind {
    /// Its name in the national address API.
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

/// The kind of that name.
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
    /// The numbers of the street that a candidate is or lies in, with what their positions mark. Empty for a commune.
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

impl Tables<'_> {
    pub(crate) fn kind(&self, what: &What) -> AddressKind {
        let numbered = |address: usize| self.numbers[address].number().is_some();
        match *what {
            What::Commune(_) => AddressKind::Municipality,
            What::Number { address, .. } if numbered(address) => AddressKind::Housenumber,
            What::Street { street, .. } if self.numbers_of(street).any(numbered) => {
                AddressKind::Street
            }
            What::Number { .. } | What::Street { .. } => AddressKind::Locality,
        }
    }

    pub(crate) fn spot(&self, what: &What) -> Spot {
        match *what {
            What::Number { address, .. } => self.spots[address],
            What::Street { street, .. } => self.streets[street].middle,
            What::Commune(commune) => self.communes[commune as usize].middle,
        }
    }

    /// What is told of a place. `postcode` is the one asked, which a commune with several may have.
    pub(crate) fn candidate(&self, what: &What, score: f64, postcode: Option<u32>) -> Candidate {
        let tables = self;
        let kind = self.kind(what);
        let (commune, street) = match *what {
            What::Commune(commune) => (commune, None),
            What::Number { street, .. } | What::Street { street, .. } => {
                (tables.streets[street].commune, Some(street))
            }
        };
        let row = tables.communes[commune as usize];
        let text =
            |at: Option<TextAt>| at.map_or_else(String::new, |at| tables.text(at).to_owned());
        let (position, least_m) = match (what, kind) {
            (What::Number { address, .. }, _) => (tables.numbers[*address].position(), 0),
            (_, AddressKind::Locality) => (
                PositionKind::Locality,
                street.map_or(0, |street| tables.streets[street].spread_m),
            ),
            (_, AddressKind::Municipality) => (PositionKind::Municipality, row.spread_m),
            _ => (
                PositionKind::Street,
                street.map_or(0, |street| tables.streets[street].spread_m),
            ),
        };
        let postcode = match street {
            Some(street) => tables.postcode(street),
            None => self.postcode_of_commune(commune, postcode),
        };
        Candidate {
            kind,
            score: score.clamp(0.0, 1.0),
            id: match *what {
                What::Commune(_) => tables.citycode(commune).to_string(),
                What::Number { street, address } => tables.id(street, address),
                What::Street { street, .. } => tables.text(tables.streets[street].id).to_owned(),
            },
            housenumber: match *what {
                What::Number { address, .. } => tables.housenumber(address),
                _ => None,
            },
            missing: match what {
                What::Street {
                    street,
                    missing: Some((number, suffix)),
                } => Some((
                    written(*number, suffix),
                    self.neighbours(*street, *number, suffix),
                )),
                _ => None,
            },
            street: street.map_or_else(String::new, |street| tables.name(street).to_owned()),
            postcode,
            citycode: tables.citycode(commune),
            city: tables.text(row.label).to_owned(),
            old_city: text(street.map(|street| tables.streets[street].old_city)),
            locality: text(street.map(|street| tables.streets[street].locality)),
            point: self.spot(what).point(),
            position,
            uncertainty_m: position.uncertainty_m().max(f64::from(least_m)),
            distance_m: None,
            street_row: street.and_then(|street| u32::try_from(street).ok()),
            importance: f64::from(row.addresses.max(1)).log10() / 7.0,
        }
    }

    fn postcode_of_commune(&self, commune: u32, asked: Option<u32>) -> String {
        let asked = asked.filter(|code| self.communes_of(*code).contains(&commune));
        let first = self.streets_of(commune).start;
        asked.map_or_else(|| self.postcode(first), |code| format!("{code:05}"))
    }

    fn neighbours(&self, street: usize, number: u32, suffix: &str) -> NumberNeighbours {
        let all = self.numbers_of(street);
        let key = |address: usize| {
            (
                self.numbers[address].number().unwrap_or(0),
                self.suffix(address),
            )
        };
        let numbered = |address: &usize| self.numbers[*address].number().is_some();
        let asked = (number, suffix);
        NumberNeighbours {
            below: all
                .clone()
                .rfind(|address| numbered(address) && key(*address) < asked)
                .and_then(|at| self.housenumber(at)),
            above: all
                .filter(numbered)
                .find(|address| key(*address) > asked)
                .and_then(|at| self.housenumber(at)),
        }
    }
    fn housenumber(&self, address: usize) -> Option<String> {
        self.numbers[address]
            .number()
            .map(|number| written(number, self.suffix(address)))
    }
}

pub(crate) fn written(number: u32, suffix: &str) -> String {
    if suffix.is_empty() {
        number.to_string()
    } else {
        format!("{number} {suffix}")
    }
}
