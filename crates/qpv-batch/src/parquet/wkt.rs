//! Geometries as well-known text, for formats without them: every kind, with heights and measures, in the reference system
//! of the file.

use std::fmt::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use calamine::Data;

use super::geometry::{bytes, list_value};
use super::wkb::{MAX_DEPTH, WkbHeader, WkbReader, kind};
use crate::row_error::{BAD_GEOMETRY, RowError};
use crate::rows::hexadecimal;

/// The names of the types of well-known binary, by their numbers from 1.
const NAMES: [&str; 7] = [
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
];
const EMPTY: &str = "EMPTY";

/// Returns the text of a row; bytes that are no geometry are written as such.
pub(super) fn value(column: &ArrayRef, encoding: &str, row: usize) -> Data {
    if column.is_null(row) {
        return Data::Empty;
    }
    match bytes(column, row) {
        Some(wkb) => from_wkb(wkb).map_or_else(|_| hexadecimal(wkb), Data::String),
        None => Data::String(from_numbers(column, encoding, row)),
    }
}

/// Returns the text of a geometry in well-known binary.
fn from_wkb(wkb: &[u8]) -> Result<String, RowError> {
    let mut text = String::new();
    push_geometry(&mut text, &mut WkbReader { left: wkb }, 0)?;
    Ok(text)
}

fn push_geometry(
    text: &mut String,
    reader: &mut WkbReader<'_>,
    depth: usize,
) -> Result<(), RowError> {
    let header = reader.header()?;
    let name = (header.kind as usize).checked_sub(1);
    let name = name.and_then(|name| NAMES.get(name)).ok_or(BAD_GEOMETRY)?;
    push_name(text, name, header.letters);
    push_body(text, reader, header, depth)
}

fn push_name(text: &mut String, name: &str, letters: &str) {
    text.push_str(name);
    text.push(' ');
    if !letters.is_empty() {
        text.push_str(letters);
        text.push(' ');
    }
}

/// Writes a geometry without its name, as parts of several stand.
fn push_body(
    text: &mut String,
    reader: &mut WkbReader<'_>,
    header: WkbHeader,
    depth: usize,
) -> Result<(), RowError> {
    if depth > MAX_DEPTH {
        return Err(BAD_GEOMETRY);
    }
    match header.kind {
        kind::POINT => {
            let numbers = reader.numbers(header)?;
            push_point(text, &numbers[..header.dimensions]);
            Ok(())
        }
        kind::LINE => push_line(text, reader, header),
        kind::POLYGON => push_list(text, reader, header, |text, reader| {
            push_line(text, reader, header)
        }),
        kind::COLLECTION => push_list(text, reader, header, |text, reader| {
            push_geometry(text, reader, depth + 1)
        }),
        _ => push_list(text, reader, header, |text, reader| {
            let part = reader.header()?;
            push_body(text, reader, part, depth + 1)
        }),
    }
}

fn push_line(
    text: &mut String,
    reader: &mut WkbReader<'_>,
    header: WkbHeader,
) -> Result<(), RowError> {
    push_list(text, reader, header, |text, reader| {
        let numbers = reader.numbers(header)?;
        push_numbers(text, &numbers[..header.dimensions]);
        Ok(())
    })
}

/// Writes as many parts as the binary announces.
fn push_list(
    text: &mut String,
    reader: &mut WkbReader<'_>,
    header: WkbHeader,
    mut push: impl FnMut(&mut String, &mut WkbReader<'_>) -> Result<(), RowError>,
) -> Result<(), RowError> {
    let count = reader.count(header)?;
    if count == 0 {
        text.push_str(EMPTY);
        return Ok(());
    }
    for part in 0..count {
        text.push_str(if part == 0 { "(" } else { ", " });
        push(text, reader)?;
    }
    text.push(')');
    Ok(())
}

fn push_point(text: &mut String, numbers: &[f64]) {
    // As the standard has no sign for an empty point, it is one of no numbers.
    if numbers.iter().take(2).all(|number| number.is_nan()) {
        text.push_str(EMPTY);
        return;
    }
    text.push('(');
    push_numbers(text, numbers);
    text.push(')');
}

fn push_numbers(text: &mut String, numbers: &[f64]) {
    for (axis, number) in numbers.iter().enumerate() {
        let space = if axis == 0 { "" } else { " " };
        write!(text, "{space}{number}").expect("a text takes everything");
    }
}

/// Returns the text of native points, or of lists of them.
fn from_numbers(column: &ArrayRef, encoding: &str, row: usize) -> String {
    let name = encoding.rsplit('.').next().unwrap_or(encoding);
    let name = name.to_ascii_uppercase();
    let mut text = String::new();
    push_name(&mut text, &name, &letters(column.data_type()));
    push_value(&mut text, column, row, name.ends_with("POINT"));
    text
}

/// Returns the letters of the numbers behind x and y.
fn letters(data_type: &DataType) -> String {
    match data_type {
        DataType::List(field) | DataType::LargeList(field) => letters(field.data_type()),
        DataType::FixedSizeList(field, count) => match (field.name().as_str(), count) {
            (_, 2) => String::new(),
            ("xym", _) => "M".to_owned(),
            (_, 3) => "Z".to_owned(),
            _ => "ZM".to_owned(),
        },
        other => axes(other).split_off(2).concat().to_ascii_uppercase(),
    }
}

/// Returns the axes of a structure, those of the plane first.
fn axes(data_type: &DataType) -> Vec<&'static str> {
    let DataType::Struct(fields) = data_type else {
        return vec!["x", "y"];
    };
    let mut axes = vec!["x", "y", "z", "m"];
    axes.retain(|axis| {
        fields
            .find(axis)
            .is_some_and(|(_, field)| *field.data_type() == DataType::Float64)
    });
    axes
}

