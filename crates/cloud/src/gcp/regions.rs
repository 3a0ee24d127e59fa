//! From the control plane's names of regions to Google's, and which addresses go where.

use std::net::Ipv4Addr;

use model::Cidr;
use model::container::{Container, Place};

use super::foreign;
use crate::driver::DriverError;

/// The regions whose names are not Google's own in capitals.
/// Source: the public list of regions of both.
const NAMED_OTHERWISE: [(&str, &str); 11] = [
    ("CENTRAL_US", "us-central1"),
    ("EASTERN_US", "us-east1"),
    ("WESTERN_US", "us-west1"),
    ("WESTERN_EUROPE", "europe-west1"),
    ("EASTERN_ASIA_PACIFIC", "asia-east1"),
    ("NORTHEASTERN_ASIA_PACIFIC", "asia-northeast1"),
    ("SOUTHEASTERN_ASIA_PACIFIC", "asia-southeast1"),
    ("NORTH_AMERICA_NORTHEAST_1", "northamerica-northeast1"),
    ("NORTH_AMERICA_NORTHEAST_2", "northamerica-northeast2"),
    ("NORTH_AMERICA_SOUTH_1", "northamerica-south1"),
    ("SOUTH_AMERICA_EAST_1", "southamerica-east1"),
];
const NAMED_OTHERWISE_TOO: [(&str, &str); 4] = [
    ("SOUTH_AMERICA_WEST_1", "southamerica-west1"),
    ("MIDDLE_EAST_CENTRAL_1", "me-central1"),
    ("MIDDLE_EAST_CENTRAL_2", "me-central2"),
    ("MIDDLE_EAST_WEST_1", "me-west1"),
];

/// Addresses of one of a small container's regions.
const SMALL: u8 = 24;

/// A region as Google writes it: `US_EAST_4` is `us-east4`.
pub(super) fn region(name: &str) -> String {
    let mut otherwise = NAMED_OTHERWISE.iter().chain(&NAMED_OTHERWISE_TOO);
    if let Some((_, google)) = otherwise.find(|(ours, _)| *ours == name) {
        return (*google).to_owned();
    }
    let text = name.to_ascii_lowercase().replace('_', "-");
    match text.rsplit_once('-') {
        Some((place, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{place}{number}")
        }
        _ => text,
    }
}

/// A part of a container's block, and the region it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub region: String,
    pub block: Cidr,
}

/// How a container's block is divided. A small container has a /24 for each of its regions, in
/// their order; one that spans all has its block in the account's region, from where Google's
/// global network reaches every other.
pub(super) fn pieces(container: &Container, home: &str) -> Result<Vec<Piece>, DriverError> {
    let Place::Gcp { regions } = &container.place else { return Err(foreign()) };
    if regions.is_empty() {
        return Ok(vec![Piece { region: home.to_owned(), block: container.block }]);
    }
    let n_addresses = 1u32 << (32 - SMALL);
    (0u32..)
        .zip(regions)
        .map(|(nth, name)| {
            let first = Ipv4Addr::from(container.block.first() + nth * n_addresses);
            let block = Cidr::new(first, SMALL).filter(|block| container.block.contains(*block));
            let block = block
                .ok_or_else(|| DriverError::invalid(format!("{} has no room for {name}", container.block)))?;
            Ok(Piece { region: region(name), block })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use model::container::Network;
    use model::provider::Provider;
    use model::time::Timestamp;

    use super::*;

    fn container(regions: &[&'static str], block: &str) -> Container {
        Container {
            id: "6a793f62c0eb9e7a1771502a".parse().expect("an id"),
            project: "6a793f62c0eb9e7a1771502b".parse().expect("an id"),
            place: Place::Gcp { regions: regions.to_vec() },
            block: Cidr::parse(block).expect("a block"),
            created_at: Timestamp::from_seconds(0),
            network: Network::Absent,
        }
    }

    #[test]
    fn every_region_has_a_name_of_googles_form() {
        for name in Provider::Gcp.regions() {
            let google = region(name);
            let (place, number) =
                google.split_at(google.trim_end_matches(|c: char| c.is_ascii_digit()).len());
            assert!(!number.is_empty() && place.split('-').count() == 2, "{name} is {google}");
        }
        assert_eq!(region("US_EAST_4"), "us-east4");
        assert_eq!(region("EUROPE_WEST_12"), "europe-west12");
        assert_eq!(region("WESTERN_EUROPE"), "europe-west1");
        assert_eq!(region("MIDDLE_EAST_WEST_1"), "me-west1");
    }

    #[test]
    fn a_small_container_has_a_part_for_each_region_and_a_large_one_is_in_one() {
        let small = pieces(&container(&["US_EAST_4", "EASTERN_US"], "10.8.0.0/21"), "us-central1");
        let told: Vec<String> =
            small.expect("fits").iter().map(|piece| format!("{} {}", piece.region, piece.block)).collect();
        assert_eq!(told, ["us-east4 10.8.0.0/24", "us-east1 10.8.1.0/24"]);
        let large = pieces(&container(&[], "10.8.0.0/18"), "us-central1").expect("fits");
        assert_eq!(
            large,
            [Piece { region: "us-central1".into(), block: Cidr::parse("10.8.0.0/18").expect("a block") }]
        );
        assert!(pieces(&container(&["US_EAST_4", "EASTERN_US"], "10.8.0.0/24"), "x").is_err());
    }
}
