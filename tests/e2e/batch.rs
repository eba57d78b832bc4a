//! `qpv batch`, file by file.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::harness::{Data, Ran, program};

/// In the fictional town, and in Paris, which it does not cover.
const HERE: &str = "-3.600000,46.200000";
const PARIS: &str = "2.3522,48.8566";

/// A folder with a table of positions in it.
fn folder_with(table: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("points.csv"), table).unwrap();
    folder
}

fn run_in(folder: &Path, args: &[&str]) -> Ran {
    let data = Data::empty();
    data.command()
        .arg("batch")
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap()
        .into()
}

/// Names of all files of a folder, hidden ones too.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn the_exit_code_tells_how_it_went() {
    let folder = folder_with(&format!("lon,lat\n{HERE}\n"));
    let ran = run_in(folder.path(), &["points.csv", "-o", "out.csv"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{ran:?}");
    assert!(
        ran.err.contains("1 rows") && ran.err.contains("dataset") && ran.err.contains("fictives"),
        "{ran:?}"
    );
    let out = fs::read_to_string(folder.path().join("out.csv")).unwrap();
    assert!(
        out.starts_with("lon,lat,zone,code_qp,lib_qp,distance_to_boundary_m,"),
        "{out}"
    );

    let undetermined = [
        "points.csv",
        "--uncertainty-m",
        "100000",
        "--vintage",
        "2024",
    ];
    assert_eq!(run_in(folder.path(), &undetermined).code, Some(3));
    fs::write(
        folder.path().join("abroad.csv"),
        format!("lon,lat\n{HERE}\n{PARIS}\n"),
    )
    .unwrap();
    let ran = run_in(folder.path(), &["abroad.csv"]);
    assert!(
        ran.code == Some(3) && ran.err.contains("outside_coverage: line 3"),
        "{ran:?}"
    );
    let ran = run_in(folder.path(), &["absent.csv", "-o", "absent-out.csv"]);
    assert!(
        ran.code == Some(1) && ran.err.contains("absent.csv"),
        "{ran:?}"
    );
    let quiet = run_in(folder.path(), &["points.csv", "-o", "quiet.csv", "--quiet"]);
    assert!(
        !quiet.err.contains("rows") && quiet.err.contains("fictives"),
        "{quiet:?}"
    );
    assert_eq!(
        files(folder.path()),
        ["abroad.csv", "out.csv", "points.csv", "quiet.csv"]
    );
}

#[test]
fn wrong_usage_writes_nothing() {
    let folder = folder_with(&format!("lon,lat\n{HERE}\n"));
    fs::write(folder.path().join("names.csv"), "nom;ville\na;b\n").unwrap();
    fs::write(folder.path().join("other.csv"), "kept").unwrap();
    for (args, said) in [
        (
            &["names.csv", "-o", "out.csv"][..],
            "the columns are: nom, ville",
        ),
        (&["names.csv", "-o", "out.csv"], "--columns COLUMN"),
        (&["points.csv", "-o", "other.csv"], "--force"),
        (
            &["points.csv", "-o", "./points.csv", "--force"],
            "is the input",
        ),
        (&["points.csv", "-o", "out.ods"], "XLSX"),
        (&["points.csv", "-o", "out.xls"], "XLSX"),
        (&["points.csv", "-o", "out.xlsm"], "XLSX"),
        (
            &["points.csv", "-o", "out.csv", "--columns", "adresse"],
            "no column adresse",
        ),
        (
            &["points.csv", "-o", "out.csv", "--sheet", "x"],
            "spreadsheets",
        ),
        (
            &[
                "points.csv",
                "-o",
                "out.csv",
                "--columns",
                "lon",
                "--crs",
                "EPSG:2154",
                "--x",
                "lon",
                "--y",
                "lat",
            ],
            "--columns",
        ),
        (
            &["points.csv", "-o", "out.xlsx", "--suppress-under", "5"],
            "--programme",
        ),
        (
            &["points.csv", "-o", "out.csv", "--lon", "x", "--lat", "lat"],
            "no column x",
        ),
        (
            &["points.csv", "-o", "out.csv", "--uncertainty-m", "inf"],
            "uncertainty_m",
        ),
        (
            &[
                "points.csv",
                "-o",
                "out.csv",
                "--crs",
                "EPSG:2154",
                "--lon",
                "lon",
                "--lat",
                "lat",
            ],
            "EPSG:2154 is in metres",
        ),
    ] {
        let ran = run_in(folder.path(), args);
        assert!(
            ran.code == Some(2) && ran.err.contains(said),
            "{args:?}: {ran:?}"
        );
    }
    assert_eq!(
        files(folder.path()),
        ["names.csv", "other.csv", "points.csv"]
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("other.csv")).unwrap(),
        "kept"
    );
    assert_eq!(
        run_in(folder.path(), &["points.csv", "-o", "other.csv", "--force"]).code,
        Some(0)
    );
    assert!(
        fs::read_to_string(folder.path().join("other.csv"))
            .unwrap()
            .contains("code_qp")
    );
}

