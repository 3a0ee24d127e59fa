//! Our routes: in every route table of the near VPC, the far block leads through the connection,
//! and nothing else does.

use model::peering::Peering;

use super::AwsDriver;
use super::ec2::{Ec2, NO_CONNECTION};
use super::fault::unless;
use super::peering::{Stage, stage};
use super::xml::{Connection, Route, RouteTable};
use crate::driver::{DriverError, PeeringJob};

/// There is no such route, or no such table.
const NO_ROUTE: &[&str] =
    &["InvalidRoute.NotFound", "InvalidRouteTableID.NotFound", "InvalidRouteTableId.NotFound"];

/// Whether a route leads through a connection.
fn through(route: &Route, connection: &str) -> bool {
    route.vpc_peering_connection_id.as_deref() == Some(connection)
}

/// The tables of a connection's near VPC.
async fn tables(ec2: &Ec2<'_>, connection: &Connection) -> Result<Vec<RouteTable>, DriverError> {
    Ok(ec2.route_tables(&connection.requester_vpc_info.vpc_id).await?)
}

impl AwsDriver {
    /// What is wrong with the routes of an active connection, in words; `None` if nothing is.
    pub(super) async fn routes_differ(
        &self,
        ec2: &Ec2<'_>,
        connection: &Connection,
        peering: &Peering,
    ) -> Result<Option<String>, DriverError> {
        let block = block(peering)?;
        for table in tables(ec2, connection).await? {
            let name = &table.route_table_id;
            let mut right = false;
            for route in &table.route_set.item {
                let ours = through(route, &connection.id);
                match (route.destination_cidr_block == block, ours) {
                    (true, true) if route.state == "blackhole" => {
                        return Ok(Some(format!("the route to {block} in {name} leads into a black hole")));
                    }
                    (true, true) => right = true,
                    (true, false) => {
                        return Ok(Some(format!("the route to {block} in {name} leads elsewhere")));
                    }
                    (false, true) => {
                        let other = &route.destination_cidr_block;
                        return Ok(Some(format!("{name} routes {other} through {}", connection.id)));
                    }
                    (false, false) => {}
                }
            }
            if !right {
                return Ok(Some(format!("{name} has no route to {block}")));
            }
        }
        Ok(None)
    }

    /// Makes the routes of a peering's connection what they have to be.
    pub(super) async fn route(&self, job: &PeeringJob) -> Result<(), DriverError> {
        let peering = &job.peering;
        let ec2 = self.ec2_of(&job.container)?;
        let Some(connection) = self.active_connection(&ec2, peering).await? else {
            return Err(DriverError::Transient("there is no connection to route through".to_owned()));
        };
        let block = block(peering)?;
        for table in tables(&ec2, &connection).await? {
            let id = &table.route_table_id;
            let routes = &table.route_set.item;
            match routes.iter().find(|route| route.destination_cidr_block == block) {
                Some(route) if through(route, &connection.id) && route.state != "blackhole" => {}
                Some(_) => ec2.replace_route(id, &block, &connection.id).await?,
                None => match ec2.create_route(id, &block, &connection.id).await {
                    // Somebody was faster; the next look tells whether it is right.
                    Err(error) if error.is(&["RouteAlreadyExists"]) => {}
                    made => made?,
                },
            }
            let stale = routes
                .iter()
                .filter(|route| through(route, &connection.id) && route.destination_cidr_block != block);
            for route in stale {
                unless(ec2.delete_route(id, &route.destination_cidr_block).await, NO_ROUTE)?;
            }
        }
        Ok(())
    }

    /// Whether any route still leads through connections that are over.
    pub(super) async fn routes_left(
        &self,
        ec2: &Ec2<'_>,
        connections: &[Connection],
    ) -> Result<bool, DriverError> {
        for connection in connections.iter().filter(|connection| stage(connection) == Stage::Over) {
            let tables = tables(ec2, connection).await?;
            let mut routes = tables.iter().flat_map(|table| &table.route_set.item);
            if routes.any(|route| through(route, &connection.id)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Removes every route through a connection.
    pub(super) async fn remove_routes(
        &self,
        ec2: &Ec2<'_>,
        connection: &Connection,
    ) -> Result<(), DriverError> {
        for table in tables(ec2, connection).await? {
            for route in table.route_set.item.iter().filter(|route| through(route, &connection.id)) {
                let gone = ec2.delete_route(&table.route_table_id, &route.destination_cidr_block).await;
                let codes: Vec<_> = NO_ROUTE.iter().chain(NO_CONNECTION).copied().collect();
                unless(gone, &codes)?;
            }
        }
        Ok(())
    }
}

fn block(peering: &Peering) -> Result<String, DriverError> {
    let block = peering.spec.route_block().ok_or_else(|| DriverError::invalid("it is not at Amazon"))?;
    Ok(block.to_string())
}
