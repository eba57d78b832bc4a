//! Addresses too near the line of a square, with and without parcels and buildings that settle their zone.
//!
//! Metres are east of the eastern line of the square; the lines are known to 1 m, positions of parcels to 20 m.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use qpv_service::data::{self, FootprintOptions, Store, import::ImportOptions};
use qpv_service::model::{FootprintKind, Vintage};
use qpv_service::{
    AddressCheck, AddressChecker, AddressQuestion, CertaintyLevel, PointAnswer, SearchFilter,
    Service, SiteFinding, SiteJoin, SiteNote, Snapshot, UndeterminedReason, VintageSelector, Zone,
    home_of_address, messages, street_profile_of,
};

const IN_2024: VintageSelector = VintageSelector::Vintage(Vintage::V2024);
/// Where the eastern line of the square is.
const LINE: (f64, f64) = (6.87, 47.635);

/// A position by its metres; at this latitude a degree measures 75.15 km and 111.18 km.
fn lon_lat(east_m: f64, north_m: f64) -> (f64, f64) {
    (LINE.0 + east_m / 75_155.0, LINE.1 + north_m / 111_180.0)
}

/// A rectangle from west to east, 10 m deep, as a GeoJSON feature.
fn lot(id: &str, west_m: f64, east_m: f64, north_m: f64, more: &str) -> String {
    let corners = [
        (west_m, north_m),
        (east_m, north_m),
        (east_m, north_m + 10.0),
        (west_m, north_m + 10.0),
        (west_m, north_m),
    ];
    let corners = corners.map(|(east_m, north_m)| {
        let (lon, lat) = lon_lat(east_m, north_m);
        format!("[{lon:.8},{lat:.8}]")
    });
    format!(
        r#"{{"type":"Feature","properties":{{"id":"{id}"{more}}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
        corners.join(",")
    )
}

fn collection(features: &[String]) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    )
}

/// One address of a test: its number, the metres of its position, the kind of it, its published parcels.
type House<'a> = (u32, f64, f64, &'a str, &'a str);

struct Town {
    folder: tempfile::TempDir,
    store: Store,
}

impl Town {
    /// A town with one street of these houses, and no ground.
    fn new(houses: &[House]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().join("data"));
        let town = Self { folder, store };
        let file = town.file("qp.geojson", &collection(&perimeters()));
        let options = ImportOptions {
            precision_m: Some(1.0),
            ..ImportOptions::new(Vintage::V2024)
        };
        data::import_files(&town.store, &[file], &options).unwrap();
        let mut text = String::from(
            "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat;type_position;cad_parcelles\n",
        );
        for (number, east_m, north_m, kind, parcels) in houses {
            let (lon, lat) = lon_lat(*east_m, *north_m);
            writeln!(
                text,
                "90010_0001_{number:05};{number};;Rue des Tilleuls;90000;90010;Belfort;{lon:.7};{lat:.7};{kind};{parcels}"
            )
            .unwrap();
        }
        let file = town.file("adresses-90.csv", &text);
        data::import_addresses(&town.store, &[file]).unwrap();
        town
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn with(self, kind: FootprintKind, features: &[String]) -> Self {
        let file = self.file(&format!("{}.geojson", kind.name()), &collection(features));
        let options = FootprintOptions::default();
        data::import_footprints(&self.store, kind, &[file], &options).unwrap();
        self
    }

    fn parcels(self, features: &[String]) -> Self {
        self.with(FootprintKind::Parcels, features)
    }

    fn buildings(self, features: &[String]) -> Self {
        self.with(FootprintKind::Buildings, features)
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Service::open(self.store.clone()).unwrap().snapshot()
    }

    fn check(&self, number: u32) -> AddressCheck {
        let question = AddressQuestion {
            text: format!("{number} rue des tilleuls 90000 Belfort"),
            filter: SearchFilter::default(),
        };
        AddressChecker::new(&self.snapshot(), IN_2024)
            .check(&question)
            .unwrap()
    }
}

