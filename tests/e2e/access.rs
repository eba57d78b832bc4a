//! Who may ask the running service: keys, sessions, a proxy's header, TLS.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::harness::{Data, Server};

/// A resource that answers whoever may ask.
const ASKED: &str = "/api/v1/vintages";
/// Longest wait for the service to notice a changed file, which it looks at once a second.
const NOTICED_WITHIN: Duration = Duration::from_secs(20);

fn add_key(data: &Data, options: &[&str]) -> String {
    let ran = data.run(&[&["keys", "add"], options].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran.out.trim().to_owned()
}

fn start(data: &Data, options: &[&str]) -> Server {
    let mut command = data.command();
    command.arg("serve").args(options);
    Server::start_serving(command)
}

/// Status and code of the answer to a request with these header lines.
fn ask(server: &Server, path: &str, headers: &str) -> (u16, Value) {
    let answer = server.send(&format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}Connection: close\r\n\r\n"
    ));
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    (status, body["code"].clone())
}

fn with_key(server: &Server, path: &str, key: &str) -> (u16, Value) {
    ask(server, path, &format!("Authorization: Bearer {key}\r\n"))
}

/// Sends a form, and returns the whole answer.
fn send_form(server: &Server, path: &str, cookie: &str, form: &str) -> String {
    let length = form.len();
    server.send(&format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nCookie: {cookie}\r\n\
        Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
    ))
}

/// Waits until something holds of the running service.
fn wait_until(mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < NOTICED_WITHIN, "it was not noticed");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_address_of_the_network_is_refused_without_a_key() {
    let data = Data::empty();
    for options in [
        &["--listen", "0.0.0.0:0"][..],
        &["--listen", "[::]:0"],
        &["--listen", "127.0.0.1:0", "--require-key"],
    ] {
        let ran = data.run(&[&["serve"], options].concat());
        assert_eq!(ran.code, Some(2), "{options:?}: {ran:?}");
        assert_eq!(ran.out, "", "{options:?}");
        for remedy in ["qpv keys add", "--no-auth", "--trust-header"] {
            assert!(ran.err.contains(remedy), "{options:?}: {}", ran.err);
        }
    }
    // A key that was revoked is none.
    add_key(&data, &["mairie"]);
    assert_eq!(data.run(&["keys", "revoke", "mairie"]).code, Some(0));
    let ran = data.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    // Options that contradict each other, or lack their half.
    for options in [
        &["--no-auth", "--require-key"][..],
        &[
            "--no-auth",
            "--trust-header",
            "X-User",
            "--trust-from",
            "127.0.0.1",
        ],
        &["--trust-header", "X-User"],
        &["--trust-from", "127.0.0.1"],
        &["--tls-cert", "a.pem"],
    ] {
        let ran = data.run(&[&["serve"], options].concat());
        assert_eq!(ran.code, Some(2), "{options:?}: {ran:?}");
    }
}

#[test]
fn a_loopback_address_and_no_auth_are_open() {
    let data = Data::empty();
    for options in [
        &["--listen", "127.0.0.1:0"][..],
        &["--listen", "127.0.0.1:0", "--no-auth"],
    ] {
        let server = start(&data, options);
        assert_eq!(ask(&server, ASKED, "").0, 200, "{options:?}");
    }
}

#[test]
fn keys_open_what_their_scopes_say_until_they_end() {
    let data = Data::empty();
    let check = add_key(&data, &["one", "--expires", "2999-12-31"]);
    let both = add_key(&data, &["two", "--scope", "check,batch"]);
    let mut command = data.command();
    command.env("RUST_LOG", "info,qpv_http=debug").args([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--require-key",
    ]);
    let server = Server::start_serving(command);
    assert_eq!(ask(&server, ASKED, ""), (401, json!("key_required")));
    assert_eq!(ask(&server, "/health", "").0, 200);
    assert_eq!(with_key(&server, ASKED, &check).0, 200);
    let plain = format!("X-Api-Key: {both}\r\n");
    assert_eq!(ask(&server, ASKED, &plain).0, 200);
    let wrong = format!("{}_{}", &check[..16], "5".repeat(64));
    assert_eq!(
        with_key(&server, ASKED, &wrong),
        (401, json!("key_invalid"))
    );
    let progress = "/api/v1/batch/progress/none";
    assert_eq!(
        with_key(&server, progress, &check),
        (403, json!("scope_missing"))
    );
    assert_eq!(
        with_key(&server, progress, &both),
        (404, json!("list_not_under_way"))
    );
    // Added while it runs.
    let later = add_key(&data, &["three"]);
    wait_until(|| with_key(&server, ASKED, &later).0 == 200);
    // Revoked while it runs, by name and by identifier.
    let id = &check[4..16];
    assert_eq!(data.run(&["keys", "revoke", id]).code, Some(0));
    wait_until(|| with_key(&server, ASKED, &check) == (401, json!("key_invalid")));
    assert_eq!(with_key(&server, ASKED, &both).0, 200);
    // Its day has come.
    let file = data.path().join("api-keys/keys.json");
    let stored = fs::read_to_string(&file).unwrap();
    assert!(!stored.contains("2999-12-31"), "revoked keys are gone");
    let ended = stored.replace("\"expires\": null", "\"expires\": \"2026-01-01\"");
    assert_ne!(ended, stored);
    fs::write(&file, ended).unwrap();
    wait_until(|| with_key(&server, ASKED, &both) == (401, json!("key_invalid")));
    // Neither a damaged file nor none opens the service.
    fs::write(&file, &stored).unwrap();
    wait_until(|| with_key(&server, ASKED, &both).0 == 200);
    fs::write(&file, "{").unwrap();
    wait_until(|| with_key(&server, ASKED, &both).0 == 401);
    assert_eq!(ask(&server, ASKED, ""), (401, json!("key_required")));
    fs::remove_file(&file).unwrap();
    assert_eq!(ask(&server, ASKED, ""), (401, json!("key_required")));
    let log = server.stop();
    for key in [&check, &both, &later, &wrong] {
        let (_, secret) = key.rsplit_once('_').unwrap();
        assert!(!log.contains(secret) && !stored.contains(secret));
    }
}

