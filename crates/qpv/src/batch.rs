//! `qpv batch`: files, the progress bar and the summary. The rows are answered by `qpv_batch`.

use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, anyhow, bail};
use clap::Args;
use qpv_batch::{
    AddressJob, AnswerCounts, AnswerVintages, BatchError, BatchSummary, ColumnTitles, ColumnsError,
    Job, PeopleColumns, PeopleJob, PositionColumns, ResultColumn, ReviewColumns, ReviewedJob,
    TallyGroup, ZoneColumns, ZoneJob, ZonedJob, ZoningColumns,
};
use qpv_french::{key, sentence};
use qpv_service::model::{Crs, CrsKind, Vintage};
use qpv_service::programmes::{EligibilityOutcome, ProgrammeSubject};
use qpv_service::{FieldSelection, Service, VintageSelector, check_ring};

use crate::args::{DefaultPlaceArgs, Settings, known};
use crate::output::{Outcome, remark, report_error, thousands};
use crate::output_file::OutputFile;
use crate::people_options::PeopleOptions;
use crate::table::{Output, TableOptions, TableTask, is_standard, same_file, written_book};
use crate::table_summary::{describe, describe_faults, describe_rows, place_word};

/// The help after the options.
pub const AFTER_HELP: &str = "\
Columns added: zone (qpv, band_300m, outside, undetermined), code_qp, lib_qp, distance_to_boundary_m, nearest_code_qp, \
certainty, vintage, error, leaning and leaning_probability (the zone that an undetermined position leans to, and the \
measured share of such positions that lie there). A row that has no answer says why in `error`; it is never left out. For addresses \
(--columns), latitude, longitude, result_label, result_score and others come before them, and `doubt` instead of \
`error` says why a zone is undetermined. When the input already has one of these names, the added ones all end with _qpv.

With --programme, the columns added are result (eligible, outside_rule_possible, undetermined, not_eligible), resultat, \
motifs, a_completer, age, verifie_au, result_label, result_score, zone, code_qp, lib_qp, distance_to_boundary_m, \
certainty, vintage, doubt, error, leaning, leaning_probability, then the indicators of --fields. Of several programmes, the first four begin with the id of each \
(pre-flers_result), and a_corriger says once which fields cannot be read. For one, a spreadsheet gets a second sheet with counts by neighbourhood, age, sex and school.

An XLSX or ODS book comes back as it was, with these columns right of the list, under French titles (--headers api for the names \
above). XLS gives a new XLSX book.

A list with a column of reviews (revue_zone, review_zone, zone constatée…) gets review_status, zone_after_review and revue \
(what was done, in French) behind all these, and with --programme result_after_review and resultat_apres_revue: a review \
settles an undetermined row beside its answer, and never instead of it.

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
#[command(mut_group("PeopleOptions", |group| group.requires("programme")))]
pub struct BatchArgs {
    /// Delimited text (CSV) with a header, a spreadsheet (XLSX, ODS, XLS), Parquet, or `-` for CSV on standard input
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// Where the answers go, in the format of its name (.xlsx, .ods of an ODS list, .parquet, else CSV), `-` for CSV on standard output; a file
    /// appears when it is complete
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    pub output: PathBuf,
    /// Columns that make up an address, in order, a comma between them: each row's zone is then that of its address
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS", conflicts_with_all = ["lon", "lat", "crs", "uncertainty_m"])]
    pub columns: Vec<String>,
    #[command(flatten)]
    pub default_place: DefaultPlaceArgs,
    /// Whether each row's person is eligible to this programme, e.g. pre-national: by address, birth date and school;
    /// several with a comma between them, or `*` for all, whose columns then begin with their ids
    #[arg(long, value_name = "ID", conflicts_with_all = ["lon", "lat", "crs", "x", "y", "uncertainty_m", "vintage"])]
    pub programme: Option<String>,
    /// Column of the sex, for the counts [default: recognised: sexe]
    #[arg(long, requires = "programme", value_name = "COLUMN")]
    pub sex: Option<String>,
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
    /// Column of the zone that a review found, `-` if none is read [default: recognised: `revue_zone`, `review_zone`, zone
    /// constatée…]
    #[arg(long, value_name = "COLUMN")]
    pub review_zone: Option<String>,
    /// Column of the evidence of a review [default: recognised: `revue_motif`, `review_reason`…]
    #[arg(long, value_name = "COLUMN")]
    pub review_reason: Option<String>,
    /// Column of the function of whoever reviewed [default: recognised: `revue_fonction`, `review_function`…]
    #[arg(long, value_name = "COLUMN")]
    pub review_by: Option<String>,
    /// Write only these of the added columns, in this order, a comma between them: `code_qp`, `lib_qp` and `vintage`
    /// alone need no distance, and take less time
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    pub columns_out: Vec<String>,
    /// Titles of the added columns: `fr` for people, `api` for programs, the names of the API [default: fr in a spreadsheet,
    /// api elsewhere]
    #[arg(long, value_name = "fr|api")]
    pub headers: Option<ColumnTitles>,
    #[command(flatten)]
    pub people: PeopleOptions,
    #[command(flatten)]
    pub table: TableOptions,
}

