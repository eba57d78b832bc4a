//! Which columns hold the positions, and what the added columns are called.

use qpv_geodata::communes::normalised;
use qpv_model::Crs;

use super::{ColumnsError, PositionColumns};

/// Names of longitude and latitude, normalised (see [`normalised`]), those that go together first.
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
    ("coordonneelambertabscisseetablissement", "coordonneelambertordonneeetablissement"),
];

/// The only added column that holds numbers.
pub(super) const DISTANCE: &str = "distance_to_boundary_m";

/// The columns added for one answer, in order.
pub(super) const ADDED: [&str; 8] =
    ["zone", "code_qp", "lib_qp", "distance_to_boundary_m", "nearest_code_qp", "certainty", "vintage", "error"];

/// Where the positions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Positions {
    /// Column of the longitude or easting.
    pub(super) first: usize,
    /// Column of the latitude or northing.
    pub(super) second: usize,
    /// Reference system of eastings and northings.
    pub(super) crs: Option<Crs>,
}

/// Finds the columns of the positions by the names of all columns.
pub(super) fn find(header: &[String], wanted: &PositionColumns) -> Result<Positions, ColumnsError> {
    let crs = wanted.crs;
    if let Some([first, second]) = &wanted.names {
        return Ok(Positions { first: named(header, first)?, second: named(header, second)?, crs });
    }
    let names: Vec<String> = header.iter().map(|name| normalised(name)).collect();
    if let Some((first, second)) = recognise(&names, if crs.is_some() { &X_Y } else { &LON_LAT })? {
        return Ok(Positions { first, second, crs });
    }
    if header.iter().any(|name| name.trim().replace(',', ".").parse::<f64>().is_ok()) {
        return Err(ColumnsError::NoNames);
    }
    if crs.is_none()
        && let Some((x, y)) = recognise(&names, &X_Y)?
    {
        return Err(ColumnsError::CrsNeeded { x: header[x].clone(), y: header[y].clone() });
    }
    let wanted = if crs.is_some() { "easting and northing" } else { "longitude and latitude" };
    Err(ColumnsError::NotFound { wanted, found: header.join(", ") })
}

/// The columns of the first pair of names that are both there; else of any two names, as `long` with `latitude`.
fn recognise(names: &[String], pairs: &[(&str, &str)]) -> Result<Option<(usize, usize)>, ColumnsError> {
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    let pair = pairs.iter().find(|(first, second)| has(first) && has(second)).copied();
    let mixed = || {
        let first = pairs.iter().find(|(first, _)| has(first))?.0;
        let second = pairs.iter().find(|(_, second)| has(second))?.1;
        Some((first, second))
    };
    match pair.or_else(mixed) {
        Some((first, second)) => Ok(Some((only(names, first)?, only(names, second)?))),
        None => Ok(None),
    }
}

/// The column a user named: exactly so, else whatever its case and accents.
fn named(header: &[String], name: &str) -> Result<usize, ColumnsError> {
    if header.iter().any(|column| column.trim() == name.trim()) {
        let header: Vec<&str> = header.iter().map(|column| column.trim()).collect();
        return only(&header, name.trim());
    }
    let names: Vec<String> = header.iter().map(|column| normalised(column)).collect();
    let wanted = normalised(name);
    if names.contains(&wanted) {
        return only(&names, &wanted);
    }
    Err(ColumnsError::NoSuchColumn { name: name.to_owned(), found: header.join(", ") })
}

/// The column of this name, when there is one and not more.
fn only<T: AsRef<str>>(names: &[T], wanted: &str) -> Result<usize, ColumnsError> {
    let mut found = (0..names.len()).filter(|&index| names[index].as_ref() == wanted);
    match (found.next(), found.count()) {
        (Some(index), 0) => Ok(index),
        (_, more) => Err(ColumnsError::Ambiguous { name: wanted.to_owned(), count: more + 1 }),
    }
}

/// Names of the added columns, one group per suffix. When the input already has one of them, whatever the case, they
/// all get `_qpv` besides, then `_qpv2` and so on.
pub(super) fn added(header: &[String], suffixes: &[String]) -> Vec<String> {
    let taken: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
    let endings = std::iter::once(String::new())
        .chain(std::iter::once("_qpv".to_owned()))
        .chain((2..).map(|number| format!("_qpv{number}")));
    let with = |ending: String| -> Vec<String> {
        let groups = suffixes.iter().flat_map(|suffix| ADDED.iter().map(move |name| format!("{name}{suffix}")));
        groups.map(|name| name + &ending).collect()
    };
    endings
        .map(with)
        .find(|names| names.iter().all(|name| !taken.contains(name)))
        .expect("a finite header cannot take infinitely many names")
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
        PositionColumns { crs: Crs::known(2154), names: None }
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
            let found = find(&header(names), &auto()).unwrap();
            assert_eq!((found.first, found.second), (first, second), "{names}");
        }
        for (names, first, second) in
            [("lon;lat;x;y", 2, 3), ("X_L93;Y_L93", 0, 1), ("Coordonnée X;Coordonnée Y", 0, 1)]
        {
            let found = find(&header(names), &lambert()).unwrap();
            assert_eq!((found.first, found.second), (first, second), "{names}");
        }
    }

    #[test]
    fn a_named_column_goes_before_a_recognised_one() {
        let by_name = |names: &str, first: &str, second: &str| {
            let wanted = PositionColumns { crs: None, names: Some([first.to_owned(), second.to_owned()]) };
            find(&header(names), &wanted)
        };
        let found = by_name("lon;lat;Géo Est;Géo Nord", "geo est", "Géo Nord").unwrap();
        assert_eq!((found.first, found.second), (2, 3));
        let fault = by_name("a;b", "a", "c").unwrap_err();
        assert_eq!(fault.to_string(), "there is no column c; the columns are: a, b");
    }

    #[test]
    fn what_is_missing_is_said_with_what_is_there() {
        let fault = find(&header("nom;ville"), &auto()).unwrap_err().to_string();
        assert!(fault.contains("nom, ville") && fault.contains("--lon COLUMN"), "{fault}");
        let fault = find(&header("nom;X;Y"), &auto()).unwrap_err();
        assert_eq!(fault, ColumnsError::CrsNeeded { x: "X".into(), y: "Y".into() });
        assert_eq!(find(&header("1;2.35;48,85"), &auto()).unwrap_err(), ColumnsError::NoNames);
        let fault = find(&header("lon;lat;LON"), &auto()).unwrap_err();
        assert_eq!(fault, ColumnsError::Ambiguous { name: "lon".into(), count: 2 });
    }

    #[test]
    fn added_names_never_clash() {
        let one = [String::new()];
        assert_eq!(added(&header("id;lon"), &one), ADDED);
        assert_eq!(added(&header("id; Zone"), &one)[..2], ["zone_qpv", "code_qp_qpv"]);
        assert_eq!(added(&header("error;zone_qpv"), &one)[0], "zone_qpv2");
        let both = ["_2015".to_owned(), "_2024".to_owned()];
        let names = added(&header("zone"), &both);
        assert_eq!((names.len(), &*names[0], &*names[15]), (16, "zone_2015", "error_2024"));
        assert_eq!(added(&header("zone_2024"), &both)[0], "zone_2015_qpv");
    }
}
