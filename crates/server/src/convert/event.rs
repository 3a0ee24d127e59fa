//! Audit events on the wire, and what callers ask for of them.

use std::time::Duration;

use api::ErrorCode;
use api::types::Link;
use api::types::event::{Event as Wire, Raw};
use model::event::{Actor, EventKind};
use model::{Event, Timestamp};
use store::EventFilter;

use crate::context::Context;
use crate::convert::time;
use crate::error::ApiError;
use crate::query::Query;

/// What a list's query asks for. A kind that the service knows and that never happens here finds
/// nothing.
pub fn filter(query: &Query) -> Result<EventFilter, ApiError> {
    let asked = kinds(query, "eventType")?;
    let excluded = kinds(query, "excludedEventType")?;
    let all = asked.is_none() && excluded.is_none();
    let asked = asked.unwrap_or_else(|| EventKind::ALL.to_vec());
    let excluded = excluded.unwrap_or_default();
    let kinds = asked.into_iter().filter(|kind| !excluded.contains(kind)).collect();
    let (from, until) = (date(query, "minDate")?, date(query, "maxDate")?);
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        let parameters = [time::seconds(from).into(), time::seconds(until).into()];
        return Err(ApiError::new(ErrorCode::InvalidDateRange, parameters)
            .at("maxDate", "The date must not be earlier than minDate."));
    }
    Ok(EventFilter {
        kinds: (!all).then_some(kinds),
        from,
        // Dates are shown in whole seconds, so the last one counts to its end.
        until: until.map(|until| until.after(Duration::from_secs(1))),
        uncounted: !query.flag("includeCount", true)?,
    })
}

fn kinds(query: &Query, name: &'static str) -> Result<Option<Vec<EventKind>>, ApiError> {
    let mut given = false;
    let mut kinds = Vec::new();
    for text in query.all(name) {
        given = true;
        if !text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_') {
            return Err(ApiError::new(ErrorCode::InvalidEnumValue, [text.into()])
                .at(name, "The value must be the name of an event type such as PEER_CREATED."));
        }
        let known = EventKind::ALL.iter().copied().find(|kind| kind.name() == text);
        kinds.extend(known.filter(|known| !kinds.contains(known)));
    }
    Ok(given.then_some(kinds))
}

/// A date with its time and offset, to the second. A plus sign that was not escaped arrives as a
/// space.
fn date(query: &Query, name: &'static str) -> Result<Option<Timestamp>, ApiError> {
    let Some(text) = query.get(name) else { return Ok(None) };
    match time::parse(&text.replace(' ', "+")) {
        Some(at) => Ok(Some(Timestamp::from_seconds(at.seconds()))),
        None => Err(ApiError::new(ErrorCode::InvalidDateFormat, [text.into()])
            .at(name, "The value must be a date in ISO 8601 such as 2026-08-10T03:08:14Z.")),
    }
}

/// An event in its project's list.
pub fn show_in_project(cx: &Context, event: &Event, raw: bool) -> Wire {
    let mut shown = show(cx, event);
    let name = cx.project.as_ref().map(|project| project.name.clone());
    shown.raw = raw.then(|| Raw { gn: name, ..self::raw(event) });
    shown
}

/// An event in its organization's list.
pub fn show_in_org(cx: &Context, event: &Event, raw: bool) -> Wire {
    let mut shown = show(cx, event);
    let name = cx.org.as_ref().map(|org| org.name.clone());
    shown.org_id = Some(event.org.to_string());
    shown.raw = raw.then(|| Raw { org_name: name, ..self::raw(event) });
    shown
}

fn show(cx: &Context, event: &Event) -> Wire {
    let (id, group_id) = (event.id.to_string(), event.project.map(|id| id.to_string()));
    // QUIRK(null-group): an event of no project links to one of that name.
    let place = group_id.as_deref().unwrap_or("null");
    let mut shown = Wire {
        api_key_id: None,
        created: time::seconds(event.act.at),
        event_type_name: event.kind.name(),
        is_global_admin: false,
        links: vec![Link::to_self(cx.url(&["groups", place, "events", &id]))],
        id,
        group_id,
        org_id: None,
        public_key: None,
        raw: None,
        remote_address: None,
        resource_id: None,
        resource_type: None,
        target_public_key: None,
        target_username: None,
        team_id: None,
        username: None,
        whitelist_entry: None,
    };
    match &event.act.by {
        Actor::Key { id, public_key, address } => {
            shown.api_key_id = Some(id.to_string());
            shown.public_key = Some(public_key.clone());
            shown.remote_address = Some(address.clone());
        }
        Actor::ServiceAccount { client_id, address } => {
            shown.username = Some(client_id.clone());
            shown.remote_address = Some(address.clone());
        }
        Actor::System => {}
    }
    show_subject(event, &mut shown);
    shown
}

/// What it happened to, where the kind has a field for that.
fn show_subject(event: &Event, shown: &mut Wire) {
    let (name, subject) = (event.kind.name(), Some(event.subject.clone()));
    if name.starts_with("NETWORK_PERMISSION_ENTRY_") || name.starts_with("API_KEY_ACCESS_LIST_") {
        shown.whitelist_entry = subject;
    } else if name.starts_with("API_KEY_") {
        shown.target_public_key = subject;
    } else if name.starts_with("TEAM_") {
        shown.team_id = subject;
    } else if name.ends_with("_TAGS_MODIFIED") {
        shown.resource_id = subject;
        shown.resource_type = Some("project");
    } else if event.subject.contains('@') {
        shown.target_username = subject;
    }
}

fn raw(event: &Event) -> Raw {
    Raw {
        kind: event.kind.name(),
        cid: event.project.map(|id| id.to_string()),
        cre: time::seconds(event.act.at),
        description: format!("{} {}", event.kind.name().to_lowercase().replace('_', " "), event.subject),
        gn: None,
        id: event.id.to_string(),
        org_id: event.org.to_string(),
        org_name: None,
        severity: "INFO",
    }
}
