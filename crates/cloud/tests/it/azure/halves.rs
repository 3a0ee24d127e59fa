//! What only Azure has: two halves in two directories, and address spaces that one half has to be
//! told of.

use cloud::azure::{Account, AzureDriver};
use cloud::{CloudAccount, DriverError, MarkedKind, ObstacleKind};
use model::peering::Reason;
use model::peering::machine::{Action, Connection};
use serde_json::json;

use super::bed::{
    AWAY, AzureBed, DELETE_HALF, FAR, GET_VNET, HOME, PUT_HALF, far_group, far_vnet, near_group,
};
use crate::suite::{Bed, FarAct, FarNetwork, Hand, There};

fn denied(result: Result<(), DriverError>) -> String {
    match result {
        Err(DriverError::Denied(says)) => says,
        other => panic!("{other:?}"),
    }
}

async fn near_of(bed: &AzureBed) -> String {
    let sight = bed.fake.see().await;
    let group = near_group().to_lowercase();
    let mut near = sight.vnets.into_iter().filter(|vnet| vnet.id.to_lowercase().starts_with(&group));
    near.next().expect("a near network").id
}

#[tokio::test]
async fn both_halves_are_made_and_each_directory_vouches_for_the_other() {
    let bed = AzureBed::new().await;
    let hand = Hand::complete(&bed).await;
    let (near, far) = (near_of(&bed).await, far_vnet(&hand.job));
    let (ours, theirs) = (bed.halves(&near, &far).await, bed.halves(&far, &near).await);
    assert_eq!((ours.len(), theirs.len()), (1, 1));
    assert_eq!((ours[0].link.as_str(), theirs[0].link.as_str()), ("Connected", "Connected"));
    let name = format!("landbridge-6a793f62c0eb9e7a17715001-{}-1", hand.job.peering.id);
    assert!(ours[0].id.ends_with(&name) && theirs[0].id.ends_with(&name));
    let log = bed.fake.see().await.log.unwrap_or_default();
    let puts: Vec<_> =
        log.iter().filter(|entry| entry.operation == PUT_HALF && entry.status == 201).collect();
    let auxiliary: Vec<_> = puts.iter().map(|entry| entry.auxiliary.clone().unwrap_or_default()).collect();
    assert_eq!(auxiliary, [[AWAY], [HOME]]);
}

#[tokio::test]
async fn who_did_not_grant_the_role_is_told_how_to() {
    let bed = AzureBed::new().await;
    let mut hand = Hand::ready(&bed).await;
    bed.revoke(&far_group()).await;
    let says = denied(hand.apply(Action::Request).await);
    assert!(says.contains("LinkedAuthorizationFailed") && says.contains("peer/action"), "{says}");
    let command = format!("az role assignment create --assignee {}", super::bed::APP);
    assert!(says.contains(&command) && says.contains(&format!("az login --tenant {AWAY}")), "{says}");
    assert_eq!(hand.there().await, There { networks: 1, ..There::default() });
    // Half a grant: peering with the network is allowed, making a half in it is not.
    bed.grant(AWAY, &far_group(), &["Microsoft.Network/virtualNetworks/peer/action"]).await;
    hand.do_it(Action::Request).await;
    hand.until(Connection::Accepted).await;
    let says = denied(hand.apply(Action::Route).await);
    assert!(says.contains("virtualNetworkPeerings/write") && says.contains("az role"), "{says}");
    // What came to nothing can be removed without the grant that is missing.
    hand.unwant();
    hand.remove().await;
    hand.remove_network().await;
    assert_eq!(hand.there().await, There::default());
}

#[tokio::test]
async fn a_right_that_is_missing_on_our_own_side_is_ours_to_mend() {
    let bed = AzureBed::new().await;
    let hand = Hand::ready(&bed).await;
    bed.revoke(&near_group()).await;
    bed.grant(HOME, &near_group(), &["*/read"]).await;
    let says = denied(hand.apply(Action::Request).await);
    assert!(says.contains("landbridge doctor") && !says.contains("az role"), "{says}");
}

#[tokio::test]
async fn a_token_that_serves_no_more_is_renewed() {
    let bed = AzureBed::new().await;
    let mut hand = Hand::ready(&bed).await;
    // As when a key of the directory's was taken back.
    bed.fake.control("rekey", &json!({})).await;
    hand.request().await;
    hand.establish().await;
    bed.fake.control("rekey", &json!({})).await;
    assert_eq!(hand.see().await.connection, Connection::Routed);
}

#[tokio::test]
async fn a_directory_that_did_not_consent_is_told_how_to() {
    let bed = AzureBed::new().await;
    let hand = Hand::ready(&bed).await;
    bed.fake.control("setup", &json!({ "tenants": [{ "id": AWAY, "subscriptions": [], "apps": [] }] })).await;
    let says = denied(hand.apply(Action::Request).await);
    assert!(says.contains("AADSTS700016") && says.contains("az ad sp create"), "{says}");
}

