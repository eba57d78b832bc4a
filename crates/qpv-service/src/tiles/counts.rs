//! How many perimeters regions, departments and communes have, by vintage.
//!
//! A number is given only where it is known: when the perimeters of that vintage are all loaded for that territory. An area
//! of which neither is known gets no number at all, and no point.

use std::collections::BTreeMap;

use geo_types::Coord;
use qpv_model::{Perimeter, Territory, Vintage, department_and_region};
use qpv_tiles::{PointFeature, Properties, Value, label_point};

use crate::Snapshot;

/// What perimeters are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Region,
    Departement,
}

/// Departments that are a region too; those overseas that are in none have no number by region.
const REGIONS_OVERSEAS: [&str; 5] = ["971", "972", "973", "974", "976"];

/// What is counted of an area.
#[derive(Debug, Default)]
struct Count {
    code: Option<String>,
    name: Option<String>,
    known: [bool; 2],
    perimeters: [u32; 2],
    sum: Coord<f64>,
}

/// A point for each area with perimeters: the middle of theirs.
pub(super) fn points(snapshot: &Snapshot, by: By) -> Vec<PointFeature> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for (vintage, zones) in snapshot.vintages() {
        for perimeter in zones.perimeters() {
            let Some((key, name)) = area(perimeter, by) else { continue };
            let count = counts.entry(key).or_default();
            count.name = count.name.take().or(name);
            let code = match by {
                By::Departement => Some(&perimeter.insee_dep),
                By::Region => perimeter.insee_reg.as_ref(),
            };
            count.code = count.code.take().or_else(|| code.cloned());
            count.known = Vintage::ALL.map(|vintage| is_known(snapshot, vintage, perimeter.territory));
            count.perimeters[place(vintage)] += 1;
            count.sum = count.sum + label_point(perimeter.outline.wgs84()).unwrap_or_default();
        }
    }
    counts.into_values().filter(|count| count.known.contains(&true)).map(|count| count.point(by)).collect()
}

impl Count {
    fn point(self, by: By) -> PointFeature {
        let [code, name] = match by {
            By::Departement => ["insee_dep", "lib_dep"],
            By::Region => ["insee_reg", "lib_reg"],
        };
        let at = self.sum / f64::from(self.perimeters.iter().sum::<u32>());
        let texts = [(code, self.code), (name, self.name)];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, Value::Text(text?))));
        let numbers = numbers(self.known, self.perimeters);
        PointFeature { at, properties: texts.chain(numbers).collect() }
    }
}

fn numbers(known: [bool; 2], perimeters: [u32; 2]) -> Properties {
    let all = ["qpv_2015", "qpv_2024"].into_iter().zip(known).zip(perimeters);
    all.filter(|((_, known), _)| *known).map(|((name, _), count)| (name, Value::Whole(count))).collect()
}

fn place(vintage: Vintage) -> usize {
    usize::from(vintage == Vintage::V2024)
}

/// Whether all perimeters of a vintage are loaded for a territory.
fn is_known(snapshot: &Snapshot, vintage: Vintage, territory: Territory) -> bool {
    let zones = snapshot.zones(vintage);
    zones.is_some_and(|zones| zones.layer().whole.contains(&territory) || snapshot.fictional())
}

/// What an area is told apart by, and its name.
fn area(perimeter: &Perimeter, by: By) -> Option<(String, Option<String>)> {
    let department = perimeter.insee_dep.as_str();
    let known = department_and_region(department);
    match by {
        By::Departement => {
            let name = known.map(|(name, _)| name.to_owned()).or_else(|| perimeter.lib_dep.clone());
            Some((department.to_owned(), name))
        }
        By::Region => {
            let in_one = known.is_none_or(|(name, region)| name != region) || REGIONS_OVERSEAS.contains(&department);
            let name = known.map(|(_, region)| region.to_owned()).or_else(|| perimeter.lib_reg.clone());
            name.filter(|_| in_one).map(|name| (name.clone(), Some(name)))
        }
    }
}
