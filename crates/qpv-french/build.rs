//! Writes each key of `fr.json` as a constant, so that a key that the catalogue does not have does not compile.
//!
//! The catalogue has one sentence a line, sorted by key, without escapes: a sentence is the same text in JSON and in Rust.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=fr.json");
    let catalogue = fs::read_to_string("fr.json").expect("fr.json can be read");
    let sentences: Vec<(&str, &str)> = catalogue
        .lines()
        .filter(|line| !matches!(*line, "{" | "}"))
        .map(|line| {
            parse(line).unwrap_or_else(|| panic!("fr.json: not `\"key\": \"sentence\"`: {line}"))
        })
        .collect();
    if let Some([(_, _), (key, _)]) = sentences
        .array_windows()
        .find(|[one, next]| one.0 >= next.0)
    {
        panic!("fr.json: `{key}` is twice there, or not sorted");
    }
    let mut code = String::new();
    for (key, text) in &sentences {
        let name = constant(key);
        let _ = writeln!(
            code,
            "/// `{text}`\npub const {name}: Key = Key {{ name: \"{key}\", text: \"{text}\" }};"
        );
    }
    let names: Vec<String> = sentences.iter().map(|(key, _)| constant(key)).collect();
    let _ = writeln!(
        code,
        "pub(crate) static ALL: [Key; {}] = [{}];",
        names.len(),
        names.join(", ")
    );
    let directory = env::var_os("OUT_DIR").expect("Cargo sets OUT_DIR");
    fs::write(Path::new(&directory).join("key.rs"), code).expect("the constants can be written");
}

/// Splits a line into key and sentence; `None` when it has another form, an escape, or unbalanced braces.
fn parse(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("  \"")?;
    let line = line.strip_suffix(',').unwrap_or(line);
    let (key, text) = line.strip_suffix('"')?.split_once("\": \"")?;
    let is_key = key
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._".contains(&byte));
    let is_balanced = text
        .split('{')
        .skip(1)
        .all(|piece| piece.matches('}').count() == 1)
        && text.matches('{').count() == text.matches('}').count();
    (is_key && is_balanced && !text.contains(['\\', '"'])).then_some((key, text))
}

/// The name of the constant of a key: `ERROR_UNKNOWN_CRS` for `error.unknown_crs`.
fn constant(key: &str) -> String {
    key.replace('.', "_").to_ascii_uppercase()
}
