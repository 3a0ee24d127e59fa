//! Who holds which roles where. A holder is a key, a service account or a person; a place is an
//! organization or a project. Ids are unique across nouns, so neither needs its kind beside it.

use model::key::Principal;
use model::{OrgId, Refusal, Role, Roles};

use crate::engine::{Row, Tx, Val, statements, vals};
use crate::error::Result;

statements! {
    SET: "grant roles" = "INSERT INTO role_grant (holder, place, roles) VALUES ($1, $2, $3) \
         ON CONFLICT (holder, place) DO UPDATE SET roles = excluded.roles";
    GET: "read roles" = "SELECT roles FROM role_grant WHERE holder = $1 AND place = $2";
    DROP: "take roles" = "DELETE FROM role_grant WHERE holder = $1 AND place = $2";
    DROP_OF_HOLDER: "take a holder's roles" = "DELETE FROM role_grant WHERE holder = $1";
    OWNER_CALLS: "look for an owner that can call" = "SELECT 1 FROM role_grant g \
         WHERE g.place = $1 AND g.roles LIKE $2 \
         AND (EXISTS (SELECT 1 FROM api_key k WHERE k.id = g.holder) \
         OR EXISTS (SELECT 1 FROM service_account a WHERE a.client_id = g.holder)) LIMIT 1";
    DROP_AT: "take the roles at a place" = "DELETE FROM role_grant WHERE place = $1";
}

/// A principal as a holder.
pub(crate) fn holder(principal: &Principal) -> Val<'_> {
    match principal {
        Principal::Key(id) => Val::from(*id),
        Principal::ServiceAccount(client_id) => Val::from(client_id),
    }
}

/// Roles as they are kept.
pub(crate) fn text(roles: Roles) -> String {
    let names: Vec<&str> = roles.iter().map(Role::name).collect();
    names.join(",")
}

/// Roles from a row; a place where none is held has none.
pub(crate) fn read(row: &mut Row<'_>) -> Result<Roles> {
    let kept = row.parse_opt(|text| {
        text.split(',').filter(|name| !name.is_empty()).map(Role::from_name).collect::<Option<Roles>>()
    })?;
    Ok(kept.unwrap_or(Roles::NONE))
}

/// Gives a holder these roles at a place, instead of those it had.
pub(crate) fn set(tx: &mut Tx<'_>, holder: Val<'_>, place: Val<'_>, roles: Roles) -> Result<()> {
    tx.exec(SET, &[holder, place, Val::from(&text(roles))]).map(|_| ())
}

/// The roles of a holder at a place; `None` if nothing was ever granted.
pub(crate) fn get(tx: &mut Tx<'_>, holder: Val<'_>, place: Val<'_>) -> Result<Option<Roles>> {
    tx.one(GET, &[holder, place], |row| read(row.of("role_grant")))
}

/// Takes a holder's roles at a place; answers whether there were any.
pub(crate) fn drop(tx: &mut Tx<'_>, holder: Val<'_>, place: Val<'_>) -> Result<bool> {
    Ok(tx.exec(DROP, &[holder, place])? > 0)
}

/// Refuses to take the owner's role from the last key or account that has it: people can't call, so
/// nobody could give it back. `held` are the roles that were taken.
pub(crate) fn keep_an_owner(tx: &mut Tx<'_>, org: OrgId, held: Roles) -> Result<()> {
    // QUIRK(last-owner): the service looks after people only, who can sign in there.
    // Roles are kept in their own order, in which the owner's is the first.
    let owner = format!("{}%", Role::OrgOwner);
    if held.contains(Role::OrgOwner) && !tx.any(OWNER_CALLS, vals![org, &owner])? {
        return Err(Refusal::LastOrgOwner.into());
    }
    Ok(())
}

/// Takes a holder's roles everywhere.
pub(crate) fn drop_of_holder(tx: &mut Tx<'_>, holder: Val<'_>) -> Result<()> {
    tx.exec(DROP_OF_HOLDER, &[holder]).map(|_| ())
}

/// Takes everybody's roles at a place.
pub(crate) fn drop_at(tx: &mut Tx<'_>, place: Val<'_>) -> Result<()> {
    tx.exec(DROP_AT, vals![place]).map(|_| ())
}
