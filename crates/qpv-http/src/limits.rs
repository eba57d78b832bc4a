//! Limits on the size of requests and on the work that runs at once.

/// The limits of a server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Bytes of a form that holds a table.
    pub table_bytes: usize,
    /// Points in one list.
    pub points: usize,
    /// Long lists and polygons processed at once.
    pub heavy_requests: usize,
    /// Tiles made at once.
    pub tiles: usize,
}

impl Limits {
    /// Returns the bytes that a body sent to this path may have.
    pub(crate) fn body_bytes_at(&self, path: &str) -> usize {
        let path = path.trim_end_matches('/');
        if path.ends_with("/csv") || path == "/api/v1/batch" {
            self.table_bytes
        } else {
            self.body_bytes
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        // Some systems do not say how many cores there are.
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            body_bytes: 16 << 20,
            table_bytes: 100 << 20,
            points: 100_000,
            // Twice the cores: half of them may wait for a file or for the remote geocoder.
            heavy_requests: 2 * cores,
            // A tile is pure computation: more at once than cores would only slow each one down.
            tiles: cores,
        }
    }
}
