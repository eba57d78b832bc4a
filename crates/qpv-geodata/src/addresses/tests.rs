//! The three formats on small files made here, good and bad.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use qpv_model::PositionKind;
use tempfile::TempDir;

use super::*;

const BAN: &str = "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;\
                   nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;\
                   source_position;source_nom_voie;certification_commune;cad_parcelles";
const BAL_1_3: &str = "cle_interop;uid_adresse;voie_nom;lieudit_complement_nom;numero;suffixe;commune_insee;commune_nom;\
                       commune_deleguee_insee;commune_deleguee_nom;position;x;y;long;lat;cad_parcelles;source;\
                       date_der_maj;certification_commune";
const BAL_1_4: &str = "id_ban_commune;id_ban_toponyme;id_ban_adresse;cle_interop;voie_nom;voie_nom_bre;numero;suffixe;\
                       commune_insee;commune_nom;position;x;y;long;lat;certification_commune";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn write(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn read_files(files: &[PathBuf]) -> Result<(Vec<Address>, AddressReport), Error> {
    let mut addresses = Vec::new();
    let report = read_addresses(files, &mut |address, _| addresses.push(address))?;
    Ok((addresses, report))
}

fn try_read(bytes: &[u8]) -> Result<(Vec<Address>, AddressFileReport), Error> {
    let folder = tempfile::tempdir().unwrap();
    let (addresses, mut report) = read_files(&[write(&folder, "a.csv", bytes)])?;
    let file = report.files.remove(0);
    assert_eq!(
        file.rows,
        file.taken + file.malformed + file.unplaced + file.blank
    );
    assert_eq!(file.taken, addresses.len() as u64);
    assert_eq!(file.taken, file.by_department.values().sum::<u64>());
    Ok((addresses, file))
}

fn read(text: &str) -> (Vec<Address>, AddressFileReport) {
    try_read(text.as_bytes()).unwrap()
}

/// A header and rows.
fn file(header: &str, rows: &[&str]) -> String {
    format!("{header}\n{}\n", rows.join("\n"))
}

fn refusal(bytes: &[u8]) -> String {
    let error = try_read(bytes).unwrap_err();
    assert!(matches!(error, Error::NotAddresses { .. }), "{error}");
    let message = error.to_string();
    assert!(
        message.contains("a.csv") && message.contains("expected a BAN export"),
        "{message}"
    );
    message
}

#[track_caller]
fn assert_faults(report: &AddressFileReport, expected: &[(u64, &str)]) {
    let found: Vec<_> = report
        .first_malformed
        .iter()
        .map(|row| (row.line, row.fault.as_str()))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(report.malformed, expected.len() as u64);
}

/// The faults of BAN rows that differ from a good one in some columns.
fn ban_faults(changes: &[&[(&str, &str)]]) -> Vec<String> {
    let names: Vec<&str> = BAN.split(';').collect();
    let good =
        "61169_0040_00012_bis;;12;bis;Rue X;61100;61169;Flers;;;;;-0.57;48.75;entrée;;;;;;;1;";
    let rows = changes.iter().map(|change| {
        let mut values: Vec<&str> = good.split(';').collect();
        for (name, value) in *change {
            values[names.iter().position(|found| found == name).unwrap()] = value;
        }
        values.join(";")
    });
    let text = std::iter::once(BAN.to_owned())
        .chain(rows)
        .collect::<Vec<_>>()
        .join("\n");
    read(&text)
        .1
        .first_malformed
        .into_iter()
        .map(|row| row.fault)
        .collect()
}

#[test]
fn ban_rows_keep_all_they_say() {
    let (addresses, report) = read(&file(
        BAN,
        &[
            "61169_0040_00012_bis;61169_0040;12;BIS;Rue de la Paix;61100;61169;Flers;61391;La Lande-Patry;437609;6855919;\
             -0.57;48.75;cage d’escalier;;Le Clos;FLERS;RUE DE LA PAIX;commune;commune;1;",
            "61169_b123_99999;;99999;;Le Moulin;61100;61169;Flers;;;;;-0.58;48.75;segment;;;;;;;0;",
        ],
    ));
    let expected = Address {
        id: "61169_0040_00012_bis".to_owned(),
        number: Some(12),
        suffix: "bis".to_owned(),
        street: "Rue de la Paix".to_owned(),
        locality: "Le Clos".to_owned(),
        postcode: "61100".to_owned(),
        citycode: "61169".parse().unwrap(),
        city: "Flers".to_owned(),
        old_city: "La Lande-Patry".to_owned(),
        point: qpv_model::Wgs84Point::new(-0.57, 48.75).unwrap(),
        position: PositionKind::Staircase,
        certified: true,
        parcels: Vec::new(),
    };
    assert_eq!(addresses[0], expected);
    assert_eq!(
        (addresses[1].number, addresses[1].position),
        (None, PositionKind::Locality)
    );
    assert_eq!(
        (report.format, report.rows, report.taken),
        (AddressFormat::Ban, 2, 2)
    );
    assert_eq!(report.by_department, BTreeMap::from([("61".to_owned(), 2)]));
    assert_eq!(report.remarks, Vec::<String>::new());
}

#[test]
fn columns_go_by_name() {
    // The layout of 2015, in another order and case, with a column more.
    let header = "Lat;LON;nom_commune;added;code_insee;code_post;nom_voie;rep;numero";
    let (addresses, _) = read(&file(header, &["48.75;-0.57;Flers;?;61169;61100;Rue X;;7"]));
    assert_eq!(
        (addresses[0].number, addresses[0].postcode.as_str()),
        (Some(7), "61100")
    );
    assert_eq!(
        (addresses[0].position, addresses[0].id.as_str()),
        (PositionKind::Unknown, "")
    );
    for delimiter in [",", "\t", "|"] {
        let text =
            file(header, &["48.75;-0.57;Flers;?;61169;61100;Rue X;;7"]).replace(';', delimiter);
        assert_eq!(read(&text).0, addresses, "{delimiter:?}");
    }
}

#[test]
fn kinds_of_position() {
    let kinds = [
        ("entrée", PositionKind::Entrance),
        ("bâtiment", PositionKind::Building),
        ("Bâtiment", PositionKind::Building),
        ("cage d'escalier", PositionKind::Staircase),
        ("cage d’escalier", PositionKind::Staircase),
        ("logement", PositionKind::Unit),
        ("service technique", PositionKind::TechnicalService),
        ("délivrance postale", PositionKind::PostalDelivery),
        ("de\u{301}livrance postale", PositionKind::PostalDelivery),
        ("parcelle", PositionKind::Parcel),
        ("segment", PositionKind::Segment),
        ("", PositionKind::Unknown),
        ("portail", PositionKind::Unknown),
        ("portail", PositionKind::Unknown),
    ];
    let rows: Vec<String> = kinds
        .iter()
        .map(|(kind, _)| format!("1;V;61169;Flers;-0.57;48.75;{kind};x"))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let header =
        "numero;voie_nom;commune_insee;commune_nom;long;lat;position;certification_commune";
    let (addresses, report) = read(&file(header, &rows));
    let found: Vec<_> = addresses.iter().map(|address| address.position).collect();
    assert_eq!(found, kinds.map(|(_, kind)| kind));
    assert!(
        report.remarks[0].contains("`portail` (2)"),
        "{:?}",
        report.remarks
    );
    assert!(
        report.remarks[1].contains("14 row(s)"),
        "{:?}",
        report.remarks
    );
}

#[test]
fn bal_with_keys_of_1_3() {
    let (addresses, report) = read(&file(
        BAL_1_3,
        &[
            "61169_0040_00012_bis;@a:3c87abe4-887b-46ee-9192-5c1b35a06625;Rue X;Le Clos;12;Bis;61169;Flers;61391;\
             La Lande-Patry;entrée;;;-0.57;48.75;;Flers;2024-01-31;1",
            // The same address, surveyed twice.
            "61169_0040_00012_bis;;Rue X;Le Clos;12;bis;61169;Flers;;;parcelle;;;-0.5701;48.75;;Flers;2024-01-31;1",
            "61169_b123_99999;;Le Moulin;;99999;;61169;Flers;;;segment;;;-0.58;48.75;;Flers;2024-01-31;0",
            ";@c:0246e48c @v:8a3bab10 @a:3c87abe4;Rue X;;13;;61169;Flers;;;;;;-0.57;48.75;;Flers;2024-01-31;0",
        ],
    ));
    let ids: Vec<_> = addresses
        .iter()
        .map(|address| address.id.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "61169_0040_00012_bis",
            "61169_0040_00012_bis",
            "61169_b123_99999",
            "3c87abe4"
        ]
    );
    let first = &addresses[0];
    assert_eq!(
        (first.number, first.suffix.as_str(), first.postcode.as_str()),
        (Some(12), "bis", "")
    );
    assert_eq!(
        (first.locality.as_str(), first.old_city.as_str()),
        ("Le Clos", "La Lande-Patry")
    );
    assert!(first.certified && first.position == PositionKind::Entrance);
    let place = &addresses[2];
    assert_eq!(
        (place.number, place.street.as_str(), place.position),
        (None, "Le Moulin", PositionKind::Locality)
    );
    assert_eq!((report.format, report.malformed), (AddressFormat::Bal, 0));
}

