//! Every real layer, read and checked against figures computed with GEOS and pyproj, or given by their publishers.
//!
//! The data is looked for at `$QPV_REAL_DATA`, else in `shared/geodata` beside the workspace.

use std::path::PathBuf;

use qpv_geodata::communes::{CommuneTable, match_communes};
use qpv_geodata::import::{ImportOptions, read_vintage};
use qpv_geodata::readers::{ReadOptions, read_layers};
use qpv_geodata::{Error, ImportReport};
use qpv_model::{CommuneCode, Crs, Perimeter, Territory, Vintage, VintageLayer};

#[path = "../../../tests/real_data.rs"]
mod real_data;
use real_data::{NATIONAL_2015, NATIONAL_2024, real};

fn import(path: &str, vintage: Vintage) -> Option<(VintageLayer, ImportReport)> {
    let file = real(path)?;
    Some(
        read_vintage(&[file], &ImportOptions::new(vintage))
            .unwrap_or_else(|error| panic!("{path}: {error}")),
    )
}

fn perimeter<'a>(layer: &'a VintageLayer, code: &str) -> &'a Perimeter {
    layer
        .perimeters
        .iter()
        .find(|p| p.code_qp.as_str() == code)
        .unwrap_or_else(|| panic!("no {code}"))
}

fn total_ha(layer: &VintageLayer) -> f64 {
    layer.perimeters.iter().map(|p| p.area_ha).sum()
}

fn assert_near(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{what}: {found}, expected {expected} within {tolerance}"
    );
}

/// Areas of the invalid features before and after GEOS `make_valid`, and of all, in hectares.
fn assert_repairs(layer: &VintageLayer, report: &ImportReport, count: usize, totals: [f64; 3]) {
    assert_eq!(report.repaired.len(), count);
    let before: f64 = report
        .repaired
        .iter()
        .filter_map(|note| note.area_before_ha)
        .sum();
    let after: f64 = report.repaired.iter().map(|note| note.area_after_ha).sum();
    assert_near(before, totals[0], 0.01, "invalid features as published");
    assert_near(after, totals[1], 0.01, "invalid features repaired");
    assert_near(total_ha(layer), totals[2], 0.05, "all features");
}

#[test]
fn national_layer_of_2015() {
    let Some((layer, report)) = import(NATIONAL_2015, Vintage::V2015) else {
        return;
    };
    assert_eq!(layer.perimeters.len(), 1514);
    assert_eq!(report.by_territory[&Territory::Metropole], 1296);
    assert_eq!(layer.whole.len(), 8, "all but Saint-Pierre-et-Miquelon");
    assert_repairs(&layer, &report, 34, [2037.508, 2042.428, 59_758.644]);
    assert!(report.refused.is_empty() && report.merged.is_empty());
    assert_near(layer.precision_m, 1.0, 1e-9, "precision");
    assert!(
        layer
            .perimeters
            .windows(2)
            .all(|pair| pair[0].code_qp < pair[1].code_qp)
    );
    assert_eq!(
        perimeter(&layer, "QP971002").lib_com,
        ["Les Abymes", "Pointe-à-Pitre"]
    );
    assert_eq!(
        perimeter(&layer, "QP972002").lib_qp,
        "Quartiers Sainte-Thérèse – Bon Air"
    );
}

#[test]
fn national_layer_of_2024() {
    let Some((layer, report)) = import(NATIONAL_2024, Vintage::V2024) else {
        return;
    };
    assert_eq!(layer.perimeters.len(), 1609);
    assert_eq!(report.by_territory[&Territory::Metropole], 1362);
    assert_eq!(layer.whole.len(), 8);
    assert_repairs(&layer, &report, 85, [4112.398, 4113.366, 94_036.323]);
    assert!(report.refused.is_empty() && report.merged.is_empty());
    // Simplified at 10.0 m by its publisher; the figures of this file are by numpy from the same definition.
    assert_near(layer.precision_m, 13.09, 0.05, "precision");
    let omissy = layer
        .perimeters
        .iter()
        .find(|p| p.lib_com == ["Omissy", "Saint-Quentin"])
        .unwrap();
    assert_eq!(
        omissy
            .insee_com
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["02571", "02691"]
    );
    assert_eq!(
        (omissy.insee_dep.as_str(), omissy.siren_epci.as_slice()),
        ("02", &["200071892".to_owned()][..])
    );
    let several = layer
        .perimeters
        .iter()
        .filter(|p| p.insee_com.len() > 1)
        .count();
    assert_eq!(several, 149);
    let collapsed: Vec<_> = layer
        .perimeters
        .iter()
        .filter(|p| p.area_ha == 0.0)
        .map(|p| p.code_qp.as_str())
        .collect();
    assert_eq!(
        collapsed,
        ["QN09105I", "QN09113I", "QN09503I"],
        "drawn as a point in this generalised file"
    );
    assert_eq!(
        report
            .remarks
            .iter()
            .filter(|remark| remark.contains("encloses nothing"))
            .count(),
        3
    );
    assert!(
        layer
            .perimeters
            .iter()
            .all(|p| p.insee_com.len() == p.lib_com.len())
    );
    assert_eq!(
        layer
            .perimeters
            .iter()
            .filter(|p| p.siren_epci.len() == 2)
            .count(),
        17
    );
    assert_eq!(
        layer
            .perimeters
            .iter()
            .filter(|p| p.siren_epci.is_empty())
            .count(),
        91
    );
    assert_eq!(
        layer
            .perimeters
            .iter()
            .filter(|p| p.insee_reg.is_none())
            .count(),
        91
    );
}

