//! The profile of a street: which of its numbers are in a perimeter, in its band, outside, by side, as ranges; and where
//! the street follows a line ([`along`], `docs/streets.md`).
//!
//! Promises: every number of the index is in exactly one range, whose zone is the one that locating this number alone
//! gives; an undetermined one is never folded into another. Refuses: the side of a street's axis, which the published
//! positions do not tell; rules of programmes.

mod along;
mod messages;
mod side;

use std::collections::{BTreeMap, BTreeSet};

use qpv_addresses::{Candidate, HouseNumber, Street, StreetNumber};
use qpv_engine::{PerimeterId, Zone};
use qpv_french::{key, sentence};
use qpv_model::Vintage;

use crate::error::{AddressError, QueryError};
use crate::error_code::{CodedError, ErrorCode};
use crate::joining::site_of_number;
use crate::locate::{locate, zones_at};
use crate::place::{Place, VintageSelector};
use crate::snapshot::Snapshot;
use crate::standing::PointAnswer;
use crate::street_numbers::{Side, Span};
use along::{Along, Stand};
use side::side_of_number;

pub(crate) use side::side_of_address;

/// Characters of an unknown identifier that are repeated in the error.
const SHOWN_CHARACTERS: usize = 80;

/// The reason why there is no profile. None of these means "outside".
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StreetError {
    /// The addresses cannot be asked.
    #[error(transparent)]
    Addresses(#[from] AddressError),
    /// No street, and no number, has this identifier; empty for an address that the index does not hold.
    #[error("no street and no number of the loaded addresses has the identifier `{0}`")]
    Unknown(String),
    /// A place without numbers: its name.
    #[error("`{0}` has no numbers: ask for the zone of the place itself")]
    WithoutNumbers(String),
    /// Not one of its numbers can be answered for: why, for the first.
    #[error(transparent)]
    Query(#[from] QueryError),
}

impl CodedError for StreetError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Addresses(error) => error.code(),
            Self::Unknown(_) => ErrorCode::UnknownStreet,
            Self::WithoutNumbers(_) => ErrorCode::StreetWithoutNumbers,
            Self::Query(error) => error.code(),
        }
    }

    fn message_fr(&self) -> String {
        match self {
            Self::Addresses(error) => error.message_fr(),
            Self::Query(error) => error.message_fr(),
            Self::Unknown(value) => sentence(key::ERROR_UNKNOWN_STREET, &[("value", value)]),
            Self::WithoutNumbers(value) => {
                sentence(key::ERROR_STREET_WITHOUT_NUMBERS, &[("value", value)])
            }
        }
    }
}

/// Numbers with the same zone: the longest series of them. [`Snapshot::perimeter`] gives the perimeters.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberRange {
    /// Which numbers.
    pub span: Span,
    /// Their zone, [`Zone::Undetermined`] when their positions are too inexact so near to a line, or a number stands at
    /// several places in different zones; or why it is not known.
    pub zone: Result<Zone, QueryError>,
    /// The perimeters they are in, all of them in the same; for another zone, those that are nearest to them.
    pub perimeters: Vec<PerimeterId>,
    /// Metres from the number nearest to a line, on whichever side of it; `None` beyond 5 km.
    pub least_distance_m: Option<f64>,
    /// And from the farthest; `None` when one lies beyond 5 km.
    pub greatest_distance_m: Option<f64>,
}

/// A perimeter whose line the street follows.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowedLine {
    /// The perimeter.
    pub perimeter: PerimeterId,
    /// Metres of its line.
    pub length_m: f64,
    /// True when numbers of the street stand on either side of the line there, as they do when it
    /// is drawn on the axis. Otherwise it may as well run behind the houses.
    pub astride: bool,
    /// The numbers that stand there.
    pub spans: Vec<Span>,
}

/// A number that stands where its street follows the line of a perimeter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Followed {
    /// The vintage of the perimeter.
    pub vintage: Vintage,
    /// The perimeter.
    pub perimeter: PerimeterId,
    /// Geodesic metres from the number's position to the line.
    pub distance_m: f64,
    /// True when the perimeter holds that position.
    pub inside: bool,
    /// True when the street has numbers on the other side of the line, opposite:
    /// [`FollowedLine::astride`].
    pub astride: bool,
}

