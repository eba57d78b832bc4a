//! The check of a place: in which zone an address, a position or a building lies.

pub(crate) mod address;
pub(crate) mod building;
pub(crate) mod corrected_position;
pub(crate) mod remote_geocoder;
