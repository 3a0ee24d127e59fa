//! Reading events: in pages, newest first, all of a place or some kinds of them.

use std::time::Duration;

use model::event::EventKind;
use model::{Event, EventId, OrgId, ProjectId, Timestamp};

use super::{event_columns, read};
use crate::engine::{Sql, Tx, Val, statements, vals};
use crate::error::Result;
use crate::{Page, Paged, Store};

macro_rules! of_project {
    () => {
        " FROM event WHERE project_id = $1 "
    };
}

macro_rules! of_org {
    () => {
        " FROM event WHERE in_org = 1 AND org_id = $1 "
    };
}

statements! {
    LIST_OF_PROJECT: "list events" = "SELECT ", event_columns!(), of_project!(),
        "AND at >= $2 AND at < $3 ORDER BY at DESC, seq DESC LIMIT $4 OFFSET $5";
    LIST_OF_ORG: "list events" = "SELECT ", event_columns!(), of_org!(),
        "AND at >= $2 AND at < $3 ORDER BY at DESC, seq DESC LIMIT $4 OFFSET $5";
    COUNT_OF_PROJECT: "count events" = "SELECT count(*)", of_project!(), "AND at >= $2 AND at < $3";
    COUNT_OF_ORG: "count events" = "SELECT count(*)", of_org!(), "AND at >= $2 AND at < $3";
    KIND_OF_PROJECT: "list events of a kind" = "SELECT at, seq", of_project!(),
        "AND kind = $2 AND at >= $3 AND at < $4 ORDER BY at DESC, seq DESC LIMIT $5";
    KIND_OF_ORG: "list events of a kind" = "SELECT at, seq", of_org!(),
        "AND kind = $2 AND at >= $3 AND at < $4 ORDER BY at DESC, seq DESC LIMIT $5";
    COUNT_KIND_OF_PROJECT: "count events of a kind" = "SELECT count(*)", of_project!(),
        "AND kind = $2 AND at >= $3 AND at < $4";
    COUNT_KIND_OF_ORG: "count events of a kind" = "SELECT count(*)", of_org!(),
        "AND kind = $2 AND at >= $3 AND at < $4";
    GET_OF_PROJECT: "read an event" = "SELECT ", event_columns!(), of_project!(),
        "AND at >= $2 AND at < $3 AND id = $4";
    GET_OF_ORG: "read an event" = "SELECT ", event_columns!(), of_org!(),
        "AND at >= $2 AND at < $3 AND id = $4";
    GET: "read an event" = "SELECT ", event_columns!(), " FROM event WHERE seq = $1";
}

/// Whose list of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventPlace {
    /// A project's.
    Project(ProjectId),
    /// An organization's: its own, and those of its projects' that are its business, too.
    Org(OrgId),
}

/// Which events of a place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventFilter {
    /// Only these kinds; `None` is all.
    pub kinds: Option<Vec<EventKind>>,
    /// From that moment on.
    pub from: Option<Timestamp>,
    /// Before that moment.
    pub until: Option<Timestamp>,
    /// Whether nobody asks how many there are.
    pub uncounted: bool,
}

impl EventPlace {
    fn id(self) -> Val<'static> {
        match self {
            Self::Project(id) => Val::from(id),
            Self::Org(id) => Val::from(id),
        }
    }

    fn pick(self, of_project: Sql, of_org: Sql) -> Sql {
        match self {
            Self::Project(_) => of_project,
            Self::Org(_) => of_org,
        }
    }
}

impl EventFilter {
    fn bounds(&self) -> (Timestamp, Timestamp) {
        let from = self.from.unwrap_or(Timestamp::from_micros(i64::MIN));
        (from, self.until.unwrap_or(Timestamp::from_micros(i64::MAX)))
    }
}

fn list(tx: &mut Tx<'_>, place: EventPlace, filter: &EventFilter, page: Page) -> Result<Paged<Event>> {
    let (from, until) = filter.bounds();
    if let Some(kinds) = &filter.kinds {
        return list_kinds(tx, place, kinds, filter, page);
    }
    let count = place.pick(COUNT_OF_PROJECT, COUNT_OF_ORG);
    let total = if filter.uncounted { 0 } else { tx.count(count, vals![place.id(), from, until])? };
    let values = vals![place.id(), from, until, page.size, page.skipped()];
    let items = tx.sound(place.pick(LIST_OF_PROJECT, LIST_OF_ORG), values, read)?;
    Ok(Paged { items, total })
}

/// Merges what each kind has: of each, no more is read than the page could show, and only from its
/// index; then the rows of the page.
fn list_kinds(
    tx: &mut Tx<'_>,
    place: EventPlace,
    kinds: &[EventKind],
    filter: &EventFilter,
    page: Page,
) -> Result<Paged<Event>> {
    let (from, until) = filter.bounds();
    let last = page.skipped().saturating_add(i64::from(page.size));
    let mut total = 0;
    let mut found: Vec<(Timestamp, i64)> = Vec::new();
    for kind in kinds {
        let sql = place.pick(KIND_OF_PROJECT, KIND_OF_ORG);
        tx.each(sql, vals![place.id(), kind.name(), from, until, last], |row| {
            found.push((row.of("event").time()?, row.int()?));
            Ok(())
        })?;
        if !filter.uncounted {
            let sql = place.pick(COUNT_KIND_OF_PROJECT, COUNT_KIND_OF_ORG);
            total += tx.count(sql, vals![place.id(), kind.name(), from, until])?;
        }
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    let shown = found.into_iter().skip(usize::try_from(page.skipped()).unwrap_or(usize::MAX));
    let mut items = Vec::new();
    for (_, seq) in shown.take(page.size as usize) {
        items.extend(tx.sound(GET, vals![seq], read)?);
    }
    Ok(Paged { items, total })
}

/// An id tells the second of its event, so the index by time finds it.
fn get(tx: &mut Tx<'_>, place: EventPlace, id: EventId) -> Result<Option<Event>> {
    let from = id.0.second();
    let values = vals![place.id(), from, from.after(Duration::from_secs(1)), id];
    tx.one(place.pick(GET_OF_PROJECT, GET_OF_ORG), values, read)
}

impl Store {
    /// Events, newest first.
    pub async fn event_list(
        &self,
        place: EventPlace,
        filter: &EventFilter,
        page: Page,
    ) -> Result<Paged<Event>> {
        let filter = filter.clone();
        self.snapshot(move |tx| list(tx, place, &filter, page)).await
    }

    /// One event of a place's list.
    pub async fn event_get(&self, place: EventPlace, id: EventId) -> Result<Option<Event>> {
        self.read(move |tx| get(tx, place, id)).await
    }

    /// All events of a project, newest first.
    pub async fn event_list_of_project(&self, project: ProjectId, page: Page) -> Result<Paged<Event>> {
        self.event_list(EventPlace::Project(project), &EventFilter::default(), page).await
    }

    /// All events of an organization's list, newest first.
    pub async fn event_list_of_org(&self, org: OrgId, page: Page) -> Result<Paged<Event>> {
        self.event_list(EventPlace::Org(org), &EventFilter::default(), page).await
    }
}
