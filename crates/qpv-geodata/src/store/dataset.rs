//! A dataset in memory, as the engine and the service use it.

use std::collections::BTreeMap;

use qpv_model::{
    CustomLayer, KnownVintages, PlaceList, Slug, StatisticsTable, Vintage, VintageLayer,
    VintageRecord,
};

use crate::communes::{CommuneTable, match_communes};
use crate::error::Error;
use crate::report::{ImportReport, UnmatchedCommune};
use crate::store::addresses::AddressComponent;
use crate::store::admin::StoredOutlines;
use crate::store::custom::{LayerComponent, PlacesComponent};
use crate::store::descriptor::DatasetDescriptor;
use crate::store::entries::VintageEntry;
use crate::store::footprints::StoredFootprints;
use crate::store::grounds::LoadedGround;
use crate::store::layers::{EncodedLayer, encode_band, encode_perimeters};
use crate::store::mapping::{FileStamp, MappedFile};
use crate::store::stored::{INDEX, LayerFile, NewFile, SourceFile, StoredFile, now, to_millimetre};
use crate::store::zonings::LoadedZoning;

/// One import: the perimeters of one vintage, the report of the import, and the sources.
#[derive(Debug, Clone)]
pub struct VintageComponent {
    /// The perimeters, and the official band if any.
    pub layer: VintageLayer,
    /// The import report.
    pub report: ImportReport,
    /// The files read.
    pub sources: Vec<SourceFile>,
    /// True for the sample town.
    pub fictional: bool,
    /// The index for points, computed by the engine; the store does not interpret it.
    pub point_index: Option<Vec<u8>>,
    /// The 300 m band drawn by the engine around the perimeters, likewise.
    pub band: Option<Vec<u8>>,
}

/// A loaded dataset. It never changes, so it can be shared.
#[derive(Debug)]
pub struct Dataset {
    /// Digest, dates, sources, counts.
    pub descriptor: DatasetDescriptor,
    /// The vintages there are, loaded or not: those built in, and those that the dataset describes.
    pub known_vintages: KnownVintages,
    /// All communes with their history: the table built in, or the one imported.
    pub communes: CommuneTable,
    /// The perimeters, oldest vintage first, communes of 2015 matched.
    pub layers: Vec<VintageLayer>,
    /// The import report of each layer, in the same order; communes left unmatched are those of this dataset.
    pub reports: Vec<ImportReport>,
    /// The point index stored with each layer, in the same order, or the error of reading its file: no answer depends on
    /// it, so the dataset opens all the same.
    pub point_indexes: Vec<Option<Result<MappedFile, Error>>>,
    /// The drawn band stored with each layer, likewise.
    pub bands: Vec<Option<Result<MappedFile, Error>>>,
    /// The index of addresses, if there are any.
    pub addresses: Option<MappedFile>,
    /// The custom layers, by name.
    pub custom_layers: Vec<CustomLayer>,
    /// The zonings, by name.
    pub zonings: Vec<LoadedZoning>,
    /// The lists of places, by kind.
    pub places: Vec<PlaceList>,
    /// The text of each programme of eligibility rules, by identifier.
    pub programmes: BTreeMap<Slug, String>,
    /// The imported outlines of regions, departments and communes.
    pub outlines: Vec<StoredOutlines>,
    /// The parcels and buildings, file by file.
    pub footprints: Vec<StoredFootprints>,
    /// The statistics of each vintage that has some.
    pub statistics: BTreeMap<Vintage, StatisticsTable>,
    /// The stamps of its files on disk, taken before they were read.
    pub stamps: Vec<FileStamp>,
    /// The archives of tiles that lie under the perimeters, by name.
    pub grounds: Vec<LoadedGround>,
}

impl Dataset {
    /// Returns a dataset that is not written to disk, with the digest it would have there: for the embedded sample.
    ///
    /// # Errors
    /// [`Error::Unpublishable`] when a layer breaks the rules of [`VintageLayer`], has no perimeter, or comes twice;
    /// [`Error::FictionalBesideOfficial`]; [`Error::NothingToPublish`].
    pub fn in_memory(
        components: Vec<VintageComponent>,
        addresses: Option<&AddressComponent<'_>>,
    ) -> Result<Self, Error> {
        if components.is_empty() {
            return Err(Error::NothingToPublish);
        }
        // Before anything is encoded: a mix is refused as a whole.
        let fictional = all_fictional(&components)?;
        let mut entries = Vec::new();
        for component in &components {
            let encoded = EncodedVintage::new(component)?;
            refuse_twice(&entries, encoded.entry.vintage)?;
            entries.push(encoded.entry);
        }
        let loaded = components
            .into_iter()
            .map(|VintageComponent { layer, report, .. }| LoadedVintage {
                layer,
                report,
                point_index: None,
                band: None,
            });
        let entry = addresses.map(|it| it.encoded().0);
        let descriptor = DatasetDescriptor {
            vintages: entries,
            addresses: entry,
            ..DatasetDescriptor::empty(fictional)
        };
        let addresses = addresses.map(|it| MappedFile::in_memory(it.index));
        Ok(Self {
            addresses,
            ..Self::assemble(
                descriptor.sealed(None),
                loaded.collect(),
                CommuneTable::built_in(),
            )?
        })
    }

