//! The facts of a person, a home or a building, each known or unknown.

use std::collections::BTreeMap;

use jiff::civil::Date;
use qpv_model::{CommuneCode, PossibleZones, PriorityNetwork, QpvCode, Slug};

use crate::address_doubt::AddressDoubt;
use crate::asked::StatedFact;
use crate::boundary_fact::BoundaryFact;
use crate::place::{PlaceFact, PlaceQuestion};

/// The facts that a programme is evaluated on. `None` means unknown, which never counts as "no".
#[derive(Debug, Clone, PartialEq)]
pub struct KnownFacts {
    /// The day of the check.
    pub on: Date,
    /// Not after [`KnownFacts::on`], or it counts as unknown.
    pub birth_date: Option<Date>,
    /// The home; `None` when it was not given.
    pub home: Option<HomeFacts>,
    /// The person's school.
    pub school: SchoolFact,
    /// The building.
    pub building: Option<BuildingFacts>,
    /// The facts stated, by the names of [`crate::AskedFact`].
    pub stated: BTreeMap<Slug, StatedFact>,
}

impl KnownFacts {
    /// Returns the day that was stated under a name.
    pub(crate) fn day(&self, name: &Slug) -> Option<Date> {
        self.stated.get(name)?.day()
    }

    /// Returns facts of which only the day is known.
    #[must_use]
    pub fn on(on: Date) -> Self {
        Self {
            on,
            birth_date: None,
            home: None,
            school: SchoolFact::NotGiven,
            building: None,
            stated: BTreeMap::new(),
        }
    }
}

/// The location of a home.
#[derive(Debug, Clone, PartialEq)]
pub struct HomeFacts {
    /// The zones it may lie in.
    pub zones: PossibleZones,
    /// The perimeters it lies in, when that is known; empty when it surely lies in none.
    pub perimeters: Option<Vec<QpvCode>>,
    /// Every perimeter it may lie in; `None` when that may be any.
    pub possible: Option<Vec<QpvCode>>,
    /// Metres to the line of the nearest perimeter, negative inside, when it has one position.
    pub distance_m: Option<f64>,
    /// Its relation to the streets that a perimeter's line follows.
    pub boundary: BoundaryFact,
    /// Its place beside each zoning that the programme asks of ([`crate::Programme::place_questions`]); those that are not
    /// imported are not among them.
    pub places: BTreeMap<PlaceQuestion, PlaceFact>,
    /// Its commune.
    pub commune: Option<CommuneCode>,
    /// The reason why something of it is unknown.
    pub doubt: Option<AddressDoubt>,
}

/// A person's school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchoolFact {
    /// None was given.
    NotGiven,
    /// The person goes to none.
    None,
    /// No list of schools of this kind is imported.
    NoList,
    /// None of this name or identifier is in the list.
    NotFound,
    /// Several have this name, and the rules do not take them alike.
    Ambiguous,
    /// Known, from a list that does not give networks.
    NetworkNotTold {
        /// Its name.
        name: String,
    },
    /// Known.
    Known {
        /// Its name.
        name: String,
        /// Its commune, when the list gives it.
        commune: Option<CommuneCode>,
        /// Its network of priority education, if it is in one.
        network: Option<PriorityNetwork>,
    },
}

/// The location of a building.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BuildingFacts {
    /// Its place beside each zoning that the programme asks of; those that are not imported are not among them.
    pub places: BTreeMap<PlaceQuestion, FootprintFact>,
    /// Its commune, when sure.
    pub commune: Option<CommuneCode>,
    /// Its annexes, which are no parts of it in the places above.
    pub annexes: Vec<AnnexFacts>,
}

/// The location of a building with respect to a zoning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FootprintFact {
    /// Least distance to one of its areas, metres, 0 when it meets one; `None` beyond 5 km.
    pub nearest_m: Option<f64>,
    /// Greatest distance of a point of it to the nearest of them, metres; `None` beyond 5 km.
    pub farthest_m: Option<f64>,
    /// True when all of it lies in them.
    pub inside: bool,
    /// Greatest error of these distances, metres.
    pub doubt_m: f64,
    /// False when only whether it lies inside is known: of a list of communes, whose borders are not measured.
    pub is_measured: bool,
}

/// An annex and its place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AnnexFacts {
    /// The name that whoever asks gave it; empty without one.
    pub name: String,
    /// Its place beside each zoning that the programme asks of, as [`BuildingFacts::places`].
    pub places: BTreeMap<PlaceQuestion, FootprintFact>,
}

impl BuildingFacts {
    /// Returns the facts of the building with its annexes as parts of it.
    pub(crate) fn whole(&self) -> Self {
        let mut places = self.places.clone();
        for annex in &self.annexes {
            // What is not known of one part is not known of the whole.
            places = meet(&places, &annex.places, FootprintFact::with);
        }
        Self {
            places,
            commune: self.commune,
            annexes: Vec::new(),
        }
    }

    /// Returns the facts of an annex, of which some part lies where some part of the project does.
    pub(crate) fn of_annex(&self, annex: &AnnexFacts) -> Self {
        Self {
            // The rules ask that some part of the project lies near, and that every part of what is judged does.
            places: meet(&annex.places, &self.places, |annex, building| {
                FootprintFact {
                    farthest_m: annex.farthest_m,
                    inside: annex.inside,
                    ..annex.with(building)
                }
            }),
            commune: self.commune,
            annexes: Vec::new(),
        }
    }
}

/// Joins the facts on the zonings that both have.
fn meet(
    one: &BTreeMap<PlaceQuestion, FootprintFact>,
    other: &BTreeMap<PlaceQuestion, FootprintFact>,
    join: impl Fn(&FootprintFact, &FootprintFact) -> FootprintFact,
) -> BTreeMap<PlaceQuestion, FootprintFact> {
    one.iter()
        .filter_map(|(question, fact)| Some((question.clone(), join(fact, other.get(question)?))))
        .collect()
}

impl FootprintFact {
    /// Returns the fact of two outlines taken for one.
    fn with(&self, other: &Self) -> Self {
        let nearest = [self.nearest_m, other.nearest_m].into_iter().flatten();
        // One that lies beyond 5 km takes the whole there; the nearest of both is the nearest of the whole.
        let farthest = self.farthest_m.zip(other.farthest_m);
        Self {
            nearest_m: nearest.reduce(f64::min),
            farthest_m: farthest.map(|(one, other)| one.max(other)),
            inside: self.inside && other.inside,
            doubt_m: self.doubt_m.max(other.doubt_m),
            is_measured: self.is_measured && other.is_measured,
        }
    }
}
