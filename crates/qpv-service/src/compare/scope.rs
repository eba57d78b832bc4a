//! The area of a comparison, and which perimeters lie in it.

use std::collections::BTreeSet;

use geo_types::{Coord, Rect};
use qpv_engine::Zones;
use qpv_model::{CommuneCode, Perimeter, QpvCode, Territory, departments_of_region};

use crate::{PerimeterFilter, QueryError, Snapshot};

/// The area compared.
#[derive(Debug, Clone, PartialEq)]
pub enum Scope {
    /// Everything loaded.
    Country,
    /// Communes; arrondissements of Paris, Lyon and Marseille stand for their commune.
    Communes(Vec<CommuneCode>),
    /// An intercommunality, by its SIREN number. Published in 2024 only: perimeters of 2015 are in it when one of their
    /// communes has a perimeter of 2024 in it and in no other, or when they belong to the group of one of its perimeters.
    Epci(String),
    /// A department, as INSEE writes it (`61`, `2A`, `974`).
    Department(String),
    /// A region, by its INSEE code (`28`, `01`): all its departments.
    Region(String),
    /// What a rectangle meets, on WGS 84, degrees, longitude first.
    Rectangle(Rect<f64>),
}

impl Snapshot {
    /// The perimeters of a vintage in an area, in code order.
    pub(super) fn in_scope(&self, scope: &Scope, zones: &Zones) -> Vec<u32> {
        let filter = PerimeterFilter { vintage: Some(zones.layer().vintage), ..PerimeterFilter::default() };
        let filters: Vec<PerimeterFilter> = match scope {
            Scope::Rectangle(rectangle) => return zones.meeting(*rectangle),
            Scope::Country => vec![filter],
            Scope::Epci(siren) => vec![PerimeterFilter { epci: Some(siren.clone()), ..filter }],
            Scope::Communes(communes) => {
                communes.iter().map(|&commune| PerimeterFilter { commune: Some(commune), ..filter.clone() }).collect()
            }
            Scope::Department(_) | Scope::Region(_) => self
                .departments_of(scope)
                .into_iter()
                .map(|code| PerimeterFilter { department: Some(code), ..filter.clone() })
                .collect(),
        };
        let found = filters.iter().flat_map(|filter| self.perimeters(filter));
        let positions: BTreeSet<u32> = found.filter_map(|perimeter| self.position_of(perimeter.code_qp)).collect();
        positions.into_iter().collect()
    }

    /// The departments that a scope names, by itself or by its communes or its region. A region that only the data names
    /// has the departments of the perimeters that name it.
    fn departments_of(&self, scope: &Scope) -> BTreeSet<String> {
        match scope {
            Scope::Communes(communes) => communes.iter().map(|commune| commune.department().to_owned()).collect(),
            Scope::Department(code) => [code.clone()].into(),
            Scope::Region(code) => {
                let known = departments_of_region(code).into_iter().map(str::to_owned);
                let perimeters = self.vintages().flat_map(|(_, zones)| zones.perimeters());
                let named = perimeters.filter(|perimeter| perimeter.insee_reg.as_deref() == Some(code));
                known.chain(named.map(|perimeter| perimeter.insee_dep.clone())).collect()
            }
            Scope::Country | Scope::Epci(_) | Scope::Rectangle(_) => BTreeSet::new(),
        }
    }

    /// The territories of an area: by its departments, or else by the perimeters in it; all that are loaded when there are
    /// none, for it may be anywhere.
    pub(super) fn territories_of(&self, scope: &Scope) -> BTreeSet<Territory> {
        let departments = self.departments_of(scope);
        if !departments.is_empty() {
            return departments.iter().map(|department| Territory::of_department(department)).collect();
        }
        let in_scope = |zones| self.in_scope(scope, zones).into_iter();
        let territory = |zones: &Zones, position: u32| zones.perimeters()[position as usize].territory;
        let found = self.vintages().flat_map(|(_, zones)| in_scope(zones).map(move |at| territory(zones, at)));
        let found: BTreeSet<Territory> = found.collect();
        if found.is_empty() {
            self.vintages().flat_map(|(_, zones)| zones.layer().territories()).collect()
        } else {
            found
        }
    }

    /// Refuses a rectangle that meets nothing because its longitudes and latitudes are exchanged.
    pub(super) fn check_axes(&self, scope: &Scope) -> Result<(), QueryError> {
        let Scope::Rectangle(rectangle) = scope else { return Ok(()) };
        let (lower, upper) = (rectangle.min(), rectangle.max());
        let exchanged = Rect::new(Coord { x: lower.y, y: lower.x }, Coord { x: upper.y, y: upper.x });
        let meets = |rectangle| self.vintages().any(|(_, zones)| !zones.meeting(rectangle).is_empty());
        let swapped = !meets(*rectangle) && meets(exchanged);
        if swapped { Err(QueryError::CoordinatesSwapped { lon: lower.x, lat: lower.y }) } else { Ok(()) }
    }

    /// Perimeters of the communes' departments, not listed, with a commune name that matches no code.
    pub(super) fn unmatched_in(&self, scope: &Scope, listed: &BTreeSet<QpvCode>) -> Vec<&Perimeter> {
        let Scope::Communes(_) = scope else { return Vec::new() };
        let departments = self.departments_of(scope);
        let unmatched = self.unmatched_perimeters();
        let of_these = |perimeter: &&Perimeter| departments.contains(&perimeter.insee_dep);
        unmatched.filter(of_these).filter(|perimeter| !listed.contains(&perimeter.code_qp)).collect()
    }
}
