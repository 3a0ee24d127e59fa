//! Our own control API on the wire.

use api::types::control::{FarSide, Fault as WireFault, World as WireWorld};
use api::{ErrorCode, OperationId, schema, schemas};
use model::world::connection::nothing_there;
use model::world::{Acceptance, CloudFault, Fault, FaultPoint, Latency, Outcome, SimConnection, World};
use model::{Peering, PeeringSpec, Timestamp};
use serde_json::{Value, json};

use crate::body::Fields;
use crate::convert::peering::status;
use crate::convert::time;
use crate::error::ApiError;

/// What the customer's cloud shows of a peering.
pub fn show_far_side(peering: &Peering, connection: Option<&SimConnection>, now: Timestamp) -> FarSide {
    let provider = peering.spec.provider();
    let view = connection.map(|connection| connection.far_view(peering, now));
    let (shows, wait_for) = match &view {
        Some(view) => (view.status, None),
        None => nothing_there(peering),
    };
    FarSide {
        allowed_actions: view
            .as_ref()
            .map(|view| view.allowed.iter().map(|action| action.name()).collect())
            .unwrap_or_default(),
        changes_at: view.as_ref().and_then(|view| view.changes_at).map(time::seconds),
        connection_id: connection.and_then(SimConnection::connection_id),
        network: far_network(&peering.spec),
        peer_id: peering.id.to_string(),
        provider_name: provider.name(),
        status: shows,
        wait_for: wait_for.map(|state| status(provider, state, false)),
    }
}

fn far_network(spec: &PeeringSpec) -> Value {
    match spec {
        PeeringSpec::Aws { account_id, vpc_id, region, route_block } => json!({
            "awsAccountId": account_id, "cidrBlock": route_block.to_string(), "region": region, "vpcId": vpc_id
        }),
        PeeringSpec::Azure { directory_id, subscription_id, resource_group, vnet_name } => json!({
            "azureDirectoryId": directory_id, "azureSubscriptionId": subscription_id,
            "resourceGroupName": resource_group, "vnetName": vnet_name
        }),
        PeeringSpec::Gcp { project_id, network_name } => {
            json!({ "gcpProjectId": project_id, "networkName": network_name })
        }
    }
}

/// A project's world.
pub fn show_world(world: &World, faults: &[Fault], default: Latency) -> WireWorld {
    WireWorld {
        acceptance: world.acceptance.name(),
        faults: faults.iter().map(show_fault).collect(),
        latency: world.latency.unwrap_or(default).name(),
    }
}

fn show_fault(fault: &Fault) -> WireFault {
    let (error_code, outcome) = match &fault.outcome {
        Outcome::ErrorCode(code) => (Some(code.clone()), None),
        Outcome::Cloud(fault) => (None, Some(fault.name().to_owned())),
    };
    WireFault { error_code, on: fault.on.name().to_owned(), outcome, times: fault.times }
}

/// What `PATCH …/world` asks for.
pub fn parse_world(fields: Fields) -> Result<store::WorldChange, ApiError> {
    let fields = fields.check(schemas::WORLD)?;
    let faults = fields
        .list("faults")
        .map(|items| items.iter().enumerate().map(|(nth, item)| parse_fault(nth, item)).collect())
        .transpose()?;
    Ok(store::WorldChange {
        latency: fields.text("latency").and_then(Latency::from_name),
        acceptance: fields.text("acceptance").and_then(Acceptance::from_name),
        faults,
    })
}

fn parse_fault(nth: usize, item: &Value) -> Result<Fault, ApiError> {
    let text = |name: &str| item.get(name).and_then(Value::as_str);
    let wrong = |name: &str, right: &str| {
        Err(ApiError::new(ErrorCode::InvalidAttribute, [name.into()])
            .at(&format!("faults[{nth}].{name}"), right))
    };
    let on = FaultPoint::from_name(text("on").unwrap_or_default());
    let outcome = match &on {
        FaultPoint::Operation(id) if OperationId::from_name(id).is_none() => {
            return wrong(
                "on",
                "Name an operation such as deleteGroupPeer, or a call to a cloud: cloud.observe, cloud.request, cloud.route, cloud.remove, cloud.makeNetwork, cloud.removeNetwork.",
            );
        }
        // Only what the operation can answer anyway: clients are tried against what is documented.
        FaultPoint::Operation(id) => match text("errorCode").and_then(ErrorCode::from_name) {
            Some(code) if can_refuse_with(id, code) => Outcome::ErrorCode(code.name().to_owned()),
            Some(_) => return wrong("errorCode", "Name an error code that the operation can answer with."),
            None => return wrong("errorCode", "Name an error code such as UNEXPECTED_ERROR."),
        },
        FaultPoint::Cloud(_) => match text("outcome").and_then(CloudFault::from_name) {
            Some(fault) => Outcome::Cloud(fault),
            None => {
                return wrong("outcome", "Choose one of transient, throttled, denied, lostAnswer, invalid.");
            }
        },
    };
    let times = item.get("times").and_then(schema::whole).unwrap_or(1);
    Ok(Fault { on, outcome, times: u32::try_from(times).unwrap_or(u32::MAX) })
}

fn can_refuse_with(id: &str, code: ErrorCode) -> bool {
    let operation = OperationId::from_name(id).map(OperationId::operation);
    operation.is_some_and(|operation| {
        operation.places.iter().any(|(root, path)| operation.refusals(*root, path).contains(&code))
    })
}
