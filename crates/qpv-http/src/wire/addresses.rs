//! Addresses over the wire: `GeoCodeJSON` in the names of the national address API, and checks.

use jiff::civil::Date;
use qpv_service::model::{CommuneCode, PositionKind, Wgs84Point};
use qpv_service::projected_position;
use qpv_service::{
    AddressCheck, AddressKind, Building, Candidate, CheckOutcome, CheckedPlace, CheckedPosition,
    CorrectedAddress, FieldSelection, PointAnswer, RemoteGeocoding, SideNeighbours, Snapshot,
    UndeterminedReason, UnloadedPlace, Zone, ZonedPlace, messages,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    DatasetRef, EligibilityAnswer, FootprintAnswer, LeaningAnswer, ReviewAnswer, StreetAnswer,
    ZoneAnswer, ZoneName, ZonedAnswer, ZoningChoice, add_figures, centimetres,
};
use crate::problem::Problem;

/// Addresses found, as `GeoCodeJSON`.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddressCollection<'a> {
    /// `FeatureCollection`.
    pub r#type: &'static str,
    /// Version of `GeoCodeJSON` that the national address API names.
    pub version: &'static str,
    /// The addresses, best match first.
    pub features: Vec<AddressFeature<'a>>,
    /// The files the addresses come from.
    pub attribution: &'a str,
    /// The query, as given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<&'a str>,
    /// The limit of the query.
    pub limit: usize,
    /// A notice for end users, in French, when the addresses are fictional.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

/// An address as a `GeoJSON` feature.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddressFeature<'a> {
    /// `Feature`.
    pub r#type: &'static str,
    /// The position.
    pub geometry: AddressPoint,
    /// The properties.
    pub properties: AddressProperties<'a>,
}

/// A `GeoJSON` point.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddressPoint {
    /// `Point`.
    pub r#type: &'static str,
    /// Longitude, latitude, WGS 84.
    pub coordinates: [f64; 2],
}

/// An address.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddressProperties<'a> {
    /// The whole address on one line.
    pub label: String,
    /// The score, from 0 to 1. The documentation of addresses gives the share of right answers above each score.
    pub score: f64,
    /// The number, with `bis` and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub housenumber: Option<&'a str>,
    /// The identifier as published; may be empty.
    pub id: &'a str,
    /// The number with the street, the place, or the commune.
    pub name: String,
    /// The postcode; may be empty.
    pub postcode: &'a str,
    /// The INSEE code of the commune; of the arrondissement in Paris, Lyon and Marseille.
    #[schema(value_type = String, example = "61169")]
    pub citycode: CommuneCode,
    /// The commune.
    pub city: &'a str,
    /// The former commune, before a merger.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub oldcity: &'a str,
    /// The named place that contains it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub locality: &'a str,
    /// The department and the region.
    pub context: String,
    /// The kind.
    pub r#type: KindName,
    /// The importance, from 0 to 1: larger communes have more.
    pub importance: f64,
    /// The street; for a house number only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street: Option<&'a str>,
    /// The easting in the legal projection of the territory, metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<f64>,
    /// The northing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<f64>,
    /// The distance to the position asked for, metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<f64>,
    /// The object that the position marks; `interpolated` between two numbers of the street for one that it does not have.
    #[schema(value_type = String, example = "entrance")]
    pub position: PositionKind,
    /// The uncertainty of the position, metres.
    pub position_uncertainty_m: f64,
    /// Present, and true, when the published position is too far from the commune's other addresses to be right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position_doubtful: Option<bool>,
    /// The number asked for, when the street does not have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_housenumber: Option<MissingNumber<'a>>,
    /// The zone, when it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qpv: Option<AddressZone<'a>>,
}

/// A number that a street does not have.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissingNumber<'a> {
    /// The number asked for.
    pub asked: &'a str,
    /// The greatest existing number below it.
    pub below: Option<&'a str>,
    /// The least existing number above it.
    pub above: Option<&'a str>,
    /// The numbers of its side that its position was interpolated between; absent when that side has none below or none
    /// above: the position is then the middle of the street.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub between: Option<[String; 2]>,
    /// The message for end users, in French.
    pub message: String,
}

