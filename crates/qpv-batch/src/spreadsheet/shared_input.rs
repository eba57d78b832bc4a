//! One input read at two places at once: the values of a sheet, and the XML that it is copied from.

use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

/// A reader of an input that others read too, with a position of its own.
pub(crate) struct SharedInput<R> {
    input: Rc<RefCell<R>>,
    position: u64,
}

impl<R> SharedInput<R> {
    /// Shares an input.
    pub(crate) fn new(input: R) -> Self {
        Self {
            input: Rc::new(RefCell::new(input)),
            position: 0,
        }
    }

    /// Returns another reader, at the beginning.
    pub(crate) fn another(&self) -> Self {
        Self {
            input: Rc::clone(&self.input),
            position: 0,
        }
    }
}

impl<R: Read + Seek> Read for SharedInput<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut input = self.input.borrow_mut();
        // The other reader has moved it.
        input.seek(SeekFrom::Start(self.position))?;
        let bytes = input.read(buffer)?;
        self.position += bytes as u64;
        Ok(bytes)
    }
}

impl<R: Read + Seek> Seek for SharedInput<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let from = match to {
            SeekFrom::Start(_) | SeekFrom::End(_) => to,
            // A position of the shared input says nothing of this reader's.
            SeekFrom::Current(by) => {
                let position = self.position.checked_add_signed(by);
                SeekFrom::Start(position.ok_or(io::ErrorKind::InvalidInput)?)
            }
        };
        self.position = self.input.borrow_mut().seek(from)?;
        Ok(self.position)
    }
}
