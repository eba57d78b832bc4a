//! `qpv data pull --departement`: all that a town needs, from a stand-in of the publishers and of the open-data portal.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::harness::{Data, Ran};

/// A square around the town hall of Flers, with these attributes.
fn square(attributes: &Value) -> String {
    let ring = [
        [-0.58, 48.74],
        [-0.56, 48.74],
        [-0.56, 48.76],
        [-0.58, 48.76],
        [-0.58, 48.74],
    ];
    json!({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": attributes, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    ]})
    .to_string()
}

/// What the servers have, by path; it may be changed under way.
type Files = Arc<Mutex<HashMap<String, (u16, String)>>>;

/// The publishers and the portal, on one local port.
struct Publishers {
    address: String,
    files: Files,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Publishers {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let files = Files::default();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (served, seen) = (Arc::clone(&files), Arc::clone(&requests));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), &served, &seen);
            }
        });
        let publishers = Self {
            address,
            files,
            requests,
        };
        publishers.publish_all();
        publishers
    }

    fn publish(&self, path: &str, content: &str) {
        self.answer(path, 200, content);
    }

    fn answer(&self, path: &str, status: u16, content: &str) {
        let content = content.replace("HOST", &self.address);
        self.files
            .lock()
            .unwrap()
            .insert(path.to_owned(), (status, content));
    }

    fn publish_all(&self) {
        self.publish(
            "/2015.zip",
            &square(
                &json!({"CODE_QP": "QP061003", "NOM_QP": "Saint Michel", "COMMUNE_QP": "Flers"}),
            ),
        );
        // A file that moved: its address leads nowhere, and the portal names the new one under another title.
        let file = "/resources/qpv-2024-v2.geojson";
        self.publish(
            "/api/1/datasets/qpv/",
            &json!({"id": "qpv", "resources": [
                {"title": "Notice 2024", "type": "documentation", "format": "pdf", "url": "HOST/notice.pdf"},
                {"title": "QPV 2024 (GeoJSON)", "type": "main", "format": "geojson", "url": "HOST/moved",
                 "last_modified": "2026-01-16T11:03:50+00:00"},
                {"title": "Correspondance 2024 - 2015", "type": "main", "format": "csv", "url": "HOST/correspondance.csv"},
            ]})
            .to_string(),
        );
        self.answer("/moved", 302, &format!("HOST{file}"));
        self.publish(file, &square(&json!({"code_qp": "QN06103M", "lib_qp": "Saint Michel", "insee_com": "61169", "lib_com": "Flers"})));
        self.publish("/correspondance.csv", "QP2024;Label_QP2024;Statut;QP2015_1;QP2015_2;QP2015_3\nQN06103M;Saint Michel;;QP061003;;\n");
        self.publish(
            "/communes.csv",
            "TYPECOM,COM,LIBELLE,COMPARENT\nCOM,61169,Flers,\n",
        );
        let numbers = ["1", "2", "3", "4", "5"];
        let street = numbers.map(|number| {
            format!(
                "611690010-{number},{number},Rue des Essais,61100,Flers,OSM,48.75{number},-0.57{number}\n"
            )
        });
        self.publish("/61.csv", &street.concat());
        self.publish(
            "/regions",
            &square(&json!({"code": "28", "nom": "Normandie"})),
        );
        self.publish(
            "/communes-61",
            &square(&json!({"code": "61169", "nom": "Flers"})),
        );
        self.publish(
            "/figures.csv",
            "code_qp;population_municipale_2020;taux_pauvrete_60\nQN06103M;2100;45,5\n",
        );
        self.publish(
            "/schools?code=061",
            "Identifiant_de_l_etablissement;Nom_etablissement;Code_commune;latitude;longitude\n0610001A;École des Essais;61169;48.75;-0.57\n",
        );
    }

    /// The catalogue of all this.
    fn catalogue(&self, data: &Data) -> PathBuf {
        let dataset =
            "dataset = \"qpv\"\nresource = { titles = [\"qpv 2024\"], formats = [\"geojson\"] }";
        let list =
            "dataset = \"qpv\"\nresource = { titles = [\"correspondance\"], formats = [\"csv\"] }";
        let sources = [
            ("perimeters-2015", "perimeters", "vintage = \"2015\"\nurl = \"HOST/2015.zip\"".to_owned(), "2015.zip"),
            ("perimeters-2024", "perimeters", format!("vintage = \"2024\"\nurl = \"HOST/gone\"\n{dataset}"), "2024.geojson"),
            ("communes", "communes", "url = \"HOST/communes.csv\"".to_owned(), "communes.csv"),
            ("addresses-{department}", "addresses", "url = \"HOST/{department}.csv\"".to_owned(), "{department}.csv"),
            ("regions", "outlines", "level = \"regions\"\nurl = \"HOST/regions\"".to_owned(), "regions.geojson"),
            ("communes-{department}", "outlines", "level = \"communes\"\nurl = \"HOST/communes-{department}\"".to_owned(), "communes-{department}.geojson"),
            ("figures", "statistics", "url = \"HOST/figures.csv\"".to_owned(), "figures.csv"),
            ("more-figures", "statistics", "page = \"https://statistics.example/1\"".to_owned(), "more.csv"),
            ("schools", "places", "places = \"schools\"\nurl = \"HOST/schools?{departments}\"\nfilter = \"code={department_3}\"".to_owned(), "schools.csv"),
            ("correspondence", "correspondence", list.to_owned(), "liste-correspondance-qp2024-qp2015.csv"),
        ];
        let sources = sources.map(|(id, kind, fields, file)| {
            format!(
                "[[source]]\nid = \"{id}\"\nkind = \"{kind}\"\n{fields}\nfile = \"{file}\"\nproducer = \"p\"\n\
                 licence = \"l\"\nmax_bytes = 100000\n"
            )
        });
        let text = format!("format = 1\nportal = \"HOST\"\n{}", sources.concat());
        let path = data.path().join("catalogue.toml");
        std::fs::write(&path, text.replace("HOST", &self.address)).unwrap();
        path
    }

    /// Requests since the last call, as `GET /path 200`.
    fn taken_requests(&self) -> Vec<String> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

