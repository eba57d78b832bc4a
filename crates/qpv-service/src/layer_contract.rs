//! The contract of the layers, from `tiles/layers.toml`: their kinds, identifiers, attributions, zooms.
//!
//! Tiles, collections of OGC API Features and documents take the name of a layer from here.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use qpv_french::Key;
use qpv_model::Vintage;
use serde::Deserialize;

/// The layers as the file defines them, in the order of the file.
static CONTRACT: LazyLock<LayerContract> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../tiles/layers.toml"))
        .expect("the file is part of the program, and tests read it")
});

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LayerContract {
    #[serde(rename = "layer")]
    layers: Vec<LayerDefinition>,
}

/// The definition of a layer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "tests hold attributes and geometry to the layers themselves"
    )
)]
pub(crate) struct LayerDefinition {
    /// The identifier, with a place for the vintage or the name.
    id: String,
    kind: LayerKind,
    geometry: Geometry,
    attributes: Vec<String>,
    /// The first and the last zoom with tiles.
    zooms: [u8; 2],
    attribution: String,
    #[serde(default = "is_archived_by_default")]
    archived: bool,
}

/// The shape of a layer's features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Geometry {
    Polygon,
    Point,
    Line,
}

/// The subject of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum LayerKind {
    /// Perimeters of a vintage.
    Perimeters,
    /// Their 300 m band, computed.
    Band,
    /// The official layer of the band.
    OfficialBand,
    /// Points of perimeters, clustered at low zooms.
    Clusters,
    /// The number of perimeters of each department, at a point.
    DepartementCounts,
    /// The number of perimeters of each region, at a point.
    RegionCounts,
    /// Outlines of regions.
    Regions,
    /// Outlines of departments.
    Departements,
    /// Outlines of communes.
    Communes,
    /// Names of streets.
    Streets,
    /// Lines through the numbers of streets.
    StreetLines,
    /// Numbers of addresses.
    Addresses,
    /// Names of communes.
    CommuneNames,
    /// Parcels of the land register.
    Parcels,
    /// Outlines of buildings.
    Buildings,
    /// A custom layer of a town.
    Own,
    /// A zoning of areas.
    Zoning,
}

impl LayerKind {
    /// Returns the name of this kind in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Returns the identifier of the only layer of this kind.
    pub(crate) fn id(self) -> &'static str {
        &self.definition().id
    }

    /// Returns the identifier of the layer of a vintage.
    pub(crate) fn vintage_id(self, vintage: Vintage) -> String {
        self.id().replace("{vintage}", vintage.as_str())
    }

    /// Returns the identifier of a town's layer, or of a zoning.
    pub(crate) fn named_id(self, name: &str) -> String {
        self.id().replace("{name}", name)
    }

    /// Returns the sentence that credits the source of these layers.
    pub(crate) fn attribution(self) -> Key {
        Key::find(&self.definition().attribution).expect("a test finds the key of every kind")
    }

    /// Returns the zooms that may have tiles.
    pub(crate) fn zooms(self) -> RangeInclusive<u8> {
        let [first, last] = self.definition().zooms;
        first..=last
    }

    /// Returns whether an archive holds these layers without being asked to: addresses of a country are gigabytes.
    pub(crate) fn is_archived(self) -> bool {
        self.definition().archived
    }

    fn definition(self) -> &'static LayerDefinition {
        CONTRACT
            .layers
            .iter()
            .find(|definition| definition.kind == self)
            .expect("a test finds every kind in the file")
    }
}

fn is_archived_by_default() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::sample;
    use crate::derived::DerivedData;
    use crate::snapshot::Snapshot;

    const KINDS: [LayerKind; 17] = [
        LayerKind::Perimeters,
        LayerKind::Band,
        LayerKind::OfficialBand,
        LayerKind::Clusters,
        LayerKind::DepartementCounts,
        LayerKind::RegionCounts,
        LayerKind::Regions,
        LayerKind::Departements,
        LayerKind::Communes,
        LayerKind::Streets,
        LayerKind::StreetLines,
        LayerKind::Addresses,
        LayerKind::CommuneNames,
        LayerKind::Parcels,
        LayerKind::Buildings,
        LayerKind::Own,
        LayerKind::Zoning,
    ];

    #[test]
    fn every_kind_is_defined_once_with_a_sentence() {
        assert_eq!(CONTRACT.layers.len(), KINDS.len());
        for kind in KINDS {
            assert!(!kind.attribution().template().is_empty(), "{kind:?}");
            assert!(kind.zooms().count() > 0, "{kind:?}");
        }
    }

    #[test]
    fn layers_of_the_sample_are_as_defined() {
        let derived = DerivedData::new(Snapshot::new(sample().unwrap()));
        for layer in derived.tiles().layers() {
            let definition = layer.kind.definition();
            let named = layer.vintage.map(|vintage| layer.kind.vintage_id(vintage));
            let own = layer.name.as_deref().map(|name| layer.kind.named_id(name));
            let id = named.or(own).unwrap_or_else(|| layer.kind.id().to_owned());
            assert_eq!(layer.id, id);
            let zooms = layer.kind.zooms();
            assert!(
                zooms.contains(layer.zooms.start()) && zooms.contains(layer.zooms.end()),
                "{id}"
            );
            let vintages = derived.snapshot().vintages();
            let counts: Vec<String> = vintages
                .map(|(vintage, _)| format!("qpv_{vintage}"))
                .collect();
            for (attribute, _) in &layer.fields {
                let defined = if counts.contains(attribute) {
                    "qpv_{vintage}"
                } else {
                    attribute
                };
                assert!(
                    definition.attributes.iter().any(|it| it == defined),
                    "{id}: {attribute}"
                );
            }
        }
    }

    #[test]
    fn the_documents_name_every_layer_and_its_attributes() {
        let tiles = include_str!("../../../tiles/README.md");
        let ogc = include_str!("../../../docs/ogc.md");
        for definition in &CONTRACT.layers {
            let id = definition
                .id
                .replace("{vintage}", "2024")
                .replace("{name}", "NAME");
            let row = tiles
                .lines()
                .find(|line| line.starts_with('|') && line.contains(&format!("`{id}`")));
            let row = row.unwrap_or_else(|| panic!("no row for {id}"));
            for attribute in &definition.attributes {
                assert!(row.contains(&format!("`{attribute}`")), "{id}: {attribute}");
            }
            // Points stand for polygons or addresses, and are in no collection; nor are layers of a country's size.
            if definition.geometry == Geometry::Polygon && definition.archived {
                let family = id.trim_end_matches("2024");
                assert!(ogc.contains(&format!("`{family}")), "{id} in docs/ogc.md");
            }
        }
    }
}
