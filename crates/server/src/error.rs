//! What a caller is told when something can't be: one exhaustive map from every "no" of the rules
//! and every failure of the store to the wire's words.

use api::error::{BadRequestDetail, ErrorBody, FieldViolation, reason};
use api::{ErrorCode, json};
use model::{PeeringSpec, Refusal};
use serde_json::Value;

use crate::convert::peering::status;
use crate::convert::time;

/// An error on its way to the caller.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiError {
    /// The code; it carries the status and the words.
    pub code: ErrorCode,
    /// What the words speak of.
    pub parameters: Vec<Value>,
    /// Which fields were wrong.
    pub fields: Vec<FieldViolation>,
    /// After how many seconds trying again makes sense.
    pub retry_after: Option<u32>,
}

impl ApiError {
    /// An error with its parameters.
    pub fn new<const N: usize>(code: ErrorCode, parameters: [Value; N]) -> Self {
        Self { code, parameters: parameters.into(), fields: Vec::new(), retry_after: None }
    }

    /// The same error, blaming a field and saying what would be right.
    #[must_use]
    pub fn at(mut self, field: &str, description: impl Into<String>) -> Self {
        self.fields.push(FieldViolation { description: description.into(), field: field.to_owned() });
        self
    }

    /// The error of a body check: the first finding decides, all are listed.
    pub fn of_findings(findings: Vec<api::schema::Finding>) -> Option<Self> {
        let first = findings.first()?.clone();
        let fields = findings.into_iter().map(|finding| finding.violation).collect();
        Some(Self { code: first.code, parameters: first.parameters, fields, retry_after: None })
    }

    /// The error object.
    pub fn body(&self) -> ErrorBody {
        let fields = self.fields.clone();
        ErrorBody {
            bad_request_detail: (!fields.is_empty()).then_some(BadRequestDetail { fields }),
            detail: self.code.detail(&self.parameters),
            error: self.code.status(),
            error_code: self.code.name(),
            parameters: self.parameters.clone(),
            reason: reason(self.code.status()),
        }
    }

    /// What is wrong, in a sentence.
    pub fn words(&self) -> String {
        self.code.detail(&self.parameters)
    }

    /// The error object as bytes.
    pub fn json(&self) -> Vec<u8> {
        json::compact(&self.body())
    }
}

impl From<store::Error> for ApiError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Refused(refusal) => refused(refusal),
            error @ (store::Error::Busy { .. }
            | store::Error::Away { .. }
            | store::Error::Full { .. }
            | store::Error::Disk { .. }
            | store::Error::ReadOnly { .. }
            | store::Error::Damaged { .. }
            | store::Error::Closed) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the store is not available");
                Self { retry_after: Some(1), ..Self::new(ErrorCode::ServiceUnavailable, []) }
            }
            error @ (store::Error::Inconsistent { .. }
            | store::Error::Engine { .. }
            | store::Error::Newer { .. }
            | store::Error::Older { .. }
            | store::Error::Migrated { .. }
            | store::Error::Unfinished
            | store::Error::Target { .. }
            | store::Error::Address { .. }) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a store call failed");
                Self::new(ErrorCode::UnexpectedError, [])
            }
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        refused(refusal)
    }
}

fn text(value: impl ToString) -> Value {
    Value::String(value.to_string())
}

