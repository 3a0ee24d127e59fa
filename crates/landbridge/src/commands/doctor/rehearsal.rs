//! `landbridge doctor --live`: a rehearsal against the real account.
//!
//! By default it only looks: at what carries our mark, at a network and a connection that are not
//! there, at what would be in a peering's way. With `--spend` it also makes two near networks and a
//! half-open connection between them, sees them, takes all of it down, and sees that nothing is left.
//! It asks before, and what a broken rehearsal leaves is found by `landbridge orphans`.

use std::net::Ipv4Addr;
use std::time::Duration;

use cloud::{Account, Checkup, ClientToken, CloudAccount, DriverError, NetworkJob, ObstacleKind, PeeringJob};
use model::binding::AccountName;
use model::container::machine::{NetworkAction, NetworkSeen};
use model::container::{Container, Network, NetworkIds, Place};
use model::peering::PeeringSpec;
use model::peering::machine::{Action, Connection};
use model::provider::aws_region;
use model::world::World;
use model::{Cidr, Clock as _, Peering, Provider};
use tokio::runtime::Runtime;

use super::Finding;
use crate::ask;
use crate::clock::SystemClock;
use crate::config::{AccountSettings, Config};
use crate::desk;

const LIVE: &str = "live";
/// Looks at something that is to come or to go, and the pause between two.
const LOOKS: u32 = 60;
const PAUSE: Duration = Duration::from_secs(5);

/// How far a rehearsal may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rehearsal {
    /// Whether networks and a connection are made.
    pub spend: bool,
    /// Whether nobody is asked before.
    pub yes: bool,
}

/// Rehearses in one account.
pub fn run(
    config: &Config,
    runtime: &Runtime,
    name: &AccountName,
    account: &Account,
    checkup: &Checkup,
    how: Rehearsal,
) -> Vec<Finding> {
    let Some(settings) = config.accounts.get(name.as_str()) else { return Vec::new() };
    let driver = &*account.driver;
    let stage = Stage::new(driver.provider(), settings, checkup);
    let mut findings = vec![told(name, "looking", runtime.block_on(look(driver, &stage)))];
    if !how.spend {
        let says =
            format!("{name}: nothing was made; --spend makes and removes two networks and a connection");
        findings.push(Finding::note(LIVE, says));
        return findings;
    }
    if account.policy.read_only {
        findings.push(Finding::note(LIVE, format!("{name}: it is read-only, so nothing was made")));
        return findings;
    }
    let question =
        format!("Make two networks and a half-open connection in account {name}, and remove them?");
    match ask::confirmed(&question, how.yes) {
        Ok(true) => {
            let (acted, cleared) = runtime.block_on(async {
                let acted = act(driver, &stage).await;
                (acted, clear(driver, &stage).await)
            });
            findings.push(told(name, "making", acted));
            findings.push(told(name, "removing", cleared));
        }
        Ok(false) => findings.push(Finding::note(LIVE, format!("{name}: nothing was made"))),
        Err(failure) => findings.push(Finding::wrong(LIVE, failure.to_string(), "say --yes")),
    }
    findings
}

fn told(name: &AccountName, what: &str, outcome: Result<String, String>) -> Finding {
    match outcome {
        Ok(says) => Finding::fine(LIVE, format!("{name}: {what}: {says}")),
        Err(says) => Finding::wrong(
            LIVE,
            format!("{name}: {what}: {says}"),
            "mend what the cloud says; `landbridge orphans` finds what was left",
        ),
    }
}

/// What is rehearsed with: two containers that belong to nobody, and a peering between them.
struct Stage {
    near: Container,
    far: Container,
    peering: Peering,
    settings: AccountSettings,
    account_id: String,
}

