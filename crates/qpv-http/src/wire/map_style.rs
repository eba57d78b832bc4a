//! The answer of `/tiles/style.json`: the style of `tiles/style.json`, on the layers and at the address of this service.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use qpv_service::layers::tiles::{LayerKind, Tiles};
use qpv_service::model::Vintage;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The style for any host, written by a test of the page.
static PORTABLE: LazyLock<MapStyle> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../../tiles/style.json"))
        .expect("the style in the repository is one, as a test of this crate shows")
});

/// The first zoom is at most this one: a whole town in sight, not a single street.
const MAX_FIRST_ZOOM: f64 = 13.0;

/// A MapLibre style, version 8.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MapStyle {
    /// The version of the format.
    #[schema(example = 8)]
    pub version: u8,
    /// The name of the map.
    #[schema(example = "qpv")]
    pub name: String,
    /// Longitude and latitude to open at, WGS 84 degrees.
    pub center: [f64; 2],
    /// Zoom to open at.
    pub zoom: f64,
    /// The TileJSON of the layers, under the name `qpv`.
    pub sources: BTreeMap<String, MapSource>,
    /// The layers to draw, the first at the bottom, as the MapLibre style specification defines them.
    #[schema(value_type = Vec<Object>)]
    pub layers: Vec<Value>,
}

/// A source of vector tiles.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MapSource {
    /// The kind of tiles: `vector`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The address of the TileJSON.
    pub url: String,
    /// The property that identifies features.
    pub promote_id: String,
}

impl MapStyle {
    /// Creates the style of the loaded layers, at this public address of the service.
    #[must_use]
    pub fn new(tiles: &Tiles, public_url: &str) -> Self {
        let mut style = PORTABLE.clone();
        for vintage in tiles.layers().iter().filter_map(|layer| layer.vintage) {
            style.draw_vintage(vintage);
        }
        let loaded: BTreeSet<&str> = tiles
            .layers()
            .iter()
            .map(|layer| layer.id.as_str())
            .collect();
        // A map reports an error for each layer that its source lacks.
        style
            .layers
            .retain(|layer| source_layer(layer).is_none_or(|id| loaded.contains(id)));
        let drawn: BTreeSet<&str> = style.layers.iter().filter_map(source_layer).collect();
        let ids: Vec<&str> = drawn.into_iter().collect();
        let url = format!("{public_url}/tiles/{}", ids.join(","));
        for source in style.sources.values_mut() {
            // All layers in one source: a map then requests one tile where several of them meet.
            source.url.clone_from(&url);
        }
        if let Some((center, zoom)) = first_view(tiles) {
            style.center = center;
            style.zoom = style.zoom.max(zoom);
        }
        style
    }

    /// Draws a vintage that the style does not know as those of 2015 are: dashed, and hidden at first.
    fn draw_vintage(&mut self, vintage: Vintage) {
        if self.layers.iter().any(|layer| is_of(layer, vintage)) {
            return;
        }
        // Beside its model, so that it is drawn under what that one is drawn under.
        let layers = std::mem::take(&mut self.layers).into_iter();
        self.layers = layers
            .flat_map(|layer| {
                let copy = is_of(&layer, Vintage::V2015).then(|| of_vintage(&layer, vintage));
                [Some(layer), copy].into_iter().flatten()
            })
            .collect();
    }
}

/// Returns whether a layer draws a vintage.
fn is_of(layer: &Value, vintage: Vintage) -> bool {
    let id = layer.get("id").and_then(Value::as_str);
    id.is_some_and(|id| id.contains(&format!("-{vintage}-")))
}

/// Returns a layer of 2015 for another vintage.
fn of_vintage(layer: &Value, vintage: Vintage) -> Value {
    match layer {
        Value::String(text) => Value::String(text.replace("2015", vintage.as_str())),
        Value::Array(items) => items.iter().map(|item| of_vintage(item, vintage)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), of_vintage(value, vintage)))
            .collect(),
        other => other.clone(),
    }
}

/// Returns the layer of tiles that a layer of the style draws; none for the background.
fn source_layer(layer: &Value) -> Option<&str> {
    layer.get("source-layer")?.as_str()
}

/// Returns the middle of the newest perimeters and the zoom that shows them all; none for those of the whole country, overseas
/// included, whose middle is in the ocean.
fn first_view(tiles: &Tiles) -> Option<([f64; 2], f64)> {
    let perimeters = tiles
        .layers()
        .iter()
        .rfind(|layer| layer.kind == LayerKind::Perimeters)?;
    let [west, south, east, north] = perimeters.bounds;
    // The page opens on all that is loaded under the same width.
    if east - west >= 12.0 {
        return None;
    }
    // At zoom 0 the world is 360 degrees wide, and each zoom halves what a map of that size shows.
    let zoom = (360.0 / (east - west).max(f64::EPSILON)).log2();
    // Rounded down, so that nothing loaded lies outside the view.
    let rounded = (zoom.min(MAX_FIRST_ZOOM) * 10.0).floor() / 10.0;
    Some((
        [f64::midpoint(west, east), f64::midpoint(south, north)],
        rounded,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vintage_that_the_style_does_not_know_is_drawn_like_that_of_2015() {
        let layers_of = |style: &MapStyle, year: &str| {
            let texts = style.layers.iter().map(ToString::to_string);
            texts.filter(|text| text.contains(year)).collect::<Vec<_>>()
        };
        let mut style = PORTABLE.clone();
        let vintage: Vintage = "2030".parse().expect("a vintage");
        style.draw_vintage(vintage);
        let drawn = layers_of(&style, "2030");
        let models = layers_of(&PORTABLE, "2015");
        let expected: Vec<String> = models
            .iter()
            .map(|model| model.replace("2015", "2030"))
            .collect();
        assert!(!drawn.is_empty());
        assert_eq!(drawn, expected);
        style.draw_vintage(vintage);
        assert_eq!(layers_of(&style, "2030"), expected, "drawn once");
        assert_eq!(layers_of(&style, "2024"), layers_of(&PORTABLE, "2024"));
    }

    #[test]
    fn the_portable_style_has_one_source_of_all_its_layers() {
        let names: Vec<&str> = PORTABLE.sources.keys().map(String::as_str).collect();
        assert_eq!(names, ["qpv"]);
        for layer in &PORTABLE.layers {
            assert_eq!(
                source_layer(layer).is_some(),
                layer.get("source").is_some(),
                "{layer}"
            );
        }
    }
}
