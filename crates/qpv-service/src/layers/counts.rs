//! Numbers of perimeters of regions, departments and communes, by vintage.
//!
//! A number is given only where it is known: when the perimeters of that vintage are all loaded for that territory and, by
//! commune, when none of the department has a commune name without a code. It is absent elsewhere, never zero.

use std::collections::{BTreeMap, BTreeSet};

use geo_types::{Coord, MultiPolygon, Rect};
use qpv_french::fold::fold_text;
use qpv_model::{
    AdminArea, AdminLevel, CommuneCode, Perimeter, QpvCode, Territory, Vintage,
    department_and_region,
};
use qpv_tiles::{CLUSTER_EXTENT, FeatureProperties, FeatureValue, PointFeature, envelope_text};

use crate::address_coverage::REGIONS_OVERSEAS;
use crate::snapshot::Snapshot;

/// The label points of perimeters.
pub(super) type Labels = BTreeMap<QpvCode, Coord<f64>>;

/// Numbers of perimeters by vintage.
type VintageCounts = BTreeMap<Vintage, u32>;

/// Perimeters of an area, by vintage.
#[derive(Debug, Default)]
struct Count {
    code: Option<String>,
    name: Option<String>,
    territory: Option<Territory>,
    perimeters: VintageCounts,
    sum: Coord<f64>,
    /// Around their labels.
    envelope: Option<Rect<f64>>,
}

/// A point for each area with perimeters, in the middle of theirs.
pub(super) fn points(snapshot: &Snapshot, level: AdminLevel, labels: &Labels) -> Vec<PointFeature> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let regions = regions(snapshot);
    for perimeter in perimeters(snapshot) {
        for key in keys(snapshot, perimeter, level, &regions) {
            let count = counts.entry(key).or_default();
            let (code, name) = named(perimeter, level, &regions);
            // Those of the newest vintage come last, and are published.
            count.code = code.or(count.code.take());
            count.name = name.or(count.name.take());
            count.territory = Some(perimeter.territory);
            *count.perimeters.entry(perimeter.vintage).or_default() += 1;
            count.add(labels.get(&perimeter.code_qp).copied());
        }
    }
    counts
        .into_values()
        .filter_map(|count| count.into_point(snapshot, level))
        .collect()
}

impl Count {
    fn add(&mut self, label: Option<Coord<f64>>) {
        let at = label.unwrap_or_default();
        self.sum = self.sum + at;
        // A perimeter without any vertex has no place, and must not reach to the equator.
        if label.is_some() {
            let [low, high] = self.envelope.map_or([at; 2], |it| [it.min(), it.max()]);
            self.envelope = Some(Rect::new(
                Coord {
                    x: low.x.min(at.x),
                    y: low.y.min(at.y),
                },
                Coord {
                    x: high.x.max(at.x),
                    y: high.y.max(at.y),
                },
            ));
        }
    }

    /// The point in the middle of its perimeters, with their numbers.
    fn into_point(self, snapshot: &Snapshot, level: AdminLevel) -> Option<PointFeature> {
        let known = known(snapshot, self.territory?);
        let at = self.sum / f64::from(self.perimeters.values().sum::<u32>());
        let numbers = numbers(&known, &self.perimeters);
        let mut properties = texts(level, self.code, self.name);
        properties.extend(numbers);
        properties.extend(self.envelope.map(|it| {
            let text = envelope_text([it.min().x, it.min().y, it.max().x, it.max().y]);
            (CLUSTER_EXTENT.into(), FeatureValue::Text(text))
        }));
        Some(PointFeature { at, properties })
    }
}

/// The outlines imported of a level, with their numbers.
pub(crate) fn areas(
    snapshot: &Snapshot,
    level: AdminLevel,
) -> Vec<(&MultiPolygon<f64>, FeatureProperties)> {
    let counts = AreaCounts::new(snapshot, level);
    snapshot
        .outlines(level)
        .iter()
        .map(|area| (&area.outline, counts.properties(area)))
        .collect()
}

/// The numbers of perimeters by area of a level.
struct AreaCounts<'s> {
    snapshot: &'s Snapshot,
    level: AdminLevel,
    /// By the keys of areas ([`keys`]) and by vintage.
    perimeters: BTreeMap<String, VintageCounts>,
    doubtful_departments: BTreeSet<(Vintage, &'s str)>,
}

impl<'s> AreaCounts<'s> {
    fn new(snapshot: &'s Snapshot, level: AdminLevel) -> Self {
        let mut counts: BTreeMap<String, VintageCounts> = BTreeMap::new();
        let regions = regions(snapshot);
        for perimeter in perimeters(snapshot) {
            for key in keys(snapshot, perimeter, level, &regions) {
                let count: &mut VintageCounts = counts.entry(key).or_default();
                *count.entry(perimeter.vintage).or_default() += 1;
            }
        }
        Self {
            snapshot,
            level,
            perimeters: counts,
            doubtful_departments: doubtful_departments(snapshot),
        }
    }

    /// Returns true for a commune of today: perimeters are counted there, not in arrondissements or communes of the past.
    fn is_commune(&self, code: &str) -> bool {
        let code: Option<CommuneCode> = code.parse().ok();
        code.is_none_or(|code| self.snapshot.communes_of_today(code) == [code])
    }

