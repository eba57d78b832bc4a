//! A dataset and its indexes.
//!
//! Owns the data alone: every use case is a module of its own that takes a [`Snapshot`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use geo_types::Coord;
use qpv_addresses::{AddressIndex, ArraysError, Candidate};
use qpv_engine::{AreaIndex, MAX_SEARCH_M, PerimeterId, PerimeterIndex, PointIndex};
use qpv_geodata::Error;
use qpv_geodata::communes::{CommuneTable, match_missing, published_names};
use qpv_geodata::report::UnmatchedCommune;
use qpv_geodata::store::{Dataset, DatasetDescriptor, MappedFile, lost_pages};
use qpv_model::{
    AdminArea, AdminLevel, BandArea, CommuneCode, CommuneRecord, Crs, CustomArea, CustomLayer,
    KnownVintages, Outline, Perimeter, Position, PositionKind, QpvCode, QpvStatistics, Slug,
    Territory, Vintage, VintageLayer, Wgs84Point, ZoningRecord,
};
use qpv_programmes::{Programme, ProgrammeSubject};
use rayon::prelude::*;

use crate::address_coverage::AddressCoverage;
use crate::credits::{LoadedFile, address_credit, credits, loaded_files};
use crate::error::{AddressError, QueryError, UnknownProgramme, UnknownZoning};
use crate::former_zones::FormerZones;
use crate::ground::Ground;
use crate::ground_layer::GroundLayer;
use crate::indicators::{LoadedIndicator, VintageFigures};
use crate::integrity::{IndexCheck, Integrity, IntegrityError};
use crate::lazy_layers::{DrawnBand, DrawnOutlines};
use crate::place_index::Places;
use crate::place_name_index::PlaceNameIndex;
use crate::search_names::{NamedParts, SearchNames};
use crate::unknown_layer::UnknownLayer;
use crate::zoning_index::{NamedAreas, ZoningIndex};

/// A dataset with its indexes; everything asked of one snapshot is answered from the same data.
#[derive(Debug)]
pub struct Snapshot {
    digest: String,
    fictional: bool,
    known_vintages: KnownVintages,
    /// The producers and licences, for people.
    credits: Vec<String>,
    /// The producers and licences of the addresses; empty without any.
    address_credit: String,
    /// The description on disk, which names the files.
    descriptor: DatasetDescriptor,
    communes: CommuneTable,
    /// Communes of today of the codes of perimeters that are no commune's any more.
    past_codes: BTreeMap<CommuneCode, Vec<CommuneCode>>,
    /// Codes of the perimeters with a commune name that matches no INSEE code.
    unmatched: BTreeSet<String>,
    zones: BTreeMap<Vintage, PerimeterIndex>,
    addresses: Result<Option<AddressIndex>, ArraysError>,
    /// The kinds of their positions, counted at the first request.
    position_counts: OnceLock<Vec<(PositionKind, u64)>>,
    /// The departments they are of, counted at the first question.
    address_coverage: OnceLock<AddressCoverage>,
    own_layers: BTreeMap<Slug, AreaIndex>,
    zonings: Vec<ZoningIndex>,
    /// The outlines of communes, indexed at the first use.
    commune_outlines: OnceLock<AreaIndex>,
    /// Perimeters that none followed, once a programme asks of them.
    former_zones: FormerZones,
    places: BTreeMap<Slug, Places>,
    /// The names of places inside perimeters, found at the first search.
    place_names: OnceLock<PlaceNameIndex>,
    /// The names that the search box finds, indexed at the first search.
    search_names: OnceLock<SearchNames>,
    /// Set once the names of places are looked for.
    preparation: OnceLock<()>,
    bands: BTreeMap<Vintage, DrawnBand>,
    outlines: BTreeMap<AdminLevel, DrawnOutlines>,
    figures: BTreeMap<Vintage, VintageFigures>,
    ground: Ground,
    ground_layers: Vec<GroundLayer>,
    programmes: Vec<Programme>,
    integrity: Integrity,
}

