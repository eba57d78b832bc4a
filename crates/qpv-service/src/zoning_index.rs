//! A zoning as a snapshot holds it: its areas with their index for points, or its communes.

use jiff::civil::Date;
use qpv_engine::{AreaIndex, AreaLocation, PointIndex, PointProjection};
use qpv_geodata::Error;
use qpv_geodata::communes::CommuneTable;
use qpv_geodata::store::{LoadedZoning, MappedFile, ZoningExtent};
use qpv_model::{CommuneCode, CustomLayer, Period, Position, ZonedCommune, ZoningRecord};

/// A zoning of a snapshot.
#[derive(Debug)]
pub(crate) struct ZoningIndex {
    pub(crate) record: ZoningRecord,
    pub(crate) extent: ZoningPlaces,
}

/// The places a zoning is made of.
#[derive(Debug)]
pub(crate) enum ZoningPlaces {
    Areas(Box<ZonedAreas>),
    /// In code order, each with its periods one after the other.
    Communes(Vec<IndexedCommune>),
}

/// The areas of a zoning.
#[derive(Debug)]
pub(crate) struct ZonedAreas {
    pub(crate) index: AreaIndex,
    /// The days of each area within those of the zoning, `None` for an area that has none of them; empty when all areas have
    /// the days of the zoning.
    periods: Vec<Option<Period>>,
}

/// The areas that a rule means by a name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum NamedAreas<'s> {
    /// A layer of a town's own.
    Own(&'s AreaIndex),
    /// A zoning.
    Zoning(&'s ZoningRecord, &'s ZonedAreas),
}

impl<'s> NamedAreas<'s> {
    pub(crate) fn index(self) -> &'s AreaIndex {
        match self {
            Self::Own(index) => index,
            Self::Zoning(_, areas) => &areas.index,
        }
    }

    /// Locates a position among those that are in force on a day.
    pub(crate) fn locate_on(self, position: &Position, day: Date) -> AreaLocation {
        match self {
            Self::Own(index) => index.locate(position),
            Self::Zoning(record, areas) if record.period.holds(day) => {
                areas.locate_on(position, day)
            }
            // Nothing lies in a zoning that has ended, or has not begun.
            Self::Zoning(..) => AreaLocation::default(),
        }
    }
}

/// A commune of a zoning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IndexedCommune {
    /// A commune of today.
    pub(crate) code: CommuneCode,
    /// Its days within those of the zoning; `None` when it has none of them.
    pub(crate) period: Option<Period>,
    /// The list has a code of the past that is a part of this commune, and not the commune.
    pub(crate) is_part: bool,
}

impl ZoningIndex {
    /// Indexes a zoning; codes of the past lead to the communes of today.
    pub(crate) fn new(
        loaded: LoadedZoning,
        table: &CommuneTable,
        projection: PointProjection,
    ) -> Self {
        let LoadedZoning {
            record,
            extent,
            point_index,
        } = loaded;
        let extent = match extent {
            ZoningExtent::Areas(layer) => {
                let areas = ZonedAreas::new(layer, point_index, &record, projection);
                ZoningPlaces::Areas(Box::new(areas))
            }
            ZoningExtent::Communes(communes) => {
                ZoningPlaces::Communes(indexed_communes(&communes, &record.period, table))
            }
        };
        Self { record, extent }
    }

    /// Returns its areas, unless it is a list of communes.
    pub(crate) fn areas(&self) -> Option<&ZonedAreas> {
        match &self.extent {
            ZoningPlaces::Areas(areas) => Some(areas),
            ZoningPlaces::Communes(_) => None,
        }
    }

    /// Returns whether a commune is of a list on a day; `None` when only a part of it is, or these are areas.
    pub(crate) fn holds_commune(&self, commune: CommuneCode, day: Date) -> Option<bool> {
        let ZoningPlaces::Communes(communes) = &self.extent else {
            return None;
        };
        let mut own = communes
            .iter()
            .filter(|it| it.code == commune && it.period.is_some_and(|period| period.holds(day)));
        // A part alone tells nothing of a place in the commune.
        let is_part = own.clone().all(|it| it.is_part);
        own.next()
            .map_or(Some(false), |_| (!is_part).then_some(true))
    }

    /// Returns the number of its areas, or of the periods of its communes.
    pub(crate) fn places(&self) -> usize {
        match &self.extent {
            ZoningPlaces::Areas(areas) => areas.index.layer().areas.len(),
            ZoningPlaces::Communes(communes) => communes.len(),
        }
    }