#[test]
fn from_standard_input_to_standard_output() {
    let data = Data::empty();
    let mut child = data
        .command()
        .args(["batch", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(format!("id;lon;lat\n7;{}\n", HERE.replace(',', ";")).as_bytes())
        .unwrap();
    let ran: Ran = child.wait_with_output().unwrap().into();
    assert_eq!((ran.code, ran.out.lines().count()), (Some(0), 2), "{ran:?}");
    assert!(ran.out.contains("\n7;-3.600000;46.200000;"), "{ran:?}");
}

/// Returns whether a process, by its status, handles the signals HUP, INT and TERM: those of the numbers 1, 2 and 15.
fn catches_signals(status: &str) -> bool {
    const ALL: u64 = 1 | 1 << 1 | 1 << 14;
    let mut lines = status.lines();
    let mask = lines.find_map(|line| line.strip_prefix("SigCgt:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & ALL == ALL)
}

/// Starts on an input that stays open, and waits until the unfinished output is there and signals are handled.
fn start_and_wait(folder: &Path) -> std::process::Child {
    let data = Data::empty();
    let mut command = data.command();
    command
        .args(["batch", "-", "-o", "out.csv"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .as_mut()
        .unwrap()
        .write_all(format!("lon,lat\n{HERE}\n").as_bytes())
        .unwrap();
    let open = format!("/proc/{}/fd", child.id());
    let is_output = |descriptor: fs::DirEntry| {
        // Without a name, it is listed as deleted.
        fs::read_link(descriptor.path()).is_ok_and(|file| file.starts_with(folder))
    };
    let status = format!("/proc/{}/status", child.id());
    let started = || {
        fs::read_dir(&open).is_ok_and(|open| open.flatten().any(is_output))
            && fs::read_to_string(&status).is_ok_and(|status| catches_signals(&status))
    };
    let waited = (0..1000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        started()
    });
    if !waited {
        child.kill().unwrap();
        panic!("it did not start: {:?}", child.wait());
    }
    child
}

#[test]
fn what_is_stopped_leaves_no_output() {
    let folder = tempfile::tempdir().unwrap();
    // A closed terminal sends HUP; nobody can catch KILL.
    for (signal, code) in [
        ("-INT", Some(1)),
        ("-TERM", Some(1)),
        ("-HUP", Some(1)),
        ("-KILL", None),
    ] {
        let mut child = start_and_wait(folder.path());
        let pid = child.id().to_string();
        // Kept open: at its end the work would be done, and the signal too late.
        let input = child.stdin.take();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), code, "{signal}");
        drop(input);
        let left = files(folder.path());
        assert!(left.is_empty(), "{signal}: {left:?}");
    }
}

#[test]
fn a_full_disk_leaves_no_output() {
    let rows = format!("{HERE}\n").repeat(30_000);
    let folder = folder_with(&format!("lon,lat\n{rows}"));
    // No file may grow beyond 256 blocks of 1 KiB: the write fails as on a full disk, with EFBIG.
    let script = "trap '' XFSZ; ulimit -f 256; exec \"$0\" batch points.csv -o out.csv";
    let data = Data::empty();
    let mut command = Command::new("bash");
    command
        .args(["-c", script])
        .arg(program())
        .env("QPV_DATA", data.path())
        .current_dir(folder.path());
    let ran: Ran = command.output().unwrap().into();
    assert!(
        ran.code == Some(1) && ran.err.contains("writing the output"),
        "{ran:?}"
    );
    assert_eq!(files(folder.path()), ["points.csv"]);
}

#[test]
fn known_points_of_2015_in_a_french_spreadsheet() {
    let Some(data) = Data::national() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("élèves.csv");
    // Windows-1252, semicolons, decimal commas, CRLF. The positions and their codes are published beside the data.
    let table = b"Pr\xe9nom;Latitude;Longitude\r\n\
        Zo\xe9;48,917735;2,387311\r\n\
        \"L\xe9a\nLou\";48,85592;2,41299\r\n\
        Ana;48,899;2,412\r\n";
    fs::write(&path, table).unwrap();
    let out = folder.path().join("out.csv");
    let ran = data.run(&[
        "batch",
        "--vintage",
        "both",
        path.to_str().unwrap(),
        "-o",
        out.to_str().unwrap(),
    ]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.err.contains("Windows-1252"), "{ran:?}");
    let written = fs::read(out).unwrap();
    let (text, ..) = encoding_rs::WINDOWS_1252.decode(&written);
    let rows: Vec<&str> = text.split("\r\n").collect();
    assert!(
        rows[0].starts_with("Prénom;Latitude;Longitude;zone_2015;code_qp_2015;"),
        "{rows:?}"
    );
    assert!(
        rows[1].starts_with("Zoé;48,917735;2,387311;qpv;QP093028;"),
        "{rows:?}"
    );
    assert!(
        rows[2].starts_with("\"Léa\nLou\";48,85592;2,41299;qpv;QP075019;"),
        "{rows:?}"
    );
    assert!(
        rows[3].starts_with("Ana;48,899;2,412;") && !rows[3].contains(";QP093028;;"),
        "{rows:?}"
    );
    assert_eq!(rows[3].split(';').nth(4), Some(""));
}

#[test]
fn a_parquet_table_gets_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let column = |values: Vec<f64>| -> ArrayRef { Arc::new(Float64Array::from(values)) };
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let columns = [
        ("id", ids),
        ("lon", column(vec![-3.6, 2.35])),
        ("lat", column(vec![46.2, 48.85])),
    ];
    let table = RecordBatch::try_from_iter(columns).unwrap();
    let input = File::create(folder.path().join("points.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(input, table.schema(), None).unwrap();
    writer.write(&table).unwrap();
    writer.close().unwrap();
    let ran = run_in(folder.path(), &["points.parquet", "-o", "out.parquet"]);
    assert!(
        ran.code == Some(3) && ran.err.contains("outside_coverage: row 2"),
        "{ran:?}"
    );
    let output = File::open(folder.path().join("out.parquet")).unwrap();
    let batch = ParquetRecordBatchReaderBuilder::try_new(output)
        .unwrap()
        .build()
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    assert_eq!(batch.columns()[..3], table.columns()[..]);
    let errors = batch.column_by_name("error").unwrap().as_string::<i32>();
    assert_eq!(
        errors.iter().collect::<Vec<_>>(),
        [None, Some("outside_coverage")]
    );
}

/// A list in every format gives the same zones in every other one.
#[test]
fn a_table_of_one_format_is_answered_in_another() {
    let folder = folder_with("code;lon;lat\n00123;-3.600000;46.200000\n;2.350000;48.850000\n");
    let formats = ["csv", "xlsx", "parquet"];
    for first in formats {
        let table = format!("first.{first}");
        let ran = run_in(folder.path(), &["points.csv", "-o", &table, "--force"]);
        assert_eq!(ran.code, Some(3), "{ran:?}");
        for second in formats {
            let output = format!("second.{second}");
            let ran = run_in(folder.path(), &[&table, "-o", &output, "--force"]);
            assert!(
                ran.code == Some(3) && ran.err.contains("2 rows; columns read: lon, lat"),
                "{table} {output}: {ran:?}"
            );
            // Read once more as text: the code has its zeros, and both answers are there.
            let ran = run_in(folder.path(), &[&output, "--lon", "lon", "--lat", "lat"]);
            let lines: Vec<&str> = ran.out.lines().collect();
            assert!(
                lines.len() == 3
                    && lines[1].starts_with("00123;-3.6")
                    && lines[2].starts_with(";2.35")
                    && lines[2].matches("outside_coverage").count() == 3,
                "{table} {output}: {ran:?}"
            );
        }
    }
}

/// The content decides what a file is, for its name can lie.
#[test]
fn a_table_under_a_wrong_name_is_read() {
    let folder = folder_with(&format!("lon,lat\n{HERE}\n"));
    let path = |name: &str| folder.path().join(name);
    for name in ["text.xls", "text.xlsx", "text.ods"] {
        fs::copy(path("points.csv"), path(name)).unwrap();
        let ran = run_in(folder.path(), &[name, "-o", "out.csv", "--force"]);
        assert!(ran.err.contains("1 rows"), "{name}: {ran:?}");
    }
    let ran = run_in(folder.path(), &["points.csv", "-o", "out.parquet"]);
    assert!(ran.err.contains("1 rows"), "{ran:?}");
    fs::copy(path("out.parquet"), path("table.csv")).unwrap();
    let ran = run_in(folder.path(), &["table.csv", "-o", "out.xlsx"]);
    assert!(ran.err.contains("1 rows"), "{ran:?}");
    fs::write(path("page.xls"), "<html><table></table></html>").unwrap();
    let ran = run_in(folder.path(), &["page.xls", "-o", "page.xlsx"]);
    assert!(
        ran.code == Some(2) && ran.err.contains("a web page") && !path("page.xlsx").exists(),
        "{ran:?}"
    );
}

#[test]
fn a_book_of_excel_before_2007_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let book = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../qpv-http/tests/data/enfants.xls"
    );
    let columns = ["--columns", "adresse,ville"];
    let run = |output: &str, more: &[&str]| {
        let args = [&[book, "-o", output], &columns[..], more].concat();
        run_in(folder.path(), &args)
    };
    let ran = run("out.xlsx", &[]);
    assert!(
        ran.err.contains("2 rows; columns read: Adresse, Ville")
            && ran
                .err
                .contains("hidden sheets, copied and not read: Exemple"),
        "{ran:?}"
    );
    let ran = run("out.csv", &[]);
    assert!(
        ran.err.contains("sheets left out of the output: Exemple")
            && ran
                .err
                .contains("rows above the header left out of the output: 1"),
        "{ran:?}"
    );
    let text = fs::read_to_string(folder.path().join("out.csv")).unwrap();
    let rows: Vec<&str> = text.lines().collect();
    assert!(
        rows.len() == 3
            && rows[1].starts_with("Zoé;1 rue des Cordiers;Port-Fictif;2016-05-04;00123;"),
        "{text}"
    );
    let ran = run("example.csv", &["--sheet", "Exemple"]);
    assert!(
        ran.err.contains("1 rows; columns read: Adresse, Ville"),
        "{ran:?}"
    );
}

#[test]
fn addresses_of_a_table_get_their_zones() {
    let folder = tempfile::tempdir().unwrap();
    let table = b"id;voie;cp;ville\r\n1;1 rue de l'\xc9toile Polaire;00100;Port-Fictif\r\n2;9999 rue des Cordiers;00100;Port-Fictif\r\n3;;;\r\n";
    fs::write(folder.path().join("people.csv"), table).unwrap();
    let ran = run_in(
        folder.path(),
        &["people.csv", "-o", "out.csv", "--columns", "voie,cp,ville"],
    );
    assert_eq!(ran.code, Some(3), "{ran:?}");
    for said in [
        "3 rows; columns read: voie, cp, ville",
        "undetermined for street: line 3",
        "error missing_address: line 4",
        "Windows-1252",
    ] {
        assert!(ran.err.contains(said), "{said}: {ran:?}");
    }
    let written = fs::read(folder.path().join("out.csv")).unwrap();
    let (text, ..) = encoding_rs::WINDOWS_1252.decode(&written);
    let rows: Vec<&str> = text.split_terminator("\r\n").collect();
    assert!(
        rows[0].ends_with(
            ";result_status;zone;code_qp;lib_qp;distance_to_boundary_m;nearest_code_qp;certainty;vintage;doubt;leaning;leaning_probability"
        ),
        "{rows:?}"
    );
    assert!(
        rows[1].contains(";1 Rue de l'Étoile Polaire 00100 Port-Fictif;")
            && rows[1].contains(";ok;"),
        "{rows:?}"
    );
    assert!(
        rows[2].contains(";9999;") && rows[2].ends_with(";street;;"),
        "{rows:?}"
    );
    assert!(
        rows[3].contains(";skipped;") && rows[3].ends_with(";;;;;;;;"),
        "{rows:?}"
    );
}

#[test]
fn a_list_of_one_town_is_told_to_state_its_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("people.csv"),
        "adresse\n1 rue des Cordiers\n",
    )
    .unwrap();
    let args = ["people.csv", "-o", "out.csv", "-f", "--columns", "adresse"];
    let ran = run_in(folder.path(), &args);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    for said in ["--default-postcode", "undetermined for candidates: line 2"] {
        assert!(ran.err.contains(said), "{said}: {ran:?}");
    }
    let ran = run_in(
        folder.path(),
        &[&args[..], &["--default-postcode", "00100"]].concat(),
    );
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!ran.err.contains("--default-postcode"), "{ran:?}");
    for (option, place) in [
        ("--default-postcode", "75011"),
        ("--default-postcode", "100"),
        ("--default-citycode", "90010"),
    ] {
        let ran = run_in(folder.path(), &[&args[..], &[option, place]].concat());
        assert_eq!(ran.code, Some(2), "{option} {place}: {ran:?}");
    }
}

#[test]
fn a_spreadsheet_of_addresses_gives_a_spreadsheet() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet
        .write_row(0, 0, ["Adresse", "Ville"])
        .unwrap()
        .write_row(1, 0, ["1 rue des Cordiers", "Port-Fictif"])
        .unwrap();
    book.save(folder.path().join("people.xlsx")).unwrap();
    let ran = run_in(
        folder.path(),
        &[
            "people.xlsx",
            "-o",
            "out.xlsx",
            "--columns",
            "adresse,ville",
        ],
    );
    assert!(
        ran.err.contains("1 rows; columns read: Adresse, Ville"),
        "{ran:?}"
    );
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook(folder.path().join("out.xlsx")).unwrap();
    let range = calamine::Reader::worksheet_range(&mut book, "Sheet1").unwrap();
    let values: Vec<String> = range
        .rows()
        .nth(1)
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(values[..2], ["1 rue des Cordiers", "Port-Fictif"]);
    assert!(
        values.contains(&"1 Rue des Cordiers 00100 Port-Fictif".to_owned()),
        "{values:?}"
    );
}
