//! Random mutations of inputs, the same in each run.

/// Bytes of a mutated input, at most.
const MAX_BYTES: usize = 1 << 16;
/// Changes of an input, at most.
const MAX_CHANGES: u64 = 6;
/// Numbers at which sums overflow and lengths are believed.
const EDGES: [u64; 12] = [
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    u64::MAX,
];
/// Pieces that readers of text and of XML look for.
const WORDS: [&str; 24] = [
    "\"",
    "'",
    ";",
    ",",
    "\t",
    "\n",
    "\r\n",
    "\u{feff}",
    "\0",
    "é",
    "œ",
    "\u{202e}",
    "<",
    "/>",
    "&#0;",
    "]]>",
    "-",
    "e308",
    "NaN",
    "1e-400",
    "9999999999",
    "0x",
    "[[",
    "}}",
];

/// A stream of mutations.
pub struct Mutations {
    state: u64,
}

impl Mutations {
    /// Begins a stream that depends on a name alone.
    pub fn new(name: &str) -> Self {
        let state = name.bytes().fold(24, |state: u64, byte| {
            state.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        Self { state }
    }

    /// Returns one of the inputs, changed.
    pub fn next(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut input = inputs[self.below(inputs.len())].clone();
        for _ in 0..=self.random() % MAX_CHANGES {
            self.change(&mut input, inputs);
        }
        input.truncate(MAX_BYTES);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>, inputs: &[Vec<u8>]) {
        let at = self.below(input.len() + 1);
        match self.random() % 8 {
            0 if at < input.len() => input[at] ^= 1 << self.below(8),
            1 if at < input.len() => input[at] = self.random().to_le_bytes()[0],
            // A number of one to eight bytes, in either order.
            2 => {
                let edge = EDGES[self.below(EDGES.len())];
                let width = 1 << self.below(4);
                let bytes = if self.below(2) == 0 {
                    edge.to_le_bytes()
                } else {
                    (edge << (64 - 8 * width)).to_be_bytes()
                };
                let end = (at + width).min(input.len());
                input[at..end].copy_from_slice(&bytes[..end - at]);
            }
            3 => {
                let end = at + self.below((input.len() - at).min(64) + 1);
                input.drain(at..end);
            }
            // A piece twice.
            4 => {
                let end = at + self.below((input.len() - at).min(256) + 1);
                let piece = input[at..end].to_vec();
                input.splice(at..at, piece);
            }
            // A piece of another input.
            5 => {
                let other = &inputs[self.below(inputs.len())];
                let start = self.below(other.len() + 1);
                let end = start + self.below((other.len() - start).min(256) + 1);
                input.splice(at..at, other[start..end].iter().copied());
            }
            6 => {
                let word = WORDS[self.below(WORDS.len())];
                input.splice(at..at, word.bytes());
            }
            _ => input.truncate(input.len() - self.below((input.len() - at).min(64) + 1)),
        }
    }

    /// Returns a number below a bound, which is not 0.
    fn below(&mut self, bound: usize) -> usize {
        let random = usize::try_from(self.random() >> 1).unwrap_or(usize::MAX);
        random % bound
    }

    /// The numbers of `SplitMix64`.
    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
