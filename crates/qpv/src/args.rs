//! The command line as typed ([`Args`]) and as used ([`Settings`]). Nothing else reads the environment, but for
//! `RUST_LOG`, which the logs read themselves.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use clap::{ArgAction, ArgGroup, Args as ClapArgs, Parser, Subcommand};
use qpv_service::batch::{Encoding, Vintages};
use qpv_service::data::Store;
use qpv_service::model::{AdminLevel, CommuneCode, Crs, Slug, Vintage};
use qpv_service::{ExportTable, Service, VintageSelector};

/// Tells whether a French address lies in a priority neighbourhood (QPV), in its 300 m band, or outside.
#[derive(Debug, Parser)]
#[command(name = "qpv", version, propagate_version = true)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 answered \"undetermined\".")]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command, accepted after it too.
#[derive(Debug, ClapArgs)]
pub struct Common {
    /// Data folder; may be new or empty [default: the user's data folder, qpv in it]
    #[arg(long, global = true, env = "QPV_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// No progress, no remarks
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the service
    Serve(ServeArgs),
    /// Say where a point stands
    #[command(
        after_help = "A negative longitude needs two dashes before it:\n  qpv locate -- -0.57 48.75"
    )]
    Locate(LocateArgs),
    /// Find the addresses that a text may mean
    Geocode(GeocodeArgs),
    /// Say where an address stands
    Check(CheckArgs),
    /// Say what became of the neighbourhoods of an area between two vintages
    #[command(after_help = COMPARE_HELP)]
    Compare(CompareArgs),
    /// Answer for every row of a table of positions or addresses
    #[command(after_help = BATCH_HELP)]
    Batch(BatchArgs),
    /// Signed reports, which `qpv check --report` makes
    #[command(subcommand)]
    Report(ReportCommand),
    /// Vector tiles
    #[command(subcommand)]
    Tiles(TilesCommand),
    /// The datasets: fetch, import, look at, check
    #[command(subcommand)]
    Data(DataCommand),
}

const COMPARE_HELP: &str = "\
Without -o, one line for each change. A change is told with all its perimeters when one of them lies in the area.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 nothing but what cannot be told.

Examples:
  qpv compare --insee 61169
  qpv compare --insee 61169 -o flers.xlsx
  qpv compare --departement 61 -o orne.gpkg
  qpv compare --insee 61169,61006 -o orne.pdf
  qpv compare --json --epci 200035814";