    /// Returns the names of some of its areas, those without a name left out; the codes of communes.
    pub(crate) fn names<'s>(&'s self, members: &[u32]) -> impl Iterator<Item = &'s str> {
        members.iter().filter_map(|member| match &self.extent {
            ZoningPlaces::Areas(areas) => {
                areas.index.layer().areas[*member as usize].name.as_deref()
            }
            ZoningPlaces::Communes(communes) => Some(communes[*member as usize].code.as_str()),
        })
    }

    /// Returns the codes of some of its areas or communes, each once; areas without a code are left out.
    pub(crate) fn codes<'s>(&'s self, members: &[u32]) -> Vec<&'s str> {
        let codes = members.iter().filter_map(|member| match &self.extent {
            ZoningPlaces::Areas(areas) => {
                areas.index.layer().areas[*member as usize].code.as_deref()
            }
            ZoningPlaces::Communes(communes) => Some(communes[*member as usize].code.as_str()),
        });
        // Parts of one area share its code.
        let mut each_once: Vec<&str> = Vec::new();
        for code in codes {
            if !each_once.contains(&code) {
                each_once.push(code);
            }
        }
        each_once
    }
}

impl ZonedAreas {
    fn new(
        layer: CustomLayer,
        stored: Option<Result<MappedFile, Error>>,
        record: &ZoningRecord,
        projection: PointProjection,
    ) -> Self {
        let has_days = layer.areas.iter().any(|area| !area.period.is_open());
        let periods = layer.areas.iter().filter(|_| has_days);
        let periods = periods
            .map(|area| record.period.intersection(&area.period))
            .collect();
        let points = stored.map(|stored| {
            let bytes = stored.map_err(|fault| fault.to_string())?;
            PointIndex::from_bytes(Box::new(bytes), &layer.areas).map_err(|fault| fault.to_string())
        });
        // Logged, and answered by the general path: slower, with the same answers.
        if let Some(Err(fault)) = &points {
            tracing::warn!(
                zoning = %record.name,
                fault,
                "the stored point index of the zoning cannot be used, and its answers take longer; import its file again"
            );
        }
        Self {
            index: AreaIndex::new(layer, projection).with_point_index(points.and_then(Result::ok)),
            periods,
        }
    }

    /// Returns whether some areas have days of their own.
    pub(crate) fn has_days(&self) -> bool {
        !self.periods.is_empty()
    }

    /// Locates a position among the areas that are in force on a day.
    pub(crate) fn locate_on(&self, position: &Position, day: Date) -> AreaLocation {
        if !self.has_days() {
            return self.index.locate(position);
        }
        // The candidates of the point index are those among all areas, in force or not.
        self.index.locate_among(position, |area| {
            self.periods[area as usize].is_some_and(|period| period.holds(day))
        })
    }

    /// [`Self::locate_on`] for many positions.
    pub(crate) fn locate_all_on(&self, positions: &[Position], day: Date) -> Vec<AreaLocation> {
        if self.has_days() {
            return positions.iter().map(|it| self.locate_on(it, day)).collect();
        }
        let mut found = vec![AreaLocation::default(); positions.len()];
        self.index.locate_all(positions, &mut found);
        found
    }

    /// Returns the days of an area, within those of its zoning.
    pub(crate) fn period(&self, area: u32, record: &ZoningRecord) -> Period {
        let own = self.periods.get(area as usize).copied().flatten();
        own.unwrap_or(record.period)
    }
}

/// Returns the communes of today of a list, in code order.
fn indexed_communes(
    communes: &[ZonedCommune],
    zoning: &Period,
    table: &CommuneTable,
) -> Vec<IndexedCommune> {
    let listed: std::collections::BTreeSet<CommuneCode> =
        communes.iter().map(|commune| commune.code).collect();
    let mut indexed = Vec::with_capacity(communes.len());
    for ZonedCommune { code, period } in communes {
        let period = zoning.intersection(period);
        let today = table.communes_of_today(*code);
        // A code that the table does not know stays as it is: a newer table may.
        if today.is_empty() || today.contains(code) {
            indexed.push(IndexedCommune {
                code: *code,
                period,
                is_part: false,
            });
            continue;
        }
        let others = today.into_iter().filter(|today| !listed.contains(today));
        indexed.extend(others.map(|code| IndexedCommune {
            code,
            period,
            is_part: true,
        }));
    }
    indexed.sort_by_key(|it| {
        (
            it.code,
            it.period.map(|period| period.valid_from),
            it.is_part,
        )
    });
    indexed.dedup();
    indexed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(codes: &[&str]) -> Vec<(String, bool)> {
        let communes = codes.iter().map(|code| ZonedCommune {
            code: code.parse().expect("a code"),
            period: Period::default(),
        });
        let communes: Vec<_> = communes.collect();
        indexed_communes(&communes, &Period::default(), &CommuneTable::built_in())
            .into_iter()
            .map(|it| (it.code.to_string(), it.is_part))
            .collect()
    }

    #[test]
    fn codes_of_the_past_are_parts_of_a_commune_of_today() {
        // Saint-Cornier-des-Landes (61377) is a part of Tinchebray-Bocage (61486).
        assert_eq!(listed(&["61377"]), [("61486".to_owned(), true)]);
        // The whole commune is listed too: its part adds nothing.
        assert_eq!(listed(&["61377", "61486"]), [("61486".to_owned(), false)]);
        assert_eq!(
            listed(&["61169", "99999"]),
            [("61169".to_owned(), false), ("99999".to_owned(), false)]
        );
    }
}
