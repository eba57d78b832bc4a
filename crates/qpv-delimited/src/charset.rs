//! Encodings of one byte a character.

use std::borrow::Cow;

use encoding_rs::{MACINTOSH, WINDOWS_1252};

/// The upper half of code page 850, in which DOS programs write in Western Europe: the 128 characters of the bytes from 128 on.
/// `encoding_rs` lacks it.
pub const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// An encoding of one byte a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    Windows1252,
    Macintosh,
    Cp850,
}

impl Charset {
    /// Returns the name of the encoding, as HTTP has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Windows1252 => "windows-1252",
            Self::Macintosh => "macintosh",
            Self::Cp850 => "ibm850",
        }
    }

    /// Returns the text in bytes.
    pub(crate) fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Windows1252 => WINDOWS_1252.decode_without_bom_handling(bytes).0,
            Self::Macintosh => MACINTOSH.decode_without_bom_handling(bytes).0,
            Self::Cp850 => decode_cp850(bytes),
        }
    }

    /// Returns a text in bytes. A character that the encoding lacks is written as `&#8209;`.
    pub(crate) fn encode(self, text: &str) -> Cow<'_, [u8]> {
        match self {
            Self::Windows1252 => WINDOWS_1252.encode(text).0,
            Self::Macintosh => MACINTOSH.encode(text).0,
            Self::Cp850 => encode_cp850(text),
        }
    }
}

fn decode_cp850(bytes: &[u8]) -> Cow<'_, str> {
    if let (true, Ok(text)) = (bytes.is_ascii(), str::from_utf8(bytes)) {
        return Cow::Borrowed(text);
    }
    let upper: Vec<char> = CP850.chars().collect();
    let characters = bytes.iter().map(|byte| match byte.checked_sub(128) {
        Some(index) => upper[usize::from(index)],
        None => char::from(*byte),
    });
    Cow::Owned(characters.collect())
}

fn encode_cp850(text: &str) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        let upper = CP850.chars().position(|upper| upper == character);
        match (character.is_ascii(), upper) {
            (true, _) => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            (false, Some(index)) => bytes.push(128 + u8::try_from(index).expect("one of 128")),
            (false, None) => {
                bytes.extend_from_slice(format!("&#{};", u32::from(character)).as_bytes());
            }
        }
    }
    Cow::Owned(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_code_page_850_is_a_character() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = Charset::Cp850.decode(&bytes);
        assert_eq!(text.chars().count(), 256);
        assert_eq!(*Charset::Cp850.encode(&text), *bytes);
        // The places of letters of French, from the table of the Unicode consortium.
        assert_eq!(
            Charset::Cp850.decode(b"\x82\x8a\x85\x87\x93\x90\xd4\xf8\xff"),
            "éèàçôÉÈ°\u{a0}"
        );
        assert_eq!(*Charset::Cp850.encode("cœur"), *b"c&#339;ur");
    }
}
