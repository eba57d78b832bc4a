//! Lists of the running service, when those who sent them go away.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::harness::{Data, Server};

fn form(name: &str, rows: u32) -> Vec<u8> {
    let mut form =
        format!("--edge\r\nContent-Disposition: form-data; name=\"progress\"\r\n\r\n{name}\r\n");
    form += "--edge\r\nContent-Disposition: form-data; name=\"data\"; filename=\"l.csv\"\r\n\r\nadresse;ville\n";
    for row in 0..rows {
        writeln!(form, "{} rue des Cordiers;Port-Fictif", row % 40 + 1).unwrap();
    }
    form += "\r\n--edge--\r\n";
    form.into_bytes()
}

fn until(what: &str, reached: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !reached() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// More lists than are worked on at once are sent and given up: the service is free again at once.
#[test]
fn a_closed_connection_ends_its_list() {
    let data = Data::empty();
    let mut command = data.command();
    command.env("RUST_LOG", "trace");
    let server = Server::start(command);
    let before = server.unlinked_files();
    let names: Vec<String> = (0..6)
        .map(|list| format!("0123456789abcdef-{list}"))
        .collect();
    let progress = |name: &String| server.get(&format!("/api/v1/batch/progress/{name}"));
    let streams: Vec<_> = names
        .iter()
        .map(|name| server.send_form("/api/v1/batch", &form(name, 400_000)))
        .collect();
    until("all lists are under way", || {
        names.iter().all(|name| progress(name).0 == 200)
    });
    until("rows are answered", || {
        progress(&names[0]).1["rows"]
            .as_u64()
            .is_some_and(|rows| rows > 0)
    });
    assert!(
        server.unlinked_files() > before,
        "lists of this size are in files"
    );
    drop(streams);
    let closed = Instant::now();
    until("no list is under way", || {
        names.iter().all(|name| progress(name).0 == 404)
    });
    until("their files are gone", || server.unlinked_files() == before);
    assert!(
        closed.elapsed() < Duration::from_secs(5),
        "{:?}",
        closed.elapsed()
    );
    let log = server.stop();
    assert!(
        log.contains("/api/v1/batch/progress/{id}"),
        "the route is logged"
    );
    assert!(
        !log.contains("0123456789abcdef") && !log.contains("Cordiers"),
        "nothing else is"
    );
}
