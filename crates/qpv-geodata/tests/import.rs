//! The import on layers made here: what it accepts, what it refuses, and what it says.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::path::{Path, PathBuf};

use qpv_geodata::import::{CustomLayerOptions, ImportOptions, read_custom_layer, read_vintage};
use qpv_geodata::{Error, ImportReport};
use qpv_model::{Crs, Territory, Vintage, VintageLayer};
use tempfile::TempDir;

/// A square of 0.001 degree, south-west corner given.
fn square(lon: f64, lat: f64) -> String {
    let (e, n) = (lon + 0.001, lat + 0.001);
    format!("[[[{lon},{lat}],[{e},{lat}],[{e},{n}],[{lon},{n}],[{lon},{lat}]]]")
}

/// A feature of the official columns, with this polygon.
fn feature(code: &str, insee: &str, coordinates: &str) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{"code_qp":"{code}","lib_qp":"Nom {code}","insee_com":"{insee}"}},
        "geometry":{{"type":"Polygon","coordinates":{coordinates}}}}}"#
    )
}

fn collection(features: &[String]) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    )
}

fn write(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn options() -> ImportOptions {
    ImportOptions::new(Vintage::V2024)
}

fn import(
    features: &[String],
    options: &ImportOptions,
) -> Result<(VintageLayer, ImportReport), Error> {
    let folder = tempfile::tempdir().unwrap();
    read_vintage(
        &[write(&folder, "qp.geojson", &collection(features))],
        options,
    )
}

fn flers() -> String {
    feature("QN06103M", "61169", &square(-0.57, 48.75))
}

/// A shapefile of one Argentan square in degrees, with this `.prj`.
fn shapefile(folder: &Path, prj: Option<&str>) -> PathBuf {
    use shapefile::{Point, Polygon, PolygonRing};
    let table = dbase::TableWriterBuilder::new()
        .add_character_field("CODE_QP".try_into().unwrap(), 8)
        .add_character_field("NOM_QP".try_into().unwrap(), 20);
    let path = folder.join("QP.shp");
    let mut writer = shapefile::Writer::from_path(&path, table).unwrap();
    let ring = [(0.0, 48.75), (0.0, 48.751), (0.001, 48.751), (0.001, 48.75)]
        .map(|(x, y)| Point::new(x, y))
        .to_vec();
    let mut record = dbase::Record::default();
    for (name, value) in [("CODE_QP", "QN06101M"), ("NOM_QP", "Les Provinces")] {
        record.insert(
            name.to_owned(),
            dbase::FieldValue::Character(Some(value.to_owned())),
        );
    }
    writer
        .write_shape_and_record(&Polygon::new(PolygonRing::Outer(ring)), &record)
        .unwrap();
    drop(writer);
    if let Some(text) = prj {
        std::fs::write(folder.join("QP.prj"), text).unwrap();
    }
    path
}

/// A part of a geometry in well-known binary: its type, the count of its parts, and these.
fn wkb(kind: u32, count: u32, parts: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1];
    bytes.extend(kind.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(parts);
    bytes
}

fn curve(kind: u32, coords: &[(f64, f64); 5]) -> Vec<u8> {
    let numbers = coords.iter().flat_map(|(x, y)| [*x, *y]);
    let points: Vec<u8> = numbers.flat_map(f64::to_le_bytes).collect();
    wkb(kind, 5, &points)
}

/// A GeoPackage of one feature on WGS 84.
fn geopackage(folder: &TempDir, name: &str, geometry: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    let database = rusqlite::Connection::open(&path).unwrap();
    database
        .execute_batch(
            "CREATE TABLE gpkg_contents (table_name, data_type);
            CREATE TABLE gpkg_geometry_columns (table_name, column_name, srs_id);
            CREATE TABLE gpkg_spatial_ref_sys (srs_id, organization, organization_coordsys_id, definition);
            INSERT INTO gpkg_contents VALUES ('qp', 'features');
            INSERT INTO gpkg_geometry_columns VALUES ('qp', 'geom', 4326);
            INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326, '');
            CREATE TABLE qp (geom, code_qp, lib_qp);",
        )
        .unwrap();
    let blob = [b"GP\0\x01\xe6\x10\0\0".as_slice(), geometry].concat();
    let insert = "INSERT INTO qp VALUES (?1, 'QN06103M', 'Saint-Sauveur')";
    database.execute(insert, [blob]).unwrap();
    path
}

