//! What an index costs as it grows to the size of the country: the shared addresses, copied with other communes and, for
//! two streets of three, other names.
//!
//! Usage: `scale COPIES BANO_CSV...`. Prints addresses, seconds to build, bytes an address; then, for 2,000 questions of
//! each kind, the share answered rightly, requests a second and times on two threads. A question with the commune is
//! right if the address is; without it many streets can be meant, and it is right if the first has the name asked, or
//! while typing one of the five.
//! `scale COPIES --write FILE BANO_CSV...` writes the copies as a file of BANO instead, to be imported and served.
#![expect(clippy::print_stdout, reason = "the figures are what it is run for")]

use std::error::Error;
use std::time::{Duration, Instant};

use qpv_addresses::{AddressIndex, Candidate, IndexBuilder, SearchFilter};
use qpv_model::{Address, CommuneCode, PositionKind, Wgs84Point};

const QUESTIONS: usize = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let copies: u32 = arguments
        .next()
        .ok_or("usage: scale COPIES BANO_CSV...")?
        .parse()?;
    let mut arguments = arguments.peekable();
    let file = arguments
        .next_if(|argument| argument == "--write")
        .and_then(|_| arguments.next());
    let given = given(arguments)?;
    let mut communes: Vec<CommuneCode> = given.iter().map(|address| address.citycode).collect();
    communes.sort();
    communes.dedup();
    if let Some(file) = file {
        return write(&file, copies, &given, &communes);
    }
    let total = given.len() * copies as usize;
    let mut questions = Vec::new();
    let start = Instant::now();
    let mut builder = IndexBuilder::new();
    for copy in 0..copies {
        for (at, address) in given.iter().enumerate() {
            let copied = copied(address, copy, &communes)?;
            if (copy as usize * given.len() + at).is_multiple_of((total / QUESTIONS).max(1)) {
                questions.push(copied.clone());
            }
            builder.add(&copied);
        }
    }
    let read = start.elapsed();
    let index = builder.finish();
    let (bytes, built) = (index.bytes().len() / index.len(), start.elapsed());
    println!(
        "{} addresses, {bytes} bytes each, built in {built:.1?} ({read:.1?} of it taking them in)",
        index.len()
    );
    for kind in KINDS {
        ask(&index, kind, &questions)?;
    }
    Ok(())
}

/// A way to write an address as a question.
struct QuestionKind {
    name: &'static str,
    /// True if the commune follows the street.
    has_commune: bool,
    /// The share of the letters that is typed so far, percent.
    typed: usize,
    /// The name of the street as it is written.
    street: fn(&str) -> String,
}

const fn without_commune(name: &'static str, street: fn(&str) -> String) -> QuestionKind {
    QuestionKind {
        name,
        has_commune: false,
        typed: 100,
        street,
    }
}

const KINDS: &[QuestionKind] = &[
    QuestionKind {
        has_commune: true,
        ..without_commune("with commune, a letter lost", letter_lost)
    },
    without_commune("whole", str::to_owned),
    without_commune("a letter lost", letter_lost),
    without_commune("a letter added", letter_added),
    without_commune("a letter changed", letter_changed),
    without_commune("two letters exchanged", letters_exchanged),
    without_commune("two words glued", words_glued),
    without_commune("a word cut", word_cut),
    without_commune("as it sounds", as_it_sounds),
    QuestionKind {
        typed: 50,
        ..without_commune("half typed", str::to_owned)
    },
    QuestionKind {
        typed: 80,
        ..without_commune("four fifths typed", str::to_owned)
    },
    QuestionKind {
        typed: 80,
        ..without_commune("four fifths typed, a letter lost", letter_lost)
    },
];

impl QuestionKind {
    fn question(&self, address: &Address) -> String {
        let street = format!("{} {}", number(address), (self.street)(&address.street));
        if self.has_commune {
            return format!("{street} {} {}", address.postcode, address.city);
        }
        let letters = street.chars().count();
        street.chars().take(letters * self.typed / 100).collect()
    }

    fn is_typing(&self) -> bool {
        self.typed < 100
    }

    /// Returns true if the first candidate is right, or, of those shown to someone typing, any.
    fn is_answered(&self, asked: &Address, found: &[Candidate]) -> bool {
        let shown = if self.is_typing() { found.len() } else { 1 };
        found
            .iter()
            .take(shown)
            .any(|found| self.is_right(asked, found))
    }