/// The square, and small perimeters in as many departments as the whole of metropolitan France has.
fn perimeters() -> Vec<String> {
    let feature = |department: u32, lon: f64, lat: f64, size: f64| {
        let (east, north) = (lon + size, lat + size);
        format!(
            r#"{{"type":"Feature","properties":{{"code_qp":"QN0{department:02}01I","lib_qp":"Carré {department}",
            "insee_com":"{department:02}010","lib_com":"Ville {department}","insee_dep":"{department:02}"}},
            "geometry":{{"type":"Polygon","coordinates":[[[{lon},{lat}],[{east},{lat}],[{east},{north}],[{lon},{north}],[{lon},{lat}]]]}}}}"#
        )
    };
    let others = (1..=95).filter(|department| ![20, 90].contains(department));
    let others = others
        .map(|department| feature(department, 2.0 + 0.02 * f64::from(department), 46.0, 0.001));
    std::iter::once(feature(90, 6.86, 47.63, 0.01))
        .chain(others)
        .collect()
}

fn standing(checked: &AddressCheck) -> &PointAnswer {
    checked.candidates[0].standing.as_ref().unwrap()
}

const A: &str = "90010000AB0001";
const B: &str = "90010000AB0002";

/// A house whose position is 6 m inside, on the parcel A by its file.
fn inside() -> [House<'static>; 1] {
    [(1, -6.0, 5.0, "parcelle", A)]
}

#[test]
fn a_parcel_on_one_side_of_the_line_settles_its_address() {
    // Without it, the position says nothing.
    let bare = Town::new(&inside());
    assert_eq!(bare.check(1).zone, Zone::Undetermined);
    assert_eq!(standing(&bare.check(1)).site, None);
    let town = bare.parcels(&[lot(A, -12.0, -2.0, 0.0, ""), lot(B, 2.0, 12.0, 0.0, "")]);
    let checked = town.check(1);
    assert_eq!((checked.zone, checked.doubt), (Zone::Qpv, None));
    assert_eq!(checked.level, Some(CertaintyLevel::Certain));
    let standing = standing(&checked);
    let site = standing.site.as_ref().unwrap();
    assert_eq!(
        (site.join, site.basis),
        (SiteJoin::Identifier, FootprintKind::Parcels)
    );
    let gap_m = standing.verdict.gap_m.unwrap();
    assert!((gap_m - 2.0).abs() < 0.1, "{gap_m}");
    assert!(messages::explanation(standing).contains(A));
    assert_eq!(standing.leaning(), None);
    let snapshot = town.snapshot();
    let home = home_of_address(&snapshot, &checked);
    let zones = home.possible_zones(&snapshot, IN_2024);
    assert!(zones.qpv && !zones.band_300m && !zones.outside);
    let profile = street_profile_of(&snapshot, &checked.candidates[0].candidate, IN_2024).unwrap();
    assert_eq!(profile.ranges[0].zone, Ok(Zone::Qpv));
}

#[test]
fn a_parcel_on_the_other_side_than_the_position_decides() {
    // A position interpolated on the street, on the wrong side of the line.
    let town = Town::new(&[(1, 4.0, 5.0, "segment", A)]).parcels(&[lot(A, -30.0, -3.0, 0.0, "")]);
    let checked = town.check(1);
    assert_eq!(checked.zone, Zone::Qpv);
    assert_eq!(checked.perimeters.as_ref().map(Vec::len), Some(1));
    let (outside, parcel) = ((1, -4.0, 5.0, "segment", B), lot(B, 3.0, 30.0, 0.0, ""));
    let checked = Town::new(&[outside]).parcels(&[parcel]).check(1);
    assert_eq!(checked.zone, Zone::Band300m);
    assert_eq!(checked.perimeters, Some(vec![]));
}

