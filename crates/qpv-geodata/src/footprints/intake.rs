//! From a feature as published to a parcel or a building: its reference system, its place, its outline, its identifier.
//!
//! The first features wait until the reference system is known; then each is judged as it comes.

use std::collections::HashMap;

use geo::{Area, BoundingRect, CoordsIter};
use geo_types::MultiPolygon;
use qpv_model::{Crs, Footprint, FootprintKind, ParcelId, Territory};

use super::columns::{BuildingKind, FootprintValues};
use super::{FootprintOptions, FootprintReport};
use crate::addresses::{agrees, territory};
use crate::crs::{identify, is_beyond_degrees, place, wgs84_of};
use crate::error::Error;
use crate::import::placement::{StrayFeatures, crs_of_layer, extremes};
use crate::import::sample;
use crate::readers::{DeclaredCrs, RawFeature, RawLayer};
use crate::repair::{fault, repair};
use crate::report::first_listed;

/// Features and vertices that wait for the reference system at most.
const MAX_WAITING_FEATURES: usize = 1024;
const MAX_WAITING_VERTICES: usize = 1 << 16;
/// Area of a building at most, hectares: the widest halls of the world have half of it, and few communes less.
const MAX_BUILDING_HA: f64 = 100.0;
/// Area that few buildings have, hectares: where most of so many features do, they are places or neighbourhoods.
const WIDE_BUILDING_HA: f64 = 2.0;
const FEWEST_WIDE: u64 = 10;
/// Metres in a degree of latitude.
const DEGREE_M: f64 = 111_320.0;
/// Parcel numbers within a section.
const NUMBERS_IN_SECTION: u64 = 10_000;
/// Repeated identifiers that a remark names.
const NAMED_REPEATS: usize = 5;

const PARCELS_EXPECTED: &str = "expected the parcels of the land register, each a polygon with its identifier of 14 characters, \
     as cadastre.data.gouv.fr and the PCI of IGN have them; nothing was imported";
const BUILDINGS_EXPECTED: &str = "expected the outlines of buildings: the State's cadastre, BD TOPO (table batiment) or \
     OpenStreetMap (with a column `building`); nothing was imported";
const GIVE_PARCELS: &str = "give it with --parcels; nothing was imported";
const GIVE_BUILDINGS: &str = "give it with --buildings; nothing was imported";

/// A feature as published, with the values that matter.
#[derive(Debug)]
pub(super) struct FoundFeature {
    /// Its number in the layer, from 1.
    pub(super) number: usize,
    pub(super) values: FootprintValues,
    /// Its polygons in the layer's coordinates; or the reason why it has none.
    pub(super) geometry: Result<MultiPolygon<f64>, String>,
}

/// A feature that is one of those asked for.
struct NamedFeature {
    /// Its identifier as text; may be empty for a building.
    id: String,
    parcel: Option<ParcelId>,
}

/// Takes the features of a layer, and gives the parcels or buildings among them to the sink.
pub(super) struct FootprintIntake<'a> {
    options: &'a FootprintOptions,
    sink: &'a mut dyn FnMut(Footprint) -> Result<(), Error>,
    report: FootprintReport,
    declared: DeclaredCrs,
    /// True once the reference system is known.
    is_placed: bool,
    waiting: Vec<FoundFeature>,
    waiting_vertices: usize,
    stray: StrayFeatures,
    /// Features of the other kind; of buildings, those wide for one and those too wide.
    of_other_kind: u64,
    wide: u64,
    too_wide: u64,
    known: KnownParcels,
    curved: u64,
}

impl<'a> FootprintIntake<'a> {
    pub(super) fn new(
        file: String,
        layer: String,
        declared: DeclaredCrs,
        kind: FootprintKind,
        options: &'a FootprintOptions,
        sink: &'a mut dyn FnMut(Footprint) -> Result<(), Error>,
    ) -> Self {
        let crs = options.crs.unwrap_or(Crs::WGS84);
        Self {
            options,
            sink,
            report: FootprintReport::new(kind, file, layer, crs),
            declared,
            is_placed: options.crs.is_some(),
            waiting: Vec::new(),
            waiting_vertices: 0,
            stray: StrayFeatures::default(),
            of_other_kind: 0,
            wide: 0,
            too_wide: 0,
            known: KnownParcels::default(),
            curved: 0,
        }
    }

    pub(super) fn file(&self) -> &str {
        &self.report.file
    }

    /// Names the layer as the file does.
    pub(super) fn name_layer(&mut self, name: &str) {
        name.clone_into(&mut self.report.layer);
    }

    pub(super) fn remark(&mut self, remark: String) {
        self.report.remarks.push(remark);
    }

