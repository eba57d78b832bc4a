//! The check of a place: its zone, the profile of its street, the eligibility to a programme.
//!
//! [`Service::check`](crate::Service::check) is the one way to an answer: HTTP, reports and the command line translate what
//! they are asked to a [`CheckRequest`] and print the [`CheckOutcome`]; the rows of a list go through the same functions.
//! Promises: the same request on the same data gives the same answer, whoever asks.

pub(crate) mod address;
pub(crate) mod building;
pub(crate) mod candidate_zone;
pub(crate) mod corrected_position;
pub(crate) mod home;
mod interpolated;
pub(crate) mod remote_geocoder;
pub(crate) mod subject;

use jiff::civil::Date;
use qpv_addresses::AddressKind;
use qpv_engine::Zone;
use qpv_model::{Perimeter, PossibleZones, Territory, Vintage, Wgs84Point};
use qpv_programmes::{Assessment, EligibilityOutcome};

use crate::check::address::{AddressCheck, AddressChecker};
use crate::check::building::{Building, check_building, zone_of_footprint};
use crate::check::corrected_position::{CorrectedAddress, check_corrected};
use crate::check::home::home_of_address;
use crate::check::remote_geocoder::AddressService;
use crate::check::subject::{CheckRequest, StatedPosition, Subject};
use crate::eligibility::{BuildingCase, Case, Home, assess};
use crate::error::AddressError;
use crate::error::QueryError;
use crate::error_code::{CodedError, ErrorCode};
use crate::locate::locate;
use crate::place::VintageSelector;
use crate::review::{HumanReview, ReviewError};
use crate::snapshot::Snapshot;
use crate::standing::{PointAnswer, UndeterminedReason};
use crate::streets::StreetProfile;
use crate::streets::street_profile_of;
use crate::zonings::{ZonedPlace, ZoningAnswer, zonings_at, zonings_of_building, zonings_of_home};

/// A checked place, with what was asked.
#[derive(Debug, Clone)]
pub struct CheckOutcome<'r> {
    /// The request.
    pub request: &'r CheckRequest,
    /// The answer of the place.
    pub place: CheckedPlace,
    /// The profile of the street, when the address is a street or a number that its street does not have.
    pub profile: Option<StreetProfile>,
    /// The assessment of each programme asked, in order.
    pub assessments: Vec<Assessment<'r>>,
    /// The review of the zone, when one was given and can be taken.
    pub reviewed: Option<ReviewedCheck<'r>>,
}

/// What follows from a review of the zone. It stands beside the answer of the data, and changes nothing of it.
#[derive(Debug, Clone)]
pub struct ReviewedCheck<'r> {
    /// The review.
    pub review: &'r HumanReview,
    /// The assessment of each programme asked with its zone as a fact, in order. None for a building, of which programmes ask
    /// more than a zone.
    pub assessments: Vec<Assessment<'r>>,
}

/// The answer of a place.
#[derive(Debug, Clone)]
pub enum CheckedPlace {
    /// An address.
    Address(Box<AddressCheck>),
    /// An address at its corrected position.
    CorrectedAddress(Box<CorrectedAddress>),
    /// A position on its own.
    Position(Box<CheckedPosition>),
    /// A building.
    Building(Box<Building>),
}

/// A position on its own, and its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedPosition {
    /// The position, to the centimetre.
    pub point: Wgs84Point,
    /// Its answer.
    pub standing: PointAnswer,
}

/// The reason why a check has no answer. None of them means "outside".
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CheckError {
    /// The address cannot be looked for.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The position or the building cannot be answered for.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The review cannot be taken.
    #[error(transparent)]
    Review(#[from] ReviewError),
}

impl CodedError for CheckError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Address(error) => error.code(),
            Self::Query(error) => error.code(),
            Self::Review(error) => error.code(),
        }
    }

    fn message_fr(&self) -> String {
        match self {
            Self::Address(error) => error.message_fr(),
            Self::Query(error) => error.message_fr(),
            Self::Review(error) => error.message_fr(),
        }
    }
}

