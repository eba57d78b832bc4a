//! Inputs as files on disk, and several files in one input.

use std::cell::OnceCell;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The line before a part of an input that holds several files: its name stands behind.
const PART_MARK: &[u8] = b"\n=== ";

/// Makes a folder, in memory where the system has one: inputs come by the thousand a second.
///
/// # Panics
/// When none can be made.
#[must_use]
pub fn scratch_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir());
    made.expect("a temporary folder can be made")
}

/// Calls `read` with the path of a file that holds these bytes, in a folder that holds nothing else.
pub(crate) fn with_file<T>(name: &str, content: &[u8], read: impl FnOnce(&Path) -> T) -> T {
    with_files(&[(name, content)], read)
}

/// Calls `read` with the path of the first of some files beside each other.
pub(crate) fn with_files<T>(files: &[(&str, &[u8])], read: impl FnOnce(&Path) -> T) -> T {
    thread_local! {
        static FOLDER: OnceCell<TempDir> = const { OnceCell::new() };
    }
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(scratch_folder).path();
        empty(folder);
        for (name, content) in files {
            fs::write(folder.join(name), content).expect("a small file can be written");
        }
        read(&folder.join(files[0].0))
    })
}

/// Removes what a reader may have left beside its file too, such as the journal of a database.
fn empty(folder: &Path) {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    for path in paths {
        fs::remove_file(path).expect("files of ours can be removed");
    }
}

/// Returns the parts of an input with their names: `\n=== NAME\n` stands before each. What stands before the first is of none.
pub(crate) fn parts(input: &[u8]) -> Vec<(&str, &[u8])> {
    let mut found = vec![];
    let mut rest = after_mark(input);
    while let Some(part) = rest {
        let line_end = part.iter().position(|byte| *byte == b'\n');
        let line_end = line_end.unwrap_or(part.len());
        let content = part.get(line_end + 1..).unwrap_or_default();
        let next = find(content, PART_MARK);
        let end = next.unwrap_or(content.len());
        // A name that a mutation has broken is of no file.
        if let Ok(name) = std::str::from_utf8(&part[..line_end]) {
            found.push((name, &content[..end]));
        }
        rest = next.map(|at| &content[at + PART_MARK.len()..]);
    }
    found
}

fn after_mark(input: &[u8]) -> Option<&[u8]> {
    // The first mark may begin the input.
    input
        .strip_prefix(&PART_MARK[1..])
        .or_else(|| find(input, PART_MARK).map(|at| &input[at + PART_MARK.len()..]))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// Returns a book: an input that is one, or else the zip of its parts. Mutations of what is compressed would hardly ever get
/// past the sums of a zip.
pub(crate) fn book(input: &[u8]) -> Vec<u8> {
    if input.starts_with(b"PK") {
        return input.to_vec();
    }
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in parts(input) {
        // Of two parts of one name the second has no place.
        if zip.start_file(name, stored).is_ok() {
            zip.write_all(content).expect("memory can be written");
        }
    }
    let written = zip.finish().expect("memory can be written");
    written.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_of_several_files_is_taken_apart() {
        let input = b"=== a.shp\n12\n\n=== a.dbf\n=== b\n34\n=== c";
        assert_eq!(
            parts(input),
            [("a.shp", &b"12\n"[..]), ("a.dbf", b"=== b\n34"), ("c", b"")]
        );
        assert_eq!(parts(b"no mark"), []);
    }
}
