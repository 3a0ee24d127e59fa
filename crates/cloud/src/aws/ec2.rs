//! The calls of EC2 that peering takes.

use super::client::{Client, Form, Repeat};
use super::fault::CallError;
use super::mark::Tags;
use super::partition::Service;
use super::xml::{
    Connection, Connections, MadeConnection, MadeVpc, Page, Region, Regions, RouteTable, RouteTables, Vpc,
    Vpcs,
};
use crate::driver::DriverError;
use model::Cidr;

const VERSION: &str = "2016-11-15";
/// Pages of one list before we take it for endless.
const PAGES_MAX: usize = 200;
/// Items on a page; EC2 takes from 5 to 1000, for route tables to 100.
const PAGE: &str = "1000";
const PAGE_OF_TABLES: &str = "100";

/// There is no such VPC.
pub(super) const NO_VPC: &[&str] = &["InvalidVpcID.NotFound"];
/// There is no such connection.
pub(super) const NO_CONNECTION: &[&str] =
    &["InvalidVpcPeeringConnectionID.NotFound", "InvalidVpcPeeringConnectionID.Malformed"];

/// EC2 in one region.
#[derive(Clone)]
pub(super) struct Ec2<'a> {
    client: &'a Client,
    pub region: String,
}

/// Which of the things in a list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which<'a> {
    /// Whose tags have that value: EC2 looks for them, and so do we, since what imitates EC2 may
    /// not.
    Tagged(&'a str, &'a str),
    /// The one of that id.
    Id(&'a str),
    /// Those of which a field has that value, by the name of EC2's filter.
    Field(&'a str, &'a str),
    /// All of the account.
    All,
}

impl Which<'_> {
    fn narrow(self, form: Form, id: &str, page: &str) -> Form {
        let filter = |name: &str, value: &str| {
            form.clone().set("Filter.1.Name", name).set("Filter.1.Value.1", value).set("MaxResults", page)
        };
        match self {
            // A list by id has no pages, and EC2 refuses to be asked for one.
            Self::Id(value) => form.clone().set(id, value),
            Self::Tagged(key, value) => filter(&format!("tag:{key}"), value),
            Self::Field(name, value) => filter(name, value),
            Self::All => form.clone().set("MaxResults", page),
        }
    }

    fn tag_fits(self, tags: &super::xml::Items<super::xml::Tag>) -> bool {
        match self {
            Self::Tagged(key, value) => tags.item.iter().any(|tag| tag.key == key && tag.value == value),
            Self::Id(_) | Self::Field(..) | Self::All => true,
        }
    }
}

impl<'a> Ec2<'a> {
    /// EC2 in a region.
    pub fn new(client: &'a Client, region: String) -> Self {
        Self { client, region }
    }

    async fn call(&self, form: &Form, repeat: Repeat) -> Result<String, CallError> {
        self.client.call(Service::Ec2, &self.region, form, repeat).await
    }

