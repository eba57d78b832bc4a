//! Limits on the size of requests, on the work that runs at once, and on how slow clients may be.

use std::time::Duration;

use qpv_access::RequestRate;

use crate::sign_in_page::{SIGN_IN_PATH, SIGN_OUT_PATH};

/// Bytes of the forms that anyone may send: a key and a path fit many times.
const SIGN_IN_FORM_BYTES: usize = 8 << 10;

/// Requests of a client in a minute, for a server on a network: two hundred a second are more than a page or a program that waits
/// for its answers sends, and an office behind one address has room.
const NETWORK_REQUESTS_PER_MINUTE: u32 = 12_000;

/// The limits of a server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Bytes of a form that holds a table.
    pub table_bytes: usize,
    /// Points in one list.
    pub points: usize,
    /// Tables and lists of people answered at once.
    pub lists: usize,
    /// Long lists of points, polygons, reports and comparisons processed at once.
    pub heavy_requests: usize,
    /// Tiles made at once.
    pub tiles: usize,
    /// Bytes of large bodies that are held in memory at once.
    pub held_body_bytes: usize,
    /// Connections open at once.
    pub connections: usize,
    /// Bytes of the head of a request, with its address, 8 KiB at least; twice as many may pass when they come at once.
    pub head_bytes: usize,
    /// Longest time for the head of a request, from its first byte.
    pub head: Duration,
    /// Longest time of a connection without any request.
    pub idle: Duration,
    /// Time that a client may keep the server waiting while a body comes or an answer goes, beyond what
    /// [`Self::least_bytes_per_second`] earns it.
    pub patience: Duration,
    /// The rate at which a client never runs out of [`Self::patience`].
    pub least_bytes_per_second: u32,
    /// Time that requests under way have to finish once the server is asked to stop.
    pub drain: Duration,
    /// The rate of each client; none where it is not limited.
    pub rate: Option<RequestRate>,
}

impl Limits {
    /// Returns the rate of each client on a server that listens on a network.
    #[must_use]
    pub fn network_rate() -> Option<RequestRate> {
        RequestRate::per_minute(NETWORK_REQUESTS_PER_MINUTE)
    }

    /// Returns the bytes that a body sent to this path may have.
    pub(crate) fn body_bytes_at(&self, path: &str) -> usize {
        if takes_tables(path) {
            return self.table_bytes;
        }
        let path = path.trim_end_matches('/');
        if [SIGN_IN_PATH, SIGN_OUT_PATH].contains(&path) {
            SIGN_IN_FORM_BYTES
        } else {
            self.body_bytes
        }
    }
}

/// Returns true for the paths that tables are sent to, which go to a file when they are large.
pub(crate) fn takes_tables(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    path.ends_with("/csv") || path == "/api/v1/batch"
}

impl Default for Limits {
    fn default() -> Self {
        // Some systems do not say how many cores there are.
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            body_bytes: 16 << 20,
            table_bytes: 100 << 20,
            points: 100_000,
            // One for each core, as each keeps one busy.
            lists: cores,
            // Twice the cores: half of them may wait for a file or for the remote geocoder.
            heavy_requests: 2 * cores,
            // A tile is pure computation: more at once than cores would only slow each one down.
            tiles: cores,
            // Sixteen of the largest: on a small server that is the memory left beside the data.
            held_body_bytes: 256 << 20,
            // Half of the descriptors that a program has by default: tables and tiles need theirs.
            connections: 512,
            // Cookies of a proxy fit many times; all connections together hold 32 MiB of them.
            head_bytes: 64 << 10,
            head: Duration::from_secs(10),
            // Longer than a person takes between two questions, so that a page keeps its connection.
            idle: Duration::from_secs(75),
            patience: Duration::from_secs(20),
            // A tenth of the worst mobile line.
            least_bytes_per_second: 2 << 10,
            drain: Duration::from_secs(30),
            // On a loopback address, all who ask may be one proxy.
            rate: None,
        }
    }
}
