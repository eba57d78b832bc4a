//! The directories of a PMTiles file: runs of tiles, in the order of the format's curve.

/// A run of tiles with one content, or a directory of them when the run has no length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DirectoryEntry {
    pub first_id: u64,
    pub run_length: u32,
    pub offset: u64,
    pub length: u32,
}

/// Reads an unpacked directory: the columns of its entries one after the other, as numbers of variable length.
pub(super) fn parse_directory(bytes: &[u8]) -> Result<Vec<DirectoryEntry>, String> {
    let mut numbers = Numbers(bytes);
    let count = numbers.next()?;
    // Each entry has four bytes at least: a larger count is a damaged one, and must not reserve memory.
    if count > bytes.len() as u64 / 4 {
        return Err("a directory is cut".to_owned());
    }
    let mut entries = Vec::with_capacity(usize::try_from(count).unwrap_or(0));
    let mut id = 0_u64;
    for _ in 0..count {
        id = id
            .checked_add(numbers.next()?)
            .ok_or("a directory has a number out of range")?;
        entries.push(DirectoryEntry {
            first_id: id,
            run_length: 0,
            offset: 0,
            length: 0,
        });
    }
    for entry in &mut entries {
        entry.run_length = numbers.next_short()?;
    }
    for entry in &mut entries {
        entry.length = numbers.next_short()?;
    }
    let mut end = 0_u64;
    for (index, entry) in entries.iter_mut().enumerate() {
        let number = numbers.next()?;
        // Zero stands for the place right behind the entry before.
        entry.offset = match number.checked_sub(1) {
            Some(offset) => offset,
            None if index > 0 => end,
            None => return Err("a directory begins without a place".to_owned()),
        };
        end = entry.offset.saturating_add(u64::from(entry.length));
    }
    if entries
        .windows(2)
        .any(|pair| pair[0].first_id >= pair[1].first_id)
    {
        return Err("a directory is out of order".to_owned());
    }
    Ok(entries)
}

/// Returns the entry that a tile is in or below.
pub(super) fn find_entry(directory: &[DirectoryEntry], id: u64) -> Option<DirectoryEntry> {
    let after = directory.partition_point(|entry| entry.first_id <= id);
    let entry = *directory.get(after.checked_sub(1)?)?;
    let is_in = entry.run_length == 0 || id - entry.first_id < u64::from(entry.run_length);
    is_in.then_some(entry)
}

/// Numbers of variable length, seven bits a byte.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn next(&mut self) -> Result<u64, String> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let Some((byte, rest)) = self.0.split_first() else {
                return Err("a directory is cut".to_owned());
            };
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err("a directory has a number out of range".to_owned())
    }

    fn next_short(&mut self) -> Result<u32, String> {
        u32::try_from(self.next()?).map_err(|_| "a directory has a number out of range".to_owned())
    }
}
