//! What Amazon answers, as far as it is read.

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Reads an answer; the error says what is wrong with it.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    quick_xml::de::from_str(text).map_err(|error| error.to_string())
}

/// EC2's form of a list.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Items<T> {
    #[serde(rename = "item", default = "Vec::new")]
    pub item: Vec<T>,
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self { item: Vec::new() }
    }
}

/// A page of a list.
pub(super) trait Page: DeserializeOwned {
    /// What is listed.
    type Item;

    /// What is on it, and the token of the next one.
    fn open(self) -> (Vec<Self::Item>, Option<String>);
}

macro_rules! page {
    ($name:ident, $item:ty, $set:literal) => {
        #[derive(Debug, Deserialize)]
        pub(super) struct $name {
            #[serde(rename = $set, default)]
            items: Items<$item>,
            #[serde(rename = "nextToken", default)]
            next: Option<String>,
        }

        impl Page for $name {
            type Item = $item;

            fn open(self) -> (Vec<$item>, Option<String>) {
                (self.items.item, self.next.filter(|token| !token.is_empty()))
            }
        }
    };
}

page!(Vpcs, Vpc, "vpcSet");
page!(Connections, Connection, "vpcPeeringConnectionSet");
page!(RouteTables, RouteTable, "routeTableSet");
page!(Regions, Region, "regionInfo");

/// A tag.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Tag {
    pub key: String,
    #[serde(default)]
    pub value: String,
}

/// A VPC.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Vpc {
    pub vpc_id: String,
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub cidr_block: String,
    #[serde(default)]
    pub cidr_block_association_set: Items<Block>,
    #[serde(default)]
    pub tag_set: Items<Tag>,
}

impl Vpc {
    /// All its blocks.
    pub fn blocks(&self) -> Vec<String> {
        blocks(&self.cidr_block, &self.cidr_block_association_set)
    }
}

/// One of a VPC's blocks.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Block {
    #[serde(default)]
    pub cidr_block: String,
}

fn blocks(first: &str, all: &Items<Block>) -> Vec<String> {
    let mut blocks: Vec<String> = all.item.iter().map(|block| block.cidr_block.clone()).collect();
    blocks.push(first.to_owned());
    blocks.retain(|block| !block.is_empty());
    blocks.sort();
    blocks.dedup();
    blocks
}

/// A connection.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Connection {
    #[serde(rename = "vpcPeeringConnectionId")]
    pub id: String,
    #[serde(default)]
    pub status: Status,
    #[serde(default)]
    pub requester_vpc_info: Side,
    #[serde(default)]
    pub accepter_vpc_info: Side,
    #[serde(default)]
    pub expiration_time: Option<String>,
    #[serde(default)]
    pub tag_set: Items<Tag>,
}

/// Where a connection stands.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Status {
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub message: String,
}

/// One side of a connection.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Side {
    #[serde(default)]
    pub owner_id: String,
    #[serde(default)]
    pub vpc_id: String,
    #[serde(default)]
    pub region: String,
    #[serde(default)]
    pub cidr_block: String,
    #[serde(default)]
    pub cidr_block_set: Items<Block>,
}

impl Side {
    /// All its blocks, as far as they are told.
    pub fn blocks(&self) -> Vec<String> {
        blocks(&self.cidr_block, &self.cidr_block_set)
    }
}

/// A route table.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RouteTable {
    pub route_table_id: String,
    #[serde(default)]
    pub route_set: Items<Route>,
}

/// A route.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Route {
    #[serde(default)]
    pub destination_cidr_block: String,
    #[serde(default)]
    pub vpc_peering_connection_id: Option<String>,
    #[serde(default)]
    pub gateway_id: Option<String>,
    #[serde(default)]
    pub state: String,
}

/// A region.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub region_name: String,
    #[serde(default)]
    pub opt_in_status: String,
}

