//! Networks of customers, and places for containers.

use model::Cidr;
use model::container::Place;
use model::peering::{PeeringSpec, SpecChange};
use model::provider::Provider;

pub fn cidr(text: &str) -> Cidr {
    Cidr::parse(text).expect("canonical")
}

/// The `nth` VPC of a customer's, and the `block`th block of addresses routed to it.
pub fn vpc(nth: u8, block: u8) -> PeeringSpec {
    PeeringSpec::Aws {
        account_id: "123456789012".to_owned(),
        vpc_id: format!("vpc-{nth:017x}"),
        region: "us-east-1".to_owned(),
        route_block: cidr(&format!("10.{block}.0.0/16")),
    }
}

/// A change to what [`vpc`] names.
pub fn to_vpc(nth: u8, block: u8) -> SpecChange {
    let PeeringSpec::Aws { account_id, vpc_id, region, route_block } = vpc(nth, block) else {
        unreachable!("a VPC is at Amazon")
    };
    SpecChange::Aws {
        account_id: Some(account_id),
        vpc_id: Some(vpc_id),
        region: Some(region),
        route_block: Some(route_block),
    }
}

/// The `nth` VNet of a customer's.
pub fn vnet(nth: u8) -> PeeringSpec {
    PeeringSpec::Azure {
        directory_id: "5a1b6ff2-0a7e-4b0c-9d0e-000000000001".to_owned(),
        subscription_id: "5a1b6ff2-0a7e-4b0c-9d0e-000000000002".to_owned(),
        resource_group: "rg".to_owned(),
        vnet_name: format!("vnet-{nth}"),
    }
}

/// The `nth` network of a customer's at Google.
pub fn gnet(nth: u8) -> PeeringSpec {
    PeeringSpec::Gcp { project_id: "customer-1".to_owned(), network_name: format!("net-{nth}") }
}

/// Somebody's network at a provider.
pub fn far_network(provider: Provider, nth: u8) -> PeeringSpec {
    match provider {
        Provider::Aws => vpc(nth, nth),
        Provider::Azure => vnet(nth),
        Provider::Gcp => gnet(nth),
    }
}

/// A place for containers at a provider.
pub fn place(provider: Provider) -> Place {
    match provider {
        Provider::Aws => Place::Aws { region: "US_EAST_1" },
        Provider::Azure => Place::Azure { region: "US_EAST_2" },
        Provider::Gcp => Place::Gcp { regions: Vec::new() },
    }
}
