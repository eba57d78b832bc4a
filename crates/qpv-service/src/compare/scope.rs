//! The area of a comparison, and which perimeters lie in it.

use std::collections::BTreeSet;

use geo_types::{Coord, Rect};
use qpv_engine::{PerimeterId, PerimeterIndex};
use qpv_model::{
    CommuneCode, Perimeter, QpvCode, Territory, Vintage, department_and_region,
    departments_of_region,
};

use crate::error::QueryError;
use crate::perimeters::{PerimeterFilter, list_perimeters};
use crate::snapshot::Snapshot;

/// The area compared.
#[derive(Debug, Clone, PartialEq)]
pub enum Scope {
    /// Everything loaded.
    Country,
    /// Communes; arrondissements of Paris, Lyon and Marseille stand for their commune.
    Communes(Vec<CommuneCode>),
    /// An intercommunality, by its SIREN number. Not published in 2015: perimeters of a vintage without it are in
    /// it when one of their communes has a perimeter of another vintage in it and in no other, or lies in it by the table of
    /// communes, or when they belong to the group of one of its perimeters. Where neither names it, they are
    /// [`unmatched`](super::Comparison::unmatched).
    Epci(String),
    /// A department, as INSEE writes it (`61`, `2A`, `974`).
    Department(String),
    /// A region, by its INSEE code (`28`, `01`): all its departments.
    Region(String),
    /// The perimeters that a rectangle meets, on WGS 84, degrees, longitude first.
    Rectangle(Rect<f64>),
}

impl Scope {
    /// The perimeters of a vintage in an area, in code order.
    pub(super) fn perimeters_in(
        &self,
        snapshot: &Snapshot,
        zones: &PerimeterIndex,
    ) -> Vec<PerimeterId> {
        let filter = PerimeterFilter {
            vintage: Some(zones.layer().vintage),
            ..PerimeterFilter::default()
        };
        let filters: Vec<PerimeterFilter> = match self {
            // A rectangle goes by the ground; every other area goes by published codes.
            Scope::Rectangle(rectangle) => return zones.meeting(*rectangle),
            Scope::Country => vec![filter],
            Scope::Epci(siren) => vec![PerimeterFilter {
                epci: Some(siren.clone()),
                ..filter
            }],
            Scope::Communes(communes) => communes
                .iter()
                .map(|&commune| PerimeterFilter {
                    commune: Some(commune),
                    ..filter.clone()
                })
                .collect(),
            Scope::Department(_) | Scope::Region(_) => self
                .departments(snapshot)
                .into_iter()
                .map(|code| PerimeterFilter {
                    department: Some(code),
                    ..filter.clone()
                })
                .collect(),
        };
        let found = filters
            .iter()
            .flat_map(|filter| list_perimeters(snapshot, filter));
        // A set: a perimeter in two of the communes is found twice.
        let positions: BTreeSet<PerimeterId> = found
            .filter_map(|perimeter| snapshot.id_of(perimeter))
            .collect();
        positions.into_iter().collect()
    }

    /// The same area, its communes of the past replaced by those of today that they lead to.
    ///
    /// # Errors
    /// [`QueryError::UnknownCommune`].
    pub(crate) fn of_today(&self, snapshot: &Snapshot) -> Result<Self, QueryError> {
        let Scope::Communes(asked) = self else {
            return Ok(self.clone());
        };
        let mut communes = Vec::new();
        for &code in asked {
            snapshot.check_commune(code)?;
            // An arrondissement stands for its city, and keeps its own code in the name of a file.
            if code.arrondissement().is_some() {
                communes.push(code);
            } else {
                communes.extend(snapshot.communes_of_today(code));
            }
        }
        Ok(Scope::Communes(communes))
    }

    /// The departments that a scope names, by itself or by its communes or its region. A region that only the data names
    /// has the departments of the perimeters that name it.
    pub(crate) fn departments(&self, snapshot: &Snapshot) -> BTreeSet<String> {
        match self {
            Scope::Communes(communes) => communes
                .iter()
                .map(|commune| commune.department().to_owned())
                .collect(),
            Scope::Department(code) => [code.clone()].into(),
            Scope::Region(code) => {
                let known = departments_of_region(code).into_iter().map(str::to_owned);
                let perimeters = snapshot
                    .vintages()
                    .flat_map(|(_, zones)| zones.perimeters());
                let named =
                    perimeters.filter(|perimeter| perimeter.insee_reg.as_deref() == Some(code));
                known
                    .chain(named.map(|perimeter| perimeter.insee_dep.clone()))
                    .collect()
            }
            Scope::Country | Scope::Epci(_) | Scope::Rectangle(_) => BTreeSet::new(),
        }
    }

    /// Returns true when an area without any perimeter names a department that does not exist or
    /// has none by law, or an intercommunality that does not exist.
    pub(crate) fn is_elsewhere(&self, snapshot: &Snapshot) -> bool {
        if let Scope::Epci(siren) = self {
            return snapshot.communes_of_epci(siren).next().is_none();
        }
        !self
            .departments(snapshot)
            .iter()
            .all(|code| may_have_perimeters(code))
    }

