//! The keys in the memory of a running service, which follows their file.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::sync::{Mutex, PoisonError};

use arc_swap::ArcSwap;
use jiff::civil::Date;

use crate::file_stamp::FileStamp;
use crate::key::{KeyId, KeyRecord, KeyText};
use crate::key_file::{KeyFile, KeyFileError};
use crate::scope::Scopes;

/// The keys of a running service. Whatever happens to their file, it never admits more than the file last read says.
#[derive(Debug)]
pub struct KeyRing {
    file: KeyFile,
    keys: ArcSwap<LoadedKeys>,
    /// The state of the file when it was last read.
    read: Mutex<FileState>,
}

/// The keys as they were last read, and the day that they are judged by.
#[derive(Debug)]
struct LoadedKeys {
    today: Date,
    by_id: HashMap<KeyId, KeyRecord>,
}

/// The state of the file.
#[derive(Debug, PartialEq, Eq)]
enum FileState {
    /// It is not there.
    Absent,
    /// It is there, with this stamp.
    Present(FileStamp),
    /// Its metadata cannot be read.
    Unreadable(ErrorKind),
}

/// The permission that a key gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyGrant {
    /// The key.
    pub key: KeyId,
    /// The resources that it opens.
    pub scopes: Scopes,
}

/// The reason why a key opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRefusal {
    /// It is malformed, wrong or revoked.
    Unknown,
    /// It was valid up to this day.
    Expired(Date),
}

/// The result of looking at the file.
#[derive(Debug)]
pub enum Change {
    /// Nothing has changed.
    None,
    /// The keys were read again; so many are valid.
    Read(usize),
    /// The file cannot be used: no key is valid until it can.
    Failed(KeyFileError),
}

impl KeyRing {
    /// Reads the keys of a file, which may not be there yet.
    ///
    /// # Errors
    /// A file that cannot be used.
    pub fn open(file: KeyFile, today: Date) -> Result<Self, KeyFileError> {
        // Taken before the file is read: one that is replaced meanwhile is read again.
        let state = FileState::read(&file);
        let loaded = LoadedKeys::new(file.read()?, today);
        Ok(Self {
            file,
            keys: ArcSwap::from_pointee(loaded),
            read: Mutex::new(state),
        })
    }

    /// Looks at the file, and reads it again once it has changed. It costs one call of the system when it has not.
    pub fn refresh(&self, today: Date) -> Change {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let state = FileState::read(&self.file);
        if *read == state {
            let loaded = self.keys.load();
            // Midnight in Paris: keys may have ended without a change of the file.
            if loaded.today != today {
                let same = loaded.by_id.values().cloned().collect();
                self.keys.store(LoadedKeys::new(same, today).into());
            }
            return Change::None;
        }
        *read = state;
        let (keys, fault) = match self.file.read() {
            Ok(keys) => (keys, None),
            // Closed rather than open: the keys read before may have been revoked in what cannot be read.
            Err(fault) => (Vec::new(), Some(fault)),
        };
        self.keys.store(LoadedKeys::new(keys, today).into());
        fault.map_or_else(|| Change::Read(self.valid_keys()), Change::Failed)
    }

    /// Returns how many keys are valid today.
    #[must_use]
    pub fn valid_keys(&self) -> usize {
        let loaded = self.keys.load();
        let keys = loaded.by_id.values();
        keys.filter(|key| key.is_valid_on(loaded.today)).count()
    }

    /// Returns the permission that the text of a key gives.
    ///
    /// # Errors
    /// A key that opens nothing.
    pub fn verify(&self, text: &str) -> Result<KeyGrant, KeyRefusal> {
        let text = KeyText::parse(text).ok_or(KeyRefusal::Unknown)?;
        let loaded = self.keys.load();
        let key = loaded.by_id.get(&text.id()).filter(|key| key.fits(&text));
        // Only who has the right secret learns that it has expired.
        loaded.grant(key.ok_or(KeyRefusal::Unknown)?)
    }

    /// Returns the permission that a key gives by now to a client that has shown it before.
    ///
    /// # Errors
    /// A key that opens nothing any more.
    pub fn grant_of(&self, id: KeyId) -> Result<KeyGrant, KeyRefusal> {
        let loaded = self.keys.load();
        let key = loaded.by_id.get(&id);
        loaded.grant(key.ok_or(KeyRefusal::Unknown)?)
    }
}

impl LoadedKeys {
    fn new(keys: Vec<KeyRecord>, today: Date) -> Self {
        Self {
            today,
            by_id: keys.into_iter().map(|key| (key.id, key)).collect(),
        }
    }

    fn grant(&self, key: &KeyRecord) -> Result<KeyGrant, KeyRefusal> {
        match key.expires {
            Some(last) if !key.is_valid_on(self.today) => Err(KeyRefusal::Expired(last)),
            _ => Ok(KeyGrant {
                key: key.id,
                scopes: key.scopes,
            }),
        }
    }
}

