//! `qpv batch`: files, the progress bar and the summary. What is done with the rows is `qpv_service::batch`.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use qpv_delimited::FileFormat;
use qpv_french::{key, sentence};
use qpv_service::batch::{
    self, Addresses, AnswerCounts, AskedZones, ColumnsError, CsvOptions, Group, Job, People,
    PeopleColumns, PositionColumns, ResultColumn, RowCount, SheetKind, Summary, Vintages, Zones,
};
use qpv_service::programmes::{EligibilityOutcome as Outcomes, ProgrammeSubject};
use qpv_service::{Service, VintageSelector};
use tempfile::NamedTempFile;

use crate::args::{BatchArgs, Settings};
use crate::output::{Outcome, remark, report_error, thousands};
use crate::serve::stop_signal;

pub fn run(settings: &Settings, args: &BatchArgs) -> anyhow::Result<Outcome> {
    if let Err(fault) = check_paths(args) {
        return Ok(wrong_usage(&fault));
    }
    let service = settings.service(args.dataset.as_deref())?;
    if let Some(Err(fault)) = args
        .programme
        .as_deref()
        .map(|id| check_programme(&service, id))
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
        Err(error) => match error.downcast_ref::<batch::Error>() {
            Some(fault) if fault.is_usage() => {
                let outcome = wrong_usage(&error);
                if let Some(advice) = advice(fault).filter(|_| args.programme.is_none()) {
                    remark(false, advice);
                }
                Ok(outcome)
            }
            _ => Err(error),
        },
    }
}

/// Whether a list can be asked of a programme.
fn check_programme(service: &Service, id: &str) -> anyhow::Result<()> {
    if service.snapshot().programme(id)?.subject == ProgrammeSubject::Building {
        bail!("{id} is asked of buildings, not of lists of addresses");
    }
    Ok(())
}

