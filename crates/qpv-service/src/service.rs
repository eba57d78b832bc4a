//! The dataset in use, and its replacement while questions keep coming.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;

use crate::basemap::Basemap;
use crate::check::remote_geocoder::AddressService;
use crate::check::subject::CheckRequest;
use crate::check::{self, CheckError, CheckOutcome};
use crate::data::{self, Store};
use crate::derived::DerivedData;
use crate::integrity::IndexCheck;
use crate::snapshot::Snapshot;

/// Answers from the current dataset of a data directory, or from the fictional sample while there is none.
///
/// Cheap to share; a [`Snapshot`] taken from it stays valid while a newer one is swapped in.
#[derive(Debug)]
pub struct Service {
    store: Store,
    /// A dataset asked for by its digest never changes.
    pinned: bool,
    current: ArcSwap<DerivedData>,
    distant: Option<AddressService>,
    basemap: Option<Basemap>,
    opened: Instant,
    /// Milliseconds from the opening to the last look for another dataset; zero before the first.
    looked_ms: AtomicU64,
    /// The files of the dataset in use were altered, and it could not be opened again.
    is_unusable: AtomicBool,
}

/// The looks of a service for a newer dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Updates {
    /// It stays on the dataset it was asked to serve.
    Off,
    /// It looks for a newer one.
    Watched,
    /// It has not looked for a while: a newer one would not be noticed.
    Stopped,
}

/// Longest time between two looks for a newer dataset: opening one takes seconds.
const LONGEST_UNWATCHED: Duration = Duration::from_mins(1);

impl Service {
    /// Opens the current dataset of the store.
    ///
    /// # Errors
    /// When there is one and it cannot be opened: a damaged dataset never silently becomes the sample.
    pub fn open(store: Store) -> Result<Self, qpv_geodata::Error> {
        let opened = load(&store)?;
        check_in_background(&opened);
        Ok(Self {
            store,
            pinned: false,
            current: ArcSwap::from_pointee(opened),
            distant: None,
            basemap: None,
            opened: Instant::now(),
            looked_ms: AtomicU64::new(0),
            is_unusable: AtomicBool::new(false),
        })
    }

    /// Opens the dataset of this digest (or of its beginning) and stays on it.
    ///
    /// # Errors
    /// When the store has no such dataset, or cannot open it.
    pub fn open_dataset(store: Store, digest: &str) -> Result<Self, qpv_geodata::Error> {
        let opened = DerivedData::new(Snapshot::new(store.open(digest)?));
        check_in_background(&opened);
        Ok(Self {
            store,
            pinned: true,
            current: ArcSwap::from_pointee(opened),
            distant: None,
            basemap: None,
            opened: Instant::now(),
            looked_ms: AtomicU64::new(0),
            is_unusable: AtomicBool::new(false),
        })
    }

    /// The same, with a distant service that checks are sent to when the addresses loaded leave them without an answer.
    /// Whoever runs that service then learns these addresses.
    #[must_use]
    pub fn with_address_service(self, service: Option<AddressService>) -> Self {
        Self {
            distant: service,
            ..self
        }
    }

    /// The distant service that checks may be sent to.
    #[must_use]
    pub fn address_service(&self) -> Option<&AddressService> {
        self.distant.as_ref()
    }

    /// The same, with a background map for the page.
    #[must_use]
    pub fn with_basemap(self, basemap: Option<Basemap>) -> Self {
        Self { basemap, ..self }
    }

    /// The background map that the operator chose for the page.
    #[must_use]
    pub fn basemap(&self) -> Option<&Basemap> {
        self.basemap.as_ref()
    }

    /// Checks a place by the data of a snapshot. An address that no loaded one is like goes to the remote geocoder, if
    /// there is one, which is waited for.
    ///
    /// # Errors
    /// [`CheckError`]; none means "outside".
    pub fn check<'r>(
        &self,
        snapshot: &Snapshot,
        request: &'r CheckRequest,
    ) -> Result<CheckOutcome<'r>, CheckError> {
        check::check(snapshot, self.distant.as_ref(), request)
    }

    /// The datasets it takes the current one from.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The dataset to answer from now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load().snapshot().clone()
    }

    /// The same, with the data derived from it.
    #[must_use]
    pub fn derived(&self) -> Arc<DerivedData> {
        self.current.load_full()
    }

    /// Swaps in the store's current dataset if it is another one, or if the files of the one in use were altered. Questions
    /// under way finish on the one they have.
    ///
    /// # Errors
    /// When the dataset cannot be opened. The one in use goes on serving, unless it was altered: see [`Self::is_usable`].
    pub fn reload_if_changed(&self) -> Result<bool, qpv_geodata::Error> {
        self.looked_ms.store(self.age_ms(), Ordering::Relaxed);
        let snapshot = self.snapshot();
        let integrity = snapshot.integrity();
        if integrity.has_lost_pages() || integrity.altered_file().is_some() {
            self.is_unusable.store(true, Ordering::Relaxed);
        }
        let is_altered = self.is_unusable.load(Ordering::Relaxed);
        // A dataset asked for by its digest stays, whatever becomes current.
        if self.pinned {
            if is_altered {
                self.use_dataset(DerivedData::new(Snapshot::new(
                    self.store.open(snapshot.digest())?,
                )));
            }
            return Ok(is_altered);
        }
        let stored = self.store.current_digest()?;
        // A store that was emptied changes nothing: real answers must not become the sample's.
        let is_other = stored.is_some_and(|digest| digest != snapshot.digest());
        if is_other || is_altered {
            self.use_dataset(load(&self.store)?);
        }
        Ok(is_other || is_altered)
    }

    fn use_dataset(&self, opened: DerivedData) {
        check_in_background(&opened);
        self.current.store(Arc::new(opened));
        self.is_unusable.store(false, Ordering::Relaxed);
    }

    /// Returns whether the files of the dataset in use are what they were when it was opened, as far as is known: what
    /// altered ones answer is not to be trusted.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        !self.is_unusable.load(Ordering::Relaxed)
            && !self.current.load().snapshot().integrity().has_lost_pages()
    }

    /// Returns whether a newer dataset would be noticed.
    #[must_use]
    pub fn updates(&self) -> Updates {
        let since_look = self
            .age_ms()
            .saturating_sub(self.looked_ms.load(Ordering::Relaxed));
        if self.pinned {
            Updates::Off
        } else if Duration::from_millis(since_look) < LONGEST_UNWATCHED {
            Updates::Watched
        } else {
            Updates::Stopped
        }
    }

    fn age_ms(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Checks the addresses of a dataset while questions are answered: those of the country take a second.
fn check_in_background(opened: &DerivedData) {
    let snapshot = opened.snapshot().clone();
    if snapshot.address_check() == Some(IndexCheck::Running) {
        std::thread::spawn(move || snapshot.check_addresses());
    }
}

fn load(store: &Store) -> Result<DerivedData, qpv_geodata::Error> {
    // Only a store without any dataset leads to the sample; one that cannot be read is an error.
    let dataset = match store.current()? {
        Some(dataset) => dataset,
        None => data::sample()?,
    };
    Ok(DerivedData::new(Snapshot::new(dataset)))
}