#[test]
fn curved_surfaces_arrive_whole_or_not_at_all() {
    let square = [
        (-0.57, 48.75),
        (-0.569, 48.75),
        (-0.569, 48.751),
        (-0.57, 48.751),
        (-0.57, 48.75),
    ];
    let circle = [
        (-0.561, 48.75),
        (-0.56, 48.751),
        (-0.559, 48.75),
        (-0.56, 48.749),
        (-0.561, 48.75),
    ];
    let straight = wkb(3, 1, &curve(2, &square)[5..]);
    let curved = wkb(10, 1, &curve(8, &circle));
    let folder = tempfile::tempdir().unwrap();
    let both = wkb(12, 2, &[straight.clone(), curved].concat());
    let path = geopackage(&folder, "both.gpkg", &both);
    let (layer, report) = read_vintage(std::slice::from_ref(&path), &options()).unwrap();
    let outline = layer.perimeters[0].outline.published();
    assert_eq!(outline.0.len(), 2);
    assert_eq!(
        outline.0[0].exterior().0.len(),
        5,
        "straight lines as they are"
    );
    // Ellipses in metres, by the length of degrees here.
    let (lon_m, lat_m) = (111_320.0 * 48.75_f64.to_radians().cos(), 111_200.0);
    let expected = (std::f64::consts::PI + 1.0) * (0.001 * lon_m) * (0.001 * lat_m) / 10_000.0;
    let area_ha = layer.perimeters[0].area_ha;
    assert!(
        (area_ha / expected - 1.0).abs() < 0.005,
        "{area_ha} {expected}"
    );
    let told = "qp: 1 feature(s) with arcs, drawn as straight lines within 1 cm of them.";
    assert!(
        report.remarks.iter().any(|remark| remark == told),
        "{:?}",
        report.remarks
    );
    // Its points have three decimals, whatever is computed between them: half a step is 55.66 m, and 36.70 m eastwards.
    assert!(
        (layer.precision_m - 66.67).abs() < 0.05,
        "{}",
        layer.precision_m
    );
    let custom = CustomLayerOptions::new("fragiles".parse().unwrap());
    let (custom_layer, custom_report) = read_custom_layer(&path, &custom).unwrap();
    assert_eq!(custom_layer.areas[0].outline.published(), outline);
    assert!(custom_report.remarks.iter().any(|remark| remark == told));
    // A part that cannot be read.
    let half = wkb(12, 2, &[straight, wkb(10, 1, &curve(13, &circle))].concat());
    let path = geopackage(&folder, "half.gpkg", &half);
    for fault in [
        read_vintage(std::slice::from_ref(&path), &options()).unwrap_err(),
        read_custom_layer(&path, &custom).unwrap_err(),
    ] {
        assert!(fault.to_string().contains("(CURVE)"), "{fault}");
    }
}

#[test]
fn a_town_is_a_part_of_its_territory() {
    let saint_martin = feature("QN97801M", "97801", &square(-63.08, 18.07));
    let (layer, report) = import(&[saint_martin, flers()], &options()).unwrap();
    assert_eq!(
        layer.whole.into_iter().collect::<Vec<_>>(),
        [Territory::SaintMartin]
    );
    assert!(
        report
            .remarks
            .iter()
            .any(|remark| remark.contains("in part only (1 department(s))"))
    );
    let codes: Vec<_> = layer
        .perimeters
        .iter()
        .map(|p| p.code_qp.to_string())
        .collect();
    assert_eq!(codes, ["QN06103M", "QN97801M"], "in code order");
    let partial = ImportOptions {
        partial: true,
        ..options()
    };
    assert!(import(&[flers()], &partial).unwrap().0.whole.is_empty());
}

