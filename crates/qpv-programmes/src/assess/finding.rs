//! The facts that conditions were decided by.

use jiff::civil::Date;
use qpv_model::{CommuneCode, PriorityNetwork, QpvCode, Slug};

use crate::address_doubt::AddressDoubt;
use crate::asked::StatedFact;
use crate::facts::FootprintFact;
use crate::place::ZoningChoice;

/// The fact that a condition was decided by, or the reason why it was not.
#[derive(Debug, Clone, PartialEq)]
pub enum ConditionFinding {
    /// The age on the day of the check.
    Age {
        /// Completed years.
        years: i16,
        /// The next birthday that changes whether the condition holds.
        changes_on: Option<Date>,
    },
    /// No birth date was given.
    BirthDateMissing,
    /// The birth date is after the day of the check.
    BirthDateAfter(Date),
    /// The location of the home.
    Home {
        /// Metres to the line of the nearest perimeter, negative inside.
        distance_m: Option<f64>,
        /// The reason why that does not decide, when it does not.
        doubt: Option<AddressDoubt>,
    },
    /// No home was given.
    HomeMissing,
    /// The home stands on a street that the line of this perimeter follows: both kerbs count as inside.
    BoundaryStreet(QpvCode),
    /// The relation of the home to such streets is unknown.
    BoundaryStreetUnknown,
    /// The position is not exact enough, and the programme then counts it as inside.
    BenefitOfDoubt,
    /// The place of the home beside a zoning.
    Place {
        /// The names of its areas that hold the home; empty without any, or when they have no name.
        areas: Vec<String>,
        /// Metres to its nearest line, negative inside.
        distance_m: Option<f64>,
    },
    /// The zoning is not imported, or was not known on that day.
    LayerMissing(ZoningChoice),
    /// The commune of the home.
    Commune(CommuneCode),
    /// It is not known.
    CommuneUnknown,
    /// The school.
    School {
        /// Its name.
        name: String,
        /// Its network, if it is in one.
        network: Option<PriorityNetwork>,
    },
    /// No school was given.
    SchoolMissing,
    /// The person goes to none.
    NoSchool,
    /// The school is not in the list.
    SchoolNotFound,
    /// The list does not give the network of the school of this name.
    SchoolNetworkNotTold(String),
    /// Several schools have this name.
    SchoolAmbiguous,
    /// No list of schools of this kind is imported.
    SchoolListMissing(Slug),
    /// The location of the building.
    Footprint(FootprintFact),
    /// No building was given.
    FootprintMissing,
    /// The fact that was stated.
    Stated(StatedFact),
    /// A right that runs, has run or will run between two days.
    Right {
        /// The day it starts, as stated.
        start: Date,
        /// Its last day.
        last: Date,
    },
    /// This fact was not stated.
    StatementMissing(Slug),
}

impl ConditionFinding {
    /// Returns its name in every answer, which never changes.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Age { .. } => "age",
            Self::BirthDateMissing => "birth_date_missing",
            Self::BirthDateAfter(_) => "birth_date_after_check",
            Self::Home { doubt: None, .. } => "home",
            Self::Home { doubt: Some(_), .. } => "home_doubtful",
            Self::HomeMissing => "home_missing",
            Self::BoundaryStreet(_) => "boundary_street",
            Self::BoundaryStreetUnknown => "boundary_street_unknown",
            Self::BenefitOfDoubt => "benefit_of_doubt",
            Self::Place { .. } => "layer",
            Self::LayerMissing(_) => "layer_not_imported",
            Self::Commune(_) => "commune",
            Self::CommuneUnknown => "commune_unknown",
            Self::School { .. } => "school",
            Self::SchoolMissing => "school_missing",
            Self::NoSchool => "no_school",
            Self::SchoolNotFound => "school_not_found",
            Self::SchoolNetworkNotTold(_) => "school_network_not_told",
            Self::SchoolAmbiguous => "school_ambiguous",
            Self::SchoolListMissing(_) => "school_list_not_imported",
            Self::Footprint(_) => "footprint",
            Self::FootprintMissing => "footprint_missing",
            Self::Stated(StatedFact::Declared(_)) => "declared",
            Self::Stated(StatedFact::Number(_)) => "number",
            Self::Stated(StatedFact::Date(_)) => "date",
            Self::Right { .. } => "right",
            Self::StatementMissing(_) => "declaration_missing",
        }
    }
}
