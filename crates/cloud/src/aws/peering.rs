//! Connections: how EC2's status becomes what a peering sees, and the three acts.

use model::limits::REQUEST_EXPIRY;
use model::peering::Peering;
use model::peering::machine::{Connection as Seen, Observed};
use model::time::Timestamp;

use super::ec2::{Ec2, NO_CONNECTION, Which};
use super::fault::{CallError, unless};
use super::mark::{Mark, PEERING, Tags};
use super::network::vpc_id;
use super::xml::Connection;
use super::{AwsDriver, FarVpc};
use crate::driver::{DriverError, PeeringJob};

/// Looks for a connection that was just asked for.
const LOOKS: usize = 4;
/// The connection can't be taken down any more: it came to nothing by itself.
const ENDED: &[&str] = &["InvalidStateTransition"];

/// Where a connection stands, by EC2's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// It waits, or serves.
    Alive,
    /// It is being taken down.
    Deleting,
    /// It is over; EC2 shows it for a while longer.
    Over,
}

/// The stage of a connection.
pub(super) fn stage(connection: &Connection) -> Stage {
    match &*connection.status.code {
        "deleting" => Stage::Deleting,
        "deleted" | "rejected" | "expired" | "failed" => Stage::Over,
        // What EC2 may come to say one day is taken for alive, so that it is taken down.
        _ => Stage::Alive,
    }
}

impl AwsDriver {
    /// All connections that carry a peering's mark, of whichever incarnation.
    async fn connections_of(&self, ec2: &Ec2<'_>, peering: &Peering) -> Result<Vec<Connection>, CallError> {
        let id = peering.id.to_string();
        let mut found = ec2.connections(Which::Tagged(PEERING, &id)).await?;
        found.retain(|connection| Mark::of(&connection.tag_set).is_of(&self.account.mark));
        // The list by tags may be late, or somebody took the tags away; an id does not lie.
        if let Some(known) = &peering.connection_id
            && !found.iter().any(|connection| connection.id == *known)
        {
            match ec2.connections(Which::Id(known)).await {
                Ok(named) => found.extend(named),
                Err(error) if error.is(NO_CONNECTION) => {}
                Err(error) => return Err(error),
            }
        }
        found.sort_by(|one, other| (stage(one), &one.id).cmp(&(stage(other), &other.id)));
        Ok(found)
    }

    /// The connection of a peering's current incarnation, if it is active.
    pub(super) async fn active_connection(
        &self,
        ec2: &Ec2<'_>,
        peering: &Peering,
    ) -> Result<Option<Connection>, DriverError> {
        let all = self.connections_of(ec2, peering).await?;
        let is_it = |connection: &Connection| {
            incarnation(connection, peering) == peering.incarnation && stage(connection) == Stage::Alive
        };
        Ok(all.into_iter().find(is_it))
    }

    /// Looks at a peering's connection.
    pub(super) async fn observe_peering(&self, job: &PeeringJob) -> Result<Observed, DriverError> {
        let peering = &job.peering;
        let ec2 = self.ec2_of(&job.container)?;
        let all = self.connections_of(&ec2, peering).await?;
        let near_network = job.container.network.ids().is_some();
        let show = |connection, of: Option<&Connection>| Observed {
            connection,
            connection_id: of.map(|of| of.id.clone()),
            changes_at: None,
            near_network,
            says: of.map(told),
        };
        if !peering.wanted {
            return match all.first() {
                None => Ok(show(Seen::Absent, None)),
                Some(first) if stage(first) == Stage::Over => {
                    // What is over needs no taking down, but its routes do.
                    let left = self.routes_left(&ec2, &all).await?;
                    let seen = if left { Seen::Deleted } else { Seen::Absent };
                    Ok(show(seen, left.then_some(first)))
                }
                Some(first) => Ok(show(self.by_status(first, peering).0, Some(first))),
            };
        }
        let current = |connection: &&Connection| incarnation(connection, peering) == peering.incarnation;
        let Some(connection) = all.iter().find(current) else {
            let outdated = all.iter().find(|connection| stage(connection) != Stage::Over);
            return Ok(
                outdated.map_or_else(|| show(Seen::Absent, None), |old| show(Seen::Outdated, Some(old)))
            );
        };
        let (seen, changes_at) = self.by_status(connection, peering);
        let mut observed = Observed { changes_at, ..show(seen, Some(connection)) };
        if seen == Seen::Routed
            && let Some(differs) = self.routes_differ(&ec2, connection, peering).await?
        {
            observed.connection = Seen::Accepted;
            observed.says = Some(differs);
        }
        Ok(observed)
    }

    /// What a connection's status means, routes left aside, and when it changes by itself.
    fn by_status(&self, connection: &Connection, peering: &Peering) -> (Seen, Option<Timestamp>) {
        match &*connection.status.code {
            "pending-acceptance" => {
                let at = expires_at(connection, peering);
                // EC2 says "expired" itself; what imitates it may keep such a request forever.
                if at <= self.clock.now() { (Seen::Expired, None) } else { (Seen::Pending, Some(at)) }
            }
            "provisioning" => (Seen::Routing, None),
            "active" => (Seen::Routed, None),
            "rejected" => (Seen::Rejected, None),
            "expired" => (Seen::Expired, None),
            "failed" => (why_failed(connection, peering), None),
            "deleted" => (Seen::Deleted, None),
            "deleting" => (Seen::Deleting, None),
            _ => (Seen::Requesting, None),
        }
    }

