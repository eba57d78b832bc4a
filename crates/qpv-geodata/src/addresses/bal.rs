//! The *Base Adresse Locale*, versions 1.1 to 1.5: `;` or `,`, a header, names in any order and case.
//!
//! Versions differ by what identifies a row: `cle_interop` (and in 1.3 `uid_adresse`, which can hold the three identifiers
//! of the BAN), in 1.4 `id_ban_commune`, `id_ban_toponyme` and `id_ban_adresse`. An address takes the first of
//! `cle_interop`, `id_ban_adresse`, `uid_adresse`, `id_ban_toponyme` that has a value. Version 1.1 has no column for the
//! commune, whose code begins `cle_interop`; version 1.5 calls `voie_nom` `toponyme`. Names in other languages
//! (`voie_nom_bre`) are not read.

use crate::addresses::columns::IdFormat;
use crate::addresses::format::AddressFormat;
use crate::addresses::header::{HeaderNames, IdNames};

/// The columns read of a BAL, found by name. The names cut at ten letters are those of BALs that were a shapefile once.
pub(super) const NAMES: HeaderNames = HeaderNames {
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
        IdNames {
            format: IdFormat::Plain,
            names: &["cle_interop", "cle_intero", "cle_interro"],
        },
        IdNames {
            format: IdFormat::Plain,
            names: &["id_ban_adresse"],
        },
        IdNames {
            format: IdFormat::Uid,
            names: &["uid_adresse", "uid_adress"],
        },
        IdNames {
            format: IdFormat::Plain,
            names: &["id_ban_toponyme"],
        },
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
    parcels: &["cad_parcelles", "cad_parcel"],
};
