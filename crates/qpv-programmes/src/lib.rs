//! Eligibility rules as data, and their evaluation with reasons.
//!
//! A [`Programme`] is read from a TOML file, whose layout `docs/programmes.md` describes; those of `geodata/programmes` are
//! [`shipped`] with the program, a town adds its own. [`Programme::evaluate`] holds the [`Facts`] known of a person or of a
//! building against it and answers an [`Assessment`]: a result, and every condition with what was found and what is missing.
//!
//! Promises: the evaluation is a pure function of the programme and the facts. What is not known never counts as "no":
//! conditions are true, false or unknown, and combine as in Kleene's logic, so that knowing more never overturns an answer
//! that was given. Refuses: geometry, input and output, sentences for end users.

mod age;
mod assess;
mod condition;
mod facts;
mod programme;
mod read;
mod shipped;

pub use age::{age_on, birthday};
pub use assess::{Assessment, Finding, Found, Outcome};
pub use condition::{Condition, Part, Truth, ZoneName};
pub use facts::{AddressDoubt, Boundary, Facts, Footprint, Home, LayerFact, School, Standing};
pub use programme::{
    BoundaryStreet, Programme, Quality, Rule, Source, Subject, ToAssess, WhenUncertain,
};
pub use read::ReadError;
pub use shipped::shipped;