    /// Returns the same, describing vintages beside those built in, and the digest it then has.
    ///
    /// # Errors
    /// [`Error::Vintages`] when they do not follow those built in.
    pub fn with_vintages(mut self, described: Vec<VintageRecord>) -> Result<Self, Error> {
        self.descriptor.described_vintages = described;
        self.known_vintages = self.descriptor.known_vintages()?;
        self.descriptor = self.descriptor.sealed(None);
        Ok(self)
    }

    /// Returns the same with custom layers and lists of places, and the digest it then has.
    ///
    /// # Errors
    /// [`Error::NothingToPublish`] for an empty one; [`Error::Io`] when there is no temporary file to encode a layer in.
    pub fn with_custom(
        mut self,
        layers: Vec<LayerComponent>,
        places: Vec<PlacesComponent>,
    ) -> Result<Self, Error> {
        for component in layers {
            self.descriptor
                .layers
                .insert(component.layer.name.clone(), component.encoded()?.0);
            self.custom_layers.push(component.layer);
        }
        for component in places {
            self.descriptor
                .places
                .insert(component.list.kind.clone(), component.encoded()?.0);
            self.places.push(component.list);
        }
        self.descriptor = self.descriptor.sealed(None);
        Ok(self)
    }

    /// Sorts layers and matches their communes.
    pub(super) fn assemble(
        descriptor: DatasetDescriptor,
        mut loaded: Vec<LoadedVintage>,
        communes: CommuneTable,
    ) -> Result<Self, Error> {
        loaded.sort_by_key(|loaded| loaded.layer.vintage);
        let (mut layers, mut reports) = (Vec::new(), Vec::new());
        let (mut point_indexes, mut bands) = (Vec::new(), Vec::new());
        for LoadedVintage {
            layer,
            report,
            point_index,
            band,
        } in loaded
        {
            layers.push(layer);
            reports.push(report);
            point_indexes.push(point_index);
            bands.push(band);
        }
        for layer in &mut layers {
            // The sample in memory must answer as it would from disk, where the precision is
            // rounded.
            layer.precision_m = to_millimetre(layer.precision_m);
        }
        for (vintage, unmatched) in link_communes(&mut layers, &communes) {
            if let Some(report) = reports.iter_mut().find(|report| report.vintage == vintage) {
                report.unmatched_communes = unmatched;
            }
        }
        Ok(Self {
            known_vintages: descriptor.known_vintages()?,
            descriptor,
            communes,
            layers,
            reports,
            point_indexes,
            bands,
            addresses: None,
            custom_layers: Vec::new(),
            zonings: Vec::new(),
            places: Vec::new(),
            programmes: BTreeMap::new(),
            outlines: Vec::new(),
            footprints: Vec::new(),
            statistics: BTreeMap::new(),
            stamps: Vec::new(),
            grounds: Vec::new(),
        })
    }

    /// Returns the dataset's name: SHA-256 over its content, lower-case hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.descriptor.digest
    }

    /// Returns true for the sample town, whose answers mean nothing.
    #[must_use]
    pub fn fictional(&self) -> bool {
        self.descriptor.fictional
    }

    /// Returns the perimeters of one vintage, if loaded.
    #[must_use]
    pub fn layer(&self, vintage: Vintage) -> Option<&VintageLayer> {
        self.layers.iter().find(|layer| layer.vintage == vintage)
    }
}

/// One vintage read from disk.
pub(super) struct LoadedVintage {
    pub(super) layer: VintageLayer,
    pub(super) report: ImportReport,
    pub(super) point_index: Option<Result<MappedFile, Error>>,
    pub(super) band: Option<Result<MappedFile, Error>>,
}

/// A component as it is stored: its entry, and the files it needs, by extension.
pub(super) struct EncodedVintage {
    pub(super) entry: VintageEntry,
    pub(super) files: Vec<NewFile<'static>>,
}

