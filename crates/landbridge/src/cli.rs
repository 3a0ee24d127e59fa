//! The command line. Its help is meant to be learned from; golden files in `tests/output` hold it.

mod admin;
mod clouds;
mod local;
mod remote;
mod storage;

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::commands;
use crate::config;
use crate::failure::Failure;
use crate::place::Place;

pub use admin::{Accounts, Keys, Show};
pub(crate) use admin::{
    AccountsMake, AccountsRevoke, AccountsRotate, AccountsVerb, KeysAccessList, KeysMake, KeysRotate,
    KeysVerb, OfOrg, ShowNoun,
};
pub use clouds::{Adopt, Bind, Clouds, Orphans, Plan, Release, Unbind};
pub(crate) use clouds::{Far, Wish};
pub use local::{ClientKind, Completion, Doctor, Env};
pub use remote::{Clock, FarSide, FarVerb, Form, Invitation, Remote, World};
pub(crate) use remote::{ClockVerb, InvitationVerb, WorldChange, WorldVerb};
pub use storage::{Backup, MigrateStore, Restore};

/// A control plane for network peering that speaks the MongoDB Atlas Administration API.
///
/// Without a command it serves, as `landbridge serve` does. Clients that know the service (the
/// Terraform provider, the Atlas CLI, the SDKs, curl --digest) work against it when their base URL
/// is changed; the clouds behind it are simulated, and their time can be moved.
#[derive(Debug, Parser)]
#[command(name = "landbridge", version, after_help = EXAMPLES, max_term_width = 100)]
#[command(disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
    /// Whether the data folder was named on the command line.
    #[arg(skip)]
    data_named: bool,
}

const EXAMPLES: &str = "\
Examples:
  landbridge                                     serve at 127.0.0.1:8080, data in ./landbridge-data
  source landbridge-data/bootstrap.env           in another shell: point clients at it
  landbridge far-side accept PEER_ID             be the customer, and say yes to a peering
  landbridge clock advance PT168H                let a week pass in the simulated clouds
  landbridge show peering PEER_ID                why is it in this state, and what moves it on?
  landbridge doctor                              is everything as it should be?

Exit codes:
  0  done
  1  it failed, or `doctor` found something wrong
  2  the command line or the configuration can't be used
  3  what was named does not exist
  4  refused: the rules or the caller's roles do not allow it
  5  the server or the database could not be reached

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

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API and keep peerings moving
    #[command(after_help = SERVE_MORE)]
    Serve(Serve),
    /// Be the customer's cloud: look at a peering from there, or act on it
    #[command(after_help = remote::FAR_SIDE_MORE)]
    FarSide(FarSide),
    /// Choose how a project's simulated clouds behave
    #[command(after_help = remote::WORLD_MORE)]
    World(World),
    /// Tell or move the time of the simulated clouds
    #[command(after_help = remote::CLOCK_MORE)]
    Clock(Clock),
    /// Accept an invitation to an organization in a user's place
    #[command(after_help = remote::INVITATION_MORE)]
    Invitation(Invitation),
    /// Show organizations, projects and peerings, without a server
    #[command(after_help = admin::SHOW_MORE)]
    Show(Show),
    /// Make, list, rotate and revoke API keys, without a server
    #[command(after_help = admin::KEYS_MORE)]
    Keys(Keys),
    /// Make, list, rotate and revoke service accounts, without a server
    #[command(after_help = admin::ACCOUNTS_MORE)]
    Accounts(Accounts),
    /// List the accounts that are configured, and which projects are bound to them
    #[command(after_help = clouds::CLOUDS_MORE)]
    Clouds(Clouds),
    /// Bind a project to an account at a provider
    #[command(after_help = clouds::BIND_MORE)]
    Bind(Bind),
    /// Give a project the simulated cloud again at a provider
    #[command(after_help = clouds::BIND_MORE)]
    Unbind(Unbind),
    /// List what carries our mark in the accounts and belongs to nobody
    #[command(after_help = clouds::ORPHANS_MORE)]
    Orphans(Orphans),
    /// Tell what would come of asking for a peering
    #[command(after_help = clouds::PLAN_MORE)]
    Plan(Box<Plan>),
    /// Take an existing connection into a project
    #[command(after_help = clouds::ADOPT_MORE)]
    Adopt(Box<Adopt>),
    /// Forget a peering and leave its connection as it is
    #[command(after_help = clouds::RELEASE_MORE)]
    Release(Release),
    /// Print what a client needs in its environment
    #[command(after_help = local::ENV_MORE)]
    Env(Env),
    /// Check the installation, and say how to mend what is wrong
    #[command(after_help = local::DOCTOR_MORE)]
    Doctor(Box<Doctor>),
    /// Copy the database to a file, while a server runs on it
    #[command(after_help = storage::BACKUP_MORE)]
    Backup(Backup),
    /// Put a backup in place of the database
    #[command(after_help = storage::RESTORE_MORE)]
    Restore(Restore),
    /// Move everything from one database to another, such as from a file to PostgreSQL
    #[command(after_help = storage::MIGRATE_MORE)]
    MigrateStore(MigrateStore),
    /// Print a configuration file with every setting explained
    Config,
    /// Print the OpenAPI document of the API
    Openapi,
    /// Print a script that completes commands in a shell
    #[command(after_help = local::COMPLETION_MORE)]
    Completion(Completion),
}

