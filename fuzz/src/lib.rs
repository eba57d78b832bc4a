//! Targets of random input: each calls a public reader on bytes that anybody may send, and asserts what must hold of any input.
//!
//! No input may panic, take long or fill the memory; an error names the file, the row or the line; what is written back can be
//! read again with all its rows. `make fuzz` drives each target with libFuzzer, by its coverage (`fuzz_targets/`, `run`); the
//! tests of the workspace run the committed inputs of `corpus/` and random mutations of them (`tests/`), without instruments.
//! docs/reliability.md tells what came of it.

mod files;
mod grounds;
mod layers;
mod reports;
mod round_trips;
mod row_limit;
mod tables;
mod texts;

pub use files::scratch_folder;

use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};
use std::sync::Mutex;

/// A target.
#[derive(Debug, Clone, Copy)]
pub struct FuzzTarget {
    /// Its name: that of its corpus and of its program.
    pub name: &'static str,
    /// Reads an input. Panics when something does not hold that must.
    pub run: fn(&[u8]),
}

/// All targets.
pub const TARGETS: [FuzzTarget; 16] = [
    target("shapefile", layers::shapefile),
    target("geojson", layers::geojson),
    target("geopackage", layers::geopackage),
    target("zip_archive", layers::zip_archive),
    target("addresses", texts::addresses),
    target("delimited", tables::delimited),
    target("xlsx", tables::xlsx),
    target("ods", tables::ods),
    target("xls", tables::xls),
    target("parquet", tables::parquet),
    target("programmes", texts::programmes),
    target("questions", texts::questions),
    target("positions", texts::positions),
    target("reports", reports::reports),
    target("pmtiles", grounds::pmtiles),
    target("mbtiles", grounds::mbtiles),
];

const fn target(name: &'static str, run: fn(&[u8])) -> FuzzTarget {
    FuzzTarget { name, run }
}

/// The words of the last panic, for those that end a target.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Lets a reader go on that catches a panic of a library, and remembers the words of each: libFuzzer's own hook would end the
/// program at the first one.
pub fn keep_caught_panics() {
    set_hook(Box::new(remember_panic));
}

fn remember_panic(panic: &PanicHookInfo<'_>) {
    if let Ok(mut last) = LAST_PANIC.lock() {
        *last = panic.to_string();
    }
}

/// Runs a target, and ends the program when it panics, as libFuzzer expects it.
///
/// # Panics
/// For a name that no target has.
pub fn run_or_abort(name: &str, input: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    let target = target.expect("each program has the name of a target");
    if catch_unwind(AssertUnwindSafe(|| (target.run)(input))).is_err() {
        let words = LAST_PANIC.lock().map(|last| last.clone());
        report_panic(name, &words.unwrap_or_default());
        std::process::abort();
    }
}

#[expect(clippy::print_stderr, reason = "the log of libFuzzer is there")]
fn report_panic(name: &str, words: &str) {
    eprintln!("target {name}: {words}");
}

/// Asserts of an error that it can be shown to a person. Where it is printed it is made short, and loses
/// what a terminal would obey.
fn assert_readable(message: &str) {
    assert!(!message.trim().is_empty(), "an error without words");
}
