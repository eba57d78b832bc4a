//! Flat arrays in one file, mapped into memory as they are: the form in which the indexes of `qpv` are stored.
//!
//! ```text
//! magic, version, count, sum, length of each array in bytes      eight bytes each
//! the arrays, each beginning on a multiple of eight bytes
//! ```
//!
//! Promises: the arrays are read back without a copy, or refused with the reason. Refuses: the meaning of the arrays.
//! Numbers lie in the byte order of the machine; a file of another order has another magic number.

use std::fmt;
use std::ops::Range;

use bytemuck::{AnyBitPattern, cast_slice, cast_slice_mut};

/// The owner of the bytes: a file mapped into memory, or memory.
pub type ArrayBytes = Box<dyn AsRef<[u8]> + Send + Sync>;

/// The identity of a kind of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArrayFileKind {
    /// The first eight bytes, read as a big-endian number.
    pub magic: [u8; 8],
    /// Changes whenever the arrays' meaning does.
    pub version: u64,
    /// Number of arrays.
    pub arrays: usize,
}

/// The reason why bytes are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArraysError {
    /// Written by another version of the program, on a machine of another byte order, or something else altogether.
    #[error("it is not an index of this version")]
    OtherVersion,
    /// The bytes are fewer or more than their header says.
    #[error("it is {found} bytes long, not {expected}: it was cut or altered")]
    Length {
        /// Bytes the header announces.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },
    /// The sum of the content is not the one written at its head.
    #[error("its content was altered")]
    Altered,
}

/// An open file of arrays.
pub struct ArrayFile {
    bytes: ArrayBytes,
    arrays: Vec<Range<usize>>,
}

/// Words before the lengths: magic, version, count, sum.
const FIXED_WORDS: usize = 4;

impl ArrayFile {
    /// Makes a file of these arrays in memory. `count` is a number by which the writer recognises the content.
    ///
    /// # Panics
    /// If the number of arrays is not that of the kind.
    #[must_use]
    pub fn write(kind: ArrayFileKind, count: u64, arrays: &[&[u8]]) -> Self {
        assert_eq!(
            arrays.len(),
            kind.arrays,
            "a file of this kind has a fixed number of arrays"
        );
        let lengths = arrays.iter().map(|array| array.len() as u64);
        let head = [u64::from_be_bytes(kind.magic), kind.version, count, 0];
        let mut words: Vec<u64> = head.into_iter().chain(lengths).collect();
        for array in arrays {
            // Whole words, so that every array begins on a multiple of eight and numbers can be read in place.
            let start = words.len();
            words.resize(start + array.len().div_ceil(8), 0);
            cast_slice_mut(&mut words[start..])[..array.len()].copy_from_slice(array);
        }
        // Last: the sum covers the lengths too.
        words[FIXED_WORDS - 1] = content_sum(&words);
        Self::open_unsummed(kind, Box::new(Words(words))).expect("these bytes were just made")
    }

    /// Opens the bytes of such a file, without copying them, and checks their sum.
    ///
    /// They must begin on a multiple of eight, as a mapped file does. The sum guards against accidents, not against
    /// forgery: the caller checks where the bytes come from.
    ///
    /// # Errors
    /// [`ArraysError`].
    pub fn open(kind: ArrayFileKind, bytes: ArrayBytes) -> Result<Self, ArraysError> {
        let opened = Self::open_unsummed(kind, bytes)?;
        opened.check_sum().map(|()| opened)
    }

    /// [`ArrayFile::open`] without reading more than the header: for files so large that the sum would take seconds.
    ///
    /// # Errors
    /// [`ArraysError`].
    pub fn open_unsummed(kind: ArrayFileKind, bytes: ArrayBytes) -> Result<Self, ArraysError> {
        let all = (*bytes).as_ref();
        let words = FIXED_WORDS + kind.arrays;
        let head: &[u64] = all.get(..words * 8).map_or(&[], |head| {
            bytemuck::try_cast_slice(head).unwrap_or_default()
        });
        let [magic, version, _count, _sum, lengths @ ..] = head else {
            return Err(ArraysError::OtherVersion);
        };
        if (*magic, *version) != (u64::from_be_bytes(kind.magic), kind.version) {
            return Err(ArraysError::OtherVersion);
        }
        // Saturating: the lengths of a damaged file may add up to more than 2^64, which is then no length either.
        let (mut end, mut arrays) = (words as u64 * 8, Vec::with_capacity(kind.arrays));
        for length in lengths {
            arrays.push((end, *length));
            end = end.saturating_add(length.div_ceil(8).saturating_mul(8));
        }
        if end != all.len() as u64 {
            return Err(ArraysError::Length {
                expected: end,
                found: all.len() as u64,
            });
        }
        let arrays = arrays
            .into_iter()
            .map(|(start, length)| memory_index(start)..memory_index(start + length))
            .collect();
        Ok(Self { bytes, arrays })
    }

