//! `landbridge env`: what a client needs in its environment, ready to paste.
//!
//! Clients refuse, or choose in silence, when they find credentials of two kinds; so the lines of
//! one kind come with others that unset what the other kind would have.

use std::path::Path;

use serde_json::{Map, Value};

use crate::bootstrap::{Files, env_file};
use crate::cli::{ClientKind, Env};
use crate::client::access::{Access, Credentials};
use crate::failure::Failure;
use crate::output;
use crate::place::Place;
use crate::quote::{path_quoted, quoted};

/// Where an access token would be taken from, before anything else.
const TOKEN: &str = "MONGODB_ATLAS_ACCESS_TOKEN";

/// Prints it.
pub fn run(asked: &Env, place: &Place) -> Result<(), Failure> {
    let settings = place.settings()?;
    let files = Files::new(&settings.data);
    let path = match &asked.env_file {
        Some(path) => path.clone(),
        None if asked.oauth => files.oauth_env(),
        None => files.env(),
    };
    let mut access = Access::of_file(&path)?;
    if asked.oauth && matches!(access.credentials, Credentials::Key { .. }) {
        return Err(Failure::usage(format!("{path:?} has no service account"))
            .hint("`landbridge accounts make NAME --role ROLE --env-file FILE` writes a file with one"));
    }
    access.project = asked.project.clone().or(access.project);
    let ca_cert = settings.tls_cert.as_deref().filter(|_| access.base_url.starts_with("https://"));
    output::either(
        asked.output,
        || {
            let pairs = variables(&access, asked.client);
            Value::Object(
                pairs.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect::<Map<_, _>>(),
            )
        },
        || text(&access, asked.client, ca_cert),
    )
}

/// Each variable with its value.
fn variables(access: &Access, client: ClientKind) -> Vec<(&'static str, String)> {
    let mut pairs = vec![("MONGODB_ATLAS_BASE_URL", access.base_url.clone())];
    if client == ClientKind::AtlasCli {
        pairs.push(("MONGODB_ATLAS_OPS_MANAGER_URL", access.base_url.clone()));
    }
    let names = match (&access.credentials, client) {
        (Credentials::Key { .. }, ClientKind::AtlasCli) => {
            ["MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PRIVATE_API_KEY"]
        }
        (Credentials::Key { .. }, _) => ["MONGODB_ATLAS_PUBLIC_KEY", "MONGODB_ATLAS_PRIVATE_KEY"],
        (Credentials::Account { .. }, _) => ["MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET"],
    };
    let (name, secret) = match &access.credentials {
        Credentials::Key { public, private } => (public, private),
        Credentials::Account { id, secret } => (id, secret),
    };
    pairs.extend(names.into_iter().zip([name.clone(), secret.clone()]));
    for (place, theirs, value) in [
        ("MONGODB_ATLAS_ORG_ID", "TF_VAR_org_id", &access.org),
        ("MONGODB_ATLAS_PROJECT_ID", "TF_VAR_project_id", &access.project),
    ] {
        let Some(value) = value else { continue };
        pairs.push((place, value.clone()));
        if client == ClientKind::Terraform {
            pairs.push((theirs, value.clone()));
        }
    }
    if client == ClientKind::AtlasCli {
        pairs.extend(env_file::QUIET.map(|(name, value)| (name, value.to_owned())));
        pairs.push(("SILENCE_STORAGE_WARNING", "true".to_owned()));
    }
    pairs
}

/// Lines for a shell.
fn text(access: &Access, client: ClientKind, ca_cert: Option<&Path>) -> String {
    let other = match (&access.credentials, client) {
        (Credentials::Key { .. }, _) => "MONGODB_ATLAS_CLIENT_ID MONGODB_ATLAS_CLIENT_SECRET",
        (Credentials::Account { .. }, ClientKind::AtlasCli) => {
            "MONGODB_ATLAS_PUBLIC_API_KEY MONGODB_ATLAS_PRIVATE_API_KEY"
        }
        (Credentials::Account { .. }, _) => "MONGODB_ATLAS_PUBLIC_KEY MONGODB_ATLAS_PRIVATE_KEY",
    };
    let mut text = format!("unset {other} {TOKEN}\n");
    for (name, value) in variables(access, client) {
        text.push_str(&format!("export {name}={}\n", quoted(&value)));
    }
    if client == ClientKind::Curl {
        text.push_str(&curl(access, ca_cert));
    }
    text
}

