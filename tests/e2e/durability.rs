//! Kill -9, full disks, broken mirrors: the old dataset always goes on serving.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{Data, NATIONAL_2015, NATIONAL_2024, Server, program, real_data};

#[test]
fn a_killed_import_leaves_the_old_dataset() {
    let (Some(old), Some(new)) = (real_data(NATIONAL_2015), real_data(NATIONAL_2024)) else {
        return;
    };
    let data = Data::empty();
    data.import("2024", &new);
    let before = data.digest();
    let mut killed = 0;
    // From the first milliseconds to well past the end of an import, whatever the build.
    for step in 0..24u32 {
        let mut child = data
            .command()
            .args(["data", "import", "--vintage", "2015", old.to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(u64::from(5 + step * step * 8)));
        child.kill().unwrap();
        let finished = child.wait().unwrap().success();
        data.assert_intact();
        if finished || data.digest() != before {
            break;
        }
        killed += 1;
    }
    assert!(killed >= 3, "the import was killed only {killed} times");
    data.import("2015", &old);
    data.assert_intact();
    assert_ne!(data.digest(), before);
}

#[test]
fn a_full_disk_is_said_and_leaves_the_old_dataset() {
    let (Some(old), Some(new)) = (real_data(NATIONAL_2015), real_data(NATIONAL_2024)) else {
        return;
    };
    let data = Data::empty();
    data.import("2024", &new);
    let before = data.digest();
    // No file may grow beyond 256 blocks of 1 KiB: the write fails as on a full disk, with EFBIG.
    let script = "trap '' XFSZ; ulimit -f 256; exec \"$0\" data import --vintage 2015 \"$1\"";
    let ran: crate::harness::Ran = Command::new("bash")
        .args(["-c", script])
        .arg(program())
        .arg(&old)
        .env("QPV_DATA", data.path())
        .output()
        .unwrap()
        .into();
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("room left"), "{ran:?}");
    assert_eq!(data.digest(), before);
    data.assert_intact();
    data.import("2015", &old);
    data.assert_intact();
}

/// A mirror folder with both official archives, zipped from the real files.
fn mirror(folder: &Path) -> Option<()> {
    let shapefile = real_data(NATIONAL_2015)?;
    let mut zip = zip::ZipWriter::new(
        fs::File::create(folder.join("qp-politiquedelaville-shp.zip")).unwrap(),
    );
    for extension in ["shp", "dbf", "prj", "shx"] {
        let path = shapefile.with_extension(extension);
        zip.start_file(
            path.file_name().unwrap().to_str().unwrap(),
            zip::write::SimpleFileOptions::default(),
        )
        .unwrap();
        zip.write_all(&fs::read(path).unwrap()).unwrap();
    }
    zip.finish().unwrap();
    let geojson = real_data(NATIONAL_2024)?;
    let mut zip = zip::ZipWriter::new(fs::File::create(folder.join("qp2024-geojson.zip")).unwrap());
    let name = format!("GEOJSON/{}", geojson.file_name().unwrap().to_str().unwrap());
    zip.start_file(name, zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.write_all(&fs::read(geojson).unwrap()).unwrap();
    zip.finish().unwrap();
    Some(())
}

#[test]
fn pull_from_a_mirror_imports_both_vintages_together() {
    let folder = tempfile::tempdir().unwrap();
    let Some(()) = mirror(folder.path()) else {
        return;
    };
    let data = Data::empty();
    let from = folder.path().to_str().unwrap();
    let ran = data.run(&["data", "pull", "--mirror", from]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let status = data.json(&["data", "status"]);
    assert_eq!(status["current"]["vintages"].as_array().unwrap().len(), 2);
    assert!(status.to_string().contains("Licence Ouverte 2.0"));
    let before = data.digest();

    // A wrong checksum, then a truncated archive, then none at all: the old dataset stays.
    fs::write(
        folder.path().join("SHA256SUMS"),
        format!(
            "{:064}  qp-politiquedelaville-shp.zip\n{:064}  qp2024-geojson.zip\n",
            0, 0
        ),
    )
    .unwrap();
    let ran = data.run(&["data", "pull", "--mirror", from]);
    assert!(
        ran.code == Some(1) && ran.err.contains("SHA256SUMS"),
        "{ran:?}"
    );
    fs::remove_file(folder.path().join("SHA256SUMS")).unwrap();
    let archive = folder.path().join("qp2024-geojson.zip");
    let whole = fs::read(&archive).unwrap();
    fs::write(&archive, &whole[..whole.len() / 2]).unwrap();
    let ran = data.run(&["data", "pull", "--mirror", from]);
    assert!(
        ran.code == Some(1) && ran.err.contains("qp2024-geojson.zip"),
        "{ran:?}"
    );
    fs::remove_file(&archive).unwrap();
    assert_eq!(data.run(&["data", "pull", "--mirror", from]).code, Some(1));
    assert_eq!(data.digest(), before);
    data.assert_intact();
}

/// How the local mirror misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// Half of the announced bytes, then the end.
    Cut,
    /// Status 500.
    ServerError,
    /// An archive of a few kilobytes that would unpack to 300 MB.
    Bomb,
    /// Half of the bytes, then silence.
    Stall,
}

/// A mirror on a local port that serves `archive` under every name, in trouble; it ends with the test process.
fn troubled_mirror(trouble: Trouble, archive: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let archive = archive.clone();
            std::thread::spawn(move || answer(stream.unwrap(), trouble, &archive));
        }
    });
    address
}

