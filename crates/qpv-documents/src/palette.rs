//! The colours of paper, from the table `print.plan` of `tiles/palette.toml`.

use crate::canvas::Color;

const PALETTE: &[u8] = include_bytes!("../../../tiles/palette.toml");

/// Returns a colour of the table. In a constant, a name that the file lacks does not compile.
pub(crate) const fn plan_color(name: &str) -> Color {
    // The last table of the file: what follows it is nothing else.
    let mut line = position(PALETTE, 0, b"\n[print.plan]") + 1;
    loop {
        line = position(PALETTE, line, b"\n") + 1;
        let value = line + name.len();
        if is_at(PALETTE, line, name.as_bytes()) && is_at(PALETTE, value, b" = \"#") {
            let digits = value + 5;
            return (
                hex_byte(PALETTE, digits),
                hex_byte(PALETTE, digits + 2),
                hex_byte(PALETTE, digits + 4),
            );
        }
    }
}

/// Returns the place of the first occurrence from `at` on.
const fn position(text: &[u8], mut at: usize, wanted: &[u8]) -> usize {
    while !is_at(text, at, wanted) {
        // The compiler evaluates this: a missing name ends the build.
        assert!(at < text.len(), "tiles/palette.toml has no such colour");
        at += 1;
    }
    at
}

const fn is_at(text: &[u8], at: usize, wanted: &[u8]) -> bool {
    let mut index = 0;
    // Slices cannot be compared with `==` in a constant function.
    while index < wanted.len() {
        if at + index >= text.len() || text[at + index] != wanted[index] {
            return false;
        }
        index += 1;
    }
    true
}

const fn hex_byte(text: &[u8], at: usize) -> u8 {
    hex_digit(text[at]) * 16 + hex_digit(text[at + 1])
}

const fn hex_digit(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => panic!("colours in tiles/palette.toml have small hexadecimal digits"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_of_the_file() {
        assert_eq!(plan_color("kept"), (0xcd, 0xd9, 0xf0));
        assert_eq!(plan_color("gained"), (0, 0x62, 0x46));
    }
}
