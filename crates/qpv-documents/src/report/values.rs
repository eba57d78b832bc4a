//! Formatting of a report's values: coordinates, distances, days, and the stable names of kinds of
//! position.

use jiff::Timestamp;
use qpv_french::dates::time_in_words;
use qpv_french::numbers::metres;
use qpv_french::{Key, key, sentence};
use qpv_model::{Perimeter, PositionKind, Wgs84Point};

use qpv_service::messages;
use qpv_service::paris;
use qpv_service::{PointAnswer, SearchFilter, centimetres};

/// Returns longitude and latitude to the centimetre.
pub(super) fn coordinates(point: Wgs84Point) -> [String; 2] {
    [point.lon_deg(), point.lat_deg()].map(|degrees| format!("{degrees:.7}"))
}

/// Returns coordinates as a French reader writes them.
pub(super) fn french_coordinates(point: Wgs84Point) -> String {
    let [lon, lat] = coordinates(point).map(|degrees| degrees.replace('.', ","));
    sentence(key::REPORT_COORDINATES, &[("lon", &lon), ("lat", &lat)])
}

/// Returns the postcode and the INSEE code that a search was limited to.
pub(super) fn within(filter: &SearchFilter) -> String {
    // As a number, 01000 has lost its zero.
    let postcode = filter.postcode.map(|postcode| format!("{postcode:05}"));
    let commune = filter.citycode.map(|code| code.to_string());
    postcode
        .into_iter()
        .chain(commune)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns the distance of the position from the line, in a sentence.
pub(super) fn distance(standing: &PointAnswer) -> String {
    let Some(signed_m) = standing.located.signed_distance_m else {
        return sentence(key::WEB_ANSWER_DISTANCE_NONE, &[]);
    };
    let distance = metres(signed_m);
    // Decided on the rounded value, so that a distance of 0 m is never called inside or outside.
    let key = match centimetres(signed_m) {
        m if m < 0.0 => key::WEB_ANSWER_DISTANCE_INSIDE,
        0.0 => key::WEB_ANSWER_DISTANCE_ON_LINE,
        _ => key::WEB_ANSWER_DISTANCE_OUTSIDE,
    };
    sentence(key, &[("distance", &distance)])
}

/// Returns metres to the centimetre, as a statement gives them; nothing for none.
pub(super) fn signed_metres(value_m: Option<f64>) -> String {
    value_m.map_or_else(String::new, |value_m| centimetres(value_m).to_string())
}

/// Returns the name of a perimeter and its communes.
pub(super) fn located_name(perimeter: &Perimeter) -> String {
    format!(
        "{}, {}",
        messages::name(perimeter),
        perimeter.lib_com.join(", ")
    )
}

/// Returns the sentence of a kind of position.
pub(super) fn position_key(kind: PositionKind) -> Key {
    match kind {
        PositionKind::Entrance => key::REPORT_POSITION_ENTRANCE,
        PositionKind::Building => key::REPORT_POSITION_BUILDING,
        PositionKind::Staircase => key::REPORT_POSITION_STAIRCASE,
        PositionKind::Unit => key::REPORT_POSITION_UNIT,
        PositionKind::TechnicalService => key::REPORT_POSITION_TECHNICAL_SERVICE,
        PositionKind::PostalDelivery => key::REPORT_POSITION_POSTAL_DELIVERY,
        PositionKind::Parcel => key::REPORT_POSITION_PARCEL,
        PositionKind::Segment => key::REPORT_POSITION_SEGMENT,
        PositionKind::Unknown => key::REPORT_POSITION_UNKNOWN,
        PositionKind::Street => key::REPORT_POSITION_STREET,
        PositionKind::Locality => key::REPORT_POSITION_LOCALITY,
        PositionKind::Municipality => key::REPORT_POSITION_MUNICIPALITY,
        PositionKind::Interpolated => key::REPORT_POSITION_INTERPOLATED,
    }
}

/// Returns a time in Paris: `21 novembre 2026 à 23 h 05`.
pub(super) fn french_time(at: Timestamp) -> String {
    time_in_words(paris().to_datetime(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_paris() {
        assert_eq!(
            french_time("2026-11-21T22:05:03Z".parse().unwrap()),
            "21 novembre 2026 à 23 h 05"
        );
        assert_eq!(
            french_time("2026-07-31T22:00:00Z".parse().unwrap()),
            "1er août 2026 à 0 h 00"
        );
    }

    #[test]
    fn every_kind_of_position_has_a_name_and_a_sentence() {
        for kind in PositionKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            let key = format!("report.position.{}", kind.name());
            assert_eq!(position_key(kind).name(), key);
        }
    }
}