impl CheckOutcome<'_> {
    /// The zone of the place.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.place.zone()
    }

    /// Returns true when the answer is left open: that of a programme when one was asked, else the zone.
    #[must_use]
    pub fn is_undetermined(&self) -> bool {
        let mut outcomes = self.assessments.iter().map(|assessment| assessment.outcome);
        if self.assessments.is_empty() {
            self.zone() == Zone::Undetermined
        } else {
            // One programme left open leaves the answer open: a script must not take it for a no.
            outcomes.any(|outcome| outcome == EligibilityOutcome::Undetermined)
        }
    }
}

impl CheckedPlace {
    /// The zone.
    #[must_use]
    pub fn zone(&self) -> Zone {
        match self {
            Self::Address(check) => check.zone,
            Self::CorrectedAddress(corrected) => corrected.zone(),
            Self::Position(position) => position.standing.verdict.zone,
            Self::Building(building) => zone_of_footprint(&building.footprint),
        }
    }

    /// The reason why the zone is not determined. A building has none: its parts are reported one
    /// by one.
    #[must_use]
    pub fn undetermined_reason(&self) -> Option<UndeterminedReason> {
        match self {
            Self::Address(check) => check.doubt,
            Self::CorrectedAddress(corrected) => corrected.standing.undetermined_reason(),
            Self::Position(position) => position.standing.undetermined_reason(),
            Self::Building(_) => None,
        }
    }

    /// The answer of its only position, when that is what its zone depends on.
    #[must_use]
    pub fn standing(&self) -> Option<&PointAnswer> {
        match self {
            Self::Address(check) => check.only_place().map(|(_, standing)| standing),
            Self::CorrectedAddress(corrected) => Some(&corrected.standing),
            Self::Position(position) => Some(&position.standing),
            Self::Building(_) => None,
        }
    }

    /// The vintage that answered; `None` for an address of which nothing was found.
    #[must_use]
    pub fn vintage(&self) -> Option<Vintage> {
        match self {
            Self::Address(check) => {
                // The likeliest one: candidates in two territories may be answered by two
                // vintages.
                let best = check.candidates.first()?.standing.as_ref();
                best.ok().map(|standing| standing.vintage)
            }
            Self::CorrectedAddress(corrected) => Some(corrected.standing.vintage),
            Self::Position(position) => Some(position.standing.vintage),
            Self::Building(building) => Some(building.vintage),
        }
    }

    /// The territory of the place; `None` for an address of which nothing was found.
    #[must_use]
    pub fn territory(&self) -> Option<Territory> {
        match self {
            Self::Address(check) => {
                let best = check.candidates.first()?.standing.as_ref();
                best.ok().map(|standing| standing.territory)
            }
            Self::CorrectedAddress(corrected) => Some(corrected.standing.territory),
            Self::Position(position) => Some(position.standing.territory),
            Self::Building(building) => Some(building.territory),
        }
    }

    /// Returns whether it lies in a perimeter, for which the band is as good as outside: `None` unless all that it may be
    /// agree.
    #[must_use]
    pub fn is_inside(&self, snapshot: &Snapshot, vintage: VintageSelector) -> Option<bool> {
        match self.zone() {
            Zone::Qpv => Some(true),
            Zone::Band300m | Zone::Outside => Some(false),
            // A remote geocoder gives its best address only: the rivals that it counts are not known here.
            Zone::Undetermined if self.is_from_elsewhere() => None,
            Zone::Undetermined => {
                let zones = self.home(snapshot)?.possible_zones(snapshot, vintage);
                let may_be_out = zones.band_300m || zones.outside;
                (zones.qpv != may_be_out).then_some(zones.qpv)
            }
        }
    }

    /// Returns the zones that the data leaves open for it: all of them where that is not known, as of a building, whose parts
    /// lie in several.
    #[must_use]
    pub fn possible_zones(&self, snapshot: &Snapshot, vintage: VintageSelector) -> PossibleZones {
        // A remote geocoder gives its best address only: where its rivals lie is not known here.
        if self.is_from_elsewhere() {
            return PossibleZones::ANY;
        }
        self.home(snapshot).map_or(PossibleZones::ANY, |home| {
            home.possible_zones(snapshot, vintage)
        })
    }

