//! One question, one answer: JSON, the signed statement of a report and the command line agree, whatever is asked.

use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{Data, Server};
use crate::report_text::page_text;

/// Doors of the fictional town: number 1 of the street that is the line of a perimeter is inside, number 2 outside.
const NUMBER_1: [f64; 2] = [-3.610_510, 46.203_047];
const NUMBER_2: [f64; 2] = [-3.610_679, 46.202_978];
const ADDRESS_2: &str = "2 rue des Cordiers 00100 Port-Fictif";
const TODAY: &str = "2026-11-21";
/// The perimeters in force on that day, as shipped.
const PERIMETERS: &str = include_str!("../../geodata/sample/perimeters-2024.geojson");
/// A child that a programme takes by the home alone: without a school, no other rule can hold.
const CHILD: [(&str, &str); 3] = [
    ("programme", "pre-national"),
    ("birth_date", "2018-06-30"),
    ("school", "aucune"),
];

/// A place, as both interfaces ask for it.
struct Subject {
    name: String,
    body: Value,
    /// The arguments; `None` where the command line has none.
    args: Option<Vec<String>>,
}

impl Subject {
    fn address(text: &str) -> Self {
        Self {
            name: text.to_owned(),
            body: json!({"q": text}),
            args: Some(vec![text.to_owned()]),
        }
    }

    fn corrected(text: &str, at: [f64; 2], uncertainty_m: Option<f64>) -> Self {
        let [lon, lat] = at;
        let mut subject = Self {
            name: format!("{text} at {at:?} ± {uncertainty_m:?}"),
            body: json!({"q": text, "placed": {"lon": lon, "lat": lat}}),
            args: Some(vec![text.to_owned(), format!("--at={lon},{lat}")]),
        };
        subject.state(uncertainty_m);
        subject
    }

    fn position(at: [f64; 2], uncertainty_m: Option<f64>) -> Self {
        let [lon, lat] = at;
        let mut subject = Self {
            name: format!("{at:?} ± {uncertainty_m:?}"),
            body: json!({"lon": lon, "lat": lat}),
            args: Some(vec![format!("--at={lon},{lat}")]),
        };
        subject.state(uncertainty_m);
        subject
    }

    /// A position as a person writes it: in a body as texts, for JSON numbers lose their zeros.
    fn written(lon: &str, lat: &str, uncertainty_m: Option<f64>) -> Self {
        let mut subject = Self {
            name: format!("{lon} {lat} as written ± {uncertainty_m:?}"),
            body: json!({"lon": lon, "lat": lat}),
            args: Some(vec![format!("--at={lon},{lat}")]),
        };
        subject.state(uncertainty_m);
        subject
    }

    /// A square 0.0002° wide with this south-west corner.
    fn building(lon: f64, lat: f64) -> Self {
        let corners = [
            (0.0, 0.0),
            (2e-4, 0.0),
            (2e-4, 2e-4),
            (0.0, 2e-4),
            (0.0, 0.0),
        ];
        let ring = corners.map(|(x, y)| [lon + x, lat + y]);
        Self {
            name: format!("a building at {lon}"),
            body: json!({"footprint": {"type": "Polygon", "coordinates": [ring]}}),
            args: None,
        }
    }

    fn state(&mut self, uncertainty_m: Option<f64>) {
        if let Some(uncertainty_m) = uncertainty_m {
            self.body["uncertainty_m"] = json!(uncertainty_m);
            let args = self.args.get_or_insert_default();
            args.push(format!("--uncertainty-m={uncertainty_m}"));
        }
    }
}

/// The town, served and on the command line, from one data folder.
struct Town {
    data: Data,
    server: Server,
    out: tempfile::TempDir,
}

impl Town {
    fn new() -> Self {
        let data = Data::empty();
        let server = Server::start(data.command());
        Self {
            data,
            server,
            out: tempfile::tempdir().unwrap(),
        }
    }

