//! Scopes: the kinds of resources that a key opens.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// A kind of resources that a key may open. None includes another one.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Scope {
    /// Answers about one place, perimeters, maps: everything that is no list.
    Check,
    /// Lists and tables.
    Batch,
    /// Figures about the service itself.
    Admin,
}

/// A set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Scope>", into = "Vec<Scope>")]
pub struct Scopes(u8);

impl Scopes {
    /// Returns whether a scope is one of the set.
    #[must_use]
    pub fn contain(self, scope: Scope) -> bool {
        self.0 & bit(scope) != 0
    }

    /// Returns the scopes, in the order of [`Scope`].
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::VARIANTS
            .iter()
            .copied()
            .filter(move |scope| self.contain(*scope))
    }

    /// Returns whether the set is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Returns the bit that stands for a scope.
fn bit(scope: Scope) -> u8 {
    1 << scope as u8
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | bit(scope)))
    }
}

impl From<Vec<Scope>> for Scopes {
    fn from(scopes: Vec<Scope>) -> Self {
        scopes.into_iter().collect()
    }
}

impl From<Scopes> for Vec<Scope> {
    fn from(scopes: Scopes) -> Self {
        scopes.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_its_scopes_and_no_other() {
        let scopes: Scopes = [Scope::Batch, Scope::Check, Scope::Batch]
            .into_iter()
            .collect();
        assert_eq!(
            scopes.iter().collect::<Vec<_>>(),
            [Scope::Check, Scope::Batch]
        );
        assert!(!scopes.contain(Scope::Admin));
        let json = serde_json::to_string(&scopes).expect("plain data");
        assert_eq!(json, r#"["check","batch"]"#);
        assert_eq!(
            serde_json::from_str::<Scopes>(&json).expect("as written"),
            scopes
        );
        assert!(serde_json::from_str::<Scopes>(r#"["all"]"#).is_err());
    }
}
