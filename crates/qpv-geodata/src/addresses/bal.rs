//! The *Base Adresse Locale*, versions 1.1 to 1.5: `;` or `,`, a header, names in any order and case.
//!
//! Versions differ by what identifies a row: `cle_interop` (and in 1.3 `uid_adresse`, which can hold the three identifiers
//! of the BAN), in 1.4 `id_ban_commune`, `id_ban_toponyme` and `id_ban_adresse`. An address takes the first of
//! `cle_interop`, `id_ban_adresse`, `uid_adresse`, `id_ban_toponyme` that has a value. Version 1.1 has no column for the
//! commune, whose code begins `cle_interop`; version 1.5 calls `voie_nom` `toponyme`. Names in other languages
//! (`voie_nom_bre`) are not read.

use super::AddressFormat;
use super::layout::Names;

/// The columns read of a BAL, found by name. The names cut at ten letters are those of BALs that were a shapefile once.
pub(super) const NAMES: Names = Names {
    format: AddressFormat::Bal,
    telltales: &[
        "voie_nom",
        "cle_interop",
        "cle_intero",
        "commune_insee",
        "commune_nom",
        "id_ban_adresse",
    ],
    ids: &[
        &["cle_interop", "cle_intero", "cle_interro"],
        &["id_ban_adresse"],
        &["uid_adresse", "uid_adress"],
        &["id_ban_toponyme"],
    ],
    number: &["numero"],
    suffix: &["suffixe"],
    street: &["voie_nom", "toponyme"],
    locality: &["lieudit_complement_nom", "lieudit_co"],
    postcode: &[],
    commune: &["commune_insee", "commune_in"],
    key: &["cle_interop", "cle_intero", "cle_interro"],
    city: &["commune_nom", "commune_no"],
    old_city: &["commune_deleguee_nom"],
    lon: &["long", "lon", "long_wgs84"],
    lat: &["lat", "lat_wgs84"],
    x: &["x", "x_l93"],
    y: &["y", "y_l93"],
    position: &["position"],
    certified: &["certification_commune", "certification_adresse"],
};

/// The identifier that a `uid_adresse` of BAL 1.3 gives: what follows `@a:` (or `@a`) when it holds the three
/// identifiers of the BAN, the whole otherwise.
pub(super) fn uid(text: &str) -> &str {
    let part = text
        .split_whitespace()
        .find_map(|part| part.strip_prefix("@a"));
    part.map_or(text, |part| part.trim_start_matches(':'))
}
