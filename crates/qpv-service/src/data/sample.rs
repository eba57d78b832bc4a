//! The fictional town the program starts on, embedded in it.

use std::collections::BTreeMap;

use qpv_addresses::{AddressIndex, Builder};
use qpv_geodata::addresses::{AddressReport, read_fictional_addresses};
use qpv_geodata::import::{ImportOptions, vintage_of};
use qpv_geodata::readers::read_geojson;
use qpv_geodata::store::{AddressComponent, DepartmentEntry, Source};
use qpv_model::Vintage;

use super::{Component, Dataset, Error, departments_of, indexed};

const PERIMETERS: [(Vintage, &str, &str); 2] = [
    (Vintage::V2015, "perimeters-2015.geojson", include_str!("../../../../geodata/sample/perimeters-2015.geojson")),
    (Vintage::V2024, "perimeters-2024.geojson", include_str!("../../../../geodata/sample/perimeters-2024.geojson")),
];
const ADDRESSES: (&str, &str) = ("addresses.csv", include_str!("../../../../geodata/sample/addresses.csv"));

/// The fictional town with its addresses, in memory.
///
/// # Errors
/// None in practice: a test builds it.
pub fn sample() -> Result<Dataset, Error> {
    let (perimeters, addresses) = rayon::join(perimeters, addresses);
    let (index, departments, report) = addresses?;
    let addresses = AddressComponent { index: index.bytes(), departments, report, based_on: None };
    Dataset::in_memory(perimeters?, Some(&addresses))
}

fn perimeters() -> Result<Vec<Component>, Error> {
    let components = PERIMETERS.iter().map(|(vintage, name, content)| {
        let options =
            ImportOptions { fictional: true, partial: true, precision_m: Some(1.0), ..ImportOptions::new(*vintage) };
        let (layer, report) = vintage_of(vec![read_geojson(name, content.as_bytes())?], &options)?;
        let source = Source::of_content(name, content.as_bytes());
        Ok(Component { layer, report, sources: vec![source], fictional: true, point_index: None })
    });
    components.collect()
}

fn addresses() -> Result<(AddressIndex, BTreeMap<String, DepartmentEntry>, AddressReport), Error> {
    let (name, text) = ADDRESSES;
    let mut builder = Builder::new();
    let (report, source) = rayon::join(
        || read_fictional_addresses(name, text, &mut |address| builder.add(&address)),
        || Source::of_content(name, text.as_bytes()),
    );
    let report = report?;
    let mut departments = departments_of(&[source], &report);
    Ok((indexed(builder, &mut departments), departments, report))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Choice, Place, QueryError, Snapshot, Zone};

    #[test]
    fn the_sample_answers_near_its_town_and_nowhere_else() {
        let snapshot = Snapshot::new(sample().unwrap());
        assert!(snapshot.fictional());
        let perimeter = snapshot.perimeter(Vintage::V2024, 0);
        let vertex = perimeter.outline.wgs84().0[0].exterior().0[0];
        let standing =
            snapshot.locate(Place::LonLat(vertex.x, vertex.y), Choice::Vintage(Vintage::V2024), None).unwrap();
        assert_eq!(standing.verdict.zone, Zone::Qpv);
        for (lon, lat) in [(2.3522, 48.8566), (-0.57, 48.75), (55.45, -20.88)] {
            for choice in [Choice::today(), Choice::Vintage(Vintage::V2015)] {
                let answer = snapshot.locate(Place::LonLat(lon, lat), choice, None);
                assert!(matches!(answer, Err(QueryError::OutsideCoverage { .. })), "{lon} {lat}: {answer:?}");
            }
        }
    }
}
