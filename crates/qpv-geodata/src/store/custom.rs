//! The custom parts of a dataset, which a town adds: layers, lists of places, programmes of eligibility rules.
//!
//! Each has a name that the town chooses, and an import under a name replaces the part that had it. A layer is stored as
//! the perimeters are, a list of places as JSON, a programme as the text that was given.

use std::collections::BTreeMap;

use qpv_model::{
    AdminLevel, CommuneCode, CustomLayer, FootprintKind, ListedPlace, PlaceList, PriorityNetwork,
    Slug, Vintage, Wgs84Point,
};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::import::CustomLayerReport;
use crate::repair;
use crate::store::descriptor::DatasetDescriptor;
use crate::store::entries::{LayerEntry, PlacesEntry, ProgrammeEntry};
use crate::store::files::{IMPORT_AGAIN, read_checked};
use crate::store::folder::Store;
use crate::store::layers::{decode_areas, encode_areas};
use crate::store::stored::{LayerFile, NewFile, SourceFile, now, to_millimetre};
use crate::store::verify_report::VerifyReport;

/// A layer to be stored.
#[derive(Debug, Clone)]
pub struct LayerComponent {
    /// The layer.
    pub layer: CustomLayer,
    /// The report of its import.
    pub report: CustomLayerReport,
    /// The files it was read from.
    pub sources: Vec<SourceFile>,
}

/// A list of places to be stored.
#[derive(Debug, Clone)]
pub struct PlacesComponent {
    /// The list.
    pub list: PlaceList,
    /// The file it was read from.
    pub source: SourceFile,
}

/// A part of a dataset that can be removed, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatasetPart {
    /// The layer of this name.
    Layer(Slug),
    /// The zoning of this name.
    Zoning(Slug),
    /// The places of this kind.
    Places(Slug),
    /// The programme of this identifier.
    Programme(Slug),
    /// The outlines of this level, of all departments.
    Outlines(AdminLevel),
    /// The parcels, or the buildings, of all files.
    Footprints(FootprintKind),
    /// The archive of tiles of this name.
    Ground(Slug),
    /// The table of communes: the one built into the program is used again.
    Communes,
    /// The statistics of this vintage.
    Statistics(Vintage),
}

/// A list of places as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredPlaces {
    networks_told: bool,
    places: Vec<StoredPlace>,
}

/// A place as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredPlace {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lon_lat: Option<(f64, f64)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    citycode: Option<CommuneCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    city: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    network: Option<PriorityNetwork>,
}

impl From<&ListedPlace> for StoredPlace {
    fn from(place: &ListedPlace) -> Self {
        let ListedPlace {
            id,
            name,
            point,
            citycode,
            city,
            address,
            network,
        } = place.clone();
        let lon_lat = point.map(|point| (point.lon_deg(), point.lat_deg()));
        Self {
            name,
            id,
            lon_lat,
            citycode,
            city,
            address,
            network,
        }
    }
}

impl TryFrom<StoredPlace> for ListedPlace {
    type Error = qpv_model::PositionError;

    fn try_from(stored: StoredPlace) -> Result<Self, Self::Error> {
        let StoredPlace {
            name,
            id,
            lon_lat,
            citycode,
            city,
            address,
            network,
        } = stored;
        let point = lon_lat
            .map(|(lon, lat)| Wgs84Point::new(lon, lat))
            .transpose()?;
        Ok(Self {
            id,
            name,
            point,
            citycode,
            city,
            address,
            network,
        })
    }
}

