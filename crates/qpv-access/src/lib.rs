//! Who may ask the service: API keys in the data folder, sessions of browsers, failed attempts, and
//! how often each client may.
//!
//! [`KeyFile`] holds the keys on disk, as hashes. [`KeyRing`] is the same in the memory of a running service, which follows
//! the file. [`Sessions`], [`FailedAttempts`] and [`RateLimiter`] live in memory alone. Imports no crate of the project.
//!
//! Promises: no secret is stored, shown twice or written by `Debug`; a missing or unreadable file admits nobody. Refuses:
//! HTTP, and which resource needs which scope.

mod attempts;
mod file_stamp;
mod key;
mod key_file;
mod key_ring;
mod network;
mod request_rate;
mod scope;
mod session;

pub use attempts::FailedAttempts;
pub use file_stamp::FileStamp;
pub use key::{KeyId, KeyName, KeyNameError, KeyRecord, KeyText};
pub use key_file::{KeyFile, KeyFileError, KeyRequest};
pub use key_ring::{Change, KeyGrant, KeyRefusal, KeyRing};
pub use request_rate::{
    RATE_WINDOW, RateClient, RateLimiter, RateState, RateVerdict, RequestRate, RequestRateError,
};
pub use scope::{Scope, Scopes};
pub use session::{SESSION_LIFETIME, Sessions};
