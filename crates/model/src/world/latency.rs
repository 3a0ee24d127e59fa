//! How long things take in a simulated cloud.

use std::time::Duration;

use super::scatter;
use crate::provider::Provider;

/// A profile of latencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Latency {
    /// No wait anywhere.
    Instant,
    /// Each phase takes about a second: a rehearsal should take seconds.
    #[default]
    Swift,
    /// As measured on the real service.
    Lifelike,
}

/// How long each phase takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phases {
    /// Making a near network.
    pub network: Duration,
    /// From asking for a connection to its being there.
    pub request: Duration,
    /// Making routes.
    pub route: Duration,
    /// Taking a connection down.
    pub remove: Duration,
    /// Taking a near network down.
    pub network_remove: Duration,
}

const fn phases(network: u64, request: u64, route: u64, remove: u64, network_remove: u64) -> Phases {
    Phases {
        network: Duration::from_millis(network),
        request: Duration::from_millis(request),
        route: Duration::from_millis(route),
        remove: Duration::from_millis(remove),
        network_remove: Duration::from_millis(network_remove),
    }
}

impl Latency {
    /// The name on the wire, in rows and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Instant => "instant",
            Self::Swift => "swift",
            Self::Lifelike => "lifelike",
        }
    }

    /// The profile of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Instant, Self::Swift, Self::Lifelike].into_iter().find(|latency| latency.name() == name)
    }

    /// How long things take at a provider, for one connection or network: the profile's time,
    /// stretched by up to a fifth as `seed` has it.
    ///
    /// `lifelike`: AWS requests take at least twelve seconds before they stand, as clients' own
    /// time-out tests need; Azure makes both halves in about a minute.
    pub fn phases(self, provider: Provider, seed: u64) -> Phases {
        let plain = match (self, provider) {
            (Self::Instant, Provider::Aws | Provider::Azure | Provider::Gcp) => return phases(0, 0, 0, 0, 0),
            (Self::Swift, Provider::Aws | Provider::Azure | Provider::Gcp) => phases(400, 600, 800, 800, 400),
            (Self::Lifelike, Provider::Aws) => phases(8_000, 12_500, 9_000, 20_000, 10_000),
            (Self::Lifelike, Provider::Azure) => phases(8_000, 55_000, 0, 30_000, 10_000),
            (Self::Lifelike, Provider::Gcp) => phases(15_000, 30_000, 0, 25_000, 10_000),
        };
        let stretch = |phase: Duration, nth: u64| {
            let fifth = phase / 5;
            phase
                + Duration::from_nanos(
                    scatter(seed ^ nth) % (u64::try_from(fifth.as_nanos()).unwrap_or(0) + 1),
                )
        };
        Phases {
            network: stretch(plain.network, 1),
            request: stretch(plain.request, 2),
            route: stretch(plain.route, 3),
            remove: stretch(plain.remove, 4),
            network_remove: stretch(plain.network_remove, 5),
        }
    }

    /// How long a new container can't be deleted. The service keeps it for a second.
    pub const fn container_hold(self) -> Duration {
        match self {
            Self::Instant => Duration::ZERO,
            Self::Swift | Self::Lifelike => crate::container::DELETE_HOLD,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifelike_aws_request_never_takes_less_than_twelve_seconds() {
        for seed in 0..1000 {
            assert!(Latency::Lifelike.phases(Provider::Aws, seed).request >= Duration::from_secs(12));
        }
    }

    #[test]
    fn instant_waits_nowhere() {
        for provider in Provider::ALL {
            assert_eq!(Latency::Instant.phases(provider, 7), phases(0, 0, 0, 0, 0));
        }
    }
}
