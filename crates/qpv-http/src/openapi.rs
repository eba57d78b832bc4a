//! The OpenAPI document, made from the handlers themselves.

mod bounds;

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;
use crate::{
    addresses, check, communes, compare, examples, ground_tiles, health, indicators, lists, ogc,
    perimeters, reports, share, sig_ville, sources, streets, suggestions, tiles, vintages, zones,
    zonings,
};

#[derive(OpenApi)]
#[openapi(info(
    title = "qpv",
    description = "Answers whether a place lies in a priority neighbourhood (QPV), in its 300 m band, or outside, and with what certainty. \
            Longitude first; distances in geodesic metres; errors are problems (RFC 9457) with a stable `code`. \
            Answers are indicative and carry the digest of the dataset they come from.",
    license(name = "EUPL-1.2", identifier = "EUPL-1.2"),
), modifiers(&KeySchemes), security((), ("bearer" = []), ("header" = []), ("session" = [])))]
struct Description;

/// The ways to show a key, to a service that asks for one.
struct KeySchemes;

impl Modify for KeySchemes {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let components = description.components.get_or_insert_default();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("qpv_ID_SECRET")
            .description(Some(
                "A key of this service (`qpv keys add`), where it asks for one",
            ))
            .build();
        let header = ApiKeyValue::with_description("X-Api-Key", "The same key as it is");
        let session =
            ApiKeyValue::with_description("qpv_session", "The session of a browser, by /sign-in");
        for (name, scheme) in [
            ("bearer", SecurityScheme::Http(bearer)),
            ("header", SecurityScheme::ApiKey(ApiKey::Header(header))),
            ("session", SecurityScheme::ApiKey(ApiKey::Cookie(session))),
        ] {
            components.add_security_scheme(name, scheme);
        }
    }
}

/// Returns the API's routes with their description.
pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(zones::get_zone, zones::post_zones))
        .routes(routes!(perimeters::list_perimeters))
        .routes(routes!(perimeters::get_perimeter))
        .routes(routes!(communes::get_commune))
        .routes(routes!(communes::list_places))
        .routes(routes!(vintages::list_vintages))
        .routes(routes!(zonings::list_zonings))
        .routes(routes!(indicators::list_indicators))
        .routes(routes!(sources::list_sources))
        .routes(routes!(compare::get_comparison))
        .routes(routes!(share::get_share, share::post_share))
        .routes(routes!(addresses::search))
        .routes(routes!(addresses::reverse))
        .routes(routes!(addresses::tables::search_csv))
        .routes(routes!(addresses::tables::reverse_csv))
        .routes(routes!(addresses::post_search))
        .routes(routes!(addresses::post_reverse))
        .routes(routes!(suggestions::post_suggest))
        .routes(routes!(check::post_check))
        .routes(routes!(examples::list_examples))
        .routes(routes!(check::list_programmes))
        .routes(routes!(lists::post_batch))
        .routes(routes!(lists::get_progress))
        .routes(routes!(reports::post_report))
        .routes(routes!(reports::post_verify))
        .routes(routes!(reports::get_key))
        .routes(routes!(
            sig_ville::get_georeferencer,
            sig_ville::post_georeferencer
        ))
        .routes(routes!(sig_ville::get_v1))
        .routes(routes!(sig_ville::get_v2))
        .routes(routes!(sig_ville::get_position))
        .routes(routes!(streets::get_profile))
        .routes(routes!(tiles::list_layers))
        .routes(routes!(tiles::get_style))
        .routes(routes!(tiles::get_tilejson))
        .routes(routes!(tiles::get_tile))
        .routes(routes!(ground_tiles::get_tilejson))
        .routes(routes!(ground_tiles::get_tile))
        .routes(routes!(ogc::get_landing))
        .routes(routes!(ogc::get_conformance))
        .routes(routes!(ogc::list_collections))
        .routes(routes!(ogc::get_collection))
        .routes(routes!(ogc::list_items))
        .routes(routes!(ogc::get_item))
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
}

/// Returns the OpenAPI document, as served at `/openapi.json`.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let mut description = api().into_openapi();
    bounds::add(&mut description);
    description
}
