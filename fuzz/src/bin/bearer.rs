//! The fuzzer's way to [`fuzz::bearer`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::bearer::check(bytes));