impl FileState {
    fn read(file: &KeyFile) -> Self {
        match FileStamp::read(&file.path()) {
            Ok(stamp) => Self::Present(stamp),
            Err(fault) if fault.kind() == ErrorKind::NotFound => Self::Absent,
            Err(fault) => Self::Unreadable(fault.kind()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use jiff::civil::date;

    use super::*;
    use crate::key_file::KeyRequest;
    use crate::scope::Scope;

    const TODAY: Date = date(2026, 12, 1);

    /// A data folder with one key, and its ring.
    struct Fixture {
        _data: tempfile::TempDir,
        file: KeyFile,
        ring: KeyRing,
        key: KeyText,
    }

    fn fixture(expires: Option<Date>) -> Fixture {
        let data = tempfile::tempdir().expect("a folder");
        let file = KeyFile::in_data_folder(data.path());
        let request = KeyRequest {
            name: "mairie".parse().expect("a name"),
            scopes: [Scope::Check].into_iter().collect(),
            expires,
        };
        let (_, key) = file.add(request, TODAY).expect("added");
        Fixture {
            ring: KeyRing::open(file.clone(), TODAY).expect("as written"),
            _data: data,
            file,
            key,
        }
    }

    #[test]
    fn the_key_opens_its_scopes_and_any_other_text_nothing() {
        let Fixture { ring, key, .. } = &fixture(None);
        let text = key.reveal();
        let grant = ring.verify(&text).expect("the key");
        assert_eq!(grant.key, key.id());
        assert!(grant.scopes.contain(Scope::Check) && !grant.scopes.contain(Scope::Batch));
        // Another secret under the same identifier.
        let last = if text.ends_with('0') { '1' } else { '0' };
        let wrong = format!("{}{last}", &text[..text.len() - 1]);
        for text in ["", "qpv_", wrong.as_str()] {
            assert_eq!(ring.verify(text), Err(KeyRefusal::Unknown), "{text}");
        }
    }

    #[test]
    fn a_key_ends_with_its_last_day() {
        let last = date(2026, 12, 2);
        let Fixture { ring, key, .. } = &fixture(Some(last));
        for (today, opens) in [(TODAY, true), (last, true), (date(2026, 12, 3), false)] {
            assert!(matches!(ring.refresh(today), Change::None));
            assert_eq!(ring.verify(&key.reveal()).is_ok(), opens, "{today}");
            assert_eq!(ring.grant_of(key.id()).is_ok(), opens, "{today}");
            assert_eq!(ring.valid_keys(), usize::from(opens), "{today}");
        }
        assert_eq!(
            ring.verify(&key.reveal()),
            Err(KeyRefusal::Expired(last)),
            "it was right, and is told apart from a wrong one"
        );
    }

    #[test]
    fn added_and_revoked_keys_are_noticed() {
        let Fixture {
            file, ring, key, ..
        } = &fixture(None);
        let request = KeyRequest {
            name: "CCAS".parse().expect("a name"),
            scopes: [Scope::Batch].into_iter().collect(),
            expires: None,
        };
        let (_, second) = file.add(request, TODAY).expect("added");
        assert!(ring.verify(&second.reveal()).is_err(), "not read yet");
        assert!(matches!(ring.refresh(TODAY), Change::Read(2)));
        assert!(ring.verify(&second.reveal()).is_ok());
        file.revoke("mairie").expect("there");
        assert!(matches!(ring.refresh(TODAY), Change::Read(1)));
        assert_eq!(ring.verify(&key.reveal()), Err(KeyRefusal::Unknown));
        assert_eq!(ring.grant_of(key.id()), Err(KeyRefusal::Unknown));
        assert!(matches!(ring.refresh(TODAY), Change::None));
    }

    #[test]
    fn a_file_that_is_gone_or_damaged_admits_nobody() {
        let Fixture {
            file, ring, key, ..
        } = &fixture(None);
        let stored = fs::read(file.path()).expect("written");
        fs::write(file.path(), b"{").expect("ours");
        assert!(matches!(ring.refresh(TODAY), Change::Failed(_)));
        assert!(ring.verify(&key.reveal()).is_err());
        // Said once, not at each look.
        assert!(matches!(ring.refresh(TODAY), Change::None));
        fs::write(file.path(), &stored).expect("ours");
        assert!(matches!(ring.refresh(TODAY), Change::Read(1)));
        assert!(ring.verify(&key.reveal()).is_ok());
        fs::remove_file(file.path()).expect("ours");
        assert!(matches!(ring.refresh(TODAY), Change::Read(0)));
        assert!(ring.verify(&key.reveal()).is_err());
    }
}