fn answer(mut stream: TcpStream, trouble: Trouble, archive: &[u8]) {
    let mut request = [0; 4096];
    let length = stream.read(&mut request).unwrap_or(0);
    let asks_sums = String::from_utf8_lossy(&request[..length]).contains("SHA256SUMS");
    let head = |status: &str, length: usize| {
        format!(
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nContent-Type: application/zip\r\nConnection: close\r\n\r\n"
        )
    };
    // A client that was killed no longer listens: what cannot be sent is not.
    let mut send = |bytes: &[u8]| stream.write_all(bytes).unwrap_or_default();
    match trouble {
        _ if asks_sums => send(head("404 Not Found", 0).as_bytes()),
        Trouble::ServerError => send(head("500 Internal Server Error", 0).as_bytes()),
        Trouble::Bomb => {
            send(head("200 OK", archive.len()).as_bytes());
            send(archive);
        }
        Trouble::Cut | Trouble::Stall => {
            send(head("200 OK", archive.len()).as_bytes());
            send(&archive[..archive.len() / 2]);
            if trouble == Trouble::Stall {
                std::thread::sleep(Duration::from_mins(1));
            }
        }
    }
}

fn bomb() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(
        "GEOJSON/QP2024.geojson",
        zip::write::SimpleFileOptions::default(),
    )
    .unwrap();
    for _ in 0..300 {
        zip.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn whatever_happens_to_a_pull_the_old_dataset_goes_on_serving() {
    let Some(new) = real_data(NATIONAL_2024) else {
        return;
    };
    let data = Data::empty();
    data.import("2024", &new);
    let server = Server::start(data.command());
    let before = data.digest().unwrap();
    let plain = vec![0x50; 100_000];
    for (trouble, archive, said) in [
        (Trouble::Cut, plain.clone(), "50000 bytes"),
        (Trouble::ServerError, plain.clone(), "500"),
        (Trouble::Bomb, bomb(), "GEOJSON/QP2024.geojson"),
        (Trouble::Stall, plain, ""),
    ] {
        let mirror = troubled_mirror(trouble, archive);
        let args = ["data", "pull", "--vintage", "2024", "--mirror", &mirror];
        if trouble == Trouble::Stall {
            let mut child = data
                .command()
                .args(args)
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_secs(1));
            child.kill().unwrap();
            child.wait().unwrap();
        } else {
            let ran = data.run(&args);
            assert!(
                ran.code == Some(1) && ran.err.contains(said),
                "{trouble:?}: {ran:?}"
            );
        }
        let (status, answer) = server.get("/api/v1/zones?lon=2.3522&lat=48.8566");
        assert_eq!(
            (status, answer["dataset"]["digest"].as_str()),
            (200, Some(&*before)),
            "{trouble:?}: {answer}"
        );
        assert_eq!(data.digest().as_ref(), Some(&before));
        data.assert_intact();
    }
}

