//! What Azure's "no" means, and what a person can do about it.

use model::peering::Reason;
use serde_json::{Value, json};

use super::names::VnetId;
use super::verdict::{Refused, Trouble};
use crate::driver::DriverError;

/// What an account of ours has to be allowed in its resource group.
pub(super) const OWN_ACTIONS: [&str; 8] = [
    "Microsoft.Network/virtualNetworks/read",
    "Microsoft.Network/virtualNetworks/write",
    "Microsoft.Network/virtualNetworks/delete",
    "Microsoft.Network/virtualNetworks/peer/action",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/read",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/delete",
    "Microsoft.Authorization/permissions/read",
];

/// What a customer has to allow us on the network that is peered.
pub(super) const FAR_ACTIONS: [&str; 6] = [
    "Microsoft.Network/virtualNetworks/read",
    "Microsoft.Network/virtualNetworks/peer/action",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/read",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/delete",
    "Microsoft.Authorization/permissions/read",
];

/// A role of one's own, as `az role definition create --role-definition` takes it.
pub(super) fn role(name: &str, about: &str, actions: &[&str], group: &str) -> Value {
    json!({
        "Name": name,
        "IsCustom": true,
        "Description": about,
        "Actions": actions,
        "NotActions": [],
        "AssignableScopes": [group],
    })
}

/// The commands by which a customer grants us what we need on a network.
pub(super) fn grant(app: &str, tenant: &str, vnet: &VnetId) -> String {
    let group = format!("/subscriptions/{}/resourceGroups/{}", vnet.subscription, vnet.group);
    let name = format!("Landbridge peering {}", vnet.name);
    let role = role(&name, "Lets a control plane peer this network", &FAR_ACTIONS, &group);
    format!(
        "az login --tenant {tenant}\n\
         az ad sp create --id {app}\n\
         az role definition create --role-definition '{role}'\n\
         az role assignment create --assignee {app} --role \"{name}\" --scope {vnet}"
    )
}