    /// Moves from one point to another until a measure, which grows on the way, has the value wanted.
    fn where_measured(
        [from, to]: [[f64; 2]; 2],
        wanted_m: f64,
        measure: impl Fn([f64; 2]) -> f64,
    ) -> [f64; 2] {
        let (mut low, mut high) = (0.0_f64, 1.0_f64);
        let at = |share: f64| {
            [0, 1].map(|axis| {
                let degrees: f64 = from[axis] + share * (to[axis] - from[axis]);
                (degrees * 1e7).round() / 1e7
            })
        };
        for _ in 0..40 {
            let middle = low.midpoint(high);
            if measure(at(middle)) < wanted_m {
                low = middle;
            } else {
                high = middle;
            }
        }
        let found = at(high);
        assert!((measure(found) - wanted_m).abs() < 0.02, "{found:?}");
        found
    }

    /// A point at this signed distance from the line, between two others.
    fn at_distance(&self, ends: [[f64; 2]; 2], wanted_m: f64) -> [f64; 2] {
        Self::where_measured(ends, wanted_m, |[lon, lat]| {
            let path = format!("/api/v1/zones?lon={lon}&lat={lat}&on={TODAY}");
            let (status, answer) = self.server.get(&path);
            assert_eq!(status, 200, "{answer}");
            answer["distance_to_boundary_m"].as_f64().unwrap()
        })
    }

    /// A point this far from the door of number 1, to the west of it.
    fn moved_by(&self, wanted_m: f64) -> [f64; 2] {
        let west = [NUMBER_1[0] - 0.064_9, NUMBER_1[1]];
        Self::where_measured([NUMBER_1, west], wanted_m, |[lon, lat]| {
            let body = json!({"q": "1 rue des Cordiers 00100 Port-Fictif",
                "placed": {"lon": lon, "lat": lat}, "on": TODAY});
            let (status, answer) = self.server.post("/api/v1/check", &body);
            assert_eq!(status, 200, "{answer}");
            answer["position"]["moved_m"].as_f64().unwrap()
        })
    }

    fn subjects(&self) -> Vec<Subject> {
        let across = [NUMBER_1, NUMBER_2];
        let west = [NUMBER_2, [-3.620, NUMBER_2[1]]];
        let just_inside = self.at_distance(across, -0.33);
        let just_outside = self.at_distance(across, 0.33);
        let limit = self.at_distance(west, 299.7);
        let mut subjects = vec![
            Subject::address("1 rue des Cordiers 00100 Port-Fictif"),
            Subject::address(ADDRESS_2),
            Subject::address("rue des Cordiers 00100 Port-Fictif"),
            Subject::address("999 rue des Cordiers 00100 Port-Fictif"),
            // Not there: between two numbers far from any line, and along one.
            Subject::address("3 bis rue de l'Étoile Polaire 00100 Port-Fictif"),
            Subject::address("5 bis rue des Cordiers 00100 Port-Fictif"),
            Subject::address("Port-Fictif"),
            Subject::address("999 chemin de nulle part"),
            Subject::corrected(ADDRESS_2, NUMBER_1, None),
            Subject::corrected(ADDRESS_2, NUMBER_1, Some(25.0)),
            Subject::corrected(ADDRESS_2, just_inside, Some(0.0)),
            Subject::corrected("999 chemin de nulle part", NUMBER_2, None),
            Subject::corrected(
                "1 rue des Cordiers 00100 Port-Fictif",
                self.moved_by(5_001.0),
                None,
            ),
        ];
        for at in [just_inside, just_outside, limit, NUMBER_1, NUMBER_2] {
            let doubts = [None, Some(0.0), Some(25.0)];
            subjects.extend(doubts.map(|uncertainty_m| Subject::position(at, uncertainty_m)));
        }
        // In the same place to whole minutes, metres and centimetres.
        for (lon, lat) in [
            ("-3.61", "46.20"),
            ("-3.6105", "46.2030"),
            ("-3.610510", "46.203047"),
        ] {
            let doubts = [None, Some(25.0)];
            subjects.extend(doubts.map(|uncertainty_m| Subject::written(lon, lat, uncertainty_m)));
        }
        subjects.extend(
            [-3.6100, -3.6107, -3.6125, -3.6200].map(|lon| Subject::building(lon, 46.2028)),
        );
        subjects
    }

