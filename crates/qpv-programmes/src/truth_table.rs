//! Tables of cases with the outcome that the text of the law gives them.

use std::collections::BTreeMap;

use qpv_model::Slug;
use serde::Deserialize;
use toml::Spanned;

use crate::assess::EligibilityOutcome;
use crate::case::WrittenCase;
use crate::programme::Programme;
use crate::read::{ReadError, locate, toml_fault};

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
    /// Its line in the file, from 1.
    pub file_line: usize,
    /// The sentence that it follows, and where that stands.
    pub cites: String,
    /// The outcome.
    pub expected: EligibilityOutcome,
    /// The rule that answers, from 1, where several give the same outcome.
    pub rule: Option<usize>,
    /// The kinds of condition that lack a fact ([`crate::Condition::kind`]), in alphabetical order, where only these may.
    pub missing: Option<Vec<String>>,
    /// The outcome of each annex, where a text gives it.
    pub annexes: Option<Vec<EligibilityOutcome>>,
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
                .map(|line| TruthLine {
                    file_line: locate(text, start, "").line,
                    ..line
                })
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
        let rule = taken(&mut table, "rule")?;
        let mut missing: Option<Vec<String>> = taken(&mut table, "missing")?;
        if let Some(kinds) = &mut missing {
            // In whichever order they are written, and once though several conditions lack a fact.
            kinds.sort_unstable();
            kinds.dedup();
        }
        let annexes: Option<Vec<String>> = taken(&mut table, "expected_annexes")?;
        let annexes = annexes.map(|names| names.iter().map(|name| outcome(name)).collect());
        // What is left are facts: none of them may be misspelt. Written out again, for days in a table already read are no
        // days to the enumeration of facts.
        let facts = toml::to_string(&table).map_err(|error| error.to_string())?;
        let case: WrittenCase =
            toml::from_str(&facts).map_err(|error| error.message().to_owned())?;
        case.check()?;
        Ok(Self {
            file_line: 0,
            cites: cited(cites, texts)?,
            expected: outcome(&expected)?,
            rule,
            missing,
            annexes: annexes.transpose()?,
            case,
        })
    }

    /// Returns the difference between the answer of a programme and what the line expects, in words; `None` without any.
    #[must_use]
    pub fn difference(&self, programme: &Programme) -> Option<String> {
        // Before the outcome: with such a fact an expected "undetermined" could pass for the wrong reason.
        if let Some(unasked) = self.case.unasked(programme) {
            return Some(unasked);
        }
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
        // Only lines that say so: most programmes have none.
        let annexes: Vec<_> = found.annexes.iter().map(|annex| annex.outcome).collect();
        if let Some(expected) = &self.annexes
            && annexes != *expected
        {
            return Some(format!(
                "{expected:?} expected of the annexes, {annexes:?} found"
            ));
        }
        let mut kinds: Vec<&str> = found.missing().map(|it| it.condition.kind()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let expected = self.missing.as_ref()?;
        (kinds != *expected).then(|| {
            format!("a fact is missing to the conditions {kinds:?}, expected of {expected:?}")
        })
    }
}

