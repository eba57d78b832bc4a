//! The zonings of a dataset: areas stored as a custom layer is, or a list of communes stored as JSON.

use qpv_model::{CustomLayer, ZonedCommune, ZoningRecord};

use crate::error::Error;
use crate::store::custom::{LayerComponent, refuse_taken};
use crate::store::descriptor::DatasetDescriptor;
use crate::store::entries::{ZonedCommunesEntry, ZoningEntry, ZoningExtentEntry};
use crate::store::files::{IMPORT_AGAIN, read_checked};
use crate::store::folder::Store;
use crate::store::layers::decode_areas;
use crate::store::mapping::MappedFile;
use crate::store::stored::{INDEX, NewFile, SourceFile, now};
use crate::store::verify_report::VerifyReport;

/// A zoning to be stored.
#[derive(Debug, Clone)]
pub struct ZoningComponent {
    /// Its names, its source and its days.
    pub record: ZoningRecord,
    /// The places it is made of.
    pub extent: ZoningExtentComponent,
    /// The index for points of its areas, computed by the engine; the store does not interpret it.
    pub point_index: Option<Vec<u8>>,
}

/// The places a zoning is made of, to be stored.
#[derive(Debug, Clone)]
pub enum ZoningExtentComponent {
    /// Areas.
    Areas(LayerComponent),
    /// Communes, and the file they were read from.
    Communes(Vec<ZonedCommune>, SourceFile),
}

/// A zoning of a loaded dataset.
#[derive(Debug)]
pub struct LoadedZoning {
    /// Its names, its source and its days.
    pub record: ZoningRecord,
    /// The places it is made of.
    pub extent: ZoningExtent,
    /// The stored index for points of its areas, or the error of reading it: no answer depends on it.
    pub point_index: Option<Result<MappedFile, Error>>,
}

/// The places a zoning is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum ZoningExtent {
    /// Areas, under the name of the zoning.
    Areas(CustomLayer),
    /// Communes, in code order.
    Communes(Vec<ZonedCommune>),
}

impl Store {
    /// Stores a zoning in place of the one of its name, keeps the other parts of the current dataset, and makes the result
    /// current. Nothing of a fictional dataset is kept. Returns the digest.
    ///
    /// # Errors
    /// [`Error::NameTaken`] when a custom layer has its name; [`Error::NothingToPublish`] without any place;
    /// [`Error::Locked`], [`Error::NoRoom`], [`Error::Damaged`], [`Error::Io`].
    pub fn publish_zoning(&self, component: &ZoningComponent) -> Result<String, Error> {
        let (extent, mut files) = match &component.extent {
            ZoningExtentComponent::Areas(layer) => {
                let (entry, files) = layer.encoded()?;
                (ZoningExtentEntry::Areas(entry), Vec::from(files))
            }
            ZoningExtentComponent::Communes(communes, source) => {
                let (entry, file) = encoded_communes(communes, source)?;
                (ZoningExtentEntry::Communes(entry), vec![file])
            }
        };
        // Last of the files: the description names the extent by the first one.
        let index = component.point_index.clone();
        let index = index.map(|content| NewFile::new(content, INDEX));
        let entry = ZoningEntry {
            record: component.record.clone(),
            extent,
            point_index: index.as_ref().map(|new| new.file.clone()),
        };
        files.extend(index);
        let name = component.record.name.clone();
        self.replace(false, &files, |next| {
            refuse_taken(&name, next.layers.contains_key(&name), "layer")?;
            next.zonings.insert(name, entry);
            Ok(())
        })
    }

    pub(super) fn load_zonings(
        &self,
        descriptor: &DatasetDescriptor,
    ) -> Result<Vec<LoadedZoning>, Error> {
        descriptor
            .zonings
            .values()
            .map(|entry| {
                Ok(LoadedZoning {
                    record: entry.record.clone(),
                    extent: self.zoning_extent(entry)?,
                    point_index: self.map_index(entry.point_index.as_ref()),
                })
            })
            .collect()
    }

    fn zoning_extent(&self, entry: &ZoningEntry) -> Result<ZoningExtent, Error> {
        Ok(match &entry.extent {
            ZoningExtentEntry::Areas(layer) => ZoningExtent::Areas(CustomLayer {
                name: entry.record.name.clone(),
                areas: self.read_layer(&layer.file, decode_areas)?,
                precision_m: layer.precision_m,
            }),
            ZoningExtentEntry::Communes(list) => {
                let communes: Vec<ZonedCommune> =
                    self.load_json(&list.file, "a list of communes")?;
                // The sum is right at this point: the program that wrote it had a fault.
                if communes.len() != list.periods {
                    return Err(Error::Damaged {
                        path: self.object_path(&list.file, "json"),
                        fault: format!(
                            "it has {} rows instead of {}",
                            communes.len(),
                            list.periods
                        ),
                        advice: IMPORT_AGAIN,
                    });
                }
                ZoningExtent::Communes(communes)
            }
        })
    }

    pub(super) fn verify_zonings(&self, descriptor: &DatasetDescriptor, report: &mut VerifyReport) {
        for (file, _) in descriptor.zoning_objects() {
            report.files += 1;
            report.bytes += file.bytes;
        }
        for (name, entry) in &descriptor.zonings {
            let index = entry.point_index.as_ref().map_or(Ok(()), |file| {
                read_checked(&self.object_path(file, INDEX), &file.sha256, file.bytes).map(drop)
            });
            for error in [self.zoning_extent(entry).map(drop), index]
                .into_iter()
                .filter_map(Result::err)
            {
                report.add(format!("zoning {name}: {error}"));
            }
        }
    }
}

fn encoded_communes(
    communes: &[ZonedCommune],
    source: &SourceFile,
) -> Result<(ZonedCommunesEntry, NewFile<'static>), Error> {
    // An empty list would answer "outside" for each place.
    if communes.is_empty() {
        return Err(Error::NothingToPublish);
    }
    let text = serde_json::to_vec(communes).expect("communes are serialisable");
    let new = NewFile::new(text, "json");
    // In code order, with a row for each period.
    let mut codes: Vec<_> = communes.iter().map(|commune| commune.code).collect();
    codes.dedup();
    let entry = ZonedCommunesEntry {
        communes: codes.len(),
        periods: communes.len(),
        source: source.clone(),
        imported_at: now(),
        file: new.file.clone(),
    };
    Ok((entry, new))
}
