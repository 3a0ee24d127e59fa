//! Our half of a peering: asked for, looked at, kept as the account says, taken down.

use http::Method;
use model::peering::Reason;
use model::peering::machine::{Action, Connection, Observed};
use serde_json::{Value, json};

use super::near::{HalfSeen, Near};
use super::operation::{Outcome, request_id, shown};
use super::shapes::{Half, Network, Removal, relative};
use super::{GcpDriver, far_network, names};
use crate::driver::{ClientToken, DriverError, PeeringJob};

impl GcpDriver {
    pub(super) async fn observe_peering(&self, job: &PeeringJob) -> Result<Observed, DriverError> {
        let near = self.near(&job.container).await?;
        let (connection, half, says) = match &near {
            Some(near) => self.shown_on(job, near).await?,
            None => (self.without_network(job).await?, None, None),
        };
        Ok(Observed {
            connection,
            connection_id: half.zip(near).map(|(half, near)| format!("{}/{half}", near.network.name)),
            changes_at: None,
            near_network: job.container.network.ids().is_some(),
            says,
        })
    }

    /// Where there is no network there is no peering; only the note on one may be left.
    async fn without_network(&self, job: &PeeringJob) -> Result<Connection, DriverError> {
        let noted = self.note_on(job.peering.id).await?.is_some();
        Ok(if noted { Connection::Deleted } else { Connection::Absent })
    }

    async fn shown_on(
        &self,
        job: &PeeringJob,
        near: &Near,
    ) -> Result<(Connection, Option<String>, Option<String>), DriverError> {
        match self.half_of(&near.network, &job.peering).await? {
            HalfSeen::Current(half) | HalfSeen::Adopted(half) => {
                let (connection, says) = self.state_of(job, &half).await?;
                Ok((connection, Some(half.name), says))
            }
            HalfSeen::Outdated(half) => Ok((Connection::Outdated, Some(half.name), None)),
            HalfSeen::Lost(name) => {
                Ok((Connection::Deleted, None, Some(format!("the peering {name} is gone"))))
            }
            HalfSeen::None => self.nothing_yet(job).await,
        }
    }

    /// Nothing is to be seen: the request may be on its way, or have come to nothing.
    async fn nothing_yet(
        &self,
        job: &PeeringJob,
    ) -> Result<(Connection, Option<String>, Option<String>), DriverError> {
        let begun = self.begun(&self.add_id(job)).await?;
        Ok(match shown(begun) {
            Ok(true) => (Connection::Requesting, None, None),
            Ok(false) => (Connection::Absent, None, None),
            // What is not wanted any more need not be told that it failed.
            Err(_) if !job.peering.wanted => (Connection::Absent, None, None),
            Err(refusal) => match refusal.error() {
                DriverError::Rejected { reason: Reason::Overlap, says } => {
                    (Connection::Overlap, None, Some(says))
                }
                DriverError::Rejected { says, .. } => (Connection::Invalid, None, Some(says)),
                DriverError::Transient(_) | DriverError::Throttled(_) | DriverError::Denied(_) => {
                    (Connection::Absent, None, None)
                }
            },
        })
    }

    async fn state_of(
        &self,
        job: &PeeringJob,
        half: &Half,
    ) -> Result<(Connection, Option<String>), DriverError> {
        if !job.peering.wanted {
            return self.state_of_unwanted(job, half).await;
        }
        if !half.active() {
            let words = half.state_details.as_deref().unwrap_or("INACTIVE");
            let says = format!(
                "{words} The far side makes its half by: gcloud compute networks peerings create NAME {}",
                self.command(job)
            );
            return Ok((Connection::Pending, Some(says)));
        }
        let kept = self.exchanges(half);
        Ok((if kept { Connection::Routed } else { Connection::Accepted }, half.state_details.clone()))
    }

    /// What a customer has to say to make the other half.
    fn command(&self, job: &PeeringJob) -> String {
        let far = far_network(&job.peering.spec).unwrap_or_default();
        let parts: Vec<&str> = far.split('/').collect();
        let (project, network) = (parts.get(1).unwrap_or(&""), parts.last().unwrap_or(&""));
        format!(
            "--project={project} --network={network} --peer-project={} --peer-network={}",
            self.account.project,
            self.names.network(job.container.id)
        )
    }

    async fn state_of_unwanted(
        &self,
        job: &PeeringJob,
        half: &Half,
    ) -> Result<(Connection, Option<String>), DriverError> {
        if half.consensus() == Some(Removal::Asked) {
            let says = "Both sides have to ask for the removal of a peering with the update strategy CONSENSUS: the \
                        far side has not.";
            return Ok((Connection::Deleting, Some(says.to_owned())));
        }
        let id = request_id(&ClientToken::of(&job.peering, Action::Remove), &half.name);
        if shown(self.begun(&id).await?) == Ok(true) {
            return Ok((Connection::Deleting, None));
        }
        let connection = if half.active() { Connection::Routed } else { Connection::Pending };
        Ok((connection, half.state_details.clone()))
    }

    /// Whether a half exchanges the routes that the account says.
    fn exchanges(&self, half: &Half) -> bool {
        half.export_custom_routes == self.account.export_custom_routes
            && half.import_custom_routes == self.account.import_custom_routes
    }

    fn wish(&self, half: &str) -> Value {
        json!({
            "name": half,
            "exchangeSubnetRoutes": true,
            "exportCustomRoutes": self.account.export_custom_routes,
            "importCustomRoutes": self.account.import_custom_routes,
        })
    }

    fn add_id(&self, job: &PeeringJob) -> String {
        request_id(&ClientToken::of(&job.peering, Action::Request), &names::half(&job.peering))
    }