    /// Asks for a connection, unless this incarnation has one.
    pub(super) async fn request(&self, job: &PeeringJob) -> Result<(), DriverError> {
        let peering = &job.peering;
        let ec2 = self.ec2_of(&job.container)?;
        let far = FarVpc::of(&peering.spec)?;
        let is_ours = |connection: &Connection| incarnation(connection, peering) == peering.incarnation;
        if self.connections_of(&ec2, peering).await?.iter().any(is_ours) {
            return Ok(());
        }
        let Some(near) = vpc_id(&job.container) else {
            return Err(DriverError::Transient("the near network does not stand yet".to_owned()));
        };
        let tags = Tags::of_peering(&self.account.mark, peering, self.clock.now());
        let made = match ec2.create_connection(near, &far, &tags).await {
            Ok(made) => made,
            Err(error) if error.is(&["VpcPeeringConnectionAlreadyExists"]) => {
                return self.asked_before(&ec2, near, peering, error).await;
            }
            Err(error) => return Err(error.into()),
        };
        for _ in 0..LOOKS {
            let mut alive = self.connections_of(&ec2, peering).await?;
            alive.retain(|connection| is_ours(connection) && stage(connection) == Stage::Alive);
            if alive.iter().any(|connection| connection.id == made.id) {
                // Another process asked at the same moment: the first stays.
                if alive[0].id != made.id {
                    unless(ec2.delete_connection(&made.id).await, NO_CONNECTION)?;
                }
                return Ok(());
            }
        }
        Ok(())
    }

    /// The two VPCs have a connection already. If it is ours, EC2 was only late to show it.
    async fn asked_before(
        &self,
        ec2: &Ec2<'_>,
        near: &str,
        peering: &Peering,
        error: CallError,
    ) -> Result<(), DriverError> {
        let beside = ec2.connections(Which::Field("requester-vpc-info.vpc-id", near)).await?;
        let ours = |connection: &Connection| {
            let mark = Mark::of(&connection.tag_set);
            mark.is_of(&self.account.mark) && mark.peering == Some(peering.id)
        };
        if beside.iter().any(ours) { Ok(()) } else { Err(error.into()) }
    }

    /// Takes down what is not wanted: everything of a peering that is not wanted, else only what
    /// earlier incarnations left. Routes go before the connection that they lead through.
    pub(super) async fn remove(&self, job: &PeeringJob) -> Result<(), DriverError> {
        let peering = &job.peering;
        let ec2 = self.ec2_of(&job.container)?;
        let mut all = self.connections_of(&ec2, peering).await?;
        if peering.wanted {
            all.retain(|connection| incarnation(connection, peering) < peering.incarnation);
        }
        for connection in &all {
            self.take_down_connection(&ec2, connection).await?;
        }
        Ok(())
    }

    /// Takes one connection down, with its routes.
    pub(super) async fn take_down_connection(
        &self,
        ec2: &Ec2<'_>,
        connection: &Connection,
    ) -> Result<(), DriverError> {
        self.remove_routes(ec2, connection).await?;
        if stage(connection) == Stage::Alive {
            let gone: Vec<_> = NO_CONNECTION.iter().chain(ENDED).copied().collect();
            unless(ec2.delete_connection(&connection.id).await, &gone)?;
        }
        Ok(())
    }
}

/// Which of a peering's requests a connection came from. One whose mark is gone is known by its id,
/// which the row has only of the current one.
fn incarnation(connection: &Connection, peering: &Peering) -> i64 {
    let mark = Mark::of(&connection.tag_set);
    match mark.incarnation {
        Some(incarnation) if mark.peering == Some(peering.id) => incarnation,
        Some(_) | None => peering.incarnation,
    }
}

/// When a request runs out: as EC2 says, else seven days after it was made.
fn expires_at(connection: &Connection, peering: &Peering) -> Timestamp {
    let told = connection.expiration_time.as_deref().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    if let Some(told) = told {
        return Timestamp::from_micros(told.as_microsecond());
    }
    Mark::of(&connection.tag_set).requested.unwrap_or(peering.state_since).after(REQUEST_EXPIRY)
}

/// A request that EC2 took and did not make. Its words are the same for a wrong account, a wrong
/// VPC and overlapping addresses, so the blocks are compared, too.
fn why_failed(connection: &Connection, peering: &Peering) -> Seen {
    let near = connection.requester_vpc_info.blocks();
    let mut far = connection.accepter_vpc_info.blocks();
    far.extend(peering.spec.route_block().map(|block| block.to_string()));
    let parse = |blocks: Vec<String>| -> Vec<_> {
        blocks.iter().filter_map(|block| model::Cidr::parse(block).ok()).collect()
    };
    let (near, far) = (parse(near), parse(far));
    let overlap = near.iter().any(|near| far.iter().any(|far| near.overlaps(*far)));
    if overlap { Seen::Overlap } else { Seen::Invalid }
}

/// A connection's status in EC2's words, with what somebody can do.
fn told(connection: &Connection) -> String {
    let status = &connection.status;
    let far = &connection.accepter_vpc_info;
    let hint = match &*status.code {
        "pending-acceptance" => format!(
            "; in account {}: aws ec2 accept-vpc-peering-connection --region {} --vpc-peering-connection-id {}",
            far.owner_id, far.region, connection.id
        ),
        "failed" => "; look at the account, the VPC, its region, and whether addresses overlap".to_owned(),
        "rejected" => "; the far side said no: delete the peering, or ask anew by changing it".to_owned(),
        "expired" => "; nobody accepted within seven days: delete the peering, or ask anew".to_owned(),
        _ => String::new(),
    };
    format!("{} is {}: {}{hint}", connection.id, status.code, status.message)
}
