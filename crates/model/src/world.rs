//! The rules of the simulated clouds.
//!
//! What a simulated cloud shows is a pure function of recorded facts (what was asked of it, what
//! the far side decided, which faults were laid out, the latency profile at that moment, the ids)
//! and of the world's clock. Facts are rows; they survive a restart. Nothing here is stored or
//! timed by itself, so any moment, past or to come, can be shown.
//!
//! [`connection`] holds both sides of one peering, [`network`] a container's near network,
//! [`latency`] how long things take, [`fault`] what a user wants to go wrong.

pub mod connection;
pub mod fault;
pub mod latency;
pub mod network;

pub use connection::{Far, FarAction, FarView, SimConnection};
pub use fault::{CloudCall, CloudFault, Fault, FaultPoint, Outcome};
pub use latency::{Latency, Phases};
pub use network::SimNetwork;

/// Whether the far side answers by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Acceptance {
    /// Somebody has to act there.
    #[default]
    Manual,
    /// It says yes as soon as it is asked.
    Automatic,
}

impl Acceptance {
    /// The name on the wire and in rows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Automatic => "automatic",
        }
    }

    /// The acceptance of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Manual, Self::Automatic].into_iter().find(|acceptance| acceptance.name() == name)
    }
}

/// One project's simulated world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct World {
    /// How long things take. `None`: as the server was started with.
    pub latency: Option<Latency>,
    /// Whether the far side answers by itself.
    pub acceptance: Acceptance,
    /// How many faults wait to happen, so that a request that meets none asks no further.
    pub n_faults: u32,
}

/// A long, evenly spread number from a short one (splitmix64); the simulated clouds' only chance.
fn scatter(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A seed from an id and a count of what was made for it before.
pub fn seed(id: crate::ObjectId, nth: i64) -> u64 {
    id.bytes().iter().fold(nth.cast_unsigned(), |seed, byte| scatter(seed ^ u64::from(*byte)))
}

/// `n` letters of an alphabet, spelled by a seed.
fn spell(seed: u64, alphabet: &[u8], n: usize) -> String {
    let mut state = seed;
    (0..n)
        .map(|_| {
            state = scatter(state);
            char::from(alphabet[usize::try_from(state % alphabet.len() as u64).unwrap_or(0)])
        })
        .collect()
}

const HEX: &[u8] = b"0123456789abcdef";
const BASE36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
