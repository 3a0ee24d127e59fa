//! Peerings on the wire: the projection of our states to each provider's words, and what callers
//! ask for as a spec.

use api::types::peer::{AwsPeer, AzurePeer, GcpPeer, Peer};
use api::{ErrorCode, schemas};
use model::container::Place;
use model::peering::{Reason, SpecChange, State};
use model::provider::aws_region;
use model::{ContainerId, Peering, PeeringSpec, Provider};
use store::PeeringView;

use crate::body::Fields;
use crate::convert::cidr;
use crate::error::ApiError;

/// The provider's word for a state: `statusName` at Amazon, `status` elsewhere.
pub fn status(provider: Provider, state: State, stuck: bool) -> &'static str {
    match (provider, state) {
        (Provider::Aws, State::Requested) => "INITIATING",
        (Provider::Aws, State::AwaitingPeer) => "PENDING_ACCEPTANCE",
        (Provider::Aws, State::Establishing) => "FINALIZING",
        (Provider::Aws, State::Removing | State::Removed) => "TERMINATING",
        (Provider::Azure, State::Requested | State::AwaitingPeer | State::Establishing) => "ADDING_PEER",
        (Provider::Azure, State::Removing) if stuck => "DELETION_FAILED",
        (Provider::Gcp, State::Requested | State::Establishing) => "ADDING_PEER",
        (Provider::Gcp, State::AwaitingPeer) => "WAITING_FOR_USER",
        (Provider::Azure | Provider::Gcp, State::Removing | State::Removed) => "DELETING",
        (Provider::Aws | Provider::Azure | Provider::Gcp, State::Active) => "AVAILABLE",
        (Provider::Aws | Provider::Azure | Provider::Gcp, State::Failed(_)) => "FAILED",
    }
}

/// The provider's words for a failure: `errorStateName`, `errorState`, `errorMessage`.
pub fn failure(provider: Provider, reason: Reason) -> &'static str {
    match (provider, reason) {
        (Provider::Aws, Reason::Rejected | Reason::Deleted) => "REJECTED",
        (Provider::Aws, Reason::Expired) => "EXPIRED",
        (Provider::Aws, Reason::Invalid | Reason::Overlap | Reason::Denied) => "INVALID_ARGUMENT",
        (Provider::Azure, Reason::Overlap) => {
            "Could not create peering connection in Atlas Azure account because a peer with an overlapping CIDR block already exists."
        }
        (Provider::Azure | Provider::Gcp, Reason::Rejected) => "The peering was rejected on the far side.",
        (Provider::Azure | Provider::Gcp, Reason::Expired) => "The peering request expired on the far side.",
        (Provider::Azure | Provider::Gcp, Reason::Invalid) => {
            "The far network does not exist or does not take the peering."
        }
        (Provider::Gcp, Reason::Overlap) => {
            "An address range overlaps with one of the far network's peerings."
        }
        (Provider::Azure | Provider::Gcp, Reason::Deleted) => "The peering was deleted on the far side.",
        (Provider::Azure | Provider::Gcp, Reason::Denied) => {
            "Permission to manage the peering on the far side is missing."
        }
    }
}

/// A peering as its provider shows it.
pub fn show(view: &PeeringView) -> Peer {
    let PeeringView { peering, place, note } = view;
    let provider = peering.spec.provider();
    let provider_name = provider.name();
    let word = status(provider, peering.state, peering.stuck.is_some());
    let error = failed_of(peering).map(|reason| failure(provider, reason));
    // Where the wire has a sentence, a real cloud's own words follow ours.
    let sentence = error.map(|error| match &note.says {
        Some(says) => format!("{error} {says}"),
        None => error.to_owned(),
    });
    let (id, container_id) = (peering.id.to_string(), peering.container.to_string());
    match &peering.spec {
        PeeringSpec::Aws { account_id, vpc_id, region, route_block } => Peer::Aws(AwsPeer {
            accepter_region_name: Some(region).filter(|region| !is_at(place, region)).cloned(),
            aws_account_id: account_id.clone(),
            connection_id: peering.connection_id.clone(),
            container_id,
            error_state_name: error,
            id,
            provider_name,
            route_table_cidr_block: route_block.to_string(),
            status_name: word,
            vpc_id: vpc_id.clone(),
        }),
        PeeringSpec::Azure { directory_id, subscription_id, resource_group, vnet_name } => {
            Peer::Azure(AzurePeer {
                azure_directory_id: directory_id.clone(),
                azure_subscription_id: subscription_id.clone(),
                container_id,
                error_state: sentence,
                id,
                provider_name,
                resource_group_name: resource_group.clone(),
                status: word,
                vnet_name: vnet_name.clone(),
            })
        }
        PeeringSpec::Gcp { project_id, network_name } => Peer::Gcp(GcpPeer {
            container_id,
            error_message: sentence,
            gcp_project_id: project_id.clone(),
            id,
            network_name: network_name.clone(),
            provider_name,
            status: word,
        }),
    }
}

/// Why a peering failed, or why its removal is stuck.
fn failed_of(peering: &Peering) -> Option<Reason> {
    peering.state.reason().or(peering.stuck)
}

/// Whether a region in Amazon's form is where a container is.
fn is_at(place: &Place, region: &str) -> bool {
    matches!(place, Place::Aws { region: here } if aws_region(here) == region)
}

