//! `qpv batch`: files, the progress bar and the summary. What is done with the rows is `qpv_service::batch`.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use qpv_service::batch::{self, AnswerCounts, CsvOptions, Options, PositionColumns, Summary, Vintages};
use qpv_service::{Choice, Service, wording};
use tempfile::NamedTempFile;

use crate::args::{BatchArgs, Settings};
use crate::output::{Outcome, remark, report_error, thousands};
use crate::serve::stop_signal;

pub fn run(settings: &Settings, args: &BatchArgs) -> anyhow::Result<Outcome> {
    if let Err(fault) = check_paths(args) {
        return Ok(wrong_usage(&fault));
    }
    let store = settings.store();
    let service = match &args.dataset {
        Some(digest) => Service::open_dataset(store, digest)?,
        None => Service::open(store)?,
    };
    let started = Instant::now();
    match answer(settings, args, &service) {
        Ok(summary) => {
            show(settings, args, &summary, started)?;
            Ok(if summary.all_determined() { Outcome::Done } else { Outcome::Undetermined })
        }
        Err(error) => match error.downcast_ref::<batch::Error>() {
            Some(fault) if fault.is_usage() => Ok(wrong_usage(&error)),
            _ => Err(error),
        },
    }
}

fn wrong_usage(fault: &anyhow::Error) -> Outcome {
    report_error(fault);
    Outcome::WrongUsage
}

fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// By its name: tables in another format are read as delimited text, which says so if they are not.
fn is_parquet(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"))
}

/// What can be known to be wrong before anything is read.
fn check_paths(args: &BatchArgs) -> anyhow::Result<()> {
    let output = &args.output;
    match (is_parquet(&args.input), is_parquet(output)) {
        (true, false) => bail!("a Parquet input gives a Parquet output: name it with -o, ending in .parquet"),
        (false, true) => bail!("a CSV input gives a CSV output: the name of the output must not end in .parquet"),
        (true, true) if args.delimiter.is_some() => bail!("--delimiter is for CSV files"),
        _ => {}
    }
    if is_standard(output) || !output.exists() {
        return Ok(());
    }
    if !is_standard(&args.input) && same_file(&args.input, output) {
        bail!("{} is the input: give the output another name", output.display());
    }
    if !args.force {
        bail!("{} exists: give another name, or --force to replace it", output.display());
    }
    if !output.is_file() {
        bail!("{} is not a file", output.display());
    }
    Ok(())
}

fn same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Reads, answers, writes.
fn answer(settings: &Settings, args: &BatchArgs, service: &Service) -> anyhow::Result<Summary> {
    if is_standard(&args.output) {
        return transform(settings, args, service, io::stdout());
    }
    let target = Target::beside(&args.output)?;
    let summary = transform(settings, args, service, target.file())?;
    target.keep(args.force)?;
    Ok(summary)
}

/// From the input to an output, by the format of the input.
fn transform(
    settings: &Settings,
    args: &BatchArgs,
    service: &Service,
    output: impl Write + Send,
) -> anyhow::Result<Summary> {
    let (options, snapshot) = (options(args), service.snapshot());
    let name = if is_standard(&args.input) { "standard input".to_owned() } else { args.input.display().to_string() };
    let summary = if is_parquet(&args.input) {
        let file = File::open(&args.input).with_context(|| name.clone())?;
        let bar = bar(settings, args, file.metadata().ok().map(|metadata| metadata.len()));
        let summary = batch::parquet(&snapshot, &options, file, output, &mut |bytes| bar.inc(bytes));
        bar.finish_and_clear();
        summary
    } else {
        let dialect = CsvOptions { delimiter: args.delimiter, encoding: args.encoding };
        let (input, size) = open_input(&args.input)?;
        let bar = bar(settings, args, size);
        let summary = batch::csv(&snapshot, &options, dialect, input, output, &mut |bytes| bar.inc(bytes));
        bar.finish_and_clear();
        summary
    };
    summary.context(name)
}

fn options(args: &BatchArgs) -> Options {
    let named = |one: &Option<String>, other: &Option<String>| Some([one.clone()?, other.clone()?]);
    let vintages = match (args.vintage, args.on) {
        (Some(vintages), _) => vintages,
        (None, Some(on)) => Vintages::One(Choice::InForce(on)),
        (None, None) => Vintages::One(Choice::today()),
    };
    let names = named(&args.lon, &args.lat).or_else(|| named(&args.x, &args.y));
    Options { positions: PositionColumns { crs: args.crs, names }, vintages, uncertainty_m: args.uncertainty_m }
}

