//! Faults by chance and by count: random lives of a data folder, refused and killed system calls, flipped bytes, jumping clocks,
//! systems that run out or deny.
//!
//! The short run is part of the tests; `make faults` (`QPV_FAULTS=long`) runs the long one (docs/reliability.md).

mod clock;
mod system;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::{Data, Ran, Server, program};

/// Perimeters that a life may import, each at a place of its own.
const VARIANTS: u32 = 4;
/// Longest wait for a server to notice a dataset: it looks once a second.
const NOTICE: Duration = Duration::from_secs(20);

fn is_long() -> bool {
    std::env::var_os("QPV_FAULTS").is_some_and(|run| run == "long")
}

/// Random numbers, the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        // Knuth's constants (MMIX); the high bits are the random ones.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn variant(&mut self) -> u32 {
        u32::try_from(self.below(u64::from(VARIANTS))).unwrap()
    }
}

fn code(variant: u32) -> String {
    format!("QN0750{variant}M")
}

fn west(variant: u32) -> f64 {
    2.300_123 + 0.05 * f64::from(variant)
}

/// Writes the files of all variants: a square of two hundredths of a degree each.
fn write_variants(folder: &Path) {
    for variant in 0..VARIANTS {
        let (west, south) = (west(variant), 48.800_457);
        let (east, north) = (west + 0.02, south + 0.02);
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"code_qp":"{}","lib_qp":"Essai {variant}","insee_com":"75114"}},"geometry":{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}]}}"#,
            code(variant)
        );
        fs::write(file_of(folder, variant), text).unwrap();
    }
}

fn file_of(folder: &Path, variant: u32) -> PathBuf {
    folder.join(format!("{variant}.geojson"))
}

/// A data folder, a server on it, and what may be in it.
struct Life {
    seed: u64,
    chance: Chance,
    files: tempfile::TempDir,
    data: Data,
    server: Option<Server>,
    /// The variants of which one is current; empty before the first import.
    possible: BTreeSet<u32>,
    /// The variant of each dataset that answered.
    known: BTreeMap<String, u32>,
}

impl Life {
    fn new(seed: u64) -> Self {
        let files = tempfile::tempdir().unwrap();
        write_variants(files.path());
        let mut life = Self {
            seed,
            chance: Chance(seed),
            files,
            data: Data::empty(),
            server: None,
            possible: BTreeSet::new(),
            known: BTreeMap::new(),
        };
        life.import();
        life.restart();
        life
    }

    fn start_import(&self, variant: u32) -> Child {
        self.data
            .command()
            .args(["data", "import", "--quiet", "--vintage", "2024"])
            .arg(file_of(self.files.path(), variant))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn import(&mut self) {
        let variant = self.chance.variant();
        let ended = self.start_import(variant).wait().unwrap();
        assert!(ended.success(), "seed {}: an import fails", self.seed);
        self.possible = BTreeSet::from([variant]);
    }

    fn import_and_kill(&mut self) {
        let variant = self.chance.variant();
        let mut child = self.start_import(variant);
        std::thread::sleep(Duration::from_micros(self.chance.below(80_000)));
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            self.possible.clear();
        }
        // Killed after its last step, it has happened all the same.
        self.possible.insert(variant);
    }

    fn import_twice_at_once(&mut self) {
        let pair = [self.chance.variant(), self.chance.variant()];
        let running = pair.map(|variant| self.start_import(variant));
        for mut child in running {
            let ended = child.wait().unwrap();
            assert!(ended.success(), "seed {}: one of two fails", self.seed);
        }
        self.possible = BTreeSet::from(pair);
    }

    fn prune(&self) {
        let ran = self.data.run(&["data", "prune"]);
        assert_eq!(ran.code, Some(0), "seed {}: {ran:?}", self.seed);
    }

    fn restart(&mut self) {
        if let Some(server) = self.server.take()
            && self.chance.below(2) == 0
        {
            server.stop();
        }
        self.server = Some(Server::start(self.data.command()));
    }

