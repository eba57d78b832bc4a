//! The data derived from a snapshot at its first use: tiles, comparisons of the country, changed ground, examples.
//!
//! [`Service`](crate::Service) holds it beside the snapshot, and both are replaced together.

use std::collections::BTreeMap;
use std::io::{Seek, Write};
use std::sync::{Arc, OnceLock};

use crate::compare::scope::Scope;
use crate::compare::{ComparedVintages, Comparison, CountryComparisons, compare};
use crate::error::QueryError;
use crate::examples::{ExampleAddress, find_examples};
use crate::layers::collections::{Collection, Feature, features};
use crate::layers::ground::{ChangedGround, changed_ground};
use crate::layers::tiles::{
    ArchiveReport, ArchiveRequest, BuildError, Chosen, CutTile, Tile, Tiles,
};
use crate::snapshot::Snapshot;

/// A snapshot, and the data derived from it.
#[derive(Debug)]
pub struct DerivedData {
    snapshot: Arc<Snapshot>,
    tiles: OnceLock<Tiles>,
    examples: OnceLock<Vec<ExampleAddress>>,
    country: CountryComparisons,
    /// By pair of successive vintages.
    ground: BTreeMap<ComparedVintages, OnceLock<Vec<ChangedGround>>>,
}

impl DerivedData {
    /// Nothing derived yet from a snapshot.
    #[must_use]
    pub fn new(snapshot: Snapshot) -> Self {
        // The pairs are known from the start, so each is made once without a lock.
        let successive = ComparedVintages::successive(&snapshot).into_iter();
        Self {
            tiles: OnceLock::new(),
            examples: OnceLock::new(),
            country: CountryComparisons::new(&snapshot),
            ground: successive.map(|pair| (pair, OnceLock::new())).collect(),
            snapshot: Arc::new(snapshot),
        }
    }

    /// The snapshot.
    #[must_use]
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// Compares the perimeters of an area between two vintages.
    ///
    /// # Errors
    /// [`QueryError::SameVintage`]; [`QueryError::VintageNotLoaded`] when one of them is not loaded, or has nothing in the
    /// area's territories while the other has; [`QueryError::CoordinatesSwapped`] when a rectangle meets nothing and would
    /// with its axes exchanged.
    pub fn compare(
        &self,
        vintages: ComparedVintages,
        scope: &Scope,
    ) -> Result<Comparison<'_>, QueryError> {
        compare(&self.snapshot, &self.country, vintages, scope)
    }

    /// The features of a collection of the snapshot, in an order that stays.
    #[must_use]
    pub fn features(&self, collection: &Collection) -> Vec<Feature<'_>> {
        features(
            &self.snapshot,
            |vintages| self.changed_ground(vintages),
            collection,
        )
    }

    /// The ground gained and lost between successive vintages, by change; none where they cannot be compared.
    fn changed_ground(&self, vintages: ComparedVintages) -> &[ChangedGround] {
        let Some(ground) = self.ground.get(&vintages) else {
            return &[];
        };
        ground.get_or_init(|| {
            self.compare(vintages, &Scope::Country)
                .map_or_else(|_| Vec::new(), |comparison| changed_ground(&comparison))
        })
    }

    /// Addresses to try, one at most for each zone; none without addresses. The first question takes some hundred checks.
    pub fn examples(&self) -> &[ExampleAddress] {
        self.examples.get_or_init(|| find_examples(&self.snapshot))
    }

    /// The layers that tiles are cut of, made now if they were not yet. That takes from milliseconds to a second.
    pub fn tiles(&self) -> &Tiles {
        self.tiles.get_or_init(|| Tiles::new(&self.snapshot))
    }

    /// The same, if they are made.
    #[must_use]
    pub fn tiles_if_made(&self) -> Option<&Tiles> {
        self.tiles.get()
    }

    /// Makes all ready that tiles are cut of, so that none takes longer than another. Takes seconds, on one thread.
    pub fn prepare_tiles(&self) {
        self.tiles().prepare();
    }

    /// A tile of the layers chosen, one after the other; cut now if it is not kept.
    pub fn cut_tile(&self, chosen: &Chosen, tile: Tile) -> CutTile {
        self.tiles().cut(&self.snapshot, chosen, tile)
    }

    /// Writes all tiles of some layers as one PMTiles archive.
    ///
    /// # Errors
    /// [`BuildError`]; what was written then is no archive.
    pub fn write_tiles(
        &self,
        request: &ArchiveRequest<'_>,
        out: impl Write + Seek,
        progress: impl FnMut(usize, usize),
    ) -> Result<ArchiveReport, BuildError> {
        self.tiles().write(&self.snapshot, request, out, progress)
    }
}