#[test]
fn bal_with_keys_of_1_4() {
    let (addresses, _) = read(&file(
        BAL_1_4,
        &[
            "c-1;t-1;a-1;29019_0040_00012;Rue X;Straed X;12;;29019;Brest;entrée;;;-4.49;48.39;1",
            "c-1;t-1;a-2;;Rue X;Straed X;14;;29019;Brest;entrée;;;-4.49;48.39;1",
            "c-1;t-2;;;Le Moulin;;99999;;29019;Brest;;;;-4.49;48.39;0",
        ],
    ));
    let ids: Vec<_> = addresses
        .iter()
        .map(|address| address.id.as_str())
        .collect();
    assert_eq!(ids, ["29019_0040_00012", "a-2", "t-2"]);
    assert_eq!(addresses[0].street, "Rue X");
}

#[test]
fn bal_of_other_versions() {
    // 1.1 has no column for the commune, 1.5 calls the street a toponym.
    let header = "cle_interop;toponyme;numero;suffixe;commune_nom;long;lat";
    let (addresses, _) = read(&file(
        header,
        &["2a004_0040_00012;Rue X;12;;Ajaccio;8.7376;41.9267"],
    ));
    assert_eq!(addresses[0].citycode.as_str(), "2A004");
    // Paris as a whole, its arrondissement in the key only.
    let header = "cle_interop;voie_nom;numero;commune_insee;commune_nom;long;lat";
    let rows = [
        "75120_0040_00012;Rue X;12;75056;Paris;2.4;48.86",
        "61391_0040_00012;Rue X;12;61169;Flers;-0.57;48.75",
    ];
    let (addresses, _) = read(&file(header, &rows));
    assert_eq!(
        (
            addresses[0].citycode.as_str(),
            addresses[1].citycode.as_str()
        ),
        ("75120", "61169")
    );
}