/// The zone of an address, or the reason that there is none.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum AddressZone<'a> {
    /// The zone.
    Zone(Box<ZoneAnswer<'a>>),
    /// The reason that there is none.
    Error {
        /// The problem.
        error: Problem,
    },
}

/// The kind of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KindName {
    /// A house number in a street.
    Housenumber,
    /// A street.
    Street,
    /// A place without numbers.
    Locality,
    /// A commune.
    Municipality,
}

/// The zone of an address, a position or a building, with the reasons for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckAnswer<'a> {
    /// The zone; `undetermined` whenever the data does not support a single answer.
    pub zone: ZoneName,
    /// The reason for `undetermined`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<DoubtAnswer>,
    /// The zone that the only position leans to, where nothing but a line that is too near leaves it open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaning: Option<Box<LeaningAnswer<'a>>>,
    /// The addresses that the query may mean, best match first, each with its own zone; empty when none was found.
    pub candidates: Vec<AddressFeature<'a>>,
    /// The zones along the street, when the best match is a street, or a number that the street does not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<StreetAnswer<'a>>,
    /// The remote geocoder that was asked too, where the operator has configured one and no address like this one is
    /// loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_service: Option<AskedElsewhere<'a>>,
    /// The zone of the position, when a position was given or an address was corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Box<PositionAnswer<'a>>>,
    /// The zones of the building, when one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footprint: Option<Box<FootprintAnswer<'a>>>,
    /// The eligibility to the programme, when one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eligibility: Option<EligibilityAnswer>,
    /// The eligibility to each programme, when several were asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub eligibilities: Vec<EligibilityAnswer>,
    /// The review of an undetermined zone, when one was given: it stands beside the answer, and changes nothing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<Box<ReviewAnswer>>,
    /// The dataset that the answer comes from.
    pub dataset: DatasetRef<'a>,
}

/// The zonings chosen, of one dataset and on one day.
struct ZonedStanding<'a, 'c> {
    snapshot: &'a Snapshot,
    day: Date,
    choice: &'c ZoningChoice,
}

impl<'a> ZonedStanding<'a, '_> {
    /// Adds them to the answer of a point.
    fn add(
        &self,
        answer: &mut ZoneAnswer<'a>,
        standing: &PointAnswer,
        point: Wgs84Point,
        commune: Option<CommuneCode>,
    ) {
        let place = ZonedPlace {
            position: point.into(),
            commune,
            uncertainty_m: standing.uncertainty_m,
            day: self.day,
        };
        answer.add_zonings(self.snapshot, standing, &place, self.choice);
    }
}

/// The zone of a position.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum PositionAnswer<'a> {
    /// A position given as such.
    Asked(ZoneAnswer<'a>),
    /// The corrected position of an address.
    Placed(PlacedAnswer<'a>),
}

/// The corrected position of an address, as a person placed it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlacedAnswer<'a> {
    /// The zone, the distance and the certainty.
    #[serde(flatten)]
    pub standing: ZoneAnswer<'a>,
    /// Always `placed_by_hand`.
    #[schema(example = "placed_by_hand")]
    pub kind: &'static str,
    /// The longitude, WGS 84 degrees.
    pub lon: f64,
    /// The latitude.
    pub lat: f64,
    /// The geodesic distance to the address's own position, metres; null when the address was not surely found, or is
    /// known to its street or commune only.
    pub moved_m: Option<f64>,
    /// The message for end users, in French.
    pub message: String,
}

/// A remote geocoder that was asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedElsewhere<'a> {
    /// The URL that the address was sent to.
    pub url: &'a str,
    /// The reason that it gave no answer, if it gave none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// The message for end users, in French.
    pub message: String,
}

