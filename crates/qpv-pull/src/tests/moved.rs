//! Tests against a stand-in of the open-data portal and of the servers it names: files that moved, were packed otherwise,
//! came in parts, or are unchanged.

mod mirrored;

use std::collections::HashMap;

use serde_json::{Value, json};

use super::*;

/// SHA-1 of `abc`, from FIPS 180-2, appendix A.1.
const ABC_SHA1: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";
const DATASET: &str = "5a561801c751df42d7fca9b6";

/// A server that answers by path, each path with its answers in turn, the last one again and again; 404 elsewhere.
struct StandIn {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl StandIn {
    /// `HOST` in an answer becomes the server's own address.
    fn new(routes: &[(&str, &[&str])]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let mut answers: HashMap<String, Vec<String>> = HashMap::new();
        for (path, given) in routes {
            let given = given
                .iter()
                .map(|text| with_length(&text.replace("HOST", &address)));
            answers.insert((*path).to_owned(), given.rev().collect());
        }
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some((path, request)) = read_whole_request(&stream) else {
                    continue;
                };
                seen.lock().unwrap().push(request);
                let left = answers.get_mut(&path);
                let answer = left.map(|left| match left.len() {
                    1 => left[0].clone(),
                    _ => left.pop().unwrap(),
                });
                let answer =
                    answer.unwrap_or_else(|| with_length(&answer_with("404 Not Found", "gone")));
                drop(stream.write_all(answer.as_bytes()));
            }
        });
        Self { address, requests }
    }

    /// With a dataset of these resources.
    fn with_dataset(resources: &Value, routes: &[(&str, &[&str])]) -> Self {
        let description = json!({"id": DATASET, "resources": resources}).to_string();
        let description = answer_with("200 OK\r\nContent-Type: application/json", &description);
        let path = format!("/api/1/datasets/{DATASET}/");
        let mut routes = routes.to_vec();
        let only = [description.as_str()];
        routes.push((&path, &only));
        Self::new(&routes)
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The paths asked for, in order.
    fn paths(&self) -> Vec<String> {
        let requests = self.requests();
        requests
            .iter()
            .map(|request| request.split(' ').nth(1).unwrap().to_owned())
            .collect()
    }

    /// A catalogue whose portal is this server, and a source of it at `/direct`.
    fn catalogue(&self, kind: &str) -> SourceCatalogue {
        let text = format!(
            "format = 1\nportal = \"{host}/\"\n[[source]]\nid = \"a\"\nkind = \"{kind}\"\nurl = \"{host}/direct\"\n\
             dataset = \"{DATASET}\"\nresource = {{ titles = [\"figures 2024\"], formats = [\"csv\", \"zip\", \"geojson\"] }}\n\
             file = \"a.csv\"\nlayers = [\"wanted\"]\nproducer = \"p\"\nlicence = \"l\"\nmax_bytes = 1000\n{more}",
            host = self.address,
            more = if kind == "outlines" {
                "level = \"regions\"\n"
            } else {
                ""
            },
        );
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        SourceCatalogue::read(file.path()).unwrap()
    }
}

fn read_whole_request(stream: &TcpStream) -> Option<(String, String)> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let path = first.split(' ').nth(1)?.to_owned();
    let mut request = first;
    loop {
        let line = lines.next()?.ok()?;
        if line.is_empty() {
            return Some((path, request));
        }
        request.push('\n');
        request.push_str(&line.to_lowercase());
    }
}

/// An answer whose length is set once its body is known.
fn answer_with(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}\r\nContent-Length: LENGTH\r\nConnection: close\r\n\r\n{body}")
}

fn with_length(answer: &str) -> String {
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    answer.replacen("LENGTH", &body.len().to_string(), 1)
}

fn redirect(to: &str) -> String {
    answer_with(&format!("302 Found\r\nLocation: {to}"), "")
}

/// The outcome of a source.
#[derive(Debug)]
struct Outcome {
    text: String,
    file: FetchedFile,
    moved: Option<String>,
}

