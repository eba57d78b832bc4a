//! Whether the indexes of a dataset are those of what they stand beside.

use qpv_engine::{ArraysError, IndexError, PointIndex};

use super::{Error, Fault, Store, VerifyReport};

/// [`Store::verify`], and whether the point indexes are those of the perimeters they stand beside.
///
/// # Errors
/// As [`Store::verify`].
pub fn verify(store: &Store, digest: Option<&str>) -> Result<VerifyReport, Error> {
    let mut report = store.verify(digest)?;
    if !report.is_sound() {
        return Ok(report);
    }
    let dataset = store.open(&report.digest)?;
    for (layer, stored) in dataset.layers.iter().zip(dataset.point_indexes) {
        let Some(stored) = stored else { continue };
        let fault = match PointIndex::from_bytes(Box::new(stored?), &layer.perimeters) {
            // It is left aside and made again at each start.
            Err(IndexError::Arrays(ArraysError::OtherVersion)) => continue,
            Err(error) => error.to_string(),
            Ok(index) if PointIndex::build(&layer.perimeters).is_some_and(|fresh| fresh.bytes() == index.bytes()) => {
                continue;
            }
            Ok(_) => "it is not that of these perimeters".to_owned(),
        };
        let fault = format!("point index: {fault}; import the files again");
        report.faults.push(Fault { vintage: Some(layer.vintage), code_qp: None, fault });
    }
    Ok(report)
}
