//! `qpv data import`: perimeters and addresses. What a town adds is in [`custom`], what stands around the perimeters in
//! [`admin`].

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{ArgAction, ArgGroup, Args};
use qpv_service::data::import::ImportOptions;
use qpv_service::data::{
    self, AddressFileReport, FootprintOptions, GroundOptions, ImportReport, Imported,
    ImportedAddresses, TextEncoding,
};
use qpv_service::model::{CommuneCode, Crs, FootprintKind, Period, Slug, Vintage, ZoningRecord};

use crate::args::Settings;
use crate::data::notes::write_notes;
use crate::data::piped::PipedFiles;
use crate::data::{admin, custom, footprints, grounds, zonings};
use crate::output::{Outcome, print, print_json, remark, thousands};

/// The options for an import of anything but perimeters.
const OTHERS: [&str; 12] = [
    "addresses",
    "layer",
    "places",
    "programme",
    "outlines",
    "communes",
    "statistics",
    "vintages",
    "zoning",
    "parcels",
    "buildings",
    "ground",
];
/// The options that only perimeters take.
const OF_PERIMETERS: [&str; 5] = ["vintage", "files", "band", "map", "accept_refused"];

#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("other").args(OTHERS))]
pub struct ImportArgs {
    /// The vintage of perimeters the files hold
    #[arg(long, required_unless_present = "other")]
    pub vintage: Option<Vintage>,
    /// Perimeters: shapefile, GeoJSON, GeoPackage, or a zip of them
    #[arg(required_unless_present = "other", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Addresses: BAN, BAL or BANO, plain or gzipped, in any mix; they replace those of their departments
    #[arg(long, num_args = 1.., value_name = "FILE", conflicts_with_all = OF_PERIMETERS)]
    #[arg(conflicts_with_all = ["crs", "encoding", "precision_m"])]
    pub addresses: Vec<PathBuf>,
    /// Parcels of the land register (GeoJSON of the cadastre, plain or gzipped, or any layer of polygons with their identifiers);
    /// each file replaces the one of its name
    #[arg(long, num_args = 1.., value_name = "FILE", conflicts_with_all = OF_PERIMETERS, conflicts_with = "precision_m")]
    pub parcels: Vec<PathBuf>,
    /// Buildings (the cadastre, BD TOPO or OpenStreetMap, GeoJSON or GeoPackage); each file replaces the one of its name
    #[arg(long, num_args = 1.., value_name = "FILE", conflicts_with_all = OF_PERIMETERS, conflicts_with = "precision_m")]
    pub buildings: Vec<PathBuf>,
    /// A layer of the town's own, polygons in a file of any kind that perimeters are read from; replaces that of its name
    #[arg(long, num_args = 2, value_names = ["NAME", "FILE"], action = ArgAction::Set)]
    #[arg(conflicts_with_all = OF_PERIMETERS)]
    pub layer: Option<Vec<OsString>>,
    /// A zoning beside the perimeters: areas in a file of any kind that perimeters are read from, or a list of communes (CSV, a row
    /// for each with its INSEE code and its days); replaces that of its name
    #[arg(long, num_args = 2, value_names = ["NAME", "FILE"], action = ArgAction::Set)]
    #[arg(conflicts_with_all = OF_PERIMETERS)]
    pub zoning: Option<Vec<OsString>>,
    /// A map that can lie under the perimeters: an archive of tiles, vector or pictures (PMTiles version 3, `MBTiles`); replaces that of
    /// its name
    #[arg(long, num_args = 2, value_names = ["NAME", "FILE"], action = ArgAction::Set)]
    #[arg(conflicts_with_all = OF_PERIMETERS, conflicts_with_all = ["crs", "encoding", "precision_m"])]
    pub ground: Option<Vec<OsString>>,
    /// The attribution of the map [default: that of the archive]
    #[arg(long, value_name = "TEXT", requires = "ground")]
    pub attribution: Option<String>,
    /// The name of the zoning or of the map for people, in French [default: its name]
    #[arg(long, conflicts_with_all = OF_PERIMETERS)]
    pub label: Option<String>,
    /// The first day the zoning is in force
    #[arg(long, value_name = "DATE", requires = "zoning")]
    pub valid_from: Option<jiff::civil::Date>,
    /// The last day
    #[arg(long, value_name = "DATE", requires = "zoning")]
    pub valid_until: Option<jiff::civil::Date>,
    /// The text or the body that made the zoning
    #[arg(long, requires = "zoning")]
    pub source: Option<String>,
    /// A list of places of one kind, CSV or GeoJSON points; replaces that of its kind. Schools are `schools`
    #[arg(long, num_args = 2, value_names = ["KIND", "FILE"], action = ArgAction::Set)]
    #[arg(conflicts_with_all = OF_PERIMETERS, conflicts_with_all = ["crs", "encoding", "precision_m"])]
    pub places: Option<Vec<OsString>>,
    /// A programme of eligibility rules; replaces that of its identifier
    #[arg(long, value_name = "FILE", conflicts_with_all = OF_PERIMETERS, conflicts_with_all = ["crs", "encoding", "precision_m"])]
    pub programme: Option<PathBuf>,
    /// Outlines of regions, departements or communes, for maps, in a file of any kind that perimeters are read from; communes
    /// replace those of their departments
    #[arg(long, num_args = 2, value_names = ["LEVEL", "FILE"], action = ArgAction::Set)]
    #[arg(conflicts_with_all = OF_PERIMETERS, conflicts_with = "precision_m")]
    pub outlines: Option<Vec<OsString>>,
    /// Communes with their history, in the columns of geodata/communes.csv or those of INSEE's code (CSV); they replace those of
    /// their departments
    #[arg(long, value_name = "FILE", conflicts_with_all = OF_PERIMETERS, conflicts_with_all = ["crs", "encoding", "precision_m"])]
    pub communes: Option<PathBuf>,
    /// Population by neighbourhood, as INSEE publishes it (CSV); replaces that of the same vintage
    #[arg(long, value_name = "FILE", conflicts_with_all = OF_PERIMETERS, conflicts_with_all = ["crs", "encoding", "precision_m"])]
    pub statistics: Option<PathBuf>,
    /// Vintages beside those built in, such as a new one, in the format of geodata/vintages.toml
    #[arg(long, value_name = "FILE", conflicts_with_all = OF_PERIMETERS, conflicts_with_all = ["crs", "encoding", "precision_m"])]
    pub vintages: Option<PathBuf>,
    /// The year of the figures, where the names of their columns do not give it
    #[arg(long, requires = "statistics", value_parser = clap::value_parser!(i16).range(1990..2100))]
    #[arg(conflicts_with_all = ["vintage", "addresses", "layer", "places", "programme", "outlines", "communes"])]
    pub year: Option<i16>,
    /// Official 300 m band layer, shown beside the computed band
    #[arg(long, value_name = "FILE")]
    pub band: Vec<PathBuf>,
    /// Where an official attribute is found
    #[arg(long, value_name = "code_qp=COLUMN", value_parser = mapping)]
    pub map: Vec<(String, String)>,
    /// Reference system of the files, when they say none or a wrong one
    #[arg(long)]
    pub crs: Option<Crs>,
    /// Encoding of the text of shapefiles, when it is not recognised: UTF-8, 1252, 850…
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<TextEncoding>,
    /// How far a published or drawn line may lie from the true one [default: estimated from the outlines]
    #[arg(long, value_name = "METRES")]
    pub precision_m: Option<f64>,
    /// Import even if some features cannot become a perimeter; they are listed
    #[arg(long)]
    pub accept_refused: bool,
    /// List every repaired and merged feature, not only their number
    #[arg(long)]
    pub details: bool,
}

