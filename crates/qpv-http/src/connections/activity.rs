//! The state of a connection: whether it may be closed for another one.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::Notify;

/// The state of a connection at the moment.
///
/// Its counters are written by the connection's own task and read by others now and then, so no order between them matters.
#[derive(Debug)]
pub(super) struct Activity {
    /// The address of the client, or of the proxy in front.
    peer: IpAddr,
    opened: Instant,
    /// Requests begun; a connection is busy while fewer have ended.
    begun: AtomicU64,
    ended: AtomicU64,
    /// Milliseconds from the opening to the end of the last request.
    idle_since_ms: AtomicU64,
    /// An answer waits for its reader.
    is_writing: AtomicBool,
    /// Milliseconds from the opening to when the server began to wait for the client, in the middle of a request, less what
    /// it had waited before; [`NOT_WAITING`] while it does not.
    waiting_since_ms: AtomicU64,
    close: Notify,
    end: Notify,
}

/// Says that the server waits for nothing in the middle of a request.
const NOT_WAITING: u64 = u64::MAX;

impl Activity {
    /// Creates the state of a connection that is opened now.
    pub(super) fn of(peer: IpAddr) -> Self {
        Self {
            peer,
            opened: Instant::now(),
            begun: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            idle_since_ms: AtomicU64::new(0),
            is_writing: AtomicBool::new(false),
            waiting_since_ms: AtomicU64::new(NOT_WAITING),
            close: Notify::new(),
            end: Notify::new(),
        }
    }

    /// The address that the connection comes from.
    pub(super) fn peer(&self) -> IpAddr {
        self.peer
    }

    /// Marks the connection as busy until what is returned is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Busy {
        self.begun.fetch_add(1, Ordering::Relaxed);
        Busy(self.clone())
    }

    /// Returns how many requests have begun.
    pub(super) fn requests(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    /// Returns whether a request is under way.
    pub(super) fn is_busy(&self) -> bool {
        self.begun.load(Ordering::Relaxed) != self.ended.load(Ordering::Relaxed)
    }

    /// Notes whether an answer waits for its reader.
    pub(super) fn set_writing(&self, is_writing: bool) {
        self.is_writing.store(is_writing, Ordering::Relaxed);
    }

    /// Notes that a request or its answer stops because of the client, which has kept the server waiting this long before.
    pub(super) fn wait_for_client(&self, waited: Duration) {
        let since = self.opened.elapsed().saturating_sub(waited);
        let since_ms = u64::try_from(since.as_millis()).unwrap_or(NOT_WAITING);
        self.waiting_since_ms.store(since_ms, Ordering::Relaxed);
    }

    /// Notes that the client has sent or read something.
    pub(super) fn client_came(&self) {
        self.waiting_since_ms.store(NOT_WAITING, Ordering::Relaxed);
    }

    /// Returns how long the client has kept a request or its answer waiting, if it does.
    pub(super) fn stalled_for(&self) -> Option<Duration> {
        let since_ms = self.waiting_since_ms.load(Ordering::Relaxed);
        let since = (since_ms != NOT_WAITING).then(|| Duration::from_millis(since_ms))?;
        Some(self.opened.elapsed().saturating_sub(since))
    }

    /// Returns how long the connection has waited for a request, if it does.
    pub(super) fn idle_for(&self) -> Option<Duration> {
        if self.is_busy() || self.is_writing.load(Ordering::Relaxed) {
            return None;
        }
        let since = Duration::from_millis(self.idle_since_ms.load(Ordering::Relaxed));
        // The two clocks are read one after the other.
        Some(self.opened.elapsed().saturating_sub(since))
    }

    /// Asks the connection to end.
    pub(super) fn close(&self) {
        self.close.notify_one();
    }

    /// Waits until the connection is asked to end.
    pub(super) async fn closed(&self) {
        self.close.notified().await;
    }

    /// Waits until no request is under way, and none has begun for this long.
    pub(super) async fn idle(&self, time: Duration) {
        loop {
            tokio::time::sleep(time).await;
            // An answer that waits for its reader is cut by its own time.
            if self.idle_for().is_some() {
                return;
            }
            self.end.notified().await;
        }
    }
}

/// The mark of a request under way.
#[derive(Debug)]
pub(super) struct Busy(Arc<Activity>);

impl Drop for Busy {
    fn drop(&mut self) {
        let activity = &self.0;
        let idle_since = activity.opened.elapsed().as_millis();
        let idle_since = u64::try_from(idle_since).unwrap_or(u64::MAX);
        activity.idle_since_ms.store(idle_since, Ordering::Relaxed);
        activity.ended.fetch_add(1, Ordering::Relaxed);
        // Kept until somebody waits for it.
        activity.end.notify_one();
    }
}

/// The body of an answer. Its connection is busy until it is sent.
#[derive(Debug)]
pub(super) struct BusyBody {
    body: Body,
    _busy: Busy,
}

impl BusyBody {
    pub(super) fn new(body: Body, busy: Busy) -> Self {
        Self { body, _busy: busy }
    }
}

impl HttpBody for BusyBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
