//! The outlines of a building or of a project of several, with its annexes.

use geo::{Validation, unary_union};
use geo_types::MultiPolygon;
use qpv_engine::{FootprintError, FootprintLocation};

use crate::error::QueryError;

/// The outlines of a building, or of a project of several, on WGS 84, longitude first.
#[derive(Debug, Clone, PartialEq)]
pub struct BuildingOutlines {
    /// The building itself: the dwellings, where a project has others.
    pub main: MultiPolygon<f64>,
    /// Its car parks, shops, common parts.
    pub annexes: Vec<AnnexOutline>,
}

/// The outline of an annex.
#[derive(Debug, Clone, PartialEq)]
pub struct AnnexOutline {
    /// The name that whoever asks gives it; empty without one.
    pub name: String,
    /// WGS 84 degrees, longitude first.
    pub outline: MultiPolygon<f64>,
}

impl BuildingOutlines {
    /// Returns the outlines of a project: its buildings taken for one, which may touch each other, and its annexes.
    ///
    /// # Errors
    /// [`QueryError::Footprint`] without a building, or for one whose outline is invalid.
    pub fn of_project(
        buildings: &[MultiPolygon<f64>],
        annexes: Vec<AnnexOutline>,
    ) -> Result<Self, QueryError> {
        for building in buildings {
            // What is crossed would be mended by the union, and another building be judged than was meant.
            building
                .check_validation()
                .map_err(|fault| FootprintError::Invalid(fault.to_string()))?;
        }
        let main = match buildings {
            [] => return Err(FootprintError::Empty.into()),
            [only] => only.clone(),
            // Terraced houses share walls, which one outline may not.
            several => unary_union(several),
        };
        Ok(Self { main, annexes })
    }
}

impl From<MultiPolygon<f64>> for BuildingOutlines {
    fn from(main: MultiPolygon<f64>) -> Self {
        Self {
            main,
            annexes: Vec::new(),
        }
    }
}

/// An annex of a building and where it stands.
#[derive(Debug, Clone)]
pub struct LocatedAnnex {
    /// Its outline and its name.
    pub annex: AnnexOutline,
    /// The answer, of the vintage that answered for the building.
    pub footprint: FootprintLocation,
}
