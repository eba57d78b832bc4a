//! The administrative parts of a dataset: outlines of regions, departments and communes, statistics, the table of communes.
//!
//! Regions and departments are one file each; communes are one file a department, as they are published, and an import
//! replaces the departments that it has. Outlines are mapped, and decoded when a map first needs them: those of a country
//! would take most of the time of a start. Statistics are JSON, one file a vintage; the table of communes is CSV.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use qpv_model::{AdminArea, AdminLevel, Crs, StatisticsTable, Vintage};

use crate::communes::{CommuneTable, CommunesReport};
use crate::error::Error;
use crate::import::{OutlinesReport, department_of_commune};
use crate::repair;
use crate::statistics::VintageStatistics;
use crate::store::descriptor::DatasetDescriptor;
use crate::store::entries::{CommunesEntry, OutlinesEntry, StatisticsEntry};
use crate::store::files::{IMPORT_AGAIN, check, read_checked};
use crate::store::folder::Store;
use crate::store::layers::{DecodeError, decode_admin, encode_admin};
use crate::store::mapping::{MappedFile, map};
use crate::store::stored::{LayerFile, NewFile, SourceFile, TABLE, now};
use crate::store::verify_report::VerifyReport;

/// Name of the one part of regions, and of departments.
const WHOLE: &str = "all";

/// Outlines to be stored.
#[derive(Debug, Clone)]
pub struct OutlinesComponent {
    /// The areas, in code order, each code once.
    pub areas: Vec<AdminArea>,
    /// The report of their import, with their level.
    pub report: OutlinesReport,
    /// The files they were read from.
    pub sources: Vec<SourceFile>,
}

/// The outlines of a level, to be decoded when they are needed.
#[derive(Debug)]
pub struct StoredOutlines {
    /// Their level.
    pub level: AdminLevel,
    parts: Vec<StoredPart>,
}

#[derive(Debug)]
struct StoredPart {
    path: PathBuf,
    file: LayerFile,
    content: MappedFile,
}

impl StoredOutlines {
    /// Reads the areas, in code order, and checks the sums of their files.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn read(&self) -> Result<Vec<AdminArea>, Error> {
        let mut areas = Vec::with_capacity(self.parts.iter().map(|part| part.file.features).sum());
        for part in &self.parts {
            areas.extend(part.read()?);
        }
        // Communes come department by department, in the order of the parts.
        areas.sort_by(|one: &AdminArea, other| one.code.cmp(&other.code));
        Ok(areas)
    }
}

impl StoredPart {
    fn read(&self) -> Result<Vec<AdminArea>, Error> {
        let LayerFile {
            file,
            crs,
            features,
        } = &self.file;
        // Mapping did not check the sum: this is the first reader.
        check(&self.path, self.content.as_ref(), &file.sha256, file.bytes)?;
        let fault = match decode_admin(self.content.as_ref(), *crs) {
            Ok(areas) if areas.len() == *features => return Ok(areas),
            Ok(areas) => format!("it has {} features instead of {features}", areas.len()),
            Err(DecodeError::Content(fault)) => fault,
            Err(DecodeError::Projection(error)) => return Err(*error),
        };
        Err(Error::Damaged {
            path: self.path.clone(),
            fault,
            advice: IMPORT_AGAIN,
        })
    }
}

impl OutlinesComponent {
    /// Returns the entry of each part, and the files they need.
    fn encoded(&self) -> Result<(BTreeMap<String, OutlinesEntry>, Vec<NewFile<'static>>), Error> {
        let mut parts = BTreeMap::<String, Vec<AdminArea>>::new();
        for area in &self.areas {
            let part = if self.report.level == AdminLevel::Commune {
                department_of_commune(&area.code).unwrap_or_default()
            } else {
                WHOLE.to_owned()
            };
            // An import of one department must not touch the file of another.
            parts.entry(part).or_default().push(area.clone());
        }
        if parts.is_empty() {
            return Err(Error::NothingToPublish);
        }
        let report = NewFile::new(
            serde_json::to_vec_pretty(&self.report).expect("a report is serialisable"),
            "json",
        );
        let (mut entries, mut files) = (BTreeMap::new(), Vec::new());
        for (part, areas) in parts {
            let encoded = encode_admin(self.report.level, &areas).map_err(|fault| Error::Io {
                path: std::env::temp_dir(),
                source: std::io::Error::other(fault),
            })?;
            let new = NewFile::new(encoded.content, "fgb");
            let entry = OutlinesEntry {
                areas: areas.len(),
                sources: self.sources.clone(),
                imported_at: now(),
                file: LayerFile {
                    file: new.file.clone(),
                    crs: Crs::WGS84,
                    features: areas.len(),
                },
                report: report.file.clone(),
            };
            entries.insert(part, entry);
            files.push(new);
        }
        files.push(report);
        Ok((entries, files))
    }
}