/// Returns a line with the facts of the base of its table that it does not give, nor leaves out (`without`).
fn with_base(base: &toml::Table, mut line: toml::Table) -> Result<toml::Table, String> {
    let without: Vec<String> = taken(&mut line, "without")?.unwrap_or_default();
    let mut facts = base.clone();
    for name in without {
        // A name that takes nothing away is misspelt.
        if !take_away(&mut facts, &name) {
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

/// Takes a fact away: `age`, `places.frr`, or the name of one declared; returns whether there was one.
fn take_away(facts: &mut toml::Table, name: &str) -> bool {
    let (table, key) = name.split_once('.').unwrap_or(("declared", name));
    let inner = facts.get_mut(table).and_then(toml::Value::as_table_mut);
    // A day in a name has no point, but a name of the table itself may be all that is meant.
    inner.is_some_and(|inner| inner.remove(key).is_some()) || facts.remove(name).is_some()
}

/// Returns the sentence that a line cites: the one of `texts` by this name, or the words themselves.
fn cited(cites: String, texts: &BTreeMap<String, String>) -> Result<String, String> {
    match texts.get(&cites) {
        Some(text) => Ok(text.clone()),
        // One word beside named sentences is the name of one, misspelt.
        None if !texts.is_empty() && !cites.contains(' ') => {
            let names: Vec<&str> = texts.keys().map(String::as_str).collect();
            let names = names.join(", ");
            Err(format!("`texts` has no `{cites}`: its names are {names}"))
        }
        None => Ok(cites),
    }
}

/// Takes a value out of a table.
fn taken<T: serde::de::DeserializeOwned>(
    table: &mut toml::Table,
    key: &str,
) -> Result<Option<T>, String> {
    let value = table.remove(key).map(toml::Value::try_into).transpose();
    value.map_err(|error: toml::de::Error| format!("`{key}`: {}", error.message()))
}

fn outcome(text: &str) -> Result<EligibilityOutcome, String> {
    EligibilityOutcome::ALL
        .into_iter()
        .find(|outcome| outcome.name() == text)
        .ok_or_else(|| {
            let names = EligibilityOutcome::ALL.map(EligibilityOutcome::name);
            format!("`{text}` is no outcome: one of {}", names.join(", "))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asked::StatedFact;

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
            ("eligible", "yes", "outside_rule_possible"),
            ("cites", "cite", "cites"),
            ("on =", "aged = 3\non =", "aged"),
            ("on =", "without = [\"age\"]\non =", "no fact `age`"),
        ] {
            let error = TruthTable::read(&good.replace(from, to)).unwrap_err();
            assert!(error.fault.contains(word), "{to}: {error}");
            assert_eq!(error.line, 2, "{to}");
        }
    }

    /// A word is the name of a sentence where sentences have names, and any text is one where none has.
    #[test]
    fn a_sentence_that_the_table_lacks_is_told() {
        let table = |texts: &str, cites: &str| {
            let line =
                format!("{{ cites = \"{cites}\", on = 2026-03-01, expected = \"eligible\" }}");
            TruthTable::read(&format!("programme = \"p\"\n{texts}\nline = [{line}]\n"))
        };
        let texts = "texts = { age = \"« 26 ans »\", place = \"« résidant »\" }";
        let error = table(texts, "ages").unwrap_err();
        assert!(
            error.fault.contains("`ages`") && error.fault.contains("age, place"),
            "{error}"
        );
        for (texts, cites, expected) in [
            (texts, "age", "« 26 ans »"),
            (texts, "article 2", "article 2"),
            ("", "L.5134-102", "L.5134-102"),
        ] {
            assert_eq!(table(texts, cites).unwrap().lines[0].cites, expected);
        }
    }

    #[test]
    fn a_place_is_taken_away_by_its_name() {
        let table = TruthTable::read(
            "programme = \"p\"\nbase = { on = 2026-03-01, home = \"band\", places = { frr = \"inside\", zrr = \"outside\" } }\n\
             line = [{ cites = \"art. 1\", without = [\"places.frr\"], expected = \"eligible\" }]\n",
        )
        .unwrap();
        let facts = table.lines[0].case.facts();
        assert_eq!(facts.home.unwrap().places.len(), 1);
        assert_eq!(table.lines[0].file_line, 3);
    }

    /// The difference of a line with these keys from the answer of `surloyer`, or of `tva-accession`.
    fn difference(id: &str, keys: &str) -> Option<String> {
        let mut programmes = crate::shipped().iter();
        let programme = programmes.find(|it| it.id.as_str() == id).unwrap();
        let text = format!("programme = \"{id}\"\nline = [{{ cites = \"art. 1\", {keys} }}]\n");
        TruthTable::read(&text).unwrap().lines[0].difference(programme)
    }

    #[test]
    fn a_line_that_a_programme_does_not_follow_says_how_it_differs() {
        let home = "on = 2026-03-01, home = \"qpv\"";
        let unknown = "on = 2026-03-01, expected = \"undetermined\"";
        let annex = "on = 2027-06-01, expected = \"eligible\", building = { qpv = { nearest_m = 0, farthest_m = 0, inside = true } }, \
                     annexes = [{ qpv = { nearest_m = 900, farthest_m = 950 } }]";
        for (id, keys, words) in [
            (
                "surloyer",
                format!("{home}, expected = \"eligible\""),
                &[][..],
            ),
            (
                "surloyer",
                format!("{home}, expected = \"not_eligible\""),
                &["not_eligible expected", "eligible found"],
            ),
            (
                "surloyer",
                format!("{home}, expected = \"eligible\", rule = 1"),
                &[],
            ),
            (
                "surloyer",
                format!("{home}, expected = \"eligible\", rule = 2"),
                &["rule 2 does not answer"],
            ),
            ("surloyer", unknown.into(), &[]),
            (
                "surloyer",
                format!("{unknown}, missing = [\"zone\"]"),
                &["missing"],
            ),
            (
                "surloyer",
                format!("{unknown}, missing = [\"zone\", \"date\", \"in\", \"layer\", \"in\"]"),
                &[],
            ),
            (
                "surloyer",
                format!("{unknown}, missing = [\"age\"]"),
                &["missing", "zone", "layer", "age"],
            ),
            (
                "tva-accession",
                format!("{annex}, expected_annexes = [\"not_eligible\"]"),
                &[],
            ),
            (
                "tva-accession",
                format!("{annex}, expected_annexes = [\"eligible\"]"),
                &["annexes"],
            ),
            (
                "tva-accession",
                format!("{annex}, expected_annexes = []"),
                &["annexes"],
            ),
        ] {
            let told = difference(id, &keys);
            assert_eq!(told.is_none(), words.is_empty(), "{keys}: {told:?}");
            for word in words {
                assert!(told.as_ref().unwrap().contains(word), "{keys}: {told:?}");
            }
        }
    }

    #[test]
    fn a_fact_that_no_rule_asks_of_is_told() {
        let programme = crate::shipped()
            .iter()
            .find(|it| it.id.as_str() == "surloyer")
            .unwrap();
        for (facts, words) in [
            ("places = { fr = \"inside\" }", Some("no rule asks of `fr`")),
            ("places = { zus = \"inside\" }", Some("zus@2014-12-31")),
            (
                "declared = { entre = 2020-01-01 }",
                Some("no rule asks of `entre`"),
            ),
            ("places = { frr = \"inside\" }", None),
            ("places = { \"zus@2014-12-31\" = \"inside\" }", None),
        ] {
            let case =
                WrittenCase::read(&format!("on = 2026-03-01, home = \"band\", {facts}")).unwrap();
            let told = case.unasked(programme);
            match words {
                Some(words) => assert!(
                    told.as_deref().is_some_and(|told| told.contains(words)),
                    "{facts}: {told:?}"
                ),
                None => assert_eq!(told, None, "{facts}"),
            }
        }
    }
}
