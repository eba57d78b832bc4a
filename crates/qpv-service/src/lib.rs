//! The use cases of `qpv`, where its parts meet.
//!
//! [`Service`] holds the dataset in use and swaps it when a new one is published. A [`Snapshot`] of it is the data with its
//! indexes; each use case is a module with functions that take it:
//!
//! - [`Service::check`] checks a place: the zone, the profile of its street, the eligibility to a programme;
//! - [`locate`], [`locate_all`] and [`locate_footprint`] answer for coordinates;
//! - [`search_addresses`] and [`nearest_addresses`] find addresses, [`street_profile`] gives the zones of a street's numbers;
//! - [`list_perimeters`], [`overlapping_perimeters`] and [`commune_perimeters`] list perimeters, [`search_perimeters`] finds
//!   them by a text, and [`place_names`] gives the names of places inside;
//! - [`DerivedData`] compares vintages, lists the features of layers and cuts tiles: what it derives from a snapshot is kept;
//! - [`data`] holds the operator's use cases: import, pull, status, verification.
//!
//! Every sentence an end user reads comes from one catalogue ([`messages`]).
//!
//! Promises: one question is answered from one dataset; no position or address is ever logged. Refuses: wire formats,
//! settings.

mod address_coverage;
mod addresses;
mod basemap;
mod building_outlines;
mod certainty_limits;
mod check;
mod communes;
mod compare;
mod credits;
pub mod data;
mod derived;
mod eligibility;
mod error;
mod error_code;
mod examples;
mod figures;
mod former_zones;
mod ground;
mod ground_layer;
mod indicators;
mod integrity;
mod joining;
mod layer_contract;
pub mod layers;
mod lazy_layers;
mod list_suggestions;
mod locate;
pub mod messages;
mod name_index;
mod outline_measure;
mod perimeters;
mod place;
mod place_index;
mod place_name_index;
mod place_names;
mod places_nearby;
mod review;
mod schools;
mod search_names;
mod service;
mod settled;
mod share;
mod site;
mod snapshot;
mod standing;
mod street_numbers;
mod streets;
mod suggestions;
mod unknown_layer;
mod unloaded_place;
mod written_place;
mod zoning_index;
mod zonings;

pub use addresses::{
    AddressSearch, DefaultPlace, nearest_addresses, projected_position, search_addresses,
    search_to_judge, search_to_judge_in,
};
pub use basemap::{Basemap, BasemapError, BasemapStyle};
pub use building_outlines::{AnnexOutline, BuildingOutlines, LocatedAnnex};
pub use certainty_limits::{CertaintyLimit, certainty_limits, certainty_limits_today};
pub use check::address::{AddressCheck, AddressChecker, CheckedCandidate};
pub use check::building::{Building, corners, is_near_limit, outline_digest, zone_of_footprint};
pub use check::candidate_zone::candidate_zone;
pub use check::corrected_position::{CorrectedAddress, check_placed};
pub use check::home::home_of_address;
pub use check::remote_geocoder::{AddressService, AddressServiceError, RemoteGeocoding};
pub use check::subject::{AddressQuestion, CheckRequest, StatedPosition, Subject};
pub use check::{CheckError, CheckOutcome, CheckedPlace, CheckedPosition, ReviewedCheck};
pub use communes::{Commune, CommuneOfToday, commune_perimeters};
pub use compare::{
    AddressCounts, AddressSide, ChangeTotals, Changed, ComparedVintages, Comparison, Estimate,
    KnownSum, Moved, MovedAddress, MovedPlace, MovedTotals, MovedWith, Movement, Population, Scope,
    ScopeError, ScopeTexts, SharedOutOver, SideTotals, TooManyAddresses, Totals, UncomparedReason,
    Undetermined, UnmatchedReason, UnplacedPlace, department_code,
};
pub use credits::LoadedFile;
pub use derived::DerivedData;
pub use eligibility::{
    Case, EligibilityError, EligibilityRequest, Home, Person, PersonError, StatedPerson,
    StatedValue, assess, read_date, read_number,
};
pub use error::{
    AddressError, MAX_QUESTION_CHARACTERS, QueryError, UnknownProgramme, UnknownZoning,
};
pub use error_code::{CodedError, ErrorCode};
pub use examples::ExampleAddress;
pub use figures::{FieldSelection, Figures, UnknownField};
pub use ground_layer::{GroundLayer, GroundTile, GroundTileFault};
pub use indicators::LoadedIndicator;
pub use integrity::{IndexCheck, IntegrityError};
pub use list_suggestions::{ListQuery, suggest_of_list};
pub use locate::{
    LocatedFootprint, PointMembership, locate, locate_all, locate_footprint, members_of_all,
};
pub use perimeters::{
    FoundPerimeter, MatchedName, PerimeterFilter, list_perimeters, overlapping_perimeters,
    search_perimeters,
};
pub use place::{Place, VintageSelector, check_uncertainty, paris, today};
pub use place_index::{PlacePosition, Places};
pub use place_name_index::{PlaceExtent, PlaceName};
pub use place_names::place_names;
pub use places_nearby::{PlaceNearby, places_nearby};
pub use qpv_addresses::{
    AddressKind, Candidate, HouseNumber, NumberNeighbours, SearchFilter, SideNeighbours,
};
pub use qpv_engine::{
    AreaIndex, AreaLocation, BAND_M, CertaintyLevel, ChangeClass, ChangeOutlines, Classification,
    DecidingLine, FootprintError, FootprintLocation, Leaning, Location, NearestPerimeter,
    PartsWithin, PerimeterChange, PerimeterId, WIDE_BAND_M, WeakestLink, Zone,
};
pub use qpv_model as model;
pub use qpv_programmes as programmes;
pub use review::{HumanReview, ReviewError, one_line, possible_zones};
pub use service::{Service, Updates};
pub use share::{
    AreaShare, ListShare, MAX_AREA_VERTICES, PerimeterShare, ShareError, ShareSubject, SharedList,
    UnknownFigure, VintageShare, ZoneCounts, ZoneHectares, share_area, share_list,
};
pub use site::{SettledGround, Site, SiteFinding, SiteJoin, SiteNote};
pub use snapshot::Snapshot;
pub use standing::{PointAnswer, UndeterminedReason, centimetres};
pub use street_numbers::{Side, Span, StreetSide};
pub use streets::{
    Followed, FollowedLine, NumberRange, StreetError, StreetProfile, boundary_street,
    street_profile, street_profile_of,
};
pub use suggestions::{
    PlaceInPerimeter, SuggestedCommune, SuggestedParcel, SuggestedPerimeter, SuggestedPlace,
    Suggestion, Suggestions, prepare_suggestions, suggest,
};
pub use unloaded_place::UnloadedPlace;
pub use written_place::WrittenPlace;
pub use zonings::{
    AnswerKind, MAX_RING_M, RingStanding, ZonedLocations, ZonedPlace, ZoningAnswer, ZoningDoubt,
    ZoningStanding, check_ring, zonings_at, zonings_of_building, zonings_of_home,
};
