//! Each target on its committed inputs, and on random mutations of them: [`QPV_FUZZ_SECONDS`](SECONDS) for each, 1 by default.
//!
//! Every target runs in a process of its own, so that an input that ends it, hangs or takes all its memory is known: it lies in a
//! file then, which the failure names. The mutations of a target are the same in each run, as far as its time goes.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod mutation;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mutation::Mutations;
use qpv_fuzz::TARGETS;
use rustix::process::{Resource, Rlimit, setrlimit};

/// The seconds of random mutation of each target.
const SECONDS: &str = "QPV_FUZZ_SECONDS";
/// Set in the process of a target: where it writes each input before it reads it.
const INPUT_FILE: &str = "QPV_FUZZ_INPUT";
/// Address space of a target: what its libraries map, and a gigabyte for what an input takes.
const MAX_ADDRESS_SPACE: u64 = 3 << 30;
/// The time of one input after which it hangs: far more than libFuzzer allows, for machines that do much else.
const HANG: Duration = Duration::from_mins(2);

/// The beginning of the process.
static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
/// When the input that is read was begun, milliseconds from there.
static STARTED_MS: AtomicU64 = AtomicU64::new(0);

fn running_ms() -> u64 {
    u64::try_from(BEGUN.elapsed().as_millis()).unwrap()
}

/// Ends the process once an input takes too long.
fn end_when_hanging() {
    loop {
        std::thread::sleep(Duration::from_secs(1));
        let taken = running_ms().saturating_sub(STARTED_MS.load(Ordering::Relaxed));
        if Duration::from_millis(taken) > HANG {
            eprintln!("an input hangs");
            std::process::abort();
        }
    }
}

fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target)
}

/// Returns the committed inputs of a target, in the order of their names.
fn inputs(target: &str) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(corpus(target)).expect("each target has a corpus");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{target} has no inputs");
    let read = paths.iter().map(|path| fs::read(path).expect("an input"));
    read.collect()
}

/// Runs a target in a process of its own.
fn run(target: &str) {
    if let Some(file) = std::env::var_os(INPUT_FILE) {
        return run_here(target, Path::new(&file));
    }
    let folder = qpv_fuzz::scratch_folder();
    let file = folder.path().join("input");
    let name = format!("targets::{target}");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &name, "--nocapture"])
        .env(INPUT_FILE, &file)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let _ = child.stderr.take().unwrap().read_to_string(&mut said);
    if !child.wait().unwrap().success() {
        let kept = std::env::temp_dir().join(format!("qpv-fuzz-{target}"));
        fs::copy(&file, &kept).expect("the input of a target that ended is there");
        let last = said.lines().rev().take(30).collect::<Vec<_>>();
        let last: Vec<_> = last.into_iter().rev().collect();
        panic!(
            "{target} ended; its input is {}\n{}",
            kept.display(),
            last.join("\n")
        );
    }
    // Seen with `--nocapture`: what a run was worth depends on the machine.
    let counted = said.lines().filter(|line| line.ends_with(" inputs"));
    counted.for_each(|line| eprintln!("{line}"));
}

fn run_here(name: &str, file: &Path) {
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    let limit = Rlimit {
        current: Some(MAX_ADDRESS_SPACE),
        maximum: Some(MAX_ADDRESS_SPACE),
    };
    setrlimit(Resource::As, limit).unwrap();
    let inputs = inputs(name);
    let seconds = std::env::var(SECONDS).map_or(1, |seconds| seconds.parse().unwrap());
    std::thread::spawn(end_when_hanging);
    let mut mutations = Mutations::new(name);
    let random = std::iter::repeat_with(|| mutations.next(&inputs));
    let time = Duration::from_secs(seconds);
    let end = BEGUN.elapsed() + time;
    let random = random.take_while(|_| BEGUN.elapsed() < end);
    let mut runs = 0u64;
    for input in inputs.iter().cloned().chain(random) {
        runs += 1;
        fs::write(file, &input).unwrap();
        STARTED_MS.store(running_ms(), Ordering::Relaxed);
        (target.run)(&input);
    }
    eprintln!("{name}: {runs} inputs");
}

/// A test of each target.
macro_rules! targets {
    ($($name:ident)*) => {
        mod targets {
            $(#[test]
            fn $name() {
                super::run(stringify!($name));
            })*
        }

        #[test]
        fn every_target_has_a_test_and_a_program() {
            let tested = [$(stringify!($name)),*];
            for target in TARGETS {
                assert!(tested.contains(&target.name), "{} has no test", target.name);
                let program = Path::new(env!("CARGO_MANIFEST_DIR"))
                    .join("fuzz_targets")
                    .join(format!("{}.rs", target.name));
                assert!(program.exists(), "{} has no program", target.name);
            }
            assert_eq!(tested.len(), TARGETS.len());
        }
    };
}

targets! {
    shapefile geojson geopackage zip_archive addresses delimited xlsx ods xls parquet programmes questions positions reports
    pmtiles mbtiles
}
