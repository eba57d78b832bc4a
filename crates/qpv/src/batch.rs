//! `qpv batch`: files, the progress bar and the summary. The rows are answered by `qpv_batch`.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, anyhow, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use qpv_batch::conversion::{self, ChosenBook};
use qpv_batch::parquet::TableFile;
use qpv_batch::{
    AddressJob, AnswerCounts, AnswerVintages, BatchError, BatchSummary, ColumnsError,
    DelimitedOptions, Encoding, Job, PeopleColumns, PeopleJob, PositionColumns, Progress,
    ResultColumn, RowCount, SelectedJob, SpreadsheetKind, TableOutput, TableTarget, TallyGroup,
    UnreadColumn, UnreadReason, ZoneColumns, ZoneJob, ZonedJob, ZoningColumns, delimited, parquet,
    spreadsheet,
};
use qpv_delimited::{FileFormat, SNIFFED_BYTES};
use qpv_french::{key, sentence};
use qpv_service::model::{Crs, CrsKind, Vintage};
use qpv_service::programmes::{EligibilityOutcome, ProgrammeSubject};
use qpv_service::{FieldSelection, Service, Snapshot, VintageSelector, check_ring};

use crate::args::{Settings, known};
use crate::output::{Outcome, remark, report_error, thousands};
use crate::output_file::OutputFile;

/// The help after the options.
pub const AFTER_HELP: &str = "\
Columns added: zone (qpv, band_300m, outside, undetermined), code_qp, lib_qp, distance_to_boundary_m, nearest_code_qp, \
certainty, vintage, error. A row that has no answer says why in `error`; it is never left out. For addresses \
(--columns), latitude, longitude, result_label, result_score and others come before them, and `doubt` instead of \
`error` says why a zone is undetermined. When the input already has one of these names, the added ones all end with _qpv.

With --programme, the columns added are result (eligible, outside_rule_possible, undetermined, not_eligible), resultat, \
motifs, a_completer, age, verifie_au, result_label, result_score, zone, code_qp, lib_qp, distance_to_boundary_m, \
certainty, vintage, error, then the indicators of --fields; a spreadsheet gets a second sheet with counts by neighbourhood, age, sex and school.

Exit codes: 0 every row is answered, 1 failed, 2 wrong usage, 3 some row is \"undetermined\" or has an error.

Examples:
  qpv batch children.xlsx -o answers.xlsx --programme pre-flers
  qpv batch points.csv -o answers.csv
  qpv batch people.xlsx -o answers.xlsx --columns adresse,cp,ville
  qpv batch --crs EPSG:2154 --x X_L93 --y Y_L93 --vintage all points.csv -o answers.csv
  qpv batch points.parquet -o answers.parquet --columns-out code_qp,vintage
  qpv batch people.xls -o answers.parquet --columns adresse,cp,ville
  gzip -dc points.csv.gz | qpv batch - | gzip > answers.csv.gz";