impl Stage {
    fn new(provider: Provider, settings: &AccountSettings, checkup: &Checkup) -> Self {
        let (mint, now) = (desk::mint(), SystemClock.now());
        let place = place(provider, settings);
        let container = |second: u8, third: u8, prefix: u8| Container {
            id: mint.mint(now),
            project: mint.mint(now),
            place: place.clone(),
            block: Cidr::new(Ipv4Addr::new(10, second, third, 0), prefix).expect("a block of ours"),
            created_at: now,
            network: Network::Absent,
        };
        let (near, far) = match provider {
            Provider::Aws | Provider::Azure => (container(255, 240, 21), container(255, 248, 21)),
            Provider::Gcp => (container(192, 0, 18), container(192, 64, 18)),
        };
        let account_id = account_id(checkup);
        let spec = spec(settings, provider, &account_id, &far, None);
        let peering = Peering::new(mint.mint(now), near.project, near.id, spec, now);
        Self { near, far, peering, settings: settings.clone(), account_id }
    }

    fn network(&self, far: bool) -> NetworkJob {
        let container = if far { &self.far } else { &self.near };
        NetworkJob { container: container.clone(), world: World::default() }
    }

    fn job(&self, near: Network, far: Option<&NetworkIds>) -> PeeringJob {
        let container = Container { network: near, ..self.near.clone() };
        let provider = self.near.provider();
        let spec = spec(&self.settings, provider, &self.account_id, &self.far, far);
        PeeringJob { peering: Peering { spec, ..self.peering.clone() }, container, world: World::default() }
    }
}

/// Where it is rehearsed.
fn place(provider: Provider, settings: &AccountSettings) -> Place {
    let ours = settings.region.as_deref().unwrap_or("us-east-1").to_ascii_uppercase().replace('-', "_");
    match provider {
        Provider::Aws => Place::Aws { region: provider.region(&ours).unwrap_or("US_EAST_1") },
        Provider::Azure => Place::Azure { region: "US_EAST_2" },
        Provider::Gcp => Place::Gcp { regions: Vec::new() },
    }
}

/// The twelve digits of an account at Amazon, out of who we are there.
fn account_id(checkup: &Checkup) -> String {
    let who = checkup.identity.as_deref().unwrap_or_default();
    let digits = |part: &&str| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit());
    who.split(|c: char| !c.is_ascii_alphanumeric()).find(digits).unwrap_or("000000000000").to_owned()
}

/// The far side: a network of our own, or one that is not there.
fn spec(
    settings: &AccountSettings,
    provider: Provider,
    account_id: &str,
    far: &Container,
    ids: Option<&NetworkIds>,
) -> PeeringSpec {
    let said = |key: &Option<String>| key.clone().unwrap_or_default();
    let nowhere = || "landbridge-rehearsal-nowhere".to_owned();
    match provider {
        Provider::Aws => PeeringSpec::Aws {
            account_id: account_id.to_owned(),
            vpc_id: match ids {
                Some(NetworkIds::Aws { vpc_id }) => vpc_id.clone(),
                Some(_) | None => "vpc-00000000000000000".to_owned(),
            },
            region: match &far.place {
                Place::Aws { region } => aws_region(region),
                Place::Azure { .. } | Place::Gcp { .. } => String::new(),
            },
            route_block: far.block,
        },
        Provider::Azure => PeeringSpec::Azure {
            directory_id: said(&settings.tenant),
            subscription_id: said(&settings.subscription),
            resource_group: said(&settings.resource_group),
            vnet_name: match ids {
                Some(NetworkIds::Azure { vnet_name }) => vnet_name.clone(),
                Some(_) | None => nowhere(),
            },
        },
        Provider::Gcp => match ids {
            Some(NetworkIds::Gcp { project_id, network_name }) => {
                PeeringSpec::Gcp { project_id: project_id.clone(), network_name: network_name.clone() }
            }
            Some(_) | None => {
                PeeringSpec::Gcp { project_id: said(&settings.project), network_name: nowhere() }
            }
        },
    }
}