#[test]
fn refused_features_stop_the_import_unless_accepted() {
    let no_code = feature("", "61169", &square(-0.57, 48.75));
    let bad_code = feature("QN0610", "61169", &square(-0.57, 48.75));
    let no_geometry =
        r#"{"type":"Feature","properties":{"code_qp":"QN06104M"},"geometry":null}"#.to_owned();
    let point = r#"{"type":"Feature","properties":{"code_qp":"QN06102M"},"geometry":{"type":"Point","coordinates":[0,48]}}"#;
    let elsewhere = feature("QN97401M", "97411", &square(-0.57, 48.75));
    let other = feature("QN06101M", "61006", &square(-0.02, 48.74));
    let features = [
        flers(),
        no_code,
        bad_code,
        no_geometry,
        point.to_owned(),
        elsewhere,
        other,
    ];
    let error = import(&features, &options()).unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("5 of the features") && message.contains("--accept-refused"),
        "{message}"
    );
    let Error::FeaturesRefused(report) = error else {
        panic!("{message}")
    };
    let mut refused: Vec<_> = report
        .refused
        .iter()
        .map(|note| (note.feature, note.fault.as_str()))
        .collect();
    refused.sort_unstable();
    for (i, (number, words)) in [
        (2, "no code"),
        (3, "`QN0610` is not a QPV code"),
        (4, "no geometry"),
        (5, "Point"),
        (6, "France métropolitaine"),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(
            refused[i].0 == number && refused[i].1.contains(words),
            "{:?}",
            refused[i]
        );
    }
    let of = |feature| {
        report
            .refused
            .iter()
            .find(|note| note.feature == feature)
            .unwrap()
    };
    assert!(
        of(3).area_before_ha.is_some_and(|area_ha| area_ha > 0.1),
        "{:?}",
        of(3)
    );
    assert_eq!(of(4).area_before_ha, None);
    let (layer, report) = import(
        &features,
        &ImportOptions {
            accept_refused: true,
            ..options()
        },
    )
    .unwrap();
    assert_eq!((layer.perimeters.len(), report.refused.len()), (2, 5));
}

#[test]
fn a_code_seen_twice_is_joined() {
    let beside = feature("QN06103M", "61169", &square(-0.55, 48.75));
    let (layer, report) = import(&[flers(), beside], &options()).unwrap();
    assert_eq!((layer.perimeters.len(), report.merged.len()), (1, 1));
    assert_eq!(layer.perimeters[0].outline.published().0.len(), 2);
    assert!(report.merged[0].fault.contains("1, 2"));
    assert!(
        (report.merged[0].area_before_ha.unwrap() - report.merged[0].area_after_ha).abs() < 1e-9
    );
    // Half over the first: the common half counts once.
    let over = feature("QN06103M", "61169", &square(-0.5695, 48.75));
    let (layer, report) = import(&[flers(), over], &options()).unwrap();
    let ratio = report.merged[0].area_after_ha / report.merged[0].area_before_ha.unwrap();
    assert!((ratio - 0.75).abs() < 1e-3, "{ratio}");
    assert!((layer.perimeters[0].area_ha - report.merged[0].area_after_ha).abs() < 1e-9);
}

#[test]
fn the_same_code_in_two_layers_keeps_the_first_outline_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let other = feature("QN06101M", "61006", &square(-0.02, 48.74));
    let third = feature("QN06102M", "61006", &square(-0.03, 48.74));
    let moved = feature("QN06103M", "61169", &square(-0.5695, 48.75));
    let two = write(&folder, "two.geojson", &collection(&[moved, third]));
    let large = write(
        &folder,
        "three.geojson",
        &collection(&[
            flers(),
            other.clone(),
            feature("QN06104M", "61169", &square(-0.58, 48.75)),
        ]),
    );
    let again = write(&folder, "again.geojson", &collection(&[other]));
    let (layer, report) = read_vintage(&[again, two, large], &options()).unwrap();
    assert_eq!(layer.perimeters.len(), 4);
    let remark = report
        .remarks
        .iter()
        .find(|remark| remark.starts_with("QN06103M"))
        .unwrap();
    assert!(
        remark.contains("also in two") && remark.contains("kept"),
        "{remark}"
    );
    let flers = layer
        .perimeters
        .iter()
        .find(|p| p.code_qp.as_str() == "QN06103M")
        .unwrap();
    assert!((flers.outline.published().0[0].exterior().0[0].x + 0.57).abs() < 1e-12);
    let used: Vec<_> = report
        .layers
        .iter()
        .map(|l| (l.layer.as_str(), l.used.is_ok()))
        .collect();
    assert_eq!(used, [("again", false), ("two", true), ("three", true)]);
}

#[test]
fn swapped_axes_are_recognised() {
    let swapped = "[[[48.75,-0.57],[48.75,-0.569],[48.751,-0.569],[48.751,-0.57],[48.75,-0.57]]]";
    let message = import(&[feature("QN06103M", "61169", swapped)], &options())
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("swapped") && message.contains("longitude 48.75"),
        "{message}"
    );
}

#[test]
fn projected_coordinates_without_a_declared_system() {
    let lambert = "[[[437600,6855900],[437700,6855900],[437700,6856000],[437600,6855900]]]";
    let feature = feature("QN06103M", "61169", lambert);
    let message = import(std::slice::from_ref(&feature), &options())
        .unwrap_err()
        .to_string();
    assert!(message.contains("--crs EPSG:2154"), "{message}");
    let options = ImportOptions {
        crs: Crs::known(2154),
        ..options()
    };
    let (layer, _) = import(&[feature], &options).unwrap();
    assert!((layer.perimeters[0].area_ha - 0.5).abs() < 1e-9);
    assert_eq!(layer.perimeters[0].outline.crs().epsg(), 2154);
}

