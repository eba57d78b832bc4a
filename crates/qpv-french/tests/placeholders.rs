//! The compiler checks the keys of sentences; this checks the values, wherever a call names both its key and its values.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use qpv_french::Key;

/// The sources of the workspace.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the sources can be listed") {
        let path = entry.expect("the sources can be listed").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Splits `key::NAME, &[("name", …), …]…` into the constant and the names; `None` when either is computed.
fn call(arguments: &str) -> Option<(&str, BTreeSet<&str>)> {
    let rest = arguments.trim_start().strip_prefix("key::")?;
    let (constant, rest) = rest.split_once(',')?;
    let mut rest = rest.trim_start().strip_prefix("&[")?;
    let mut names = BTreeSet::new();
    loop {
        rest = rest.trim_start().trim_start_matches(',').trim_start();
        if rest.starts_with(']') {
            return Some((constant, names));
        }
        let (name, value) = rest
            .strip_prefix('(')?
            .trim_start()
            .strip_prefix('"')?
            .split_once('"')?;
        names.insert(name);
        // The value ends with the parenthesis that the tuple began with.
        let mut depth = 1;
        let end = value.find(|c| {
            depth += match c {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth == 0
        })?;
        rest = &value[end + 1..];
    }
}

/// The `{names}` of a sentence.
fn placeholders(template: &str) -> BTreeSet<&str> {
    let pieces = template.split('{').skip(1);
    pieces
        .filter_map(|piece| piece.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn every_call_gives_the_values_that_its_sentence_takes() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for entry in fs::read_dir(crates).unwrap() {
        let folder = entry.unwrap().path().join("src");
        if folder.is_dir() {
            sources(&folder, &mut files);
        }
    }
    let mut checked = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for arguments in text.split("sentence(").skip(1) {
            let Some((constant, given)) = call(arguments) else {
                continue;
            };
            let key = Key::all()
                .iter()
                .find(|key| key.name().replace('.', "_").to_uppercase() == constant)
                .unwrap_or_else(|| panic!("{}: {constant}", file.display()));
            let taken = placeholders(key.template());
            assert_eq!(given, taken, "{}: {key:?}", file.display());
            checked += 1;
        }
    }
    assert!(checked > 100, "only {checked} calls were recognised");
}