#[tokio::test]
async fn a_role_that_is_taken_away_keeps_our_half_as_the_witness_of_theirs() {
    let bed = AzureBed::new().await;
    let mut hand = Hand::complete(&bed).await;
    bed.revoke(&far_group()).await;
    assert_eq!(hand.see().await.connection, Connection::Routed);
    hand.unwant();
    let says = denied(hand.apply(Action::Remove).await);
    assert!(says.contains("AuthorizationFailed") && says.contains("az role assignment"), "{says}");
    assert_eq!(hand.there().await.connections, 1);
    // The customer removes their half; ours shows it, and goes.
    bed.act(&hand.job, FarAct::Delete).await;
    assert_eq!(hand.see().await.connection, Connection::Deleted);
    hand.remove().await;
    hand.remove_network().await;
    assert_eq!(hand.there().await, There::default());
}

#[tokio::test]
async fn a_half_that_is_left_over_there_goes_once_it_is_not_wanted() {
    let bed = AzureBed::new().await;
    let mut hand = Hand::complete(&bed).await;
    let (near, far) = (near_of(&bed).await, far_vnet(&hand.job));
    bed.act(&hand.job, FarAct::LoseNetwork).await;
    assert_eq!(hand.see().await.connection, Connection::Deleted);
    assert_eq!(bed.halves(&far, &near).await.len(), 1);
    hand.unwant();
    hand.remove().await;
    assert!(bed.halves(&far, &near).await.is_empty());
}

#[tokio::test]
async fn address_spaces_that_change_are_told_to_the_other_half() {
    let bed = AzureBed::new().await;
    let mut hand = Hand::complete(&bed).await;
    let (near, far) = (near_of(&bed).await, far_vnet(&hand.job));
    for (id, prefixes) in
        [(&far, ["10.1.0.0/16", "10.99.0.0/16"]), (&near, ["192.168.248.0/21", "172.16.0.0/24"])]
    {
        bed.own_network(id, &prefixes).await;
        let seen = hand.see().await;
        assert_eq!(seen.connection, Connection::Accepted);
        assert!(seen.says.is_some_and(|says| says.contains("other addresses")));
        hand.do_it(Action::Route).await;
        hand.until(Connection::Routed).await;
        for half in [bed.halves(&near, &far).await, bed.halves(&far, &near).await].concat() {
            assert_eq!(half.sync, "FullyInSync");
        }
    }
    // Addresses that collide with ours can't be told; the traffic of before still flows.
    bed.own_network(&far, &["10.1.0.0/16", "192.168.248.0/24"]).await;
    assert_eq!(hand.see().await.connection, Connection::Accepted);
    let result = hand.apply(Action::Route).await;
    assert!(matches!(result, Err(DriverError::Rejected { reason: Reason::Overlap, .. })), "{result:?}");
}

#[tokio::test]
async fn a_half_that_somebody_else_made_over_there_serves_and_stays() {
    let bed = AzureBed::new().await;
    let mut hand = Hand::requested(&bed).await;
    let (near, far) = (near_of(&bed).await, far_vnet(&hand.job));
    let theirs = json!({ "id": format!("{far}/virtualNetworkPeerings/by-hand"), "remote": near });
    bed.fake.control("peering", &theirs).await;
    hand.until(Connection::Routed).await;
    hand.unwant();
    hand.remove().await;
    assert_eq!(hand.there().await.connections, 0);
    assert_eq!(bed.halves(&far, &near).await.len(), 1);
}

