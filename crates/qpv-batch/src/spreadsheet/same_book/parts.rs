//! The parts of a book, and how they refer to each other.

use std::io::{BufReader, Read, Seek};

use zip::ZipArchive;

use crate::error::BatchError;
use crate::spreadsheet::limits::{MAX_UNPACKED_BYTES, PartReader};
use crate::spreadsheet::rewriting::{each_tag, value_of};

/// The list of the types of parts.
const CONTENT_TYPES: &str = "[Content_Types].xml";

/// A reference from one part to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relationship {
    pub(super) id: String,
    /// The address of its type.
    kind: String,
    /// The path of the part from the root.
    target: String,
}

impl Relationship {
    /// Returns whether its type ends with this word.
    fn is(&self, kind: &str) -> bool {
        self.kind.rsplit('/').next() == Some(kind)
    }
}

/// The parts that matter to a sheet, by their places in the zip.
pub(super) struct BookParts {
    pub(super) content_types: usize,
    pub(super) workbook: usize,
    pub(super) workbook_links: usize,
    /// The path of the workbook.
    pub(super) workbook_path: String,
    pub(super) sheet: usize,
    /// The place of the sheet among all, charts included.
    pub(super) sheet_number: usize,
    pub(super) sheet_names: Vec<String>,
    /// The address of the types of references, without the last word.
    pub(super) link_types: String,
    /// The identifiers of the references of the workbook.
    pub(super) link_ids: Vec<String>,
    pub(super) tables: Vec<usize>,
    /// The paths of all parts.
    pub(super) paths: Vec<String>,
}

impl BookParts {
    /// Finds the parts of the sheet of this name; `None` for a book that is put together in another way.
    pub(super) fn find<R: Read + Seek>(
        archive: &mut ZipArchive<R>,
        sheet: &str,
    ) -> Result<Option<Self>, BatchError> {
        let paths: Vec<String> = (0..archive.len())
            .map(|index| archive.name_for_index(index)?.ok())
            .map(|name| name.map_or_else(String::new, |name| plain(&name)))
            .collect();
        let root = relationships(archive, &paths, "")?;
        let workbook = root.iter().find(|link| link.is("officeDocument"));
        let Some(workbook_path) = workbook.map(|link| link.target.clone()) else {
            return Ok(None);
        };
        let links = relationships(archive, &paths, &workbook_path)?;
        // Their sheets run, and have no place in a book without macros.
        let has_macro_sheets = links.iter().any(|link| link.kind.ends_with("Macrosheet"));
        let places = [CONTENT_TYPES, &workbook_path, &links_path(&workbook_path)]
            .map(|path| place_of(&paths, path));
        let [Some(content_types), Some(workbook), Some(workbook_links)] = places else {
            return Ok(None);
        };
        let mut sheets = vec![];
        each_tag(&mut part(archive, workbook)?, |tag, _| {
            if tag.local_name().as_ref() == "sheet" {
                sheets.push((value_of(tag, "name"), value_of(tag, "id")));
            }
        })?;
        let number = sheets
            .iter()
            .position(|(name, _)| name.as_deref() == Some(sheet));
        let link = number.and_then(|number| {
            let id = sheets[number].1.as_deref()?;
            links.iter().find(|link| link.id == id)
        });
        let (Some(sheet_number), Some(link)) = (number, link.filter(|_| !has_macro_sheets)) else {
            return Ok(None);
        };
        // A reference to a part that is not there: the reader of values takes another way, and so does the new book.
        let Some(sheet) = place_of(&paths, &link.target) else {
            return Ok(None);
        };
        let sheet_links = relationships(archive, &paths, &link.target)?;
        let tables = sheet_links
            .iter()
            .filter(|link| link.is("table"))
            .filter_map(|link| place_of(&paths, &link.target))
            .collect();
        let link_types = link.kind.rsplit_once('/').map_or("", |(types, _)| types);
        Ok(Some(Self {
            content_types,
            workbook,
            workbook_links,
            sheet,
            sheet_number,
            sheet_names: sheets.into_iter().filter_map(|(name, _)| name).collect(),
            link_types: link_types.to_owned(),
            link_ids: links.into_iter().map(|link| link.id).collect(),
            tables,
            workbook_path,
            paths,
        }))
    }