    fn programmes(&self) -> Vec<String> {
        let (_, list) = self.server.get("/api/v1/programmes");
        let programmes = list["programmes"].as_array().unwrap();
        let ids = programmes
            .iter()
            .map(|programme| programme["id"].as_str().unwrap().to_owned());
        ids.collect()
    }

    /// The lines of a report, all but those of its making.
    fn statement(&self, pdf: &[u8]) -> Value {
        let (status, body) =
            self.server
                .post_bytes("/api/v1/reports/verify", "application/pdf", pdf);
        let mut found: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            (status, &found["outcome"]),
            (200, &json!("genuine")),
            "{found}"
        );
        let mut statement = found["statement"].take();
        for name in ["date", "signature"] {
            statement.as_object_mut().unwrap().remove(name);
        }
        statement
    }

    fn assert_one_answer(&self, subject: &Subject, day: &str, programme: Option<&str>) {
        let asked = format!("{} on {day}, {programme:?}", subject.name);
        let mut body = subject.body.clone();
        body["on"] = json!(day);
        if let Some(programme) = programme {
            body["programme"] = json!(programme);
            body["birth_date"] = json!("2018-06-30");
        }
        let (status, answer) = self.server.post("/api/v1/check", &body);
        assert_eq!(status, 200, "{asked}: {answer}");
        let (status, pdf) = self.server.post_bytes(
            "/api/v1/reports",
            "application/json",
            body.to_string().as_bytes(),
        );
        assert_eq!(status, 200, "{asked}: {}", String::from_utf8_lossy(&pdf));
        let statement = self.statement(&pdf);
        assert_says_the_same(&asked, &answer, &statement);
        let Some(args) = &subject.args else { return };
        let mut args: Vec<&str> = args.iter().map(String::as_str).collect();
        args.splice(0..0, ["check", "--on", day]);
        if let Some(programme) = programme {
            args.extend(["--programme", programme, "--birth-date", "2018-06-30"]);
        }
        self.assert_command_agrees(&asked, &args, &answer, &statement);
    }

    /// The answer of each interface about a place and [`CHILD`].
    fn said_of(&self, subject: &Subject) -> Said {
        let mut body = subject.body.clone();
        let mut args = vec!["check".to_owned(), "--on".to_owned(), TODAY.to_owned()];
        args.extend(subject.args.clone().unwrap());
        body["on"] = json!(TODAY);
        for (name, value) in CHILD {
            body[name] = json!(value);
            args.push(format!("--{}={value}", name.replace('_', "-")));
        }
        let (status, answer) = self.server.post("/api/v1/check", &body);
        assert_eq!(status, 200, "{answer}");
        let (status, pdf) = self.server.post_bytes(
            "/api/v1/reports",
            "application/json",
            body.to_string().as_bytes(),
        );
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&pdf));
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        Said {
            json: answer.to_string(),
            // The page alone keeps the marks of French punctuation on the line of their word.
            page: page_text(&pdf).replace('\u{a0}', " "),
            statement: self.statement(&pdf),
            printed: self.data.run(&args).out,
        }
    }

    /// Checks that each interface refuses a position that the data does not cover.
    fn assert_not_covered(&self, [lon, lat]: [f64; 2]) {
        let [lon_fr, lat_fr] = [lon, lat].map(|degrees| degrees.to_string().replace('.', ","));
        let message = format!(
            "Ce point (longitude {lon_fr} et latitude {lat_fr}) est hors des territoires que couvrent les données chargées : \
            cela ne veut pas dire hors quartier prioritaire."
        );
        let body = json!({"lon": lon, "lat": lat, "on": TODAY});
        for path in ["/api/v1/check", "/api/v1/reports"] {
            let (status, problem) = self.server.post(path, &body);
            assert_eq!(
                (status, &problem["message"]),
                (422, &json!(message)),
                "{path}"
            );
        }
        let at = format!("--at={lon},{lat}");
        let ran = self.data.run(&["check", "--on", TODAY, &at]);
        // Errors of the command line are in English, as its help is.
        let fault =
            "lies outside what the loaded data covers: this does not mean outside a neighbourhood";
        assert!(ran.code == Some(1) && ran.err.contains(fault), "{ran:?}");
        assert_eq!(ran.out, "");
    }

    fn assert_command_agrees(&self, asked: &str, args: &[&str], answer: &Value, statement: &Value) {
        let pdf = self.out.path().join("out.pdf");
        let text = self.data.run(args);
        let report = ["--json", "--force", "--report", path(&pdf)];
        let ran = self.data.run(&[args, &report].concat());
        let printed: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(&printed, answer, "{asked}");
        assert_eq!(
            &self.statement(&std::fs::read(&pdf).unwrap()),
            statement,
            "{asked}"
        );
        let result = answer["eligibility"]
            .get("result")
            .unwrap_or(&answer["zone"]);
        let code = if result == "undetermined" { 3 } else { 0 };
        assert_eq!(
            (text.code, ran.code),
            (Some(code), Some(code)),
            "{asked}: {text:?}"
        );
        for sentence in [
            &answer["doubt"]["message"],
            &answer["position"]["message"],
            &answer["position"]["certainty"]["explanation"],
            &answer["eligibility"]["message"],
        ] {
            let sentence = sentence.as_str().unwrap_or_default();
            assert!(
                text.out.contains(sentence),
                "{asked}: {sentence}: {}",
                text.out
            );
        }
        let french: Value =
            serde_json::from_str(include_str!("../../crates/qpv-french/fr.json")).unwrap();
        let zone = answer["zone"].as_str().unwrap();
        let zone = french[format!("check.zone.{zone}")].as_str().unwrap();
        // The zone of a position that was stated says so.
        let is_testimony = !answer["position"].is_null() && answer["zone"] != "undetermined";
        let zone = if is_testimony {
            let answer = zone.trim_end_matches('.');
            let testimony = french["placed.testimony"].as_str().unwrap();
            testimony.replace("{answer}", answer) + "."
        } else {
            zone.to_owned()
        };
        assert!(
            text.out.lines().any(|line| line == zone),
            "{asked}: {}",
            text.out
        );
    }
}

