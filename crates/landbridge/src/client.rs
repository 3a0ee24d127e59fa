//! A small client of a server: enough for the control API and for tests that play a client.
//!
//! It signs in as the service account if it has one, else by digest, and never follows a redirect
//! or a proxy with its credentials. It tries nothing again, except that an answer to a stale nonce
//! is given once more.

pub mod access;
mod digest;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use api::{Method, OperationId, Root};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use ureq::http::{Request, Response};
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Body};

use crate::failure::Failure;
use access::{Access, Credentials};

/// How long a call may take in all.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// A client of one server, signed in as one caller.
pub struct Client {
    agent: Agent,
    base: String,
    sign_in: SignIn,
}

enum SignIn {
    Digest(digest::Session),
    Account { basic: String, token: Option<String> },
}

/// What a server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body: JSON, or null if it is none.
    pub body: Value,
    /// After how many seconds trying again makes sense, if the server said so.
    pub retry_after: Option<u32>,
}

impl Answer {
    /// A text field of the body; empty if it has none.
    pub fn text(&self, field: &str) -> &str {
        self.body[field].as_str().unwrap_or_default()
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Unanswered {
    /// The call did not come through, or not its answer: it may have happened.
    Lost(Box<ureq::Error>),
    /// The server has no token for this service account.
    SignIn(Answer),
}

impl From<ureq::Error> for Unanswered {
    fn from(error: ureq::Error) -> Self {
        Self::Lost(Box::new(error))
    }
}

impl Client {
    /// A client with that access. `ca_cert` is a certificate to trust, where it is not a public one.
    pub fn new(access: &Access, ca_cert: Option<&Path>) -> Result<Self, Failure> {
        let sign_in = match &access.credentials {
            Credentials::Key { public, private } => SignIn::Digest(digest::Session::new(public, private)),
            Credentials::Account { id, secret } => {
                let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
                SignIn::Account { basic, token: None }
            }
        };
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(CALL_TIMEOUT))
            .user_agent(concat!("landbridge/", env!("CARGO_PKG_VERSION")));
        if access.base_url.starts_with("https://") {
            let roots = match ca_cert {
                Some(path) => RootCerts::new_with_certs(&[certificate(path)?]),
                None => RootCerts::WebPki,
            };
            config = config.tls_config(tls(roots));
        }
        let base = access.base_url.trim_end_matches('/').to_owned();
        Ok(Self { agent: config.build().new_agent(), base, sign_in })
    }

    /// Calls an operation of the control API, whose answer must be a success.
    pub fn control(
        &mut self,
        operation: OperationId,
        place: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        self.control_asking(operation, place, "", body)
    }

    /// The same, with a query.
    pub fn control_asking(
        &mut self,
        operation: OperationId,
        place: &[(&str, &str)],
        query: &str,
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        let operation = &api::operations()[operation as usize];
        let (root, template) = operation.places[0];
        let mut path = format!("{}{template}", Root::prefix(root));
        for (name, value) in place {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        if !query.is_empty() {
            path.push_str(&format!("?{query}"));
        }
        match self.call(operation.method, &path, body) {
            Ok(answer) if answer.status < 300 => Ok(answer.body),
            Ok(answer) => Err(refused(&answer)),
            Err(Unanswered::SignIn(answer)) => Err(refused(&answer)),
            Err(Unanswered::Lost(error)) => {
                Err(Failure::unreachable(format!("could not reach {}", self.base))
                    .because(*error)
                    .hint("is the server running? `landbridge serve` prints where it listens"))
            }
        }
    }

    /// Makes one call and gives its answer, whatever that is. `path` begins at the root.
    pub fn call(&mut self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, Unanswered> {
        let authorization = self.authorization(method, path)?;
        let response = self.send(method, path, authorization, body)?;
        let challenge = response.headers().get(WWW_AUTHENTICATE).and_then(|value| value.to_str().ok());
        if let (401, SignIn::Digest(session), Some(challenge)) =
            (response.status().as_u16(), &mut self.sign_in, challenge)
            && session.challenged(challenge)
        {
            let authorization = session.answer(method.name(), path);
            return Ok(read(self.send(method, path, authorization, body)?)?);
        }
        Ok(read(response)?)
    }

    fn authorization(&mut self, method: Method, path: &str) -> Result<Option<String>, Unanswered> {
        match &mut self.sign_in {
            SignIn::Digest(session) => Ok(session.answer(method.name(), path)),
            SignIn::Account { token: Some(token), .. } => Ok(Some(format!("Bearer {token}"))),
            SignIn::Account { basic, token } => {
                let response = self
                    .agent
                    .post(format!("{}/api/oauth/token", self.base))
                    .header(AUTHORIZATION, basic.as_str())
                    .content_type("application/x-www-form-urlencoded")
                    .send("grant_type=client_credentials")?;
                let answer = read(response)?;
                match answer.body["access_token"].as_str() {
                    Some(text) => Ok(Some(format!("Bearer {}", token.insert(text.to_owned())))),
                    None => Err(Unanswered::SignIn(answer)),
                }
            }
        }
    }

    fn send(
        &self,
        method: Method,
        path: &str,
        authorization: Option<String>,
        body: Option<&Value>,
    ) -> Result<Response<Body>, ureq::Error> {
        let mut request = Request::builder().method(method.name()).uri(format!("{}{path}", self.base));
        if let Some(value) = authorization {
            request = request.header(AUTHORIZATION, value);
        }
        match body {
            Some(body) => {
                self.agent.run(request.header(CONTENT_TYPE, "application/json").body(body.to_string())?)
            }
            None => self.agent.run(request.body(())?),
        }
    }
}

fn read(mut response: Response<Body>) -> Result<Answer, ureq::Error> {
    let status = response.status().as_u16();
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let text = response.body_mut().read_to_string()?;
    // A body that is no JSON, such as a proxy's page, says nothing that could be used.
    Ok(Answer { status, body: serde_json::from_str(&text).unwrap_or_default(), retry_after })
}

/// What the server said, in its own words.
fn refused(answer: &Answer) -> Failure {
    let detail = match (answer.text("detail"), answer.text("error_description")) {
        ("", "") => "it gave no reason",
        ("", detail) | (detail, _) => detail.trim_end_matches('.'),
    };
    let code = [answer.text("errorCode"), answer.text("error")].into_iter().find(|code| !code.is_empty());
    let kind = match answer.status {
        404 => Failure::not_found,
        400..500 => Failure::refused,
        _ => Failure::new,
    };
    let mut failure = kind(format!(
        "the server refused with {}{}: {detail}",
        answer.status,
        code.map(|code| format!(" {code}")).unwrap_or_default()
    ));
    let fields = answer.body["badRequestDetail"]["fields"].as_array();
    if let Some(field) = fields.and_then(|fields| fields.first()) {
        let text = |name: &str| field[name].as_str().unwrap_or_default();
        failure = failure.hint(format!("{}: {}", text("field"), text("description")));
    }
    if let Some(seconds) = answer.retry_after {
        failure = failure.hint(format!("try again after {seconds} s"));
    }
    failure
}

/// TLS as a client, with the program's one provider of cryptography.
pub(crate) fn tls(roots: RootCerts) -> TlsConfig {
    TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .root_certs(roots)
        .build()
}

/// A certificate to trust, from a file.
pub(crate) fn certificate(path: &Path) -> Result<ureq::tls::Certificate<'static>, Failure> {
    let failed = || Failure::new(format!("could not read the certificate {path:?}"));
    let pem = std::fs::read(path).map_err(|error| failed().because(error))?;
    ureq::tls::Certificate::from_pem(&pem).map_err(|error| failed().because(error))
}
