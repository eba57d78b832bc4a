//! Pages of texts that are written as differences, measured before `parquet` unpacks them: it takes as much memory as
//! their lengths claim, and a text may repeat the one before it in two bytes.
//!
//! The encodings `DELTA_LENGTH_BYTE_ARRAY` and `DELTA_BYTE_ARRAY`, by the specification of the format.

use ::parquet::basic::Encoding;
use ::parquet::column::page::Page;
use ::parquet::schema::types::ColumnDescriptor;

/// Bits of the widest difference.
const MAX_BITS: usize = 32;

/// Memory of the two lengths of a text, all of which are read with a page.
pub(super) const BYTES_PER_VALUE: usize = 8;

/// Returns whether the texts of a page of this encoding, by its number in the format, are measured.
pub(super) fn is_measured(encoding: i64) -> bool {
    // DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY.
    matches!(encoding, 6 | 7)
}

/// Returns the bytes that the texts of a data page unpack to; `None` when its lengths are damaged.
pub(super) fn text_bytes(page: &Page, column: &ColumnDescriptor) -> Option<usize> {
    let values = &page.buffer()[level_bytes(page, column)?..];
    let most = page.num_values() as usize;
    let (lengths, end) = read_lengths(values, most)?;
    if page.encoding() != Encoding::DELTA_BYTE_ARRAY {
        // Each text stands in the page, which is counted already.
        return Some(0);
    }
    let (suffixes, _) = read_lengths(&values[end..], most)?;
    if suffixes.len() != lengths.len() {
        return None;
    }
    let (mut last, mut all) = (0, 0_usize);
    for (prefix, suffix) in lengths.into_iter().zip(suffixes) {
        let suffix = usize::try_from(suffix)
            .ok()
            .filter(|suffix| *suffix <= values.len())?;
        // Longer than the text before, it is that text.
        last = usize::try_from(prefix).ok()?.min(last) + suffix;
        all = all.checked_add(last)?;
    }
    Some(all)
}

/// Returns the bytes in front of the values.
fn level_bytes(page: &Page, column: &ColumnDescriptor) -> Option<usize> {
    let Page::DataPage {
        buf,
        num_values,
        def_level_encoding,
        rep_level_encoding,
        ..
    } = page
    else {
        let Page::DataPageV2 {
            def_levels_byte_len,
            rep_levels_byte_len,
            ..
        } = page
        else {
            return None;
        };
        let bytes = *def_levels_byte_len as usize + *rep_levels_byte_len as usize;
        return (bytes <= page.buffer().len()).then_some(bytes);
    };
    let mut at = 0;
    for (most, encoding) in [
        (column.max_rep_level(), rep_level_encoding),
        (column.max_def_level(), def_level_encoding),
    ] {
        at += match (most, encoding) {
            (0, _) => 0,
            (_, Encoding::RLE) => 4 + u32::from_le_bytes(*buf.get(at..)?.first_chunk()?) as usize,
            // Of old writers: packed, without a length.
            (most, _) => {
                let bits = u16::BITS - most.cast_unsigned().leading_zeros();
                (*num_values as usize * bits as usize).div_ceil(8)
            }
        };
    }
    (at <= buf.len()).then_some(at)
}

/// Reads lengths, so many at most, in the encoding `DELTA_BINARY_PACKED`, and the place of their end.
fn read_lengths(bytes: &[u8], most: usize) -> Option<(Vec<i32>, usize)> {
    let mut at = 0;
    let block_values = usize::try_from(varint(bytes, &mut at)?).ok()?;
    let minis = usize::try_from(varint(bytes, &mut at)?).ok()?;
    let count = usize::try_from(varint(bytes, &mut at)?).ok()?;
    let mut value = zigzag(varint(bytes, &mut at)?);
    let mini_values = block_values.checked_div(minis)?;
    // The last bound keeps the sums below from overflowing.
    if count > most || mini_values == 0 || mini_values % 32 != 0 || mini_values > 1 << 24 {
        return None;
    }
    let mut lengths = Vec::with_capacity(count);
    if count > 0 {
        lengths.push(value);
    }
    while lengths.len() < count {
        let least = zigzag(varint(bytes, &mut at)?);
        let widths = bytes.get(at..at.checked_add(minis)?)?;
        at += minis;
        for width in widths.iter().map(|width| usize::from(*width)) {
            // Behind the last value nothing is stored, whatever the width says.
            if lengths.len() == count {
                break;
            }
            if width > MAX_BITS {
                return None;
            }
            let packed = bytes.get(at..at + width * mini_values / 8);
            // The last of all may be cut off.
            let packed = packed.unwrap_or(&bytes[at..]);
            at = (at + width * mini_values / 8).min(bytes.len());
            for index in 0..mini_values.min(count - lengths.len()) {
                let delta = bits(packed, index * width, width)?;
                value = value.wrapping_add(least).wrapping_add(delta.cast_signed());
                lengths.push(value);
            }
        }
    }
    Some((lengths, at))
}

/// Returns a number of so many bits, the lowest first; `None` behind the end.
fn bits(bytes: &[u8], start: usize, width: usize) -> Option<u32> {
    let mut found = 0;
    for (place, bit) in (start..start + width).enumerate() {
        let byte = *bytes.get(bit / 8)?;
        found |= u32::from(byte >> (bit % 8) & 1) << place;
    }
    Some(found)
}

fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Returns a signed number, as the reader has it: 32 bits of it.
fn zigzag(value: u64) -> i32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "more is damage, and found by its lengths"
    )]
    let value = value as u32;
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_the_specification() {
        // Its own example: 7, 5, 3, 1, 2, 3, 4, 5 in blocks of 128 and miniblocks of 32, least difference -2.
        let packed = [0b1100_0000, 0b1111_1111_u8];
        // Differences above the least: 0, 0, 0, 3, 3, 3, 3, of two bits each, the lowest first.
        let mut bytes = vec![0x80, 1, 4, 8, 14, 3, 2, 0, 0, 0];
        bytes.extend(packed);
        bytes.extend([0; 6]);
        let (lengths, end) = read_lengths(&bytes, 8).unwrap();
        assert_eq!((lengths, end), (vec![7, 5, 3, 1, 2, 3, 4, 5], bytes.len()));
        assert!(read_lengths(&bytes, 7).is_none());
        for end in 0..11 {
            assert!(read_lengths(&bytes[..end], 8).is_none(), "{end}");
        }
        // More values than memory has, in blocks of none.
        assert!(read_lengths(&[0x80, 1, 4, 0xff, 0xff, 0xff, 0xff, 0x7f, 0], 8).is_none());
        assert!(read_lengths(&[0, 4, 8, 14], 8).is_none());
    }
}
