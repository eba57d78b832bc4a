//! How far the lists under way are: kept in memory under the name that each client gave, as long as its list runs.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};

use super::unstored;
use crate::App;
use crate::answer::json;
use crate::problem::Problem;
use crate::wire::ProgressAnswer;

/// Lists that are told of at once; more are answered without being told of.
const MOST: usize = 256;
/// Characters of a name.
const NAME: std::ops::RangeInclusive<usize> = 16..=64;

/// The lists under way, by the names that their clients gave.
#[derive(Debug, Default)]
pub(crate) struct Lists(Mutex<BTreeMap<String, Arc<Progress>>>);

/// How far a list is.
#[derive(Debug)]
pub(super) struct Progress {
    started: Instant,
    /// Of the list, once it is all there.
    total: AtomicU64,
    bytes: AtomicU64,
    rows: AtomicU64,
}

/// A list under way, until this is dropped.
pub(super) struct UnderWay {
    app: App,
    name: String,
    progress: Arc<Progress>,
}

impl Lists {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Progress>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress {
    /// The list is all there, and has that many bytes.
    pub(super) fn starts(&self, bytes: u64) {
        self.total.store(bytes, Ordering::Relaxed);
    }

    pub(super) fn done(&self, bytes: u64, rows: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.rows.fetch_add(rows, Ordering::Relaxed);
    }

    fn told(&self) -> ProgressAnswer {
        let (total, bytes) = (
            self.total.load(Ordering::Relaxed),
            self.bytes.load(Ordering::Relaxed),
        );
        let hundredths = |total: u64| (bytes.min(total) * 100 / total) as f64 / 100.0;
        ProgressAnswer {
            rows: self.rows.load(Ordering::Relaxed),
            fraction: (total > 0).then(|| hundredths(total)),
            elapsed_ms: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl UnderWay {
    /// A list begins, under this name; nothing when too many are told of already.
    pub(super) fn begin(app: &App, name: &str) -> Result<Option<Self>, Problem> {
        let plain = |character: char| character.is_ascii_alphanumeric() || character == '-';
        if !NAME.contains(&name.len()) || !name.chars().all(plain) {
            let detail =
                "`progress` must have 16 to 64 letters, digits and hyphens, made at random";
            return Err(Problem::new("bad_parameter", detail));
        }
        let mut all = app.lists.all();
        if all.contains_key(name) {
            return Err(Problem::new(
                "bad_parameter",
                "`progress` names a list that is under way: make another",
            ));
        }
        if all.len() >= MOST {
            return Ok(None);
        }
        let zero = || AtomicU64::new(0);
        let progress = Arc::new(Progress {
            started: Instant::now(),
            total: zero(),
            bytes: zero(),
            rows: zero(),
        });
        all.insert(name.to_owned(), progress.clone());
        drop(all);
        Ok(Some(Self {
            app: app.clone(),
            name: name.to_owned(),
            progress,
        }))
    }

    pub(super) fn progress(&self) -> Arc<Progress> {
        self.progress.clone()
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.app.lists.all().remove(&self.name);
    }
}

/// How far a list is that is being received or answered.
#[utoipa::path(get, path = "/api/v1/batch/progress/{id}", tag = "programmes",
    params(("id" = String, Path, description = "The field `progress` of the list's form")),
    responses((status = 200, body = ProgressAnswer),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_progress(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
) -> Response {
    let told = id
        .ok()
        .and_then(|Path(id)| app.lists.all().get(&id).map(|progress| progress.told()));
    let missing = || {
        Problem::new(
            "list_not_under_way",
            "no list of this name is under way: it has ended, or not begun",
        )
    };
    unstored(told.map_or_else(|| missing().into_response(), |told| json(&told)))
}
