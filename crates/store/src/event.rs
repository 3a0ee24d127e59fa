//! Audit events: written in the transaction of what they tell, never changed.
//!
//! An event belongs to a project or, if it has none, to its organization. The organization's list
//! also has those of its projects' events that are about who may do what and about the projects
//! themselves.
//!
//! A list without a filter follows an index by time. One with a filter on kinds follows, for each of
//! its kinds, an index by kind and time, and merges: so neither a rare kind nor a common one that is
//! left out makes it read what it does not show.

mod list;

use model::event::{Act, Actor, EventKind};
use model::{Event, EventId, OrgId, ProjectId};

use crate::engine::{Row, Tx, Val, statements, vals};
use crate::error::Result;

#[cfg(test)]
pub(crate) use list::STATEMENTS as LIST_STATEMENTS;
pub use list::{EventFilter, EventPlace};

macro_rules! event_columns {
    () => {
        "id, kind, org_id, project_id, at, actor, actor_id, actor_name, address, subject"
    };
}
pub(crate) use event_columns;

statements! {
    INSERT: "write an event" = "INSERT INTO event (", event_columns!(), ", in_org) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
}

/// Where an event belongs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope {
    /// The organization.
    pub(crate) org: OrgId,
    /// The project, if it is not the organization's own event.
    pub(crate) project: Option<ProjectId>,
}

impl Scope {
    /// An organization's own events.
    pub(crate) fn of_org(org: OrgId) -> Self {
        Self { org, project: None }
    }
}

/// Writes an event.
pub(crate) fn write(tx: &mut Tx<'_>, scope: Scope, kind: EventKind, act: &Act, subject: &str) -> Result<()> {
    let id: EventId = tx.mint(act.at);
    let (actor, actor_id, actor_name, address) = match &act.by {
        Actor::Key { id, public_key, address } => {
            ("key", Val::from(*id), Val::from(public_key), Val::from(address))
        }
        Actor::ServiceAccount { client_id, address } => {
            ("service_account", Val::from(client_id), Val::Null, Val::from(address))
        }
        Actor::System => ("system", Val::Null, Val::Null, Val::Null),
    };
    let values = vals![
        id,
        kind.name(),
        scope.org,
        scope.project,
        act.at,
        actor,
        actor_id,
        actor_name,
        address,
        subject,
        scope.project.is_none() || kind.of_org(),
    ];
    tx.put(INSERT, values)
}

/// Reads an event.
pub(crate) fn read(row: &mut Row<'_>) -> Result<Event> {
    let id = row.of("event").id()?;
    let kind = row.parse(|name| EventKind::ALL.iter().copied().find(|kind| kind.name() == name))?;
    let org = row.id()?;
    let project = row.parse_opt(|text| text.parse().ok())?;
    let at = row.time()?;
    let actor = row.text()?;
    let by = match actor {
        "key" => Actor::Key { id: row.id()?, public_key: row.string()?, address: row.string()? },
        "service_account" => {
            let client_id = row.string()?;
            row.skip();
            Actor::ServiceAccount { client_id, address: row.string()? }
        }
        "system" => {
            (0..3).for_each(|_| row.skip());
            Actor::System
        }
        _ => return Err(row.fault()),
    };
    Ok(Event { id, kind, org, project, act: Act { at, by }, subject: row.string()? })
}
