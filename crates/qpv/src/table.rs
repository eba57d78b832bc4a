//! Tables that commands answer row by row: their files and formats, the progress bar.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use qpv_batch::conversion;
use qpv_batch::parquet::TableFile;
use qpv_batch::spreadsheet::{BookOutput, ChosenBook};
use qpv_batch::{
    BatchError, BatchSummary, DelimitedOptions, Encoding, Job, Progress, SelectedJob,
    SpreadsheetKind, TableOutput, TableTarget, UnreadColumn, UnreadReason, delimited, holds_places,
    parquet, spreadsheet,
};
use qpv_delimited::{FileFormat, SNIFFED_BYTES};
use qpv_service::Snapshot;

use crate::args::Settings;
use crate::output::remark;
use crate::output_file::OutputFile;

/// Options on how a table is read and written.
#[derive(Debug, Args)]
pub struct TableOptions {
    /// Replace an output that exists
    #[arg(long, short)]
    pub force: bool,
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
    /// Answer from this dataset (its digest, or the beginning of it)
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
}

impl TableOptions {
    fn delimited(&self) -> DelimitedOptions {
        DelimitedOptions {
            delimiter: self.delimiter,
            encoding: self.encoding,
            ..DelimitedOptions::default()
        }
    }
}

/// A table to answer.
pub struct TableTask<'a> {
    /// The file it is read from, `-` for standard input.
    pub input: &'a Path,
    /// The file that answers go to, `-` for standard output; `None` when only counts are wanted.
    pub output: Option<&'a Path>,
    /// The options on how both are read and written.
    pub options: &'a TableOptions,
    /// The added columns that are written; all without any.
    pub columns_out: &'a [String],
    /// True when rows without a commune would have no place.
    pub wants_places: bool,
}

