#![no_main]
//! The target `shapefile` of libFuzzer.

libfuzzer_sys::fuzz_target!(init: qpv_fuzz::keep_caught_panics(), |input: &[u8]| qpv_fuzz::run_or_abort("shapefile", input));