/// Obtains the one source of a catalogue; its content must be `abc`, or else it is no table.
fn obtain(
    catalogue: &SourceCatalogue,
    known: Option<&SourceFile>,
    folder: &Path,
    progress: &mut dyn TransferProgress,
) -> Result<Option<Outcome>, Error> {
    let mut fetcher = SourceFetcher::new(catalogue, None, folder, &patience(), progress)?;
    let source = &catalogue.sources()[0];
    let obtained = fetcher.obtain(source, known, progress, &mut |file| {
        let text = fs::read_to_string(&file.content).unwrap_or_default();
        match text.as_str() {
            "abc" => Ok(text),
            "disk" => Err(Error::NothingToPublish),
            other => Err(Error::NotStatistics {
                file: "a.csv".into(),
                count: 1,
                faults: vec![format!("it holds {other}")],
            }),
        }
    })?;
    Ok(match obtained {
        ObtainedSource::Unchanged => None,
        ObtainedSource::Accepted { file, value, moved } => Some(Outcome {
            text: value,
            file: *file,
            moved,
        }),
    })
}

fn resource(title: &str, path: &str) -> Value {
    json!({"title": title, "url": format!("HOST{path}"), "format": "csv", "type": "main", "filetype": "file",
           "last_modified": "2026-01-16T11:03:50.000000+00:00"})
}

#[test]
fn a_moved_file_is_found_by_its_dataset_through_redirects() {
    let mut renamed = resource("Figures - 2024 (release 2)", "/r/1");
    renamed["checksum"] = json!({"type": "sha1", "value": ABC_SHA1});
    let resources = json!([resource("Figures 2015", "/f/old.csv"), renamed]);
    let (to_b, to_c) = (redirect("HOST/b"), redirect("/c"));
    let web_page = answer_with("200 OK\r\nContent-Type: text/html", "<html>");
    let hidden_page = answer_with("200 OK", " <!DOCTYPE html><html>maintenance</html>");
    for direct in [
        answer_with("404 Not Found", ""),
        answer_with("410 Gone", ""),
        answer_with("403 Forbidden", ""),
        answer_with("200 OK", ""),
        answer_with("200 OK", "wrong"),
        answer_with("200 OK", &"x".repeat(1001)),
        redirect("/direct"),
        web_page,
        hidden_page,
    ] {
        let routes: [(&str, &[&str]); 4] = [
            ("/direct", &[&direct]),
            ("/r/1", &[&to_b]),
            ("/b", &[&to_c]),
            ("/c", &[ABC]),
        ];
        let server = StandIn::with_dataset(&resources, &routes);
        let folder = tempfile::tempdir().unwrap();
        let catalogue = server.catalogue("statistics");
        let outcome = obtain(&catalogue, None, folder.path(), &mut ())
            .unwrap()
            .unwrap();
        assert_eq!(outcome.text, "abc", "{direct}");
        let source = outcome.file.to_source();
        assert_eq!(source.url, Some(format!("{}/r/1", server.address)));
        assert_eq!(
            source.modified_at.unwrap().to_string(),
            "2026-01-16T11:03:50Z"
        );
        assert_eq!(
            outcome.file.found_as.as_deref(),
            Some("Figures - 2024 (release 2)")
        );
        let moved = outcome.moved.unwrap();
        assert!(
            moved.contains("/direct") || moved.contains("it holds wrong"),
            "{moved}"
        );
        outcome.file.discard();
        assert_eq!(names(folder.path()), [""; 0]);
    }
}

#[test]
fn without_a_file_anywhere_both_faults_are_told() {
    let wrong = answer_with("200 OK", "wrong");
    let mut altered = resource("figures 2024", "/f/a.csv");
    altered["checksum"] = json!({"type": "sha1", "value": "0".repeat(40)});
    for (resources, told) in [
        (
            json!([resource("Figures 2015", "/f/a.csv")]),
            "“Figures 2015” (csv)",
        ),
        (json!([]), "no files"),
        (json!([altered]), "SHA-1"),
        (
            json!([resource("figures 2024", "/f/wrong.csv")]),
            "it holds wrong",
        ),
        (
            json!([resource("figures 2024", "/direct")]),
            "the same address",
        ),
        (json!([resource("figures 2024", "/f/none.csv")]), "404"),
        (
            json!([
                resource("figures 2024", "/f/none.csv"),
                resource("figures 2024", "/f/wrong.csv")
            ]),
            "none.csv: 404 Not Found; a.csv: it holds wrong",
        ),
    ] {
        let server = StandIn::with_dataset(
            &resources,
            &[("/f/a.csv", &[ABC]), ("/f/wrong.csv", &[&wrong])],
        );
        let folder = tempfile::tempdir().unwrap();
        let error = obtain(
            &server.catalogue("statistics"),
            None,
            folder.path(),
            &mut (),
        )
        .unwrap_err();
        assert!(matches!(error, Error::NowhereFound { .. }), "{error}");
        let text = error.to_string();
        assert!(
            text.contains(told) && text.contains("/direct: 404"),
            "{told}: {text}"
        );
        assert_eq!(names(folder.path()), [""; 0]);
    }
    // A dataset that is gone, and a portal that answers with a page.
    for (answer, told) in [
        ("410 Gone", "410 Gone"),
        ("200 OK", "not that of an open-data portal"),
    ] {
        let answer = answer_with(answer, "<html>");
        let server = StandIn::new(&[(&format!("/api/1/datasets/{DATASET}/"), &[&answer])]);
        let folder = tempfile::tempdir().unwrap();
        let error = obtain(
            &server.catalogue("statistics"),
            None,
            folder.path(),
            &mut (),
        )
        .unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
    }
}