/// What `POST …/peers` asks for. The region is the container's if none is named; the store knows
/// it, so an empty one stands for it.
pub fn parse_new(provider: Provider, fields: Fields) -> Result<(ContainerId, PeeringSpec), ApiError> {
    let fields = fields.check(match provider {
        Provider::Aws => schemas::PEER_AWS,
        Provider::Azure => schemas::PEER_AZURE,
        Provider::Gcp => schemas::PEER_GCP,
    })?;
    let container = container_id(fields.required("containerId")?)?;
    let text = |name| fields.required(name).map(str::to_owned);
    let spec = match provider {
        Provider::Aws => PeeringSpec::Aws {
            account_id: text("awsAccountId")?,
            vpc_id: text("vpcId")?,
            region: fields.text("accepterRegionName").map_or(Ok(String::new()), accepter_region)?,
            route_block: cidr::route(fields.required("routeTableCidrBlock")?)?,
        },
        Provider::Azure => PeeringSpec::Azure {
            directory_id: text("azureDirectoryId")?,
            subscription_id: text("azureSubscriptionId")?,
            resource_group: text("resourceGroupName")?,
            vnet_name: text("vnetName")?,
        },
        Provider::Gcp => {
            PeeringSpec::Gcp { project_id: text("gcpProjectId")?, network_name: text("networkName")? }
        }
    };
    Ok((container, spec))
}

/// What `PATCH …/peers/{peerId}` asks for; the container, if named, must be the peering's own.
pub fn parse_change(
    provider: Provider,
    fields: Fields,
) -> Result<(Option<ContainerId>, SpecChange), ApiError> {
    let fields = fields.check_change(match provider {
        Provider::Aws => schemas::PEER_AWS,
        Provider::Azure => schemas::PEER_CHANGE_AZURE,
        Provider::Gcp => schemas::PEER_GCP,
    })?;
    let container = fields.text("containerId").map(container_id).transpose()?;
    let text = |name| fields.text(name).map(str::to_owned);
    let change = match provider {
        Provider::Aws => {
            let (account_id, vpc_id) = (text("awsAccountId"), text("vpcId"));
            if account_id.is_some() && vpc_id.is_none() {
                return Err(ApiError::new(ErrorCode::MissingAttribute, ["vpcId".into()])
                    .at("vpcId", "The account can change only together with the VPC."));
            }
            SpecChange::Aws {
                account_id,
                vpc_id,
                region: fields
                    .text("accepterRegionName")
                    .map(accepter_region)
                    .transpose()?
                    .filter(|region| !region.is_empty()),
                route_block: fields.text("routeTableCidrBlock").map(cidr::route).transpose()?,
            }
        }
        Provider::Azure => SpecChange::Azure {
            subscription_id: text("azureSubscriptionId"),
            resource_group: text("resourceGroupName"),
            vnet_name: text("vnetName"),
        },
        Provider::Gcp => {
            SpecChange::Gcp { project_id: text("gcpProjectId"), network_name: text("networkName") }
        }
    };
    Ok((container, change))
}

fn container_id(text: &str) -> Result<ContainerId, ApiError> {
    text.parse().map_err(|_| ApiError::new(ErrorCode::CloudProviderContainerNotFound, [text.into()]))
}

/// The region of the far VPC, in either spelling: `us-east-1` or `US_EAST_1`.
fn accepter_region(text: &str) -> Result<String, ApiError> {
    let ours = text.to_ascii_uppercase().replace('-', "_");
    if text.is_empty() || Provider::Aws.region(&ours).is_some() {
        return Ok(aws_region(&ours));
    }
    Err(ApiError::new(ErrorCode::InvalidRegion, [text.into(), "AWS".into()])
        .at("accepterRegionName", "The value must be a region of AWS such as us-east-1."))
}

/// The provider that a body names; Amazon if it names none.
pub fn provider_of(fields: &Fields) -> Result<Provider, ApiError> {
    let Some(name) = fields.text("providerName") else {
        return Ok(Provider::Aws);
    };
    Provider::from_name(name).ok_or_else(|| unknown_provider(name))
}

/// The refusal of a provider that is none.
pub fn unknown_provider(name: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidProvider, [name.into()])
        .at("providerName", "The value must be one of AWS, AZURE, GCP.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_projection_table_is_the_golden_one() {
        let mut table = String::new();
        for provider in Provider::ALL {
            for state in State::all() {
                let error = state.reason().map_or("null", |reason| failure(provider, reason));
                let line = format!("{state:?}");
                table.push_str(&format!(
                    "{provider:<6} {line:<18} {:<19} {error}\n",
                    status(provider, state, false)
                ));
            }
            table.push_str(&format!(
                "{provider:<6} {:<18} {:<19} {}\n",
                "Removing, stuck",
                status(provider, State::Removing, true),
                failure(provider, Reason::Denied)
            ));
        }
        insta::assert_snapshot!("projection", table);
    }

    #[test]
    fn a_real_clouds_own_words_follow_ours_where_the_wire_has_a_sentence() {
        let id = |n: u8| model::id::ObjectId::from_bytes([n; 12]);
        let now = model::Timestamp::from_seconds(0);
        let peering = Peering {
            state: State::Failed(Reason::Denied),
            ..Peering::new(
                id(1).into(),
                id(2).into(),
                id(3).into(),
                PeeringSpec::Gcp { project_id: "p".into(), network_name: "n".into() },
                now,
            )
        };
        let note =
            model::Note::default().with(model::Trouble::Denied, "Required 'compute.networks.addPeering'.");
        let view = PeeringView { peering, place: Place::Gcp { regions: vec![] }, note };
        let Peer::Gcp(shown) = show(&view) else { panic!("Google's") };
        assert_eq!(
            shown.error_message.as_deref(),
            Some(
                "Permission to manage the peering on the far side is missing. Required 'compute.networks.addPeering'."
            )
        );
    }

    #[test]
    fn both_spellings_of_a_region_are_one() {
        assert_eq!(accepter_region("us-east-1"), accepter_region("US_EAST_1"));
        assert_eq!(accepter_region("mars-1").expect_err("no region").code, ErrorCode::InvalidRegion);
    }
}
