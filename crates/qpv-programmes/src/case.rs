//! Cases as people write them, to try a programme without addresses: facts in TOML.
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
use toml::value::Datetime;

use crate::address_doubt::AddressDoubt;
use crate::age::ALLOWED_AGES;
use crate::asked::StatedFact;
use crate::boundary_fact::BoundaryFact;
use crate::days::{day_of, no_day, optional_day};
use crate::facts::{AnnexFacts, BuildingFacts, FootprintFact, HomeFacts, KnownFacts, SchoolFact};
use crate::place::{
    PlaceCondition, PlaceDay, PlaceFact, PlaceQuestion, PlaceStanding, QuestionDay, ZoningChoice,
};
use crate::programme::Programme;
use crate::read::{ReadError, toml_fault};

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
    building: Option<WrittenPlaces>,
    #[serde(default)]
    annexes: Vec<WrittenPlaces>,
    #[serde(default)]
    declared: BTreeMap<Slug, WrittenFact>,
}

/// The place of an outline beside zonings.
type WrittenPlaces = BTreeMap<WrittenQuestion, WrittenFootprint>;

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
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.age.is_some() && self.birth_date.is_some() {
            return Err("give `age` or `birth_date`, not both".into());
        }
        if let Some(age) = self.age.filter(|age| !ALLOWED_AGES.contains(age)) {
            return Err(format!(
                "nobody is {age} years old: an age is from 0 to 120"
            ));
        }
        if self.building.is_none() && !self.annexes.is_empty() {
            return Err("`annexes` go with a `building`".into());
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

    /// Returns the first fact of it that no rule asks of, and what the programme asks instead; `None` where all are asked of.
    ///
    /// A misspelt name would otherwise be a fact that is unknown.
    #[must_use]
    pub fn unasked(&self, programme: &Programme) -> Option<String> {
        if let Some(name) = self
            .declared
            .keys()
            .find(|name| programme.asked_fact(name.as_str()).is_none())
        {
            let asked = programme.asked.iter().map(|fact| fact.id.to_string());
            return Some(unasked("declared", name.as_str(), asked.collect()));
        }
        let building = self.building.iter().chain(&self.annexes);
        let questions = self.places.keys().map(|question| ("places", question));
        let questions = questions
            .chain(building.flat_map(|it| it.keys().map(|question| ("building", question))));
        for (table, question) in questions {
            if !programme.places().any(|place| question.answers(place)) {
                let names = programme.places().map(place_name).collect();
                return Some(unasked(table, &question.name(), names));
            }
        }
        None
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

    fn building(&self, places: &WrittenPlaces) -> BuildingFacts {
        let annexes = self.annexes.iter().enumerate();
        BuildingFacts {
            places: footprint_facts(places),
            commune: self.commune(),
            annexes: annexes
                .map(|(index, places)| AnnexFacts {
                    name: (index + 1).to_string(),
                    places: footprint_facts(places),
                })
                .collect(),
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

impl WrittenQuestion {
    /// Returns whether a condition asks this, on some date that may be stated.
    fn answers(&self, place: &PlaceCondition) -> bool {
        let is_of_day = match (&place.day, self.0.day) {
            (PlaceDay::OfCheck, QuestionDay::OfCheck)
            | (PlaceDay::Asked(_), QuestionDay::On(_)) => true,
            (PlaceDay::On(asked), QuestionDay::On(day)) => *asked == day,
            (PlaceDay::Vintage(asked), QuestionDay::Vintage(vintage)) => *asked == vintage,
            _ => false,
        };
        is_of_day && place.zoning == self.0.zoning
    }

    fn name(&self) -> String {
        let day = match self.0.day {
            QuestionDay::OfCheck => None,
            QuestionDay::On(day) => Some(day.to_string()),
            QuestionDay::Vintage(vintage) => Some(vintage.to_string()),
        };
        written_name(&self.0.zoning, day)
    }
}

/// Returns the name that a case gives to what a condition asks of.
fn place_name(place: &PlaceCondition) -> String {
    let day = match &place.day {
        PlaceDay::OfCheck => None,
        PlaceDay::On(day) => Some(day.to_string()),
        PlaceDay::Asked(name) => Some(format!("(the day of {name})")),
        PlaceDay::Vintage(vintage) => Some(vintage.to_string()),
    };
    written_name(&place.zoning, day)
}

fn written_name(zoning: &ZoningChoice, day: Option<String>) -> String {
    let name = match zoning {
        ZoningChoice::Qpv => "qpv",
        ZoningChoice::FormerQpv => "former-qpv",
        ZoningChoice::Named(name) => name.as_str(),
    };
    day.map_or_else(|| name.to_owned(), |day| format!("{name}@{day}"))
}

fn unasked(table: &str, name: &str, mut asked: Vec<String>) -> String {
    // Several rules may ask of one place.
    asked.sort_unstable();
    asked.dedup();
    let asked = if asked.is_empty() {
        "nothing there".to_owned()
    } else {
        asked.join(", ")
    };
    format!("no rule asks of `{name}` (`{table}`): this programme asks of {asked}")
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

fn footprint_facts(places: &WrittenPlaces) -> BTreeMap<PlaceQuestion, FootprintFact> {
    let facts = places.iter().map(|(question, found)| {
        let fact = FootprintFact {
            nearest_m: found.nearest_m,
            farthest_m: found.farthest_m,
            inside: found.inside,
            doubt_m: found.doubt_m,
            is_measured: true,
        };
        (question.0.clone(), fact)
    });
    facts.collect()
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    optional_day(deserializer)?.ok_or_else(|| serde::de::Error::missing_field("on"))
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
    fn annexes_are_numbered_as_they_are_written() {
        let case = WrittenCase::read(
            "on = 2026-03-01, building = { qpv = { nearest_m = 0 } }, annexes = [{ qpv = { nearest_m = 7 } }, {}]",
        )
        .unwrap();
        let annexes = case.facts().building.unwrap().annexes;
        let names: Vec<&str> = annexes.iter().map(|annex| annex.name.as_str()).collect();
        assert_eq!(names, ["1", "2"]);
        let places: Vec<usize> = annexes.iter().map(|annex| annex.places.len()).collect();
        assert_eq!(places, [1, 0]);
    }

    /// As a rule names the day of a place, so does a case; another day, or another vintage, is another question.
    #[test]
    fn a_place_is_given_for_the_day_that_a_rule_names() {
        let programme = Programme::read(
            "format = 2\nid = \"p\"\nname = \"P\"\nsubject = \"person\"\nboundary_street = \"axis\"\n\
             when_uncertain = \"undetermined\"\nsources = [{ id = \"s\", text = \"t\", article = \"a\" }]\n\
             asked = [{ id = \"signature\", kind = \"date\", label = \"l\" }]\n\
             [[rules]]\nresult = \"eligible\"\nsource = \"s\"\nwhen = { any = [\
             { in = \"qpv\", vintage = \"2015\" }, { in = \"qpv\", on = \"signature\" }, { in = \"frr\" }, \
             { in = \"zus\", on = 2014-12-31 }, { in = \"former-qpv\", on = 2023-12-31 }] }\n",
        )
        .unwrap();
        for (place, is_asked) in [
            ("qpv@2015", true),
            ("qpv@2024", false),
            ("qpv", false),
            ("qpv@2026-03-01", true),
            ("frr", true),
            ("frr@2026-03-01", false),
            ("zus@2014-12-31", true),
            ("zus@2014-12-30", false),
            ("zus", false),
            ("former-qpv@2023-12-31", true),
            ("former-qpv@2015", false),
        ] {
            let case = WrittenCase::read(&format!(
                "on = 2026-03-01, home = \"band\", places = {{ \"{place}\" = \"inside\" }}"
            ))
            .unwrap();
            let told = case.unasked(&programme);
            assert_eq!(told.is_none(), is_asked, "{place}: {told:?}");
            // What may be given is listed, by the names that it has.
            if let Some(told) = told {
                assert!(told.contains(&format!("`{place}`")), "{told}");
                for name in [
                    "qpv@2015",
                    "qpv@(the day of signature)",
                    "frr",
                    "zus@2014-12-31",
                    "former-qpv@2023-12-31",
                ] {
                    assert!(told.contains(name), "{name}: {told}");
                }
            }
        }
    }

    /// Inside, but not told where, any perimeter may be meant; outside there is none.
    #[test]
    fn a_home_is_in_the_perimeters_that_are_given() {
        let home = |facts: &str| {
            let case = WrittenCase::read(&format!("on = 2026-03-01, {facts}")).unwrap();
            let home = case.facts().home.unwrap();
            (
                home.perimeters.map(|codes| codes.len()),
                home.possible.map(|codes| codes.len()),
            )
        };
        let code = "perimeters = [\"QN06103M\"]";
        for (facts, expected) in [
            ("home = \"qpv\"".to_owned(), (None, None)),
            (format!("home = \"qpv\", {code}"), (Some(1), Some(1))),
            ("home = \"band\"".to_owned(), (Some(0), Some(0))),
            ("home = \"outside\"".to_owned(), (Some(0), Some(0))),
            ("home = \"line\"".to_owned(), (None, None)),
            (format!("home = \"line\", {code}"), (None, Some(1))),
            ("home = \"unknown\"".to_owned(), (None, None)),
        ] {
            assert_eq!(home(&facts), expected, "{facts}");
        }
    }

    #[test]
    fn a_case_that_is_wrong_is_refused() {
        for (text, word) in [
            ("age = 10", "on"),
            ("on = 2026-03-01, aged = 10", "aged"),
            ("on = 2026-03-01, home = \"inside\"", "far_line"),
            ("on = 2026-03-01T10:00:00", "not a day"),
            ("on = \"2026-03-01\"", "without quotes"),
            ("on = 2026-03-01, age = -3", "from 0 to 120"),
            ("on = 2026-03-01, age = 121", "from 0 to 120"),
            ("on = 2026-03-01, age = \"30\"", "a whole number"),
            ("on = 2026-03-01, perimeters = \"QN06103M\"", "a list"),
            ("on = 2026-03-01, declared = [\"shop\"]", "a table"),
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
}