#[test]
fn the_next_resource_and_its_permanent_address_are_tried() {
    let mut gone = resource("figures 2024 a", "/f/gone.csv");
    gone["latest"] = json!("HOST/r/gone");
    gone["last_modified"] = json!("2026-03-01T00:00:00Z");
    let mut lasting = resource("figures 2024 b", "/f/none.csv");
    lasting["latest"] = json!("HOST/r/lasting");
    let server = StandIn::with_dataset(&json!([lasting, gone]), &[("/r/lasting", &[ABC])]);
    let folder = tempfile::tempdir().unwrap();
    obtain(
        &server.catalogue("statistics"),
        None,
        folder.path(),
        &mut (),
    )
    .unwrap();
    assert_eq!(
        server.paths()[2..],
        ["/f/gone.csv", "/r/gone", "/f/none.csv", "/r/lasting"]
    );
}

#[test]
fn a_fault_of_this_machine_is_not_looked_for_elsewhere() {
    let disk = answer_with("200 OK", "disk");
    let server = StandIn::new(&[("/direct", &[&disk])]);
    let folder = tempfile::tempdir().unwrap();
    let catalogue = server.catalogue("statistics");
    let error = obtain(&catalogue, None, folder.path(), &mut ()).unwrap_err();
    assert!(matches!(error, Error::NothingToPublish), "{error}");
    assert_eq!(server.paths(), ["/direct"]);
    // The file stays, and the next run does not fetch it again.
    assert_eq!(names(folder.path()), ["a.csv"]);
    obtain(&catalogue, None, folder.path(), &mut ()).unwrap_err();
    assert_eq!(server.paths(), ["/direct"]);
}

/// A zip archive with these members.
fn zip_of(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn gzip_of(content: &str) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(content.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

/// The file that readers get for one of this content, and its error.
fn readable(kind: &str, content: &[u8]) -> Result<String, Error> {
    let catalogue = StandIn::new(&[]).catalogue(kind);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    fs::write(&path, content).unwrap();
    let unpacked = folder.path().join("unpacked");
    let source = &catalogue.sources()[0];
    let file = unpack::readable_file(&path, "http://h/a", source, &unpacked);
    // A part of what is packed is nothing that anybody reads.
    assert!(file.is_ok() || !unpacked.exists());
    let file = file?;
    assert_eq!(file == path, fs::read(&file).unwrap() == content);
    Ok(String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned())
}

#[test]
fn files_are_unpacked_as_their_readers_take_them() {
    let tables: [&[(&str, &str)]; 3] = [
        &[
            ("data/a.csv", "abc"),
            ("meta_a.csv", "x"),
            ("__MACOSX/._a.csv", "x"),
            ("read.pdf", "x"),
        ],
        &[("a.csv", "x"), ("b/wanted_2024.csv", "abc")],
        &[("a.TXT", "abc")],
    ];
    for members in tables {
        assert_eq!(
            readable("statistics", &zip_of(members)).unwrap(),
            "abc",
            "{members:?}"
        );
    }
    let several = readable("statistics", &zip_of(&[("a.csv", "x"), ("b.csv", "y")])).unwrap_err();
    assert!(several.to_string().contains("(a.csv, b.csv)"), "{several}");
    // A spreadsheet is left to its reader, which says what to do; so is an archive of layers, and a gzip of a table.
    for (kind, content) in [
        ("statistics", zip_of(&[("[Content_Types].xml", "<x/>")])),
        ("outlines", zip_of(&[("a.geojson", "{}")])),
        ("statistics", gzip_of("abc")),
    ] {
        let readable = readable(kind, &content).unwrap();
        assert_eq!(readable, String::from_utf8_lossy(&content), "{kind}");
    }
    assert_eq!(readable("outlines", &gzip_of("{}")).unwrap(), "{}");
    let cut = &gzip_of("{}")[..12];
    let error = readable("outlines", cut).unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }), "{error}");
    // Three megabytes of blanks pack to three kilobytes.
    let bomb = readable("outlines", &gzip_of(&" ".repeat(3_000_000))).unwrap_err();
    assert!(matches!(bomb, Error::OverLimit { .. }), "{bomb}");
}

