//! Files that take their name only when they are complete.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use rustix::fs::{AtFlags, CWD, OFlags, linkat};
use tempfile::NamedTempFile;

use crate::output::remark;
use crate::stop_signal::StopSignals;

/// The permissions of any new file: the system subtracts the user's mask.
const NEW_FILE: u32 = 0o666;

/// An output that takes its name only when it is complete. Whatever stops the program before leaves nothing of it.
pub struct OutputFile {
    part: Part,
    path: PathBuf,
}

/// The unfinished output.
enum Part {
    /// A file without a name: the system frees it with the program, even when that is killed.
    Nameless(File),
    /// A file that only its owner can read, where the file system has no files without a name.
    Named(NamedTempFile),
}

impl OutputFile {
    /// Creates the file on the file system of its final path.
    pub fn new(path: &Path) -> anyhow::Result<Self> {
        // A link stays a link: its target is written.
        let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        // A rename would replace a device or a pipe by a file.
        if path.exists() && !path.is_file() {
            anyhow::bail!(
                "{} is no regular file: name another to write",
                path.display()
            );
        }
        let name = path
            .file_name()
            .with_context(|| format!("{} is no file name", path.display()))?;
        let part = match nameless(folder_of(path)) {
            Ok(file) => Part::Nameless(file),
            Err(_) => Part::Named(
                named(folder_of(path), name)
                    .with_context(|| format!("writing beside {}", path.display()))?,
            ),
        };
        stop_on_signal(match &part {
            Part::Nameless(_) => None,
            Part::Named(file) => Some(file.path().to_owned()),
        })?;
        Ok(Self {
            part,
            path: path.to_owned(),
        })
    }

    /// Returns the file to write to.
    pub fn file(&self) -> &File {
        self.part.file()
    }

    /// Gives the file its name; an existing one is replaced with `force` only.
    pub fn keep(self, force: bool) -> anyhow::Result<()> {
        let Self { part, path } = self;
        part.keep(&path, force)
            .with_context(|| path.display().to_string())
    }
}

impl Part {
    fn file(&self) -> &File {
        match self {
            Self::Nameless(file) => file,
            Self::Named(file) => file.as_file(),
        }
    }

    fn keep(self, path: &Path, force: bool) -> io::Result<()> {
        // Synced before it gets its name, so that a power failure leaves no empty file under it.
        self.file().sync_all()?;
        match self {
            Self::Nameless(file) => keep_nameless(&file, path, force),
            Self::Named(file) => keep_named(file, path, force),
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Creates a file without a name in a folder.
fn nameless(folder: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .mode(NEW_FILE)
        .custom_flags(OFlags::TMPFILE.bits().cast_signed())
        .open(folder)
}

fn keep_nameless(file: &File, path: &Path, force: bool) -> io::Result<()> {
    // Another program may have created the file since its name was checked: a link never replaces one.
    match link(file, path) {
        Err(fault) if force && fault.kind() == io::ErrorKind::AlreadyExists => {
            let name = path.file_name().unwrap_or_default();
            let between = tempfile::Builder::new()
                .prefix(&hidden(name))
                .suffix(PART)
                .make_in(folder_of(path), |between| link(file, between))?;
            between.persist(path).map_err(|fault| fault.error)?;
            Ok(())
        }
        linked => linked,
    }
}

/// Gives a file without a name a name (`open(2)`, on `O_TMPFILE`).
fn link(file: &File, path: &Path) -> io::Result<()> {
    let descriptor = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, descriptor, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

/// The end of the names of unfinished files.
const PART: &str = ".part";

fn hidden(name: &OsStr) -> OsString {
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(".");
    hidden
}

/// Creates a private file in a folder, once those that were left there by programs that were killed are removed.
fn named(folder: &Path, name: &OsStr) -> io::Result<NamedTempFile> {
    let prefix = hidden(name);
    for entry in fs::read_dir(folder)?.flatten() {
        let found = entry.file_name();
        let (found, prefix) = (found.as_encoded_bytes(), prefix.as_encoded_bytes());
        let is_part = found.starts_with(prefix) && found.ends_with(PART.as_bytes());
        // A program that still writes holds its lock.
        if is_part && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(entry.path());
        }
    }
    let file = tempfile::Builder::new()
        .prefix(&prefix)
        .suffix(PART)
        .tempfile_in(folder)?;
    // Without locks on this file system, the file is just not swept.
    let _ = file.as_file().try_lock();
    Ok(file)
}

fn keep_named(file: NamedTempFile, path: &Path, force: bool) -> io::Result<()> {
    // The mask can only be read by setting it, or from a file made with it.
    let like_any = tempfile::Builder::new()
        .permissions(Permissions::from_mode(NEW_FILE))
        .tempfile_in(folder_of(path))?;
    file.as_file()
        .set_permissions(like_any.as_file().metadata()?.permissions())?;
    let kept = if force {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    kept.map(|_| ()).map_err(|fault| fault.error)
}

/// Removes the unfinished output, if it has a name, and ends the program on a signal.
fn stop_on_signal(part: Option<PathBuf>) -> anyhow::Result<()> {
    // Commands are not asynchronous, so a thread of its own waits for the signals.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("listening to signals")?;
    let mut signals = {
        let _entered = runtime.enter();
        StopSignals::listen()?
    };
    std::thread::spawn(move || {
        runtime.block_on(signals.next());
        if let Some(part) = part {
            let _ = fs::remove_file(part);
        }
        remark(false, "qpv: stopped; nothing was written");
        // The command may be deep in its work, which looks at no flag.
        std::process::exit(1);
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<OsString> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn an_unfinished_output_has_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let output = OutputFile::new(&path).unwrap();
        assert!(names(folder.path()).is_empty());
        output.keep(false).unwrap();
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn only_force_replaces() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let refused = OutputFile::new(&path).unwrap();
        fs::write(&path, "first").unwrap();
        assert!(refused.keep(false).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        OutputFile::new(&path).unwrap().keep(true).unwrap();
        assert!(fs::read(&path).unwrap().is_empty());
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn where_it_has_a_name_it_is_private_and_orphans_are_swept() {
        let folder = tempfile::tempdir().unwrap();
        let orphan = folder.path().join(".out.csv.abc.part");
        fs::write(&orphan, "left by a killed program").unwrap();
        let name = OsStr::new("out.csv");
        let file = named(folder.path(), name).unwrap();
        assert!(!orphan.exists());
        assert_eq!(
            file.as_file().metadata().unwrap().permissions().mode() & 0o777,
            0o600
        );
        // One that is still being written stays.
        let second = named(folder.path(), name).unwrap();
        assert_eq!(names(folder.path()).len(), 2);
        keep_named(second, &folder.path().join(name), false).unwrap();
        let plain = folder.path().join("plain");
        fs::write(&plain, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&folder.path().join(name)), mode(&plain));
    }
}
