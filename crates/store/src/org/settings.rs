//! What an organization has set for itself.

use model::event::EventKind;
use model::project::OrgSettings;
use model::{Act, OrgId, Refusal};

use super::take;
use crate::Store;
use crate::engine::{Row, Tx, statements, vals};
use crate::error::Result;
use crate::event::{self, Scope};

statements! {
    GET: "read an organization's settings" = "SELECT api_access_list_required, gen_ai_features, \
         max_secret_hours, multi_factor_auth_required, operations_contact, restrict_employee_access, \
         security_contact, session_absolute, session_idle, streams_cross_group \
         FROM org WHERE id = $1 AND closed_at IS NULL";
    SET: "change an organization's settings" = "UPDATE org SET api_access_list_required = $1, \
         gen_ai_features = $2, max_secret_hours = $3, multi_factor_auth_required = $4, \
         operations_contact = $5, restrict_employee_access = $6, security_contact = $7, \
         session_absolute = $8, session_idle = $9, streams_cross_group = $10 WHERE id = $11";
}

fn optional(row: &mut Row<'_>) -> Result<Option<u32>> {
    match row.int_opt()? {
        Some(number) => u32::try_from(number).map(Some).map_err(|_| row.fault()),
        None => Ok(None),
    }
}

fn read(row: &mut Row<'_>) -> Result<OrgSettings> {
    Ok(OrgSettings {
        api_access_list_required: row.of("org").flag()?,
        gen_ai_features: row.flag()?,
        max_secret_hours: optional(row)?,
        multi_factor_auth_required: row.flag()?,
        operations_contact: row.string_opt()?,
        restrict_employee_access: row.flag()?,
        security_contact: row.string_opt()?,
        session_timeouts: (optional(row)?, optional(row)?),
        streams_cross_group: row.flag()?,
    })
}

fn get(tx: &mut Tx<'_>, id: OrgId) -> Result<OrgSettings> {
    Ok(tx.one(GET, vals![id], read)?.ok_or(Refusal::OrgNotFound { id })?)
}

/// What a change tells. The service has no name for a change of the others.
fn kinds(before: &OrgSettings, after: &OrgSettings) -> Vec<EventKind> {
    use EventKind as Kind;
    let flag = |before: bool, after: bool, on, off| (before != after).then_some(if after { on } else { off });
    [
        flag(
            before.api_access_list_required,
            after.api_access_list_required,
            Kind::OrgPublicApiAccessListRequired,
            Kind::OrgPublicApiAccessListNotRequired,
        ),
        flag(
            before.multi_factor_auth_required,
            after.multi_factor_auth_required,
            Kind::OrgTwoFactorAuthRequired,
            Kind::OrgTwoFactorAuthOptional,
        ),
        flag(
            before.restrict_employee_access,
            after.restrict_employee_access,
            Kind::OrgEmployeeAccessRestricted,
            Kind::OrgEmployeeAccessUnrestricted,
        ),
        (before.max_secret_hours != after.max_secret_hours)
            .then_some(Kind::OrgServiceAccountMaxSecretValidityEdited),
        (before.session_timeouts != after.session_timeouts).then_some(Kind::CustomSessionTimeoutModified),
        (before.security_contact != after.security_contact).then_some(Kind::SecurityContactModified),
        (before.operations_contact != after.operations_contact).then_some(Kind::OperationsContactModified),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn set(tx: &mut Tx<'_>, id: OrgId, before: &OrgSettings, settings: &OrgSettings, act: &Act) -> Result<()> {
    if before.api_access_list_required != settings.api_access_list_required {
        tx.callers_changed();
    }
    let OrgSettings { operations_contact, security_contact, .. } = settings;
    let values = vals![
        settings.api_access_list_required,
        settings.gen_ai_features,
        settings.max_secret_hours,
        settings.multi_factor_auth_required,
        operations_contact.as_deref(),
        settings.restrict_employee_access,
        security_contact.as_deref(),
        settings.session_timeouts.0,
        settings.session_timeouts.1,
        settings.streams_cross_group,
        id,
    ];
    tx.exec(SET, values)?;
    for kind in kinds(before, settings) {
        event::write(tx, Scope::of_org(id), kind, act, &id.to_string())?;
    }
    Ok(())
}

impl Store {
    /// An organization's settings.
    pub async fn org_settings(&self, id: OrgId) -> Result<OrgSettings> {
        self.read(move |tx| get(tx, id)).await
    }

    /// Changes an organization's settings: `change` makes the new ones of those that hold.
    pub async fn org_settings_change(
        &self,
        id: OrgId,
        change: impl Fn(OrgSettings) -> OrgSettings + Send + 'static,
        act: &Act,
    ) -> Result<OrgSettings> {
        let act = act.clone();
        self.write(move |tx| {
            take(tx, id)?;
            let before = get(tx, id)?;
            let settings = change(before.clone());
            set(tx, id, &before, &settings, &act).map(|()| settings)
        })
        .await
    }
}