/// Everything that can be looked at without making anything.
async fn look(driver: &dyn CloudAccount, stage: &Stage) -> Result<String, String> {
    let words = |error: DriverError| error.to_string();
    let n_marked = driver.marked().await.map_err(words)?.len();
    let seen = driver.observe_network(&stage.network(false)).await.map_err(words)?;
    if seen.network != NetworkSeen::Absent {
        return Err(format!("a network that nobody made shows as {:?}", seen.network));
    }
    let job = stage.job(Network::Absent, None);
    let seen = driver.observe(&job).await.map_err(words)?;
    if seen.connection != Connection::Absent {
        return Err(format!("a connection that nobody asked for shows as {:?}", seen.connection));
    }
    let found = driver.survey(&job.container, &job.peering.spec).await.map_err(words)?;
    // That the far network is not there is as it should be.
    let denied: Vec<String> = found
        .into_iter()
        .filter(|one| one.kind == ObstacleKind::Permission)
        .map(|one| format!("{} ({})", one.what, one.mend))
        .collect();
    if !denied.is_empty() {
        return Err(denied.join("; "));
    }
    Ok(format!("networks, connections and quotas can be read; {n_marked} things carry our mark"))
}

/// Makes two networks and a half-open connection between them.
async fn act(driver: &dyn CloudAccount, stage: &Stage) -> Result<String, String> {
    let words = |error: DriverError| error.to_string();
    let mut made = Vec::new();
    for far in [false, true] {
        driver.apply_network(&stage.network(far), NetworkAction::Make).await.map_err(words)?;
        made.push(standing(driver, stage, far).await?);
    }
    let (near, far) = (made.remove(0), made.remove(0));
    let job = stage.job(Network::Ready(near), Some(&far));
    let token = ClientToken::of(&job.peering, Action::Request);
    driver.apply(&job, Action::Request, &token).await.map_err(words)?;
    for _ in 0..LOOKS {
        let seen = driver.observe(&job).await.map_err(words)?;
        match seen.connection {
            Connection::Absent | Connection::Requesting => pause().await,
            Connection::Pending | Connection::Accepted | Connection::Routing | Connection::Routed => {
                let id = seen.connection_id.unwrap_or_default();
                return Ok(format!("two networks and connection {id} stood"));
            }
            other => {
                return Err(format!("the connection came to {other:?}: {}", seen.says.unwrap_or_default()));
            }
        }
    }
    Err("the connection did not show in time".to_owned())
}

async fn standing(driver: &dyn CloudAccount, stage: &Stage, far: bool) -> Result<NetworkIds, String> {
    let job = stage.network(far);
    for _ in 0..LOOKS {
        match driver.observe_network(&job).await.map_err(|error| error.to_string())?.network {
            NetworkSeen::Ready(ids) => return Ok(ids),
            _ => pause().await,
        }
    }
    Err("a network did not stand in time".to_owned())
}

/// Takes everything down again, whatever came of the making.
async fn clear(driver: &dyn CloudAccount, stage: &Stage) -> Result<String, String> {
    let mut last = String::new();
    for _ in 0..LOOKS {
        match cleared(driver, stage).await {
            Ok(true) => return Ok("nothing is left".to_owned()),
            Ok(false) => {}
            Err(error) => last = error.to_string(),
        }
        pause().await;
    }
    Err(format!("something is left: {last}"))
}

async fn cleared(driver: &dyn CloudAccount, stage: &Stage) -> Result<bool, DriverError> {
    let mut job = stage.job(Network::Removing, None);
    job.peering.wanted = false;
    if driver.observe(&job).await?.connection != Connection::Absent {
        driver.apply(&job, Action::Remove, &ClientToken::of(&job.peering, Action::Remove)).await?;
        return Ok(false);
    }
    let mut all = true;
    for far in [false, true] {
        let job = stage.network(far);
        if driver.observe_network(&job).await?.network != NetworkSeen::Absent {
            driver.apply_network(&job, NetworkAction::Remove).await?;
            all = false;
        }
    }
    Ok(all)
}

#[expect(clippy::disallowed_methods, reason = "a real cloud takes its time, and this command waits for it")]
async fn pause() {
    tokio::time::sleep(PAUSE).await;
}
