//! The requests of a server, counted and timed by route. Nothing of what was asked.

use std::hash::{Hash, Hasher};
use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::{Method, StatusCode};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds of the classes of times, seconds: from a single answer to a list.
const BOUNDS_S: [f64; 12] = [
    0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 10.0, 60.0,
];

/// The template of a route, such as `/api/v1/perimeters/{code}`: an address may hold what was asked, its template does not.
#[derive(Debug, Clone)]
struct Route(Option<MatchedPath>);

impl Route {
    fn as_str(&self) -> &str {
        self.0.as_ref().map_or("(other)", MatchedPath::as_str)
    }
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Route {}

impl Hash for Route {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl EncodeLabelValue for Route {
    fn encode(&self, encoder: &mut LabelValueEncoder) -> Result<(), std::fmt::Error> {
        self.as_str().encode(encoder)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: Route,
    method: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: Route,
}

/// The counts and times of a server.
#[derive(Debug, Default)]
pub(crate) struct RequestCounts {
    requests: Family<RequestLabels, Counter>,
    durations: Durations,
}

/// The times of answers, by route.
#[derive(Debug)]
struct Durations(Family<RouteLabel, Histogram>);

impl Default for Durations {
    fn default() -> Self {
        Self(Family::new_with_constructor(|| Histogram::new(BOUNDS_S)))
    }
}

/// The part of a request that its counts need.
#[derive(Debug)]
pub(crate) struct CountedRequest {
    route: Route,
    method: &'static str,
}

impl CountedRequest {
    /// Takes the route and the method of a request.
    pub(crate) fn new(route: Option<&MatchedPath>, method: &Method) -> Self {
        Self {
            route: Route(route.cloned()),
            method: name_of(method),
        }
    }

    /// Writes the log line of a request. It names the route's template, never the address, which may hold a position.
    pub(crate) fn log(&self, status: StatusCode, took: Duration) {
        let (method, route, status) = (self.method, self.route.as_str(), status.as_u16());
        let elapsed_ms = took.as_secs_f64() * 1e3;
        tracing::debug!(%method, route, status, elapsed_ms, "request");
    }
}

impl RequestCounts {
    /// Counts a request that was answered.
    pub(crate) fn count(&self, request: CountedRequest, status: StatusCode, took: Duration) {
        let CountedRequest { route, method } = request;
        let by_route = RouteLabel {
            route: route.clone(),
        };
        let times = self.durations.0.get_or_create(&by_route);
        times.observe(took.as_secs_f64());
        drop(times);
        let labels = RequestLabels {
            route,
            method,
            status: status.as_u16(),
        };
        self.requests.get_or_create(&labels).inc();
    }

    /// Registers the counts and the times to be written.
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register("http_requests", "Requests answered", self.requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "Time from the head of a request to that of its answer",
            Unit::Seconds,
            self.durations.0.clone(),
        );
    }
}

/// Returns the name of a method; those of clients' own are one, for they would grow the counts without end.
fn name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
