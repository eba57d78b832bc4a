//! The connections of the server: how many are open, how slow their clients may be, and how they end.
//!
//! A client that sends or reads too slowly is cut ([`Patience`], [`TimedStream`], [`TimedBody`]). When every place is
//! taken, the connection that has waited longest for a request gives up its own, and where none waits for one, the connection
//! whose client has kept its request or its answer waiting longest, first of the address that has most of them: no crowd of
//! silent clients shuts out the others. At the end, requests under way have [`Limits::drain`] to finish.

mod activity;
mod patience;
mod timed_body;
mod timed_stream;

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderValue, Request, header};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower::Service;

use self::activity::{Activity, BusyBody};
use self::patience::Patience;
pub(crate) use self::timed_body::SlowBody;
use self::timed_body::TimedBody;
use self::timed_stream::TimedStream;
use crate::limits::Limits;
use crate::public_url::PROTOCOL_HEADER;

/// Pause before connections are accepted again after a fault of the system, such as no descriptor left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Time that a connection has been idle at least before it gives up its place: a busy client asks again sooner.
const LEAST_IDLE: Duration = Duration::from_secs(1);
/// Time that a client has kept its request or its answer waiting at least before its connection gives up its place: a slow
/// line pauses for less.
const LEAST_STALL: Duration = Duration::from_secs(2);
/// Pause between two looks for an idle connection while every place is taken.
const ROOM_PAUSE: Duration = Duration::from_millis(50);
/// Time in which a client may still send a request when the server ends: what it sent before may be on its way.
const LAST_REQUEST: Duration = Duration::from_millis(500);

/// The options of all connections.
#[derive(Clone)]
pub(crate) struct ConnectionOptions {
    pub(crate) limits: Limits,
    /// Begins the TLS of each one, on a server that answers by HTTPS.
    pub(crate) tls: Option<TlsAcceptor>,
}

/// Serves until `stop` resolves, then lets requests under way finish for [`Limits::drain`] at most.
pub(crate) async fn serve_connections(
    listener: TcpListener,
    router: Router,
    options: ConnectionOptions,
    stop: impl Future<Output = ()>,
) {
    let limits = options.limits;
    let places = Places::new(limits.connections);
    let (end, ended) = watch::channel(());
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = places.accept(&listener) => accepted,
            () = &mut stop => break,
        };
        // Their ends are collected as they come: a set of ended tasks would grow for ever.
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer, place)) => {
                let connection = Connection {
                    router: router.clone(),
                    options: options.clone(),
                    peer,
                    place,
                    ended: ended.clone(),
                };
                connections.spawn(connection.run(stream));
            }
            Err(fault) if is_of_client(&fault) => {}
            Err(fault) => {
                tracing::error!(error = %fault, "cannot accept a connection");
                // Whatever ran out, descriptors above all: a connection without a request gives its own back.
                places.close_longest_waiting();
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    // New connections are refused from here on, so that a balancer sends them elsewhere.
    drop(listener);
    drop(end);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if timeout(limits.drain, all_ended).await.is_err() {
        tracing::warn!("requests under way took too long to finish and were cut");
    }
}

/// Returns whether a fault of accepting is that of one client, and no reason to pause.
fn is_of_client(fault: &io::Error) -> bool {
    matches!(
        fault.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

/// The places of connections, and what each one does.
struct Places {
    free: Arc<Semaphore>,
    taken: Mutex<Vec<Weak<Activity>>>,
}

/// The place of a connection.
struct Place {
    activity: Arc<Activity>,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    fn new(most: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(most)),
            taken: Mutex::default(),
        }
    }

    /// Accepts a connection, once there is a place for it.
    async fn accept(&self, listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr, Place)> {
        // Accepted first: only a client that is there makes another one leave.
        let (stream, peer) = listener.accept().await?;
        // An answer is written as a whole: there is nothing to wait for. A connection without it is slower, not wrong.
        let _ = stream.set_nodelay(true);
        let permit = self.room().await;
        let activity = Arc::new(Activity::of(peer.ip()));
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() == taken.capacity() {
            taken.retain(|activity| activity.strong_count() > 0);
        }
        taken.push(Arc::downgrade(&activity));
        let place = Place {
            activity,
            _permit: permit,
        };
        Ok((stream, peer, place))
    }

    /// Waits for a place, which a connection that waits for its client gives up if all are taken.
    async fn room(&self) -> OwnedSemaphorePermit {
        loop {
            let acquired = self.free.clone().acquire_owned();
            if let Ok(permit) = self.free.clone().try_acquire_owned() {
                return permit;
            }
            self.close_longest_waiting();
            if let Ok(Ok(permit)) = timeout(ROOM_PAUSE, acquired).await {
                return permit;
            }
        }
    }

    fn close_longest_waiting(&self) {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let all: Vec<Arc<Activity>> = taken.iter().filter_map(Weak::upgrade).collect();
        let idle = longest(&all, Activity::idle_for, LEAST_IDLE);
        if let Some(activity) = idle.or_else(|| longest(&all, Activity::stalled_for, LEAST_STALL)) {
            activity.close();
        }
    }
}