#[derive(Debug, Args)]
pub struct BatchArgs {
    /// Delimited text (CSV) with a header, a spreadsheet (XLSX, ODS, XLS), Parquet, or `-` for CSV on standard input
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// Where the answers go, in the format of its name (.xlsx, .parquet, else CSV), `-` for CSV on standard output; a file
    /// appears when it is complete
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    pub output: PathBuf,
    /// Replace an output that exists
    #[arg(long, short)]
    pub force: bool,
    /// Columns that make up an address, in order, a comma between them: each row's zone is then that of its address
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS", conflicts_with_all = ["lon", "lat", "crs", "uncertainty_m"])]
    pub columns: Vec<String>,
    /// Whether each row's person is eligible to this programme, e.g. pre-national: by address, birth date and school;
    /// several with a comma between them, or `*` for all, whose columns then begin with their ids
    #[arg(long, value_name = "ID", conflicts_with_all = ["lon", "lat", "crs", "x", "y", "uncertainty_m", "vintage"])]
    pub programme: Option<String>,
    /// Column of the birth date, `-` if there is none [default: recognised: date de naissance, né(e) le…]
    #[arg(long, requires = "programme", value_name = "COLUMN")]
    pub birth_date: Option<String>,
    /// Column of the sex, for the counts [default: recognised: sexe]
    #[arg(long, requires = "programme", value_name = "COLUMN")]
    pub sex: Option<String>,
    /// Column of the school, by name or identifier, `-` if there is none [default: recognised: école, établissement, UAI…]
    #[arg(long, requires = "programme", value_name = "COLUMN")]
    pub school: Option<String>,
    /// Column of the day of the check, whose perimeters in force answer [default: recognised: date de la demande…]
    #[arg(long, requires = "programme", value_name = "COLUMN")]
    pub check_date: Option<String>,
    /// Column of a declaration of the programme (oui, non, 1, 0, vrai, faux, x…), NAME=- if there is none [default:
    /// recognised by the name or label that the programme gives]
    #[arg(long, requires = "programme", value_name = "NAME=COLUMN", value_parser = declaration_column)]
    pub declaration: Vec<(String, String)>,
    /// Where the counts go that a spreadsheet gets on its second sheet, as CSV
    #[arg(long, requires = "programme", value_name = "FILE")]
    pub summary: Option<PathBuf>,
    /// For publication: hide counts under this in the summary
    #[arg(long, requires = "programme", value_name = "COUNT", value_parser = clap::value_parser!(u64).range(2..))]
    pub suppress_under: Option<u64>,
    /// Column of the longitude, WGS 84 degrees [default: recognised: lon, longitude, lng, long…]
    #[arg(long, requires = "lat", conflicts_with = "x", value_name = "COLUMN")]
    pub lon: Option<String>,
    /// Column of the latitude [default: recognised: lat, latitude…]
    #[arg(long, requires = "lon", value_name = "COLUMN")]
    pub lat: Option<String>,
    /// Positions are in this system: eastings and northings, e.g. EPSG:2154, or degrees, EPSG:4326; it holds too for
    /// geometries whose file names none
    #[arg(long)]
    pub crs: Option<Crs>,
    /// Column of the easting, metres [default: recognised by name: x…]
    #[arg(long, requires_all = ["y", "crs"], value_name = "COLUMN")]
    pub x: Option<String>,
    /// Column of the northing, metres [default: recognised by name: y…]
    #[arg(long, requires = "x", value_name = "COLUMN")]
    pub y: Option<String>,
    /// Answer from this vintage, such as 2024, or from `all` of them, in columns that end with _2015, _2024… [default: the
    /// one in force at each place]
    #[arg(long, conflicts_with = "on", value_parser = vintages)]
    pub vintage: Option<AskedVintages>,
    /// Answer from the perimeters in force on that day, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    pub on: Option<jiff::civil::Date>,
    /// Add the figures of these indicators, a comma between them, or of `all`: those of the (first) perimeter a row is in
    #[arg(long, value_delimiter = ',', value_name = "INDICATORS")]
    pub fields: Vec<String>,
    /// Add what these zonings say, a comma between them, or `all` that are loaded: columns `NAME_standing` (inside, outside,
    /// undetermined, `not_in_force`), `NAME_doubt`, `NAME_codes`, `NAME_areas`, `NAME_valid_from`, `NAME_valid_until`,
    /// `NAME_distance_to_boundary_m`
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "NAMES",
        conflicts_with = "programme"
    )]
    pub zonings: Vec<String>,
    /// Add where each row stands to a ring of this width, 1 to 4000 metres, around the perimeters (column ring) and the areas
    /// of the zonings (`NAME_ring`): inside, ring, outside, undetermined
    #[arg(long, value_name = "METRES", conflicts_with = "programme")]
    pub ring: Option<f64>,
    /// The doubt on every position, metres
    #[arg(long, value_name = "METRES")]
    pub uncertainty_m: Option<f64>,
    /// Delimiter of a CSV file, one character or `tab` [default: found in the first line, among ; tab | ,; of a CSV output of
    /// another format, ;]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// Sheet of a spreadsheet [default: the first that is not hidden]
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Encoding of a CSV file, in and out: auto (found in the first lines), utf-8, windows-1252, macintosh or 850
    #[arg(long, default_value = "auto")]
    pub encoding: Encoding,
    /// Write only these of the added columns, in this order, a comma between them: `code_qp`, `lib_qp` and `vintage`
    /// alone need no distance, and take less time
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    pub columns_out: Vec<String>,
    /// Answer from this dataset (its digest, or the beginning of it)
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
}

