//! The names of communes as a layer of points, the largest first.
//!
//! No table of the project has the inhabitants of communes. What is loaded gives two lower bounds of them: those of the
//! neighbourhoods of the commune, and two for each of its addresses. They choose which name gives way to which, and no more.

use std::collections::BTreeMap;

use geo_types::Coord;
use qpv_addresses::AddressIndex;
use qpv_model::{AdminLevel, CommuneCode};
use qpv_tiles::{FeatureLayer, FeatureValue, PointFeature, label_point};

use crate::layer_contract::LayerKind;
use crate::layers::counts::Labels;
use crate::snapshot::Snapshot;

/// Inhabitants of an address, at least: there are 2.2 to a home, and many addresses have several.
const PER_ADDRESS: u32 = 2;
/// Inhabitants of a neighbourhood, at least: the decree asks for a thousand.
const LEAST_INHABITANTS: u32 = 1_000;
/// Inhabitants from which a name is written larger, the largest class first.
const SIZE_CLASSES: [u32; 3] = [50_000, 10_000, 2_000];

/// A commune with a place on the map.
#[derive(Debug, Default)]
struct NamedCommune {
    /// Of its outline, which is the best place there is.
    outline: Option<Coord<f64>>,
    /// The sum of the middles of its parts, by their addresses.
    addresses: Coord<f64>,
    address_count: u32,
    /// The sum of the labels of its perimeters.
    perimeters: Coord<f64>,
    perimeter_count: u32,
    inhabitants: u32,
}

impl NamedCommune {
    fn place(&self) -> Option<Coord<f64>> {
        let by_addresses =
            (self.address_count > 0).then(|| self.addresses / f64::from(self.address_count));
        let by_perimeters =
            (self.perimeter_count > 0).then(|| self.perimeters / f64::from(self.perimeter_count));
        self.outline.or(by_addresses).or(by_perimeters)
    }

    fn size(&self) -> u32 {
        self.inhabitants
            .max(self.address_count.saturating_mul(PER_ADDRESS))
    }
}

/// Returns the layer of the communes that something loaded gives a place.
pub(super) fn commune_names(snapshot: &Snapshot, labels: &Labels) -> FeatureLayer {
    let communes = found_communes(snapshot, labels);
    let mut named: Vec<(u32, CommuneCode, String, Coord<f64>)> = communes
        .iter()
        .filter_map(|(code, commune)| {
            let name = snapshot.commune_record(*code).map(|record| record.name);
            let name = name.or_else(|| snapshot.name_in_data(*code))?;
            // An unnamed point would be an empty label that keeps others away.
            let name = Some(name).filter(|name| !name.is_empty())?;
            Some((commune.size(), *code, name.to_owned(), commune.place()?))
        })
        .collect();
    // The code breaks ties, so that the layer is always the same.
    named.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    let points = named
        .into_iter()
        .zip(1_u32..)
        .map(|((size, code, name, at), rank)| {
            let class = SIZE_CLASSES.iter().position(|least| size >= *least);
            let class = class.map_or(SIZE_CLASSES.len(), |class| class) + 1;
            PointFeature {
                at,
                properties: vec![
                    ("insee_com".into(), FeatureValue::Text(code.to_string())),
                    ("lib_com".into(), FeatureValue::Text(name)),
                    (
                        "size_class".into(),
                        FeatureValue::Whole(u32::try_from(class).unwrap_or(u32::MAX)),
                    ),
                    ("rank".into(), FeatureValue::Whole(rank)),
                ],
            }
        });
    FeatureLayer::ranked_points(LayerKind::CommuneNames.id(), points.collect())
}

fn found_communes(snapshot: &Snapshot, labels: &Labels) -> BTreeMap<CommuneCode, NamedCommune> {
    let mut communes: BTreeMap<CommuneCode, NamedCommune> = BTreeMap::new();
    for area in snapshot.outlines(AdminLevel::Commune) {
        let code: Option<CommuneCode> = area.code.parse().ok();
        // Arrondissements and communes of the past would name one place twice.
        let code = code.filter(|code| *code == code.whole_commune());
        if let Some(code) = code.filter(|code| snapshot.communes_of_today(*code) == [*code]) {
            communes.entry(code).or_default().outline = label_point(&area.outline);
        }
    }
    let index = snapshot.addresses().ok();
    for (code, count, middle) in index.into_iter().flat_map(AddressIndex::commune_middles) {
        let commune = communes.entry(code.whole_commune()).or_default();
        commune.addresses = commune.addresses + middle.coord() * f64::from(count);
        commune.address_count += count;
    }
    // Of the newest vintage: neighbourhoods of two vintages share their inhabitants.
    let newest = snapshot.vintages().last();
    for perimeter in newest.into_iter().flat_map(|(_, zones)| zones.perimeters()) {
        let Some(label) = labels.get(&perimeter.code_qp) else {
            continue;
        };
        let population = snapshot.statistics(perimeter).and_then(|it| it.population);
        for code in perimeter
            .insee_com
            .iter()
            .flat_map(|code| snapshot.communes_of_today(*code))
        {
            let commune = communes.entry(code.whole_commune()).or_default();
            commune.perimeters = commune.perimeters + *label;
            commune.perimeter_count += 1;
            let inhabitants = population.unwrap_or(LEAST_INHABITANTS);
            commune.inhabitants = commune.inhabitants.saturating_add(inhabitants);
        }
    }
    communes
}
