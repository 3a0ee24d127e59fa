//! Organizations and their settings.

use api::types::org::NewOrg as Made;
use api::{ErrorCode, schemas};
use model::project::Org;
use model::{OrgId, Refusal, limits};
use store::NewOrg;

use crate::body::{self, Fields};
use crate::context::Context;
use crate::convert::account::NewAccount;
use crate::convert::key::{self, MadeKey, Where};
use crate::convert::{group, org};
use crate::error::ApiError;
use crate::page::Asked;
use crate::reply::Reply;

/// The organizations in which the caller has a role: nearly always one.
pub async fn list_orgs(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let name = cx.query.get("name").map(str::to_lowercase);
    let mut orgs = cx.app.store.org_list(&cx.caller()?.principal).await?;
    orgs.retain(|org| name.as_ref().is_none_or(|name| org.name.to_lowercase().starts_with(name.as_str())));
    let total = orgs.len() as u64;
    let (number, size) = (asked.number as usize, asked.size as usize);
    let page = orgs.iter().skip((number - 1).saturating_mul(size)).take(size);
    let shown = page.map(|found| org::show_in_list(&cx, found)).collect();
    Ok(Reply::json(&asked.answer(&cx.here(), &cx.query, total, shown)))
}

pub async fn get_org(cx: Context) -> Result<Reply, ApiError> {
    Ok(Reply::json(&org::show(&cx, cx.org()?)))
}

/// Any owner of an organization may make another. Its key or service account is shown with its
/// secret here, and only here.
pub async fn create_org(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::ORG)?;
    let name = org::name(fields.required("name")?)?;
    let owner = org::owner(&fields)?;
    if let Some(federation) = fields.text("federationSettingsId").filter(|text| !text.is_empty()) {
        let wanted = format!("federation settings with id {federation}");
        return Err(ApiError::new(ErrorCode::ResourceNotFound, [wanted.into()])
            .at("federationSettingsId", "There are no federations here. Leave it out."));
    }
    let (wants_key, wants_account) = (fields.object("apiKey"), fields.object("serviceAccount"));
    if wants_key.is_some() && wants_account.is_some() {
        let both = ["apiKey".into(), "serviceAccount".into()];
        return Err(ApiError::new(ErrorCode::MutuallyExclusiveAttributes, both));
    }
    let act = cx.act();
    let id: OrgId = cx.app.store.mint().mint(act.at);
    let key = wants_key.map(|fields| new_key(&cx, id, &fields)).transpose()?;
    let account = wants_account.map(|fields| new_account(&cx, id, &fields)).transpose()?;
    let made = Org {
        id,
        name,
        api_access_list_required: false,
        skip_default_alerts: fields.flag("skipDefaultAlertsSettings").unwrap_or(false),
        created_at: act.at,
    };
    let new = NewOrg {
        org: made.clone(),
        owner,
        key: key.as_ref().map(|new| (new.key.clone(), new.sealed.clone())),
        account: account.as_ref().map(|new| (new.account.clone(), new.secret.clone())),
    };
    let caller = cx.caller()?;
    cx.app.store.org_create(new, caller.org, &caller.principal, &act).await?;
    Ok(Reply::json(&Made {
        api_key: key.map(|new| key::show_new(&cx, &new.key, &new.private_key)),
        org_owner_id: owner.map(|owner| owner.to_string()),
        skip_default_alerts_settings: made.skip_default_alerts,
        organization: org::show(&cx, &made),
        service_account: account.map(|new| {
            let roles = new.account.org_roles;
            new.show(roles)
        }),
    }))
}

fn new_key(cx: &Context, org: OrgId, fields: &Fields) -> Result<MadeKey, ApiError> {
    let roles = key::roles(fields, Where::Org)?.unwrap_or_default();
    Ok(key::make(cx, org, fields.required("desc")?, roles))
}

fn new_account(cx: &Context, org: OrgId, fields: &Fields) -> Result<NewAccount, ApiError> {
    let roles = key::roles(fields, Where::Org)?.unwrap_or_default();
    NewAccount::parse(cx, fields, org, roles, limits::SECRET_HOURS)
}

pub async fn update_org(cx: Context) -> Result<Reply, ApiError> {
    let change = org::parse_change(body::object(&cx.body)?)?;
    let changed = cx.app.store.org_change(cx.org_id()?, change, &cx.act()).await?;
    Ok(Reply::json(&org::show(&cx, &changed)))
}

pub async fn delete_org(cx: Context) -> Result<Reply, ApiError> {
    cx.app.store.org_delete(cx.org_id()?, &cx.act()).await?;
    Ok(Reply::empty())
}

pub async fn get_org_settings(cx: Context) -> Result<Reply, ApiError> {
    let settings = cx.app.store.org_settings(cx.org_id()?).await?;
    Ok(Reply::json(&org::show_settings(&settings)))
}

pub async fn update_org_settings(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::ORG_SETTINGS)?;
    let (id, caller) = (cx.org_id()?, cx.caller()?);
    let required = fields.flag("apiAccessListRequired").unwrap_or(false);
    // QUIRK(access-list-lock-out): whoever has no access list would be refused from now on.
    if required && caller.org == id && !caller.is_listed() {
        let lock_out = Refusal::WouldLockOutCaller { address: cx.address.to_string() };
        return Err(ApiError::from(lock_out).at(
            "apiAccessListRequired",
            "Add your address to the access list of what you call with first.",
        ));
    }
    let act = cx.act();
    let change = move |before| org::change_settings(before, &fields);
    let settings = cx.app.store.org_settings_change(id, change, &act).await?;
    Ok(Reply::json(&org::show_settings(&settings)))
}

pub async fn list_org_groups(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let paged = cx.app.store.project_list(&cx.caller()?.principal, Some(cx.org_id()?), asked.page()).await?;
    Ok(asked.reply(&cx, paged, |project| group::show_in_list(&cx, &project)))
}
