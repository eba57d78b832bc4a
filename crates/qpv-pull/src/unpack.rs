//! Files that came packed otherwise than their readers take them: a table in an archive, a layer in a gzip.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use qpv_delimited::{FileFormat, SNIFFED_BYTES};
use qpv_geodata::Error;
use qpv_geodata::readers::{ReadLimits, read_head};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::catalogue::CatalogueEntry;
use crate::download::web_page;

/// Extensions of the tables that are taken from an archive.
const TABLES: [&str; 4] = ["csv", "txt", "json", "geojson"];
/// Members of an archive that an error names.
const MAX_NAMED_MEMBERS: usize = 12;

/// Returns the folder that a source is unpacked into, within that of the downloads: archives of several sources may have members
/// of one name, and all of them are read only when the last one is there.
pub(crate) fn folder_of(source: &CatalogueEntry, downloads: &Path) -> PathBuf {
    // The name of the file is checked to be plain, and of one source alone; the identifier need not be plain.
    downloads.join("unpacked").join(&source.file)
}

/// Returns the file that the readers take for one that was fetched: itself, or what is packed in it, unpacked into `folder`.
///
/// # Errors
/// [`Error::Refused`] for a web page or an empty file, [`Error::Unreadable`], [`Error::OverLimit`], [`Error::UnknownFormat`]
/// for an archive of several tables none of which is named in the catalogue, [`Error::Io`], [`Error::NoRoom`].
pub(crate) fn readable_file(
    path: &Path,
    from: &str,
    source: &CatalogueEntry,
    folder: &Path,
) -> Result<PathBuf, Error> {
    let mut head = [0; SNIFFED_BYTES];
    let length = read_head(path, &mut head).map_err(Error::io(path))?;
    let head = &head[..length];
    match FileFormat::sniff(head) {
        FileFormat::Markup if is_web_page(head) => Err(web_page(from)),
        FileFormat::Empty => Err(Error::Refused {
            url: from.to_owned(),
            fault: "an empty file came".to_owned(),
            advice: "try again later, or give a copy with --mirror DIR|URL",
        }),
        // Readers of tables take a gzip as it is, and readers of layers an archive.
        FileFormat::Gzip if source.kind.is_layer() => gunzip(path, &source.file, folder),
        FileFormat::Zip if !source.kind.is_layer() => table_of_archive(path, source, folder),
        _ => Ok(path.to_owned()),
    }
}

/// Returns true for the start of a web page, and not of another kind of markup, which readers name.
fn is_web_page(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    text.contains("<!doctype html") || text.contains("<html")
}

fn gunzip(path: &Path, name: &str, folder: &Path) -> Result<PathBuf, Error> {
    let file = BufReader::new(File::open(path).map_err(Error::io(path))?);
    let name = name.strip_suffix(".gz").unwrap_or(name);
    write_member(&mut MultiGzDecoder::new(file), name, path, folder)
}

/// Takes the table out of an archive: the one that the catalogue names, or the only one.
fn table_of_archive(path: &Path, source: &CatalogueEntry, folder: &Path) -> Result<PathBuf, Error> {
    let file = source.file.clone();
    let reader = BufReader::new(File::open(path).map_err(Error::io(path))?);
    let mut archive = ZipArchive::new(reader).map_err(|error| damaged(&file, &error))?;
    let names: Vec<String> = archive
        .file_names()
        .filter_map(Result::ok)
        .map(String::from)
        .collect();
    let tables: Vec<&String> = names.iter().filter(|name| is_table(name)).collect();
    // By the beginning of the name: the rest carries the year.
    let named = tables.iter().find(|name| {
        source
            .layers
            .iter()
            .any(|layer| base_name(name).starts_with(layer.as_str()))
    });
    let table = match (named, tables.as_slice()) {
        (Some(table), _) | (None, [table]) => (*table).clone(),
        // A spreadsheet is an archive too: its reader says what to do.
        (None, []) => return Ok(path.to_owned()),
        (None, several) => {
            let shown: Vec<&str> = several
                .iter()
                .take(MAX_NAMED_MEMBERS)
                .map(|it| it.as_str())
                .collect();
            return Err(Error::NotSingleTable {
                file,
                tables: shown.join(", "),
            });
        }
    };
    let mut member = archive
        .by_name(&table)
        .map_err(|error| damaged(&file, &error))?;
    write_member(&mut member, base_name(&table), path, folder)
}

fn base_name(member: &str) -> &str {
    member.rsplit(['/', '\\']).next().unwrap_or(member)
}

fn is_table(member: &str) -> bool {
    let name = base_name(member).to_ascii_lowercase();
    // Statisticians describe their columns in a second table, and Macintosh computers add hidden ones.
    let describes = name.starts_with("meta") || name.starts_with("._");
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    TABLES.contains(&extension) && !describes && !member.contains("__MACOSX/")
}

fn damaged(file: &str, error: &ZipError) -> Error {
    Error::Unreadable {
        file: file.to_owned(),
        feature: None,
        fault: format!("damaged archive ({error})"),
    }
}

/// Writes what is packed into a file of its own, within the limits on what a small file may unpack to.
fn write_member(
    packed: &mut dyn Read,
    name: &str,
    path: &Path,
    folder: &Path,
) -> Result<PathBuf, Error> {
    let limits = ReadLimits::default();
    let packed_bytes = fs::metadata(path).map_err(Error::io(path))?.len();
    let by_ratio = packed_bytes
        .saturating_mul(limits.max_ratio)
        .max(ReadLimits::RATIO_FROM_BYTES);
    let most = limits.max_unpacked_bytes.min(by_ratio);
    // What a run that was killed left there may be the member of another release.
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).map_err(Error::write(folder))?;
    let target = folder.join(name);
    let mut file = File::create(&target).map_err(Error::write(&target))?;
    // One byte more than allowed shows that there are more.
    let written = std::io::copy(&mut packed.take(most + 1), &mut file);
    if !matches!(written, Ok(bytes) if bytes <= most) {
        // Nobody reads a part, nor would anybody remove it.
        let _ = fs::remove_dir_all(folder);
    }
    match written {
        Ok(bytes) if bytes > most => Err(Error::OverLimit {
            file: path.display().to_string(),
            fault: format!("it unpacks to more than {most} bytes"),
        }),
        Ok(_) => Ok(target),
        Err(error) if is_damage(&error) => Err(Error::Unreadable {
            file: path.display().to_string(),
            feature: None,
            fault: format!("it is cut or damaged ({error})"),
        }),
        Err(error) => Err(Error::write(&target)(error)),
    }
}

/// Returns true for the errors of a decoder, as against those of the disk.
fn is_damage(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}
