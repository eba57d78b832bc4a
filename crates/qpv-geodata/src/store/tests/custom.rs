//! What a town adds of its own: stored, kept, replaced, removed, damaged.

use std::fs;

use super::{V2015, V2024};
use qpv_model::{
    CustomArea, CustomLayer, ListedPlace, Period, PlaceList, PriorityNetwork, Slug, Wgs84Point,
    ZoningRecord,
};

use super::*;
use crate::error::Error;
use crate::import::CustomLayerReport;
use crate::store::{
    Dataset, DatasetPart, LayerComponent, LoadedZoning, PlacesComponent, ZoningComponent,
    ZoningExtent, ZoningExtentComponent,
};

const PROGRAMME: &str = "id = \"pre\"\n# Texte donné tel quel.\n";

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn custom_layer(name: &str, outline: Outline) -> LayerComponent {
    let report = CustomLayerReport {
        name: slug(name),
        file: "town.geojson".into(),
        layer: "town".into(),
        crs: outline.crs(),
        areas: 2,
        unnamed: 1,
        repaired: Vec::new(),
        precision_m: 12.5,
        remarks: Vec::new(),
    };
    let areas = vec![
        CustomArea::new(Some("La Butte, « haute »".into()), outline.clone()),
        CustomArea::new(None, outline),
    ];
    let layer = CustomLayer {
        name: slug(name),
        areas,
        precision_m: 12.5,
    };
    LayerComponent {
        layer,
        report,
        sources: vec![source("town.geojson")],
    }
}

fn places(kind: &str, name: &str) -> PlacesComponent {
    let place = ListedPlace {
        id: Some("0610001X".into()),
        name: name.into(),
        // No decimal notation writes a third exactly.
        point: Some(Wgs84Point::new(-1.0 / 3.0, 48.75).unwrap()),
        citycode: Some("61169".parse().unwrap()),
        city: Some("Flers".into()),
        address: Some("3 rue des Prés 61100 Flers".into()),
        network: Some(PriorityNetwork::RepPlus),
    };
    let bare = ListedPlace {
        id: None,
        name: "B".into(),
        point: None,
        citycode: None,
        city: None,
        address: None,
        network: None,
    };
    let list = PlaceList {
        kind: slug(kind),
        places: vec![place, bare],
        networks_told: true,
    };
    PlacesComponent {
        list,
        source: source("schools.csv"),
    }
}

/// Perimeters, a layer, schools and a programme.
fn furnished() -> (TempDir, Store) {
    let (folder, store) = store();
    store.publish(&[component(layer(V2024, 0.0))]).unwrap();
    store
        .publish_layer(&custom_layer(
            "fragile",
            projected_outline(2154, 437_000.0, 6_855_000.0),
        ))
        .unwrap();
    store.publish_places(&places("schools", "A")).unwrap();
    store
        .publish_programme(slug("pre"), PROGRAMME, source("pre.toml"))
        .unwrap();
    (folder, store)
}

#[test]
fn all_comes_back_as_it_was_given_and_stays_beside_new_perimeters() {
    let (_folder, store) = furnished();
    let whole = store.current_digest().unwrap().unwrap();
    store.publish(&[component(layer(V2015, 0.0))]).unwrap();
    let dataset = store.current().unwrap().unwrap();
    assert_eq!(dataset.layers.len(), 2);
    assert_eq!(
        dataset.custom_layers,
        [custom_layer("fragile", projected_outline(2154, 437_000.0, 6_855_000.0)).layer]
    );
    assert_eq!(dataset.places, [places("schools", "A").list]);
    assert_eq!(
        dataset.programmes.get("pre").map(String::as_str),
        Some(PROGRAMME)
    );
    let names = dataset.descriptor.source_names();
    assert_eq!(
        names,
        [
            "pre.toml",
            "qp2015.geojson",
            "qp2024.geojson",
            "schools.csv",
            "town.geojson"
        ]
    );
    assert!(store.verify(None).unwrap().is_sound());
    assert_eq!(
        store
            .layer_report(&dataset.descriptor.layers["fragile"])
            .unwrap()
            .unnamed,
        1
    );
    // What only the former dataset needed goes, what both need stays.
    store.prune().unwrap();
    assert!(store.verify(None).unwrap().is_sound() && store.open(&whole).is_err());
    assert_eq!(store.current().unwrap().unwrap().custom_layers.len(), 1);
}