/// Answers the table and prints the summary.
pub fn run(settings: &Settings, args: &BatchArgs) -> anyhow::Result<Outcome> {
    // Before a dataset is opened, so that a slip in a name costs no wait.
    let ring = check_ring(args.ring).map_err(|fault| anyhow!("--ring: {fault}"));
    if let Err(fault) = check_paths(args).and(ring) {
        return Ok(wrong_usage(&fault));
    }
    let service = settings.service(args.dataset.as_deref())?;
    if let Some(Err(fault)) = args
        .programme
        .as_deref()
        .map(|ids| check_programmes(&service, ids, args))
    {
        return Ok(wrong_usage(&fault));
    }
    let started = Instant::now();
    match answer(settings, args, &service) {
        Ok(summary) => {
            show(settings, args, &summary, started)?;
            Ok(if summary.all_determined() {
                Outcome::Done
            } else {
                Outcome::Undetermined
            })
        }
        Err(error) => match error.downcast_ref::<BatchError>() {
            Some(fault) if fault.is_usage() => {
                let outcome = wrong_usage(&error);
                if let Some(advice) = advice(fault).filter(|_| args.programme.is_none()) {
                    // Quiet or not: it is part of the error.
                    remark(false, advice);
                }
                Ok(outcome)
            }
            _ => Err(error),
        },
    }
}

/// Checks that programmes take lists, and that the counts asked for are those of one.
fn check_programmes(service: &Service, ids: &str, args: &BatchArgs) -> anyhow::Result<()> {
    let snapshot = service.snapshot();
    let programmes = snapshot.programmes_of(ids, false)?;
    let of_buildings = programmes
        .iter()
        .find(|programme| programme.subject == ProgrammeSubject::Building);
    if let Some(programme) = of_buildings {
        bail!(
            "{} is asked of buildings, not of lists of addresses",
            programme.id
        );
    }
    // Counts go to the funder of one programme.
    if args.summary.is_some() && programmes.len() > 1 {
        bail!("--summary counts one programme, not several");
    }
    Ok(())
}

/// Returns advice on the options that would help.
fn advice(fault: &BatchError) -> Option<&'static str> {
    match fault {
        BatchError::Columns(ColumnsError::NotFound { .. }) => Some(
            "Name them with --lon COLUMN --lat COLUMN, with --crs EPSG:2154 --x COLUMN --y COLUMN for metres, or with \
            --columns COLUMN,… for addresses.",
        ),
        BatchError::Columns(ColumnsError::CrsNeeded { .. }) => {
            Some("Add it, e.g. --crs EPSG:2154.")
        }
        _ => None,
    }
}

fn wrong_usage(fault: &anyhow::Error) -> Outcome {
    report_error(fault);
    Outcome::WrongUsage
}

fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Returns the format of the input: by its content, for a name can lie, where it tells; else by its name.
pub fn input_format(path: &Path) -> FileFormat {
    let by_name = FileFormat::from_path(path);
    // A pipe must not be read twice.
    if is_standard(path) || !path.is_file() {
        return by_name;
    }
    let mut head = vec![];
    let read =
        File::open(path).and_then(|file| file.take(SNIFFED_BYTES as u64).read_to_end(&mut head));
    // What cannot be read is told when it is opened.
    if read.is_err() {
        return by_name;
    }
    match (FileFormat::sniff(&head), by_name) {
        // A text has no columns of types: the name was meant.
        (FileFormat::Text | FileFormat::Empty | FileFormat::Markup, FileFormat::Parquet) => by_name,
        // Texts of other kinds, and what no table is, are refused by what they are.
        (
            FileFormat::Text
            | FileFormat::Empty
            | FileFormat::Markup
            | FileFormat::Json
            | FileFormat::Utf16
            | FileFormat::MacintoshText
            | FileFormat::Gzip
            | FileFormat::Sqlite
            | FileFormat::Shapefile,
            _,
        ) => FileFormat::Text,
        (
            format @ (FileFormat::Xlsx
            | FileFormat::Ods
            | FileFormat::CompoundFile
            | FileFormat::Parquet),
            _,
        ) => format,
        // Its parts tell which of the two it is.
        (FileFormat::Zip, FileFormat::CompoundFile | FileFormat::Ods) => FileFormat::Xlsx,
        _ => by_name,
    }
}