impl ImportArgs {
    /// Returns the files of parcels or of buildings, if there are any.
    fn footprints(&self) -> Option<(FootprintKind, &[PathBuf])> {
        [
            (FootprintKind::Parcels, &self.parcels[..]),
            (FootprintKind::Buildings, &self.buildings[..]),
        ]
        .into_iter()
        .find(|(_, files)| !files.is_empty())
    }

    /// Returns the same arguments, with files in place of pipes.
    fn settled(&self, piped: &mut PipedFiles) -> anyhow::Result<Self> {
        let mut args = self.clone();
        let lists = [
            &mut args.files,
            &mut args.addresses,
            &mut args.parcels,
            &mut args.buildings,
            &mut args.band,
        ];
        let single = [
            &mut args.programme,
            &mut args.communes,
            &mut args.statistics,
            &mut args.vintages,
        ];
        for path in lists
            .into_iter()
            .flatten()
            .chain(single.into_iter().flatten())
        {
            *path = piped.settle(path)?;
        }
        // The file of a pair is its second value.
        let pairs = [
            &mut args.layer,
            &mut args.places,
            &mut args.outlines,
            &mut args.zoning,
            &mut args.ground,
        ];
        for pair in pairs {
            if let Some(file) = pair.as_mut().and_then(|pair| pair.get_mut(1)) {
                *file = piped.settle(Path::new(file))?.into_os_string();
            }
        }
        Ok(args)
    }
}