#[test]
fn areas_of_the_reference_towns() {
    let (Some((old, _)), Some((new, _))) = (
        import(NATIONAL_2015, Vintage::V2015),
        import(NATIONAL_2024, Vintage::V2024),
    ) else {
        return;
    };
    for (layer, code, area_ha) in [
        (&old, "QP061003", 9.37),
        (&old, "QP061004", 30.88),
        (&old, "QP061001", 17.61),
        (&old, "QP061002", 38.67),
        (&old, "QP015001", 14.05),
        (&old, "QP063003", 101.41),
        (&new, "QN06103M", 38.83),
        (&new, "QN06104M", 43.19),
        (&new, "QN06101M", 21.49),
        (&new, "QN06102M", 42.71),
        (&new, "QN01501M", 30.90),
        (&new, "QN06302I", 96.30),
        (&new, "QN06307N", 19.27),
    ] {
        assert_near(perimeter(layer, code).area_ha, area_ha, 0.1, code);
    }
}

/// File, perimeters, EPSG number, invalid features by GEOS.
const TERRITORIES_2015: [(&str, usize, u32, usize); 8] = [
    ("QP_GUADELOUPE_WGS84_UTM20N", 16, 32620, 3),
    ("QP_GUYANE_RGF95_UTM22N", 32, 2972, 1),
    ("QP_LAREUNION_RGR92_UTM40S", 49, 2975, 2),
    ("QP_MARTINIQUE_WGS84_UTM20N", 7, 32620, 0),
    ("QP_MAYOTTE_RGM04_UTM38S", 36, 4326, 0),
    ("QP_METROPOLE_LB93", 1296, 2154, 25),
    ("QP_POLYNESIEFRANCAISE_WGS84_EPSG4326", 76, 4326, 3),
    ("QP_STMARTIN_WGS84_UTM20N", 2, 32620, 0),
];

#[test]
fn layers_of_each_territory_agree_with_the_national_one() {
    let Some((national, _)) = import(NATIONAL_2015, Vintage::V2015) else {
        return;
    };
    for (name, count, epsg, invalid) in TERRITORIES_2015 {
        let (layer, report) =
            import(&format!("perimeters-2015/{name}.shp"), Vintage::V2015).unwrap();
        assert_eq!(
            (layer.perimeters.len(), report.repaired.len()),
            (count, invalid),
            "{name}"
        );
        assert_eq!(report.layers[0].crs, Crs::known(epsg), "{name}");
        assert!(report.layers[0].crs.is_some());
        for p in &layer.perimeters {
            let same = perimeter(&national, p.code_qp.as_str());
            assert_near(
                p.area_ha,
                same.area_ha,
                0.1,
                &format!("{name} {}", p.code_qp),
            );
            assert_eq!(p.lib_com, same.lib_com);
        }
    }
}

#[test]
fn all_files_of_2015_at_once_use_the_national_layer_only() {
    if real(NATIONAL_2015).is_none() {
        return;
    }
    let mut files: Vec<PathBuf> = TERRITORIES_2015
        .iter()
        .filter_map(|(name, ..)| real(&format!("perimeters-2015/{name}.shp")))
        .collect();
    files.extend(real(NATIONAL_2015));
    let (layer, report) = read_vintage(&files, &ImportOptions::new(Vintage::V2015)).unwrap();
    assert_eq!((layer.perimeters.len(), report.layers.len()), (1514, 9));
    let used: Vec<_> = report
        .layers
        .iter()
        .filter(|layer| layer.used.is_ok())
        .map(|l| l.layer.as_str())
        .collect();
    assert_eq!(used, ["QP_METROPOLEOUTREMER_WGS84_EPSG4326"]);
    let reason = report.layers[0].used.as_ref().unwrap_err();
    assert_eq!(
        reason,
        "its 16 codes are all in QP_METROPOLEOUTREMER_WGS84_EPSG4326"
    );
}

