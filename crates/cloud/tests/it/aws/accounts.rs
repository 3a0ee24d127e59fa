//! The accounts: ours, whose user assumes a role where the near networks are, and the customer's.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cloud::aws::{Account, AwsDriver};
use cloud::send::{Budget, Sender};
use model::time::{Clock, Timestamp};

use super::hands::Hands;
use super::moto::Moto;
use super::proxy::{Line, Proxy};
use crate::fixture::NOW;

/// Where our user is.
const HOME: &str = "123456789012";
/// Where the near networks are.
pub const NEAR: &str = "222222222222";
/// The customer's account.
pub const FAR: &str = "333333333333";
pub const NEAR_REGION: &str = "us-east-1";
pub const FAR_REGION: &str = "eu-west-1";
pub const MARK: &str = "6a793f62c0eb9e7a17715001";
pub const ROLE: &str = "arn:aws:iam::222222222222:role/landbridge-peering";
pub const EXTERNAL_ID: &str = "landbridge-of-the-test";

/// What the role may do: the actions of the policy that the check-up prints.
pub const ACTIONS: [&str; 14] = [
    "ec2:CreateRoute",
    "ec2:CreateTags",
    "ec2:CreateVpc",
    "ec2:CreateVpcPeeringConnection",
    "ec2:DeleteRoute",
    "ec2:DeleteVpc",
    "ec2:DeleteVpcPeeringConnection",
    "ec2:DescribeRegions",
    "ec2:DescribeRouteTables",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:DescribeVpcs",
    "ec2:ReplaceRoute",
    "iam:SimulatePrincipalPolicy",
    "servicequotas:GetServiceQuota",
];

/// Pauses are short here, and time-outs long enough for a machine that has other things to do.
pub const QUICK: Budget = Budget {
    connect: Duration::from_secs(30),
    each: Duration::from_secs(60),
    whole: Duration::from_secs(90),
    tries: 3,
    pause: Duration::from_millis(5),
    pause_max: Duration::from_millis(20),
    throttled: Duration::from_secs(3),
    body: 4 << 20,
};

/// A clock that a test moves.
pub struct Hour(AtomicI64);

impl Clock for Hour {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::Relaxed))
    }
}

impl Hour {
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.micros(), Ordering::Relaxed);
    }
}

/// Whose hands there are, once the accounts are set up.
pub struct People {
    /// May do everything where the near networks are.
    pub near: Hands,
    /// The customer.
    pub far: Hands,
}

pub struct AwsBed {
    moto: Moto,
    pub proxy: Proxy,
    pub hour: Arc<Hour>,
    people: Mutex<Option<Arc<People>>>,
    home: tempfile::TempDir,
    pub n_jobs: AtomicU32,
}

fn policy(effect: &str, actions: &[&str]) -> String {
    let actions = actions.join("\",\"");
    format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"{effect}\",\"Action\":[\"{actions}\"],\
         \"Resource\":\"*\"}}]}}"
    )
}

impl AwsBed {
    pub async fn new() -> Self {
        let moto = Moto::start();
        let proxy = Proxy::start(&moto.url).await;
        let bed = Self {
            moto,
            proxy,
            hour: Arc::new(Hour(AtomicI64::new(NOW.micros()))),
            people: Mutex::new(None),
            home: tempfile::tempdir().expect("a folder"),
            n_jobs: AtomicU32::new(1),
        };
        bed.set_up().await;
        bed
    }

    pub fn people(&self) -> Arc<People> {
        let people = self.people.lock().expect("nobody panicked");
        Arc::clone(people.as_ref().expect("the accounts are set up"))
    }

    /// Writes our user's key where the driver finds it.
    pub fn write_key(&self, key: &str, secret: &str) {
        let text = format!("[landbridge]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n");
        std::fs::write(self.home.path().join("credentials"), text).expect("written");
    }

    /// The account as an operator configures it.
    pub fn settings(&self, mark: &str) -> Account {
        Account {
            region: NEAR_REGION.into(),
            regions: vec![NEAR_REGION.into(), FAR_REGION.into()],
            endpoint: Some(self.proxy.url.clone()),
            profile: Some("landbridge".into()),
            credentials_file: Some(self.home.path().join("credentials").display().to_string()),
            role_arn: Some(ROLE.into()),
            external_id: Some(EXTERNAL_ID.into()),
            poll: Duration::from_secs(1),
            ..Account::new("main", mark)
        }
    }

    pub fn driver_of(&self, account: Account) -> Arc<AwsDriver> {
        self.driver_within(account, QUICK)
    }

    pub fn driver_within(&self, account: Account, budget: Budget) -> Arc<AwsDriver> {
        let sender = Sender::with_budget(budget).expect("a client");
        Arc::new(AwsDriver::new(account, sender, self.hour.clone()))
    }

    pub fn aws(&self) -> Arc<AwsDriver> {
        self.driver_of(self.settings(MARK))
    }

    /// From now on the role may do that, or, with "Deny", may not.
    pub async fn set_policy(&self, name: &str, effect: &str, actions: &[&str]) {
        let parameters = [
            ("RoleName", "landbridge-peering"),
            ("PolicyName", name),
            ("PolicyDocument", &policy(effect, actions)),
        ];
        self.people().near.call("iam", NEAR_REGION, "PutRolePolicy", &parameters).await;
    }

    /// Everything is forgotten, and the accounts are made anew.
    pub async fn set_up(&self) {
        let url = &self.moto.url;
        let home = Hands::unchecked(url, HOME);
        home.control("reset-auth", "1000").await;
        home.control("reset", "").await;
        self.proxy.line(|line| *line = Line::default());
        self.hour.set(NOW);
        let (key, secret) = home.make_user("landbridge", &policy("Allow", &["sts:AssumeRole"])).await;
        self.write_key(&key, &secret);
        let everything = policy("Allow", &["*"]);
        let near = Hands::unchecked(url, NEAR);
        let (key, secret) = near.make_user("inspector", &everything).await;
        let trust = format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"AWS\":\
             \"arn:aws:iam::{HOME}:user/landbridge\"}},\"Action\":\"sts:AssumeRole\"}}]}}"
        );
        let role = [("RoleName", "landbridge-peering"), ("AssumeRolePolicyDocument", &*trust)];
        near.call("iam", NEAR_REGION, "CreateRole", &role).await;
        let near = Hands::new(url, &key, &secret);
        let (key, secret) = Hands::unchecked(url, FAR).make_user("customer", &everything).await;
        let far = Hands::new(url, &key, &secret);
        // From here on every signature and every right is checked.
        home.control("reset-auth", "0").await;
        *self.people.lock().expect("nobody panicked") = Some(Arc::new(People { near, far }));
        self.set_policy("least", "Allow", &ACTIONS).await;
    }
}
