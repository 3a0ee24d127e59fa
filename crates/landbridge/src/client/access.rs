//! Which server, and as whom: from a file that a first start wrote, or from the environment.
//!
//! One source is used whole. An address from one place and a secret from another could send the
//! secret to somebody who should not have it.

use std::fmt;
use std::path::Path;

use crate::bootstrap::Files;
use crate::cli::Remote;
use crate::config::variable;
use crate::failure::Failure;
use crate::place::Place;

/// A server, and credentials there.
#[derive(Debug, Clone)]
pub struct Access {
    /// Where it is; paths follow.
    pub base_url: String,
    /// What to sign in with.
    pub credentials: Credentials,
    /// The organization that is meant if none is named.
    pub org: Option<String>,
    /// The project that is meant if none is named.
    pub project: Option<String>,
}

/// What proves a caller.
#[derive(Clone)]
pub enum Credentials {
    /// An API key.
    Key {
        /// Its public half.
        public: String,
        /// Its private half.
        private: String,
    },
    /// A service account.
    Account {
        /// Its client id.
        id: String,
        /// Its secret.
        secret: String,
    },
}

impl Credentials {
    /// What they are known by: the public half, or the client id.
    pub fn name(&self) -> &str {
        match self {
            Self::Key { public, .. } => public,
            Self::Account { id, .. } => id,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key { public, .. } => write!(f, "Key({public})"),
            Self::Account { id, .. } => write!(f, "Account({id})"),
        }
    }
}

impl Access {
    /// The organization to speak of: the one that was named, or the usual one.
    pub fn org<'a>(&'a self, named: Option<&'a str>) -> Result<&'a str, Failure> {
        named.or(self.org.as_deref()).ok_or_else(|| {
            Failure::usage("no organization is named").hint("give --org, or set MONGODB_ATLAS_ORG_ID")
        })
    }

    /// The project to speak of: the one that was named, or the usual one.
    pub fn project<'a>(&'a self, named: Option<&'a str>) -> Result<&'a str, Failure> {
        named.or(self.project.as_deref()).ok_or_else(|| {
            Failure::usage("no project is named").hint("give --project, or set MONGODB_ATLAS_PROJECT_ID")
        })
    }

    /// The access that an env file tells.
    pub fn of_file(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::new(format!("could not read {path:?}"))
                .because(error)
                .hint("name one with --env-file, or set the variables MONGODB_ATLAS_*")
        })?;
        Self::of(|name| assigned(&text, name).map(str::to_owned), &format!("{path:?}"))
    }

    fn of(variable: impl Fn(&str) -> Option<String>, place: &str) -> Result<Self, Failure> {
        let pair = |one: &str, other: &str| Some((variable(one)?, variable(other)?));
        let missing = |what: &str| Failure::usage(format!("{place} has no {what}"));
        let account = pair("MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET");
        let key = pair("MONGODB_ATLAS_PUBLIC_KEY", "MONGODB_ATLAS_PRIVATE_KEY");
        let credentials = match (account, key) {
            (Some((id, secret)), _) => Credentials::Account { id, secret },
            (None, Some((public, private))) => Credentials::Key { public, private },
            (None, None) => {
                return Err(missing("credentials").hint(
                    "set MONGODB_ATLAS_PUBLIC_KEY and _PRIVATE_KEY, or _CLIENT_ID and _CLIENT_SECRET",
                ));
            }
        };
        let base_url = variable("MONGODB_ATLAS_BASE_URL").ok_or_else(|| missing("MONGODB_ATLAS_BASE_URL"))?;
        let (org, project) = (variable("MONGODB_ATLAS_ORG_ID"), variable("MONGODB_ATLAS_PROJECT_ID"));
        Ok(Self { base_url, credentials, org, project })
    }
}

/// The access that a command was given.
pub fn find(remote: &Remote, place: &Place) -> Result<Access, Failure> {
    if let Some(path) = &remote.env_file {
        return Access::of_file(path);
    }
    if !place.named && variable("MONGODB_ATLAS_BASE_URL").is_some() {
        return Access::of(variable, "the environment");
    }
    Access::of_file(&Files::new(&place.settings()?.data).env())
}

/// The value that a file for a shell gives a variable: the last line that does so counts.
fn assigned<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines()
        .rev()
        .filter_map(|line| line.trim().strip_prefix("export ").unwrap_or(line.trim()).split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_account_wins_over_a_key_and_half_a_pair_is_none() {
        let access = |lines: &str| Access::of(|name| assigned(lines, name).map(str::to_owned), "it");
        let key = "export MONGODB_ATLAS_BASE_URL=http://x/\nexport MONGODB_ATLAS_PUBLIC_KEY=p\n\
                   MONGODB_ATLAS_PRIVATE_KEY='q'\nexport MONGODB_ATLAS_CLIENT_ID=i\n";
        let found = access(key).expect("a key");
        assert_eq!((found.base_url.as_str(), found.project.as_deref()), ("http://x/", None));
        assert_eq!(format!("{:?}", found.credentials), "Key(p)");
        let both = format!("{key}export MONGODB_ATLAS_CLIENT_SECRET=s\nexport MONGODB_ATLAS_PROJECT_ID=g");
        let found = access(&both).expect("both");
        assert_eq!(format!("{:?}", found.credentials), "Account(i)");
        assert_eq!(found.project(None).expect("the usual one"), "g");
        assert_eq!(found.project(Some("h")).expect("the named one"), "h");
        assert!(access("").expect_err("nothing").to_string().contains("no credentials"));
    }
}