impl LayerComponent {
    /// Returns the entry of the layer, and the files it needs.
    pub(super) fn encoded(&self) -> Result<(LayerEntry, [NewFile<'static>; 2]), Error> {
        // An empty layer would answer "outside" for each place.
        if self.layer.areas.is_empty() {
            return Err(Error::NothingToPublish);
        }
        let encoded = encode_areas(&self.layer).map_err(|fault| Error::Io {
            // The library writes through a file in the temporary folder: that is the path that has
            // a fault.
            path: std::env::temp_dir(),
            source: std::io::Error::other(fault),
        })?;
        let report = serde_json::to_vec_pretty(&self.report).expect("a report is serialisable");
        let files = [
            NewFile::new(encoded.content, "fgb"),
            NewFile::new(report, "json"),
        ];
        let entry = LayerEntry {
            areas: self.layer.areas.len(),
            precision_m: to_millimetre(self.layer.precision_m),
            sources: self.sources.clone(),
            imported_at: now(),
            file: LayerFile {
                file: files[0].file.clone(),
                crs: encoded.crs,
                features: encoded.features,
            },
            report: files[1].file.clone(),
        };
        Ok((entry, files))
    }
}

impl PlacesComponent {
    /// Returns the entry of the list, and the file it needs.
    pub(super) fn encoded(&self) -> Result<(PlacesEntry, NewFile<'static>), Error> {
        let places = &self.list.places;
        if places.is_empty() {
            return Err(Error::NothingToPublish);
        }
        let networks_told = self.list.networks_told;
        let stored = StoredPlaces {
            networks_told,
            places: places.iter().map(StoredPlace::from).collect(),
        };
        let text = serde_json::to_vec(&stored).expect("places are serialisable");
        let new = NewFile::new(text, "json");
        let count = self.list.count(|_| true);
        let entry = PlacesEntry {
            places: count,
            further_sites: places.len() - count,
            with_position: self.list.count(|site| site.point.is_some()),
            in_network: self.list.count(|site| site.network.is_some()),
            source: self.source.clone(),
            imported_at: now(),
            file: new.file.clone(),
        };
        Ok((entry, new))
    }
}

impl Store {
    /// Stores a layer in place of the one of its name, keeps the other parts of the current dataset, and makes the result
    /// current. Nothing of a fictional dataset is kept. Returns the digest.
    ///
    /// # Errors
    /// [`Error::NothingToPublish`] without any area; [`Error::NameTaken`] when a zoning has its name; [`Error::Locked`],
    /// [`Error::NoRoom`], [`Error::Damaged`], [`Error::Io`].
    pub fn publish_layer(&self, component: &LayerComponent) -> Result<String, Error> {
        let (entry, files) = component.encoded()?;
        self.replace(false, &files, |next| {
            let name = &component.layer.name;
            refuse_taken(name, next.zonings.contains_key(name), "zoning")?;
            next.layers.insert(component.layer.name.clone(), entry);
            Ok(())
        })
    }

    /// Stores a list of places, as [`Store::publish_layer`] stores a layer.
    ///
    /// # Errors
    /// As there.
    pub fn publish_places(&self, component: &PlacesComponent) -> Result<String, Error> {
        let (entry, new) = component.encoded()?;
        self.replace(false, &[new], |next| {
            next.places.insert(component.list.kind.clone(), entry);
            Ok(())
        })
    }

    /// Stores the text of a programme, as [`Store::publish_layer`] stores a layer. The caller has checked it.
    ///
    /// # Errors
    /// As there.
    pub fn publish_programme(
        &self,
        id: Slug,
        text: &str,
        source: SourceFile,
    ) -> Result<String, Error> {
        let new = NewFile::new(text.as_bytes(), "toml");
        let entry = ProgrammeEntry {
            source,
            imported_at: now(),
            file: new.file.clone(),
        };
        self.replace(false, &[new], |next| {
            next.programmes.insert(id, entry);
            Ok(())
        })
    }

    /// Removes this part from the current dataset. Its files stay until pruned. Returns the digest.
    ///
    /// # Errors
    /// [`Error::NothingToRemove`] when the current dataset has no such part; [`Error::Locked`], [`Error::NoRoom`],
    /// [`Error::Damaged`], [`Error::Io`].
    pub fn remove(&self, part: &DatasetPart) -> Result<String, Error> {
        // Removing needs no check of the rest, so that it works in a damaged folder.
        self.reduce(|next| {
            let (asked, known) = match part {
                DatasetPart::Layer(name) => {
                    (format!("layer \"{name}\""), without(&mut next.layers, name))
                }
                DatasetPart::Zoning(name) => (
                    format!("zoning \"{name}\""),
                    without(&mut next.zonings, name),
                ),
                DatasetPart::Places(kind) => (
                    format!("places \"{kind}\""),
                    without(&mut next.places, kind),
                ),
                DatasetPart::Programme(id) => (
                    format!("programme \"{id}\""),
                    without(&mut next.programmes, id),
                ),
                DatasetPart::Outlines(level) => (
                    format!("outlines of {level}"),
                    without(&mut next.outlines, level),
                ),
                DatasetPart::Footprints(kind) => (
                    kind.name().to_owned(),
                    next.footprints
                        .remove(kind)
                        .map(drop)
                        .ok_or_else(|| "none".to_owned()),
                ),
                DatasetPart::Ground(name) => (
                    format!("ground \"{name}\""),
                    without(&mut next.grounds, name),
                ),
                DatasetPart::Communes => (
                    "table of communes".to_owned(),
                    next.communes
                        .take()
                        .map(drop)
                        .ok_or_else(|| "none".to_owned()),
                ),
                DatasetPart::Statistics(vintage) => (
                    format!("statistics of {vintage}"),
                    without(&mut next.statistics, vintage),
                ),
            };
            known.map_err(|known| Error::NothingToRemove { asked, known })
        })
    }