impl BatchArgs {
    /// Returns the titles of added columns: a spreadsheet is opened by people.
    fn titles(&self) -> ColumnTitles {
        let is_book = written_book(&self.output).is_some();
        self.headers.unwrap_or(if is_book {
            ColumnTitles::French
        } else {
            ColumnTitles::Api
        })
    }

    fn task(&self) -> TableTask<'_> {
        TableTask {
            input: &self.input,
            output: Some(&self.output),
            options: &self.table,
            columns_out: &self.columns_out,
            wants_places: asks_addresses(self) && self.default_place.place().is_empty(),
        }
    }
}

/// Returns whether the rows are addresses.
fn asks_addresses(args: &BatchArgs) -> bool {
    args.programme.is_some() || !args.columns.is_empty()
}

/// Answers the table and prints the summary.
pub fn run(settings: &Settings, args: &BatchArgs) -> anyhow::Result<Outcome> {
    // Before a dataset is opened, so that a slip in a name costs no wait.
    let ring = check_ring(args.ring).map_err(|fault| anyhow!("--ring: {fault}"));
    let task = args.task();
    if let Err(fault) = check_options(args, &task).and(ring) {
        return Ok(wrong_usage(&fault));
    }
    let service = settings.service(args.table.dataset.as_deref())?;
    if let Some(Err(fault)) = args
        .programme
        .as_deref()
        .map(|ids| check_programmes(&service, ids, args))
    {
        return Ok(wrong_usage(&fault));
    }
    let started = Instant::now();
    match task.write(|output| ask(settings, args, &service, output)) {
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
        BatchError::Columns(ColumnsError::NotFound { .. } | ColumnsError::NotOnSheet { .. }) => {
            Some(
                "Name them with --lon COLUMN --lat COLUMN, with --crs EPSG:2154 --x COLUMN --y COLUMN for metres, or with \
            --columns COLUMN,… for addresses.",
            )
        }
        BatchError::Columns(ColumnsError::CrsNeeded { .. }) => {
            Some("Add it, e.g. --crs EPSG:2154.")
        }
        _ => None,
    }
}

/// Reports a fault of the command line, or of the file it names.
pub fn wrong_usage(fault: &anyhow::Error) -> Outcome {
    report_error(fault);
    Outcome::WrongUsage
}

/// Checks the paths and the options that depend on them, before anything is read.
fn check_options(args: &BatchArgs, task: &TableTask<'_>) -> anyhow::Result<()> {
    check_summary(args)?;
    if !asks_addresses(args) && !args.default_place.place().is_empty() {
        bail!(
            "--default-postcode and --default-citycode are for addresses: name their columns with --columns"
        );
    }
    if let (Some(lon), Some(crs)) = (&args.lon, args.crs)
        && crs.kind() != CrsKind::Geographic
    {
        bail!("{crs} is in metres: name its columns with --x and --y, not {lon} with --lon");
    }
    task.check()
}

