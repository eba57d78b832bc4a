//! The perimeters of a vintage that none of another followed: a law may go on counting them.
//!
//! Ground that a perimeter lost while it goes on under another outline is not of these. Found by the comparison of both
//! vintages, once for each pair that is asked of.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use qpv_engine::{ChangeClass, PerimeterIndex, PointProjection, TwoVintages};
use qpv_model::{Vintage, VintageLayer};

/// The perimeters found so far, by the vintages they are of and not followed in.
#[derive(Debug, Default)]
pub(crate) struct FormerZones(Mutex<BTreeMap<(Vintage, Vintage), Arc<PerimeterIndex>>>);

impl FormerZones {
    /// Returns the perimeters of a vintage that none of a later one followed; those of one without area are left out, since
    /// nothing tells whether they were.
    pub(crate) fn between(
        &self,
        from: &PerimeterIndex,
        to: &PerimeterIndex,
        projection: PointProjection,
    ) -> Arc<PerimeterIndex> {
        let pair = (from.layer().vintage, to.layer().vintage);
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Under the lock: two that ask at once would compare the country twice.
        found
            .entry(pair)
            .or_insert_with(|| Arc::new(compared(from, to, projection)))
            .clone()
    }
}

fn compared(
    from: &PerimeterIndex,
    to: &PerimeterIndex,
    projection: PointProjection,
) -> PerimeterIndex {
    // Only the classes count here, which codes play no part in.
    let two = TwoVintages {
        from,
        to,
        successive: false,
    };
    let changes = two.all().changes;
    let gone = changes
        .iter()
        .filter(|change| change.class == ChangeClass::Gone)
        .flat_map(|change| &change.group.from)
        .map(|&id| from.perimeter(id).clone());
    let mut perimeters: Vec<_> = gone.collect();
    perimeters.sort_by_key(|perimeter| perimeter.code_qp);
    let layer = from.layer();
    let layer = VintageLayer {
        vintage: layer.vintage,
        perimeters,
        official_band: Vec::new(),
        precision_m: layer.precision_m,
        whole: layer.whole.clone(),
    };
    PerimeterIndex::new(layer, projection)
}
