//! The key that reports are signed with: Ed25519, one per data folder.
//!
//! Owns `DATA/keys/report.ed25519`, the 32 bytes of the private key. Promises: it is made once, whole, readable by its
//! owner alone, and never replaced; several programs that start at once end up with the same one. Refuses a key that
//! others may read, or that has another length: signing with it would prove nothing.

use std::fmt;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

/// Path of the key, in a data folder.
const FOLDER: &str = "keys";
const FILE: &str = "report.ed25519";
/// Digits of a public key that name it.
const ID_DIGITS: usize = 16;

/// Why there is no key to sign with, or to verify with.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file or its folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// Others than its owner have a right on it.
    #[error(
        "{} has the rights {mode:03o}: others than its owner can read or change this private key; \
        if nobody has read it, run `chmod 600` on it, else move it away and a new one is made", path.display()
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its rights, as `chmod` writes them.
        mode: u32,
    },
    /// Not 32 bytes.
    #[error("{} has {bytes} bytes: a private key has 32; put the right file back, or move this one away", path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// Its length.
        bytes: usize,
    },
    /// The system gives no random numbers.
    #[error("no random numbers to make a key with: {0}")]
    Random(String),
    /// Not a public key as `qpv report key` writes it.
    #[error("`{0}` is no public key: 64 hexadecimal digits, as `qpv report key` prints them")]
    NotPublic(String),
}

/// A private key.
pub struct ReportKey(SigningKey);

/// The public part of a key, which anyone may have: 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl ReportKey {
    /// The key of a data folder; `None` while it has none.
    ///
    /// # Errors
    /// [`KeyError::Io`], [`KeyError::Exposed`], [`KeyError::NotAKey`].
    pub fn from_folder(data: &Path) -> Result<Option<Self>, KeyError> {
        let path = data.join(FOLDER).join(FILE);
        let bytes = match fs::read(&path) {
            Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.map_err(at(&path))?,
        };
        // With a key that others can read, others may have signed.
        refuse_exposed(&path)?;
        match <[u8; 32]>::try_from(bytes.as_slice()) {
            Ok(seed) => Ok(Some(Self(SigningKey::from_bytes(&seed)))),
            // Never replaced: it may be a key that was copied badly.
            Err(_) => Err(KeyError::NotAKey {
                path,
                bytes: bytes.len(),
            }),
        }
    }

    /// The key of a data folder, made now if it has none.
    ///
    /// # Errors
    /// Any [`KeyError`] but [`KeyError::NotPublic`].
    pub fn from_folder_or_new(data: &Path) -> Result<Self, KeyError> {
        if let Some(key) = Self::from_folder(data)? {
            return Ok(key);
        }
        make(&data.join(FOLDER))?;
        Self::from_folder(data)?.ok_or_else(|| {
            // The file was removed between its making and its reading.
            KeyError::Io {
                path: data.join(FOLDER).join(FILE),
                source: ErrorKind::NotFound.into(),
            }
        })
    }

    /// Its public part.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The signature of some bytes: 86 characters of URL-safe base64.
    pub(super) fn sign(&self, bytes: &[u8]) -> String {
        BASE64URL_NOPAD.encode(&self.0.sign(bytes).to_bytes())
    }
}

/// Never the key itself.
impl fmt::Debug for ReportKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReportKey")
            .field(&self.public().id())
            .finish()
    }
}

impl PublicKey {
    /// Its first 16 digits, which name it in a report.
    #[must_use]
    pub fn id(&self) -> String {
        self.to_string()[..ID_DIGITS].to_owned()
    }

    /// Returns whether its private part signed these bytes.
    pub(super) fn has_signed(&self, bytes: &[u8], signature: &str) -> bool {
        let decoded = BASE64URL_NOPAD.decode(signature.as_bytes()).ok();
        let signature = decoded.and_then(|decoded| Signature::from_slice(&decoded).ok());
        // The strict check refuses weak keys, with which a signature fits many texts.
        signature.is_some_and(|signature| self.0.verify_strict(bytes, &signature).is_ok())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(self.0.as_bytes()))
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        // Capitals are accepted: a key may be copied from other programs.
        let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok();
        let key = bytes
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
        key.map(Self)
            .ok_or_else(|| KeyError::NotPublic(text.to_owned()))
    }
}

