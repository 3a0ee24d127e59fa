//! The fuzzer's way to [`fuzz::cidr`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::cidr::check(bytes));