#[test]
fn a_log_that_cannot_be_written_stops_neither_answers_nor_updates() {
    let data = Data::empty();
    let folder = tempfile::tempdir().unwrap();
    let square = |code: &str| {
        let square = json!([
            [2.30, 48.80],
            [2.31, 48.80],
            [2.31, 48.81],
            [2.30, 48.81],
            [2.30, 48.80]
        ]);
        let feature = json!({"type": "Feature", "properties": {"code_qp": code, "lib_qp": "Un carré"},
            "geometry": {"type": "Polygon", "coordinates": [square]}});
        let path = folder.path().join(format!("{code}.geojson"));
        let all = json!({"type": "FeatureCollection", "features": [feature]});
        fs::write(&path, all.to_string()).unwrap();
        path
    };
    data.import("2024", &square("QN09201M"));
    let mut command = Command::new("bash");
    command
        // Every write to this device fails as on a full disk.
        .args(["-c", "exec \"$0\" \"$@\" 2>/dev/full"])
        .arg(program())
        .env("QPV_DATA", data.path())
        // A line for each request.
        .env("RUST_LOG", "debug");
    let server = Server::start(command);
    assert_eq!(server.get("/ready").1["updates"], "watched");
    data.import("2015", &square("QP092001"));
    let after = data.digest().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while server.get("/ready").1["dataset"]["digest"] != after {
        assert!(Instant::now() < deadline, "the new dataset is not seen");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Addresses enough for their index to be larger than a page.
fn address_table() -> String {
    let header = "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat\n";
    let row = |n: usize| {
        let (lon, lat) = (2.30 + n as f64 * 1e-6, 48.80);
        format!("75114_1_{n:05};{n};;Rue des Essais;75014;75114;Paris;{lon:.6};{lat}\n")
    };
    [header.to_owned()]
        .into_iter()
        .chain((1..5000).map(row))
        .collect()
}

/// The stored file of an extension.
fn object(data: &Data, extension: &str) -> std::path::PathBuf {
    let objects = fs::read_dir(data.path().join("objects")).unwrap();
    let mut paths = objects.map(|entry| entry.unwrap().path());
    let found = paths.find(|path| path.extension().is_some_and(|found| found == extension));
    found.unwrap_or_else(|| panic!("no {extension}"))
}

fn with_addresses() -> (tempfile::TempDir, Data) {
    let (folder, data) = (tempfile::tempdir().unwrap(), Data::empty());
    let table = folder.path().join("addresses.csv");
    fs::write(&table, address_table()).unwrap();
    let ran = data.run(&["data", "import", "--addresses", table.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    (folder, data)
}

#[test]
fn damaged_addresses_answer_nothing() {
    let (_folder, data) = with_addresses();
    let path = object(&data, "addresses");
    let whole = fs::read(&path).unwrap();
    let asked = ["geocode", "12 rue des Essais 75014 Paris"];
    assert_eq!(data.run(&asked).code, Some(0));
    // Beyond the head, which a start reads in any case.
    for at in (200..whole.len()).step_by(whole.len() / 12) {
        let mut flipped = whole.clone();
        flipped[at] ^= 16;
        fs::write(&path, &flipped).unwrap();
        let ran = data.run(&asked);
        assert_eq!(ran.code, Some(1), "{at}: {ran:?}");
        assert!(
            ran.err.contains("qpv:") && !ran.err.contains("panicked"),
            "{at}: {ran:?}"
        );
    }
    let server = Server::start(data.command());
    let (status, ready) = server.get("/ready");
    assert_eq!((status, &ready["address_check"]), (200, &json!("failed")));
    let (status, answer) = server.get("/search?q=12%20rue%20des%20Essais");
    assert_eq!(
        (status, &answer["code"]),
        (500, &json!("addresses_unusable")),
        "{answer}"
    );
}

#[test]
fn a_file_cut_under_a_server_ends_no_server_and_gives_no_answer() {
    let (_folder, data) = with_addresses();
    let path = object(&data, "addresses");
    let whole = fs::read(&path).unwrap();
    let server = Server::start(data.command());
    let question = "/search?q=12%20rue%20des%20Essais";
    let found = |(status, answer): (u16, serde_json::Value)| {
        (status, answer["features"].as_array().map_or(0, Vec::len))
    };
    assert_eq!(found(server.get(question)), (200, 1));
    fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(0)
        .unwrap();
    for _ in 0..40 {
        let (status, answer) = server.get(question);
        assert_eq!(
            (status, &answer["code"]),
            (503, &json!("dataset_altered")),
            "{answer}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(server.get("/ready").0, 503);
    assert_eq!(server.get("/health").0, 200);
    // Put back, it is opened again.
    fs::write(&path, &whole).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while found(server.get(question)) != (200, 1) {
        assert!(Instant::now() < deadline, "it does not come back");
        std::thread::sleep(Duration::from_millis(100));
    }
}
