//! `landbridge invitation`: what the invited would do with the mail that nobody sends.

use api::OperationId;
use serde_json::json;

use crate::cli::{self, InvitationVerb};
use crate::client::{Client, access};
use crate::failure::Failure;
use crate::output;
use crate::place::Place;

/// Accepts one, and shows the user.
pub fn run(asked: &cli::Invitation, place: &Place) -> Result<(), Failure> {
    let InvitationVerb::Accept(accept) = &asked.verb;
    let access = access::find(&accept.remote, place)?;
    let place = [("orgId", access.org(accept.org.as_deref())?), ("userId", &accept.user)];
    let body = json!({ "firstName": accept.first_name, "lastName": accept.last_name });
    let mut client = Client::new(&access, accept.remote.ca_cert.as_deref())?;
    let answer = client.control(OperationId::AcceptInvitation, &place, Some(&body))?;
    output::show(&answer, accept.remote.output)
}
