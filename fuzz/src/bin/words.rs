//! Prints the dictionary. A program of the fuzzer's like its targets, so that one build makes them all:
//! what counts coverage links with nothing else.
#![no_main]

libfuzzer_sys::fuzz_target!(init: print_and_end(), |_bytes: &[u8]| {});

fn print_and_end() {
    let written = fuzz::words::write(&mut std::io::stdout().lock());
    std::process::exit(i32::from(written.is_err()));
}
