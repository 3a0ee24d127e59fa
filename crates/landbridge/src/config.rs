//! What an operator chooses: flags over environment over one file over defaults.
//!
//! Each setting is declared once, below. From that one line come its flag, its variable, its key in
//! the file, its place in `landbridge config`, and its part of `--help`; a test holds the names
//! together. This is also the only place that reads the environment.

mod accounts;
mod metrics;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use confique::meta::{FieldKind, LeafKind};
use confique::{Config as _, File, FileFormat, Layer as _};
use model::world::Latency;
use serde::Deserialize;
use server::rate::Rates;
use store::Target;

use crate::failure::Failure;

pub use accounts::{AccountSettings, Kind, Partition};
pub use metrics::MetricsAt;

/// The file that is read if none is named.
const FILE: &str = "landbridge.toml";

/// The settings of `landbridge serve`.
///
/// Flags win over environment variables, these over this file.
#[derive(Debug, Clone, confique::Config)]
#[config(layer_attr(derive(Debug, Clone, Default, Args)))]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Config {
    /// Where to listen. Port 0 picks a free one. Beyond loopback this takes a certificate, or
    /// allow-plaintext.
    #[config(env = "LANDBRIDGE_LISTEN", default = "127.0.0.1:8080")]
    #[config(layer_attr(arg(
        long,
        env = "LANDBRIDGE_LISTEN",
        hide_env_values = true,
        value_name = "ADDRESS:PORT"
    )))]
    pub listen: String,

    /// The folder for everything that is kept: database, master key, lock, and the two files to
    /// source. Made if it is not there.
    #[config(env = "LANDBRIDGE_DATA", default = "./landbridge-data")]
    #[config(layer_attr(arg(
        long,
        global = true,
        env = "LANDBRIDGE_DATA",
        hide_env_values = true,
        value_name = "DIR"
    )))]
    pub data: PathBuf,

    /// The database: sqlite:PATH, or postgres://USER:PASSWORD@HOST/DATABASE for any number of
    /// servers on one. By default landbridge.db in the data folder.
    #[config(env = "LANDBRIDGE_DATABASE")]
    #[config(layer_attr(arg(
        long,
        global = true,
        env = "LANDBRIDGE_DATABASE",
        hide_env_values = true,
        value_name = "URL"
    )))]
    pub database: Option<String>,

    /// How long things take in the simulated clouds, for projects that choose nothing else:
    /// instant, swift or lifelike.
    #[config(env = "LANDBRIDGE_LATENCY", default = "swift")]
    #[config(layer_attr(arg(
        long,
        env = "LANDBRIDGE_LATENCY",
        hide_env_values = true,
        value_name = "PROFILE"
    )))]
    pub latency: Profile,

    /// The certificate chain to serve TLS with, in PEM, the server's own first.
    #[config(env = "LANDBRIDGE_TLS_CERT")]
    #[config(layer_attr(arg(
        long,
        env = "LANDBRIDGE_TLS_CERT",
        hide_env_values = true,
        value_name = "FILE"
    )))]
    pub tls_cert: Option<PathBuf>,

    /// The private key of that certificate, in PEM, not encrypted.
    #[config(env = "LANDBRIDGE_TLS_KEY")]
    #[config(layer_attr(arg(
        long,
        env = "LANDBRIDGE_TLS_KEY",
        hide_env_values = true,
        value_name = "FILE"
    )))]
    pub tls_key: Option<PathBuf>,

    /// Listen beyond loopback without TLS: whoever is on the way can read every answer, and
    /// service-account secrets and tokens too.
    #[config(env = "LANDBRIDGE_ALLOW_PLAINTEXT", default = false)]
    #[config(layer_attr(arg(
        long,
        env = "LANDBRIDGE_ALLOW_PLAINTEXT",
        hide_env_values = true,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true,
        value_name = "BOOL"
    )))]
    pub allow_plaintext: bool,

    /// Scheme and host under which clients reach the server, such as `https://atlas.example`, where
    /// that is not where it listens. Goes into the files to source and into links.
    #[config(env = "LANDBRIDGE_PUBLIC_URL")]
    #[config(layer_attr(arg(
        long,
        env = "LANDBRIDGE_PUBLIC_URL",
        hide_env_values = true,
        value_name = "URL"
    )))]
    pub public_url: Option<String>,

    /// Don't limit how often a caller may call, and send no header that speaks of it.
    #[config(env = "LANDBRIDGE_NO_RATE_LIMITS", default = false)]
    #[config(layer_attr(arg(
        long,
        env = "LANDBRIDGE_NO_RATE_LIMITS",
        hide_env_values = true,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true,
        value_name = "BOOL"
    )))]
    pub no_rate_limits: bool,

    /// How many calls are allowed for each that the service's own rate limits allow. 1 is as strict
    /// as the service.
    #[config(env = "LANDBRIDGE_RATE_LIMIT_FACTOR", default = 100)]
    #[config(layer_attr(arg(
        long,
        env = "LANDBRIDGE_RATE_LIMIT_FACTOR",
        hide_env_values = true,
        value_name = "NUMBER"
    )))]
    pub rate_limit_factor: NonZeroU32,

    /// Where to serve metrics, at /metrics: an address of its own, or off. By default where the API
    /// is, if that is on loopback, else nowhere. Whoever reaches it may read it.
    #[config(env = "LANDBRIDGE_METRICS_LISTEN")]
    #[config(layer_attr(arg(
        long,
        env = "LANDBRIDGE_METRICS_LISTEN",
        hide_env_values = true,
        value_name = "ADDRESS:PORT"
    )))]
    pub metrics_listen: Option<String>,

    /// Where traces go, by OTLP over HTTP, such as http://127.0.0.1:4318. By default where
    /// OTEL_EXPORTER_OTLP_ENDPOINT says, else nowhere; the other OTEL_ variables hold, too.
    #[config(env = "LANDBRIDGE_OTLP_ENDPOINT")]
    #[config(layer_attr(arg(
        long,
        env = "LANDBRIDGE_OTLP_ENDPOINT",
        hide_env_values = true,
        value_name = "URL"
    )))]
    pub otlp_endpoint: Option<String>,

    /// The form of the log, which goes to standard error: json or text. By default text if that is a
    /// terminal, else json.
    #[config(env = "LANDBRIDGE_LOG_FORMAT")]
    #[config(layer_attr(arg(
        long,
        env = "LANDBRIDGE_LOG_FORMAT",
        hide_env_values = true,
        value_name = "FORMAT"
    )))]
    pub log_format: Option<LogFormat>,

    /// How much to log: error, warn, info, debug or trace; for parts of the program too, as in
    /// info,request=warn.
    #[config(env = "LANDBRIDGE_LOG_LEVEL", default = "info")]
    #[config(layer_attr(arg(
        long,
        env = "LANDBRIDGE_LOG_LEVEL",
        hide_env_values = true,
        value_name = "LEVEL"
    )))]
    pub log_level: String,

    /// Real clouds, each under a name of its own: see docs/clouds.md. Only in this file.
    #[config(default = {})]
    #[config(layer_attr(arg(skip)))]
    pub accounts: BTreeMap<String, AccountSettings>,
}