    fn is_right(&self, asked: &Address, found: &Candidate) -> bool {
        if !self.has_commune {
            return found.street == asked.street;
        }
        let (lon, lat) = (asked.point.lon_deg(), asked.point.lat_deg());
        (found.point.lon_deg() - lon).hypot(found.point.lat_deg() - lat) < 3e-4
    }
}

/// The copies as a file of BANO.
fn write(
    file: &str,
    copies: u32,
    given: &[Address],
    communes: &[CommuneCode],
) -> Result<(), Box<dyn Error>> {
    let mut rows = csv::Writer::from_path(file)?;
    for copy in 0..copies {
        for (at, address) in given.iter().enumerate() {
            let Address {
                number,
                suffix,
                street,
                postcode,
                citycode,
                city,
                point,
                ..
            } = copied(address, copy, communes)?;
            let number = number.map_or_else(String::new, |number| format!("{number}{suffix}"));
            let (lat, lon) = (point.lat_deg().to_string(), point.lon_deg().to_string());
            let id = format!("{citycode}{at:05}-{number}");
            rows.write_record([&id, &number, &street, &postcode, &city, "C+O", &lat, &lon])?;
        }
    }
    Ok(rows.flush()?)
}

/// The time of each question, and the number answered rightly.
#[derive(Default)]
struct Measured {
    times: Vec<Duration>,
    right: usize,
}

/// Asks all questions of a kind on two threads.
fn ask(
    index: &AddressIndex,
    kind: &QuestionKind,
    addresses: &[Address],
) -> Result<(), Box<dyn Error>> {
    let (one, other) = addresses.split_at(addresses.len() / 2);
    let start = Instant::now();
    let parts = std::thread::scope(|scope| {
        [one, other]
            .map(|part| scope.spawn(|| measured(index, kind, part)))
            .map(|thread| thread.join().map_err(|_| "a thread panicked"))
    });
    let elapsed = start.elapsed();
    let mut all = Measured::default();
    for part in parts {
        let part = part?;
        all.times.extend(part.times);
        all.right += part.right;
    }
    all.times.sort();
    let asked = all.times.len();
    let percentile = |share: usize| all.times[asked * share / 100];
    println!(
        "{}: {} of {asked} right; {:.0} requests/s, p50 {:.2?}, p99 {:.2?}",
        kind.name,
        all.right,
        asked as f64 / elapsed.as_secs_f64(),
        percentile(50),
        percentile(99)
    );
    Ok(())
}

fn measured(index: &AddressIndex, kind: &QuestionKind, addresses: &[Address]) -> Measured {
    let mut measured = Measured::default();
    let anything = SearchFilter::default();
    let misses = std::env::var_os("MISSES").is_some();
    for address in addresses {
        let question = kind.question(address);
        let start = Instant::now();
        let found = index.search(&question, kind.is_typing(), &anything, 5);
        measured.times.push(start.elapsed());
        let is_right = kind.is_answered(address, &found);
        measured.right += usize::from(is_right);
        if misses && !is_right {
            let first = found.first().map(|first| (first.label(), first.score));
            println!(
                "{}: `{question}` of {}: {first:?}",
                kind.name, address.street
            );
        }
    }
    measured
}

fn number(address: &Address) -> String {
    format!(
        "{} {}",
        address
            .number
            .map_or_else(String::new, |number| number.to_string()),
        address.suffix
    )
}

/// The address in another commune, of another name; the street of another name too, but for one of three.
fn copied(
    address: &Address,
    copy: u32,
    communes: &[CommuneCode],
) -> Result<Address, Box<dyn Error>> {
    let place = communes
        .binary_search(&address.citycode)
        .map_err(|_| "a commune of the list")?;
    let number = copy * u32::try_from(communes.len())? + u32::try_from(place)?;
    // 95 departments of 999 communes; there is no department 20.
    let department = match number / 999 % 95 + 1 {
        20 => 96,
        other => other,
    };
    let steps = usize::try_from(copy)?;
    let street = if steps.is_multiple_of(3) {
        address.street.clone()
    } else {
        other_name(&address.street, steps)
    };
    Ok(Address {
        citycode: format!("{department:02}{:03}", number % 999 + 1).parse()?,
        postcode: format!("{department:02}{:03}", number % 199 * 5),
        city: other_name(&address.city, steps),
        street,
        point: Wgs84Point::new(
            address.point.lon_deg() + 0.01 * f64::from(copy % 11),
            address.point.lat_deg() + 0.01 * f64::from(copy / 11),
        )?,
        ..address.clone()
    })
}