    /// Returns what a zoning says of it on a day: `None` for one that is not loaded.
    #[must_use]
    pub fn zoning_answer<'s>(
        &self,
        snapshot: &'s Snapshot,
        zoning: &str,
        day: Date,
    ) -> Option<ZoningAnswer<'s>> {
        let names = [zoning.to_owned()];
        self.zonings(snapshot, &names, None, day).pop()
    }

    /// Returns what the zonings of these names, or all when there are none, say of it on a day, with a ring of this width
    /// around their areas.
    #[must_use]
    pub fn zonings<'s>(
        &self,
        snapshot: &'s Snapshot,
        names: &[String],
        ring_m: Option<f64>,
        day: Date,
    ) -> Vec<ZoningAnswer<'s>> {
        let (point, standing, commune) = match self {
            Self::Building(building) => {
                return zonings_of_building(snapshot, &building.outline, day, names, ring_m);
            }
            // A remote geocoder gives its best address only: where its rivals lie is not known.
            Self::Address(check) if check.remote.is_some() => {
                return zonings_of_home(snapshot, &Home::unknown(), day, names, ring_m);
            }
            Self::Address(check) => {
                let Some((candidate, standing)) = check.only_place() else {
                    let home = home_of_address(snapshot, check);
                    return zonings_of_home(snapshot, &home, day, names, ring_m);
                };
                (candidate.point, standing, Some(candidate.citycode))
            }
            Self::CorrectedAddress(corrected) => {
                let best = corrected.check.candidates.first();
                let commune = best.map(|checked| checked.candidate.citycode);
                (corrected.point, &corrected.standing, commune)
            }
            Self::Position(position) => (position.point, &position.standing, None),
        };
        let place = ZonedPlace {
            position: point.into(),
            commune,
            uncertainty_m: standing.uncertainty_m,
            day,
        };
        zonings_at(snapshot, &place, names, ring_m)
    }

    fn is_from_elsewhere(&self) -> bool {
        matches!(self, Self::Address(check) if check.remote.is_some())
    }

    /// The perimeters that it surely lies in, in code order.
    #[must_use]
    pub fn perimeters<'s>(&self, snapshot: &'s Snapshot) -> Vec<&'s Perimeter> {
        let members = match self {
            Self::Address(check) => check.perimeters.clone().unwrap_or_default(),
            Self::CorrectedAddress(corrected) => corrected.standing.located.members.to_vec(),
            Self::Position(position) => position.standing.located.members.to_vec(),
            Self::Building(building) => building.footprint.members.clone(),
        };
        let vintage = self.vintage().filter(|_| self.zone() == Zone::Qpv);
        vintage.map_or_else(Vec::new, |vintage| {
            members
                .iter()
                .map(|&member| snapshot.perimeter(vintage, member))
                .collect()
        })
    }

    /// Returns true when no perimeters are loaded that could answer for any of the addresses found.
    #[must_use]
    pub fn lacks_perimeters(&self) -> bool {
        let Self::Address(check) = self else {
            return false;
        };
        let mut standings = check.candidates.iter().map(|checked| &checked.standing);
        !check.candidates.is_empty()
            && standings
                .all(|standing| matches!(standing, Err(QueryError::VintageNotLoaded { .. })))
    }

    /// The building for the rules of a programme, if it is one.
    fn building(&self) -> Option<BuildingCase<'_>> {
        match self {
            Self::Building(building) => Some(BuildingCase {
                outline: &building.outline,
                vintage: building.vintage,
                footprint: &building.footprint,
                annexes: &building.annexes,
            }),
            _ => None,
        }
    }
}

