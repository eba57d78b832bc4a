//! The fictional town the program starts on, embedded in it: perimeters, addresses, schools, and a layer of its own.

use std::collections::BTreeMap;
use std::path::Path;

use qpv_addresses::{AddressIndex, IndexBuilder};
use qpv_geodata::addresses::{AddressReport, read_fictional_addresses};
use qpv_geodata::import::{
    CustomLayerOptions, ImportOptions, custom_layer_from, vintage_from_layers,
};
use qpv_geodata::places::read_fictional_places;
use qpv_geodata::readers::read_geojson;
use qpv_geodata::store::{
    AddressComponent, DepartmentEntry, LayerComponent, PlacesComponent, SourceFile,
};
use qpv_geodata::vintages;
use qpv_model::{KnownVintages, Slug};

use super::{Dataset, Error, VintageComponent, departments_of, indexed};

/// The files of perimeters: the year, the name and the text of each.
const PERIMETERS: &[(&str, &str, &str)] = &include!(concat!(env!("OUT_DIR"), "/sample.rs"));
const VINTAGES: &str = include_str!("../../../../geodata/sample/vintages.toml");
const ADDRESSES: (&str, &str) = (
    "addresses.csv",
    include_str!("../../../../geodata/sample/addresses.csv"),
);
const LAYER: (&str, &str, &str) = (
    "territoires-fragiles",
    "territoires-fragiles.geojson",
    include_str!("../../../../geodata/sample/territoires-fragiles.geojson"),
);
const SCHOOLS: (&str, &str, &str) = (
    "schools",
    "schools.csv",
    include_str!("../../../../geodata/sample/schools.csv"),
);

/// The fictional town with its addresses, its schools and its own layer, in memory.
///
/// # Errors
/// None in practice: a test builds it.
pub fn sample() -> Result<Dataset, Error> {
    let described = vintages::read("sample/vintages.toml", VINTAGES)?;
    let known = vintages::built_in()
        .with(&described)
        .expect("the vintages of the sample follow those built in");
    let (perimeters, addresses) = rayon::join(|| perimeters(&known), addresses);
    let (index, departments, report) = addresses?;
    let addresses = AddressComponent {
        index: index.bytes(),
        departments,
        report,
        based_on: None,
    };
    Dataset::in_memory(perimeters?, Some(&addresses))?
        .with_vintages(described)?
        .with_custom(vec![layer()?], vec![schools()?])
}

fn layer() -> Result<LayerComponent, Error> {
    let (name, file, text) = LAYER;
    let options = CustomLayerOptions {
        fictional: true,
        precision_m: Some(1.0),
        ..CustomLayerOptions::new(slug(name))
    };
    let (layer, report) = custom_layer_from(
        Path::new(file),
        vec![read_geojson(file, text.as_bytes())?],
        &options,
    )?;
    Ok(LayerComponent {
        layer,
        report,
        sources: vec![SourceFile::from_content(file, text.as_bytes())],
    })
}

fn schools() -> Result<PlacesComponent, Error> {
    let (kind, file, text) = SCHOOLS;
    let (list, _) = read_fictional_places(slug(kind), file, text)?;
    Ok(PlacesComponent {
        list,
        source: SourceFile::from_content(file, text.as_bytes()),
    })
}

fn slug(name: &str) -> Slug {
    name.parse()
        .expect("the names of the sample are well formed")
}

fn perimeters(known: &KnownVintages) -> Result<Vec<VintageComponent>, Error> {
    let components = PERIMETERS.iter().map(|(year, name, content)| {
        let vintage = year.parse().expect("a file is named after its year");
        let options = ImportOptions {
            fictional: true,
            // In part, so that the sample never says "outside" beyond its town.
            partial: true,
            precision_m: Some(1.0),
            known: known.clone(),
            ..ImportOptions::new(vintage)
        };
        let (layer, report) =
            vintage_from_layers(vec![read_geojson(name, content.as_bytes())?], &options)?;
        let source = SourceFile::from_content(name, content.as_bytes());
        Ok(VintageComponent {
            layer,
            report,
            sources: vec![source],
            fictional: true,
            // Built in memory at the start: there is no file to keep it in.
            point_index: None,
            band: None,
        })
    });
    components.collect()
}

