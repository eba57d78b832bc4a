//! Parts of a book copied event by event, some of them changed.

use std::io::{BufRead, Write};

use quick_xml::Writer;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};

use crate::error::BatchError;
use crate::spreadsheet::limits::{EventPlace, PartReader, attribute_text};

/// Copies a part; `edit` returns the XML that stands in the place of an event, `None` to keep it as it is.
pub(super) fn rewrite(
    reader: &mut PartReader<impl BufRead>,
    output: impl Write,
    mut edit: impl FnMut(&Event<'_>, EventPlace) -> Option<String>,
) -> Result<(), BatchError> {
    let mut writer = Writer::new(output);
    while let Some((event, place)) = reader.next_event()? {
        match edit(&event, place) {
            Some(xml) => writer.get_mut().write_all(xml.as_bytes()),
            None => writer.write_event(event),
        }
        .map_err(BatchError::Write)?;
    }
    Ok(())
}

/// Calls `look` with every tag that opens an element, and its depth.
pub(super) fn each_tag(
    reader: &mut PartReader<impl BufRead>,
    mut look: impl FnMut(&BytesStart<'_>, usize),
) -> Result<(), BatchError> {
    while let Some((event, place)) = reader.next_event()? {
        if let Event::Start(tag) | Event::Empty(tag) = &event {
            look(tag, place.depth);
        }
    }
    Ok(())
}

/// Returns the value of an attribute as people read it, by its name without a prefix.
pub(super) fn value_of(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = attributes(tag).find(|attribute| attribute.key.local_name().as_ref() == name)?;
    attribute_text(&found).ok()
}

/// Returns the name of an attribute as it is written, by its name without a prefix.
pub(super) fn name_of(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = attributes(tag).find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.key.as_ref().to_owned())
}

/// Returns the attributes of a tag that can be read: the limits of a book have been checked.
fn attributes<'t>(tag: &'t BytesStart<'_>) -> impl Iterator<Item = Attribute<'t>> {
    let mut attributes = tag.attributes();
    attributes.with_checks(false);
    attributes.flatten()
}

/// Returns the tag with another value of an attribute that it has, and all others as they are.
pub(super) fn with_value(tag: &BytesStart<'_>, name: &str, value: &str) -> BytesStart<'static> {
    let element = tag.name().as_ref().to_owned();
    let mut changed = BytesStart::new(element);
    for attribute in attributes(tag) {
        let key = attribute.key.as_ref();
        if key == name {
            changed.push_attribute((key, value));
        } else {
            changed.push_attribute(attribute);
        }
    }
    changed
}

/// Returns the tag without an attribute.
pub(super) fn without(tag: &BytesStart<'_>, name: &str) -> BytesStart<'static> {
    let element = tag.name().as_ref().to_owned();
    let kept = attributes(tag).filter(|attribute| attribute.key.as_ref() != name);
    BytesStart::new(element).with_attributes(kept).into_owned()
}

/// Returns a tag as it opens its element, or is the whole of it.
pub(super) fn tag_xml(tag: &BytesStart<'_>, is_empty: bool) -> String {
    let end = if is_empty { "/>" } else { ">" };
    format!("<{}{end}", &**tag)
}

/// Returns the prefix of an element with its colon; nothing when it has none.
pub(super) fn prefix_of(name: &str) -> &str {
    name.find(':').map_or("", |colon| &name[..=colon])
}
