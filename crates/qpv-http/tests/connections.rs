//! Clients that are slow, silent or many, and the end of a server.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use qpv_http::Limits;
use qpv_service::Service;
use qpv_service::data::Store;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Time after which a test has failed: what it waits for comes much sooner.
const FAILED: Duration = Duration::from_secs(20);

const HEALTH: &str = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
const HALF_BODY: &str = "POST /api/v1/zones HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
    Content-Length: 32\r\n\r\n{\"points\":";

/// A server of the fictional town. Its clients here block, each on its own.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
    runtime: Runtime,
}

impl Server {
    fn start(limits: Limits) -> Self {
        let service = Service::open(Store::new("a folder that does not exist")).unwrap();
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = qpv_http::serve(listener, Arc::new(service), limits.into(), async {
            // A server that is dropped stops as well.
            let _ = stopped.await;
        });
        Self {
            address,
            stop,
            ended: runtime.spawn(serving),
            runtime,
        }
    }

    fn send(&self, bytes: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(FAILED)).unwrap();
        stream.write_all(bytes.as_bytes()).unwrap();
        stream
    }
}

/// Reads until the other side closes.
fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = vec![];
    let started = Instant::now();
    // A reset ends it as well.
    let _ = stream.read_to_end(&mut bytes);
    assert!(started.elapsed() < FAILED, "the connection is not cut");
    String::from_utf8(bytes).unwrap()
}

/// Reads one answer, and leaves the connection open.
fn read_some(stream: &mut TcpStream) -> String {
    let mut bytes = vec![0; 64 << 10];
    let read = stream.read(&mut bytes).unwrap();
    bytes.truncate(read);
    String::from_utf8(bytes).unwrap()
}

fn limits() -> Limits {
    Limits {
        head: Duration::from_millis(300),
        idle: Duration::from_mins(10),
        patience: Duration::from_millis(300),
        ..Limits::default()
    }
}

#[test]
fn half_a_head_is_cut_however_it_trickles() {
    let server = Server::start(limits());
    let mut silent = server.send("GET /health HTTP/1.1\r\nHost: loc");
    assert_eq!(read_all(&mut silent), "");
    let mut trickling = server.send("GET /health HTTP/1.1\r\n");
    let started = Instant::now();
    let letters = "X-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let is_cut = letters.bytes().cycle().take(400).any(|letter| {
        sleep(Duration::from_millis(50));
        trickling.write_all(&[letter]).is_err()
    });
    assert!(is_cut);
    assert!(started.elapsed() > Duration::from_millis(250));
}

/// A head with so many characters in its address and in a header, and so many other headers.
fn large_head(address: usize, header: usize, headers: usize) -> String {
    let more: Vec<String> = (0..headers)
        .map(|number| format!("X-{number}: a\r\n"))
        .collect();
    let (address, header) = ("a".repeat(address), "a".repeat(header));
    format!(
        "GET /health?{address} HTTP/1.1\r\nHost: localhost\r\nX-A: {header}\r\n{}Connection: close\r\n\r\n",
        more.concat()
    )
}

#[test]
fn a_head_that_is_too_large_is_told_so() {
    let server = Server::start(Limits::default());
    for (address, header, headers, expected) in [
        (30_000, 30_000, 97, "HTTP/1.1 200"),
        (300 << 10, 1, 0, "HTTP/1.1 4"),
        (1, 300 << 10, 0, "HTTP/1.1 431"),
        (1, 1, 98, "HTTP/1.1 431"),
    ] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(FAILED)).unwrap();
        // The rest of what is too large may find the connection closed.
        let _ = stream.write_all(large_head(address, header, headers).as_bytes());
        let mut status = vec![0; expected.len()];
        stream.read_exact(&mut status).unwrap();
        assert_eq!(String::from_utf8(status).unwrap(), expected);
    }
}

#[test]
fn a_second_head_has_its_own_time() {
    let server = Server::start(limits());
    let mut stream = server.send(HEALTH);
    for _ in 0..3 {
        assert!(read_some(&mut stream).starts_with("HTTP/1.1 200"));
        // Longer than a head may take: a connection without any request waits.
        sleep(Duration::from_millis(500));
        stream.write_all(HEALTH.as_bytes()).unwrap();
    }
}

#[test]
fn a_connection_without_any_request_ends() {
    let idle = Duration::from_millis(300);
    let server = Server::start(Limits { idle, ..limits() });
    assert_eq!(read_all(&mut server.send("")), "");
    let mut used = server.send(HEALTH);
    assert!(read_all(&mut used).starts_with("HTTP/1.1 200"));
}

#[test]
fn a_body_that_stops_coming_is_told_so() {
    let server = Server::start(limits());
    let mut stream = server.send(HALF_BODY);
    let answer = read_all(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("\"code\":\"body_too_slow\""), "{answer}");
}