    /// Asks at the place of each variant, and checks that every answer is that of the dataset it names.
    fn ask(&mut self) -> Option<String> {
        let server = self.server.as_ref().unwrap();
        let mut digests = BTreeSet::new();
        for variant in 0..VARIANTS {
            let (lon, lat) = (west(variant) + 0.01, 48.810_457);
            let (status, answer) = server.get(&format!("/api/v1/zones?lon={lon:.6}&lat={lat:.6}"));
            // Elsewhere than in the one neighbourhood loaded, nothing is known.
            if status == 422 {
                continue;
            }
            assert_eq!(status, 200, "seed {}: {answer}", self.seed);
            if answer["zone"] != "qpv" {
                continue;
            }
            let digest = answer["dataset"]["digest"].as_str().unwrap().to_owned();
            assert_eq!(
                answer["qpv"][0]["code_qp"],
                code(variant),
                "seed {}",
                self.seed
            );
            let of_dataset = *self.known.entry(digest.clone()).or_insert(variant);
            assert_eq!(of_dataset, variant, "seed {}: two answers", self.seed);
            digests.insert(digest);
        }
        // Several when a dataset was swapped between two questions.
        (digests.len() == 1).then(|| digests.pop_first()).flatten()
    }

    /// Waits until the server answers from the current dataset, and checks which one that is.
    fn settle(&mut self) {
        let current = self.data.digest().unwrap();
        let deadline = Instant::now() + NOTICE;
        while self.ask().as_ref() != Some(&current) {
            assert!(Instant::now() < deadline, "seed {}: not noticed", self.seed);
            std::thread::sleep(Duration::from_millis(50));
        }
        let variant = self.known[&current];
        assert!(
            self.possible.contains(&variant),
            "seed {}: {variant} is current, of {:?}",
            self.seed,
            self.possible
        );
        self.possible = BTreeSet::from([variant]);
    }
}

#[test]
fn random_lives_lose_and_mix_nothing() {
    let seeds = if is_long() { 1_000 } else { 4 };
    for seed in 1..=seeds {
        let mut life = Life::new(seed);
        for _ in 0..20 {
            match life.chance.below(8) {
                0 | 1 => life.import(),
                2 | 3 => life.import_and_kill(),
                4 => life.import_twice_at_once(),
                5 => life.prune(),
                6 => life.restart(),
                _ => life.settle(),
            }
            life.ask();
        }
        life.settle();
        life.data.assert_intact();
        if seed % 100 == 0 {
            eprintln!("{seed} lives");
        }
    }
}

/// System calls of a command that a disk refuses.
const REFUSED: [&str; 8] = [
    "write", "fsync", "openat", "rename", "renameat", "mkdir", "flock", "fchmod",
];

/// Runs a command while the nth call of a kind goes wrong. `None` when there is no nth call.
fn run_with(fault: &str, data: &Data, args: &[&str]) -> Option<Ran> {
    let log = tempfile::NamedTempFile::new().unwrap();
    let call = fault.split(':').next().unwrap();
    let ran = Command::new("strace")
        .args(["-f", "-qq", "-o"])
        .arg(log.path())
        .args([
            "-e",
            &format!("trace={call}"),
            "-e",
            &format!("inject={fault}"),
        ])
        .arg(program())
        .args(args)
        .arg("--quiet")
        .env("QPV_DATA", data.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&fs::read(log.path()).unwrap()).into_owned();
    let has_happened = said.contains("(INJECTED)") || said.contains("killed by SIGKILL");
    has_happened.then(|| ran.into())
}

/// Breaks one system call after another of a command that replaces the dataset of variant 0, and puts that back each time.
fn break_system_calls(data: &Data, files: &Path, args: &[&str]) {
    let old = data.digest();
    let step = if is_long() { 1 } else { 7 };
    let (mut faults, mut refused) = (0, 0);
    for call in REFUSED {
        for effect in ["error=ENOSPC", "error=EIO", "signal=SIGKILL"] {
            for nth in (1..).step_by(step) {
                let fault = format!("{call}:{effect}:when={nth}");
                let Some(ran) = run_with(&fault, data, args) else {
                    break;
                };
                faults += 1;
                assert!(!ran.err.contains("panicked"), "{fault}: {ran:?}");
                data.assert_intact();
                if data.digest() == old {
                    refused += 1;
                    assert_ne!(ran.code, Some(0), "{fault}: done, and nothing is there");
                } else {
                    data.import("2024", &file_of(files, 0));
                    assert_eq!(data.digest(), old, "{fault}");
                }
                // Else the next run of a fetch would find the dataset here, and fetch nothing.
                if data.json(&["data", "list"]).as_array().unwrap().len() > 1 {
                    assert_eq!(data.run(&["data", "prune"]).code, Some(0), "{fault}");
                }
            }
        }
    }
    eprintln!("{faults} faults, {refused} of them refused");
    assert!(refused > faults / 4, "{refused} of {faults}");
    assert_eq!(data.run(args).code, Some(0));
    assert_ne!(data.digest(), old);
    data.assert_intact();
}

