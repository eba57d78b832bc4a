//! Columns of positions: finding them, and reading their cells.

use qpv_french::fold::fold_name;
use qpv_model::{Crs, CrsKind};
use qpv_service::WrittenPlace;
use qpv_service::model::WrittenCoordinate;

use crate::cell::Cell;
use crate::column_names::{listed, named, only};
use crate::error::ColumnsError;
use crate::numbers::coordinate;
use crate::row_error::{BAD_NUMBER, MISSING_COORDINATES, RowError};

/// The values of columns of positions, where columns have types: the end of a sentence.
pub(crate) const POSITION_VALUES: &str = "coordinates must be numbers, or texts of numbers";

/// Names of longitude and latitude, folded (see [`fold_name`]), those that go together first.
const LON_LAT: [(&str, &str); 10] = [
    ("lon", "lat"),
    ("longitude", "latitude"),
    ("long", "lat"),
    ("lng", "lat"),
    ("lon wgs84", "lat wgs84"),
    ("long wgs84", "lat wgs84"),
    ("longitude wgs84", "latitude wgs84"),
    ("x wgs84", "y wgs84"),
    ("x longitude", "y latitude"),
    ("longitude x", "latitude y"),
];

/// Names of easting and northing.
const X_Y: [(&str, &str); 9] = [
    ("x", "y"),
    ("x l93", "y l93"),
    ("x lambert93", "y lambert93"),
    ("x lambert 93", "y lambert 93"),
    ("lambert x", "lambert y"),
    ("coord x", "coord y"),
    ("coordonnee x", "coordonnee y"),
    ("easting", "northing"),
    (
        "coordonneelambertabscisseetablissement",
        "coordonneelambertordonneeetablissement",
    ),
];

/// The two columns of a position.
#[derive(Debug, Clone, Default)]
pub struct PositionColumns {
    /// Reference system of the coordinates, `None` for longitude and latitude on WGS 84.
    pub crs: Option<Crs>,
    /// Names of the columns, longitude or easting first; `None` to recognise them.
    pub names: Option<[String; 2]>,
}

impl PositionColumns {
    /// Returns the reference system of eastings and northings; `None` for longitude and latitude.
    pub(crate) fn projection(&self) -> Option<Crs> {
        self.crs.filter(|crs| crs.kind() != CrsKind::Geographic)
    }

    /// Finds the columns by the names of all columns.
    pub(crate) fn find(&self, header: &[String]) -> Result<[usize; 2], ColumnsError> {
        if let Some([first, second]) = &self.names {
            return Ok([named(header, first)?, named(header, second)?]);
        }
        let names: Vec<String> = header.iter().map(|name| fold_name(name)).collect();
        let is_projected = self.projection().is_some();
        if let Some(found) = recognise(&names, if is_projected { &X_Y } else { &LON_LAT })? {
            return Ok(found);
        }
        // A number among the names shows that the first row already holds data.
        if header
            .iter()
            .any(|name| name.trim().replace(',', ".").parse::<f64>().is_ok())
        {
            return Err(ColumnsError::NoNames);
        }
        if !is_projected && let Some([x, y]) = recognise(&names, &X_Y)? {
            // Said to be in degrees, they are longitude and latitude.
            if self.crs.is_some() {
                return Ok([x, y]);
            }
            // Eastings mean nothing without their system, which must not be guessed.
            return Err(ColumnsError::CrsNeeded {
                x: header[x].clone(),
                y: header[y].clone(),
            });
        }
        let wanted = if is_projected {
            "easting and northing"
        } else {
            "longitude and latitude"
        };
        Err(ColumnsError::NotFound {
            wanted,
            found: listed(header),
        })
    }