    pub(super) async fn request(&self, job: &PeeringJob, _token: &ClientToken) -> Result<(), DriverError> {
        let far = far_network(&job.peering.spec)?;
        let Some(near) = self.near(&job.container).await? else {
            return Err(DriverError::Transient("the near network does not stand".to_owned()));
        };
        match self.half_of(&near.network, &job.peering).await? {
            HalfSeen::Current(_) | HalfSeen::Adopted(_) => return Ok(()),
            HalfSeen::Outdated(_) | HalfSeen::Lost(_) | HalfSeen::None => {}
        }
        let taken = |half: &&Half| {
            relative(&half.network) == far && names::made_for(&half.name) != Some(job.peering.id)
        };
        if let Some(half) = near.network.peerings.iter().find(taken) {
            return Err(DriverError::invalid(format!(
                "the network {} is peered with {far} already, by {}: adopt that peering, or remove it",
                near.network.name, half.name
            )));
        }
        self.check_far(&far).await?;
        let name = names::half(&job.peering);
        let mut wish = self.wish(&name);
        wish["network"] = Value::from(format!("https://www.googleapis.com/compute/v1/{far}"));
        let body = json!({ "networkPeering": wish });
        let stands = |network: &Network| network.peerings.iter().any(|half| half.name == name);
        self.change_half(&near.network.name, "addPeering", &body, Some(&self.add_id(job)), stands)
            .await
            .map(|_| ())
    }

    /// Google takes a peering with a network that is not there. Where we may see that, we say it at
    /// once instead of waiting for a half that can't come.
    async fn check_far(&self, far: &str) -> Result<(), DriverError> {
        match self.client.try_look::<Network>(far).await? {
            Err(refusal) if refusal.status == 404 => Err(DriverError::invalid(format!(
                "{} [{}] There is no network {far}: check its name and its project.",
                refusal.message, refusal.reason
            ))),
            // Most far networks can't be seen before they are connected, and need not be.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    pub(super) async fn route(&self, job: &PeeringJob, token: &ClientToken) -> Result<(), DriverError> {
        let Some(near) = self.near(&job.container).await? else { return Err(gone()) };
        let (HalfSeen::Current(half) | HalfSeen::Adopted(half)) =
            self.half_of(&near.network, &job.peering).await?
        else {
            return Err(gone());
        };
        if self.exchanges(&half) {
            return Ok(());
        }
        let body = json!({ "networkPeering": self.wish(&half.name) });
        let kept = |network: &Network| {
            network.peerings.iter().any(|other| other.name == half.name && self.exchanges(other))
        };
        let id = request_id(token, &half.name);
        self.change_half(&near.network.name, "updatePeering", &body, Some(&id), kept).await.map(|_| ())
    }

    pub(super) async fn remove(&self, job: &PeeringJob, token: &ClientToken) -> Result<(), DriverError> {
        // A request that is on its way comes first, so that what it makes is not missed.
        if let Some(operation) = self.begun(&self.add_id(job)).await?
            && self.end_of(&operation).await? == Outcome::Running
        {
            return Err(DriverError::Throttled(super::fault::BUSY));
        }
        let Some(near) = self.near(&job.container).await? else {
            return self.clear_note(job.peering.id).await;
        };
        if let Some(half) = self.half_of(&near.network, &job.peering).await?.half()
            && !self.take_half_down(&near.network.name, half, Some(token)).await?
        {
            return Ok(());
        }
        self.clear_note(job.peering.id).await
    }

    /// Takes a half down; whether it is gone now.
    pub(super) async fn take_half_down(
        &self,
        network: &str,
        half: &Half,
        token: Option<&ClientToken>,
    ) -> Result<bool, DriverError> {
        let id = |what: &str| token.map(|token| request_id(token, what));
        let body = json!({ "name": half.name });
        let gone = |network: &Network| network.peerings.iter().all(|other| other.name != half.name);
        match half.consensus() {
            Some(Removal::Asked) => Ok(false),
            Some(Removal::Open) => {
                let asked = |network: &Network| {
                    let mut others = network.peerings.iter().filter(|other| other.name == half.name);
                    others.all(|other| other.consensus() != Some(Removal::Open))
                };
                let id = id(&format!("ask {}", half.name));
                self.change_half(network, "requestRemovePeering", &body, id.as_deref(), asked).await?;
                Ok(false)
            }
            Some(Removal::Agreed) | None => {
                let id = id(&half.name);
                self.change_half(network, "removePeering", &body, id.as_deref(), gone).await
            }
        }
    }

    /// Changes a half by one of the network's methods; whether `effect` is there now. An operation
    /// that was over when it was answered may be an earlier request's: where it left no effect, the
    /// call is made anew.
    async fn change_half(
        &self,
        network: &str,
        verb: &str,
        body: &Value,
        id: Option<&str>,
        effect: impl Fn(&Network) -> bool + Send + Sync,
    ) -> Result<bool, DriverError> {
        let path = format!("{}/{verb}", self.names.network_path(network));
        let method = if verb == "updatePeering" { Method::PATCH } else { Method::POST };
        let (outcome, was_over) = self.begin(&method, &path, body, id).await?;
        let has_effect = match self.network_named(network).await? {
            Some(network) => effect(&network),
            None => return Err(gone()),
        };
        if has_effect {
            return Ok(true);
        }
        if !was_over {
            return outcome.done();
        }
        self.change(&method, &path, Some(body), None).await?.done()
    }
}

fn gone() -> DriverError {
    DriverError::Transient("it is not there any more".to_owned())
}
