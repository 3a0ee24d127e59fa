//! Which calls a life takes, and what is never done twice.

use cloud::{CloudAccount, DriverError, Obstacle, ObstacleKind};
use model::container::machine::NetworkAction;
use model::peering::PeeringSpec;
use model::peering::machine::{Action, Connection};

use super::accounts::{AwsBed, FAR_REGION, NEAR_REGION};
use crate::fixture::block;
use crate::suite::{Bed, FarAct, Hand};

fn heard(bed: &AwsBed) -> Vec<String> {
    bed.proxy.line(|line| std::mem::take(&mut line.heard))
}

#[tokio::test]
async fn a_life_takes_these_calls_in_this_order() {
    let bed = AwsBed::new().await;
    let mut hand = Hand::new(&bed).await;
    hand.apply_network(NetworkAction::Make).await.expect("taken");
    assert_eq!(heard(&bed), ["AssumeRole", "DescribeVpcs", "CreateVpc", "DescribeVpcs"]);
    hand.until_network().await;
    heard(&bed);
    hand.do_it(Action::Request).await;
    let pcx = "DescribeVpcPeeringConnections";
    assert_eq!(heard(&bed), [pcx, "CreateVpcPeeringConnection", pcx]);
    hand.see().await;
    assert_eq!(heard(&bed), [pcx], "a request that waits is looked at with one call");
    bed.act(&hand.job, FarAct::Accept).await;
    hand.do_it(Action::Route).await;
    assert_eq!(heard(&bed), [pcx, "DescribeRouteTables", "CreateRoute"]);
    hand.until(Connection::Routed).await;
    assert_eq!(heard(&bed), [pcx, "DescribeRouteTables"]);
    hand.job = bed.rerouted(&hand.job);
    hand.do_it(Action::Route).await;
    assert_eq!(heard(&bed), [pcx, "DescribeRouteTables", "CreateRoute", "DeleteRoute"]);
    hand.unwant();
    hand.do_it(Action::Remove).await;
    assert_eq!(heard(&bed), [pcx, "DescribeRouteTables", "DeleteRoute", "DeleteVpcPeeringConnection"]);
    hand.until(Connection::Absent).await;
    heard(&bed);
    hand.apply_network(NetworkAction::Remove).await.expect("taken");
    assert_eq!(heard(&bed), ["DescribeVpcs", "DeleteVpc"]);
}

#[tokio::test]
async fn what_makes_something_is_not_sent_again_when_the_cloud_fails_in_the_middle() {
    let bed = AwsBed::new().await;
    let hand = Hand::new(&bed).await;
    bed.proxy.refuse("CreateVpc", 500, "InternalError", None);
    let made = hand.apply_network(NetworkAction::Make).await;
    assert!(matches!(made, Err(DriverError::Transient(says)) if says.starts_with("InternalError: ")));
    assert_eq!(heard(&bed).iter().filter(|action| *action == "CreateVpc").count(), 1);
    bed.proxy.refuse("DescribeVpcs", 500, "InternalError", Some(2));
    hand.see_network().await;
    assert_eq!(heard(&bed), ["DescribeVpcs"; 3], "what only looks is");
}

#[tokio::test]
async fn a_vpc_that_somebody_else_uses_stays_and_is_told() {
    let bed = AwsBed::new().await;
    let mut hand = Hand::ready(&bed).await;
    let vpc = bed.vpcs(&hand.job).await.pop().expect("a VPC");
    let subnet = hand.job.container.block.to_string().replace("/21", "/24");
    let parameters = [("VpcId", &*vpc), ("CidrBlock", &*subnet)];
    let made = bed.people().near.ec2(NEAR_REGION, "CreateSubnet", &parameters).await;
    match hand.apply_network(NetworkAction::Remove).await {
        Err(DriverError::Rejected { says, .. }) => {
            assert!(says.starts_with("DependencyViolation: ") && says.contains("not ours"), "{says}");
        }
        other => panic!("{other:?}"),
    }
    let subnet = made.deep("subnetId").expect("a subnet").text.clone();
    bed.people().near.ec2(NEAR_REGION, "DeleteSubnet", &[("SubnetId", &subnet)]).await;
    hand.remove_network().await;
}