fn push_value(text: &mut String, column: &ArrayRef, row: usize, are_points: bool) {
    if let Some(numbers) = numbers(column, row) {
        if are_points {
            push_point(text, &numbers);
        } else {
            push_numbers(text, &numbers);
        }
        return;
    }
    let parts = list_value(column, row).filter(|parts| !parts.is_empty());
    let Some(parts) = parts else {
        text.push_str(EMPTY);
        return;
    };
    for part in 0..parts.len() {
        text.push_str(if part == 0 { "(" } else { ", " });
        push_value(text, &parts, part, are_points);
    }
    text.push(')');
}

/// Returns the numbers of a row of points; `None` for a row of something else, or of nothing.
fn numbers(column: &ArrayRef, row: usize) -> Option<Vec<f64>> {
    if column.is_null(row) {
        return None;
    }
    if let Some(points) = column.as_struct_opt() {
        let axes = axes(column.data_type()).into_iter();
        let number = |axis| {
            let axis = points
                .column_by_name(axis)?
                .as_primitive_opt::<Float64Type>()?;
            axis.is_valid(row).then(|| axis.value(row))
        };
        return Some(axes.map(|axis| number(axis).unwrap_or(f64::NAN)).collect());
    }
    let points = column.as_fixed_size_list_opt()?.value(row);
    Some(points.as_primitive_opt::<Float64Type>()?.values().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Well-known binary of little-endian numbers, after the standard.
    fn wkb(kind: u32, parts: &[&[u8]]) -> Vec<u8> {
        [&[1][..], &kind.to_le_bytes(), &parts.concat()].concat()
    }

    fn coordinates(numbers: &[f64]) -> Vec<u8> {
        numbers
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect()
    }

    fn count(count: u32) -> [u8; 4] {
        count.to_le_bytes()
    }

    #[test]
    fn every_kind_has_its_text() {
        let (a, b) = (coordinates(&[-0.57, 48.75]), coordinates(&[1e-7, 2.0]));
        let (one, two) = (count(1), count(2));
        let line = wkb(2, &[&two, &a, &b]);
        let polygon = wkb(3, &[&one, &two, &a, &b]);
        let point = wkb(1, &[&a]);
        let nowhere = wkb(1, &[&coordinates(&[f64::NAN; 2])]);
        for (wkb, text) in [
            (point.clone(), "POINT (-0.57 48.75)"),
            (line.clone(), "LINESTRING (-0.57 48.75, 0.0000001 2)"),
            (polygon.clone(), "POLYGON ((-0.57 48.75, 0.0000001 2))"),
            (
                wkb(4, &[&two, &point, &nowhere]),
                "MULTIPOINT ((-0.57 48.75), EMPTY)",
            ),
            (
                wkb(5, &[&one, &line]),
                "MULTILINESTRING ((-0.57 48.75, 0.0000001 2))",
            ),
            (
                wkb(6, &[&one, &polygon]),
                "MULTIPOLYGON (((-0.57 48.75, 0.0000001 2)))",
            ),
            (
                wkb(7, &[&one, &point]),
                "GEOMETRYCOLLECTION (POINT (-0.57 48.75))",
            ),
            (wkb(3, &[&count(0)]), "POLYGON EMPTY"),
            (nowhere, "POINT EMPTY"),
            (
                wkb(1001, &[&coordinates(&[1.0, 2.0, 3.0])]),
                "POINT Z (1 2 3)",
            ),
            (
                wkb(0x4000_0001, &[&coordinates(&[1.0, 2.0, 3.0])]),
                "POINT M (1 2 3)",
            ),
            (
                wkb(3001, &[&coordinates(&[1.0, 2.0, 3.0, 4.0])]),
                "POINT ZM (1 2 3 4)",
            ),
        ] {
            assert_eq!(from_wkb(&wkb).as_deref(), Ok(text));
            let broken = &wkb[..wkb.len() - 1];
            assert_eq!(from_wkb(broken), Err(BAD_GEOMETRY), "{text}");
        }
        let mut deep = point;
        for _ in 0..20 {
            deep = wkb(7, &[&one, &deep]);
        }
        assert_eq!(from_wkb(&deep), Err(BAD_GEOMETRY));
    }
}