/// The reason for an undetermined zone.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoubtAnswer {
    /// The code: `not_found`, `not_loaded`, `unlike`, `candidates`, `street`, `commune`, `position`, `coverage` or
    /// `no_vintage_in_force`.
    #[schema(example = "candidates")]
    pub code: &'static str,
    /// The message for end users, in French.
    pub message: String,
    /// With `candidates`, present and true when the query names no commune, postcode or department, and an address of that
    /// name may lie in another commune than those of the candidates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_not_named: Option<bool>,
    /// With `not_loaded`, the place named whose addresses are not loaded; absent where communes of several departments have
    /// its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unloaded: Option<UnloadedAnswer>,
}

/// A place whose addresses are not loaded.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnloadedAnswer {
    /// The code of the department.
    #[schema(example = "61")]
    pub insee_dep: &'static str,
    /// The name of the department.
    pub lib_dep: &'static str,
    /// The INSEE code of the commune, when the question names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insee_com: Option<String>,
    /// The command that loads the addresses, for whoever runs the service.
    #[schema(example = "qpv data pull --addresses 61")]
    pub command: String,
}

impl<'a> AddressCollection<'a> {
    /// Creates the collection of these features.
    #[must_use]
    pub fn new(
        snapshot: &'a Snapshot,
        features: Vec<AddressFeature<'a>>,
        query: Option<&'a str>,
        limit: usize,
    ) -> Self {
        let (attribution, notice) = (snapshot.address_credit(), DatasetRef::new(snapshot).notice);
        Self {
            r#type: "FeatureCollection",
            version: "draft",
            features,
            attribution,
            query,
            limit,
            notice,
        }
    }
}

impl<'a> AddressFeature<'a> {
    /// Creates the feature of a candidate.
    #[must_use]
    pub fn new(candidate: &'a Candidate) -> Self {
        let projected = projected_position(candidate);
        let properties = AddressProperties {
            label: candidate.label(),
            // Four decimals, as the national address API gives.
            score: (candidate.score * 1e4).round() / 1e4,
            housenumber: candidate.housenumber.as_deref(),
            id: &candidate.id,
            name: candidate.name(),
            postcode: &candidate.postcode,
            citycode: candidate.citycode,
            city: &candidate.city,
            oldcity: &candidate.old_city,
            locality: &candidate.locality,
            context: candidate.context(),
            r#type: candidate.kind.into(),
            importance: (candidate.importance * 1e4).round() / 1e4,
            // Of a street, `name` is the street already.
            street: (candidate.kind == AddressKind::Housenumber)
                .then_some(candidate.street.as_str()),
            x: projected.map(|(x, _)| centimetres(x)),
            y: projected.map(|(_, y)| centimetres(y)),
            distance: candidate.distance_m.map(f64::round),
            position: candidate.position,
            position_uncertainty_m: candidate.uncertainty_m,
            position_doubtful: candidate.is_doubtful.then_some(true),
            missing_housenumber: MissingNumber::from_candidate(candidate),
            qpv: None,
        };
        let coordinates = [candidate.point.lon_deg(), candidate.point.lat_deg()];
        Self {
            r#type: "Feature",
            geometry: AddressPoint {
                r#type: "Point",
                coordinates,
            },
            properties,
        }
    }

    /// Adds the zone.
    #[must_use]
    pub fn with_zone<E: Clone + Into<Problem>>(
        mut self,
        snapshot: &'a Snapshot,
        standing: &Result<PointAnswer, E>,
    ) -> Self {
        self.properties.qpv = Some(match standing {
            Ok(standing) => AddressZone::Zone(Box::new(ZoneAnswer::new(snapshot, standing))),
            Err(error) => AddressZone::Error {
                error: error.clone().into(),
            },
        });
        self
    }
}

impl<'a> MissingNumber<'a> {
    fn from_candidate(candidate: &'a Candidate) -> Option<Self> {
        let (asked, neighbours) = candidate.missing.as_ref()?;
        let between = candidate.between.as_ref();
        Some(Self {
            asked,
            below: neighbours.below.as_deref(),
            above: neighbours.above.as_deref(),
            between: between.map(|SideNeighbours { below, above }| {
                [below, above].map(|neighbour| neighbour.number.to_string())
            }),
            message: messages::missing_number(candidate)?,
        })
    }
}