/// The input, and its size if it is a file.
fn open_input(path: &Path) -> anyhow::Result<(Box<dyn Read>, Option<u64>)> {
    if is_standard(path) {
        return Ok((Box::new(io::stdin().lock()), None));
    }
    let file = File::open(path).with_context(|| path.display().to_string())?;
    let size = file.metadata().ok().filter(fs::Metadata::is_file).map(|metadata| metadata.len());
    Ok((Box::new(file), size))
}

/// Progress on standard error, by bytes read; hidden where it would mix with the answers.
fn bar(settings: &Settings, args: &BatchArgs, size: Option<u64>) -> ProgressBar {
    if settings.quiet || (is_standard(&args.output) && io::stdout().is_terminal()) {
        return ProgressBar::hidden();
    }
    let known = "{bar:30} {bytes} / {total_bytes}, {bytes_per_sec}, {eta} left";
    let template = if size.is_some() { known } else { "{spinner} {bytes}, {bytes_per_sec}" };
    let style = ProgressStyle::with_template(template).expect("the templates are well formed");
    size.map_or_else(ProgressBar::new_spinner, ProgressBar::new).with_style(style)
}

/// An output that takes its name only when it is complete. Whatever stops the program but SIGKILL removes it.
struct Target {
    part: NamedTempFile,
    path: PathBuf,
}

impl Target {
    fn beside(path: &Path) -> anyhow::Result<Self> {
        use std::os::unix::fs::PermissionsExt;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut prefix = OsString::from(".");
        prefix.push(path.file_name().with_context(|| format!("{} is no file name", path.display()))?);
        let part = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(".part")
            // What any new file gets: the system takes the user's mask off.
            .permissions(fs::Permissions::from_mode(0o666))
            .tempfile_in(folder)
            .with_context(|| format!("writing beside {}", path.display()))?;
        remove_when_stopped(part.path().to_owned())?;
        Ok(Self { part, path: path.to_owned() })
    }

    fn file(&self) -> &File {
        self.part.as_file()
    }

    fn keep(self, force: bool) -> anyhow::Result<()> {
        let name = || self.path.display().to_string();
        self.part.as_file().sync_all().with_context(name)?;
        let kept = if force { self.part.persist(&self.path) } else { self.part.persist_noclobber(&self.path) };
        kept.map(|_| ()).map_err(|fault| fault.error).with_context(name)
    }
}

/// Removes the unfinished output and ends the program on Ctrl-C or SIGTERM.
fn remove_when_stopped(part: PathBuf) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("listening to signals")?;
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
fn show(settings: &Settings, args: &BatchArgs, summary: &Summary, started: Instant) -> anyhow::Result<()> {
    if settings.json && !settings.quiet {
        remark(false, &serde_json::to_string_pretty(summary)?);
        return Ok(());
    }
    let seconds = started.elapsed().as_secs_f64();
    remark(settings.quiet, &describe(summary, seconds, place_word(args)));
    if summary.fictional {
        // Part of the answer, quiet or not: it means nothing for a real place.
        remark(false, &wording::say("data.fictional", &[]));
    }
    Ok(())
}

/// What the numbers of an error count.
fn place_word(args: &BatchArgs) -> &'static str {
    if is_parquet(&args.input) { "row" } else { "line" }
}

fn describe(summary: &Summary, seconds: f64, place_word: &str) -> String {
    let [first, second] = &summary.position_columns;
    let mut text = format!("{} rows, positions from columns {first} and {second}", thousands(summary.rows));
    for counts in &summary.answers {
        describe_counts(&mut text, counts, place_word);
    }
    if summary.windows_1252_lines > 0 {
        let lines = thousands(summary.windows_1252_lines);
        let _ = write!(text, "\n{lines} lines were not UTF-8 and were read as Windows-1252; the output is UTF-8");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate, to be read by people")]
    let rate = (summary.rows as f64 / seconds.max(1e-3)) as u64;
    let _ = write!(text, "\ndataset {}\n{seconds:.1} s, {} rows/s", summary.dataset, thousands(rate));
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
    for (code, count) in &counts.errors {
        let first: Vec<String> = count.first.iter().map(ToString::to_string).collect();
        let more = if count.rows > first.len() as u64 { "…" } else { "" };
        let _ = write!(text, "\n{:>14}  error {code}: {place_word} {}{more}", thousands(count.rows), first.join(", "));
    }
}
