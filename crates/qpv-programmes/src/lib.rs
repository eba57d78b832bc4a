//! Eligibility rules as data, and their evaluation with reasons.
//!
//! A [`Programme`] is read from a TOML file, whose layout `docs/programmes.md` describes. Those of `geodata/programmes` are
//! [`shipped`] with the program; a town adds its own. [`Programme::evaluate`] evaluates it on the [`KnownFacts`] of a
//! person or of a building and returns an [`Assessment`]: an outcome, and every condition with its finding.
//!
//! ```
//! use jiff::civil::date;
//! use qpv_programmes::{EligibilityOutcome, KnownFacts, shipped};
//! let programme = &shipped()[0];
//! // Nothing is known but the day: no answer, and a list of the facts that are missing.
//! let assessment = programme.evaluate(&KnownFacts::on(date(2026, 9, 1)));
//! assert_eq!(assessment.outcome, EligibilityOutcome::Undetermined);
//! assert!(assessment.missing().count() > 0);
//! ```
//!
//! Promises: the evaluation is a pure function of the programme and the facts. An unknown fact never counts as "no":
//! conditions are true, false or unknown, and combine as in Kleene's logic, so that no answer is overturned by knowing
//! more. Refuses: geometry, input and output, sentences for end users.

mod address_doubt;
mod age;
mod asked;
mod assess;
mod boundary_fact;
mod case;
mod changes;
mod condition;
mod days;
mod facts;
mod place;
mod programme;
mod read;
mod shipped;
mod truth;
mod truth_table;

pub use address_doubt::AddressDoubt;
pub use age::{age_on, birthday};
pub use asked::{AskedFact, AskedKind, NumberLimit, NumberRange, StatedFact};
pub use assess::{
    AssessedAnnex, AssessedCondition, Assessment, ConditionFinding, EligibilityOutcome,
};
pub use boundary_fact::BoundaryFact;
pub use case::WrittenCase;
pub use changes::{OutcomeChange, ReasonChange, RuleMatches};
pub use condition::{Condition, ListedCondition, RightDuration, ZoneName};
pub use facts::{AnnexFacts, BuildingFacts, FootprintFact, HomeFacts, KnownFacts, SchoolFact};
pub use place::{
    FootprintPart, PlaceCondition, PlaceDay, PlaceFact, PlaceQuestion, PlaceStanding, QuestionDay,
    ZoningChoice,
};
pub use programme::{
    AnnexCount, BoundaryStreet, LegalSource, Programme, ProgrammeSubject, Rule, RuleResult,
    ToAssess, WhenUncertain,
};
pub use read::ReadError;
pub use shipped::shipped;
pub use truth::Truth;
pub use truth_table::{TruthLine, TruthTable};
