//! Containers on the wire.

use api::schema::Field;
use api::types::container::{AwsContainer, AzureContainer, Container as Wire, GcpContainer};
use api::{ErrorCode, schemas};
use model::container::{Container, ContainerChange, NetworkIds, Place};
use model::{Cidr, ProjectId, Provider};

use crate::body::Fields;
use crate::convert::cidr;
use crate::error::ApiError;

/// A container as its provider shows it.
pub fn show(container: &Container) -> Wire {
    let atlas_cidr_block = container.block.to_string();
    let id = container.id.to_string();
    let provider_name = container.provider().name();
    let ids = container.network.ids();
    let provisioned = ids.is_some();
    match &container.place {
        Place::Aws { region } => Wire::Aws(AwsContainer {
            atlas_cidr_block,
            id,
            provider_name,
            provisioned,
            region_name: region,
            vpc_id: ids.and_then(|ids| match ids {
                NetworkIds::Aws { vpc_id } => Some(vpc_id.clone()),
                NetworkIds::Azure { .. } | NetworkIds::Gcp { .. } => None,
            }),
        }),
        Place::Azure { region } => Wire::Azure(AzureContainer {
            atlas_cidr_block,
            azure_subscription_id: provisioned.then(|| subscription(container.project)),
            id,
            provider_name,
            provisioned,
            region,
            vnet_name: ids.and_then(|ids| match ids {
                NetworkIds::Azure { vnet_name } => Some(vnet_name.clone()),
                NetworkIds::Aws { .. } | NetworkIds::Gcp { .. } => None,
            }),
        }),
        Place::Gcp { regions } => {
            let (gcp_project_id, network_name) = match ids {
                Some(NetworkIds::Gcp { project_id, network_name }) => {
                    (Some(project_id.clone()), Some(network_name.clone()))
                }
                Some(NetworkIds::Aws { .. } | NetworkIds::Azure { .. }) | None => (None, None),
            };
            Wire::Gcp(GcpContainer {
                atlas_cidr_block,
                gcp_project_id,
                id,
                network_name,
                provider_name,
                provisioned,
                regions: regions.clone(),
            })
        }
    }
}

/// The subscription that holds a project's networks at Azure: an id of 24 digits, as the service
/// shows it; one for each project.
fn subscription(project: ProjectId) -> String {
    let mut bytes = project.0.bytes();
    bytes.reverse();
    model::ObjectId::from_bytes(bytes).to_string()
}

fn table(provider: Provider) -> &'static [Field] {
    match provider {
        Provider::Aws => schemas::CONTAINER_AWS,
        Provider::Azure => schemas::CONTAINER_AZURE,
        Provider::Gcp => schemas::CONTAINER_GCP,
    }
}

/// What `POST …/containers` asks for. Without a block, one is assigned.
pub fn parse_new(provider: Provider, fields: Fields) -> Result<(Place, Option<Cidr>), ApiError> {
    let fields = fields.check(table(provider))?;
    let block = block_of(&fields)?;
    if block.is_none() && provider != Provider::Aws {
        return Err(ApiError::new(ErrorCode::MissingAttribute, ["atlasCidrBlock".into()])
            .at("atlasCidrBlock", "The attribute is required: an IPv4 block such as 10.8.0.0/21."));
    }
    let missing = || ApiError::new(ErrorCode::MissingAttribute, [region_field(provider).into()]);
    Ok((place_of(provider, &fields)?.ok_or_else(missing)?, block))
}

/// What `PATCH …/containers/{containerId}` asks for, of a container at that provider.
pub fn parse_change(provider: Provider, fields: Fields) -> Result<ContainerChange, ApiError> {
    let fields = fields.check_change(table(provider))?;
    let place = match provider {
        Provider::Aws | Provider::Azure => place_of(provider, &fields)?,
        Provider::Gcp if fields.list("regions").is_some() => place_of(provider, &fields)?,
        Provider::Gcp => None,
    };
    Ok(ContainerChange { block: block_of(&fields)?, place })
}

fn block_of(fields: &Fields) -> Result<Option<Cidr>, ApiError> {
    // The official CLI sends an empty text where its user named no block.
    let text = fields.text("atlasCidrBlock").filter(|text| !text.is_empty());
    text.map(cidr::container).transpose()
}

fn region_field(provider: Provider) -> &'static str {
    match provider {
        Provider::Aws => "regionName",
        Provider::Azure => "region",
        Provider::Gcp => "regions",
    }
}

/// The place that a body names; `None` if it names none. At Google Cloud that is everywhere.
fn place_of(provider: Provider, fields: &Fields) -> Result<Option<Place>, ApiError> {
    let field = region_field(provider);
    let known = |name: &str| {
        provider.region(name).ok_or_else(|| {
            ApiError::new(ErrorCode::InvalidRegion, [name.into(), provider.name().into()])
                .at(field, format!("The value must be a region such as {}.", provider.regions()[0]))
        })
    };
    match provider {
        Provider::Aws => Ok(fields.text(field).map(known).transpose()?.map(|region| Place::Aws { region })),
        Provider::Azure => {
            Ok(fields.text(field).map(known).transpose()?.map(|region| Place::Azure { region }))
        }
        Provider::Gcp => {
            let regions =
                fields.texts(field).unwrap_or_default().into_iter().map(known).collect::<Result<_, _>>()?;
            Ok(Some(Place::Gcp { regions }))
        }
    }
}