    /// Returns the place in the two cells of a row.
    #[inline]
    pub(crate) fn read(&self, cells: &[Cell<'_>]) -> Result<WrittenPlace, RowError> {
        self.place(coordinate(&cells[0]), coordinate(&cells[1]))
    }

    /// Returns the place that two coordinates make. A missing one goes before one that is no number.
    #[inline]
    fn place(
        &self,
        x: Result<WrittenCoordinate, RowError>,
        y: Result<WrittenCoordinate, RowError>,
    ) -> Result<WrittenPlace, RowError> {
        match (x, y) {
            (Ok(x), Ok(y)) => Ok(WrittenPlace::new(self.projection(), x, y)),
            (Err(MISSING_COORDINATES), _) | (_, Err(MISSING_COORDINATES)) => {
                Err(MISSING_COORDINATES)
            }
            _ => Err(BAD_NUMBER),
        }
    }
}

/// Returns the columns of the first pair of names that are both there; else of any two names, as `long` with `latitude`.
fn recognise(names: &[String], pairs: &[(&str, &str)]) -> Result<Option<[usize; 2]>, ColumnsError> {
    let pair = pairs
        .iter()
        .find(|(first, second)| has_name(names, first) && has_name(names, second))
        .copied();
    // Names of one pair come first, for a table may hold several positions.
    match pair.or_else(|| mixed_pair(names, pairs)) {
        Some((first, second)) => Ok(Some([only(names, first)?, only(names, second)?])),
        None => Ok(None),
    }
}

/// Returns the first names of each side that are there, from different pairs.
fn mixed_pair<'p>(names: &[String], pairs: &[(&'p str, &'p str)]) -> Option<(&'p str, &'p str)> {
    let (first, _) = pairs.iter().find(|(first, _)| has_name(names, first))?;
    let (_, second) = pairs.iter().find(|(_, second)| has_name(names, second))?;
    Some((first, second))
}

fn has_name(names: &[String], wanted: &str) -> bool {
    names.iter().any(|name| name == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &str) -> Vec<String> {
        names.split(';').map(ToOwned::to_owned).collect()
    }

    fn auto() -> PositionColumns {
        PositionColumns::default()
    }

    fn lambert() -> PositionColumns {
        PositionColumns {
            crs: Crs::known(2154),
            names: None,
        }
    }

    #[test]
    fn usual_names_are_recognised_whatever_case_and_accents() {
        for (names, first, second) in [
            ("id;lon;lat", 1, 2),
            ("LATITUDE; Longitude ", 1, 0),
            ("x;y;long;lat", 2, 3),
            ("Lng;Lat", 0, 1),
            ("X_WGS84;Y_WGS84", 0, 1),
            ("long;latitude", 0, 1),
            ("longitude;latitude;lon;lat", 2, 3),
            ("longitude;lat;latitude", 0, 2),
        ] {
            let found = auto().find(&header(names)).unwrap();
            assert_eq!(found, [first, second], "{names}");
        }
        for (names, first, second) in [
            ("lon;lat;x;y", 2, 3),
            ("X_L93;Y_L93", 0, 1),
            ("Coordonnée X;Coordonnée Y", 0, 1),
        ] {
            let found = lambert().find(&header(names)).unwrap();
            assert_eq!(found, [first, second], "{names}");
        }
    }

    #[test]
    fn a_system_in_degrees_is_longitude_and_latitude() {
        let degrees = PositionColumns {
            crs: Some(Crs::WGS84),
            names: None,
        };
        for names in ["lat;lon;x;y", "y;x"] {
            let header = header(names);
            assert_eq!(degrees.find(&header).unwrap(), [1, 0], "{names}");
        }
        let cells = [Cell::Number(-0.570_74), Cell::Number(48.755_31)];
        assert_eq!(degrees.read(&cells), auto().read(&cells));
    }

    #[test]
    fn a_named_column_goes_before_a_recognised_one() {
        let by_name = |names: &str, first: &str, second: &str| {
            let wanted = PositionColumns {
                crs: None,
                names: Some([first.to_owned(), second.to_owned()]),
            };
            wanted.find(&header(names))
        };
        let found = by_name("lon;lat;Géo Est;Géo Nord", "geo est", "Géo Nord").unwrap();
        assert_eq!(found, [2, 3]);
        let fault = by_name("a;b", "a", "c").unwrap_err();
        assert_eq!(
            fault.to_string(),
            "there is no column c; the columns are: a, b"
        );
    }

    #[test]
    fn what_is_missing_is_said_with_what_is_there() {
        let fault = auto().find(&header("nom;ville")).unwrap_err().to_string();
        assert!(
            fault.contains("nom, ville") && fault.contains("longitude and latitude"),
            "{fault}"
        );
        let fault = auto().find(&header("nom;X;Y")).unwrap_err();
        assert_eq!(
            fault,
            ColumnsError::CrsNeeded {
                x: "X".into(),
                y: "Y".into()
            }
        );
        assert_eq!(
            auto().find(&header("1;2.35;48,85")).unwrap_err(),
            ColumnsError::NoNames
        );
        let fault = auto().find(&header("lon;lat;LON")).unwrap_err();
        assert_eq!(
            fault,
            ColumnsError::Ambiguous {
                name: "lon".into(),
                count: 2
            }
        );
    }
}
