//! The tables of fields of every request body.

mod people;

pub use people::*;

use crate::schema::{ANY_TEXT, Field, Kind, Presence};

/// The providers' names on the wire.
pub const PROVIDERS: &[&str] = &["AWS", "AZURE", "GCP"];

fn hex_of(text: &str, prefix: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        lengths.contains(&rest.len()) && rest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn azure_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= 90 && text.chars().all(|c| c.is_alphanumeric() || "-_.()".contains(c))
}

fn within(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.chars().count())
}

const ID: Kind =
    Kind::Text { well_formed: |text| hex_of(text, "", 24..=24), right: "24 lower-case hexadecimal digits" };
const UUID: Kind = Kind::Text { well_formed: uuid, right: "a UUID" };
const AZURE_NAME: Kind = Kind::Text {
    well_formed: azure_name,
    right: "1 to 90 letters, digits, hyphens, underscores, periods or parentheses",
};
const AWS_ACCOUNT: Kind = Kind::Text {
    well_formed: |text| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()),
    right: "an account number of 12 digits",
};
const AWS_VPC: Kind =
    Kind::Text { well_formed: |text| hex_of(text, "vpc-", 8..=17), right: "vpc- and 17 hexadecimal digits" };
const GCP_PROJECT: Kind = Kind::Text {
    well_formed: |text| {
        within(text, 63)
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.:".contains(&b))
    },
    right: "a project id of lower-case letters, digits and hyphens that starts with a letter",
};
const GCP_NETWORK: Kind = Kind::Text {
    well_formed: |text| {
        within(text, 63)
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    },
    right: "a network name of 1 to 63 lower-case letters, digits and hyphens that starts with a letter",
};
/// Checked with its own error code by the server.
const PROVIDER: Field = Field { name: "providerName", kind: ANY_TEXT, presence: Presence::Optional };

/// `POST …/peers` for AWS, and its `PATCH`.
pub const PEER_AWS: &[Field] = &[
    Field::optional("accepterRegionName", ANY_TEXT),
    Field::required("awsAccountId", AWS_ACCOUNT),
    Field::required("containerId", ID),
    PROVIDER,
    Field::required("routeTableCidrBlock", ANY_TEXT),
    Field::required("vpcId", AWS_VPC),
    Field::read_only("connectionId"),
    Field::read_only("errorStateName"),
    Field::read_only("id"),
    Field::read_only("statusName"),
];

/// `POST …/peers` for Azure.
pub const PEER_AZURE: &[Field] = &[
    Field::required("azureDirectoryId", UUID),
    Field::required("azureSubscriptionId", UUID),
    Field::required("containerId", ID),
    PROVIDER,
    Field::required("resourceGroupName", AZURE_NAME),
    Field::required("vnetName", AZURE_NAME),
    Field::read_only("errorState"),
    Field::read_only("id"),
    Field::read_only("status"),
];

/// `POST …/peers` for Google Cloud, and its `PATCH`.
pub const PEER_GCP: &[Field] = &[
    Field::required("containerId", ID),
    Field::required("gcpProjectId", GCP_PROJECT),
    Field::required("networkName", GCP_NETWORK),
    PROVIDER,
    Field::read_only("errorMessage"),
    Field::read_only("id"),
    Field::read_only("status"),
];

/// `PATCH …/peers/{peerId}` for Azure. The directory is not among them: recorded as
/// `INVALID_ATTRIBUTE`.
pub const PEER_CHANGE_AZURE: &[Field] = &[
    Field::optional("azureSubscriptionId", UUID),
    Field::optional("containerId", ID),
    PROVIDER,
    Field::optional("resourceGroupName", AZURE_NAME),
    Field::optional("vnetName", AZURE_NAME),
    Field::read_only("errorState"),
    Field::read_only("id"),
    Field::read_only("status"),
];

/// `POST …/containers` for AWS, and its `PATCH`. Without a block, one is assigned.
pub const CONTAINER_AWS: &[Field] = &[
    Field::optional("atlasCidrBlock", ANY_TEXT),
    PROVIDER,
    Field::required("regionName", ANY_TEXT),
    Field::read_only("id"),
    Field::read_only("provisioned"),
    Field::read_only("vpcId"),
];

/// `POST …/containers` for Azure, and its `PATCH`.
pub const CONTAINER_AZURE: &[Field] = &[
    Field::required("atlasCidrBlock", ANY_TEXT),
    PROVIDER,
    Field::required("region", ANY_TEXT),
    Field::read_only("azureSubscriptionId"),
    Field::read_only("id"),
    Field::read_only("provisioned"),
    Field::read_only("vnetName"),
];

const REGIONS: Kind = Kind::List { item: &ANY_TEXT, min: 0, max: 8 };

