//! The way of a request, from its head to its answer.
//!
//! The order of the checks is the service's: who calls (401, before the body, the version and even
//! the route are looked at), from where (403), in which version (406, 410), whether the path's ids
//! are ids (400), whether the project is there (404), what the caller may do (401), how often (429),
//! then the body (413, 415, 400), then the operation itself.

use std::net::{IpAddr, Ipv4Addr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use api::media_type::{self, Choice, Version};
use api::{ErrorCode, Need, Operation, OperationId, Root};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::routing::get;
use futures::FutureExt;
use http::header::ACCEPT;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use model::Clock;
use model::project::Project;
use model::world::{FaultPoint, Outcome};
use telemetry::TraceContext;
use telemetry::trace::Within;

use crate::app::App;
use crate::auth::caller::{Caller, Head, Refused, authenticate, confirm};
use crate::body;
use crate::context::{Context, base};
use crate::door::{Place, check_ids, place};
use crate::error::ApiError;
use crate::measures::{Answered, Scheme};
use crate::missing;
use crate::query::Query;
use crate::rate::Call;
use crate::reply::{self, Frame, Style};
use crate::routes;
use crate::routing::{Found, Lookup, look_up};
use crate::serve::PeerAddr;
use crate::span;

/// The whole server as a service.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .fallback(answer)
        .with_state(app)
}

async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    match app.store.health().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the store is not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the store is not ready\n")
        }
    }
}

/// What a request's log line tells beside its answer.
struct Trace {
    id: String,
    caller: Option<Arc<Caller>>,
    /// Its span, if it is traced.
    context: Option<TraceContext>,
}

async fn answer(State(app): State<Arc<App>>, request: Request<Body>) -> Response<Body> {
    let started = app.world.real().now();
    let flight = app.measures.begin();
    let (parts, body) = request.into_parts();
    let mut frame = Frame::default();
    let span = span::of(&app, &parts, started);
    let context = span.as_ref().map(|span| span.context());
    let mut trace = Trace { id: app.next_request_id(started), caller: None, context };
    let handled = AssertUnwindSafe(handle(&app, &parts, body, &mut frame, &mut trace)).catch_unwind().await;
    let meant = match &handled {
        Ok(Err(Refused::Error(error))) => Some(error.code.status()),
        _ => None,
    };
    let mut response = match handled {
        Ok(Ok(response)) => response,
        Ok(Err(Refused::Challenge { stale })) => {
            reply::challenge(&app.auth.nonces.issue(app.world.real().now(), &*app.auth.random), stale)
        }
        Ok(Err(Refused::Token)) => reply::bad_token(&frame),
        Ok(Err(Refused::Error(error))) => reply::failure(&frame, &error),
        // The panic itself is in the log already, with its place.
        Err(_) => reply::failure(&frame, &ApiError::new(ErrorCode::UnexpectedError, [])),
    };
    let taken = app.world.real().now().since(started);
    if parts.uri.path().starts_with("/api/atlas/") {
        reply::time_taken(response.headers_mut(), taken);
    }
    let status = meant.unwrap_or_else(|| response.status().as_u16());
    flight.land(Answered {
        operation: frame.operation,
        version: frame.version,
        v1: parts.uri.path().starts_with(Root::V1.prefix()),
        status,
        taken,
    });
    if let Some(span) = span {
        span::end(span, &trace.id, frame.operation, status, started.after(taken));
    }
    tracing::info!(
        target: "request",
        id = trace.id,
        method = parts.method.as_str(),
        path = parts.uri.path(),
        operation = frame.operation.map_or("-", OperationId::name),
        principal = trace.caller.as_ref().map_or("-", |caller| &caller.name),
        status = response.status().as_u16(),
        micros = u64::try_from(taken.as_micros()).unwrap_or(u64::MAX),
    );
    response
}

async fn handle(
    app: &Arc<App>,
    parts: &Parts,
    body: Body,
    frame: &mut Frame,
    trace: &mut Trace,
) -> Result<Response<Body>, Refused> {
    let path = parts.uri.path();
    let found = look_up(&parts.method, path);
    let address =
        parts.extensions.get::<PeerAddr>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip());
    let address = address.to_canonical();

    let query = Query::parse(parts.uri.query());
    let style = style(&query);
    frame.style = style.clone().unwrap_or_default();
    let target = parts.uri.path_and_query().map_or(path, |target| target.as_str());
    let now = app.world.real().now();
    let head = Head { method: parts.method.as_str(), target, headers: &parts.headers, now };

    // Who calls.
    let needs_caller = !matches!(&found, Lookup::Found(found)
        if matches!(found.operation.need_under(found.root), Need::Nothing | Need::Client));
    let caller = if needs_caller {
        let proof = authenticate(&app.auth, &app.store, head).await;
        app.measures.proved(Scheme::of(&parts.headers), &proof);
        Some(proof?)
    } else {
        None
    };
    trace.caller.clone_from(&caller);

    // What for, and where. Whoever was taken back meanwhile is not told how it went.
    let (mut door, mut epoch) = (*frame, None);
    let arrived = arrive(app, parts, found, style, caller.as_deref(), &mut door, &mut epoch).await;
    let caller = match caller {
        Some(caller) => Some(let_in(app, head, caller, address, epoch).await?),
        None => None,
    };
    *frame = door;
    let (Found { operation, root, params }, place) = arrived?;
    if let Some(caller) = &caller {
        let call = Call { caller: &caller.principal, operation: operation.id, at: place.id(), path };
        app.meter.charge(call, app.world.real().now(), frame).map_err(|error| {
            app.measures.limited(operation.id);
            Refused::Error(error)
        })?;
    }
    if let Some(project) = place.project.as_ref().filter(|project| project.world.n_faults > 0)
        && root != Root::Control
    {
        injected(app, operation.id, project, &params).await?;
    }

    // What the caller says.
    let body = match operation.method {
        api::Method::Post | api::Method::Patch => {
            body::read(&parts.headers, body).await.map_err(Refused::Error)?
        }
        api::Method::Get | api::Method::Delete => bytes::Bytes::new(),
    };
    if !matches!(operation.need, Need::Client) {
        body::check_type(&parts.headers, &body).map_err(Refused::Error)?;
    }
    let context = Context {
        app: Arc::clone(app),
        operation,
        root,
        version: frame.version,
        params,
        query,
        body,
        caller,
        address,
        project: place.project,
        org: place.org,
        roles: place.roles,
        base: base(app, parts),
        path: path.strip_suffix('/').unwrap_or(path).to_owned(),
    };
    if matches!(operation.need, Need::Client) {
        return Ok(routes::oauth::answer(context, &parts.headers).await);
    }
    let group = context.param("groupId").to_owned();
    let call = routes::call(operation.id, context);
    let reply = match trace.context {
        Some(context) => Within::new(context, call).await,
        None => call.await,
    };
    let reply =
        reply.map_err(|error| Refused::Error(missing::meanwhile(operation.id, path, &group, error)))?;
    Ok(reply::success(frame, operation.status, reply))
}