/// The profile of a street.
#[derive(Debug, Clone, PartialEq)]
pub struct StreetProfile {
    /// Identifier as published; may be empty.
    pub id: String,
    /// Its name.
    pub name: String,
    /// INSEE code of its commune.
    pub citycode: qpv_model::CommuneCode,
    /// Its commune.
    pub city: String,
    /// Its postcodes.
    pub postcodes: Vec<String>,
    /// The vintage that answered.
    pub vintage: Vintage,
    /// The doubt on the published lines, metres.
    pub precision_m: f64,
    /// Number of its house numbers.
    pub numbers: usize,
    /// Addresses in it without a number, which no range counts.
    pub unnumbered: usize,
    /// The numbers: odd ones first, each side in order.
    pub ranges: Vec<NumberRange>,
    /// The perimeters whose line it follows, in code order; empty when it follows none.
    pub along: Vec<FollowedLine>,
    followed: Vec<(HouseNumber, Followed)>,
}

impl StreetProfile {
    /// Returns true when the street follows the line of a perimeter somewhere.
    #[must_use]
    pub fn runs_along_line(&self) -> bool {
        !self.along.is_empty()
    }

    /// The range of a number; `None` for one that the street does not have.
    #[must_use]
    pub fn range_of(&self, number: &HouseNumber) -> Option<&NumberRange> {
        self.ranges.iter().find(|range| range.span.holds(number))
    }

    /// The perimeters whose line the street follows where this number stands, nearest first: what a rule asks that takes
    /// both kerbs of a boundary street for inside (law 2015-1785, art. 96).
    #[must_use]
    pub fn follows_line_at(&self, number: &HouseNumber) -> Vec<Followed> {
        self.followed
            .iter()
            .filter(|(known, _)| known == number)
            .map(|(_, followed)| *followed)
            .collect()
    }
}

/// The profile of the street of this identifier, or of the house number of this identifier.
///
/// # Errors
/// [`StreetError`].
pub fn street_profile(
    snapshot: &Snapshot,
    id: &str,
    vintage: VintageSelector,
) -> Result<StreetProfile, StreetError> {
    let street = snapshot
        .addresses()?
        .street(id)
        .ok_or_else(|| StreetError::Unknown(id.chars().take(SHOWN_CHARACTERS).collect()))?;
    profile(snapshot, &street, vintage)
}

/// The profile of the street that a candidate is or lies in.
///
/// # Errors
/// [`StreetError`]; an address from elsewhere has an unknown street.
pub fn street_profile_of(
    snapshot: &Snapshot,
    candidate: &Candidate,
    vintage: VintageSelector,
) -> Result<StreetProfile, StreetError> {
    profile(snapshot, &street_with(snapshot, candidate)?, vintage)
}

/// The perimeters whose line the street of a house number follows where that number stands, nearest first; as
/// [`StreetProfile::follows_line_at`] answers, at the cost of the numbers around it.
///
/// # Errors
/// [`StreetError`]; [`StreetError::Unknown`] for what is no number of the loaded addresses, since a street alone
/// stands nowhere.
pub fn boundary_street(
    snapshot: &Snapshot,
    candidate: &Candidate,
    vintage: VintageSelector,
) -> Result<Vec<Followed>, StreetError> {
    let asked = candidate.housenumber.as_deref();
    let asked = asked.ok_or_else(|| StreetError::Unknown(candidate.id.clone()))?;
    let street = street_with(snapshot, candidate)?;
    let numbers = distinct(&street);
    let zones = zones_at(snapshot, candidate.point, vintage)?.0;
    let along = Along::new(zones, &numbers, Some(candidate.point));
    let followed = followed(&along, zones.layer().vintage, |stand| {
        numbers[stand.number][0].number.to_string() == asked
    });
    Ok(followed.into_iter().map(|(_, followed)| followed).collect())
}

fn street_with(snapshot: &Snapshot, candidate: &Candidate) -> Result<Street, StreetError> {
    let street = snapshot.addresses()?.street_with(candidate);
    street.ok_or_else(|| StreetError::Unknown(candidate.id.clone()))
}

fn profile(
    snapshot: &Snapshot,
    street: &Street,
    selector: VintageSelector,
) -> Result<StreetProfile, StreetError> {
    let numbers = distinct(street);
    let states: Vec<State> = (0..numbers.len())
        .map(|number| state(snapshot, &numbers, number, selector))
        .collect();
    let Some(first) = states.first() else {
        return Err(StreetError::WithoutNumbers(street.name.clone()));
    };
    // One number that can be answered for is enough: the others carry their own errors.
    let Some((vintage, precision_m)) = states.iter().find_map(|state| state.source) else {
        return Err(first
            .zone
            .clone()
            .err()
            .map_or(StreetError::Unknown(street.id.clone()), StreetError::Query));
    };
    let along = snapshot
        .zones(vintage)
        .map(|zones| Along::new(zones, &numbers, None))
        .unwrap_or_default();
    let lines = lines(&along, &numbers);
    let followed = followed(&along, vintage, |_| true).into_iter();
    Ok(StreetProfile {
        id: street.id.clone(),
        name: street.name.clone(),
        citycode: street.citycode,
        city: street.city.clone(),
        postcodes: street.postcodes.clone(),
        vintage,
        precision_m,
        numbers: numbers.len(),
        unnumbered: street.unnumbered,
        ranges: ranges(&numbers, states),
        along: lines,
        followed: followed
            .map(|(number, followed)| (numbers[number][0].number.clone(), followed))
            .collect(),
    })
}

