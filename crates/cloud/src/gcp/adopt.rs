//! Our mark on what was there before us: a note beside it, since Google lets nobody change the name
//! or the description of a network or of a peering.

use serde_json::json;

use super::GcpDriver;
use super::near::HalfSeen;
use crate::driver::{DriverError, PeeringJob};

impl GcpDriver {
    pub(super) async fn note_down(&self, job: &PeeringJob, connection_id: &str) -> Result<(), DriverError> {
        let Some((network, half)) = self.named(connection_id).await? else {
            return Err(DriverError::invalid(format!("there is no peering {connection_id}")));
        };
        match self.near(&job.container).await? {
            Some(near) if near.network.name == network.name => {}
            Some(near) => {
                return Err(DriverError::invalid(format!(
                    "the container has the network {} already",
                    near.network.name
                )));
            }
            None => {
                let says = self.names.of_adopted_network(job.container.id, &network.name);
                self.write_note(&self.names.note(job.container.id), &says).await?;
            }
        }
        match self.half_of(&network, &job.peering).await? {
            HalfSeen::Adopted(noted) if noted.name == half.name => Ok(()),
            HalfSeen::None => {
                let says = self.names.of_adopted_half(job.peering.id, &network.name, &half.name);
                self.write_note(&self.names.note(job.peering.id), &says).await
            }
            HalfSeen::Current(_) | HalfSeen::Outdated(_) | HalfSeen::Adopted(_) | HalfSeen::Lost(_) => {
                Err(DriverError::invalid("the peering has a connection already"))
            }
        }
    }

    async fn write_note(&self, name: &str, says: &str) -> Result<(), DriverError> {
        let all = format!("projects/{}/global/firewallPolicies", self.account.project);
        let body = json!({ "name": name, "description": says });
        let written = self.insert(&all, &body, "global", &format!("{all}/{name}")).await?;
        if written { Ok(()) } else { Err(DriverError::Throttled(super::fault::BUSY)) }
    }
}
