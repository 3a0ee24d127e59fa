//! The project's IP access list.
//!
//! An entry that has expired exists for nobody any more; its row goes with the next change of the
//! list or with [`Store::access_expire`]. Security groups stand only while the project wants a
//! peering: adding one takes a wanted peering at Amazon, and the last wish to go takes them along.

use model::access::{AccessEntry, AccessValue};
use model::event::EventKind;
use model::limits::ACCESS_ENTRIES;
use model::{Act, OrgId, ProjectId, Provider, Refusal, Timestamp};

use crate::engine::{Row, Tx, statements, vals};
use crate::error::Result;
use crate::event::{self, Scope};
use crate::{Page, Paged, Store, limit, peering, project};

macro_rules! columns {
    () => {
        "value, project_id, comment, delete_after, created_at FROM access_entry "
    };
}

statements! {
    LIST: "list access entries" = "SELECT ", columns!(), "WHERE project_id = $1 \
         AND (delete_after IS NULL OR delete_after > $2) ORDER BY seq LIMIT $3 OFFSET $4";
    COUNT: "count access entries" = "SELECT count(*) FROM access_entry WHERE project_id = $1 \
         AND (delete_after IS NULL OR delete_after > $2)";
    GET: "read an access entry" = "SELECT ", columns!(), "WHERE project_id = $1 AND value = $2";
    INSERT: "add an access entry" = "INSERT INTO access_entry \
         (project_id, value, is_group, comment, delete_after, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    SET: "change an access entry" = "UPDATE access_entry SET comment = $1, delete_after = $2 \
         WHERE project_id = $3 AND value = $4";
    DELETE: "delete an access entry" = "DELETE FROM access_entry WHERE project_id = $1 AND value = $2";
    DELETE_EXPIRED: "delete an expired entry" = "DELETE FROM access_entry \
         WHERE project_id = $1 AND value = $2 AND delete_after <= $3";
    DROP_ALL: "drop an access list" = "DELETE FROM access_entry WHERE project_id = $1";
    GROUPS: "read the security groups" = "SELECT value FROM access_entry \
         WHERE project_id = $1 AND is_group = 1 ORDER BY seq";
    EXPIRED: "look for expired entries" = "SELECT e.value, p.org_id, e.project_id \
         FROM access_entry e JOIN project p ON p.id = e.project_id \
         WHERE e.delete_after <= $1 ORDER BY e.delete_after LIMIT $2";
    EXPIRED_IN_PROJECT: "look for expired entries" = "SELECT value FROM access_entry \
         WHERE project_id = $1 AND delete_after <= $2";
}

fn read(row: &mut Row<'_>) -> Result<AccessEntry> {
    let value = row.of("access_entry").parse(AccessValue::parse_path)?;
    Ok(AccessEntry {
        value,
        project: row.id()?,
        comment: row.string()?,
        delete_after: row.time_opt()?,
        created_at: row.time()?,
    })
}

fn read_value(row: &mut Row<'_>) -> Result<String> {
    row.of("access_entry").string()
}

/// Removes an entry, with its event.
fn remove(tx: &mut Tx<'_>, scope: Scope, project: ProjectId, value: &str, act: &Act) -> Result<bool> {
    let there = tx.exec(DELETE, vals![project, value])? > 0;
    if there {
        event::write(tx, scope, EventKind::NetworkPermissionEntryRemoved, act, value)?;
    }
    Ok(there)
}

/// Takes a project whose list is to be changed, and removes what has expired of the list.
fn take_list(tx: &mut Tx<'_>, project: ProjectId, now: Timestamp) -> Result<Scope> {
    let scope = project::take(tx, project)?;
    let expired = tx.all(EXPIRED_IN_PROJECT, vals![project, now], read_value)?;
    for value in expired {
        remove(tx, scope, project, &value, &Act::of_system(now))?;
    }
    Ok(scope)
}

/// Removes the project's security groups.
pub(crate) fn drop_groups(tx: &mut Tx<'_>, scope: Scope, act: &Act) -> Result<()> {
    let Some(project) = scope.project else { return Ok(()) };
    let groups = tx.all(GROUPS, vals![project], read_value)?;
    for group in groups {
        remove(tx, scope, project, &group, act)?;
    }
    Ok(())
}

/// Removes the whole list of a project that is being closed.
pub(crate) fn drop_all(tx: &mut Tx<'_>, project: ProjectId) -> Result<()> {
    tx.exec(DROP_ALL, vals![project]).map(|_| ())
}