impl<'a> CheckAnswer<'a> {
    /// Creates the answer of a check.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, outcome: &'a CheckOutcome<'_>) -> Self {
        let place = match &outcome.place {
            CheckedPlace::Address(check) => Self::from_address(snapshot, check),
            CheckedPlace::CorrectedAddress(corrected) => Self::from_corrected(snapshot, corrected),
            CheckedPlace::Position(position) => Self::from_position(snapshot, position),
            CheckedPlace::Building(building) => Self::from_building(snapshot, building),
        };
        let profile = outcome.profile.as_ref();
        let mut eligibilities: Vec<EligibilityAnswer> = outcome
            .assessments
            .iter()
            .map(EligibilityAnswer::new)
            .collect();
        // One programme has its own field.
        let eligibility = eligibilities.pop_if(|_| outcome.assessments.len() == 1);
        let review = outcome.reviewed.as_ref().map(ReviewAnswer::new);
        Self {
            zone: ZoneName(outcome.zone()),
            doubt: outcome
                .place
                .undetermined_reason()
                .map(|doubt| DoubtAnswer::new(snapshot, &outcome.place, doubt)),
            leaning: outcome
                .place
                .standing()
                .and_then(|standing| LeaningAnswer::new(snapshot, standing))
                .map(Box::new),
            profile: profile.map(|profile| StreetAnswer::new(snapshot, profile)),
            eligibility,
            eligibilities,
            review: review.map(Box::new),
            ..place
        }
    }

    /// Adds the zonings of each place that was located.
    #[must_use]
    pub fn with_zonings(
        mut self,
        snapshot: &'a Snapshot,
        outcome: &CheckOutcome<'_>,
        choice: &ZoningChoice,
    ) -> Self {
        let zoned = ZonedStanding {
            snapshot,
            day: outcome.request.vintage.day(),
            choice,
        };
        let check = match &outcome.place {
            CheckedPlace::Address(check) => Some(check.as_ref()),
            CheckedPlace::CorrectedAddress(corrected) => Some(&corrected.check),
            _ => None,
        };
        let checked = check.into_iter().flat_map(|check| &check.candidates);
        for (feature, checked) in self.candidates.iter_mut().zip(checked) {
            if let (Some(AddressZone::Zone(answer)), Ok(standing)) =
                (&mut feature.properties.qpv, &checked.standing)
            {
                let commune = Some(checked.candidate.citycode);
                zoned.add(answer, standing, checked.candidate.point, commune);
            }
        }
        if let (Some(footprint), CheckedPlace::Building(_)) =
            (self.footprint.as_deref_mut(), &outcome.place)
        {
            let answers = outcome
                .place
                .zonings(snapshot, &choice.names, choice.ring_m, zoned.day);
            footprint.zonings = answers.iter().map(ZonedAnswer::new).collect();
        }
        match (self.position.as_deref_mut(), &outcome.place) {
            (Some(PositionAnswer::Asked(answer)), CheckedPlace::Position(position)) => {
                zoned.add(answer, &position.standing, position.point, None);
            }
            (Some(PositionAnswer::Placed(placed)), CheckedPlace::CorrectedAddress(corrected)) => {
                let best = corrected.check.candidates.first();
                let commune = best.map(|checked| checked.candidate.citycode);
                zoned.add(
                    &mut placed.standing,
                    &corrected.standing,
                    corrected.point,
                    commune,
                );
            }
            _ => {}
        }
        self
    }

    /// Adds the figures asked for to the perimeters of every place of the answer.
    #[must_use]
    pub fn with_figures(
        mut self,
        snapshot: &'a Snapshot,
        fields: Option<&'a FieldSelection>,
    ) -> Self {
        for candidate in &mut self.candidates {
            if let Some(AddressZone::Zone(zone)) = &mut candidate.properties.qpv {
                add_figures(&mut zone.qpv, snapshot, fields);
            }
        }
        match self.position.as_deref_mut() {
            Some(PositionAnswer::Asked(zone)) => add_figures(&mut zone.qpv, snapshot, fields),
            Some(PositionAnswer::Placed(placed)) => {
                add_figures(&mut placed.standing.qpv, snapshot, fields);
            }
            None => {}
        }
        if let Some(footprint) = self.footprint.as_deref_mut() {
            add_figures(&mut footprint.perimeters, snapshot, fields);
        }
        self
    }

    fn from_address(snapshot: &'a Snapshot, check: &'a AddressCheck) -> Self {
        Self {
            candidates: check
                .candidates
                .iter()
                .map(|checked| {
                    AddressFeature::new(&checked.candidate).with_zone(snapshot, &checked.standing)
                })
                .collect(),
            address_service: check.remote.as_ref().map(AskedElsewhere::from),
            ..Self::empty(snapshot)
        }
    }

    fn from_corrected(snapshot: &'a Snapshot, corrected: &'a CorrectedAddress) -> Self {
        let position = PlacedAnswer {
            standing: ZoneAnswer::new(snapshot, &corrected.standing),
            kind: "placed_by_hand",
            lon: corrected.point.lon_deg(),
            lat: corrected.point.lat_deg(),
            moved_m: corrected.moved_m().map(centimetres),
            message: corrected.message_fr(),
        };
        Self {
            position: Some(Box::new(PositionAnswer::Placed(position))),
            ..Self::from_address(snapshot, &corrected.check)
        }
    }

    fn from_position(snapshot: &'a Snapshot, position: &CheckedPosition) -> Self {
        let answer = ZoneAnswer::new(snapshot, &position.standing);
        Self {
            position: Some(Box::new(PositionAnswer::Asked(answer))),
            ..Self::empty(snapshot)
        }
    }

    fn from_building(snapshot: &'a Snapshot, building: &Building) -> Self {
        let answer = FootprintAnswer::new(
            snapshot,
            building.vintage,
            building.territory,
            &building.footprint,
        );
        Self {
            footprint: Some(Box::new(answer)),
            ..Self::empty(snapshot)
        }
    }

    /// Returns an answer without any place yet.
    fn empty(snapshot: &'a Snapshot) -> Self {
        Self {
            zone: ZoneName(Zone::Undetermined),
            doubt: None,
            leaning: None,
            candidates: vec![],
            profile: None,
            address_service: None,
            position: None,
            footprint: None,
            eligibility: None,
            eligibilities: vec![],
            review: None,
            dataset: DatasetRef::new(snapshot),
        }
    }
}

