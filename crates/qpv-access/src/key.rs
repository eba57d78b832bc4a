//! API keys: their text, of which only a hash is stored, and the record of each.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use crate::scope::Scopes;

/// Start of every key, by which people and scanners of leaked secrets recognise it.
const PREFIX: &str = "qpv_";
/// Bytes of a key's public identifier.
const ID_BYTES: usize = 6;
/// Bytes of a key's secret: 256 random bits, which no guess finds, so that a plain hash protects them.
pub(crate) const SECRET_BYTES: usize = 32;
/// Most characters of a key's name.
const MAX_NAME_CHARACTERS: usize = 64;

/// The public identifier of a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId([u8; ID_BYTES]);

/// The text that a client sends as its key: `qpv_`, the identifier, `_`, the secret.
pub struct KeyText {
    id: KeyId,
    secret: [u8; SECRET_BYTES],
}

/// The name that people know a key by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyName(String);

/// The reason why a text is no name for a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyNameError {
    /// It is empty or too long.
    #[error("the name of a key has 1 to {MAX_NAME_CHARACTERS} characters")]
    Length,
    /// It would not show as it is.
    #[error("the name of a key has no control characters, and no space at its ends")]
    Characters,
    /// It could be taken for the identifier of another key.
    #[error("twelve hexadecimal digits are the form of identifiers: choose another name")]
    Identifier,
}

/// A key as the data folder keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRecord {
    /// Its public identifier.
    pub id: KeyId,
    /// The name that people know it by.
    pub name: KeyName,
    /// The resources that it opens.
    pub scopes: Scopes,
    /// The day on which it was made.
    pub created: Date,
    /// The last day on which it is valid; none for a key that ends by being revoked.
    pub expires: Option<Date>,
    /// SHA-256 of its secret.
    pub(crate) sha256: SecretHash,
}

/// The SHA-256 of a secret.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct SecretHash([u8; 32]);

impl KeyRecord {
    /// Returns whether the key is still valid on a day.
    #[must_use]
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.expires.is_none_or(|last| day <= last)
    }

    /// Returns whether a text is this key.
    pub(crate) fn fits(&self, text: &KeyText) -> bool {
        let given = SecretHash::from_secret(&text.secret);
        // In constant time: how early a comparison ends says how much of it was right.
        self.id == text.id && bool::from(self.sha256.0.ct_eq(&given.0))
    }
}

impl KeyText {
    /// Creates a key of random bytes.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let (mut id, mut secret) = ([0; ID_BYTES], [0; SECRET_BYTES]);
        getrandom::fill(&mut id)?;
        getrandom::fill(&mut secret)?;
        Ok(Self {
            id: KeyId(id),
            secret,
        })
    }

    /// Reads the text of a key; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.trim().strip_prefix(PREFIX)?.split_once('_')?;
        Some(Self {
            id: id.parse().ok()?,
            secret: decoded(secret)?,
        })
    }

    /// Returns the public identifier.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Returns the whole text, which is to be shown once.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}_{}", self.id, HEXLOWER.encode(&self.secret))
    }

    pub(crate) fn hash(&self) -> SecretHash {
        SecretHash::from_secret(&self.secret)
    }
}

/// Never the secret.
impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeyText").field(&self.id).finish()
    }
}

impl SecretHash {
    pub(crate) fn from_secret(secret: &[u8]) -> Self {
        Self(Sha256::digest(secret).into())
    }
}

/// Not even the hash.
impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash")
    }
}

impl TryFrom<String> for SecretHash {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        decoded(&text)
            .map(Self)
            .ok_or("expected 64 hexadecimal digits in lower case")
    }
}

impl From<SecretHash> for String {
    fn from(hash: SecretHash) -> Self {
        HEXLOWER.encode(&hash.0)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl FromStr for KeyId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        decoded(text)
            .map(Self)
            .ok_or("expected 12 hexadecimal digits in lower case")
    }
}

impl TryFrom<String> for KeyId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.to_string()
    }
}

/// Decodes so many bytes of hexadecimal digits; `None` for any other text.
fn decoded<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    // The length first, so that nothing is allocated for a long text.
    if text.len() != 2 * BYTES {
        return None;
    }
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

impl KeyName {
    /// Returns the name as a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for KeyName {
    type Err = KeyNameError;

    fn from_str(text: &str) -> Result<Self, KeyNameError> {
        if text.is_empty() || text.chars().count() > MAX_NAME_CHARACTERS {
            return Err(KeyNameError::Length);
        }
        if text.chars().any(char::is_control) || text.trim() != text {
            return Err(KeyNameError::Characters);
        }
        // `revoke` takes a name or an identifier.
        if KeyId::from_str(text).is_ok() {
            return Err(KeyNameError::Identifier);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for KeyName {
    type Error = KeyNameError;

    fn try_from(text: String) -> Result<Self, KeyNameError> {
        text.parse()
    }
}

impl From<KeyName> for String {
    fn from(name: KeyName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_shown() {
        let key = KeyText::random().expect("random bytes");
        let text = key.reveal();
        assert_eq!(text.len(), 4 + 12 + 1 + 64, "{text}");
        let read = KeyText::parse(&text).expect("as shown");
        assert_eq!((read.id(), read.secret), (key.id(), key.secret));
        // Copied with the end of its line.
        assert!(KeyText::parse(&format!(" {text}\n")).is_some());
        let other = KeyText::random().expect("random bytes");
        assert_ne!(other.secret, key.secret);
    }

    #[test]
    fn nothing_but_a_key_is_read_as_one() {
        let digits = "0".repeat(64);
        for text in [
            String::new(),
            "qpv_".to_owned(),
            digits.clone(),
            format!("qpv_{digits}"),
            format!("qpv_0123456789ab_{}", &digits[1..]),
            format!("qpv_0123456789ab_{digits}0"),
            format!("qpv_0123456789AB_{digits}"),
            format!("qpv_0123456789a_{digits}"),
            format!("abc_0123456789ab_{digits}"),
            format!("qpv_0123456789ab_{}é", &digits[2..]),
        ] {
            assert!(KeyText::parse(&text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_secret_is_in_no_debug_text() {
        let key = KeyText::random().expect("random bytes");
        let secret = HEXLOWER.encode(&key.secret);
        let hash = String::from(key.hash());
        let shown = format!("{key:?} {:?}", key.hash());
        assert!(
            !shown.contains(&secret) && !shown.contains(&hash),
            "{shown}"
        );
    }

    #[test]
    fn names_show_as_they_are() {
        for name in ["mairie", "Centre social, poste 2", "é".repeat(64).as_str()] {
            assert!(name.parse::<KeyName>().is_ok(), "{name}");
        }
        for (name, error) in [
            ("", KeyNameError::Length),
            ("é".repeat(65).as_str(), KeyNameError::Length),
            ("a\nb", KeyNameError::Characters),
            (" a", KeyNameError::Characters),
            ("0123456789ab", KeyNameError::Identifier),
        ] {
            assert_eq!(name.parse::<KeyName>(), Err(error), "{name}");
        }
    }
}