/// Returns the connection of the longest time among those for which it is long enough: of the address that has most of these,
/// so that one client makes its own leave before those of others.
fn longest(
    all: &[Arc<Activity>],
    time: fn(&Activity) -> Option<Duration>,
    least: Duration,
) -> Option<&Arc<Activity>> {
    let timed = all.iter().filter_map(|it| Some((time(it)?, it)));
    let enough: Vec<_> = timed.filter(|(time, _)| *time >= least).collect();
    let mut counts: HashMap<IpAddr, usize> = HashMap::new();
    for (_, activity) in &enough {
        *counts.entry(activity.peer()).or_default() += 1;
    }
    let found = enough
        .into_iter()
        .max_by_key(|(time, activity)| (counts[&activity.peer()], *time));
    found.map(|(_, activity)| activity)
}

/// A connection, from its first byte to its end.
struct Connection {
    router: Router,
    options: ConnectionOptions,
    /// The address of the client, or of the proxy in front.
    peer: SocketAddr,
    place: Place,
    ended: watch::Receiver<()>,
}

impl Connection {
    /// Answers the requests of the connection.
    async fn run(self, stream: TcpStream) {
        let stream = TimedStream::new(stream, self.place.activity.clone(), &self.options.limits);
        match self.options.tls.clone() {
            None => self.answer(stream).await,
            // Apart, so that connections without TLS take no more memory for it.
            Some(acceptor) => Box::pin(self.run_tls(acceptor, stream)).await,
        }
    }

    /// Begins TLS, and answers the requests of the connection.
    async fn run_tls(mut self, acceptor: TlsAcceptor, stream: TimedStream) {
        // The stream cuts a handshake that takes longer than a head may.
        let handshake = acceptor.accept(stream);
        let begun = tokio::select! {
            begun = handshake => begun,
            () = self.place.activity.closed() => return,
            // No request was begun.
            _ = self.ended.changed() => return,
        };
        // A client that speaks something else, or does not trust the certificate, is not an error of the server.
        let Ok(mut stream) = begun else { return };
        let (timed, _) = stream.get_mut();
        timed.end_handshake();
        self.answer(stream).await;
    }

    /// Answers the requests that come on a stream.
    async fn answer(self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        let Self {
            router,
            options,
            peer,
            place,
            mut ended,
        } = self;
        let activity = place.activity.clone();
        let is_secure = options.tls.is_some();
        let answers = hyper::service::service_fn(|mut request: Request<Incoming>| {
            let busy = activity.begin();
            request.extensions_mut().insert(ConnectInfo(peer));
            if is_secure {
                name_scheme(request.headers_mut());
            }
            let answer = router
                .clone()
                .call(timed(request, &options.limits, &activity));
            async move {
                let mut answer = answer.await?;
                if is_secure {
                    let headers = answer.headers_mut();
                    headers.insert(header::STRICT_TRANSPORT_SECURITY, ONLY_HTTPS);
                }
                Ok::<_, Infallible>(answer.map(|body| BusyBody::new(body, busy)))
            }
        });
        let connection = http1::Builder::new()
            .max_buf_size(options.limits.head_bytes)
            .serve_connection(TokioIo::new(stream), answers);
        tokio::pin!(connection);
        // A fault ends the connection of the client that made it, and is nobody else's.
        tokio::select! {
            _ = connection.as_mut() => return,
            () = place.activity.closed() => return,
            _ = ended.changed() => connection.as_mut().graceful_shutdown(),
        }
        tokio::select! {
            _ = connection => {}
            () = place.activity.idle(LAST_REQUEST) => {}
        }
    }
}

/// Tells browsers to come by HTTPS alone for a year from now on. They ignore it for an address without a name, and with a
/// certificate that they do not trust.
const ONLY_HTTPS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Says that the client came by HTTPS, as a proxy would, for the links in answers and for cookies.
fn name_scheme(headers: &mut HeaderMap) {
    headers.insert(PROTOCOL_HEADER, HeaderValue::from_static("https"));
}

/// Returns a request whose body is cut when it comes too slowly.
fn timed(request: Request<Incoming>, limits: &Limits, activity: &Arc<Activity>) -> Request<Body> {
    request.map(|body| {
        // Most requests have none.
        if body.is_end_stream() {
            Body::empty()
        } else {
            let patience = Patience::new(limits);
            Body::new(TimedBody::new(body, patience, activity.clone()))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_makes_its_own_connections_leave_first() {
        let activity = |address: [u8; 4]| Arc::new(Activity::of(address.into()));
        let (crowd, other) = ([192, 0, 2, 1], [192, 0, 2, 2]);
        // The one of the other has waited longest.
        let mut all = vec![activity(other)];
        std::thread::sleep(Duration::from_millis(2));
        all.extend((0..3).map(|_| activity(crowd)));
        let found = longest(&all, Activity::idle_for, Duration::ZERO).unwrap();
        assert_eq!(found.peer(), IpAddr::from(crowd));
        let found = longest(&all[..2], Activity::idle_for, Duration::ZERO).unwrap();
        assert_eq!(found.peer(), IpAddr::from(other));
    }
}
