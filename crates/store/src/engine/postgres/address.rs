//! Where the server is and how to talk to it: the URL, as its users write it.
//!
//! Beyond what the client library reads, three parameters are ours. `sslmode` is `disable`,
//! `require` or `verify-full`; the last two mean the same, because an encrypted connection to
//! nobody knows whom protects nothing. Without it, a server on this machine is spoken to plainly
//! and any other must show a certificate. `sslrootcert` names the authorities to trust instead of
//! the public ones. `connections` bounds how many this process keeps open.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, TargetSessionAttrs};

use crate::error::{Error, Result};

/// Connections that work is done on, if the URL names no number. With the one for hints, ten
/// processes stay below the hundred that a server allows by default.
const CONNECTIONS: usize = 8;
/// Fewer can't be: one to read, one to write.
const CONNECTIONS_MIN: usize = 2;
const CONNECTIONS_MAX: usize = 256;
/// How long one host may take to answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// After how long a peer that has vanished without a word is given up.
const SILENCE_MAX: Duration = Duration::from_secs(10);

/// A database at a server. What it prints as has no password in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// What the client library needs; it hides the password when printed.
    pub(super) config: Config,
    /// Whether the connection is encrypted, and the server has to prove who it is.
    pub(super) encrypted: bool,
    /// Whom to trust, if not the public authorities: a file.
    pub(super) root: Option<PathBuf>,
    /// How many connections do work.
    pub(super) connections: usize,
}

impl Address {
    /// Reads `postgres://USER:PASSWORD@HOST:PORT/DATABASE?…`; several hosts may stand there,
    /// separated by commas: the one that takes writes is used.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let (start, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut encrypted, mut root, mut connections) = (None, None, CONNECTIONS);
        let mut rest = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=').unwrap_or((pair, "")) {
                ("sslmode", "disable") => encrypted = Some(false),
                ("sslmode", "require" | "verify-full") => encrypted = Some(true),
                ("sslmode", _) => {
                    return Err(wrong("sslmode must be disable, require or verify-full".to_owned()));
                }
                ("sslrootcert", path) => {
                    let path = percent_decode_str(path).decode_utf8();
                    let path = path.map_err(|_| wrong("sslrootcert is no path".to_owned()))?;
                    root = Some(PathBuf::from(path.as_ref()));
                }
                ("connections", number) => {
                    let number =
                        number.parse().ok().filter(|n| (CONNECTIONS_MIN..=CONNECTIONS_MAX).contains(n));
                    connections = number.ok_or_else(|| {
                        wrong(format!("connections must be {CONNECTIONS_MIN} to {CONNECTIONS_MAX}"))
                    })?;
                }
                _ => rest.push(pair),
            }
        }
        let mut config = Config::from_str(&format!("{start}?{}", rest.join("&"))).map_err(|error| {
            // Its words name the part that is wrong, not what stands there.
            let source = std::error::Error::source(&error).map(ToString::to_string);
            wrong(source.unwrap_or_else(|| error.to_string()))
        })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(wrong("no host is named".to_owned()));
        }
        if config.get_application_name().is_none() {
            config.application_name("landbridge");
        }
        let patience = *config.get_connect_timeout().unwrap_or(&CONNECT_TIMEOUT);
        config
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .connect_timeout(patience)
            .keepalives_idle(SILENCE_MAX)
            .tcp_user_timeout(SILENCE_MAX);
        let encrypted = encrypted.unwrap_or_else(|| root.is_some() || !stays_here(&config));
        Ok(Self { config, encrypted, root, connections })
    }
}

fn wrong(reason: String) -> Error {
    Error::Address { reason }
}

/// Whether what is said stays on this machine.
fn stays_here(config: &Config) -> bool {
    let here = |host: &Host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    match config.get_hostaddrs() {
        [] => config.get_hosts().iter().all(here),
        addresses => addresses.iter().all(IpAddr::is_loopback),
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts: Vec<String> = self
            .config
            .get_hosts()
            .iter()
            .map(|host| match host {
                Host::Tcp(name) => name.clone(),
                #[cfg(unix)]
                Host::Unix(path) => path.display().to_string(),
            })
            .collect();
        write!(f, "postgres://{}/{}", hosts.join(","), self.config.get_dbname().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Address {
        Address::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    fn refusal(url: &str) -> String {
        Address::parse(url).expect_err(url).to_string()
    }

    #[test]
    fn only_what_stays_on_the_machine_goes_unencrypted_unasked() {
        for (url, encrypted) in [
            ("postgres://u@localhost/d", false),
            ("postgres://u@127.0.0.1:5433/d", false),
            ("postgres://u@[::1]/d", false),
            ("postgres://u@%2Fvar%2Frun%2Fpostgresql/d", false),
            ("postgres://u@db.example/d", true),
            ("postgresql://u@localhost,db.example/d", true),
            ("postgres://u@db.example/d?sslmode=disable", false),
            ("postgres://u@localhost/d?sslmode=require", true),
            ("postgres://u@localhost/d?sslmode=verify-full", true),
            ("postgres://u@localhost/d?sslrootcert=ca.pem", true),
        ] {
            assert_eq!(parse(url).encrypted, encrypted, "{url}");
        }
    }

    #[test]
    fn our_parameters_are_read_and_the_others_go_on() {
        let address = parse(
            "postgres://u:p@db.example/d?connections=3&sslrootcert=%2Fetc%2Fca.pem&application_name=mine",
        );
        assert_eq!((address.connections, address.root), (3, Some(PathBuf::from("/etc/ca.pem"))));
        assert_eq!(address.config.get_application_name(), Some("mine"));
        let plain = parse("postgres://u@db.example/d");
        assert_eq!((plain.connections, plain.config.get_application_name()), (8, Some("landbridge")));
    }

    #[test]
    fn what_is_wrong_is_said_without_what_is_secret() {
        for (url, words) in [
            ("postgres://", "no host"),
            ("postgres://u:hush@localhost:port/d", "port"),
            ("postgres://u:hush@h/d?sslmode=prefer", "disable, require or verify-full"),
            ("postgres://u:hush@h/d?connections=1", "2 to 256"),
            ("postgres://u:hush@h/d?nonsense=1", "nonsense"),
        ] {
            let refusal = refusal(url);
            assert!(refusal.contains(words) && !refusal.contains("hush"), "{url}: {refusal}");
        }
        let address = parse("postgres://u:hush@db.example:5433/d");
        assert_eq!(address.to_string(), "postgres://db.example/d");
        assert!(!format!("{address:?}").contains("hush"));
    }
}
