//! `landbridge plan` and `landbridge adopt`: a peering that is not asked for yet, and one that is
//! there already.

use api::OperationId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::cli::{self, Far, Wish};
use crate::client::{Client, access};
use crate::failure::Failure;
use crate::output;
use crate::place::Place;

/// What a value of a query can't say as it is.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Tells what would come of a peering. What is in the way is told by the exit code, too.
pub fn plan(asked: &cli::Plan, place: &Place) -> Result<(), Failure> {
    let answer = ask(&asked.wish, &asked.remote, place, OperationId::PlanPeer, "dryRun=true")?;
    output::show(&answer, asked.remote.output)?;
    match answer["possible"].as_bool() {
        Some(true) => Ok(()),
        Some(false) | None => Err(Failure::refused("something is in the way")),
    }
}

/// Takes an existing connection into a project.
pub fn adopt(asked: &cli::Adopt, place: &Place) -> Result<(), Failure> {
    let query = format!("connectionId={}", encoded(&asked.connection));
    let answer = ask(&asked.wish, &asked.remote, place, OperationId::AdoptPeer, &query)?;
    output::show(&answer, asked.remote.output)
}

fn ask(
    wish: &Wish,
    remote: &cli::Remote,
    place: &Place,
    operation: OperationId,
    query: &str,
) -> Result<Value, Failure> {
    let access = access::find(remote, place)?;
    let place = [("groupId", access.project(wish.project.as_deref())?)];
    let mut client = Client::new(&access, remote.ca_cert.as_deref())?;
    client.control_asking(operation, &place, query, Some(&body(wish)))
}

/// As the API wants it; what is missing, the server says.
fn body(Wish { container, far, .. }: &Wish) -> Value {
    let Far {
        aws_account,
        vpc,
        region,
        block,
        directory,
        subscription,
        resource_group,
        vnet,
        gcp_project,
        network,
    } = far;
    let mut body = match (aws_account, directory, gcp_project) {
        (Some(_), ..) => json!({
            "providerName": "AWS", "awsAccountId": aws_account, "vpcId": vpc, "routeTableCidrBlock": block,
            "accepterRegionName": region,
        }),
        (None, Some(_), _) => json!({
            "providerName": "AZURE", "azureDirectoryId": directory, "azureSubscriptionId": subscription,
            "resourceGroupName": resource_group, "vnetName": vnet,
        }),
        (None, None, _) => {
            json!({ "providerName": "GCP", "gcpProjectId": gcp_project, "networkName": network })
        }
    };
    body["containerId"] = container.as_str().into();
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    body
}

/// A value for a query.
fn encoded(text: &str) -> String {
    utf8_percent_encode(text, VALUE).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_through_a_query_whole() {
        assert_eq!(encoded("pcx-0123"), "pcx-0123");
        assert_eq!(encoded("/a/b c&d=é"), "/a/b%20c%26d%3D%C3%A9");
    }
}
