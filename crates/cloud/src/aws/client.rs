//! Calls of Amazon's Query API: a form, signed, sent within the budget, and what came of it.

use http::header::CONTENT_TYPE;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqsign_aws_v4::{Credential, RequestSigner};
use reqsign_core::{Error, Signer};
use sha2::{Digest, Sha256};

use super::account::Account;
use super::credentials::{signer, unsigned};
use super::fault::{CallError, Fault};
use super::partition::Service;
use crate::driver::DriverError;
use crate::send::{Answer, Sender, Verdict};

/// What a form's values keep as it is, as signatures have it.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The parameters of one call.
#[derive(Debug, Clone)]
pub(super) struct Form {
    action: &'static str,
    body: String,
}

impl Form {
    /// A call of an API of that version.
    pub fn new(action: &'static str, version: &str) -> Self {
        Self { action, body: format!("Action={action}&Version={version}") }
    }

    /// The same with a parameter.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.body.push('&');
        self.body.push_str(name);
        self.body.push('=');
        self.body.extend(utf8_percent_encode(value, FORM));
        self
    }

    /// As it is sent.
    pub fn body(&self) -> String {
        self.body.clone()
    }
}

/// Whether a call may be sent again when the cloud failed in the middle of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// It looks, or does the same however often it is done.
    Harmless,
    /// It makes one more each time. A look comes before the next try.
    Makes,
}

/// A client that speaks for one account.
pub(super) struct Client {
    sender: Sender,
    signer: Signer<Credential>,
    endpoint: Option<String>,
}

impl Client {
    /// A client for an account.
    pub fn new(account: &Account, sender: Sender) -> Self {
        let signer = signer(account, sender.client());
        Self { sender, signer, endpoint: account.endpoint.clone() }
    }

    /// Whether it is Amazon itself that is asked.
    pub fn asks_amazon(&self) -> bool {
        self.endpoint.is_none()
    }

    /// Makes one call and answers what a success says.
    pub async fn call(
        &self,
        service: Service,
        region: &str,
        form: &Form,
        repeat: Repeat,
    ) -> Result<String, CallError> {
        let url = self.endpoint.clone().unwrap_or_else(|| service.url(region));
        let build = || async {
            let request = post(&url, form.body()).map_err(|error| unsigned(&error))?;
            self.sign(service, region, request).await
        };
        let answer = self.sender.send(build, |answer| judge(answer, repeat)).await?;
        taken(form.action, &answer)
    }

    /// Makes one call of a service that speaks JSON.
    pub async fn call_json(
        &self,
        service: Service,
        region: &str,
        target: &'static str,
        body: String,
    ) -> Result<String, CallError> {
        let url = self.endpoint.clone().unwrap_or_else(|| service.url(region));
        let build = || async {
            let mut request = post(&url, body.clone()).map_err(|error| unsigned(&error))?;
            let headers = request.headers_mut();
            headers.insert(CONTENT_TYPE, http::HeaderValue::from_static("application/x-amz-json-1.1"));
            headers.insert("x-amz-target", http::HeaderValue::from_static(target));
            self.sign(service, region, request).await
        };
        let answer = self.sender.send(build, |answer| judge(answer, Repeat::Harmless)).await?;
        taken(target, &answer)
    }

    async fn sign(
        &self,
        service: Service,
        region: &str,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Request<Vec<u8>>, DriverError> {
        let (mut parts, body) = request.into_parts();
        let by = RequestSigner::new(service.name(), &service.signed_region(region));
        let signer = self.signer.clone().with_request_signer(by);
        signer.sign(&mut parts, None).await.map_err(|error| unsigned(&error))?;
        Ok(http::Request::from_parts(parts, body))
    }
}

/// A form to be signed. Its digest is said, so that the signature covers the body.
pub(super) fn post(url: &str, body: String) -> Result<http::Request<Vec<u8>>, Error> {
    let digest: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
    http::Request::post(url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8")
        .header("x-amz-content-sha256", digest)
        .body(body.into_bytes())
        .map_err(|error| {
            Error::config_invalid(format!("{url:?} is no address of a service")).with_source(error)
        })
}

fn judge(answer: &Answer, repeat: Repeat) -> Verdict {
    if answer.status.is_success() {
        return Verdict::Done;
    }
    let fault = Fault::read(answer.status, &answer.text());
    match (fault.throttles(), fault.passes(), repeat) {
        (true, _, _) => Verdict::Retry { after: None },
        (false, true, Repeat::Harmless) => Verdict::Failed(fault.to_string()),
        (false, true, Repeat::Makes) | (false, false, _) => Verdict::Done,
    }
}

fn taken(action: &'static str, answer: &Answer) -> Result<String, CallError> {
    let text = answer.text().into_owned();
    if answer.status.is_success() {
        return Ok(text);
    }
    let fault = Fault::read(answer.status, &text);
    tracing::debug!(action, code = fault.code, "Amazon refused a call");
    Err(CallError::Refused(fault))
}
