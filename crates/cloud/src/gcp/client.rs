//! The calls: where they go, who signs them, how lists are read to their end.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use reqwest::Url;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Account;
use super::credentials::Identity;
use super::fault::{Refusal, judge};
use super::shapes::{Operation, Page};
use crate::driver::DriverError;
use crate::send::{Budget, Sender, Verdict};

/// The most pages of one list; Google's have 500 entries each.
const PAGES_MAX: usize = 200;

/// How long to wait between two looks at an operation.
const POLL_PAUSE: std::time::Duration = std::time::Duration::from_millis(400);
/// Looks at an operation within one call; the budget ends them sooner.
const POLLS_MAX: u32 = 64;

/// An answer, or Google's "no".
pub(super) type Told<T> = Result<T, Refusal>;

/// One of Google's services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Compute,
    ResourceManager,
    OAuth,
}

impl Service {
    fn root(self) -> &'static str {
        match self {
            Self::Compute => "https://compute.googleapis.com",
            Self::ResourceManager => "https://cloudresourcemanager.googleapis.com",
            Self::OAuth => "https://www.googleapis.com",
        }
    }

    fn version(self) -> &'static str {
        match self {
            Self::Compute => "compute/v1",
            Self::ResourceManager => "v3",
            Self::OAuth => "oauth2/v2",
        }
    }
}

/// One call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'a> {
    pub service: Service,
    pub method: &'a Method,
    /// Below the service's version.
    pub path: &'a str,
    pub query: &'a [(&'a str, &'a str)],
    pub body: Option<&'a Value>,
}

/// What is sent, once for all tries.
struct Ready {
    method: Method,
    url: Url,
    body: Vec<u8>,
}

/// Google's APIs, for one account.
pub(super) struct Client {
    sender: Sender,
    /// Looks at operations again and again, for as long as one call may take.
    poller: Sender,
    identity: Identity,
    endpoint: Option<String>,
}

impl Client {
    pub fn new(account: &Account, budget: Budget) -> Result<Self, DriverError> {
        Ok(Self {
            sender: Sender::with_budget(budget)?,
            poller: Sender::with_budget(Budget { tries: POLLS_MAX, ..budget })?,
            identity: Identity::new(account),
            endpoint: account.endpoint.clone(),
        })
    }

    /// Who we are, as far as the credentials tell.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    fn ready(&self, call: Call<'_>) -> Result<Ready, DriverError> {
        let root = self.endpoint.as_deref().unwrap_or_else(|| call.service.root());
        let text = format!("{}/{}/{}", root.trim_end_matches('/'), call.service.version(), call.path);
        let wrong = |error: &dyn std::fmt::Display| DriverError::Transient(format!("{text}: {error}"));
        let url = if call.query.is_empty() {
            Url::parse(&text).map_err(|error| wrong(&error))?
        } else {
            Url::parse_with_params(&text, call.query).map_err(|error| wrong(&error))?
        };
        let body = match call.body {
            Some(body) => serde_json::to_vec(body).map_err(|error| wrong(&error))?,
            None => Vec::new(),
        };
        Ok(Ready { method: call.method.clone(), url, body })
    }

    async fn signed(&self, ready: &Ready) -> Result<http::Request<Vec<u8>>, DriverError> {
        let mut headers: HeaderMap = self.identity.headers().await?;
        if !ready.body.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let mut request = http::Request::new(ready.body.clone());
        *request.method_mut() = ready.method.clone();
        *request.uri_mut() = ready
            .url
            .as_str()
            .parse()
            .map_err(|error: http::uri::InvalidUri| DriverError::Transient(error.to_string()))?;
        *request.headers_mut() = headers;
        Ok(request)
    }

    /// Sends a call, and reads what comes.
    pub async fn call<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<Told<T>, DriverError> {
        let ready = self.ready(call)?;
        let answer = self.sender.send(|| self.signed(&ready), judge).await?;
        if !answer.status.is_success() {
            return Ok(Err(Refusal::of(&answer)));
        }
        parse(&answer.body).map(Ok)
    }

    /// A thing of Compute; `None` if it is not there.
    pub async fn look<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, DriverError> {
        match self.try_look(path).await? {
            Ok(thing) => Ok(Some(thing)),
            Err(refusal) if refusal.status == 404 => Ok(None),
            Err(refusal) => Err(refusal.error()),
        }
    }

    /// A thing of Compute, or why it can't be seen.
    pub async fn try_look<T: DeserializeOwned>(&self, path: &str) -> Result<Told<T>, DriverError> {
        self.call(Call { service: Service::Compute, method: &Method::GET, path, query: &[], body: None })
            .await
    }

    /// A whole list of Compute.
    pub async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Vec<T>, DriverError> {
        let mut all = Vec::new();
        let mut token = String::new();
        for _ in 0..PAGES_MAX {
            let mut query = query.to_vec();
            if !token.is_empty() {
                query.push(("pageToken", &token));
            }
            let call =
                Call { service: Service::Compute, method: &Method::GET, path, query: &query, body: None };
            let page: Page<T> = self.call(call).await?.map_err(|refusal| refusal.error())?;
            all.extend(page.items);
            match page.next_page_token {
                Some(next) if !next.is_empty() => token = next,
                _ => return Ok(all),
            }
        }
        Err(DriverError::Transient(format!("the list {path} has more than {PAGES_MAX} pages")))
    }

    /// Begins a change. A request id makes a call that is repeated the same call.
    pub async fn change(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        request_id: Option<&str>,
    ) -> Result<Told<Operation>, DriverError> {
        let query: Vec<(&str, &str)> = request_id.map(|id| ("requestId", id)).into_iter().collect();
        self.call(Call { service: Service::Compute, method, path, query: &query, body }).await
    }

    /// An operation once it is over; `None` if it outlasts the budget of one call.
    pub async fn over(&self, path: &str) -> Result<Option<Operation>, DriverError> {
        let call = Call { service: Service::Compute, method: &Method::GET, path, query: &[], body: None };
        let ready = self.ready(call)?;
        let until_over = |answer: &crate::send::Answer| match judge(answer) {
            Verdict::Done if answer.status.is_success() => match parse::<Operation>(&answer.body) {
                Ok(operation) if !operation.over() => Verdict::Retry { after: Some(POLL_PAUSE) },
                Ok(_) | Err(_) => Verdict::Done,
            },
            verdict => verdict,
        };
        match self.poller.send(|| self.signed(&ready), until_over).await {
            Ok(answer) if answer.status.is_success() => parse(&answer.body).map(Some),
            Ok(answer) => Err(Refusal::of(&answer).error()),
            // It goes on, or could not be asked; the change was taken either way, and the next look at
            // the thing itself shows what came of it.
            Err(DriverError::Throttled(_) | DriverError::Transient(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, DriverError> {
    let empty: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(empty)
        .map_err(|error| DriverError::Transient(format!("the answer is not what Google documents: {error}")))
}
