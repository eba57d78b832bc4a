//! The layers of a snapshot as tiles, and their attributions. Their attributes are in
//! [`crate::layers::attributes`].

use geo_types::{Coord, MultiPolygon};
use qpv_addresses::AddressIndex;
use qpv_engine::PerimeterIndex;
use qpv_french::{key, sentence};
use qpv_model::{AdminLevel, CustomArea, FootprintKind, Perimeter, Vintage, ZoningRecord};
use qpv_tiles::{
    FeatureLayer, FeatureProperties, FeatureValue, PointFeature, TileSource, label_point,
};

use super::addresses::AddressLayer;
use super::commune_names::commune_names;
use super::footprints::FootprintTiles;
use super::{Drawn, LayerKind, TileLayer, field_names};
use crate::layers::attributes::{
    band_attributes, own_attributes, perimeter_attributes, zoned_attributes,
};
use crate::layers::counts::{Labels, areas, points};
use crate::snapshot::Snapshot;

/// All layers that have a feature.
pub(super) fn from_snapshot(snapshot: &Snapshot) -> Vec<TileLayer> {
    let mut layers = Vec::new();
    let labels = labels(snapshot);
    for (vintage, zones) in snapshot.vintages() {
        layers.extend(vintage_layers(snapshot, vintage, zones, &labels));
    }
    let counts = [
        (LayerKind::DepartementCounts, AdminLevel::Departement),
        (LayerKind::RegionCounts, AdminLevel::Region),
    ];
    for (kind, level) in counts {
        layers.push(featured(
            snapshot,
            kind,
            None,
            FeatureLayer::points(kind.id(), points(snapshot, level, &labels)),
        ));
    }
    for level in AdminLevel::ALL {
        let kind = match level {
            AdminLevel::Region => LayerKind::Regions,
            AdminLevel::Departement => LayerKind::Departements,
            AdminLevel::Commune => LayerKind::Communes,
        };
        let layer = FeatureLayer::polygons(kind.id(), areas(snapshot, level));
        layers.push(featured(snapshot, kind, None, layer));
    }
    for (name, areas) in snapshot.own_layers() {
        let layer = own_layer(&LayerKind::Own.named_id(name), &areas.layer().areas);
        let attribution = sentence(LayerKind::Own.attribution(), &[("name", name)]);
        let layer = featured(snapshot, LayerKind::Own, None, layer);
        layers.push(TileLayer {
            name: Some(name.to_owned()),
            attribution,
            ..layer
        });
    }
    for (record, areas) in snapshot.zoned_layers() {
        layers.push(zoned_layer(snapshot, record, &areas.layer().areas));
    }
    layers.push(featured(
        snapshot,
        LayerKind::CommuneNames,
        None,
        commune_names(snapshot, &labels),
    ));
    // A layer without features would be offered and draw nothing.
    layers.retain(|layer| layer.features > 0);
    layers.extend(address_layers(snapshot));
    for kind in [FootprintKind::Parcels, FootprintKind::Buildings] {
        layers.extend(footprint_layer(snapshot, kind));
    }
    layers
}

/// The layers that each vintage has: its perimeters, its bands, and the points that stand for perimeters on a small map.
fn vintage_layers(
    snapshot: &Snapshot,
    vintage: Vintage,
    zones: &PerimeterIndex,
    labels: &Labels,
) -> [TileLayer; 4] {
    let band = snapshot
        .band(vintage)
        .iter()
        .map(|area| (&area.outline, band_attributes(area)));
    let official_band = zones
        .layer()
        .official_band
        .iter()
        .map(|outline| (outline.wgs84(), FeatureProperties::new()));
    let perimeters_id = LayerKind::Perimeters.vintage_id(vintage);
    let band_id = LayerKind::Band.vintage_id(vintage);
    let official_band_id = LayerKind::OfficialBand.vintage_id(vintage);
    let clusters_id = LayerKind::Clusters.vintage_id(vintage);
    let layers = [
        (
            LayerKind::Perimeters,
            perimeter_layer(&perimeters_id, zones.perimeters()),
        ),
        (LayerKind::Band, FeatureLayer::polygons(&band_id, band)),
        (
            LayerKind::OfficialBand,
            FeatureLayer::polygons(&official_band_id, official_band),
        ),
        (
            LayerKind::Clusters,
            cluster_layer(&clusters_id, zones.perimeters(), labels),
        ),
    ];
    layers.map(|(kind, layer)| featured(snapshot, kind, Some(vintage), layer))
}

fn featured(
    snapshot: &Snapshot,
    kind: LayerKind,
    vintage: Option<Vintage>,
    layer: FeatureLayer,
) -> TileLayer {
    TileLayer {
        id: TileSource::name(&layer).to_owned(),
        kind,
        vintage,
        name: None,
        label: None,
        attribution: due_to(snapshot, kind),
        zooms: layer.zooms(),
        // Without features there is no envelope; such a layer is not kept.
        bounds: layer.bounds().unwrap_or_default(),
        features: layer.len(),
        fields: field_names(layer.fields()),
        drawn: Drawn::Features(layer),
    }
}

