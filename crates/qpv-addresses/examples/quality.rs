//! What share of questions is answered rightly, by kind, and how long an answer takes.
//!
//! Usage: `quality QUERIES_JSON BANO_CSV...`. The questions are those of the peers' `queries.py`, the files those they
//! were drawn from. With `MISSES=1` in the environment the questions answered wrongly are printed, with `ROUNDS=20`
//! all are asked twenty times.
#![expect(clippy::print_stdout, reason = "the figures are what it is run for")]

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

use qpv_addresses::{AddressIndex, IndexBuilder, SearchFilter};
use qpv_model::{Address, PositionKind, Wgs84Point};
use serde_json::Value;

/// Metres within which an answer is right.
const RIGHT_M: f64 = 30.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = std::env::args().skip(1);
    let questions: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(
        files
            .next()
            .ok_or("usage: quality QUERIES_JSON BANO_CSV...")?,
    )?)?;
    let start = Instant::now();
    let index = built(files)?;
    println!(
        "{} addresses, {} bytes each, built in {:.1?}",
        index.len(),
        index.bytes().len() / index.len().max(1),
        start.elapsed()
    );
    let misses = std::env::var_os("MISSES").is_some();
    let rounds = std::env::var("ROUNDS").map_or(Ok(1), |rounds| rounds.parse())?;
    let mut right: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let mut times = Vec::new();
    for question in std::iter::repeat_n(&questions, rounds).flatten() {
        let text = |name: &str| question[name].as_str().unwrap_or_default();
        let start = Instant::now();
        let answers = index.search(text("q"), false, &SearchFilter::default(), 5);
        times.push(start.elapsed());
        let (lon, lat) = (
            question["lon"].as_f64().ok_or("lon")?,
            question["lat"].as_f64().ok_or("lat")?,
        );
        let off = answers.first().map_or(f64::INFINITY, |answer| {
            let dx = (answer.point.lon_deg() - lon) * lat.to_radians().cos();
            dx.hypot(answer.point.lat_deg() - lat) * 111_195.0
        });
        let counts = right.entry(text("kind").to_owned()).or_default();
        counts.1 += 1;
        if off < RIGHT_M {
            counts.0 += 1;
        } else if misses {
            println!(
                "{} | {} {} {}",
                text("q"),
                text("street"),
                text("postcode"),
                text("city")
            );
            for answer in answers.iter().take(3) {
                let number = answer.housenumber.clone().unwrap_or_default();
                println!(
                    "    {:.3} {number} {} {} {} {off:.0} m",
                    answer.score, answer.street, answer.postcode, answer.city
                );
            }
        }
    }
    times.sort();
    let mean = times.iter().sum::<std::time::Duration>() / u32::try_from(times.len().max(1))?;
    println!(
        "mean {mean:.1?}, p50 {:.1?}, p99 {:.1?}",
        times[times.len() / 2],
        times[times.len() * 99 / 100]
    );
    for (kind, (right, all)) in right {
        println!(
            "{kind:12} {:.2} %",
            100.0 * f64::from(right) / f64::from(all)
        );
    }
    Ok(())
}

fn built(files: impl Iterator<Item = String>) -> Result<AddressIndex, Box<dyn Error>> {
    let mut builder = IndexBuilder::new();
    for file in files {
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_path(file)?;
        for row in rows.records() {
            let row = row?;
            let digits = row[1]
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(row[1].len());
            builder.add(&Address {
                id: row[0].to_owned(),
                number: row[1][..digits].parse().ok(),
                suffix: row[1][digits..].trim().to_lowercase(),
                street: row[2].to_owned(),
                locality: String::new(),
                postcode: row[3].to_owned(),
                citycode: row[0][..5].parse()?,
                city: row[4].to_owned(),
                old_city: String::new(),
                point: Wgs84Point::new(row[7].parse()?, row[6].parse()?)?,
                position: PositionKind::Unknown,
                certified: false,
                parcels: Vec::new(),
            });
        }
    }
    Ok(builder.finish())
}