impl Snapshot {
    /// Indexes a dataset.
    #[must_use]
    pub fn new(mut dataset: Dataset) -> Self {
        let integrity = Integrity::new(std::mem::take(&mut dataset.stamps), lost_pages());
        let (digest, fictional) = (dataset.digest().to_owned(), dataset.fictional());
        let credits = credits(&dataset.descriptor, &dataset.known_vintages);
        let address_credit = address_credit(&dataset.descriptor);
        let addresses = dataset
            .addresses
            .map(|stored| AddressIndex::open(Box::new(stored)))
            .transpose();
        let mut layers = dataset.layers;
        // An index that cannot be read does not keep the perimeters from answering.
        let index: Option<&AddressIndex> = addresses.iter().flatten().next();
        if let Some(index) = index {
            integrity.check_small(index);
        }
        let index = index.filter(|_| integrity.address_check() != IndexCheck::Failed);
        let reports = dataset.reports.iter();
        let missing = reports.flat_map(|report| report.unmatched_communes.clone());
        let missing = missing.collect::<Vec<_>>();
        let unmatched = match_by_addresses(&mut layers, &missing, &dataset.communes, index);
        let past_codes = past_codes(&layers, &dataset.communes);
        let bands = layers
            .iter()
            .map(|layer| layer.vintage)
            .zip(dataset.bands.into_iter().map(DrawnBand::new))
            .collect();
        // In parallel: every vertex of a stored point index is compared at each start.
        let layers = layers.into_par_iter().zip(dataset.point_indexes);
        let zones = layers.map(|(layer, stored)| (layer.vintage, indexed(layer, stored)));
        let zonings = dataset.zonings.into_iter();
        let zonings = zonings.map(|loaded| ZoningIndex::new(loaded, &dataset.communes, project));
        let zonings = zonings.collect();
        let own_layers = dataset
            .custom_layers
            .into_iter()
            .map(|layer| (layer.name.clone(), AreaIndex::new(layer, project)));
        let outlines = dataset
            .outlines
            .into_iter()
            .map(|stored| (stored.level, DrawnOutlines::new(stored)));
        let places = dataset
            .places
            .into_iter()
            .map(|list| (list.kind.clone(), Places::new(list)));
        let figures = dataset
            .statistics
            .into_iter()
            .map(|(vintage, table)| (vintage, VintageFigures::new(table)));
        Self {
            digest,
            fictional,
            known_vintages: dataset.known_vintages,
            credits,
            address_credit,
            communes: dataset.communes,
            past_codes,
            unmatched,
            zones: zones.collect(),
            addresses,
            position_counts: OnceLock::new(),
            address_coverage: OnceLock::new(),
            own_layers: own_layers.collect(),
            zonings,
            commune_outlines: OnceLock::new(),
            former_zones: FormerZones::default(),
            places: places.collect(),
            place_names: OnceLock::new(),
            search_names: OnceLock::new(),
            preparation: OnceLock::new(),
            bands,
            outlines: outlines.collect(),
            figures: figures.collect(),
            ground: Ground::new(dataset.footprints),
            ground_layers: GroundLayer::from_loaded(dataset.grounds),
            programmes: programmes_of(&dataset.programmes),
            integrity,
            descriptor: dataset.descriptor,
        }
    }

    /// Checks that the addresses are as they were written, if they are loaded: reads all of them, once for all who ask.
    pub fn check_addresses(&self) {
        if let Ok(Some(index)) = &self.addresses {
            let _ = self.integrity.check(index);
        }
    }

    /// The state of that check; `None` without addresses.
    #[must_use]
    pub fn address_check(&self) -> Option<IndexCheck> {
        match &self.addresses {
            Ok(Some(_)) => Some(self.integrity.address_check()),
            _ => None,
        }
    }

    /// What is known of its files.
    pub(crate) fn integrity(&self) -> &Integrity {
        &self.integrity
    }

    /// Checks that what was answered so far came from whole files, as far as is known: the addresses may still be checked.
    ///
    /// # Errors
    /// [`IntegrityError`].
    pub fn check_files(&self) -> Result<(), IntegrityError> {
        if self.integrity.has_lost_pages() || self.integrity.altered_file().is_some() {
            return Err(IntegrityError::Altered);
        }
        if self.integrity.used_addresses() && self.address_check() == Some(IndexCheck::Failed) {
            return Err(IntegrityError::Addresses);
        }
        Ok(())
    }

    /// Returns whether addresses were used whose check is not done.
    #[must_use]
    pub fn used_unchecked_addresses(&self) -> bool {
        self.integrity.used_addresses() && self.address_check() == Some(IndexCheck::Running)
    }

