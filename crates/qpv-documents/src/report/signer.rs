//! Signing and verifying of reports with the key of a data folder.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use qpv_service::{CheckOutcome, Service, Snapshot};

use super::content::Content;
use super::keys::{KeyError, PublicKey, ReportKey};
use super::verify::{self, Verification};
use super::{MAX_STATEMENT_BYTES, Report, ReportError, ReportRequest, page};

/// Makes and verifies reports with the key of one data folder. The key is read, or made, at the first use.
#[derive(Debug)]
pub struct Signer {
    folder: PathBuf,
    key: OnceLock<ReportKey>,
}

impl Signer {
    /// Signs with the key of this data folder; nothing is read yet.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            key: OnceLock::new(),
        }
    }

    /// Makes the report on a check that this snapshot answered.
    ///
    /// # Errors
    /// [`ReportError`].
    pub fn report(
        &self,
        snapshot: &Snapshot,
        outcome: &CheckOutcome<'_>,
        request: &ReportRequest,
    ) -> Result<Report, ReportError> {
        // Refused before a key is made for it.
        let request = request.checked()?;
        let key = self.key()?;
        let content = Content::new(snapshot, outcome, &request);
        let statement = content.statement(&request).signed(key);
        // Checked after signing, for the QR code holds the signature too.
        if statement.len() > MAX_STATEMENT_BYTES {
            return Err(ReportError::TooMuch {
                bytes: statement.len(),
            });
        }
        let pdf =
            page::write(&content, &statement, &key.public().id()).map_err(ReportError::Page)?;
        Ok(Report {
            pdf: verify::sign_file(pdf, key),
            statement,
            zone: content.zone,
        })
    }

    /// Returns the key of the data folder, made now if it has none.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn key(&self) -> Result<&ReportKey, KeyError> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        // Two threads may both get here: `from_folder_or_new` gives them the same key.
        let key = ReportKey::from_folder_or_new(&self.folder)?;
        Ok(self.key.get_or_init(|| key))
    }

    /// Verifies a file, or the text of a statement, with the key given, else with that of the data folder. A folder without
    /// a key has signed nothing. `service` says whether the dataset of a genuine report is still kept.
    ///
    /// # Errors
    /// [`KeyError`], for a key of the folder that cannot be used.
    pub fn verify(
        &self,
        content: &[u8],
        key: Option<&PublicKey>,
        service: &Service,
    ) -> Result<Verification, KeyError> {
        let key = match key {
            Some(key) => Some(*key),
            None => self.known_public_key()?,
        };
        let verification = verify::verify(content, key.as_ref());
        let reproducible = verification.digest().map(|digest| is_kept(service, digest));
        Ok(Verification {
            reproducible,
            ..verification
        })
    }

    /// Returns the public key of the data folder; none is made for it.
    fn known_public_key(&self) -> Result<Option<PublicKey>, KeyError> {
        match self.key.get() {
            Some(key) => Ok(Some(key.public())),
            None => Ok(ReportKey::from_folder(&self.folder)?.map(|key| key.public())),
        }
    }
}

/// Returns whether the dataset of this digest is in use, or still stored.
fn is_kept(service: &Service, digest: &str) -> bool {
    service.snapshot().digest() == digest || service.store().find(digest).is_ok()
}
