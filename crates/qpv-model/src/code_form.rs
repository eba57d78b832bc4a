//! The form of the codes of a vintage, as a pattern.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::code::QpvCode;

/// The form of the codes of a vintage, such as `QP{dep}###` or `QN{dep}##[NMI]`.
///
/// `{dep}` is the department on three characters, `#` a digit, `[NMI]` one of these letters, and any other character
/// itself; eight characters in all.
///
/// ```
/// use qpv_model::{CodeForm, QpvCode};
/// let form: CodeForm = "QN{dep}##[NMI]".parse().unwrap();
/// assert!(form.fits("QN02A01M".parse::<QpvCode>().unwrap()));
/// assert!(!form.fits("QP061003".parse::<QpvCode>().unwrap()));
/// assert!("QN{dep}##".parse::<CodeForm>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeForm {
    pattern: String,
    slots: Vec<Slot>,
}

/// The text is no form of codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no form of codes: write eight characters, such as `QN{{dep}}##[NMI]`, where {{dep}} is the department on \
     three characters, # a digit, and [NMI] one of these letters"
)]
pub struct CodeFormError(pub String);

/// The characters allowed at a place of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Slot {
    Exactly(u8),
    /// Checked for every code: see [`QpvCode`].
    Department,
    Digit,
    OneOf(Vec<u8>),
}

impl Slot {
    fn allows(&self, character: u8) -> bool {
        match self {
            Self::Exactly(expected) => character == *expected,
            Self::Department => true,
            Self::Digit => character.is_ascii_digit(),
            Self::OneOf(letters) => letters.contains(&character),
        }
    }
}

impl CodeForm {
    /// Returns whether a code has this form.
    #[must_use]
    pub fn fits(&self, code: QpvCode) -> bool {
        let characters = code.as_str().bytes();
        self.slots
            .iter()
            .zip(characters)
            .all(|(slot, character)| slot.allows(character))
    }
}

impl FromStr for CodeForm {
    type Err = CodeFormError;

    fn from_str(pattern: &str) -> Result<Self, CodeFormError> {
        let mut slots = Vec::new();
        // Taken apart from its beginning: the forms are too few for a library of patterns.
        let mut rest = pattern;
        while let Some(first) = rest.bytes().next() {
            if let Some(after) = rest.strip_prefix("{dep}") {
                slots.extend([Slot::Department, Slot::Department, Slot::Department]);
                rest = after;
            } else if let Some(after) = rest.strip_prefix('[') {
                let closed = after.split_once(']');
                let (letters, after) = closed.ok_or_else(|| CodeFormError(pattern.to_owned()))?;
                slots.push(Slot::OneOf(letters.as_bytes().to_vec()));
                rest = after;
            } else {
                slots.push(match first {
                    b'#' => Slot::Digit,
                    b'0'..=b'9' | b'A'..=b'Z' => Slot::Exactly(first),
                    // Anything else would be a slip that no code matches.
                    _ => return Err(CodeFormError(pattern.to_owned())),
                });
                rest = &rest[1..];
            }
        }
        // A code is `Q`, a letter, the department, and three more.
        let is_form = slots.len() == 8
            && slots[0] == Slot::Exactly(b'Q')
            && slots[2..5].iter().all(|slot| *slot == Slot::Department)
            && slots[5..].iter().all(|slot| *slot != Slot::Department);
        if is_form {
            Ok(Self {
                pattern: pattern.to_owned(),
                slots,
            })
        } else {
            Err(CodeFormError(pattern.to_owned()))
        }
    }
}

impl fmt::Display for CodeForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pattern)
    }
}

impl TryFrom<String> for CodeForm {
    type Error = CodeFormError;

    fn try_from(pattern: String) -> Result<Self, CodeFormError> {
        pattern.parse()
    }
}

impl From<CodeForm> for String {
    fn from(form: CodeForm) -> Self {
        form.pattern
    }
}
