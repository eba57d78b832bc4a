//! From the features of a layer to perimeters: codes are read, outlines repaired, parts joined, areas measured.

use std::collections::BTreeMap;

use geo::{BooleanOps, CoordsIter};
use geo_types::MultiPolygon;
use qpv_model::{CommuneCode, Outline, Perimeter, QpvCode, Territory};

use super::outlines::{self, LayerOrigin, NOTHING_INSIDE, in_both};
use super::placement::{PlacedFeature, misplaced};
use super::{Import, LayerCandidate, precision};
use crate::crs::{area_of, place};
use crate::error::Error;
use crate::readers::{RawFeature, RawLayer};
use crate::repair::fault;
use crate::report::{FeatureNote, LayerReport};
use crate::schema::{
    PerimeterColumns, commune_code, commune_names, department_code, several, single,
};

/// Vertices of a perimeter at most. Of the official ones the longest has 923, in degrees as surveyed.
const MAX_VERTICES: usize = 20_000;
/// Rings of a perimeter at most. The official ones have up to 4.
const MAX_RINGS: usize = 1_000;

/// A feature with a code and a geometry.
struct Part {
    number: usize,
    attributes: Vec<Option<String>>,
    outline: MultiPolygon<f64>,
}

impl Import<'_> {
    /// Adds the perimeters of a layer.
    pub(super) fn add(&mut self, candidate: LayerCandidate) -> Result<(), Error> {
        let LayerCandidate {
            raw, columns, crs, ..
        } = candidate;
        let origin = LayerOrigin {
            layer: raw.name.clone(),
            crs: crs?,
        };
        self.note_precision(&origin, &raw);
        self.note_reading(&raw);
        for (code, parts) in self.by_code(&origin, raw, columns)? {
            self.add_perimeter(&origin, columns, code, parts)?;
        }
        Ok(())
    }

    /// Adds the outlines of an official band layer. They need no code.
    pub(super) fn add_band(&mut self, raw: &RawLayer) -> Result<(), Error> {
        let origin = LayerOrigin {
            layer: raw.name.clone(),
            crs: self.crs_of(raw)?,
        };
        let before = self.band.len();
        for feature in &raw.features {
            let outline = feature.geometry.clone().and_then(|outline| {
                let first = outline
                    .0
                    .first()
                    .and_then(|polygon| polygon.exterior().0.first())
                    .copied();
                let territory = first.and_then(|c| place(origin.crs, c));
                match territory.or(self.options.fictional.then_some(Territory::Metropole)) {
                    // The band has no codes: its first vertex decides in which projection areas are
                    // measured.
                    Some(territory) => {
                        self.valid(&origin, feature.number, None, territory, outline)
                    }
                    None => Err("it lies outside every French territory".to_owned()),
                }
            });
            match outline.and_then(|outline| in_both(origin.crs, outline)) {
                Ok(outline) => self.band.push(outline),
                Err(fault) => self.refuse(
                    &origin,
                    feature.number,
                    None,
                    feature.geometry.as_ref().ok(),
                    fault,
                ),
            }
        }
        self.note_reading(raw);
        let added = self.band.len() - before;
        self.report.layers.push(LayerReport {
            file: raw.file.clone(),
            layer: raw.name.clone(),
            crs: Some(origin.crs),
            features: raw.features.len(),
            used: Ok(()),
        });
        self.report.remarks.push(format!(
            "{}: {added} outline(s) of the official 300 m band.",
            origin.layer
        ));
        Ok(())
    }

    fn note_reading(&mut self, raw: &RawLayer) {
        let remarks = raw
            .remarks
            .iter()
            .map(|remark| format!("{}: {remark}.", raw.name));
        self.report.remarks.extend(remarks);
    }

    fn note_precision(&mut self, origin: &LayerOrigin, raw: &RawLayer) {
        if self.options.precision_m.is_some() {
            return;
        }
        let found = precision::estimate(
            origin.crs,
            raw.features.iter().filter_map(RawFeature::as_drawn),
            precision::FEWEST_SPLITS_SURVEYED,
        );
        // The worst layer counts for all, since a perimeter does not say which one it came from.
        self.report.precision_m = self.report.precision_m.max(found.metres);
        self.report.remarks.push(format!(
            "{}: precision estimated at {:.1} m ({}).",
            origin.layer, found.metres, found.because
        ));
    }

    fn refuse(
        &mut self,
        origin: &LayerOrigin,
        feature: usize,
        code_qp: Option<String>,
        outline: Option<&MultiPolygon<f64>>,
        fault: String,
    ) {
        let area_before_ha = outline.and_then(|outline| {
            let first = outline.0.first()?.exterior().0.first()?;
            area_of(place(origin.crs, *first)?, origin.crs, outline).ok()
        });
        let layer = origin.layer.clone();
        self.report.refused.push(FeatureNote {
            layer,
            feature,
            code_qp,
            fault,
            area_before_ha,
            area_after_ha: 0.0,
        });
    }

    /// Groups the usable features of a layer by code; the others are refused.
    fn by_code(
        &mut self,
        origin: &LayerOrigin,
        raw: RawLayer,
        columns: PerimeterColumns,
    ) -> Result<BTreeMap<QpvCode, Vec<Part>>, Error> {
        let mut parts: Vec<(QpvCode, Part)> = Vec::new();
        for RawFeature {
            number,
            attributes,
            geometry,
            ..
        } in raw.features
        {
            let text = attributes[columns.code_qp].clone();
            let code = match text.as_deref().map(|text| self.options.known.code(text)) {
                Some(Ok(code)) => code,
                Some(Err(error)) => {
                    self.refuse(
                        origin,
                        number,
                        text,
                        geometry.as_ref().ok(),
                        error.to_string(),
                    );
                    continue;
                }
                None => {
                    self.refuse(
                        origin,
                        number,
                        None,
                        geometry.as_ref().ok(),
                        "it has no code".to_owned(),
                    );
                    continue;
                }
            };
            match geometry {
                Ok(outline) => parts.push((
                    code,
                    Part {
                        number,
                        attributes,
                        outline,
                    },
                )),
                Err(fault) => self.refuse(origin, number, Some(code.to_string()), None, fault),
            }
        }
        // All features are judged together: if most are misplaced, the reference system is wrong.
        let stray = self.stray(origin, &parts)?;
        let mut by_code: BTreeMap<QpvCode, Vec<Part>> = BTreeMap::new();
        for (code, part) in parts {
            match stray.get(&part.number) {
                Some(fault) => {
                    let code = Some(code.to_string());
                    self.refuse(
                        origin,
                        part.number,
                        code,
                        Some(&part.outline),
                        fault.clone(),
                    );
                }
                None => by_code.entry(code).or_default().push(part),
            }
        }
        Ok(by_code)
    }

    fn stray(
        &self,
        origin: &LayerOrigin,
        parts: &[(QpvCode, Part)],
    ) -> Result<BTreeMap<usize, String>, Error> {
        if self.options.fictional {
            return Ok(BTreeMap::new());
        }
        let items: Vec<PlacedFeature<'_>> = parts
            .iter()
            .map(|(code, part)| PlacedFeature {
                number: part.number,
                label: "it".to_owned(),
                code: Some(code.to_string()),
                expected: Some(code.territory()),
                outline: &part.outline,
            })
            .collect();
        misplaced(&origin.layer, origin.crs, &items)
    }

    fn add_perimeter(
        &mut self,
        origin: &LayerOrigin,
        columns: PerimeterColumns,
        code: QpvCode,
        parts: Vec<Part>,
    ) -> Result<(), Error> {
        let mut valid = Vec::new();
        let mut first: Option<(usize, Vec<Option<String>>)> = None;
        for Part {
            number,
            attributes,
            outline,
        } in parts
        {
            match self.sized(origin, number, code, outline.clone()) {
                Ok(outline) => valid.push((number, outline)),
                Err(fault) => {
                    self.refuse(
                        origin,
                        number,
                        Some(code.to_string()),
                        Some(&outline),
                        fault,
                    );
                    continue;
                }
            }
            // Attributes repeat on each part: those of the first valid one are taken.
            first.get_or_insert((number, attributes));
        }
        let Some((number, attributes)) = first else {
            return Ok(());
        };
        let outline = self.joined(origin, code, valid)?;
        let area_ha = area_of(code.territory(), origin.crs, &outline)?;
        // Layers are added by size: the outline that came first is that of the larger layer.
        if let Some(kept) = self.perimeters.get(&code) {
            let remark = format!(
                "{code} is also in {} (feature {number}, {area_ha:.2} ha); the outline of {:.2} ha that came first is kept.",
                origin.layer, kept.area_ha
            );
            self.report.remarks.push(remark);
            return Ok(());
        }
        let outline = match in_both(origin.crs, outline.clone()) {
            Ok(outline) => outline,
            Err(fault) => {
                self.refuse(
                    origin,
                    number,
                    Some(code.to_string()),
                    Some(&outline),
                    fault,
                );
                return Ok(());
            }
        };
        let perimeter = self.perimeter(origin, columns, code, &attributes, outline, area_ha);
        self.perimeters.insert(code, perimeter);
        Ok(())
    }

    /// Returns the valid outline of a perimeter, of a size that a neighbourhood can have.
    fn sized(
        &mut self,
        origin: &LayerOrigin,
        feature: usize,
        code: QpvCode,
        outline: MultiPolygon<f64>,
    ) -> Result<MultiPolygon<f64>, String> {
        // Before the repair, which takes longer the larger it is.
        check_size(&outline)?;
        let valid = self.valid(origin, feature, Some(code), code.territory(), outline)?;
        // A repair cuts a tangle into pieces.
        check_size(&valid)?;
        Ok(valid)
    }

    /// Returns a valid outline: as published when it is valid, repaired and reported otherwise.
    fn valid(
        &mut self,
        origin: &LayerOrigin,
        feature: usize,
        code: Option<QpvCode>,
        territory: Territory,
        outline: MultiPolygon<f64>,
    ) -> Result<MultiPolygon<f64>, String> {
        let valid = outlines::valid(origin, feature, code, territory, outline)?;
        if valid.collapsed {
            let of = code.map_or_else(|| format!("feature {feature}"), |code| code.to_string());
            self.report.remarks.push(format!(
                "{}: {of} is drawn without an inside; {NOTHING_INSIDE}.",
                origin.layer
            ));
        }
        self.report.repaired.extend(valid.repaired);
        Ok(valid.outline)
    }

    /// Joins the parts that share a code: side by side as published when they only touch, united otherwise.
    fn joined(
        &mut self,
        origin: &LayerOrigin,
        code: QpvCode,
        mut parts: Vec<(usize, MultiPolygon<f64>)>,
    ) -> Result<MultiPolygon<f64>, Error> {
        if parts.len() == 1 {
            return Ok(parts.remove(0).1);
        }
        // A layer may publish one neighbourhood as several features: the note lists all of them.
        let numbers: Vec<String> = parts.iter().map(|(number, _)| number.to_string()).collect();
        let feature = parts[0].0;
        // The area before is that of the parts as published, overlaps counted twice.
        let side_by_side =
            MultiPolygon(parts.iter().flat_map(|(_, part)| part.0.clone()).collect());
        // Uniting rounds coordinates: parts that do not overlap keep those published.
        let united = if fault(&side_by_side).is_none() {
            side_by_side.clone()
        } else {
            united_parts(parts.into_iter().map(|(_, part)| part).collect())
        };
        self.report.merged.push(FeatureNote {
            layer: origin.layer.clone(),
            feature,
            code_qp: Some(code.to_string()),
            fault: format!("features {} share this code", numbers.join(", ")),
            area_before_ha: Some(area_of(code.territory(), origin.crs, &side_by_side)?),
            area_after_ha: area_of(code.territory(), origin.crs, &united)?,
        });
        Ok(united)
    }

    fn perimeter(
        &mut self,
        origin: &LayerOrigin,
        columns: PerimeterColumns,
        code: QpvCode,
        attributes: &[Option<String>],
        outline: Outline,
        area_ha: f64,
    ) -> Perimeter {
        let insee_com = self.commune_codes(origin, code, value(attributes, columns.insee_com));
        let lib_qp = single(value(attributes, columns.lib_qp)).unwrap_or_else(|| {
            self.report.remarks.push(format!(
                "{}: {code} has no name; its code stands for it.",
                origin.layer
            ));
            code.to_string()
        });
        Perimeter {
            vintage: self.options.vintage,
            code_qp: code,
            lib_qp,
            insee_com,
            lib_com: commune_names(value(attributes, columns.lib_com)),
            insee_dep: single(value(attributes, columns.insee_dep)).map_or_else(
                || code.department().to_owned(),
                |text| department_code(&text),
            ),
            lib_dep: single(value(attributes, columns.lib_dep)),
            insee_reg: single(value(attributes, columns.insee_reg)),
            lib_reg: single(value(attributes, columns.lib_reg)),
            siren_epci: several(value(attributes, columns.siren_epci)),
            territory: code.territory(),
            area_ha,
            outline,
        }
    }

    /// Parses the commune codes of a perimeter, with a remark on each that is none.
    fn commune_codes(
        &mut self,
        origin: &LayerOrigin,
        code: QpvCode,
        value: Option<&str>,
    ) -> Vec<CommuneCode> {
        let mut codes = Vec::new();
        for text in several(value) {
            match commune_code(&text, code) {
                Some(commune) => codes.push(commune),
                None => self.report.remarks.push(format!(
                    "{}: {code} names the commune `{text}`, which is no INSEE code.",
                    origin.layer
                )),
            }
        }
        codes
    }
}

