//! A stream of text as UTF-8 with line feeds: what Excel saves as « Texte Unicode » is UTF-16, and old programs of Macintosh ended lines
//! with a carriage return alone.

use std::io::{self, ErrorKind, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE};

use crate::dialect::BYTE_ORDER_MARK;

/// Bytes by which the form of a stream is recognised.
const HEAD_BYTES: usize = 1 << 16;
/// Characters without a mark from which UTF-16 is recognised.
const MIN_UNITS: usize = 4;

/// A stream of text; what is UTF-8 already, or one byte a character, passes unchanged.
pub(crate) struct TextStream<R> {
    input: R,
    /// Read and not yet passed on.
    head: Vec<u8>,
    passed: usize,
    form: Form,
}

/// The form in which a stream comes.
enum Form {
    /// Nothing was read yet.
    Unknown,
    /// As it is passed on.
    Plain,
    /// Lines end with a carriage return.
    CarriageReturns,
    /// Two bytes a character.
    Utf16(Box<Decoder>),
    /// The end of such a stream.
    Ended,
}

impl<R: Read> TextStream<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            input,
            head: vec![],
            passed: 0,
            form: Form::Unknown,
        }
    }

    /// Reads the start of the stream, and sees what it is.
    fn begin(&mut self) -> io::Result<()> {
        let mut head = vec![];
        // Read through `take`, an interrupted read is repeated.
        (&mut self.input)
            .take(HEAD_BYTES as u64)
            .read_to_end(&mut head)?;
        if let Some(encoding) = utf16(&head) {
            let mut decoder = encoding.new_decoder_with_bom_removal();
            // The output says that it is Unicode too.
            self.head = BYTE_ORDER_MARK.to_vec();
            let is_whole = head.len() < HEAD_BYTES;
            decode(&mut decoder, &head, is_whole, &mut self.head);
            self.form = if is_whole {
                Form::Ended
            } else {
                Form::Utf16(Box::new(decoder))
            };
        } else if has_lines_of_old(&head) {
            self.form = Form::CarriageReturns;
            end_lines(&mut head);
            self.head = head;
        } else {
            self.form = Form::Plain;
            self.head = head;
        }
        Ok(())
    }

    /// Reads more of UTF-16 than nothing, unless it has ended.
    fn decode_more(&mut self) -> io::Result<()> {
        let mut bytes = vec![0; HEAD_BYTES];
        while self.passed == self.head.len()
            && let Form::Utf16(decoder) = &mut self.form
        {
            let read = match self.input.read(&mut bytes) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read?,
            };
            self.head.clear();
            self.passed = 0;
            decode(decoder, &bytes[..read], read == 0, &mut self.head);
            if read == 0 {
                self.form = Form::Ended;
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for TextStream<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if matches!(self.form, Form::Unknown) {
            self.begin()?;
        }
        self.decode_more()?;
        let rest = &self.head[self.passed..];
        if !rest.is_empty() {
            let count = rest.len().min(out.len());
            out[..count].copy_from_slice(&rest[..count]);
            self.passed += count;
            return Ok(count);
        }
        match self.form {
            Form::Ended => Ok(0),
            Form::CarriageReturns => {
                let count = self.input.read(out)?;
                end_lines(&mut out[..count]);
                Ok(count)
            }
            _ => self.input.read(out),
        }
    }
}

/// Returns whether lines of a text end with a carriage return alone; blanks are no lines.
fn has_lines_of_old(head: &[u8]) -> bool {
    !head.contains(&b'\n') && !head.contains(&0) && head.trim_ascii().contains(&b'\r')
}

/// Returns the encoding of a text of two bytes a character: with its mark, or most of whose characters have a byte that is zero on
/// the same side.
fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    match head {
        [0xff, 0xfe, ..] => return Some(UTF_16LE),
        [0xfe, 0xff, ..] => return Some(UTF_16BE),
        _ => {}
    }
    let (units, _) = head.as_chunks::<2>();
    let is_mostly = |is_so: fn(&[u8; 2]) -> bool| {
        let count = units.iter().filter(|unit| is_so(unit)).count();
        units.len() >= MIN_UNITS && is_so(&units[0]) && count * 4 >= units.len() * 3
    };
    if is_mostly(|[low, high]| *low != 0 && *high == 0) {
        Some(UTF_16LE)
    } else if is_mostly(|[high, low]| *low != 0 && *high == 0) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Adds the text in bytes; half of a character waits for the rest.
fn decode(decoder: &mut Decoder, mut bytes: &[u8], is_last: bool, text: &mut Vec<u8>) {
    loop {
        let start = text.len();
        text.resize(start + bytes.len() * 2 + 16, 0);
        let (result, read, written, _) = decoder.decode_to_utf8(bytes, &mut text[start..], is_last);
        text.truncate(start + written);
        bytes = &bytes[read..];
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

fn end_lines(text: &mut [u8]) {
    for byte in text {
        if *byte == b'\r' {
            *byte = b'\n';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader of so many bytes at a time.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(out.len());
            self.0.read(&mut out[..count])
        }
    }

    fn passed(bytes: &[u8], at_a_time: usize) -> Vec<u8> {
        let mut out = vec![];
        let mut stream = TextStream::new(Drops(bytes, at_a_time));
        stream.read_to_end(&mut out).unwrap();
        out
    }

    fn utf16_of(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf16_becomes_utf8_with_a_mark() {
        let long = "Prénom;Né\r\nZoé;🏠 – 12 rue\r\n".repeat(5_000);
        for text in ["Prénom;CP\r\nÉloïse;90000\r\n", long.as_str()] {
            let expected = format!("\u{feff}{text}").into_bytes();
            for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
                for mark in ["", "\u{feff}"] {
                    let input = utf16_of(&format!("{mark}{text}"), bytes);
                    for at_a_time in [1, 7, 1 << 20] {
                        assert!(passed(&input, at_a_time) == expected, "{at_a_time}");
                    }
                }
            }
        }
        // An odd byte at the end is told as a character that cannot be read, not lost.
        let mut cut = utf16_of("\u{feff}a;b\n1;2", u16::to_le_bytes);
        cut.pop();
        assert_eq!(passed(&cut, 9), "\u{feff}a;b\n1;\u{fffd}".as_bytes());
    }

    #[test]
    fn carriage_returns_alone_end_lines() {
        let rows = "1;2;3\r".repeat(40_000);
        let expected = rows.replace('\r', "\n").into_bytes();
        assert!(passed(rows.as_bytes(), 5_000) == expected);
    }

    #[test]
    fn all_else_passes_unchanged() {
        let zeros = [b"a;b\n".as_slice(), &[0; 100]].concat();
        for bytes in [
            b"".as_slice(),
            b"a",
            b"a;b\r\n1;2\r\n",
            b"a;\"b\rc\"\n1;2\n",
            b"\xef\xbb\xbfa;b\n",
            b"Pr\xe9nom;CP\n",
            b"\0\0\x27\x0a\0\0\0\0\0\0\0\0",
            b"PK\x03\x04\x14\0\0\0\x08\0",
            b"SQLite format 3\0\x10\0\x01\x01",
            zeros.as_slice(),
        ] {
            assert_eq!(passed(bytes, 3), bytes);
        }
    }
}
