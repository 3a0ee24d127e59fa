//! Who we are, and what we may: asked of Google, changing nothing.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::GcpDriver;
use super::client::{Call, Service, Told};
use super::credentials::signed_by;
use crate::account::{Checkup, Held, Permission};
use crate::driver::DriverError;

/// Everything that is asked for in the near project, by whoever runs this.
pub(super) const NEEDED: [&str; 20] = [
    "compute.firewallPolicies.create",
    "compute.firewallPolicies.delete",
    "compute.firewallPolicies.get",
    "compute.firewallPolicies.list",
    "compute.globalOperations.get",
    "compute.globalOperations.list",
    "compute.networks.addPeering",
    "compute.networks.create",
    "compute.networks.delete",
    "compute.networks.get",
    "compute.networks.list",
    "compute.networks.listPeeringRoutes",
    "compute.networks.removePeering",
    "compute.networks.updatePeering",
    "compute.networks.updatePolicy",
    "compute.regionOperations.get",
    "compute.regionOperations.list",
    "compute.subnetworks.create",
    "compute.subnetworks.delete",
    "compute.subnetworks.get",
];

#[derive(Debug, Deserialize)]
struct Rights {
    #[serde(default)]
    permissions: BTreeSet<String>,
}

/// What Google tells of a token.
#[derive(Debug, Deserialize)]
struct TokenInfo {
    email: Option<String>,
    issued_to: Option<String>,
}

impl GcpDriver {
    pub(super) async fn examine(&self) -> Checkup {
        let (rights, stranger) = match self.ask_rights().await {
            Ok(Ok(rights)) => (Ok(rights), None),
            Ok(Err(refusal)) => (Err(refusal.error()), (refusal.status == 401).then(|| refusal.error())),
            Err(error) => (Err(error.clone()), Some(error)),
        };
        let identity = match stranger {
            Some(error) => Err(error.to_string()),
            // Who is told what rights it has, or that it may not ask, is somebody.
            None => self.who().await.map_err(|error| error.to_string()),
        };
        let held = |name: &str| match &rights {
            Ok(held) if held.contains(name) => Held::Yes,
            Ok(_) => Held::No(format!("no role of ours in {} has {name}", self.account.project)),
            Err(error) => Held::Unknown(error.to_string()),
        };
        let permissions =
            NEEDED.iter().map(|name| Permission { name: (*name).to_owned(), held: held(name) }).collect();
        Checkup { identity, permissions, policy: self.role() }
    }

    async fn who(&self) -> Result<String, DriverError> {
        let token = self.client.identity().token().await?;
        if let Some(account) = signed_by(&token) {
            return Ok(account);
        }
        let call = Call {
            service: Service::OAuth,
            method: &Method::POST,
            path: "tokeninfo",
            query: &[("access_token", &token)],
            body: None,
        };
        let told: TokenInfo = self.client.call(call).await?.map_err(|refusal| refusal.error())?;
        let who = told.email.or(told.issued_to);
        who.ok_or_else(|| DriverError::Denied("Google does not tell whose token it is".to_owned()))
    }

    /// Those of the needed rights that we have.
    pub(super) async fn rights(&self) -> Result<BTreeSet<String>, DriverError> {
        self.ask_rights().await?.map_err(|refusal| refusal.error())
    }

    async fn ask_rights(&self) -> Result<Told<BTreeSet<String>>, DriverError> {
        let path = format!("projects/{}:testIamPermissions", self.account.project);
        let body = json!({ "permissions": NEEDED });
        let call = Call {
            service: Service::ResourceManager,
            method: &Method::POST,
            path: &path,
            query: &[],
            body: Some(&body),
        };
        let told: Told<Rights> = self.client.call(call).await?;
        Ok(told.map(|rights| rights.permissions))
    }

    /// A custom role with the least that is needed, as `gcloud iam roles create` takes it.
    fn role(&self) -> String {
        let project = &self.account.project;
        let mut text = format!(
            "# gcloud iam roles create landbridge --project={project} --file=landbridge-role.yaml\n\
             # gcloud projects add-iam-policy-binding {project} --role=projects/{project}/roles/landbridge \
             --member=serviceAccount:ADDRESS\n\
             title: Landbridge\n\
             description: Makes networks for containers and peers them.\n\
             stage: GA\n\
             includedPermissions:\n"
        );
        for name in NEEDED {
            let _ = writeln!(text, "- {name}");
        }
        text
    }
}
