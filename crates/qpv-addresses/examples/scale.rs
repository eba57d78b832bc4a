//! What an index costs as it grows to the size of the country: the shared addresses, copied with other communes and, for
//! two streets of three, other names.
//!
//! Usage: `scale COPIES BANO_CSV...`. Prints addresses, seconds to build, bytes an address, and times of 2,000 questions
//! with a faulty street name, with the share answered rightly: with the commune; without it, when many streets can be
//! meant; and half typed. `scale COPIES --write FILE BANO_CSV...` writes the copies as a file of BANO instead, to be
//! imported and served.
#![expect(clippy::print_stdout, reason = "the figures are what it is run for")]

use std::error::Error;
use std::time::{Duration, Instant};

use qpv_addresses::{AddressIndex, IndexBuilder, SearchFilter};
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
    ask(&index, "with commune", &questions, |address| {
        format!(
            "{} {} {} {}",
            number(address),
            faulty(&address.street),
            address.postcode,
            address.city
        )
    })?;
    ask(&index, "without", &questions, |address| {
        format!("{} {}", number(address), faulty(&address.street))
    })?;
    ask(&index, "typed so far", &questions, |address| {
        let text = format!("{} {}", number(address), address.street);
        text.chars().take(text.chars().count() / 2).collect()
    })
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

fn ask(
    index: &AddressIndex,
    what: &str,
    questions: &[Address],
    question: impl Fn(&Address) -> String,
) -> Result<(), Box<dyn Error>> {
    let (mut times, mut right) = (Vec::new(), 0);
    for address in questions {
        let question = question(address);
        let start = Instant::now();
        let found = index.search(
            &question,
            what == "typed so far",
            &SearchFilter::default(),
            5,
        );
        times.push(start.elapsed());
        let same = |found: &qpv_addresses::Candidate| {
            let (lon, lat) = (address.point.lon_deg(), address.point.lat_deg());
            (found.point.lon_deg() - lon).hypot(found.point.lat_deg() - lat) < 3e-4
        };
        right += usize::from(found.first().is_some_and(same));
    }
    times.sort();
    let mean = times.iter().sum::<Duration>() / u32::try_from(times.len())?;
    let of = |share: usize| times[times.len() * share / 100];
    println!(
        "{what}: {right} of {} right; mean {mean:.1?}, p50 {:.1?}, p99 {:.1?}",
        questions.len(),
        of(50),
        of(99)
    );
    Ok(())
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

/// A street name less one letter.
fn faulty(name: &str) -> String {
    let middle = name
        .char_indices()
        .nth(name.chars().count() * 2 / 3)
        .map_or(0, |(at, _)| at);
    let mut letters = name[middle..].chars();
    letters.next();
    format!("{}{}", &name[..middle], letters.as_str())
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
            });
        }
    }
    Ok(addresses)
}
