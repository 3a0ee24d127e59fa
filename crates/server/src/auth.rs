//! Who is calling: the building blocks of authentication.
//!
//! All of it but [`caller`], [`client`] and [`uses`] is pure, or remembers what was used
//! ([`nonce::Nonces`], [`token_rate::TokenRate`]); time and chance come from the caller, and time
//! here is the *real* clock's.
//!
//! Reading order: [`master`] (the one secret all others are derived from), [`seal`] (API key
//! secrets at rest), [`credentials`] (how new ones are made and shown), [`digest`] and [`nonce`]
//! (API keys on the wire), [`token`] (service accounts on the wire), [`caller`] (both, held against
//! the rows), [`client`] (whoever asks for a token).

pub mod caller;
mod claim;
pub mod client;
pub mod credentials;
pub mod digest;
mod hex;
mod known;
pub mod master;
pub mod nonce;
pub mod seal;
pub mod token;
pub mod token_rate;
pub mod uses;

pub use caller::Auth;
