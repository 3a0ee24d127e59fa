//! The tables of fields of every request body.

mod accounts;
mod people;

pub use accounts::*;
pub use people::*;

use crate::pattern;
use crate::schema::{ANY_TEXT, Field, Form, Kind, Names, Presence};

/// The providers' names on the wire.
pub const PROVIDERS: &[&str] = &["AWS", "AZURE", "GCP"];

const ID: Kind = Kind::Text { pattern: pattern::ID, right: "24 lower-case hexadecimal digits" };
const UUID: Kind = Kind::Text {
    pattern: "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
    right: "a UUID",
};
const AZURE_NAME: Kind = Kind::Text {
    pattern: "^[A-Za-z0-9_.()-]{1,90}$",
    right: "1 to 90 letters, digits, hyphens, underscores, periods or parentheses",
};
const AWS_ACCOUNT: Kind = Kind::Text { pattern: "^[0-9]{12}$", right: "an account number of 12 digits" };
const AWS_VPC: Kind = Kind::Text { pattern: "^vpc-[0-9a-f]{8,17}$", right: "vpc- and 17 hexadecimal digits" };
const GCP_PROJECT: Kind = Kind::Text {
    pattern: "^[a-z][a-z0-9.:-]{0,62}$",
    right: "a project id of lower-case letters, digits and hyphens that starts with a letter",
};
const GCP_NETWORK: Kind = Kind::Text {
    pattern: "^[a-z][a-z0-9-]{0,62}$",
    right: "a network name of 1 to 63 lower-case letters, digits and hyphens that starts with a letter",
};

const fn later(pattern: &'static str) -> Kind {
    Kind::Later(Form::Pattern(pattern))
}

const fn name_of(names: Names) -> Kind {
    Kind::Later(Form::Name(names))
}

/// Checked with its own error code by the server.
const PROVIDER: Field = Field { name: "providerName", kind: ANY_TEXT, presence: Presence::Optional };

/// `POST …/peers` for AWS, and its `PATCH`.
pub const PEER_AWS: &[Field] = &[
    Field::optional("accepterRegionName", name_of(Names::AwsAccepterRegion)),
    Field::required("awsAccountId", AWS_ACCOUNT),
    Field::required("containerId", ID),
    PROVIDER,
    Field::required("routeTableCidrBlock", later(pattern::PRIVATE_BLOCK)),
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
    Field::optional("atlasCidrBlock", later(pattern::AWS_OR_AZURE_BLOCK_OR_NONE)),
    PROVIDER,
    Field::required("regionName", name_of(Names::AwsRegion)),
    Field::read_only("id"),
    Field::read_only("provisioned"),
    Field::read_only("vpcId"),
];

/// `POST …/containers` for Azure, and its `PATCH`.
pub const CONTAINER_AZURE: &[Field] = &[
    Field::required("atlasCidrBlock", later(pattern::AWS_OR_AZURE_BLOCK)),
    PROVIDER,
    Field::required("region", name_of(Names::AzureRegion)),
    Field::read_only("azureSubscriptionId"),
    Field::read_only("id"),
    Field::read_only("provisioned"),
    Field::read_only("vnetName"),
];

const REGIONS: Kind = Kind::List { item: &name_of(Names::GcpRegion), min: 0, max: 8 };

/// `POST …/containers` for Google Cloud, and its `PATCH`. With regions, the container is a small one.
pub const CONTAINER_GCP: &[Field] = &[
    Field::required("atlasCidrBlock", later(pattern::GCP_BLOCK)),
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
    Field::optional("awsSecurityGroup", later(pattern::SECURITY_GROUP_OR_NONE)),
    Field::optional("cidrBlock", later(pattern::ADDRESS_OR_BLOCK_OR_NONE)),
    Field::optional("comment", later("^[\\s\\S]{0,80}$")),
    Field::optional("deleteAfterDate", Kind::Later(Form::Date)),
    Field::optional("ipAddress", later(pattern::ADDRESS_OR_NONE)),
    // Clients that read an entry and send it back send this, too.
    Field::ignored("groupId"),
    Field::read_only("links"),
];

const TAG: Kind = later(pattern::TAG);
const TAGS: Kind = Kind::List {
    item: &Kind::Object(&[Field::required("key", TAG), Field::required("value", TAG)]),
    min: 0,
    max: 50,
};

/// `POST /groups`.
pub const GROUP: &[Field] = &[
    Field::required("name", later(pattern::GROUP_NAME)),
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
    Field::optional("name", later(pattern::GROUP_NAME)),
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
    Field::optional("auditFilter", later(pattern::JSON_OBJECT)),
    Field::optional("enabled", Kind::Bool),
    // Clients that read it and send it back send this, too.
    Field::ignored("configurationType"),
];