/// Returns whether a file is a spreadsheet with macros, which is read but not written.
fn is_xlsm(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("xlsm"))
}

/// Checks the paths and the options that depend on them, before anything is read.
fn check_paths(args: &BatchArgs) -> anyhow::Result<()> {
    let output = &args.output;
    let (from, to) = (input_format(&args.input), FileFormat::from_path(output));
    // The output has no macros, and Excel refuses such a file under the name of one with macros.
    if is_xlsm(output) || matches!(to, FileFormat::Ods | FileFormat::CompoundFile) {
        bail!("a spreadsheet is written as XLSX: name it with -o, ending in .xlsx");
    }
    if from != FileFormat::Text && to != FileFormat::Text && args.delimiter.is_some() {
        bail!("--delimiter is for CSV files");
    }
    if SpreadsheetKind::from_format(from).is_none() && args.sheet.is_some() {
        bail!("--sheet is for spreadsheets");
    }
    check_summary(args)?;
    if let (Some(lon), Some(crs)) = (&args.lon, args.crs)
        && crs.kind() != CrsKind::Geographic
    {
        bail!("{crs} is in metres: name its columns with --x and --y, not {lon} with --lon");
    }
    if is_standard(output) || !output.exists() {
        return Ok(());
    }
    if !is_standard(&args.input) && same_file(&args.input, output) {
        bail!(
            "{} is the input: give the output another name",
            output.display()
        );
    }
    if !args.force {
        bail!(
            "{} exists: give another name, or --force to replace it",
            output.display()
        );
    }
    if !output.is_file() {
        bail!("{} is not a file", output.display());
    }
    Ok(())
}

/// Checks the path of the summary.
fn check_summary(args: &BatchArgs) -> anyhow::Result<()> {
    let Some(summary) = &args.summary else {
        let is_book = FileFormat::from_path(&args.output) == FileFormat::Xlsx;
        if args.suppress_under.is_some() && !is_book {
            bail!("--suppress-under is for the summary: name it with --summary");
        }
        return Ok(());
    };
    if is_standard(summary) {
        bail!("--summary takes the name of a file");
    }
    // By name too: an output that does not exist yet has no canonical path.
    if summary == &args.output
        || same_file(summary, &args.output)
        || same_file(summary, &args.input)
    {
        bail!(
            "{} is the input or the output: give the summary another name",
            summary.display()
        );
    }
    if summary.exists() && !args.force {
        bail!(
            "{} exists: give another name, or --force to replace it",
            summary.display()
        );
    }
    Ok(())
}