    /// Counts a feature whose arcs were drawn as lines.
    pub(super) fn count_curved(&mut self) {
        self.curved += 1;
    }

    /// Takes the reference system that the file declares on its way.
    ///
    /// # Errors
    /// [`Error::ReferenceSystem`] when features were placed already, in another one.
    pub(super) fn declare(&mut self, declared: DeclaredCrs) -> Result<(), Error> {
        if !self.is_placed || self.options.crs.is_some() {
            self.declared = declared;
            return Ok(());
        }
        if identify(&self.report.layer, &declared, &[]).is_ok_and(|crs| crs == self.report.crs) {
            return Ok(());
        }
        // Read again with the option, every feature is placed in it.
        Err(Error::ReferenceSystem {
            layer: self.report.layer.clone(),
            fault: "it declares its reference system after its features, which are read before"
                .to_owned(),
            advice: match declared {
                DeclaredCrs::Code(code) => format!("give it with --crs ({code})"),
                _ => "give it with --crs, for example --crs EPSG:2154".to_owned(),
            },
        })
    }

    /// Takes the next feature.
    ///
    /// # Errors
    /// [`Error::ReferenceSystem`], [`Error::Misplaced`], [`Error::NotFootprints`] as soon as the first features show them;
    /// those of the sink.
    pub(super) fn take(&mut self, feature: FoundFeature) -> Result<(), Error> {
        if self.is_placed {
            return self.judge(feature);
        }
        let vertices = feature
            .geometry
            .as_ref()
            .map_or(0, CoordsIter::coords_count);
        // A few large features tell where they are as well as many small ones.
        self.waiting_vertices += vertices;
        self.waiting.push(feature);
        if self.waiting.len() >= MAX_WAITING_FEATURES
            || self.waiting_vertices >= MAX_WAITING_VERTICES
        {
            self.place_waiting()?;
        }
        Ok(())
    }

    /// Finds the reference system, and judges the features that waited for it.
    fn place_waiting(&mut self) -> Result<(), Error> {
        let waiting = std::mem::take(&mut self.waiting);
        self.waiting_vertices = 0;
        // Features without a geometry tell nothing of it, and need none.
        if waiting.iter().any(|feature| feature.geometry.is_ok()) {
            let features = waiting.iter().map(|feature| RawFeature {
                number: feature.number,
                attributes: Vec::new(),
                geometry: feature.geometry.clone(),
                drawn: None,
            });
            let raw = RawLayer {
                file: self.report.file.clone(),
                name: self.report.layer.clone(),
                crs: self.declared.clone(),
                columns: Vec::new(),
                features: features.collect(),
                remarks: Vec::new(),
            };
            // By the place of the coordinates, as every other import finds it.
            self.report.crs = crs_of_layer(&raw, &sample(&raw))?;
            self.is_placed = true;
        }
        for feature in waiting {
            self.judge(feature)?;
        }
        // A national file in the wrong system is not read to its end.
        self.refuse_wrong()
    }

    /// Counts a feature, and gives it on if it is one of those asked for.
    fn judge(&mut self, feature: FoundFeature) -> Result<(), Error> {
        self.report.features += 1;
        let number = feature.number;
        let NamedFeature { id, parcel } = match self.named(&feature.values) {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(()),
            Err(fault) => {
                self.refuse(number, &feature.values, fault);
                return Ok(());
            }
        };
        let outline = match feature
            .geometry
            .and_then(|outline| self.valid(number, &id, outline))
        {
            Ok(outline) => outline,
            Err(fault) => {
                self.report.refused.add(number, id, fault);
                return Ok(());
            }
        };
        let outline = match self.placed(number, parcel, outline) {
            Ok(outline) => outline,
            Err(fault) => {
                self.report.refused.add(number, id, fault);
                return Ok(());
            }
        };
        // Counted last, so that the sums are those of the parcels kept.
        if let Some(parcel) = parcel {
            *self.report.communes.entry(parcel.commune()).or_default() += 1;
            self.known.add(number, parcel);
        } else if let Some(hectares) = wide_area(&outline) {
            self.wide += 1;
            if hectares > MAX_BUILDING_HA {
                self.too_wide += 1;
                let fault = format!("it covers {hectares:.0} ha, which no building does");
                self.report.refused.add(number, id, fault);
                return Ok(());
            }
        }
        (self.sink)(Footprint { id, outline })?;
        self.report.kept += 1;
        Ok(())
    }