    /// The code and the name of an area, and the numbers that are known.
    fn properties(&self, area: &AdminArea) -> FeatureProperties {
        let (key, department) = match self.level {
            // By name: not every perimeter publishes the code of its region.
            AdminLevel::Region => (fold_text(&area.name), region_overseas(&area.name)),
            AdminLevel::Departement => (area.code.clone(), Some(area.code.as_str())),
            AdminLevel::Commune => (area.code.clone(), department_of(&area.code)),
        };
        let territory = department.map_or(Territory::Metropole, Territory::from_department);
        let mut known = known(self.snapshot, territory);
        if self.level == AdminLevel::Commune {
            // A perimeter whose commune is not known may be of this one.
            known.retain(|vintage| {
                department.is_some_and(|department| {
                    !self.doubtful_departments.contains(&(*vintage, department))
                })
            });
            known.retain(|_| self.is_commune(&area.code));
        }
        let none = VintageCounts::new();
        let counted = self.perimeters.get(&key).unwrap_or(&none);
        let (code, name) = (area.code.clone(), area.name.clone());
        let mut properties = texts(self.level, Some(code), Some(name));
        properties.extend(numbers(&known, counted));
        properties
    }
}

fn perimeters(snapshot: &Snapshot) -> impl Iterator<Item = &Perimeter> {
    snapshot
        .vintages()
        .flat_map(|(_, zones)| zones.perimeters())
}

/// Names of regions as perimeters publish them, by department: for those of the fictional town.
type Regions<'a> = BTreeMap<&'a str, &'a str>;

fn regions(snapshot: &Snapshot) -> Regions<'_> {
    let published = perimeters(snapshot).filter_map(|perimeter| {
        let name = perimeter.lib_reg.as_deref()?;
        Some((perimeter.insee_dep.as_str(), name))
    });
    published.collect()
}

/// Departments with a perimeter of the vintage whose communes are not all known.
fn doubtful_departments(snapshot: &Snapshot) -> BTreeSet<(Vintage, &str)> {
    let doubtful = perimeters(snapshot).filter(|perimeter| snapshot.is_unmatched(perimeter));
    doubtful
        .map(|perimeter| (perimeter.vintage, perimeter.insee_dep.as_str()))
        .collect()
}

/// Returns the keys of the areas that a perimeter counts for.
fn keys(
    snapshot: &Snapshot,
    perimeter: &Perimeter,
    level: AdminLevel,
    regions: &Regions<'_>,
) -> Vec<String> {
    match level {
        AdminLevel::Region => region(perimeter, regions)
            .map(|name| fold_text(&name))
            .into_iter()
            .collect(),
        AdminLevel::Departement => vec![perimeter.insee_dep.clone()],
        AdminLevel::Commune => {
            let codes = perimeter.insee_com.iter();
            // A set: two codes of the past may lead to one commune.
            let today: BTreeSet<CommuneCode> = codes
                .flat_map(|code| snapshot.communes_of_today(*code))
                .collect();
            today.iter().map(ToString::to_string).collect()
        }
    }
}

/// Code and name of the area a perimeter lies in.
fn named(
    perimeter: &Perimeter,
    level: AdminLevel,
    regions: &Regions<'_>,
) -> (Option<String>, Option<String>) {
    let department = department_and_region(&perimeter.insee_dep).map(|(name, _)| name.to_owned());
    match level {
        AdminLevel::Region => (
            perimeter.insee_reg.clone(),
            perimeter
                .lib_reg
                .clone()
                .or_else(|| region(perimeter, regions)),
        ),
        _ => (
            Some(perimeter.insee_dep.clone()),
            perimeter.lib_dep.clone().or(department),
        ),
    }
}

/// The name of the region that a perimeter lies in; none for a collectivity overseas that is in none.
fn region(perimeter: &Perimeter, regions: &Regions<'_>) -> Option<String> {
    let department = perimeter.insee_dep.as_str();
    match department_and_region(department) {
        // Collectivities that lie in no region give their own name twice.
        Some((name, region)) if name == region && !REGIONS_OVERSEAS.contains(&department) => None,
        Some((_, region)) => Some(region.to_owned()),
        None => regions.get(department).map(|name| (*name).to_owned()),
    }
}

/// The department that is the region of this name, overseas.
fn region_overseas(name: &str) -> Option<&'static str> {
    REGIONS_OVERSEAS.into_iter().find(|code| {
        department_and_region(code).is_some_and(|(known, _)| fold_text(known) == fold_text(name))
    })
}

fn department_of(commune: &str) -> Option<&str> {
    let overseas = commune.starts_with("97") || commune.starts_with("98");
    commune.get(..if overseas { 3 } else { 2 })
}

/// Returns the vintages whose perimeters are all loaded for a territory.
fn known(snapshot: &Snapshot, territory: Territory) -> BTreeSet<Vintage> {
    let whole = snapshot
        .vintages()
        .filter(|(_, zones)| snapshot.fictional() || zones.layer().whole.contains(&territory));
    whole.map(|(vintage, _)| vintage).collect()
}

fn texts(level: AdminLevel, code: Option<String>, name: Option<String>) -> FeatureProperties {
    let names = match level {
        AdminLevel::Region => ["insee_reg", "lib_reg"],
        AdminLevel::Departement => ["insee_dep", "lib_dep"],
        AdminLevel::Commune => ["insee_com", "lib_com"],
    };
    let texts = names.into_iter().zip([code, name]);
    texts
        .filter_map(|(name, text)| Some((name.into(), FeatureValue::Text(text?))))
        .collect()
}

/// Returns the number of each vintage that is known, under `qpv_` and its year.
fn numbers(known: &BTreeSet<Vintage>, perimeters: &VintageCounts) -> FeatureProperties {
    known
        .iter()
        .map(|vintage| {
            let count = perimeters.get(vintage).copied().unwrap_or_default();
            (count_attribute(*vintage).into(), FeatureValue::Whole(count))
        })
        .collect()
}

/// Returns the name of the attribute that counts the perimeters of a vintage.
pub(super) fn count_attribute(vintage: Vintage) -> String {
    format!("qpv_{vintage}")
}
