//! The sentences of a comparison's classes, movements and reasons, each chosen by the value itself.

use qpv_engine::{ChangeClass, Zone};
use qpv_french::{Key, key, sentence};

use crate::compare::{AddressSide, Movement, SharedOutOver, UncomparedReason, UnmatchedReason};

/// Returns the class of a change, in a few words.
#[must_use]
pub fn change_class(class: ChangeClass) -> String {
    sentence(class_key(class), &[])
}

/// Returns the reason why a group of perimeters has no class.
#[must_use]
pub fn undetermined_reason(reason: UncomparedReason) -> String {
    sentence(undetermined_key(reason), &[])
}

/// Returns the reason why a perimeter may or may not be of the area.
#[must_use]
pub fn unmatched_reason(reason: UnmatchedReason) -> String {
    sentence(unmatched_key(reason), &[])
}

/// Returns the sentence of a class.
#[must_use]
pub fn class_key(class: ChangeClass) -> Key {
    match class {
        ChangeClass::Identical => key::COMPARE_CLASS_IDENTICAL,
        ChangeClass::Adjusted => key::COMPARE_CLASS_ADJUSTED,
        ChangeClass::Extended => key::COMPARE_CLASS_EXTENDED,
        ChangeClass::Reduced => key::COMPARE_CLASS_REDUCED,
        ChangeClass::Shifted => key::COMPARE_CLASS_SHIFTED,
        ChangeClass::Merged => key::COMPARE_CLASS_MERGED,
        ChangeClass::Split => key::COMPARE_CLASS_SPLIT,
        ChangeClass::Regrouped => key::COMPARE_CLASS_REGROUPED,
        ChangeClass::New => key::COMPARE_CLASS_NEW,
        ChangeClass::Gone => key::COMPARE_CLASS_GONE,
    }
}

/// Returns the sentence of a reason why a group has no class.
#[must_use]
pub fn undetermined_key(reason: UncomparedReason) -> Key {
    match reason {
        UncomparedReason::WithoutArea => key::COMPARE_UNDETERMINED_WITHOUT_AREA,
        UncomparedReason::VintageInPart => key::COMPARE_UNDETERMINED_VINTAGE_IN_PART,
    }
}

/// Returns the sentence of a reason why a perimeter may or may not be of the area.
#[must_use]
pub fn unmatched_key(reason: UnmatchedReason) -> Key {
    match reason {
        UnmatchedReason::CommuneUnknown => key::COMPARE_UNDETERMINED_COMMUNE_UNKNOWN,
        UnmatchedReason::EpciUnknown => key::COMPARE_UNDETERMINED_EPCI_UNKNOWN,
    }
}

/// Returns the sentence of the movement of a place.
#[must_use]
pub fn movement_key(movement: Movement) -> Key {
    match movement {
        Movement::Entered => key::COMPARE_MOVEMENT_ENTERED,
        Movement::Left => key::COMPARE_MOVEMENT_LEFT,
        Movement::Stayed => key::COMPARE_MOVEMENT_STAYED,
        Movement::Band => key::COMPARE_MOVEMENT_BAND,
        Movement::Undetermined => key::COMPARE_MOVEMENT_UNDETERMINED,
    }
}

/// Returns the heading of the places of a movement.
#[must_use]
pub fn places_key(movement: Movement) -> Key {
    match movement {
        Movement::Entered => key::COMPARE_PLACES_ENTERED,
        Movement::Left => key::COMPARE_PLACES_LEFT,
        Movement::Stayed => key::COMPARE_PLACES_STAYED,
        Movement::Band => key::COMPARE_PLACES_BAND,
        Movement::Undetermined => key::COMPARE_PLACES_UNDETERMINED,
    }
}

/// Returns the sentence of the side an address is on.
#[must_use]
pub fn side_key(side: AddressSide) -> Key {
    match side {
        AddressSide::Kept => key::COMPARE_SIDE_KEPT,
        AddressSide::Gained => key::COMPARE_SIDE_GAINED,
        AddressSide::Lost => key::COMPARE_SIDE_LOST,
        AddressSide::FromOther => key::COMPARE_SIDE_FROM_OTHER,
        AddressSide::ToOther => key::COMPARE_SIDE_TO_OTHER,
    }
}

/// Returns the sentence of a zone in a table of places.
#[must_use]
pub fn zone_key(zone: Zone) -> Key {
    match zone {
        Zone::Qpv => key::COMPARE_ZONE_QPV,
        Zone::Band300m => key::COMPARE_ZONE_BAND_300M,
        Zone::Outside => key::COMPARE_ZONE_OUTSIDE,
        Zone::Undetermined => key::COMPARE_ZONE_UNDETERMINED,
    }
}

/// Returns the sentence of the method of an estimate.
#[must_use]
pub fn estimate_key(by: SharedOutOver) -> Key {
    match by {
        SharedOutOver::Addresses => key::COMPARE_ESTIMATE_ADDRESSES,
        SharedOutOver::Ground => key::COMPARE_ESTIMATE_GROUND,
    }
}