/// Checks the subject of a request. The remote geocoder, if there is one, is asked about addresses unknown here.
pub(crate) fn check<'r>(
    snapshot: &Snapshot,
    geocoder: Option<&AddressService>,
    request: &'r CheckRequest,
) -> Result<CheckOutcome<'r>, CheckError> {
    let place = check_place(snapshot, geocoder, request)?;
    let profile = match &place {
        CheckedPlace::Address(check) => profile_to_show(snapshot, check, request.vintage),
        _ => None,
    };
    if let Some(review) = &request.review {
        review.check(place.zone(), || {
            place.possible_zones(snapshot, request.vintage)
        })?;
    }
    // The positions it may have are only looked for when a programme asks.
    let home = (!request.eligibility.is_empty())
        .then(|| place.home(snapshot))
        .flatten();
    let assessments = assess_all(snapshot, request, &place, home.as_ref());
    let reviewed = request.review.as_ref().map(|review| {
        let home = home.map(|home| home.reviewed_as(review.zone()));
        let assessments = match &home {
            Some(home) => assess_all(snapshot, request, &place, Some(home)),
            None => Vec::new(),
        };
        ReviewedCheck {
            review,
            assessments,
        }
    });
    Ok(CheckOutcome {
        request,
        place,
        profile,
        assessments,
        reviewed,
    })
}

/// Assesses each programme asked, of this home where the place has one.
fn assess_all<'r>(
    snapshot: &Snapshot,
    request: &'r CheckRequest,
    place: &CheckedPlace,
    home: Option<&Home>,
) -> Vec<Assessment<'r>> {
    let asked = request.eligibility.iter();
    let assessments = asked.map(|asked| {
        let case = Case {
            home,
            building: place.building(),
            person: asked.person.clone(),
        };
        assess(snapshot, &asked.programme, &case, request.vintage)
    });
    assessments.collect()
}

fn check_place(
    snapshot: &Snapshot,
    geocoder: Option<&AddressService>,
    request: &CheckRequest,
) -> Result<CheckedPlace, CheckError> {
    let checker = AddressChecker {
        snapshot,
        geocoder,
        vintage: request.vintage,
    };
    Ok(match &request.subject {
        Subject::Address(address) => CheckedPlace::Address(Box::new(checker.check(address)?)),
        Subject::CorrectedAddress { address, position } => {
            let corrected = check_corrected(&checker, address, position)?;
            CheckedPlace::CorrectedAddress(Box::new(corrected))
        }
        Subject::Position(position) => {
            let checked = check_position(snapshot, position, request.vintage)?;
            CheckedPlace::Position(Box::new(checked))
        }
        Subject::Building(outlines) => {
            let building = check_building(snapshot, outlines, request.vintage)?;
            CheckedPlace::Building(Box::new(building))
        }
    })
}

fn check_position(
    snapshot: &Snapshot,
    position: &StatedPosition,
    vintage: VintageSelector,
) -> Result<CheckedPosition, QueryError> {
    let place = position.place();
    let uncertainty_m = position
        .uncertainty_m
        .unwrap_or(CheckRequest::POSITION_UNCERTAINTY_M);
    // Stated even when it is zero: only then does a line that is too near leave the zone open.
    let standing = locate(snapshot, place, vintage, Some(uncertainty_m))?;
    Ok(CheckedPosition {
        point: place.place.position()?.wgs84,
        standing: PointAnswer {
            is_testimony: true,
            ..standing
        },
    })
}

/// Returns the profile of the likeliest candidate's street, when it is a street (or a number that its street does not
/// have) and like the address asked.
fn profile_to_show(
    snapshot: &Snapshot,
    check: &AddressCheck,
    vintage: VintageSelector,
) -> Option<StreetProfile> {
    let best = check
        .candidates
        .first()
        // The street of an address unlike the one asked, or of a town that nobody named, would only mislead.
        .filter(|_| {
            !matches!(
                check.doubt,
                Some(
                    UndeterminedReason::NotLoaded(_)
                        | UndeterminedReason::Unlike
                        | UndeterminedReason::PlaceNotNamed
                )
            )
        })?;
    (best.candidate.kind == AddressKind::Street)
        .then(|| street_profile_of(snapshot, &best.candidate, vintage).ok())?
}
