#![no_main]
//! The target `xlsx` of libFuzzer.

libfuzzer_sys::fuzz_target!(init: qpv_fuzz::keep_caught_panics(), |input: &[u8]| qpv_fuzz::run_or_abort("xlsx", input));
