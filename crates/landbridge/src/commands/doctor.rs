//! `landbridge doctor`: whether everything is as it should be, and what mends what is not.
//!
//! It reads, and asks the server whether it is ready; it makes and changes nothing, unless it is told
//! to rehearse in a real account.

mod accounts;
mod database;
mod folder;
mod network;
mod rehearsal;

use model::binding::AccountName;
use rehearsal::Rehearsal;
use serde_json::{Value, json};

use crate::cli;
use crate::client::access;
use crate::config::{Config, variable};
use crate::desk;
use crate::failure::Failure;
use crate::lock::Lock;
use crate::logging;
use crate::output;

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Fine,
    /// Nothing is wrong, and yet somebody may want to know.
    Note,
    Wrong,
}

/// What was found of one thing.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    what: &'static str,
    verdict: Verdict,
    says: String,
    mend: Option<String>,
}

impl Finding {
    fn new(what: &'static str, verdict: Verdict, says: impl Into<String>) -> Self {
        Self { what, verdict, says: says.into(), mend: None }
    }

    fn fine(what: &'static str, says: impl Into<String>) -> Self {
        Self::new(what, Verdict::Fine, says)
    }

    fn note(what: &'static str, says: impl Into<String>) -> Self {
        Self::new(what, Verdict::Note, says)
    }

    fn wrong(what: &'static str, says: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { mend: Some(mend.into()), ..Self::new(what, Verdict::Wrong, says) }
    }

    fn mend(self, mend: impl Into<String>) -> Self {
        Self { mend: Some(mend.into()), ..self }
    }
}

/// Looks at everything, and tells it.
pub fn run(asked: cli::Doctor) -> Result<(), Failure> {
    let form = asked.output;
    let live = asked.live.then_some(Rehearsal { spend: asked.spend, yes: asked.yes });
    let findings = match settings(asked.serve) {
        Ok(config) => examine(&config, asked.account.as_ref(), live)?,
        Err(finding) => vec![finding],
    };
    let n_wrong = findings.iter().filter(|finding| finding.verdict == Verdict::Wrong).count();
    output::either(form, || findings.iter().map(value).collect(), || findings.iter().map(text).collect())?;
    match n_wrong {
        0 => Ok(()),
        1 => Err(Failure::new("one thing is wrong")),
        n => Err(Failure::new(format!("{n} things are wrong"))),
    }
}

const SETTINGS: &str = "configuration";

/// The settings that a server would start with.
fn settings(asked: cli::Serve) -> Result<Config, Finding> {
    let config = Config::load(asked.settings, asked.config.as_deref());
    let usable = config.and_then(|config| {
        config.address()?;
        config.target()?;
        config.public_url()?;
        config.tls()?;
        config.terms()?;
        logging::targets(&config.log_level)?;
        Ok(config)
    });
    usable.map_err(|failure| {
        let mend =
            failure.advice().unwrap_or("`landbridge config` prints a file with every setting explained");
        Finding::wrong(SETTINGS, failure.to_string(), mend)
    })
}

fn examine(
    config: &Config,
    account: Option<&AccountName>,
    live: Option<Rehearsal>,
) -> Result<Vec<Finding>, Failure> {
    let mut findings = vec![Finding::fine(
        SETTINGS,
        format!("listens at {}, latency {}", config.listen, config.latency.name()),
    )];
    let data = config.data.as_path();
    let served = Lock::held(&data.join("landbridge.lock"));
    let is_there = folder::examine(data, &mut findings);
    let runtime = desk::runtime()?;
    if is_there {
        let given = variable("LANDBRIDGE_MASTER_KEY");
        runtime.block_on(database::examine(config, given.as_deref(), &mut findings));
    }
    accounts::examine(config, &runtime, account, live, &mut findings);
    network::tls(config, database::now(), &mut findings);
    let told = access::Access::of_file(&data.join("bootstrap.env")).ok().map(|access| access.base_url);
    network::port(config, served, told.as_deref(), &mut findings);
    Ok(findings)
}

fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fine => "ok",
        Verdict::Note => "note",
        Verdict::Wrong => "wrong",
    }
}

fn value(finding: &Finding) -> Value {
    json!({
        "what": finding.what, "verdict": name(finding.verdict), "says": finding.says, "mend": finding.mend,
    })
}

fn text(finding: &Finding) -> String {
    let Finding { what, verdict, says, mend } = finding;
    let mend = mend.as_ref().map(|mend| format!("{:22}mend: {mend}\n", "")).unwrap_or_default();
    format!("{:5}  {what:13}  {says}\n{mend}", name(*verdict))
}
