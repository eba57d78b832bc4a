//! The program under test, a data folder of its own, and the real data.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

pub const NATIONAL_2015: &str = "perimeters-2015/QP_METROPOLEOUTREMER_WGS84_EPSG4326.shp";
pub const NATIONAL_2024: &str = "perimeters-2024/QP2024_France_Hexagonale_Outre_Mer_WGS84.geojson";

/// A file of the real data. `None` when the data is absent: the test then says so and returns, unless `QPV_REAL_DATA`
/// promised it.
pub fn real_data(file: &str) -> Option<PathBuf> {
    let promised = std::env::var_os("QPV_REAL_DATA").map(PathBuf::from);
    let folder = promised
        .clone()
        .unwrap_or_else(|| workspace().join("../shared/geodata"));
    let path = folder.join(file);
    if path.exists() {
        return Some(path);
    }
    assert!(promised.is_none(), "QPV_REAL_DATA lacks {file}");
    eprintln!(
        "SKIPPED: no real data at {}; set QPV_REAL_DATA",
        folder.display()
    );
    None
}

pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_qpv"))
}

/// A data folder that goes away with the test.
pub struct Data(tempfile::TempDir);

/// What a command printed, and how it ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Data {
    pub fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With both national vintages; `None` without the real data.
    pub fn national() -> Option<Self> {
        let (old, new) = (real_data(NATIONAL_2015)?, real_data(NATIONAL_2024)?);
        let data = Self::empty();
        data.import("2015", &old);
        data.import("2024", &new);
        Some(data)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(program());
        command
            .env("QPV_DATA", self.path())
            .env_remove("RUST_LOG")
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.command().args(args).output().unwrap().into()
    }

    pub fn import(&self, vintage: &str, file: &Path) -> Ran {
        let ran = self.run(&[
            "data",
            "import",
            "--vintage",
            vintage,
            file.to_str().unwrap(),
        ]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran
    }

    pub fn json(&self, args: &[&str]) -> Value {
        let ran = self.run(&[&["--json"], args].concat());
        serde_json::from_str(&ran.out).unwrap_or_else(|fault| panic!("{fault}: {ran:?}"))
    }

    /// Digest of the current dataset.
    pub fn digest(&self) -> Option<String> {
        self.json(&["data", "status"])["current"]["digest"]
            .as_str()
            .map(ToOwned::to_owned)
    }

    pub fn assert_intact(&self) {
        let ran = self.run(&["data", "verify"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A server on a port of its own, stopped with the test.
pub struct Server {
    child: Child,
    address: String,
}

impl Server {
    pub fn start(mut command: Command) -> Self {
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        Self::start_serving(command)
    }

    /// With options of its own.
    pub fn start_serving(mut command: Command) -> Self {
        command.arg("--quiet");
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let Some((_, address)) = line.trim().split_once("://") else {
            let mut err = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut err)
                .unwrap();
            panic!("the server did not start: {line}{err}");
        };
        Self {
            address: address.to_owned(),
            child,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The whole answer to a request, which asks for the connection to be closed.
    pub fn send(&self, text: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Status and body of a GET, on a connection of its own.
    pub fn get(&self, path: &str) -> (u16, Value) {
        self.request(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ))
    }

    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let body = body.to_string();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json"
        );
        self.request(&format!(
            "{head}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    }

    /// Status and body of a POST whose body, or whose answer, is no text.
    pub fn post_bytes(&self, path: &str, kind: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = "Host: localhost\r\nConnection: close";
        write!(
            stream,
            "POST {path} HTTP/1.1\r\n{head}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8_lossy(&answer[..end]);
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer.split_off(end + 4))
    }

    /// Sends a form and leaves its answer to be read, or the connection to be closed.
    pub fn send_form(&self, path: &str, form: &[u8]) -> TcpStream {
        let head = "Host: localhost\r\nContent-Type: multipart/form-data; boundary=edge";
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\n{head}\r\nContent-Length: {}\r\n\r\n",
            form.len()
        )
        .unwrap();
        stream.write_all(form).unwrap();
        stream
    }

    /// Files without a name that the server holds.
    pub fn unlinked_files(&self) -> usize {
        let files = std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap();
        let targets = files.filter_map(|file| std::fs::read_link(file.unwrap().path()).ok());
        targets
            .filter(|target| target.to_string_lossy().ends_with("(deleted)"))
            .count()
    }

    fn request(&self, text: &str) -> (u16, Value) {
        let answer = self.send(text);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        // Bodies of known length only: no chunk sizes to strip.
        assert!(
            !head.to_ascii_lowercase().contains("transfer-encoding"),
            "{head}"
        );
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// Stops it politely; what it logged.
    pub fn stop(mut self) -> String {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        assert!(self.child.wait().unwrap().success());
        let mut log = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        log
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first vertex of the outline of the first 2024 perimeter of each territory that has one.
pub fn a_vertex_per_territory(server: &Server) -> Vec<(String, f64, f64)> {
    let (status, collection) = server.get("/api/v1/perimeters?vintage=2024");
    assert_eq!(status, 200);
    let mut vertices: Vec<(String, f64, f64)> = vec![];
    for feature in collection["features"].as_array().unwrap() {
        let territory = feature["properties"]["territory"].as_str().unwrap();
        if vertices.iter().all(|(known, _, _)| known != territory) {
            let vertex = &feature["geometry"]["coordinates"][0][0][0];
            vertices.push((
                territory.to_owned(),
                vertex[0].as_f64().unwrap(),
                vertex[1].as_f64().unwrap(),
            ));
        }
    }
    vertices
}