impl<'a> From<&'a RemoteGeocoding> for AskedElsewhere<'a> {
    fn from(remote: &'a RemoteGeocoding) -> Self {
        Self {
            url: &remote.url,
            fault: remote.fault.as_ref().map(ToString::to_string),
            message: remote.message_fr(),
        }
    }
}

impl DoubtAnswer {
    fn new(snapshot: &Snapshot, place: &CheckedPlace, doubt: UndeterminedReason) -> Self {
        Self {
            code: doubt.name(),
            message: messages::doubt_of_place(snapshot, place, doubt),
            place_not_named: (doubt == UndeterminedReason::PlaceNotNamed).then_some(true),
            unloaded: match doubt {
                UndeterminedReason::NotLoaded(place) => Some(UnloadedAnswer::from(place)),
                _ => None,
            },
        }
    }
}

impl From<UnloadedPlace> for UnloadedAnswer {
    fn from(place: UnloadedPlace) -> Self {
        Self {
            insee_dep: place.department,
            lib_dep: place.department_name(),
            insee_com: place.commune.map(|code| code.to_string()),
            command: place.command(),
        }
    }
}

impl From<AddressKind> for KindName {
    fn from(kind: AddressKind) -> Self {
        match kind {
            AddressKind::Housenumber => Self::Housenumber,
            AddressKind::Street => Self::Street,
            AddressKind::Locality => Self::Locality,
            AddressKind::Municipality => Self::Municipality,
        }
    }
}