const ETAG: &str = "200 OK\r\nETag: \"v1\"";

#[test]
fn a_cut_transfer_goes_on_where_it_broke_off() {
    let cut = format!("HTTP/1.1 {ETAG}\r\nContent-Length: 3\r\nConnection: close\r\n\r\na");
    let rest = answer_with(
        "206 Partial Content\r\nETag: \"v1\"\r\nContent-Range: bytes 1-2/3",
        "bc",
    );
    let server = StandIn::new(&[("/direct", &[&cut, &rest])]);
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Seen::default();
    let outcome = obtain(
        &server.catalogue("statistics"),
        None,
        folder.path(),
        &mut seen,
    )
    .unwrap()
    .unwrap();
    assert_eq!(
        (outcome.text.as_str(), outcome.file.sha256.as_str()),
        ("abc", ABC_SUM)
    );
    let second = &server.requests()[1];
    assert!(
        second.contains("range: bytes=1-") && second.contains("if-range: \"v1\""),
        "{second}"
    );
    assert_eq!(seen.starts[1], ("a".to_owned(), Some(3)));
    outcome.file.discard();
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn a_file_that_changed_meanwhile_is_fetched_as_a_whole() {
    let cut = format!("HTTP/1.1 {ETAG}\r\nContent-Length: 3\r\nConnection: close\r\n\r\nx");
    let past = answer_with("416 Range Not Satisfiable", "");
    let other_part = answer_with("206 Partial Content\r\nContent-Range: bytes 2-2/3", "c");
    let whole = answer_with("200 OK\r\nETag: \"v2\"", "abc");
    for answers in [
        vec![&cut, &whole],
        vec![&cut, &past, &whole],
        vec![&cut, &other_part, &whole],
    ] {
        let answers: Vec<&str> = answers.into_iter().map(String::as_str).collect();
        let server = StandIn::new(&[("/direct", &answers)]);
        let folder = tempfile::tempdir().unwrap();
        let outcome = obtain(
            &server.catalogue("statistics"),
            None,
            folder.path(),
            &mut (),
        )
        .unwrap()
        .unwrap();
        assert_eq!(outcome.file.sha256, ABC_SUM);
        assert_eq!(outcome.file.etag.as_deref(), Some("\"v2\""));
    }
}

#[test]
fn an_interrupted_run_is_continued_by_the_next_one() {
    // Weak marks do not prove that bytes are the same; a time does.
    for (mark, proof) in [
        ("ETag: \"v1\"", Some("if-range: \"v1\"")),
        (
            "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT",
            Some("if-range: sun, 06 nov 1994 08:49:37 gmt"),
        ),
        ("ETag: W/\"v1\"", None),
        ("X-Nothing: 1", None),
    ] {
        let cut =
            format!("HTTP/1.1 200 OK\r\n{mark}\r\nContent-Length: 3\r\nConnection: close\r\n\r\na");
        let rest = answer_with(
            &format!("206 Partial Content\r\n{mark}\r\nContent-Range: bytes 1-2/3"),
            "bc",
        );
        let last = if proof.is_some() { rest.as_str() } else { ABC };
        // The policy makes three attempts.
        let stuck = answer_with("503 Busy", "");
        let server = StandIn::new(&[("/direct", &[&cut, &stuck, &stuck, last])]);
        let folder = tempfile::tempdir().unwrap();
        let catalogue = server.catalogue("statistics");
        obtain(&catalogue, None, folder.path(), &mut ()).unwrap_err();
        let left: &[&str] = if proof.is_some() {
            &["a.csv.part", "a.csv.part.json"]
        } else {
            &[]
        };
        assert_eq!(names(folder.path()), left, "{mark}");
        let outcome = obtain(&catalogue, None, folder.path(), &mut ())
            .unwrap()
            .unwrap();
        assert_eq!(outcome.file.sha256, ABC_SUM, "{mark}");
        let last = server.requests().pop().unwrap();
        match proof {
            Some(proof) => assert!(last.contains(proof), "{last}"),
            None => assert!(!last.contains("range"), "{last}"),
        }
    }
}

#[test]
fn what_is_unchanged_is_not_fetched_again() {
    let marked = answer_with(
        "200 OK\r\nETag: \"v1\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT",
        "abc",
    );
    let same = answer_with("304 Not Modified\r\nETag: \"v1\"", "");
    let server = StandIn::new(&[("/direct", &[&marked, &same])]);
    let folder = tempfile::tempdir().unwrap();
    let catalogue = server.catalogue("statistics");
    let outcome = obtain(&catalogue, None, folder.path(), &mut ())
        .unwrap()
        .unwrap();
    outcome.file.discard();
    let known = outcome.file.to_source();
    assert!(
        obtain(&catalogue, Some(&known), folder.path(), &mut ())
            .unwrap()
            .is_none()
    );
    let second = &server.requests()[1];
    assert!(second.contains("if-none-match: \"v1\""), "{second}");
    assert!(
        second.contains("if-modified-since: sun, 06 nov 1994 08:49:37 gmt"),
        "{second}"
    );

    // A server without marks sends it again, and the sum tells.
    let server = StandIn::new(&[("/direct", &[ABC])]);
    let catalogue = server.catalogue("statistics");
    let known = SourceFile::from_content("a.csv", b"abc");
    assert!(
        obtain(&catalogue, Some(&known), folder.path(), &mut ())
            .unwrap()
            .is_none()
    );
    assert_eq!(names(folder.path()), [""; 0]);
}

/// Remembers waits.
#[derive(Default)]
struct Waits(Vec<(String, Duration)>);

impl TransferProgress for Waits {
    fn start(&mut self, _: &str, _: Option<u64>) {}
    fn advance(&mut self, _: u64) {}
    fn done(&mut self) {}
    fn waiting(&mut self, _: &str, fault: &str, wait: Duration) {
        self.0.push((fault.to_owned(), wait));
    }
}

#[test]
fn a_wait_that_a_server_asks_for_is_bounded_and_told() {
    let at = Timestamp::now() + SignedDuration::from_secs(2);
    let at = qpv_geodata::http_client::to_http_date(at);
    for (asked, least, most) in [
        ("1", 1, 1),
        (&*at, 0, 2),
        ("90000", 2, 2),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0, 0),
    ] {
        let slow = answer_with(
            &format!("429 Too Many Requests\r\nRetry-After: {asked}"),
            "",
        );
        let server = StandIn::new(&[("/direct", &[&slow, ABC])]);
        let folder = tempfile::tempdir().unwrap();
        let mut waits = Waits::default();
        obtain(
            &server.catalogue("statistics"),
            None,
            folder.path(),
            &mut waits,
        )
        .unwrap();
        let (fault, wait) = waits.0.pop().unwrap();
        assert!(fault.contains("429 Too Many Requests"), "{fault}");
        assert!(
            (least..=most).contains(&wait.as_secs()),
            "{asked}: {wait:?}"
        );
    }
}