/// Settings as they come from one source: each there or not.
pub type Layer = <Config as confique::Config>::Layer;

/// A latency profile, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// No wait anywhere: for tests.
    Instant,
    /// Each phase takes about a second: for rehearsals.
    Swift,
    /// As on the real service: a request takes a quarter of a minute at AWS, and about a minute at
    /// Azure.
    Lifelike,
}

impl Profile {
    /// Its name.
    pub fn name(self) -> &'static str {
        Latency::from(self).name()
    }
}

impl From<Profile> for Latency {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::Instant => Self::Instant,
            Profile::Swift => Self::Swift,
            Profile::Lifelike => Self::Lifelike,
        }
    }
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For reading.
    Text,
}

impl Config {
    /// The settings that `flags` (and the environment, which clap has put there) and the file lead
    /// to. `named` is the file that was named, if one was.
    pub fn load(flags: Layer, named: Option<&Path>) -> Result<Self, Failure> {
        Self::of(flags, file(named, Path::new(FILE))?)
    }

    fn of(flags: Layer, file: Layer) -> Result<Self, Failure> {
        let layer = flags.with_fallback(file).with_fallback(Layer::default_values());
        Self::from_layer(layer)
            .map_err(|error| Failure::usage("the settings are not complete").because(error))
    }

    /// The address to listen at.
    pub fn address(&self) -> Result<SocketAddr, Failure> {
        let address = socket(&self.listen).ok_or_else(|| {
            Failure::usage(format!("{:?} is no address to listen at", self.listen))
                .hint("write an IP address and a port, as in 127.0.0.1:8080 or [::]:8443")
        })?;
        if address.ip().to_canonical().is_loopback() || self.tls()?.is_some() || self.allow_plaintext {
            return Ok(address);
        }
        Err(Failure::usage(format!(
            "listening at {address} without TLS would show credentials to whoever is on the way"
        ))
        .hint("give --tls-cert and --tls-key, or say --allow-plaintext if the network is trusted"))
    }

