//! A project's clouds on the wire of our own API, and plans.

use api::ErrorCode;
use api::types::cloud::{Account, Chosen, Clouds, Obstacle as WireObstacle, PeerStory, Plan};
use model::binding::{Binding, Cloud, Policy, Terms, terms_of};
use model::container::Network;
use model::project::Project;
use model::{AccountName, PeeringSpec, Provider, Refusal, Trouble};
use store::Groundwork;

use crate::convert::peering::status;
use crate::convert::time;
use crate::error::ApiError;
use crate::outlook::Obstacle;
use crate::story::{Known, Story};

/// Which cloud is meant.
pub fn parse(text: &str) -> Result<Cloud, ApiError> {
    Cloud::parse(text).ok_or_else(|| {
        ApiError::new(ErrorCode::InvalidAttribute, ["cloud".into()])
            .at("cloud", "Say simulated, or the name of an account.")
    })
}

/// A project's clouds, and the accounts that its owner may choose.
pub fn show(bindings: &[Binding], accounts: &[Terms], project: &Project) -> Clouds {
    let chosen = |provider: Provider| {
        let bound = bindings.iter().find(|binding| binding.provider == provider);
        let cloud = bound.map_or(Cloud::Simulated, |binding| Cloud::Account(binding.account.clone()));
        let policy = match cloud.account() {
            None => Some(Policy::SIMULATED),
            Some(name) => {
                let terms = terms_of(accounts, name).filter(|terms| terms.provider == provider);
                terms.map(|terms| terms.policy)
            }
        };
        Chosen {
            cloud: cloud.name().to_owned(),
            configured: policy.is_some(),
            mend: policy.is_some_and(|policy| policy.mend),
            provider_name: provider.name(),
            read_only: policy.is_some_and(|policy| policy.read_only),
        }
    };
    let granted = accounts.iter().filter(|terms| terms.granted(project.org, project.id));
    Clouds {
        accounts: granted
            .map(|terms| Account {
                mend: terms.policy.mend,
                name: terms.name.to_string(),
                provider_name: terms.provider.name(),
                read_only: terms.policy.read_only,
            })
            .collect(),
        clouds: Provider::ALL.into_iter().map(chosen).collect(),
    }
}

/// A peering's story.
pub fn show_story(known: &Known, story: Story) -> PeerStory {
    let peering = &known.view.peering;
    let provider = peering.spec.provider();
    PeerStory {
        adopts: known.adopts.clone(),
        cloud: known.cloud.name().to_owned(),
        connection_id: peering.connection_id.clone(),
        failed_looks: known.schedule.attempts,
        next: story.next,
        next_look_at: known.schedule.due_at.map(time::seconds),
        peer_id: peering.id.to_string(),
        provider_name: provider.name(),
        says: known.view.note.says.clone(),
        since: time::seconds(peering.state_since),
        state: peering.state.name(),
        status: status(provider, peering.state, peering.stuck.is_some()),
        trouble: known.view.note.trouble.map(Trouble::name),
        why: story.why,
    }
}

/// What our own rules have against it.
pub fn refused(ground: &Groundwork) -> Vec<Obstacle> {
    let of = |refusal: &Refusal| {
        let kind = match refusal {
            Refusal::OverlapsContainer { .. } | Refusal::OverlapsPeering { .. } => "overlap",
            Refusal::TooManyPeerings { .. } => "quota",
            _ => "rule",
        };
        let error = ApiError::from(refusal.clone());
        let mend = match kind {
            "overlap" => "choose another block, or delete what has this one",
            "quota" => "delete a peering, or raise the project's limit",
            _ => "ask for another one",
        };
        Obstacle { kind, what: error.words(), mend: mend.to_owned() }
    };
    ground.refusals.iter().map(of).collect()
}

/// Whether nothing is changed in an account.
pub fn read_only(account: &AccountName, accounts: &[Terms]) -> bool {
    terms_of(accounts, account).is_some_and(|terms| terms.policy.read_only)
}

/// What the account's own policy would keep us from.
pub fn held_back(account: &AccountName, accounts: &[Terms]) -> Option<Obstacle> {
    read_only(account, accounts).then(|| Obstacle {
        kind: "permission",
        what: format!("account {account} is read-only: nothing would be done there"),
        mend: format!("set read_only = false in [accounts.{account}], and start the server again"),
    })
}

/// What would be made, and what a deletion would undo.
pub fn show_plan(ground: &Groundwork, obstacles: Vec<Obstacle>) -> Plan {
    let Groundwork { container, spec, cloud, .. } = ground;
    let network = format!("the near network for {} of container {}", container.block, container.id);
    let connection = connection(spec);
    let mut steps = Vec::new();
    if !matches!(container.network, Network::Ready(_)) {
        steps.push(format!("make {network}"));
    }
    steps.push(format!("ask for {connection}"));
    steps.push(
        match spec.provider() {
            Provider::Aws => "wait until the customer accepts it, for seven days at most",
            Provider::Azure => "make the customer's half, by the role that was granted there",
            Provider::Gcp => "wait until the customer adds the other half",
        }
        .to_owned(),
    );
    if let Some(block) = spec.route_block() {
        steps.push(format!("route {block} through it"));
    }
    let mut undone = Vec::new();
    if let Some(block) = spec.route_block() {
        undone.push(format!("take away the route to {block}"));
    }
    undone.push(format!("take down {connection}"));
    undone.push(format!("take down {network}, if no other peering is in it"));
    Plan {
        cloud: cloud.name().to_owned(),
        possible: obstacles.is_empty(),
        obstacles: obstacles
            .into_iter()
            .map(|Obstacle { kind, what, mend }| WireObstacle { kind, mend, what })
            .collect(),
        provider_name: spec.provider().name(),
        steps,
        undone,
    }
}

fn connection(spec: &PeeringSpec) -> String {
    match spec {
        PeeringSpec::Aws { account_id, vpc_id, region, .. } => {
            format!("a connection with {vpc_id} of account {account_id} in {region}")
        }
        PeeringSpec::Azure { subscription_id, resource_group, vnet_name, .. } => {
            format!("a peering with {vnet_name} in {resource_group} of subscription {subscription_id}")
        }
        PeeringSpec::Gcp { project_id, network_name } => {
            format!("a peering with {network_name} of project {project_id}")
        }
    }
}