/// A data folder with variant 0 in use, and the folder of all variants.
fn folder_to_break() -> (Data, tempfile::TempDir) {
    let files = tempfile::tempdir().unwrap();
    write_variants(files.path());
    let data = Data::empty();
    data.import("2024", &file_of(files.path(), 0));
    (data, files)
}

#[test]
fn every_system_call_of_an_import_may_fail_or_be_its_last() {
    if Command::new("strace").arg("--version").output().is_err() {
        eprintln!("SKIPPED: no strace");
        return;
    }
    let (data, files) = folder_to_break();
    let file = file_of(files.path(), 1);
    let args = [
        "data",
        "import",
        "--vintage",
        "2024",
        file.to_str().unwrap(),
    ];
    break_system_calls(&data, files.path(), &args);
}

#[test]
fn every_system_call_of_a_fetch_may_fail_or_be_its_last() {
    if Command::new("strace").arg("--version").output().is_err() {
        eprintln!("SKIPPED: no strace");
        return;
    }
    let (data, files) = folder_to_break();
    let source = Data::empty();
    source.import("2024", &file_of(files.path(), 1));
    let from = source.path().to_str().unwrap();
    let args = ["data", "fetch", "--from", from, "current"];
    break_system_calls(&data, files.path(), &args);
    source.assert_intact();
}

/// The answers of a dataset at the place of each variant.
fn answers(data: &Data) -> Vec<Ran> {
    (0..VARIANTS)
        .map(|variant| {
            let (lon, lat) = (west(variant) + 0.01, 48.810_457);
            data.run(&[
                "--json",
                "locate",
                "--",
                &format!("{lon:.6}"),
                &format!("{lat:.6}"),
            ])
        })
        .collect()
}

#[test]
fn a_flipped_byte_is_found_and_changes_no_answer() {
    let files = tempfile::tempdir().unwrap();
    write_variants(files.path());
    let data = Data::empty();
    data.import("2024", &file_of(files.path(), 2));
    let right: Vec<String> = answers(&data).into_iter().map(|ran| ran.out).collect();
    let mut paths = vec![data.path().join("manifest.json")];
    for folder in ["datasets", "objects"] {
        let entries = fs::read_dir(data.path().join(folder)).unwrap();
        paths.extend(entries.map(|entry| entry.unwrap().path()));
    }
    let mut chance = Chance(7);
    let flips = if is_long() { 1_000 } else { 30 };
    for flip in 0..flips {
        let path = &paths[flip % paths.len()];
        let whole = fs::read(path).unwrap();
        let mut flipped = whole.clone();
        let at = usize::try_from(chance.below(whole.len() as u64)).unwrap();
        let bit = 1 << chance.below(8);
        flipped[at] ^= bit;
        fs::write(path, &flipped).unwrap();
        let told = format!("{} byte {at} bit {bit}", path.display());
        for (ran, right) in answers(&data).into_iter().zip(&right) {
            let is_right = ran.code == Some(0) && same_answer(&ran.out, right);
            let is_refused = ran.code == Some(1) && !ran.err.contains("panicked");
            assert!(
                is_right || is_refused || ran.out == *right,
                "{told}: {ran:?}"
            );
        }
        let ran = data.run(&["data", "verify"]);
        assert!(
            ran.code != Some(0) || is_harmless(&data, &right),
            "{told}: {ran:?}"
        );
        fs::write(path, &whole).unwrap();
    }
    data.assert_intact();
}

/// Returns whether two answers say the same of the place: the rest tells of the dataset.
fn same_answer(one: &str, other: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let (one, other) = (read(one), read(other));
    ["zone", "qpv", "nearest", "certainty"]
        .iter()
        .all(|member| one[member] == other[member])
}

/// Returns whether a flip that no sum covers, a blank in the manifest, left everything as it was.
fn is_harmless(data: &Data, right: &[String]) -> bool {
    answers(data).iter().map(|ran| &ran.out).eq(right)
}
