//! One dataset, indexed, ready to answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use geo_types::{Coord, MultiPolygon};
use qpv_addresses::{AddressIndex, ArraysError};
use qpv_engine::{
    AreaIndex, FootprintLocation, Location, PerimeterId, PerimeterIndex, PerimeterOverlap,
    PointIndex, VintageComparison, classify,
};
use qpv_french::fold::fold_name;
use qpv_geodata::Error;
use qpv_geodata::communes::match_names;
use qpv_geodata::store::{Dataset, MappedFile};
use qpv_geodata::territories::TerritoryExtents;
use qpv_model::{
    AdminArea, AdminLevel, BandArea, CommuneCode, Crs, Perimeter, Position, QpvCode, QpvStatistics,
    Slug, Territory, Vintage, VintageLayer, Wgs84Point,
};
use qpv_programmes::Programme;
use rayon::prelude::*;

use crate::check::address::AddressError;
use crate::layers::collections::ChangedGround;
use crate::layers::tiles::Tiles;
use crate::lazy_layers::{DrawnBand, DrawnOutlines};
use crate::place::check_uncertainty;
use crate::standing::PointAnswer;
use crate::{Place, Places, QueryError, VintageSelector};

/// A dataset with its indexes; everything asked of one snapshot is answered from the same data.
#[derive(Debug)]
pub struct Snapshot {
    digest: String,
    fictional: bool,
    sources: Vec<String>,
    /// Codes of the perimeters with a commune name that matches no INSEE code.
    unmatched: BTreeSet<String>,
    zones: BTreeMap<Vintage, PerimeterIndex>,
    addresses: Result<Option<AddressIndex>, ArraysError>,
    /// Their files, by name.
    address_sources: String,
    own_layers: BTreeMap<Slug, AreaIndex>,
    places: BTreeMap<Slug, Places>,
    bands: BTreeMap<Vintage, DrawnBand>,
    outlines: BTreeMap<AdminLevel, DrawnOutlines>,
    statistics: BTreeMap<Vintage, BTreeMap<QpvCode, QpvStatistics>>,
    pub(crate) programmes: Vec<Programme>,
    /// Made when first asked for.
    pub(crate) tiles: OnceLock<Tiles>,
    /// All perimeters compared: from 2015 to 2024, and back. Made when first asked for.
    pub(crate) compared: [OnceLock<VintageComparison>; 2],
    /// The ground gained and lost from 2015 to 2024. Made when first asked for.
    pub(crate) ground: OnceLock<Vec<ChangedGround>>,
}

/// Which perimeters to list; an empty filter lists them all.
#[derive(Debug, Clone, Default)]
pub struct PerimeterFilter {
    /// Of this vintage only.
    pub vintage: Option<Vintage>,
    /// Of this commune (an arrondissement counts as its commune).
    pub commune: Option<CommuneCode>,
    /// Of this department, as INSEE writes it (`61`, `2A`, `974`).
    pub department: Option<String>,
    /// Of this intercommunality, by SIREN number; perimeters that publish none count by their communes.
    pub epci: Option<String>,
    /// With this text in the code, the name or a commune's name; case and accents do not matter.
    pub text: Option<String>,
}

/// A place, with what is needed to answer for it.
#[derive(Debug, Clone, Copy)]
struct Asked<'a> {
    position: Position,
    zones: &'a PerimeterIndex,
    territory: Territory,
}

/// Chunk of positions one thread takes at a time.
const CHUNK: usize = 1024;

