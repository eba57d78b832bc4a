//! The truth tables of the shipped programmes (`tests/tables`): each line gives facts, the sentence of the text that it
//! follows, and the answer of somebody who reads that text.
//!
//! A table is TOML. `texts` gives the sentences by name, and each entry of `line` names one (`cites`) beside its facts:
//!
//! | key | value |
//! |---|---|
//! | `on` | the day of the check |
//! | `age` or `birth_date` | of the person; an age is that of a birthday half a year ago |
//! | `home` | `qpv`, `band`, `outside`, `line` (one of the first two), `far_line` (one of the last two), `unknown` |
//! | `perimeters` | the perimeters of a home in one, or on the line of one |
//! | `commune`, `school_commune` | INSEE codes |
//! | `school` | `rep`, `rep+`, `plain`, `none`, `not_found`, `no_list` |
//! | `boundary` | `follows`, `none`, `unknown`: streets that a limit follows |
//! | `places` | by `NAME`, `NAME@DAY` or `NAME@VINTAGE`: `inside`, `outside`, `doubtful` |
//! | `building` | by the same names: `nearest_m`, `farthest_m` (beyond 5 km without), `inside`, `doubt_m` |
//! | `declared` | the facts asked for: true, false, numbers, days |
//! | `expected` | the outcome |
//! | `rule` | the rule that answers, from 1, where two give the same outcome |
//! | `missing` | the kinds of condition that lack a fact, each once, where only these may be asked for |
//!
//! What a line does not say is not known. `base`, when a table has it, gives what its lines leave out; `without` takes
//! facts of it away.
//!
//! `QPV_PROGRAMMES_DIR` names a folder of programmes to hold against their tables instead of those that are shipped.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use qpv_model::{CommuneCode, PossibleZones, PriorityNetwork, QpvCode, Slug};
use qpv_programmes::{
    AddressDoubt, Assessment, BoundaryFact, BuildingFacts, FootprintFact, HomeFacts, KnownFacts,
    PlaceFact, PlaceQuestion, PlaceStanding, Programme, QuestionDay, SchoolFact, StatedFact,
    ZoningChoice, shipped,
};
use serde::Deserialize;
use toml::value::{Datetime, Table, Value};