/// What to compare, and where: one area, or without any the whole country.
#[derive(Debug, ClapArgs)]
pub struct CompareArgs {
    /// The vintage compared from
    #[arg(long, default_value = "2015", value_name = "VINTAGE")]
    pub from: Vintage,
    /// The vintage compared to
    #[arg(long, default_value = "2024", value_name = "VINTAGE")]
    pub to: Vintage,
    /// Communes, by INSEE code, a comma between them
    #[arg(long, value_name = "CODES")]
    pub insee: Option<String>,
    /// An intercommunality, by its SIREN number
    #[arg(long, value_name = "SIREN", conflicts_with = "insee")]
    pub epci: Option<String>,
    /// A department (61, 2A, 974)
    #[arg(long, value_name = "CODE", conflicts_with_all = ["insee", "epci"])]
    pub departement: Option<String>,
    /// A region, by its INSEE code (28, 01)
    #[arg(long, value_name = "CODE", conflicts_with_all = ["insee", "epci", "departement"])]
    pub region: Option<String>,
    /// A rectangle: west,south,east,north in degrees
    #[arg(long, value_name = "BOX", allow_hyphen_values = true,
        conflicts_with_all = ["insee", "epci", "departement", "region"])]
    pub bbox: Option<String>,
    /// Write a file (.csv, .xlsx, .geojson, .gpkg or .pdf) instead of printing
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Which table a .csv file holds: changes, places or addresses [default: changes]
    #[arg(long, value_name = "TABLE", requires = "output")]
    pub table: Option<ExportTable>,
    /// Replace a file that exists
    #[arg(long, short, requires = "output")]
    pub force: bool,
    /// From this dataset (its digest, or the beginning of it)
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub struct ServeArgs {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    /// Send addresses to check that no loaded one is like to this service of the national address API, which then
    /// learns them [default: none, nothing leaves this machine]
    #[arg(long, value_name = "URL")]
    pub address_service: Option<String>,
    /// A background map, by the address of its style (see docs/web.md), instead of the default one, which needs no
    /// network; browsers load its tiles from where they are, and that place then learns what is looked at
    #[arg(long, value_name = "URL", env = "QPV_BASEMAP")]
    pub basemap: Option<String>,
    /// Serve this dataset (its digest, or the beginning of it) and stay on it
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub struct LocateArgs {
    /// Longitude, WGS 84 degrees
    #[arg(requires = "lat", conflicts_with_all = ["x", "y"], required_unless_present = "x", value_name = "LON")]
    pub lon: Option<f64>,
    /// Latitude, WGS 84 degrees
    #[arg(value_name = "LAT")]
    pub lat: Option<f64>,
    /// Reference system of --x and --y, e.g. EPSG:2154
    #[arg(long, requires_all = ["x", "y"])]
    pub crs: Option<Crs>,
    /// Easting, metres
    #[arg(long, requires_all = ["y", "crs"], allow_negative_numbers = true)]
    pub x: Option<f64>,
    /// Northing, metres
    #[arg(long, requires_all = ["x", "crs"], allow_negative_numbers = true)]
    pub y: Option<f64>,
    /// Answer from this vintage, 2015 or 2024 [default: the one in force there]
    #[arg(long, conflicts_with = "on")]
    pub vintage: Option<Vintage>,
    /// Answer from the perimeters in force on that day, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    pub on: Option<jiff::civil::Date>,
    /// The doubt on the position, metres
    #[arg(long, value_name = "METRES")]
    pub uncertainty_m: Option<f64>,
    /// Answer from this dataset (its digest, or the beginning of it)
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub struct GeocodeArgs {
    /// The address; several words need no quotes
    #[arg(required = true, value_name = "ADDRESS")]
    pub address: Vec<String>,
    /// How many answers
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub limit: u8,
    #[command(flatten)]
    pub within: Within,
}

#[derive(Debug, ClapArgs)]
pub struct CheckArgs {
    /// The address; several words need no quotes
    #[arg(required_unless_present = "at", value_name = "ADDRESS")]
    pub address: Vec<String>,
    /// A position placed by hand, WGS 84 degrees: instead of an address, or of where the door of the address truly is
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true, value_parser = lon_lat)]
    pub at: Option<(f64, f64)>,
    /// The doubt on that position, metres [default: 0, and 5 with an address]
    #[arg(long, requires = "at", value_name = "METRES")]
    pub uncertainty_m: Option<f64>,
    /// Whether somebody is eligible to this programme, e.g. pre-national; `qpv data status` names all
    #[arg(long, value_name = "ID", conflicts_with = "vintage")]
    pub programme: Option<String>,
    /// The person's birth date, YYYY-MM-DD
    #[arg(long, requires = "programme", value_name = "DATE")]
    pub birth_date: Option<jiff::civil::Date>,
    /// The person's school, by identifier (UAI) or name; `aucune` for none
    #[arg(long, requires = "programme", value_name = "SCHOOL")]
    pub school: Option<String>,
    /// Something that the programme asks to be declared
    #[arg(long, requires = "programme", value_name = "NAME=yes|no", value_parser = declaration)]
    pub declare: Vec<(String, bool)>,
    #[command(flatten)]
    pub within: Within,
    /// Answer from this vintage, 2015 or 2024 [default: the one in force there]
    #[arg(long, conflicts_with = "on")]
    pub vintage: Option<Vintage>,
    /// Answer from the perimeters in force on that day, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    pub on: Option<jiff::civil::Date>,
    /// Send an address that no loaded one is like to this service of the national address API, which then learns it
    #[arg(long, value_name = "URL")]
    pub address_service: Option<String>,
    /// Write a signed one-page report (PDF) too; it appears when it is complete
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Who asks, printed and signed in the report
    #[arg(long, requires = "report", value_name = "TEXT")]
    pub asked_by: Option<String>,
    /// What or whom it is about, printed and signed in the report
    #[arg(long, requires = "report", value_name = "TEXT")]
    pub about: Option<String>,
    /// Replace a report that exists
    #[arg(long, short, requires = "report")]
    pub force: bool,
}