fn addresses() -> Result<
    (
        AddressIndex,
        BTreeMap<String, DepartmentEntry>,
        AddressReport,
    ),
    Error,
> {
    let (name, text) = ADDRESSES;
    let mut builder = IndexBuilder::new();
    let (report, source) = rayon::join(
        || read_fictional_addresses(name, text, &mut |address, _| builder.add(&address)),
        || SourceFile::from_content(name, text.as_bytes()),
    );
    let report = report?;
    let mut departments = departments_of(&[source], &report);
    let built = indexed(builder, &mut departments);
    Ok((built.index, departments, report))
}

#[cfg(test)]
mod tests {
    use super::*;
    use qpv_engine::PerimeterId;
    use qpv_model::{PriorityNetwork, Vintage, Wgs84Point};

    use crate::locate::locate;
    use crate::{Place, Places, QueryError, Snapshot, VintageSelector, Zone};

    #[test]
    fn the_sample_answers_near_its_town_and_nowhere_else() {
        let snapshot = Snapshot::new(sample().unwrap());
        assert!(snapshot.fictional());
        let perimeter = snapshot.perimeter(Vintage::V2024, PerimeterId::new(0));
        let vertex = perimeter.outline.wgs84().0[0].exterior().0[0];
        let standing = locate(
            &snapshot,
            Place::LonLat(vertex.x, vertex.y),
            VintageSelector::Vintage(Vintage::V2024),
            None,
        )
        .unwrap();
        assert_eq!(standing.verdict.zone, Zone::Qpv);
        for (lon, lat) in [(2.3522, 48.8566), (-0.57, 48.75), (55.45, -20.88)] {
            for choice in [
                VintageSelector::today(),
                VintageSelector::Vintage(Vintage::V2015),
            ] {
                let answer = locate(&snapshot, Place::LonLat(lon, lat), choice, None);
                assert!(
                    matches!(answer, Err(QueryError::OutsideCoverage { .. })),
                    "{lon} {lat}: {answer:?}"
                );
            }
        }
    }

    #[test]
    fn the_town_has_its_schools_and_fragile_territories_outside_its_perimeters() {
        let snapshot = Snapshot::new(sample().unwrap());
        let schools = snapshot.places("schools").unwrap();
        // Seven, one REP and two REP+: geodata/sample/README.md.
        let networks: Vec<_> = schools
            .all()
            .iter()
            .filter_map(|school| school.network)
            .collect();
        assert_eq!(
            (schools.all().len(), networks.len(), schools.networks_told()),
            (7, 3, true)
        );
        assert_eq!(
            schools.by_id("0000001B")[0].network,
            Some(PriorityNetwork::Rep)
        );
        assert_eq!(snapshot.places("social-centres").map(Places::all), None);
        let areas = snapshot.own_layer("territoires-fragiles").unwrap();
        assert_eq!(snapshot.own_layers().count(), 1);
        // The school of the Petit Marché stands in the block of column 2, row 3, which is of the layer.
        let school = schools.named("ecole elementaire du petit marche", None)[0]
            .point
            .unwrap();
        let found = areas.locate(&school.into());
        assert_eq!(areas.names(&found).collect::<Vec<_>>(), ["Le Petit Marché"]);
        assert!(
            found
                .signed_distance_m
                .is_some_and(|distance_m| distance_m < -10.0)
        );
        for area in &areas.layer().areas {
            for vertex in &area.outline.published().0[0].exterior().0 {
                let outside = |vintage| {
                    let standing = locate(
                        &snapshot,
                        Place::LonLat(vertex.x, vertex.y),
                        VintageSelector::Vintage(vintage),
                        None,
                    );
                    standing.unwrap().located.members.is_empty()
                };
                let vintages = snapshot.known_vintages().ids();
                assert!(vintages.into_iter().all(outside), "{vertex:?}");
            }
        }
        let perimeters = snapshot
            .vintages()
            .flat_map(|(_, zones)| zones.perimeters());
        for vertex in
            perimeters.flat_map(|perimeter| &perimeter.outline.published().0[0].exterior().0)
        {
            let point = Wgs84Point::new(vertex.x, vertex.y).unwrap();
            assert!(areas.locate(&point.into()).members.is_empty(), "{vertex:?}");
        }
    }
}