/// Whether a statement says what the JSON does.
fn assert_says_the_same(asked: &str, answer: &Value, statement: &Value) {
    let line = |name: &str| statement.get(name).and_then(Value::as_str);
    assert_eq!(
        line("zone"),
        answer["zone"].as_str(),
        "{asked}: {statement}"
    );
    assert_eq!(
        line("doute"),
        answer["doubt"]["code"].as_str(),
        "{asked}: {statement}"
    );
    let point = [
        &answer["position"],
        &answer["candidates"][0]["properties"]["qpv"],
    ];
    let point = point
        .into_iter()
        .find(|point| point.is_object())
        .unwrap_or(&Value::Null);
    let vintage = point["vintage"]
        .as_str()
        .or(answer["footprint"]["vintage"].as_str());
    assert_eq!(line("perimetres"), vintage, "{asked}: {statement}");
    if matches!(line("doute"), None | Some("position")) && point.is_object() {
        let codes = point["qpv"].as_array().unwrap().iter();
        let codes: Vec<&str> = codes.map(|qpv| qpv["code_qp"].as_str().unwrap()).collect();
        assert_eq!(
            line("qpv").unwrap_or_default(),
            codes.join(" "),
            "{asked}: {statement}"
        );
        let distance_m = line("distance").map(|metres| metres.parse::<f64>().unwrap());
        assert_eq!(
            distance_m,
            point["distance_to_boundary_m"].as_f64(),
            "{asked}: {statement}"
        );
    }
    let kind = &answer["candidates"][0]["properties"]["position"];
    if answer["position"].is_null() && kind.is_string() {
        assert_eq!(line("position"), kind.as_str(), "{asked}: {statement}");
    }
    let moved_m = line("deplacement").map(|metres| metres.parse::<f64>().unwrap());
    assert_eq!(
        moved_m,
        answer["position"]["moved_m"].as_f64(),
        "{asked}: {statement}"
    );
    assert_eq!(
        line("resultat"),
        answer["eligibility"]["message"].as_str(),
        "{asked}: {statement}"
    );
}

