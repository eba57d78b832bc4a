//! Cases as people write them, to try a programme without addresses: facts in TOML, and tables of cases with the outcome that
//! the text of the law gives them.
//!
//! ```
//! use qpv_programmes::{EligibilityOutcome, WrittenCase, shipped};
//! let case = WrittenCase::read("on = 2026-09-01, age = 10, home = \"qpv\"").unwrap();
//! let national = shipped().iter().find(|programme| programme.id.as_str() == "pre-national").unwrap();
//! let outcome = national.evaluate(&case.facts()).outcome;
//! assert_eq!(outcome, EligibilityOutcome::Eligible);
//! ```

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use qpv_model::{CommuneCode, PossibleZones, PriorityNetwork, QpvCode, Slug, Vintage};
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::value::Datetime;

use crate::address_doubt::AddressDoubt;
use crate::asked::StatedFact;
use crate::assess::EligibilityOutcome;
use crate::boundary_fact::BoundaryFact;
use crate::days::{day_of, no_day, optional_day};
use crate::facts::{BuildingFacts, FootprintFact, HomeFacts, KnownFacts, SchoolFact};
use crate::place::{PlaceFact, PlaceQuestion, PlaceStanding, QuestionDay, ZoningChoice};
use crate::programme::Programme;
use crate::read::{ReadError, locate};

/// The error of a distance in a case, metres.
const DISTANCE_DOUBT_M: f64 = 1.0;
/// The doubt of a position that is said to be near a line.
const DOUBTFUL_POSITION: AddressDoubt = AddressDoubt::Position {
    uncertainty_m: DISTANCE_DOUBT_M,
    line_m: None,
};

/// The facts of a case; a fact that is not written is unknown.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenCase {
    #[serde(deserialize_with = "day")]
    on: Date,
    #[serde(default, deserialize_with = "optional_day")]
    birth_date: Option<Date>,
    age: Option<i16>,
    home: Option<WrittenHome>,
    #[serde(default)]
    perimeters: Vec<String>,
    commune: Option<String>,
    school: Option<WrittenSchool>,
    school_commune: Option<String>,
    boundary: Option<WrittenBoundary>,
    #[serde(default)]
    places: BTreeMap<WrittenQuestion, WrittenStanding>,
    building: Option<BTreeMap<WrittenQuestion, WrittenFootprint>>,
    #[serde(default)]
    declared: BTreeMap<Slug, WrittenFact>,
}

/// A table of cases of one programme.
#[derive(Debug, Clone)]
pub struct TruthTable {
    /// The programme.
    pub programme: Slug,
    /// Its lines.
    pub lines: Vec<TruthLine>,
}

/// A case, and the outcome that a text gives it.
#[derive(Debug, Clone)]
pub struct TruthLine {
    /// The sentence that it follows, and where that stands.
    pub cites: String,
    /// The outcome.
    pub expected: EligibilityOutcome,
    /// The rule that answers, from 1, where several give the same outcome.
    pub rule: Option<usize>,
    /// The kinds of condition that lack a fact ([`crate::Condition::kind`]), in alphabetical order, where only these may.
    pub missing: Option<Vec<String>>,
    /// The facts.
    pub case: WrittenCase,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTable {
    programme: Slug,
    /// Sentences that lines cite, by name.
    #[serde(default)]
    texts: BTreeMap<String, String>,
    /// The facts of lines that do not give them.
    #[serde(default)]
    base: toml::Table,
    line: Vec<Spanned<toml::Table>>,
}

/// The zone of a home.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenHome {
    Qpv,
    Band,
    Outside,
    /// In a perimeter or in its band: on the line.
    Line,
    /// In the band or outside: on its outer limit.
    FarLine,
    Unknown,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenSchool {
    Rep,
    #[serde(rename = "rep+")]
    RepPlus,
    Plain,
    None,
    NotFound,
    NoList,
    Ambiguous,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenBoundary {
    Follows,
    None,
    Unknown,
}

/// `qpv`, `qpv@2015` (a vintage), `zus@2014-12-31` (a day): a zoning, on the day of the check unless another is given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct WrittenQuestion(PlaceQuestion);

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(
    untagged,
    expecting = "a place is \"inside\", \"outside\", \"doubtful\", or metres to the line, negative inside"
)]
enum WrittenStanding {
    SignedM(f64),
    Named(NamedStanding),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum NamedStanding {
    Inside,
    Outside,
    Doubtful,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFootprint {
    nearest_m: Option<f64>,
    farthest_m: Option<f64>,
    #[serde(default)]
    inside: bool,
    #[serde(default)]
    doubt_m: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "a fact declared is true, false, a number or a day such as 2024-01-31, without quotes"
)]
enum WrittenFact {
    Declared(bool),
    Number(f64),
    Date(Datetime),
}

impl WrittenCase {
    /// Reads the facts of a case, with commas between them, as in an inline table of TOML.
    ///
    /// # Errors
    /// [`ReadError`] on the first fact that is wrong.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        #[derive(Deserialize)]
        struct Wrapped {
            case: WrittenCase,
        }
        const OPENING: &str = "case = { ";
        let wrapped = format!("{OPENING}{text} }}");
        let read: Wrapped = toml::from_str(&wrapped).map_err(|error| {
            let mut fault = toml_fault(&wrapped, &error);
            // Columns count in what was written, not in the table around it.
            fault.column = fault.column.saturating_sub(OPENING.len()).max(1);
            fault
        })?;
        read.case.check().map_err(|fault| ReadError {
            line: 1,
            column: 1,
            fault,
        })?;
        Ok(read.case)
    }