#[test]
fn newer_versions_are_told_without_fetching_them() {
    let marked = answer_with("200 OK\r\nETag: \"v1\"", "abc");
    let newer = answer_with(
        "200 OK\r\nETag: \"v2\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT",
        "",
    );
    let server = StandIn::with_dataset(
        &json!([
            resource("figures 2024", "/f/a.csv"),
            resource("figures 2026 and 2024", "/f/b.csv")
        ]),
        &[("/direct", &[&marked, &marked, &newer])],
    );
    let folder = tempfile::tempdir().unwrap();
    let catalogue = server.catalogue("statistics");
    let known = obtain(&catalogue, None, folder.path(), &mut ())
        .unwrap()
        .unwrap()
        .file
        .to_source();
    let mut fetcher =
        SourceFetcher::new(&catalogue, None, folder.path(), &patience(), &mut ()).unwrap();
    let source = &catalogue.sources()[0];
    assert_eq!(
        fetcher.compare(source, &known, &mut ()),
        PublishedVersion::Same
    );
    let PublishedVersion::Newer {
        modified_at,
        title: None,
    } = fetcher.compare(source, &known, &mut ())
    else {
        panic!("the second answer is another version");
    };
    assert_eq!(modified_at.unwrap().as_second(), 784_111_777);
    assert!(
        server.requests()[1..]
            .iter()
            .all(|request| request.starts_with("HEAD "))
    );
    // A file that was found through the portal has a successor under another address.
    let found = SourceFile {
        url: Some(format!("{}/f/a.csv", server.address)),
        ..known
    };
    let PublishedVersion::Newer { title, .. } = fetcher.compare(source, &found, &mut ()) else {
        panic!("the portal has another file");
    };
    assert_eq!(title.as_deref(), Some("figures 2026 and 2024"));
    // Without an address the time tells what is newer for certain, and nothing else does.
    let fetched_at = |time: &str| SourceFile {
        url: None,
        retrieved_at: Some(time.parse().unwrap()),
        ..found.clone()
    };
    let [before, after] = ["2026-01-15T00:00:00Z", "2026-01-17T00:00:00Z"].map(fetched_at);
    assert!(matches!(
        fetcher.compare(source, &before, &mut ()),
        PublishedVersion::Newer { .. }
    ));
    assert!(matches!(
        fetcher.compare(source, &after, &mut ()),
        PublishedVersion::Unknown { .. }
    ));
}

