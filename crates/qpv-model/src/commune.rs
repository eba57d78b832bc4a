//! A commune of INSEE's official geographic code, or a code or a name that leads to one.

use strum::{Display, EnumString, IntoStaticStr};

use crate::code::CommuneCode;

/// The kind of a code of communes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum CommuneKind {
    /// A commune of today.
    Commune,
    /// An arrondissement of Paris, Lyon or Marseille.
    Arrondissement,
    /// A *commune déléguée*, which kept its name inside a new commune.
    Deleguee,
    /// A *commune associée*.
    Associee,
    /// A code or a name of the past.
    Ancienne,
}

impl CommuneKind {
    /// Returns the name in tables and answers, such as `deleguee`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// One row of a table of communes, as text of that table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommuneRecord<'t> {
    /// Its code.
    pub code: CommuneCode,
    /// Its name; empty for a code of the past whose name is not known.
    pub name: &'t str,
    /// Its kind.
    pub kind: CommuneKind,
    /// Codes of the communes of today that it leads to, separated by blanks; empty for a commune.
    pub belongs_to: &'t str,
    /// The SIREN number of its intercommunality (EPCI), for a commune that is in one; else empty.
    pub epci: &'t str,
    /// The name of its intercommunality, as published.
    pub epci_name: &'t str,
    /// Its postcodes in order, separated by blanks.
    pub postcodes: &'t str,
}

impl CommuneRecord<'_> {
    /// Returns the communes of today that it leads to: itself for a commune, several for one that was split.
    pub fn communes_of_today(&self) -> impl Iterator<Item = CommuneCode> {
        let itself = (self.kind == CommuneKind::Commune).then_some(self.code);
        let others = self.belongs_to.split_whitespace();
        itself
            .into_iter()
            .chain(others.filter_map(|code| code.parse().ok()))
    }
}