    /// All pages of a list.
    async fn list<P: Page>(&self, form: Form) -> Result<Vec<P::Item>, CallError> {
        let mut all = Vec::new();
        let mut next: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let form = match &next {
                Some(token) => form.clone().set("NextToken", token),
                None => form.clone(),
            };
            let (items, token) = read::<P>(&self.call(&form, Repeat::Harmless).await?)?.open();
            all.extend(items);
            match token {
                Some(token) => next = Some(token),
                None => return Ok(all),
            }
        }
        Err(CallError::Driver(DriverError::Transient(format!("a list has more than {PAGES_MAX} pages"))))
    }

    /// VPCs.
    pub async fn vpcs(&self, which: Which<'_>) -> Result<Vec<Vpc>, CallError> {
        let form = which.narrow(Form::new("DescribeVpcs", VERSION), "VpcId.1", PAGE);
        let mut vpcs = self.list::<Vpcs>(form).await?;
        vpcs.retain(|vpc| which.tag_fits(&vpc.tag_set));
        if let Which::Id(id) = which {
            vpcs.retain(|vpc| vpc.vpc_id == id);
        }
        Ok(vpcs)
    }

    /// Connections.
    pub async fn connections(&self, which: Which<'_>) -> Result<Vec<Connection>, CallError> {
        let form = Form::new("DescribeVpcPeeringConnections", VERSION);
        let mut found =
            self.list::<Connections>(which.narrow(form, "VpcPeeringConnectionId.1", PAGE)).await?;
        found.retain(|connection| which.tag_fits(&connection.tag_set));
        match which {
            Which::Id(id) => found.retain(|connection| connection.id == id),
            Which::Field("requester-vpc-info.vpc-id", vpc) => {
                found.retain(|connection| connection.requester_vpc_info.vpc_id == vpc);
            }
            Which::Field(..) | Which::Tagged(..) | Which::All => {}
        }
        Ok(found)
    }

    /// The route tables of a VPC.
    pub async fn route_tables(&self, vpc: &str) -> Result<Vec<RouteTable>, CallError> {
        let form = Form::new("DescribeRouteTables", VERSION);
        let form = Which::Field("vpc-id", vpc).narrow(form, "RouteTableId.1", PAGE_OF_TABLES);
        self.list::<RouteTables>(form).await
    }

    /// The regions that the account has, those included that it has not enabled.
    pub async fn regions(&self) -> Result<Vec<Region>, CallError> {
        self.list::<Regions>(Form::new("DescribeRegions", VERSION).set("AllRegions", "true")).await
    }

    /// Makes a VPC.
    pub async fn create_vpc(&self, block: Cidr, tags: &Tags) -> Result<Vpc, CallError> {
        let form = Form::new("CreateVpc", VERSION).set("CidrBlock", &block.to_string());
        let answer = self.call(&tagged(form, "vpc", tags), Repeat::Makes).await?;
        Ok(read::<MadeVpc>(&answer)?.vpc)
    }

    /// Removes a VPC.
    pub async fn delete_vpc(&self, id: &str) -> Result<(), CallError> {
        let form = Form::new("DeleteVpc", VERSION).set("VpcId", id);
        self.call(&form, Repeat::Harmless).await.map(drop)
    }

    /// Asks for a connection of a VPC of ours with another.
    pub async fn create_connection(
        &self,
        vpc: &str,
        far: &super::FarVpc<'_>,
        tags: &Tags,
    ) -> Result<Connection, CallError> {
        let form = Form::new("CreateVpcPeeringConnection", VERSION)
            .set("VpcId", vpc)
            .set("PeerVpcId", far.vpc_id)
            .set("PeerOwnerId", far.account_id)
            .set("PeerRegion", far.region);
        let answer = self.call(&tagged(form, "vpc-peering-connection", tags), Repeat::Makes).await?;
        Ok(read::<MadeConnection>(&answer)?.vpc_peering_connection)
    }

    /// Takes a connection, or a request for one, away.
    pub async fn delete_connection(&self, id: &str) -> Result<(), CallError> {
        let form = Form::new("DeleteVpcPeeringConnection", VERSION).set("VpcPeeringConnectionId", id);
        self.call(&form, Repeat::Harmless).await.map(drop)
    }

    /// Makes a route through a connection.
    pub async fn create_route(&self, table: &str, block: &str, connection: &str) -> Result<(), CallError> {
        self.route("CreateRoute", table, block, Some(connection)).await
    }

    /// Leads a route through a connection that led elsewhere.
    pub async fn replace_route(&self, table: &str, block: &str, connection: &str) -> Result<(), CallError> {
        self.route("ReplaceRoute", table, block, Some(connection)).await
    }

    /// Removes a route.
    pub async fn delete_route(&self, table: &str, block: &str) -> Result<(), CallError> {
        self.route("DeleteRoute", table, block, None).await
    }

    async fn route(
        &self,
        action: &'static str,
        table: &str,
        block: &str,
        connection: Option<&str>,
    ) -> Result<(), CallError> {
        let mut form =
            Form::new(action, VERSION).set("RouteTableId", table).set("DestinationCidrBlock", block);
        if let Some(connection) = connection {
            form = form.set("VpcPeeringConnectionId", connection);
        }
        self.call(&form, Repeat::Harmless).await.map(drop)
    }

    /// Sets tags on a thing.
    pub async fn tag(&self, id: &str, tags: &Tags) -> Result<(), CallError> {
        let mut form = Form::new("CreateTags", VERSION).set("ResourceId.1", id);
        for (n, (key, value)) in (1..).zip(&tags.0) {
            form = form.set(&format!("Tag.{n}.Key"), key).set(&format!("Tag.{n}.Value"), value);
        }
        self.call(&form, Repeat::Harmless).await.map(drop)
    }

    /// A call that is only tried: EC2 answers whether it would have been permitted.
    pub async fn dry_run(
        &self,
        action: &'static str,
        parameters: &[(&str, &str)],
    ) -> Result<String, CallError> {
        let form = Form::new(action, VERSION).set("DryRun", "true");
        let form = parameters.iter().fold(form, |form, (name, value)| form.set(name, value));
        self.call(&form, Repeat::Harmless).await
    }
}

fn tagged(mut form: Form, kind: &str, tags: &Tags) -> Form {
    form = form.set("TagSpecification.1.ResourceType", kind);
    for (n, (key, value)) in (1..).zip(&tags.0) {
        form = form
            .set(&format!("TagSpecification.1.Tag.{n}.Key"), key)
            .set(&format!("TagSpecification.1.Tag.{n}.Value"), value);
    }
    form
}

pub(super) fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, CallError> {
    let unread = |error| DriverError::Transient(format!("what EC2 answers can not be read: {error}"));
    super::xml::read(text).map_err(|error| CallError::Driver(unread(error)))
}
