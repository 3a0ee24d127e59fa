//! Who we are, and what we may: asked without making anything.
//!
//! Looks are tried. Of the rest, IAM's simulation of policies tells; where that right itself is
//! missing, EC2 is asked for a dry run, but only Amazon's own: what imitates it may make what it
//! should only have tried.

use std::collections::HashMap;

use super::AwsDriver;
use super::client::{Form, Repeat};
use super::ec2::{Which, read};
use super::fault::CallError;
use super::partition::{Partition, Service};
use super::policy::{LOOKS, acts, least};
use super::xml::{CallerIdentity, Simulation};
use crate::account::{Checkup, Held, Permission};
use crate::driver::DriverError;

/// What the dry run asks for. It is never made.
const NEVER_MADE: &str = "10.255.255.0/28";
/// A VPC that is nobody's, to ask for its route tables.
const NOBODYS_VPC: &str = "vpc-00000000000000000";

impl AwsDriver {
    /// The check-up.
    pub(super) async fn examine(&self) -> Checkup {
        let policy = least(&self.account);
        let identity = match self.identity().await {
            Ok(identity) => identity,
            Err(error) => {
                let says = DriverError::from(error).to_string();
                let held = Held::Unknown("the account could not be asked who it is".to_owned());
                let unknown = |name: &str| Permission { name: name.to_owned(), held: held.clone() };
                let permissions = LOOKS.into_iter().chain(acts()).map(unknown).collect();
                return Checkup { identity: Err(says), permissions, policy };
            }
        };
        let mut permissions = self.looks().await;
        permissions.extend(self.acts(&identity.arn, &identity.account).await);
        Checkup { identity: Ok(identity.arn), permissions, policy }
    }

    /// Who we are.
    pub(super) async fn identity(&self) -> Result<super::xml::Identity, CallError> {
        let form = Form::new("GetCallerIdentity", "2011-06-15");
        let answer = self.client.call(Service::Sts, &self.account.region, &form, Repeat::Harmless).await?;
        Ok(read::<CallerIdentity>(&answer)?.result)
    }

    /// The rights that look, tried.
    async fn looks(&self) -> Vec<Permission> {
        let ec2 = self.ec2(&self.account.region);
        let ours = Which::Tagged(super::mark::INSTALLATION, &self.account.mark);
        let tried = [
            ec2.vpcs(ours).await.map(drop),
            ec2.connections(ours).await.map(drop),
            ec2.route_tables(NOBODYS_VPC).await.map(drop),
        ];
        LOOKS.into_iter().zip(tried).map(|(name, tried)| permission(name, held(tried))).collect()
    }

    /// The rights that change something, without changing anything.
    async fn acts(&self, arn: &str, account: &str) -> Vec<Permission> {
        match self.simulate(arn, account).await {
            Ok(decisions) => acts()
                .into_iter()
                .map(|name| permission(name, decided(name, decisions.get(name).map(String::as_str))))
                .collect(),
            Err(error) => {
                let why = DriverError::from(error).to_string();
                let mut permissions = Vec::new();
                for name in acts() {
                    permissions.push(permission(name, self.dry_run(name, &why).await));
                }
                permissions
            }
        }
    }

    /// What our policies say of each right that changes something.
    async fn simulate(&self, arn: &str, account: &str) -> Result<HashMap<String, String>, CallError> {
        let source = match &self.account.role_arn {
            Some(role) => role.clone(),
            None => role_of(arn, account, &self.account.region).unwrap_or_else(|| arn.to_owned()),
        };
        let mut form = Form::new("SimulatePrincipalPolicy", "2010-05-08").set("PolicySourceArn", &source);
        for (n, name) in (1..).zip(acts()) {
            form = form.set(&format!("ActionNames.member.{n}"), name);
        }
        // What is removed carries our mark, as it does when it is removed.
        form = form
            .set(
                "ContextEntries.member.1.ContextKeyName",
                &format!("aws:ResourceTag/{}", super::mark::INSTALLATION),
            )
            .set("ContextEntries.member.1.ContextKeyType", "string")
            .set("ContextEntries.member.1.ContextKeyValues.member.1", &self.account.mark)
            .set(
                "ContextEntries.member.2.ContextKeyName",
                &format!("aws:RequestTag/{}", super::mark::INSTALLATION),
            )
            .set("ContextEntries.member.2.ContextKeyType", "string")
            .set("ContextEntries.member.2.ContextKeyValues.member.1", &self.account.mark);
        let answer = self.client.call(Service::Iam, &self.account.region, &form, Repeat::Harmless).await?;
        let told = read::<Simulation>(&answer)?.result.evaluations.member;
        Ok(told.into_iter().map(|evaluation| (evaluation.action, evaluation.decision)).collect())
    }

    /// A right that can be known only by a dry run.
    async fn dry_run(&self, name: &str, why: &str) -> Held {
        if !self.client.asks_amazon() {
            return Held::Unknown(format!(
                "iam:SimulatePrincipalPolicy does not tell ({why}), and what imitates EC2 may act on a dry run"
            ));
        }
        if name != "ec2:CreateVpc" {
            return Held::Unknown(format!("grant iam:SimulatePrincipalPolicy to have it told ({why})"));
        }
        let tried = self.ec2(&self.account.region).dry_run("CreateVpc", &[("CidrBlock", NEVER_MADE)]).await;
        match tried {
            Err(error) if error.is(&["DryRunOperation"]) => Held::Yes,
            tried => held(tried.map(drop)),
        }
    }
}

fn permission(name: &str, held: Held) -> Permission {
    Permission { name: name.to_owned(), held }
}

/// What a call that was tried tells of the right to it.
fn held(tried: Result<(), CallError>) -> Held {
    match tried {
        Ok(()) => Held::Yes,
        Err(CallError::Refused(fault)) if fault.denies() => Held::No(fault.to_string()),
        // It was taken for what it is, so it was permitted.
        Err(CallError::Refused(fault)) if !fault.passes() && !fault.throttles() => Held::Yes,
        Err(error) => Held::Unknown(DriverError::from(error).to_string()),
    }
}

/// What a simulation tells of a right.
fn decided(name: &str, decision: Option<&str>) -> Held {
    match decision {
        Some("allowed") => Held::Yes,
        Some(decision) => Held::No(format!("the policies of this identity say {decision} for {name}")),
        None => Held::Unknown("the simulation of policies did not tell".to_owned()),
    }
}

/// The role behind an assumed role's session, as far as the session tells: a role's path is not in it.
fn role_of(arn: &str, account: &str, region: &str) -> Option<String> {
    let session = arn.split(":assumed-role/").nth(1)?;
    let role = session.split('/').next()?;
    Some(format!("arn:{}:iam::{account}:role/{role}", Partition::of(region).id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_role_of_a_session_is_found() {
        let arn = "arn:aws-cn:sts::222222222222:assumed-role/peering/landbridge";
        let role = role_of(arn, "222222222222", "cn-north-1");
        assert_eq!(role.as_deref(), Some("arn:aws-cn:iam::222222222222:role/peering"));
        assert_eq!(role_of("arn:aws:iam::222222222222:user/x", "222222222222", "us-east-1"), None);
    }

    #[test]
    fn a_simulation_is_told_as_it_decides() {
        assert_eq!(decided("ec2:CreateVpc", Some("allowed")), Held::Yes);
        assert!(
            matches!(decided("ec2:CreateVpc", Some("implicitDeny")), Held::No(says) if says.contains("implicitDeny"))
        );
        assert!(matches!(decided("ec2:CreateVpc", None), Held::Unknown(_)));
    }
}