impl Store {
    /// Stores outlines in place of those of their level, communes in place of those of their departments, keeps the other
    /// parts of the current dataset, and makes the result current. Nothing of a fictional dataset is kept. Returns the
    /// digest.
    ///
    /// # Errors
    /// [`Error::NothingToPublish`] without any area; [`Error::Locked`], [`Error::NoRoom`], [`Error::Damaged`], [`Error::Io`].
    pub fn publish_outlines(&self, component: &OutlinesComponent) -> Result<String, Error> {
        let (entries, files) = component.encoded()?;
        self.replace(false, &files, |next| {
            next.outlines
                .entry(component.report.level)
                .or_default()
                .extend(entries);
            Ok(())
        })
    }

    /// Stores the statistics of a vintage beside those there are of it, as [`Store::publish_outlines`] stores outlines. An
    /// indicator of the same name and year is replaced, as is one of that name without a year.
    ///
    /// # Errors
    /// As there.
    pub fn publish_statistics(
        &self,
        statistics: &VintageStatistics,
        source: SourceFile,
    ) -> Result<String, Error> {
        if statistics.table.by_code.is_empty() {
            return Err(Error::NothingToPublish);
        }
        self.replace_by(|next| {
            let before = next.statistics.remove(&statistics.vintage);
            let (entry, file) = self.merged_statistics(statistics, source, before.as_ref())?;
            next.statistics.insert(statistics.vintage, entry);
            Ok(file)
        })
    }

    /// Returns the entry and the file of statistics, with what is kept of those there were.
    fn merged_statistics(
        &self,
        statistics: &VintageStatistics,
        source: SourceFile,
        before: Option<&StatisticsEntry>,
    ) -> Result<(StatisticsEntry, NewFile<'static>), Error> {
        let older = match before {
            Some(entry) => self.statistics_of(entry)?,
            None => StatisticsTable::default(),
        };
        let table = statistics.table.clone().with_older(older);
        let files: BTreeSet<&str> = table.indicators.iter().map(|it| it.file.as_str()).collect();
        // A file stays named as long as an indicator of it is kept.
        let others = before
            .into_iter()
            .flat_map(StatisticsEntry::sources)
            .filter(|it| it.name != source.name && files.contains(it.name.as_str()));
        let file = NewFile::new(
            serde_json::to_vec(&table).expect("figures are serialisable"),
            "json",
        );
        let populations = table.by_code.values().filter(|it| it.population.is_some());
        let years = table.by_code.values().filter_map(|it| it.population_year);
        let entry = StatisticsEntry {
            neighbourhoods: table.by_code.len(),
            with_population: populations.count(),
            population_year: years.max(),
            indicators: table.indicators.len(),
            other_sources: others.cloned().collect(),
            source,
            imported_at: now(),
            file: file.file.clone(),
        };
        Ok((entry, file))
    }

    /// Stores a table of communes in place of the one there was, as [`Store::publish_outlines`] stores outlines.
    ///
    /// # Errors
    /// As there.
    pub fn publish_communes(
        &self,
        table: &CommuneTable,
        report: &CommunesReport,
        source: SourceFile,
    ) -> Result<String, Error> {
        let new = NewFile::new(table.as_str().as_bytes(), TABLE);
        let entry = CommunesEntry {
            communes: report.communes,
            source,
            imported_at: now(),
            file: new.file.clone(),
        };
        self.replace(false, &[new], |next| {
            next.communes = Some(entry);
            Ok(())
        })
    }

    /// Returns the table of communes of the current dataset: the one imported, or the one built into the program.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Io`].
    pub fn communes(&self) -> Result<CommuneTable, Error> {
        match self.current_digest()? {
            Some(digest) => self.load_communes(&self.descriptor(&digest)?),
            None => Ok(CommuneTable::built_in()),
        }
    }

