//! From files to one vintage: layers are chosen, features checked, repaired and joined, and everything is reported.
//!
//! Several layers may hold the same perimeters (the State publishes the national layer beside one layer per territory):
//! the one with most features is used first, on WGS 84 before a projected one of the same size, and a layer without any new
//! code is left out, with the reason. Where two used layers share a code all the same, the outline of
//! the first is kept and a remark gives both areas.
//!
//! Promises: each feature read ends as a perimeter, as a part of one, or as a line of the report; coordinates fall in
//! the territory that their code names. Nothing is guessed: a layer that does not fit is an error with advice.

mod admin;
mod custom_layer;
mod features;
mod outlines;
pub(crate) mod placement;
mod precision;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use geo::CoordsIter;
use geo_types::Coord;
use qpv_french::fold::fold_name;
use qpv_model::{
    Crs, KnownVintages, Outline, Perimeter, QpvCode, Territory, Vintage, VintageLayer,
};

use self::placement::crs_of_layer;
use crate::error::Error;
use crate::readers::{RawLayer, ReadLimits, ReadOptions, TextEncoding, read_layers};
use crate::report::{ImportReport, LayerReport};
use crate::schema::{PerimeterColumns, recognise};
use crate::vintages;

pub(crate) use admin::department_of_commune;
pub use admin::{OutlinesOptions, OutlinesReport, outlines_from_layers, read_outlines};
pub use custom_layer::{
    CustomLayerOptions, CustomLayerReport, custom_layer_from, read_custom_layer,
};

/// Coordinates read to recognise a layer's reference system: enough to cross a territory, few enough to project with each
/// known system.
const SAMPLE_COORDINATES: usize = 16;
/// Metropolitan France counts as whole from this many departments with a perimeter on. The official layers have 93.
const WHOLE_METROPOLE_DEPARTMENTS: usize = 60;

/// Options of an import of perimeters.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The vintage of the files.
    pub vintage: Vintage,
    /// The vintages there are, with the forms of their codes.
    pub known: KnownVintages,
    /// Columns named by hand: official name to the name found ([`crate::schema::OFFICIAL`]).
    pub map: BTreeMap<String, String>,
    /// Reference system to read every layer in, instead of the declared one.
    pub crs: Option<Crs>,
    /// The distance that a published line may lie from the true one, metres; estimated from the file when not given.
    pub precision_m: Option<f64>,
    /// Files of the official 300 m band. Layers of that name among the other files are found by themselves.
    pub bands: Vec<PathBuf>,
    /// Continue without the features that cannot be imported.
    pub accept_refused: bool,
    /// The limits on what the files may hold.
    pub limits: ReadLimits,
    /// The encoding of the text of shapefiles, instead of the one that the text itself shows.
    pub encoding: Option<TextEncoding>,
    /// The files hold only a part of each territory, even if they have many perimeters.
    pub partial: bool,
    /// The perimeters are fictional: where they lie is not checked against their codes.
    pub fictional: bool,
}

impl ImportOptions {
    /// Returns the default options for a vintage, among those built in.
    #[must_use]
    pub fn new(vintage: Vintage) -> Self {
        Self {
            vintage,
            known: vintages::built_in(),
            map: BTreeMap::new(),
            crs: None,
            precision_m: None,
            bands: Vec::new(),
            accept_refused: false,
            limits: ReadLimits::default(),
            encoding: None,
            partial: false,
            fictional: false,
        }
    }

    fn reading(&self) -> ReadOptions {
        ReadOptions {
            limits: self.limits,
            encoding: self.encoding,
        }
    }
}

/// Returns the number of perimeters overseas under which a file is only a part of its territory: half of the smaller
/// official list (2015 had 16, 7, 32, 49, 36, 2 and 76 in the order below, 2024 at least 19, 9, 29, 57, 42, 3 and 88). Metropolitan
/// France is judged by its departments.
fn fewest_when_whole(territory: Territory) -> usize {
    match territory {
        Territory::Metropole | Territory::SaintPierreEtMiquelon => 0,
        Territory::Guadeloupe => 8,
        Territory::Martinique => 4,
        Territory::Guyane => 15,
        Territory::Reunion => 25,
        Territory::Mayotte => 18,
        Territory::SaintMartin => 1,
        Territory::PolynesieFrancaise => 38,
    }
}

