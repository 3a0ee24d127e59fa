//! Commands that speak to a server, as any client does.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::config::Profile;

pub(super) const FAR_SIDE_MORE: &str = "\
Examples:
  landbridge far-side show 6a793f62c0eb9e7a1771502a
  landbridge far-side accept 6a793f62c0eb9e7a1771502a
  landbridge far-side reject --project 6a793f62c0eb9e7a17715000 6a793f62c0eb9e7a1771502a";

pub(super) const WORLD_MORE: &str = "\
Examples:
  landbridge world show
  landbridge world set --latency instant --acceptance automatic
  landbridge world set --fault on=deleteGroupPeer,errorCode=UNEXPECTED_ERROR,times=1
  landbridge world set --fault on=cloud.request,outcome=transient,times=3
  landbridge world set --no-faults";

pub(super) const CLOCK_MORE: &str = "\
Examples:
  landbridge clock show
  landbridge clock advance PT168H     requests that nobody answered for seven days expire";

pub(super) const INVITATION_MORE: &str = "\
Nobody reads the invitations that are sent to users, so they are accepted here.

Examples:
  landbridge invitation accept 6a793f62c0eb9e7a1771502a
  landbridge invitation accept 6a793f62c0eb9e7a1771502a --first-name Ann --last-name Doe";

/// How the commands that speak to a server find it and show what it says.
#[derive(Debug, Args)]
#[command(next_help_heading = "Server")]
pub struct Remote {
    /// A file with MONGODB_ATLAS_* lines, as the first start of a server writes it. If it is not
    /// given, bootstrap.env in the folder that --data names; without --data these variables are taken
    /// from the environment, and if MONGODB_ATLAS_BASE_URL is not set there, from bootstrap.env in
    /// the data folder.
    #[arg(long, env = "LANDBRIDGE_ENV_FILE", hide_env_values = true, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// A certificate in PEM to trust, for a server with one of its own making.
    #[arg(long, env = "LANDBRIDGE_CA_CERT", hide_env_values = true, value_name = "FILE")]
    pub ca_cert: Option<PathBuf>,
    /// How to show the answer.
    #[arg(long, value_enum, default_value = "table", value_name = "FORM")]
    pub output: Form,
}

/// How an answer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Lines for people
    Table,
    /// One JSON value, for programs
    Json,
}

/// `far-side`.
#[derive(Debug, Args)]
pub struct FarSide {
    /// What to do there.
    #[arg(value_enum)]
    pub verb: FarVerb,
    /// The peering.
    #[arg(value_name = "PEER_ID")]
    pub peering: String,
    /// Its project. By default MONGODB_ATLAS_PROJECT_ID.
    #[arg(long, value_name = "ID")]
    pub project: Option<String>,
    /// How to reach the server.
    #[command(flatten)]
    pub remote: Remote,
}

/// What can be done on the far side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FarVerb {
    /// Show what the customer's cloud shows
    Show,
    /// Accept the request (AWS)
    Accept,
    /// Reject the request (AWS)
    Reject,
    /// Delete the customer's half of the connection
    Delete,
    /// Create the customer's half of the connection (Azure, Google Cloud)
    Create,
    /// Let the request expire at once (AWS)
    Expire,
}

/// `world`.
#[derive(Debug, Args)]
pub struct World {
    #[command(subcommand)]
    pub(crate) verb: WorldVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WorldVerb {
    /// Show how they behave
    Show(WorldShow),
    /// Change how they behave; what is not given stays
    #[command(after_help = WORLD_MORE)]
    Set(WorldSet),
}

#[derive(Debug, Args)]
pub(crate) struct WorldShow {
    /// The project. By default MONGODB_ATLAS_PROJECT_ID.
    #[arg(long, value_name = "ID")]
    pub project: Option<String>,
    #[command(flatten)]
    pub remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct WorldSet {
    /// The project. By default MONGODB_ATLAS_PROJECT_ID.
    #[arg(long, value_name = "ID")]
    pub project: Option<String>,
    #[command(flatten)]
    pub change: WorldChange,
    #[command(flatten)]
    pub remote: Remote,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct WorldChange {
    /// How long things take.
    #[arg(long, value_enum, value_name = "PROFILE")]
    pub latency: Option<Profile>,
    /// Whether the far side accepts by itself.
    #[arg(long, value_enum, value_name = "HOW")]
    pub acceptance: Option<Acceptance>,
    /// Something that is to go wrong, in place of all that was laid out before: on=OPERATION with
    /// errorCode=CODE, or on=cloud.CALL with outcome=OUTCOME; times=N if not once. The calls are
    /// observe, request, route, remove, makeNetwork and removeNetwork; the outcomes transient,
    /// throttled, denied, lostAnswer and invalid. Can be given more than once.
    #[arg(long = "fault", value_name = "on=PLACE,…", conflicts_with = "no_faults")]
    pub faults: Vec<String>,
    /// Nothing is to go wrong any more.
    #[arg(long)]
    pub no_faults: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Acceptance {
    /// Somebody has to: see `landbridge far-side`
    Manual,
    /// As soon as it is asked
    Automatic,
}

/// `clock`.
#[derive(Debug, Args)]
pub struct Clock {
    #[command(subcommand)]
    pub(crate) verb: ClockVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ClockVerb {
    /// Tell the time there, and how far ahead of the real one it is
    Show(ClockShow),
    /// Move the time forward; it never goes back
    #[command(after_help = CLOCK_MORE)]
    Advance(ClockAdvance),
}

#[derive(Debug, Args)]
pub(crate) struct ClockShow {
    #[command(flatten)]
    pub remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct ClockAdvance {
    /// How far, as an ISO 8601 duration: PT168H, P7D, PT90S.
    #[arg(allow_hyphen_values = true, value_parser = forward, value_name = "BY")]
    pub by: String,
    #[command(flatten)]
    pub remote: Remote,
}

/// `invitation`.
#[derive(Debug, Args)]
pub struct Invitation {
    #[command(subcommand)]
    pub(crate) verb: InvitationVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum InvitationVerb {
    /// Accept one; the user is an active member from then on
    #[command(after_help = INVITATION_MORE)]
    Accept(InvitationAccept),
}

#[derive(Debug, Args)]
pub(crate) struct InvitationAccept {
    /// The user who was invited.
    #[arg(value_name = "USER_ID")]
    pub user: String,
    /// The organization. By default MONGODB_ATLAS_ORG_ID.
    #[arg(long, value_name = "ID")]
    pub org: Option<String>,
    /// Their given name, if they are new. By default the first part of their address.
    #[arg(long, value_name = "NAME")]
    pub first_name: Option<String>,
    /// Their family name, if they are new. By default the last part of their address.
    #[arg(long, value_name = "NAME")]
    pub last_name: Option<String>,
    #[command(flatten)]
    pub remote: Remote,
}

/// A duration that the clock can be moved by; whether the server goes that far, it says itself.
fn forward(text: &str) -> Result<String, String> {
    if text.contains('-') {
        return Err("the clock only goes forward: write a positive duration, as in PT168H".to_owned());
    }
    match server::convert::time::parse_duration(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("write an ISO 8601 duration, as in PT168H, P7D or PT90S".to_owned()),
    }
}