/// Writes a new key beside, then gives it its name unless another program was faster.
fn make(folder: &Path) -> Result<(), KeyError> {
    make_folder(folder)?;
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|fault| KeyError::Random(fault.to_string()))?;
    // A temporary file is readable by its owner alone.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(at(folder))?;
    // Flushed before it gets its name, or a power cut could leave an empty key.
    file.write_all(&seed)
        .and_then(|()| file.as_file().sync_all())
        .map_err(at(folder))?;
    let path = folder.join(FILE);
    // Another program may have been faster: its key stays, and is read.
    match file.persist_noclobber(&path) {
        Err(fault) if fault.error.kind() != ErrorKind::AlreadyExists => Err(at(&path)(fault.error)),
        _ => sync_folder(folder),
    }
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::DirBuilderExt;
    if let Some(data) = folder.parent() {
        fs::create_dir_all(data).map_err(at(data))?;
    }
    // The data folder keeps its usual rights; only this one is closed to others.
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(fault) if fault.kind() != ErrorKind::AlreadyExists => Err(at(folder)(fault)),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> Result<(), KeyError> {
    fs::create_dir_all(folder).map_err(at(folder))
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_err(at(path))?.permissions().mode() & 0o777;
    // Any right of the group or of others.
    let of_others = mode & 0o077;
    if of_others > 0 {
        Err(KeyError::Exposed {
            path: path.to_owned(),
            mode,
        })
    } else {
        Ok(())
    }
}

#[cfg(not(unix))]
fn refuse_exposed(_: &Path) -> Result<(), KeyError> {
    Ok(())
}

/// A new name lasts through a power cut only once its folder is flushed.
fn sync_folder(folder: &Path) -> Result<(), KeyError> {
    if cfg!(unix) {
        fs::File::open(folder)
            .and_then(|opened| opened.sync_all())
            .map_err(at(folder))?;
    }
    Ok(())
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> KeyError {
    move |source| KeyError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_found_again() {
        let data = tempfile::tempdir().unwrap();
        let data = data.path().join("not yet there");
        assert!(ReportKey::from_folder(&data).unwrap().is_none());
        let key = ReportKey::from_folder_or_new(&data).unwrap();
        assert_eq!(
            ReportKey::from_folder_or_new(&data).unwrap().public(),
            key.public()
        );
        assert_eq!(
            key.public().to_string().parse::<PublicKey>().unwrap(),
            key.public()
        );
        assert!(key.public().has_signed(b"said", &key.sign(b"said")));
        assert!(!key.public().has_signed(b"sold", &key.sign(b"said")));
        assert_eq!(
            fs::read_dir(data.join(FOLDER)).unwrap().count(),
            1,
            "nothing is left beside it"
        );
    }

    #[test]
    fn starting_together_makes_one_key() {
        let data = tempfile::tempdir().unwrap();
        let made = || ReportKey::from_folder_or_new(data.path()).unwrap().public();
        let keys: Vec<PublicKey> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(made)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let data = tempfile::tempdir().unwrap();
        ReportKey::from_folder_or_new(data.path()).unwrap();
        let path = data.path().join(FOLDER).join(FILE);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let fault = ReportKey::from_folder_or_new(data.path()).unwrap_err();
        assert!(
            matches!(fault, KeyError::Exposed { mode: 0o640, .. }),
            "{fault}"
        );
    }

    #[test]
    fn what_is_no_key_is_left_in_place() {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join(FOLDER).join(FILE);
        make(path.parent().unwrap()).unwrap();
        fs::write(&path, b"short").unwrap();
        assert!(matches!(
            ReportKey::from_folder_or_new(data.path()),
            Err(KeyError::NotAKey { bytes: 5, .. })
        ));
        assert_eq!(fs::read(&path).unwrap(), b"short");
        for text in ["", "ab", &"g".repeat(64), &"é".repeat(32)] {
            assert!(text.parse::<PublicKey>().is_err(), "{text}");
        }
    }

    /// Test 1 of RFC 8032, section 7.1.
    #[test]
    fn signatures_are_those_of_the_standard() {
        let bytes = |digits: &str| -> Vec<u8> {
            (0..digits.len() / 2)
                .map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap())
                .collect()
        };
        let seed = bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        let key = ReportKey(SigningKey::from_bytes(&seed.try_into().unwrap()));
        assert_eq!(
            key.public().to_string(),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        );
        let expected = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b\
            d25bf5f0595bbe24655141438e7a100b";
        assert_eq!(
            BASE64URL_NOPAD.decode(key.sign(b"").as_bytes()).unwrap(),
            bytes(expected)
        );
    }
}