    /// Returns whether the part at a place belongs to macros, which a book in `.xlsx` cannot have.
    pub(super) fn is_macro(&self, place: usize) -> bool {
        is_macro_path(&self.paths[place])
    }
}

/// Returns whether a part belongs to macros.
pub(super) fn is_macro_path(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.starts_with("vbaproject") || name.starts_with("vbadata")
}

/// Opens the XML of the part at a place.
pub(super) fn part<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    place: usize,
) -> Result<PartReader<BufReader<impl Read>>, BatchError> {
    let entry = archive
        .by_index(place)
        .map_err(|fault| BatchError::NotSheet("XLSX", fault.to_string()))?;
    let name = entry
        .name()
        .map_or_else(|_| String::new(), |name| name.to_string());
    Ok(PartReader::new(
        "XLSX",
        &name,
        BufReader::new(entry),
        MAX_UNPACKED_BYTES,
    ))
}

/// Reads the references of a part, the root for an empty path; none when it has none.
fn relationships<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    paths: &[String],
    of: &str,
) -> Result<Vec<Relationship>, BatchError> {
    let Some(place) = place_of(paths, &links_path(of)) else {
        return Ok(vec![]);
    };
    let mut found = vec![];
    each_tag(&mut part(archive, place)?, |tag, _| {
        let is_link = tag.local_name().as_ref() == "Relationship";
        // What stands outside of the book is no part.
        let is_inside = value_of(tag, "TargetMode").as_deref() != Some("External");
        if let (true, Some(id), Some(kind), Some(target)) = (
            is_link && is_inside,
            value_of(tag, "Id"),
            value_of(tag, "Type"),
            value_of(tag, "Target"),
        ) {
            let target = resolved(of, &target);
            found.push(Relationship { id, kind, target });
        }
    })?;
    Ok(found)
}

/// Returns the path of the references of a part.
fn links_path(of: &str) -> String {
    let (folder, name) = of.rsplit_once('/').unwrap_or(("", of));
    let folder = if folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    };
    format!("{folder}_rels/{name}.rels")
}

/// Returns the path of a target as a part refers to it: from its own folder on, or from the root.
fn resolved(from: &str, target: &str) -> String {
    let target = plain(target);
    let from = if target.starts_with('/') { "" } else { from };
    let mut folders: Vec<&str> = from.split('/').collect();
    folders.pop();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            // One step too many stays at the root, as programs take it.
            ".." => drop(folders.pop()),
            name => folders.push(name),
        }
    }
    folders.join("/")
}

fn plain(path: &str) -> String {
    path.replace('\\', "/")
}

/// Returns the place of a part, whatever the case of its path, which programs compare without it.
fn place_of(paths: &[String], wanted: &str) -> Option<usize> {
    let same = paths.iter().position(|path| path == wanted);
    same.or_else(|| {
        paths
            .iter()
            .position(|path| path.eq_ignore_ascii_case(wanted))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_followed_from_their_own_folder() {
        for (from, target, path) in [
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            (
                "xl/workbook.xml",
                "worksheets/sheet1.xml",
                "xl/worksheets/sheet1.xml",
            ),
            (
                "xl/workbook.xml",
                "/xl/worksheets/sheet1.xml",
                "xl/worksheets/sheet1.xml",
            ),
            (
                "xl/worksheets/sheet1.xml",
                "../tables/table1.xml",
                "xl/tables/table1.xml",
            ),
            (
                "xl/worksheets/sheet1.xml",
                "..\\tables\\table1.xml",
                "xl/tables/table1.xml",
            ),
        ] {
            assert_eq!(resolved(from, target), path, "{from} {target}");
        }
        assert_eq!(links_path(""), "_rels/.rels");
        assert_eq!(links_path("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
    }
}