/// What making a VPC answers.
#[derive(Debug, Deserialize)]
pub(super) struct MadeVpc {
    pub vpc: Vpc,
}

/// What asking for a connection answers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MadeConnection {
    pub vpc_peering_connection: Connection,
}

/// Who we are.
#[derive(Debug, Deserialize)]
pub(super) struct CallerIdentity {
    #[serde(rename = "GetCallerIdentityResult")]
    pub result: Identity,
}

/// See [`CallerIdentity`].
#[derive(Debug, Deserialize)]
pub(super) struct Identity {
    #[serde(rename = "Arn")]
    pub arn: String,
    #[serde(rename = "Account")]
    pub account: String,
}

/// A role's credentials.
#[derive(Deserialize)]
pub(super) struct AssumedRole {
    #[serde(rename = "AssumeRoleResult")]
    pub result: AssumedResult,
}

/// See [`AssumedRole`].
#[derive(Deserialize)]
pub(super) struct AssumedResult {
    #[serde(rename = "Credentials")]
    pub credentials: RoleCredentials,
}

/// See [`AssumedRole`]. It is secret, and not shown.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RoleCredentials {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: String,
    pub expiration: String,
}

/// What a simulation of policies says.
#[derive(Debug, Deserialize)]
pub(super) struct Simulation {
    #[serde(rename = "SimulatePrincipalPolicyResult")]
    pub result: SimulationResult,
}

/// See [`Simulation`].
#[derive(Debug, Deserialize)]
pub(super) struct SimulationResult {
    #[serde(rename = "EvaluationResults", default)]
    pub evaluations: Evaluations,
}

/// See [`Simulation`].
#[derive(Debug, Default, Deserialize)]
pub(super) struct Evaluations {
    #[serde(rename = "member", default)]
    pub member: Vec<Evaluation>,
}

/// What policies say of one right.
#[derive(Debug, Deserialize)]
pub(super) struct Evaluation {
    #[serde(rename = "EvalActionName")]
    pub action: String,
    #[serde(rename = "EvalDecision")]
    pub decision: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_with_its_items_its_tags_and_the_token_of_the_next() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
            <DescribeVpcPeeringConnectionsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">
              <requestId>x</requestId>
              <vpcPeeringConnectionSet>
                <item>
                  <vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId>
                  <requesterVpcInfo><ownerId>222222222222</ownerId><vpcId>vpc-1</vpcId>
                    <cidrBlock>10.8.0.0/21</cidrBlock>
                    <cidrBlockSet><item><cidrBlock>10.8.0.0/21</cidrBlock></item></cidrBlockSet>
                    <peeringOptions><allowDnsResolutionFromRemoteVpc>false</allowDnsResolutionFromRemoteVpc></peeringOptions>
                    <region>us-east-1</region></requesterVpcInfo>
                  <accepterVpcInfo><ownerId>333333333333</ownerId><vpcId>vpc-2</vpcId></accepterVpcInfo>
                  <status><code>pending-acceptance</code><message>Pending</message></status>
                  <expirationTime>2026-12-05T05:00:00.000Z</expirationTime>
                  <tagSet><item><key>a</key><value>b</value></item><item><key>c</key><value/></item></tagSet>
                </item>
              </vpcPeeringConnectionSet>
              <nextToken>more</nextToken>
            </DescribeVpcPeeringConnectionsResponse>";
        let (items, next) = read::<Connections>(text).expect("a page").open();
        assert_eq!(next.as_deref(), Some("more"));
        assert_eq!((items.len(), &*items[0].id, &*items[0].status.code), (1, "pcx-1", "pending-acceptance"));
        assert_eq!(items[0].requester_vpc_info.blocks(), ["10.8.0.0/21"]);
        assert_eq!(items[0].accepter_vpc_info.region, "");
        assert_eq!(items[0].tag_set.item.len(), 2);
        let empty = "<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>";
        assert!(read::<Vpcs>(empty).expect("a page").open().0.is_empty());
    }
}
