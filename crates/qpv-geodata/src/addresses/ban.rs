//! The export of the *Base Adresse Nationale*: `;`, a header, 23 columns, fewer in older ones.

use crate::addresses::columns::IdFormat;
use crate::addresses::format::AddressFormat;
use crate::addresses::header::{HeaderNames, IdNames};

/// The columns read of a BAN export, found by name; `code_post` is what exports before 2019 called it.
pub(super) const NAMES: HeaderNames = HeaderNames {
    format: AddressFormat::Ban,
    telltales: &["nom_voie", "code_insee", "nom_commune", "id_fantoir"],
    ids: &[IdNames {
        format: IdFormat::Plain,
        names: &["id"],
    }],
    number: &["numero"],
    suffix: &["rep"],
    street: &["nom_voie"],
    locality: &["nom_ld"],
    postcode: &["code_postal", "code_post"],
    commune: &["code_insee"],
    key: &[],
    city: &["nom_commune"],
    old_city: &["nom_ancienne_commune"],
    lon: &["lon"],
    lat: &["lat"],
    x: &["x"],
    y: &["y"],
    position: &["type_position"],
    certified: &["certification_commune"],
    parcels: &["cad_parcelles"],
};