/// Vowels become other vowels and consonants other consonants, in words of five letters and more.
fn other_name(name: &str, steps: usize) -> String {
    const VOWELS: &[u8] = b"aeiou";
    const CONSONANTS: &[u8] = b"bcdfglmnprstv";
    let turned = |word: &str| -> String {
        let turn = |at: usize, byte: u8| {
            let of = |letters: &[u8]| {
                let place = letters
                    .iter()
                    .position(|letter| *letter == byte.to_ascii_lowercase())?;
                Some(letters[(place + steps / (1 + at % 3)) % letters.len()])
            };
            char::from(of(VOWELS).or_else(|| of(CONSONANTS)).unwrap_or(byte))
        };
        let plain = word.len() >= 5 && word.is_ascii();
        if plain {
            word.bytes()
                .enumerate()
                .map(|(at, byte)| turn(at, byte))
                .collect()
        } else {
            word.to_owned()
        }
    };
    // The kind of street stays.
    name.split(' ')
        .enumerate()
        .map(|(at, word)| {
            if at == 0 {
                word.to_owned()
            } else {
                turned(word)
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// A street name cut in two within a word, behind two thirds of its letters.
fn cut_in_two(name: &str) -> (&str, &str) {
    let at = name
        .char_indices()
        .nth(name.chars().count() * 2 / 3)
        .map_or(0, |(at, _)| at);
    name.split_at(at)
}

/// A street name less one letter.
fn letter_lost(name: &str) -> String {
    let (head, tail) = cut_in_two(name);
    let mut letters = tail.chars();
    letters.next();
    format!("{head}{}", letters.as_str())
}

fn letter_added(name: &str) -> String {
    let (head, tail) = cut_in_two(name);
    format!("{head}m{tail}")
}

fn letter_changed(name: &str) -> String {
    let (head, tail) = cut_in_two(name);
    let mut letters = tail.chars();
    let changed = if letters.next() == Some('n') {
        'm'
    } else {
        'n'
    };
    format!("{head}{changed}{}", letters.as_str())
}

fn letters_exchanged(name: &str) -> String {
    let (head, tail) = cut_in_two(name);
    let mut letters = tail.chars();
    let first = letters.next().map(String::from).unwrap_or_default();
    let second = letters.next().map(String::from).unwrap_or_default();
    format!("{head}{second}{first}{}", letters.as_str())
}

/// A street name less its last space.
fn words_glued(name: &str) -> String {
    let (head, tail) = name.rsplit_once(' ').unwrap_or((name, ""));
    format!("{head}{tail}")
}

fn word_cut(name: &str) -> String {
    let (head, tail) = cut_in_two(name);
    format!("{head} {tail}")
}

fn as_it_sounds(name: &str) -> String {
    [
        ("eau", "o"),
        ("au", "o"),
        ("ph", "f"),
        ("qu", "k"),
        ("ll", "l"),
        ("ss", "s"),
        ("tt", "t"),
        ("y", "i"),
        ("h", ""),
    ]
    .into_iter()
    .fold(name.to_lowercase(), |name, (written, sound)| {
        name.replace(written, sound)
    })
}

fn given(files: impl Iterator<Item = String>) -> Result<Vec<Address>, Box<dyn Error>> {
    let mut addresses = Vec::new();
    for file in files {
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_path(file)?;
        for row in rows.records() {
            let row = row?;
            let digits = row[1]
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(row[1].len());
            let (citycode, number) = (&row[0][..5], row[1][..digits].parse().ok());
            addresses.push(Address {
                id: format!("{citycode}_{}_{:05}", &row[0][5..9], number.unwrap_or(0)),
                number,
                suffix: row[1][digits..].trim().to_lowercase(),
                street: row[2].to_owned(),
                locality: String::new(),
                postcode: row[3].to_owned(),
                citycode: citycode.parse()?,
                city: row[4].to_owned(),
                old_city: String::new(),
                point: Wgs84Point::new(row[7].parse()?, row[6].parse()?)?,
                position: PositionKind::Unknown,
                certified: false,
                parcels: Vec::new(),
            });
        }
    }
    Ok(addresses)
}