/// Checks the path of the summary.
fn check_summary(args: &BatchArgs) -> anyhow::Result<()> {
    let Some(summary) = &args.summary else {
        let is_book = written_book(&args.output).is_some();
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
    if summary.exists() && !args.table.force {
        bail!(
            "{} exists: give another name, or --force to replace it",
            summary.display()
        );
    }
    Ok(())
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
        let job = reviewed(args, people_job(args, service, id)?.with_fields(fields));
        return people(settings, args, service, &job, output);
    }
    let day = vintages.day();
    let names = args.zonings.join(",");
    let zonings = ZoningColumns::new(&service.snapshot(), &names, args.ring, &vintages)
        .map_err(BatchError::from)?;
    if !args.columns.is_empty() {
        let job = AddressJob {
            columns: args.columns.clone(),
            default_place: args.default_place.place(),
            results: ResultColumn::check(),
            zones: Some(ZoneColumns {
                vintages,
                prefix: "",
                fields,
            }),
            ..AddressJob::default()
        };
        let job = reviewed(args, ZonedJob::new(job, zonings, day));
        return args
            .task()
            .transform(settings, &service.snapshot(), &job, output);
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
    let job = reviewed(args, job);
    args.task()
        .transform(settings, &service.snapshot(), &job, output)
}

/// Returns a job that reads the reviews of its rows.
fn reviewed<J: Job>(args: &BatchArgs, job: J) -> ReviewedJob<J> {
    let columns = ReviewColumns {
        zone: args.review_zone.clone(),
        reason: args.review_reason.clone(),
        by: args.review_by.clone(),
    };
    // Columns are named before the list is opened.
    ReviewedJob::new(job, columns)
        .with_titles(args.titles())
        .always_added(!args.columns_out.is_empty())
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
        sex: args.sex.clone(),
        ..args.people.columns(&args.columns)
    };
    let on = args
        .on
        .map_or_else(VintageSelector::today, VintageSelector::InForce)
        .day();
    Ok(PeopleJob::new(programmes, columns, on)
        .suppressing_under(args.suppress_under)
        .with_default_place(args.default_place.place()))
}

/// Answers for the eligibility of people, and writes the counts if they are asked for.
fn people(
    settings: &Settings,
    args: &BatchArgs,
    service: &Service,
    job: &ReviewedJob<PeopleJob>,
    output: Output<'_>,
) -> anyhow::Result<BatchSummary> {
    let summary = args
        .task()
        .transform(settings, &service.snapshot(), job, output)?;
    if let (Some(path), Some(table)) = (&args.summary, job.summary(&summary)) {
        let target = OutputFile::new(path)?;
        target
            .file()
            .write_all(&table.to_csv())
            .with_context(|| path.display().to_string())?;
        target.keep(args.table.force)?;
    }
    Ok(summary)
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
    let place_word = place_word(&args.input);
    let described = describe(summary, started.elapsed(), place_word, describe_counts);
    remark(settings.quiet, &described);
    if summary.fictional {
        // Part of the answer, quiet or not: fictional data means nothing for a real place.
        remark(false, &sentence(key::DATA_FICTIONAL, &[]));
    }
    Ok(())
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
    describe_faults(text, counts, place_word);
    describe_reviews(text, counts, place_word);
}

/// Adds the rows that reviews settle, and those whose review is not taken.
fn describe_reviews(text: &mut String, counts: &AnswerCounts, place_word: &str) {
    if let Some(reviewed) = counts.reviewed {
        for (name, rows) in [
            ("qpv", reviewed.qpv),
            ("band_300m", reviewed.band_300m),
            ("outside", reviewed.outside),
        ] {
            if rows > 0 {
                let _ = write!(
                    text,
                    "\n{:>14}  of the undetermined are {name} by their review",
                    thousands(rows)
                );
            }
        }
    }
    for (status, count) in &counts.reviews_not_taken {
        describe_rows(text, &format!("review {status}"), count, place_word);
    }
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
