//! What is asked for: the far side of a peering, and changes of it.

use crate::Cidr;
use crate::container::Place;
use crate::provider::{Provider, aws_region};
use crate::refusal::Refusal;

/// The far side, as the caller names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeeringSpec {
    /// A VPC of the customer's at Amazon.
    Aws {
        /// Twelve digits.
        account_id: String,
        /// `vpc-` and 17 (or, long ago, 8) hexadecimal digits.
        vpc_id: String,
        /// Where that VPC is, in Amazon's form: `us-east-1`. Empty in a wish for "where the
        /// container is"; see [`PeeringSpec::at`].
        region: String,
        /// The addresses over there, to be routed through the peering.
        route_block: Cidr,
    },
    /// A virtual network of the customer's at Azure.
    Azure {
        /// The directory (tenant), a UUID.
        directory_id: String,
        /// The subscription, a UUID.
        subscription_id: String,
        /// The resource group.
        resource_group: String,
        /// The virtual network.
        vnet_name: String,
    },
    /// A network of the customer's at Google Cloud.
    Gcp {
        /// The customer's project.
        project_id: String,
        /// The network in it.
        network_name: String,
    },
}

impl PeeringSpec {
    /// The provider.
    pub fn provider(&self) -> Provider {
        match self {
            Self::Aws { .. } => Provider::Aws,
            Self::Azure { .. } => Provider::Azure,
            Self::Gcp { .. } => Provider::Gcp,
        }
    }

    /// Names the far network, the same for every peering with it.
    pub fn far_key(&self) -> String {
        match self {
            Self::Aws { account_id, vpc_id, .. } => format!("aws/{account_id}/{vpc_id}"),
            Self::Azure { subscription_id, vnet_name, .. } => format!("azure/{subscription_id}/{vnet_name}"),
            Self::Gcp { project_id, network_name } => format!("gcp/{project_id}/{network_name}"),
        }
    }

    /// The spec for a container at a place: a far VPC is in the container's own region unless the
    /// caller named another, which is left empty then.
    #[must_use]
    pub fn at(self, place: &Place) -> Self {
        match (self, place) {
            (Self::Aws { account_id, vpc_id, region, route_block }, Place::Aws { region: here })
                if region.is_empty() =>
            {
                Self::Aws { account_id, vpc_id, region: aws_region(here), route_block }
            }
            (spec, _) => spec,
        }
    }

    /// The addresses over there, where the caller says them.
    pub fn route_block(&self) -> Option<Cidr> {
        match self {
            Self::Aws { route_block, .. } => Some(*route_block),
            Self::Azure { .. } | Self::Gcp { .. } => None,
        }
    }
}

/// What a change of a peering names; `None` leaves a thing as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpecChange {
    /// Amazon: the far VPC may change, and the route block.
    Aws {
        /// Another account, together with another VPC.
        account_id: Option<String>,
        /// Another VPC.
        vpc_id: Option<String>,
        /// Must be the region it has.
        region: Option<String>,
        /// Another route block.
        route_block: Option<Cidr>,
    },
    /// Azure: nothing may change; what is named must be what it is.
    Azure {
        /// The subscription.
        subscription_id: Option<String>,
        /// The resource group.
        resource_group: Option<String>,
        /// The virtual network.
        vnet_name: Option<String>,
    },
    /// Google Cloud: nothing may change; what is named must be what it is.
    Gcp {
        /// The customer's project.
        project_id: Option<String>,
        /// The network in it.
        network_name: Option<String>,
    },
}

impl SpecChange {
    /// The provider whose peerings it is for.
    pub fn provider(&self) -> Provider {
        match self {
            Self::Aws { .. } => Provider::Aws,
            Self::Azure { .. } => Provider::Azure,
            Self::Gcp { .. } => Provider::Gcp,
        }
    }

    /// The spec as the change would leave it. The error names the field that can't change, as the
    /// wire calls it; `None` if the peering is another provider's.
    pub fn apply_to(&self, spec: &PeeringSpec) -> Option<Result<PeeringSpec, Refusal>> {
        let fixed = |field| Err(Refusal::FieldFixed { field });
        let same = |asked: &Option<String>, has: &String| asked.as_ref().is_none_or(|asked| asked == has);
        match (self, spec) {
            (
                Self::Aws { account_id, vpc_id, region, route_block },
                PeeringSpec::Aws {
                    account_id: has_account,
                    vpc_id: has_vpc,
                    region: has_region,
                    route_block: has_block,
                },
            ) => Some(if same(region, has_region) {
                Ok(PeeringSpec::Aws {
                    account_id: account_id.clone().unwrap_or_else(|| has_account.clone()),
                    vpc_id: vpc_id.clone().unwrap_or_else(|| has_vpc.clone()),
                    region: has_region.clone(),
                    route_block: route_block.unwrap_or(*has_block),
                })
            } else {
                fixed("accepterRegionName")
            }),
            (
                Self::Azure { subscription_id, resource_group, vnet_name },
                PeeringSpec::Azure {
                    subscription_id: subscription,
                    resource_group: group,
                    vnet_name: vnet,
                    ..
                },
            ) => Some(match () {
                () if !same(subscription_id, subscription) => fixed("azureSubscriptionId"),
                () if !same(resource_group, group) => fixed("resourceGroupName"),
                () if !same(vnet_name, vnet) => fixed("vnetName"),
                () => Ok(spec.clone()),
            }),
            (
                Self::Gcp { project_id, network_name },
                PeeringSpec::Gcp { project_id: project, network_name: network },
            ) => Some(match () {
                () if !same(project_id, project) => fixed("gcpProjectId"),
                () if !same(network_name, network) => fixed("networkName"),
                () => Ok(spec.clone()),
            }),
            (Self::Aws { .. } | Self::Azure { .. } | Self::Gcp { .. }, _) => None,
        }
    }
}