    /// Reads everything and compares the sum.
    ///
    /// # Errors
    /// [`ArraysError::Altered`].
    pub fn check_sum(&self) -> Result<(), ArraysError> {
        let words: &[u64] = cast_slice(self.bytes());
        if words[FIXED_WORDS - 1] == content_sum(words) {
            Ok(())
        } else {
            Err(ArraysError::Altered)
        }
    }

    /// Returns the number given to [`ArrayFile::write`].
    #[must_use]
    pub fn count(&self) -> u64 {
        cast_slice::<u8, u64>(&self.bytes()[..FIXED_WORDS * 8])[FIXED_WORDS - 2]
    }

    /// Returns the bytes to store.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    /// Returns one of the arrays.
    ///
    /// # Panics
    /// If there is no such array, or its length is no multiple of the elements' size.
    #[must_use]
    pub fn array<T: AnyBitPattern>(&self, array: usize) -> &[T] {
        cast_slice(&self.bytes()[self.arrays[array].clone()])
    }
}

impl fmt::Debug for ArrayFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ArrayFile({} bytes)", self.bytes().len())
    }
}

/// Memory that begins on a multiple of eight.
struct Words(Vec<u64>);

impl AsRef<[u8]> for Words {
    fn as_ref(&self) -> &[u8] {
        cast_slice(&self.0)
    }
}

/// Returns a number by which content is recognised: see [`ArrayFile::count`]. It reveals accidents, not forgery.
#[must_use]
pub fn sum(words: &[u64]) -> u64 {
    twox_hash::XxHash3_64::oneshot(cast_slice(words))
}

/// Returns the sum over the lengths and the arrays. It reveals accidents, not forgery, and is ten times as fast as a sum
/// that reveals both.
fn content_sum(words: &[u64]) -> u64 {
    sum(&words[FIXED_WORDS..])
}

fn memory_index(at: u64) -> usize {
    usize::try_from(at).expect("the file, which is longer, is in memory")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: ArrayFileKind = ArrayFileKind {
        magic: *b"qpv test",
        version: 3,
        arrays: 3,
    };

    fn copy(bytes: &[u8]) -> ArrayBytes {
        let mut words = vec![0_u64; bytes.len().div_ceil(8)];
        cast_slice_mut(&mut words)[..bytes.len()].copy_from_slice(bytes);
        Box::new(Words(words))
    }

    fn written() -> Vec<u8> {
        ArrayFile::write(KIND, 7, &[b"abc", &[], cast_slice(&[1_u32, 2, 3])])
            .bytes()
            .to_vec()
    }

    #[test]
    fn arrays_are_read_back() {
        let opened = ArrayFile::open(KIND, copy(&written())).unwrap();
        assert_eq!(opened.count(), 7);
        assert_eq!(opened.array::<u8>(0), b"abc");
        assert_eq!(opened.array::<u64>(1), &[] as &[u64]);
        assert_eq!(opened.array::<u32>(2), &[1, 2, 3]);
    }

    #[test]
    fn damage_is_detected() {
        let whole = written();
        for at in 0..whole.len() {
            let mut altered = whole.clone();
            altered[at] ^= 4;
            // The count is the writer's own affair.
            assert_eq!(
                ArrayFile::open(KIND, copy(&altered)).is_err(),
                !(16..24).contains(&at),
                "{at}"
            );
        }
        let cut = &whole[..whole.len() - 8];
        assert_eq!(
            ArrayFile::open(KIND, copy(cut)).unwrap_err(),
            ArraysError::Length {
                expected: whole.len() as u64,
                found: cut.len() as u64
            }
        );
        for other in [
            ArrayFileKind { version: 4, ..KIND },
            ArrayFileKind {
                magic: *b"qpv tesT",
                ..KIND
            },
        ] {
            assert_eq!(
                ArrayFile::open(other, copy(&whole)).unwrap_err(),
                ArraysError::OtherVersion
            );
        }
        assert_eq!(
            ArrayFile::open(KIND, copy(b"")).unwrap_err(),
            ArraysError::OtherVersion
        );
    }
}
