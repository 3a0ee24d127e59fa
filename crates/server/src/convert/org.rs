//! Organizations and their settings on the wire.

use api::types::Link;
use api::types::org::{Org as Wire, OrgSettings as WireSettings, SessionTimeouts};
use api::{ErrorCode, schemas};
use model::UserId;
use model::project::{Org, OrgSettings, valid_project_name};
use serde_json::Value;
use store::OrgChange;

use crate::body::Fields;
use crate::context::Context;
use crate::error::ApiError;

/// What hangs on a single organization.
const RELATED: [(&str, &str); 3] = [
    ("groups", "https://cloud.mongodb.com/groups"),
    ("teams", "https://cloud.mongodb.com/teams"),
    ("users", "https://cloud.mongodb.com/users"),
];

/// An organization in a list: it links to itself only.
pub fn show_in_list(context: &Context, org: &Org) -> Wire {
    let id = org.id.to_string();
    Wire {
        is_deleted: false,
        links: vec![Link::to_self(context.url(&["orgs", &id]))],
        id,
        name: org.name.clone(),
        skip_default_alerts_settings: org.skip_default_alerts,
    }
}

/// An organization by itself.
pub fn show(context: &Context, org: &Org) -> Wire {
    let mut shown = show_in_list(context, org);
    for (part, rel) in RELATED {
        shown.links.push(Link { href: context.url(&["orgs", &shown.id, part]), rel });
    }
    shown
}

/// The name that a body gives an organization.
pub fn name(text: &str) -> Result<String, ApiError> {
    if valid_project_name(text) {
        return Ok(text.to_owned());
    }
    Err(ApiError::new(ErrorCode::InvalidAttribute, ["name".into()])
        .at("name", "The value must be 1 to 64 letters, digits, spaces and any of -_.(),:&@+'"))
}

/// Reads the body of `PATCH /orgs/{orgId}`.
pub fn parse_change(fields: Fields) -> Result<OrgChange, ApiError> {
    let fields = fields.check(schemas::ORG_CHANGE)?;
    Ok(OrgChange {
        name: fields.text("name").map(name).transpose()?,
        skip_default_alerts: fields.flag("skipDefaultAlertsSettings"),
    })
}

/// The owner that `POST /orgs` names.
pub fn owner(fields: &Fields) -> Result<Option<UserId>, ApiError> {
    let named = fields.text("orgOwnerId").filter(|text| !text.is_empty());
    named
        .map(|text| {
            text.parse().map_err(|_| {
                ApiError::new(ErrorCode::UserNotFound, [text.into()])
                    .at("orgOwnerId", "Name an active user of the organization that you call from.")
            })
        })
        .transpose()
}

/// The settings. What is not set is left out.
pub fn show_settings(settings: &OrgSettings) -> WireSettings {
    let (absolute, idle) = settings.session_timeouts;
    WireSettings {
        api_access_list_required: settings.api_access_list_required,
        custom_session_timeouts: (absolute.is_some() || idle.is_some()).then_some(SessionTimeouts {
            absolute_session_timeout_in_seconds: absolute,
            idle_session_timeout_in_seconds: idle,
        }),
        gen_ai_features_enabled: settings.gen_ai_features,
        max_service_account_secret_validity_in_hours: settings.max_secret_hours,
        multi_factor_auth_required: settings.multi_factor_auth_required,
        operations_contact: settings.operations_contact.clone(),
        restrict_employee_access: settings.restrict_employee_access,
        security_contact: settings.security_contact.clone(),
        streams_cross_group_enabled: settings.streams_cross_group,
    }
}

fn seconds(value: Option<&Value>) -> Option<u32> {
    value.and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok())
}

/// The settings with what a body says of them; null takes back what may be unset.
pub fn change_settings(before: OrgSettings, fields: &Fields) -> OrgSettings {
    let flag = |name, before| fields.flag(name).unwrap_or(before);
    let unset = |name| fields.value(name).is_some_and(Value::is_null);
    let contact = |name, before: Option<String>| match fields.text(name) {
        Some(text) => (!text.is_empty()).then(|| text.to_owned()),
        None => before.filter(|_| !unset(name)),
    };
    let session_timeouts = match fields.value("customSessionTimeouts") {
        None => before.session_timeouts,
        Some(whole) => {
            let part = |name, before| match whole.get(name) {
                None if whole.is_object() => before,
                part => seconds(part),
            };
            let (absolute, idle) = before.session_timeouts;
            (part("absoluteSessionTimeoutInSeconds", absolute), part("idleSessionTimeoutInSeconds", idle))
        }
    };
    const HOURS: &str = "maxServiceAccountSecretValidityInHours";
    OrgSettings {
        api_access_list_required: flag("apiAccessListRequired", before.api_access_list_required),
        gen_ai_features: flag("genAIFeaturesEnabled", before.gen_ai_features),
        max_secret_hours: seconds(fields.value(HOURS)).or(before.max_secret_hours.filter(|_| !unset(HOURS))),
        multi_factor_auth_required: flag("multiFactorAuthRequired", before.multi_factor_auth_required),
        operations_contact: contact("operationsContact", before.operations_contact),
        restrict_employee_access: flag("restrictEmployeeAccess", before.restrict_employee_access),
        security_contact: contact("securityContact", before.security_contact),
        session_timeouts,
        streams_cross_group: flag("streamsCrossGroupEnabled", before.streams_cross_group),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(before: OrgSettings, body: &'static str) -> OrgSettings {
        let fields = crate::body::object(&bytes::Bytes::from_static(body.as_bytes())).expect("an object");
        change_settings(before, &fields)
    }

    #[test]
    fn null_or_an_empty_text_takes_a_setting_back_and_absence_leaves_it() {
        let set = changed(
            OrgSettings::default(),
            r#"{"securityContact":"a@b.c","maxServiceAccountSecretValidityInHours":24,
                "customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":3600,"idleSessionTimeoutInSeconds":300}}"#,
        );
        assert_eq!(set.security_contact.as_deref(), Some("a@b.c"));
        assert_eq!((set.max_secret_hours, set.session_timeouts), (Some(24), (Some(3600), Some(300))));
        assert_eq!(changed(set.clone(), "{}"), set);
        let part = r#"{"customSessionTimeouts":{"idleSessionTimeoutInSeconds":null},"securityContact":""}"#;
        let less = changed(set.clone(), part);
        assert_eq!((less.session_timeouts, less.security_contact), ((Some(3600), None), None));
        let none = r#"{"customSessionTimeouts":null,"maxServiceAccountSecretValidityInHours":null}"#;
        let less = changed(set, none);
        assert_eq!((less.session_timeouts, less.max_secret_hours), ((None, None), None));
    }
}
