//! The attributes of features, under official names: the same in collections, in tiles and in exports.

use qpv_model::{BandArea, CommuneCode, CustomArea, Perimeter, Period, QpvCode, ZoningRecord};
use qpv_tiles::{AttributeName, FeatureProperties, FeatureValue};

/// The official attributes that a perimeter has, and its area; lists with a comma between their items.
#[must_use]
pub fn perimeter_attributes(perimeter: &Perimeter) -> FeatureProperties {
    let Perimeter {
        code_qp,
        lib_qp,
        insee_com,
        lib_com,
        insee_dep,
        lib_dep,
        insee_reg,
        lib_reg,
        ..
    } = perimeter;
    let insee_com: Vec<&str> = insee_com.iter().map(CommuneCode::as_str).collect();
    let texts = [
        ("code_qp", Some(code_qp.to_string())),
        ("lib_qp", Some(lib_qp.clone())),
        ("insee_com", non_empty(&insee_com.join(", "))),
        ("lib_com", non_empty(&lib_com.join(", "))),
        ("insee_dep", Some(insee_dep.clone())),
        ("lib_dep", lib_dep.clone()),
        ("insee_reg", insee_reg.clone()),
        ("lib_reg", lib_reg.clone()),
        ("siren_epci", non_empty(&perimeter.siren_epci.join(", "))),
    ];
    let texts = texts
        .into_iter()
        .filter_map(|(name, text)| Some((name.into(), FeatureValue::Text(text?))));
    texts
        .chain(perimeter.known_area_ha().map(area_attribute))
        .collect()
}

/// An area to the square metre, as the perimeters themselves are answered.
pub(super) fn area_attribute(area_ha: f64) -> (AttributeName, FeatureValue) {
    (
        "area_ha".into(),
        FeatureValue::Number((area_ha * 1e4).round() / 1e4),
    )
}

/// The neighbourhoods that an area of the band surrounds.
pub(crate) fn band_attributes(area: &BandArea) -> FeatureProperties {
    let codes: Vec<&str> = area.codes.iter().map(QpvCode::as_str).collect();
    vec![("code_qp".into(), FeatureValue::Text(codes.join(", ")))]
}

/// The name of an area of a town's own, where it has one.
pub(crate) fn own_attributes(area: &CustomArea) -> FeatureProperties {
    area.name
        .iter()
        .map(|name| ("name".into(), FeatureValue::Text(name.clone())))
        .collect()
}

/// The attributes of an area of a zoning: the label of the zoning, its own name and code where it has them, and the days that
/// it counts.
pub(crate) fn zoned_attributes(record: &ZoningRecord, area: &CustomArea) -> FeatureProperties {
    let period = zoned_period(record, area);
    let [first, last] = period.written_days();
    let texts = [
        ("label", Some(record.label.clone())),
        ("name", area.name.clone()),
        ("code", area.code.clone()),
        ("valid_from", first),
        ("valid_until", last),
    ];
    let texts = texts.into_iter();
    texts
        .filter_map(|(name, text)| Some((name.into(), FeatureValue::Text(text?))))
        .collect()
}

/// The days that an area of a zoning counts, within those of the zoning.
pub(crate) fn zoned_period(record: &ZoningRecord, area: &CustomArea) -> Period {
    // An area without a common day never counts; its own days tell why.
    record
        .period
        .intersection(&area.period)
        .unwrap_or(area.period)
}

pub(super) fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