/// Whose network a request was about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Side<'a> {
    /// Ours, in the account's resource group.
    Near { group: &'a str },
    /// The customer's.
    Far { app: &'a str, tenant: &'a str, vnet: &'a VnetId },
}

/// What trouble means to whoever asked for something to be done.
pub(super) fn failure(trouble: Trouble, side: Side<'_>) -> DriverError {
    match (trouble, side) {
        // A directory that gives us no token has not consented to our application.
        (Trouble::Driver(DriverError::Denied(says)), Side::Far { app, tenant, vnet }) => {
            DriverError::Denied(format!("{says}\nThe customer grants it by:\n{}", grant(app, tenant, vnet)))
        }
        (Trouble::Driver(error), _) => error,
        (Trouble::Refused(refused), side) => meaning(&refused, side),
    }
}

fn meaning(refused: &Refused, side: Side<'_>) -> DriverError {
    let told = refused.told();
    if refused.denied() {
        // Peering with a network takes a right on that network, also where ours is written to.
        return DriverError::Denied(match side {
            Side::Near { group } => format!(
                "{told}\nGrant our application the role that `landbridge doctor` shows, for the resource group \
                 {group}."
            ),
            Side::Far { app, tenant, vnet } => {
                format!("{told}\nThe customer grants it by:\n{}", grant(app, tenant, vnet))
            }
        });
    }
    let (reason, advice) = match refused.code.as_str() {
        "VnetAddressSpacesOverlap" | "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet" => (
            Reason::Overlap,
            "Networks that are peered can't share addresses: choose another block for the container, or remove \
             the other peering.",
        ),
        "InvalidResourceReference" | "ResourceNotFound" | "NotFound" | "ParentResourceNotFound" => (
            Reason::Invalid,
            "Check the subscription, the resource group and the network's name; the network has to be there \
             first.",
        ),
        "ResourceGroupNotFound" => {
            (Reason::Invalid, "Make it by: az group create --name GROUP --location PLACE")
        }
        "SubscriptionNotFound" => (Reason::Invalid, "Check the subscription's id, and that it is enabled."),
        "AnotherPeeringAlreadyReferencesRemoteVnet" => {
            (Reason::Invalid, "Two networks have one peering: remove the other one, or let it be adopted.")
        }
        "RemotePeeringIsDisconnected" => {
            (Reason::Invalid, "Remove the half that is told, which serves no more, and ask again.")
        }
        "InUseSubnetCannotBeDeleted" => {
            (Reason::Invalid, "Something still lives in the network: remove that first.")
        }
        "ScopeLocked" => (Reason::Invalid, "Take the lock away by: az lock delete"),
        "RequestDisallowedByPolicy" => {
            (Reason::Invalid, "A policy of the subscription forbids it: ask for an exemption.")
        }
        code if limited(code) => (
            Reason::Invalid,
            "A limit is reached: ask for a higher quota in Azure's portal, or remove what is not used.",
        ),
        _ => (Reason::Invalid, "Azure does not take it as it is."),
    };
    DriverError::Rejected { reason, says: format!("{told}\n{advice}") }
}

/// Whether a code tells of a limit that is reached.
fn limited(code: &str) -> bool {
    code.contains("LimitReached") || code.contains("LimitExceeded") || code.contains("Quota")
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    fn refused(status: u16, code: &str) -> Trouble {
        let status = StatusCode::from_u16(status).expect("a status");
        Trouble::Refused(Refused { status, code: code.into(), message: "in Azure's words".into() })
    }

    fn vnet() -> VnetId {
        VnetId { subscription: "s".into(), group: "g".into(), name: "v".into() }
    }

    #[test]
    fn each_no_of_azures_becomes_a_reason_in_its_words_and_an_advice() {
        let reason = |status, code| match failure(refused(status, code), Side::Near { group: "g" }) {
            DriverError::Rejected { reason, says } => {
                assert!(says.starts_with(&format!("{code}: in Azure's words\n")), "{says}");
                assert!(says.lines().count() == 2, "{says}");
                reason
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(reason(400, "VnetAddressSpacesOverlap"), Reason::Overlap);
        assert_eq!(reason(400, "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet"), Reason::Overlap);
        for code in [
            "InvalidResourceReference",
            "AnotherPeeringAlreadyReferencesRemoteVnet",
            "RemotePeeringIsDisconnected",
            "VnetCountLimitReached",
            "SomethingNew",
        ] {
            assert_eq!(reason(400, code), Reason::Invalid);
        }
    }

    #[test]
    fn a_missing_right_comes_with_the_commands_that_grant_it() {
        let vnet = vnet();
        let far = Side::Far { app: "app", tenant: "tenant", vnet: &vnet };
        let DriverError::Denied(says) = failure(refused(403, "LinkedAuthorizationFailed"), far) else {
            panic!("it is denied");
        };
        assert!(says.contains("LinkedAuthorizationFailed: in Azure's words"), "{says}");
        assert!(says.contains("az role assignment create --assignee app"), "{says}");
        let (_, role) = says.split_once("--role-definition '").expect("a role in quotes");
        let (role, _) = role.split_once('\'').expect("the end of the quotes");
        let role: Value = serde_json::from_str(role).expect("JSON");
        assert_eq!(role["Actions"], json!(FAR_ACTIONS));
        let near = failure(refused(403, "AuthorizationFailed"), Side::Near { group: "g" });
        assert!(matches!(near, DriverError::Denied(says) if says.contains("landbridge doctor")));
    }

    #[test]
    fn a_directory_that_gives_no_token_is_a_missing_right() {
        let vnet = vnet();
        let far = Side::Far { app: "app", tenant: "tenant", vnet: &vnet };
        let trouble = Trouble::Driver(DriverError::Denied("AADSTS700016: not found".into()));
        assert!(
            matches!(failure(trouble, far), DriverError::Denied(says) if says.contains("az ad sp create --id app"))
        );
        let lost = Trouble::Driver(DriverError::Transient("no answer".into()));
        assert_eq!(failure(lost, far), DriverError::Transient("no answer".into()));
    }
}