#[test]
fn places_without_position_are_told_apart() {
    let (addresses, report) = read(&file(
        BAL_1_3,
        &[
            "61169_b123_99999;;Le Moulin;;99999;;61169;Flers;;;;;;;;;Flers;2024-01-31;0",
            "61169_0040_00012;;Rue X;;12;;61169;Flers;;;;;;;;;Flers;2024-01-31;0",
            "61169_0040_00012;;Rue X;;12;;61169;Flers;;;;;;-0.57;;;Flers;2024-01-31;0",
        ],
    ));
    assert_eq!((addresses.len(), report.unplaced), (0, 1));
    assert_faults(
        &report,
        &[
            (3, "it has no position: `long`, `lat`, `x`, `y` are empty"),
            (4, "`lat` is empty"),
        ],
    );
    assert!(
        report.remarks[0].contains("1 place(s)"),
        "{:?}",
        report.remarks
    );
}

#[test]
fn x_and_y_are_in_the_legal_projection_of_the_territory() {
    // Expected longitudes and latitudes: pyproj 3, as in the tests of `crs`.
    let (addresses, report) = read(&file(
        "cle_interop;voie_nom;numero;commune_insee;commune_nom;long;lat;x;y",
        &[
            "k;V;1;61169;Flers;;;437609.2685;6855919.9927",
            "k;V;1;97105;Basse-Terre;;;656792.2758;1796166.3290",
            "k;V;1;97411;Saint-Denis;;;338807,6094;7690477,7454",
            "k;V;1;61169;Flers;;;656792.2758;1796166.3290",
            "k;V;1;61169;Flers;;;0;0",
            "k;V;1;98818;Nouméa;;;446000;214000",
        ],
    ));
    for (address, (lon, lat)) in
        addresses
            .iter()
            .zip([(-0.57, 48.75), (-61.5329, 16.2411), (55.4504, -20.8789)])
    {
        assert!(
            (address.point.lon_deg() - lon).abs() < 1e-8
                && (address.point.lat_deg() - lat).abs() < 1e-8
        );
    }
    assert_faults(
        &report,
        &[
            (
                5,
                "`x` 656792.2758, `y` 1796166.3290: read in EPSG:2154 (RGF93 / Lambert-93), the position is outside every \
                 territory known here",
            ),
            (6, "`x` 0, `y` 0: zero stands for no position"),
            (
                7,
                "`x` 446000, `y` 214000: commune 98818 is in none of the territories known here",
            ),
        ],
    );
    assert!(
        report.remarks[0].contains("2 coordinate(s) have a decimal comma"),
        "{:?}",
        report.remarks
    );
}

