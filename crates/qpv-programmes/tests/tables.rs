//! The truth tables of the shipped programmes (`tests/tables`), whose form docs/programmes.md describes ("Cases"): each line
//! gives facts, the sentence of the text that it follows, and the answer of somebody who reads that text.
//!
//! `QPV_PROGRAMMES_DIR` names a folder of programmes to hold against their tables instead of those that are shipped:
//! `tests/python/mutate_programmes.py` tries mutated ones so.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::Path;

use qpv_programmes::{Programme, TruthTable, shipped};

/// The lines that a table has at least.
const LEAST_LINES: usize = 12;

#[test]
fn every_line_follows_the_text_it_cites() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables");
    let mut faults = Vec::new();
    for programme in programmes() {
        let text = std::fs::read_to_string(folder.join(format!("{}.toml", programme.id)));
        let table = TruthTable::read(&text.unwrap()).unwrap();
        assert_eq!(table.programme, programme.id);
        assert!(table.lines.len() >= LEAST_LINES, "{}", programme.id);
        for (number, line) in (1..).zip(&table.lines) {
            // One word is the name of a text that the table lacks.
            assert!(line.cites.contains(' '), "{}: {}", programme.id, line.cites);
            if let Some(difference) = line.difference(&programme) {
                let (id, cites) = (&programme.id, &line.cites);
                faults.push(format!("{id}, line {number}: {difference}: {cites}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Returns the programmes of the folder that the environment names, or those shipped.
fn programmes() -> Vec<Programme> {
    let Ok(folder) = std::env::var("QPV_PROGRAMMES_DIR") else {
        return shipped().to_vec();
    };
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| Programme::read(&std::fs::read_to_string(file.unwrap().path()).unwrap()))
        .map(|read| read.unwrap_or_else(|error| panic!("not a programme: {error}")))
        .collect()
}