    /// Checks the codes and the facts that exclude each other.
    fn check(&self) -> Result<(), String> {
        if self.age.is_some() && self.birth_date.is_some() {
            return Err("give `age` or `birth_date`, not both".into());
        }
        for code in &self.perimeters {
            code.parse::<QpvCode>().map_err(|error| error.to_string())?;
        }
        for code in self.commune.iter().chain(&self.school_commune) {
            code.parse::<CommuneCode>()
                .map_err(|error| error.to_string())?;
        }
        for fact in self.declared.values() {
            fact.read()?;
        }
        Ok(())
    }

    /// Returns the facts, for [`crate::Programme::evaluate`].
    #[must_use]
    pub fn facts(&self) -> KnownFacts {
        KnownFacts {
            on: self.on,
            birth_date: self.birth_date.or_else(|| self.birth_date_of_age()),
            home: self.home.map(|home| self.home(home)),
            school: self.school(),
            building: self.building.as_ref().map(|places| self.building(places)),
            stated: self.stated(),
        }
    }

    /// Returns the birth date of somebody of the age given who had a birthday half a year ago.
    fn birth_date_of_age(&self) -> Option<Date> {
        // Far from any birthday, so that a case is not about the day itself.
        let since = i64::from(self.age?).years().months(6);
        self.on.checked_sub(since).ok()
    }

    fn home(&self, home: WrittenHome) -> HomeFacts {
        let zones = home.zones();
        let codes: Vec<QpvCode> = self
            .perimeters
            .iter()
            .filter_map(|code| code.parse().ok())
            .collect();
        let are_sure = zones.is_sure() && (!zones.qpv || !codes.is_empty());
        // Inside, but not told where: any perimeter may be meant.
        let possible = (!zones.qpv || !codes.is_empty()).then(|| codes.clone());
        HomeFacts {
            zones,
            perimeters: are_sure.then_some(codes),
            possible,
            distance_m: None,
            boundary: self.boundary(),
            places: self
                .places
                .iter()
                .map(|(question, standing)| {
                    let fact = PlaceFact {
                        boundary: self.boundary_of(&question.0),
                        ..standing.fact()
                    };
                    (question.0.clone(), fact)
                })
                .collect(),
            commune: self.commune(),
            doubt: home.doubt(),
        }
    }

    fn boundary(&self) -> BoundaryFact {
        match self.boundary {
            Some(WrittenBoundary::Follows) => BoundaryFact::Follows(self.followed()),
            Some(WrittenBoundary::Unknown) => BoundaryFact::Unknown,
            Some(WrittenBoundary::None) | None => BoundaryFact::None,
        }
    }

    /// Returns the relation to the streets that lines follow on another day: the same, for perimeters.
    fn boundary_of(&self, question: &PlaceQuestion) -> BoundaryFact {
        match question.zoning {
            ZoningChoice::Qpv => self.boundary(),
            ZoningChoice::FormerQpv | ZoningChoice::Named(_) => BoundaryFact::None,
        }
    }

