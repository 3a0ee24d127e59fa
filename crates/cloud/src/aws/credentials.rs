//! Who we are: found where Amazon's own tools find it, and, if the account says so, exchanged for
//! a role.

use reqsign_aws_v4::{
    Credential, DefaultCredentialProvider, EnvCredentialProvider, ProfileCredentialProvider, RequestSigner,
};
use reqsign_command_execute_tokio::TokioCommandExecute;
use reqsign_core::{Context, Error, ErrorKind, OsEnv, ProvideCredential, Signer};
use reqsign_file_read_tokio::TokioFileRead;
use reqsign_http_send_reqwest::ReqwestHttpSend;

use super::account::Account;
use super::client::{Form, post};
use super::fault::Fault;
use super::partition::Service;
use super::xml::{self, AssumedRole};
use crate::driver::DriverError;

/// The name under which a role is assumed, as audit logs over there show it.
const SESSION: &str = "landbridge";
/// How long an assumed role lasts, in seconds; it is assumed anew before that.
const ROLE_SECONDS: u32 = 3600;

/// A signer of requests for an account; its service and region are set for each request. Its
/// clones share what was fetched.
pub(super) fn signer(account: &Account, http: &reqwest::Client) -> Signer<Credential> {
    let context = Context::new()
        .with_env(OsEnv)
        .with_file_read(TokioFileRead)
        .with_command_execute(TokioCommandExecute)
        .with_http_send(ReqwestHttpSend::new(http.clone()));
    let sts = RequestSigner::new(Service::Sts.name(), &account.region);
    let own = Signer::new(context.clone(), chain(account), sts);
    let Some(role_arn) = &account.role_arn else { return own };
    let url = account.endpoint.clone().unwrap_or_else(|| Service::Sts.url(&account.region));
    let role = Role { own, url, role_arn: role_arn.clone(), external_id: account.external_id.clone() };
    Signer::new(context, role, RequestSigner::new(Service::Sts.name(), &account.region))
}

/// The default chain; where a profile was named, that alone: a machine's own role must not step in
/// for a profile that is not there.
fn chain(account: &Account) -> DefaultCredentialProvider {
    let mut profiles = ProfileCredentialProvider::new();
    if let Some(file) = &account.credentials_file {
        profiles = profiles.with_credentials_file(file);
    }
    let builder = DefaultCredentialProvider::builder().profile(profiles);
    match &account.profile {
        Some(profile) => builder.no_env().no_web_identity().no_ecs().no_imds().with_profile(profile).build(),
        None => builder.env(EnvCredentialProvider::new()).build(),
    }
}

/// A role that is assumed with our own credentials.
struct Role {
    own: Signer<Credential>,
    url: String,
    role_arn: String,
    external_id: Option<String>,
}

impl std::fmt::Debug for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Role").field("role_arn", &self.role_arn).finish_non_exhaustive()
    }
}

impl ProvideCredential for Role {
    type Credential = Credential;

    async fn provide_credential(&self, context: &Context) -> Result<Option<Credential>, Error> {
        let mut form = Form::new("AssumeRole", "2011-06-15")
            .set("RoleArn", &self.role_arn)
            .set("RoleSessionName", SESSION)
            .set("DurationSeconds", &ROLE_SECONDS.to_string());
        if let Some(external_id) = &self.external_id {
            form = form.set("ExternalId", external_id);
        }
        let (mut parts, body) = post(&self.url, form.body())?.into_parts();
        self.own.sign(&mut parts, None).await?;
        let request = http::Request::from_parts(parts, body.into());
        let response = context.http_send(request).await.map_err(|error| error.set_retryable(true))?;
        let (status, body) = (response.status(), String::from_utf8_lossy(response.body()).into_owned());
        if !status.is_success() {
            let fault = Fault::read(status, &body);
            let retryable = fault.throttles() || status.is_server_error();
            let says = format!("the role {} can not be assumed: {fault}", self.role_arn);
            return Err(Error::permission_denied(says).set_retryable(retryable));
        }
        let unread =
            |says: String| Error::unexpected(format!("what AssumeRole answers can not be read: {says}"));
        let assumed: AssumedRole = xml::read(&body).map_err(unread)?;
        let assumed = assumed.result.credentials;
        let expires = assumed.expiration.parse().map_err(|_| unread(assumed.expiration.clone()))?;
        Ok(Some(Credential {
            access_key_id: assumed.access_key_id,
            secret_access_key: assumed.secret_access_key,
            session_token: Some(assumed.session_token),
            expires_in: Some(expires),
        }))
    }
}

/// What it means that a request can't be signed.
pub(super) fn unsigned(error: &Error) -> DriverError {
    let says = error.to_string();
    if error.is_retryable() {
        return DriverError::Transient(says);
    }
    match error.kind() {
        ErrorKind::CredentialInvalid => DriverError::Denied(format!(
            "{says}; give this process credentials as for Amazon's own tools: AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY, a profile, a web identity, or the role of the machine"
        )),
        ErrorKind::PermissionDenied | ErrorKind::ConfigInvalid => DriverError::Denied(says),
        _ => DriverError::Transient(says),
    }
}