/// An answer as each interface says it.
struct Said {
    json: String,
    /// The page of the report.
    page: String,
    /// The signed lines of the report.
    statement: Value,
    /// By the command line.
    printed: String,
}

impl Said {
    fn assert_everywhere(&self, sentence: &str) {
        for (interface, text) in [
            ("JSON", &self.json),
            ("report", &self.page),
            ("command line", &self.printed),
        ] {
            assert!(
                text.contains(sentence),
                "{interface} lacks « {sentence} »: {text}"
            );
        }
    }

    fn assert_stated_m(&self, name: &str, expected_m: f64) {
        let stated_m: f64 = self.statement[name].as_str().unwrap().parse().unwrap();
        assert!(
            (stated_m - expected_m).abs() < 0.02,
            "{expected_m}: {}",
            self.statement
        );
    }
}

/// Metres eastward and northward from one position to another, by the radii of the ellipsoid at the latitude between them.
///
/// True to a millimetre over 5 km. Written out here, so that the program is not measured by itself.
fn offset_m(from: [f64; 2], to: [f64; 2]) -> [f64; 2] {
    const SEMI_MAJOR_AXIS_M: f64 = 6_378_137.0;
    const ECCENTRICITY_SQUARED: f64 = 0.006_694_38;
    let latitude = from[1].midpoint(to[1]).to_radians();
    let flattened = 1.0 - ECCENTRICITY_SQUARED * latitude.sin().powi(2);
    let across_m = SEMI_MAJOR_AXIS_M / flattened.sqrt();
    let along_m = across_m * (1.0 - ECCENTRICITY_SQUARED) / flattened;
    [
        (to[0] - from[0]).to_radians() * across_m * latitude.cos(),
        (to[1] - from[1]).to_radians() * along_m,
    ]
}

/// Metres from a position to the nearest of some lines.
fn distance_to_lines_m(lines: &[Vec<[f64; 2]>], at: [f64; 2]) -> f64 {
    let edges = lines.iter().flat_map(|line| line.array_windows());
    let distances = edges.map(|&[start, end]| {
        let ([x, y], [end_x, end_y]) = (offset_m(at, start), offset_m(at, end));
        let (edge_x, edge_y) = (end_x - x, end_y - y);
        let along = -(x * edge_x + y * edge_y) / (edge_x * edge_x + edge_y * edge_y);
        let along = along.clamp(0.0, 1.0);
        (x + along * edge_x).hypot(y + along * edge_y)
    });
    distances.fold(f64::INFINITY, f64::min)
}

/// The lines of the shipped perimeters, holes too.
fn shipped_lines() -> Vec<Vec<[f64; 2]>> {
    let shipped: Value = serde_json::from_str(PERIMETERS).unwrap();
    let features = shipped["features"].as_array().unwrap().iter();
    let lines = features.flat_map(|feature| {
        let coordinates = &feature["geometry"]["coordinates"];
        let polygons: Vec<Vec<Vec<[f64; 2]>>> = match feature["geometry"]["type"].as_str() {
            Some("Polygon") => vec![serde_json::from_value(coordinates.clone()).unwrap()],
            _ => serde_json::from_value(coordinates.clone()).unwrap(),
        };
        polygons.into_iter().flatten()
    });
    lines.collect()
}

