//! Recognising what a file is, from its first bytes.

use std::io::Read;
use std::path::Path;

use super::columns::Columns;
use super::{AddressFormat, bal, ban, bano};
use crate::Error;
use crate::records::{DELIMITERS, HEAD, first_rows, other_kind};
use crate::source::Source;

const ADVICE: &str = "expected a BAN export (numero, nom_voie, code_insee, …), a Base Adresse Locale (numero, voie_nom, \
                      commune_insee, …) or BANO (8 columns, no header), as CSV text, gzipped or not: give such a file";

/// How a file is written.
#[derive(Debug)]
pub(super) struct Layout {
    pub format: AddressFormat,
    pub delimiter: u8,
    /// Whether its first row is a header.
    pub header: bool,
    pub columns: Columns,
}

/// What a format with a header calls its columns; where several names are given, the first one present counts.
pub(super) struct Names {
    pub format: AddressFormat,
    /// A header with one of these is meant to be of this format.
    pub telltales: &'static [&'static str],
    /// What identifies an address: the first that has a value.
    pub ids: &'static [&'static [&'static str]],
    pub number: &'static [&'static str],
    pub suffix: &'static [&'static str],
    pub street: &'static [&'static str],
    pub locality: &'static [&'static str],
    pub postcode: &'static [&'static str],
    pub commune: &'static [&'static str],
    /// A text that begins with the commune's code.
    pub key: &'static [&'static str],
    pub city: &'static [&'static str],
    pub old_city: &'static [&'static str],
    pub lon: &'static [&'static str],
    pub lat: &'static [&'static str],
    pub x: &'static [&'static str],
    pub y: &'static [&'static str],
    pub position: &'static [&'static str],
    pub certified: &'static [&'static str],
}

/// Which format a file of this name is in, and where its columns are.
///
/// # Errors
/// Those of [`super::read_addresses`].
pub(super) fn recognise(path: &Path, source: Source) -> Result<Layout, Error> {
    let fault = source.faults(path);
    let mut head = Vec::new();
    source.take(HEAD).read_to_end(&mut head).map_err(fault)?;
    let refused = |fault: String| Error::NotAddresses {
        file: path.display().to_string(),
        fault,
        advice: ADVICE,
    };
    if let Some(kind) = other_kind(&head) {
        return Err(refused(kind.to_owned()));
    }
    let mut faults = None;
    for delimiter in DELIMITERS {
        let (header, rows) = first_rows(&head, delimiter);
        let wanted = [&bal::NAMES, &ban::NAMES]
            .into_iter()
            .find(|names| names.are_meant_by(&header));
        let Some(names) = wanted else { continue };
        match names.columns(&header) {
            Ok(_) if !rows => return Err(refused("it has a header and no row".to_owned())),
            Ok(columns) => {
                return Ok(Layout {
                    format: names.format,
                    delimiter,
                    header: true,
                    columns,
                });
            }
            Err(missing) => {
                let (format, missing, header) =
                    (names.format, missing.join(", "), header.join(", "));
                faults.get_or_insert(format!(
                    "read as {format}, its header {missing}; its columns are {header}"
                ));
            }
        }
    }
    if let Some(fault) = faults {
        return Err(refused(fault));
    }
    bano::recognise(&head).ok_or_else(|| refused(unknown(&head)))
}

fn unknown(head: &[u8]) -> String {
    let first = String::from_utf8_lossy(
        head.trim_ascii_start()
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default(),
    );
    let shown: String = first
        .trim_end()
        .chars()
        .take(80)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    format!("its first line is `{shown}`, which is no header of addresses and no address")
}

impl Names {
    fn are_meant_by(&self, header: &[String]) -> bool {
        header
            .iter()
            .any(|name| self.telltales.contains(&name.as_str()))
    }

    /// Where the columns are; or what the header lacks, column by column.
    fn columns(&self, header: &[String]) -> Result<Columns, Vec<String>> {
        let mut faults = Vec::new();
        let mut find = |names: &[&str]| {
            let name = names
                .iter()
                .find(|name| header.iter().any(|found| found == *name))?;
            let mut places = (0..header.len()).filter(|column| header[*column] == *name);
            let place = places.next();
            if places.next().is_some() {
                faults.push(format!("has `{name}` twice"));
            }
            place
        };
        let (number, street, city) = (find(self.number), find(self.street), find(self.city));
        let (commune, key) = (find(self.commune), find(self.key));
        let (lon_lat, x_y) = (
            find(self.lon).zip(find(self.lat)),
            find(self.x).zip(find(self.y)),
        );
        let (suffix, locality, postcode) =
            (find(self.suffix), find(self.locality), find(self.postcode));
        let (old_city, position, certified) = (
            find(self.old_city),
            find(self.position),
            find(self.certified),
        );
        let ids = self.ids.iter().filter_map(|names| find(names)).collect();
        for (found, names) in [
            (number, self.number),
            (street, self.street),
            (city, self.city),
        ] {
            if found.is_none() {
                faults.push(format!("has no `{}`", names[0]));
            }
        }
        if commune.or(key).is_none() {
            faults.push(format!("has no `{}`", self.commune[0]));
        }
        if lon_lat.is_none() && x_y.is_none() {
            faults.push(format!(
                "has neither `{}` and `{}` nor `x` and `y`",
                self.lon[0], self.lat[0]
            ));
        }
        match (number, street, city) {
            (Some(number), Some(street), Some(city)) if faults.is_empty() => Ok(Columns {
                names: header.to_vec(),
                ids,
                number,
                joined: false,
                suffix,
                street,
                locality,
                postcode,
                commune,
                key,
                city,
                old_city,
                lon_lat,
                x_y,
                position,
                certified,
                fictional: false,
            }),
            _ => Err(faults),
        }
    }
}