#[test]
fn bano_rows() {
    let (addresses, report) = read(
        "611690040A-12BIS,12 BIS,\"Rue X, dite Y\",61100,Flers,C+O,48.75,-0.57\r\n\
         611690040A-3A,3A,Rue X,61100,Flers,CAD,48.75,-0.57\r\n\r\n\
         2A0040040A-12,12,Rue X,20000,Ajaccio,OSM,41.9267,8.7376\r\n\
         611690040A-B,B,Rue X,61100,Flers,OSM,48.75,-0.57\r\n\
         97127A026K-64?,64?,Rue X,97150,Saint-Martin,OSM,18.0675,-63.0823",
    );
    let numbers: Vec<_> = addresses
        .iter()
        .map(|a| (a.number.unwrap(), a.suffix.as_str()))
        .collect();
    assert_eq!(numbers, [(12, "bis"), (3, "a"), (12, ""), (64, "?")]);
    assert_eq!(
        (addresses[0].street.as_str(), addresses[0].position),
        ("Rue X, dite Y", PositionKind::Unknown)
    );
    assert_eq!(addresses[2].citycode.as_str(), "2A004");
    assert_eq!(
        (report.format, report.rows, report.blank),
        (AddressFormat::Bano, 6, 1)
    );
    assert_faults(
        &report,
        &[(5, "`housenumber`: `B` does not begin with a number")],
    );
    let (_, report) = read(
        "id,housenumber,street,postcode,city,source,lat,lon\n611690040A-1,1,Rue X,61100,Flers,C+O,48.75,-0.57",
    );
    assert_eq!((report.rows, report.taken), (1, 1));
    // A bad row first, and nothing but a bad row under a header.
    let (_, report) =
        read("611690040A-1,1,Rue X\n611690040A-1,1,Rue X,61100,Flers,C+O,48.75,-0.57\n");
    assert_faults(&report, &[(1, "it has 3 columns, where 8 are expected")]);
    let (_, report) =
        read("numero;voie_nom;commune_insee;commune_nom;long;lat\n1;\"V;61169;Flers;-0.57;48.75\n");
    assert_faults(
        &report,
        &[(2, "column 2: a quote is opened and not closed")],
    );
}