/// A function that calls the API, as in `atlas_curl "${MONGODB_ATLAS_BASE_URL}api/atlas/v2/groups"`.
fn curl(access: &Access, ca_cert: Option<&Path>) -> String {
    let ca_cert = ca_cert.map(|path| format!(" --cacert {}", path_quoted(path))).unwrap_or_default();
    let plain = format!("curl --silent --show-error{ca_cert}");
    let (before, sign_in) = match access.credentials {
        Credentials::Key { .. } => (
            String::new(),
            "--digest --user \"$MONGODB_ATLAS_PUBLIC_KEY:$MONGODB_ATLAS_PRIVATE_KEY\"".to_owned(),
        ),
        Credentials::Account { .. } => (
            format!(
                "{TOKEN}=$({plain} --fail --user \"$MONGODB_ATLAS_CLIENT_ID:$MONGODB_ATLAS_CLIENT_SECRET\" \
                 --data grant_type=client_credentials \"${{MONGODB_ATLAS_BASE_URL}}api/oauth/token\" \
                 | sed 's/.*\"access_token\": *\"\\([^\"]*\\)\".*/\\1/')\n"
            ),
            format!("--header \"Authorization: Bearer ${TOKEN}\""),
        ),
    };
    format!(
        "{before}atlas_curl() {{\n  {plain} {sign_in} \\\n    \
         --header 'Accept: application/vnd.atlas.2023-01-01+json' \
         --header 'Content-Type: application/json' \"$@\"\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(credentials: Credentials) -> Access {
        Access {
            base_url: "http://127.0.0.1:1/".to_owned(),
            credentials,
            org: Some("o".to_owned()),
            project: Some("p q".to_owned()),
        }
    }

    #[test]
    fn a_client_finds_one_kind_of_credentials_and_every_name_that_it_reads() {
        let key = access(Credentials::Key { public: "k".to_owned(), private: "s$".to_owned() });
        assert_eq!(
            text(&key, ClientKind::Terraform, None),
            "unset MONGODB_ATLAS_CLIENT_ID MONGODB_ATLAS_CLIENT_SECRET MONGODB_ATLAS_ACCESS_TOKEN\n\
             export MONGODB_ATLAS_BASE_URL=http://127.0.0.1:1/\n\
             export MONGODB_ATLAS_PUBLIC_KEY=k\nexport MONGODB_ATLAS_PRIVATE_KEY='s$'\n\
             export MONGODB_ATLAS_ORG_ID=o\nexport TF_VAR_org_id=o\n\
             export MONGODB_ATLAS_PROJECT_ID='p q'\nexport TF_VAR_project_id='p q'\n"
        );
        let account = access(Credentials::Account { id: "i".to_owned(), secret: "s".to_owned() });
        let names: Vec<&str> =
            variables(&account, ClientKind::AtlasCli).into_iter().map(|(name, _)| name).collect();
        for name in ["OPS_MANAGER_URL", "CLIENT_ID", "CLIENT_SECRET", "SERVICE", "TELEMETRY_ENABLED"] {
            assert!(names.contains(&format!("MONGODB_ATLAS_{name}").as_str()), "{name}: {names:?}");
        }
        assert!(
            text(&account, ClientKind::AtlasCli, None).starts_with("unset MONGODB_ATLAS_PUBLIC_API_KEY ")
        );
        let sdk = variables(&account, ClientKind::Sdk);
        assert!(sdk.iter().all(|(name, _)| !name.starts_with("TF_")), "{sdk:?}");
    }
}
