//! Ways of being somebody at Google.

use cloud::{CloudAccount as _, CloudDriver as _, DriverError, Held};

use super::bed::{GcpBed, MARK};
use crate::suite::{Bed as _, FarNetwork};

#[tokio::test]
async fn a_key_an_impersonation_and_a_workload_identity_each_make_us_somebody() {
    let bed = GcpBed::start().await;
    for (kind, who) in [
        ("service_account", "landbridge@near.iam.gserviceaccount.com"),
        ("impersonated", "peering@near.iam.gserviceaccount.com"),
        (
            "workload",
            "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/subject/landbridge",
        ),
    ] {
        let mut account = bed.account_of(MARK);
        account.credentials_file = Some(bed.credentials(kind).await);
        let driver = bed.driver_for(account);
        let checkup = driver.check_up().await;
        assert_eq!(checkup.identity.as_deref(), Ok(who), "{kind}");
        assert!(checkup.permissions.iter().all(|permission| permission.held == Held::Yes), "{checkup:#?}");
        let job = bed.job(FarNetwork::There).await;
        driver.observe(&job).await.expect("calls are taken");
    }
    bed.fake.clean().await;
}

#[tokio::test]
async fn credentials_that_are_no_good_say_what_is_wrong_with_them() {
    let bed = GcpBed::start().await;
    let job = bed.job(FarNetwork::There).await;
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let mut unknown = bed.fake.show("credentials").await["service_account"].take();
    unknown["client_email"] = "nobody@near.iam.gserviceaccount.com".into();
    let secret = "-----BEGIN PRIVATE KEY-----";
    for (path, words) in [
        (folder.path().join("missing.json"), "missing.json"),
        (write("text.json", &format!("{secret} no JSON")), "no JSON"),
        (write("empty.json", "{}"), "no usable credentials"),
        (write("unknown.json", &unknown.to_string()), "invalid authentication"),
    ] {
        let mut account = bed.account_of(MARK);
        account.credentials_file = Some(path);
        let driver = bed.driver_for(account);
        let Err(DriverError::Denied(says)) = driver.observe(&job).await else { panic!("{words}") };
        assert!(says.contains(words), "{says}");
        assert!(!says.contains(secret), "{says}");
        let checkup = driver.check_up().await;
        assert!(checkup.permissions.iter().all(|permission| matches!(permission.held, Held::Unknown(_))));
        assert!(checkup.policy.contains("compute.networks.addPeering"), "{}", checkup.policy);
    }
}
