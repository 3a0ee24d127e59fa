//! What is done to the two halves of a peering: ours is made, then the customer's; the customer's
//! is taken down, then ours.

use serde_json::{Value, json};

use super::look::{FarSeen, Near};
use super::names::VnetId;
use super::verdict::Trouble;
use super::wire::{Half, Link, Provisioning};
use super::words::failure;
use super::{AzureDriver, Far, far_of};
use crate::driver::{DriverError, PeeringJob};

/// What a half is to be.
fn half_to(vnet: &VnetId) -> Value {
    json!({
        "properties": {
            "remoteVirtualNetwork": { "id": vnet.to_string() },
            "allowVirtualNetworkAccess": true,
            "allowForwardedTraffic": false,
            "allowGatewayTransit": false,
            "useRemoteGateways": false,
        }
    })
}

/// Tells a half the other network's addresses.
const SYNC: &str = "&syncRemoteAddressSpace=true";

impl AzureDriver {
    /// Makes our half, unless it is there.
    pub(super) async fn request(&self, job: &PeeringJob) -> Result<(), DriverError> {
        let far = far_of(&job.peering.spec)?;
        let near = self.standing(job).await?;
        self.mend_network(&near.vnet).await?;
        match &near.half {
            Some(half) if !half.properties.provisioning_state.failed() => Ok(()),
            Some(_) | None => self.write_near(&near, &far, "").await,
        }
    }

    /// Makes the customer's half, unless it is there, and tells each half what it does not know.
    pub(super) async fn complete(&self, job: &PeeringJob) -> Result<(), DriverError> {
        let far = far_of(&job.peering.spec)?;
        let near = self.standing(job).await?;
        let Some(half) = &near.half else {
            return self.write_near(&near, &far, "").await;
        };
        let properties = &half.properties;
        let closed = properties.allow_virtual_network_access == Some(false);
        if properties.provisioning_state.failed() || closed || properties.peering_sync_level.here() {
            let sync = if properties.peering_sync_level.here() { SYNC } else { "" };
            self.write_near(&near, &far, sync).await?;
        }
        if properties.peering_state == Link::Initiated {
            return match self.there(job, Some(&near), &far).await? {
                FarSeen::Half(half)
                    if half.properties.peering_state != Link::Disconnected
                        && !half.properties.provisioning_state.failed() =>
                {
                    Ok(())
                }
                // If it is hidden, Azure says why when we try.
                FarSeen::Half(_) | FarSeen::Nothing | FarSeen::Hidden(_) => {
                    self.write_far(&near, &far, "").await
                }
            };
        }
        if properties.peering_sync_level.there() {
            self.write_far(&near, &far, SYNC).await?;
        }
        Ok(())
    }

    /// Our side, which has to be there by now.
    async fn standing(&self, job: &PeeringJob) -> Result<Near, DriverError> {
        let gone = || DriverError::Transient("the near network is not there".to_owned());
        self.near(job).await?.ok_or_else(gone)
    }

    async fn write_near(&self, near: &Near, far: &Far, more: &str) -> Result<(), DriverError> {
        let id = self.vnet_id(&near.vnet.name).half(&near.names.near);
        let written = self.arm.put(self.home_and(far), &id, more, &half_to(&far.vnet)).await;
        written.map_err(|no| {
            // What it refers to is the customer's, and so is most that may be wrong with it.
            let ours = matches!(&no, Trouble::Refused(refused) if refused.code == "AuthorizationFailed");
            failure(no, if ours { self.near_side() } else { self.far_side(far) })
        })
    }

    async fn write_far(&self, near: &Near, far: &Far, more: &str) -> Result<(), DriverError> {
        let id = far.vnet.half(&near.names.far);
        let body = half_to(&self.vnet_id(&near.vnet.name));
        let written = self.arm.put(self.there_and_home(far), &id, more, &body).await;
        written.map_err(|no| failure(no, self.far_side(far)))
    }

