//! The file of the keys in the data folder: replaced as a whole, written by one program at a time.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::key::{KeyName, KeyRecord, KeyText};
use crate::scope::Scopes;

/// Folder of the keys in the data folder. Only its owner may enter it.
const FOLDER: &str = "api-keys";
/// Name of their file.
const FILE: &str = "keys.json";
/// Name of the file that a writer locks. The file of the keys itself is replaced, and a lock on it would be too.
const LOCK: &str = "lock";
/// Prefix of a file being written. One that exists while nobody holds the lock is a leftover.
const WRITE_PREFIX: &str = "write-";
/// Version of the file's form.
const VERSION: u32 = 1;
/// Most keys of one service: more is a mistake of a script.
const MAX_KEYS: usize = 1_000;
/// Largest file that is read: [`MAX_KEYS`] records have some 300 bytes each.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// The file of the keys in a data folder.
#[derive(Debug, Clone)]
pub struct KeyFile {
    folder: PathBuf,
}

/// A key to be made.
#[derive(Debug, Clone)]
pub struct KeyRequest {
    /// The name that people will know it by.
    pub name: KeyName,
    /// The resources that it opens.
    pub scopes: Scopes,
    /// The last day on which it is valid.
    pub expires: Option<Date>,
}

/// The reason why the keys could not be read or changed.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what each one means")]
pub enum KeyFileError {
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{} is not a file of API keys: {fault}", path.display())]
    Malformed { path: PathBuf, fault: String },
    #[error(
        "{} may be written by other users (mode {mode:o}), who could add keys: chmod go-w it, and revoke what you do not know",
        path.display()
    )]
    Exposed { path: PathBuf, mode: u32 },
    #[error("there is already a key named {0}: revoke it, or choose another name")]
    NameTaken(KeyName),
    #[error("there is no key with the name or identifier {0}; `qpv keys list` shows them")]
    Unknown(String),
    #[error("a key must open something: check, batch or admin")]
    NoScope,
    #[error("{0} is past: a key is valid up to the day given")]
    Expired(Date),
    #[error("there are {MAX_KEYS} keys already: revoke some")]
    TooMany,
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
}

/// The content of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    version: u32,
    keys: Vec<KeyRecord>,
}