/// Imports the files that the arguments name; `-` is standard input.
pub fn run(settings: &Settings, args: &ImportArgs) -> anyhow::Result<Outcome> {
    let mut piped = PipedFiles::default();
    let args = &args.settled(&mut piped)?;
    let Some(vintage) = args.vintage else {
        return import_other(settings, args);
    };
    let options = ImportOptions {
        map: args.map.iter().cloned().collect(),
        crs: args.crs,
        encoding: args.encoding,
        precision_m: args.precision_m,
        bands: args.band.clone(),
        accept_refused: args.accept_refused,
        ..ImportOptions::new(vintage)
    };
    let imported = or_report(
        settings,
        data::import_files(&settings.store(), &args.files, &options),
    )?;
    show_imported(settings, &[imported], args.details)
}

/// Imports the one thing other than perimeters that the arguments name.
fn import_other(settings: &Settings, args: &ImportArgs) -> anyhow::Result<Outcome> {
    if let Some([name, file]) = args.layer.as_deref() {
        let import = custom::LayerImport {
            name: parsed(name)?,
            crs: args.crs,
            encoding: args.encoding,
            precision_m: args.precision_m,
            lists_details: args.details,
        };
        custom::import_layer(settings, Path::new(file), import)
    } else if let Some([kind, file]) = args.places.as_deref() {
        custom::import_places(settings, parsed(kind)?, Path::new(file))
    } else if let Some(file) = &args.programme {
        custom::import_programme(settings, file)
    } else if let Some([level, file]) = args.outlines.as_deref() {
        let import = admin::OutlinesImport {
            level: parsed(level)?,
            crs: args.crs,
            encoding: args.encoding,
            lists_details: args.details,
        };
        admin::import_outlines(settings, Path::new(file), &import)
    } else if let Some(file) = &args.statistics {
        admin::import_statistics(settings, file, args.year, args.details)
    } else if let Some([name, file]) = args.zoning.as_deref() {
        let name: Slug = parsed(name)?;
        let record = ZoningRecord {
            label: args.label.clone().unwrap_or_else(|| name.to_string()),
            name,
            source: args.source.clone(),
            period: Period::new(args.valid_from, args.valid_until).context("--valid-until")?,
        };
        let import = zonings::ZoningImport {
            record,
            crs: args.crs,
            encoding: args.encoding,
            precision_m: args.precision_m,
        };
        zonings::import_zoning(settings, Path::new(file), import)
    } else if let Some([name, file]) = args.ground.as_deref() {
        let options = GroundOptions {
            name: parsed(name)?,
            label: args.label.clone(),
            attribution: args.attribution.clone(),
        };
        grounds::import_ground(settings, Path::new(file), options)
    } else if let Some(file) = &args.communes {
        admin::import_communes(settings, file, args.details)
    } else if let Some(file) = &args.vintages {
        admin::import_vintages(settings, file)
    } else if let Some((kind, files)) = args.footprints() {
        let options = FootprintOptions {
            crs: args.crs,
            encoding: args.encoding,
            ..FootprintOptions::default()
        };
        footprints::import_footprints(settings, kind, files, &options, args.details)
    } else {
        import_addresses(settings, args)
    }
}

/// Parses a name that comes in pair with a file, which is why clap hands it over unparsed.
fn parsed<T>(text: &OsStr) -> anyhow::Result<T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    Ok(text.to_string_lossy().parse()?)
}

fn import_addresses(settings: &Settings, args: &ImportArgs) -> anyhow::Result<Outcome> {
    show_addresses(
        settings,
        &data::import_addresses(&settings.store(), &args.addresses)?,
        args.details,
    )
}

