//! A community client for Rust, the crate `mongodb-atlas-cli`, pointed at a running Landbridge
//! server by its own configuration. Nothing here knows how the server works inside.
//!
//! The crate brings its digest, its OAuth token and its paging; this library adds what its users
//! write themselves: an operation for any path, and credentials that come from the environment
//! instead of a keychain.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};
use mongodb_atlas_cli::atlas::client::AtlasClient;
use mongodb_atlas_cli::atlas::{Operation, OperationError, Version};
use mongodb_atlas_cli::config::{AtlasCLIConfig, AuthType};
use mongodb_atlas_cli::secrets::{
    ApiKeys, ProfileName, Secret, SecretStore, SecretStoreError, ServiceAccount,
};
use serde_json::Value;

/// How often a state is looked at, and how many times at most: half a minute in all.
const LOOK_EVERY: Duration = Duration::from_millis(200);
const MOST_LOOKS: u32 = 150;

/// A variable of the bootstrap files. A missing one fails the test with the sentence that helps.
pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!(
            "{name} is not set: start `landbridge serve`, then source bootstrap.env and \
             bootstrap-oauth.env from its data folder"
        )
    })
}

/// Holds one secret in memory, as the client's keychain would.
struct Held(Secret);

impl SecretStore for Held {
    fn get(&self, _: &ProfileName, _: AuthType) -> Result<Option<Secret>, SecretStoreError> {
        Ok(Some(self.0.clone()))
    }

    fn set(&mut self, _: &ProfileName, secret: Secret) -> Result<(), SecretStoreError> {
        self.0 = secret;
        Ok(())
    }

    fn delete(&mut self, _: &ProfileName) -> Result<(), SecretStoreError> {
        Ok(())
    }
}

/// The client with a secret.
fn client(auth_type: AuthType, secret: Secret) -> AtlasClient {
    let config = AtlasCLIConfig {
        auth_type: Some(auth_type),
        ops_manager_url: Some(variable("MONGODB_ATLAS_BASE_URL")),
        ..AtlasCLIConfig::default()
    };
    AtlasClient::new(config, "default", Box::new(Held(secret))).expect("a client from its parts")
}

/// The client with an API key: digest.
pub fn with_key(public: String, private: String) -> AtlasClient {
    client(AuthType::ApiKeys, Secret::ApiKeys(ApiKeys::new(public, private)))
}

/// The client with the key of the bootstrap file.
pub fn with_owner_key() -> AtlasClient {
    with_key(variable("MONGODB_ATLAS_PUBLIC_KEY"), variable("MONGODB_ATLAS_PRIVATE_KEY"))
}

/// The client with the service account of the bootstrap file: OAuth.
pub fn with_account() -> AtlasClient {
    let account =
        ServiceAccount::new(variable("MONGODB_ATLAS_CLIENT_ID"), variable("MONGODB_ATLAS_CLIENT_SECRET"));
    client(AuthType::ServiceAccount, Secret::ServiceAccount(account))
}

/// One call, written by hand as the crate's users do where it has no type.
pub struct Call {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl Operation for Call {
    type Response = Value;

    fn method(&self) -> Method {
        self.method.clone()
    }

    fn url(&self) -> String {
        self.path.clone()
    }

    fn version(&self) -> Version {
        Version::date(2023, 1, 1)
    }

    fn request_body(&self) -> Bytes {
        self.body.as_ref().map_or_else(Bytes::new, |body| body.to_string().into())
    }

    fn parse_response(bytes: Bytes) -> Result<Value, OperationError> {
        if bytes.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(&bytes)?) }
    }
}

/// Calls with a body, or without.
pub async fn call(
    client: &AtlasClient,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Result<Value, OperationError> {
    client.execute(Call { method, path: path.to_owned(), body }).await
}

/// Calls, and fails the test with the server's whole words if it refuses.
pub async fn must(client: &AtlasClient, method: Method, path: &str, body: Option<Value>) -> Value {
    let what = format!("{method} {path}");
    call(client, method, path, body).await.unwrap_or_else(|error| panic!("{what}: {error}"))
}

/// The status and the error code of a refusal, as the client read them.
pub fn refusal(answer: Result<Value, OperationError>) -> (StatusCode, String) {
    match answer {
        Err(OperationError::Atlas { status, error }) => {
            let error_code = error.error_code.expect("an error object names its code");
            assert_eq!(error.error, Some(status.as_u16()), "the error object repeats the status");
            (status, error_code)
        }
        other => panic!("a refusal with an error object was expected, not {other:?}"),
    }
}

/// Reads a path until its body is as wished, or the refusal is; in bounds.
pub async fn wait_until(
    client: &AtlasClient,
    path: &str,
    wished: impl Fn(&Result<Value, OperationError>) -> bool,
) {
    let mut last = String::new();
    for _ in 0..MOST_LOOKS {
        let answer = call(client, Method::GET, path, None).await;
        if wished(&answer) {
            return;
        }
        last = format!("{answer:?}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
    panic!("{path} did not get there in time; the last answer was {last}");
}
