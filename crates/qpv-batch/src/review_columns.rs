//! The columns of a list with the reviews of its rows, and the words that they hold.
//!
//! Promises: the column of the zone decides: without one no other column is read for a review. A word that is not known is
//! told, and never taken for a zone.

use std::borrow::Cow;

use qpv_french::fold::fold_name;
use qpv_service::{Zone, one_line};

use crate::column_names::{NO_COLUMN, named};
use crate::error::ColumnsError;
use crate::header_words::{ColumnOwner, HeaderName, matching_columns};

/// Names of the column of the zone, folded. Each has a word for the review beside the zone: lists have columns `zone`,
/// `décision` and `avis` of their own.
const ZONE: &[&str] = &[
    "revue zone",
    "zone revue",
    "review zone",
    "zone review",
    "zone constatee",
    "zone verifiee",
    "zone apres verification",
    "zone decidee",
    "decision zone",
];
/// Names of the column of the evidence.
const REASON: &[&str] = &[
    "revue motif",
    "motif revue",
    "review reason",
    "motif verification",
    "motif decision",
];
/// Names of the column of the function.
const BY: &[&str] = &[
    "revue fonction",
    "fonction revue",
    "revue par",
    "review function",
    "review by",
    "fonction verification",
    "fonction decision",
];
/// Names that any list may have: read in the two columns right of the zone alone.
const BARE_REASON: &[&str] = &["motif", "justificatif", "raison", "reason"];
const BARE_BY: &[&str] = &["fonction", "function", "par", "by"];
/// Columns right of the zone that may have a bare name.
const BARE_WITHIN: usize = 2;

const QPV: &[&str] = &[
    "qpv",
    "en qpv",
    "dans un qpv",
    "dans le qpv",
    "quartier",
    "dans le quartier",
    "dans un quartier",
    "quartier prioritaire",
    "dans le quartier prioritaire",
    "dans un quartier prioritaire",
    "dedans",
    "inside",
    "oui",
    "o",
    "yes",
    "y",
    "vrai",
    "true",
];
const BAND: &[&str] = &[
    "band",
    "band 300 m",
    "bande",
    "bande 300 m",
    "bande de 300 m",
    "bande des 300 m",
    "dans la bande",
    "dans la bande de 300 m",
    "dans la bande des 300 m",
    "moins de 300 m",
    "a moins de 300 m",
    "hors quartier a moins de 300 m",
    "hors quartier dans la bande des 300 m",
    "hors quartier prioritaire mais a moins de 300 m",
];
const OUTSIDE: &[&str] = &[
    "outside",
    "hors bande",
    "hors de la bande",
    "plus de 300 m",
    "a plus de 300 m",
    "au dela de 300 m",
    "hors quartier au dela de 300 m",
    "hors quartier prioritaire au dela de 300 m",
];
/// In no neighbourhood: the data says whether that is the band.
const NOT_QPV: &[&str] = &[
    "hors",
    "dehors",
    "hors qpv",
    "hors zone",
    "hors quartier",
    "hors du quartier",
    "hors quartier prioritaire",
    "pas dans le quartier",
    "non",
    "n",
    "no",
    "faux",
    "false",
];
/// Words of somebody who has not reviewed the row.
const NOT_REVIEWED: &[&str] = &[
    "undetermined",
    "indetermine",
    "indeterminee",
    "a verifier",
    "a revoir",
    "a preciser",
    "inconnu",
    "inconnue",
    "non renseigne",
    "sans objet",
    "ne sait pas",
    "nsp",
    "nc",
    "n c",
    "na",
    "n a",
];
/// The words with the zone that each list of them means.
const ZONES: [(&[&str], GivenZone); 4] = [
    (QPV, GivenZone::Zone(Zone::Qpv)),
    (BAND, GivenZone::Zone(Zone::Band300m)),
    (OUTSIDE, GivenZone::Zone(Zone::Outside)),
    (NOT_QPV, GivenZone::NotQpv),
];

/// Characters of an unknown word that are told.
const TOLD_CHARS: usize = 40;

/// Columns of reviews named by hand; the others are recognised. [`NO_COLUMN`] for the zone: none is read.
#[derive(Debug, Clone, Default)]
pub struct ReviewColumns {
    /// The zone.
    pub zone: Option<String>,
    /// The evidence.
    pub reason: Option<String>,
    /// The function of whoever reviewed.
    pub by: Option<String>,
}