#[test]
fn territories_joined_make_the_nation() {
    if real(NATIONAL_2015).is_none() {
        return;
    }
    let files: Vec<PathBuf> = TERRITORIES_2015
        .iter()
        .filter_map(|(name, ..)| real(&format!("perimeters-2015/{name}.shp")))
        .collect();
    let (layer, report) = read_vintage(&files, &ImportOptions::new(Vintage::V2015)).unwrap();
    assert_eq!(layer.perimeters.len(), 1514);
    assert!(report.layers.iter().all(|layer| layer.used.is_ok()));
    assert_near(total_ha(&layer), 59_758.644, 1.0, "all layers");
}

#[test]
fn a_zip_of_the_2015_package_reads_as_its_files_do() {
    use std::io::Write;
    if real(NATIONAL_2015).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qp-politiquedelaville-shp.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for name in [
        "QP_METROPOLEOUTREMER_WGS84_EPSG4326",
        "QP_GUYANE_RGF95_UTM22N",
    ] {
        for (part, published) in [
            ("shp", "SHP"),
            ("dbf", "dbf"),
            ("prj", "Prj"),
            ("shx", "shx"),
        ] {
            let file = real(&format!("perimeters-2015/{name}.{part}")).unwrap();
            zip.start_file(
                format!("SHP/{name}.{published}"),
                zip::write::SimpleFileOptions::default(),
            )
            .unwrap();
            zip.write_all(&std::fs::read(file).unwrap()).unwrap();
        }
    }
    zip.finish().unwrap();
    let (layer, report) = read_vintage(&[path], &ImportOptions::new(Vintage::V2015)).unwrap();
    let (loose, _) = import(NATIONAL_2015, Vintage::V2015).unwrap();
    assert_eq!(layer, loose);
    assert_eq!(report.layers.len(), 2);
    assert_eq!(
        report.layers[0].file,
        "qp-politiquedelaville-shp.zip/SHP/QP_GUYANE_RGF95_UTM22N.SHP"
    );
}

#[test]
fn an_open_data_export_of_la_reunion() {
    let path = "variants/reunion-2015-opendatasoft/quartiers-prioritaires-de-la-politique-de-la-ville-qpv.shp";
    let (Some((layer, report)), Some((national, _))) = (
        import(path, Vintage::V2015),
        import(NATIONAL_2015, Vintage::V2015),
    ) else {
        return;
    };
    assert_eq!(
        (layer.perimeters.len(), report.layers[0].crs),
        (49, Some(Crs::WGS84))
    );
    let riviere = perimeter(&layer, "QP974026");
    assert_eq!(
        (riviere.lib_qp.as_str(), riviere.insee_com[0].as_str()),
        ("Le Bas De La Rivière", "97411")
    );
    for p in &layer.perimeters {
        assert_near(
            p.area_ha,
            perimeter(&national, p.code_qp.as_str()).area_ha,
            0.1,
            p.code_qp.as_str(),
        );
    }
}

#[test]
fn a_geopackage_whose_layer_is_not_the_first() {
    let path = "variants/qpv2015-lille-lambert93.gpkg";
    let (Some((layer, report)), Some((national, _))) = (
        import(path, Vintage::V2015),
        import(NATIONAL_2015, Vintage::V2015),
    ) else {
        return;
    };
    assert_eq!(layer.perimeters.len(), 26);
    let layers: Vec<_> = report
        .layers
        .iter()
        .map(|l| (l.layer.as_str(), l.features, l.used.is_ok()))
        .collect();
    assert_eq!(
        layers,
        [
            ("cities", 121, false),
            ("enriched_grid", 9096, false),
            ("epci", 1, false),
            ("qpvs", 26, true)
        ]
    );
    let lambert = Crs::known(2154);
    assert!(report.layers.iter().all(|layer| layer.crs == lambert));
    assert!(layer.whole.is_empty(), "a town is no whole territory");
    for p in &layer.perimeters {
        assert_eq!(Some(p.outline.crs()), lambert);
        assert_near(
            p.area_ha,
            perimeter(&national, p.code_qp.as_str()).area_ha,
            0.1,
            p.code_qp.as_str(),
        );
    }
    assert_eq!(
        perimeter(&layer, "QP059074").lib_com,
        ["Lille", "Faches-Thumesnil", "Loos", "Lezennes"],
        "the double space is gone"
    );
}