impl Snapshot {
    /// Indexes a dataset.
    #[must_use]
    pub fn new(dataset: Dataset) -> Self {
        let sources = dataset
            .descriptor
            .source_names()
            .into_iter()
            .map(ToOwned::to_owned)
            .collect();
        let (digest, fictional) = (dataset.digest().to_owned(), dataset.fictional());
        let departments = dataset
            .descriptor
            .addresses
            .iter()
            .flat_map(|entry| entry.departments.values());
        let files: BTreeSet<&str> = departments
            .flat_map(|part| &part.sources)
            .map(|file| file.name.as_str())
            .collect();
        let address_sources = files.into_iter().collect::<Vec<_>>().join(", ");
        let addresses = dataset
            .addresses
            .map(|stored| AddressIndex::open(Box::new(stored)))
            .transpose();
        let mut layers = dataset.layers;
        let index = addresses.iter().flatten().next();
        let unmatched = layers
            .iter_mut()
            .flat_map(|layer| match_by_addresses(layer, index))
            .collect();
        let bands = layers
            .iter()
            .map(|layer| layer.vintage)
            .zip(dataset.bands.into_iter().map(DrawnBand::new))
            .collect();
        let layers = layers.into_par_iter().zip(dataset.point_indexes);
        let zones = layers.map(|(layer, stored)| (layer.vintage, indexed(layer, stored)));
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
        Self {
            digest,
            fictional,
            sources,
            unmatched,
            zones: zones.collect(),
            addresses,
            address_sources,
            own_layers: own_layers.collect(),
            places: places.collect(),
            bands,
            outlines: outlines.collect(),
            statistics: dataset.statistics,
            programmes: programmes_of(&dataset.programmes),
            tiles: OnceLock::new(),
            compared: [OnceLock::new(), OnceLock::new()],
            ground: OnceLock::new(),
        }
    }

    /// The dataset's digest, which every answer carries.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Whether the data is the fictional sample.
    #[must_use]
    pub fn fictional(&self) -> bool {
        self.fictional
    }

    /// The files the data comes from.
    #[must_use]
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// The index of addresses.
    ///
    /// # Errors
    /// [`AddressError::NotLoaded`], or [`AddressError::Unusable`] for one that cannot be read.
    pub fn addresses(&self) -> Result<&AddressIndex, AddressError> {
        match &self.addresses {
            Ok(Some(index)) => Ok(index),
            Ok(None) => Err(AddressError::NotLoaded),
            Err(fault) => Err(AddressError::Unusable(fault.to_string())),
        }
    }

    /// The files the addresses come from.
    #[must_use]
    pub fn address_sources(&self) -> &str {
        &self.address_sources
    }

    /// The layer of a town's own that has this name; `None` when none was imported under it.
    #[must_use]
    pub fn own_layer(&self, name: &str) -> Option<&AreaIndex> {
        self.own_layers.get(name)
    }

    /// All layers of a town's own, by name.
    pub fn own_layers(&self) -> impl Iterator<Item = (&str, &AreaIndex)> {
        self.own_layers
            .iter()
            .map(|(name, areas)| (name.as_str(), areas))
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

    /// What statisticians publish on a neighbourhood; `None` when nothing about it was imported.
    #[must_use]
    pub fn statistics(&self, code: QpvCode) -> Option<&QpvStatistics> {
        self.statistics.get(&code.vintage())?.get(&code)
    }

    /// The perimeters of the other vintage that really overlap one of this vintage, with what they share in hectares
    /// (planar in the legal projection), those that share most first. `None` when the other vintage is not loaded for the
    /// whole of its territory, for a perimeter that is missing may overlap it too, and when this one was published without
    /// area. See [`PerimeterIndex::overlaps`].
    #[must_use]
    pub fn overlapping(&self, perimeter: &Perimeter) -> Option<Vec<(&Perimeter, f64)>> {
        let other = Vintage::ALL
            .into_iter()
            .find(|vintage| *vintage != perimeter.code_qp.vintage())?;
        let zones = self.zones.get(&other)?;
        perimeter.known_area_ha()?;
        let known = self.knows_all(zones, perimeter.territory);
        let named = |found: PerimeterOverlap| (zones.perimeter(found.perimeter), found.shared_ha);
        known.then(|| zones.overlaps(perimeter).into_iter().map(named).collect())
    }

    /// Whether every perimeter of a vintage in a territory is loaded. Of the fictional town, all are known.
    pub(crate) fn knows_all(&self, zones: &PerimeterIndex, territory: Territory) -> bool {
        zones.layer().whole.contains(&territory) || (self.fictional && zones.covers(territory))
    }

    /// The perimeter an index of a [`PointAnswer`] means.
    #[must_use]
    pub fn perimeter(&self, vintage: Vintage, id: PerimeterId) -> &Perimeter {
        self.zones[&vintage].perimeter(id)
    }

    /// Where a place stands.
    ///
    /// # Errors
    /// Any [`QueryError`]; none of them means "outside".
    pub fn locate(
        &self,
        place: Place,
        choice: VintageSelector,
        uncertainty_m: Option<f64>,
    ) -> Result<PointAnswer, QueryError> {
        let uncertainty_m = check_uncertainty(uncertainty_m)?;
        let asked = self.asked(place, choice)?;
        self.standing(asked, asked.zones.locate(&asked.position), uncertainty_m)
    }

    /// The position of a place, and the perimeters that answer for it.
    fn asked(&self, place: Place, choice: VintageSelector) -> Result<Asked<'_>, QueryError> {
        let position = place.position().map_err(|fault| self.or_swapped(fault))?;
        let (zones, territory) = self
            .zones_at(position.wgs84, choice)
            .map_err(|fault| self.or_swapped(fault))?;
        Ok(Asked {
            position,
            zones,
            territory,
        })
    }

