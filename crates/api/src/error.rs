//! Error codes: each with its status and the words of its detail, `%s` for each parameter.
//!
//! Codes and texts are the service's, as recorded or documented; the last block holds the few
//! conditions for which no text of the service is known (`docs/quirks.md` lists them).

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

macro_rules! codes {
    ($($variant:ident = $status:literal $name:literal $detail:literal),+ $(,)?) => {
        /// A code of the error object.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "a code is its name, status and text in the table below")]
        pub enum ErrorCode { $($variant),+ }

        impl ErrorCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in `errorCode` and in the header `X-Error-Code`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The HTTP status, also in `error`.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            /// The text of `detail`, with `%s` where parameters go.
            pub const fn template(self) -> &'static str {
                match self { $(Self::$variant => $detail),+ }
            }
        }
    };
}

codes! {
    // Peering connections and containers.
    AtlasInvalidCidrBlock = 400 "ATLAS_INVALID_CIDR_BLOCK" "Atlas CIDR %s must be a /%s block for %s.",
    AtlasInvalidCidrBlockForSmallContainer = 400 "ATLAS_INVALID_CIDR_BLOCK_FOR_SMALL_CONTAINER"
        "Atlas CIDR must be between /21 and /24 for small Google Cloud network peering containers. Either omit the regions array to create a network peering container with a larger CIDR block or provide an atlasCidrBlock between /21 and /24, inclusive.",
    AtlasInvalidCidrRange = 400 "ATLAS_INVALID_CIDR_RANGE" "Atlas CIDR %s must be in private range.",
    AtlasNonCanonicalCidrBlock = 400 "ATLAS_NON_CANONICAL_CIDR_BLOCK"
        "The canonical form for the specified Atlas CIDR %s is %s.",
    InvalidCidrBlock = 400 "INVALID_CIDR_BLOCK" "The CIDR block %s must be in valid CIDR notation.",
    InvalidRouteTableCidr = 400 "INVALID_ROUTE_TABLE_CIDR"
        "The address %s must be within the private ranges [\"10.0.0.0/8\", \"172.16.0.0/12\", \"192.168.0.0/16\"].",
    CannotChangeContainerRegion = 400 "CANNOT_CHANGE_CONTAINER_REGION"
        "The region of a cloud provider container cannot be changed.",
    CannotUpdateSmallContainer = 400 "CANNOT_UPDATE_SMALL_CONTAINER"
        "Google Cloud network peering container %s is small and can't be updated.",
    AzureCustomerNetworkValidationFailed = 400 "AZURE_CUSTOMER_NETWORK_VALIDATION_FAILED"
        "Please ensure that the account information provided is correct and that you've given Atlas the proper permissions to create peering connections in your account.",
    AzurePeeringMultipleRegionsNotAllowed = 400 "AZURE_PEERING_MULTIPLE_REGIONS_NOT_ALLOWED"
        "Azure peering is not allowed with multiple regions.",
    CannotUpdatePrivateIpMode = 400 "CANNOT_UPDATE_PRIVATE_IP_MODE"
        "Group %s has dedicated clusters, so private IP mode cannot be updated.",
    NotInPrivateIpMode = 400 "NOT_IN_PRIVATE_IP_MODE" "Group %s is not in private IP mode.",
    UnsupportedForPrivateIpMode = 400 "UNSUPPORTED_FOR_PRIVATE_IP_MODE"
        "Private IP mode can no longer be enabled.",
    InvalidProvider = 400 "INVALID_PROVIDER" "No provider %s exists.",
    InvalidRegion = 400 "INVALID_REGION" "No region %s exists for provider %s.",
    CloudProviderContainerNotFound = 404 "CLOUD_PROVIDER_CONTAINER_NOT_FOUND"
        "An invalid cloud provider container ID %s was specified.",
    PeerNotFound = 404 "PEER_NOT_FOUND" "No peer with ID %s exists in project %s.",
    AzureCustomerNetworkUnreachable = 404 "AZURE_CUSTOMER_NETWORK_UNREACHABLE"
        "External Azure subscription unreachable.",
    ContainerAlreadyExists = 409 "CONTAINER_ALREADY_EXISTS" "A container already exists for group %s.",
    ContainersInUse = 409 "CONTAINERS_IN_USE" "Cannot modify in use containers. %s.",
    CannotDeleteRecentlyCreatedContainer = 409 "CANNOT_DELETE_RECENTLY_CREATED_CONTAINER"
        "Cannot delete containers created less than 1 second ago. Please try again after %s.",
    NoCapacity = 409 "NO_CAPACITY" "Cannot find the %s capacity for group %s.",
    OutOfCapacity = 409 "OUT_OF_CAPACITY" "There is no capacity left.",
    RegionUnavailable = 409 "REGION_UNAVAILABLE" "The selected region %s is unavailable for use.",
    OverlappingCidrBlock = 409 "OVERLAPPING_CIDR_BLOCK"
        "The CIDR block %s overlaps with another peer's CIDR block.",
    OverlappingAtlasCidrBlock = 409 "OVERLAPPING_ATLAS_CIDR_BLOCK"
        "The CIDR block %s overlaps with an Atlas CIDR block.",
    PeerAlreadyExists = 409 "PEER_ALREADY_EXISTS"
        "The peer with AWS Account ID %s and VPC ID %s already exists.",
    PeerAlreadyExistsGcp = 409 "PEER_ALREADY_EXISTS_GCP"
        "The peer with GCP Project ID %s and network name %s already exists.",
    PeerAlreadyExistsAzure = 409 "PEER_ALREADY_EXISTS_AZURE"
        "The peer with Azure Subscription ID %s and Virtual Network name %s already exists.",
    PeerAlreadyRequestedDeletion = 409 "PEER_ALREADY_REQUESTED_DELETION"
        "The peer with ID %s has already been requested for deletion.",
    PeerInvalidState = 409 "PEER_INVALID_STATE"
        "The peer with ID %s in group %s cannot be updated in its current state.",
    PeerMaximumReached = 409 "PEER_MAXIMUM_REACHED"
        "The maximum number of peering connections %s has been reached.",

    // The project's IP access list.
    CannotUseAwsSecurityGroup = 400 "CANNOT_USE_AWS_SECURITY_GROUP_WITHOUT_VPC_PEERING_CONNECTION"
        "Cannot use AWS security groups as whitelist entries without a VPC peering connection.",
    InvalidIpAddressOrCidrNotation = 400 "INVALID_IP_ADDRESS_OR_CIDR_NOTATION"
        "The address %s must be in valid IP address or CIDR notation.",
    InvalidNetworkPermissionComment = 400 "INVALID_NETWORK_PERMISSION_COMMENT"
        "The comment %s must be 80 characters or less.",
    NetworkPermissionExpirationNotSupported = 400 "NETWORK_PERMISSION_EXPIRATION_NOT_SUPPORTED"
        "Expiration dates are only supported for IP addresses.",
    ExpirationDateExceedsMax = 400 "EXPIRATION_DATE_EXCEEDS_MAX"
        "The expiration date must be at most %s days in the future.",
    ExpirationDateInPast = 400 "EXPIRATION_DATE_IN_PAST" "The expiration date %s is in the past.",
    PermanentEntityCannotBeMadeTemporary = 400 "PERMANENT_ENTITY_CANNOT_BE_MADE_TEMPORARY"
        "A permanent entity cannot be made temporary.",
    MultipleValuesForOneEntry = 400 "MULTIPLE_VALUES_SPECIFIED_FOR_ONE_NETWORK_PERMISSION_ENTRY"
        "Should not specify both the IP address and the CIDR block.",
    DuplicateAddressesInInput = 400 "DUPLICATE_ADDRESSES_IN_INPUT"
        "The address %s is listed more than once.",
    Ipv6Unsupported = 400 "IPV6_UNSUPPORTED" "The entry %s is an IPv6 value and is not supported.",
    AtlasNetworkPermissionsLimitExceeded = 403 "ATLAS_NETWORK_PERMISSIONS_LIMIT_EXCEEDED"
        "Too many network permission entries. Only %s entries are supported.",
    AtlasNetworkPermissionEntryNotFound = 404 "ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND"
        "IP Address %s not on Atlas access list for group %s.",

    // Projects, organizations, keys.
    GroupNotFound = 404 "GROUP_NOT_FOUND" "No group with ID %s exists.",
    InvalidGroupId = 404 "INVALID_GROUP_ID" "An invalid group ID %s was specified.",
    GroupNameNotFound = 404 "GROUP_NAME_NOT_FOUND" "No group with name %s exists.",
    GroupAlreadyExists = 409 "GROUP_ALREADY_EXISTS" "A group with name \"%s\" already exists.",
    InvalidGroupName = 400 "INVALID_GROUP_NAME" "An invalid group name \"%s\" was specified.",
    ValidationError = 400 "VALIDATION_ERROR" "%s",
    CannotCloseGroupActivePeeringConnections = 409 "CANNOT_CLOSE_GROUP_ACTIVE_PEERING_CONNECTIONS"
        "There are active peering connections in this project.",
    MaxGroupsPerOrgExceeded = 400 "MAX_GROUPS_PER_ORG_EXCEEDED"
        "The organization has reached its limit of %s groups.",
    GroupLimitNotFound = 404 "PROJECT_LIMIT_NOT_FOUND" "Not Found: no limit named %s exists.",
    InvalidMaintenanceDay = 400 "ATLAS_INVALID_MAINTENANCE_WINDOW_DAY_OF_WEEK"
        "Invalid Day of Week. Value should be between 1 and 7 (Sunday = 1).",
    InvalidMaintenanceHour = 400 "ATLAS_INVALID_MAINTENANCE_WINDOW_HOUR_OF_DAY"
        "Invalid Hour of Day. Value should be between 0 and 23.",
    MaintenanceNotScheduled = 400 "ATLAS_MAINTENANCE_NOT_SCHEDULED"
        "There is no maintenance scheduled for this project.",
    MaintenanceWindowNotDefined = 400 "ATLAS_MAINTENANCE_WINDOW_NOT_DEFINED"
        "No maintenance window defined for project. This action is only supported for projects with user defined maintenance windows.",
    EventNotFound = 404 "EVENT_NOT_FOUND" "No event with ID %s exists for group %s.",
    OrgEventNotFound = 404 "ORG_EVENT_NOT_FOUND" "No event with ID %s exists for organization %s.",
    OrgNotFound = 404 "ORG_NOT_FOUND" "No organization with ID %s exists.",
    UserNotFound = 404 "USER_NOT_FOUND" "No user with ID %s exists.",
    UsernameNotFound = 404 "USERNAME_NOT_FOUND" "No user with username %s exists.",
    UserAlreadyExists = 409 "USER_ALREADY_EXISTS" "A user with username %s already exists.",
    UserNotInOrg = 404 "USER_NOT_IN_ORG" "User %s is not in organization %s.",
    UserNotInGroup = 404 "USER_NOT_IN_GROUP" "User %s is not in group %s.",
    UserAlreadyInTeam = 409 "USER_ALREADY_IN_TEAM" "The user with ID %s in team %s already exists.",
    CannotAddPendingUser = 404 "CANNOT_ADD_PENDING_USER"
        "The user cannot be added to any group or teams in this organization as it is a pending user/the user has not accepted the invite to this organization.",
    CannotDemoteLastOrgOwner = 403 "CANNOT_DEMOTE_LAST_ORG_OWNER"
        "Cannot demote the last owner of the organization.",
    TeamNotFound = 404 "TEAM_NOT_FOUND" "No team with ID %s exists.",
    TeamNameNotFound = 404 "TEAM_NAME_NOT_FOUND" "No team with name \"%s\" exists.",
    TeamNotInGroup = 404 "TEAM_NOT_IN_GROUP" "The team in your request is not assigned to this group.",
    TeamNameNotAvailable = 409 "TEAM_NAME_NOT_AVAILABLE"
        "Cannot create a team named %s in organization %s.",
    TeamExistsInGroup = 409 "TEAM_EXISTS_IN_GROUP" "Cannot add a team that already exists in group.",
    CannotDeleteTeamAssignedToProject = 404 "CANNOT_DELETE_TEAM_ASSIGNED_TO_PROJECT"
        "You cannot delete a team that has at least one project assigned to it. Make sure to remove the team from all project before deleting it.",
    NoRolesInAssignment = 403 "NO_ROLES_IN_ASSIGNMENT" "You cannot remove all project roles a team has.",
    OrgNotEmpty = 409 "ORG_NOT_EMPTY"
        "Organization cannot be deleted because it still contains active groups.",
    ApiKeyNotFound = 404 "API_KEY_NOT_FOUND" "No API Key with ID %s exists.",
    ApiKeyAccessListEntryNotFound = 404 "API_KEY_ACCESS_LIST_ENTRY_NOT_FOUND"
        "IP Address %s not on the access list of the API Key.",
    MaxApiKeysPerOrgExceeded = 400 "MAX_API_KEYS_PER_ORG_EXCEEDED"
        "The organization has reached its limit of %s API Keys.",
    MaxApiKeyAccessListEntries = 400 "MAX_API_KEY_ACCESS_LIST_ENTRIES_EXCEEDED"
        "The access list of an API Key is limited to %s entries.",
    AddressAlreadyInWhitelist = 409 "ADDRESS_ALREADY_IN_WHITELIST"
        "The address %s is already on the whitelist.",
    BadWhitelistAddRequest = 400 "BAD_WHITELIST_ADD_REQUEST"
        "Should not specify both the IP address and the CIDR block.",
    CannotRemoveCallerFromAccessList = 400 "CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST"
        "Cannot remove caller's IP address %s from the access list.",
    InvalidRole = 400 "INVALID_ROLE" "Invalid role %s specified.",

    // Who may call.
    UserUnauthorized = 401 "USER_UNAUTHORIZED" "Current user is not authorized to perform this action.",
    NotOrgGroupCreator = 401 "NOT_ORG_GROUP_CREATOR"
        "The currently logged in user does not have the group creator role in organization %s.",
    ApiKeyAccessListAccessDenied = 401 "API_KEY_ACCESS_LIST_ACCESS_DENIED"
        "API key access lists are only accessible by the API key or by a user administrator.",
    IpAddressNotOnAccessList = 403 "IP_ADDRESS_NOT_ON_ACCESS_LIST"
        "IP address %s is not allowed to access this resource.",
    OrgRequiresAccessList = 403 "ORG_REQUIRES_ACCESS_LIST"
        "This organization requires access through an access list of ip ranges.",

    // Any request.
    InvalidAttribute = 400 "INVALID_ATTRIBUTE" "Invalid attribute %s specified.",
    AttributeReadOnly = 400 "ATTRIBUTE_READ_ONLY"
        "The attribute %s is read-only and cannot be changed by the user.",
    MissingAttribute = 400 "MISSING_ATTRIBUTE" "The required attribute %s was not specified.",
    MissingOneOfThreeAttributes = 400 "MISSING_ONE_OF_THREE_ATTRIBUTES"
        "Either the %s attribute, %s attribute, or %s attribute must be specified.",
    MutuallyExclusiveAttributes = 400 "MUTUALLY_EXCLUSIVE_ATTRIBUTES"
        "Either the %s attribute or the %s attribute may be specified, not both.",
    MissingOneOfAttributes = 400 "MISSING_ONE_OF_ATTRIBUTES"
        "Either the %s attribute or %s attribute must be specified.",
    InvalidJson = 400 "INVALID_JSON" "Received JSON does not match expected format.",
    MalformedJson = 400 "MALFORMED_JSON" "Received JSON is malformed.",
    InvalidJsonAttribute = 400 "INVALID_JSON_ATTRIBUTE"
        "Received JSON for the %s attribute does not match expected format.",
    InvalidEnumValue = 400 "INVALID_ENUM_VALUE" "An invalid enumeration value %s was specified.",
    InvalidDateRange = 400 "INVALID_DATE_RANGE"
        "An invalid date range minDate=%s, maxDate=%s was specified: maxDate shouldn't be earlier than minDate.",
    InvalidDateFormat = 400 "INVALID_DATE_FORMAT" "An invalid date format %s was specified.",
    InvalidQueryParameter = 400 "INVALID_QUERY_PARAMETER" "Invalid query parameter %s specified.",
    PathParamParseError = 400 "PATH_PARAM_PARSE_ERROR"
        "One or more path parameter in the request URI %s is malformed.",
    ResourceNotFound = 404 "RESOURCE_NOT_FOUND" "Cannot find resource %s.",
    InvalidVersionDate = 406 "INVALID_VERSION_DATE" "Invalid accept header or version date.",
    VersionGone = 410 "VERSION_GONE" "Version %s of %s is no longer available.",
    UnexpectedError = 500 "UNEXPECTED_ERROR" "Unexpected error.",
    ServiceUnavailable = 503 "SERVICE_UNAVAILABLE" "Service is temporarily unavailable.",
    RateLimitedTokenBucket = 429 "RATE_LIMITED_TOKEN_BUCKET"
        "Rate limit exceeded for %s. Please retry after %s seconds. Request capacity: %s. Refill rate: %s per %s seconds.",
    RateLimited = 429 "RATE_LIMITED" "Resource %s is limited to %s requests every %s minutes.",

    // No text of the service is known for these.
    ServiceAccountNotFound = 404 "SERVICE_ACCOUNT_NOT_FOUND" "No service account with client ID %s exists.",
    ServiceAccountSecretNotFound = 404 "SERVICE_ACCOUNT_SECRET_NOT_FOUND"
        "No secret with ID %s exists for the service account.",
    ServiceAccountAccessListEntryNotFound = 404 "SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_NOT_FOUND"
        "IP Address %s not on the access list of the service account.",
    MaxServiceAccountsPerOrgExceeded = 400 "MAX_SERVICE_ACCOUNTS_PER_ORG_EXCEEDED"
        "The organization has reached its limit of %s service accounts.",
    MaxServiceAccountSecretsExceeded = 400 "MAX_SERVICE_ACCOUNT_SECRETS_EXCEEDED"
        "A service account is limited to %s secrets. Delete one first.",
    MaxServiceAccountAccessListEntries = 400 "MAX_SERVICE_ACCOUNT_ACCESS_LIST_ENTRIES_EXCEEDED"
        "The access list of a service account is limited to %s entries.",
    InvalidAccessToken = 401 "INVALID_ACCESS_TOKEN" "The access token is invalid, expired or revoked.",
    MethodNotAllowed = 405 "METHOD_NOT_ALLOWED" "Method %s is not allowed for resource %s.",
    UnsupportedMediaType = 415 "UNSUPPORTED_MEDIA_TYPE" "Content type %s is not supported.",
    RequestTooLarge = 413 "REQUEST_TOO_LARGE" "The request body is larger than %s bytes.",
    RequestTimeout = 408 "REQUEST_TIMEOUT" "The request body did not arrive in time.",
    UserNotInTeam = 404 "USER_NOT_IN_TEAM" "User %s is not in team %s.",
    CannotDeleteLastOrg = 409 "CANNOT_DELETE_LAST_ORG"
        "The last organization cannot be deleted: nobody could call any more.",
    LimitExceeded = 400 "LIMIT_EXCEEDED" "There can be at most %s %s.",
    NoPendingInvitation = 409 "NO_PENDING_INVITATION" "User %s has no invitation that is still open.",
    FarSideActionNotAllowed = 409 "FAR_SIDE_ACTION_NOT_ALLOWED"
        "The far side shows %s and cannot %s now. Allowed now: %s.",
    FarSideNotThereYet = 409 "FAR_SIDE_NOT_THERE_YET"
        "The far side has no connection yet and cannot %s. Wait until the peer shows %s.",
    ClockTooFar = 400 "CLOCK_TOO_FAR" "The clock can be moved forward by at most %s.",
    ClockHeld = 409 "CLOCK_HELD"
        "The clock cannot be moved while project %s is bound to account %s: a real cloud's time cannot. Unbind it first.",
    AccountNotGranted = 403 "ACCOUNT_NOT_GRANTED"
        "Account %s is not granted to project %s. An operator grants it by granted_to in [accounts.%s] of the configuration, to \"project:%s\" or \"org:%s\".",
    CloudAccountNotFound = 404 "CLOUD_ACCOUNT_NOT_FOUND" "No account %s is configured.",
    AccountOfAnotherProvider = 400 "ACCOUNT_OF_ANOTHER_PROVIDER"
        "Account %s is one of %s and cannot serve %s.",
    CloudInUse = 409 "CLOUD_IN_USE"
        "The project's cloud at %s cannot change while %s is in it: what stands in one cloud cannot move to another. Delete it first.",
    FarSideIsReal = 409 "FAR_SIDE_IS_REAL"
        "The project's cloud at %s is the real account %s. Act in the customer's own account: nothing is done there from here.",
    CloudIsSimulated = 409 "CLOUD_IS_SIMULATED"
        "The project's cloud at %s is simulated. Bind the project to an account first.",
    AccountReadOnly = 409 "ACCOUNT_READ_ONLY"
        "Account %s is read-only: nothing is changed there. An operator changes that by read_only in [accounts.%s] of the configuration.",
    AdoptionRefused = 409 "ADOPTION_REFUSED" "Connection %s cannot be adopted: %s",
    ConnectionManaged = 409 "CONNECTION_ALREADY_MANAGED" "Connection %s is managed already.",
    InvalidDuration = 400 "INVALID_DURATION"
        "%s is not a positive ISO 8601 duration of days, hours, minutes and seconds, such as PT168H.",
}

