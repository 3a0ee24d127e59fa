//! The bodies about organizations, people and teams.

use super::{ID, ORG_ROLES, PROJECT_ROLES, SECRET_HOURS, later, name_of};
use crate::pattern;
use crate::schema::{ANY_TEXT, Field, Kind, Names};

const EMAIL: Kind = Kind::Text { pattern: pattern::EMAIL, right: "an e-mail address" };
const CONTACT: Kind =
    Kind::Text { pattern: pattern::EMAIL_OR_NONE, right: "an e-mail address, or empty for none" };
const IDS: Kind = Kind::List { item: &ID, min: 0, max: 250 };
const TEAM_NAME: Kind = Kind::Text { pattern: pattern::UP_TO_250, right: "1 to 250 characters" };

/// `POST …/orgs`.
pub const ORG: &[Field] = &[
    Field::optional("apiKey", Kind::Object(super::ORG_KEY)),
    Field::optional("federationSettingsId", ANY_TEXT),
    Field::required("name", later(pattern::GROUP_NAME)),
    Field::optional("orgOwnerId", ANY_TEXT),
    Field::optional("serviceAccount", Kind::Object(super::ORG_ACCOUNT)),
    Field::optional("skipDefaultAlertsSettings", Kind::Bool),
];

/// `PATCH …/orgs/{orgId}`. Clients send the whole object back.
pub const ORG_CHANGE: &[Field] = &[
    Field::optional("name", later(pattern::GROUP_NAME)),
    Field::optional("skipDefaultAlertsSettings", Kind::Bool),
    Field::ignored("id"),
    Field::ignored("isDeleted"),
    Field::ignored("links"),
];

/// `PATCH …/orgs/{orgId}/settings`.
pub const ORG_SETTINGS: &[Field] = &[
    Field::optional("apiAccessListRequired", Kind::Bool),
    Field::optional(
        "customSessionTimeouts",
        Kind::Object(&[
            Field::optional("absoluteSessionTimeoutInSeconds", Kind::Int { min: 3_600, max: 43_200 }),
            Field::optional("idleSessionTimeoutInSeconds", Kind::Int { min: 300, max: 43_200 }),
        ]),
    ),
    Field::optional("genAIFeaturesEnabled", Kind::Bool),
    Field::optional("maxServiceAccountSecretValidityInHours", SECRET_HOURS),
    Field::optional("multiFactorAuthRequired", Kind::Bool),
    Field::optional("operationsContact", CONTACT),
    Field::optional("restrictEmployeeAccess", Kind::Bool),
    Field::optional("securityContact", CONTACT),
    Field::optional("streamsCrossGroupEnabled", Kind::Bool),
];

/// `POST …/teams` of an organization.
pub const TEAM: &[Field] = &[
    Field::required("name", TEAM_NAME),
    Field::optional("usernames", Kind::List { item: &EMAIL, min: 0, max: 250 }),
    Field::ignored("id"),
    Field::read_only("links"),
];

/// `PATCH …/teams/{teamId}` of an organization.
pub const TEAM_CHANGE: &[Field] = &[Field::required("name", TEAM_NAME), Field::read_only("links")];

/// One user for a team, by id.
pub const TEAM_USER: &[Field] = &[Field::required("id", ID)];

/// One item of `POST …/teams` of a project.
pub const GROUP_TEAM: &[Field] =
    &[Field::required("roleNames", PROJECT_ROLES), Field::required("teamId", ID), Field::read_only("links")];

/// `PATCH …/teams/{teamId}` of a project. No role at all is refused with a code of its own.
pub const GROUP_TEAM_CHANGE: &[Field] = &[
    Field::required("roleNames", Kind::List { item: &name_of(Names::ProjectRole), min: 0, max: 40 }),
    Field::optional("teamId", ID),
    Field::read_only("links"),
];

const USER_ROLES: Kind = Kind::Object(&[
    Field::required("orgRoles", ORG_ROLES),
    Field::optional(
        "groupRoleAssignments",
        Kind::List {
            item: &Kind::Object(&[
                Field::required("groupId", ID),
                Field::required("groupRoles", PROJECT_ROLES),
            ]),
            min: 0,
            max: 500,
        },
    ),
]);

/// `POST …/users` of an organization, and its `PATCH` but for the name.
pub const ORG_USER: &[Field] = &[
    Field::required("roles", USER_ROLES),
    Field::optional("teamIds", IDS),
    Field::required("username", EMAIL),
];

/// `PATCH …/users/{userId}` of an organization.
pub const ORG_USER_CHANGE: &[Field] =
    &[Field::optional("roles", USER_ROLES), Field::optional("teamIds", IDS)];

/// `POST …/users` and `POST …/access` of a project.
pub const GROUP_USER: &[Field] =
    &[Field::required("roles", PROJECT_ROLES), Field::required("username", EMAIL)];

/// `:addRole` and `:removeRole` of an organization's user.
pub const ORG_ROLE: &[Field] = &[Field::required("orgRole", name_of(Names::OrgRole))];

/// `:addRole` and `:removeRole` of a project's user.
pub const GROUP_ROLE: &[Field] = &[Field::required("groupRole", name_of(Names::ProjectRole))];

const COUNTRY: Kind = Kind::Text { pattern: "^[A-Z]{2}$", right: "a country's two capital letters" };
const PERSON_NAME: Kind = Kind::Text { pattern: pattern::UP_TO_250, right: "1 to 250 characters" };

/// `POST /users`. The password is checked and not kept: nobody signs in here.
pub const USER: &[Field] = &[
    Field::required("country", COUNTRY),
    Field::optional("emailAddress", EMAIL),
    Field::required("firstName", PERSON_NAME),
    Field::required("lastName", PERSON_NAME),
    Field::optional("mobileNumber", ANY_TEXT),
    Field::required("password", Kind::Text { pattern: "^[\\s\\S]{8,256}$", right: "8 to 256 characters" }),
    Field::required(
        "roles",
        Kind::List {
            item: &Kind::Object(&[
                Field::optional("groupId", ID),
                Field::optional("orgId", ID),
                Field::required("roleName", name_of(Names::AnyRole)),
            ]),
            min: 1,
            max: 500,
        },
    ),
    Field::required("username", EMAIL),
    Field::ignored("id"),
    Field::read_only("links"),
];

/// `:accept` of an invitation.
pub const INTRODUCTION: &[Field] = &[
    Field::optional("country", COUNTRY),
    Field::optional("firstName", PERSON_NAME),
    Field::optional("lastName", PERSON_NAME),
];
