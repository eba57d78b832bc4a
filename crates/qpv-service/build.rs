//! Lists the perimeters of the fictional town, one file a vintage, so that another vintage needs no change of code.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../geodata/sample")
        .canonicalize()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut years: Vec<(String, String)> = fs::read_dir(&folder)?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?;
            let year = name.strip_prefix("perimeters-")?.strip_suffix(".geojson")?;
            Some((year.to_owned(), path.to_str()?.to_owned()))
        })
        .collect();
    // A folder is listed in any order, and the program must be the same at each build.
    years.sort();
    let mut code = String::from("[\n");
    for (year, path) in years {
        let _ = writeln!(
            code,
            "({year:?}, \"perimeters-{year}.geojson\", include_str!({path:?})),"
        );
    }
    code.push(']');
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("sample.rs");
    fs::write(out, code)
}