#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Say whether a report is genuine
    #[command(after_help = "Exit codes: 0 genuine, 1 anything else, 2 wrong usage.")]
    Verify(VerifyReportArgs),
    /// Show the public key that reports of this data folder are signed with
    Key,
}

#[derive(Debug, ClapArgs)]
pub struct VerifyReportArgs {
    /// The report (PDF), a file with the text of its QR code, that text itself, or `-` for one of them on standard input
    #[arg(value_name = "FILE|TEXT")]
    pub report: String,
    /// Signed with this public key, as `qpv report key` prints it [default: that of the data folder]
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum TilesCommand {
    /// Write all tiles to one file (PMTiles) that a static host can serve
    Build(BuildTilesArgs),
}

#[derive(Debug, ClapArgs)]
pub struct BuildTilesArgs {
    /// The file (.pmtiles); it appears when it is complete
    #[arg(long, short, value_name = "FILE")]
    pub output: PathBuf,
    /// Only these layers, by the names that /tiles lists, a comma between them [default: all but streets and addresses]
    #[arg(long, value_delimiter = ',', value_name = "LAYERS")]
    pub layers: Vec<String>,
    /// The first zoom
    #[arg(long, default_value_t = 0, value_name = "ZOOM", value_parser = clap::value_parser!(u8).range(0..=14))]
    pub minzoom: u8,
    /// The last zoom
    #[arg(long, default_value_t = 14, value_name = "ZOOM", value_parser = clap::value_parser!(u8).range(0..=14))]
    pub maxzoom: u8,
    /// Replace a file that exists
    #[arg(long, short)]
    pub force: bool,
    /// From this dataset (its digest, or the beginning of it)
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
}

/// Where addresses are looked for.
#[derive(Debug, ClapArgs)]
pub struct Within {
    /// Only in this postcode
    #[arg(long)]
    pub postcode: Option<u32>,
    /// Only in this commune, by INSEE code
    #[arg(long)]
    pub citycode: Option<CommuneCode>,
    /// Answer from this dataset (its digest, or the beginning of it)
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
}

const BATCH_HELP: &str = "\
Columns added: zone (qpv, band_300m, outside, undetermined), code_qp, lib_qp, distance_to_boundary_m, nearest_code_qp, \
certainty, vintage, error. A row that has no answer says why in `error`; it is never left out. For addresses \
(--columns), latitude, longitude, result_label, result_score and others come before them, and `doubt` instead of \
`error` says why a zone is undetermined. When the input already has one of these names, the added ones all end with _qpv.

With --programme, the columns added are result (eligible, outside_rule_possible, undetermined, not_eligible), resultat, \
motifs, a_completer, age, verifie_au, result_label, result_score, zone, code_qp, lib_qp, distance_to_boundary_m, \
certainty, vintage, error; a spreadsheet gets a second sheet with counts by neighbourhood, age, sex and school.

Exit codes: 0 every row is answered, 1 failed, 2 wrong usage, 3 some row is \"undetermined\" or has an error.

Examples:
  qpv batch children.xlsx -o answers.xlsx --programme pre-flers
  qpv batch points.csv -o answers.csv
  qpv batch people.xlsx -o answers.xlsx --columns adresse,cp,ville
  qpv batch --crs EPSG:2154 --x X_L93 --y Y_L93 --vintage both points.csv -o answers.csv
  qpv batch points.parquet -o answers.parquet
  gzip -dc points.csv.gz | qpv batch - | gzip > answers.csv.gz";

#[derive(Debug, ClapArgs)]
pub struct BatchArgs {
    /// Delimited text (CSV) with a header, a spreadsheet (a name in .xlsx or .ods), Parquet (.parquet), or `-` for CSV
    /// on standard input
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// Where the answers go, in the format of the input (.xlsx for a spreadsheet), `-` for standard output; a file
    /// appears when it is complete
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    pub output: PathBuf,
    /// Replace an output that exists
    #[arg(long, short)]
    pub force: bool,
    /// Columns that make up an address, in order, a comma between them: each row's zone is then that of its address
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS", conflicts_with_all = ["lon", "lat", "crs", "uncertainty_m"])]
    pub columns: Vec<String>,
    /// Whether each row's person is eligible to this programme, e.g. pre-national: by address, birth date and school
    #[arg(long, value_name = "ID", conflicts_with_all = ["lon", "lat", "crs", "x", "y", "uncertainty_m", "vintage"])]
    pub programme: Option<String>,
    /// Column of the birth date [default: recognised: date de naissance, né(e) le…]
    #[arg(long, requires = "programme", value_name = "COLUMN")]
    pub birth_date: Option<String>,
    /// Column of the sex, for the counts [default: recognised: sexe]
    #[arg(long, requires = "programme", value_name = "COLUMN")]
    pub sex: Option<String>,
    /// Column of the school, by name or identifier [default: recognised: école, établissement, UAI…]
    #[arg(long, requires = "programme", value_name = "COLUMN")]
    pub school: Option<String>,
    /// Column of the day of the check, whose perimeters in force answer [default: recognised: date de la demande…]
    #[arg(long, requires = "programme", value_name = "COLUMN")]
    pub check_date: Option<String>,
    /// Where the counts go that a spreadsheet gets on its second sheet, as CSV
    #[arg(long, requires = "programme", value_name = "FILE")]
    pub summary: Option<PathBuf>,
    /// For publication: hide counts under this in the summary
    #[arg(long, requires = "programme", value_name = "COUNT", value_parser = clap::value_parser!(u64).range(2..))]
    pub suppress_under: Option<u64>,
    /// Column of the longitude, WGS 84 degrees [default: recognised: lon, longitude, lng, long…]
    #[arg(long, requires = "lat", conflicts_with = "crs", value_name = "COLUMN")]
    pub lon: Option<String>,
    /// Column of the latitude [default: recognised: lat, latitude…]
    #[arg(long, requires = "lon", value_name = "COLUMN")]
    pub lat: Option<String>,
    /// Positions are eastings and northings in this system, e.g. EPSG:2154
    #[arg(long)]
    pub crs: Option<Crs>,
    /// Column of the easting, metres [default: recognised by name: x…]
    #[arg(long, requires_all = ["y", "crs"], value_name = "COLUMN")]
    pub x: Option<String>,
    /// Column of the northing, metres [default: recognised by name: y…]
    #[arg(long, requires = "x", value_name = "COLUMN")]
    pub y: Option<String>,
    /// Answer from this vintage, 2015 or 2024, or from `both`, in columns that end with _2015 and _2024 [default: the
    /// one in force at each place]
    #[arg(long, conflicts_with = "on", value_parser = vintages)]
    pub vintage: Option<Vintages>,
    /// Answer from the perimeters in force on that day, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    pub on: Option<jiff::civil::Date>,
    /// The doubt on every position, metres
    #[arg(long, value_name = "METRES")]
    pub uncertainty_m: Option<f64>,
    /// Delimiter of a CSV file, one character or `tab` [default: found in the first line, among ; tab | ,]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// Sheet of a spreadsheet [default: the first]
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Encoding of a CSV file, in and out: auto (found in the first lines), utf-8 or windows-1252
    #[arg(long, default_value = "auto")]
    pub encoding: Encoding,
    /// Answer from this dataset (its digest, or the beginning of it)
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Read published files, or a town's own, into the dataset
    Import(ImportArgs),
    /// Take a layer, a list of places, a programme, outlines or statistics out of the dataset
    Remove(RemoveArgs),
    /// Fetch the official files and import them
    Pull(PullArgs),
    /// What is loaded: vintages, addresses, layers, places, programmes, outlines, statistics, with counts, sources and dates; the digest
    Status(StatusArgs),
    /// Read everything again and check it
    Verify(VerifyArgs),
    /// All datasets of the folder
    List,
    /// Remove all datasets but the current one
    Prune,
}

/// What an import may be of besides perimeters.
const OTHERS: [&str; 6] = [
    "addresses",
    "layer",
    "places",
    "programme",
    "outlines",
    "statistics",
];
/// What only perimeters have.
const OF_PERIMETERS: [&str; 5] = ["vintage", "files", "band", "map", "accept_refused"];

#[derive(Debug, ClapArgs)]
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
    #[arg(conflicts_with_all = ["crs", "precision_m"])]
    pub addresses: Vec<PathBuf>,
    /// A layer of the town's own, polygons in a file of any kind that perimeters are read from; replaces that of its name
    #[arg(long, num_args = 2, value_names = ["NAME", "FILE"], action = ArgAction::Set)]
    #[arg(conflicts_with_all = OF_PERIMETERS)]
    pub layer: Option<Vec<OsString>>,
    /// A list of places of one kind, CSV or GeoJSON points; replaces that of its kind. Schools are `schools`
    #[arg(long, num_args = 2, value_names = ["KIND", "FILE"], action = ArgAction::Set)]
    #[arg(conflicts_with_all = OF_PERIMETERS, conflicts_with_all = ["crs", "precision_m"])]
    pub places: Option<Vec<OsString>>,
    /// A programme of eligibility rules; replaces that of its identifier
    #[arg(long, value_name = "FILE", conflicts_with_all = OF_PERIMETERS, conflicts_with_all = ["crs", "precision_m"])]
    pub programme: Option<PathBuf>,
    /// Outlines of regions, departements or communes, for maps, in a file of any kind that perimeters are read from; communes
    /// replace those of their departments
    #[arg(long, num_args = 2, value_names = ["LEVEL", "FILE"], action = ArgAction::Set)]
    #[arg(conflicts_with_all = OF_PERIMETERS, conflicts_with = "precision_m")]
    pub outlines: Option<Vec<OsString>>,
    /// Population by neighbourhood, as INSEE publishes it (CSV); replaces that of the same vintage
    #[arg(long, value_name = "FILE", conflicts_with_all = OF_PERIMETERS, conflicts_with_all = ["crs", "precision_m"])]
    pub statistics: Option<PathBuf>,
    /// The year of the population, where its column does not tell it
    #[arg(long, requires = "statistics", value_parser = clap::value_parser!(i16).range(1990..2100))]
    #[arg(conflicts_with_all = ["vintage", "addresses", "layer", "places", "programme", "outlines"])]
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

#[derive(Debug, ClapArgs)]
#[group(required = true, multiple = false)]
pub struct RemoveArgs {
    /// The layer of this name
    #[arg(long, value_name = "NAME")]
    pub layer: Option<Slug>,
    /// The places of this kind
    #[arg(long, value_name = "KIND")]
    pub places: Option<Slug>,
    /// The programme of this identifier
    #[arg(long, value_name = "ID")]
    pub programme: Option<Slug>,
    /// The outlines of regions, departements or communes
    #[arg(long, value_name = "LEVEL")]
    pub outlines: Option<AdminLevel>,
    /// The statistics of this vintage
    #[arg(long, value_name = "VINTAGE")]
    pub statistics: Option<Vintage>,
}

#[derive(Debug, ClapArgs)]
pub struct PullArgs {
    /// Only this vintage of perimeters [default: both]
    #[arg(long)]
    pub vintage: Option<Vintage>,
    /// Addresses of these departments instead of perimeters, by INSEE code, a comma between them, or `all`
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "DEPARTMENTS",
        conflicts_with = "vintage"
    )]
    pub addresses: Vec<String>,
    /// Take the files from this folder or address instead
    #[arg(long, value_name = "DIR|URL")]
    pub mirror: Option<String>,
    /// Another catalogue than the one in the program
    #[arg(long, value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub struct StatusArgs {
    /// Show the import reports too
    #[arg(long)]
    pub details: bool,
}