const HOUR: Kind = Kind::Int { min: 0, max: 23 };

/// `PATCH …/maintenanceWindow`.
pub const MAINTENANCE_WINDOW: &[Field] = &[
    Field::optional("autoDeferOnceEnabled", Kind::Bool),
    Field::optional("dayOfWeek", Kind::LaterInt { min: 1, max: 7 }),
    Field::optional("hourOfDay", Kind::LaterInt { min: 0, max: 23 }),
    Field::optional(
        "protectedHours",
        Kind::Object(&[Field::optional("endHourOfDay", HOUR), Field::optional("startHourOfDay", HOUR)]),
    ),
    Field::optional("startASAP", Kind::Bool),
    // Clients that read it and send it back send these, too.
    Field::ignored("numberOfDeferrals"),
    Field::ignored("timeZoneId"),
];

const DESCRIPTION: Kind = Kind::Text { pattern: "^[\\s\\S]{1,250}$", right: "1 to 250 characters" };
/// Roles in an organization.
const ORG_ROLES: Kind = Kind::List { item: &name_of(Names::OrgRole), min: 1, max: 40 };
/// Roles in a project.
const PROJECT_ROLES: Kind = Kind::List { item: &name_of(Names::ProjectRole), min: 1, max: 40 };

/// `POST /orgs/{orgId}/apiKeys`.
pub const ORG_KEY: &[Field] = &[Field::required("desc", DESCRIPTION), Field::required("roles", ORG_ROLES)];

/// `POST /groups/{groupId}/apiKeys`.
pub const PROJECT_KEY: &[Field] =
    &[Field::required("desc", DESCRIPTION), Field::required("roles", PROJECT_ROLES)];

/// `PATCH /orgs/{orgId}/apiKeys/{apiKeyId}`.
pub const ORG_KEY_CHANGE: &[Field] = &[
    Field::optional("desc", DESCRIPTION),
    Field::optional("roles", Kind::List { item: &name_of(Names::OrgRole), min: 0, max: 40 }),
];

/// `PATCH /groups/{groupId}/apiKeys/{apiKeyId}`.
pub const PROJECT_KEY_CHANGE: &[Field] = &[
    Field::optional("desc", DESCRIPTION),
    Field::optional("roles", Kind::List { item: &name_of(Names::ProjectRole), min: 0, max: 40 }),
];

/// One item of `POST /groups/{groupId}/apiKeys/{apiKeyId}`.
pub const KEY_ROLES: &[Field] = &[
    Field::optional("roles", PROJECT_ROLES),
    // The Terraform provider sends this one; the path names the key.
    Field::ignored("userId"),
];

/// One entry of an API key's access list.
pub const KEY_ACCESS_ENTRY: &[Field] = &[
    Field::optional("cidrBlock", later(pattern::KEY_ADDRESS)),
    Field::optional("ipAddress", later(pattern::KEY_ADDRESS)),
];

/// `POST …/farSide`.
pub const FAR_SIDE: &[Field] =
    &[Field::required("action", Kind::OneOf(&["accept", "reject", "delete", "create", "expire"]))];

const FAULT: Kind = Kind::Object(&[
    Field::required("on", name_of(Names::FaultPoint)),
    Field::optional("errorCode", name_of(Names::ErrorCode)),
    Field::optional("outcome", Kind::OneOf(&["transient", "throttled", "denied", "lostAnswer", "invalid"])),
    Field::optional("times", Kind::Int { min: 1, max: 1_000_000 }),
]);

/// `PATCH …/world`.
pub const WORLD: &[Field] = &[
    Field::optional("acceptance", Kind::OneOf(&["manual", "automatic"])),
    Field::optional("faults", Kind::List { item: &FAULT, min: 0, max: 100 }),
    Field::optional("latency", Kind::OneOf(&["instant", "swift", "lifelike"])),
];

const CLOUD_NAME: Kind = Kind::Text {
    pattern: "^[a-z0-9][a-z0-9_-]{0,62}$",
    right: "\"simulated\", or the name of an account: small letters, digits, - and _",
};

/// `PATCH …/clouds`.
pub const CLOUD: &[Field] =
    &[Field::required("cloud", CLOUD_NAME), Field::required("providerName", Kind::OneOf(PROVIDERS))];

/// `POST /clock`.
pub const CLOCK: &[Field] = &[Field::required("advance", later(pattern::DURATION))];