    /// [`Self::check_files`], once the check of the addresses is done if they were used.
    ///
    /// # Errors
    /// [`IntegrityError`].
    pub fn check_all_files(&self) -> Result<(), IntegrityError> {
        if self.integrity.used_addresses() {
            self.check_addresses();
        }
        self.check_files()
    }

    /// The dataset's digest, which every answer carries.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Returns the moment when the dataset was published.
    #[must_use]
    pub fn published_at(&self) -> jiff::Timestamp {
        self.descriptor.published_at
    }

    /// Returns true when the data is the fictional sample.
    #[must_use]
    pub fn fictional(&self) -> bool {
        self.fictional
    }

    /// The vintages there are, loaded or not, with their days of force.
    #[must_use]
    pub fn known_vintages(&self) -> &KnownVintages {
        &self.known_vintages
    }

    /// Checks that a vintage asked by its year is known, loaded or not.
    ///
    /// # Errors
    /// [`QueryError::UnknownVintage`].
    pub fn check_vintage(&self, vintage: Vintage) -> Result<(), QueryError> {
        match self.known_vintages.get(vintage) {
            Some(_) => Ok(()),
            None => Err(QueryError::UnknownVintage {
                vintage,
                known: self.known_vintages.listed(),
            }),
        }
    }

    /// The producers and licences of the data, one sentence for each kind; no file names.
    #[must_use]
    pub fn credits(&self) -> &[String] {
        &self.credits
    }

    /// The producers and licences of the addresses; empty without any.
    #[must_use]
    pub fn address_credit(&self) -> &str {
        &self.address_credit
    }