impl EncodedVintage {
    pub(super) fn new(component: &VintageComponent) -> Result<Self, Error> {
        let VintageComponent {
            layer,
            report,
            sources,
            ..
        } = component;
        check_rules(layer)?;
        let mut files = NewFiles(Vec::new());
        let perimeter_files = encode_perimeters(layer)?
            .into_iter()
            .map(|encoded| files.push_layer(encoded))
            .collect();
        let official_band = encode_band(layer)?
            .into_iter()
            .map(|encoded| files.push_layer(encoded))
            .collect();
        let report = files.push(report_text(report), "json");
        let point_index = component.point_index.clone();
        let point_index = point_index.map(|content| files.push(content, INDEX));
        let band = component.band.clone();
        let band = band.map(|content| files.push(content, INDEX));
        let mut by_territory = BTreeMap::new();
        for perimeter in &layer.perimeters {
            *by_territory.entry(perimeter.territory).or_insert(0) += 1;
        }
        let entry = VintageEntry {
            vintage: layer.vintage,
            perimeters: layer.perimeters.len(),
            by_territory,
            precision_m: to_millimetre(layer.precision_m),
            whole: layer.whole.clone(),
            sources: sources.clone(),
            imported_at: now(),
            files: perimeter_files,
            official_band,
            report,
            point_index,
            band,
        };
        let files = files.0;
        Ok(Self { entry, files })
    }
}

/// The files of a component while it is encoded.
struct NewFiles(Vec<NewFile<'static>>);

impl NewFiles {
    fn push(&mut self, content: Vec<u8>, extension: &'static str) -> StoredFile {
        let new = NewFile::new(content, extension);
        let file = new.file.clone();
        self.0.push(new);
        file
    }

    fn push_layer(&mut self, encoded: EncodedLayer) -> LayerFile {
        LayerFile {
            file: self.push(encoded.content, "fgb"),
            crs: encoded.crs,
            features: encoded.features,
        }
    }
}

fn report_text(report: &ImportReport) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(report).expect("a report is serialisable");
    text.push(b'\n');
    text
}

/// Returns true if the components are fictional.
///
/// # Errors
/// [`Error::FictionalBesideOfficial`] when only some are.
pub(super) fn all_fictional(components: &[VintageComponent]) -> Result<bool, Error> {
    let fictional = components
        .iter()
        .filter(|component| component.fictional)
        .count();
    // An invented perimeter beside real ones could answer for a real address.
    if fictional != 0 && fictional != components.len() {
        return Err(Error::FictionalBesideOfficial);
    }
    Ok(fictional != 0)
}

pub(super) fn refuse_twice(entries: &[VintageEntry], vintage: Vintage) -> Result<(), Error> {
    if entries.iter().any(|entry| entry.vintage == vintage) {
        return Err(Error::Unpublishable {
            vintage,
            fault: "they are given twice".into(),
        });
    }
    Ok(())
}

fn broken_rule(layer: &VintageLayer, fault: String) -> Result<(), Error> {
    Err(Error::Unpublishable {
        vintage: layer.vintage,
        fault,
    })
}

/// Checks the rules that a [`VintageLayer`] promises and that a stored one must keep.
pub(super) fn check_rules(layer: &VintageLayer) -> Result<(), Error> {
    if layer.perimeters.is_empty() {
        return broken_rule(layer, "there is not one".into());
    }
    if !layer.precision_m.is_finite() || layer.precision_m < 0.0 {
        return broken_rule(
            layer,
            format!("a precision of {} m means nothing", layer.precision_m),
        );
    }
    if let Some(pair) = layer
        .perimeters
        .windows(2)
        .find(|pair| pair[0].code_qp >= pair[1].code_qp)
    {
        return broken_rule(
            layer,
            format!(
                "{} comes before {}, out of order or twice",
                pair[0].code_qp, pair[1].code_qp
            ),
        );
    }
    for perimeter in &layer.perimeters {
        if perimeter.vintage != layer.vintage {
            return broken_rule(
                layer,
                format!("{} is of {}", perimeter.code_qp, perimeter.vintage),
            );
        }
        if perimeter.outline.published().0.is_empty() || !perimeter.area_ha.is_finite() {
            return broken_rule(
                layer,
                format!("{} has no outline or no area", perimeter.code_qp),
            );
        }
    }
    Ok(())
}

/// Matches the commune names of each vintage with the table and the others, where its files gave no code, and returns the
/// names without a match.
fn link_communes(
    layers: &mut [VintageLayer],
    table: &CommuneTable,
) -> Vec<(Vintage, Vec<UnmatchedCommune>)> {
    let mut unmatched = Vec::new();
    for index in 0..layers.len() {
        // Each vintage is changed while the others are read.
        let (before, rest) = layers.split_at_mut(index);
        let (target, after) = rest.split_first_mut().expect("the index is in range");
        let others: Vec<&VintageLayer> = before.iter().chain(after.iter()).collect();
        unmatched.push((target.vintage, match_communes(target, &others, table)));
    }
    unmatched
}
