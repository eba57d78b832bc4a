//! Files from a mirror: what is said of them when their publisher is asked, and archives whose members have one name.

use super::*;

const OTHER_SUM: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const LAST_MODIFIED: &str = "200 OK\r\nETag: \"m\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT";

/// A source entry of the file `a.csv` as it was fetched from a mirror.
fn mirrored(catalogue: &SourceCatalogue, mirror: &SourceMirror) -> SourceFile {
    let folder = tempfile::tempdir().unwrap();
    let source = &catalogue.sources()[0];
    fetch(source, Some(mirror), folder.path(), &mut ())
        .unwrap()
        .to_source()
}

fn compared(
    catalogue: &SourceCatalogue,
    source: &CatalogueEntry,
    known: &SourceFile,
) -> &'static str {
    let folder = tempfile::tempdir().unwrap();
    let mut fetcher =
        SourceFetcher::new(catalogue, None, folder.path(), &patience(), &mut ()).unwrap();
    match fetcher.compare(source, known, &mut ()) {
        PublishedVersion::Same => "same",
        PublishedVersion::Newer { .. } => "newer",
        PublishedVersion::Unknown { .. } => "unknown",
    }
}

#[test]
fn a_file_from_a_mirror_is_judged_by_its_sum_or_its_date() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), "abc").unwrap();
    let undated = StandIn::new(&[("/m/a.csv", &[ABC])]);
    let dated_answer = answer_with(LAST_MODIFIED, "abc");
    let dated = StandIn::new(&[("/m/a.csv", &[&dated_answer])]);
    let mirrors = [
        SourceMirror::Folder(folder.path().to_owned()),
        SourceMirror::Address(format!("{}/m/", undated.address)),
        SourceMirror::Address(format!("{}/m/", dated.address)),
    ];
    let sha256 = |sum: &str| json!({"type": "sha256", "value": sum});
    let sha1 = json!({"type": "sha1", "value": ABC_SHA1});
    // The day of the portal, its sum, where it keeps the file; then the folder, the mirror without dates, the one with them.
    for (day, sum, hosting, expected) in [
        (
            Some("2000-01-01T00:00:00Z"),
            sha256(ABC_SUM),
            "file",
            ["same", "same", "same"],
        ),
        (None, sha256(ABC_SUM), "file", ["same", "same", "same"]),
        (
            Some("1990-01-01T00:00:00Z"),
            sha256(OTHER_SUM),
            "file",
            ["newer", "newer", "newer"],
        ),
        // What lies elsewhere has the sum of the day it was described.
        (
            Some("2000-01-01T00:00:00Z"),
            sha256(ABC_SUM),
            "remote",
            ["unknown", "unknown", "newer"],
        ),
        (
            Some("1994-11-06T09:00:00Z"),
            sha1.clone(),
            "file",
            ["unknown", "unknown", "same"],
        ),
        (
            Some("1994-11-06T08:00:00Z"),
            Value::Null,
            "file",
            ["unknown", "unknown", "same"],
        ),
        (
            Some("1980-01-01T00:00:00Z"),
            Value::Null,
            "file",
            ["unknown", "unknown", "same"],
        ),
        (
            Some("1994-11-08T00:00:00Z"),
            sha1,
            "file",
            ["unknown", "unknown", "newer"],
        ),
        (
            Some("2999-01-01T00:00:00Z"),
            Value::Null,
            "file",
            ["newer", "newer", "newer"],
        ),
        (None, Value::Null, "file", ["unknown", "unknown", "unknown"]),
    ] {
        let told = format!("{day:?} {sum} {hosting}");
        let mut published = resource("figures 2024", "/f/a.csv");
        published["last_modified"] = json!(day);
        published["checksum"] = sum;
        published["filetype"] = json!(hosting);
        let portal = StandIn::with_dataset(&json!([published]), &[]);
        let catalogue = portal.catalogue("statistics");
        for (mirror, expected) in mirrors.iter().zip(expected) {
            let known = mirrored(&catalogue, mirror);
            let found = compared(&catalogue, &catalogue.sources()[0], &known);
            assert_eq!(found, expected, "{told} {mirror:?}");
        }
    }
}

#[test]
fn a_mirror_is_not_taken_for_the_publisher() {
    let copy = answer_with(LAST_MODIFIED, "abc");
    let mirror = StandIn::new(&[("/m/a.csv", &[&copy])]);
    let mirror = SourceMirror::Address(format!("{}/m/", mirror.address));
    let with_date = |date: &str| answer_with(&format!("200 OK\r\n{date}"), "");
    for (date, expected) in [
        ("Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT", "same"),
        ("Last-Modified: Sat, 01 Jan 2000 00:00:00 GMT", "newer"),
        // Marks of two servers say nothing of each other.
        ("ETag: \"m\"", "unknown"),
        ("X-Nothing: 1", "unknown"),
    ] {
        let answer = with_date(date);
        let publisher = StandIn::new(&[("/direct", &[&answer])]);
        let catalogue = publisher.catalogue("statistics");
        let known = mirrored(&catalogue, &mirror);
        let source = CatalogueEntry {
            dataset: None,
            resource: None,
            ..catalogue.sources()[0].clone()
        };
        assert_eq!(compared(&catalogue, &source, &known), expected, "{date}");
        let by_hand = CatalogueEntry {
            url: None,
            ..source.clone()
        };
        assert_eq!(compared(&catalogue, &by_hand, &known), "unknown");
        // A file that never changes needs nobody.
        let fixed = CatalogueEntry {
            sha256: Some(ABC_SUM.to_owned()),
            ..by_hand
        };
        assert_eq!(compared(&catalogue, &fixed, &known), "same");
    }
}

#[test]
fn archives_whose_members_have_one_name_are_not_mixed_up() {
    let mirror = tempfile::tempdir().unwrap();
    for code in ["14", "61"] {
        let archive = zip_of(&[("adresses.csv", code)]);
        fs::write(
            mirror.path().join(format!("adresses-{code}.csv.gz")),
            archive,
        )
        .unwrap();
    }
    let mirror = SourceMirror::Folder(mirror.path().to_owned());
    let catalogue = SourceCatalogue::built_in();
    let sources = catalogue
        .addresses(&["14".to_owned(), "61".to_owned()])
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    // A run that was killed left the member of another release.
    let left = unpack::folder_of(&sources[0], folder.path());
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("old.csv"), "old").unwrap();
    let files: Vec<FetchedFile> = sources
        .iter()
        .map(|source| fetch(source, Some(&mirror), folder.path(), &mut ()).unwrap())
        .collect();
    for (file, code) in files.iter().zip(["14", "61"]) {
        assert_eq!(fs::read_to_string(&file.content).unwrap(), code);
        assert_eq!(file.source.department.as_deref(), Some(code));
    }
    files.iter().for_each(FetchedFile::discard);
    assert_eq!(names(folder.path()), ["unpacked"]);
    assert_eq!(names(&folder.path().join("unpacked")), [""; 0]);
}