/// A position this far to the west of the lines of the town, which has nothing there.
fn west_of_town(lines: &[Vec<[f64; 2]>], wanted_m: f64) -> [f64; 2] {
    let is_of_town = |at: &&[f64; 2]| at[0] < 0.0;
    let corners = lines.iter().flatten().filter(is_of_town);
    let &corner = corners
        .min_by(|one, other| one[0].total_cmp(&other[0]))
        .unwrap();
    let west = [corner[0] - 0.1, corner[1]];
    Town::where_measured([corner, west], wanted_m, |at| {
        distance_to_lines_m(lines, at)
    })
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn every_interface_gives_the_same_answer() {
    let town = Town::new();
    let subjects = town.subjects();
    let programmes = town.programmes();
    for subject in &subjects {
        // 2015 in force, then 2024.
        for day in ["2023-06-30", TODAY] {
            town.assert_one_answer(subject, day, None);
        }
        for programme in &programmes {
            town.assert_one_answer(subject, TODAY, Some(programme));
        }
    }
}

/// The words for three distances, letter by letter: agreeing is not enough, for all may be wrong alike.
#[test]
fn every_interface_writes_distances_in_the_same_words() {
    let town = Town::new();
    let lines = shipped_lines();

    let at = west_of_town(&lines, 0.33);
    let said = town.said_of(&Subject::position(at, None));
    said.assert_everywhere(
        "Tout près d'une limite : elle est à 0,3 m, pour une incertitude de 1 m. À vérifier.",
    );
    said.assert_everywhere(
        "Position incertaine de 1 m, la limite est à 0,3 m : à vérifier sur place.",
    );
    let on_page = "à 0,3 m à l'extérieur de la limite la plus proche";
    assert!(said.page.contains(on_page), "{}", said.page);
    said.assert_stated_m("distance", distance_to_lines_m(&lines, at));

    // « 300 m » would be on neither side of the limit of the band.
    let at = west_of_town(&lines, 299.7);
    let said = town.said_of(&Subject::position(at, None));
    said.assert_everywhere("Hors quartier prioritaire, à 299,7 m de la limite la plus proche.");
    let on_page = "à 299,7 m à l'extérieur de la limite la plus proche";
    assert!(said.page.contains(on_page), "{}", said.page);
    said.assert_stated_m("distance", distance_to_lines_m(&lines, at));

    // So far from all its perimeters, the sample knows nothing.
    town.assert_not_covered(west_of_town(&lines, 5_001.0));
    let at = town.moved_by(5_001.0);
    let address = "1 rue des Cordiers 00100 Port-Fictif";
    let said = town.said_of(&Subject::corrected(address, at, None));
    said.assert_everywhere("placée à la main à 5 km de celle de l'adresse");
    let [east_m, north_m] = offset_m(NUMBER_1, at);
    said.assert_stated_m("deplacement", east_m.hypot(north_m));
}

/// Half a unit of the last decimal, at the corner, letter by letter and the same from every interface.
#[test]
fn every_interface_says_how_exact_coordinates_are() {
    let town = Town::new();
    let said = town.said_of(&Subject::written("-3.61", "46.20", None));
    let [east_m, north_m] = offset_m([-3.61, 46.2], [-3.605, 46.195]);
    let corner_m = east_m.hypot(north_m);
    assert!((675.0..680.0).contains(&corner_m), "{corner_m}");
    let sentence = format!("Coordonnées données à {corner_m:.0} m près.");
    said.assert_everywhere(&sentence);
    said.assert_stated_m("incertitude", corner_m);

    let located = |coordinates: [&str; 2]| {
        let [lon, lat] = coordinates;
        let path = format!("/api/v1/zones?lon={lon}&lat={lat}&on={TODAY}");
        let (status, answer) = town.server.get(&path);
        assert_eq!(status, 200, "{answer}");
        let args = ["locate", "--json", "--on", TODAY, "--", lon, lat];
        let printed: Value = serde_json::from_str(&town.data.run(&args).out).unwrap();
        assert_eq!(printed, answer, "{coordinates:?}");
        let body = json!({"points": [coordinates], "on": TODAY});
        let (_, list) = town.server.post("/api/v1/zones", &body);
        for member in ["zone", "certainty"] {
            assert_eq!(
                list["results"][0][member], answer[member],
                "{coordinates:?}"
            );
        }
        answer
    };
    let rough = located(["-3.61", "46.20"]);
    assert_eq!(rough["zone"], "undetermined", "{rough}");
    let rounding_m = rough["certainty"]["coordinate_rounding_m"]
        .as_f64()
        .unwrap();
    assert!((rounding_m - corner_m).abs() < 0.02, "{rough}");
    let exact = located(["-3.610510", "46.203047"]);
    assert_eq!(exact["certainty"]["position_uncertainty_m"], 0.0, "{exact}");
    assert!(
        exact["certainty"].get("coordinate_rounding_m").is_none(),
        "{exact}"
    );
}
