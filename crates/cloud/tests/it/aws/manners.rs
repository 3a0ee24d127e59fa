//! What EC2 does and moto does not: overlapping connections fail, statuses that only time or
//! Amazon brings, pages.

use std::collections::HashMap;

use model::Cidr;

use super::tree::Node;

/// EC2's words for a connection that it does not make.
pub const FAILED: &str = "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range";

/// What is done to answers.
#[derive(Debug, Default, Clone)]
pub struct Manners {
    /// Statuses of connections that are not moto's.
    pub statuses: HashMap<String, (String, String)>,
    /// When requests expire, as EC2 would say.
    pub expiration: Option<String>,
    /// Items on a page of connections and of VPCs.
    pub page: Option<usize>,
    /// A region that the account has not enabled.
    pub not_enabled: Option<String>,
}

/// Lists that have pages, by the action that asks for them.
fn list(action: &str) -> Option<&'static str> {
    match action {
        "DescribeVpcPeeringConnections" => Some("vpcPeeringConnectionSet"),
        "DescribeVpcs" => Some("vpcSet"),
        _ => None,
    }
}

impl Manners {
    /// An answer as EC2 would give it.
    pub fn apply(&self, action: &str, token: Option<&str>, text: &str) -> String {
        let mut root = Node::parse(text);
        if action == "DescribeVpcPeeringConnections"
            && let Some(set) = root.child_mut("vpcPeeringConnectionSet")
        {
            set.children.iter_mut().for_each(|connection| self.connection(connection));
        }
        if let (Some(region), Some(set)) = (&self.not_enabled, root.child_mut("regionInfo")) {
            for item in set.children.iter_mut().filter(|item| item.at(&["regionName"]) == region) {
                item.set("optInStatus", "not-opted-in");
            }
        }
        if let (Some(size), Some(list)) = (self.page, list(action)) {
            let first: usize = token.map_or(0, |token| token.parse().expect("a token of ours"));
            let set = root.child_mut(list).expect("a list");
            let more = set.children.len() > first + size;
            set.children = set.children.iter().skip(first).take(size).cloned().collect();
            if more {
                root.set("nextToken", &(first + size).to_string());
            }
        }
        root.write()
    }

    fn connection(&self, connection: &mut Node) {
        let id = connection.at(&["vpcPeeringConnectionId"]).to_owned();
        if let Some(expiration) = &self.expiration {
            connection.set("expirationTime", expiration);
        }
        let block = |side| Cidr::parse(connection.at(&[side, "cidrBlock"])).ok();
        let overlap = block("requesterVpcInfo")
            .zip(block("accepterVpcInfo"))
            .is_some_and(|(near, far)| near.overlaps(far));
        let waits = connection.at(&["status", "code"]) == "pending-acceptance";
        let (code, message) = match self.statuses.get(&id) {
            Some((code, message)) => (code.as_str(), message.as_str()),
            None if overlap && waits => ("failed", FAILED),
            None => return,
        };
        let status = connection.child_mut("status").expect("a status");
        status.set("code", code);
        status.set("message", message);
    }
}
