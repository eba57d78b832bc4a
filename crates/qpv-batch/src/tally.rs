//! Counts of a list of people, as funders ask for them.

use std::collections::BTreeMap;

use qpv_engine::Zone;
use qpv_french::dates::age_in_words;
use qpv_french::fold::fold_name;
use qpv_french::{Key, key, sentence};
use qpv_programmes::EligibilityOutcome;
use serde::{Serialize, Serializer};

/// The properties that people are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TallyGroup {
    /// All of them.
    All,
    /// The zone of the home.
    Zone,
    /// The perimeters the home lies in.
    Qpv,
    /// The age group.
    Age,
    /// The sex.
    Sex,
    /// Both.
    AgeAndSex,
    /// The school.
    School,
}

impl TallyGroup {
    /// Every group, in the order of the report.
    pub const ALL: [Self; 7] = [
        Self::All,
        Self::Zone,
        Self::Qpv,
        Self::Age,
        Self::Sex,
        Self::AgeAndSex,
        Self::School,
    ];

    /// Its name in every answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Zone => "zone",
            Self::Qpv => "qpv",
            Self::Age => "age",
            Self::Sex => "sex",
            Self::AgeAndSex => "age_and_sex",
            Self::School => "school",
        }
    }
}

/// Ends of the age groups, in completed years: nursery, primary, secondary school.
const AGES: [(i16, i16); 5] = [(0, 1), (2, 5), (6, 10), (11, 16), (17, i16::MAX)];

/// People by outcome, in the order of [`EligibilityOutcome::ALL`].
pub type OutcomeCounts = [u64; 4];

/// Counts of people, without a single name, address or date: by group, place of the label in it, and label.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<(TallyGroup, usize, String), OutcomeCounts>);

/// The properties that somebody is counted by.
#[derive(Debug, Clone)]
pub(crate) struct TallyKey {
    pub(crate) zone: Zone,
    /// Names and codes of the perimeters the home surely lies in.
    pub(crate) qpv: Option<String>,
    pub(crate) age: Option<i16>,
    pub(crate) sex: Option<String>,
    pub(crate) school: Option<String>,
}

impl TallyKey {
    /// Nothing is known.
    pub(crate) fn unknown() -> Self {
        Self {
            zone: Zone::Undetermined,
            qpv: None,
            age: None,
            sex: None,
            school: None,
        }
    }
}

impl Tally {
    /// The rows of a group, in order: label and counts.
    pub fn rows(&self, group: TallyGroup) -> impl Iterator<Item = (&str, &OutcomeCounts)> {
        self.0
            .iter()
            .filter(move |((of, ..), _)| *of == group)
            .map(|((.., label), counts)| (label.as_str(), counts))
    }

    /// People whose outcome is undetermined.
    pub(crate) fn undetermined(&self) -> u64 {
        self.rows(TallyGroup::All)
            .map(|(_, counts)| counts[EligibilityOutcome::Undetermined as usize])
            .sum()
    }

    pub(crate) fn count(&mut self, outcome: EligibilityOutcome, who: &TallyKey) {
        let zone = Zone::ALL
            .iter()
            .position(|zone| *zone == who.zone)
            .unwrap_or_default();
        let (age, age_label) = age_group(who.age);
        let sex = sex(who.sex.as_deref());
        let both = format!("{age_label}, {}", sex.to_lowercase());
        let school = who
            .school
            .clone()
            // Unknown schools are counted too, so that the table adds up to the list.
            .unwrap_or_else(|| sentence(key::TALLY_UNKNOWN, &[]));
        let labels = [
            (TallyGroup::All, 0, Some(sentence(key::TALLY_ALL, &[]))),
            (
                TallyGroup::Zone,
                zone,
                Some(sentence(zone_key(who.zone), &[])),
            ),
            // People outside every perimeter have no row in this table.
            (TallyGroup::Qpv, 0, who.qpv.clone()),
            (TallyGroup::Age, age, Some(age_label)),
            (TallyGroup::Sex, 0, Some(sex)),
            (TallyGroup::AgeAndSex, age, Some(both)),
            (TallyGroup::School, 0, Some(school)),
        ];
        for (group, place, label) in labels {
            if let Some(label) = label {
                self.0.entry((group, place, label)).or_default()[outcome as usize] += 1;
            }
        }
    }

    /// Adds the counts of another part of the list.
    pub(crate) fn add(&mut self, other: &Self) {
        for (key, counts) in &other.0 {
            let sums = self.0.entry(key.clone()).or_default();
            sums.iter_mut()
                .zip(counts)
                .for_each(|(sum, count)| *sum += count);
        }
    }
}

/// One entry a group: labels with counts by outcome.
impl Serialize for Tally {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(TallyGroup::ALL.map(|group| {
            let rows: BTreeMap<&str, _> = self
                .rows(group)
                .map(|(label, counts)| (label, counts_by_name(counts)))
                .collect();
            (group.name(), rows)
        }))
    }
}

/// Returns the label of a zone.
fn zone_key(zone: Zone) -> Key {
    match zone {
        Zone::Qpv => key::TALLY_ZONE_QPV,
        Zone::Band300m => key::TALLY_ZONE_BAND_300M,
        Zone::Outside => key::TALLY_ZONE_OUTSIDE,
        Zone::Undetermined => key::TALLY_ZONE_UNDETERMINED,
    }
}

fn counts_by_name(counts: &OutcomeCounts) -> BTreeMap<&'static str, u64> {
    EligibilityOutcome::ALL
        .iter()
        .map(|outcome| outcome.name())
        .zip(counts.iter().copied())
        .collect()
}

/// Returns the age group and its label.
fn age_group(age: Option<i16>) -> (usize, String) {
    match age.and_then(|age| {
        AGES.iter()
            .position(|(from, to)| (*from..=*to).contains(&age))
    }) {
        None => (AGES.len(), sentence(key::TALLY_AGE_UNKNOWN, &[])),
        Some(group) => {
            let (from, to) = AGES[group];
            let key = if to == i16::MAX {
                key::TALLY_AGE_OLDER
            } else {
                key::TALLY_AGE
            };
            let (from_age, to_age) = (age_in_words(from), age_in_words(to));
            let ages = [
                ("from", &*from.to_string()),
                ("from_age", &from_age),
                ("to_age", &to_age),
            ];
            (group, sentence(key, &ages))
        }
    }
}

fn sex(text: Option<&str>) -> String {
    let plain = text.map(fold_name);
    let key = match plain.as_deref() {
        Some("f" | "fille" | "feminin" | "femme") => key::TALLY_SEX_F,
        Some("m" | "g" | "h" | "garcon" | "masculin" | "homme") => key::TALLY_SEX_M,
        _ => key::TALLY_SEX_UNKNOWN,
    };
    sentence(key, &[])
}