#[test]
fn a_lying_or_missing_prj_is_told() {
    let lambert = r#"PROJCS["RGF93_Lambert_93",GEOGCS["GCS_RGF_1993",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",700000.0],PARAMETER["False_Northing",6600000.0],PARAMETER["Central_Meridian",3.0],PARAMETER["Standard_Parallel_1",44.0],PARAMETER["Standard_Parallel_2",49.0],PARAMETER["Latitude_Of_Origin",46.5],UNIT["Meter",1.0]]"#;
    let folder = tempfile::tempdir().unwrap();
    let message = read_vintage(&[shapefile(folder.path(), Some(lambert))], &options())
        .unwrap_err()
        .to_string();
    for part in [
        "read in EPSG:2154",
        "outside every French territory",
        "would fit EPSG:4326",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = shapefile(folder.path(), None);
    let message = read_vintage(std::slice::from_ref(&path), &options())
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("declares no reference system") && message.contains("EPSG:4326"),
        "{message}"
    );
    let told = ImportOptions {
        crs: Some(Crs::WGS84),
        ..options()
    };
    let (layer, _) = read_vintage(&[path], &told).unwrap();
    assert_eq!(layer.perimeters[0].lib_qp, "Les Provinces");
}

#[test]
fn columns_can_be_mapped_by_hand() {
    let text = collection(&[
        flers()
            .replace("code_qp", "ident")
            .replace("lib_qp", "zone"),
        // Without a code, which no column can then be found by.
        feature("none", "61169", &square(-0.55, 48.75))
            .replace("code_qp", "ident")
            .replace("lib_qp", "zone"),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, "zones.geojson", &text);
    let message = read_vintage(std::slice::from_ref(&path), &options())
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("ident, insee_com, zone") && message.contains("--map code_qp=ident"),
        "{message}"
    );
    let mut mapped = ImportOptions {
        accept_refused: true,
        ..options()
    };
    mapped.map.insert("code_qp".to_owned(), "ident".to_owned());
    let (layer, report) = read_vintage(std::slice::from_ref(&path), &mapped).unwrap();
    assert_eq!(
        layer.perimeters[0].lib_qp, "QN06103M",
        "no column is known to hold the name"
    );
    assert!(
        report
            .remarks
            .iter()
            .any(|remark| remark.contains("has no name"))
    );
    mapped.map.insert("lib_qp".to_owned(), "zone".to_owned());
    assert_eq!(
        read_vintage(&[path], &mapped).unwrap().0.perimeters[0].lib_qp,
        "Nom QN06103M"
    );
}