/// A layer whose codes are of the vintage asked.
struct LayerCandidate {
    raw: RawLayer,
    columns: PerimeterColumns,
    codes: BTreeSet<QpvCode>,
    /// Its line in the report.
    line: usize,
    /// An error only counts if the layer is used.
    crs: Result<Crs, Error>,
}

/// An import in progress.
struct Import<'a> {
    options: &'a ImportOptions,
    report: ImportReport,
    perimeters: BTreeMap<QpvCode, Perimeter>,
    band: Vec<Outline>,
}

/// Reads the perimeters of one vintage from files of any supported kind.
///
/// # Errors
/// Errors of [`read_layers`]; [`Error::UnknownVintage`]; [`Error::UnknownSchema`], [`Error::OtherVintage`] or [`Error::NoLayer`] when no layer
/// can be used; [`Error::ReferenceSystem`] or [`Error::Misplaced`] when a used layer does not lie where its codes say;
/// [`Error::FeaturesRefused`], with the whole report, when features cannot become perimeters and that is not accepted.
pub fn read_vintage(
    files: &[PathBuf],
    options: &ImportOptions,
) -> Result<(VintageLayer, ImportReport), Error> {
    let mut layers = Vec::new();
    for file in files {
        // All files are read first: the largest layer of all of them is used first.
        layers.extend(read_layers(file, &options.reading())?);
    }
    vintage_from_layers(layers, options)
}

/// Imports layers that are already read, as [`read_vintage`] does.
///
/// # Errors
/// As [`read_vintage`].
pub fn vintage_from_layers(
    layers: Vec<RawLayer>,
    options: &ImportOptions,
) -> Result<(VintageLayer, ImportReport), Error> {
    if options.known.get(options.vintage).is_none() {
        return Err(Error::UnknownVintage {
            asked: options.vintage,
            known: options.known.listed(),
        });
    }
    let mut import = Import::new(options);
    // The State publishes bands beside perimeters, and they have the same codes.
    let (mut bands, layers): (Vec<_>, Vec<_>) = layers.into_iter().partition(is_band);
    for file in &options.bands {
        bands.extend(read_layers(file, &options.reading())?);
    }
    let candidates = import.candidates(layers)?;
    for candidate in import.chosen(candidates)? {
        import.add(candidate)?;
    }
    for band in bands {
        import.add_band(&band)?;
    }
    import.finish()
}

/// Returns true if a layer is the official 300 m band, by its name or its file's (« Quartiers prioritaires 2024 bande 300 m »,
/// `QP2024_bande_300`, `QP_B300`).
fn is_band(layer: &RawLayer) -> bool {
    let entry = layer.file.rsplit('/').next().unwrap_or_default();
    [layer.name.as_str(), entry].into_iter().any(|name| {
        let compact = fold_name(name).replace(' ', "");
        let at = compact
            .match_indices("300")
            .map(|(at, _)| (&compact[..at], &compact[at + 3..]));
        at.into_iter().any(|(before, after)| {
            // `QP_3001` is no band of 300 m.
            let alone = !before.ends_with(|c: char| c.is_ascii_digit())
                && !after.starts_with(|c: char| c.is_ascii_digit());
            alone && (before.ends_with("bande") || before.ends_with('b') || after.starts_with('m'))
        })
    })
}

/// Returns the one column of which every value is a code, if there is one.
fn column_of_codes(layer: &RawLayer) -> Option<String> {
    let is_of_codes = |column: &usize| {
        let mut values = layer
            .features
            .iter()
            .filter_map(|feature| feature.attributes[*column].as_deref())
            .peekable();
        values.peek().is_some() && values.all(|value| value.parse::<QpvCode>().is_ok())
    };
    let mut found = (0..layer.columns.len()).filter(is_of_codes);
    match (found.next(), found.next()) {
        (Some(column), None) => Some(layer.columns[column].clone()),
        _ => None,
    }
}

/// Returns some coordinates of a layer, spread over all its features.
pub(crate) fn sample(layer: &RawLayer) -> Vec<Coord<f64>> {
    let step = layer.features.len().div_ceil(SAMPLE_COORDINATES).max(1);
    layer
        .features
        .iter()
        .filter_map(|feature| feature.geometry.as_ref().ok()?.coords_iter().next())
        .step_by(step)
        .collect()
}