    fn standing(
        &self,
        Asked {
            position,
            zones,
            territory,
        }: Asked<'_>,
        located: Location,
        uncertainty_m: Option<f64>,
    ) -> Result<PointAnswer, QueryError> {
        if !self.answers_for(
            zones,
            territory,
            !located.members.is_empty(),
            located.nearest.is_some(),
        ) {
            return Err(outside_coverage(position.wgs84));
        }
        let precision_m = zones.layer().precision_m;
        let verdict = classify(&located, uncertainty_m, precision_m);
        Ok(PointAnswer {
            vintage: zones.layer().vintage,
            located,
            verdict,
            uncertainty_m,
            precision_m,
        })
    }

    /// [`Snapshot::locate`] for many places, in their order, on all cores.
    #[must_use]
    pub fn locate_all(
        &self,
        places: &[Place],
        choice: VintageSelector,
        uncertainty_m: Option<f64>,
    ) -> Vec<Result<PointAnswer, QueryError>> {
        let chunks = places.par_chunks(CHUNK);
        chunks
            .flat_map_iter(|places| self.locate_chunk(places, choice, uncertainty_m))
            .collect()
    }

    /// [`Snapshot::locate`] for some places, in one question to each vintage.
    fn locate_chunk(
        &self,
        places: &[Place],
        choice: VintageSelector,
        uncertainty_m: Option<f64>,
    ) -> impl Iterator<Item = Result<PointAnswer, QueryError>> {
        let uncertainty = check_uncertainty(uncertainty_m);
        let asked: Vec<_> = places
            .iter()
            .map(|&place| self.asked(place, choice))
            .collect();
        let mut located = vec![Location::default(); places.len()];
        for zones in self.zones.values() {
            let of_these = |asked: &Result<Asked<'_>, _>| {
                asked
                    .as_ref()
                    .is_ok_and(|asked| std::ptr::eq(asked.zones, zones))
            };
            let indices: Vec<usize> = (0..asked.len())
                .filter(|&index| of_these(&asked[index]))
                .collect();
            let positions: Vec<Position> = indices
                .iter()
                .flat_map(|&index| &asked[index])
                .map(|asked| asked.position)
                .collect();
            let mut answers = vec![Location::default(); positions.len()];
            zones.locate_all(&positions, &mut answers);
            for (index, answer) in indices.into_iter().zip(answers) {
                located[index] = answer;
            }
        }
        let answers = asked.into_iter().zip(located);
        answers.map(move |(asked, located)| self.standing(asked?, located, uncertainty.clone()?))
    }

    /// Where a polygon on WGS 84 stands. Its first vertex decides the territory.
    ///
    /// # Errors
    /// Any [`QueryError`].
    pub fn footprint(
        &self,
        polygon: &MultiPolygon<f64>,
        choice: VintageSelector,
    ) -> Result<(Vintage, FootprintLocation), QueryError> {
        let first = polygon
            .iter()
            .flat_map(|part| part.exterior().coords())
            .next();
        let first = first.ok_or(QueryError::Footprint(qpv_engine::FootprintError::Empty))?;
        let point = Place::LonLat(first.x, first.y)
            .position()
            .map_err(|fault| self.or_swapped(fault))?
            .wgs84;
        let (zones, territory) = self
            .zones_at(point, choice)
            .map_err(|fault| self.or_swapped(fault))?;
        let footprint = zones.footprint(polygon)?;
        if !self.answers_for(
            zones,
            territory,
            footprint.qpv.every,
            footprint.farthest_m.is_some(),
        ) {
            return Err(outside_coverage(point));
        }
        Ok((zones.layer().vintage, footprint))
    }

    /// The perimeters a filter keeps, oldest vintage first, in code order.
    #[must_use]
    pub fn perimeters(&self, filter: &PerimeterFilter) -> Vec<&Perimeter> {
        let wanted_text = filter.text.as_deref().map(normalise);
        let of_epci = filter
            .epci
            .as_deref()
            .map(|epci| self.communes_of_epci(epci));
        let vintages = self
            .zones
            .iter()
            .filter(|(vintage, _)| filter.vintage.is_none_or(|wanted| wanted == **vintage));
        let all = vintages.flat_map(|(_, zones)| zones.perimeters());
        let in_epci = |perimeter: &Perimeter| match (&filter.epci, &of_epci) {
            (Some(epci), _) if !perimeter.siren_epci.is_empty() => {
                perimeter.siren_epci.contains(epci)
            }
            (_, Some(communes)) => perimeter
                .insee_com
                .iter()
                .any(|code| communes.contains(code)),
            _ => true,
        };
        all.filter(|perimeter| filter.keeps(perimeter) && in_epci(perimeter))
            .filter(|perimeter| {
                wanted_text
                    .as_ref()
                    .is_none_or(|text| mentions(perimeter, text))
            })
            .collect()
    }

    /// Communes of an intercommunality, by the perimeters that name only it: those of 2015 name none.
    fn communes_of_epci(&self, epci: &str) -> BTreeSet<CommuneCode> {
        let perimeters = self.zones.values().flat_map(PerimeterIndex::perimeters);
        let named = perimeters
            .filter(|perimeter| matches!(perimeter.siren_epci.as_slice(), [only] if only == epci));
        named
            .flat_map(|perimeter| perimeter.insee_com.iter().copied())
            .collect()
    }

    /// The perimeter of a code.
    #[must_use]
    pub fn perimeter_of(&self, code: QpvCode) -> Option<&Perimeter> {
        Some(self.perimeter(code.vintage(), self.position_of(code)?))
    }

    /// Returns the identifier of a perimeter in its vintage.
    pub(crate) fn position_of(&self, code: QpvCode) -> Option<PerimeterId> {
        let perimeters = self.zones.get(&code.vintage())?.perimeters();
        let position = perimeters
            .binary_search_by_key(&code, |perimeter| perimeter.code_qp)
            .ok()?;
        Some(PerimeterId::new(position))
    }

    /// The perimeters with a commune name that matches no INSEE code, in code order.
    pub(crate) fn unmatched_perimeters(&self) -> impl Iterator<Item = &Perimeter> {
        self.unmatched
            .iter()
            .filter_map(|code| self.perimeter_of(code.parse().ok()?))
    }

    /// Whether a commune name of this perimeter matches no INSEE code.
    pub(crate) fn is_unmatched(&self, perimeter: &Perimeter) -> bool {
        self.unmatched.contains(perimeter.code_qp.as_str())
    }

    /// Whether "not inside" can be told. In a territory loaded in part a perimeter that is missing may hold the place,
    /// so only "inside" is an answer there; of the fictional town, all perimeters are known, and nothing beyond them.
    fn answers_for(
        &self,
        zones: &PerimeterIndex,
        territory: Territory,
        inside: bool,
        near: bool,
    ) -> bool {
        inside || zones.layer().whole.contains(&territory) || (self.fictional && near)
    }

    /// The index that answers at a point, and the territory the point is in.
    pub(crate) fn zones_at(
        &self,
        point: Wgs84Point,
        choice: VintageSelector,
    ) -> Result<(&PerimeterIndex, Territory), QueryError> {
        let territory = self
            .territory(point)
            .ok_or_else(|| outside_coverage(point))?;
        let vintage = match choice {
            VintageSelector::Vintage(vintage) => vintage,
            VintageSelector::InForce(on) => territory
                .vintage_on(on)
                .ok_or(QueryError::NoVintageInForce { on })?,
        };
        let zones = self
            .zones
            .get(&vintage)
            .filter(|zones| zones.covers(territory));
        Ok((
            zones.ok_or(QueryError::VintageNotLoaded { vintage, territory })?,
            territory,
        ))
    }

    /// The territory of a point: by the outlines, or, off them, that of a loaded perimeter nearby. Fictional data
    /// never answers for a real place: there only its own perimeters count.
    fn territory(&self, point: Wgs84Point) -> Option<Territory> {
        let by_outline = if self.fictional {
            None
        } else {
            TerritoryExtents::embedded().containing(point)
        };
        by_outline.or_else(|| {
            self.zones.values().find_map(|zones| {
                let nearest = zones.locate(&Position::from(point)).nearest?;
                Some(zones.perimeter(nearest.perimeter).territory)
            })
        })
    }

    /// Says that longitude and latitude are swapped when that would explain the fault.
    fn or_swapped(&self, fault: QueryError) -> QueryError {
        let (QueryError::OutOfRange { lon, lat } | QueryError::OutsideCoverage { lon, lat }) =
            fault
        else {
            return fault;
        };
        match Wgs84Point::new(lat, lon) {
            Ok(swapped) if self.territory(swapped).is_some() => {
                QueryError::CoordinatesSwapped { lon, lat }
            }
            _ => fault,
        }
    }
}