/// Answers one request: redirects for 302, 304 for the version known, the file otherwise.
fn serve(mut stream: TcpStream, files: &Files, seen: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let first = lines.next().and_then(Result::ok).unwrap_or_default();
    let mut known = None;
    for line in lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
    {
        if let Some((name, value)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("if-none-match")
        {
            known = Some(value.to_owned());
        }
    }
    let mut words = first.split(' ');
    let (method, path) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let (status, content) = files
        .lock()
        .unwrap()
        .get(path)
        .cloned()
        .unwrap_or((404, String::new()));
    // The length and the text tell versions apart well enough here.
    let etag = format!(
        "\"{}-{}\"",
        content.len(),
        content.bytes().map(u64::from).sum::<u64>()
    );
    let (status, head, body) = match status {
        302 => (302, format!("Location: {content}\r\n"), String::new()),
        200 if known.as_deref() == Some(&*etag) => {
            (304, format!("ETag: {etag}\r\n"), String::new())
        }
        status => (status, format!("ETag: {etag}\r\n"), content),
    };
    seen.lock()
        .unwrap()
        .push(format!("{method} {path} {status}"));
    let length = body.len();
    let body = if method == "HEAD" { "" } else { &body };
    let head = format!(
        "HTTP/1.1 {status} X\r\n{head}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    // A client that has enough may close first.
    drop(stream.write_all(format!("{head}{body}").as_bytes()));
}

fn pull(data: &Data, catalogue: &std::path::Path, more: &[&str]) -> Ran {
    let mut args = vec![
        "data",
        "pull",
        "--departement",
        "61",
        "--catalogue",
        catalogue.to_str().unwrap(),
    ];
    args.extend(more);
    data.run(&args)
}

fn outcomes(data: &Data, catalogue: &std::path::Path) -> Vec<(String, String)> {
    let args = [
        "data",
        "pull",
        "--department",
        "61",
        "--catalogue",
        catalogue.to_str().unwrap(),
    ];
    let pulled = data.json(&args);
    let parts = pulled["parts"].as_array().unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    parts
        .iter()
        .map(|part| (word(&part["source"]), word(&part["outcome"])))
        .collect()
}

#[test]
fn all_that_a_town_needs_comes_with_one_command() {
    let (publishers, data) = (Publishers::start(), Data::empty());
    let catalogue = publishers.catalogue(&data);
    // One part that fails costs no other, and is told with both places that were asked.
    publishers.answer("/regions", 410, "");
    let ran = pull(&data, &catalogue, &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.out.contains("FAILED     regions: ") && ran.out.contains("410 Gone"),
        "{ran:?}"
    );
    assert!(
        ran.out.contains("through the portal: “QPV 2024 (GeoJSON)”"),
        "{ran:?}"
    );
    assert!(
        ran.out.contains("by hand    more-figures")
            && ran.out.contains("https://statistics.example/1"),
        "{ran:?}"
    );
    assert!(ran.err.contains("1 of 10 parts failed"), "{ran:?}");
    data.assert_intact();

    // The next run fetches that part alone.
    publishers.publish_all();
    publishers.taken_requests();
    let ran = pull(&data, &catalogue, &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.out.matches("unchanged ").count(), 8, "{ran:?}");
    let requests = publishers.taken_requests();
    let fetched: Vec<&String> = requests
        .iter()
        .filter(|request| request.ends_with("200") && !request.contains("/api/"))
        .collect();
    assert_eq!(fetched, ["GET /regions 200"], "{requests:?}");
    let (digest, left) = (data.digest(), data.path().join("tmp"));
    assert_eq!(std::fs::read_dir(left).unwrap().count(), 0);

    // What was fetched answers.
    let located = data.json(&["locate", "--", "-0.57", "48.75"]);
    assert!(located.to_string().contains("QN06103M"), "{located}");
    let checked = data.json(&["geocode", "3 rue des essais flers"]);
    assert_eq!(
        checked["features"][0]["properties"]["citycode"], "61169",
        "{checked}"
    );
    let status = data.json(&["data", "status"]);
    let current = &status["current"];
    assert_eq!(current["places"]["schools"]["places"], 1, "{status}");
    assert_eq!(current["statistics"]["2024"]["indicators"], 2, "{status}");
    let list = data
        .path()
        .join("lists/liste-correspondance-qp2024-qp2015.csv");
    let ran = data.run(&[
        "compare",
        "--insee",
        "61169",
        "--correspondence",
        list.to_str().unwrap(),
    ]);
    assert_eq!(ran.code, Some(0), "{ran:?}");

    // `--again` does all of it, and the same files make the same dataset.
    publishers.taken_requests();
    let ran = pull(&data, &catalogue, &["--again"]);
    assert_eq!(
        (ran.code, ran.out.matches("fetched ").count()),
        (Some(0), 9),
        "{ran:?}"
    );
    assert_eq!(data.digest(), digest);
    data.assert_intact();
}

#[test]
fn a_file_of_another_department_is_not_taken() {
    let (publishers, data) = (Publishers::start(), Data::empty());
    let catalogue = publishers.catalogue(&data);
    publishers.publish(
        "/61.csv",
        "500010010-1,1,Rue des Essais,50100,Cherbourg,OSM,49.63,-1.62\n",
    );
    publishers.publish(
        "/communes-61",
        &square(&json!({"code": "50129", "nom": "Cherbourg"})),
    );
    let ran = pull(&data, &catalogue, &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.out.contains("it holds addresses of 50 and none of 61"),
        "{ran:?}"
    );
    assert!(
        ran.out.contains("FAILED     communes-61: ") && ran.err.contains("2 of 10 parts failed"),
        "{ran:?}"
    );
    assert!(data.json(&["data", "status"])["current"]["addresses"].is_null());
    assert_eq!(
        std::fs::read_dir(data.path().join("tmp")).unwrap().count(),
        0
    );
}

#[test]
fn the_status_tells_the_age_of_each_part_and_what_is_newer_when_asked() {
    let (publishers, data) = (Publishers::start(), Data::empty());
    let catalogue = publishers.catalogue(&data);
    let all = outcomes(&data, &catalogue);
    assert_eq!(
        all.iter()
            .filter(|(_, outcome)| outcome == "imported")
            .count(),
        9,
        "{all:?}"
    );
    publishers.taken_requests();
    let part = |status: &Value, name: &str| {
        let parts = status["parts"].as_array().unwrap();
        parts
            .iter()
            .find(|part| part["part"] == name)
            .cloned()
            .unwrap_or_else(|| panic!("{name}: {status}"))
    };
    let status = data.json(&["data", "status"]);
    for name in [
        "perimeters 2015",
        "perimeters 2024",
        "communes",
        "addresses 61",
        "outlines regions",
        "outlines communes 61",
        "statistics 2024",
        "places schools",
        "correspondence",
    ] {
        assert_eq!(
            (
                &part(&status, name)["loaded"],
                &part(&status, name)["age_days"]
            ),
            (&json!(true), &json!(0)),
            "{name}"
        );
    }
    assert_eq!(
        part(&status, "perimeters 2024")["changed_at"],
        "2026-01-16T11:03:50Z"
    );
    let missing = part(&status, "outlines departements");
    assert!(
        missing["loaded"] == false && missing["advice"] == "qpv data pull --departement 61",
        "{missing}"
    );
    assert_eq!(
        publishers.taken_requests(),
        [""; 0],
        "nothing is asked unasked"
    );

    // A new street, and a new release under another name.
    publishers.publish(
        "/61.csv",
        "611690010-9,9,Rue des Essais,61100,Flers,OSM,48.751,-0.571\n",
    );
    let args = [
        "data",
        "status",
        "--online",
        "--catalogue",
        catalogue.to_str().unwrap(),
    ];
    let status = data.json(&args);
    assert_eq!(
        part(&status, "addresses 61")["published"],
        "newer",
        "{status}"
    );
    assert_eq!(
        part(&status, "outlines regions")["published"],
        "same",
        "{status}"
    );
    let requests = publishers.taken_requests();
    let is_description =
        |request: &&String| request.starts_with("HEAD ") || request.contains("/api/1/datasets/");
    assert!(
        requests.iter().all(|request| is_description(&request)),
        "{requests:?}"
    );
    assert!(!requests.is_empty());
    let ran = data.run(&args);
    assert!(ran.out.contains("NEWER is published"), "{ran:?}");

    // The servers are gone: what is loaded is still told.
    drop(std::mem::take(&mut *publishers.files.lock().unwrap()));
    let status = data.json(&args);
    assert_eq!(
        part(&status, "addresses 61")["published"],
        "unknown",
        "{status}"
    );
}

#[test]
fn a_department_that_is_none_is_wrong_usage() {
    let data = Data::empty();
    for (code, told) in [
        ("2", "Aisne is 02"),
        ("Orne", "Orne is 61"),
        ("20", "2A and 2B"),
        ("61,99", "`99`"),
    ] {
        let ran = data.run(&["data", "pull", "--departement", code]);
        assert!(ran.code == Some(2) && ran.err.contains(told), "{ran:?}");
    }
    assert!(!data.path().join("tmp").exists());
}

#[test]
fn parts_come_from_a_mirror_as_they_would_from_the_network() {
    let (publishers, data) = (Publishers::start(), Data::empty());
    let catalogue = publishers.catalogue(&data);
    let mirror = tempfile::tempdir().unwrap();
    let files = publishers.files.lock().unwrap().clone();
    for (path, name) in [
        ("/2015.zip", "2015.zip"),
        ("/61.csv", "61.csv"),
        ("/figures.csv", "more.csv"),
    ] {
        std::fs::write(mirror.path().join(name), &files[path].1).unwrap();
    }
    let ran = pull(
        &data,
        &catalogue,
        &["--mirror", mirror.path().to_str().unwrap()],
    );
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for fetched in [
        "perimeters-2015: 1 perimeter",
        "addresses-61: 5 addresses",
        "more-figures: 2 indicators",
    ] {
        assert!(
            ran.out.contains(&format!("fetched    {fetched}")),
            "{ran:?}"
        );
    }
    assert_eq!(
        publishers.taken_requests(),
        [""; 0],
        "a mirror is asked alone"
    );
    // The publishers give neither a sum nor a date, so nobody can tell.
    let status = data.json(&[
        "data",
        "status",
        "--online",
        "--catalogue",
        catalogue.to_str().unwrap(),
    ]);
    let parts = status["parts"].as_array().unwrap();
    let loaded = parts.iter().filter(|part| part["loaded"] == true);
    let published: Vec<&Value> = loaded.map(|part| &part["published"]).collect();
    assert_eq!(published, ["unknown"; 3], "{status}");
    data.assert_intact();
}

/// An archive with one table of addresses.
fn zipped(table: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("adresses.csv", options).unwrap();
    zip.write_all(table.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn zipped_addresses_of_several_departments_are_not_mixed_up() {
    let header =
        "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y;lon;lat;type_position\n";
    let orne = format!(
        "{header};1;;Rue des Essais;61100;61169;Flers;;;-0.57;48.75;entrée\n;2;;Rue des Essais;61100;61169;Flers;;;-0.571;48.751;entrée\n"
    );
    let calvados = format!("{header};1;;Rue des Essais;14000;14118;Caen;;;-0.37;49.18;entrée\n");
    let mirror = tempfile::tempdir().unwrap();
    let write = |department: &str, table: &str| {
        let path = mirror.path().join(format!("adresses-{department}.csv.gz"));
        std::fs::write(path, zipped(table)).unwrap();
    };
    let data = Data::empty();
    let mirror_path = mirror.path().to_str().unwrap();
    let args = [
        "data",
        "pull",
        "--addresses",
        "14,61",
        "--mirror",
        mirror_path,
    ];

    // Under the name of another department, they would be taken for its own.
    write("14", &orne);
    write("61", &orne);
    let ran = data.run(&args);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.err.contains("adresses-14.csv.gz")
            && ran.err.contains("it holds addresses of 61 and none of 14"),
        "{ran:?}"
    );
    write("14", &calvados);
    let ran = data.run(&args);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let status = data.json(&["data", "status"]);
    let departments = &status["current"]["addresses"]["departments"];
    assert_eq!(departments["14"]["addresses"], 1, "{status}");
    assert_eq!(departments["61"]["addresses"], 2, "{status}");
    let left = std::fs::read_dir(data.path().join("tmp")).unwrap();
    assert_eq!(left.count(), 0, "nothing unpacked is left");
}

#[test]
fn the_status_knows_vintages_and_lists_from_the_catalogue() {
    let (publishers, data) = (Publishers::start(), Data::empty());
    let catalogue = publishers.catalogue(&data);
    let text = std::fs::read_to_string(&catalogue).unwrap();
    let text = text.replace("liste-correspondance-qp2024-qp2015", "became");
    std::fs::write(&catalogue, &text).unwrap();
    assert_eq!(pull(&data, &catalogue, &[]).code, Some(0));
    let vintages = data.path().join("vintages.toml");
    let described = "format = 1\n[[vintage]]\nid = \"2030\"\nlabel = \"2030\"\nsource = \"décret\"\n\
                     codes = \"QR{dep}###\"\npredecessor = \"2024\"\nvalid_from = { metropole = 2030-01-01 }\n";
    std::fs::write(&vintages, described).unwrap();
    let ran = data.run(&["data", "import", "--vintages", vintages.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let status = || {
        let args = ["data", "status", "--catalogue", catalogue.to_str().unwrap()];
        let status = data.json(&args);
        let parts = status["parts"].as_array().unwrap().clone();
        move |name: &str| {
            let part = parts.iter().find(|part| part["part"] == name);
            part.cloned().unwrap_or_else(|| panic!("{name}: {parts:?}"))
        }
    };
    let part = status();
    assert_eq!(part("correspondence")["files"], json!(["became.csv"]));
    assert_eq!(
        part("perimeters 2030")["advice"],
        "qpv data import --vintage 2030 FILE"
    );

    // A page alone is no address to pull from.
    let source = |place: &str| {
        format!(
            "{text}[[source]]\nid = \"perimeters-2030\"\nkind = \"perimeters\"\nvintage = \"2030\"\n{place}\n\
             file = \"2030.zip\"\nproducer = \"p\"\nlicence = \"l\"\nmax_bytes = 1000\n"
        )
    };
    let pulled = format!("qpv data pull --catalogue {}", catalogue.display());
    for (place, advice) in [
        (
            "page = \"https://h.example/2030\"",
            "qpv data import --vintage 2030 FILE",
        ),
        ("url = \"https://h.example/2030.zip\"", pulled.as_str()),
    ] {
        std::fs::write(&catalogue, source(place)).unwrap();
        assert_eq!(status()("perimeters 2030")["advice"], advice);
    }
}