fn same_file(one: &Path, other: &Path) -> bool {
    // A link gives one file two names.
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Answers the table into its output.
fn answer(
    settings: &Settings,
    args: &BatchArgs,
    service: &Service,
) -> anyhow::Result<BatchSummary> {
    if is_standard(&args.output) {
        return ask(settings, args, service, Output::Standard(io::stdout()));
    }
    let target = OutputFile::new(&args.output)?;
    let summary = ask(settings, args, service, Output::File(target.file()))?;
    target.keep(args.force)?;
    Ok(summary)
}

/// Runs the job that the columns named on the command line ask for.
fn ask(
    settings: &Settings,
    args: &BatchArgs,
    service: &Service,
    output: Output<'_>,
) -> anyhow::Result<BatchSummary> {
    let vintages = match (&args.vintage, args.on) {
        (Some(AskedVintages::All), _) => {
            AnswerVintages::Each(service.snapshot().known_vintages().ids())
        }
        (Some(AskedVintages::One(vintage)), _) => {
            known(&service.snapshot(), Some(*vintage))?;
            AnswerVintages::One(VintageSelector::Vintage(*vintage))
        }
        (None, Some(on)) => AnswerVintages::One(VintageSelector::InForce(on)),
        (None, None) => AnswerVintages::One(VintageSelector::today()),
    };
    let fields = FieldSelection::parse(&service.snapshot(), &args.fields.join(","))
        .map_err(BatchError::from)?;
    if let Some(id) = &args.programme {
        let job = people_job(args, service, id)?.with_fields(fields);
        return people(settings, args, service, &job, output);
    }
    let day = vintages.day();
    let names = args.zonings.join(",");
    let zonings = ZoningColumns::new(&service.snapshot(), &names, args.ring, &vintages)
        .map_err(BatchError::from)?;
    if !args.columns.is_empty() {
        let job = AddressJob {
            columns: args.columns.clone(),
            results: ResultColumn::check(),
            zones: Some(ZoneColumns {
                vintages,
                prefix: "",
                fields,
            }),
            ..AddressJob::default()
        };
        let job = ZonedJob::new(job, zonings, day);
        return transform(settings, args, service, &job, output);
    }
    let names = column_pair(args.lon.as_ref(), args.lat.as_ref())
        .or_else(|| column_pair(args.x.as_ref(), args.y.as_ref()));
    let positions = PositionColumns {
        crs: args.crs,
        names,
    };
    let job = ZoneJob {
        positions,
        vintages,
        uncertainty_m: args.uncertainty_m,
        members_only: false,
        fields,
    };
    let job = ZonedJob::new(job.for_columns(&args.columns_out), zonings, day);
    transform(settings, args, service, &job, output)
}

/// Returns two columns if both are named.
fn column_pair(first: Option<&String>, second: Option<&String>) -> Option<[String; 2]> {
    Some([first?.clone(), second?.clone()])
}

/// Returns the job that asks the programmes of these identifiers of every row.
fn people_job(args: &BatchArgs, service: &Service, ids: &str) -> anyhow::Result<PeopleJob> {
    let snapshot = service.snapshot();
    let programmes = snapshot.programmes_of(ids, false)?;
    let programmes = programmes.into_iter().cloned().collect();
    let columns = PeopleColumns {
        address: args.columns.clone(),
        birth_date: args.birth_date.clone(),
        sex: args.sex.clone(),
        school: args.school.clone(),
        check_date: args.check_date.clone(),
        declarations: args.declaration.clone(),
    };
    let on = args
        .on
        .map_or_else(VintageSelector::today, VintageSelector::InForce)
        .day();
    Ok(PeopleJob::new(programmes, columns, on).suppressing_under(args.suppress_under))
}

/// Answers for the eligibility of people, and writes the counts if they are asked for.
fn people(
    settings: &Settings,
    args: &BatchArgs,
    service: &Service,
    job: &PeopleJob,
    output: Output<'_>,
) -> anyhow::Result<BatchSummary> {
    let summary = transform(settings, args, service, job, output)?;
    if let (Some(path), Some(table)) = (&args.summary, job.summary(&summary)) {
        let target = OutputFile::new(path)?;
        target
            .file()
            .write_all(&table.to_csv())
            .with_context(|| path.display().to_string())?;
        target.keep(args.force)?;
    }
    Ok(summary)
}

/// Runs a job from the input to an output, with the added columns that are wanted.
fn transform(
    settings: &Settings,
    args: &BatchArgs,
    service: &Service,
    job: &impl Job,
    output: Output<'_>,
) -> anyhow::Result<BatchSummary> {
    if args.columns_out.is_empty() {
        return transform_table(settings, args, service, job, output);
    }
    let selected = SelectedJob::new(job, &args.columns_out).map_err(BatchError::from)?;
    transform_table(settings, args, service, &selected, output)
}

/// Runs a job from the input to an output, by the format of the input.
fn transform_table(
    settings: &Settings,
    args: &BatchArgs,
    service: &Service,
    job: &impl Job,
    output: Output<'_>,
) -> anyhow::Result<BatchSummary> {
    let snapshot = service.snapshot();
    let name = if is_standard(&args.input) {
        "standard input".to_owned()
    } else {
        args.input.display().to_string()
    };
    let (input, size) = Input::open(&args.input)?;
    let bar = bar(settings, args, size);
    let mut follow = FollowedBar {
        bar: &bar,
        // The JSON of the summary says it.
        is_quiet: settings.quiet || settings.json,
    };
    let summary = answer_table(args, &snapshot, job, input, output, &mut follow);
    // Cleared after a failure too, or the error would stand behind the bar.
    bar.finish_and_clear();
    summary.context(name)
}

/// The progress bar, and what is told before the first row is answered.
struct FollowedBar<'a> {
    bar: &'a ProgressBar,
    is_quiet: bool,
}