#[test]
fn a_coarse_layer_with_other_names() {
    let Some((layer, report)) = import(
        "variants/qpv2024-ile-de-france-coarse.geojson",
        Vintage::V2024,
    ) else {
        return;
    };
    assert_eq!((layer.perimeters.len(), report.repaired.len()), (298, 40));
    // Simplified at 0.0005 degree, 55.66 m.
    assert_near(layer.precision_m, 62.0, 0.1, "precision");
    assert_eq!(perimeter(&layer, "QN07501M").lib_com, ["Paris"]);
    assert_eq!(perimeter(&layer, "QN07501M").insee_dep, "75");
}

#[test]
fn a_layer_of_four_decimals() {
    let Some((layer, report)) = import(
        "variants/qpv2015-occitanie-truncated.geojson",
        Vintage::V2015,
    ) else {
        return;
    };
    assert_eq!((layer.perimeters.len(), report.repaired.len()), (105, 32));
    assert_near(
        layer.precision_m,
        6.91,
        0.01,
        "half of 0.0001 degree, north and east",
    );
    assert_eq!(perimeter(&layer, "QP065003").lib_com, ["Séméac", "Tarbes"]);
}

#[test]
fn communes_of_2015_are_found_by_name() {
    let (Some((mut old, _)), Some((new, _))) = (
        import(NATIONAL_2015, Vintage::V2015),
        import(NATIONAL_2024, Vintage::V2024),
    ) else {
        return;
    };
    let unmatched = match_communes(&mut old, &[&new], &CommuneTable::built_in());
    assert!(unmatched.is_empty(), "{unmatched:?}");
    let code = |perimeter_code: &str| perimeter(&old, perimeter_code).insee_com[0].to_string();
    assert_eq!(
        [code("QP061003"), code("QP061001"), code("QP015001")],
        ["61169", "61006", "15014"]
    );
    // Renamed, joined to another, of the next department, spelt another way.
    assert_eq!(
        ["QP093044", "QP091016", "QP976025", "QP987033"].map(code),
        ["93070", "91228", "97612", "98729"]
    );
    let of_two = &perimeter(&old, "QP062040").insee_com;
    assert_eq!(
        of_two.iter().map(CommuneCode::as_str).collect::<Vec<_>>(),
        ["62321", "59452"]
    );
    for p in old
        .perimeters
        .iter()
        .filter(|p| p.lib_com[0].starts_with("Marseille "))
    {
        assert_eq!(p.insee_com[0].as_str(), "13055", "{}", p.code_qp);
    }
}

#[test]
fn the_other_vintage_is_named() {
    let Some(file) = real(NATIONAL_2015) else {
        return;
    };
    let error = read_vintage(&[file], &ImportOptions::new(Vintage::V2024)).unwrap_err();
    assert!(matches!(
        error,
        Error::OtherVintage {
            found: Vintage::V2015,
            ..
        }
    ));
    assert!(error.to_string().contains("--vintage 2015"), "{error}");
}

#[test]
fn a_wrong_reference_system_is_told_with_the_right_one() {
    let Some(file) = real("perimeters-2015/QP_GUYANE_RGF95_UTM22N.shp") else {
        return;
    };
    let options = ImportOptions {
        crs: Crs::known(2154),
        ..ImportOptions::new(Vintage::V2015)
    };
    let message = read_vintage(&[file], &options).unwrap_err().to_string();
    for part in [
        "QP_GUYANE_RGF95_UTM22N",
        "32 of its 32",
        "Guyane",
        "EPSG:2972",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn other_layers_are_refused_with_their_columns() {
    let Some(file) = real("outlines/regions.geojson") else {
        return;
    };
    let message = read_vintage(&[file], &ImportOptions::new(Vintage::V2024))
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("Columns found: insee_reg, lib_reg") && message.contains("--map"),
        "{message}"
    );
}

#[test]
fn every_layer_is_read_whole() {
    let Some(file) = real("variants/qpv2015-lille-lambert93.gpkg") else {
        return;
    };
    let layers = read_layers(&file, &ReadOptions::default()).unwrap();
    let cities = layers.iter().find(|layer| layer.name == "cities").unwrap();
    assert!(
        cities
            .features
            .iter()
            .all(|feature| feature.geometry.is_ok())
    );
    let name = cities
        .columns
        .iter()
        .position(|column| column == "NOM")
        .unwrap();
    assert_eq!(
        cities.features[0].attributes[name].as_deref(),
        Some("Bondues")
    );
}