#[test]
fn the_same_content_has_the_same_digest_in_any_order_and_on_disk_or_not() {
    let (_folder, store) = furnished();
    let digest = store.current_digest().unwrap().unwrap();
    let outline = || projected_outline(2154, 437_000.0, 6_855_000.0);
    assert_eq!(
        store
            .publish_layer(&custom_layer("fragile", outline()))
            .unwrap(),
        digest
    );
    assert_eq!(
        store.publish_places(&places("schools", "A")).unwrap(),
        digest
    );
    assert_eq!(
        store
            .publish_programme(slug("pre"), PROGRAMME, source("pre.toml"))
            .unwrap(),
        digest
    );
    store.remove(&DatasetPart::Layer(slug("fragile"))).unwrap();
    let without = store.remove(&DatasetPart::Programme(slug("pre"))).unwrap();
    store
        .publish_programme(slug("pre"), PROGRAMME, source("pre.toml"))
        .unwrap();
    assert_eq!(
        store
            .publish_layer(&custom_layer("fragile", outline()))
            .unwrap(),
        digest
    );
    assert_ne!(
        store.publish_places(&places("schools", "C")).unwrap(),
        digest
    );
    assert_ne!(
        store.publish_places(&places("schools", "A")).unwrap(),
        without
    );
    let in_memory = Dataset::in_memory(vec![component(layer(V2024, 0.0))], None).unwrap();
    let in_memory = in_memory
        .with_custom(Vec::new(), vec![places("schools", "A")])
        .unwrap();
    assert_eq!(in_memory.digest(), without);
    let others = [
        store
            .publish_layer(&custom_layer("fragile", Outline::on_wgs84(square(0.0))))
            .unwrap(),
        store
            .publish_layer(&custom_layer("other", outline()))
            .unwrap(),
        store
            .publish_programme(slug("pre"), "id = \"pre\"\n", source("pre.toml"))
            .unwrap(),
    ];
    assert!(others.iter().all(|other| *other != digest));
}

#[test]
fn a_part_is_removed_and_an_absent_one_is_told() {
    let (_folder, store) = furnished();
    for part in [
        DatasetPart::Layer(slug("fragile")),
        DatasetPart::Places(slug("schools")),
        DatasetPart::Programme(slug("pre")),
    ] {
        store.remove(&part).unwrap();
        assert!(
            matches!(store.remove(&part), Err(Error::NothingToRemove { .. })),
            "{part:?}"
        );
    }
    let left = store.current().unwrap().unwrap();
    assert!(left.custom_layers.is_empty() && left.places.is_empty() && left.programmes.is_empty());
    let (_folder, alone) = super::store();
    assert_eq!(
        alone.publish(&[component(layer(V2024, 0.0))]).unwrap(),
        left.digest()
    );
    store
        .publish_layer(&custom_layer("a", Outline::on_wgs84(square(0.0))))
        .unwrap();
    let message = store
        .remove(&DatasetPart::Layer(slug("b")))
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("layer \"b\"") && message.ends_with(": a"),
        "{message}"
    );
}

#[test]
fn the_fictional_town_is_left_behind() {
    let (_folder, store) = store();
    store.publish(&[fictional(layer(V2024, 0.0))]).unwrap();
    store.publish_places(&places("schools", "A")).unwrap();
    let dataset = store.current().unwrap().unwrap();
    assert!(!dataset.fictional() && dataset.layers.is_empty() && dataset.places.len() == 1);
}