#[test]
fn faults_name_column_and_value() {
    let long = "9".repeat(70);
    let faults = ban_faults(&[
        &[("numero", "")],
        &[("numero", "12bis")],
        &[("numero", "100000")],
        &[("numero", &long)],
        &[("nom_voie", " ")],
        &[("nom_commune", "")],
        &[("code_insee", "6116")],
        &[("code_insee", "Flers")],
        &[("code_insee", "")],
        &[("code_postal", "6110O")],
        &[("lon", "west")],
        &[("lat", "NaN")],
        &[("lat", "inf")],
        &[("lon", "0"), ("lat", "0")],
        &[("lon", "48.75"), ("lat", "-0.57")],
        &[("lon", "437609.27"), ("lat", "6855919.99")],
        &[("lon", "-0.12"), ("lat", "51.5")],
        &[("lon", "55.45"), ("lat", "-20.88")],
        &[("lon", ""), ("lat", "")],
        &[("code_insee", "97701")],
        &[("numero", "99998")],
    ]);
    let expected = [
        "`numero` is empty",
        "`numero`: `12bis` is not a whole number",
        "`numero`: `100000` is larger than 99998",
        &format!("`numero`: `{}…` is larger than 99998", &long[..60]),
        "`nom_voie` is empty",
        "`nom_commune` is empty",
        "`code_insee`: `6116` is not the INSEE code of a commune; a spreadsheet may have taken its first zero",
        "`code_insee`: `Flers` is not the INSEE code of a commune",
        "`code_insee` is empty",
        "`code_postal`: `6110O` is not a postcode of five digits",
        "`lon`: `west` is not a number",
        "`lat`: `NaN` is not a number",
        "`lat`: `inf` is not a number",
        "`lon` 0, `lat` 0: zero stands for no position",
        "`lon` 48.75, `lat` -0.57: longitude and latitude are swapped",
        "`lon` 437609.27, `lat` 6855919.99: out of range (±180 and ±90 degrees); these may be x and y",
        "`lon` -0.12, `lat` 51.5: the position is outside every territory known here",
        "`lon` 55.45, `lat` -20.88: the position is in La Réunion, commune 61169 in France métropolitaine",
        "it has no position: `lon`, `lat`, `x`, `y` are empty",
        "`lon` -0.57, `lat` 48.75: commune 97701 is in none of the territories known here",
    ];
    assert_eq!(faults, expected);
}

#[test]
fn lines_are_those_of_the_file() {
    let header = "numero;voie_nom;commune_insee;commune_nom;long;lat";
    let good = "1;V;61169;Flers;-0.57;48.75";
    for end in ["\n", "\r\n"] {
        let rows = [
            "\u{feff}",
            header,
            good,
            "1;\"V",
            "W\";61169;Flers;-0.57;48.75",
            "x;V;61169;Flers;-0.57;48.75",
            ";;;;;",
            "1;\"V;61169;Flers;-0.57;48.75",
            good,
            "1;V;61169",
        ];
        let (addresses, report) = read(&rows.join(end));
        assert_faults(
            &report,
            &[
                (6, "`numero`: `x` is not a whole number"),
                (8, "column 2: a quote is opened and not closed"),
                (10, "it has 3 columns, where 6 are expected"),
            ],
        );
        assert_eq!((addresses.len(), report.blank, report.rows), (3, 1, 7));
        assert!(addresses[1].street.starts_with("V ") && addresses[1].street.ends_with(" W"));
    }
}