/// `POST …/containers` for Google Cloud, and its `PATCH`. With regions, the container is a small one.
pub const CONTAINER_GCP: &[Field] = &[
    Field::required("atlasCidrBlock", ANY_TEXT),
    PROVIDER,
    Field::optional("regions", REGIONS),
    Field::read_only("gcpProjectId"),
    Field::read_only("id"),
    Field::read_only("networkName"),
    Field::read_only("provisioned"),
];

/// `PATCH …/privateIpMode`.
pub const PRIVATE_IP_MODE: &[Field] = &[Field::required("enabled", Kind::Bool)];

/// One entry of `POST …/accessList`.
pub const ACCESS_ENTRY: &[Field] = &[
    Field::optional("awsSecurityGroup", ANY_TEXT),
    Field::optional("cidrBlock", ANY_TEXT),
    Field::optional("comment", ANY_TEXT),
    Field::optional("deleteAfterDate", ANY_TEXT),
    Field::optional("ipAddress", ANY_TEXT),
    // Clients that read an entry and send it back send this, too.
    Field::ignored("groupId"),
    Field::read_only("links"),
];

const TAGS: Kind = Kind::List {
    item: &Kind::Object(&[Field::required("key", ANY_TEXT), Field::required("value", ANY_TEXT)]),
    min: 0,
    max: 50,
};

/// `POST /groups`.
pub const GROUP: &[Field] = &[
    Field::required("name", ANY_TEXT),
    Field::required("orgId", ID),
    Field::optional("regionUsageRestrictions", ANY_TEXT),
    Field::optional("tags", TAGS),
    Field::optional("withDefaultAlertsSettings", Kind::Bool),
    // The official Go SDK sends these two with every project.
    Field::ignored("clusterCount"),
    Field::ignored("created"),
    Field::read_only("id"),
    Field::read_only("links"),
];

/// `PATCH /groups/{groupId}`.
pub const GROUP_CHANGE: &[Field] = &[
    Field::optional("name", ANY_TEXT),
    Field::optional("tags", TAGS),
    Field::read_only("clusterCount"),
    Field::read_only("created"),
    Field::read_only("id"),
    Field::read_only("links"),
];

/// `PATCH …/settings`.
pub const SETTINGS: &[Field] = &[
    Field::optional("isAtlasHomePageAiAssistantEnabled", Kind::Bool),
    Field::optional("isClusterAiAssistantEnabled", Kind::Bool),
    Field::optional("isCollectDatabaseSpecificsStatisticsEnabled", Kind::Bool),
    Field::optional("isDataExplorerEnabled", Kind::Bool),
    Field::optional("isDataExplorerGenAIFeaturesEnabled", Kind::Bool),
    Field::optional("isDataExplorerGenAISampleDocumentPassingEnabled", Kind::Bool),
    Field::optional("isDataValidationEnabled", Kind::Bool),
    Field::optional("isExtendedStorageSizesEnabled", Kind::Bool),
    Field::optional("isNativeRerankingEnabled", Kind::Bool),
    Field::optional("isPerformanceAdvisorEnabled", Kind::Bool),
    Field::optional("isRealtimePerformancePanelEnabled", Kind::Bool),
    Field::optional("isSchemaAdvisorEnabled", Kind::Bool),
];

/// `PATCH …/limits/{limitName}`. Clients send the whole object back.
pub const LIMIT: &[Field] = &[
    Field::required("value", Kind::Int { min: 0, max: i64::MAX }),
    Field::optional("name", ANY_TEXT),
    Field::optional("currentUsage", Kind::Int { min: 0, max: i64::MAX }),
    Field::optional("defaultLimit", Kind::Int { min: 0, max: i64::MAX }),
    Field::optional("maximumLimit", Kind::Int { min: 0, max: i64::MAX }),
];

/// `PATCH …/awsCustomDNS`.
pub const AWS_CUSTOM_DNS: &[Field] = &[Field::required("enabled", Kind::Bool)];

/// `PATCH …/auditLog`.
pub const AUDIT_LOG: &[Field] = &[
    Field::optional("auditAuthorizationSuccess", Kind::Bool),
    Field::optional("auditFilter", ANY_TEXT),
    Field::optional("enabled", Kind::Bool),
    // Clients that read it and send it back send this, too.
    Field::ignored("configurationType"),
];

/// Checked with its own error codes by the server.
const ANY_INT: Kind = Kind::Int { min: i64::MIN, max: i64::MAX };
const HOUR: Kind = Kind::Int { min: 0, max: 23 };