    /// The files the data was read from, part by part.
    #[must_use]
    pub fn files(&self) -> Vec<LoadedFile<'_>> {
        loaded_files(&self.descriptor)
    }

    /// The index of addresses.
    ///
    /// # Errors
    /// [`AddressError::NotLoaded`], or [`AddressError::Unusable`] for one that cannot be read.
    pub fn addresses(&self) -> Result<&AddressIndex, AddressError> {
        match &self.addresses {
            Ok(Some(index)) => match self.integrity.use_addresses() {
                Ok(()) => Ok(index),
                Err(fault) => Err(AddressError::Unusable(fault.to_string())),
            },
            Ok(None) => Err(AddressError::NotLoaded),
            Err(fault) => Err(AddressError::Unusable(fault.to_string())),
        }
    }

    /// The parcels and buildings loaded.
    pub(crate) fn ground(&self) -> &Ground {
        &self.ground
    }

    /// The archives of map tiles that can lie under the perimeters, by name.
    #[must_use]
    pub fn ground_layers(&self) -> &[GroundLayer] {
        &self.ground_layers
    }

    /// The archive of map tiles of this name.
    ///
    /// # Errors
    /// [`UnknownLayer`].
    pub fn ground_layer(&self, name: &str) -> Result<&GroundLayer, UnknownLayer> {
        let mut layers = self.ground_layers.iter();
        layers
            .find(|layer| layer.name.as_str() == name)
            .ok_or_else(|| UnknownLayer {
                asked: name.to_owned(),
                known: self
                    .ground_layers
                    .iter()
                    .map(|layer| layer.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    }

    /// The number of addresses by the kind of their positions, counted once; empty without addresses.
    pub(crate) fn position_counts(&self) -> &[(PositionKind, u64)] {
        self.position_counts.get_or_init(|| {
            let index = self.addresses.iter().flatten().next();
            index.map_or_else(Vec::new, AddressIndex::by_position_kind)
        })
    }

    /// Walks the departments with addresses, by INSEE code, in order.
    pub fn address_departments(&self) -> impl Iterator<Item = &str> {
        self.address_coverage().departments()
    }

    /// The departments whose addresses are loaded.
    pub(crate) fn address_coverage(&self) -> &AddressCoverage {
        self.address_coverage.get_or_init(|| {
            let index = self.addresses.iter().flatten().next();
            index.map_or_else(AddressCoverage::default, |index| {
                AddressCoverage::new(index, &self.communes)
            })
        })
    }

    /// Returns true if the question of some candidates, the likeliest first, leaves open in which commune the address lies: it
    /// names no place, and others of the name may lie elsewhere.
    pub(crate) fn is_place_open(&self, candidates: &[&Candidate]) -> bool {
        let index = self.addresses.iter().flatten().next();
        index.is_some_and(|index| {
            self.address_coverage()
                .is_place_open(index, &self.communes, candidates)
        })
    }

    /// Returns true if words of a question that a candidate lacks are the name of a commune of the country.
    pub(crate) fn names_another_commune(&self, question: &str, candidate: &Candidate) -> bool {
        let index = self.addresses.iter().flatten().next();
        let coverage = self.address_coverage();
        index.is_some_and(|index| {
            index.names_another_commune(question, candidate, |words| {
                coverage.is_commune(&self.communes, words)
            })
        })
    }

    /// Returns true if words in the form of [`commune_words`](qpv_addresses::commune_words) are the name of a commune of the
    /// country.
    pub(crate) fn is_commune_name(&self, words: &str) -> bool {
        self.address_coverage().is_commune(&self.communes, words)
    }

    /// Returns the communes of today that such words mean: those of that very name, and those that people call so (`cherbourg`),
    /// where it is nobody's name, or only that of villages, and theirs has a perimeter (`boulogne`).
    pub(crate) fn communes_called(&self, words: &str) -> Vec<CommuneCode> {
        let coverage = self.address_coverage();
        let mut communes = coverage.communes_named(&self.communes, words).to_vec();
        let called = coverage.communes_called(&self.communes, words).iter();
        if communes.is_empty() {
            communes.extend(called);
            return communes;
        }
        let names = self.search_names();
        let are_villages = !communes.iter().any(|code| names.has_perimeters(*code));
        communes.extend(called.filter(|code| are_villages && names.has_perimeters(**code)));
        communes
    }

    /// Returns the communes of today of a postcode, in order of code.
    pub(crate) fn communes_of_postcode(&self, postcode: u32) -> &[CommuneCode] {
        let postcode = format!("{postcode:05}");
        self.search_names().communes_of(&postcode)
    }

    /// Returns true if addresses of a commune are loaded; an arrondissement counts for its city.
    pub(crate) fn has_addresses_of(&self, commune: CommuneCode) -> bool {
        let index = self.addresses.iter().flatten().next();
        index
            .is_some_and(|index| index.has_commune(commune) || index.has_place(None, Some(commune)))
            || self.address_coverage().has_commune(commune)
    }

    /// The names that the search box finds; made at the first call.
    pub(crate) fn search_names(&self) -> &SearchNames {
        self.search_names.get_or_init(|| {
            SearchNames::new(&NamedParts {
                communes: &self.communes,
                addresses: self.addresses.iter().flatten().next(),
                zones: &self.zones,
                places: &self.places,
            })
        })
    }

    /// Returns true once, for the first who asks: the names of places are then to be looked for.
    pub fn begin_preparation(&self) -> bool {
        self.preparation.set(()).is_ok()
    }

    /// The names of places inside perimeters, when they were found before.
    pub(crate) fn place_names_if_found(&self) -> Option<&PlaceNameIndex> {
        self.place_names.get()
    }

    /// The layer of a town's own that has this name; `None` when none was imported under it.
    #[must_use]
    pub fn own_layer(&self, name: &str) -> Option<&AreaIndex> {
        self.own_layers.get(name)
    }

    /// The areas that a rule means by this name: a layer of the town's own, or a zoning of areas.
    pub(crate) fn named_areas(&self, name: &str) -> Option<NamedAreas<'_>> {
        let own = self.own_layer(name).map(NamedAreas::Own);
        own.or_else(|| {
            let mut zonings = self.zoning_indexes().iter();
            let zoning = zonings.find(|zoning| zoning.record.name.as_str() == name)?;
            Some(NamedAreas::Zoning(&zoning.record, zoning.areas()?))
        })
    }

    /// The zoning of areas that has this name; `None` when none was imported under it.
    #[must_use]
    pub fn zoned_layer(&self, name: &str) -> Option<&AreaIndex> {
        let mut layers = self.zoned_layers();
        layers.find_map(|(record, areas)| (record.name.as_str() == name).then_some(areas))
    }

    /// All zonings of areas, by name.
    pub fn zoned_layers(&self) -> impl Iterator<Item = (&ZoningRecord, &AreaIndex)> {
        self.zoning_indexes()
            .iter()
            .filter_map(|zoning| Some((&zoning.record, &zoning.areas()?.index)))
    }

    /// All layers of a town's own, by name.
    pub fn own_layers(&self) -> impl Iterator<Item = (&str, &AreaIndex)> {
        self.own_layers
            .iter()
            .map(|(name, areas)| (name.as_str(), areas))
    }

    /// The zonings loaded, by name.
    pub fn zonings(&self) -> impl Iterator<Item = &ZoningRecord> {
        self.zoning_indexes().iter().map(|zoning| &zoning.record)
    }

    /// Checks that all zonings of these names are loaded.
    ///
    /// # Errors
    /// [`UnknownZoning`].
    pub fn check_zonings(&self, names: &[String]) -> Result<(), UnknownZoning> {
        let unknown = names
            .iter()
            .find(|asked| self.zonings().all(|known| known.name.as_str() != **asked));
        match unknown {
            None => Ok(()),
            Some(asked) => Err(UnknownZoning {
                asked: asked.clone(),
                known: self
                    .zonings()
                    .map(|known| known.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            }),
        }
    }

    pub(crate) fn zoning_indexes(&self) -> &[ZoningIndex] {
        &self.zonings
    }

    /// The perimeters of a vintage that none of a later one followed.
    pub(crate) fn former_zones(
        &self,
        from: &PerimeterIndex,
        to: &PerimeterIndex,
    ) -> Arc<PerimeterIndex> {
        self.former_zones.between(from, to, project)
    }

    /// Returns whether areas or communes are loaded under a name.
    #[must_use]
    pub fn has_zoning(&self, name: &Slug) -> bool {
        self.own_layer(name.as_str()).is_some() || self.zoning(name).is_some()
    }

    /// The zoning of a name.
    pub(crate) fn zoning(&self, name: &Slug) -> Option<&ZoningIndex> {
        let mut zonings = self.zoning_indexes().iter();
        zonings.find(|zoning| zoning.record.name == *name)
    }

    /// The commune of a position: that of the perimeter that holds it, or by the outlines imported; `None` without any, and
    /// nearer to their line than the doubt.
    pub(crate) fn commune_at(&self, position: &Position, doubt_m: f64) -> Option<CommuneCode> {
        // The newest first: its communes are rather those of today.
        let mut vintages = self.zones.values().rev();
        vintages
            .find_map(|zones| self.commune_of_perimeters(zones, position, doubt_m))
            .or_else(|| self.commune_of_outlines(position, doubt_m))
    }

    /// The commune of today of the perimeters that surely hold a position; `None` when they have several, or none holds it.
    fn commune_of_perimeters(
        &self,
        zones: &PerimeterIndex,
        position: &Position,
        doubt_m: f64,
    ) -> Option<CommuneCode> {
        let found = zones.locate(position);
        let is_sure = found
            .signed_distance_m
            .is_none_or(|distance_m| distance_m.abs() > doubt_m + zones.layer().precision_m);
        let members = found.members.iter().filter(|_| is_sure);
        let perimeters = members.map(|member| zones.perimeter(*member));
        let mut communes = BTreeSet::new();
        for perimeter in perimeters {
            // The name of one of its communes may match no code.
            if perimeter.insee_com.len() < perimeter.lib_com.len() {
                return None;
            }
            let codes = perimeter.insee_com.iter();
            communes.extend(codes.flat_map(|code| self.communes_of_today(*code)));
        }
        // A perimeter across a border does not say on which side.
        communes.first().copied().filter(|_| communes.len() == 1)
    }

    fn commune_of_outlines(&self, position: &Position, doubt_m: f64) -> Option<CommuneCode> {
        let communes = self
            .commune_outlines
            .get_or_init(|| AreaIndex::new(communes_layer(self), project));
        let found = communes.locate(position);
        // Beyond the search distance a line is at least that far, and the position may be off by more.
        let line_m = found.signed_distance_m.map_or(MAX_SEARCH_M, f64::abs);
        let is_sure = line_m > doubt_m + communes.layer().precision_m;
        // Generalised outlines overlap at their edges: two of them tell nothing.
        let [member] = found.members.as_slice() else {
            return None;
        };
        let name = communes.layer().areas[*member as usize].name.as_deref();
        let code: CommuneCode = name?.parse().ok()?;
        is_sure.then(|| code.whole_commune())
    }

    /// The places of this kind; `None` when no list of them was imported.
    #[must_use]
    pub fn places(&self, kind: &str) -> Option<&Places> {
        self.places.get(kind)
    }

    /// The kinds of places that lists were imported of.
    pub fn place_kinds(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(Slug::as_str)
    }

    /// The names of places inside all perimeters; looked for at the first call.
    pub(crate) fn place_names_or_init(
        &self,
        find: impl FnOnce() -> PlaceNameIndex,
    ) -> &PlaceNameIndex {
        self.place_names.get_or_init(find)
    }

    /// The index of a vintage, if loaded.
    #[must_use]
    pub fn zones(&self, vintage: Vintage) -> Option<&PerimeterIndex> {
        self.zones.get(&vintage)
    }

    /// The vintages loaded, oldest first.
    pub fn vintages(&self) -> impl Iterator<Item = (Vintage, &PerimeterIndex)> {
        self.zones.iter().map(|(vintage, zones)| (*vintage, zones))
    }

    /// The 300 m band of a vintage, for maps; empty when the vintage is not loaded. Read at the first use, which takes some
    /// milliseconds, or as long as an import when the stored one cannot be used. No answer is taken from it.
    #[must_use]
    pub fn band(&self, vintage: Vintage) -> &[BandArea] {
        let loaded = self.bands.get(&vintage).zip(self.zones.get(&vintage));
        loaded.map_or(&[], |(band, zones)| band.areas(zones.layer()))
    }

    /// The regions, departments or communes whose outlines were imported, in code order, for maps. Read at the first use;
    /// empty, with a warning in the log, when they cannot be.
    #[must_use]
    pub fn outlines(&self, level: AdminLevel) -> &[AdminArea] {
        self.outlines.get(&level).map_or(&[], DrawnOutlines::areas)
    }

    /// Returns the statistics published on a neighbourhood; `None` when nothing about it was imported.
    #[must_use]
    pub fn statistics(&self, perimeter: &Perimeter) -> Option<&QpvStatistics> {
        self.figures
            .get(&perimeter.vintage)?
            .statistics(perimeter.code_qp)
    }

    /// Walks the indicators of the statistics loaded, by vintage, oldest first.
    pub fn indicators(&self) -> impl Iterator<Item = (Vintage, &[LoadedIndicator])> {
        let all = self.figures.iter();
        all.map(|(vintage, figures)| (*vintage, figures.indicators()))
    }

    /// Returns the indicators of a vintage; empty when no statistics of it are loaded.
    #[must_use]
    pub fn indicators_of(&self, vintage: Vintage) -> &[LoadedIndicator] {
        let figures = self.figures.get(&vintage);
        figures.map_or(&[], VintageFigures::indicators)
    }

    /// Returns true when every perimeter of a vintage in a territory is loaded. Of the fictional
    /// town, all are known.
    pub(crate) fn knows_all(&self, zones: &PerimeterIndex, territory: Territory) -> bool {
        zones.layer().whole.contains(&territory) || (self.fictional && zones.covers(territory))
    }

    /// The perimeter at an index of a [`PointAnswer`](crate::PointAnswer).
    #[must_use]
    pub fn perimeter(&self, vintage: Vintage, id: PerimeterId) -> &Perimeter {
        self.zones[&vintage].perimeter(id)
    }

    /// The perimeter of a code; of the newest vintage that has it.
    #[must_use]
    pub fn perimeter_of(&self, code: QpvCode) -> Option<&Perimeter> {
        // Vintages may share a form of codes.
        self.zones.values().rev().find_map(|zones| {
            let position = position_of(zones, code)?;
            Some(zones.perimeter(position))
        })
    }

    /// Returns the identifier of a perimeter in its vintage.
    pub(crate) fn id_of(&self, perimeter: &Perimeter) -> Option<PerimeterId> {
        position_of(self.zones.get(&perimeter.vintage)?, perimeter.code_qp)
    }

    /// The row of a code in the table of communes; `None` for a code that never was a commune's.
    #[must_use]
    pub fn commune_record(&self, code: CommuneCode) -> Option<CommuneRecord<'_>> {
        self.communes.get(code)
    }

    /// The communes of today that a code leads to; the code itself where no table has it, as those of the fictional town.
    #[must_use]
    pub fn communes_of_today(&self, code: CommuneCode) -> Vec<CommuneCode> {
        // Perimeters and addresses of the fictional town name communes that no table has.
        let today = self.communes.communes_of_today(code);
        if today.is_empty() { vec![code] } else { today }
    }

    /// Walks the communes of the table that lie in the intercommunality of this SIREN number.
    pub(crate) fn communes_of_epci(&self, siren: &str) -> impl Iterator<Item = CommuneCode> {
        let records = self.communes.iter();
        records
            .filter(move |record| record.epci == siren)
            .map(|record| record.code)
    }

    /// Checks that a code is one of the table of communes, or of the data loaded.
    ///
    /// # Errors
    /// [`QueryError::UnknownCommune`].
    pub fn check_commune(&self, code: CommuneCode) -> Result<(), QueryError> {
        if self.communes.get(code).is_some() || self.name_in_data(code).is_some() {
            Ok(())
        } else {
            Err(QueryError::UnknownCommune { code })
        }
    }

    /// The name that perimeters or addresses give to a commune which no table has; an empty one where they have only its
    /// code.
    pub(crate) fn name_in_data(&self, code: CommuneCode) -> Option<&str> {
        let perimeters = self
            .zones
            .values()
            .rev()
            .flat_map(PerimeterIndex::perimeters);
        let mut of_commune = perimeters.filter(|perimeter| perimeter.insee_com.contains(&code));
        let published = self
            .zones
            .values()
            .rev()
            .flat_map(|zones| published_names(zones.layer()))
            .find_map(|(other, name)| (other == code).then_some(name));
        let addresses = self.addresses.iter().flatten();
        let of_addresses = addresses
            .flat_map(AddressIndex::communes)
            .find_map(|(other, name)| (other == code).then_some(name));
        published
            .or(of_addresses)
            .or_else(|| of_commune.next().map(|_| ""))
    }

    /// Returns true when a perimeter lies in one of these communes of today.
    pub(crate) fn lies_in(&self, perimeter: &Perimeter, communes: &[CommuneCode]) -> bool {
        perimeter.insee_com.iter().any(|code| {
            let today = self.past_codes.get(code).into_iter().flatten();
            communes.contains(code) || today.into_iter().any(|code| communes.contains(code))
        })
    }

    /// The perimeters with a commune name that matches no INSEE code, in code order.
    pub(crate) fn unmatched_perimeters(&self) -> impl Iterator<Item = &Perimeter> {
        self.unmatched
            .iter()
            .filter_map(|code| self.perimeter_of(code.parse().ok()?))
    }

    /// Returns true when a commune name of this perimeter matches no INSEE code.
    pub(crate) fn is_unmatched(&self, perimeter: &Perimeter) -> bool {
        self.unmatched.contains(perimeter.code_qp.as_str())
    }

    /// The programmes: those of the dataset, then those shipped that no one of the dataset replaces by its identifier.
    #[must_use]
    pub fn programmes(&self) -> &[Programme] {
        &self.programmes
    }

    /// The programmes of some identifiers, a comma between them, each once; `*` for all that a place is asked about, or an
    /// outline of a building.
    ///
    /// # Errors
    /// [`UnknownProgramme`] for the first that is none.
    pub fn programmes_of(
        &self,
        ids: &str,
        is_building: bool,
    ) -> Result<Vec<&Programme>, UnknownProgramme> {
        if ids.trim() == "*" {
            let fitting = self.programmes.iter().filter(|programme| {
                (programme.subject == ProgrammeSubject::Building) == is_building
            });
            return Ok(fitting.collect());
        }
        let mut programmes: Vec<&Programme> = Vec::new();
        for id in ids.split(',') {
            let programme = self.programme(id.trim())?;
            // Named twice, it would answer twice.
            if programmes.iter().all(|known| known.id != programme.id) {
                programmes.push(programme);
            }
        }
        Ok(programmes)
    }

    /// The programme of an identifier.
    ///
    /// # Errors
    /// [`UnknownProgramme`].
    pub fn programme(&self, id: &str) -> Result<&Programme, UnknownProgramme> {
        let found = self
            .programmes
            .iter()
            .find(|programme| programme.id.as_str() == id);
        found.ok_or_else(|| UnknownProgramme {
            asked: id.to_owned(),
            known: self
                .programmes
                .iter()
                .map(|programme| programme.id.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        })
    }
}

/// Returns the outlines of communes as a layer whose areas are named by their codes.
fn communes_layer(snapshot: &Snapshot) -> CustomLayer {
    /// Outlines are generalised at some tens of metres.
    const PRECISION_M: f64 = 50.0;
    let outlines = snapshot.outlines(AdminLevel::Commune).iter();
    CustomLayer {
        name: "communes".parse().expect("it is a name"),
        areas: outlines
            .map(|area| {
                let outline = Outline::on_wgs84(area.outline.clone());
                CustomArea::new(Some(area.code.clone()), outline)
            })
            .collect(),
        precision_m: PRECISION_M,
    }
}

/// Returns the place of a code among the perimeters of a vintage.
fn position_of(zones: &PerimeterIndex, code: QpvCode) -> Option<PerimeterId> {
    let position = zones
        .perimeters()
        .binary_search_by_key(&code, |perimeter| perimeter.code_qp)
        .ok()?;
    Some(PerimeterId::new(position))
}

/// Completes the commune codes that the table of communes left missing by the names that addresses have; returns the
/// perimeters with a name that matches none.
fn match_by_addresses(
    layers: &mut [VintageLayer],
    missing: &[UnmatchedCommune],
    table: &CommuneTable,
    index: Option<&AddressIndex>,
) -> BTreeSet<String> {
    // So it is with the official files: the names of addresses are read only when they are needed.
    if missing.is_empty() {
        return BTreeSet::new();
    }
    let (today, former): (Vec<_>, Vec<_>) = index
        .map(|index| {
            (
                index.communes().collect(),
                index.former_communes().collect(),
            )
        })
        .unwrap_or_default();
    // A name that is both a commune's and that of one merged since is the commune's.
    let sources = vec![today, former];
    let unmatched = layers
        .iter_mut()
        .flat_map(|layer| match_missing(layer, missing, table, sources.clone()));
    unmatched.map(|commune| commune.code_qp).collect()
}

/// The communes of today of the codes that perimeters have and that are no commune's any more.
fn past_codes(
    layers: &[VintageLayer],
    table: &CommuneTable,
) -> BTreeMap<CommuneCode, Vec<CommuneCode>> {
    let codes: BTreeSet<CommuneCode> = layers
        .iter()
        .flat_map(|layer| &layer.perimeters)
        .flat_map(|perimeter| perimeter.insee_com.iter().copied())
        .collect();
    codes
        .into_iter()
        .map(|code| (code, table.communes_of_today(code)))
        // Nearly all are communes of today and need no entry.
        .filter(|(code, today)| !today.is_empty() && !today.contains(code))
        .collect()
}

/// A layer with the point index stored beside it, or with one made now when there is none that can be used.
fn indexed(layer: VintageLayer, stored: Option<Result<MappedFile, Error>>) -> PerimeterIndex {
    let stored = stored.map(|stored| {
        let bytes = stored.map_err(|fault| fault.to_string())?;
        PointIndex::from_bytes(Box::new(bytes), &layer.perimeters)
            .map_err(|fault| fault.to_string())
    });
    // Logged, and built anew below: a damaged index is no reason to give no answers.
    if let Some(Err(fault)) = &stored {
        tracing::warn!(
            vintage = %layer.vintage,
            fault,
            "the stored point index cannot be used; it is made again in memory at each start, until an import of the \
            same files stores a new one"
        );
    }
    let index = stored
        .and_then(Result::ok)
        .or_else(|| PointIndex::build(&layer.perimeters));
    PerimeterIndex::new(layer, project).with_point_index(index)
}

/// The programmes imported, then those shipped that none of them replaces.
fn programmes_of(texts: &BTreeMap<Slug, String>) -> Vec<Programme> {
    let mut programmes: Vec<Programme> = texts
        .iter()
        .filter_map(|(id, text)| imported_programme(id, text))
        .collect();
    let shipped = qpv_programmes::shipped()
        .iter()
        // Left out even when the imported one cannot be read: rules must not change silently.
        .filter(|programme| !texts.contains_key(&programme.id));
    programmes.extend(shipped.cloned().collect::<Vec<_>>());
    programmes
}

/// Reads an imported programme; `None`, with a warning in the log, when that fails.
fn imported_programme(id: &Slug, text: &str) -> Option<Programme> {
    Programme::read(text)
        .inspect_err(|fault| {
            tracing::warn!(%id, %fault, "the programme imported cannot be read; import it again");
        })
        // One programme that cannot be read does not keep the others from answering.
        .ok()
}

/// The engine's projection; it falls back on the WGS 84 outline where this answers `None`.
fn project(crs: Crs, point: Wgs84Point) -> Option<Coord<f64>> {
    qpv_geodata::crs::project(crs, point).ok()
}
