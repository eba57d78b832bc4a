#![no_main]
//! The target `reports` of libFuzzer.

libfuzzer_sys::fuzz_target!(init: qpv_fuzz::keep_caught_panics(), |input: &[u8]| qpv_fuzz::run_or_abort("reports", input));