#[tokio::test]
async fn two_vpcs_have_one_connection_and_another_one_is_refused_or_ours() {
    let bed = AwsBed::new().await;
    let mut hand = Hand::ready(&bed).await;
    bed.proxy.refuse("CreateVpcPeeringConnection", 400, "VpcPeeringConnectionAlreadyExists", None);
    match hand.apply(Action::Request).await {
        Err(DriverError::Rejected { says, .. }) => assert!(says.contains("adopt it"), "{says}"),
        other => panic!("{other:?}"),
    }
    bed.mend().await;
    hand.request().await;
}

async fn survey(bed: &AwsBed, hand: &Hand<'_>) -> Vec<Obstacle> {
    bed.aws().survey(&hand.job.container, &hand.job.peering.spec).await.expect("told")
}

fn kinds(obstacles: &[Obstacle]) -> Vec<ObstacleKind> {
    obstacles.iter().map(|obstacle| obstacle.kind).collect()
}

#[tokio::test]
async fn a_survey_sees_routes_and_connections_that_are_there_already() {
    let bed = AwsBed::new().await;
    let hand = Hand::complete(&bed).await;
    let obstacles = survey(&bed, &hand).await;
    assert_eq!(kinds(&obstacles), [ObstacleKind::Overlap, ObstacleKind::Differs], "{obstacles:#?}");
    assert!(obstacles[0].mend.starts_with("aws ec2 delete-route --region us-east-1 "), "{obstacles:#?}");
    let mut other = Hand::of(&bed, bed.beside(&hand.job).await);
    assert_eq!(survey(&bed, &other).await, []);
    if let PeeringSpec::Aws { route_block, .. } = &mut other.job.peering.spec {
        *route_block = block("10.0.0.0/8");
    }
    assert_eq!(kinds(&survey(&bed, &other).await), [ObstacleKind::Overlap]);
}

#[tokio::test]
async fn a_survey_sees_quotas_and_regions() {
    let bed = AwsBed::new().await;
    let mut hand = Hand::new(&bed).await;
    bed.crowd(&hand.job).await;
    let obstacles = survey(&bed, &hand).await;
    assert_eq!(kinds(&obstacles), [ObstacleKind::Quota], "{obstacles:#?}");
    assert!(obstacles[0].mend.contains("--quota-code L-F678F1CE"), "{obstacles:#?}");
    bed.reset().await;
    bed.proxy.line(|line| line.manners.not_enabled = Some(NEAR_REGION.into()));
    let obstacles = survey(&bed, &hand).await;
    assert_eq!(kinds(&obstacles), [ObstacleKind::Region]);
    assert_eq!(obstacles[0].mend, "aws account enable-region --region-name us-east-1");
    bed.reset().await;
    for (elsewhere, words) in [("eu-west-9", "no region eu-west-9"), ("cn-north-1", "two clouds")] {
        if let PeeringSpec::Aws { region, .. } = &mut hand.job.peering.spec {
            *region = elsewhere.into();
        }
        let obstacles = survey(&bed, &hand).await;
        assert_eq!(kinds(&obstacles), [ObstacleKind::Region], "{elsewhere}");
        assert!(obstacles[0].what.contains(words), "{obstacles:#?}");
    }
}

#[tokio::test]
async fn a_far_vpc_of_our_own_account_is_looked_at() {
    let bed = AwsBed::new().await;
    let mut hand = Hand::new(&bed).await;
    if let PeeringSpec::Aws { account_id, .. } = &mut hand.job.peering.spec {
        *account_id = super::accounts::NEAR.into();
    }
    let obstacles = survey(&bed, &hand).await;
    assert_eq!(kinds(&obstacles), [ObstacleKind::Missing], "{obstacles:#?}");
    let near = hand.job.container.block.to_string();
    let made = bed.people().near.ec2(FAR_REGION, "CreateVpc", &[("CidrBlock", &near)]).await;
    if let PeeringSpec::Aws { vpc_id, .. } = &mut hand.job.peering.spec {
        *vpc_id = made.deep("vpcId").expect("a VPC").text.clone();
    }
    let obstacles = survey(&bed, &hand).await;
    assert_eq!(kinds(&obstacles), [ObstacleKind::Overlap], "{obstacles:#?}");
}
