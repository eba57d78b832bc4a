//! Parquet files that are answered without a row of them passing through Python: the path of `qpv batch`.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use qpv_batch::parquet::{self, TableFile};
use qpv_batch::{BatchError, BatchSummary, Job, SelectedJob};
use qpv_service::Snapshot;

use crate::interrupt::InterruptibleProgress;
use crate::problems::{check_files, raise_batch};

/// The permissions of any new file: the system subtracts the mask of the user.
const NEW_FILE: u32 = 0o666;

/// A table, and where its answers go.
pub(crate) struct ParquetFiles {
    pub(crate) source: PathBuf,
    pub(crate) target: PathBuf,
    /// True to replace a target that exists.
    pub(crate) replace: bool,
}

impl ParquetFiles {
    /// Answers every row, with the added columns that are named, or all. The target takes its name when it is complete.
    ///
    /// # Errors
    /// `OSError` of a file, `FileExistsError` of a target that is not to be replaced; those of the table.
    pub(crate) fn answer(
        &self,
        py: Python<'_>,
        snapshot: &Snapshot,
        job: &impl Job,
        columns_out: &[String],
    ) -> PyResult<BatchSummary> {
        if columns_out.is_empty() {
            return self.answer_all(py, snapshot, job);
        }
        let job = SelectedJob::new(job, columns_out)
            .map_err(|fault| raise_batch(&BatchError::from(fault)))?;
        self.answer_all(py, snapshot, &job)
    }

    fn answer_all(
        &self,
        py: Python<'_>,
        snapshot: &Snapshot,
        job: &impl Job,
    ) -> PyResult<BatchSummary> {
        // The interpreter is left to other threads.
        py.detach(|| {
            let source = File::open(&self.source).map_err(|fault| naming(&self.source, &fault))?;
            let source = TableFile::new(source)?;
            // Before the rows are answered, which may take minutes.
            if !self.replace && self.target.exists() {
                let exists = io::Error::from(io::ErrorKind::AlreadyExists);
                return Err(naming(&self.target, &exists).into());
            }
            // A link stays a link: its target is written.
            let target = fs::canonicalize(&self.target).unwrap_or_else(|_| self.target.clone());
            // On the file system of the target, for a name is all that it gets in the end.
            let folder = target.parent().filter(|folder| *folder != Path::new(""));
            let mut written = tempfile::Builder::new()
                .permissions(Permissions::from_mode(NEW_FILE))
                .tempfile_in(folder.unwrap_or(Path::new(".")))?;
            let mut progress = InterruptibleProgress::default();
            let mut output = BufWriter::new(written.as_file_mut());
            let answered = parquet::answer(snapshot, job, source, &mut output, &mut progress);
            let summary = answered.map_err(|fault| {
                progress
                    .stopped
                    .take()
                    .unwrap_or_else(|| raise_batch(&fault))
            })?;
            output.flush()?;
            drop(output);
            check_files(snapshot)?;
            // Synced before it gets its name, so that a power failure leaves no empty file under it.
            written.as_file().sync_all()?;
            let kept = if self.replace {
                written.persist(&target)
            } else {
                written.persist_noclobber(&target)
            };
            kept.map_err(|fault| naming(&target, &fault.error))?;
            Ok(summary)
        })
    }
}

/// Returns an error with the name of its file.
fn naming(path: &Path, fault: &io::Error) -> io::Error {
    io::Error::new(fault.kind(), format!("{}: {fault}", path.display()))
}