impl KeyFile {
    /// Creates the handle of the keys in a data folder; nothing is read or made yet.
    #[must_use]
    pub fn in_data_folder(data: &Path) -> Self {
        Self {
            folder: data.join(FOLDER),
        }
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Reads the keys; none where there is no file.
    ///
    /// # Errors
    /// A file that cannot be read, is malformed, or that other users may write.
    pub fn read(&self) -> Result<Vec<KeyRecord>, KeyFileError> {
        let path = self.path();
        let bytes = match fs::metadata(&path) {
            Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            metadata => metadata.map_err(at(&path))?.len(),
        };
        // Who may write to the folder can put another file in the place of this one.
        refuse_exposed(&self.folder)?;
        refuse_exposed(&path)?;
        if bytes > MAX_FILE_BYTES {
            return Err(malformed(&path, &"it is too large"));
        }
        let text = match fs::read(&path) {
            // Removed since.
            Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            read => read.map_err(at(&path))?,
        };
        let content: Content =
            serde_json::from_slice(&text).map_err(|fault| malformed(&path, &fault))?;
        if content.version == VERSION {
            Ok(content.keys)
        } else {
            Err(malformed(&path, &"another version of the program wrote it"))
        }
    }

    /// Makes a key and returns it with its text, which is stored nowhere.
    ///
    /// # Errors
    /// A name in use, a day that is past, no scope, or a file that cannot be read or written.
    pub fn add(
        &self,
        request: KeyRequest,
        today: Date,
    ) -> Result<(KeyRecord, KeyText), KeyFileError> {
        if request.scopes.is_empty() {
            return Err(KeyFileError::NoScope);
        }
        if let Some(last) = request.expires.filter(|last| *last < today) {
            return Err(KeyFileError::Expired(last));
        }
        // Before the file is read, or the key of another writer could be lost.
        let _lock = self.lock()?;
        let mut keys = self.read()?;
        if keys.iter().any(|key| key.name == request.name) {
            return Err(KeyFileError::NameTaken(request.name));
        }
        if keys.len() >= MAX_KEYS {
            return Err(KeyFileError::TooMany);
        }
        // Revoked identifiers may come again by chance; two keys of one identifier never may.
        let text = loop {
            let text = KeyText::random().map_err(KeyFileError::Random)?;
            if keys.iter().all(|key| key.id != text.id()) {
                break text;
            }
        };
        let record = KeyRecord {
            id: text.id(),
            name: request.name,
            scopes: request.scopes,
            created: today,
            expires: request.expires,
            sha256: text.hash(),
        };
        // At the end, so that the list is in the order in which they were made.
        keys.push(record.clone());
        self.write(keys)?;
        Ok((record, text))
    }

    /// Removes a key, by its name or its identifier, and returns it.
    ///
    /// # Errors
    /// No such key, or a file that cannot be read or written.
    pub fn revoke(&self, name_or_id: &str) -> Result<KeyRecord, KeyFileError> {
        let _lock = self.lock()?;
        let mut keys = self.read()?;
        let found = keys
            .iter()
            .position(|key| key.name.as_str() == name_or_id || key.id.to_string() == name_or_id)
            .ok_or_else(|| KeyFileError::Unknown(name_or_id.to_owned()))?;
        let revoked = keys.remove(found);
        self.write(keys)?;
        Ok(revoked)
    }

    /// Waits for the other writers, until what is returned is dropped.
    fn lock(&self) -> Result<File, KeyFileError> {
        make_folder(&self.folder)?;
        let path = self.folder.join(LOCK);
        let file = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(at(&path))?;
        file.lock().map_err(at(&path))?;
        Ok(file)
    }

    /// Replaces the file, while the lock is held.
    fn write(&self, keys: Vec<KeyRecord>) -> Result<(), KeyFileError> {
        self.remove_leftovers();
        let path = self.path();
        let content = Content {
            version: VERSION,
            keys,
        };
        let text = serde_json::to_vec_pretty(&content).expect("plain data is JSON");
        // Readable by its owner alone, as every temporary file.
        let mut file = tempfile::Builder::new()
            .prefix(WRITE_PREFIX)
            .tempfile_in(&self.folder)
            .map_err(at(&self.folder))?;
        // Flushed before it gets its name, or a power cut could leave an empty file.
        file.write_all(&text)
            .and_then(|()| file.as_file().sync_all())
            .map_err(at(&path))?;
        file.persist(&path)
            .map_err(|failure| at(&path)(failure.error))?;
        sync_folder(&self.folder)
    }

    /// Removes what a killed writer left. One that stays does no harm.
    fn remove_leftovers(&self) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries {
            if entry
                .file_name()
                .to_string_lossy()
                .starts_with(WRITE_PREFIX)
            {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

fn malformed(path: &Path, fault: &dyn Display) -> KeyFileError {
    KeyFileError::Malformed {
        path: path.to_owned(),
        fault: fault.to_string(),
    }
}

fn at(path: &Path) -> impl Fn(io::Error) -> KeyFileError {
    move |source| KeyFileError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> Result<(), KeyFileError> {
    use std::os::unix::fs::DirBuilderExt;
    // The data folder keeps its usual rights; only this one is closed to others.
    if let Some(data) = folder.parent() {
        fs::create_dir_all(data).map_err(at(data))?;
    }
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(fault) if fault.kind() != ErrorKind::AlreadyExists => Err(at(folder)(fault)),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> Result<(), KeyFileError> {
    fs::create_dir_all(folder).map_err(at(folder))
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), KeyFileError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_err(at(path))?.permissions().mode() & 0o777;
    // Who reads the hashes learns no key; who writes them makes one.
    if mode & 0o022 == 0 {
        Ok(())
    } else {
        Err(KeyFileError::Exposed {
            path: path.to_owned(),
            mode,
        })
    }
}

#[cfg(not(unix))]
fn refuse_exposed(_: &Path) -> Result<(), KeyFileError> {
    Ok(())
}

/// Flushes a folder: only then does a name in it last through a power cut.
fn sync_folder(folder: &Path) -> Result<(), KeyFileError> {
    if cfg!(unix) {
        File::open(folder)
            .and_then(|opened| opened.sync_all())
            .map_err(at(folder))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::scope::Scope;

    fn request(name: &str) -> KeyRequest {
        KeyRequest {
            name: name.parse().expect("a name"),
            scopes: [Scope::Check].into_iter().collect(),
            expires: None,
        }
    }

    #[test]
    fn a_key_is_stored_as_its_hash_only() {
        let data = tempfile::tempdir().expect("a folder");
        let file = KeyFile::in_data_folder(data.path());
        assert!(file.read().expect("no file").is_empty());
        let today = date(2026, 12, 1);
        let (record, text) = file.add(request("mairie"), today).expect("added");
        assert!(record.fits(&text));
        let stored = fs::read_to_string(file.path()).expect("written");
        let shown = text.reveal();
        let (_, secret) = shown.rsplit_once('_').expect("three parts");
        assert!(!stored.contains(secret), "{stored}");
        assert_eq!(file.read().expect("as written"), [record]);
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_its_owners_alone_and_what_others_may_write_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let data = tempfile::tempdir().expect("a folder");
        let file = KeyFile::in_data_folder(data.path());
        file.add(request("mairie"), date(2026, 12, 1))
            .expect("added");
        let mode = fs::metadata(file.path())
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        for (path, closed, open) in [(&file.path(), 0o600, 0o620), (&file.folder, 0o700, 0o770)] {
            fs::set_permissions(path, fs::Permissions::from_mode(open)).expect("ours");
            assert!(
                matches!(file.read(), Err(KeyFileError::Exposed { mode, .. }) if mode == open),
                "{}",
                path.display()
            );
            fs::set_permissions(path, fs::Permissions::from_mode(closed)).expect("ours");
            assert!(file.read().is_ok());
        }
    }

    #[test]
    fn keys_are_revoked_by_name_and_by_identifier() {
        let data = tempfile::tempdir().expect("a folder");
        let file = KeyFile::in_data_folder(data.path());
        let today = date(2026, 12, 1);
        let (first, _) = file.add(request("mairie"), today).expect("added");
        let (second, _) = file.add(request("CCAS"), today).expect("added");
        assert!(matches!(
            file.add(request("CCAS"), today),
            Err(KeyFileError::NameTaken(_))
        ));
        assert_eq!(file.revoke("CCAS").expect("there").id, second.id);
        assert_eq!(
            file.revoke(&first.id.to_string()).expect("there").name,
            first.name
        );
        assert!(matches!(
            file.revoke("mairie"),
            Err(KeyFileError::Unknown(_))
        ));
        assert!(file.read().expect("a file").is_empty());
    }

    #[test]
    fn a_key_lasts_through_its_last_day() {
        let data = tempfile::tempdir().expect("a folder");
        let file = KeyFile::in_data_folder(data.path());
        let last = date(2027, 12, 31);
        let dated = KeyRequest {
            expires: Some(last),
            ..request("mairie")
        };
        let (record, _) = file.add(dated.clone(), last).expect("still valid");
        assert!(record.is_valid_on(last) && !record.is_valid_on(date(2028, 1, 1)));
        let late = file.add(
            KeyRequest {
                name: "CCAS".parse().expect("a name"),
                ..dated
            },
            date(2028, 1, 1),
        );
        assert!(matches!(late, Err(KeyFileError::Expired(day)) if day == last));
    }

    #[test]
    fn what_is_no_file_of_keys_is_an_error_and_not_an_empty_list() {
        let data = tempfile::tempdir().expect("a folder");
        let file = KeyFile::in_data_folder(data.path());
        file.add(request("mairie"), date(2026, 12, 1))
            .expect("added");
        let stored = fs::read_to_string(file.path()).expect("written");
        for content in [
            String::new(),
            "{}".to_owned(),
            stored[..stored.len() / 2].to_owned(),
            stored.replace("\"version\": 1", "\"version\": 2"),
            stored.replace("\"check\"", "\"all\""),
        ] {
            fs::write(file.path(), &content).expect("ours");
            assert!(
                matches!(file.read(), Err(KeyFileError::Malformed { .. })),
                "{content}"
            );
        }
    }

    #[test]
    fn writers_at_once_lose_no_key() {
        let data = tempfile::tempdir().expect("a folder");
        let file = KeyFile::in_data_folder(data.path());
        std::thread::scope(|scope| {
            for number in 0..8 {
                let file = &file;
                scope.spawn(move || {
                    file.add(request(&format!("key {number}")), date(2026, 12, 1))
                        .expect("added")
                });
            }
        });
        assert_eq!(file.read().expect("a file").len(), 8);
    }

    #[test]
    fn the_next_writer_removes_what_a_killed_one_left() {
        let data = tempfile::tempdir().expect("a folder");
        let file = KeyFile::in_data_folder(data.path());
        file.add(request("mairie"), date(2026, 12, 1))
            .expect("added");
        let leftover = file.folder.join("write-abc");
        fs::write(&leftover, "half").expect("ours");
        file.revoke("mairie").expect("there");
        assert!(!leftover.exists());
    }
}
