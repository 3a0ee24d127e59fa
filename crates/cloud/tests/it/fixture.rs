//! Containers and peerings, as rows would have them.

use std::sync::LazyLock;

use cloud::PeeringJob;
use model::Cidr;
use model::container::{Container, Network, Place};
use model::id::IdMint;
use model::peering::{Peering, PeeringSpec};
use model::time::Timestamp;
use model::world::{Acceptance, World};

/// When every row was made.
pub const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

static MINT: LazyLock<IdMint> = LazyLock::new(|| IdMint::new([7; 5], 1));

/// A block of addresses.
pub fn block(text: &str) -> Cidr {
    Cidr::parse(text).expect("a canonical block")
}

/// A new container without a network.
pub fn container(place: Place, addresses: Cidr) -> Container {
    Container {
        id: MINT.mint(NOW),
        project: MINT.mint(NOW),
        place,
        block: addresses,
        created_at: NOW,
        network: Network::Absent,
    }
}

/// A new peering in a container, not yet asked for.
pub fn job(container: Container, spec: PeeringSpec) -> PeeringJob {
    let peering = Peering::new(MINT.mint(NOW), container.project, container.id, spec, NOW);
    let world = World { latency: None, acceptance: Acceptance::Manual, n_faults: 0 };
    PeeringJob { peering, container, world }
}
