//! The dataset in use, and its replacement while questions keep coming.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::basemap::Basemap;
use crate::check::remote_geocoder::AddressService;
use crate::check::subject::CheckRequest;
use crate::check::{self, CheckError, CheckOutcome};
use crate::data::{self, Store};
use crate::derived::DerivedData;
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
}

impl Service {
    /// Opens the current dataset of the store.
    ///
    /// # Errors
    /// When there is one and it cannot be opened: a damaged dataset never silently becomes the sample.
    pub fn open(store: Store) -> Result<Self, qpv_geodata::Error> {
        let current = ArcSwap::from_pointee(load(&store)?);
        Ok(Self {
            store,
            pinned: false,
            current,
            distant: None,
            basemap: None,
        })
    }

    /// Opens the dataset of this digest (or of its beginning) and stays on it.
    ///
    /// # Errors
    /// When the store has no such dataset, or cannot open it.
    pub fn open_dataset(store: Store, digest: &str) -> Result<Self, qpv_geodata::Error> {
        let current = ArcSwap::from_pointee(DerivedData::new(Snapshot::new(store.open(digest)?)));
        Ok(Self {
            store,
            pinned: true,
            current,
            distant: None,
            basemap: None,
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

    /// Swaps in the store's current dataset if it is another one. Questions under way finish on the one they have.
    ///
    /// # Errors
    /// When the new dataset cannot be opened; the one in use goes on serving.
    pub fn reload_if_changed(&self) -> Result<bool, qpv_geodata::Error> {
        // A dataset asked for by its digest stays, whatever becomes current.
        if self.pinned {
            return Ok(false);
        }
        let stored = self.store.current_digest()?;
        // A store that was emptied changes nothing: real answers must not become the sample's.
        let changed = stored.is_some_and(|digest| digest != self.snapshot().digest());
        if changed {
            self.current.store(Arc::new(load(&self.store)?));
        }
        Ok(changed)
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
