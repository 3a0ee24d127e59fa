//! A proxy between the driver and moto: it gives answers Amazon's manners, lets calls go wrong,
//! and can cut the line after any call.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::manners::Manners;

/// What happens to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// It is answered with an error, and goes no further.
    Refuse { status: u16, code: String, message: String },
    /// It is answered with this text, and goes no further.
    Say(String),
    /// It is never answered, and goes no further.
    Silence,
    /// It has its effect, and its answer is lost.
    Lose,
    /// It never arrives.
    Unsent,
}

/// What happens to calls of one action.
#[derive(Debug, Clone)]
pub struct Rule {
    pub action: String,
    pub effect: Effect,
    /// How many times more; `None` for ever.
    pub left: Option<u32>,
}

/// Everything that the proxy knows.
#[derive(Debug, Default)]
pub struct Line {
    pub rules: Vec<Rule>,
    pub manners: Manners,
    /// Actions in the order of their calls.
    pub heard: Vec<String>,
    /// Bodies in the same order.
    pub bodies: Vec<String>,
    /// The call, counted from 1, that is the last to be sent, and what happens to it.
    pub cut_at: Option<(usize, Effect)>,
    /// Calls since the line was cut or mended.
    pub n_calls: usize,
}

impl Line {
    /// What happens to the next call of an action.
    fn next(&mut self, action: &str, body: &str) -> Option<Effect> {
        self.n_calls += 1;
        self.heard.push(action.to_owned());
        self.bodies.push(body.to_owned());
        if let Some((at, effect)) = &self.cut_at {
            if self.n_calls == *at {
                return Some(effect.clone());
            }
            if self.n_calls > *at {
                return Some(Effect::Unsent);
            }
        }
        let at = self.rules.iter().position(|rule| rule.action == action)?;
        let effect = self.rules[at].effect.clone();
        if let Some(left) = &mut self.rules[at].left {
            *left -= 1;
            if *left == 0 {
                self.rules.remove(at);
            }
        }
        Some(effect)
    }
}

/// A proxy that ends with this value.
pub struct Proxy {
    pub url: String,
    line: Arc<Mutex<Line>>,
    _serving: JoinSet<()>,
}

impl Proxy {
    /// A proxy in front of a moto.
    pub async fn start(moto: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address: SocketAddr = listener.local_addr().expect("bound");
        let line = Arc::new(Mutex::new(Line::default()));
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, moto.to_owned(), Arc::clone(&line)));
        Self { url: format!("http://{address}/"), line, _serving: serving }
    }

    /// What the proxy knows, to be looked at and changed.
    pub fn line<T>(&self, change: impl FnOnce(&mut Line) -> T) -> T {
        change(&mut self.line.lock().expect("nobody panics while it holds the line"))
    }

    /// Lets calls of an action go wrong.
    pub fn lay(&self, action: &str, effect: Effect, left: Option<u32>) {
        self.line(|line| line.rules.push(Rule { action: action.to_owned(), effect, left }));
    }

    /// Refuses calls of an action.
    pub fn refuse(&self, action: &str, status: u16, code: &str, left: Option<u32>) {
        let (code, message) = (code.to_owned(), format!("{code} was laid out for {action}."));
        self.lay(action, Effect::Refuse { status, code, message }, left);
    }
}

async fn serve(listener: TcpListener, moto: String, line: Arc<Mutex<Line>>) {
    let http = reqwest::Client::new();
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        let (http, moto, line) = (http.clone(), moto.clone(), Arc::clone(&line));
        connections.spawn(async move {
            let service =
                service_fn(move |request| pass(request, http.clone(), moto.clone(), Arc::clone(&line)));
            // A client that goes away in the middle is part of some tests.
            drop(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(socket), service)
                    .await,
            );
        });
        while connections.try_join_next().is_some() {}
    }
}

/// The line breaks: hyper hangs up without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the line is cut")]
struct Cut;

impl From<Infallible> for Cut {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

async fn pass(
    request: Request<Incoming>,
    http: reqwest::Client,
    moto: String,
    line: Arc<Mutex<Line>>,
) -> Result<Response<Full<Bytes>>, Cut> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let text = String::from_utf8_lossy(&body).into_owned();
    let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let action = target.or_else(|| field(&text, "Action")).unwrap_or_default().to_owned();
    let (effect, manners) = {
        let mut line = line.lock().expect("nobody panics while it holds the line");
        (line.next(&action, &text), line.manners.clone())
    };
    match effect {
        Some(Effect::Refuse { status, code, message }) => {
            let text = format!(
                "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>\
                 <RequestID>laid-out</RequestID></Response>"
            );
            return Ok(answer(StatusCode::from_u16(status).expect("a status"), text));
        }
        Some(Effect::Say(text)) => return Ok(answer(StatusCode::OK, text)),
        Some(Effect::Silence) => std::future::pending().await,
        Some(Effect::Unsent) => return Err(Cut),
        Some(Effect::Lose) | None => {}
    }
    let mut forward = http.post(&moto).body(body);
    for (name, value) in &parts.headers {
        if name != http::header::CONTENT_LENGTH {
            forward = forward.header(name, value);
        }
    }
    let answered = forward.send().await.map_err(|_| Cut)?;
    let status = answered.status();
    let said = answered.text().await.map_err(|_| Cut)?;
    if effect == Some(Effect::Lose) {
        return Err(Cut);
    }
    let is_list = status.is_success() && action.starts_with("Describe");
    Ok(answer(status, if is_list { manners.apply(&action, field(&text, "NextToken"), &said) } else { said }))
}

/// Every answer ends its connection, so that a cut one is not taken for an idle one.
fn answer(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let response = Response::builder().status(status).header("connection", "close");
    response.body(Full::new(Bytes::from(text))).expect("an answer")
}

/// A parameter of a form, as it is written.
pub fn field<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    body.split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}
