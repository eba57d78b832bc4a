//! The parcels and buildings that an address stands on.

use geojson::{Feature, FeatureCollection, Geometry, JsonObject};
use qpv_service::model::{Footprint, FootprintKind};
use qpv_service::{Site, SiteNote};
use serde::Serialize;
use utoipa::ToSchema;

/// The ground of an address, when its position alone leaves its zone open.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteAnswer {
    /// `identifier` when the address file names its parcels, `holding` when they hold its position, `nearest` when they come
    /// within the uncertainty of its position.
    #[schema(example = "identifier")]
    pub join: &'static str,
    /// The kind that was decided by: `parcels` or `buildings`.
    #[schema(example = "buildings")]
    pub basis: &'static str,
    /// `clear` when all of them lie in one zone, `reaches` when the buildings reach clear of the line and are not cut by it, `cut`
    /// when a line runs through them, `near` when a line is nearer than it is exact, `none` for the reason in the notes.
    #[schema(example = "clear")]
    pub finding: &'static str,
    /// The identifiers of the parcels.
    #[schema(example = json!(["90010000AB0123"]))]
    pub parcels: Vec<String>,
    /// The number of buildings.
    pub buildings: usize,
    /// Their outlines, GeoJSON, longitude and latitude on WGS 84; `kind` and `id` in the properties.
    #[schema(value_type = Object)]
    pub outlines: FeatureCollection,
    /// The obstacles met, and what is worth knowing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<SiteNoteAnswer>,
}

/// Something about the ground of an address.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteNoteAnswer {
    /// `unknown_parcels`, `far_parcels`, `spans_parcels`, `no_building`, `unusable` or `damaged`.
    #[schema(example = "unknown_parcels")]
    pub code: &'static str,
    /// The parcels it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parcels: Vec<String>,
}

impl From<&Site> for SiteAnswer {
    fn from(site: &Site) -> Self {
        let parcels = features(FootprintKind::Parcels, &site.parcels);
        let buildings = features(FootprintKind::Buildings, &site.buildings);
        Self {
            join: site.join.name(),
            basis: site.basis.name(),
            finding: site.finding.name(),
            parcels: site
                .parcels
                .iter()
                .map(|parcel| parcel.id.clone())
                .collect(),
            buildings: site.buildings.len(),
            // Below and above, as they are drawn.
            outlines: parcels.chain(buildings).collect(),
            notes: site.notes.iter().map(SiteNoteAnswer::from).collect(),
        }
    }
}

impl From<&SiteNote> for SiteNoteAnswer {
    fn from(note: &SiteNote) -> Self {
        let parcels = match note {
            SiteNote::UnknownParcels(parcels) | SiteNote::FarParcels(parcels) => &parcels[..],
            _ => &[],
        };
        Self {
            code: note.name(),
            parcels: parcels.iter().map(ToString::to_string).collect(),
        }
    }
}

fn features(kind: FootprintKind, footprints: &[Footprint]) -> impl Iterator<Item = Feature> {
    footprints.iter().map(move |footprint| {
        let properties = [("kind", kind.name()), ("id", footprint.id.as_str())];
        let properties = properties.map(|(name, value)| (name.to_owned(), value.into()));
        Feature {
            geometry: Some(Geometry::from(&footprint.outline)),
            properties: Some(JsonObject::from_iter(properties)),
            ..Feature::default()
        }
    })
}
