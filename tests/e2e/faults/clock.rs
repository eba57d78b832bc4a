//! A clock that jumps, under a running server and between commands, and files from the future.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use super::{Chance, NOTICE, code, file_of, is_long, west, write_variants};
use crate::harness::{Data, Ran, Server, workspace};

/// The first day of the perimeters of 2024.
const IN_FORCE: jiff::civil::Date = jiff::civil::date(2024, 1, 1);
const DAY_S: i64 = 86_400;
const YEAR_S: i64 = 366 * DAY_S;

/// A clock for programs under test, which is set while they run.
struct TestClock {
    folder: tempfile::TempDir,
    library: PathBuf,
}

impl TestClock {
    /// Builds the library that moves the clock. `None` without a C compiler, which building the program needs as well.
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("clock.so");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&library)
            .arg(workspace().join("tests/e2e/faults/clock.c"))
            .status();
        if built.is_err() {
            eprintln!("SKIPPED: no C compiler");
            return None;
        }
        assert!(built.unwrap().success(), "the library is not built");
        let clock = Self { folder, library };
        clock.set(0);
        Some(clock)
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("offset")
    }

    /// Sets the clock so many seconds off the right time.
    fn set(&self, seconds: i64) {
        // As a whole: a program may read it at any moment.
        let new = self.folder.path().join("new");
        fs::write(&new, seconds.to_string()).unwrap();
        fs::rename(new, self.file()).unwrap();
    }

    fn command(&self, data: &Data) -> Command {
        let mut command = data.command();
        command
            .env("LD_PRELOAD", &self.library)
            .env("QPV_TEST_CLOCK", self.file());
        command
    }

    fn run(&self, data: &Data, args: &[&str]) -> Ran {
        self.command(data).args(args).output().unwrap().into()
    }

    fn import(&self, data: &Data, file: &Path) {
        let ended = self
            .command(data)
            .args(["data", "import", "--quiet", "--vintage", "2024"])
            .arg(file)
            .stdout(Stdio::null())
            .status();
        assert!(ended.unwrap().success(), "an import fails");
    }
}

/// The answer at the place of a variant, on a day or on the one that the server has.
fn zone(server: &Server, variant: u32, day: &str) -> (u16, Value) {
    let (lon, lat) = (west(variant) + 0.01, 48.810_457);
    server.get(&format!("/api/v1/zones?lon={lon:.6}&lat={lat:.6}{day}"))
}

/// Status, zone, perimeters and dataset of the answer for a day; of a day to come, its words say that it may be revised.
fn dated(server: &Server, variant: u32) -> (u16, [Value; 3]) {
    let (status, answer) = zone(server, variant, "&on=2024-06-30");
    let parts = ["zone", "qpv", "dataset"].map(|member| answer[member].clone());
    (status, parts)
}

