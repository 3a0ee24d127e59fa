//! Each of EC2's statuses, those included that moto never shows.

use model::peering::machine::Connection;
use model::time::Timestamp;

use super::accounts::AwsBed;
use super::manners::FAILED;
use crate::suite::{Bed, FarAct, Hand};

fn show(bed: &AwsBed, id: &str, code: &str, message: &str) {
    let shown = (code.to_owned(), message.to_owned());
    bed.proxy.line(|line| line.manners.statuses.insert(id.to_owned(), shown));
}

#[tokio::test]
async fn each_status_of_ec2_is_told_as_what_it_means() {
    let bed = AwsBed::new().await;
    let mut hand = Hand::requested(&bed).await;
    let id = hand.job.peering.connection_id.clone().expect("asked for");
    let active = Connection::Accepted;
    for (code, message, wanted, unwanted) in [
        ("initiating-request", "Initiating Request", Connection::Requesting, Connection::Requesting),
        ("pending-acceptance", "Pending Acceptance", Connection::Pending, Connection::Pending),
        ("provisioning", "Provisioning", Connection::Routing, Connection::Routing),
        ("active", "Active", active, Connection::Routed),
        ("rejected", "Inactive", Connection::Rejected, Connection::Absent),
        ("expired", "Expired", Connection::Expired, Connection::Absent),
        ("failed", FAILED, Connection::Invalid, Connection::Absent),
        ("deleted", "Deleted by 333333333333", Connection::Deleted, Connection::Absent),
        ("deleting", "Deleting", Connection::Deleting, Connection::Deleting),
        ("something-new", "Something new", Connection::Requesting, Connection::Requesting),
    ] {
        show(&bed, &id, code, message);
        let seen = hand.see().await;
        assert_eq!(seen.connection, wanted, "{code}");
        assert_eq!(seen.connection_id.as_deref(), Some(&*id), "{code}");
        let mut job = hand.job.clone();
        job.peering = job.peering.unwanted(crate::fixture::NOW);
        let seen_unwanted = hand.driver.observe(&job).await.expect("seen");
        assert_eq!(seen_unwanted.connection, unwanted, "{code} and not wanted");
        let says = seen.says.expect("words");
        assert!(says.contains(message) || wanted == active, "in EC2's words: {says}");
    }
}

#[tokio::test]
async fn what_can_be_done_is_said_with_the_status() {
    let bed = AwsBed::new().await;
    let mut hand = Hand::requested(&bed).await;
    let id = hand.job.peering.connection_id.clone().expect("asked for");
    let says = hand.see().await.says.expect("words");
    let command = format!(
        "in account 333333333333: aws ec2 accept-vpc-peering-connection --region eu-west-1 \
         --vpc-peering-connection-id {id}"
    );
    assert!(says.contains(&command), "{says}");
    bed.act(&hand.job, FarAct::Accept).await;
    let seen = hand.see().await;
    assert_eq!(seen.connection, Connection::Accepted);
    assert!(seen.says.expect("words").contains("has no route to 10."));
}

#[tokio::test]
async fn the_end_that_ec2_tells_comes_before_our_own_clock() {
    let bed = AwsBed::new().await;
    let mut hand = Hand::requested(&bed).await;
    bed.proxy.line(|line| line.manners.expiration = Some("2023-11-15T00:00:00.000Z".into()));
    let end = Timestamp::from_seconds(1_700_006_400);
    assert_eq!(hand.see().await.changes_at, Some(end));
    bed.hour.set(end);
    assert_eq!(hand.see().await.connection, Connection::Expired);
}

#[tokio::test]
async fn a_connection_whose_tags_somebody_took_away_is_known_by_its_id() {
    let bed = AwsBed::new().await;
    let mut hand = Hand::requested(&bed).await;
    let id = hand.job.peering.connection_id.clone().expect("asked for");
    let near = &bed.people().near;
    for (n, key) in ["installation", "peering", "incarnation", "requested"].iter().enumerate() {
        let key = format!("landbridge:{key}");
        let parameters = [("ResourceId.1", &*id), ("Tag.1.Key", &*key)];
        near.ec2(super::accounts::NEAR_REGION, "DeleteTags", &parameters).await;
        assert_eq!(hand.see().await.connection, Connection::Pending, "without {n}");
    }
    assert_eq!(hand.see().await.connection_id, Some(id));
    assert_eq!(hand.there().await.connections, 1);
}

#[tokio::test]
async fn routes_that_lead_elsewhere_are_told_and_put_right() {
    let bed = AwsBed::new().await;
    let mut hand = Hand::complete(&bed).await;
    let mut other = Hand::of(&bed, bed.beside(&hand.job).await);
    other.request().await;
    let connections = bed.connections(&hand.job).await;
    let (table, block) = bed.routes(&connections).await.pop().expect("a route");
    let elsewhere = other.job.peering.connection_id.clone().expect("asked for");
    let parameters = [
        ("RouteTableId", &*table),
        ("DestinationCidrBlock", &*block),
        ("VpcPeeringConnectionId", &*elsewhere),
    ];
    bed.people().near.ec2(super::accounts::NEAR_REGION, "ReplaceRoute", &parameters).await;
    let seen = hand.see().await;
    assert_eq!(seen.connection, Connection::Accepted);
    assert_eq!(seen.says, Some(format!("the route to {block} in {table} leads elsewhere")));
    hand.route().await;
    assert_eq!(bed.routes(&connections).await, [(table, block)]);
}
