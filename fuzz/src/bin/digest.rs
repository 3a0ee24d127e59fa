//! The fuzzer's way to [`fuzz::digest`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::digest::check(bytes));