/// Refuses an outline that no neighbourhood has, for its 300 m band would take gigabytes to draw.
fn check_size(outline: &MultiPolygon<f64>) -> Result<(), String> {
    let rings: usize = outline
        .0
        .iter()
        .map(|polygon| 1 + polygon.interiors().len())
        .sum();
    let vertices = outline.coords_count();
    if rings <= MAX_RINGS && vertices <= MAX_VERTICES {
        return Ok(());
    }
    Err(format!(
        "its outline has {vertices} vertices in {rings} rings, where {MAX_VERTICES} and {MAX_RINGS} are the most; simplify it"
    ))
}

/// Unites parts two by two, then the results: one after the other, each would be compared with all before.
fn united_parts(mut parts: Vec<MultiPolygon<f64>>) -> MultiPolygon<f64> {
    while parts.len() > 1 {
        // Neighbours in the file tend to be neighbours on the ground.
        parts = parts
            .chunks(2)
            .map(|pair| match pair {
                [a, b] => a.union(b),
                _ => pair[0].clone(),
            })
            .collect();
    }
    parts.pop().unwrap_or_else(|| MultiPolygon(Vec::new()))
}

/// Returns the value of a column; `None` if the layer has no such column, or the feature no value.
fn value(attributes: &[Option<String>], column: Option<usize>) -> Option<&str> {
    column.and_then(|column| attributes[column].as_deref())
}
