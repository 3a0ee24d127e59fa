//! The command line. Its help is meant to be learned from; golden files in `tests/output` hold it.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::commands;
use crate::config::{self, Profile};
use crate::failure::Failure;

/// A control plane for network peering that speaks the MongoDB Atlas Administration API.
///
/// Without a command it serves, as `landbridge serve` does. Clients that know the service (the
/// Terraform provider, the Atlas CLI, the SDKs, curl --digest) work against it when their base URL
/// is changed; the clouds behind it are simulated, and their time can be moved.
#[derive(Debug, Parser)]
#[command(name = "landbridge", version, after_help = EXAMPLES, max_term_width = 100)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

const EXAMPLES: &str = "\
Examples:
  landbridge                                     serve at 127.0.0.1:8080, data in ./landbridge-data
  source landbridge-data/bootstrap.env           in another shell: point clients at it
  landbridge far-side accept PEER_ID             be the customer, and say yes to a peering
  landbridge clock advance PT168H                let a week pass in the simulated clouds

`landbridge COMMAND --help` tells more, with examples.";

const SERVE_MORE: &str = "\
The first start makes an organization, a project, an API key and a service account, and writes
into the data folder:
  bootstrap.env        where the server is, and the API key: to be sourced
  bootstrap-oauth.env  the same with the service account
  landbridge.db        everything that is kept
  master.key           what seals secrets; give it as LANDBRIDGE_MASTER_KEY to keep it elsewhere
Secrets are in these files and nowhere else; nobody can show them again.

Each setting can be a flag, a variable, or a key in a TOML file; in that order they win.
`landbridge config` prints such a file. SIGTERM or Ctrl-C ends the server when the requests in
hand are answered, within ten seconds; a second one ends it at once.

Examples:
  landbridge serve --listen 127.0.0.1:0 --latency instant
  landbridge serve --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem \\
      --public-url https://atlas.example:8443
  LANDBRIDGE_LATENCY=lifelike landbridge serve --data /var/lib/landbridge";

const FAR_SIDE_MORE: &str = "\
Examples:
  landbridge far-side show 6a793f62c0eb9e7a1771502a
  landbridge far-side accept 6a793f62c0eb9e7a1771502a
  landbridge far-side reject --project 6a793f62c0eb9e7a17715000 6a793f62c0eb9e7a1771502a";

const WORLD_MORE: &str = "\
Examples:
  landbridge world show
  landbridge world set --latency instant --acceptance automatic
  landbridge world set --fault on=deleteGroupPeer,errorCode=UNEXPECTED_ERROR,times=1
  landbridge world set --fault on=cloud.request,outcome=transient,times=3
  landbridge world set --no-faults";

const CLOCK_MORE: &str = "\
Examples:
  landbridge clock show
  landbridge clock advance PT168H     requests that nobody answered for seven days expire";

const INVITATION_MORE: &str = "\
Nobody reads the invitations that are sent to users, so they are accepted here.

Examples:
  landbridge invitation accept 6a793f62c0eb9e7a1771502a
  landbridge invitation accept 6a793f62c0eb9e7a1771502a --first-name Ann --last-name Doe";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API and keep peerings moving
    #[command(after_help = SERVE_MORE)]
    Serve(Serve),
    /// Be the customer's cloud: look at a peering from there, or act on it
    #[command(after_help = FAR_SIDE_MORE)]
    FarSide(FarSide),
    /// Choose how a project's simulated clouds behave
    #[command(after_help = WORLD_MORE)]
    World(World),
    /// Tell or move the time of the simulated clouds
    #[command(after_help = CLOCK_MORE)]
    Clock(Clock),
    /// Accept an invitation to an organization in a user's place
    #[command(after_help = INVITATION_MORE)]
    Invitation(Invitation),
    /// Print a configuration file with every setting explained
    Config,
}

/// What `serve` can be told.
#[derive(Debug, Args)]
pub struct Serve {
    /// A TOML file with settings. If it is not given, landbridge.toml is read where it is in the
    /// current folder.
    #[arg(long, env = "LANDBRIDGE_CONFIG", hide_env_values = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The settings.
    #[command(flatten)]
    pub settings: config::Layer,
}

/// How the commands that speak to a server find it and show what it says.
#[derive(Debug, Args)]
#[command(next_help_heading = "Server")]
pub struct Remote {
    /// A file with MONGODB_ATLAS_* lines, as the first start of a server writes it. If it is not
    /// given, these variables are taken from the environment; if MONGODB_ATLAS_BASE_URL is not set
    /// there, from bootstrap.env in the data folder.
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
    /// As the server says it
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

/// Reads the arguments. Help, and complaints about arguments, are printed here and end the program.
pub fn parse() -> Cli {
    // `-h` without a command is the overview; settings would bury it.
    let command = config::show_defaults(Cli::command())
        .mut_args(|arg| arg.hide_short_help(true))
        .mut_subcommand("serve", config::show_defaults);
    let matches = command.get_matches();
    Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

impl Cli {
    /// Does what was asked for.
    pub fn run(self) -> Result<(), Failure> {
        match self.command.unwrap_or(Command::Serve(self.serve)) {
            Command::Serve(asked) => commands::serve::run(asked),
            Command::FarSide(asked) => commands::far_side::run(&asked),
            Command::World(asked) => commands::world::run(&asked),
            Command::Clock(asked) => commands::clock::run(&asked),
            Command::Invitation(asked) => commands::invitation::run(&asked),
            Command::Config => commands::config::run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn settings_can_be_given_without_a_command() {
        let cli = Cli::try_parse_from(["landbridge", "--listen", "127.0.0.1:0"]).expect("fine");
        assert!(cli.command.is_none());
        assert_eq!(cli.serve.settings.listen.as_deref(), Some("127.0.0.1:0"));
    }

    #[test]
    fn a_change_of_the_world_that_changes_nothing_is_refused() {
        Cli::try_parse_from(["landbridge", "world", "set"]).expect_err("nothing to set");
        Cli::try_parse_from(["landbridge", "world", "set", "--no-faults"]).expect("something to set");
        Cli::try_parse_from(["landbridge", "world", "set", "--no-faults", "--fault", "on=x"])
            .expect_err("both ways at once");
    }
}