fn wait_for_digest(server: &Server, digest: &str, told: &str) {
    let deadline = Instant::now() + NOTICE;
    while server.get("/ready").1["dataset"]["digest"] != digest {
        assert!(Instant::now() < deadline, "{told}: not noticed");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_clock_that_jumps_changes_the_day_and_nothing_else() {
    let Some(clock) = TestClock::new() else {
        return;
    };
    let files = tempfile::tempdir().unwrap();
    write_variants(files.path());
    let data = Data::empty();
    data.import("2024", &file_of(files.path(), 0));
    let server = Server::start(clock.command(&data));
    let mut chance = Chance(11);
    let jumps = if is_long() { 200 } else { 6 };
    for jump in 0..jumps {
        // By seconds up to decades, forth and back; the first one is back by decades.
        let reach = [40 * YEAR_S, DAY_S, 60][jump % 3];
        let sign = if jump % 2 == 0 { -1 } else { 1 };
        let offset = sign * i64::try_from(chance.below(reach.unsigned_abs())).unwrap();
        let before = dated(&server, 0);
        clock.set(offset);
        let told = format!("jump {jump} to {offset} s");
        assert_eq!(dated(&server, 0), before, "{told}");
        assert_eq!(server.get("/health").0, 200, "{told}");
        let variant = chance.variant();
        clock.import(&data, &file_of(files.path(), variant));
        let digest = data.digest().unwrap();
        wait_for_digest(&server, &digest, &told);
        assert_eq!(server.get("/ready").1["updates"], "watched", "{told}");
        let (status, [in_zone, perimeters, _]) = dated(&server, variant);
        assert_eq!((status, &in_zone), (200, &Value::from("qpv")), "{told}");
        assert_eq!(perimeters[0]["code_qp"], code(variant), "{told}");
        // By the day that the server has: before they were in force, that is said.
        let day = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(offset);
        let day = day.to_zoned(jiff::tz::TimeZone::UTC).date();
        let (status, answer) = zone(&server, variant, "");
        if day > IN_FORCE {
            assert_eq!(
                (status, &answer["zone"]),
                (200, &Value::from("qpv")),
                "{told}"
            );
        } else {
            assert_eq!(status, 422, "{told}: {answer}");
        }
        let pruned = clock.run(&data, &["data", "prune"]);
        assert_eq!(pruned.code, Some(0), "{told}: {pruned:?}");
        assert_eq!(data.digest(), Some(digest), "{told}");
        data.assert_intact();
    }
}

/// The status of the answer to whoever has this key.
fn status_with(server: &Server, key: &str) -> String {
    let answer = server.send(&format!(
        "GET /api/v1/vintages HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {key}\r\nConnection: close\r\n\r\n"
    ));
    answer.split(' ').nth(1).unwrap().to_owned()
}

#[test]
fn a_key_ends_by_the_clock_and_comes_back_with_it() {
    let Some(clock) = TestClock::new() else {
        return;
    };
    let data = Data::empty();
    let tomorrow = jiff::Zoned::now().date().tomorrow().unwrap().to_string();
    let made = clock.run(&data, &["keys", "add", "mairie", "--expires", &tomorrow]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let key = made.out.trim().to_owned();
    let mut command = clock.command(&data);
    command.args(["serve", "--listen", "127.0.0.1:0", "--require-key"]);
    let server = Server::start_serving(command);
    for (offset, expected) in [(0, "200"), (3 * DAY_S, "401"), (-3 * DAY_S, "200")] {
        clock.set(offset);
        let deadline = Instant::now() + NOTICE;
        while status_with(&server, &key) != expected {
            assert!(Instant::now() < deadline, "{offset}: never {expected}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

#[test]
fn files_from_the_future_hide_no_update() {
    let files = tempfile::tempdir().unwrap();
    write_variants(files.path());
    let data = Data::empty();
    data.import("2024", &file_of(files.path(), 0));
    let future = SystemTime::now() + Duration::from_hours(24 * 366 * 40);
    for folder in ["", "datasets", "objects"] {
        for entry in fs::read_dir(data.path().join(folder)).unwrap() {
            let file = File::open(entry.unwrap().path()).unwrap();
            file.set_modified(future).unwrap();
        }
    }
    let server = Server::start(data.command());
    data.import("2024", &file_of(files.path(), 1));
    wait_for_digest(&server, &data.digest().unwrap(), "from the future");
    assert_eq!(data.run(&["data", "prune"]).code, Some(0));
    data.assert_intact();
}

#[test]
fn an_export_is_the_same_bytes_on_another_day() {
    let Some(clock) = TestClock::new() else {
        return;
    };
    let data = Data::empty();
    for name in ["a.xlsx", "a.gpkg", "a.csv", "a.geojson", "a.parquet"] {
        let written = [0, 400 * DAY_S].map(|offset| {
            clock.set(offset);
            let path = clock.folder.path().join(name);
            let options = ["compare", "--from", "2015", "--to", "2024", "--force", "-o"];
            let ran = clock.run(&data, &[&options[..], &[path.to_str().unwrap()]].concat());
            assert_eq!(ran.code, Some(0), "{name}: {ran:?}");
            fs::read(path).unwrap()
        });
        assert!(!written[0].is_empty(), "{name}");
        assert!(written[0] == written[1], "{name} knows when it was written");
    }
}
