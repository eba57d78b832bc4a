//! The area asked, by its outline and by the codes of its communes.

use std::collections::BTreeSet;

use geo::{BoundingRect, CoordsIter, Intersects, Validation};
use geo_types::{Coord, MultiPolygon};
use qpv_engine::FootprintError;
use qpv_french::{key, sentence};
use qpv_model::{AdminLevel, CommuneCode, Territory, Wgs84Point};

use super::{ShareSubject, UnknownFigure};
use crate::compare::scope::Scope;
use crate::error::{AddressError, QueryError};
use crate::error_code::{CodedError, ErrorCode};
use crate::locate::{or_swapped, territory_of};
use crate::perimeters::{PerimeterFilter, list_perimeters};
use crate::snapshot::Snapshot;

/// Most vertices of a polygon: more than a commune has, and checked in two seconds, which grow with their square.
pub const MAX_AREA_VERTICES: usize = 10_000;

/// The reason why an area has no shares.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ShareError {
    /// A polygon, a position or a vintage that cannot be used.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// Addresses cannot be looked for.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// More than [`MAX_AREA_VERTICES`].
    #[error("the polygon has {0} vertices, more than {MAX_AREA_VERTICES}: simplify it")]
    TooDetailed(usize),
    /// In two territories, each measured in its own projection.
    #[error("the area lies in several territories ({0}): ask for each by itself")]
    SeveralTerritories(String),
    /// The whole country, which is no area to share.
    #[error("give an area: `insee`, `epci`, `departement`, `region`, `bbox`, or a polygon")]
    NoArea,
    /// A department that does not exist, or an intercommunality that no perimeter names.
    #[error("no area `{0}` is known")]
    UnknownArea(String),
}

impl CodedError for ShareError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Query(error) => error.code(),
            Self::Address(error) => error.code(),
            Self::TooDetailed(_) | Self::SeveralTerritories(_) => ErrorCode::BadFootprint,
            Self::NoArea | Self::UnknownArea(_) => ErrorCode::BadParameter,
        }
    }

    fn message_fr(&self) -> String {
        match self {
            Self::Query(error) => error.message_fr(),
            Self::Address(error) => error.message_fr(),
            Self::TooDetailed(vertices) => sentence(
                key::SHARE_ERROR_TOO_DETAILED,
                &[
                    ("value", &vertices.to_string()),
                    ("most", &MAX_AREA_VERTICES.to_string()),
                ],
            ),
            Self::SeveralTerritories(names) => {
                sentence(key::SHARE_ERROR_TERRITORIES, &[("value", names)])
            }
            Self::NoArea => sentence(key::SHARE_ERROR_NO_AREA, &[]),
            Self::UnknownArea(code) => sentence(key::SHARE_ERROR_UNKNOWN_AREA, &[("value", code)]),
        }
    }
}

/// The rule by which addresses and places lie in an area.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum AreaMembership {
    /// By their position, in the outline.
    Outline,
    /// By the code of their commune, one of these.
    Communes(BTreeSet<CommuneCode>),
    /// By the department of their commune, one of these.
    Departments(BTreeSet<String>),
}

/// An area.
#[derive(Debug, Clone)]
pub(super) struct SharedArea {
    pub(super) territory: Territory,
    /// Its outline on WGS 84, where one is known.
    pub(super) outline: Option<MultiPolygon<f64>>,
    pub(super) membership: AreaMembership,
    /// True when a part of a polygon lies beyond the territory.
    pub(super) reaches_beyond: bool,
    /// True when the communes are those with perimeters only: nothing is known of the others.
    pub(super) only_with_perimeters: bool,
}

impl SharedArea {
    pub(super) fn new(snapshot: &Snapshot, subject: &ShareSubject) -> Result<Self, ShareError> {
        match subject {
            ShareSubject::Polygon(polygon) => Self::from_polygon(snapshot, polygon.clone()),
            ShareSubject::Scope(scope) => Self::from_scope(snapshot, scope),
        }
    }

    /// Returns the reason why its hectares are not known.
    pub(super) fn without_outline(&self) -> UnknownFigure {
        if self.only_with_perimeters {
            UnknownFigure::CommunesUnknown
        } else {
            UnknownFigure::OutlinesNotLoaded
        }
    }

    /// Returns whether a place with this position and this commune lies in it.
    pub(super) fn holds(&self, at: Option<Coord<f64>>, commune: Option<CommuneCode>) -> bool {
        match (&self.membership, &self.outline) {
            // Codes before the outline, which is drawn more roughly than addresses are given.
            (AreaMembership::Communes(_) | AreaMembership::Departments(_), _)
                if commune.is_some() =>
            {
                commune.is_some_and(|commune| self.has_commune(commune))
            }
            (_, Some(outline)) => at.is_some_and(|at| outline.intersects(&at)),
            (_, None) => false,
        }
    }

    /// Returns whether it is made of communes of which this is one; arrondissements are of their commune.
    pub(super) fn has_commune(&self, commune: CommuneCode) -> bool {
        match &self.membership {
            AreaMembership::Outline => false,
            AreaMembership::Communes(codes) => {
                codes.contains(&commune) || codes.contains(&commune.whole_commune())
            }
            AreaMembership::Departments(codes) => codes.contains(commune.department()),
        }
    }

