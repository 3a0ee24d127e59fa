//! The real accounts that are configured, each with its driver.

#[cfg(feature = "clouds")]
mod drivers;
#[cfg(not(feature = "clouds"))]
#[path = "clouds/none.rs"]
mod drivers;

use std::collections::BTreeMap;

use cloud::{Account, Drivers, ObstacleKind};
use futures::future::BoxFuture;
use model::binding::{AccountName, Terms};
use model::{Container, InstallationId, PeeringSpec};
use server::outlook::{Obstacle, Outlook, Question};

use crate::config::Config;
use crate::desk::Desk;
use crate::failure::Failure;

/// By name.
pub type Accounts = BTreeMap<AccountName, Account>;

/// All that are configured, as drivers that mark what they make as this installation's.
pub fn accounts(config: &Config, terms: &[Terms], mark: InstallationId) -> Result<Accounts, Failure> {
    let of = |terms: &Terms| {
        let name = terms.name.clone();
        let settings = config.accounts.get(name.as_str());
        let settings = settings.ok_or_else(|| Failure::usage(format!("no account {name} is configured")))?;
        let driver = drivers::of(&name, settings, mark)?;
        Ok((name, Account { driver, policy: terms.policy }))
    };
    terms.iter().map(of).collect()
}

/// The same, for a command that has opened the database.
pub fn at_desk(desk: &Desk) -> Result<Accounts, Failure> {
    let terms = desk.settings.terms()?;
    let mark = desk.ask(desk.store.installation(desk.real_now()))?;
    // Drivers may want to know the runtime that they are used on.
    desk.wait(async { accounts(&desk.settings, &terms, mark) })
}

/// Looks ahead into the accounts.
pub struct Look(pub Drivers);

impl Outlook for Look {
    fn look<'a>(
        &'a self,
        account: &'a AccountName,
        container: &'a Container,
        spec: &'a PeeringSpec,
        question: &'a Question,
    ) -> BoxFuture<'a, Result<Vec<Obstacle>, String>> {
        Box::pin(async move {
            let Some(known) = self.0.account(spec.provider(), account) else {
                return Err(account.not_configured());
            };
            let found = match question {
                Question::Survey => known.driver.survey(container, spec).await,
                Question::Find(connection) => known.driver.find(container, spec, connection).await,
            };
            let found = found.map_err(|error| error.to_string())?;
            Ok(found.into_iter().map(obstacle).collect())
        })
    }
}

fn obstacle(found: cloud::Obstacle) -> Obstacle {
    let kind = match found.kind {
        ObstacleKind::Overlap => "overlap",
        ObstacleKind::Quota => "quota",
        ObstacleKind::Permission => "permission",
        ObstacleKind::Region => "region",
        ObstacleKind::Missing => "missing",
        ObstacleKind::Differs => "differs",
    };
    Obstacle { kind, what: found.what, mend: found.mend }
}