/// Returns the state of a number, by all its places; where they leave it open, by the numbers around it.
fn state(
    snapshot: &Snapshot,
    numbers: &[&[StreetNumber]],
    number: usize,
    vintage: VintageSelector,
) -> State {
    let places = numbers[number];
    let standings = places.iter().map(|place| {
        let uncertainty_m = Some(place.position.uncertainty_m());
        let standing = locate(snapshot, Place::from(place.point), vintage, uncertainty_m)?;
        // As the check of the number alone does.
        let standing = match site_of_number(snapshot, place, &standing) {
            Some(site) => standing.on_site(site),
            None => standing,
        };
        let zones = snapshot.zones(standing.vintage);
        let side = zones.and_then(|zones| side_of_number(zones, numbers, number, &standing));
        Ok(match side {
            Some(side) => standing.settled_by(side),
            None => standing,
        })
    });
    // One place that cannot be answered for leaves the whole number open.
    match standings.collect::<Result<Vec<PointAnswer>, QueryError>>() {
        // A number that may be elsewhere is in no known zone, however clear that of its position.
        Ok(standings) if places.iter().any(|place| place.is_doubtful) => State {
            zone: Ok(Zone::Undetermined),
            perimeters: vec![],
            distances: Distances::default(),
            ..State::from_standings(&standings)
        },
        Ok(standings) => State::from_standings(&standings),
        Err(error) => State {
            zone: Err(error),
            perimeters: vec![],
            distances: Distances::default(),
            source: None,
        },
    }
}

/// A street's distinct numbers in order, each with its places.
fn distinct(street: &Street) -> Vec<&[StreetNumber]> {
    street
        .numbers
        .chunk_by(|one, other| one.number == other.number)
        .collect()
}

/// Least and greatest metres to a line: `None` when nothing, or not all, is within reach.
#[derive(Debug, Clone, Copy, Default)]
struct Distances {
    least_m: Option<f64>,
    greatest_m: Option<f64>,
}

impl Distances {
    fn from_answer(standing: &PointAnswer) -> Self {
        let distance_m = standing.located.signed_distance_m.map(f64::abs);
        Self {
            least_m: distance_m,
            greatest_m: distance_m,
        }
    }

    fn and(self, other: Self) -> Self {
        let least_m = [self.least_m, other.least_m]
            .into_iter()
            .flatten()
            .min_by(f64::total_cmp);
        Self {
            least_m,
            greatest_m: self
                .greatest_m
                .zip(other.greatest_m)
                .map(|(one, other)| one.max(other)),
        }
    }
}

/// The state of a number.
struct State {
    zone: Result<Zone, QueryError>,
    perimeters: Vec<PerimeterId>,
    distances: Distances,
    /// The vintage that answered, and the precision of its lines.
    source: Option<(Vintage, f64)>,
}

impl State {
    /// Several places in different zones leave the zone open.
    fn from_standings(standings: &[PointAnswer]) -> Self {
        let mut zones = standings.iter().map(|standing| standing.verdict.zone);
        let first = zones.next().unwrap_or(Zone::Undetermined);
        let zone = if zones.all(|other| other == first) {
            first
        } else {
            Zone::Undetermined
        };
        let mut perimeters: Vec<PerimeterId> = standings
            .iter()
            .flat_map(|standing| meant(standing, zone))
            .collect();
        perimeters.sort_unstable();
        perimeters.dedup();
        let distances = standings
            .iter()
            .map(Distances::from_answer)
            .reduce(Distances::and)
            .unwrap_or_default();
        let source = standings
            .first()
            .map(|standing| (standing.vintage, standing.precision_m));
        Self {
            zone: Ok(zone),
            perimeters,
            distances,
            source,
        }
    }

    /// Returns true when the next number has the same state: in the same perimeters, when in some.
    fn goes_on(&self, next: &Self) -> bool {
        match (&self.zone, &next.zone) {
            (Ok(Zone::Qpv), Ok(Zone::Qpv)) => self.perimeters == next.perimeters,
            (Ok(one), Ok(other)) => one == other,
            // By code: the errors themselves name the position of each number.
            (Err(one), Err(other)) => one.code() == other.code(),
            _ => false,
        }
    }
}

