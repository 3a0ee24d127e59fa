//! A project's own limits, and how much of them it uses.

use model::event::EventKind;
use model::limits::ProjectLimit;
use model::peering::{Count, State};
use model::{Act, ProjectId, Timestamp};

use crate::engine::{Row, Tx, statements, vals};
use crate::error::Result;
use crate::event;
use crate::{Store, project};

statements! {
    LIST: "list limits" = "SELECT name, value FROM project_limit WHERE project_id = $1 ORDER BY name";
    SET: "set a limit" = "INSERT INTO project_limit (project_id, name, value) VALUES ($1, $2, $3) \
         ON CONFLICT (project_id, name) DO UPDATE SET value = excluded.value \
         WHERE project_limit.value <> excluded.value";
    DELETE: "take a limit back" = "DELETE FROM project_limit WHERE project_id = $1 AND name = $2";
    VALUE: "read a limit" = "SELECT value FROM project_limit WHERE project_id = $1 AND name = $2";
    STATES: "count peerings" = "SELECT p.state, p.reason FROM container c \
         JOIN peering p ON p.container_id = c.id WHERE c.project_id = $1";
    CONTAINERS: "count containers" = "SELECT count(*) FROM container WHERE project_id = $1";
    ACCESS_ENTRIES: "count access entries" = "SELECT count(*) FROM access_entry \
         WHERE project_id = $1 AND (delete_after IS NULL OR delete_after > $2)";
}

/// How much a project holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Containers.
    pub containers: u64,
    /// Peerings, in whatever state.
    pub peerings: u64,
    /// Of which pending.
    pub pending_peerings: u64,
    /// Entries of the access list.
    pub access_entries: u64,
}

fn read(row: &mut Row<'_>) -> Result<(String, u64)> {
    Ok((row.of("project_limit").string()?, row.number()?))
}

/// Whether the state in a row counts as pending; one that makes no sense does not.
fn pending(row: &mut Row<'_>) -> Result<bool> {
    let (state, reason) = (row.text()?, row.text_opt()?);
    Ok(State::from_names(state, reason).is_some_and(State::pending))
}

/// How many peerings a project has.
pub(crate) fn peerings(tx: &mut Tx<'_>, project: ProjectId) -> Result<Count> {
    let mut count = Count { all: 0, pending: 0 };
    tx.each(STATES, vals![project], |row| {
        count.all += 1;
        count.pending += u32::from(pending(row.of("peering"))?);
        Ok(())
    })?;
    Ok(count)
}

/// What a limit is in a project.
pub(crate) fn value(tx: &mut Tx<'_>, project: ProjectId, limit: ProjectLimit) -> Result<u32> {
    let set = tx.one(VALUE, vals![project, limit.name], |row| row.of("project_limit").number::<u32>())?;
    Ok(set.unwrap_or(limit.default))
}

/// What several limits are in a project.
pub(crate) fn values<const N: usize>(
    tx: &mut Tx<'_>,
    project: ProjectId,
    limits: [ProjectLimit; N],
) -> Result<[u32; N]> {
    let mut values = limits.map(|limit| limit.default);
    tx.each(LIST, vals![project], |row| {
        let name = row.of("project_limit").text()?;
        if let Some(nth) = limits.iter().position(|limit| limit.name == name) {
            values[nth] = row.number()?;
        }
        Ok(())
    })?;
    Ok(values)
}

impl Store {
    /// The limits that were set for a project, by name.
    pub async fn limit_list(&self, project: ProjectId) -> Result<Vec<(String, u64)>> {
        self.read(move |tx| tx.sound(LIST, vals![project], read)).await
    }

    /// Sets a limit. What a project has beyond it stays; nothing can be added before it is less.
    pub async fn limit_set(&self, project: ProjectId, name: &str, value: u64, act: &Act) -> Result<()> {
        let (name, act) = (name.to_owned(), act.clone());
        let value = i64::try_from(value).unwrap_or(i64::MAX);
        self.write(move |tx| {
            let scope = project::take(tx, project)?;
            if tx.exec(SET, vals![project, &name, value])? > 0 {
                event::write(tx, scope, EventKind::ProjectLimitUpdated, &act, &name)?;
            }
            Ok(())
        })
        .await
    }

    /// Takes a limit back to its default; one that was never set has it already.
    pub async fn limit_delete(&self, project: ProjectId, name: &str, act: &Act) -> Result<()> {
        let (name, act) = (name.to_owned(), act.clone());
        self.write(move |tx| {
            let scope = project::take(tx, project)?;
            if tx.exec(DELETE, vals![project, &name])? > 0 {
                event::write(tx, scope, EventKind::ProjectLimitUpdated, &act, &name)?;
            }
            Ok(())
        })
        .await
    }

    /// How much a project holds at that moment.
    pub async fn project_usage(&self, project: ProjectId, now: Timestamp) -> Result<Usage> {
        self.snapshot(move |tx| {
            let count = peerings(tx, project)?;
            Ok(Usage {
                containers: tx.count(CONTAINERS, vals![project])?,
                peerings: u64::from(count.all),
                pending_peerings: u64::from(count.pending),
                access_entries: tx.count(ACCESS_ENTRIES, vals![project, now])?,
            })
        })
        .await
    }
}