#[derive(Debug, ClapArgs)]
pub struct VerifyArgs {
    /// This dataset (its digest, or the beginning of it) [default: the current one]
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
}

/// What commands work with.
#[derive(Debug)]
pub struct Settings {
    /// Data folder.
    pub data: PathBuf,
    /// Answer in JSON.
    pub json: bool,
    /// No progress, no remarks.
    pub quiet: bool,
}

impl Settings {
    /// Checks and completes what was typed.
    pub fn from_args(common: &Common) -> anyhow::Result<Self> {
        let data = match &common.data {
            Some(data) => data.clone(),
            None => {
                default_data_folder().context("no data folder: set --data DIR, QPV_DATA or HOME")?
            }
        };
        Ok(Self {
            data,
            json: common.json,
            quiet: common.quiet,
        })
    }

    /// Answers from this dataset (its digest, or the beginning of it), or from the current one.
    pub fn service(&self, dataset: Option<&str>) -> anyhow::Result<Service> {
        Ok(match dataset {
            Some(digest) => Service::open_dataset(self.store(), digest)?,
            None => Service::open(self.store())?,
        })
    }

    /// The datasets of the data folder.
    pub fn store(&self) -> Store {
        Store::new(&self.data)
    }
}

/// Which perimeters answer, as given on the command line.
pub fn choice(vintage: Option<Vintage>, on: Option<jiff::civil::Date>) -> VintageSelector {
    match (vintage, on) {
        (Some(vintage), _) => VintageSelector::Vintage(vintage),
        (None, Some(on)) => VintageSelector::InForce(on),
        (None, None) => VintageSelector::today(),
    }
}