impl<'a> Import<'a> {
    fn new(options: &'a ImportOptions) -> Self {
        let report = ImportReport {
            vintage: options.vintage,
            layers: Vec::new(),
            perimeters: 0,
            by_territory: BTreeMap::new(),
            repaired: Vec::new(),
            merged: Vec::new(),
            refused: Vec::new(),
            unmatched_communes: Vec::new(),
            precision_m: options.precision_m.unwrap_or(0.0),
            remarks: Vec::new(),
        };
        Self {
            options,
            report,
            perimeters: BTreeMap::new(),
            band: Vec::new(),
        }
    }

    fn crs_of(&self, layer: &RawLayer) -> Result<Crs, Error> {
        self.options
            .crs
            .map_or_else(|| crs_of_layer(layer, &sample(layer)), Ok)
    }

    /// Returns the layers that hold codes of the vintage. The others are reported; if none is left, their faults are the
    /// error.
    fn candidates(&mut self, layers: Vec<RawLayer>) -> Result<Vec<LayerCandidate>, Error> {
        let mut candidates = Vec::new();
        let mut faults = Vec::new();
        for mut raw in layers {
            let map = self.mapping(&mut raw);
            let crs = self.crs_of(&raw);
            let line = self.report.layers.len();
            let used = Err("it has the same perimeters as another layer".to_owned());
            let (file, layer) = (raw.file.clone(), raw.name.clone());
            let features = raw.features.len();
            self.report.layers.push(LayerReport {
                file,
                layer,
                crs: crs.as_ref().ok().copied(),
                features,
                used,
            });
            let found = if raw.features.is_empty() {
                let (file, fault) = (raw.file.clone(), "it holds no feature".to_owned());
                Err(Error::Unreadable {
                    file,
                    feature: None,
                    fault,
                })
            } else {
                self.recognised(&raw, &map)
            };
            match found {
                Ok((columns, codes)) => candidates.push(LayerCandidate {
                    raw,
                    columns,
                    codes,
                    line,
                    crs,
                }),
                // A wrong option is the user's fault, not the layer's: the import stops.
                Err(fault @ Error::UnknownMapping { .. }) => return Err(fault),
                Err(fault) => {
                    self.report.layers[line].used = Err(fault.to_string());
                    faults.push(fault);
                }
            }
        }
        // A single fault is shown as it is, with its own advice; several are listed.
        match (candidates.is_empty(), faults.len()) {
            (false, _) => Ok(candidates),
            (true, 1) => Err(faults.remove(0)),
            (true, _) => Err(Error::NoLayer {
                faults: faults.iter().map(ToString::to_string).collect(),
            }),
        }
    }

    /// Returns the user's mapping of columns, with that of the codes when they are found by their values alone.
    fn mapping(&self, raw: &mut RawLayer) -> BTreeMap<String, String> {
        let mut map = self.options.map.clone();
        let is_known = recognise(&raw.name, &raw.columns, &map).is_ok();
        if !is_known
            && !map.contains_key("code_qp")
            && let Some(column) = column_of_codes(raw)
        {
            raw.remarks.push(format!(
                "codes found by their values, in its column `{column}`"
            ));
            map.insert("code_qp".to_owned(), column);
        }
        map
    }

    fn recognised(
        &self,
        raw: &RawLayer,
        map: &BTreeMap<String, String>,
    ) -> Result<(PerimeterColumns, BTreeSet<QpvCode>), Error> {
        let columns = recognise(&raw.name, &raw.columns, map)?;
        let mut codes = BTreeSet::new();
        for feature in &raw.features {
            let value = feature.attributes[columns.code_qp].as_deref();
            let Some(code) = value.and_then(|text| self.options.known.code(text).ok()) else {
                continue;
            };
            // One code of another vintage is enough: the file is the wrong one.
            let mut fitting = self.options.known.of_code(code);
            if let Some(found) = fitting.next()
                && found != self.options.vintage
                && fitting.all(|other| other != self.options.vintage)
            {
                return Err(Error::OtherVintage {
                    layer: raw.name.clone(),
                    feature: feature.number,
                    code,
                    found,
                });
            }
            codes.insert(code);
        }
        if codes.is_empty() {
            let name = &raw.columns[columns.code_qp];
            let value = raw
                .features
                .iter()
                .find_map(|feature| feature.attributes[columns.code_qp].as_deref());
            let fault = format!(
                "its column `{name}` holds no QPV code (first value: `{}`)",
                value.unwrap_or_default()
            );
            return Err(Error::UnknownSchema {
                layer: raw.name.clone(),
                fault,
                columns: raw.columns.clone(),
            });
        }
        Ok((columns, codes))
    }

