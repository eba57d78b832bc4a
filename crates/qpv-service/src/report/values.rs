//! How a report writes its values: coordinates, distances, days, and the stable names of kinds of position.

use jiff::Timestamp;
use qpv_model::{PositionKind, Wgs84Point};

use crate::messages::{metres, say};
use crate::messages::{metres, say};
use crate::query::paris;
use crate::{SearchFilter, Standing, centimetres};

/// Longitude and latitude to the centimetre.
pub(super) fn coordinates(point: Wgs84Point) -> [String; 2] {
    [point.lon_deg(), point.lat_deg()].map(|degrees| format!("{degrees:.7}"))
}

/// The same as a sentence has them.
pub(super) fn french_coordinates(point: Wgs84Point) -> String {
    let [lon, lat] = coordinates(point).map(|degrees| degrees.replace('.', ","));
    say("report.coordinates", &[("lon", &lon), ("lat", &lat)])
}

/// Where an address was looked for: postcode, INSEE code.
pub(super) fn within(filter: &SearchFilter) -> String {
    let postcode = filter.postcode.map(|postcode| format!("{postcode:05}"));
    let commune = filter.citycode.map(|code| code.to_string());
    postcode
        .into_iter()
        .chain(commune)
        .collect::<Vec<_>>()
        .join(" ")
}

/// How far the position is from the line.
pub(super) fn distance(standing: &Standing) -> String {
    let Some(signed_m) = standing.located.signed_distance_m else {
        return say("web.answer.distance.none", &[]);
    };
    let distance = metres(signed_m);
    let key = match centimetres(signed_m) {
        m if m < 0.0 => "web.answer.distance.inside",
        0.0 => "web.answer.distance.on_line",
        _ => "web.answer.distance.outside",
    };
    say(key, &[("distance", &distance)])
}

/// The stable name of a kind of position.
pub(super) fn position_name(kind: PositionKind) -> &'static str {
    match kind {
        PositionKind::Entrance => "entrance",
        PositionKind::Building => "building",
        PositionKind::Staircase => "staircase",
        PositionKind::Unit => "unit",
        PositionKind::TechnicalService => "technical_service",
        PositionKind::PostalDelivery => "postal_delivery",
        PositionKind::Parcel => "parcel",
        PositionKind::Segment => "segment",
        PositionKind::Unknown => "unknown",
        PositionKind::Street => "street",
        PositionKind::Locality => "locality",
        PositionKind::Municipality => "municipality",
    }
}

/// A time in Paris: `21 novembre 2026 à 23 h 05`.
pub(super) fn french_time(at: Timestamp) -> String {
    let at = paris().to_datetime(at);
    format!(
        "{} à {} h {:02}",
        french_day(at.date()),
        at.hour(),
        at.minute()
    )
}

/// A day: `1er juin 2024`.
pub(super) fn french_day(day: jiff::civil::Date) -> String {
    let months = say("report.months", &[]);
    let month = months
        .split(' ')
        .nth(usize::from(day.month().unsigned_abs()) - 1)
        .unwrap_or_default();
    let number = if day.day() == 1 {
        "1er".to_owned()
    } else {
        day.day().to_string()
    };
    format!("{number} {month} {}", day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_french() {
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
            assert_eq!(serde_json::to_value(kind).unwrap(), position_name(kind));
            let key = format!("report.position.{}", position_name(kind));
            assert_ne!(say(&key, &[]), key);
        }
    }
}
