//! The drawing of a comparison's tables in QGIS: the QML of `tiles/qgis/`, its colours from the palette and its texts from the
//! catalogue. Parts differ by pattern too, so that they are read in black and white.

use qpv_french::{Key, sentence};

use crate::palette::plan_color;

/// Names of the parts of a change: what becomes of its ground.
pub(super) const PARTS: [&str; 3] = ["kept", "gained", "lost"];

/// Returns the style of ground kept (plain), gained (rising lines), lost (crossed lines).
pub(super) fn ground() -> String {
    filled(include_str!("../../../../tiles/qgis/ground.qml"))
}

/// Returns the style of a vintage's outlines: dashed for the one compared from.
pub(super) fn perimeters(from: bool) -> String {
    filled(if from {
        include_str!("../../../../tiles/qgis/perimeters-from.qml")
    } else {
        include_str!("../../../../tiles/qgis/perimeters-to.qml")
    })
}

/// Returns the style of places, each movement with a symbol of its own.
pub(super) fn places() -> String {
    filled(include_str!("../../../../tiles/qgis/places.qml"))
}

/// Returns the style of addresses gained and lost.
pub(super) fn addresses() -> String {
    filled(include_str!("../../../../tiles/qgis/addresses.qml"))
}

/// Fills the `{{names}}` of a template, and leaves out its line breaks and indents: a GeoPackage holds one line.
fn filled(template: &str) -> String {
    let line: String = template.lines().map(str::trim_start).collect();
    let mut pieces = line.split("{{");
    let mut qml = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").expect("a test fills every template");
        qml.push_str(&value(name));
        qml.push_str(rest);
    }
    qml
}

/// Returns the sentence of a key, or else the colour of a name as QGIS writes it.
fn value(name: &str) -> String {
    if let Some(key) = Key::find(name) {
        return escaped(&sentence(key, &[]));
    }
    let (red, green, blue) = plan_color(name);
    format!("{red},{green},{blue}")
}

fn escaped(text: &str) -> String {
    // The ampersand comes first, or those of the other entities would be escaped again.
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use qpv_service::messages::comparison::{movement_key, side_key};
    use qpv_service::{AddressSide, Movement};

    use super::*;

    #[test]
    fn every_template_is_filled() {
        for qml in [
            ground(),
            perimeters(true),
            perimeters(false),
            places(),
            addresses(),
        ] {
            assert!(qml.starts_with("<!DOCTYPE qgis") && qml.ends_with("</qgis>"));
            assert!(!qml.contains("{{") && !qml.contains('\n'), "{qml}");
        }
    }

    #[test]
    fn every_movement_part_and_side_has_a_category() {
        for movement in Movement::ALL {
            assert!(places().contains(&category(movement.as_str(), movement_key(movement))));
        }
        for side in [AddressSide::Gained, AddressSide::Lost] {
            assert!(addresses().contains(&category(side.as_str(), side_key(side))));
        }
        for part in PARTS {
            assert!(ground().contains(&format!("value=\"{part}\"")));
        }
    }

    fn category(value: &str, label: Key) -> String {
        format!(
            "value=\"{value}\" label=\"{}\"/>",
            escaped(&sentence(label, &[]))
        )
    }
}