/// The lines that a table has at least.
const LEAST_LINES: usize = 12;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TruthTable {
    programme: String,
    texts: BTreeMap<String, String>,
    #[serde(default)]
    base: Table,
    line: Vec<Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableLine {
    cites: String,
    on: Datetime,
    age: Option<i16>,
    birth_date: Option<Datetime>,
    home: Option<String>,
    #[serde(default)]
    perimeters: Vec<QpvCode>,
    commune: Option<String>,
    school: Option<String>,
    school_commune: Option<String>,
    boundary: Option<String>,
    #[serde(default)]
    places: BTreeMap<String, String>,
    building: Option<BTreeMap<String, Footprint>>,
    /// Taken out of the table before the rest is read: days among them would not stay days.
    #[serde(skip)]
    declared: Table,
    expected: String,
    rule: Option<usize>,
    missing: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Footprint {
    nearest_m: Option<f64>,
    farthest_m: Option<f64>,
    #[serde(default)]
    inside: bool,
    doubt_m: f64,
}

#[test]
fn every_line_follows_the_text_it_cites() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables");
    let mut faults = Vec::new();
    for programme in programmes() {
        let path = folder.join(format!("{}.toml", programme.id));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| {
            panic!("{} has no table of its own: {error}", programme.id);
        });
        let table: TruthTable = toml::from_str(&text).unwrap();
        assert_eq!(table.programme, programme.id.as_str());
        assert!(table.line.len() >= LEAST_LINES, "{}", programme.id);
        for (index, line) in table.line.iter().enumerate() {
            let line = read_line(&table.base, line);
            let cited = table.texts.get(&line.cites);
            let cited = cited.unwrap_or_else(|| panic!("{}: {}", programme.id, line.cites));
            let assessment = programme.evaluate(&line.facts());
            if let Some(fault) = line.fault(&programme, &assessment) {
                let number = index + 1;
                faults.push(format!("{} line {number}: {fault} ({cited})", programme.id));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Returns the programmes of the folder that the environment names, or those shipped.
fn programmes() -> Vec<Programme> {
    let Ok(folder) = std::env::var("QPV_PROGRAMMES_DIR") else {
        return shipped().to_vec();
    };
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| Programme::read(&std::fs::read_to_string(file.unwrap().path()).unwrap()))
        .map(|read| read.unwrap_or_else(|error| panic!("not a programme: {error}")))
        .collect()
}

/// Reads a line, with what the base of its table says where it is silent.
fn read_line(base: &Table, line: &Table) -> TableLine {
    let mut facts = base.clone();
    for (key, value) in line {
        match (facts.get_mut(key), value) {
            (Some(Value::Table(known)), Value::Table(more)) => known.extend(more.clone()),
            _ => {
                facts.insert(key.clone(), value.clone());
            }
        }
    }
    let without = facts.remove("without");
    for name in without.iter().flat_map(|names| names.as_array().unwrap()) {
        let name = name.as_str().unwrap();
        let declared = facts.get_mut("declared").and_then(Value::as_table_mut);
        let was_declared = declared.is_some_and(|declared| declared.remove(name).is_some());
        assert!(was_declared || facts.remove(name).is_some(), "{name}");
    }
    let declared = facts.remove("declared");
    let line: TableLine = facts.try_into().unwrap();
    TableLine {
        declared: declared.map_or_else(Table::new, |facts| facts.as_table().unwrap().clone()),
        ..line
    }
}

impl TableLine {
    /// Returns the difference between an answer and the expected one.
    fn fault(&self, programme: &Programme, found: &Assessment<'_>) -> Option<String> {
        let outcome = found.outcome.name();
        if outcome != self.expected {
            return Some(format!("{outcome}, not {}", self.expected));
        }
        let rule = found
            .rule
            .and_then(|rule| programme.rules.iter().position(|it| it == rule))
            .map(|index| index + 1);
        if self.rule.is_some() && rule != self.rule {
            return Some(format!("rule {rule:?}, not {:?}", self.rule));
        }
        let mut missing: Vec<&str> = found.missing().map(|it| it.condition.kind()).collect();
        missing.sort_unstable();
        missing.dedup();
        let expected = self.missing.as_ref()?;
        (missing != *expected).then(|| format!("asks for {missing:?}, not {expected:?}"))
    }

    fn facts(&self) -> KnownFacts {
        let on = day(&self.on);
        KnownFacts {
            on,
            birth_date: self.birth_date(on),
            home: self.home.as_ref().map(|home| self.home_facts(home)),
            school: self.school_fact(),
            building: self.building.as_ref().map(building),
            stated: self
                .declared
                .iter()
                .map(|(name, value)| (name.parse::<Slug>().unwrap(), stated(value)))
                .collect(),
        }
    }

    fn birth_date(&self, on: Date) -> Option<Date> {
        let half_a_year_ago = on - 6.months();
        self.age
            .map(|age| half_a_year_ago - Span::new().years(age))
            .or_else(|| self.birth_date.as_ref().map(day))
    }

    fn home_facts(&self, home: &str) -> HomeFacts {
        let zones = |qpv, band_300m, outside| PossibleZones {
            qpv,
            band_300m,
            outside,
        };
        let zones = match home {
            "qpv" => zones(true, false, false),
            "band" => zones(false, true, false),
            "outside" => zones(false, false, true),
            "line" => zones(true, true, false),
            "far_line" => zones(false, true, true),
            "unknown" => zones(true, true, true),
            other => panic!("no home is `{other}`"),
        };
        let doubt = match home {
            "line" | "far_line" => Some(AddressDoubt::Position {
                uncertainty_m: 20.0,
                line_m: Some(5.0),
            }),
            "unknown" => Some(AddressDoubt::Other("not_found")),
            _ => None,
        };
        HomeFacts {
            zones,
            perimeters: zones.is_sure().then(|| self.perimeters.clone()),
            possible: (home != "unknown").then(|| self.perimeters.clone()),
            distance_m: None,
            boundary: self.boundary_fact(),
            places: self.places.iter().map(place).collect(),
            commune: self.commune.as_deref().map(commune),
            doubt,
        }
    }

    fn boundary_fact(&self) -> BoundaryFact {
        match self.boundary.as_deref() {
            None | Some("none") => BoundaryFact::None,
            Some("unknown") => BoundaryFact::Unknown,
            Some("follows") if self.perimeters.is_empty() => {
                BoundaryFact::Follows(vec!["QN06103M".parse().unwrap()])
            }
            Some("follows") => BoundaryFact::Follows(self.perimeters.clone()),
            Some(other) => panic!("no boundary is `{other}`"),
        }
    }

    fn school_fact(&self) -> SchoolFact {
        let network = match self.school.as_deref() {
            None => return SchoolFact::NotGiven,
            Some("none") => return SchoolFact::None,
            Some("not_found") => return SchoolFact::NotFound,
            Some("no_list") => return SchoolFact::NoList,
            Some("rep") => Some(PriorityNetwork::Rep),
            Some("rep+") => Some(PriorityNetwork::RepPlus),
            Some("plain") => None,
            Some(other) => panic!("no school is `{other}`"),
        };
        SchoolFact::Known {
            name: "École des Tables".into(),
            commune: self.school_commune.as_deref().map(commune),
            network,
        }
    }
}

fn day(written: &Datetime) -> Date {
    written.to_string().parse().unwrap()
}

fn commune(code: &str) -> CommuneCode {
    code.parse().unwrap()
}

fn stated(value: &Value) -> StatedFact {
    match value {
        Value::Boolean(declared) => StatedFact::Declared(*declared),
        Value::Datetime(written) => StatedFact::Date(day(written)),
        number => StatedFact::Number(number.as_integer().unwrap() as f64),
    }
}

/// Returns the question that a name of a table stands for: `NAME`, `NAME@DAY` or `NAME@VINTAGE`.
fn question(written: &str) -> PlaceQuestion {
    let (name, at) = written.split_once('@').unwrap_or((written, ""));
    let zoning = match name {
        "qpv" => ZoningChoice::Qpv,
        name => ZoningChoice::Named(name.parse().unwrap()),
    };
    let day = match at.len() {
        0 => QuestionDay::OfCheck,
        4 => QuestionDay::Vintage(at.parse().unwrap()),
        _ => QuestionDay::On(at.parse().unwrap()),
    };
    PlaceQuestion { zoning, day }
}

fn place((written, standing): (&String, &String)) -> (PlaceQuestion, PlaceFact) {
    let doubtful = standing == "doubtful";
    let standing = match standing.as_str() {
        "inside" => PlaceStanding::Inside,
        "outside" => PlaceStanding::Outside,
        "doubtful" => PlaceStanding::Measured {
            signed_m: 5.0,
            doubt_m: 20.0,
        },
        other => panic!("no place is `{other}`"),
    };
    let fact = PlaceFact {
        standings: vec![standing],
        areas: vec![],
        doubt: doubtful.then_some(AddressDoubt::Position {
            uncertainty_m: 20.0,
            line_m: Some(5.0),
        }),
    };
    (question(written), fact)
}

fn building(places: &BTreeMap<String, Footprint>) -> BuildingFacts {
    let places = places.iter().map(|(written, footprint)| {
        let fact = FootprintFact {
            nearest_m: footprint.nearest_m,
            farthest_m: footprint.farthest_m,
            inside: footprint.inside,
            doubt_m: footprint.doubt_m,
        };
        (question(written), fact)
    });
    BuildingFacts {
        places: places.collect(),
        commune: None,
    }
}