impl Progress for FollowedBar<'_> {
    fn done(&mut self, bytes: u64, _: u64) -> io::Result<()> {
        self.bar.inc(bytes);
        Ok(())
    }

    fn columns(&mut self, found: &BatchSummary) {
        for column in &found.unread_columns {
            self.bar
                .suspend(|| remark(self.is_quiet, &unread_remark(column)));
        }
    }
}

/// Returns a remark on a column of numbers that is not read as one of house numbers.
fn unread_remark(column: &UnreadColumn) -> String {
    let reason = match column.reason {
        UnreadReason::Order => "it counts the rows",
        UnreadReason::AddressHasNumber => "the addresses have their numbers",
        UnreadReason::OtherColumn => "another column has them",
        UnreadReason::NoHouseNumbers => "its values are none",
    };
    format!(
        "column {} is not read as house numbers: {reason} (--columns reads it all the same)",
        column.name
    )
}

/// Answers the table by the formats of both ends.
fn answer_table(
    args: &BatchArgs,
    snapshot: &Snapshot,
    job: &impl Job,
    input: Input,
    output: Output<'_>,
    progress: &mut dyn Progress,
) -> Result<BatchSummary, BatchError> {
    let (format, target) = (input_format(&args.input), output_format(args));
    let sheet = args.sheet.as_deref();
    match (SpreadsheetKind::from_format(format), input, target) {
        (None, Input::File(input), TableTarget::Parquet) if format == FileFormat::Parquet => {
            let input = TableFile::new(input).map_err(BatchError::Read)?;
            parquet::answer(snapshot, job, input, output, progress)
        }
        (None, Input::File(input), _) if format == FileFormat::Parquet => {
            conversion::from_parquet(snapshot, job, input, table_output(target, output), progress)
        }
        (Some(kind), Input::File(input), TableTarget::Xlsx) => {
            spreadsheet::answer(snapshot, job, kind, sheet, input, output, progress)
        }
        (Some(kind), Input::File(input), _) => conversion::from_spreadsheet(
            snapshot,
            job,
            ChosenBook { kind, sheet, input },
            table_output(target, output),
            progress,
        ),
        (_, input, TableTarget::Delimited(options)) => {
            delimited::answer(snapshot, job, options, input, output, progress)
        }
        (_, input, _) => {
            let options = delimited_options(args);
            conversion::from_delimited(
                snapshot,
                job,
                options,
                input,
                table_output(target, output),
                progress,
            )
        }
    }
}

fn table_output(format: TableTarget, writer: Output<'_>) -> TableOutput<Output<'_>> {
    TableOutput { format, writer }
}

fn delimited_options(args: &BatchArgs) -> DelimitedOptions {
    DelimitedOptions {
        delimiter: args.delimiter,
        encoding: args.encoding,
        ..DelimitedOptions::default()
    }
}

fn output_format(args: &BatchArgs) -> TableTarget {
    match FileFormat::from_path(&args.output) {
        FileFormat::Parquet => TableTarget::Parquet,
        FileFormat::Xlsx => TableTarget::Xlsx,
        _ => TableTarget::Delimited(delimited_options(args)),
    }
}

enum Output<'a> {
    Standard(io::Stdout),
    File(&'a File),
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(output) => output.write(bytes),
            Self::File(output) => output.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(output) => output.flush(),
            Self::File(output) => output.flush(),
        }
    }
}