    /// Returns the identifier of a feature, as text and as that of a parcel; `None` for one that is left out, and counted.
    ///
    /// # Errors
    /// The fault of a feature that is none of those asked for.
    fn named(&mut self, values: &FootprintValues) -> Result<Option<NamedFeature>, String> {
        if self.report.kind == FootprintKind::Parcels {
            return match values.parcel_id() {
                Ok(parcel) => Ok(Some(NamedFeature {
                    id: parcel.to_string(),
                    parcel: Some(parcel),
                })),
                Err(fault) if values.is_of_a_building() => {
                    self.of_other_kind += 1;
                    Err(format!("it is a building: {fault}"))
                }
                Err(fault) => Err(fault),
            };
        }
        match values.building_kind() {
            BuildingKind::Building => {
                return Ok(Some(NamedFeature {
                    id: values.building_id(),
                    parcel: None,
                }));
            }
            BuildingKind::Light => self.report.light += 1,
            BuildingKind::Other => self.report.other += 1,
            BuildingKind::Parcel => {
                self.of_other_kind += 1;
                return Err("it is a parcel, or another part of the land register".to_owned());
            }
        }
        Ok(None)
    }

    fn refuse(&mut self, number: usize, values: &FootprintValues, fault: String) {
        self.report.refused.add(number, values.noted_id(), fault);
    }

    /// Returns the outline as published when it is valid, repaired otherwise, which is noted.
    ///
    /// # Errors
    /// The reason why it cannot be used.
    fn valid(
        &mut self,
        number: usize,
        id: &str,
        outline: MultiPolygon<f64>,
    ) -> Result<MultiPolygon<f64>, String> {
        let Some(fault) = fault(&outline) else {
            return Ok(outline);
        };
        let repaired =
            repair(&outline, self.report.crs).map_err(|left| format!("{fault}; {left}"))?;
        // A perimeter without an inside still tells distances; nobody lives in such a building.
        if repaired.outline.0.is_empty() {
            return Err(format!("{fault}; nothing is inside it"));
        }
        let told: Vec<String> = std::iter::once(fault).chain(repaired.notes).collect();
        self.report
            .repaired
            .add(number, id.to_owned(), told.join("; "));
        Ok(repaired.outline)
    }

    /// Returns the outline on WGS 84, once it lies where it must.
    ///
    /// # Errors
    /// The place where it falls instead.
    fn placed(
        &mut self,
        number: usize,
        parcel: Option<ParcelId>,
        outline: MultiPolygon<f64>,
    ) -> Result<MultiPolygon<f64>, String> {
        let crs = self.report.crs;
        let expected = parcel.and_then(|parcel| territory(parcel.commune()));
        if crs == Crs::WGS84 {
            if self.is_in_place(expected, &outline) {
                self.stray.count_placed();
                return Ok(outline);
            }
        } else if let Ok(wgs84) = wgs84_of(crs, &outline)
            && self.is_in_place(expected, &wgs84)
        {
            self.stray.count_placed();
            return Ok(wgs84);
        }
        // Told in the published coordinates, for which a system that would fit is looked for.
        Err(self.stray.note(crs, number, expected, &outline))
    }

    fn is_in_place(&self, expected: Option<Territory>, wgs84: &MultiPolygon<f64>) -> bool {
        // What is fictional lies in the open sea.
        if self.options.fictional {
            is_on_earth(wgs84)
        } else {
            lies_in(expected, wgs84)
        }
    }

    /// Refuses a file as soon as most of its features show that it is another one than asked for, or placed wrongly.
    ///
    /// # Errors
    /// [`Error::Misplaced`] or [`Error::NotFootprints`].
    fn refuse_wrong(&self) -> Result<(), Error> {
        let report = &self.report;
        self.stray.refuse_most(&report.layer, report.crs)?;
        // What was left out on purpose tells nothing of the file.
        let judged = report.features - report.light - report.other;
        // Some of another kind are faults of their own; most of them are another file.
        let (other, advice) = match report.kind {
            FootprintKind::Parcels => ("buildings", GIVE_BUILDINGS),
            FootprintKind::Buildings => ("parcels of the land register", GIVE_PARCELS),
        };
        if self.of_other_kind > 0 && self.of_other_kind * 2 > judged {
            let fault = format!(
                "{} of its {judged} features are {other}, where {} are expected",
                self.of_other_kind,
                report.kind.name()
            );
            return Err(self.not_footprints(fault, advice));
        }
        let (wide, limit_ha) = if judged >= FEWEST_WIDE {
            (self.wide, WIDE_BUILDING_HA)
        } else {
            (self.too_wide, MAX_BUILDING_HA)
        };
        if wide > 0 && wide * 2 > judged {
            let fault = format!(
                "{wide} of its {judged} features cover more than {limit_ha} ha, which few buildings do"
            );
            return Err(self.not_footprints(fault, BUILDINGS_EXPECTED));
        }
        Ok(())
    }

