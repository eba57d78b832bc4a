//! Files that take their name only when they are complete.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::NamedTempFile;

use crate::output::remark;
use crate::stop_signal::stop_signal;

/// An output that takes its name only when it is complete. Anything that stops the program but SIGKILL removes it.
pub struct OutputFile {
    part: NamedTempFile,
    path: PathBuf,
}

impl OutputFile {
    /// Creates the file beside its final path, on the same file system.
    pub fn new(path: &Path) -> anyhow::Result<Self> {
        use std::os::unix::fs::PermissionsExt;
        // A link stays a link: its target is written.
        let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        // A rename would replace a device or a pipe by a file.
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
            // The permissions of any new file: the system subtracts the user's mask. A temporary file would be private.
            .permissions(fs::Permissions::from_mode(0o666))
            .tempfile_in(folder)
            .with_context(|| format!("writing beside {}", path.display()))?;
        remove_when_stopped(part.path().to_owned())?;
        Ok(Self {
            part,
            path: path.to_owned(),
        })
    }

    /// Returns the file to write to.
    pub fn file(&self) -> &File {
        self.part.as_file()
    }

    /// Gives the file its name; an existing one is replaced with `force` only.
    pub fn keep(self, force: bool) -> anyhow::Result<()> {
        let name = self.path.display().to_string();
        // Synced before the rename, so that a power failure leaves no empty file under the final name.
        self.part
            .as_file()
            .sync_all()
            .with_context(|| name.clone())?;
        // Another program may have created the file since its name was checked.
        let kept = if force {
            self.part.persist(&self.path)
        } else {
            self.part.persist_noclobber(&self.path)
        };
        kept.map(|_| ()).map_err(|fault| fault.error).context(name)
    }
}

/// Removes the unfinished output and ends the program on Ctrl-C or SIGTERM.
fn remove_when_stopped(part: PathBuf) -> anyhow::Result<()> {
    // Commands are not asynchronous, so a thread of its own waits for the signals.
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
        // The command may be deep in its work, which looks at no flag.
        std::process::exit(1);
    });
    Ok(())
}
