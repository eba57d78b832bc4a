//! `qpv data fetch`: datasets of another data folder, from the folder and from a server that misbehaves.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::harness::{Data, Ran, Server};

/// The fault that a server commits at a path.
#[derive(Clone, Copy)]
enum Fault {
    /// Half of the file comes, then the connection ends.
    Cut,
    /// One byte is another one.
    Altered,
    /// The file comes, and more without end.
    Endless,
    /// A page for people.
    Page,
    /// This status.
    Status(u16),
}

/// The faults by the end of the path.
type Faults = Arc<Mutex<HashMap<String, Fault>>>;

/// A web server of files.
struct FileHost {
    address: String,
    faults: Faults,
    requests: Arc<Mutex<Vec<String>>>,
}

impl FileHost {
    fn start(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            faults: Faults::default(),
            requests: Arc::default(),
        };
        let (folder, faults) = (folder.to_owned(), Arc::clone(&host.faults));
        let requests = Arc::clone(&host.requests);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &folder, &faults, &requests);
            }
        });
        host
    }

    fn fail(&self, path: &str, fault: Fault) {
        self.faults.lock().unwrap().insert(path.to_owned(), fault);
    }

    fn mend(&self) {
        self.faults.lock().unwrap().clear();
    }

    fn taken_requests(&self) -> Vec<String> {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }
}

fn answer(mut stream: TcpStream, folder: &Path, faults: &Faults, requests: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    let heads: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let path = first.split(' ').nth(1).unwrap().to_owned();
    let range = heads.iter().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("range: bytes=")?
            .trim()
            .strip_suffix('-')?
            .parse()
            .ok()
    });
    let noted = range.map_or_else(
        || path.clone(),
        |start: usize| format!("{path} from {start}"),
    );
    requests.lock().unwrap().push(noted);
    let fault = {
        let faults = faults.lock().unwrap();
        faults
            .iter()
            .find(|(end, _)| path.ends_with(*end))
            .map(|(_, fault)| *fault)
    };
    let mut kind = "application/octet-stream";
    let (mut status, mut body) = match fs::read(folder.join(&path[1..])) {
        Ok(body) => (200, body),
        Err(_) => (404, Vec::new()),
    };
    match fault {
        Some(Fault::Altered) => *body.last_mut().unwrap() ^= 1,
        Some(Fault::Page) => (kind, body) = ("text/html", b"<html>Sign in</html>".to_vec()),
        Some(Fault::Status(other)) => status = other,
        _ => {}
    }
    let start = range.unwrap_or(0).min(body.len());
    let mut head = vec!["ETag: \"1\"".to_owned(), "Connection: close".to_owned()];
    if range.is_some() && status == 200 {
        status = 206;
        let (last, whole) = (body.len() - 1, body.len());
        head.push(format!("Content-Range: bytes {start}-{last}/{whole}"));
    }
    let body = &body[start..];
    if !matches!(fault, Some(Fault::Endless)) {
        head.push(format!("Content-Length: {}", body.len()));
    }
    let head = head.join("\r\n");
    drop(write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n{head}\r\n\r\n"
    ));
    let sent = if matches!(fault, Some(Fault::Cut)) {
        &body[..body.len() / 2]
    } else {
        body
    };
    // A client that has enough may close first.
    drop(stream.write_all(sent));
    while matches!(fault, Some(Fault::Endless)) && stream.write_all(&[0; 4096]).is_ok() {}
}

/// A data folder with the perimeters of a square, which has this code.
fn source_with(code: &str) -> Data {
    let data = Data::empty();
    let ring = "[[-0.575,48.745],[-0.565,48.745],[-0.565,48.755],[-0.575,48.755],[-0.575,48.745]]";
    let file = data.path().join("square.geojson");
    let properties = format!(
        r#"{{"code_qp": "{code}", "lib_qp": "Saint Michel", "insee_com": "61169", "lib_com": "Flers"}}"#
    );
    let text = format!(
        r#"{{"type": "FeatureCollection", "features": [{{"type": "Feature", "properties": {properties},
            "geometry": {{"type": "Polygon", "coordinates": [{ring}]}}}}]}}"#
    );
    fs::write(&file, text).unwrap();
    data.import("2024", &file);
    data
}

fn fetch(data: &Data, from: &str, digest: &str) -> Ran {
    data.run(&["data", "fetch", "--from", from, digest])
}

fn done(ran: &Ran) -> &str {
    assert_eq!(ran.code, Some(0), "{ran:?}");
    &ran.out
}

/// Checks that a command failed with these words, and that the dataset before it still answers, alone and whole.
fn assert_refused(ran: &Ran, data: &Data, before: &str, said: &[&str]) {
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for words in said {
        assert!(ran.err.contains(words), "no `{words}` in {ran:?}");
    }
    assert_eq!(data.digest().as_deref(), Some(before), "{ran:?}");
    let listed = data.json(&["data", "list"]);
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    data.assert_intact();
}

