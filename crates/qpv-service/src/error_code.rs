//! Stable codes of errors: clients, scripts and tables of answers rely on their names.

/// The code of an error that a user may meet, over HTTP, on the command line or in a table.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::Display,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[strum(serialize_all = "snake_case")]
#[expect(missing_docs, reason = "`title` says what each one means")]
pub enum ErrorCode {
    AddressesNotLoaded,
    AddressesUnusable,
    BadBody,
    BadFootprint,
    BadForm,
    BadParameter,
    BadTable,
    BadUncertainty,
    BirthDateAfterCheck,
    BirthDateImplausible,
    BodyTooLarge,
    BodyTooSlow,
    CoordinatesSwapped,
    DatasetAltered,
    DefaultPlaceNotLoaded,
    EmptyQuestion,
    ExportFailed,
    /// A page of another site sent the request.
    ForeignOrigin,
    HostNotServed,
    Internal,
    KeyInvalid,
    KeyRequired,
    ListNotUnderWay,
    MalformedJson,
    MethodNotAllowed,
    NoVintageInForce,
    NotFinite,
    NotFound,
    NotInCrsDomain,
    NothingToPrint,
    OutOfRange,
    OutsideCoverage,
    Overloaded,
    PlacesNotLoaded,
    ProjectedCrsExpected,
    QuestionTooLong,
    RateExceeded,
    ReportKeyUnusable,
    ReportTextTooLong,
    /// A review lacks something, or has nothing to settle.
    BadReview,
    SameVintage,
    ScopeMissing,
    StreetWithoutNumbers,
    TemporaryFolderUnusable,
    TooManyAddresses,
    TooManyPoints,
    TooManyRequests,
    TooManySheets,
    UnknownCodeQp,
    UnknownCollection,
    UnknownColumn,
    UnknownCommune,
    UnknownCrs,
    UnknownFeature,
    UnknownField,
    UnknownLayer,
    UnknownProgramme,
    UnknownStreet,
    UnknownTile,
    UnknownVintage,
    UnsupportedMediaType,
    VintageAndDate,
    VintageNotLoaded,
    ZoningNotLoaded,
}

/// An error with a stable code and a message for end users.
pub trait CodedError: std::error::Error {
    /// Returns the stable code.
    fn code(&self) -> ErrorCode;

    /// Returns the message for end users, in French.
    fn message_fr(&self) -> String;
}

impl ErrorCode {
    /// Returns the name that clients see, such as `outside_coverage`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Returns the meaning of the code, in English.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::AddressesNotLoaded => "No addresses are loaded",
            Self::AddressesUnusable => "The addresses loaded cannot be used",
            Self::BadBody => "The body is not what this resource takes",
            Self::BadFootprint => "The polygon cannot be judged",
            Self::BadForm => "The form cannot be read",
            Self::BadParameter => "A parameter is missing, unknown or malformed",
            Self::BadTable => "The table cannot be read",
            Self::BadUncertainty => "The uncertainty is not a number of metres",
            Self::BirthDateAfterCheck => "The birth date is after the day of the check",
            Self::BirthDateImplausible => "The birth date is too long ago",
            Self::BodyTooLarge => "The body is too large",
            Self::BodyTooSlow => "The body came too slowly",
            Self::CoordinatesSwapped => "Longitude and latitude look swapped",
            Self::DatasetAltered => "The files of the dataset were altered",
            Self::DefaultPlaceNotLoaded => "No addresses of the default place are loaded",
            Self::EmptyQuestion => "The question has no letter or digit",
            Self::ExportFailed => "The file could not be made",
            Self::ForeignOrigin => "A page of another site sent the request",
            Self::HostNotServed => "The service does not answer to this name",
            Self::Internal => "Internal error",
            Self::KeyInvalid => "The key is not valid",
            Self::KeyRequired => "This service asks for a key",
            Self::ListNotUnderWay => "No such list is under way",
            Self::MalformedJson => "The body is not JSON",
            Self::MethodNotAllowed => "Method not allowed",
            Self::NoVintageInForce => "No perimeters were in force on that day",
            Self::NotFinite => "The coordinates are not finite numbers",
            Self::NotFound => "Not found",
            Self::NotInCrsDomain => "The coordinates are outside the reference system's domain",
            Self::NothingToPrint => "No commune of the area has a neighbourhood",
            Self::OutOfRange => "The coordinates are out of range",
            Self::OutsideCoverage => "The place is outside what the loaded data covers",
            Self::Overloaded => "Too many heavy requests at once",
            Self::PlacesNotLoaded => "No list of places is loaded",
            Self::ProjectedCrsExpected => "x and y need a projected reference system",
            Self::QuestionTooLong => "The question is too long",
            Self::RateExceeded => "Too many requests in a minute",
            Self::ReportKeyUnusable => "Reports cannot be signed",
            Self::ReportTextTooLong => "A text is too long for a report",
            Self::BadReview => "The review cannot be taken",
            Self::SameVintage => "A vintage is compared to another one",
            Self::ScopeMissing => "The key does not open this resource",
            Self::StreetWithoutNumbers => "The place has no numbers",
            Self::TemporaryFolderUnusable => "The temporary folder is full or cannot be used",
            Self::TooManyAddresses => "Too many addresses for one answer",
            Self::TooManyPoints => "Too many points",
            Self::TooManyRequests => "Too many tables at once",
            Self::TooManySheets => "Too many communes for one file",
            Self::UnknownCodeQp => "No such perimeter in the loaded data",
            Self::UnknownCollection => "No such collection of features",
            Self::UnknownColumn => "A column is not there",
            Self::UnknownCommune => "No such commune",
            Self::UnknownCrs => "Unknown reference system",
            Self::UnknownFeature => "No such feature in the collection",
            Self::UnknownField => "No such indicator",
            Self::UnknownLayer => "No such layer of tiles",
            Self::UnknownProgramme => "No such programme",
            Self::UnknownStreet => "No such street in the loaded addresses",
            Self::UnknownTile => "No such tile",
            Self::UnknownVintage => "Unknown vintage",
            Self::ZoningNotLoaded => "The zoning is not loaded",
            Self::UnsupportedMediaType => "The body is of a kind that is not taken",
            Self::VintageAndDate => "Give a vintage or a date, not both",
            Self::VintageNotLoaded => "The perimeters that would answer are not loaded",
        }
    }
}
