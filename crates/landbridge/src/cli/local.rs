//! Commands that help at the terminal: an environment to paste, a look at the installation,
//! completion.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use clap_complete::Shell;
use model::binding::AccountName;

use super::{Form, Serve};

pub(super) const ENV_MORE: &str = "\
It prints lines for a shell to take; nothing is changed. What it prints holds a secret.

Examples:
  eval \"$(landbridge env --for terraform)\"
  eval \"$(landbridge env --for atlas-cli --oauth)\"
  landbridge env --for curl --env-file ci.env
  landbridge env --for sdk --output json";

pub(super) const DOCTOR_MORE: &str = "\
It reads, asks the server whether it is ready, and changes nothing. Each thing that is wrong
comes with what mends it. Settings are found as `landbridge serve` finds them. Of each real
account it tells who we are there and which rights are missing, with the policy to paste;
--live rehearses there.

It ends with 0 if nothing is wrong, else with 1.

Examples:
  landbridge doctor
  landbridge doctor --data /var/lib/landbridge --listen 0.0.0.0:8443 --output json
  landbridge doctor --account prod --live
  landbridge doctor --account prod --live --spend";

pub(super) const COMPLETION_MORE: &str = "\
Examples:
  source <(landbridge completion bash)
  landbridge completion zsh > ~/.zfunc/_landbridge
  landbridge completion fish > ~/.config/fish/completions/landbridge.fish";

/// `env`.
#[derive(Debug, Args)]
pub struct Env {
    /// Which client it is for.
    #[arg(long = "for", value_enum, value_name = "CLIENT")]
    pub client: ClientKind,
    /// Sign in as the service account, by token, and not with the API key.
    #[arg(long)]
    pub oauth: bool,
    /// A file with MONGODB_ATLAS_* lines, as `keys make --env-file` writes it. By default
    /// bootstrap.env in the data folder, or with --oauth bootstrap-oauth.env.
    #[arg(long, env = "LANDBRIDGE_ENV_FILE", hide_env_values = true, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// Another project than the file's.
    #[arg(long, value_name = "ID")]
    pub project: Option<String>,
    /// Lines for a shell, or an object with the variables.
    #[arg(long, value_enum, default_value = "table", hide_possible_values = true, value_name = "table|json")]
    pub output: Form,
}

/// A kind of client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ClientKind {
    /// The Terraform provider mongodbatlas
    Terraform,
    /// The Atlas CLI
    AtlasCli,
    /// Programs with one of the SDKs
    Sdk,
    /// curl: the variables, and a function atlas_curl that signs in
    Curl,
}

/// `doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// How to show what was found.
    #[arg(long, value_enum, default_value = "table", value_name = "FORM")]
    pub output: Form,
    /// Of the real clouds, look at this account alone.
    #[arg(long, value_name = "NAME", value_parser = super::clouds::account)]
    pub account: Option<AccountName>,
    /// Rehearse against the real accounts as well: look at all that can be looked at.
    #[arg(long)]
    pub live: bool,
    /// With --live, after asking: make two networks and a half-open connection, and remove them.
    #[arg(long, requires = "live")]
    pub spend: bool,
    /// Don't ask.
    #[arg(long, requires = "spend")]
    pub yes: bool,
    /// As for `serve`.
    #[command(flatten)]
    pub serve: Serve,
}

/// `completion`.
#[derive(Debug, Args)]
pub struct Completion {
    /// The shell.
    #[arg(value_enum)]
    pub shell: Shell,
}
