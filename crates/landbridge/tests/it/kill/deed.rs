//! What a writer can do: the call for it, and how it may be answered.

use api::Method;
use serde_json::{Value, json};

pub const V1: &str = "/api/atlas/v1.0";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cloud {
    Aws,
    Azure,
    Gcp,
}

impl Cloud {
    pub const ALL: [Self; 3] = [Self::Aws, Self::Azure, Self::Gcp];

    pub fn name(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Azure => "AZURE",
            Self::Gcp => "GCP",
        }
    }
}

/// One change. Names, networks and comments come from a counter, so none is ever used twice.
#[derive(Debug, Clone)]
pub enum Deed {
    MakeProject { name: String, org: String },
    CloseProject { project: String },
    MakeContainer { project: String, cloud: Cloud, nth: u64 },
    DropContainer { project: String, container: String },
    MakePeer { project: String, container: String, cloud: Cloud, far: String, nth: u64 },
    DropPeer { project: String, peer: String },
    Accept { project: String, peer: String },
    AddEntry { project: String, key: String, comment: String },
    DropEntry { project: String, key: String },
}

impl Deed {
    /// Method, path and body.
    pub fn request(&self) -> (Method, String, Option<Value>) {
        let group = |project: &str, rest: &str| format!("{V1}/groups/{project}{rest}");
        match self {
            Self::MakeProject { name, org } => {
                (Method::Post, format!("{V1}/groups"), Some(json!({ "name": name, "orgId": org })))
            }
            Self::CloseProject { project } => (Method::Delete, group(project, ""), None),
            Self::MakeContainer { project, cloud, nth } => {
                (Method::Post, group(project, "/containers"), Some(place(*cloud, *nth)))
            }
            Self::DropContainer { project, container } => {
                (Method::Delete, group(project, &format!("/containers/{container}")), None)
            }
            Self::MakePeer { project, container, cloud, far, nth } => {
                let mut body = far_network(*cloud, far, *nth);
                body["containerId"] = container.as_str().into();
                body["providerName"] = cloud.name().into();
                (Method::Post, group(project, "/peers"), Some(body))
            }
            Self::DropPeer { project, peer } => {
                (Method::Delete, group(project, &format!("/peers/{peer}")), None)
            }
            Self::Accept { project, peer } => (
                Method::Post,
                format!("/api/landbridge/v1/groups/{project}/peers/{peer}/farSide"),
                Some(json!({ "action": "accept" })),
            ),
            Self::AddEntry { project, key, comment } => {
                let field = if is_group(key) { "awsSecurityGroup" } else { "cidrBlock" };
                let body = json!([{ field: key, "comment": comment }]);
                (Method::Post, group(project, "/accessList"), Some(body))
            }
            Self::DropEntry { project, key } => {
                (Method::Delete, group(project, &format!("/accessList/{}", key.replace('/', "%2F"))), None)
            }
        }
    }

    /// The status that acknowledges it.
    pub fn success(&self) -> u16 {
        match self {
            Self::MakeProject { .. }
            | Self::MakeContainer { .. }
            | Self::MakePeer { .. }
            | Self::AddEntry { .. } => 201,
            Self::CloseProject { .. } | Self::DropPeer { .. } => 202,
            Self::DropContainer { .. } | Self::DropEntry { .. } => 204,
            Self::Accept { .. } => 200,
        }
    }

    /// Whether the state of things may forbid it.
    pub fn may_be_refused_with(&self, code: &str) -> bool {
        let codes: &[&str] = match self {
            Self::MakeProject { .. } | Self::DropPeer { .. } | Self::DropEntry { .. } => &[],
            Self::CloseProject { .. } => &["CANNOT_CLOSE_GROUP_ACTIVE_PEERING_CONNECTIONS"],
            Self::MakeContainer { .. } => &["CONTAINER_ALREADY_EXISTS"],
            Self::DropContainer { .. } => &["CONTAINERS_IN_USE", "CANNOT_DELETE_RECENTLY_CREATED_CONTAINER"],
            Self::MakePeer { .. } => &["PEER_MAXIMUM_REACHED", "OVERLAPPING_CIDR_BLOCK"],
            Self::Accept { .. } => &["FAR_SIDE_ACTION_NOT_ALLOWED", "FAR_SIDE_NOT_THERE_YET"],
            Self::AddEntry { .. } => &["CANNOT_USE_AWS_SECURITY_GROUP_WITHOUT_VPC_PEERING_CONNECTION"],
        };
        codes.contains(&code)
    }
}

pub fn is_group(key: &str) -> bool {
    key.starts_with("sg-")
}

/// A container that overlaps no other of its project.
fn place(cloud: Cloud, nth: u64) -> Value {
    let block = format!("10.{}.{}.0/21", nth / 32 % 256, nth % 32 * 8);
    match cloud {
        Cloud::Aws => {
            let regions = ["US_EAST_1", "US_WEST_2", "EU_WEST_1", "EU_CENTRAL_1"];
            let region = regions[usize::try_from(nth % 4).expect("small")];
            json!({ "providerName": "AWS", "regionName": region, "atlasCidrBlock": block })
        }
        Cloud::Azure => json!({ "providerName": "AZURE", "region": "US_EAST_2", "atlasCidrBlock": block }),
        Cloud::Gcp => json!({ "providerName": "GCP", "atlasCidrBlock": format!("10.{}.0.0/18", nth % 256) }),
    }
}

/// A customer's network that nobody else peers with.
fn far_network(cloud: Cloud, far: &str, nth: u64) -> Value {
    match cloud {
        Cloud::Aws => json!({
            "accepterRegionName": "us-east-1", "awsAccountId": "123456789012", "vpcId": far,
            "routeTableCidrBlock": format!("172.{}.{}.0/24", 16 + nth / 256 % 16, nth % 256)
        }),
        Cloud::Azure => json!({
            "azureDirectoryId": "c1ae3b9f-2d5a-4d8a-9f10-5f3a2f4c7e01", "resourceGroupName": "rehearsal",
            "azureSubscriptionId": "0f9a7c8e-4b1d-4e53-8a3b-6c2d1e0f9a7b", "vnetName": far
        }),
        Cloud::Gcp => json!({ "gcpProjectId": "customer-project", "networkName": far }),
    }
}