    fn not_footprints(&self, fault: String, advice: &str) -> Error {
        Error::NotFootprints {
            file: self.report.file.clone(),
            fault,
            advice: advice.to_owned(),
        }
    }

    /// Judges what still waits, and returns the report.
    ///
    /// # Errors
    /// As [`FootprintIntake::take`]; [`Error::NotFootprints`] when nothing is kept.
    pub(super) fn finish(mut self) -> Result<FootprintReport, Error> {
        self.place_waiting()?;
        self.refuse_empty()?;
        let mut report = self.report;
        report.remarks.extend(self.known.remark());
        if self.curved > 0 {
            report.remarks.push(format!(
                "{}: {} feature(s) with arcs, drawn as straight lines within 1 cm of them.",
                report.layer, self.curved
            ));
        }
        Ok(report)
    }

    /// Refuses a file of which nothing is kept.
    fn refuse_empty(&self) -> Result<(), Error> {
        let report = &self.report;
        if report.kept > 0 {
            return Ok(());
        }
        // Whoever gives a file expects something of it: a report of nothing would be passed over.
        let advice = match report.kind {
            FootprintKind::Parcels => PARCELS_EXPECTED,
            FootprintKind::Buildings => BUILDINGS_EXPECTED,
        };
        let fault = if report.features == 0 {
            "it holds no feature".to_owned()
        } else if report.refused.count == 0 {
            format!(
                "none of its {} features is a building: {} light construction(s), {} other(s)",
                report.features, report.light, report.other
            )
        } else {
            let first = report.refused.first.iter();
            let named = first.map(|note| format!("feature {}: {}", note.feature, note.fault));
            let count = usize::try_from(report.refused.count).unwrap_or(usize::MAX);
            format!(
                "none of its {} features can be used: {}",
                report.features,
                first_listed(named, count)
            )
        };
        Err(self.not_footprints(fault, advice))
    }
}

/// Returns true if an outline lies on Earth.
fn is_on_earth(outline: &MultiPolygon<f64>) -> bool {
    !outline.coords_iter().any(is_beyond_degrees)
}

/// Returns true if an outline on WGS 84 lies in the territory expected, or in any.
fn lies_in(expected: Option<Territory>, outline: &MultiPolygon<f64>) -> bool {
    // Four vertices tell of all: territories are wider than parcels.
    extremes(outline).into_iter().all(|c| {
        place(Crs::WGS84, c)
            .is_some_and(|found| expected.is_none_or(|expected| agrees(expected, found)))
    })
}

/// Returns the area of an outline on WGS 84 in hectares, if it is more than that of nearly all buildings.
fn wide_area(outline: &MultiPolygon<f64>) -> Option<f64> {
    let bounds = outline.bounding_rect()?;
    let square_degree_ha = DEGREE_M * DEGREE_M * bounds.center().y.to_radians().cos() / 10_000.0;
    // The box tells of nearly all, and costs less.
    if bounds.width() * bounds.height() * square_degree_ha <= WIDE_BUILDING_HA {
        return None;
    }
    let area_ha = outline.unsigned_area() * square_degree_ha;
    (area_ha > WIDE_BUILDING_HA).then_some(area_ha)
}

/// The parcels seen in a file: the numbers of each section, one bit each.
#[derive(Default)]
struct KnownParcels {
    sections: HashMap<u64, Vec<u64>>,
    repeats: u64,
    first: Vec<String>,
}

impl KnownParcels {
    fn add(&mut self, number: usize, parcel: ParcelId) {
        let code = parcel.to_number();
        let section = self.sections.entry(code / NUMBERS_IN_SECTION).or_default();
        let place = code % NUMBERS_IN_SECTION;
        let (word, bit) = (
            usize::try_from(place / 64).unwrap_or_default(),
            1 << (place % 64),
        );
        // A section has some hundred parcels, rarely the thousands that its numbers allow.
        if section.len() <= word {
            section.resize(word + 1, 0);
        }
        if section[word] & bit != 0 {
            self.repeats += 1;
            if self.first.len() < NAMED_REPEATS {
                self.first.push(format!("{parcel} (feature {number})"));
            }
        }
        section[word] |= bit;
    }

    fn remark(&self) -> Option<String> {
        let count = usize::try_from(self.repeats).unwrap_or(usize::MAX);
        (self.repeats > 0).then(|| {
            format!(
                "{} feature(s) with the identifier of one before, all kept: {}.",
                self.repeats,
                first_listed(self.first.iter().cloned(), count)
            )
        })
    }
}
