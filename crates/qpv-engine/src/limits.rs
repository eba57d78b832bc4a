//! The distances that the law and the engine decide by, metres.

/// Width of the band around a neighbourhood. Source: CGI art. 278 sexies.
pub const BAND_M: f64 = 300.0;

/// The wider distance of the urban-renewal case. Source: CGI art. 278 sexies, BOI-TVA-IMM-20-20-20.
pub const WIDE_BAND_M: f64 = 500.0;

/// Farthest distance at which a perimeter is still looked for.
///
/// Ten times the widest distance that decides anything; the mid-latitude formula is right to 5 cm up to here.
pub const MAX_SEARCH_M: f64 = 5_000.0;

/// Distance from a perimeter published without area within which nothing is known of it: 1 km, beyond which three of four perimeters of
/// 2024 have no vertex from a point within, and the band.
pub const UNKNOWN_EXTENT_M: f64 = 1_000.0 + BAND_M;
