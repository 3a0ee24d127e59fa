//! Who is calling: the building blocks of authentication.
//!
//! All of it is pure but for [`nonce::Nonces`], which remembers what was used; time and chance
//! come from the caller, and time here is always the *real* clock's. No file of this folder knows
//! the store: what it needs of a key or an account is handed to it.
//!
//! Reading order: [`master`] (the one secret all others are derived from), [`seal`] (API key
//! secrets at rest), [`credentials`] (how new ones are made and shown), [`digest`] and [`nonce`]
//! (API keys on the wire), [`token`] (service accounts on the wire).

pub mod caller;
pub mod credentials;
pub mod digest;
mod hex;
mod known;
pub mod master;
pub mod nonce;
pub mod seal;
pub mod token;

pub use caller::Auth;
