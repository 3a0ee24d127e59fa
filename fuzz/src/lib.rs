//! What a fuzzer asks of everything that parses a caller's bytes: more than that it lives. Each
//! module is one target; [`check`](cidr::check) takes any bytes and panics if something that must
//! hold of them does not. [`words`] tells the fuzzer what they look like.

pub mod basic;
pub mod bearer;
pub mod body;
pub mod cidr;
pub mod config;
pub mod digest;
pub mod media_type;
pub mod request;
pub mod time;
pub mod trace;
pub mod words;

/// The bytes as text, where they are one.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}