/// The places of the columns in a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReviewPlaces {
    pub(crate) zone: usize,
    pub(crate) reason: Option<usize>,
    pub(crate) by: Option<usize>,
}

/// A review as a row gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GivenReview {
    pub(crate) zone: GivenZone,
    pub(crate) reason: String,
    pub(crate) by: String,
}

/// The zone that a field names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GivenZone {
    /// One of them; never [`Zone::Undetermined`].
    Zone(Zone),
    /// In no neighbourhood: the band, or farther.
    NotQpv,
    /// A word that is not known, cut.
    Unknown(String),
}

impl ReviewColumns {
    /// Finds the columns in a header; `None` without one of zones.
    ///
    /// # Errors
    /// A column that was named and is not there, or several that may be meant.
    pub(crate) fn find(&self, header: &[String]) -> Result<Option<ReviewPlaces>, ColumnsError> {
        let names: Vec<HeaderName> = header.iter().map(|name| HeaderName::new(name)).collect();
        let zone = match self.zone.as_deref() {
            Some(NO_COLUMN) => None,
            Some(name) => Some(named(header, name)?),
            None => only(&names, ZONE)?,
        };
        // A reason without a zone is of something else.
        let Some(zone) = zone else {
            return Ok(None);
        };
        let reason = self.reason.as_deref();
        let by = self.by.as_deref();
        Ok(Some(ReviewPlaces {
            zone,
            reason: text_column(header, zone, reason, REASON, BARE_REASON)?,
            by: text_column(header, zone, by, BY, BARE_BY)?,
        }))
    }
}

/// Returns the column of a text of the review: the one given, else one of the known names anywhere, else of the bare ones
/// right of the zone.
fn text_column(
    header: &[String],
    zone: usize,
    given: Option<&str>,
    known: &[&str],
    bare: &[&str],
) -> Result<Option<usize>, ColumnsError> {
    match given {
        // The review is then incomplete, and its row says so.
        Some(NO_COLUMN) => return Ok(None),
        Some(name) => return named(header, name).map(Some),
        None => {}
    }
    let names: Vec<HeaderName> = header.iter().map(|name| HeaderName::new(name)).collect();
    match only(&names, known)? {
        Some(column) => Ok(Some(column)),
        // Farther away a « motif » is of something else.
        None => beside(&names, zone, bare),
    }
}

/// Returns the only column of one of these names. A review must not be lost between two.
fn only(names: &[HeaderName], known: &[&str]) -> Result<Option<usize>, ColumnsError> {
    let Some(found) = matching_columns(names, known, ColumnOwner::Nobody) else {
        return Ok(None);
    };
    match found.columns.as_slice() {
        [only] => Ok(Some(*only)),
        // Unlike a birth date, nobody would miss it in the answers.
        several => Err(ColumnsError::Ambiguous {
            name: found.known.to_owned(),
            count: several.len(),
        }),
    }
}

/// Returns the column of a bare name that stands right of the zone.
fn beside(
    names: &[HeaderName],
    zone: usize,
    known: &[&str],
) -> Result<Option<usize>, ColumnsError> {
    let end = names.len().min(zone + 1 + BARE_WITHIN);
    let found = only(&names[zone + 1..end], known)?;
    Ok(found.map(|place| zone + 1 + place))
}

impl GivenReview {
    /// Reads the fields of a row; `None` for one without a review.
    pub(crate) fn read(zone: &str, reason: Cow<'_, str>, by: Cow<'_, str>) -> Option<Self> {
        Some(Self {
            zone: GivenZone::read(zone)?,
            reason: reason.into_owned(),
            by: by.into_owned(),
        })
    }
}

impl GivenZone {
    /// Reads a field; `None` where it names nothing.
    fn read(text: &str) -> Option<Self> {
        let words = words(text);
        // A tick folds to nothing too, and says something.
        let is_blank = text
            .chars()
            .all(|sign| sign.is_whitespace() || "-–—_./?☐".contains(sign));
        if is_blank || NOT_REVIEWED.contains(&words.as_str()) {
            return None;
        }
        let mut known = ZONES.iter();
        let known = known.find(|(known, _)| known.contains(&words.as_str()));
        Some(match known {
            Some((_, zone)) => zone.clone(),
            // The whole field may be a letter: its beginning tells which word is meant.
            None => Self::Unknown(one_line(text).chars().take(TOLD_CHARS).collect()),
        })
    }
}

