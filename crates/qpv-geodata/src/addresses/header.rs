//! Headers of files of addresses: the columns by their names.

use crate::addresses::columns::{AddressColumns, IdColumn, IdFormat};
use crate::addresses::format::AddressFormat;

/// The names that a format with a header gives its columns; of several, the first one present counts.
pub(super) struct HeaderNames {
    pub format: AddressFormat,
    /// A header with one of these is meant to be of this format.
    pub telltales: &'static [&'static str],
    /// The identifiers of an address: the first that has a value counts.
    pub ids: &'static [IdNames],
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
    /// The parcels of the land register.
    pub parcels: &'static [&'static str],
}

/// The names of one column of identifiers.
pub(super) struct IdNames {
    pub format: IdFormat,
    pub names: &'static [&'static str],
}

impl HeaderNames {
    /// Returns true if a header is meant to be of this format.
    pub(super) fn are_in(&self, header: &[String]) -> bool {
        header
            .iter()
            .any(|name| self.telltales.contains(&name.as_str()))
    }

    /// Returns the columns of a header; or its faults, column by column.
    pub(super) fn columns(&self, header: &[String]) -> Result<AddressColumns, Vec<String>> {
        let mut search = HeaderSearch {
            header,
            faults: Vec::new(),
        };
        let number = search.find(self.number);
        let street = search.find(self.street);
        let city = search.find(self.city);
        let commune = search.find(self.commune);
        let key = search.find(self.key);
        let (lon, lat) = (search.find(self.lon), search.find(self.lat));
        let (x, y) = (search.find(self.x), search.find(self.y));
        let suffix = search.find(self.suffix);
        let locality = search.find(self.locality);
        let postcode = search.find(self.postcode);
        let old_city = search.find(self.old_city);
        let position = search.find(self.position);
        let certified = search.find(self.certified);
        let parcels = search.find(self.parcels);
        let mut ids = Vec::new();
        for id in self.ids {
            let format = id.format;
            ids.extend(
                search
                    .find(id.names)
                    .map(|column| IdColumn { column, format }),
            );
        }
        let (lon_lat, x_y) = (lon.zip(lat), x.zip(y));
        let mut faults = search.faults;
        for (found, names) in [
            (number, self.number),
            (street, self.street),
            (city, self.city),
        ] {
            if found.is_none() {
                faults.push(format!("has no `{}`", names[0]));
            }
        }
        // Either is enough: BAL 1.1 has no column for the commune, BAN no key.
        if commune.or(key).is_none() {
            faults.push(format!("has no `{}`", self.commune[0]));
        }
        // Degrees or metres are enough: producers leave one pair empty.
        if lon_lat.is_none() && x_y.is_none() {
            faults.push(format!(
                "has neither `{}` and `{}` nor `x` and `y`",
                self.lon[0], self.lat[0]
            ));
        }
        match (number, street, city) {
            (Some(number), Some(street), Some(city)) if faults.is_empty() => Ok(AddressColumns {
                names: header.to_vec(),
                ids,
                number,
                has_joined_suffix: false,
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
                parcels,
                fictional: false,
            }),
            _ => Err(faults),
        }
    }
}

/// A search for columns in a header.
struct HeaderSearch<'a> {
    header: &'a [String],
    faults: Vec<String>,
}

impl HeaderSearch<'_> {
    /// Returns the column of the first of these names that is present. One that is there twice is a fault: nothing shows
    /// which of the two is meant.
    fn find(&mut self, names: &[&str]) -> Option<usize> {
        let name = names
            .iter()
            .find(|name| self.header.iter().any(|found| found == *name))?;
        let mut places = (0..self.header.len()).filter(|column| self.header[*column] == *name);
        let place = places.next();
        if places.next().is_some() {
            self.faults.push(format!("has `{name}` twice"));
        }
        place
    }
}
