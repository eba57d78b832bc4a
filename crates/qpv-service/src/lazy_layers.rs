//! Layers that maps draw and no answer depends on: read at the first use, so that no start waits
//! for them.

use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

use qpv_engine::BandDrawing;
use qpv_geodata::Error;
use qpv_geodata::store::{MappedFile, StoredOutlines};
use qpv_model::{AdminArea, BandArea, QpvCode, VintageLayer};

/// The 300 m band of a vintage.
pub(crate) struct DrawnBand {
    /// The file, until it is read; `None` when none was stored.
    stored: Mutex<Option<Result<MappedFile, Error>>>,
    areas: OnceLock<Vec<BandArea>>,
}

impl DrawnBand {
    /// Takes the band that was stored beside a layer.
    pub(crate) fn new(stored: Option<Result<MappedFile, Error>>) -> Self {
        Self {
            stored: Mutex::new(stored),
            areas: OnceLock::new(),
        }
    }

    /// The areas, of the layer that the band was stored with.
    pub(crate) fn areas(&self, layer: &VintageLayer) -> &[BandArea] {
        self.areas.get_or_init(|| {
            let stored = self
                .stored
                .lock()
                // Nothing can be half changed under this lock, so a poisoned one is as good.
                .unwrap_or_else(PoisonError::into_inner)
                // Taken out: the mapped file is closed once its areas are read.
                .take();
            read_or_drawn(stored, layer)
        })
    }
}

impl fmt::Debug for DrawnBand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DrawnBand({:?} areas)", self.areas.get().map(Vec::len))
    }
}

/// The outlines of a level of administration.
#[derive(Debug)]
pub(crate) struct DrawnOutlines {
    stored: StoredOutlines,
    areas: OnceLock<Vec<AdminArea>>,
}

impl DrawnOutlines {
    /// Takes the outlines that were stored.
    pub(crate) fn new(stored: StoredOutlines) -> Self {
        Self {
            stored,
            areas: OnceLock::new(),
        }
    }

    /// The areas, in code order.
    pub(crate) fn areas(&self) -> &[AdminArea] {
        self.areas.get_or_init(|| {
            self.stored.read().unwrap_or_else(|fault| {
                tracing::warn!(level = %self.stored.level, %fault, "these outlines cannot be drawn; import them again");
                Vec::new()
            })
        })
    }
}

fn read_or_drawn(stored: Option<Result<MappedFile, Error>>, layer: &VintageLayer) -> Vec<BandArea> {
    let stored = stored.map(|stored| {
        let bytes = stored.map_err(|fault| fault.to_string())?;
        BandDrawing::from_bytes(Box::new(bytes), &layer.perimeters)
            .map_err(|fault| fault.to_string())
    });
    // Logged, and drawn anew below: a damaged drawing is no reason to show no map.
    if let Some(Err(fault)) = &stored {
        tracing::warn!(
            vintage = %layer.vintage,
            fault,
            "the stored drawing of the 300 m band cannot be used; it is made again in memory after each start, until an \
            import of the same files stores a new one"
        );
    }
    let band = stored
        .and_then(Result::ok)
        .unwrap_or_else(|| BandDrawing::build(&layer.perimeters));
    let mut areas = band.areas(&layer.perimeters);
    // Around a perimeter published as a point, nothing is known of its band.
    let without_area = layer
        .perimeters
        .iter()
        .filter(|perimeter| perimeter.known_area_ha().is_none());
    let without_area: Vec<QpvCode> = without_area.map(|perimeter| perimeter.code_qp).collect();
    areas.retain(|area| !area.codes.iter().all(|code| without_area.contains(code)));
    areas
}