#[test]
fn parcels_are_read_from_their_list() {
    let header = "numero;voie_nom;commune_insee;commune_nom;long;lat;cad_parcelles";
    let row = |parcels: &str| format!("1;V;61169;Flers;-0.57;48.75;{parcels}");
    let rows = [
        row(""),
        row("61169000AB0012"),
        row("61169000ab0012 | 611690000B0013|"),
        row("AB12|61169000AB0014"),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let (addresses, report) = read(&file(header, &rows));
    let parcels: Vec<String> = addresses
        .iter()
        .map(|address| format!("{:?}", address.parcels))
        .collect();
    assert_eq!(
        parcels,
        [
            "[]",
            "[61169000AB0012]",
            "[61169000AB0012, 611690000B0013]",
            "[]"
        ]
    );
    assert_eq!(
        report.remarks,
        [
            "1 parcel(s) are no identifier of fourteen characters: all parcels of their addresses are left out"
        ]
    );
    let ban = format!(
        "{BAN}\n;;12;;Rue X;61100;61169;Flers;;;;;-0.57;48.75;entrée;;;;;;;1;61169000AB0012|61169000AB0013"
    );
    assert_eq!(read(&ban).0[0].parcels.len(), 2);
}

#[test]
fn each_address_comes_with_the_place_of_its_row() {
    let folder = tempfile::tempdir().unwrap();
    let header = "numero;voie_nom;commune_insee;commune_nom;long;lat";
    let good = "1;V;61169;Flers;-0.57;48.75";
    let files = [
        write(
            &folder,
            "a.csv",
            file(header, &[good, "x;V", "", good]).as_bytes(),
        ),
        write(&folder, "b.csv", file(header, &[good]).as_bytes()),
    ];
    let mut places = Vec::new();
    read_addresses(&files, &mut |_, place| {
        places.push((place.file, place.line));
    })
    .unwrap();
    assert_eq!(places, [(0, 2), (0, 5), (1, 2)]);
}

#[test]
fn malformed_rows_are_all_counted_and_the_first_listed() {
    let text =
        "611690040A-1,1,Rue X,61100,Flers,C+O,48.75,-0.57\n".to_owned() + &"x\n".repeat(1500);
    let (_, report) = read(&text);
    assert_eq!(
        (report.malformed, report.first_malformed.len()),
        (1500, LISTED_MALFORMED)
    );
    assert_eq!(report.first_malformed[999].line, 1001);
}

#[test]
fn encodings() {
    let header = "numero,voie_nom,commune_insee,commune_nom,position,long,lat\n";
    let row = b"1,All\xe9e de l\x92\xc9glise,61169,Flers,b\xe2timent,-0.57,48.75\n";
    let (addresses, report) = try_read(&[header.as_bytes(), row].concat()).unwrap();
    assert_eq!(
        (addresses[0].street.as_str(), addresses[0].position),
        ("Allée de l’Église", PositionKind::Building)
    );
    assert!(
        report.remarks[0].contains("1 row(s) are no UTF-8"),
        "{:?}",
        report.remarks
    );
    let bom = format!(
        "\u{feff}\"numero\"{}1,Allée,61169,Flers,bâtiment,-0.57,48.75",
        &header[6..]
    );
    assert_eq!(read(&bom).0[0].street, "Allée");
}

#[test]
fn several_files_gzipped_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let bano = b"611690040A-1,1,Rue X,61100,Flers,C+O,48.75,-0.57\n";
    let bal = file(
        "numero;voie_nom;commune_insee;commune_nom;long;lat",
        &["2;Rue X;61169;Flers;-0.57;48.75"],
    );
    let files = [
        // Two members, the second one beginning anywhere; and a name that tells nothing.
        write(
            &folder,
            "one",
            &[gzip(&bano[..20]), gzip(&bano[20..])].concat(),
        ),
        write(&folder, "two.csv", bal.as_bytes()),
    ];
    let (addresses, report) = read_files(&files).unwrap();
    assert_eq!(
        addresses.iter().map(|a| a.number).collect::<Vec<_>>(),
        [Some(1), Some(2)]
    );
    let formats: Vec<_> = report
        .files
        .iter()
        .map(|file| (file.file.as_str(), file.format))
        .collect();
    assert_eq!(
        formats,
        [
            ("one", AddressFormat::Bano),
            ("two.csv", AddressFormat::Bal)
        ]
    );
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["files"][1]["format"], "bal");
    assert_eq!(
        serde_json::from_value::<AddressReport>(json).unwrap(),
        report
    );
    // The last file is looked at before the first is read.
    let mut count = 0;
    let files = [files[0].clone(), write(&folder, "three.csv", b"hello\n")];
    assert!(read_addresses(&files, &mut |_, _| count += 1).is_err() && count == 0);
}