/// `$XDG_DATA_HOME/qpv`, or `~/.local/share/qpv`.
fn default_data_folder() -> Option<PathBuf> {
    let set = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let base =
        set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share")))?;
    Some(base.join("qpv"))
}

fn mapping(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((official, column)) if !official.is_empty() && !column.is_empty() => {
            Ok((official.into(), column.into()))
        }
        _ => Err("expected ATTRIBUTE=COLUMN, e.g. code_qp=code".into()),
    }
}

fn lon_lat(text: &str) -> Result<(f64, f64), String> {
    let numbers = text
        .split_once(',')
        .and_then(|(lon, lat)| Some((lon.trim().parse().ok()?, lat.trim().parse().ok()?)));
    numbers.ok_or_else(|| {
        "expected longitude and latitude, a comma between them, e.g. -0.57,48.75".into()
    })
}

fn declaration(text: &str) -> Result<(String, bool), String> {
    match text.split_once('=') {
        Some((name, "yes" | "oui")) => Ok((name.into(), true)),
        Some((name, "no" | "non")) => Ok((name.into(), false)),
        _ => Err("expected NAME=yes or NAME=no".into()),
    }
}

fn vintages(text: &str) -> Result<Vintages, String> {
    match text {
        "both" => Ok(Vintages::Both),
        _ => match text.parse() {
            Ok(vintage) => Ok(Vintages::One(VintageSelector::Vintage(vintage))),
            Err(_) => Err("expected 2015, 2024 or both".into()),
        },
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        _ if matches!(text, "tab" | "\\t") => Ok(b'\t'),
        &[byte] if byte == b'\t' || byte.is_ascii_punctuation() && !b"\"'.-+".contains(&byte) => {
            Ok(byte)
        }
        _ => Err("expected one character such as , ; | or the word tab".into()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn common_options_are_taken_after_the_command() {
        let args = Args::parse_from([
            "qpv", "locate", "--json", "--data", "d", "--", "-0.57", "48.75",
        ]);
        assert!(args.common.json);
        let Command::Locate(locate) = args.command else {
            panic!("not locate")
        };
        assert_eq!((locate.lon, locate.lat), (Some(-0.57), Some(48.75)));
    }

    #[test]
    fn half_a_position_is_refused() {
        for line in [
            &["qpv", "locate"][..],
            &["qpv", "locate", "2.3"],
            &["qpv", "locate", "--x", "1", "--y", "2"],
            &["qpv", "locate", "--crs", "EPSG:2154", "--x", "1"],
            &[
                "qpv",
                "locate",
                "2.3",
                "48",
                "--x",
                "1",
                "--y",
                "2",
                "--crs",
                "EPSG:2154",
            ],
            &[
                "qpv",
                "locate",
                "2.3",
                "48",
                "--vintage",
                "2015",
                "--on",
                "2024-01-01",
            ],
            &["qpv", "locate", "2.3", "48", "--vintage", "2019"],
            &[
                "qpv",
                "locate",
                "--crs",
                "EPSG:27572",
                "--x",
                "1",
                "--y",
                "2",
            ],
            &["qpv", "batch", "a.csv", "--lon", "a"],
            &["qpv", "batch", "a.csv", "--x", "a", "--y", "b"],
            &[
                "qpv",
                "batch",
                "a.csv",
                "--lon",
                "a",
                "--lat",
                "b",
                "--crs",
                "EPSG:2154",
            ],
            &["qpv", "batch", "a.csv", "--vintage", "2019"],
            &[
                "qpv",
                "batch",
                "a.csv",
                "--vintage",
                "both",
                "--on",
                "2024-01-01",
            ],
            &["qpv", "batch", "a.csv", "--delimiter", "ab"],
            &["qpv", "batch", "a.csv", "--encoding", "utf-16"],
            &["qpv", "data", "import", "--layer", "a"],
            &["qpv", "data", "import", "--layer", "a", "b", "c"],
            &[
                "qpv", "data", "import", "--layer", "a", "b", "--layer", "c", "d",
            ],
            &[
                "qpv", "data", "import", "--layer", "a", "b", "--places", "c", "d",
            ],
            &[
                "qpv",
                "data",
                "import",
                "--layer",
                "a",
                "b",
                "--vintage",
                "2024",
            ],
            &[
                "qpv",
                "data",
                "import",
                "--places",
                "a",
                "b",
                "--crs",
                "EPSG:2154",
            ],
            &[
                "qpv",
                "data",
                "import",
                "--programme",
                "a",
                "--addresses",
                "b",
            ],
            &["qpv", "data", "import", "--outlines", "communes"],
            &[
                "qpv",
                "data",
                "import",
                "--outlines",
                "communes",
                "b",
                "--precision-m",
                "2",
            ],
            &[
                "qpv",
                "data",
                "import",
                "--statistics",
                "a",
                "--vintage",
                "2024",
            ],
            &[
                "qpv",
                "data",
                "import",
                "--vintage",
                "2024",
                "a",
                "--year",
                "2020",
            ],
            &[
                "qpv",
                "data",
                "import",
                "--outlines",
                "communes",
                "b",
                "--year",
                "2020",
            ],
            &["qpv", "data", "remove"],
            &["qpv", "data", "remove", "--outlines", "cantons"],
            &["qpv", "data", "remove", "--layer", "A"],
            &["qpv", "data", "remove", "--layer", "a", "--places", "b"],
        ] {
            assert!(Args::try_parse_from(line).is_err(), "{line:?}");
        }
    }

    #[test]
    fn a_town_imports_its_own() {
        for line in [
            &["--layer", "a", "b"][..],
            &[
                "--layer",
                "a",
                "b",
                "--crs",
                "EPSG:2154",
                "--precision-m",
                "20",
                "--details",
            ],
            &["--places", "schools", "b"],
            &["--programme", "b"],
            &["--outlines", "communes", "b", "--crs", "EPSG:2154"],
            &["--statistics", "b", "--year", "2020"],
            &["--addresses", "a", "b"],
            &["--vintage", "2024", "a", "b", "--precision-m", "20"],
        ] {
            let line = [&["qpv", "data", "import"], line].concat();
            Args::try_parse_from(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"));
        }
    }
}