    pub(super) fn load_communes(
        &self,
        descriptor: &DatasetDescriptor,
    ) -> Result<CommuneTable, Error> {
        let Some(entry) = &descriptor.communes else {
            return Ok(CommuneTable::built_in());
        };
        // The sum is checked at each start: it takes a millisecond, and every answer about a commune depends on it.
        let path = self.object_path(&entry.file, TABLE);
        let content = read_checked(&path, &entry.file.sha256, entry.file.bytes)?;
        let text = String::from_utf8(content).map_err(|fault| Error::Damaged {
            path,
            fault: format!("it is no text ({fault})"),
            advice: "import the communes again",
        })?;
        Ok(CommuneTable::from_text(text))
    }

    pub(super) fn load_outlines(
        &self,
        descriptor: &DatasetDescriptor,
    ) -> Result<Vec<StoredOutlines>, Error> {
        let levels = descriptor.outlines.iter().map(|(level, parts)| {
            let parts = parts
                .values()
                .map(|entry| self.map_outlines(entry))
                .collect::<Result<_, Error>>()?;
            Ok(StoredOutlines {
                level: *level,
                parts,
            })
        });
        levels.collect()
    }

    fn map_outlines(&self, entry: &OutlinesEntry) -> Result<StoredPart, Error> {
        let path = self.object_path(&entry.file.file, "fgb");
        let content = map(&path, entry.file.file.bytes)?;
        Ok(StoredPart {
            path,
            file: entry.file.clone(),
            content,
        })
    }

    pub(super) fn load_statistics(
        &self,
        descriptor: &DatasetDescriptor,
    ) -> Result<BTreeMap<Vintage, StatisticsTable>, Error> {
        descriptor
            .statistics
            .iter()
            .map(|(vintage, entry)| Ok((*vintage, self.statistics_of(entry)?)))
            .collect()
    }

    fn statistics_of(&self, entry: &StatisticsEntry) -> Result<StatisticsTable, Error> {
        const WHAT: &str = "a table of statistics";
        let table: StatisticsTable = if entry.indicators == 0 {
            // Datasets from before all indicators were kept have the populations alone.
            StatisticsTable {
                indicators: vec![],
                by_code: self.load_json(&entry.file, WHAT)?,
            }
        } else {
            self.load_json(&entry.file, WHAT)?
        };
        let (found, expected) = (table.by_code.len(), entry.neighbourhoods);
        let indicators = table.indicators.len();
        let mut figures = table.by_code.values().map(|it| it.figures.len());
        let fault = if found != expected {
            format!("it is about {found} neighbourhoods instead of {expected}")
        } else if indicators != entry.indicators || figures.any(|count| count != indicators) {
            format!(
                "it does not have {} indicators throughout",
                entry.indicators
            )
        } else {
            return Ok(table);
        };
        Err(Error::Damaged {
            path: self.object_path(&entry.file, "json"),
            fault,
            advice: "import the statistics again",
        })
    }

    /// Reads the report of an import of outlines.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Io`].
    pub fn outlines_report(&self, entry: &OutlinesEntry) -> Result<OutlinesReport, Error> {
        self.load_json(&entry.report, "a report of outlines")
    }

    pub(super) fn verify_admin(&self, descriptor: &DatasetDescriptor, report: &mut VerifyReport) {
        for (file, _) in descriptor.admin_objects() {
            report.files += 1;
            report.bytes += file.bytes;
        }
        for (level, part, entry) in descriptor.outline_entries() {
            for fault in self.outline_faults(entry) {
                report.add(format!("outlines of {level} ({part}): {fault}"));
            }
        }
        for (vintage, entry) in &descriptor.statistics {
            if let Err(error) = self.statistics_of(entry) {
                report.add(format!("statistics of {vintage}: {error}"));
            }
        }
        if let Err(error) = self.load_communes(descriptor) {
            report.add(format!("communes: {error}"));
        }
    }

    fn outline_faults(&self, entry: &OutlinesEntry) -> Vec<String> {
        let mut faults: Vec<String> = self
            .outlines_report(entry)
            .err()
            .iter()
            .map(ToString::to_string)
            .collect();
        match self.read_layer(&entry.file, decode_admin) {
            Err(error) => faults.push(error.to_string()),
            Ok(areas) => faults.extend(areas.iter().filter_map(|area| {
                let fault = repair::fault(&area.outline)?;
                Some(format!("{} is not valid: {fault}", area.code))
            })),
        }
        faults
    }
}