    /// Returns the layers to use, in order: see the module's header.
    fn chosen(
        &mut self,
        mut candidates: Vec<LayerCandidate>,
    ) -> Result<Vec<LayerCandidate>, Error> {
        candidates.sort_by_key(|candidate| {
            let is_projected = candidate.crs.as_ref().is_ok_and(|crs| *crs != Crs::WGS84);
            (
                std::cmp::Reverse(candidate.raw.features.len()),
                is_projected,
            )
        });
        let mut seen: BTreeSet<QpvCode> = BTreeSet::new();
        let mut names: Vec<String> = Vec::new();
        let mut chosen = Vec::new();
        for mut candidate in candidates {
            // A regional layer repeats perimeters of the national one with other rounding.
            if candidate.codes.is_subset(&seen) {
                let reason = format!(
                    "its {} codes are all in {}",
                    candidate.codes.len(),
                    names.join(", ")
                );
                self.report.layers[candidate.line].used = Err(reason);
                continue;
            }
            self.report.layers[candidate.line].used = Ok(());
            names.push(candidate.raw.name.clone());
            seen.append(&mut candidate.codes);
            // A layer that is not used may be in any system.
            candidate.crs = Ok(candidate.crs?);
            chosen.push(candidate);
        }
        Ok(chosen)
    }

    fn finish(mut self) -> Result<(VintageLayer, ImportReport), Error> {
        // Completeness is judged before features may be accepted as missing.
        let whole = self.whole();
        self.report.perimeters = self.perimeters.len();
        // Counted at the end: refused and repeated features are not among them.
        for perimeter in self.perimeters.values() {
            *self
                .report
                .by_territory
                .entry(perimeter.territory)
                .or_default() += 1;
        }
        if !self.report.refused.is_empty() && !self.options.accept_refused {
            return Err(Error::FeaturesRefused(Box::new(self.report)));
        }
        let layer = VintageLayer {
            vintage: self.options.vintage,
            perimeters: self.perimeters.into_values().collect(),
            official_band: self.band,
            precision_m: self.report.precision_m,
            whole,
        };
        Ok((layer, self.report))
    }

    /// Removes the overseas territories with too few perimeters, and those that a refused feature belongs to.
    fn without_incomplete(&mut self, whole: &mut BTreeSet<Territory>) {
        let few: Vec<Territory> = whole
            .iter()
            .copied()
            .filter(|&one| self.count_in(one) < fewest_when_whole(one))
            .collect();
        for territory in few {
            whole.remove(&territory);
            let count = self.count_in(territory);
            self.report.remarks.push(format!(
                "{} is here in part only ({count} perimeter(s)): a point outside them gets no answer instead of \"outside\".",
                territory.name(),
            ));
        }
        for note in &self.report.refused {
            // A refused feature without a code may lie anywhere.
            match note.code_qp.as_deref().map(str::parse::<QpvCode>) {
                Some(Ok(code)) => whole.retain(|territory| *territory != code.territory()),
                _ => whole.clear(),
            }
        }
    }

    fn count_in(&self, territory: Territory) -> usize {
        self.perimeters
            .values()
            .filter(|perimeter| perimeter.territory == territory)
            .count()
    }

    /// Returns the territories of which all perimeters can be taken to be loaded.
    fn whole(&mut self) -> BTreeSet<Territory> {
        // The user knows best: a file of one town can have more perimeters than a small territory.
        if self.options.partial {
            return BTreeSet::new();
        }
        let mut whole: BTreeSet<Territory> = self
            .perimeters
            .values()
            .map(|perimeter| perimeter.territory)
            .collect();
        self.without_incomplete(&mut whole);
        let metropole = self
            .perimeters
            .keys()
            .filter(|code| code.territory() == Territory::Metropole);
        let departments: BTreeSet<&str> = metropole.map(QpvCode::department).collect();
        if !departments.is_empty() && departments.len() < WHOLE_METROPOLE_DEPARTMENTS {
            whole.remove(&Territory::Metropole);
            self.report.remarks.push(format!(
                "Metropolitan France is here in part only ({} department(s)): a point outside them gets no \
                 answer instead of \"outside\".",
                departments.len()
            ));
        }
        whole
    }
}