#[tokio::test]
async fn two_networks_with_the_same_addresses_cannot_both_be_peered_with_one() {
    let bed = AzureBed::new().await;
    let one = Hand::complete(&bed).await;
    // Another container with the same block, as two projects have it.
    let mut job = bed.job(FarNetwork::There).await;
    job.peering.spec = one.job.peering.spec.clone();
    let mut two = Hand::of(&bed, job);
    two.make_network().await;
    let account = bed.azure();
    let obstacles = account.survey(&two.job.container, &two.job.peering.spec).await.expect("told");
    assert!(obstacles.iter().any(|obstacle| obstacle.kind == ObstacleKind::Overlap), "{obstacles:#?}");
    match two.apply(Action::Request).await {
        Err(DriverError::Rejected { reason: Reason::Overlap, says }) => {
            assert!(says.contains("VnetAddressSpaceOverlapsWithAlreadyPeeredVnet"), "{says}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn work_that_fails_after_its_answer_is_told_in_azures_words() {
    let bed = AzureBed::new().await;
    let mut hand = Hand::ready(&bed).await;
    let fail = |code: &str| json!({ "kind": "fail", "code": code, "message": "in Azure's words" });
    bed.fake.fault(PUT_HALF, &near_group(), fail("PeeringNotSupported")).await;
    match hand.apply(Action::Request).await {
        Err(DriverError::Rejected { says, .. }) => assert!(says.contains("in Azure's words"), "{says}"),
        other => panic!("{other:?}"),
    }
    // Its trace is there, and a next try completes it.
    assert_eq!(hand.see().await.connection, Connection::Accepted);
    hand.do_it(Action::Route).await;
    hand.until(Connection::Routed).await;
    assert_eq!(hand.there().await.connections, 1);
    hand.unwant();
    bed.fake.fault(DELETE_HALF, &far_group(), fail("InternalServerError")).await;
    let result = hand.apply(Action::Remove).await;
    assert!(matches!(&result, Err(DriverError::Transient(says)) if says.contains("Azure's")), "{result:?}");
    hand.remove().await;
    assert_eq!(hand.there().await.connections, 0);
}

#[tokio::test]
async fn one_change_of_a_network_at_a_time_is_waited_for() {
    let bed = AzureBed::new().await;
    let mut hand = Hand::ready(&bed).await;
    let busy = json!({
        "kind": "refuse", "times": 2, "status": 409, "code": "AnotherOperationInProgress",
        "message": "Another operation on this or dependent resource is in progress.",
    });
    bed.fake.fault(PUT_HALF, &near_group(), busy).await;
    hand.request().await;
    assert_eq!(hand.there().await.connections, 1);
}

#[tokio::test]
async fn halves_on_both_sides_are_marked_and_the_far_one_comes_first() {
    let bed = AzureBed::new().await;
    let _hand = Hand::complete(&bed).await;
    let kinds: Vec<_> =
        bed.azure().marked().await.expect("told").into_iter().map(|thing| thing.kind).collect();
    assert_eq!(kinds, [MarkedKind::FarHalf, MarkedKind::Connection, MarkedKind::Network]);
}

#[tokio::test]
async fn a_network_that_somebody_else_counts_on_is_not_taken_down() {
    let bed = AzureBed::new().await;
    let hand = Hand::ready(&bed).await;
    let (near, far) = (near_of(&bed).await, far_vnet(&hand.job));
    let theirs = json!({ "id": format!("{near}/virtualNetworkPeerings/hub"), "remote": far });
    bed.fake.control("peering", &theirs).await;
    let result = hand.apply_network(model::container::machine::NetworkAction::Remove).await;
    match result {
        Err(DriverError::Rejected { says, .. }) => assert!(says.contains("hub"), "{says}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(hand.there().await.networks, 1);
}

#[tokio::test]
async fn a_survey_tells_of_rights_that_the_customer_has_not_granted() {
    let bed = AzureBed::new().await;
    let job = bed.job(FarNetwork::There).await;
    bed.revoke(&far_group()).await;
    let account = bed.azure();
    let told = account.survey(&job.container, &job.peering.spec).await.expect("told");
    assert!(matches!(told.as_slice(), [only] if only.kind == ObstacleKind::Permission), "{told:#?}");
    let some: Vec<_> = FAR.into_iter().filter(|action| !action.ends_with("peer/action")).collect();
    bed.grant(AWAY, &far_group(), &some).await;
    let told = account.survey(&job.container, &job.peering.spec).await.expect("told");
    assert!(
        told.iter().any(|it| it.what.contains("peer/action") && it.mend.contains("az role")),
        "{told:#?}"
    );
}

#[tokio::test]
async fn a_secret_that_is_wrong_is_told_and_nothing_is_asked() {
    let bed = AzureBed::new().await;
    let account = bed.account("6a793f62c0eb9e7a17715001");
    let login = cloud::azure::Login::Secret {
        client_id: super::bed::APP.into(),
        secret: azure_core::credentials::Secret::new("another secret"),
    };
    let driver = AzureDriver::new(Account { login, ..account }).expect("a driver");
    let checkup = driver.check_up().await;
    assert!(checkup.identity.expect_err("nobody knows us").contains("AADSTS7000215"));
    assert!(
        matches!(driver.marked().await, Err(DriverError::Denied(says)) if says.contains("AADSTS7000215"))
    );
    assert!(bed.fake.see().await.log.unwrap_or_default().is_empty());
}

#[tokio::test]
async fn a_look_costs_one_request_once_a_connection_is_complete() {
    let bed = AzureBed::new().await;
    let mut hand = Hand::complete(&bed).await;
    bed.fake.control("forget", &json!({})).await;
    hand.see().await;
    let log = bed.fake.see().await.log.unwrap_or_default();
    let operations: Vec<_> = log.iter().map(|entry| entry.operation.as_str()).collect();
    assert_eq!(operations, [GET_VNET]);
}
