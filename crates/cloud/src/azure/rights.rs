//! Who we are, and what we may.

use super::arm::AUTHORIZATION_VERSION;
use super::verdict::Trouble;
use super::wire::RolePart;
use super::words::{OWN_ACTIONS, role};
use super::{AzureDriver, arm::As};
use crate::account::{Checkup, Held, Permission};
use crate::driver::DriverError;

impl AzureDriver {
    pub(super) async fn rights(&self) -> Checkup {
        let roles = self.roles_at(self.home(), &self.group_id()).await;
        let identity = match (self.arm.tokens.claims().await, &roles) {
            (Err(error), _) => Err(says(&Trouble::Driver(error))),
            (Ok(_), Err(trouble)) if unknown(trouble) => Err(says(trouble)),
            (Ok(claims), _) => Ok(format!(
                "application {} (object {}) of directory {}, in subscription {}, resource group {}",
                claims.appid,
                claims.oid,
                claims.tid,
                self.account.subscription_id,
                self.account.resource_group
            )),
        };
        let held = |action: &str| match &roles {
            Ok(parts) if allows(parts, action) => Held::Yes,
            Ok(_) => Held::No(format!(
                "none of our roles in {} has the action {action}",
                self.account.resource_group
            )),
            Err(trouble) => Held::Unknown(says(trouble)),
        };
        let permissions =
            OWN_ACTIONS.iter().map(|action| Permission { name: (*action).to_owned(), held: held(action) });
        Checkup { identity, permissions: permissions.collect(), policy: self.policy() }
    }

    /// The role to grant, with the commands that do it.
    fn policy(&self) -> String {
        let group = self.group_id();
        let name = "Landbridge networks";
        let role = role(name, "Lets a control plane make networks and peer them", &OWN_ACTIONS, &group);
        let app = self.arm.tokens.client_id();
        format!(
            "az role definition create --role-definition '{role:#}'\n\
             az role assignment create --assignee {app} --role \"{name}\" --scope {group}"
        )
    }

    /// What our roles allow at a scope.
    pub(super) async fn roles_at(&self, who: As<'_>, scope: &str) -> Result<Vec<RolePart>, Trouble> {
        let id = format!("{scope}/providers/Microsoft.Authorization/permissions");
        self.arm.list(who, &id, AUTHORIZATION_VERSION).await
    }
}

/// Whether Azure does not even know us, or the place.
fn unknown(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Driver(_) => true,
        Trouble::Refused(refused) => refused.status == http::StatusCode::UNAUTHORIZED || refused.missing(),
    }
}

fn says(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Driver(DriverError::Denied(says) | DriverError::Transient(says)) => says.clone(),
        Trouble::Driver(error) => error.to_string(),
        Trouble::Refused(refused) => refused.told(),
    }
}

/// Whether one of the roles has an action and does not take it back.
pub(super) fn allows(parts: &[RolePart], action: &str) -> bool {
    let named = |names: &[String]| names.iter().any(|name| covers(name, action));
    parts.iter().any(|part| named(&part.actions) && !named(&part.not_actions))
}

/// Whether an action of a role, perhaps with stars, means another. Case does not count.
fn covers(held: &str, action: &str) -> bool {
    let (held, action) = (held.to_ascii_lowercase(), action.to_ascii_lowercase());
    let mut parts = held.split('*');
    let Some(mut rest) = parts.next().and_then(|first| action.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITE: &str = "Microsoft.Network/virtualNetworks/write";

    #[test]
    fn actions_with_stars_mean_what_azure_means_by_them() {
        for held in ["*", WRITE, "microsoft.network/VIRTUALNETWORKS/write", "Microsoft.Network/*", "*/write"]
        {
            assert!(covers(held, WRITE), "{held}");
        }
        for held in [
            "",
            "*/read",
            "Microsoft.Network",
            "Microsoft.Network/virtualNetworks/writ",
            "Microsoft.Compute/*",
        ] {
            assert!(!covers(held, WRITE), "{held}");
        }
        assert!(covers("Microsoft.*/virtualNetworks/*", WRITE));
        assert!(!covers("Microsoft.*/virtualNetworks/*/read", WRITE));
    }

    #[test]
    fn what_a_role_takes_back_another_may_still_give() {
        let part = |actions: &[&str], not: &[&str]| RolePart {
            actions: actions.iter().map(|&action| action.to_owned()).collect(),
            not_actions: not.iter().map(|&action| action.to_owned()).collect(),
        };
        let narrow = part(&["*"], &["Microsoft.Network/*/write"]);
        assert!(!allows(&[narrow], WRITE));
        let narrow = part(&["*"], &["Microsoft.Network/*/write"]);
        assert!(allows(&[narrow, part(&[WRITE], &[])], WRITE));
    }
}
