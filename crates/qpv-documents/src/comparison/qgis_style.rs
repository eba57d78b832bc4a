//! How QGIS draws the tables of a comparison: QML, with what differs told apart by pattern, so that it is read in black and
//! white too. Texts come from the catalogue.

use std::fmt::Write;

use qpv_french::{key, sentence};

use qpv_service::messages::comparison::{movement_key, side_key};
use qpv_service::{AddressSide, Movement};

/// Names of the parts of a change: what becomes of its ground.
pub(super) const PARTS: [&str; 3] = ["kept", "gained", "lost"];

/// Black, and what a colour screen adds.
const OLD: &str = "90,90,90,255";
const NEW: &str = "16,40,110,255";
const GAINED: &str = "0,98,70,255";
const LOST: &str = "168,36,24,255";

/// Ground kept (plain), gained (rising lines), lost (crossed lines).
pub(super) fn ground() -> String {
    let [kept, gained, lost] = PARTS;
    let simple = layer(
        "SimpleFill",
        &[
            ("color", "186,205,236,150"),
            ("style", "solid"),
            ("outline_style", "no"),
        ],
        "",
    );
    let crossed = [lines("45", LOST), lines("135", LOST)].concat();
    categorised(
        "part",
        "fill",
        &[
            (kept, sentence(key::COMPARE_PART_KEPT, &[]), simple),
            (
                gained,
                sentence(key::COMPARE_PART_GAINED, &[]),
                lines("45", GAINED),
            ),
            (lost, sentence(key::COMPARE_PART_LOST, &[]), crossed),
        ],
    )
}

/// The outlines of a vintage: dashed for the one compared from.
pub(super) fn perimeters(from: bool) -> String {
    let (color, style, width) = if from {
        (OLD, "dash", "0.5")
    } else {
        (NEW, "solid", "0.7")
    };
    let line = layer(
        "SimpleLine",
        &[
            ("line_color", color),
            ("line_style", style),
            ("line_width", width),
        ],
        "",
    );
    let symbol = symbol("0", "fill", &line);
    document(&format!(
        "<renderer-v2 type=\"singleSymbol\"><symbols>{symbol}</symbols></renderer-v2>"
    ))
}

/// Places, each movement with a sign of its own.
pub(super) fn places() -> String {
    let sign = |movement: Movement| {
        let (name, color) = match movement {
            Movement::Entered => ("triangle", GAINED),
            Movement::Left => ("cross_fill", LOST),
            Movement::Stayed => ("circle", NEW),
            Movement::Band => ("diamond", "255,255,255,255"),
            Movement::Undetermined => ("square", "255,255,255,255"),
        };
        let text = sentence(movement_key(movement), &[]);
        (movement.as_str(), text, marker(name, color, "3"))
    };
    categorised("movement", "marker", &Movement::ALL.map(sign))
}

/// Addresses gained and lost.
pub(super) fn addresses() -> String {
    let sign = |side: AddressSide, name: &str, color: &str| {
        (
            side.as_str(),
            sentence(side_key(side), &[]),
            marker(name, color, "1.4"),
        )
    };
    let signs = [
        sign(AddressSide::Gained, "circle", GAINED),
        sign(AddressSide::Lost, "cross2", LOST),
    ];
    categorised("side", "marker", &signs)
}

fn categorised(attribute: &str, kind: &str, categories: &[(&str, String, String)]) -> String {
    let (mut named, mut symbols) = (String::new(), String::new());
    for (index, (value, label, layers)) in categories.iter().enumerate() {
        let label = escaped(label);
        let _ = write!(
            named,
            "<category render=\"true\" symbol=\"{index}\" value=\"{value}\" label=\"{label}\"/>"
        );
        symbols.push_str(&symbol(&index.to_string(), kind, layers));
    }
    document(&format!(
        "<renderer-v2 type=\"categorizedSymbol\" attr=\"{attribute}\"><categories>{named}</categories>\
         <symbols>{symbols}</symbols></renderer-v2>"
    ))
}

fn document(renderer: &str) -> String {
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\
         <qgis version=\"3.22\" styleCategories=\"Symbology\">{renderer}</qgis>"
    )
}

fn symbol(name: &str, kind: &str, layers: &str) -> String {
    format!(
        "<symbol name=\"{name}\" type=\"{kind}\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">{layers}</symbol>"
    )
}

fn layer(class: &str, options: &[(&str, &str)], within: &str) -> String {
    let option = |(name, value): &(&str, &str)| {
        format!("<Option name=\"{name}\" type=\"QString\" value=\"{value}\"/>")
    };
    let options: Vec<String> = options.iter().map(option).collect();
    let options = options.concat();
    format!(
        "<layer class=\"{class}\" enabled=\"1\" locked=\"0\" pass=\"0\"><Option type=\"Map\">{options}</Option>{within}</layer>"
    )
}

/// Lines at an angle, with a thin outline.
fn lines(angle: &str, color: &str) -> String {
    let line = layer(
        "SimpleLine",
        &[
            ("line_color", color),
            ("line_width", "0.3"),
            ("line_style", "solid"),
        ],
        "",
    );
    let within = symbol("@0@0", "line", &line);
    let pattern = layer(
        "LinePatternFill",
        &[
            ("angle", angle),
            ("distance", "1.8"),
            ("distance_unit", "MM"),
        ],
        &within,
    );
    let outline = layer(
        "SimpleLine",
        &[
            ("line_color", color),
            ("line_width", "0.2"),
            ("line_style", "solid"),
        ],
        "",
    );
    format!("{pattern}{outline}")
}

fn marker(name: &str, color: &str, size: &str) -> String {
    let options = [
        ("name", name),
        ("color", color),
        ("size", size),
        ("outline_color", "0,0,0,255"),
        ("outline_width", "0.3"),
    ];
    layer("SimpleMarker", &options, "")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
