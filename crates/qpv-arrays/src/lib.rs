//! Flat arrays in one file, mapped into memory as they are: what the indexes of `qpv` are stored as.
//!
//! ```text
//! magic, version, count, sum, length of each array in bytes      eight bytes each
//! the arrays, each beginning on a multiple of eight bytes
//! ```
//!
//! Promises: what was written is read back without a copy, or refused with the reason. Refuses: to say what the arrays
//! mean. Numbers lie in the byte order of the machine; the magic number tells a file of another order.

use std::fmt;
use std::ops::Range;

use bytemuck::{AnyBitPattern, cast_slice, cast_slice_mut};

/// What holds the bytes: a file mapped into memory, or memory.
pub type ArrayBytes = Box<dyn AsRef<[u8]> + Send + Sync>;

/// What a file of arrays is told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its first eight bytes, read as a big-endian number.
    pub magic: [u8; 8],
    /// Changes whenever the arrays' meaning does.
    pub version: u64,
    /// How many arrays.
    pub arrays: usize,
}

/// Why bytes are not such a file.
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
pub struct Arrays {
    bytes: ArrayBytes,
    arrays: Vec<Range<usize>>,
}

/// Words before the lengths: magic, version, count, sum.
const FIXED: usize = 4;

impl Arrays {
    /// A file of these arrays, in memory. `count` is a number for the writer to recognise the content by.
    ///
    /// # Panics
    /// When there are not as many arrays as the kind says.
    #[must_use]
    pub fn write(kind: Kind, count: u64, arrays: &[&[u8]]) -> Self {
        assert_eq!(
            arrays.len(),
            kind.arrays,
            "a file of this kind has a fixed number of arrays"
        );
        let lengths = arrays.iter().map(|array| array.len() as u64);
        let head = [u64::from_be_bytes(kind.magic), kind.version, count, 0];
        let mut words: Vec<u64> = head.into_iter().chain(lengths).collect();
        for array in arrays {
            let start = words.len();
            words.resize(start + array.len().div_ceil(8), 0);
            cast_slice_mut(&mut words[start..])[..array.len()].copy_from_slice(array);
        }
        words[FIXED - 1] = sum_of(&words);
        Self::open_unsummed(kind, Box::new(Words(words))).expect("these bytes were just made")
    }

    /// Opens the bytes of such a file, without copying them, and checks their sum. They must begin on a multiple of
    /// eight, as a mapped file does. The sum guards against accidents, not against forgery: the caller checks where the
    /// bytes come from.
    ///
    /// # Errors
    /// [`ArraysError`].
    pub fn open(kind: Kind, bytes: ArrayBytes) -> Result<Self, ArraysError> {
        let opened = Self::open_unsummed(kind, bytes)?;
        opened.check_sum().map(|()| opened)
    }

    /// [`Arrays::open`] without reading more than the head: for files so large that the sum would take seconds.
    ///
    /// # Errors
    /// [`ArraysError`].
    pub fn open_unsummed(kind: Kind, bytes: ArrayBytes) -> Result<Self, ArraysError> {
        let all = (*bytes).as_ref();
        let words = FIXED + kind.arrays;
        let head: &[u64] = all.get(..words * 8).map_or(&[], |head| {
            bytemuck::try_cast_slice(head).unwrap_or_default()
        });
        let [magic, version, _count, _sum, lengths @ ..] = head else {
            return Err(ArraysError::OtherVersion);
        };
        if (*magic, *version) != (u64::from_be_bytes(kind.magic), kind.version) {
            return Err(ArraysError::OtherVersion);
        }
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
        let index = |at: u64| usize::try_from(at).expect("the file, which is longer, is in memory");
        let arrays = arrays
            .into_iter()
            .map(|(start, length)| index(start)..index(start + length))
            .collect();
        Ok(Self { bytes, arrays })
    }

    /// Reads everything and compares the sum.
    ///
    /// # Errors
    /// [`ArraysError::Altered`].
    pub fn check_sum(&self) -> Result<(), ArraysError> {
        let words: &[u64] = cast_slice(self.bytes());
        if words[FIXED - 1] == sum_of(words) {
            Ok(())
        } else {
            Err(ArraysError::Altered)
        }
    }

    /// The number given to [`Arrays::write`].
    #[must_use]
    pub fn count(&self) -> u64 {
        cast_slice::<u8, u64>(&self.bytes()[..FIXED * 8])[FIXED - 2]
    }

    /// The bytes to store.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    /// One of the arrays.
    ///
    /// # Panics
    /// When there is no such array, or its length is no multiple of the elements' size.
    #[must_use]
    pub fn array<T: AnyBitPattern>(&self, array: usize) -> &[T] {
        cast_slice(&self.bytes()[self.arrays[array].clone()])
    }
}

impl fmt::Debug for Arrays {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Arrays({} bytes)", self.bytes().len())
    }
}

/// Memory that begins on a multiple of eight.
struct Words(Vec<u64>);

impl AsRef<[u8]> for Words {
    fn as_ref(&self) -> &[u8] {
        cast_slice(&self.0)
    }
}

/// A number to recognise content by: see [`Arrays::count`]. Tells accidents, not forgery.
#[must_use]
pub fn sum(words: &[u64]) -> u64 {
    twox_hash::XxHash3_64::oneshot(cast_slice(words))
}

/// The sum over what follows it. Tells accidents, not forgery; ten times as fast as a sum that tells both.
fn sum_of(words: &[u64]) -> u64 {
    sum(&words[FIXED..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: Kind = Kind {
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
        Arrays::write(KIND, 7, &[b"abc", &[], cast_slice(&[1_u32, 2, 3])])
            .bytes()
            .to_vec()
    }

    #[test]
    fn what_was_written_is_read_back() {
        let opened = Arrays::open(KIND, copy(&written())).unwrap();
        assert_eq!(opened.count(), 7);
        assert_eq!(opened.array::<u8>(0), b"abc");
        assert_eq!(opened.array::<u64>(1), &[] as &[u64]);
        assert_eq!(opened.array::<u32>(2), &[1, 2, 3]);
    }

    #[test]
    fn damage_is_told() {
        let whole = written();
        for at in 0..whole.len() {
            let mut altered = whole.clone();
            altered[at] ^= 4;
            // The count is the writer's own affair.
            assert_eq!(
                Arrays::open(KIND, copy(&altered)).is_err(),
                !(16..24).contains(&at),
                "{at}"
            );
        }
        let cut = &whole[..whole.len() - 8];
        assert_eq!(
            Arrays::open(KIND, copy(cut)).unwrap_err(),
            ArraysError::Length {
                expected: whole.len() as u64,
                found: cut.len() as u64
            }
        );
        for other in [
            Kind { version: 4, ..KIND },
            Kind {
                magic: *b"qpv tesT",
                ..KIND
            },
        ] {
            assert_eq!(
                Arrays::open(other, copy(&whole)).unwrap_err(),
                ArraysError::OtherVersion
            );
        }
        assert_eq!(
            Arrays::open(KIND, copy(b"")).unwrap_err(),
            ArraysError::OtherVersion
        );
    }
}
