//! TLS: the certificate of the server, which is read again when its files change.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use qpv_access::FileStamp;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ServerConfig};

/// The files of a certificate, in PEM.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The certificate of the server, then those of the authorities between it and a root.
    pub certificates: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// The reason why the files of a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or holds no such thing.
    #[error("{}: {fault}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Its fault.
        fault: pem::Error,
    },
    /// The file holds no certificate.
    #[error("{}: there is no certificate in it", .0.display())]
    NoCertificate(PathBuf),
    /// The certificate and the key do not go together, or are of an unknown kind.
    #[error("the certificate and its key cannot be used: {0}")]
    Unusable(rustls::Error),
}

/// The certificate that a server shows, as its files last had it.
pub struct TlsCertificate {
    files: TlsFiles,
    provider: Arc<CryptoProvider>,
    current: ArcSwap<CertifiedKey>,
    /// The state of the files when they were last read.
    read: Mutex<FileStamps>,
}

/// The stamps of both files; `None` for one that cannot be looked at.
#[derive(Debug, PartialEq, Eq)]
struct FileStamps {
    certificates: Option<FileStamp>,
    key: Option<FileStamp>,
}

impl TlsCertificate {
    /// Reads a certificate.
    ///
    /// # Errors
    /// Files that cannot be used.
    pub fn open(files: TlsFiles) -> Result<Arc<Self>, TlsError> {
        let provider = Arc::new(ring::default_provider());
        // Taken before the files are read: those that are replaced meanwhile are read again.
        let stamps = files.stamps();
        let current = files.read(&provider)?;
        Ok(Arc::new(Self {
            files,
            provider,
            current: ArcSwap::from_pointee(current),
            read: Mutex::new(stamps),
        }))
    }

    /// Returns who begins the TLS of connections with this certificate.
    ///
    /// # Errors
    /// None with the provider of [`Self::open`], which knows the versions of TLS that are safe: 1.2 and 1.3.
    pub(crate) fn acceptor(self: &Arc<Self>) -> TlsAcceptor {
        let mut config = ServerConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .expect("the provider has ciphers for TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_cert_resolver(self.clone());
        // The only one that the connections speak.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }

    /// Looks at the files, and reads them again once one has changed. What cannot be used leaves the certificate as it is.
    pub(crate) fn refresh(&self) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let stamps = self.files.stamps();
        if *read == stamps {
            return;
        }
        *read = stamps;
        match self.files.read(&self.provider) {
            Ok(certificate) => {
                self.current.store(Arc::new(certificate));
                tracing::info!("the TLS certificate was read again");
            }
            // Of two files that are replaced one after the other, the first does not fit yet.
            Err(fault) => {
                tracing::error!(error = %fault, "the TLS certificate cannot be read again; the one in use stays until it can");
            }
        }
    }
}

impl TlsFiles {
    fn stamps(&self) -> FileStamps {
        FileStamps {
            certificates: FileStamp::read(&self.certificates).ok(),
            key: FileStamp::read(&self.key).ok(),
        }
    }

    fn read(&self, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
        let certificates = CertificateDer::pem_file_iter(&self.certificates)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(at(&self.certificates))?;
        if certificates.is_empty() {
            return Err(TlsError::NoCertificate(self.certificates.clone()));
        }
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(at(&self.key))?;
        CertifiedKey::from_der(certificates, key, provider).map_err(TlsError::Unusable)
    }
}

fn at(path: &Path) -> impl Fn(pem::Error) -> TlsError {
    move |fault| TlsError::File {
        path: path.to_owned(),
        fault,
    }
}

/// Never the private key.
impl fmt::Debug for TlsCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsCertificate")
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

impl ResolvesServerCert for TlsCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Writes a certificate made for this test, and returns it with its key.
    fn made() -> (CertificateDer<'static>, String, String) {
        let names = vec!["localhost".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).expect("a plain name");
        let der = made.cert.der().clone();
        (der, made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn only_files_that_fit_together_replace_the_certificate() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = TlsFiles {
            certificates: folder.path().join("cert.pem"),
            key: folder.path().join("key.pem"),
        };
        let (first, certificate, key) = made();
        fs::write(&files.certificates, &certificate).expect("ours");
        fs::write(&files.key, &key).expect("ours");
        let tls = TlsCertificate::open(files.clone()).expect("as written");
        let (second, other_certificate, other_key) = made();
        for (path, content, expected) in [
            (&files.certificates, "broken", &first),
            (&files.certificates, key.as_str(), &first),
            (&files.certificates, certificate.as_str(), &first),
            // Of a renewed pair, the first file alone.
            (&files.certificates, other_certificate.as_str(), &first),
            (&files.key, other_key.as_str(), &second),
        ] {
            fs::write(path, content).expect("ours");
            tls.refresh();
            assert_eq!(&tls.current.load().cert[0], expected, "{}", path.display());
        }
        fs::remove_file(&files.key).expect("ours");
        tls.refresh();
        assert_eq!(tls.current.load().cert[0], second, "one file is gone");
    }
}
