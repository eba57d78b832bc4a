//! What a system runs out of or denies: file descriptors, a place to write, whole files, time to end.

use std::fs::{self, Permissions};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Chance, NOTICE, answers, file_of, is_long, same_answer, west, write_variants};
use crate::harness::{Data, Ran, Server, program};

/// Longest wait for what the server does by itself.
const FAILED: Duration = Duration::from_mins(1);

/// A command of the program that may have so many descriptors at once.
fn with_descriptors(data: &Data, most: u32) -> Command {
    let mut command = Command::new("bash");
    command
        .args(["-c", "ulimit -n \"$0\" && exec \"$@\""])
        .arg(most.to_string())
        .arg(program())
        .env("QPV_DATA", data.path())
        .env_remove("RUST_LOG")
        .stdin(Stdio::null());
    command
}

#[test]
fn a_server_without_free_descriptors_goes_on_answering() {
    let files = tempfile::tempdir().unwrap();
    write_variants(files.path());
    let data = Data::empty();
    data.import("2024", &file_of(files.path(), 0));
    let server = Server::start(with_descriptors(&data, 48));
    // They take every descriptor, and say nothing.
    let crowd: Vec<TcpStream> = (0..100)
        .map(|_| TcpStream::connect(server.address()).unwrap())
        .collect();
    let begun = Instant::now();
    for _ in 0..20 {
        assert_eq!(server.get("/health").0, 200);
    }
    assert!(begun.elapsed() < FAILED, "good clients wait");
    // What needs a descriptor itself is answered, or refused with a code.
    let (lon, lat) = (west(0) + 0.01, 48.810_457);
    let (status, answer) = server.get(&format!("/api/v1/zones?lon={lon:.6}&lat={lat:.6}"));
    assert_eq!((status, &answer["zone"]), (200, &Value::from("qpv")));
    // An import made meanwhile is seen at the latest when the crowd has gone.
    data.import("2024", &file_of(files.path(), 1));
    let digest = data.digest().unwrap();
    drop(crowd);
    let deadline = Instant::now() + NOTICE;
    while server.get("/ready").1["dataset"]["digest"] != digest {
        assert!(Instant::now() < deadline, "the new dataset is not seen");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_import_without_free_descriptors_is_whole_or_refused() {
    let files = tempfile::tempdir().unwrap();
    write_variants(files.path());
    let data = Data::empty();
    data.import("2024", &file_of(files.path(), 0));
    let old = data.digest();
    let step = if is_long() { 1 } else { 4 };
    let (mut refused, mut done) = (0, 0);
    // Below, not even the program and its libraries are loaded.
    for most in (5..40).step_by(step) {
        let ran: Ran = with_descriptors(&data, most)
            .args(["data", "import", "--quiet", "--vintage", "2024"])
            .arg(file_of(files.path(), 1))
            .output()
            .unwrap()
            .into();
        assert!(!ran.err.contains("panicked"), "{most}: {ran:?}");
        data.assert_intact();
        if ran.code == Some(0) {
            done += 1;
            assert_ne!(data.digest(), old, "{most}: done, and nothing is there");
            data.import("2024", &file_of(files.path(), 0));
        } else {
            refused += 1;
        }
        assert_eq!(data.digest(), old, "{most}: {ran:?}");
    }
    assert!(refused > 0 && done > 0, "{refused} refused, {done} done");
}

/// The program where any user can run it, as a user who owns nothing of the data.
struct Stranger {
    folder: tempfile::TempDir,
}

impl Stranger {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        fs::copy(program(), folder.path().join("qpv")).unwrap();
        Self { folder }
    }

    fn command(&self, data: &Path) -> Command {
        let program = self.folder.path().join("qpv");
        // Nothing is denied to root: the commands run as nobody then.
        let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
        let mut command = if is_root {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        command
            .env("QPV_DATA", data)
            .env("HOME", self.folder.path())
            .env_remove("RUST_LOG")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }
}

/// Makes everything below a folder readable by all and writable by nobody.
fn deny_writing(path: &Path) {
    let is_folder = path.is_dir();
    if is_folder {
        for entry in fs::read_dir(path).unwrap() {
            deny_writing(&entry.unwrap().path());
        }
    }
    let mode = if is_folder { 0o555 } else { 0o444 };
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Lets the folder be removed again.
fn allow_writing(path: &Path) {
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            allow_writing(&path);
        }
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_served_and_refuses_imports() {
    let files = tempfile::tempdir().unwrap();
    write_variants(files.path());
    deny_writing(files.path());
    let data = Data::empty();
    data.import("2024", &file_of(files.path(), 0));
    let before = data.digest().unwrap();
    deny_writing(data.path());
    let stranger = Stranger::new();
    let server = Server::start(stranger.command(data.path()));
    let (lon, lat) = (west(0) + 0.01, 48.810_457);
    let (status, answer) = server.get(&format!("/api/v1/zones?lon={lon:.6}&lat={lat:.6}"));
    assert_eq!((status, &answer["zone"]), (200, &Value::from("qpv")));
    let ready = server.get("/ready");
    assert_eq!(
        (ready.0, &ready.1["updates"]),
        (200, &Value::from("watched"))
    );
    // There is no key, and none can be made: an error, and no unsigned report.
    let point = serde_json::json!({"lon": lon, "lat": lat});
    let (status, problem) = server.post("/api/v1/reports", &point);
    assert_eq!(
        (status, &problem["code"]),
        (500, &Value::from("report_key_unusable"))
    );
    let file = file_of(files.path(), 1);
    for args in [
        &[
            "data",
            "import",
            "--vintage",
            "2024",
            file.to_str().unwrap(),
        ][..],
        &["data", "prune"],
        &["keys", "add", "mairie"],
    ] {
        let ran: Ran = stranger
            .command(data.path())
            .args(args)
            .output()
            .unwrap()
            .into();
        assert_eq!(ran.code, Some(1), "{args:?}: {ran:?}");
        assert!(ran.err.starts_with("qpv: "), "{args:?}: {ran:?}");
        assert!(!ran.err.contains("panicked"), "{args:?}: {ran:?}");
    }
    assert_eq!(server.get("/health").0, 200);
    drop(server);
    allow_writing(data.path());
    allow_writing(files.path());
    assert_eq!(data.digest(), Some(before));
    data.assert_intact();
}

/// The files of a dataset.
fn stored_files(data: &Data) -> Vec<PathBuf> {
    let mut paths = vec![data.path().join("manifest.json")];
    for folder in ["datasets", "objects"] {
        let entries = fs::read_dir(data.path().join(folder)).unwrap();
        paths.extend(entries.map(|entry| entry.unwrap().path()));
    }
    paths
}

#[test]
fn a_file_cut_short_is_found_and_changes_no_answer() {
    let files = tempfile::tempdir().unwrap();
    write_variants(files.path());
    let data = Data::empty();
    data.import("2024", &file_of(files.path(), 2));
    let right: Vec<String> = answers(&data).into_iter().map(|ran| ran.out).collect();
    let paths = stored_files(&data);
    let mut chance = Chance(13);
    let cuts = if is_long() { 1_000 } else { 12 };
    for cut in 0..cuts {
        let path = &paths[cut % paths.len()];
        let whole = fs::read(path).unwrap();
        let left = usize::try_from(chance.below(whole.len() as u64)).unwrap();
        fs::write(path, &whole[..left]).unwrap();
        let told = format!("{} cut to {left} of {} bytes", path.display(), whole.len());
        for (ran, right) in answers(&data).into_iter().zip(&right) {
            let is_right = ran.code == Some(0) && same_answer(&ran.out, right);
            let is_refused = ran.code == Some(1) && !ran.err.contains("panicked");
            assert!(
                is_right || is_refused || ran.out == *right,
                "{told}: {ran:?}"
            );
        }
        let ran = data.run(&["data", "verify"]);
        // A manifest without its last line end is still whole.
        let is_whole = whole[left..].iter().all(u8::is_ascii_whitespace);
        assert!(ran.code != Some(0) || is_whole, "{told}: {ran:?}");
        fs::write(path, &whole).unwrap();
    }
    data.assert_intact();
}

#[test]
fn a_server_that_ends_answers_what_has_begun() {
    let data = Data::empty();
    let body = r#"{"points":[[-3.60,46.20]]}"#;
    let head = format!(
        "POST /api/v1/zones HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let (first, rest) = body.split_at(10);
    let rounds = if is_long() { 50 } else { 2 };
    for round in 0..rounds {
        let server = Server::start(data.command());
        let mut begun: Vec<TcpStream> = (0..8)
            .map(|_| {
                let mut stream = TcpStream::connect(server.address()).unwrap();
                stream.write_all(head.as_bytes()).unwrap();
                stream.write_all(first.as_bytes()).unwrap();
                stream
            })
            .collect();
        let address = server.address().to_owned();
        // It has read what they have sent once it answers one that came later.
        assert_eq!(server.get("/health").0, 200);
        let stopped = std::thread::spawn(move || server.stop());
        let deadline = Instant::now() + FAILED;
        while TcpStream::connect(&address).is_ok() {
            assert!(Instant::now() < deadline, "it takes new connections");
            std::thread::sleep(Duration::from_millis(10));
        }
        for stream in &mut begun {
            stream.write_all(rest.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            assert!(
                answer.starts_with("HTTP/1.1 200"),
                "round {round}: {answer}"
            );
        }
        stopped.join().unwrap();
    }
}
