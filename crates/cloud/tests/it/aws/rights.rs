//! Who we are, and what we may.

use std::collections::BTreeSet;

use cloud::{CloudAccount, CloudDriver, DriverError, Held};
use model::container::machine::NetworkAction;

use super::accounts::{ACTIONS, AwsBed, EXTERNAL_ID, MARK, ROLE};
use super::proxy::Effect;
use crate::suite::{Bed, Hand};

#[tokio::test]
async fn the_role_is_assumed_with_the_external_id_and_once_for_many_calls() {
    let bed = AwsBed::new().await;
    let mut hand = Hand::ready(&bed).await;
    hand.see().await;
    let (heard, bodies) = bed.proxy.line(|line| (line.heard.clone(), line.bodies.clone()));
    let assumed: Vec<_> = heard
        .iter()
        .zip(bodies)
        .filter(|(action, _)| *action == "AssumeRole")
        .map(|(_, body)| body)
        .collect();
    assert_eq!(assumed.len(), 1, "{heard:?}");
    assert!(assumed[0].contains(&format!("ExternalId={EXTERNAL_ID}")), "{}", assumed[0]);
    let identity = bed.aws().check_up().await.identity.expect("told");
    assert_eq!(identity, ROLE.replace("iam", "sts").replace("role", "assumed-role") + "/landbridge");
}

#[tokio::test]
async fn a_wrong_secret_is_told_as_such() {
    let bed = AwsBed::new().await;
    bed.write_key("AKIAAAAAAAAAAAAAAAAB", "wrong");
    let hand = Hand::new(&bed).await;
    match hand.apply_network(NetworkAction::Make).await {
        Err(DriverError::Denied(says)) => {
            assert!(says.contains(ROLE) && says.contains("InvalidClientTokenId"), "{says}");
        }
        other => panic!("{other:?}"),
    }
    let checkup = bed.aws().check_up().await;
    assert!(checkup.identity.expect_err("nobody").contains("InvalidClientTokenId"));
    assert!(checkup.permissions.iter().all(|permission| matches!(permission.held, Held::Unknown(_))));
}

#[tokio::test]
async fn a_profile_that_is_not_there_is_told_and_nothing_steps_in_for_it() {
    let bed = AwsBed::new().await;
    let mut account = bed.settings(MARK);
    account.profile = Some("nobody".into());
    account.role_arn = None;
    let driver = bed.driver_of(account);
    let job = bed.job(crate::suite::FarNetwork::There).await;
    match driver.observe(&job).await {
        Err(DriverError::Denied(says)) => assert!(says.contains("AWS_ACCESS_KEY_ID"), "{says}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_actions_of_the_printed_policy_suffice_for_a_whole_life() {
    let bed = AwsBed::new().await;
    let policy = bed.aws().check_up().await.policy;
    let printed: BTreeSet<_> = policy
        .split('"')
        .filter(|word| {
            word.split_once(':')
                .is_some_and(|(service, _)| matches!(service, "ec2" | "iam" | "servicequotas"))
        })
        .collect();
    // The bed's role has exactly these, and the suite passes with them.
    assert_eq!(printed, BTreeSet::from(ACTIONS));
    let mut hand = Hand::complete(&bed).await;
    hand.unwant();
    hand.remove().await;
    hand.remove_network().await;
}

/// What IAM answers to a simulation: everything is allowed but the making of routes.
fn simulation() -> String {
    let acts = ACTIONS.iter().filter(|action| !action.contains("Describe") && action.starts_with("ec2:"));
    let members: String = acts
        .map(|action| {
            let decision = if *action == "ec2:CreateRoute" { "implicitDeny" } else { "allowed" };
            format!(
                "<member><EvalActionName>{action}</EvalActionName><EvalDecision>{decision}</EvalDecision>\
                 <EvalResourceName>*</EvalResourceName><MatchedStatements/></member>"
            )
        })
        .collect();
    format!(
        "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated>\
         <EvaluationResults>{members}</EvaluationResults></SimulatePrincipalPolicyResult>\
         </SimulatePrincipalPolicyResponse>"
    )
}

#[tokio::test]
async fn iam_is_asked_what_can_not_be_tried() {
    let bed = AwsBed::new().await;
    bed.proxy.lay("SimulatePrincipalPolicy", Effect::Say(simulation()), None);
    let checkup = bed.aws().check_up().await;
    for permission in &checkup.permissions {
        match (&*permission.name, &permission.held) {
            ("ec2:CreateRoute", Held::No(says)) => assert!(says.contains("implicitDeny"), "{says}"),
            ("ec2:CreateRoute", held) => panic!("{held:?}"),
            (_, held) => assert_eq!(*held, Held::Yes, "{}", permission.name),
        }
    }
    assert_eq!(checkup.permissions.len(), 11);
    let asked = bed.proxy.line(|line| line.bodies.clone());
    let of_role = asked.iter().find(|body| body.contains("SimulatePrincipalPolicy")).expect("asked");
    assert!(
        of_role.contains("PolicySourceArn=arn%3Aaws%3Aiam%3A%3A222222222222%3Arole%2Flandbridge-peering")
    );
}

#[tokio::test]
async fn what_imitates_ec2_is_not_asked_for_a_dry_run() {
    let bed = AwsBed::new().await;
    let checkup = bed.aws().check_up().await;
    let unknown = checkup.permissions.iter().filter(
        |permission| matches!(&permission.held, Held::Unknown(says) if says.contains("may act on a dry run")),
    );
    assert_eq!(unknown.count(), 8, "{:#?}", checkup.permissions);
    let bodies = bed.proxy.line(|line| line.bodies.clone());
    assert!(bodies.iter().all(|body| !body.contains("DryRun")));
    assert!(bodies.iter().all(|body| !body.starts_with("Action=Create")));
}

#[tokio::test]
async fn denials_are_in_the_clouds_own_words() {
    let bed = AwsBed::new().await;
    let hand = Hand::new(&bed).await;
    bed.fault(model::world::CloudCall::MakeNetwork, crate::suite::Fault::Denied).await;
    match hand.apply_network(NetworkAction::Make).await {
        Err(DriverError::Denied(says)) => {
            assert!(says.contains("ec2:CreateVpc") && says.contains("landbridge doctor"), "{says}");
        }
        other => panic!("{other:?}"),
    }
}