/// `PATCH …/maintenanceWindow`.
pub const MAINTENANCE_WINDOW: &[Field] = &[
    Field::optional("autoDeferOnceEnabled", Kind::Bool),
    Field::optional("dayOfWeek", ANY_INT),
    Field::optional("hourOfDay", ANY_INT),
    Field::optional(
        "protectedHours",
        Kind::Object(&[Field::optional("endHourOfDay", HOUR), Field::optional("startHourOfDay", HOUR)]),
    ),
    Field::optional("startASAP", Kind::Bool),
    // Clients that read it and send it back send these, too.
    Field::ignored("numberOfDeferrals"),
    Field::ignored("timeZoneId"),
];

const DESCRIPTION: Kind = Kind::Text { well_formed: |text| within(text, 250), right: "1 to 250 characters" };
/// Each name is checked with its own error code by the server.
const ROLES: Kind = Kind::List { item: &ANY_TEXT, min: 1, max: 40 };

/// `POST …/apiKeys`, in an organization or a project.
pub const KEY: &[Field] = &[Field::required("desc", DESCRIPTION), Field::required("roles", ROLES)];

/// `PATCH …/apiKeys/{apiKeyId}`.
pub const KEY_CHANGE: &[Field] = &[
    Field::optional("desc", DESCRIPTION),
    Field::optional("roles", Kind::List { item: &ANY_TEXT, min: 0, max: 40 }),
];

/// One item of `POST /groups/{groupId}/apiKeys/{apiKeyId}`.
pub const KEY_ROLES: &[Field] = &[
    Field::optional("roles", ROLES),
    // The Terraform provider sends this one; the path names the key.
    Field::ignored("userId"),
];

/// One entry of an API key's access list.
pub const KEY_ACCESS_ENTRY: &[Field] =
    &[Field::optional("cidrBlock", ANY_TEXT), Field::optional("ipAddress", ANY_TEXT)];

fn account_text(text: &str, max: usize) -> bool {
    within(text, max) && text.chars().all(|c| c.is_alphanumeric() || "-_.,' ".contains(c))
}
const ACCOUNT_NAME: Kind = Kind::Text {
    well_formed: |text| account_text(text, 64),
    right: "1 to 64 letters, digits, spaces, hyphens, underscores, periods, commas or apostrophes",
};
const ACCOUNT_DESCRIPTION: Kind = Kind::Text {
    well_formed: |text| account_text(text, 250),
    right: "1 to 250 letters, digits, spaces, hyphens, underscores, periods, commas or apostrophes",
};
/// What an organization allows may be less; the server checks that.
const SECRET_HOURS: Kind = Kind::Int { min: 8, max: 8760 };

/// `POST …/serviceAccounts`, in an organization or a project.
pub const ACCOUNT: &[Field] = &[
    Field::required("description", ACCOUNT_DESCRIPTION),
    Field::required("name", ACCOUNT_NAME),
    Field::required("roles", ROLES),
    Field::required("secretExpiresAfterHours", SECRET_HOURS),
];

/// `PATCH …/serviceAccounts/{clientId}`.
pub const ACCOUNT_CHANGE: &[Field] = &[
    Field::optional("description", ACCOUNT_DESCRIPTION),
    Field::optional("name", ACCOUNT_NAME),
    Field::optional("roles", ROLES),
];

/// `POST …/serviceAccounts/{clientId}/secrets`.
pub const ACCOUNT_SECRET: &[Field] = &[Field::required("secretExpiresAfterHours", SECRET_HOURS)];

/// `POST …/serviceAccounts/{clientId}:invite`.
pub const ACCOUNT_ROLES: &[Field] = &[Field::required("roles", ROLES)];

/// One entry of a service account's access list.
pub const ACCOUNT_ACCESS_ENTRY: &[Field] = &[
    Field::optional("cidrBlock", ANY_TEXT),
    Field::optional("ipAddress", ANY_TEXT),
    Field::read_only("createdAt"),
    Field::read_only("lastUsedAddress"),
    Field::read_only("lastUsedAt"),
    Field::read_only("requestCount"),
];

/// `POST …/farSide`.
pub const FAR_SIDE: &[Field] =
    &[Field::required("action", Kind::OneOf(&["accept", "reject", "delete", "create", "expire"]))];

const FAULT: Kind = Kind::Object(&[
    Field::required("on", ANY_TEXT),
    Field::optional("errorCode", ANY_TEXT),
    Field::optional("outcome", Kind::OneOf(&["transient", "throttled", "denied", "lostAnswer", "invalid"])),
    Field::optional("times", Kind::Int { min: 1, max: 1_000_000 }),
]);

/// `PATCH …/world`.
pub const WORLD: &[Field] = &[
    Field::optional("acceptance", Kind::OneOf(&["manual", "automatic"])),
    Field::optional("faults", Kind::List { item: &FAULT, min: 0, max: 100 }),
    Field::optional("latency", Kind::OneOf(&["instant", "swift", "lifelike"])),
];

/// `POST /clock`.
pub const CLOCK: &[Field] = &[Field::required("advance", ANY_TEXT)];
