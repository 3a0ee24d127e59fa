//! Azure Resource Manager: one request, one answer, in its own words.
//!
//! It knows about versions, directories, pages, operations that go on after their answer, and which
//! errors pass by themselves. What an error means for a peering is not known here.

use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

use super::tokens::Tokens;
use super::wire::{Failure, Operation, Page, Told};
use crate::driver::DriverError;
use crate::send::{Answer, Sender, Verdict};

/// The version of the network API that we speak.
pub(super) const NETWORK: &str = "2025-01-01";
/// The version of the authorization API that we speak.
pub(super) const AUTHORIZATION_VERSION: &str = "2022-04-01";
/// The version of the subscription API that we speak.
const SUBSCRIPTIONS: &str = "2022-12-01";

/// Pages of one list. A resource group holds at most 800 networks, a network 500 peerings.
const PAGES_MAX: usize = 100;

/// The longest pause between two looks at an operation. Azure asks for ten seconds, which is longer
/// than a driver's call may take; what is not done by then is seen by the next look at the resource.
const LOOK_AGAIN: Duration = Duration::from_millis(1500);

/// Where tokens of further directories go.
const AUXILIARY: &str = "x-ms-authorization-auxiliary";
/// Where an operation tells how far it is.
const ASYNC_OPERATION: &str = "azure-asyncoperation";

/// Codes of errors that pass by themselves, whatever their status.
const PASSING: [&str; 10] = [
    "InternalServerError",
    "NetworkingInternalOperationError",
    "ServerTimeout",
    "ServiceUnavailable",
    "AnotherOperationInProgress",
    "RetryableError",
    "ReferencedResourceNotProvisioned",
    "OperationPreempted",
    "CanceledAndSupersededDueToAnotherOperation",
    "ResourcesBeingMoved",
];

/// Codes of a token that serves no more; another one may.
const STALE: [&str; 2] = ["ExpiredAuthenticationToken", "InvalidAuthenticationToken"];

/// What a path may hold as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Resource Manager's "no".
#[derive(Debug, Clone)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) code: String,
    pub(super) message: String,
}

impl Refused {
    /// Its words.
    pub(super) fn told(&self) -> String {
        match (self.code.as_str(), self.message.as_str()) {
            ("", message) => format!("{}: {message}", self.status),
            (code, message) => format!("{code}: {message}"),
        }
    }

    /// Whether our rights do not suffice.
    pub(super) fn denied(&self) -> bool {
        matches!(self.status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED)
    }

    /// Whether what was asked about is not there.
    pub(super) fn missing(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    fn of(answer: &Answer) -> Self {
        let failure = serde_json::from_slice::<Failure>(&answer.body);
        let Told { code, message } = failure.map(|failure| failure.error).unwrap_or_else(|_| Told {
            code: String::new(),
            message: answer.text().chars().take(300).collect(),
        });
        Self { status: answer.status, code, message }
    }
}

/// How a request comes to nothing.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Resource Manager was not reached, or has no time.
    Driver(DriverError),
    /// It said no.
    Refused(Refused),
}

impl From<DriverError> for Trouble {
    fn from(error: DriverError) -> Self {
        Self::Driver(error)
    }
}

/// Whose tokens a request carries.
#[derive(Debug, Clone, Copy)]
pub(super) struct As<'a> {
    /// The directory of what the request is about.
    pub(super) tenant: &'a str,
    /// The directory of what that refers to.
    pub(super) and: Option<&'a str>,
}

/// One directory is enough.
pub(super) fn only(tenant: &str) -> As<'_> {
    As { tenant, and: None }
}

/// Resource Manager.
pub(super) struct Arm {
    pub(super) sender: Sender,
    pub(super) tokens: Tokens,
    /// Its address, without a slash at the end.
    pub(super) base: String,
}

impl Arm {
    /// The address of a resource.
    fn url(&self, id: &str, version: &str) -> String {
        format!("{}{}?api-version={version}", self.base, utf8_percent_encode(id, SEGMENT))
    }