    fn from_polygon(snapshot: &Snapshot, polygon: MultiPolygon<f64>) -> Result<Self, ShareError> {
        check_polygon(&polygon)?;
        // Every vertex: an area may be larger than the sea between two territories.
        let mut found = BTreeSet::new();
        let mut reaches_beyond = false;
        for vertex in polygon.iter().flat_map(|part| part.exterior().coords()) {
            let point = Wgs84Point::new(vertex.x, vertex.y)
                .map_err(|fault| QueryError::Footprint(fault.into()))?;
            match territory_of(snapshot, point) {
                Some(territory) => {
                    found.insert(territory);
                }
                None => reaches_beyond = true,
            }
        }
        let first = polygon.0[0].exterior().0[0];
        let territory = only_territory(&found)?.ok_or_else(|| {
            let beyond = QueryError::OutsideCoverage {
                lon: first.x,
                lat: first.y,
            };
            or_swapped(snapshot, beyond)
        })?;
        Ok(Self {
            territory,
            outline: Some(polygon),
            membership: AreaMembership::Outline,
            reaches_beyond,
            only_with_perimeters: false,
        })
    }

    fn from_scope(snapshot: &Snapshot, scope: &Scope) -> Result<Self, ShareError> {
        let scope = &scope.of_today(snapshot)?;
        let (level, codes, membership) = match scope {
            Scope::Country => return Err(ShareError::NoArea),
            // A rectangle goes by the ground, like a polygon.
            Scope::Rectangle(rectangle) => {
                return Self::from_polygon(snapshot, rectangle.to_polygon().into());
            }
            Scope::Communes(communes) => {
                let codes: BTreeSet<CommuneCode> = communes.iter().copied().collect();
                let texts = codes.iter().map(ToString::to_string).collect();
                (AdminLevel::Commune, texts, AreaMembership::Communes(codes))
            }
            Scope::Epci(siren) => return Self::from_epci(snapshot, siren),
            Scope::Department(_) | Scope::Region(_) => {
                let codes = scope.departments(snapshot);
                let departments = AreaMembership::Departments(codes.clone());
                (AdminLevel::Departement, codes, departments)
            }
        };
        // The departments of the fictional town exist nowhere else.
        if !snapshot.fictional() && scope.is_elsewhere(snapshot) {
            let names: Vec<String> = codes.into_iter().collect();
            return Err(ShareError::UnknownArea(names.join(", ")));
        }
        let territories = scope.territories(snapshot);
        let territory = only_territory(&territories)?.ok_or(ShareError::NoArea)?;
        Ok(Self {
            territory,
            outline: outline_of(snapshot, level, &codes),
            membership,
            reaches_beyond: false,
            only_with_perimeters: false,
        })
    }

    /// Returns the communes of an intercommunality: those of the table of communes; of one that the table does not have,
    /// those with a perimeter, and then the others are not known.
    fn from_epci(snapshot: &Snapshot, siren: &str) -> Result<Self, ShareError> {
        let listed: BTreeSet<CommuneCode> = snapshot.communes_of_epci(siren).collect();
        let only_with_perimeters = listed.is_empty();
        let codes = if only_with_perimeters {
            communes_with_perimeters(snapshot, siren)
        } else {
            listed
        };
        let territories = codes
            .iter()
            .map(|code| Territory::from_department(code.department()))
            .collect();
        let territory = only_territory(&territories)?
            .ok_or_else(|| ShareError::UnknownArea(siren.to_owned()))?;
        let texts = codes.iter().map(ToString::to_string).collect();
        let outline = outline_of(snapshot, AdminLevel::Commune, &texts);
        Ok(Self {
            territory,
            // Of a part of its communes it would be that of another area.
            outline: outline.filter(|_| !only_with_perimeters),
            membership: AreaMembership::Communes(codes),
            reaches_beyond: false,
            only_with_perimeters,
        })
    }
}

/// Returns the communes that perimeters place in an intercommunality.
fn communes_with_perimeters(snapshot: &Snapshot, siren: &str) -> BTreeSet<CommuneCode> {
    let filter = PerimeterFilter {
        epci: Some(siren.to_owned()),
        ..PerimeterFilter::default()
    };
    let perimeters = list_perimeters(snapshot, &filter).into_iter();
    perimeters
        .flat_map(|it| it.insee_com.iter().copied())
        .collect()
}

/// Returns the territory when there is one; `None` when there is none.
fn only_territory(found: &BTreeSet<Territory>) -> Result<Option<Territory>, ShareError> {
    if found.len() > 1 {
        let names: Vec<&str> = found.iter().map(|it| it.name()).collect();
        return Err(ShareError::SeveralTerritories(names.join(", ")));
    }
    Ok(found.first().copied())
}

/// Returns the outline of areas together; `None` unless all of them were imported.
fn outline_of(
    snapshot: &Snapshot,
    level: AdminLevel,
    codes: &BTreeSet<String>,
) -> Option<MultiPolygon<f64>> {
    let areas = snapshot.outlines(level);
    let mut parts = Vec::new();
    for code in codes {
        let area = areas.iter().find(|area| area.code == *code)?;
        // Side by side: areas of one level share no ground, so that their parts can be listed together.
        parts.extend(area.outline.0.iter().cloned());
    }
    (!parts.is_empty()).then_some(MultiPolygon(parts))
}

fn check_polygon(polygon: &MultiPolygon<f64>) -> Result<(), ShareError> {
    let bounds = polygon
        .bounding_rect()
        .ok_or(QueryError::Footprint(FootprintError::Empty))?;
    // The corners stand for all vertices.
    for corner in [bounds.min(), bounds.max()] {
        Wgs84Point::new(corner.x, corner.y).map_err(|fault| QueryError::Footprint(fault.into()))?;
    }
    // The cheap checks first: that of the topology takes the longest.
    let vertices = polygon.coords_count();
    if vertices > MAX_AREA_VERTICES {
        return Err(ShareError::TooDetailed(vertices));
    }
    polygon.check_validation().map_err(|fault| {
        ShareError::Query(QueryError::Footprint(FootprintError::Invalid(
            fault.to_string(),
        )))
    })
}