/// Shows an import of addresses.
pub fn show_addresses(
    settings: &Settings,
    imported: &ImportedAddresses,
    details: bool,
) -> anyhow::Result<Outcome> {
    if settings.json {
        print_json(imported)?;
        return Ok(Outcome::Done);
    }
    for file in &imported.report.files {
        remark(settings.quiet, &describe_addresses(file, details));
    }
    for line in &imported.remarks {
        remark(settings.quiet, line);
    }
    remark(
        settings.quiet,
        &format!(
            "{} addresses in all, each once",
            thousands(imported.addresses)
        ),
    );
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

/// Describes a file of addresses; `details` lists every malformed and doubtful row that was kept.
pub fn describe_addresses(file: &AddressFileReport, details: bool) -> String {
    let departments: Vec<&str> = file.by_department.keys().map(String::as_str).collect();
    let (taken, rows) = (thousands(file.taken), thousands(file.rows));
    let mut text = format!(
        "{} ({}): {taken} addresses of {rows} rows",
        file.file, file.format
    );
    let _ = write!(text, ", departments {}", departments.join(", "));
    for (count, what) in [
        (file.malformed, "malformed"),
        (file.unplaced, "without a position"),
        (file.blank, "blank"),
    ] {
        if count > 0 {
            let _ = write!(text, "\n  {} rows {what}", thousands(count));
        }
    }
    // Ten lines show the kind of fault without filling the screen.
    let shown = if details { usize::MAX } else { 10 };
    for row in file.first_malformed.iter().take(shown) {
        let _ = write!(text, "\n    line {}: {}", row.line, row.fault);
    }
    if file.malformed > shown as u64 {
        text.push_str("\n    … (qpv data status --details lists the first thousand)");
    }
    if file.doubtful > 0 {
        let _ = write!(
            text,
            "\n  {} addresses with a doubtful position, for which no zone is given",
            thousands(file.doubtful)
        );
    }
    for row in file.first_doubtful.iter().take(shown) {
        let _ = write!(text, "\n    line {}: {}", row.line, row.reason);
    }
    if file.doubtful > shown as u64 {
        text.push_str("\n    … (qpv data status --details lists the first thousand)");
    }
    for remark in &file.remarks {
        let _ = write!(text, "\n  {remark}");
    }
    text
}

/// Shows the whole report when features are refused, before the import fails.
pub fn or_report<T>(settings: &Settings, result: Result<T, data::Error>) -> anyhow::Result<T> {
    if let Err(data::Error::FeaturesRefused(report)) = &result {
        if settings.json {
            print_json(report)?;
        } else {
            // In full, for a failed import leaves no report to look up.
            print(&describe_report(report, true))?;
        }
    }
    Ok(result?)
}

/// Shows imports of perimeters.
pub fn show_imported(
    settings: &Settings,
    imported: &[Imported],
    details: bool,
) -> anyhow::Result<Outcome> {
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    for one in imported {
        remark(settings.quiet, &describe_report(&one.report, details));
    }
    let digest = &imported.first().context("nothing was imported")?.digest;
    print(&format!("dataset {digest}"))?;
    Ok(Outcome::Done)
}

/// Describes an import of perimeters; `details` lists every feature touched.
pub fn describe_report(report: &ImportReport, details: bool) -> String {
    let mut text = format!(
        "{}: {} perimeters",
        report.vintage,
        thousands(report.perimeters as u64)
    );
    for layer in &report.layers {
        let crs = layer.crs.map_or_else(
            || "unknown reference system".to_owned(),
            |crs| crs.to_string(),
        );
        let used = match &layer.used {
            Ok(()) => "used".to_owned(),
            Err(reason) => format!("not used: {reason}"),
        };
        let _ = write!(
            text,
            "\n  {} / {}: {} features, {crs}, {used}",
            layer.file, layer.layer, layer.features
        );
    }
    write_notes(&mut text, "repaired", &report.repaired, details);
    write_notes(&mut text, "merged", &report.merged, details);
    // A refused feature is a missing perimeter, so each is listed.
    write_notes(&mut text, "refused", &report.refused, true);
    if !report.unmatched_communes.is_empty() {
        let _ = write!(
            text,
            "\n  {} commune names match no INSEE code, or several",
            report.unmatched_communes.len()
        );
        for unmatched in report.unmatched_communes.iter().filter(|_| details) {
            let _ = write!(text, "\n    {}  {}", unmatched.code_qp, unmatched.lib_com);
            let candidates: Vec<&str> = unmatched
                .candidates
                .iter()
                .map(CommuneCode::as_str)
                .collect();
            if !candidates.is_empty() {
                let _ = write!(text, ": {}", candidates.join(" or "));
            }
        }
    }
    let _ = write!(text, "\n  lines precise to {:.1} m", report.precision_m);
    for remark in &report.remarks {
        let _ = write!(text, "\n  {remark}");
    }
    text
}

fn mapping(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((official, column)) if !official.is_empty() && !column.is_empty() => {
            Ok((official.into(), column.into()))
        }
        _ => Err("expected ATTRIBUTE=COLUMN, e.g. code_qp=code".into()),
    }
}
