//! What is known of a person, a home or a building, and what is not.

use std::collections::BTreeMap;

use jiff::civil::Date;
use qpv_model::{CommuneCode, PossibleZones, PriorityNetwork, QpvCode, Slug};

/// What a programme is held against. What is `None` or unknown is not known, and never counts as "no".
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// The day of the check.
    pub on: Date,
    /// Not after [`Facts::on`], or it counts as unknown.
    pub birth_date: Option<Date>,
    /// Where the home is; `None` when it was not asked.
    pub home: Option<Home>,
    /// The person's school.
    pub school: School,
    /// The building.
    pub footprint: Option<Footprint>,
    /// What was declared, by the names of [`crate::Condition::Declared`].
    pub declared: BTreeMap<Slug, bool>,
}

impl Facts {
    /// Nothing known but the day.
    #[must_use]
    pub fn on(on: Date) -> Self {
        Self {
            on,
            birth_date: None,
            home: None,
            school: School::NotGiven,
            footprint: None,
            declared: BTreeMap::new(),
        }
    }
}

/// Where a home stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Home {
    /// The zones it may lie in.
    pub zones: PossibleZones,
    /// The perimeters it lies in, when that is known; empty when it surely lies in none.
    pub perimeters: Option<Vec<QpvCode>>,
    /// Every perimeter it may lie in; `None` when that may be any.
    pub possible: Option<Vec<QpvCode>>,
    /// Metres to the line of the nearest perimeter, negative inside, when it has one position.
    pub distance_m: Option<f64>,
    /// Whether it stands on a street that a perimeter's line follows.
    pub boundary: Boundary,
    /// The town's own layers, by name, those that are imported.
    pub layers: BTreeMap<Slug, LayerFact>,
    /// Its commune.
    pub commune: Option<CommuneCode>,
    /// Why something of it is not known.
    pub doubt: Option<AddressDoubt>,
}

/// Why it is not known where a home stands.
#[derive(Debug, Clone, PartialEq)]
pub enum AddressDoubt {
    /// Its position is less exact than a line is far.
    Position {
        /// How inexact, the line's own precision included, metres.
        uncertainty_m: f64,
        /// How far the line is that decides, metres.
        line_m: Option<f64>,
    },
    /// Something else, under a stable name: not found, known to the street only…
    Other(&'static str),
}

/// Whether a home stands on a boundary street.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Boundary {
    /// On a street that the lines of these perimeters follow there, one at least, the nearest first.
    Follows(Vec<QpvCode>),
    /// On none.
    None,
    /// That is not known.
    Unknown,
}

/// Where a home stands with respect to one of the town's own layers.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerFact {
    /// Whether it is inside.
    pub inside: Standing,
    /// Names of the areas that hold it.
    pub areas: Vec<String>,
    /// Why it is doubtful, when it is.
    pub doubt: Option<AddressDoubt>,
}

/// Inside, outside, or too near the line for the position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Inside.
    Inside,
    /// Outside.
    Outside,
    /// It may be either.
    Doubtful,
}

/// A person's school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum School {
    /// Nothing was said of it.
    NotGiven,
    /// The person goes to none.
    None,
    /// No list of schools of this kind is imported.
    NoList,
    /// None of this name or identifier is in the list.
    NotFound,
    /// Several of this name are, which do not all answer the same.
    Ambiguous,
    /// This one, of a list that does not tell networks.
    NetworkNotTold {
        /// Its name.
        name: String,
    },
    /// This one.
    Known {
        /// Its name.
        name: String,
        /// Its commune, when the list tells.
        commune: Option<CommuneCode>,
        /// Its network of priority education, if it is in one.
        network: Option<PriorityNetwork>,
    },
}

/// Where a building stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Footprint {
    /// Least distance to a perimeter, metres, 0 when it meets one; `None` beyond 5 km.
    pub nearest_m: Option<f64>,
    /// Greatest distance of a point of it to its nearest perimeter, metres; `None` beyond 5 km.
    pub farthest_m: Option<f64>,
    /// Whether all of it lies in perimeters.
    pub inside: bool,
    /// How inexact these distances are, metres.
    pub doubt_m: f64,
}