/// Finds the operation, the version to answer in and the place, and what the caller may do there.
async fn arrive(
    app: &App,
    parts: &Parts,
    found: Lookup,
    style: Result<Style, ApiError>,
    caller: Option<&Caller>,
    frame: &mut Frame,
    epoch: &mut Option<u64>,
) -> Result<(Found, Place), Refused> {
    let path = parts.uri.path();
    // Only operations have an envelope.
    if !matches!(found, Lookup::Found(_)) {
        frame.style.envelope = false;
    }
    let found = match found {
        Lookup::Found(found) => found,
        Lookup::OtherMethods(allow) => {
            frame.allow = Some(allow);
            let parameters = [parts.method.as_str().into(), path.into()];
            return Err(Refused::Error(ApiError::new(ErrorCode::MethodNotAllowed, parameters)));
        }
        Lookup::Nothing => return Err(error(ErrorCode::ResourceNotFound, path)),
    };
    frame.operation = Some(found.operation.id);
    style.map_err(Refused::Error)?;
    frame.version = if found.root == Root::V2 { Some(version(found.operation, parts)?) } else { None };
    check_ids(&found.params, found.root, path).map_err(Refused::Error)?;
    frame.at_the_door = true;
    let place = place(app, &found, caller, path, epoch).await?;
    frame.at_the_door = false;
    Ok((found, place))
}

/// Lets a caller in as it is at the callers' epoch that was read on the way: it is proved, comes
/// from an address that may, and is counted.
async fn let_in(
    app: &App,
    head: Head<'_>,
    caller: Arc<Caller>,
    address: IpAddr,
    epoch: Option<u64>,
) -> Result<Arc<Caller>, Refused> {
    let epoch = match epoch {
        Some(epoch) => epoch,
        None => app.store.callers_epoch().await?,
    };
    let caller = confirm(&app.auth, &app.store, head, caller, epoch).await?;
    caller.check_address(address).map_err(Refused::Error)?;
    for net in caller.entries_for(address) {
        app.auth.uses.count(&caller.principal, net, app.world.now(), address);
    }
    Ok(caller)
}

fn error(code: ErrorCode, parameter: impl Into<serde_json::Value>) -> Refused {
    Refused::Error(ApiError::new(code, [parameter.into()]))
}

fn style(query: &Query) -> Result<Style, ApiError> {
    Ok(Style { envelope: query.flag("envelope", false)?, pretty: query.flag("pretty", false)? })
}

/// The version that the caller accepts.
fn version(operation: &Operation, parts: &Parts) -> Result<Version, Refused> {
    let accept: Vec<&str> =
        parts.headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    match media_type::choose(&accept.join(","), operation.versions, operation.gone) {
        Choice::Version(version) => Ok(version),
        Choice::Gone(version) => {
            let path = parts.uri.path().trim_matches('/');
            let parameters = [version.to_string().into(), path.into()];
            Err(Refused::Error(ApiError::new(ErrorCode::VersionGone, parameters)))
        }
        Choice::NotAcceptable => Err(Refused::Error(ApiError::new(ErrorCode::InvalidVersionDate, []))),
    }
}

/// Meets a fault that was laid out for this operation, and uses it up.
async fn injected(
    app: &App,
    id: OperationId,
    project: &Project,
    params: &[(&'static str, String)],
) -> Result<(), Refused> {
    let point = FaultPoint::Operation(id.name().to_owned());
    match app.store.fault_take(project.id, &point).await? {
        Some(Outcome::ErrorCode(name)) => {
            let code = ErrorCode::from_name(&name).unwrap_or(ErrorCode::UnexpectedError);
            let n_parameters = code.template().matches("%s").count();
            let parameters =
                params.iter().rev().map(|(_, value)| value.as_str().into()).take(n_parameters).collect();
            let retry_after = matches!(code.status(), 429 | 503).then_some(1);
            Err(Refused::Error(ApiError { code, parameters, fields: Vec::new(), retry_after }))
        }
        Some(Outcome::Cloud(_)) | None => Ok(()),
    }
}
