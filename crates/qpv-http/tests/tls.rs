//! HTTPS: clients that are slow before TLS is there, and those that wait after it.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use qpv_http::{Limits, ServerOptions, TlsCertificate, TlsFiles};
use qpv_service::Service;
use qpv_service::data::Store;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Time after which a test has failed: what it waits for comes much sooner.
const FAILED: Duration = Duration::from_secs(20);
const HEAD: Duration = Duration::from_millis(300);
const HEALTH: &str = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
/// The beginning of a `ClientHello`: its record and its length.
const HALF_HELLO: &[u8] = &[0x16, 0x03, 0x01, 0x02, 0x00, 0x01];

/// A server by HTTPS, and the settings of a client that trusts it.
struct Server {
    address: SocketAddr,
    client: Arc<ClientConfig>,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
    runtime: Runtime,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let files = TlsFiles {
            certificates: folder.path().join("cert.pem"),
            key: folder.path().join("key.pem"),
        };
        std::fs::write(&files.certificates, made.cert.pem()).unwrap();
        std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
        let options = ServerOptions {
            limits: Limits {
                head: HEAD,
                idle: Duration::from_mins(10),
                ..Limits::default()
            },
            certificate: Some(TlsCertificate::open(files).unwrap()),
            ..ServerOptions::default()
        };
        let mut roots = RootCertStore::empty();
        roots.add(made.cert.der().clone()).unwrap();
        let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let service = Service::open(Store::new("a folder that does not exist")).unwrap();
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = qpv_http::serve(listener, Arc::new(service), options, async {
            let _ = stopped.await;
        });
        Self {
            address,
            client: Arc::new(client),
            stop,
            ended: runtime.spawn(serving),
            runtime,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(FAILED)).unwrap();
        stream
    }

    /// A connection on which TLS has begun, and no request.
    fn shake_hands(&self) -> StreamOwned<ClientConnection, TcpStream> {
        let name = ServerName::try_from("localhost").unwrap();
        let client = ClientConnection::new(self.client.clone(), name).unwrap();
        let mut stream = StreamOwned::new(client, self.connect());
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).unwrap();
        }
        stream
    }
}

/// Reads one answer, and leaves the connection open.
fn read_some(stream: &mut impl Read) -> String {
    let mut bytes = vec![0; 64 << 10];
    let read = stream.read(&mut bytes).unwrap();
    bytes.truncate(read);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn half_a_handshake_is_cut() {
    let server = Server::start();
    let mut stream = server.connect();
    stream.write_all(HALF_HELLO).unwrap();
    // An alert may come before the end, and a reset is an end as well.
    let mut bytes = vec![];
    let ended = stream.read_to_end(&mut bytes);
    assert!(
        !ended.is_err_and(|fault| fault.kind() == std::io::ErrorKind::WouldBlock),
        "the connection is not cut"
    );
}

#[test]
fn a_client_that_has_shaken_hands_may_wait_with_its_request() {
    let server = Server::start();
    let mut stream = server.shake_hands();
    for _ in 0..2 {
        // Longer than a head may take: browsers open connections before they need them.
        sleep(2 * HEAD);
        stream.write_all(HEALTH.as_bytes()).unwrap();
        assert!(read_some(&mut stream).starts_with("HTTP/1.1 200"));
    }
    // With the rest of a head, it may not.
    stream.write_all(&HEALTH.as_bytes()[..20]).unwrap();
    let mut rest = vec![];
    let ended = stream.read_to_end(&mut rest);
    assert!(!ended.is_err_and(|fault| fault.kind() == std::io::ErrorKind::WouldBlock));
}

#[test]
fn neither_a_handshake_nor_an_idle_connection_holds_the_end() {
    let server = Server::start();
    let mut half = server.connect();
    half.write_all(HALF_HELLO).unwrap();
    let _idle = server.shake_hands();
    server.stop.send(()).unwrap();
    let ended = async { tokio::time::timeout(FAILED, server.ended).await };
    server.runtime.block_on(ended).unwrap().unwrap();
}