#[test]
fn damage_is_found_named_and_put_right_or_removed() {
    let (folder, store) = furnished();
    let descriptor = store.current().unwrap().unwrap().descriptor;
    let schools = &descriptor.places["schools"].file;
    let (layer_file, programme) = (
        &descriptor.layers["fragile"].file.file,
        &descriptor.programmes["pre"].file,
    );
    for (file, extension) in [(schools, "json"), (layer_file, "fgb"), (programme, "toml")] {
        let path = store.object_path(file, extension);
        let intact = fs::read(&path).unwrap();
        fs::write(&path, "x").unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(store.current().unwrap_err().to_string().contains(name));
        let faults = store.verify(None).unwrap().faults;
        assert!(
            faults.len() == 1 && faults[0].fault.contains(name),
            "{faults:?}"
        );
        let error = store.publish(&[component(layer(V2024, 0.1))]).unwrap_err();
        assert!(
            matches!(error, Error::Damaged { .. }),
            "nothing is published beside it: {error}"
        );
        fs::write(&path, intact).unwrap();
    }
    fs::write(store.object_path(schools, "json"), "x").unwrap();
    store.publish_places(&places("schools", "A")).unwrap();
    assert!(store.verify(None).unwrap().is_sound(), "imported again");
    fs::write(store.object_path(layer_file, "fgb"), "x").unwrap();
    fs::write(store.object_path(schools, "json"), "x").unwrap();
    store.remove(&DatasetPart::Layer(slug("fragile"))).unwrap();
    store.remove(&DatasetPart::Places(slug("schools"))).unwrap();
    assert!(store.verify(None).unwrap().is_sound(), "taken away");
    drop(folder);
}

/// Written by the version before layers, places and programmes: the digest rule must not change for it.
#[test]
fn a_dataset_without_any_has_the_digest_it_always_had() {
    let text = "qpv dataset 1\nfictional false\nvintage 2024\nprecision_m 10.000\nwhole metropole\nperimeters EPSG:4326 ";
    let mut entry = component(layer(V2024, 0.0));
    entry.sources.clear();
    let dataset = Dataset::in_memory(vec![entry], None).unwrap();
    let fgb = &dataset.descriptor.vintages[0].files[0].file.sha256;
    assert_eq!(
        dataset.digest(),
        crate::store::files::sha256_hex(format!("{text}{fgb}\n").as_bytes())
    );
    let json = serde_json::to_value(&dataset.descriptor).unwrap();
    assert!(
        ["layers", "places", "programmes"]
            .iter()
            .all(|part| json.get(part).is_none())
    );
}

#[test]
fn codes_and_days_of_a_zoning_come_back() {
    let (_folder, store) = store();
    let day = |text: &str| text.parse().ok();
    let period = |first, last| Period::new(first, last).unwrap();
    let mut component = custom_layer("zfu", Outline::on_wgs84(square(0.0)));
    component.layer.areas[0].code = Some("93A".into());
    component.layer.areas[0].period = period(day("1997-01-01"), day("2028-12-31"));
    component.layer.areas[1].period = period(None, day("2014-12-31"));
    let areas = component.layer.areas.clone();
    let record = ZoningRecord {
        name: slug("zfu"),
        label: "ZFU-TE".into(),
        source: None,
        period: Period::default(),
    };
    let zoning = |point_index: Option<&[u8]>| ZoningComponent {
        record: record.clone(),
        extent: ZoningExtentComponent::Areas(component.clone()),
        point_index: point_index.map(<[u8]>::to_vec),
    };
    let digest = store.publish_zoning(&zoning(Some(b"an index"))).unwrap();
    let mut loaded = store.current().unwrap().unwrap().zonings;
    let LoadedZoning {
        extent: ZoningExtent::Areas(layer),
        point_index: Some(Ok(_)),
        ..
    } = loaded.remove(0)
    else {
        panic!("its areas and their index are stored");
    };
    assert_eq!(layer.areas, areas);
    assert!(store.verify(None).unwrap().is_sound());
    // The index follows from the areas: another one makes no other dataset.
    assert_eq!(store.publish_zoning(&zoning(None)).unwrap(), digest);
}