/// The files of a kind in the folder of objects.
fn objects(data: &Data, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(data.path().join("objects")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect()
}

fn sha256(path: &Path) -> String {
    let printed = Command::new("sha256sum").arg(path).output().unwrap().stdout;
    String::from_utf8(printed).unwrap()[..64].to_owned()
}

#[test]
fn a_dataset_comes_from_a_folder_and_from_a_server() {
    let source = source_with("QN06103M");
    let digest = source.digest().unwrap();
    let host = FileHost::start(source.path());
    let folder = source.path().to_str().unwrap();
    for (from, asked) in [
        (folder, &*digest),
        (&host.address, &digest),
        (folder, "current"),
        (&host.address, "CURRENT"),
    ] {
        let data = Data::empty();
        let ran = fetch(&data, from, asked);
        assert!(
            done(&ran).contains("files fetched from") && ran.out.contains(&digest),
            "{ran:?}"
        );
        data.assert_intact();
        assert_eq!(
            data.json(&["data", "status"])["current"],
            source.json(&["data", "status"])["current"]
        );
        let located = data.json(&["locate", "--", "-0.57", "48.75"]);
        assert_eq!(located["qpv"][0]["code_qp"], "QN06103M", "{located}");
        assert_eq!(fs::read_dir(data.path().join("tmp")).unwrap().count(), 0);
        // What is here already is not asked for.
        host.taken_requests();
        let ran = fetch(&data, &host.address, &digest.to_uppercase());
        assert!(
            done(&ran).contains("in use already; nothing was fetched"),
            "{ran:?}"
        );
        assert_eq!(host.taken_requests(), Vec::<String>::new());
    }
}

#[test]
fn a_running_service_takes_a_dataset_that_was_fetched() {
    let (first, second) = (source_with("QN06103M"), source_with("QN06104M"));
    let data = Data::empty();
    done(&fetch(&data, first.path().to_str().unwrap(), "current"));
    let server = Server::start(data.command());
    let answered = || {
        let (status, answer) = server.get("/api/v1/zones?lon=-0.57&lat=48.75&vintage=2024");
        assert_eq!(status, 200, "{answer}");
        (
            answer["qpv"][0]["code_qp"].as_str().unwrap().to_owned(),
            answer["dataset"]["digest"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(answered(), ("QN06103M".to_owned(), first.digest().unwrap()));
    let digest = second.digest().unwrap();
    done(&fetch(&data, second.path().to_str().unwrap(), &digest));
    let start = Instant::now();
    while answered().1 != digest {
        assert!(
            start.elapsed() < Duration::from_mins(1),
            "it is never taken"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(answered().0, "QN06104M");
    // And back, without the source.
    let ran = fetch(&data, "/nowhere", &first.digest().unwrap());
    assert!(
        done(&ran).contains("is in use now; nothing was fetched"),
        "{ran:?}"
    );
}

#[test]
fn what_a_source_has_wrong_is_named_and_nothing_is_published() {
    let (source, data) = (source_with("QN06104M"), source_with("QN06103M"));
    let (digest, before) = (source.digest().unwrap(), data.digest().unwrap());
    let host = FileHost::start(source.path());
    let description = format!("{digest}.json");
    let perimeters = objects(&source, "fgb").remove(0);
    let name = perimeters.file_name().unwrap().to_str().unwrap();
    let other = "0".repeat(64);
    for (path, fault, said) in [
        (&*description, Fault::Altered, "not a dataset's description"),
        (&description, Fault::Page, "a web page came"),
        (
            &description,
            Fault::Status(403),
            "403 Forbidden; check the address",
        ),
        (
            &description,
            Fault::Status(404),
            "404 Not Found; give the data folder",
        ),
        (
            &description,
            Fault::Endless,
            "it has more than 67108864 bytes",
        ),
        (name, Fault::Altered, "it was altered: its SHA-256 is"),
        (name, Fault::Endless, "it is larger than the"),
        (name, Fault::Page, "a web page came"),
        (name, Fault::Status(404), "404 Not Found"),
    ] {
        host.mend();
        host.fail(path, fault);
        let ran = fetch(&data, &host.address, &digest);
        assert_refused(
            &ran,
            &data,
            &before,
            &[said, path, &host.address, "nothing was published"],
        );
    }
    host.mend();
    for (from, asked, said) in [
        (&*host.address, &*other, "404 Not Found"),
        ("/nowhere", &digest, "No such file"),
        ("/nowhere", "current", "/nowhere/manifest.json"),
        ("ftp://example.org/", &digest, "no address of HTTP"),
        ("", &digest, "this is no folder"),
        ("http://127.0.0.1:9/?token=1", &digest, "`?`"),
        ("http://name:word@127.0.0.1:9/", &digest, "password"),
    ] {
        assert_refused(&fetch(&data, from, asked), &data, &before, &[said]);
    }
    for asked in ["", "1234", "../../etc/passwd", &digest[..63], "latest"] {
        let ran = fetch(&data, &host.address, asked);
        assert!(
            ran.code == Some(2) && ran.err.contains("all 64 characters"),
            "{ran:?}"
        );
    }
    // The same in a folder: a file that is cut, one that is missing, one that is a pipe.
    let folder = source.path().to_str().unwrap();
    let content = fs::read(&perimeters).unwrap();
    fs::write(&perimeters, &content[..content.len() / 2]).unwrap();
    assert_refused(
        &fetch(&data, folder, &digest),
        &data,
        &before,
        &["it was altered", name],
    );
    fs::remove_file(&perimeters).unwrap();
    assert_refused(
        &fetch(&data, folder, &digest),
        &data,
        &before,
        &["No such file", name],
    );
    assert!(
        Command::new("mkfifo")
            .arg(&perimeters)
            .status()
            .unwrap()
            .success()
    );
    assert_refused(
        &fetch(&data, folder, &digest),
        &data,
        &before,
        &["this is no file", name],
    );
    fs::remove_file(&perimeters).unwrap();
    fs::write(&perimeters, content).unwrap();
    done(&fetch(&data, folder, &digest));
    assert_eq!(data.digest(), Some(digest));
}

#[test]
fn a_transfer_that_breaks_off_is_continued_by_the_next_run() {
    let (source, data) = (source_with("QN06104M"), source_with("QN06103M"));
    let (digest, before) = (source.digest().unwrap(), data.digest().unwrap());
    let host = FileHost::start(source.path());
    let index = objects(&source, "index").remove(0);
    let name = index.file_name().unwrap().to_str().unwrap();
    host.fail(name, Fault::Cut);
    let ran = fetch(&data, &host.address, &digest);
    assert_refused(&ran, &data, &before, &[name, "run the same command again"]);
    host.mend();
    host.taken_requests();
    done(&fetch(&data, &host.address, &digest));
    // The rest of the file that was cut, and never again what had come whole.
    let requests = host.taken_requests();
    assert!(
        requests
            .iter()
            .any(|request| request.contains(&format!("{name} from "))),
        "{requests:?}"
    );
    let whole = fs::read_dir(source.path().join("objects")).unwrap().count();
    assert!(requests.len() <= whole + 1, "{requests:?}");
    data.assert_intact();
}

#[test]
fn an_index_that_is_not_that_of_the_perimeters_is_refused() {
    let (source, other, data) = (
        source_with("QN06104M"),
        source_with("QN06105M"),
        source_with("QN06103M"),
    );
    let (digest, before) = (source.digest().unwrap(), data.digest().unwrap());
    // The digest does not cover indexes: a source could exchange one and write its sum into the description, whose check is
    // that of its own text with zeros in the check's place.
    let description = source.path().join(format!("datasets/{digest}.json"));
    let text = fs::read_to_string(&description).unwrap();
    let theirs: Vec<PathBuf> = objects(&source, "index");
    let mut forged = text.clone();
    for (index, foreign) in theirs.iter().zip(objects(&other, "index")) {
        let (old, new) = (sha256(index), sha256(&foreign));
        fs::copy(&foreign, source.path().join(format!("objects/{new}.index"))).unwrap();
        let bytes = (
            fs::metadata(index).unwrap().len(),
            fs::metadata(&foreign).unwrap().len(),
        );
        forged = forged.replace(&old, &new).replace(
            &format!("\"bytes\": {}\n", bytes.0),
            &format!("\"bytes\": {}\n", bytes.1),
        );
    }
    let check = text.split('"').nth(3).unwrap().to_owned();
    fs::write(&description, forged.replacen(&check, &"0".repeat(64), 1)).unwrap();
    let forged = forged.replacen(&check, &sha256(&description), 1);
    fs::write(&description, &forged).unwrap();
    let ran = fetch(&data, source.path().to_str().unwrap(), &digest);
    assert_refused(&ran, &data, &before, &["2024: ", "nothing was published"]);
    assert_eq!(
        objects(&data, "index").len(),
        theirs.len(),
        "what was placed is taken away"
    );

    // With the sum of the description as it was written, not even that is looked at.
    fs::write(&description, &text).unwrap();
    let sum = sha256(&description);
    fs::write(&description, &forged).unwrap();
    let from = source.path().to_str().unwrap();
    let ran = data.run(&["data", "fetch", "--from", from, "--sum", &sum, &digest]);
    assert_refused(&ran, &data, &before, &["instead of", &sum]);
    fs::write(&description, &text).unwrap();
    let ran = data.run(&[
        "data",
        "fetch",
        "--from",
        from,
        "--sum",
        &sum.to_uppercase(),
        &digest,
    ]);
    done(&ran);
}