impl PerimeterFilter {
    fn keeps(&self, perimeter: &Perimeter) -> bool {
        self.commune
            .is_none_or(|commune| perimeter.insee_com.contains(&commune.whole_commune()))
            && self
                .department
                .as_ref()
                .is_none_or(|department| *department == perimeter.insee_dep)
    }
}

fn mentions(perimeter: &Perimeter, normalised: &str) -> bool {
    normalise(perimeter.code_qp.as_str()).contains(normalised)
        || normalise(&perimeter.lib_qp).contains(normalised)
        || perimeter
            .lib_com
            .iter()
            .any(|name| normalise(name).contains(normalised))
}

/// Completes the commune codes of a layer by the names that addresses have; the perimeters with a name that matches none.
fn match_by_addresses(layer: &mut VintageLayer, index: Option<&AddressIndex>) -> Vec<String> {
    let present = || index.into_iter().flat_map(AddressIndex::communes);
    match_names(layer, present());
    // A name that is both a commune's and that of one merged since is the commune's.
    let unmatched = match_names(
        layer,
        present().chain(index.into_iter().flat_map(AddressIndex::former_communes)),
    );
    unmatched
        .into_iter()
        .map(|commune| commune.code_qp)
        .collect()
}

/// A layer with the point index stored beside it, or with one made now when there is none that can be used.
fn indexed(layer: VintageLayer, stored: Option<Result<MappedFile, Error>>) -> PerimeterIndex {
    let stored = stored.map(|stored| {
        let bytes = stored.map_err(|fault| fault.to_string())?;
        PointIndex::from_bytes(Box::new(bytes), &layer.perimeters)
            .map_err(|fault| fault.to_string())
    });
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
    let read = |(id, text): (&Slug, &String)| {
        let fault = |fault| tracing::warn!(%id, %fault, "the programme imported cannot be read; import it again");
        Programme::read(text).map_err(fault).ok()
    };
    let mut programmes: Vec<Programme> = texts.iter().filter_map(read).collect();
    let shipped = qpv_programmes::shipped()
        .iter()
        .filter(|programme| !texts.contains_key(&programme.id));
    programmes.extend(shipped.cloned().collect::<Vec<_>>());
    programmes
}

/// The engine's projection; it falls back on the WGS 84 outline where this answers `None`.
fn project(crs: Crs, point: Wgs84Point) -> Option<Coord<f64>> {
    qpv_geodata::crs::project(crs, point).ok()
}

fn normalise(text: &str) -> String {
    fold_name(text)
}

fn outside_coverage(point: Wgs84Point) -> QueryError {
    QueryError::OutsideCoverage {
        lon: point.lon_deg(),
        lat: point.lat_deg(),
    }
}
