//! A peering with its history.

use model::event::Actor;
use model::world::{Far, SimConnection};
use model::{Clock as _, Event, PeeringId, Timestamp};
use serde_json::{Value, json};
use server::convert::time;
use server::story::{self, Known};

use super::status;
use crate::cli::Form;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::output;

/// Events that are told; a peering that was changed more often is not told whole.
const EVENTS_MAX: u32 = 500;

/// Something that happened.
struct Happened {
    at: Timestamp,
    what: String,
    by: String,
}

/// Tells of it why it is in its state, since when, and what would move it on.
pub fn show(desk: &Desk, id: PeeringId, form: Form) -> Result<(), Failure> {
    let gone = || {
        Failure::not_found(format!("no peering {id}")).hint(
            "`landbridge show project ID` lists a project's; one that was taken down is in its events alone",
        )
    };
    let project_id = desk.ask(desk.store.project_of_peering(id))?.ok_or_else(gone)?;
    let known = desk.ask(Known::read(&desk.store, project_id, id))?.ok_or_else(gone)?;
    let Known { view, connection, schedule, cloud, .. } = &known;
    let peering = &view.peering;
    let events = desk.ask(desk.store.event_list_of_subject(project_id, &id.to_string(), EVENTS_MAX))?;
    let (now, served) = (desk.world.now(), desk.served());
    let story = story::tell(&known.facts(&desk.settings.terms()?, served, now));
    let mut history: Vec<Happened> = events.iter().map(of_event).collect();
    history.extend(connection.iter().flat_map(|connection| of_cloud(connection, now)));
    history.push(Happened {
        at: peering.state_since,
        what: format!("became {}", status(view)),
        by: "reconciler".to_owned(),
    });
    history.sort_by_key(|happened| happened.at);

    let value = json!({
        "id": id.to_string(), "projectId": project_id.to_string(), "containerId": peering.container.to_string(),
        "providerName": peering.spec.provider().name(),
        "cloud": cloud.name(), "trouble": view.note.trouble.map(|trouble| trouble.name()), "says": view.note.says,
        "status": status(view), "state": peering.state.name(),
        "reason": peering.state.reason().map(|reason| reason.name()),
        "stuck": peering.stuck.map(|reason| reason.name()),
        "since": time::seconds(peering.state_since), "now": time::seconds(now),
        "why": story.why, "next": story.next,
        "connectionId": peering.connection_id,
        "nextLookAt": schedule.due_at.map(time::seconds), "failedLooks": schedule.attempts,
        "served": served,
        "history": history.iter().map(|happened| json!({
            "at": time::seconds(happened.at), "what": happened.what, "by": happened.by,
        })).collect::<Value>(),
    });
    output::either(form, || value.clone(), || text(&value, &history))
}

fn text(value: &Value, history: &[Happened]) -> String {
    let said = |name: &str| value[name].as_str().unwrap_or("-");
    let mut text = format!(
        "peering    {} ({}, {}) of project {}\nstatus     {}, since {}\nwhy        {}\n",
        said("id"),
        said("providerName"),
        said("cloud"),
        said("projectId"),
        said("status"),
        said("since"),
        said("why"),
    );
    for (nth, way) in value["next"].as_array().into_iter().flatten().enumerate() {
        let name = if nth == 0 { "next" } else { "" };
        text.push_str(&format!("{name:<9}  {}\n", way.as_str().unwrap_or_default()));
    }
    text.push_str(&format!(
        "known as   {}\nlook       {}, after {} that failed in a row\nnow        {}\n\n",
        said("connectionId"),
        said("nextLookAt"),
        value["failedLooks"],
        said("now"),
    ));
    let rows: Vec<[String; 3]> = history
        .iter()
        .map(|happened| [time::millis(happened.at), happened.what.clone(), happened.by.clone()])
        .collect();
    text + &output::rows(["AT", "WHAT", "BY"], &rows)
}

fn of_event(event: &Event) -> Happened {
    let by = match &event.act.by {
        Actor::Key { public_key, address, .. } => format!("API key {public_key} from {address}"),
        Actor::ServiceAccount { client_id, address } => format!("service account {client_id} from {address}"),
        Actor::System => "Landbridge".to_owned(),
    };
    Happened { at: event.act.at, what: event.kind.name().to_owned(), by }
}

/// What the simulated cloud remembers, as far as it has come.
fn of_cloud(connection: &SimConnection, now: Timestamp) -> Vec<Happened> {
    let cloud = |at, what: &str, by: &str| Happened { at, what: what.to_owned(), by: by.to_owned() };
    let stands = match connection.refused {
        Some(reason) => format!("the request came to nothing ({})", reason.name()),
        None => "the request stands in the far cloud".to_owned(),
    };
    let mut happened = vec![cloud(connection.shown_at, &stands, "cloud")];
    let far = match connection.far {
        Far::Silent => None,
        Far::Accepted(at) => Some((at, "accepted")),
        Far::Rejected(at) => Some((at, "rejected")),
        Far::Expired(at) => Some((at, "let expire")),
        Far::Deleted(at) => Some((at, "deleted")),
    };
    happened.extend(far.map(|(at, what)| cloud(at, what, "far side")));
    happened.extend(connection.routes.map(|routes| cloud(routes.at, "our routes serve", "cloud")));
    happened.extend(connection.gone_at.map(|at| cloud(at, "the connection is gone", "cloud")));
    happened.retain(|happened| happened.at <= now);
    happened
}