/// Which options would help.
fn advice(fault: &batch::Error) -> Option<&'static str> {
    match fault {
        batch::Error::Columns(ColumnsError::NotFound { .. }) => Some(
            "Name them with --lon COLUMN --lat COLUMN, with --crs EPSG:2154 --x COLUMN --y COLUMN for metres, or with \
            --columns COLUMN,… for addresses.",
        ),
        batch::Error::Columns(ColumnsError::CrsNeeded { .. }) => {
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

fn is_spreadsheet(path: &Path) -> bool {
    SheetKind::from_format(FileFormat::from_path(path)).is_some()
}

/// A book with macros, which is read but not written.
fn is_xlsm(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("xlsm"))
}

/// What can be known to be wrong before anything is read.
fn check_paths(args: &BatchArgs) -> anyhow::Result<()> {
    let output = &args.output;
    let (from, to) = (
        FileFormat::from_path(&args.input),
        FileFormat::from_path(output),
    );
    match (from, to) {
        (FileFormat::Text, FileFormat::Text) | (FileFormat::Parquet, FileFormat::Parquet) => {}
        (FileFormat::Xlsx | FileFormat::Ods, FileFormat::Xlsx) if !is_xlsm(output) => {}
        (FileFormat::Text, _) => bail!("a CSV input gives a CSV output: name it so with -o"),
        (FileFormat::Parquet, _) => {
            bail!("a Parquet input gives a Parquet output: name it with -o, ending in .parquet")
        }
        _ => {
            bail!("a spreadsheet gives an XLSX output: name it with -o, ending in .xlsx")
        }
    }
    if from != FileFormat::Text && args.delimiter.is_some() {
        bail!("--delimiter is for CSV files");
    }
    if !is_spreadsheet(&args.input) && args.sheet.is_some() {
        bail!("--sheet is for spreadsheets");
    }
    check_summary(args)?;
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

/// The same for the summary.
fn check_summary(args: &BatchArgs) -> anyhow::Result<()> {
    let Some(summary) = &args.summary else {
        if args.suppress_under.is_some() && !is_spreadsheet(&args.input) {
            bail!("--suppress-under is for the summary: name it with --summary");
        }
        return Ok(());
    };
    if is_standard(summary) {
        bail!("--summary takes the name of a file");
    }
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
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Reads, answers, writes.
fn answer(settings: &Settings, args: &BatchArgs, service: &Service) -> anyhow::Result<Summary> {
    if is_standard(&args.output) {
        return ask(settings, args, service, Output::Standard(io::stdout()));
    }
    let target = Target::beside(&args.output)?;
    let summary = ask(settings, args, service, Output::File(target.file()))?;
    target.keep(args.force)?;
    Ok(summary)
}

/// What the columns named on the command line ask for.
fn ask(
    settings: &Settings,
    args: &BatchArgs,
    service: &Service,
    output: Output<'_>,
) -> anyhow::Result<Summary> {
    let vintages = match (args.vintage, args.on) {
        (Some(vintages), _) => vintages,
        (None, Some(on)) => Vintages::One(VintageSelector::InForce(on)),
        (None, None) => Vintages::One(VintageSelector::today()),
    };
    if let Some(id) = &args.programme {
        return people(settings, args, service, id, output);
    }
    if !args.columns.is_empty() {
        let job = Addresses {
            columns: args.columns.clone(),
            results: ResultColumn::check(),
            zones: Some(AskedZones {
                vintages,
                prefix: "",
            }),
            ..Addresses::default()
        };
        return transform(settings, args, service, &job, output);
    }
    let named = |one: &Option<String>, other: &Option<String>| Some([one.clone()?, other.clone()?]);
    let names = named(&args.lon, &args.lat).or_else(|| named(&args.x, &args.y));
    let positions = PositionColumns {
        crs: args.crs,
        names,
    };
    transform(
        settings,
        args,
        service,
        &Zones {
            positions,
            vintages,
            uncertainty_m: args.uncertainty_m,
        },
        output,
    )
}

/// Whether the people of the list are eligible, and the counts of the list.
fn people(
    settings: &Settings,
    args: &BatchArgs,
    service: &Service,
    id: &str,
    output: Output<'_>,
) -> anyhow::Result<Summary> {
    let programme = service.snapshot().programme(id)?.clone();
    let columns = PeopleColumns {
        address: args.columns.clone(),
        birth_date: args.birth_date.clone(),
        sex: args.sex.clone(),
        school: args.school.clone(),
        check_date: args.check_date.clone(),
    };
    let on = args
        .on
        .map_or_else(VintageSelector::today, VintageSelector::InForce)
        .day();
    let job = People::new(programme, columns, on).suppressing_under(args.suppress_under);
    let summary = transform(settings, args, service, &job, output)?;
    if let (Some(path), Some(table)) = (&args.summary, job.summary(&summary)) {
        let target = Target::beside(path)?;
        target
            .file()
            .write_all(&table.to_csv())
            .with_context(|| path.display().to_string())?;
        target.keep(args.force)?;
    }
    Ok(summary)
}

/// From the input to an output, by the format of the input.
fn transform(
    settings: &Settings,
    args: &BatchArgs,
    service: &Service,
    job: &impl Job,
    output: Output<'_>,
) -> anyhow::Result<Summary> {
    let snapshot = service.snapshot();
    let name = if is_standard(&args.input) {
        "standard input".to_owned()
    } else {
        args.input.display().to_string()
    };
    let (input, size) = Input::open(&args.input)?;
    let bar = bar(settings, args, size);
    let mut progress = |bytes| bar.inc(bytes);
    let format = FileFormat::from_path(&args.input);
    let summary = match (SheetKind::from_format(format), input, output) {
        (None, Input::File(input), output) if format == FileFormat::Parquet => {
            batch::parquet(&snapshot, job, input, output, &mut progress)
        }
        (Some(kind), Input::File(input), Output::File(output)) => batch::sheet(
            &snapshot,
            job,
            kind,
            args.sheet.as_deref(),
            input,
            output,
            &mut progress,
        ),
        (_, input, output) => {
            let options = CsvOptions {
                delimiter: args.delimiter,
                encoding: args.encoding,
                ..CsvOptions::default()
            };
            batch::csv(&snapshot, job, options, input, output, &mut progress)
        }
    };
    bar.finish_and_clear();
    summary.context(name)
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

enum Input {
    Standard(io::Stdin),
    File(File),
}

impl Input {
    /// The input, and its size if it is a file.
    fn open(path: &Path) -> anyhow::Result<(Self, Option<u64>)> {
        if is_standard(path) {
            return Ok((Self::Standard(io::stdin()), None));
        }
        let file = File::open(path).with_context(|| path.display().to_string())?;
        let size = file
            .metadata()
            .ok()
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

/// Progress on standard error, by bytes read; hidden where it would mix with the answers.
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

/// An output that takes its name only when it is complete. Whatever stops the program but SIGKILL removes it.
pub struct Target {
    part: NamedTempFile,
    path: PathBuf,
}

impl Target {
    pub fn beside(path: &Path) -> anyhow::Result<Self> {
        use std::os::unix::fs::PermissionsExt;
        // A link stays one: what it leads to is written.
        let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if path.exists() && !path.is_file() {
            anyhow::bail!(
                "{} is no regular file: name another to write",
                path.display()
            );
        }
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let mut prefix = OsString::from(".");
        prefix.push(
            path.file_name()
                .with_context(|| format!("{} is no file name", path.display()))?,
        );
        let part = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(".part")
            // What any new file gets: the system takes the user's mask off.
            .permissions(fs::Permissions::from_mode(0o666))
            .tempfile_in(folder)
            .with_context(|| format!("writing beside {}", path.display()))?;
        remove_when_stopped(part.path().to_owned())?;
        Ok(Self {
            part,
            path: path.to_owned(),
        })
    }

    pub fn file(&self) -> &File {
        self.part.as_file()
    }

    pub fn keep(self, force: bool) -> anyhow::Result<()> {
        let name = || self.path.display().to_string();
        self.part.as_file().sync_all().with_context(name)?;
        let kept = if force {
            self.part.persist(&self.path)
        } else {
            self.part.persist_noclobber(&self.path)
        };
        kept.map(|_| ())
            .map_err(|fault| fault.error)
            .with_context(name)
    }
}

/// Removes the unfinished output and ends the program on Ctrl-C or SIGTERM.
fn remove_when_stopped(part: PathBuf) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("listening to signals")?;
    let stop = {
        let _entered = runtime.enter();
        stop_signal()?
    };
    std::thread::spawn(move || {
        runtime.block_on(stop);
        let _ = fs::remove_file(part);
        remark(false, "qpv: stopped; nothing was written");
        std::process::exit(1);
    });
    Ok(())
}

/// The summary, on standard error: standard output may be the answers.
fn show(
    settings: &Settings,
    args: &BatchArgs,
    summary: &Summary,
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
        // Part of the answer, quiet or not: it means nothing for a real place.
        remark(false, &sentence(key::DATA_FICTIONAL, &[]));
    }
    Ok(())
}

/// What the numbers of an error count.
fn place_word(args: &BatchArgs) -> &'static str {
    if FileFormat::from_path(&args.input) == FileFormat::Text {
        "line"
    } else {
        "row"
    }
}

fn describe(summary: &Summary, seconds: f64, place_word: &str) -> String {
    let columns = summary.columns.join(", ");
    let mut text = format!("{} rows; columns read: {columns}", thousands(summary.rows));
    for counts in &summary.answers {
        describe_counts(&mut text, counts, place_word);
    }
    if summary.encoding == Some("windows-1252") {
        text.push_str("\nin Windows-1252, in and out");
    }
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

fn describe_counts(text: &mut String, counts: &AnswerCounts, place_word: &str) {
    if let Some(vintage) = counts.vintage {
        let _ = write!(text, "\n{vintage}:");
    }
    let zones = counts.zones;
    for (name, rows) in [
        ("qpv", zones.qpv),
        ("band_300m", zones.band_300m),
        ("outside", zones.outside),
        ("undetermined", zones.undetermined),
    ] {
        let _ = write!(text, "\n{:>14}  {name}", thousands(rows));
    }
    if let Some((_, outcomes)) = counts
        .people
        .as_ref()
        .and_then(|people| people.rows(Group::All).next())
    {
        for (outcome, rows) in Outcomes::ALL.iter().zip(outcomes) {
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