#[test]
fn a_line_through_the_parcel_leaves_the_word_to_the_building() {
    let parcel = lot(A, -20.0, 20.0, 0.0, "");
    let town = Town::new(&inside()).parcels(std::slice::from_ref(&parcel));
    let checked = town.check(1);
    assert_eq!(checked.zone, Zone::Undetermined);
    assert_eq!(checked.doubt, Some(UndeterminedReason::Position));
    assert!(messages::explanation(standing(&checked)).contains("traverse la parcelle"));
    // All of the house is inside, though its parcel is not.
    let house = lot("", -14.0, -4.0, 0.0, r#","type":"01""#);
    let town = town.buildings(std::slice::from_ref(&house));
    let checked = town.check(1);
    assert_eq!(
        (checked.zone, checked.level),
        (Zone::Qpv, Some(CertaintyLevel::Certain))
    );
    assert_eq!(
        standing(&checked).site.as_ref().unwrap().basis,
        FootprintKind::Buildings
    );
    // A second house on the other side: which one is meant is not known.
    let other = lot("", 4.0, 14.0, 0.0, r#","type":"01""#);
    let town = town.buildings(&[house, other]);
    assert_eq!(town.check(1).zone, Zone::Undetermined);
    // A light construction on the line is no home.
    let house = lot("", -14.0, -4.0, 0.0, r#","type":"01""#);
    let shed = lot("", -2.0, 2.0, 0.0, r#","type":"02""#);
    assert_eq!(town.buildings(&[house, shed]).check(1).zone, Zone::Qpv);
}

#[test]
fn a_line_through_the_building_is_said() {
    let town = Town::new(&inside())
        .parcels(&[lot(A, -20.0, 20.0, 0.0, "")])
        .buildings(&[lot("", -8.0, 3.0, 0.0, r#","type":"01""#)]);
    let checked = town.check(1);
    let standing = standing(&checked);
    assert_eq!(checked.zone, Zone::Undetermined);
    assert!(matches!(
        standing.site.as_ref().unwrap().finding,
        SiteFinding::Cut(_)
    ));
    assert!(messages::explanation(standing).contains("La limite traverse l'immeuble"));
    assert_eq!(
        standing.leaning(),
        None,
        "a house that the line cuts leans nowhere"
    );
}

#[test]
fn a_building_nearer_to_the_line_than_it_is_exact_settles_nothing() {
    for (east_m, zone) in [(-0.9, Zone::Undetermined), (-1.1, Zone::Qpv)] {
        let town = Town::new(&inside()).parcels(&[lot(A, -12.0, east_m, 0.0, "")]);
        assert_eq!(town.check(1).zone, zone, "{east_m}");
    }
}

/// The zone and level of the house whose parcel the line cuts, by the metres where its walls are.
fn of_house(address: House, walls: &[(f64, f64)]) -> (Zone, Option<CertaintyLevel>) {
    let east_m = address.1;
    let houses: Vec<String> = walls
        .iter()
        .map(|(west_m, east_m)| lot("", *west_m, *east_m, 0.0, r#","type":"01""#))
        .collect();
    let parcel = lot(A, east_m - 40.0, east_m + 40.0, 0.0, "");
    let checked = Town::new(&[address])
        .parcels(&[parcel])
        .buildings(&houses)
        .check(1);
    (checked.zone, checked.level)
}

#[test]
fn a_building_that_reaches_clear_of_the_line_on_one_side_settles_its_address() {
    let [house] = inside();
    let inside_by_building = (Zone::Qpv, Some(CertaintyLevel::BuildingSide));
    let outside_by_building = (Zone::Band300m, Some(CertaintyLevel::BuildingSide));
    let open = (Zone::Undetermined, Some(CertaintyLevel::NearBoundary));
    // Lines are known to 1 m: nearer than that, or drawn a quarter of it into the house, they pass beside it.
    for east_m in [-0.9, -0.3, 0.0, 0.2] {
        assert_eq!(
            of_house(house, &[(-12.0, east_m)]),
            inside_by_building,
            "{east_m}"
        );
    }
    assert_eq!(of_house(house, &[(-12.0, 0.4)]), open);
    // So small that all of it may be on the other side.
    assert_eq!(of_house(house, &[(-1.2, -0.2)]), open);
    assert_eq!(of_house(house, &[(-1.5, -0.2)]), inside_by_building);
    // Any of them may be the home.
    assert_eq!(of_house(house, &[(-12.0, -0.5), (-0.8, -0.2)]), open);
    assert_eq!(of_house(house, &[(-12.0, -0.5), (0.5, 12.0)]), open);
    // Outside, likewise; the perimeter that is drawn a little into it does not hold it.
    let across = (1, 6.0, 5.0, "parcelle", A);
    assert_eq!(of_house(across, &[(-0.2, 12.0)]), outside_by_building);
    let town = Town::new(&[across])
        .parcels(&[lot(A, -20.0, 20.0, 0.0, "")])
        .buildings(&[lot("", -0.2, 12.0, 0.0, r#","type":"01""#)]);
    let checked = town.check(1);
    assert_eq!(checked.perimeters, Some(vec![]));
    let standing = standing(&checked);
    assert_eq!(standing.located.signed_distance_m, Some(0.0));
    assert_eq!(standing.leaning(), None);
    let told = messages::explanation(standing);
    assert!(told.contains("jusqu'à 12 m de la limite"), "{told}");
}

#[test]
fn the_limit_of_the_band_runs_through_houses() {
    let address = (1, 290.0, 5.0, "parcelle", A);
    let open = (Zone::Undetermined, Some(CertaintyLevel::NearBoundary));
    assert_eq!(of_house(address, &[(285.0, 299.5)]), open);
    assert_eq!(of_house(address, &[(300.5, 310.0)]), open);
    let clear = (Zone::Band300m, Some(CertaintyLevel::Certain));
    assert_eq!(of_house(address, &[(285.0, 298.0)]), clear);
}

#[test]
fn a_parcel_that_reaches_clear_of_the_line_settles_nothing_alone() {
    let town = Town::new(&inside()).parcels(&[lot(A, -12.0, -0.5, 0.0, "")]);
    assert_eq!(town.check(1).zone, Zone::Undetermined);
}

#[test]
fn a_building_on_two_parcels_is_taken_whole() {
    let parcels = [lot(A, -14.0, -3.0, 0.0, ""), lot(B, -3.0, 20.0, 0.0, "")];
    // The parcel alone settles it.
    let town = Town::new(&inside()).parcels(&parcels);
    assert_eq!(town.check(1).zone, Zone::Qpv);
    // On a parcel that the line cuts, a block that goes on beyond it.
    let parcels = [lot(A, -14.0, 0.5, 0.0, ""), lot(B, 0.5, 20.0, 0.0, "")];
    let block = lot("", -12.0, 8.0, 0.0, r#","type":"01""#);
    let town = Town::new(&inside()).parcels(&parcels).buildings(&[block]);
    let checked = town.check(1);
    assert_eq!(checked.zone, Zone::Undetermined);
    let notes = &standing(&checked).site.as_ref().unwrap().notes;
    assert_eq!(notes, &[SiteNote::SpansParcels]);
}

#[test]
fn identifiers_out_of_date_or_elsewhere_are_told_and_not_used() {
    // The parcel was divided since.
    let town = Town::new(&inside()).parcels(&[lot(B, -12.0, -2.0, 0.0, "")]);
    let checked = town.check(1);
    assert_eq!(checked.zone, Zone::Undetermined);
    let site = standing(&checked).site.clone().unwrap();
    assert_eq!(
        site.notes,
        [SiteNote::UnknownParcels(vec![A.parse().unwrap()])]
    );
    assert!(messages::explanation(standing(&checked)).contains(A));
    // The parcel lies 200 m away.
    let far = [
        lot(A, -212.0, -202.0, 0.0, ""),
        lot(B, -12.0, -2.0, 0.0, ""),
    ];
    let checked = Town::new(&inside()).parcels(&far).check(1);
    assert_eq!(checked.zone, Zone::Undetermined);
    let notes = &standing(&checked).site.as_ref().unwrap().notes;
    assert_eq!(notes, &[SiteNote::FarParcels(vec![A.parse().unwrap()])]);
    // Parcels of another commune alone say nothing of this one.
    let other = "90033000AB0001";
    let checked = Town::new(&inside())
        .parcels(&[lot(other, 500.0, 520.0, 0.0, "")])
        .check(1);
    assert_eq!(standing(&checked).site, None);
}

#[test]
fn without_identifiers_the_position_finds_the_parcel() {
    let parcels = [lot(A, -12.0, -2.0, 0.0, ""), lot(B, 2.0, 12.0, 0.0, "")];
    // On its plot by the meaning of its kind.
    let checked = Town::new(&[(1, -6.0, 5.0, "bâtiment", "")])
        .parcels(&parcels)
        .check(1);
    assert_eq!(checked.zone, Zone::Qpv);
    let site = standing(&checked).site.as_ref().unwrap();
    assert_eq!(site.join, SiteJoin::Holding);
    // Known to 20 m, it may have strayed 10 m into the next plot, which is on the other side.
    let checked = Town::new(&[(1, -6.0, 5.0, "parcelle", "")])
        .parcels(&parcels)
        .check(1);
    assert_eq!(checked.zone, Zone::Undetermined);
    let checked = Town::new(&[(1, -9.0, 5.0, "parcelle", "")])
        .parcels(&parcels)
        .check(1);
    assert_eq!(checked.zone, Zone::Qpv);
    // A position on the street may be of either parcel: both within its uncertainty, on either side.
    let checked = Town::new(&[(1, -6.0, 5.0, "segment", "")])
        .parcels(&parcels)
        .check(1);
    assert_eq!(checked.zone, Zone::Undetermined);
    // Buildings alone are enough.
    let house = lot("", -12.0, -2.0, 0.0, r#","type":"01""#);
    let checked = Town::new(&[(1, -3.0, 5.0, "entrée", "")])
        .buildings(&[house])
        .check(1);
    assert_eq!(checked.zone, Zone::Qpv);
    assert!(standing(&checked).site.as_ref().unwrap().parcels.is_empty());
}

#[test]
fn nothing_is_concluded_from_a_neighbour() {
    // The parcels of the commune next door reach the street; those of the address are not loaded.
    let next_door = [lot("90033000AB0001", -30.0, -4.0, 0.0, "")];
    let checked = Town::new(&inside()).parcels(&next_door).check(1);
    assert_eq!(checked.zone, Zone::Undetermined);
    let notes = &standing(&checked).site.as_ref().unwrap().notes;
    assert_eq!(notes, &[SiteNote::UnknownParcels(vec![A.parse().unwrap()])]);
    // Without an identifier, one parcel far inside says nothing of a position that no parcel holds.
    let lone = [lot(A, -60.0, -20.0, 0.0, "")];
    let checked = Town::new(&[(1, -2.0, 5.0, "segment", "")])
        .parcels(&lone)
        .check(1);
    assert_eq!(checked.zone, Zone::Undetermined);
    // The parcel that the line cuts has no house; the one beside it has.
    let parcels = [lot(A, -8.0, 8.0, 0.0, ""), lot(B, -40.0, -8.0, 0.0, "")];
    let house = lot("", -38.0, -20.0, 0.0, r#","type":"01""#);
    let both: House = (1, -6.0, 5.0, "parcelle", "90010000AB0001|90010000AB0002");
    let checked = Town::new(&[both])
        .parcels(&parcels)
        .buildings(&[house])
        .check(1);
    assert_eq!(checked.zone, Zone::Undetermined);
    let notes = &standing(&checked).site.as_ref().unwrap().notes;
    assert_eq!(notes, &[SiteNote::NoBuilding]);
}

#[test]
fn a_row_of_houses_drawn_as_one_counts_beside_a_shed() {
    let parcel = lot(A, -40.0, 6.0, 0.0, "");
    // A twentieth of the row stands on the parcel, across the line.
    let row = lot("", -2.0, 100.0, 0.0, r#","type":"01""#);
    let garage = lot("", -38.0, -32.0, 0.0, r#","type":"01""#);
    let town = Town::new(&inside()).parcels(std::slice::from_ref(&parcel));
    let checked = town.buildings(&[row, garage]).check(1);
    assert_eq!(checked.zone, Zone::Undetermined);
    let finding = &standing(&checked).site.as_ref().unwrap().finding;
    assert!(matches!(finding, SiteFinding::Cut(_)), "{finding:?}");
}

#[test]
fn a_parcel_that_ends_on_the_line_is_near_it_and_not_cut() {
    for edges in [(-12.0, 0.0), (0.0, 12.0)] {
        let town = Town::new(&inside()).parcels(&[lot(A, edges.0, edges.1, 0.0, "")]);
        let checked = town.check(1);
        assert_eq!(checked.zone, Zone::Undetermined);
        let finding = &standing(&checked).site.as_ref().unwrap().finding;
        assert!(matches!(finding, SiteFinding::Near { .. }), "{finding:?}");
    }
}

#[test]
fn what_is_too_large_speaks_for_no_door() {
    let town = Town::new(&inside()).parcels(&[lot(A, -400.0, -2.0, 0.0, "")]);
    let checked = town.check(1);
    assert_eq!(checked.zone, Zone::Undetermined);
    let notes = &standing(&checked).site.as_ref().unwrap().notes;
    assert_eq!(notes, &[SiteNote::Unusable]);
}

#[test]
fn two_files_of_one_name_are_not_taken_at_once() {
    let town = Town::new(&inside());
    let text = collection(&[lot(A, -12.0, -2.0, 0.0, "")]);
    let files: Vec<PathBuf> = ["one", "other"]
        .iter()
        .map(|folder| {
            std::fs::create_dir(town.folder.path().join(folder)).unwrap();
            town.file(&format!("{folder}/parcelles.json"), &text)
        })
        .collect();
    let options = FootprintOptions::default();
    let refused = data::import_footprints(&town.store, FootprintKind::Parcels, &files, &options);
    let message = refused.unwrap_err().to_string();
    assert!(message.contains("the same name"), "{message}");
}

#[test]
fn files_of_one_name_replace_each_other_and_others_stay() {
    let town = Town::new(&inside());
    let options = FootprintOptions::default();
    let import = |path: &Path| {
        let files = [path.to_owned()];
        data::import_footprints(&town.store, FootprintKind::Parcels, &files, &options).unwrap()
    };
    let one = town.file(
        "cadastre-90010-parcelles.json",
        &collection(&[lot(A, -12.0, -2.0, 0.0, "")]),
    );
    let first = import(&one);
    import(&town.file(
        "cadastre-90033-parcelles.json",
        &collection(&[lot("90033000AB0001", 500.0, 520.0, 0.0, "")]),
    ));
    assert_eq!(town.check(1).zone, Zone::Qpv);
    town.file(
        "cadastre-90010-parcelles.json",
        &collection(&[lot(A, -12.0, 12.0, 0.0, "")]),
    );
    let second = import(&one);
    assert_ne!(first.digest, second.digest);
    assert_eq!(town.check(1).zone, Zone::Undetermined);
    let current = town.store.current().unwrap().unwrap();
    assert_eq!(current.descriptor.footprint_entries().count(), 2);
    // A file that cannot be read leaves all as it was.
    let cut = town.file(
        "cadastre-90010-batiments.json",
        r#"{"type":"FeatureCollection","features":[{"type"#,
    );
    let failed = data::import_footprints(&town.store, FootprintKind::Buildings, &[cut], &options);
    assert!(failed.is_err());
    assert_eq!(
        town.store.current().unwrap().unwrap().digest(),
        second.digest
    );
}