#[test]
fn codes_are_found_by_their_values_when_no_column_fits() {
    let text = collection(&[flers()
        .replace("code_qp", "ident")
        .replace(r#""61169""#, r#"["61169", "61006"]"#)]);
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, "zones.geojson", &text);
    let (layer, report) = read_vintage(&[path], &options()).unwrap();
    assert_eq!(layer.perimeters[0].code_qp.to_string(), "QN06103M");
    assert_eq!(
        layer.perimeters[0]
            .insee_com
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["61169", "61006"]
    );
    let told = "zones: codes found by their values, in its column `ident`.";
    assert!(
        report.remarks.iter().any(|remark| remark == told),
        "{:?}",
        report.remarks
    );
    // Two columns of codes: it cannot be known which one is meant.
    let two = text.replace(r#""insee_com""#, r#""ancien":"QN06103M","insee_com""#);
    let path = write(&folder, "two.geojson", &two);
    let message = read_vintage(&[path], &options()).unwrap_err().to_string();
    assert!(message.contains("--map code_qp="), "{message}");
}

#[test]
fn layers_that_are_no_perimeters_are_told_apart() {
    let departments = collection(&[flers().replace("\"code_qp\":\"QN06103M\"", "\"code\":\"61\"")]);
    let folder = tempfile::tempdir().unwrap();
    let departments = write(&folder, "departements.geojson", &departments);
    let message = read_vintage(std::slice::from_ref(&departments), &options())
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("its column `code` holds no QPV code (first value: `61`)"),
        "{message}"
    );
    let perimeters = write(&folder, "qp.geojson", &collection(&[flers()]));
    let (_, report) = read_vintage(&[departments.clone(), perimeters], &options()).unwrap();
    assert!(
        report.layers[0]
            .used
            .as_ref()
            .unwrap_err()
            .contains("no QPV code")
    );
    let other = write(
        &folder,
        "x.geojson",
        &collection(&[feature("zone", "61169", &square(-0.57, 48.75)).replace("code_qp", "ident")]),
    );
    let message = read_vintage(&[departments, other], &options())
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("departements") && message.contains("x: no column"),
        "{message}"
    );
}

#[test]
fn the_official_band_is_read_beside_the_perimeters() {
    let folder = tempfile::tempdir().unwrap();
    let perimeters = write(&folder, "qp.geojson", &collection(&[flers()]));
    let bowtie = r#"{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":
        [[[-0.58,48.74],[-0.56,48.76],[-0.56,48.74],[-0.58,48.76],[-0.58,48.74]]]}}"#;
    for name in [
        "QP2024_Bande_300m.geojson",
        "Quartiers prioritaires 2024 bande 300 m.geojson",
        "QP_B300.geojson",
    ] {
        let band = write(&folder, name, &collection(&[bowtie.to_owned()]));
        let (layer, report) =
            read_vintage(&[perimeters.clone(), band.clone()], &options()).unwrap();
        assert_eq!(
            (layer.official_band.len(), layer.perimeters.len()),
            (1, 1),
            "{name}"
        );
        assert_eq!(
            (report.repaired.len(), report.repaired[0].code_qp.clone()),
            (1, None)
        );
        std::fs::remove_file(band).unwrap();
    }
    let other = write(
        &folder,
        "QPV 2024 lot 1300m.geojson",
        &collection(&[bowtie.to_owned()]),
    );
    assert!(
        read_vintage(&[perimeters.clone(), other], &options())
            .is_ok_and(|(layer, _)| layer.official_band.is_empty())
    );
    let named_otherwise = write(&folder, "zone.geojson", &collection(&[bowtie.to_owned()]));
    let asked = ImportOptions {
        bands: vec![named_otherwise],
        ..options()
    };
    assert_eq!(
        read_vintage(&[perimeters], &asked)
            .unwrap()
            .0
            .official_band
            .len(),
        1
    );
}

#[test]
fn lost_zeros_and_unknown_communes() {
    let ain = feature("QN00101M", "1053", &square(5.23, 46.2));
    let (layer, report) = import(
        &[
            ain,
            feature("QN06103M", "61169, NA, 6116", &square(-0.57, 48.75)),
        ],
        &options(),
    )
    .unwrap();
    assert_eq!(layer.perimeters[0].insee_com[0].as_str(), "01053");
    assert_eq!(layer.perimeters[0].insee_dep, "01");
    assert_eq!(layer.perimeters[1].insee_com.len(), 1);
    assert!(
        report
            .remarks
            .iter()
            .any(|remark| remark.contains("`6116`"))
    );
}

#[test]
fn fictional_perimeters_may_lie_anywhere() {
    let at_sea = feature("QN99901N", "61169", &square(-5.0, 46.0));
    assert!(matches!(
        import(std::slice::from_ref(&at_sea), &options()),
        Err(Error::Misplaced { .. })
    ));
    let fictional = ImportOptions {
        fictional: true,
        partial: true,
        ..options()
    };
    assert_eq!(import(&[at_sea], &fictional).unwrap().0.perimeters.len(), 1);
}

#[test]
fn a_given_precision_wins() {
    let (layer, _) = import(&[flers()], &options()).unwrap();
    assert!(
        (layer.precision_m - 66.67).abs() < 0.05,
        "three decimals: {}",
        layer.precision_m
    );
    let given = ImportOptions {
        precision_m: Some(2.5),
        ..options()
    };
    assert!((import(&[flers()], &given).unwrap().0.precision_m - 2.5).abs() < f64::EPSILON);
}

#[test]
fn the_same_files_give_the_same_layer() {
    let bowtie =
        "[[[-0.57,48.75],[-0.56,48.76],[-0.56,48.75],[-0.57,48.76],[-0.565,48.74],[-0.57,48.75]]]";
    let features = [
        feature("QN06103M", "61169", bowtie),
        feature("QN06101M", "61006", &square(-0.02, 48.74)),
    ];
    let first = import(&features, &options()).unwrap();
    assert_eq!(first.1.repaired.len(), 1);
    for _ in 0..20 {
        assert_eq!(import(&features, &options()).unwrap(), first);
    }
}
