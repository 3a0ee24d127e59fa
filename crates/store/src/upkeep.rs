//! What a project keeps for its clusters. A project without a row has what a new one has.

use model::upkeep::{Audit, Hours, Upkeep, UpkeepChange, Window};
use model::{Act, ProjectId};

use crate::engine::{Row, Tx, Val, statements, vals};
use crate::error::Result;
use crate::{Store, event, project};

macro_rules! columns {
    () => {
        "project_id, custom_dns, audit_enabled, audit_success, audit_filter, window_day, window_hour, \
         defers_once, protected_from, protected_until"
    };
}

statements! {
    GET: "read a project's upkeep" = "SELECT ", columns!(), " FROM project_upkeep WHERE project_id = $1";
    SET: "change a project's upkeep" = "INSERT INTO project_upkeep (", columns!(), ") \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (project_id) DO UPDATE SET \
         custom_dns = excluded.custom_dns, audit_enabled = excluded.audit_enabled, \
         audit_success = excluded.audit_success, audit_filter = excluded.audit_filter, \
         window_day = excluded.window_day, window_hour = excluded.window_hour, \
         defers_once = excluded.defers_once, protected_from = excluded.protected_from, \
         protected_until = excluded.protected_until";
    DROP: "drop a project's upkeep" = "DELETE FROM project_upkeep WHERE project_id = $1";
}

fn read_small(row: &mut Row<'_>) -> Result<Option<u8>> {
    let number = row.int_opt()?;
    number.map(|number| u8::try_from(number).map_err(|_| row.fault())).transpose()
}

fn read(row: &mut Row<'_>) -> Result<Upkeep> {
    row.of("project_upkeep").skip();
    let custom_dns = row.flag()?;
    let audit = Audit { enabled: row.flag()?, success: row.flag()?, filter: row.string_opt()? };
    let (day, hour, defers_once) = (read_small(row)?, row.number()?, row.flag()?);
    let (from, until) = (read_small(row)?, read_small(row)?);
    Ok(Upkeep {
        custom_dns,
        audit,
        window: day.map(|day| Window { day, hour }),
        defers_once,
        protected: from.zip(until).map(|(from, until)| Hours { from, until }),
    })
}

fn get(tx: &mut Tx<'_>, project: ProjectId) -> Result<Upkeep> {
    Ok(tx.one(GET, vals![project], read)?.unwrap_or_default())
}

fn small(number: Option<u8>) -> Val<'static> {
    Val::from(number.map(u32::from))
}

fn change(tx: &mut Tx<'_>, project: ProjectId, change: &UpkeepChange, act: &Act) -> Result<Upkeep> {
    let scope = project::take(tx, project)?;
    let before = get(tx, project)?;
    let after = before.change(change)?;
    if after == before {
        return Ok(after);
    }
    let values = vals![
        project,
        after.custom_dns,
        after.audit.enabled,
        after.audit.success,
        after.audit.filter.as_ref(),
        small(after.window.map(|window| window.day)),
        u32::from(after.window.map_or(0, |window| window.hour)),
        after.defers_once,
        small(after.protected.map(|hours| hours.from)),
        small(after.protected.map(|hours| hours.until)),
    ];
    tx.exec(SET, values)?;
    for kind in before.events(&after) {
        event::write(tx, scope, kind, act, &project.to_string())?;
    }
    Ok(after)
}

/// Drops what a project kept that is being closed.
pub(crate) fn drop(tx: &mut Tx<'_>, project: ProjectId) -> Result<()> {
    tx.exec(DROP, vals![project]).map(|_| ())
}

impl Store {
    /// What a project keeps for its clusters.
    pub async fn upkeep_get(&self, project: ProjectId) -> Result<Upkeep> {
        self.read(move |tx| get(tx, project)).await
    }

    /// Changes it; answers what it is then.
    pub async fn upkeep_change(&self, project: ProjectId, change: UpkeepChange, act: &Act) -> Result<Upkeep> {
        let act = act.clone();
        self.write(move |tx| self::change(tx, project, &change, &act)).await
    }
}
