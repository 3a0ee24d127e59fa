//! What the server shows of a project, read by its lists.

use std::collections::BTreeMap;

use api::Method;
use landbridge::client::Client;
use serde_json::Value;

use super::deed::{Cloud, V1, is_group};

/// What there is in a project.
#[derive(Debug)]
pub struct Shown {
    /// Ids and provider names.
    pub containers: BTreeMap<String, String>,
    pub peers: BTreeMap<String, ShownPeer>,
    /// Entries and their comments.
    pub access: BTreeMap<String, String>,
}

#[derive(Debug)]
pub struct ShownPeer {
    pub container: String,
    /// The name of the customer's network.
    pub far: String,
    pub status: String,
}

impl ShownPeer {
    /// Whether it is on its way out.
    pub fn leaves(&self) -> bool {
        ["TERMINATING", "DELETING"].contains(&self.status.as_str())
    }
}

impl Shown {
    pub fn read(client: &mut Client, project: &str) -> Self {
        let group = format!("{V1}/groups/{project}");
        let containers = list(client, &format!("{group}/containers/all"));
        let containers =
            containers.iter().map(|item| (text(item, "id"), text(item, "providerName"))).collect();
        let mut peers = BTreeMap::new();
        for cloud in Cloud::ALL {
            let (far, status) = match cloud {
                Cloud::Aws => ("vpcId", "statusName"),
                Cloud::Azure => ("vnetName", "status"),
                Cloud::Gcp => ("networkName", "status"),
            };
            for item in list(client, &format!("{group}/peers?providerName={}&itemsPerPage=500", cloud.name()))
            {
                let peer = ShownPeer {
                    container: text(&item, "containerId"),
                    far: text(&item, far),
                    status: text(&item, status),
                };
                peers.insert(text(&item, "id"), peer);
            }
        }
        let access = list(client, &format!("{group}/accessList?itemsPerPage=500"));
        let key = |item: &Value| {
            item["awsSecurityGroup"].as_str().map_or_else(|| text(item, "cidrBlock"), str::to_owned)
        };
        let access = access.iter().map(|item| (key(item), text(item, "comment"))).collect();
        Self { containers, peers, access }
    }

    /// The security groups on its access list.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.access.keys().map(String::as_str).filter(|key| is_group(key))
    }
}

/// All projects, ids and names.
pub fn projects(client: &mut Client) -> BTreeMap<String, String> {
    let items = list(client, &format!("{V1}/groups?itemsPerPage=500"));
    items.iter().map(|item| (text(item, "id"), text(item, "name"))).collect()
}

fn list(client: &mut Client, path: &str) -> Vec<Value> {
    let answer = client.call(Method::Get, path, None).expect("an answer");
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    let items = answer.body["results"].as_array().expect("a list").clone();
    assert_eq!(answer.body["totalCount"], items.len(), "{path}: the count is that of the list");
    items
}

fn text(item: &Value, field: &str) -> String {
    item[field].as_str().unwrap_or_default().to_owned()
}