/// Returns the attribution of a layer.
fn due_to(snapshot: &Snapshot, kind: LayerKind) -> String {
    // Custom layers of a town are credited to the town, whatever data they lie on: their callers replace this.
    let key = match kind {
        _ if snapshot.fictional() => key::TILES_ATTRIBUTION_FICTIONAL,
        LayerKind::Own | LayerKind::Zoning => LayerKind::Perimeters.attribution(),
        _ => kind.attribution(),
    };
    sentence(key, &[])
}

fn perimeter_layer(id: &str, perimeters: &[Perimeter]) -> FeatureLayer {
    FeatureLayer::polygons(
        id,
        perimeters
            .iter()
            .map(|perimeter| (perimeter.outline.wgs84(), perimeter_attributes(perimeter))),
    )
}

/// A point inside each perimeter; on it, when it was published without area.
fn labels(snapshot: &Snapshot) -> Labels {
    let perimeters = snapshot
        .vintages()
        .flat_map(|(_, zones)| zones.perimeters());
    perimeters
        .filter_map(|perimeter| Some((perimeter.code_qp, label_or_vertex(perimeter)?)))
        .collect()
}

/// A point inside a perimeter, or its first vertex when it has no area.
fn label_or_vertex(perimeter: &Perimeter) -> Option<Coord<f64>> {
    let outline = perimeter.outline.wgs84();
    label_point(outline).or_else(|| {
        outline
            .iter()
            .flat_map(|part| part.exterior().coords())
            .next()
            .copied()
    })
}

/// Perimeters as these points.
fn cluster_layer(id: &str, perimeters: &[Perimeter], labels: &Labels) -> FeatureLayer {
    let points = perimeters.iter().filter_map(|perimeter| {
        let properties = vec![
            (
                "code_qp".into(),
                FeatureValue::Text(perimeter.code_qp.to_string()),
            ),
            (
                "lib_qp".into(),
                FeatureValue::Text(perimeter.lib_qp.clone()),
            ),
        ];
        Some(PointFeature {
            at: *labels.get(&perimeter.code_qp)?,
            properties,
        })
    });
    FeatureLayer::clusters(id, points.collect())
}

fn own_layer(id: &str, areas: &[CustomArea]) -> FeatureLayer {
    FeatureLayer::polygons(
        id,
        areas.iter().map(|area| {
            (
                area.outline.wgs84() as &MultiPolygon<f64>,
                own_attributes(area),
            )
        }),
    )
}

/// The areas of a zoning.
fn zoned_layer(snapshot: &Snapshot, record: &ZoningRecord, areas: &[CustomArea]) -> TileLayer {
    let kind = LayerKind::Zoning;
    let name = record.name.as_str();
    // Areas of the past and to come are drawn too: a map chooses by the days in their attributes.
    let areas = areas.iter().map(|area| {
        let outline: &MultiPolygon<f64> = area.outline.wgs84();
        (outline, zoned_attributes(record, area))
    });
    let layer = FeatureLayer::polygons(&kind.named_id(name), areas);
    // The text or the body that made it is what a map owes.
    let origin = match &record.source {
        Some(source) => format!("{}, {source}", record.label),
        None => record.label.clone(),
    };
    TileLayer {
        name: Some(name.to_owned()),
        label: Some(record.label.clone()),
        attribution: sentence(kind.attribution(), &[("name", &origin)]),
        ..featured(snapshot, kind, None, layer)
    }
}

/// Parcels or buildings; `None` where none are loaded.
fn footprint_layer(snapshot: &Snapshot, kind: FootprintKind) -> Option<TileLayer> {
    let source = FootprintTiles::new(snapshot.ground(), kind);
    let layer_kind = source.kind();
    Some(TileLayer {
        id: layer_kind.id().to_owned(),
        kind: layer_kind,
        vintage: None,
        name: None,
        label: None,
        attribution: sentence(layer_kind.attribution(), &[]),
        zooms: source.zooms(),
        bounds: source.bounds()?,
        features: usize::try_from(snapshot.ground().count(kind)).unwrap_or(usize::MAX),
        fields: field_names(source.fields()),
        drawn: Drawn::Footprints(kind),
    })
}

/// Streets and numbers, where addresses are loaded.
fn address_layers(snapshot: &Snapshot) -> Vec<TileLayer> {
    let Ok(index) = snapshot.addresses() else {
        return Vec::new();
    };
    [
        AddressLayer::Streets,
        AddressLayer::Lines,
        AddressLayer::Numbers,
    ]
    .into_iter()
    .filter_map(|layer| address_layer(snapshot, index, layer))
    .collect()
}

/// A layer of an index; `None` when that has no addresses.
fn address_layer(
    snapshot: &Snapshot,
    index: &AddressIndex,
    layer: AddressLayer,
) -> Option<TileLayer> {
    let source = layer.over(Some(index));
    Some(TileLayer {
        id: layer.id().to_owned(),
        kind: layer.kind(),
        vintage: None,
        name: None,
        label: None,
        attribution: due_to(snapshot, layer.kind()),
        zooms: source.zooms(),
        bounds: source.bounds()?,
        features: match layer {
            AddressLayer::Streets | AddressLayer::Lines => index.streets_len(),
            AddressLayer::Numbers => index.len(),
        },
        fields: field_names(source.fields()),
        drawn: Drawn::Addresses(layer),
    })
}