#[test]
fn a_portal_that_is_silent_is_asked_once() {
    let busy = answer_with("500 Oops", "");
    let server = StandIn::new(&[(&format!("/api/1/datasets/{DATASET}/"), &[&busy])]);
    let folder = tempfile::tempdir().unwrap();
    let catalogue = server.catalogue("statistics");
    let mut fetcher =
        SourceFetcher::new(&catalogue, None, folder.path(), &patience(), &mut ()).unwrap();
    for told in ["500 Internal", "did not answer before"] {
        let source = &catalogue.sources()[0];
        let error = fetcher
            .obtain(source, None, &mut (), &mut |_| Ok(()))
            .unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
    }
    let asked = server
        .paths()
        .iter()
        .filter(|path| path.starts_with("/api"))
        .count();
    assert_eq!(asked, 3, "three attempts, once");
}

#[test]
fn a_town_gets_what_there_is_for_its_department_else_for_the_country() {
    let catalogue = SourceCatalogue::built_in();
    let codes = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let sources = catalogue.of_departments(&codes(&["61", "2A"]), &codes(&["50"]));
    let ids: Vec<&str> = sources.iter().map(|source| source.id.as_str()).collect();
    for wanted in [
        "perimeters-2015",
        "perimeters-2024",
        "communes",
        "addresses-61",
        "addresses-2A",
        "outlines-regions",
        "outlines-communes-61",
        "outlines-communes-2A",
        "statistics-2024",
        "schools",
        "correspondence-2024-2015",
    ] {
        assert!(ids.contains(&wanted), "{wanted}: {ids:?}");
    }
    assert!(!ids.contains(&"addresses-all"), "{ids:?}");
    let schools = sources
        .iter()
        .find(|source| source.id == "schools")
        .unwrap();
    let filter = |code: &str| format!("code_departement%3D%22{code}%22");
    let all = ["02A", "050", "061"].map(filter);
    for code in all {
        assert!(schools.url.as_ref().unwrap().contains(&code), "{schools:?}");
    }
    let addresses = sources
        .iter()
        .find(|source| source.id == "addresses-2A")
        .unwrap();
    assert_eq!(
        addresses.resource.as_ref().unwrap().titles,
        ["adresses 2A csv"]
    );
}

#[test]
fn departments_are_known_by_their_codes() {
    for (asked, code) in [("61", "61"), (" 2a", "2A"), ("974", "974"), ("01", "01")] {
        assert_eq!(department_code(asked).unwrap(), code);
    }
    for (asked, told) in [
        ("2", "Aisne is 02"),
        ("orne", "Orne is 61"),
        ("20", "2A and 2B"),
        ("99", "61, 2A or 974"),
        ("", "61"),
    ] {
        let error = department_code(asked).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}