/// Returns the words of a field as they are compared: `300m` and `300 mètres` are `300 m`.
fn words(text: &str) -> String {
    let folded = fold_name(text).replace("300m", "300 m");
    let words = folded.split(' ').map(|word| match word {
        "metres" | "metre" => "m",
        other => other,
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(header: &str) -> Option<[Option<usize>; 3]> {
        let header: Vec<String> = header.split(';').map(ToOwned::to_owned).collect();
        let places = ReviewColumns::default().find(&header).unwrap();
        places.map(|it| [Some(it.zone), it.reason, it.by])
    }

    #[test]
    fn columns_are_known_by_the_zone() {
        for (header, places) in [
            (
                "id;revue_zone;revue_motif;revue_fonction",
                [Some(1), Some(2), Some(3)],
            ),
            (
                "review_by;review_reason;Review Zone",
                [Some(2), Some(1), Some(0)],
            ),
            (
                "Zone constatée;Motif;Fonction;Adresse",
                [Some(0), Some(1), Some(2)],
            ),
            (
                "ZONE VÉRIFIÉE (qpv/bande/hors)*;fonction;motif",
                [Some(0), Some(2), Some(1)],
            ),
            ("RevueZone;Adresse;CP;Motif;Fonction", [Some(0), None, None]),
            ("Fonction;Motif;revue_zone", [Some(2), None, None]),
            (
                "revue_zone;motif;revue_motif;fonction",
                [Some(0), Some(2), None],
            ),
            (
                "Zone de la revue;Motif de la revue;Revue par",
                [Some(0), Some(1), Some(2)],
            ),
        ] {
            assert_eq!(found(header), Some(places), "{header}");
        }
    }

    #[test]
    fn columns_of_other_lists_are_none() {
        for header in [
            "Nom;Adresse;Motif;Fonction",
            "Zone;Décision;Motif;Fonction",
            "Décision d'orientation;Motif d'absence;Fonction du responsable",
            "Avis du conseil;Décision;Revue;Zone de résidence;Zone scolaire",
            "zone;code_qp;lib_qp;leaning;review_status;zone_after_review;revue",
            "Motif de revue;Revue par;Fonction",
        ] {
            assert_eq!(found(header), None, "{header}");
        }
    }

    #[test]
    fn two_columns_of_zones_are_refused() {
        let header = ["revue_zone", "Revue zone"].map(ToOwned::to_owned);
        let found = ReviewColumns::default().find(&header);
        assert!(matches!(
            found,
            Err(ColumnsError::Ambiguous { count: 2, .. })
        ));
        let none = ReviewColumns {
            zone: Some(NO_COLUMN.to_owned()),
            ..ReviewColumns::default()
        };
        assert_eq!(none.find(&header), Ok(None));
    }

    #[test]
    fn zones_are_read_in_french_and_by_their_names() {
        let zone = |text| GivenZone::read(text);
        for text in [
            "qpv",
            "QPV",
            " Dans le quartier ",
            "DANS LE QUARTIER.",
            "oui",
            "Oui",
            "En QPV",
            "inside",
        ] {
            assert_eq!(zone(text), Some(GivenZone::Zone(Zone::Qpv)), "{text}");
        }
        for text in [
            "band_300m",
            "bande",
            "Bande",
            "dans la bande des 300 m",
            "Bande des 300m",
            "bande des 300 mètres",
        ] {
            assert_eq!(zone(text), Some(GivenZone::Zone(Zone::Band300m)), "{text}");
        }
        for text in [
            "outside",
            "Hors bande",
            "au-delà de 300 m",
            "Hors quartier, au-delà de 300 m",
        ] {
            assert_eq!(zone(text), Some(GivenZone::Zone(Zone::Outside)), "{text}");
        }
        for text in [
            "hors",
            "non",
            "Hors quartier",
            "HORS QPV",
            "hors quartier prioritaire",
        ] {
            assert_eq!(zone(text), Some(GivenZone::NotQpv), "{text}");
        }
        for text in [
            "",
            "  ",
            "-",
            "?",
            "—",
            "n/a",
            "NSP",
            "à vérifier",
            "undetermined",
            "Indéterminé",
            "sans objet",
        ] {
            assert_eq!(zone(text), None, "{text}");
        }
        for text in [
            "x",
            "1",
            "✓",
            "peut-être",
            "Bellevue",
            "=HYPERLINK(\"x\")",
            "qpv ou bande",
        ] {
            assert!(matches!(zone(text), Some(GivenZone::Unknown(_))), "{text}");
        }
    }
}
