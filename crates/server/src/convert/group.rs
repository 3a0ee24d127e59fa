//! Projects on the wire.

use api::types::Link;
use api::types::group::{Group, Tag as WireTag};
use api::types::org::PlacedRole;
use api::{ErrorCode, schemas};
use model::project::{Project, Tag, valid_project_name};
use model::{OrgId, ProjectId, Role, Roles, UserId};

use crate::body::Fields;
use crate::context::Context;
use crate::convert::time;
use crate::error::ApiError;

/// The relations of a single project, with the last part of their path. Recorded.
const RELATED: [(&str, &str); 6] = [
    ("containers", "https://cloud.mongodb.com/containers"),
    ("clusters", "https://cloud.mongodb.com/clusters"),
    ("databaseUsers", "https://cloud.mongodb.com/databaseUsers"),
    ("peers", "https://cloud.mongodb.com/peers"),
    ("processes", "https://cloud.mongodb.com/processes"),
    ("whitelist", "https://cloud.mongodb.com/whitelist"),
];

/// A project in a list: it links to itself only.
pub fn show_in_list(context: &Context, project: &Project) -> Group {
    let id = project.id.to_string();
    Group {
        cluster_count: 0,
        created: time::seconds(project.created_at),
        links: vec![Link::to_self(context.url(&["groups", &id]))],
        id,
        name: project.name.clone(),
        org_id: project.org.to_string(),
        region_usage_restrictions: project.region_restrictions.clone(),
        tags: Some(
            project
                .tags
                .iter()
                .map(|tag| WireTag { key: tag.key.clone(), value: tag.value.clone() })
                .collect(),
        ),
        with_default_alerts_settings: project.default_alerts,
    }
}

/// A project by itself.
pub fn show(context: &Context, project: &Project) -> Group {
    let mut group = show_in_list(context, project);
    let related =
        RELATED.iter().map(|(part, rel)| Link { href: context.url(&["groups", &group.id, part]), rel });
    group.links.extend(related.collect::<Vec<_>>());
    group
}

/// What `POST /groups` asks for.
#[derive(Debug)]
pub struct NewGroup {
    /// The organization.
    pub org: OrgId,
    /// The name.
    pub name: String,
    /// The labels.
    pub tags: Vec<Tag>,
    /// Whether alert settings come with it.
    pub default_alerts: bool,
    /// Which regions it may use.
    pub region_restrictions: Option<String>,
}

/// Reads the body of `POST /groups`.
pub fn parse_new(fields: Fields) -> Result<NewGroup, ApiError> {
    let fields = fields.check(schemas::GROUP)?;
    let org = fields.required("orgId")?;
    Ok(NewGroup {
        org: org.parse().map_err(|_| ApiError::new(ErrorCode::OrgNotFound, [org.into()]))?,
        name: name(fields.required("name")?)?,
        tags: tags(&fields)?.unwrap_or_default(),
        default_alerts: fields.flag("withDefaultAlertsSettings").unwrap_or(true),
        region_restrictions: fields
            .text("regionUsageRestrictions")
            .filter(|text| !text.is_empty() && *text != "NONE")
            .map(str::to_owned),
    })
}

/// Reads the body of `PATCH /groups/{groupId}`.
pub fn parse_change(fields: Fields) -> Result<store::ProjectChange, ApiError> {
    let fields = fields.check(schemas::GROUP_CHANGE)?;
    Ok(store::ProjectChange { name: fields.text("name").map(name).transpose()?, tags: tags(&fields)? })
}

fn name(text: &str) -> Result<String, ApiError> {
    if valid_project_name(text) {
        return Ok(text.to_owned());
    }
    Err(ApiError::new(ErrorCode::InvalidGroupName, [text.into()])
        .at("name", "The value must be 1 to 64 letters, digits, spaces and any of -_.(),:&@+'"))
}

/// The characters of a tag beyond letters, digits and spaces. The texts are recorded in parts.
const TAG_CHARS: &str = ";@_-.+";
const TAG_MAX_CHARS: usize = 255;

/// What is wrong with a part of a tag, in words that clients look for.
fn tag_fault(part: &str, value: &str) -> Option<String> {
    let allowed = |c: char| c.is_alphanumeric() || c == ' ' || TAG_CHARS.contains(c);
    if value.trim().is_empty() {
        Some(format!("The tag {part} must not be empty."))
    } else if value.chars().count() > TAG_MAX_CHARS {
        Some(format!(
            "The tag {part} {value} exceeded the maximum allowed length of {TAG_MAX_CHARS} characters."
        ))
    } else if !value.chars().all(allowed) {
        let chars: Vec<String> = TAG_CHARS.chars().map(|c| format!("'{c}'")).collect();
        Some(format!(
            "The tag {part} {value} contains invalid characters. Allowable characters include letters, numbers, spaces, {}.",
            chars.join(", ")
        ))
    } else {
        None
    }
}

fn tags(fields: &Fields) -> Result<Option<Vec<Tag>>, ApiError> {
    let Some(items) = fields.list("tags") else {
        return Ok(None);
    };
    let mut tags = Vec::with_capacity(items.len());
    for (nth, item) in items.iter().enumerate() {
        let text = |part: &str| item.get(part).and_then(serde_json::Value::as_str).unwrap_or_default();
        let tag = Tag { key: text("key").to_owned(), value: text("value").to_owned() };
        for (part, value) in [("key", &tag.key), ("value", &tag.value)] {
            let Some(fault) = tag_fault(part, value) else { continue };
            let field = format!("tags[{nth}].{part}");
            return Err(ApiError::new(ErrorCode::ValidationError, [fault.clone().into()]).at(&field, fault));
        }
        if tags.iter().any(|other: &Tag| other.key == tag.key) {
            let fault = format!("Tag key {} is given twice.", tag.key);
            return Err(ApiError::new(ErrorCode::ValidationError, [fault.clone().into()])
                .at(&format!("tags[{nth}].key"), fault));
        }
        tags.push(tag);
    }
    Ok(Some(tags))
}

/// Names of roles.
pub fn role_names(roles: Roles) -> Vec<&'static str> {
    roles.iter().map(Role::name).collect()
}

/// Roles with the place they are held in.
pub fn placed_roles(org: OrgId, org_roles: Roles, project_roles: &[(ProjectId, Roles)]) -> Vec<PlacedRole> {
    let in_org = org_roles.iter().map(|role| PlacedRole {
        group_id: None,
        org_id: Some(org.to_string()),
        role_name: role.name(),
    });
    let in_projects = project_roles.iter().flat_map(|(project, roles)| {
        roles.iter().map(|role| PlacedRole {
            group_id: Some(project.to_string()),
            org_id: None,
            role_name: role.name(),
        })
    });
    in_org.chain(in_projects).collect()
}

/// The owner that `POST /groups?projectOwnerId=` names.
pub fn owner(text: &str) -> Result<UserId, ApiError> {
    text.parse().map_err(|_| ApiError::new(ErrorCode::UserNotFound, [text.into()]))
}