    /// Takes down both halves, and those of earlier incarnations.
    pub(super) async fn remove(&self, job: &PeeringJob) -> Result<(), DriverError> {
        let far = far_of(&job.peering.spec)?;
        let near = self.near(job).await?;
        if let Some(near) = &near {
            for half in &near.outdated {
                self.take_down(half, &half.name, Some(&far)).await?;
            }
            if let Some(half) = &near.half {
                return self.take_down(half, &near.names.far, Some(&far)).await;
            }
        }
        if job.peering.connection_id.is_none() {
            return Ok(());
        }
        // Somebody took our half away: the other one serves no more, but it is ours. Where we may
        // not look any more, it is the customer's to remove.
        match self.there(job, near.as_ref(), &far).await? {
            FarSeen::Half(half) => self.delete_far(&half, &far).await.map(|_| ()),
            FarSeen::Nothing | FarSeen::Hidden(_) => Ok(()),
        }
    }

    /// Takes down one near half, the far one first. `known` is where the far network is, if it leads
    /// there; else Azure is asked.
    pub(super) async fn take_down(
        &self,
        half: &Half,
        far_name: &str,
        known: Option<&Far>,
    ) -> Result<(), DriverError> {
        let properties = &half.properties;
        if properties.provisioning_state == Provisioning::Deleting {
            return Ok(());
        }
        if properties.peering_state != Link::Disconnected
            && let Some(vnet) = half.leads_to()
            && !self.take_down_far(half, far_name, vnet, known).await?
        {
            return Ok(());
        }
        self.delete_near(&half.id).await
    }

    /// Takes down the far half that belongs to a near one: whether it is gone.
    async fn take_down_far(
        &self,
        near: &Half,
        name: &str,
        vnet: VnetId,
        known: Option<&Far>,
    ) -> Result<bool, DriverError> {
        let connected = near.properties.peering_state == Link::Connected;
        let far = match known {
            Some(far) if far.vnet.is(&vnet) => far.clone(),
            Some(_) | None => match self.tenant_of(&vnet).await? {
                Some(tenant) => Far { tenant, vnet },
                // The subscription is gone, and all that was in it.
                None => return Ok(true),
            },
        };
        match self.far_half(&far.tenant, &far.vnet, name).await? {
            FarSeen::Half(half) => self.delete_far(&half, &far).await,
            FarSeen::Nothing => Ok(true),
            // As long as ours is connected, the other one is there; ours stays as its witness.
            FarSeen::Hidden(trouble) if connected => Err(failure(trouble, self.far_side(&far))),
            // What we may not see and what is not connected, we have not made.
            FarSeen::Hidden(_) => Ok(true),
        }
    }

    /// The directory of a network's subscription; `None` if there is no such subscription.
    pub(super) async fn tenant_of(&self, vnet: &VnetId) -> Result<Option<String>, DriverError> {
        if vnet.subscription.eq_ignore_ascii_case(&self.account.subscription_id) {
            return Ok(Some(self.account.tenant_id.clone()));
        }
        match self.arm.tenant_of(&vnet.subscription).await {
            Ok(tenant) => Ok(Some(tenant)),
            Err(Trouble::Refused(refused)) if refused.missing() => Ok(None),
            Err(trouble) => Err(failure(trouble, self.near_side())),
        }
    }

    /// Whether it is gone.
    pub(super) async fn delete_far(&self, half: &Half, far: &Far) -> Result<bool, DriverError> {
        if half.properties.provisioning_state == Provisioning::Deleting {
            return Ok(false);
        }
        let deleted = self.arm.delete(self.there_and_home(far), &half.id).await;
        deleted.map_err(|no| failure(no, self.far_side(far)))
    }

    pub(super) async fn delete_near(&self, id: &str) -> Result<(), DriverError> {
        let Some((vnet, name)) = VnetId::of_half(id) else {
            let says = format!("{id} names no peering");
            return Err(DriverError::invalid(says));
        };
        let deleted = self.arm.delete(self.home(), &vnet.half(&name)).await;
        deleted.map(|_| ()).map_err(|no| failure(no, self.near_side()))
    }
}