fn add(tx: &mut Tx<'_>, project: ProjectId, entries: &[AccessEntry], act: &Act) -> Result<()> {
    let scope = take_list(tx, project, act.at)?;
    let groups = entries.iter().any(|entry| entry.value.is_group());
    if groups && !peering::wanted_at(tx, project, Provider::Aws)? {
        return Err(Refusal::SecurityGroupNeedsPeering.into());
    }
    let mut longer = false;
    for entry in entries {
        let key = entry.value.key();
        let kind = match tx.one(GET, vals![project, &key], read)? {
            None => {
                let AccessEntry { value, comment, delete_after, created_at, .. } = entry;
                tx.exec(INSERT, vals![project, &key, value.is_group(), comment, *delete_after, *created_at])?;
                longer = true;
                EventKind::NetworkPermissionEntryAdded
            }
            Some(listed) => {
                let adopted = listed.adopt(entry)?;
                if adopted == listed {
                    continue;
                }
                tx.exec(SET, vals![&adopted.comment, adopted.delete_after, project, &key])?;
                EventKind::NetworkPermissionEntryUpdated
            }
        };
        event::write(tx, scope, kind, act, &key)?;
    }
    // A list that a lowered limit finds too long may stay so, and be changed, but not grow.
    let max = limit::value(tx, project, ACCESS_ENTRIES)?;
    if longer && tx.count(COUNT, vals![project, act.at])? > u64::from(max) {
        return Err(Refusal::TooManyAccessEntries { max }.into());
    }
    Ok(())
}

fn delete(tx: &mut Tx<'_>, project: ProjectId, key: &str, act: &Act) -> Result<()> {
    let scope = take_list(tx, project, act.at)?;
    match remove(tx, scope, project, key, act)? {
        true => Ok(()),
        false => Err(Refusal::AccessEntryNotFound { entry: key.to_owned(), project }.into()),
    }
}

fn expire(tx: &mut Tx<'_>, now: Timestamp, limit: u32) -> Result<u64> {
    let read = |row: &mut Row<'_>| Ok((read_value(row)?, row.id()?, row.id()?));
    let mut expired: Vec<(String, OrgId, ProjectId)> = tx.all(EXPIRED, vals![now, limit], read)?;
    expired.sort_by_key(|(_, _, project)| *project);
    let mut n_removed = 0;
    for (value, org, project) in &expired {
        project::hold(tx, *project)?;
        // Somebody may have listed it anew since it was looked for.
        if tx.exec(DELETE_EXPIRED, vals![*project, value, now])? > 0 {
            let scope = Scope { org: *org, project: Some(*project) };
            event::write(tx, scope, EventKind::NetworkPermissionEntryRemoved, &Act::of_system(now), value)?;
            n_removed += 1;
        }
    }
    Ok(n_removed)
}

impl Store {
    /// Adds entries, or changes those that are listed; all or none.
    pub async fn access_add(&self, project: ProjectId, entries: Vec<AccessEntry>, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| add(tx, project, &entries, &act)).await
    }

    /// The entries that have not expired, in the order in which they were added.
    pub async fn access_list(
        &self,
        project: ProjectId,
        now: Timestamp,
        page: Page,
    ) -> Result<Paged<AccessEntry>> {
        self.snapshot(move |tx| {
            let total = tx.count(COUNT, vals![project, now])?;
            let items = tx.sound(LIST, vals![project, now, page.size, page.skipped()], read)?;
            Ok(Paged { items, total })
        })
        .await
    }

    /// The entry of that key, if it has not expired.
    pub async fn access_get(
        &self,
        project: ProjectId,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<AccessEntry>> {
        let key = key.to_owned();
        let entry = self.read(move |tx| tx.one(GET, vals![project, &key], read)).await?;
        Ok(entry.filter(|entry| !entry.expired(now)))
    }

    /// Deletes the entry of that key.
    pub async fn access_delete(&self, project: ProjectId, key: &str, act: &Act) -> Result<()> {
        let (key, act) = (key.to_owned(), act.clone());
        self.write(move |tx| delete(tx, project, &key, &act)).await
    }

    /// Deletes at most so many entries that have expired; answers how many.
    pub async fn access_expire(&self, now: Timestamp, limit: u32) -> Result<u64> {
        self.write(move |tx| expire(tx, now, limit)).await
    }
}