    /// The files to serve TLS with, certificate and key.
    pub fn tls(&self) -> Result<Option<(&Path, &Path)>, Failure> {
        match (&self.tls_cert, &self.tls_key) {
            (Some(cert), Some(key)) => Ok(Some((cert, key))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(Failure::usage("--tls-cert is given without --tls-key")),
            (None, Some(_)) => Err(Failure::usage("--tls-key is given without --tls-cert")),
        }
    }

    /// The database.
    pub fn target(&self) -> Result<Target, Failure> {
        match &self.database {
            Some(url) => Target::parse(url)
                .map_err(|error| Failure::usage("the setting database can't be used").because(error)),
            None => Ok(Target::Sqlite(self.data.join("landbridge.db"))),
        }
    }

    /// Whether rate limits hold, and how strictly.
    pub fn rates(&self) -> Rates {
        if self.no_rate_limits { Rates::Off } else { Rates::Times(self.rate_limit_factor) }
    }

    /// The public URL without a slash at its end.
    ///
    /// It is written into files that shells read, so nothing that means something to a shell may
    /// be in it.
    pub fn public_url(&self) -> Result<Option<&str>, Failure> {
        let Some(url) = self.public_url.as_deref() else { return Ok(None) };
        let url = url.strip_suffix('/').unwrap_or(url);
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        if host.is_some_and(|host| !host.is_empty() && host.chars().all(plain)) {
            return Ok(Some(url));
        }
        Err(Failure::usage(format!("{url:?} can't be the public URL"))
            .hint("write scheme and host, with a port if need be: https://atlas.example:8443"))
    }
}

/// An address with its port.
fn socket(text: &str) -> Option<SocketAddr> {
    match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}").parse().ok(),
        None => text.parse().ok(),
    }
}

/// What a file says; nothing if none was named and there is none.
fn file(named: Option<&Path>, usual: &Path) -> Result<Layer, Failure> {
    let file = match named {
        Some(path) => File::with_format(path, FileFormat::Toml).required(),
        None => File::with_format(usual, FileFormat::Toml),
    };
    file.load().map_err(|error| {
        Failure::usage("the configuration file can't be used")
            .because(error)
            .hint("`landbridge config` prints a file with every setting explained")
    })
}

/// A commented file with every setting.
pub fn template() -> String {
    confique::toml::template::<Config>(confique::toml::FormatOptions::default()) + accounts::EXAMPLE
}

/// Adds each setting's default to its help: it is declared with the setting, not with the flag.
pub fn show_defaults(command: clap::Command) -> clap::Command {
    command.mut_args(|arg| {
        let default = Config::META.fields.iter().find(|field| arg.get_id() == field.name).and_then(default);
        match (default, arg.get_help().cloned()) {
            (Some(default), Some(help)) => {
                let long = arg.get_long_help().unwrap_or(&help).to_string();
                arg.help(format!("{help} [default: {default}]"))
                    .long_help(format!("{long} [default: {default}]"))
            }
            _ => arg,
        }
    })
}

fn default(field: &confique::meta::Field) -> Option<String> {
    match field.kind {
        FieldKind::Leaf {
            kind: LeafKind::Required { default: Some(confique::meta::Expr::Str(text)) },
            ..
        } => Some(text.to_owned()),
        FieldKind::Leaf {
            kind: LeafKind::Required { default: Some(confique::meta::Expr::Integer(number)) },
            ..
        } => Some(number.to_string()),
        _ => None,
    }
}

/// A variable of the environment; none if it is empty.
#[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests;