/// The perimeters that a zone speaks of.
fn meant(standing: &PointAnswer, zone: Zone) -> Vec<PerimeterId> {
    match zone {
        Zone::Qpv => standing.located.members.to_vec(),
        _ => standing
            .located
            .nearest
            .iter()
            .map(|nearest| nearest.perimeter)
            .collect(),
    }
}

/// The ranges of both sides: one is opened where a number says something else than the one before it on its side.
fn ranges(numbers: &[&[StreetNumber]], states: Vec<State>) -> Vec<NumberRange> {
    // Each side on its own: the other kerb may lie in another zone.
    let mut of_side = Side::ALL.map(|side| (side, Vec::<(Span, State)>::new()));
    for (places, state) in numbers.iter().zip(states) {
        let number = &places[0].number;
        let side = Side::from_number(number.number);
        let known = of_side.iter_mut().find(|(known, _)| *known == side);
        let Some((_, ranges)) = known else { continue };
        match ranges.last_mut().filter(|(_, last)| last.goes_on(&state)) {
            Some((span, last)) => {
                (span.to, span.count) = (number.clone(), span.count + 1);
                last.distances = last.distances.and(state.distances);
                // Outside perimeters, the nearest one may change from number to number.
                last.perimeters.extend(state.perimeters);
                last.perimeters.sort_unstable();
                last.perimeters.dedup();
            }
            None => ranges.push((
                Span {
                    side,
                    from: number.clone(),
                    to: number.clone(),
                    count: 1,
                },
                state,
            )),
        }
    }
    of_side
        .into_iter()
        .flat_map(|(_, ranges)| ranges)
        .map(|(span, state)| NumberRange {
            span,
            zone: state.zone,
            perimeters: state.perimeters,
            least_distance_m: state.distances.least_m,
            greatest_distance_m: state.distances.greatest_m,
        })
        .collect()
}

/// Returns the lines followed, by perimeter.
fn lines(along: &Along, numbers: &[&[StreetNumber]]) -> Vec<FollowedLine> {
    let mut by_perimeter: BTreeMap<PerimeterId, Vec<&Stand>> = BTreeMap::new();
    for stand in along.following() {
        by_perimeter
            .entry(stand.foot.perimeter)
            .or_default()
            .push(stand);
    }
    by_perimeter
        .into_iter()
        .map(|(perimeter, stands)| FollowedLine {
            perimeter,
            length_m: along.length_m(perimeter),
            // One pair of opposite numbers shows that the line runs between the kerbs.
            astride: stands.iter().any(|stand| stand.astride),
            spans: followed_spans(numbers, &stands),
        })
        .collect()
}

/// The numbers that stand at these places, as spans of each side.
fn followed_spans(numbers: &[&[StreetNumber]], stands: &[&Stand]) -> Vec<Span> {
    let followed: BTreeSet<usize> = stands.iter().map(|stand| stand.number).collect();
    Side::ALL
        .into_iter()
        .flat_map(|side| spans(numbers, side, &followed))
        .collect()
}

/// The numbers of a side that are among these, as spans of consecutive ones.
fn spans(numbers: &[&[StreetNumber]], side: Side, wanted: &BTreeSet<usize>) -> Vec<Span> {
    let of_side = numbers
        .iter()
        .enumerate()
        .filter(|(_, places)| Side::from_number(places[0].number.number) == side);
    let mut spans: Vec<Span> = Vec::new();
    let mut open = false;
    for (at, places) in of_side {
        let number = &places[0].number;
        let is_wanted = wanted.contains(&at);
        match spans.last_mut().filter(|_| open && is_wanted) {
            Some(span) => (span.to, span.count) = (number.clone(), span.count + 1),
            None if is_wanted => spans.push(Span {
                side,
                from: number.clone(),
                to: number.clone(),
                count: 1,
            }),
            None => {}
        }
        open = is_wanted;
    }
    spans
}

/// The numbers that stand where a line is followed, each once for each perimeter, nearest first.
fn followed(
    along: &Along,
    vintage: Vintage,
    wanted: impl Fn(&Stand) -> bool,
) -> Vec<(usize, Followed)> {
    let mut followed: Vec<(usize, Followed)> = along
        .following()
        .filter(|stand| wanted(stand))
        .map(|stand| {
            let Stand {
                foot,
                inside,
                astride,
                ..
            } = *stand;
            let (perimeter, distance_m) = (foot.perimeter, foot.distance_m);
            (
                stand.number,
                Followed {
                    vintage,
                    perimeter,
                    distance_m,
                    inside,
                    astride,
                },
            )
        })
        .collect();
    followed.sort_by(|one, other| one.1.distance_m.total_cmp(&other.1.distance_m));
    // Sorted first, so that of several places of a number the nearest is kept.
    let mut seen = BTreeSet::new();
    followed.retain(|(number, followed)| seen.insert((*number, followed.perimeter)));
    followed
}