/// Every refusal in the wire's words.
fn refused(refusal: Refusal) -> ApiError {
    use ErrorCode as Code;
    let no = ApiError::new::<0>;
    match refusal {
        Refusal::BlockNotPrivate { block } => ApiError::new(Code::AtlasInvalidCidrRange, [text(block)])
            .at("atlasCidrBlock", "Choose a block in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16."),
        Refusal::BlockSize { block, sizes, provider } => {
            ApiError::new(Code::AtlasInvalidCidrBlock, [text(block), text(sizes), text(provider)])
                .at("atlasCidrBlock", format!("Choose a block of /{sizes}."))
        }
        Refusal::SmallBlockSize => no(Code::AtlasInvalidCidrBlockForSmallContainer, []).at(
            "atlasCidrBlock",
            "Choose a block of /21 to /24 with a /24 for each region, or leave out the regions.",
        ),
        Refusal::ContainerExists { project } => ApiError::new(Code::ContainerAlreadyExists, [text(project)]),
        Refusal::ContainerNotFound { id } => ApiError::new(Code::CloudProviderContainerNotFound, [text(id)]),
        Refusal::ContainerInUse => {
            ApiError::new(Code::ContainersInUse, [text("The container still contained resources")])
        }
        Refusal::ContainerTooNew { until } => {
            ApiError::new(Code::CannotDeleteRecentlyCreatedContainer, [text(time::millis(until))])
        }
        Refusal::NoCapacity { provider, project } => {
            ApiError::new(Code::NoCapacity, [text(provider), text(project)])
        }
        Refusal::RegionFixed => no(Code::CannotChangeContainerRegion, []),
        Refusal::SmallContainerFixed { id } => ApiError::new(Code::CannotUpdateSmallContainer, [text(id)]),
        Refusal::FieldFixed { field } => ApiError::new(Code::InvalidAttribute, [text(field)])
            .at(field, "This attribute can't be changed. Delete the object and create another."),
        Refusal::OverlapsContainer { block } => ApiError::new(Code::OverlappingAtlasCidrBlock, [text(block)]),
        Refusal::OverlapsPeering { block } => ApiError::new(Code::OverlappingCidrBlock, [text(block)]),
        Refusal::RouteNotPrivate { block } => ApiError::new(Code::InvalidRouteTableCidr, [text(block)])
            .at("routeTableCidrBlock", "Choose a block in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16."),
        Refusal::PeeringExists { spec } => match spec {
            PeeringSpec::Aws { account_id, vpc_id, .. } => {
                ApiError::new(Code::PeerAlreadyExists, [text(account_id), text(vpc_id)])
            }
            PeeringSpec::Azure { subscription_id, vnet_name, .. } => {
                ApiError::new(Code::PeerAlreadyExistsAzure, [text(subscription_id), text(vnet_name)])
            }
            PeeringSpec::Gcp { project_id, network_name } => {
                ApiError::new(Code::PeerAlreadyExistsGcp, [text(project_id), text(network_name)])
            }
        },
        Refusal::PeeringNotFound { id, project } => {
            ApiError::new(Code::PeerNotFound, [text(id), text(project)])
        }
        Refusal::AlreadyRemoving { id } => ApiError::new(Code::PeerAlreadyRequestedDeletion, [text(id)]),
        Refusal::PeeringInvalidState { id, project } => {
            ApiError::new(Code::PeerInvalidState, [text(id), text(project)])
        }
        Refusal::TooManyPeerings { max } => ApiError::new(Code::PeerMaximumReached, [text(max)]),
        Refusal::SecurityGroupNeedsPeering => no(Code::CannotUseAwsSecurityGroup, [])
            .at("awsSecurityGroup", "Create an AWS peering connection in this project first."),
        Refusal::TooManyAccessEntries { max } => {
            ApiError::new(Code::AtlasNetworkPermissionsLimitExceeded, [Value::from(max)])
        }
        Refusal::PermanentEntry => no(Code::PermanentEntityCannotBeMadeTemporary, [])
            .at("deleteAfterDate", "Delete the entry and add it again with a date."),
        Refusal::AccessEntryNotFound { entry, project } => {
            ApiError::new(Code::AtlasNetworkPermissionEntryNotFound, [text(entry), text(project)])
        }
        Refusal::ProjectNotFound { id } => ApiError::new(Code::GroupNotFound, [text(id)]),
        Refusal::ProjectNameNotFound { name } => ApiError::new(Code::GroupNameNotFound, [text(name)]),
        Refusal::ProjectExists { name } => ApiError::new(Code::GroupAlreadyExists, [text(name)]),
        Refusal::ProjectHasPeerings => no(Code::CannotCloseGroupActivePeeringConnections, []),
        Refusal::TooManyProjects { max } => ApiError::new(Code::MaxGroupsPerOrgExceeded, [Value::from(max)]),
        Refusal::OrgNotFound { id } => ApiError::new(Code::OrgNotFound, [text(id)]),
        Refusal::KeyNotFound { id } => ApiError::new(Code::ApiKeyNotFound, [text(id)]),
        Refusal::TooManyKeys { max } => ApiError::new(Code::MaxApiKeysPerOrgExceeded, [Value::from(max)]),
        Refusal::KeyAccessEntryNotFound { entry } => {
            ApiError::new(Code::ApiKeyAccessListEntryNotFound, [text(entry)])
        }
        Refusal::TooManyKeyAccessEntries { max } => {
            ApiError::new(Code::MaxApiKeyAccessListEntries, [Value::from(max)])
        }
        Refusal::AccessEntryListed { entry } => ApiError::new(Code::AddressAlreadyInWhitelist, [text(entry)]),
        Refusal::AccountNotFound { client_id } => {
            ApiError::new(Code::ServiceAccountNotFound, [text(client_id)])
        }
        Refusal::TooManyAccounts { max } => {
            ApiError::new(Code::MaxServiceAccountsPerOrgExceeded, [Value::from(max)])
        }
        Refusal::SecretNotFound { id } => ApiError::new(Code::ServiceAccountSecretNotFound, [text(id)]),
        Refusal::TooManySecrets { max } => {
            ApiError::new(Code::MaxServiceAccountSecretsExceeded, [Value::from(max)])
        }
        Refusal::AccountAccessEntryNotFound { entry } => {
            ApiError::new(Code::ServiceAccountAccessListEntryNotFound, [text(entry)])
        }
        Refusal::TooManyAccountAccessEntries { max } => {
            ApiError::new(Code::MaxServiceAccountAccessListEntries, [Value::from(max)])
        }
        Refusal::LastOrgOwner => no(Code::CannotDemoteLastOrgOwner, []),
        Refusal::WouldLockOutCaller { address } => {
            ApiError::new(Code::CannotRemoveCallerFromAccessList, [text(address)])
        }
        Refusal::UserNotFound { id } => ApiError::new(Code::UserNotFound, [text(id)]),
        Refusal::UsernameNotFound { name } => ApiError::new(Code::UsernameNotFound, [text(name)]),
        Refusal::UserExists { name } => ApiError::new(Code::UserAlreadyExists, [text(name)]),
        Refusal::UserNotInOrg { id, org } => ApiError::new(Code::UserNotInOrg, [text(id), text(org)]),
        Refusal::UserNotInProject { id, project } => {
            ApiError::new(Code::UserNotInGroup, [text(id), text(project)])
        }
        Refusal::UserNotInTeam { id, team } => ApiError::new(Code::UserNotInTeam, [text(id), text(team)]),
        Refusal::UserInTeam { id, team } => ApiError::new(Code::UserAlreadyInTeam, [text(id), text(team)]),
        Refusal::UserPending => no(Code::CannotAddPendingUser, []),
        Refusal::NoInvitation { id } => ApiError::new(Code::NoPendingInvitation, [text(id)]),
        Refusal::LastOwner => no(Code::CannotDemoteLastOrgOwner, []),
        Refusal::TooMany { of, max } => ApiError::new(Code::LimitExceeded, [Value::from(max), text(of)]),
        Refusal::TeamNotFound { id } => ApiError::new(Code::TeamNotFound, [text(id)]),
        Refusal::TeamNameNotFound { name } => ApiError::new(Code::TeamNameNotFound, [text(name)]),
        Refusal::TeamExists { name, org } => {
            ApiError::new(Code::TeamNameNotAvailable, [text(name), text(org)])
                .at("name", "Choose a name that no other team of the organization has.")
        }
        Refusal::TeamInUse => no(Code::CannotDeleteTeamAssignedToProject, []),
        Refusal::TeamInProject { .. } => no(Code::TeamExistsInGroup, []),
        Refusal::TeamNotInProject { .. } => no(Code::TeamNotInGroup, []),
        Refusal::OrgHasProjects => no(Code::OrgNotEmpty, []),
        Refusal::LastOrg => no(Code::CannotDeleteLastOrg, []),
        Refusal::LimitNotFound { name } => ApiError::new(Code::GroupLimitNotFound, [text(name)]),
        Refusal::WindowNeedsDay => ApiError::new(Code::MissingAttribute, [text("dayOfWeek")])
            .at("dayOfWeek", "A first maintenance window needs a day, from 1 (Sunday) to 7."),
        Refusal::NoMaintenanceWindow => no(Code::MaintenanceWindowNotDefined, []),
        Refusal::NoMaintenanceScheduled => no(Code::MaintenanceNotScheduled, []),
        Refusal::FarSideCant { action, shows, allowed } => {
            let allowed: Vec<&str> = allowed.into_iter().map(model::world::FarAction::name).collect();
            let allowed = if allowed.is_empty() { "nothing".to_owned() } else { allowed.join(", ") };
            ApiError::new(Code::FarSideActionNotAllowed, [text(shows), text(action.name()), text(allowed)])
        }
        Refusal::FarSideNotYet { action, provider, wait_for } => ApiError::new(
            Code::FarSideNotThereYet,
            [text(action.name()), text(status(provider, wait_for, false))],
        ),
        Refusal::AccountNotGranted { account, project, org } => ApiError::new(
            Code::AccountNotGranted,
            [text(&account), text(project), text(&account), text(project), text(org)],
        ),
        Refusal::CloudAccountNotFound { account } => {
            ApiError::new(Code::CloudAccountNotFound, [text(account)])
        }
        Refusal::AccountOfAnother { account, is, asked } => {
            ApiError::new(Code::AccountOfAnotherProvider, [text(account), text(is), text(asked)])
        }
        Refusal::CloudInUse { provider, by } => ApiError::new(Code::CloudInUse, [text(provider), text(by)]),
        Refusal::ClockHeld { project, account } => {
            ApiError::new(Code::ClockHeld, [text(project), text(account)])
        }
        Refusal::FarSideReal { provider, account } => {
            ApiError::new(Code::FarSideIsReal, [text(provider), text(account)])
        }
        Refusal::CloudSimulated { provider } => ApiError::new(Code::CloudIsSimulated, [text(provider)]),
        Refusal::AccountReadOnly { account } => {
            ApiError::new(Code::AccountReadOnly, [text(&account), text(&account)])
        }
        Refusal::ConnectionManaged { connection_id } => {
            ApiError::new(Code::ConnectionManaged, [text(connection_id)])
        }
        Refusal::ClockTooFar => {
            ApiError::new(Code::ClockTooFar, [text("366 days at once and 3660 days in all")])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_without_wrong_fields_has_the_five_recorded_keys() {
        let body =
            String::from_utf8(ApiError::new(ErrorCode::GroupNotFound, [text("x")]).json()).expect("UTF-8");
        assert_eq!(
            body,
            r#"{"detail":"No group with ID x exists.","error":404,"errorCode":"GROUP_NOT_FOUND","parameters":["x"],"reason":"Not Found"}"#
        );
    }

    #[test]
    fn what_can_pass_at_the_store_is_503_with_the_time_to_wait_and_the_rest_is_500() {
        use store::Error;
        let source = || std::sync::Arc::new(std::io::Error::other("words")) as store::Cause;
        let doing = "try";
        for error in [
            Error::Busy { doing, source: source() },
            Error::Away { doing, source: source() },
            Error::Full { doing, source: source() },
            Error::Disk { doing, source: source() },
            Error::ReadOnly { doing, source: source() },
            Error::Damaged { doing, source: source() },
            Error::Closed,
        ] {
            let told = ApiError::from(error);
            assert_eq!((told.code.status(), told.retry_after), (503, Some(1)));
        }
        let told = ApiError::from(Error::Engine { doing, source: source() });
        assert_eq!((told.code.status(), told.retry_after), (500, None));
    }

    #[test]
    fn a_wrong_field_is_named_first() {
        let error = ApiError::new(ErrorCode::MissingAttribute, [text("vpcId")]).at("vpcId", "Say it.");
        let body = String::from_utf8(error.json()).expect("UTF-8");
        assert!(body.starts_with(
            r#"{"badRequestDetail":{"fields":[{"description":"Say it.","field":"vpcId"}]},"detail""#
        ));
    }
}