    pub(super) fn load_custom_layers(
        &self,
        descriptor: &DatasetDescriptor,
    ) -> Result<Vec<CustomLayer>, Error> {
        descriptor
            .layers
            .iter()
            .map(|(name, entry)| {
                Ok(CustomLayer {
                    name: name.clone(),
                    areas: self.read_layer(&entry.file, decode_areas)?,
                    precision_m: entry.precision_m,
                })
            })
            .collect()
    }

    pub(super) fn load_places(
        &self,
        descriptor: &DatasetDescriptor,
    ) -> Result<Vec<PlaceList>, Error> {
        descriptor
            .places
            .iter()
            .map(|(kind, entry)| self.places_of(kind, entry))
            .collect()
    }

    fn places_of(&self, kind: &Slug, entry: &PlacesEntry) -> Result<PlaceList, Error> {
        let StoredPlaces {
            networks_told,
            places,
        } = self.load_json(&entry.file, "a list of places")?;
        let places = places
            .into_iter()
            .map(ListedPlace::try_from)
            .collect::<Result<Vec<_>, _>>();
        let fault = match places {
            // The sum is right at this point: a wrong number means a fault of the program that
            // wrote it.
            Ok(places) if places.len() == entry.places + entry.further_sites => {
                return Ok(PlaceList {
                    kind: kind.clone(),
                    places,
                    networks_told,
                });
            }
            Ok(places) => format!(
                "it has {} places instead of {}",
                places.len(),
                entry.places + entry.further_sites
            ),
            Err(fault) => fault.to_string(),
        };
        Err(Error::Damaged {
            path: self.object_path(&entry.file, "json"),
            fault,
            advice: IMPORT_AGAIN,
        })
    }

    pub(super) fn load_programmes(
        &self,
        descriptor: &DatasetDescriptor,
    ) -> Result<BTreeMap<Slug, String>, Error> {
        descriptor
            .programmes
            .iter()
            .map(|(id, entry)| Ok((id.clone(), self.programme_of(entry)?)))
            .collect()
    }

    fn programme_of(&self, entry: &ProgrammeEntry) -> Result<String, Error> {
        let path = self.object_path(&entry.file, "toml");
        let content = read_checked(&path, &entry.file.sha256, entry.file.bytes)?;
        String::from_utf8(content).map_err(|fault| Error::Damaged {
            path,
            fault: fault.to_string(),
            advice: IMPORT_AGAIN,
        })
    }

    /// Reads the report of the import of a layer.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Io`].
    pub fn layer_report(&self, entry: &LayerEntry) -> Result<CustomLayerReport, Error> {
        self.load_json(&entry.report, "a report of a layer")
    }

    pub(super) fn verify_custom(&self, descriptor: &DatasetDescriptor, report: &mut VerifyReport) {
        for (file, _) in descriptor.custom_objects() {
            report.files += 1;
            report.bytes += file.bytes;
        }
        for (name, entry) in &descriptor.layers {
            for fault in self.layer_faults(entry) {
                report.add(format!("layer {name}: {fault}"));
            }
        }
        for (kind, entry) in &descriptor.places {
            if let Err(error) = self.places_of(kind, entry) {
                report.add(format!("places {kind}: {error}"));
            }
        }
        for (id, entry) in &descriptor.programmes {
            if let Err(error) = self.programme_of(entry) {
                report.add(format!("programme {id}: {error}"));
            }
        }
    }

    fn layer_faults(&self, entry: &LayerEntry) -> Vec<String> {
        let mut faults: Vec<String> = self
            .layer_report(entry)
            .err()
            .iter()
            .map(ToString::to_string)
            .collect();
        match self.read_layer(&entry.file, decode_areas) {
            Err(error) => faults.push(error.to_string()),
            Ok(areas) => faults.extend(areas.iter().enumerate().filter_map(|(index, area)| {
                let fault = repair::fault(area.outline.published())?;
                Some(format!("area {} is not valid: {fault}", index + 1))
            })),
        }
        faults
    }
}

/// Refuses a name that another kind of areas has: rules and maps name both alike.
pub(super) fn refuse_taken(name: &Slug, is_taken: bool, by: &'static str) -> Result<(), Error> {
    if is_taken {
        return Err(Error::NameTaken {
            name: name.clone(),
            by,
        });
    }
    Ok(())
}

/// Removes an entry; or returns the names of the existing ones.
fn without<K: Ord + ToString, V>(entries: &mut BTreeMap<K, V>, name: &K) -> Result<(), String> {
    if entries.remove(name).is_some() {
        return Ok(());
    }
    let names: Vec<String> = entries.keys().map(ToString::to_string).collect();
    Err(if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    })
}