#[test]
fn fictional_addresses_may_lie_anywhere() {
    const AT_SEA: &str = "numero;voie_nom;commune_insee;commune_nom;long;lat\n2;Rue X;00001;Port-Fictif;-30;40\n\
        4;Rue X;00001;Port-Fictif;-300;40\n";
    assert_eq!(read(AT_SEA).1.taken, 0);
    let mut addresses = Vec::new();
    let report =
        read_fictional_addresses("mer.csv", AT_SEA, &mut |address, _| addresses.push(address))
            .unwrap();
    assert_eq!(
        addresses
            .iter()
            .map(|a| (a.number, a.point.lon_deg()))
            .collect::<Vec<_>>(),
        [(Some(2), -30.0)]
    );
    assert_eq!(
        (report.files[0].file.as_str(), report.files[0].malformed),
        ("mer.csv", 1)
    );
}

#[test]
fn damaged_gzips_are_errors() {
    let rows: Vec<String> = (0..9000)
        .map(|n| format!("611690040A-{n},{n},Rue X,61100,Flers,C+O,48.75,-0.{n:06}1\n"))
        .collect();
    let whole = gzip(rows.concat().as_bytes());
    assert_eq!(try_read(&whole).unwrap().0.len(), 9000);
    for cut in [3, 12, whole.len() / 2, whole.len() - 5, whole.len() - 1] {
        let error = try_read(&whole[..cut]).unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{cut}: {error}");
        assert!(
            error.to_string().contains("a.csv: the gzip is cut"),
            "{cut}: {error}"
        );
    }
    let mut altered = whole.clone();
    altered[whole.len() - 6] ^= 1;
    let error = try_read(&altered).unwrap_err().to_string();
    assert!(error.contains("the gzip is damaged"), "{error}");
    assert!(try_read(&[&whole[..], b"junk"].concat()).is_err());
}

#[test]
fn other_files_are_refused_with_what_they_are() {
    for (bytes, said) in [
        (&b""[..], "it is empty"),
        (b"\xEF\xBB\xBF\r\n \n", "it is empty"),
        (&gzip(b""), "it is empty"),
        (b"PK\x03\x04...", "spreadsheet"),
        (b"\xff\xfei\0d\0", "UTF-16"),
        (b"\x7fELF\0\0", "it is binary"),
        (b"{\"type\":1}", "JSON"),
        (b"<!DOCTYPE html>", "web page"),
        (&gzip(&gzip(b"x")), "gzipped twice"),
        (b"hello\nworld\n", "its first line is `hello`"),
        (
            b"code_qp,lib_qp\nQN06103M,X\n",
            "its first line is `code_qp,lib_qp`",
        ),
        (
            b"numero;voie_nom;commune_insee;commune_nom;long;lat\n",
            "a header and no row",
        ),
        (
            b"numero;voie_nom;commune_insee;long\n1;V;61169;2\n",
            "read as BAL, its header has no `commune_nom`, has neither `long` and `lat` nor `x` and `y`; its columns are numero, voie_nom",
        ),
        (
            b"id;nom_lieu_dit;code_insee;nom_commune;lon;lat\n",
            "read as BAN, its header has no `numero`, has no `nom_voie`",
        ),
        (
            b"numero;voie_nom;commune_insee;commune_nom;long;lat;lat\n1",
            "has `lat` twice",
        ),
    ] {
        let message = refusal(bytes);
        assert!(message.contains(said), "{said}: {message}");
    }
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("missing.csv"), folder.path().to_owned()] {
        let error = read_files(&[path]).unwrap_err();
        assert!(matches!(error, Error::Io { .. }), "{error}");
    }
}

proptest! {
    #[test]
    fn whatever_follows_a_good_row_is_accounted_for(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let start: &[u8] = b"611690040A-1,1,Rue X,61100,Flers,C+O,48.75,-0.57\n";
        let text = [start, &bytes].concat();
        match try_read(&text) {
            Ok((addresses, report)) => {
                prop_assert!(!addresses.is_empty() && report.rows >= 1);
            }
            Err(error) => prop_assert!(matches!(error, Error::NotAddresses { .. }), "{}", error),
        }
    }
}
