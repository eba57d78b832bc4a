//! The options of `qpv serve` about who may ask: keys, a proxy that signs people in, or everyone.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use clap::Args;
use qpv_access::{KeyFile, KeyRing, RequestRate, RequestRateError};
use qpv_http::{AccessControl, Limits, TlsCertificate, TlsFiles, TrustedHeader, TrustedProxy};
use qpv_service::today;

use crate::args::Settings;

#[derive(Debug, Args)]
pub struct AccessArgs {
    /// Ask for keys (`qpv keys add`) on a loopback address too: for a service behind a proxy on the same machine
    #[arg(long, conflicts_with = "no_auth")]
    pub require_key: bool,
    /// Answer everyone who reaches the address: on any but a loopback address, keys are asked for otherwise
    #[arg(long)]
    pub no_auth: bool,
    /// Answer, without a key, whom the proxy in front names in this header, such as X-Remote-User
    #[arg(
        long,
        value_name = "HEADER",
        requires = "trust_from",
        conflicts_with = "no_auth"
    )]
    pub trust_header: Option<TrustedHeader>,
    /// The addresses of that proxy: from any other, the header does not count
    #[arg(long, value_name = "ADDRESS", num_args = 1.., value_delimiter = ',', requires = "trust_header")]
    pub trust_from: Vec<IpAddr>,
    /// Requests that each client may send in a minute, by its key, else by its address; `none` for no limit
    /// [default: 12000, none on a loopback address]
    #[arg(long, value_name = "REQUESTS")]
    pub rate: Option<RateChoice>,
    /// Answer by HTTPS with this certificate (PEM, with those of its authorities); a new one is taken without a restart
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The private key of the certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

/// The rate of each client, as it is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateChoice {
    /// As often as it likes.
    Unlimited,
    /// At this rate.
    Limited(RequestRate),
}

impl FromStr for RateChoice {
    type Err = RequestRateError;

    fn from_str(text: &str) -> Result<Self, RequestRateError> {
        if text == "none" {
            Ok(Self::Unlimited)
        } else {
            text.parse().map(Self::Limited)
        }
    }
}

/// The reason why a service does not start.
#[derive(Debug, thiserror::Error)]
#[error(
    "everyone who reaches {listen} could ask this service, and it has no valid key: make one with `qpv keys add NAME`, \
    trust the proxy in front with --trust-header and --trust-from, or open it to everyone with --no-auth"
)]
pub struct NobodyAdmitted {
    listen: SocketAddr,
}

impl AccessArgs {
    /// Returns the control of who may ask a service at an address; `None` for one that is open to everyone.
    ///
    /// # Errors
    /// [`NobodyAdmitted`] for a service that would answer nobody, and a file of keys that cannot be used.
    pub fn control(
        &self,
        settings: &Settings,
        listen: SocketAddr,
    ) -> anyhow::Result<Option<Arc<AccessControl>>> {
        let is_private = listen.ip().to_canonical().is_loopback();
        let is_asked = self.require_key || self.trust_header.is_some();
        if self.no_auth || (is_private && !is_asked) {
            return Ok(None);
        }
        let keys = KeyRing::open(KeyFile::in_data_folder(&settings.data), today())?;
        let proxy = self
            .trust_header
            .clone()
            .map(|header| TrustedProxy::new(header, self.trust_from.clone()));
        // Keys can be added later, but a service that answers nobody is not what was meant.
        if proxy.is_none() && keys.valid_keys() == 0 {
            return Err(NobodyAdmitted { listen }.into());
        }
        Ok(Some(Arc::new(AccessControl::new(keys, proxy))))
    }

    /// Returns how often each client of a service at an address may ask; `None` for as often as it likes.
    pub fn rate(&self, listen: SocketAddr) -> Option<RequestRate> {
        match self.rate {
            Some(RateChoice::Unlimited) => None,
            Some(RateChoice::Limited(rate)) => Some(rate),
            // All who ask may be the proxy on the same machine.
            None if listen.ip().to_canonical().is_loopback() => None,
            None => Limits::network_rate(),
        }
    }

    /// Reads the certificate; `None` for a service without TLS.
    ///
    /// # Errors
    /// Files that cannot be used.
    pub fn certificate(&self) -> anyhow::Result<Option<Arc<TlsCertificate>>> {
        let (Some(certificates), Some(key)) = (&self.tls_cert, &self.tls_key) else {
            return Ok(None);
        };
        let files = TlsFiles {
            certificates: certificates.clone(),
            key: key.clone(),
        };
        Ok(Some(TlsCertificate::open(files)?))
    }
}