#[test]
fn keys_never_reach_the_log() {
    let data = Data::empty();
    let key = add_key(&data, &["mairie"]);
    let mut command = data.command();
    command
        .env("RUST_LOG", "trace")
        .args(["serve", "--listen", "127.0.0.1:0", "--require-key"]);
    let server = Server::start_serving(command);
    assert_eq!(with_key(&server, ASKED, &key).0, 200);
    let wrong = key.replace("qpv_", "qpv_0");
    assert_eq!(with_key(&server, ASKED, &wrong).0, 401);
    let cookie = cookie_of(&send_form(&server, "/sign-in", "", &format!("key={key}")));
    assert_eq!(ask(&server, ASKED, &format!("Cookie: {cookie}\r\n")).0, 200);
    let log = server.stop();
    assert!(log.contains(ASKED), "the route is logged: {log}");
    let (_, secret) = key.rsplit_once('_').unwrap();
    let (_, token) = cookie.split_once('=').unwrap();
    assert!(!log.contains(secret) && !log.contains(token), "{log}");
}

#[test]
fn keys_are_listed_without_their_secrets() {
    let data = Data::empty();
    let made = data.json(&["keys", "add", "Centre social", "--scope", "check", "batch"]);
    let key = made["key"].as_str().unwrap();
    assert_eq!(made["scopes"], json!(["check", "batch"]));
    let listed = data.json(&["keys", "list"]);
    assert_eq!(listed[0]["id"], made["id"]);
    assert_eq!(listed[0]["name"], "Centre social");
    assert_eq!(listed[0]["valid"], true);
    assert!(listed[0].get("key").is_none(), "{listed}");
    let ran = data.run(&["keys", "list"]);
    assert!(ran.out.contains("Centre social") && !ran.out.contains(key));
    for line in [
        &["keys", "add", "Centre social"][..],
        &["keys", "add", "late", "--expires", "2026-01-01"],
        &["keys", "revoke", "unknown"],
    ] {
        assert_eq!(data.run(line).code, Some(1), "{line:?}");
    }
    for line in [
        &["keys", "add", ""][..],
        &["keys", "add", "a", "--scope", "all"],
        &["keys", "add", "a", "--expires", "31/12/2027"],
    ] {
        assert_eq!(data.run(line).code, Some(2), "{line:?}");
    }
}

#[test]
fn a_session_ends_when_it_is_closed_and_when_its_key_is_revoked() {
    let data = Data::empty();
    let key = add_key(&data, &["mairie"]);
    let server = start(&data, &["--listen", "127.0.0.1:0", "--require-key"]);
    let page = server.send(
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nConnection: close\r\n\r\n",
    );
    assert!(page.starts_with("HTTP/1.1 401") && page.contains("action=\"./sign-in\""));
    let signed_in = send_form(&server, "/sign-in", "", &format!("key={key}&next="));
    let cookie = cookie_of(&signed_in);
    let line = format!("Cookie: {cookie}\r\n");
    assert_eq!(ask(&server, ASKED, &line).0, 200);
    send_form(&server, "/sign-out", &cookie, "");
    assert_eq!(ask(&server, ASKED, &line), (401, json!("key_required")));
    let again = cookie_of(&send_form(&server, "/sign-in", "", &format!("key={key}")));
    let line = format!("Cookie: {again}\r\n");
    assert_eq!(ask(&server, ASKED, &line).0, 200);
    assert_eq!(data.run(&["keys", "revoke", "mairie"]).code, Some(0));
    wait_until(|| ask(&server, ASKED, &line) == (401, json!("key_required")));
}

fn cookie_of(answer: &str) -> String {
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let line = answer
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .unwrap();
    line.split(';').next().unwrap().to_owned()
}