#[test]
fn a_form_that_stops_coming_is_told_so() {
    let server = Server::start(limits());
    let form = "POST /api/v1/batch HTTP/1.1\r\nHost: localhost\r\n\
        Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 900\r\n\r\n\
        --b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.csv\"\r\n\r\nlon,lat\n1,2\n";
    let answer = read_all(&mut server.send(form));
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("\"code\":\"body_too_slow\""), "{answer}");
}

#[test]
fn answers_that_nobody_reads_are_dropped() {
    const ASKED: usize = 2_000;
    let server = Server::start(limits());
    let asked = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(ASKED);
    let mut stream = server.send("");
    stream
        .set_write_timeout(Some(Duration::from_secs(2)))
        .unwrap();
    // The server stops reading once its answers wait.
    let _ = stream.write_all(asked.as_bytes());
    sleep(Duration::from_secs(1));
    let answers = read_all(&mut stream);
    let count = answers.matches("HTTP/1.1 200").count();
    assert!((1..ASKED).contains(&count), "{count}");
}

#[test]
fn a_crowd_of_silent_clients_shuts_nobody_out() {
    let crowded = Limits {
        connections: 4,
        head: Duration::from_mins(10),
        ..limits()
    };
    let server = Server::start(crowded);
    let mut crowd = vec![];
    for _ in 0..12 {
        crowd.push(server.send("GET /hea"));
    }
    let mut good = server.send(HEALTH);
    assert!(read_some(&mut good).starts_with("HTTP/1.1 200"));
}

/// Bodies that do not come and answers that nobody reads hold no place longer than another client may wait.
#[test]
fn a_crowd_in_the_middle_of_its_requests_shuts_nobody_out() {
    let crowded = Limits {
        connections: 4,
        patience: Duration::from_mins(10),
        ..limits()
    };
    let server = Server::start(crowded);
    let mut crowd = vec![];
    for _ in 0..6 {
        crowd.push(server.send(HALF_BODY));
    }
    let mut good = server.send(HEALTH);
    assert!(read_some(&mut good).starts_with("HTTP/1.1 200"));
    drop((crowd, good));

    let asked = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(500);
    let mut readers = vec![];
    for _ in 0..4 {
        let mut stream = server.send("");
        let time = Some(Duration::from_millis(500));
        stream.set_write_timeout(time).unwrap();
        let _ = stream.write_all(asked.as_bytes());
        readers.push(stream);
    }
    let mut good = server.send(HEALTH);
    assert!(read_some(&mut good).starts_with("HTTP/1.1 200"));
}

/// A body that is too large is refused by its head: nothing of it is read, let alone kept.
#[test]
fn a_body_over_the_limit_is_refused_unread() {
    let server = Server::start(limits());
    for path in ["/api/v1/check", "/api/v1/batch"] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n\
             Content-Length: 999999999\r\n\r\n"
        );
        let answer = read_some(&mut server.send(&head));
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(answer.contains("\"code\":\"body_too_large\""), "{answer}");
    }
}

/// The parser of forms keeps what stands before a field, and reads it again at each packet.
#[test]
fn a_form_without_an_end_of_its_head_is_refused() {
    let server = Server::start(limits());
    for begun in ["", "--b\r\nContent-Disposition: form-data; name=\""] {
        let mut stream = server.send(&format!(
            "POST /api/v1/batch HTTP/1.1\r\nHost: localhost\r\n\
             Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n{begun}"
        ));
        // The server may close while the rest is on its way.
        let _ = stream.write_all(&vec![b'a'; 2 << 20]);
        let answer = read_some(&mut stream);
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
        assert!(answer.contains("before a field begins"), "{answer}");
    }
}

#[test]
fn the_end_waits_for_a_request_under_way_and_no_longer() {
    let drain = Duration::from_secs(10);
    let patient = Limits {
        drain,
        patience: Duration::from_mins(10),
        ..limits()
    };
    let server = Server::start(patient);
    // The interim answer says that the request is under way.
    let half = HALF_BODY.replace("Host:", "Expect: 100-continue\r\nHost:");
    let [mut finished, mut abandoned] = [(); 2].map(|()| {
        let mut stream = server.send(&half);
        assert!(read_some(&mut stream).starts_with("HTTP/1.1 100"));
        stream
    });
    let mut silent = server.send("");
    let mut used = server.send(HEALTH);
    assert!(read_some(&mut used).starts_with("HTTP/1.1 200"));
    let (stop, stopped) = (server.stop, server.ended);
    stop.send(()).unwrap();
    // Those that ask for nothing do not hold it.
    for idle in [&mut silent, &mut used] {
        assert_eq!(read_all(idle), "");
    }
    finished.write_all(b"[[-0.5707, 48.75530]]}").unwrap();
    let answer = read_all(&mut finished);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(!stopped.is_finished());
    let ended = async { tokio::time::timeout(FAILED, stopped).await };
    server.runtime.block_on(ended).expect("an end").unwrap();
    assert_eq!(read_all(&mut abandoned), "");
}
