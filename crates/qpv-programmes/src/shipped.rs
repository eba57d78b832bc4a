//! The programmes that come with the program: `geodata/programmes`.

use std::sync::LazyLock;

use crate::programme::Programme;

static SHIPPED: LazyLock<Vec<Programme>> = LazyLock::new(|| {
    // Part of the program, so that a check needs no file but the dataset.
    let texts = [
        include_str!("../../../geodata/programmes/pre-national.toml"),
        include_str!("../../../geodata/programmes/pre-argentan.toml"),
        include_str!("../../../geodata/programmes/pre-flers.toml"),
        include_str!("../../../geodata/programmes/tva-accession.toml"),
        include_str!("../../../geodata/programmes/emplois-francs.toml"),
        include_str!("../../../geodata/programmes/exoneration-commerces.toml"),
        include_str!("../../../geodata/programmes/exonerations-qpv-2026.toml"),
        include_str!("../../../geodata/programmes/surloyer.toml"),
        include_str!("../../../geodata/programmes/abattement-tfpb.toml"),
        include_str!("../../../geodata/programmes/acre.toml"),
        include_str!("../../../geodata/programmes/adultes-relais.toml"),
        include_str!("../../../geodata/programmes/iae.toml"),
    ];
    texts
        .iter()
        .map(|text| Programme::read(text).expect("what is shipped is checked by the tests"))
        .collect()
});

/// Returns the programmes that come with the program.
#[must_use]
pub fn shipped() -> &'static [Programme] {
    &SHIPPED
}