    /// Returns the perimeters whose line follows the street: those given, or one by any code.
    fn followed(&self) -> Vec<QpvCode> {
        let given: Vec<QpvCode> = self
            .perimeters
            .iter()
            .filter_map(|code| code.parse().ok())
            .collect();
        if given.is_empty() {
            vec!["QN00000M".parse().expect("a code")]
        } else {
            given
        }
    }

    fn building(&self, places: &BTreeMap<WrittenQuestion, WrittenFootprint>) -> BuildingFacts {
        let places = places.iter().map(|(question, found)| {
            let fact = FootprintFact {
                nearest_m: found.nearest_m,
                farthest_m: found.farthest_m,
                inside: found.inside,
                doubt_m: found.doubt_m,
                is_measured: true,
            };
            (question.0.clone(), fact)
        });
        BuildingFacts {
            places: places.collect(),
            commune: self.commune(),
        }
    }

    fn commune(&self) -> Option<CommuneCode> {
        self.commune.as_deref()?.parse().ok()
    }

    fn school(&self) -> SchoolFact {
        let known = |network| SchoolFact::Known {
            name: "?".into(),
            commune: self
                .school_commune
                .as_deref()
                .and_then(|code| code.parse().ok()),
            network,
        };
        match self.school {
            None => SchoolFact::NotGiven,
            Some(WrittenSchool::Rep) => known(Some(PriorityNetwork::Rep)),
            Some(WrittenSchool::RepPlus) => known(Some(PriorityNetwork::RepPlus)),
            Some(WrittenSchool::Plain) => known(None),
            Some(WrittenSchool::None) => SchoolFact::None,
            Some(WrittenSchool::NotFound) => SchoolFact::NotFound,
            Some(WrittenSchool::NoList) => SchoolFact::NoList,
            Some(WrittenSchool::Ambiguous) => SchoolFact::Ambiguous,
        }
    }

    fn stated(&self) -> BTreeMap<Slug, StatedFact> {
        let read = self.declared.iter();
        read.filter_map(|(name, fact)| Some((name.clone(), fact.read().ok()?)))
            .collect()
    }
}

impl WrittenHome {
    /// Returns the reason of a doubt: near a line, the position; of any place at all, something else.
    fn doubt(self) -> Option<AddressDoubt> {
        match self {
            Self::Qpv | Self::Band | Self::Outside => None,
            Self::Line | Self::FarLine => Some(DOUBTFUL_POSITION),
            Self::Unknown => Some(AddressDoubt::Other("not_found")),
        }
    }

    fn zones(self) -> PossibleZones {
        let (qpv, band_300m, outside) = match self {
            Self::Qpv => (true, false, false),
            Self::Band => (false, true, false),
            Self::Outside => (false, false, true),
            Self::Line => (true, true, false),
            Self::FarLine => (false, true, true),
            Self::Unknown => (true, true, true),
        };
        PossibleZones {
            qpv,
            band_300m,
            outside,
        }
    }
}

impl WrittenStanding {
    fn fact(self) -> PlaceFact {
        let standing = match self {
            Self::SignedM(signed_m) => PlaceStanding::Measured {
                signed_m,
                doubt_m: DISTANCE_DOUBT_M,
            },
            Self::Named(NamedStanding::Inside) => PlaceStanding::Inside,
            Self::Named(NamedStanding::Outside) => PlaceStanding::Outside,
            Self::Named(NamedStanding::Doubtful) => PlaceStanding::Unknown,
        };
        let is_doubtful = matches!(self, Self::Named(NamedStanding::Doubtful));
        PlaceFact {
            boundary: BoundaryFact::None,
            standings: vec![standing],
            areas: vec![],
            doubt: is_doubtful.then_some(DOUBTFUL_POSITION),
        }
    }
}

impl WrittenFact {
    fn read(&self) -> Result<StatedFact, String> {
        match self {
            Self::Declared(value) => Ok(StatedFact::Declared(*value)),
            Self::Number(number) => Ok(StatedFact::Number(*number)),
            Self::Date(written) => day_of(written)
                .map(StatedFact::Date)
                .ok_or_else(|| no_day(written)),
        }
    }
}

impl TryFrom<String> for WrittenQuestion {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (name, day) = text
            .split_once('@')
            .map_or((text.as_str(), None), |(name, day)| (name, Some(day)));
        let zoning = match name {
            "qpv" => ZoningChoice::Qpv,
            "former-qpv" => ZoningChoice::FormerQpv,
            name => ZoningChoice::Named(name.parse::<Slug>().map_err(|error| error.to_string())?),
        };
        let day = match day {
            None => QuestionDay::OfCheck,
            Some(day) => day
                .parse::<Vintage>()
                .map(QuestionDay::Vintage)
                .or_else(|_| day.parse::<Date>().map(QuestionDay::On))
                .map_err(|_| format!("`{day}` is neither a day nor a vintage"))?,
        };
        Ok(Self(PlaceQuestion { zoning, day }))
    }
}

