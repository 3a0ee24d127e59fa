//! What a start says on standard output: where the server is, and what to paste. No secret.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use crate::bootstrap::{Files, Found};
use crate::quote::path_quoted;

/// What there is to say.
pub struct Facts<'a> {
    /// Where clients reach the server; a slash at its end.
    pub base_url: &'a str,
    /// The latency profile.
    pub latency: &'a str,
    /// The data folder.
    pub data: &'a Path,
    /// The files to source.
    pub files: &'a Files,
    /// What kind of start it is.
    pub found: &'a Found,
    /// The server's certificate, for clients that do not know it.
    pub ca_cert: Option<&'a Path>,
    /// Whether it listens on all addresses, and nobody said under which name others know it.
    pub everywhere: bool,
}

/// The host and port by which this machine reaches a listener.
pub fn authority(bound: SocketAddr) -> String {
    let ip = match bound {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        SocketAddr::V4(_) | SocketAddr::V6(_) => bound.ip(),
    };
    SocketAddr::new(ip, bound.port()).to_string()
}

/// All of it.
pub fn text(facts: &Facts<'_>) -> String {
    let (env, oauth_env) = (facts.files.env(), facts.files.oauth_env());
    let width = oauth_env.display().to_string().len();
    let mut text = format!(
        "Landbridge listens at {}\nLatency is {}; everything is kept in {}\n\n\
         To point clients at it, source one of these:\n  \
         {:width$}  (an API key, by digest)\n  {}  (a service account, by token)\n\n",
        facts.base_url,
        facts.latency,
        facts.data.display(),
        env.display().to_string(),
        oauth_env.display(),
    );
    if facts.everywhere {
        text.push_str(
            "It listens on all addresses of this machine, but the files and links name it as only this machine\n\
             knows it. For clients elsewhere start it with --public-url, as in --public-url http://atlas.example:8080\n\n",
        );
    }
    for path in &facts.found.missing {
        let others = if *path == env { "keys make" } else { "accounts make NAME" };
        text.push_str(&format!(
            "{0} is missing, and its secrets can't be shown again. It may be where the first start was; others are made by\n  \
             landbridge {others} --role ORG_OWNER --env-file {0}\n\n",
            path.display()
        ));
    }
    if !facts.found.missing.contains(&env) {
        text.push_str(&to_paste(facts, &env));
    }
    text
}

/// Three commands that work as they stand.
fn to_paste(facts: &Facts<'_>, env: &Path) -> String {
    let ca_cert =
        facts.ca_cert.map(whole).map(|path| format!("--cacert {} ", path_quoted(&path))).unwrap_or_default();
    let curl = format!(
        "curl --silent --show-error {ca_cert}--digest --user \"$MONGODB_ATLAS_PUBLIC_KEY:$MONGODB_ATLAS_PRIVATE_KEY\" \
         --header 'Accept: application/vnd.atlas.2023-01-01+json'"
    );
    let groups = "${MONGODB_ATLAS_BASE_URL}api/atlas/v2/groups";
    let containers = format!("{groups}/$MONGODB_ATLAS_PROJECT_ID/containers");
    // What was made once can't be made again.
    let (purpose, third) = if facts.found.first {
        let block =
            r#"{"providerName": "AWS", "regionName": "US_EAST_1", "atlasCidrBlock": "192.168.240.0/21"}"#;
        let make =
            format!("{curl} --header 'Content-Type: application/json' --data '{block}' \"{containers}\"");
        ("reserve a block of addresses", make)
    } else {
        ("list the blocks of addresses", format!("{curl} \"{containers}/all?pretty=true\""))
    };
    format!(
        "Try it: sign in, list the projects, {purpose}:\n  source {}\n  {curl} \"{groups}?pretty=true\"\n  {third}\n",
        path_quoted(env)
    )
}

fn whole(path: &Path) -> std::path::PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_listens_everywhere_is_reached_at_loopback() {
        for (bound, reached) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("192.0.2.1:80", "192.0.2.1:80"),
            ("[2001:db8::1]:80", "[2001:db8::1]:80"),
        ] {
            assert_eq!(authority(bound.parse().expect("an address")), reached);
        }
    }
}