    /// The territories of an area: by its departments, or else by the perimeters in it; all that are loaded when there are
    /// none, for it may be anywhere.
    pub(crate) fn territories(&self, snapshot: &Snapshot) -> BTreeSet<Territory> {
        let departments = self.departments(snapshot);
        if !departments.is_empty() {
            return departments
                .iter()
                .map(|department| Territory::from_department(department))
                .collect();
        }
        let mut found: BTreeSet<Territory> = BTreeSet::new();
        for (_, zones) in snapshot.vintages() {
            let ids = self.perimeters_in(snapshot, zones);
            found.extend(ids.into_iter().map(|id| zones.perimeter(id).territory));
        }
        if found.is_empty() {
            snapshot
                .vintages()
                .flat_map(|(_, zones)| zones.layer().territories())
                .collect()
        } else {
            found
        }
    }

    /// Refuses a rectangle that meets nothing because its longitudes and latitudes are exchanged.
    pub(super) fn check_axes(&self, snapshot: &Snapshot) -> Result<(), QueryError> {
        let Scope::Rectangle(rectangle) = self else {
            return Ok(());
        };
        let (lower, upper) = (rectangle.min(), rectangle.max());
        let exchanged = Rect::new(
            Coord {
                x: lower.y,
                y: lower.x,
            },
            Coord {
                x: upper.y,
                y: upper.x,
            },
        );
        // An empty rectangle is refused only where the exchange would explain it.
        let swapped = !meets_any(snapshot, *rectangle) && meets_any(snapshot, exchanged);
        if swapped {
            Err(QueryError::CoordinatesSwapped {
                lon: lower.x,
                lat: lower.y,
            })
        } else {
            Ok(())
        }
    }

    /// Perimeters of the same departments, not listed, that may be of the area: for communes those with a commune name that
    /// matches no code, for an intercommunality those whose own no perimeter names.
    pub(super) fn unmatched_in<'s>(
        &self,
        snapshot: &'s Snapshot,
        listed: &BTreeSet<QpvCode>,
    ) -> Vec<&'s Perimeter> {
        let found: Vec<&Perimeter> = match self {
            Scope::Communes(_) => {
                let departments = self.departments(snapshot);
                snapshot
                    .unmatched_perimeters()
                    .filter(|perimeter| departments.contains(&perimeter.insee_dep))
                    .collect()
            }
            Scope::Epci(siren) => of_no_epci(snapshot, siren),
            Scope::Country | Scope::Department(_) | Scope::Region(_) | Scope::Rectangle(_) => {
                Vec::new()
            }
        };
        found
            .into_iter()
            .filter(|perimeter| !listed.contains(&perimeter.code_qp))
            .collect()
    }
}

/// Returns true for the departments of metropolitan France and for every code overseas.
fn may_have_perimeters(department: &str) -> bool {
    let is_metropolitan = department.len() == 2 && department_and_region(department).is_some();
    Territory::from_department(department) != Territory::Metropole || is_metropolitan
}

/// Returns true when a rectangle meets a perimeter of any vintage.
fn meets_any(snapshot: &Snapshot, rectangle: Rect<f64>) -> bool {
    snapshot
        .vintages()
        .any(|(_, zones)| !zones.meeting(rectangle).is_empty())
}

/// The perimeters that name no intercommunality, as those of 2015, in communes of which neither another nor the table of
/// communes tells it: of the departments of this one.
fn of_no_epci<'s>(snapshot: &'s Snapshot, siren: &str) -> Vec<&'s Perimeter> {
    // A vintage that names none says nothing of which commune is in which.
    let naming: BTreeSet<Vintage> = perimeters_of_all(snapshot)
        .filter(|perimeter| !perimeter.siren_epci.is_empty())
        .map(|perimeter| perimeter.vintage)
        .collect();
    let departments: BTreeSet<&str> = perimeters_of_all(snapshot)
        .filter(|perimeter| perimeter.siren_epci.iter().any(|named| named == siren))
        .map(|perimeter| perimeter.insee_dep.as_str())
        .collect();
    let certain_communes: BTreeSet<CommuneCode> = perimeters_of_all(snapshot)
        .filter(|perimeter| naming.contains(&perimeter.vintage))
        // Without any, a commune is in none; with several, it may be in either.
        .filter(|perimeter| perimeter.siren_epci.len() < 2)
        .flat_map(|perimeter| perimeter.insee_com.iter().copied())
        .collect();
    perimeters_of_all(snapshot)
        .filter(|perimeter| !naming.contains(&perimeter.vintage))
        .filter(|perimeter| departments.contains(perimeter.insee_dep.as_str()))
        .filter(|perimeter| {
            !perimeter.insee_com.iter().any(|commune| {
                certain_communes.contains(commune) || snapshot.commune_record(*commune).is_some()
            })
        })
        .collect()
}

fn perimeters_of_all(snapshot: &Snapshot) -> impl Iterator<Item = &Perimeter> {
    snapshot
        .vintages()
        .flat_map(|(_, zones)| zones.perimeters())
}