impl TruthTable {
    /// Reads a table.
    ///
    /// # Errors
    /// [`ReadError`] on the first line that is wrong.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        let table: WrittenTable = toml::from_str(text).map_err(|error| toml_fault(text, &error))?;
        let lines = table.line.into_iter().map(|line| {
            let start = line.span().start;
            with_base(&table.base, line.into_inner())
                .and_then(|line| TruthLine::from_table(line, &table.texts))
                .map_err(|fault| locate(text, start, &fault))
        });
        Ok(Self {
            programme: table.programme,
            lines: lines.collect::<Result<_, _>>()?,
        })
    }
}

impl TruthLine {
    fn from_table(
        mut table: toml::Table,
        texts: &BTreeMap<String, String>,
    ) -> Result<Self, String> {
        let cites: String = taken(&mut table, "cites")?.ok_or("a line has a text `cites`")?;
        let expected: String =
            taken(&mut table, "expected")?.ok_or("a line has a text `expected`")?;
        let (rule, missing) = (taken(&mut table, "rule")?, taken(&mut table, "missing")?);
        // What is left are facts: none of them may be misspelt. Written out again, for days in a table already read are no
        // days to the enumeration of facts.
        let facts = toml::to_string(&table).map_err(|error| error.to_string())?;
        let case: WrittenCase =
            toml::from_str(&facts).map_err(|error| error.message().to_owned())?;
        case.check()?;
        Ok(Self {
            cites: texts.get(&cites).cloned().unwrap_or(cites),
            expected: outcome(&expected)?,
            rule,
            missing,
            case,
        })
    }