#[test]
fn the_header_of_a_proxy_counts_from_its_address_alone() {
    let data = Data::empty();
    let listen = ["--listen", "127.0.0.1:0", "--trust-header", "X-Remote-User"];
    let user = "X-Remote-User: anne\r\n";
    let here = start(
        &data,
        &[&listen[..], &["--trust-from", "127.0.0.1"]].concat(),
    );
    assert_eq!(ask(&here, ASKED, user).0, 200);
    assert_eq!(ask(&here, ASKED, ""), (401, json!("key_required")));
    let elsewhere = ["--trust-from", "127.0.0.2,10.0.0.5"];
    let elsewhere = start(&data, &[&listen[..], &elsewhere].concat());
    assert_eq!(ask(&elsewhere, ASKED, user), (401, json!("key_required")));
}

/// Writes a certificate made for this test, and returns it.
fn write_certificate(folder: &Path) -> CertificateDer<'static> {
    let names = vec!["localhost".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    made.cert.der().clone()
}

/// The answer to a GET by HTTPS from a server with this certificate.
fn ask_tls(
    address: &str,
    trusted: &CertificateDer<'static>,
    path: &str,
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(client, TcpStream::connect(address)?);
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn https_shows_the_certificate_of_its_files_as_they_are_now() {
    let data = Data::empty();
    let folder = tempfile::tempdir().unwrap();
    let first = write_certificate(folder.path());
    let [certificate, key] = ["cert.pem", "key.pem"].map(|name| folder.path().join(name));
    let mut command = data.command();
    command
        .env("RUST_LOG", "info")
        .args(["serve", "--listen", "127.0.0.1:0"])
        .arg("--tls-cert")
        .arg(&certificate)
        .arg("--tls-key")
        .arg(&key);
    let server = Server::start_serving(command);
    let address = server.address();
    let answer = ask_tls(address, &first, ASKED).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.contains("strict-transport-security: max-age=31536000"),
        "{answer}"
    );
    let links = ask_tls(address, &first, "/tiles/qpv-2024").unwrap();
    assert!(links.contains("https://localhost/"), "{links}");
    // Who speaks plain HTTP gets no answer, and disturbs nobody.
    let mut plain = TcpStream::connect(address).unwrap();
    write!(plain, "GET {ASKED} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP/"), "{answer:?}");
    // Renewed while it runs.
    let second = write_certificate(folder.path());
    wait_until(|| ask_tls(address, &second, ASKED).is_ok());
    assert!(ask_tls(address, &first, ASKED).is_err(), "replaced");
    let log = server.stop();
    assert!(log.contains("the TLS certificate was read again"), "{log}");
}

#[test]
fn files_that_are_no_certificate_stop_the_start() {
    let data = Data::empty();
    let folder = tempfile::tempdir().unwrap();
    write_certificate(folder.path());
    let [certificate, key] = ["cert.pem", "key.pem"].map(|name| folder.path().join(name));
    let other = tempfile::tempdir().unwrap();
    write_certificate(other.path());
    for (certificate, key) in [
        (&key, &key),
        (&certificate, &other.path().join("key.pem")),
        (&folder.path().join("none.pem"), &key),
    ] {
        let mut command = data.command();
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--tls-cert"])
            .arg(certificate)
            .arg("--tls-key")
            .arg(key);
        let ran: crate::harness::Ran = command.output().unwrap().into();
        assert_eq!(ran.code, Some(1), "{ran:?}");
    }
}

/// The header lines of the answer to a request, and its status.
fn head_of(server: &Server) -> String {
    let answer = server.send(&format!(
        "GET {ASKED} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    ));
    let (head, _) = answer.split_once("\r\n\r\n").unwrap();
    head.to_ascii_lowercase()
}

#[test]
fn rates_are_those_of_a_network_or_of_the_option() {
    let data = Data::empty();
    // The test asks by the loopback address, which 0.0.0.0 includes.
    for (options, expected) in [
        (&["--listen", "127.0.0.1:0"][..], None),
        (
            &["--listen", "0.0.0.0:0", "--no-auth"],
            Some("q=12000;w=60"),
        ),
        (
            &["--listen", "0.0.0.0:0", "--no-auth", "--rate", "none"],
            None,
        ),
        (
            &["--listen", "127.0.0.1:0", "--rate", "600"],
            Some("q=600;w=60"),
        ),
    ] {
        let server = start(&data, options);
        let head = head_of(&server);
        match expected {
            Some(policy) => assert!(head.contains(policy), "{options:?}: {head}"),
            None => assert!(!head.contains("ratelimit"), "{options:?}: {head}"),
        }
    }
    let server = start(&data, &["--listen", "127.0.0.1:0", "--rate", "2"]);
    let heads: Vec<String> = (0..3).map(|_| head_of(&server)).collect();
    assert!(heads[1].starts_with("http/1.1 200"), "{heads:?}");
    assert!(heads[2].starts_with("http/1.1 429"), "{heads:?}");
    assert!(heads[2].contains("retry-after: "), "{heads:?}");
    for wrong in ["0", "fast", "1/s"] {
        let ran = data.run(&["serve", "--listen", "127.0.0.1:0", "--rate", wrong]);
        assert_eq!(ran.code, Some(2), "{wrong}: {ran:?}");
    }
}
