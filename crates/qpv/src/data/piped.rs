//! Inputs of an import that come through a pipe: kept in a temporary file, for readers go back to the start of a file once
//! they know what it is.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::TempDir;

/// The content of pipes, removed when this is dropped.
#[derive(Debug, Default)]
pub struct PipedFiles(Vec<TempDir>);

impl PipedFiles {
    /// Returns a path whose file can be read several times: the one given, or a copy of what comes through a pipe or, for
    /// `-`, through standard input.
    pub fn settle(&mut self, path: &Path) -> anyhow::Result<PathBuf> {
        let is_standard_input = path.as_os_str() == "-";
        if !is_standard_input && !is_pipe(path) {
            return Ok(path.to_owned());
        }
        // A folder of its own keeps the name, which reports and errors give.
        let folder = tempfile::tempdir().context("keeping what comes through the pipe")?;
        let name = match path.file_name() {
            Some(name) if !is_standard_input => name,
            _ => "standard-input".as_ref(),
        };
        let copy = folder.path().join(name);
        let mut file = File::create(&copy).with_context(|| copy.display().to_string())?;
        if is_standard_input {
            io::copy(&mut io::stdin().lock(), &mut file).context("standard input")?;
        } else {
            let mut pipe = File::open(path).with_context(|| path.display().to_string())?;
            io::copy(&mut pipe, &mut file).with_context(|| path.display().to_string())?;
        }
        self.0.push(folder);
        Ok(copy)
    }
}

/// Returns whether a path names a pipe or a device; one that is not there is left to its reader, whose error says so.
fn is_pipe(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}
