//! The words on the pages of a report, read from its PDF: the glyphs that are drawn, by the tables of their fonts.
//!
//! Reads what the program writes, no other PDF: one content stream a page, fonts of two-byte glyphs.

use std::collections::HashMap;
use std::io::Read;
use std::str::Chars;

use flate2::read::ZlibDecoder;

/// The text of each glyph of a font.
type GlyphTexts = HashMap<u16, String>;

/// Returns the text drawn on the only page, its lines joined by spaces.
pub fn page_text(pdf: &[u8]) -> String {
    let mut pages = page_texts(pdf);
    assert_eq!(pages.len(), 1);
    pages.remove(0)
}

/// Returns the text drawn on each page, its lines joined by spaces.
pub fn page_texts(pdf: &[u8]) -> Vec<String> {
    // A character for each byte: strings are easier to take apart than bytes.
    let pdf = latin_1(pdf);
    let (_, pages) = pdf.split_once("/Kids[").unwrap();
    let (pages, _) = pages.split_once(']').unwrap();
    let pages = pages.split(" 0 R").map(str::trim);
    pages
        .filter(|number| !number.is_empty())
        .map(|number| text_of(&pdf, object(&pdf, number)))
        .collect()
}

fn text_of(pdf: &str, page: &str) -> String {
    let fonts = fonts(pdf, object(pdf, reference(page, "/Resources ")));
    let content = stream(object(pdf, reference(page, "/Contents ")));
    let (mut text, mut font) = (String::new(), "");
    let mut rest = content.as_str();
    while let Some(at) = rest.find(['(', '/', 'B']) {
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('(') {
            let (glyphs, after) = literal(after);
            text.extend(glyphs.iter().map(|glyph| fonts[font][glyph].as_str()));
            rest = after;
        } else if let Some(after) = rest.strip_prefix("/f") {
            font = after.split_once(' ').unwrap().0;
            rest = after;
        } else if let Some(after) = rest.strip_prefix("BT") {
            text.push(' ');
            rest = after;
        } else {
            rest = &rest[1..];
        }
    }
    text
}

/// The fonts of a page's resources, by the number in their names.
fn fonts<'p>(pdf: &'p str, resources: &'p str) -> HashMap<&'p str, GlyphTexts> {
    let (_, fonts) = resources.split_once("/Font<<").unwrap();
    let (fonts, _) = fonts.split_once(">>").unwrap();
    let fonts = fonts.split("/f").skip(1).map(|font| {
        let (name, _) = font.split_once(' ').unwrap();
        let table = reference(object(pdf, reference(font, " ")), "/ToUnicode ");
        (name, glyph_texts(&stream(object(pdf, table))))
    });
    fonts.collect()
}

/// Reads the lines `<glyph> <text>` of a table, both in hexadecimal digits.
fn glyph_texts(table: &str) -> GlyphTexts {
    let (_, pairs) = table.split_once("beginbfchar").unwrap();
    let pairs = pairs.lines().filter_map(|line| {
        let (glyph, text) = line
            .strip_prefix('<')?
            .strip_suffix('>')?
            .split_once("> <")?;
        let units: Vec<u16> = text.as_bytes().chunks(4).map(hexadecimal).collect();
        Some((
            hexadecimal(glyph.as_bytes()),
            String::from_utf16(&units).unwrap(),
        ))
    });
    pairs.collect()
}

fn hexadecimal(digits: &[u8]) -> u16 {
    u16::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap()
}

/// Splits a text at the end of the string it begins with: its glyphs, and the text after it.
fn literal(text: &str) -> (Vec<u16>, &str) {
    let (mut bytes, mut depth) = (Vec::new(), 0);
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ')' if depth == 0 => break,
            '\\' => bytes.push(escaped(&mut letters)),
            _ => bytes.push(byte(letter)),
        }
        // Brackets in pairs need no escape.
        depth += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
    }
    let (glyphs, _) = bytes.as_chunks();
    let glyphs = glyphs.iter().map(|&glyph| u16::from_be_bytes(glyph));
    (glyphs.collect(), letters.as_str())
}

/// The byte that an escape stands for, after its backslash.
fn escaped(letters: &mut Chars<'_>) -> u8 {
    match letters.next().unwrap() {
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'b' => 0x08,
        'f' => 0x0c,
        digit @ '0'..='7' => {
            let digits = std::iter::once(digit).chain(letters.take(2));
            u8::from_str_radix(&digits.collect::<String>(), 8).unwrap()
        }
        letter => byte(letter),
    }
}

fn object<'p>(pdf: &'p str, number: &str) -> &'p str {
    let (_, object) = pdf.split_once(&format!("\n{number} 0 obj\n")).unwrap();
    object.split_once("\nendobj").unwrap().0
}

/// The number of the object that a dictionary refers to after a name.
fn reference<'p>(dictionary: &'p str, name: &str) -> &'p str {
    let (_, after) = dictionary.split_once(name).unwrap();
    after.split_once(" 0 R").unwrap().0
}

fn stream(object: &str) -> String {
    let (_, packed) = object.split_once("stream\n").unwrap();
    let packed: Vec<u8> = packed.chars().map(byte).collect();
    let mut bytes = Vec::new();
    ZlibDecoder::new(&packed[..])
        .read_to_end(&mut bytes)
        .unwrap();
    latin_1(&bytes)
}

fn latin_1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn byte(letter: char) -> u8 {
    u8::try_from(letter).unwrap()
}
