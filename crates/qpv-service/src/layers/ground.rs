//! The ground that changes gained and lost from one vintage to the next.

use geo_types::MultiPolygon;
use qpv_model::Perimeter;
use qpv_tiles::{FeatureProperties, FeatureValue};
use rayon::prelude::*;

use crate::compare::{Changed, Comparison};
use crate::layers::attributes::non_empty;

/// The ground that a change gained and lost.
#[derive(Debug)]
pub(crate) struct ChangedGround {
    gained: MultiPolygon<f64>,
    lost: MultiPolygon<f64>,
    /// Its attributes, without the area.
    pub(super) properties: FeatureProperties,
    /// Hectares gained and lost.
    areas_ha: [f64; 2],
}

/// Measures the ground of each change; takes some tenths of a second for the country.
pub(crate) fn changed_ground(comparison: &Comparison<'_>) -> Vec<ChangedGround> {
    comparison
        .changes
        .par_iter()
        .map(|changed| {
            let outlines = comparison.outlines(changed);
            ChangedGround {
                gained: outlines.gained,
                lost: outlines.lost,
                properties: change_attributes(changed),
                areas_ha: [changed.change.gained_ha, changed.change.lost_ha],
            }
        })
        .collect()
}

impl ChangedGround {
    /// The ground gained, or else lost, and its hectares.
    pub(super) fn part(&self, gained: bool) -> (&MultiPolygon<f64>, f64) {
        if gained {
            (&self.gained, self.areas_ha[0])
        } else {
            (&self.lost, self.areas_ha[1])
        }
    }
}

/// Returns the class of a change and its perimeters; lists with a comma between their items.
fn change_attributes(Changed { change, from, to }: &Changed<'_>) -> FeatureProperties {
    let texts = [
        ("class", Some(change.class.as_str().to_owned())),
        (
            "from_code_qp",
            listed(from, |perimeter| perimeter.code_qp.as_str()),
        ),
        ("from_lib_qp", listed(from, |perimeter| &perimeter.lib_qp)),
        (
            "to_code_qp",
            listed(to, |perimeter| perimeter.code_qp.as_str()),
        ),
        ("to_lib_qp", listed(to, |perimeter| &perimeter.lib_qp)),
        (
            "insee_dep",
            // A change that is gone has no perimeter after it.
            to.first()
                .or(from.first())
                .map(|perimeter| perimeter.insee_dep.clone()),
        ),
    ];
    texts
        .into_iter()
        .filter_map(|(name, text)| Some((name.into(), FeatureValue::Text(text?))))
        .collect()
}

/// Returns a text of each perimeter, with a comma between them; `None` without perimeters.
fn listed(perimeters: &[&Perimeter], text: fn(&Perimeter) -> &str) -> Option<String> {
    let all: Vec<&str> = perimeters.iter().map(|perimeter| text(perimeter)).collect();
    non_empty(&all.join(", "))
}
