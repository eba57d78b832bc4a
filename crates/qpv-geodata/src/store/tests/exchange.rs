//! What is written is exactly what is read, by us and by others.

use std::process::Command;

use super::V2024;

use super::*;

/// A layer of three reference systems, with every kind of attribute.
fn mixed_layer() -> VintageLayer {
    let mut layer = layer(V2024, 1.0 / 3.0);
    layer.perimeters[0].insee_com = vec!["61169".parse().unwrap(), "61391".parse().unwrap()];
    layer.perimeters[0].lib_com = vec!["Flers".into(), "Saint-Georges-des-Groseillers".into()];
    layer.perimeters[0].lib_dep = Some("Orne".into());
    layer.perimeters[0].insee_reg = Some("28".into());
    layer.perimeters[0].lib_reg = Some(String::new());
    layer.perimeters[0].siren_epci = vec!["200035814".into(), "200068468".into()];
    // Lists that a comma would make ambiguous, and texts that others mistake.
    layer.perimeters[1].lib_qp = "L'Île \"à\" l'œuf, 2ᵉ — ßé\u{1f3d8}".into();
    layer.perimeters[1].lib_com =
        vec!["[Le Port".into(), "a, b".into(), " c".into(), String::new()];
    layer.perimeters.push(perimeter(
        "QN97101M",
        "Baie",
        projected_outline(5490, 655_000.0, 1_793_000.0),
        0.99,
    ));
    layer.perimeters.push(perimeter(
        "QN97401M",
        "Ouest",
        projected_outline(2975, 320_000.0, 7_684_000.0),
        0.99,
    ));
    layer.official_band = vec![
        projected_outline(2975, 321_000.0, 7_684_000.0),
        Outline::on_wgs84(square(-0.1)),
        projected_outline(2975, 322_000.0, 7_684_000.0),
    ];
    layer
}

#[test]
fn every_attribute_and_every_coordinate_comes_back_bit_for_bit() {
    let (_folder, store) = store();
    let layer = mixed_layer();
    store.publish(&[component(layer.clone())]).unwrap();
    let dataset = store.current().unwrap().unwrap();
    let read = dataset.layer(V2024).unwrap();
    assert_eq!(*read, layer);
    for (read, written) in read.perimeters.iter().zip(&layer.perimeters) {
        let bits = |outline: &Outline| {
            let polygons = outline.published().0.iter();
            let rings = polygons.flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
            rings
                .flat_map(|r| &r.0)
                .map(|c| (c.x.to_bits(), c.y.to_bits()))
                .collect::<Vec<_>>()
        };
        assert_eq!(bits(&read.outline), bits(&written.outline));
        assert_eq!(read.outline.crs(), written.outline.crs());
    }
    let entry = &dataset.descriptor.vintages[0];
    let files: Vec<_> = entry
        .files
        .iter()
        .map(|file| (file.crs.epsg(), file.features))
        .collect();
    assert_eq!(files, [(2975, 1), (4326, 2), (5490, 1)]);
    assert_eq!(entry.official_band.len(), 2);
}

/// GDAL reads the stored layers: reference system, columns, attributes, areas and outlines.
#[test]
fn gdal_reads_the_stored_layers() {
    if Command::new("ogrinfo").arg("--version").output().is_err() {
        eprintln!(
            "SKIPPED gdal_reads_the_stored_layers: ogrinfo (Debian package gdal-bin) is not installed"
        );
        return;
    }
    let (_folder, store) = store();
    store.publish(&[component(mixed_layer())]).unwrap();
    let entry = store
        .current()
        .unwrap()
        .unwrap()
        .descriptor
        .vintages
        .remove(0);
    let ogrinfo = |epsg: u32, options: &[&str]| {
        let stored = entry
            .files
            .iter()
            .find(|file| file.crs.epsg() == epsg)
            .unwrap();
        let output = Command::new("ogrinfo")
            .args(["-ro", "-al"])
            .args(options)
            .arg(store.object_path(&stored.file, "fgb"))
            .output()
            .unwrap();
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    let wgs84 = ogrinfo(4326, &[]);
    for expected in [
        "Layer name: qpv2024",
        "Geometry: Multi Polygon",
        "Feature Count: 2",
        "ID[\"EPSG\",4326]",
        "code_qp (String) = QN06103M",
        "lib_qp (String) = L'Île \"à\" l'œuf, 2ᵉ — ßé\u{1f3d8}",
        "insee_com (String) = 61169, 61391",
        "lib_com (String) = Flers, Saint-Georges-des-Groseillers",
        "siren_epci (String) = 200035814, 200068468",
        "territory (String) = metropole",
        "area_ha (Real) = 0.817763",
    ] {
        assert!(wgs84.contains(expected), "{expected} is not in:\n{wgs84}");
    }
    let reunion = ogrinfo(2975, &[]);
    assert!(
        reunion.contains("ID[\"EPSG\",2975]") && reunion.contains("Feature Count: 1"),
        "{reunion}"
    );
    // The area as GDAL computes it from the outline: 100 m × 100 m less 10 m × 10 m.
    let area = ogrinfo(
        2975,
        &[
            "-dialect",
            "SQLITE",
            "-sql",
            "SELECT ST_Area(geometry) AS m2 FROM qpv2024",
        ],
    );
    if !area.contains("m2") {
        eprintln!("SKIPPED the area in gdal_reads_the_stored_layers: this GDAL has no SpatiaLite");
        return;
    }
    let m2: f64 = area
        .rsplit("m2 (Real) = ")
        .next()
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!((m2 - 9_900.0).abs() < 1e-3, "{m2}");
}