    /// Reads one thing; `None` if it is not there.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        who: As<'_>,
        id: &str,
        version: &str,
    ) -> Result<Option<T>, Trouble> {
        match self.ask(who, &Method::GET, &self.url(id, version), None).await {
            Ok(answer) => Ok(Some(read(&answer)?)),
            Err(Trouble::Refused(refused)) if refused.missing() => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    /// Reads all pages of a list.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        who: As<'_>,
        id: &str,
        version: &str,
    ) -> Result<Vec<T>, Trouble> {
        let mut all = Vec::new();
        let mut next = self.url(id, version);
        for _ in 0..PAGES_MAX {
            let answer = self.ask(who, &Method::GET, &next, None).await?;
            let page: Page<T> = read(&answer)?;
            all.extend(page.value);
            match page.next.filter(|next| !next.is_empty()) {
                Some(link) => next = link,
                None => return Ok(all),
            }
        }
        Err(DriverError::Transient(format!("a list of Azure's has more than {PAGES_MAX} pages")).into())
    }

    /// Writes one thing, and waits for it as long as there is time.
    pub(super) async fn put(&self, who: As<'_>, id: &str, more: &str, body: &Value) -> Result<(), Trouble> {
        let url = format!("{}{more}", self.url(id, NETWORK));
        let answer = self.ask(who, &Method::PUT, &url, Some(body)).await?;
        self.wait(who, &answer).await.map(|_| ())
    }

    /// Writes a part of one thing.
    pub(super) async fn patch(&self, who: As<'_>, id: &str, body: &Value) -> Result<(), Trouble> {
        self.ask(who, &Method::PATCH, &self.url(id, NETWORK), Some(body)).await.map(|_| ())
    }

    /// Takes one thing down, and waits for it as long as there is time: whether it is gone. It is no
    /// error if it was.
    pub(super) async fn delete(&self, who: As<'_>, id: &str) -> Result<bool, Trouble> {
        match self.ask(who, &Method::DELETE, &self.url(id, NETWORK), None).await {
            Ok(answer) if answer.status == StatusCode::ACCEPTED => self.wait(who, &answer).await,
            Ok(_) => Ok(true),
            Err(Trouble::Refused(refused)) if refused.missing() => Ok(true),
            Err(trouble) => Err(trouble),
        }
    }

    /// The directory of a subscription. Resource Manager tells it to whoever has no token.
    pub(super) async fn tenant_of(&self, subscription: &str) -> Result<String, Trouble> {
        let url = self.url(&format!("/subscriptions/{subscription}"), SUBSCRIPTIONS);
        let build =
            || std::future::ready(Request::get(&url).body(Vec::new()).map_err(|error| unbuilt(&error)));
        let answer = self.sender.send(build, judge).await?;
        let challenge = answer.headers.get(WWW_AUTHENTICATE).and_then(|value| value.to_str().ok());
        challenge.and_then(directory).ok_or_else(|| Trouble::Refused(Refused::of(&answer)))
    }

    /// Looks at the operation that an answer began, until it is done or the time is over: whether it
    /// is done. That it goes on is no error: the resource itself will tell.
    async fn wait(&self, who: As<'_>, answer: &Answer) -> Result<bool, Trouble> {
        let Some(url) = answer.headers.get(ASYNC_OPERATION).and_then(|value| value.to_str().ok()) else {
            return Ok(answer.status != StatusCode::ACCEPTED);
        };
        // Tokens go to Resource Manager alone.
        if !self.ours(url) {
            return Ok(false);
        }
        let look = |answer: &Answer| match self.judge(answer) {
            Verdict::Done if goes_on(answer) => {
                let told = answer.headers.get(http::header::RETRY_AFTER);
                let told = told.and_then(|value| value.to_str().ok()?.parse().ok()).map(Duration::from_secs);
                Verdict::Retry { after: Some(told.unwrap_or(LOOK_AGAIN).min(LOOK_AGAIN)) }
            }
            verdict => verdict,
        };
        let build = || self.request(who, &Method::GET, url, None);
        let Ok(answer) = self.sender.send(build, look).await else {
            return Ok(false);
        };
        let Ok(operation) = serde_json::from_slice::<Operation>(&answer.body) else {
            return Ok(false);
        };
        match (operation.status.as_str(), operation.error) {
            ("Failed" | "Canceled", error) => {
                let Told { code, message } = error.unwrap_or_default();
                if PASSING.contains(&code.as_str()) {
                    return Err(DriverError::Transient(format!("{code}: {message}")).into());
                }
                // What ended badly after its answer is told as if it had been refused at once.
                Err(Trouble::Refused(Refused { status: StatusCode::BAD_REQUEST, code, message }))
            }
            ("Succeeded", _) => Ok(true),
            (_, _) => Ok(false),
        }
    }

    async fn ask(
        &self,
        who: As<'_>,
        method: &Method,
        url: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Trouble> {
        let build = || self.request(who, method, url, body);
        let answer = self.sender.send(build, |answer| self.judge(answer)).await?;
        if answer.status.is_success() { Ok(answer) } else { Err(Trouble::Refused(Refused::of(&answer))) }
    }

    async fn request(
        &self,
        who: As<'_>,
        method: &Method,
        url: &str,
        body: Option<&Value>,
    ) -> Result<Request<Vec<u8>>, DriverError> {
        if !self.ours(url) {
            return Err(DriverError::Transient(format!("Azure pointed elsewhere: {url}")));
        }
        let mut request = Request::builder().method(method).uri(url);
        request = request.header(AUTHORIZATION, self.bearer(who.tenant).await?);
        if let Some(tenant) = who.and.filter(|tenant| !tenant.eq_ignore_ascii_case(who.tenant)) {
            request = request.header(AUXILIARY, self.bearer(tenant).await?);
        }
        let bytes = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        request.body(bytes).map_err(|error| unbuilt(&error))
    }

    async fn bearer(&self, tenant: &str) -> Result<HeaderValue, DriverError> {
        let token = self.tokens.of(tenant).await?;
        let mut value = HeaderValue::from_str(&format!("Bearer {token}"))
            .map_err(|_| DriverError::Transient("a token can't be sent".to_owned()))?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// What becomes of an answer. A token that serves no more is forgotten, so that the next try
    /// has a new one.
    fn judge(&self, answer: &Answer) -> Verdict {
        let verdict = judge(answer);
        if answer.status == StatusCode::UNAUTHORIZED && matches!(verdict, Verdict::Failed(_)) {
            self.tokens.forget();
        }
        verdict
    }

    /// Whether an address is Resource Manager's own.
    fn ours(&self, url: &str) -> bool {
        origin(url).is_some_and(|told| origin(&self.base) == Some(told))
    }
}

/// Scheme, host and port of an address; links of Azure's may spell out the port.
fn origin(url: &str) -> Option<(bool, String, u16)> {
    let uri: Uri = url.parse().ok()?;
    let sealed = uri.scheme_str()? == "https";
    let port = uri.port_u16().unwrap_or(if sealed { 443 } else { 80 });
    Some((sealed, uri.host()?.to_ascii_lowercase(), port))
}

fn unbuilt(error: &http::Error) -> DriverError {
    DriverError::Transient(format!("a request can't be built: {error}"))
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, DriverError> {
    serde_json::from_slice(&answer.body)
        .map_err(|error| DriverError::Transient(format!("an answer of Azure's can't be read: {error}")))
}

/// Whether an operation goes on.
fn goes_on(answer: &Answer) -> bool {
    let status = serde_json::from_slice::<Operation>(&answer.body).map(|operation| operation.status);
    status.is_ok_and(|status| !matches!(status.as_str(), "Succeeded" | "Failed" | "Canceled"))
}

/// What passes by itself is tried again; the rest is read.
fn judge(answer: &Answer) -> Verdict {
    if answer.status.is_success() {
        return Verdict::Done;
    }
    let refused = Refused::of(answer);
    if PASSING.contains(&refused.code.as_str()) || STALE.contains(&refused.code.as_str()) {
        return Verdict::Failed(refused.told());
    }
    match answer.status {
        StatusCode::TOO_MANY_REQUESTS => Verdict::Retry { after: None },
        StatusCode::REQUEST_TIMEOUT => Verdict::Failed(refused.told()),
        status if status.is_server_error() => Verdict::Failed(refused.told()),
        _ => Verdict::Done,
    }
}

/// The directory that a challenge names: `Bearer authorization_uri="https://…/{directory}", …`.
fn directory(challenge: &str) -> Option<String> {
    let (_, rest) = challenge.split_once("authorization_uri=\"")?;
    let (uri, _) = rest.split_once('"')?;
    let tenant = uri.trim_end_matches('/').rsplit('/').next()?;
    let fits = tenant.len() == 36 && tenant.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    fits.then(|| tenant.to_owned())
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        let status = StatusCode::from_u16(status).expect("a status");
        Answer { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() }
    }

    fn error(code: &str) -> String {
        format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"words\",\"details\":[]}}}}")
    }

    #[test]
    fn what_passes_by_itself_is_told_from_what_does_not() {
        let verdict = |status, code: &str| judge(&answer(status, &error(code)));
        for status in [400, 409, 429] {
            assert_eq!(
                verdict(status, "AnotherOperationInProgress"),
                Verdict::Failed("AnotherOperationInProgress: words".into())
            );
        }
        assert_eq!(verdict(429, "TooManyRequests"), Verdict::Retry { after: None });
        assert!(matches!(verdict(503, "ServerTimeout"), Verdict::Failed(_)));
        for (status, code) in [(400, "VnetAddressSpacesOverlap"), (403, "AuthorizationFailed"), (404, "")] {
            assert_eq!(verdict(status, code), Verdict::Done);
        }
        assert!(
            matches!(judge(&answer(502, "<html>Bad Gateway</html>")), Verdict::Failed(says) if says.contains("Bad Gateway"))
        );
    }

    #[test]
    fn a_link_with_its_port_spelled_out_is_still_azures() {
        let base = origin("https://management.azure.com");
        assert_eq!(origin("https://Management.azure.com:443/subscriptions/s?$skiptoken=x"), base);
        for other in [
            "http://management.azure.com/",
            "https://management.azure.com.example.org/",
            "https://management.azure.com:444/",
            "https://management.azure.com@example.org/",
            "/subscriptions",
        ] {
            assert_ne!(origin(other), base, "{other}");
        }
    }

    #[test]
    fn a_challenge_tells_the_directory() {
        let challenge = "Bearer authorization_uri=\"https://login.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47\", error=\"invalid_token\"";
        assert_eq!(directory(challenge).as_deref(), Some("72f988bf-86f1-41af-91ab-2d7cd011db47"));
        assert_eq!(directory("Bearer authorization_uri=\"https://login.windows.net/common\""), None);
        assert_eq!(directory("Basic realm=\"x\""), None);
    }
}