impl ErrorCode {
    /// The code of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// The template with its `%s` replaced in order.
    pub fn detail(self, parameters: &[Value]) -> String {
        let mut parts = self.template().split("%s");
        let mut text = parts.next().unwrap_or_default().to_owned();
        let mut values = parameters.iter();
        for part in parts {
            match values.next() {
                Some(Value::String(value)) => text.push_str(value),
                Some(value) => text.push_str(&value.to_string()),
                None => {}
            }
            text.push_str(part);
        }
        text
    }
}

/// The reason phrase in `reason`.
pub fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        413 => "Payload Too Large",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}

/// The error object.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// Which fields of the request were wrong; absent if none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bad_request_detail: Option<BadRequestDetail>,
    /// What is wrong, in a sentence.
    pub detail: String,
    /// The HTTP status.
    pub error: u16,
    /// The code's name.
    pub error_code: &'static str,
    /// What the sentence speaks of, in order.
    pub parameters: Vec<Value>,
    /// The status's phrase.
    pub reason: &'static str,
}

/// The fields that were wrong.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BadRequestDetail {
    /// Each of them.
    pub fields: Vec<FieldViolation>,
}

/// One field that was wrong.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FieldViolation {
    /// What is wrong with it and what would be right.
    pub description: String,
    /// Its path in the body.
    pub field: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_codes_share_a_name() {
        let names: std::collections::BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), ErrorCode::ALL.len());
    }

    #[test]
    fn parameters_fill_the_template_in_order() {
        let detail = ErrorCode::PeerNotFound.detail(&["p".into(), "g".into()]);
        assert_eq!(detail, "No peer with ID p exists in project g.");
    }

    #[test]
    fn the_table_of_error_codes_is_the_golden_one() {
        let table: String = ErrorCode::ALL
            .iter()
            .map(|code| format!("{} {:<60} {}\n", code.status(), code.name(), code.template()))
            .collect();
        insta::assert_snapshot!("error_codes", table);
    }
}
