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
    Communes(ListedCommunes),
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

/// The communes of a zoning, in code order, each with its periods one after the other.
#[derive(Debug)]
pub(crate) struct ListedCommunes(Vec<IndexedCommune>);

/// The standing of a commune in a list on a day, with the place in the list of what says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CommuneStanding {
    /// All of it is in the list.
    Whole(usize),
    /// Only a part of it is: that tells nothing of a place in the commune.
    Part(usize),
    /// It was in the list, or will be.
    OtherDays(usize),
    /// It is not in the list.
    Absent,
}

/// A commune of a zoning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IndexedCommune {
    /// A commune of today, or an arrondissement of one.
    pub(crate) code: CommuneCode,
    /// Its days within those of the zoning; `None` when it has none of them.
    pub(crate) period: Option<Period>,
    /// The list has a code of the past or an arrondissement that is a part of this commune, and not the commune.
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
                ZoningPlaces::Communes(ListedCommunes::new(&communes, &record.period, table))
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
        match communes.standing(commune, day) {
            CommuneStanding::Whole(_) => Some(true),
            CommuneStanding::Part(_) => None,
            CommuneStanding::OtherDays(_) | CommuneStanding::Absent => Some(false),
        }
    }

    /// Returns the number of its areas, or of the periods of its communes.
    pub(crate) fn places(&self) -> usize {
        match &self.extent {
            ZoningPlaces::Areas(areas) => areas.index.layer().areas.len(),
            ZoningPlaces::Communes(communes) => communes.0.len(),
        }
    }

    /// Returns the names of some of its areas, those without a name left out; the codes of communes.
    pub(crate) fn names<'s>(&'s self, members: &[u32]) -> impl Iterator<Item = &'s str> {
        members.iter().filter_map(|member| match &self.extent {
            ZoningPlaces::Areas(areas) => {
                areas.index.layer().areas[*member as usize].name.as_deref()
            }
            ZoningPlaces::Communes(communes) => Some(communes.0[*member as usize].code.as_str()),
        })
    }

    /// Returns the codes of some of its areas or communes, each once; areas without a code are left out.
    pub(crate) fn codes<'s>(&'s self, members: &[u32]) -> Vec<&'s str> {
        let codes = members.iter().filter_map(|member| match &self.extent {
            ZoningPlaces::Areas(areas) => {
                areas.index.layer().areas[*member as usize].code.as_deref()
            }
            ZoningPlaces::Communes(communes) => Some(communes.0[*member as usize].code.as_str()),
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

impl ListedCommunes {
    /// Leads the codes of a list to the communes of today.
    fn new(communes: &[ZonedCommune], zoning: &Period, table: &CommuneTable) -> Self {
        let mut indexed = Vec::with_capacity(communes.len());
        for ZonedCommune { code, period } in communes {
            let period = zoning.intersection(period);
            let today = table.communes_of_today(*code);
            // A code that the table does not know stays as it is: a newer table may.
            let is_whole = today.is_empty() || today.contains(code);
            // Addresses name arrondissements, so one stands for itself too.
            if is_whole || code.arrondissement().is_some() {
                indexed.push(IndexedCommune::new(*code, period, false));
            }
            if !is_whole {
                let parts = today.into_iter();
                // Also where the list has the commune itself: it may have it on other days.
                indexed.extend(parts.map(|code| IndexedCommune::new(code, period, true)));
            }
        }
        // Of the same days, those of the commune itself stand last.
        indexed.sort_by_key(|it| (it.code, it.period.map(|it| it.valid_from), !it.is_part));
        indexed.dedup();
        Self(indexed)
    }

    /// Returns where a commune, or an arrondissement, stands on a day.
    pub(crate) fn standing(&self, commune: CommuneCode, day: Date) -> CommuneStanding {
        let city = commune.whole_commune();
        if city != commune {
            // A part of the city may be another arrondissement: only the whole city holds this one.
            let of_city = self.own_standing(city, day);
            return match (self.own_standing(commune, day), of_city) {
                (own @ CommuneStanding::Whole(_), _) => own,
                (_, whole @ CommuneStanding::Whole(_)) => whole,
                (CommuneStanding::Absent, CommuneStanding::OtherDays(place))
                    if !self.0[place].is_part =>
                {
                    of_city
                }
                (own, _) => own,
            };
        }
        let own = self.own_standing(commune, day);
        match own {
            CommuneStanding::Part(place) if self.has_all_arrondissements(commune, day) => {
                CommuneStanding::Whole(place)
            }
            _ => own,
        }
    }

    /// Returns whether a city has arrondissements, and all of them are in the list on a day.
    fn has_all_arrondissements(&self, city: CommuneCode, day: Date) -> bool {
        let mut parts = city.arrondissements().peekable();
        parts.peek().is_some()
            && parts.all(|it| matches!(self.own_standing(it, day), CommuneStanding::Whole(_)))
    }

    /// Returns what the entries of a code itself say.
    fn own_standing(&self, code: CommuneCode, day: Date) -> CommuneStanding {
        let first = self.0.partition_point(|it| it.code < code);
        let own = self.0[first..].iter().take_while(|it| it.code == code);
        let own = first..first + own.count();
        let mut in_force = own
            .clone()
            .filter(|place| self.0[*place].period.is_some_and(|it| it.holds(day)));
        let whole = in_force.clone().find(|place| !self.0[*place].is_part);
        match (whole, in_force.next(), own.last()) {
            (Some(place), ..) => CommuneStanding::Whole(place),
            (None, Some(part), _) => CommuneStanding::Part(part),
            (None, None, Some(place)) => CommuneStanding::OtherDays(place),
            (None, None, None) => CommuneStanding::Absent,
        }
    }

    /// Returns the days of an entry within those of the zoning; `None` when it has none of them.
    pub(crate) fn period(&self, place: usize) -> Option<Period> {
        self.0[place].period
    }
}

impl IndexedCommune {
    fn new(code: CommuneCode, period: Option<Period>, is_part: bool) -> Self {
        Self {
            code,
            period,
            is_part,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// Lists communes with their first and last year.
    fn listed(communes: &[(&str, Option<i16>, Option<i16>)]) -> ListedCommunes {
        let communes = communes.iter().map(|(code, first, last)| ZonedCommune {
            code: code.parse().expect("a code"),
            period: Period::new(
                first.map(|year| date(year, 1, 1)),
                last.map(|year| date(year, 12, 31)),
            )
            .expect("in order"),
        });
        let communes: Vec<_> = communes.collect();
        ListedCommunes::new(&communes, &Period::default(), &CommuneTable::built_in())
    }

    /// The standing of a commune in the middle of a year, without its place.
    fn standing(list: &ListedCommunes, code: &str, year: i16) -> &'static str {
        match list.standing(code.parse().expect("a code"), date(year, 7, 1)) {
            CommuneStanding::Whole(_) => "whole",
            CommuneStanding::Part(_) => "part",
            CommuneStanding::OtherDays(_) => "other days",
            CommuneStanding::Absent => "absent",
        }
    }

    #[test]
    fn a_commune_counts_on_its_own_days() {
        let list = listed(&[
            ("61006", None, None),
            ("61169", Some(2018), Some(2020)),
            ("61169", Some(2024), None),
            ("99999", None, None),
        ]);
        for (code, year, expected) in [
            ("61006", 1990, "whole"),
            ("61169", 2019, "whole"),
            ("61169", 2022, "other days"),
            ("61169", 2024, "whole"),
            ("14047", 2024, "absent"),
            ("99999", 2024, "whole"),
        ] {
            assert_eq!(standing(&list, code, year), expected, "{code} {year}");
        }
    }

    #[test]
    fn codes_of_the_past_are_parts_of_a_commune_of_today() {
        // Saint-Cornier-des-Landes (61377) is a part of Tinchebray-Bocage (61486).
        let part = listed(&[("61377", None, None)]);
        assert_eq!(standing(&part, "61486", 2026), "part");
        let both = listed(&[("61377", None, None), ("61486", None, None)]);
        assert_eq!(standing(&both, "61486", 2026), "whole");
        // The commune was listed until 2022, and the part of it is since 2024.
        let later = listed(&[("61486", None, Some(2022)), ("61377", Some(2024), None)]);
        for (year, expected) in [(2022, "whole"), (2023, "other days"), (2026, "part")] {
            assert_eq!(standing(&later, "61486", year), expected, "{year}");
        }
    }

    #[test]
    fn arrondissements_are_parts_of_their_city() {
        let one = listed(&[("13214", Some(2024), None)]);
        for (code, year, expected) in [
            ("13214", 2025, "whole"),
            ("13214", 2023, "other days"),
            ("13215", 2025, "absent"),
            ("13055", 2025, "part"),
            ("13055", 2023, "other days"),
            ("75114", 2025, "absent"),
        ] {
            assert_eq!(standing(&one, code, year), expected, "{code} {year}");
        }
        let city = listed(&[("13055", None, Some(2020)), ("13214", Some(2024), None)]);
        for (code, year, expected) in [
            ("13201", 2019, "whole"),
            ("13214", 2019, "whole"),
            ("13055", 2019, "whole"),
            ("13214", 2025, "whole"),
            ("13055", 2025, "part"),
        ] {
            assert_eq!(standing(&city, code, year), expected, "{code} {year}");
        }
        // All of them are the city.
        let codes: Vec<String> = (69_381..=69_389).map(|it: u32| it.to_string()).collect();
        let all: Vec<_> = codes.iter().map(|it| (it.as_str(), None, None)).collect();
        assert_eq!(standing(&listed(&all), "69123", 2025), "whole");
        assert_eq!(standing(&listed(&all[1..]), "69123", 2025), "part");
    }
}
