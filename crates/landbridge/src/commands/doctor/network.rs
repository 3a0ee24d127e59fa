//! The port, and the certificate that is shown there.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;
use server::convert::time;
use server::serve::tls;
use ureq::Agent;
use ureq::tls::{TlsConfig, TlsProvider};
use x509_parser::pem::Pem;

use super::Finding;
use crate::config::Config;
use crate::failure::Failure;
use crate::greeting;

const PORT: &str = "port";
const TLS: &str = "TLS";

/// How long a server may take to say whether it is ready.
const READY_TIMEOUT: Duration = Duration::from_secs(5);
/// A certificate that ends sooner should be seen to.
const EXPIRY_NEAR: Duration = Duration::from_secs(14 * 86_400);

/// Whether the files for TLS fit, and until when they serve.
pub fn tls(config: &Config, now: Timestamp, findings: &mut Vec<Finding>) {
    let Ok(Some((cert, key))) = config.tls() else { return };
    findings.push(match tls::load(cert, key) {
        Err(error) => {
            let failure = Failure::new("TLS can't be set up").because(error);
            Finding::wrong(TLS, failure.to_string(), "give a certificate and its own key, both in PEM")
        }
        Ok(_) => match std::fs::read(cert).ok().and_then(|pem| validity(&pem)) {
            Some((from, until)) => valid(from, until, now),
            None => Finding::note(TLS, "the certificate does not say until when it serves"),
        },
    });
}

/// From when until when the first certificate serves.
fn validity(pem: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let first =
        Pem::iter_from_buffer(pem).filter_map(Result::ok).find(|section| section.label == "CERTIFICATE")?;
    let validity = first.parse_x509().ok()?.validity().clone();
    let moment = |at: x509_parser::time::ASN1Time| Timestamp::from_seconds(at.timestamp());
    Some((moment(validity.not_before), moment(validity.not_after)))
}

fn valid(from: Timestamp, until: Timestamp, now: Timestamp) -> Finding {
    let mend = "put a new certificate in its place, and start the server again";
    if now < from {
        return Finding::wrong(TLS, format!("the certificate serves from {} on", time::seconds(from)), mend);
    }
    if until <= now {
        return Finding::wrong(TLS, format!("the certificate ended at {}", time::seconds(until)), mend);
    }
    let says = format!("the certificate serves until {}", time::seconds(until));
    if until.since(now) < EXPIRY_NEAR {
        Finding::note(TLS, says).mend(mend)
    } else {
        Finding::fine(TLS, says)
    }
}

/// Whether a server answers, or could listen. `served` says whether one works on the data folder,
/// `told` where its file says that it is.
pub fn port(config: &Config, served: bool, told: Option<&str>, findings: &mut Vec<Finding>) {
    let Ok(address) = config.address() else { return };
    let secure = matches!(config.tls(), Ok(Some(_)));
    let here = format!("http{}://{}/", if secure { "s" } else { "" }, greeting::authority(address));
    findings.push(if served {
        answers(told.into_iter().chain([here.as_str()]))
    } else {
        free(address, &here)
    });
}

fn answers<'a>(places: impl Iterator<Item = &'a str> + Clone) -> Finding {
    let mut said = None;
    for url in places.clone() {
        match ready(url) {
            Some(true) => return Finding::fine(PORT, format!("the server is ready at {url}")),
            Some(false) => said = Some(url),
            None => {}
        }
    }
    match said {
        Some(url) => Finding::wrong(
            PORT,
            format!("the server at {url} says that it is not ready"),
            "look at its log: the database does not take reads and writes",
        ),
        None => Finding::wrong(
            PORT,
            format!(
                "a server works on the data folder, but none answers at {}",
                places.collect::<Vec<_>>().join(" or ")
            ),
            "look at its log; if it listens elsewhere, name that with --listen",
        ),
    }
}

/// Nobody serves this folder: then its port should be free.
fn free(address: SocketAddr, here: &str) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => Finding::fine(PORT, format!("no server works on the data folder, and {address} is free")),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            let who = if ready(here).is_some() { "another Landbridge" } else { "another program" };
            let mend = "end that one, or take another port with --listen";
            Finding::wrong(PORT, format!("{who} listens at {address}"), mend)
        }
        Err(error) => {
            let mend = match error.kind() {
                io::ErrorKind::PermissionDenied => "take a port above 1023, or grant the right to lower ones",
                _ => "name an address of this machine with --listen",
            };
            Finding::wrong(PORT, format!("could not listen at {address}: {error}"), mend)
        }
    }
}

/// What a server of ours says of itself; none if there is none. No credentials are sent, so whatever
/// certificate it shows will do.
fn ready(url: &str) -> Option<bool> {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .disable_verification(true);
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_global(Some(READY_TIMEOUT))
        .tls_config(tls.build())
        .build()
        .new_agent();
    let mut answer = agent.get(format!("{url}readyz")).call().ok()?;
    let body = answer.body_mut().with_config().limit(1024).read_to_string().ok()?;
    match (answer.status().as_u16(), body.trim()) {
        (200, "ready") => Some(true),
        (503, "the store is not ready") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::Verdict;

    #[test]
    fn a_certificate_tells_when_it_serves_and_is_seen_to_in_time() {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let (from, until) = validity(made.cert.pem().as_bytes()).expect("it tells");
        assert!(from < until);
        let second = Duration::from_secs(1);
        let at = |now| valid(from, until, now).verdict;
        assert_eq!(at(Timestamp::from_seconds(from.seconds() - 1)), Verdict::Wrong);
        assert_eq!(at(from), Verdict::Fine);
        assert_eq!(at(Timestamp::from_seconds(until.seconds() - 1)), Verdict::Note);
        assert_eq!(at(until), Verdict::Wrong);
        assert_eq!(at(until.after(second)), Verdict::Wrong);
        assert_eq!(validity(b"no certificate"), None);
    }
}