impl TableTask<'_> {
    /// Checks the paths and the options that depend on them, before anything is read.
    pub fn check(&self) -> anyhow::Result<()> {
        let from = input_format(self.input);
        if SpreadsheetKind::from_format(from).is_none() && self.options.sheet.is_some() {
            bail!("--sheet is for spreadsheets");
        }
        let Some(output) = self.output else {
            return Ok(());
        };
        let to = FileFormat::from_path(output);
        // The output has no macros, and Excel refuses such a file under the name of one with macros.
        if is_xlsm(output) || to == FileFormat::CompoundFile {
            bail!("a spreadsheet is written as XLSX: name it with -o, ending in .xlsx");
        }
        // Such a list comes back in its own book, and no other ODS book is written.
        if to == FileFormat::Ods && SpreadsheetKind::from_format(from) != Some(SpreadsheetKind::Ods)
        {
            bail!(
                "only an ODS list is written as ODS, others as XLSX: name it with -o, ending in .xlsx"
            );
        }
        if from != FileFormat::Text && to != FileFormat::Text && self.options.delimiter.is_some() {
            bail!("--delimiter is for CSV files");
        }
        if is_standard(output) || !output.exists() {
            return Ok(());
        }
        if !is_standard(self.input) && same_file(self.input, output) {
            bail!(
                "{} is the input: give the output another name",
                output.display()
            );
        }
        if !self.options.force {
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

    /// Opens the output and has it written; a file appears when it is complete.
    pub fn write<T>(
        &self,
        write: impl FnOnce(Output<'_>) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let Some(output) = self.output else {
            return write(Output::Nowhere);
        };
        if is_standard(output) {
            return write(Output::Standard(io::stdout()));
        }
        let target = OutputFile::new(output)?;
        let written = write(Output::File(target.file()))?;
        target.keep(self.options.force)?;
        Ok(written)
    }

    /// Runs a job from the input to an output, with the added columns that are wanted.
    pub fn transform(
        &self,
        settings: &Settings,
        snapshot: &Snapshot,
        job: &impl Job,
        output: Output<'_>,
    ) -> anyhow::Result<BatchSummary> {
        let summary = if self.columns_out.is_empty() {
            self.transform_table(settings, snapshot, job, output)?
        } else {
            let selected = SelectedJob::new(job, self.columns_out).map_err(BatchError::from)?;
            self.transform_table(settings, snapshot, &selected, output)?
        };
        // Before the output gets its name.
        snapshot.check_all_files()?;
        Ok(summary)
    }

    /// Runs a job from the input to an output, by the format of the input.
    fn transform_table(
        &self,
        settings: &Settings,
        snapshot: &Snapshot,
        job: &impl Job,
        output: Output<'_>,
    ) -> anyhow::Result<BatchSummary> {
        let name = if is_standard(self.input) {
            "standard input".to_owned()
        } else {
            self.input.display().to_string()
        };
        let (input, size) = Input::open(self.input)?;
        let bar = self.bar(settings, size);
        let mut follow = FollowedBar {
            bar: &bar,
            // The JSON of the summary says it.
            is_quiet: settings.quiet || settings.json,
            wants_places: self.wants_places,
        };
        let summary = self.answer_table(snapshot, job, input, output, &mut follow);
        // Cleared after a failure too, or the error would stand behind the bar.
        bar.finish_and_clear();
        summary.context(name)
    }

    /// Answers the table by the formats of both ends.
    fn answer_table(
        &self,
        snapshot: &Snapshot,
        job: &impl Job,
        input: Input,
        output: Output<'_>,
        progress: &mut dyn Progress,
    ) -> Result<BatchSummary, BatchError> {
        let (format, target) = (input_format(self.input), self.target());
        let sheet = self.options.sheet.as_deref();
        match (SpreadsheetKind::from_format(format), input, target) {
            (None, Input::File(input), TableTarget::Parquet) if format == FileFormat::Parquet => {
                let input = TableFile::new(input).map_err(BatchError::Read)?;
                parquet::answer(snapshot, job, input, output, progress)
            }
            (None, Input::File(input), _) if format == FileFormat::Parquet => {
                conversion::from_parquet(
                    snapshot,
                    job,
                    input,
                    table_output(target, output),
                    progress,
                )
            }
            (Some(kind), Input::File(input), _)
                if let Some(written) = self.output.and_then(written_book) =>
            {
                let output = BookOutput {
                    kind: Some(written),
                    writer: output,
                };
                let book = ChosenBook { kind, sheet, input };
                spreadsheet::answer(snapshot, job, book, output, progress)
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
                let options = self.options.delimited();
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

    /// Returns the format of an output that is not a book of the list's own.
    fn target(&self) -> TableTarget {
        match self.output.map(FileFormat::from_path) {
            Some(FileFormat::Parquet) => TableTarget::Parquet,
            Some(FileFormat::Xlsx) => TableTarget::Xlsx,
            _ => TableTarget::Delimited(self.options.delimited()),
        }
    }

    /// Returns the progress bar on standard error, by bytes read; hidden where it would mix with the answers.
    fn bar(&self, settings: &Settings, size: Option<u64>) -> ProgressBar {
        if settings.quiet || (self.output.is_some_and(is_standard) && io::stdout().is_terminal()) {
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
}

/// Returns the kind of book that the name of an output asks for.
pub fn written_book(output: &Path) -> Option<SpreadsheetKind> {
    match FileFormat::from_path(output) {
        FileFormat::Xlsx => Some(SpreadsheetKind::Xlsx),
        FileFormat::Ods => Some(SpreadsheetKind::Ods),
        _ => None,
    }
}

/// Returns whether a path stands for standard input or output.
pub fn is_standard(path: &Path) -> bool {
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

/// Returns whether two paths are of one file.
pub fn same_file(one: &Path, other: &Path) -> bool {
    // A link gives one file two names.
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// The progress bar, and what is told before the first row is answered.
struct FollowedBar<'a> {
    bar: &'a ProgressBar,
    is_quiet: bool,
    wants_places: bool,
}

impl Progress for FollowedBar<'_> {
    fn done(&mut self, bytes: u64, _: u64) -> io::Result<()> {
        self.bar.inc(bytes);
        Ok(())
    }

    fn columns(&mut self, found: &BatchSummary) {
        if found.columns_by_content {
            let columns = found.columns.join(", ");
            let told = format!("{BY_CONTENT_REMARK}: {columns}");
            self.bar.suspend(|| remark(self.is_quiet, &told));
        }
        for column in &found.unread_columns {
            self.bar
                .suspend(|| remark(self.is_quiet, &unread_remark(column)));
        }
        // Before the first row: a list of one town would be left without an answer for a word.
        if self.wants_places && !found.columns.iter().any(|name| holds_places(name)) {
            self.bar.suspend(|| remark(self.is_quiet, NO_PLACES_REMARK));
        }
    }
}

/// The remark on a list without a line of titles.
const BY_CONTENT_REMARK: &str = "the list has no line of titles: its first row is answered, and these columns are read by what is in them";

/// The remark on a list without a column of communes.
const NO_PLACES_REMARK: &str = "no column of communes or postcodes is read: rows whose address names neither stay undetermined \
    (--default-postcode or --default-citycode states it once for them)";

/// Returns a remark on a column that may seem to be wanted and is not read.
fn unread_remark(column: &UnreadColumn) -> String {
    let reason = match column.reason {
        UnreadReason::Order => "it counts the rows",
        UnreadReason::AddressHasNumber => "the addresses have their numbers",
        UnreadReason::OtherColumn => "another column has them",
        UnreadReason::NoHouseNumbers => "its values are none",
        UnreadReason::OtherAddress => {
            return format!(
                "column {} is not read: it holds other addresses than those that are",
                column.name
            );
        }
        UnreadReason::OtherChild => {
            return format!(
                "column {} is not read: give each child a row of their own",
                column.name
            );
        }
    };
    format!(
        "column {} is not read as house numbers: {reason} (--columns reads it all the same)",
        column.name
    )
}

fn table_output(format: TableTarget, writer: Output<'_>) -> TableOutput<Output<'_>> {
    TableOutput { format, writer }
}

/// The place that answers go to.
pub enum Output<'a> {
    /// Standard output.
    Standard(io::Stdout),
    /// A file.
    File(&'a File),
    /// None: only the counts are wanted.
    Nowhere,
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(output) => output.write(bytes),
            Self::File(output) => output.write(bytes),
            Self::Nowhere => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(output) => output.flush(),
            Self::File(output) => output.flush(),
            Self::Nowhere => Ok(()),
        }
    }
}

impl Seek for Output<'_> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Standard(_) => Err(io::Error::other("standard output has no places to go to")),
            Self::File(output) => output.seek(position),
            Self::Nowhere => Err(io::Error::other("it keeps nothing to go back to")),
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