impl Seek for Output<'_> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Standard(_) => Err(io::Error::other("standard output has no places to go to")),
            Self::File(output) => output.seek(position),
        }
    }
}

enum Input {
    Standard(io::Stdin),
    File(File),
}

impl Input {
    /// Opens the input; returns its size too if it is a file.
    fn open(path: &Path) -> anyhow::Result<(Self, Option<u64>)> {
        if is_standard(path) {
            return Ok((Self::Standard(io::stdin()), None));
        }
        let file = File::open(path).with_context(|| path.display().to_string())?;
        let size = file
            .metadata()
            .ok()
            // A pipe has a size of 0, which says nothing.
            .filter(fs::Metadata::is_file)
            .map(|metadata| metadata.len());
        Ok((Self::File(file), size))
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Standard(input) => input.read(buffer),
            Self::File(input) => input.read(buffer),
        }
    }
}

/// Returns the progress bar on standard error, by bytes read; hidden where it would mix with the answers.
fn bar(settings: &Settings, args: &BatchArgs, size: Option<u64>) -> ProgressBar {
    if settings.quiet || (is_standard(&args.output) && io::stdout().is_terminal()) {
        return ProgressBar::hidden();
    }
    let known = "{bar:30} {bytes} / {total_bytes}, {bytes_per_sec}, {eta} left";
    let template = if size.is_some() {
        known
    } else {
        "{spinner} {bytes}, {bytes_per_sec}"
    };
    let style = ProgressStyle::with_template(template).expect("the templates are well formed");
    size.map_or_else(ProgressBar::new_spinner, ProgressBar::new)
        .with_style(style)
}

/// Prints the summary on standard error: standard output may hold the answers.
fn show(
    settings: &Settings,
    args: &BatchArgs,
    summary: &BatchSummary,
    started: Instant,
) -> anyhow::Result<()> {
    if settings.json && !settings.quiet {
        remark(false, &serde_json::to_string_pretty(summary)?);
        return Ok(());
    }
    let seconds = started.elapsed().as_secs_f64();
    remark(
        settings.quiet,
        &describe(summary, seconds, place_word(args)),
    );
    if summary.fictional {
        // Part of the answer, quiet or not: fictional data means nothing for a real place.
        remark(false, &sentence(key::DATA_FICTIONAL, &[]));
    }
    Ok(())
}

/// Returns the unit that the numbers of an error count: a field with line breaks makes CSV rows and lines differ.
fn place_word(args: &BatchArgs) -> &'static str {
    if input_format(&args.input) == FileFormat::Text {
        "line"
    } else {
        "row"
    }
}

fn describe_encoding(text: &mut String, summary: &BatchSummary) {
    let name = match summary.encoding {
        Some("windows-1252") => "Windows-1252",
        Some("macintosh") => "Mac Roman",
        Some("ibm850") => "code page 850",
        _ => return,
    };
    let _ = write!(text, "\nin {name}, in and out");
}

/// Tells what an output of another format has no place for.
fn describe_left_out(text: &mut String, summary: &BatchSummary, place_word: &str) {
    if !summary.left_out_sheets.is_empty() {
        let names = summary.left_out_sheets.join(", ");
        let _ = write!(text, "\nsheets left out of the output: {names}");
    }
    if let (Some(row), 0) = (summary.header_row, summary.left_out_rows) {
        let _ = write!(
            text,
            "\ncolumns named in {place_word} {row}; the rows above it are copied as they are"
        );
    }
    if summary.left_out_rows > 0 {
        let rows = thousands(summary.left_out_rows);
        let _ = write!(
            text,
            "\nrows above the header left out of the output: {rows}"
        );
    }
}

