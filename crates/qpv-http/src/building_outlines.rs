//! The outlines of a building or of a project, as GeoJSON gives them.

use geojson::{Feature, GeoJson, JsonValue};
use qpv_service::{AnnexOutline, BuildingOutlines};

use crate::problem::Problem;
use crate::zones::polygon_of;

/// Outlines of a project at most: each annex is judged for itself.
const MAX_OUTLINES: usize = 100;
/// Characters of an annex's name at most.
const MAX_NAME_CHARACTERS: usize = 100;

/// Reads the outline of a building, alone or in a feature, or those of a project in a collection: its buildings are taken for
/// one, and features with the property `annex: true` are its annexes.
///
/// # Errors
/// A [`Problem`] for anything else, which names the feature of a collection.
pub(crate) fn building_outlines(geojson: GeoJson) -> Result<BuildingOutlines, Problem> {
    let GeoJson::FeatureCollection(collection) = geojson else {
        return Ok(polygon_of(geojson)?.into());
    };
    if collection.features.len() > MAX_OUTLINES {
        return Err(Problem::bad_body(format!(
            "a project has {MAX_OUTLINES} outlines at most, not {}",
            collection.features.len()
        )));
    }
    let (mut buildings, mut annexes) = (Vec::new(), Vec::new());
    for (index, feature) in collection.features.into_iter().enumerate() {
        let number = index + 1;
        let name = name(&feature, number)?;
        let is_annex = is_annex(&feature, number)?;
        let outline = polygon_of(GeoJson::Feature(feature))
            .map_err(|_| in_feature(number, "it has no `Polygon` or `MultiPolygon`"))?;
        if is_annex {
            annexes.push(AnnexOutline { name, outline });
        } else {
            buildings.push(outline);
        }
    }
    // Annexes have what their building has: without one there is nothing to answer.
    if buildings.is_empty() {
        return Err(Problem::bad_body(
            "a project has one building at least: a feature without `annex: true`",
        ));
    }
    Ok(BuildingOutlines::of_project(&buildings, annexes)?)
}

fn is_annex(feature: &Feature, number: usize) -> Result<bool, Problem> {
    match feature.property("annex") {
        None | Some(JsonValue::Null) => Ok(false),
        Some(JsonValue::Bool(is_annex)) => Ok(*is_annex),
        // Guessed wrong, a car park would take the rate from the dwellings, or a dwelling be left out.
        Some(other) => Err(in_feature(
            number,
            &format!("`annex` is true or false, not {other}"),
        )),
    }
}

fn name(feature: &Feature, number: usize) -> Result<String, Problem> {
    match feature.property("name") {
        None | Some(JsonValue::Null) => Ok(String::new()),
        Some(JsonValue::String(name)) if name.chars().count() <= MAX_NAME_CHARACTERS => {
            // A control character has no place in a report, which is signed line by line.
            let name = name.replace(char::is_control, " ");
            Ok(name.split_whitespace().collect::<Vec<_>>().join(" "))
        }
        Some(_) => Err(in_feature(
            number,
            &format!("`name` is a text of {MAX_NAME_CHARACTERS} characters at most"),
        )),
    }
}

fn in_feature(number: usize, fault: &str) -> Problem {
    Problem::bad_body(format!("feature {number}: {fault}"))
}
