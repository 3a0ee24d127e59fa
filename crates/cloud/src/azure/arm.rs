//! Azure Resource Manager: one request, one answer, in its own words.
//!
//! It knows about versions, directories, pages, and operations that go on after their answer. What
//! an error means for a peering is not known here.

use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

use super::tokens::Tokens;
use super::verdict::{PASSING, Refused, Trouble, directory, goes_on, judge};
use super::wire::{Operation, Page, Told};
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

/// What a path may hold as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
