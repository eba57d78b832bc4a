//! The list of `qpv share LIST`: positions, addresses or communes, recognised by its columns.

use std::fs::File;
use std::io;
use std::path::Path;

use anyhow::Context;
use qpv_batch::conversion;
use qpv_batch::spreadsheet::ChosenBook;
use qpv_batch::{
    AddressJob, AnswerCounts, AnswerVintages, BatchError, BatchSummary, ColumnsError,
    DelimitedOptions, Job, PositionColumns, Progress, SpreadsheetKind, TableOutput, TableTarget,
    ZoneColumns, ZoneJob, delimited,
};
use qpv_delimited::FileFormat;
use qpv_service::data::read_commune_list;
use qpv_service::model::{CommuneCode, Crs, Vintage};
use qpv_service::{DefaultPlace, FieldSelection, ListShare, Snapshot, ZoneCounts};

use crate::table::{Output, input_format};

/// The content of a list.
pub(super) enum ListContent {
    /// Communes, which count together as an area.
    Communes(Vec<CommuneCode>),
    /// Positions or addresses, counted in each vintage.
    Rows(Vec<ListShare>),
}

/// The columns of a list, where they are not recognised by themselves.
#[derive(Clone, Copy)]
pub(super) struct ListColumns<'c> {
    /// Those that make up an address, in order; none for those recognised.
    pub(super) address: &'c [String],
    /// The place of addresses that name none.
    pub(super) default_place: DefaultPlace,
    /// The reference system of positions.
    pub(super) crs: Option<Crs>,
}

/// Reads a list: positions where it has columns of them, else addresses, else communes.
pub(super) fn read_list(
    snapshot: &Snapshot,
    file: &Path,
    columns: ListColumns<'_>,
    vintages: &[Vintage],
) -> anyhow::Result<ListContent> {
    let no_positions = if columns.address.is_empty() {
        match count_positions(snapshot, file, columns.crs, vintages) {
            Ok(shares) => return Ok(ListContent::Rows(shares)),
            Err(fault) if is_not_found(&fault) => Some(fault),
            Err(fault) => return Err(fault),
        }
    } else {
        None
    };
    match count_addresses(snapshot, file, columns, vintages) {
        Ok(shares) => return Ok(ListContent::Rows(shares)),
        Err(fault) if no_positions.is_none() || !is_not_found(&fault) => return Err(fault),
        Err(_) => {}
    }
    // A spreadsheet or a text without any of them is none of the three.
    if input_format(file) == FileFormat::Text
        && let Ok(communes) = read_commune_list(file)
    {
        return Ok(ListContent::Communes(communes));
    }
    let fault = no_positions.expect("columns of positions were looked for");
    Err(fault.context(
        "no columns of positions, of addresses (--columns names them) or of INSEE codes are recognised",
    ))
}

fn is_not_found(fault: &anyhow::Error) -> bool {
    let fault = fault.downcast_ref();
    matches!(
        fault,
        Some(BatchError::Columns(ColumnsError::NotFound { .. }))
    )
}

/// Counts positions by the zone of their very coordinates; those nearer to a line than it is exact are unsure.
fn count_positions(
    snapshot: &Snapshot,
    file: &Path,
    crs: Option<Crs>,
    vintages: &[Vintage],
) -> anyhow::Result<Vec<ListShare>> {
    let as_given = ZoneJob {
        positions: PositionColumns { crs, names: None },
        vintages: AnswerVintages::Each(vintages.to_vec()),
        uncertainty_m: None,
        members_only: false,
        fields: FieldSelection::default(),
    };
    // Asked again with a stated exactness: what is undetermined only now is the unsure part.
    let stated_exact = ZoneJob {
        uncertainty_m: Some(0.0),
        ..as_given.clone()
    };
    let given = count(snapshot, file, &as_given)?;
    let sure = count(snapshot, file, &stated_exact)?;
    let pairs = vintages.iter().zip(given.answers.iter().zip(&sure.answers));
    Ok(pairs
        .map(|(vintage, (given, sure))| ListShare {
            vintage: *vintage,
            counts: ZoneCounts {
                unsure: sure.zones.undetermined - given.zones.undetermined,
                ..counts_of(given)
            },
        })
        .collect())
}

fn count_addresses(
    snapshot: &Snapshot,
    file: &Path,
    columns: ListColumns<'_>,
    vintages: &[Vintage],
) -> anyhow::Result<Vec<ListShare>> {
    let job = AddressJob {
        columns: columns.address.to_vec(),
        // Columns named by hand are the address, whatever their headers say.
        list: columns.address.is_empty(),
        default_place: columns.default_place,
        zones: Some(ZoneColumns {
            vintages: AnswerVintages::Each(vintages.to_vec()),
            prefix: "",
            fields: FieldSelection::default(),
        }),
        ..AddressJob::default()
    };
    let summary = count(snapshot, file, &job)?;
    let pairs = vintages.iter().zip(&summary.answers);
    Ok(pairs
        .map(|(vintage, counts)| ListShare {
            vintage: *vintage,
            counts: counts_of(counts),
        })
        .collect())
}

fn counts_of(counts: &AnswerCounts) -> ZoneCounts {
    // A row that cannot be read has no zone, and is a row of the list all the same.
    let errors: u64 = counts.errors.values().map(|count| count.rows).sum();
    ZoneCounts {
        qpv: counts.zones.qpv,
        band_300m: counts.zones.band_300m,
        outside: counts.zones.outside,
        unsure: 0,
        unknown: counts.zones.undetermined + errors,
    }
}

/// Runs a job over a list for its counts alone.
fn count(snapshot: &Snapshot, path: &Path, job: &impl Job) -> anyhow::Result<BatchSummary> {
    let format = input_format(path);
    let name = path.display().to_string();
    let input = File::open(path).with_context(|| name.clone())?;
    // Any format would do, for nothing is kept of it; text is written the fastest.
    let output = TableOutput {
        format: TableTarget::Delimited(DelimitedOptions::default()),
        writer: Output::Nowhere,
    };
    let summary = match SpreadsheetKind::from_format(format) {
        Some(kind) => {
            let book = ChosenBook {
                kind,
                sheet: None,
                input,
            };
            conversion::from_spreadsheet(snapshot, job, book, output, &mut Silent)
        }
        None if format == FileFormat::Parquet => {
            conversion::from_parquet(snapshot, job, input, output, &mut Silent)
        }
        None => {
            let options = DelimitedOptions::default();
            delimited::answer(snapshot, job, options, input, Output::Nowhere, &mut Silent)
        }
    };
    summary.context(name)
}

/// A progress that nobody follows.
struct Silent;

impl Progress for Silent {
    fn done(&mut self, _: u64, _: u64) -> io::Result<()> {
        Ok(())
    }
}