fn describe(summary: &BatchSummary, seconds: f64, place_word: &str) -> String {
    let columns = summary.columns.join(", ");
    let mut text = format!("{} rows; columns read: {columns}", thousands(summary.rows));
    describe_sheets(&mut text, summary);
    describe_left_out(&mut text, summary, place_word);
    for counts in &summary.answers {
        describe_counts(&mut text, counts, place_word);
    }
    describe_encoding(&mut text, summary);
    if summary.converted_lines > 0 {
        let lines = thousands(summary.converted_lines);
        let _ = write!(
            text,
            "\n{lines} lines were not UTF-8 and were read as Windows-1252; the output is UTF-8"
        );
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate, to be read by people"
    )]
    let rate = (summary.rows as f64 / seconds.max(1e-3)) as u64;
    let _ = write!(
        text,
        "\ndataset {}\n{seconds:.1} s, {} rows/s",
        summary.dataset,
        thousands(rate)
    );
    text
}

/// Names the sheet that was read, where there are hidden ones.
fn describe_sheets(text: &mut String, summary: &BatchSummary) {
    let Some(sheet) = &summary.sheet else {
        return;
    };
    let hidden = &summary.hidden_sheets;
    if hidden.contains(sheet) {
        let _ = write!(text, "\nsheet {sheet}, which was hidden");
    } else if !hidden.is_empty() {
        // An output of another format has no place for other sheets.
        let fate = if summary.left_out_sheets.is_empty() {
            "copied and not read"
        } else {
            "not read"
        };
        let hidden = hidden.join(", ");
        let _ = write!(
            text,
            "\nsheet {sheet}; hidden sheets, {fate}: {hidden} (--sheet NAME reads one)"
        );
    }
}

fn describe_counts(text: &mut String, counts: &AnswerCounts, place_word: &str) {
    if let Some(vintage) = counts.vintage {
        let _ = write!(text, "\n{vintage}:");
    }
    let zones = counts.zones;
    let mut lines = vec![
        ("qpv", zones.qpv),
        ("band_300m", zones.band_300m),
        ("outside", zones.outside),
        ("undetermined", zones.undetermined),
    ];
    if zones.not_qpv > 0 {
        lines = vec![("qpv", zones.qpv), ("in no perimeter", zones.not_qpv)];
    }
    for (name, rows) in lines {
        let _ = write!(text, "\n{:>14}  {name}", thousands(rows));
    }
    if let Some((_, outcomes)) = counts
        .people
        .as_ref()
        .and_then(|people| people.rows(TallyGroup::All).next())
    {
        for (outcome, rows) in EligibilityOutcome::ALL.iter().zip(outcomes) {
            let _ = write!(text, "\n{:>14}  {}", thousands(*rows), outcome.name());
        }
    }
    for (code, count) in &counts.doubts {
        describe_rows(text, &format!("undetermined for {code}"), count, place_word);
    }
    for (code, count) in &counts.errors {
        describe_rows(text, &format!("error {code}"), count, place_word);
    }
}

fn describe_rows(text: &mut String, what: &str, count: &RowCount, place_word: &str) {
    let first: Vec<String> = count.first.iter().map(ToString::to_string).collect();
    let more = if count.rows > first.len() as u64 {
        "…"
    } else {
        ""
    };
    let _ = write!(
        text,
        "\n{:>14}  {what}: {place_word} {}{more}",
        thousands(count.rows),
        first.join(", ")
    );
}

/// The vintages asked: one, or each that there is.
#[derive(Debug, Clone)]
pub enum AskedVintages {
    /// This one.
    One(Vintage),
    /// Each that is known.
    All,
}

fn vintages(text: &str) -> Result<AskedVintages, String> {
    match text {
        // `both` is from when there were two.
        "all" | "both" => Ok(AskedVintages::All),
        _ => text
            .parse()
            .map(AskedVintages::One)
            .map_err(|_| "expected a year, such as 2024, or all".into()),
    }
}

fn declaration_column(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, column)) if !name.is_empty() && !column.is_empty() => {
            Ok((name.into(), column.into()))
        }
        _ => Err("expected NAME=COLUMN, or NAME=- for no such column".into()),
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        _ if matches!(text, "tab" | "\\t") => Ok(b'\t'),
        // Those left out stand in numbers and texts: none is a delimiter.
        &[byte] if byte == b'\t' || byte.is_ascii_punctuation() && !b"\"'.-+".contains(&byte) => {
            Ok(byte)
        }
        _ => Err("expected one character such as , ; | or the word tab".into()),
    }
}