    /// Returns the difference between the answer of a programme and what the line expects, in words; `None` without any.
    #[must_use]
    pub fn difference(&self, programme: &Programme) -> Option<String> {
        let found = programme.evaluate(&self.case.facts());
        if found.outcome != self.expected {
            let (expected, found) = (self.expected.name(), found.outcome.name());
            return Some(format!("{expected} expected, {found} found"));
        }
        let rule = found
            .rule
            .and_then(|rule| programme.rules.iter().position(|other| other == rule));
        if let Some(expected) = self.rule
            && rule.map(|index| index + 1) != Some(expected)
        {
            return Some(format!("rule {expected} does not answer"));
        }
        let mut kinds: Vec<&str> = found.missing().map(|it| it.condition.kind()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let expected = self.missing.as_ref()?;
        (kinds != *expected).then(|| format!("{expected:?} may lack a fact, {kinds:?} do"))
    }
}

/// Returns a line with the facts of the base of its table that it does not give, nor leaves out (`without`).
fn with_base(base: &toml::Table, mut line: toml::Table) -> Result<toml::Table, String> {
    let without: Vec<String> = taken(&mut line, "without")?.unwrap_or_default();
    let mut facts = base.clone();
    for name in without {
        let declared = facts
            .get_mut("declared")
            .and_then(toml::Value::as_table_mut);
        let was_declared = declared.is_some_and(|declared| declared.remove(&name).is_some());
        // A name that takes nothing away is misspelt.
        if !was_declared && facts.remove(&name).is_none() {
            return Err(format!("`base` has no fact `{name}`"));
        }
    }
    for (name, value) in line {
        match (facts.get_mut(&name), value) {
            (Some(toml::Value::Table(known)), toml::Value::Table(more)) => known.extend(more),
            (_, value) => {
                facts.insert(name, value);
            }
        }
    }
    Ok(facts)
}

/// Takes a value out of a table.
fn taken<T: serde::de::DeserializeOwned>(
    table: &mut toml::Table,
    key: &str,
) -> Result<Option<T>, String> {
    let value = table.remove(key).map(toml::Value::try_into).transpose();
    value.map_err(|error: toml::de::Error| format!("`{key}`: {}", error.message()))
}

fn toml_fault(text: &str, error: &toml::de::Error) -> ReadError {
    locate(
        text,
        error.span().map_or(0, |span| span.start),
        error.message(),
    )
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    optional_day(deserializer)?.ok_or_else(|| serde::de::Error::missing_field("on"))
}

fn outcome(text: &str) -> Result<EligibilityOutcome, String> {
    EligibilityOutcome::ALL
        .into_iter()
        .find(|outcome| outcome.name() == text)
        .ok_or_else(|| format!("`{text}` is no outcome"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_read() {
        let case = WrittenCase::read(
            "on = 2026-03-01, age = 10, home = \"qpv\", perimeters = [\"QN06103M\"], school = \"rep+\", \
             places = { \"zus@2014-12-31\" = \"inside\", \"qpv@2015\" = -12.5, own = \"doubtful\" }, \
             declared = { shop = true, staff = 12, creation = 2019-05-01 }",
        )
        .unwrap();
        let facts = case.facts();
        assert_eq!(facts.birth_date, Some(jiff::civil::date(2015, 9, 1)));
        assert_eq!(facts.stated.len(), 3);
        assert_eq!(facts.home.unwrap().places.len(), 3);
    }

    #[test]
    fn a_case_that_is_wrong_is_refused() {
        for (text, word) in [
            ("age = 10", "on"),
            ("on = 2026-03-01, aged = 10", "aged"),
            ("on = 2026-03-01, home = \"inside\"", "far_line"),
            ("on = 2026-03-01T10:00:00", "not a day"),
            (
                "on = 2026-03-01, age = 3, birth_date = 2020-01-01",
                "not both",
            ),
            ("on = 2026-03-01, perimeters = [\"QN1\"]", "QN1"),
            (
                "on = 2026-03-01, places = { \"qpv@x\" = \"inside\" }",
                "vintage",
            ),
            ("on = 2026-03-01, places = { qpv = \"near\" }", "inside"),
            (
                "on = 2026-03-01, declared = { shop = \"yes\" }",
                "without quotes",
            ),
        ] {
            let error = WrittenCase::read(text).unwrap_err();
            assert!(error.fault.contains(word), "{text}: {error}");
        }
    }

    #[test]
    fn lines_share_a_base_and_texts() {
        let table = TruthTable::read(
            "programme = \"p\"\ntexts.age = \"« 26 ans »\"\n\
             base = { on = 2026-03-01, age = 30, declared = { shop = true, staff = 3, creation = 2026-01-02 } }\n\
             line = [\n\
             { cites = \"age\", expected = \"eligible\", rule = 2 },\n\
             { cites = \"art. 1\", age = 20, declared = { staff = 9 }, without = [\"shop\"], expected = \"not_eligible\" },\n\
             ]\n",
        )
        .unwrap();
        let [first, second] = &table.lines[..] else {
            panic!("two lines")
        };
        assert_eq!((first.cites.as_str(), first.rule), ("« 26 ans »", Some(2)));
        assert_eq!(first.case.facts().stated.len(), 3);
        let facts = second.case.facts();
        assert_eq!(facts.birth_date, Some(jiff::civil::date(2005, 9, 1)));
        let stated: Vec<_> = facts.stated.into_values().collect();
        let creation = StatedFact::Date(jiff::civil::date(2026, 1, 2));
        assert_eq!(stated, [creation, StatedFact::Number(9.0)]);
    }

    #[test]
    fn a_table_names_the_line_of_a_fault() {
        let good = "programme = \"p\"\n[[line]]\ncites = \"art. 1\"\non = 2026-03-01\nexpected = \"eligible\"\n";
        let table = TruthTable::read(good).unwrap();
        assert_eq!(table.lines[0].expected, EligibilityOutcome::Eligible);
        for (from, to, word) in [
            ("eligible", "yes", "no outcome"),
            ("cites", "cite", "cites"),
            ("on =", "aged = 3\non =", "aged"),
            ("on =", "without = [\"age\"]\non =", "no fact `age`"),
        ] {
            let error = TruthTable::read(&good.replace(from, to)).unwrap_err();
            assert!(error.fault.contains(word), "{to}: {error}");
            assert_eq!(error.line, 2, "{to}");
        }
    }
}