/// What `serve` can be told.
#[derive(Debug, Args)]
pub struct Serve {
    /// A TOML file with settings. If it is not given, landbridge.toml is read where it is in the
    /// current folder.
    #[arg(long, global = true, env = "LANDBRIDGE_CONFIG", hide_env_values = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The settings.
    #[command(flatten)]
    pub settings: config::Layer,
}

/// The whole command line, as completion and help see it.
pub fn command() -> clap::Command {
    // `-h` without a command is the overview; settings would bury it.
    config::show_defaults(Cli::command())
        .mut_args(|arg| arg.hide_short_help(true))
        .mut_subcommand("serve", config::show_defaults)
        .mut_subcommand("doctor", |doctor| {
            config::show_defaults(doctor).mut_args(|arg| {
                let own = ["output", "account", "live", "spend", "yes"];
                let of_serve = !own.contains(&arg.get_id().as_str());
                arg.hide_short_help(of_serve)
            })
        })
}

/// Reads the arguments. Help, and complaints about arguments, are printed here and end the program.
pub fn parse() -> Cli {
    of(command().get_matches()).unwrap_or_else(|error| error.exit())
}

fn of(matches: ArgMatches) -> Result<Cli, clap::Error> {
    let given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let mut command = command();
    if let Some((name, _)) = matches.subcommand() {
        // Only what every command takes may stand before it.
        let stray = command.get_arguments().find(|arg| !arg.is_global_set() && given(arg.get_id().as_str()));
        if let Some(flag) = stray.and_then(clap::Arg::get_long) {
            let words = format!("--{flag} is no setting of `landbridge {name}`; `landbridge serve` takes it");
            return Err(command.error(ErrorKind::ArgumentConflict, words));
        }
    }
    Ok(Cli { data_named: given("data"), ..Cli::from_arg_matches(&matches)? })
}

impl Cli {
    /// Does what was asked for.
    pub fn run(self) -> Result<(), Failure> {
        let place = Place {
            config: self.serve.config.clone(),
            data: self.serve.settings.data.clone(),
            database: self.serve.settings.database.clone(),
            named: self.data_named,
        };
        match self.command.unwrap_or(Command::Serve(self.serve)) {
            Command::Serve(asked) => commands::serve::run(asked),
            Command::FarSide(asked) => commands::far_side::run(&asked, &place),
            Command::World(asked) => commands::world::run(&asked, &place),
            Command::Clock(asked) => commands::clock::run(&asked, &place),
            Command::Invitation(asked) => commands::invitation::run(&asked, &place),
            Command::Show(asked) => commands::show::run(&asked, &place),
            Command::Keys(asked) => commands::keys::run(asked, &place),
            Command::Accounts(asked) => commands::accounts::run(asked, &place),
            Command::Clouds(asked) => commands::clouds::list(&asked, &place),
            Command::Bind(asked) => commands::clouds::bind(&asked, &place),
            Command::Unbind(asked) => commands::clouds::unbind(&asked, &place),
            Command::Orphans(asked) => commands::clouds::orphans(&asked, &place),
            Command::Release(asked) => commands::clouds::release(&asked, &place),
            Command::Plan(asked) => commands::plan::plan(&asked, &place),
            Command::Adopt(asked) => commands::plan::adopt(&asked, &place),
            Command::Env(asked) => commands::env::run(&asked, &place),
            Command::Doctor(asked) => commands::doctor::run(*asked),
            Command::Backup(asked) => commands::backup::run(&asked, &place),
            Command::Restore(asked) => commands::restore::run(&asked, &place),
            Command::MigrateStore(asked) => commands::migrate_store::run(&asked),
            Command::Config => commands::config::run(),
            Command::Openapi => commands::openapi::run(),
            Command::Completion(asked) => commands::completion::run(&asked),
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
    fn where_the_data_is_may_stand_before_a_command_and_after_it() {
        for arguments in [["landbridge", "--data", "D", "serve"], ["landbridge", "serve", "--data", "D"]] {
            let cli = of(command().try_get_matches_from(arguments).expect("fine")).expect("fine");
            assert!(cli.data_named);
            assert_eq!(cli.serve.settings.data, Some("D".into()), "{arguments:?}");
            let Some(Command::Serve(serve)) = cli.command else { panic!("{arguments:?}") };
            assert_eq!(serve.settings.data, Some("D".into()), "{arguments:?}");
        }
    }

    #[test]
    fn a_setting_of_the_server_before_another_command_is_refused() {
        let matches =
            command().try_get_matches_from(["landbridge", "--listen", "127.0.0.1:1", "show", "orgs"]);
        let refusal = of(matches.expect("fine")).expect_err("it means nothing there").to_string();
        assert!(refusal.contains("--listen is no setting of `landbridge show`"), "{refusal}");
    }

    #[test]
    fn a_change_of_the_world_that_changes_nothing_is_refused() {
        Cli::try_parse_from(["landbridge", "world", "set"]).expect_err("nothing to set");
        Cli::try_parse_from(["landbridge", "world", "set", "--no-faults"]).expect("something to set");
        Cli::try_parse_from(["landbridge", "world", "set", "--no-faults", "--fault", "on=x"])
            .expect_err("both ways at once");
    }
}
