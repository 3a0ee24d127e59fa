//! Which driver speaks to which cloud.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::binding::{AccountName, Cloud, Policy};
use model::provider::Provider;

use crate::account::CloudAccount;
use crate::driver::CloudDriver;

/// A simulated cloud for each provider, and the accounts that are configured.
///
/// A peering of a simulated project always finds one, so there is no "not supported" later. One that
/// is bound finds its account or nobody: then it waits.
#[derive(Clone)]
pub struct Drivers {
    aws: Arc<dyn CloudDriver>,
    azure: Arc<dyn CloudDriver>,
    gcp: Arc<dyn CloudDriver>,
    accounts: Arc<BTreeMap<AccountName, Account>>,
}

/// A real account, and what may be done there.
#[derive(Clone)]
pub struct Account {
    /// Its driver.
    pub driver: Arc<dyn CloudAccount>,
    /// What may be done.
    pub policy: Policy,
}

/// Who speaks for a row.
#[derive(Clone, Copy)]
pub enum Speaker<'a> {
    /// A simulated cloud.
    Simulated(&'a dyn CloudDriver),
    /// A real account.
    Real(&'a Account),
}

impl<'a> Speaker<'a> {
    /// The driver.
    pub fn driver(self) -> &'a dyn CloudDriver {
        match self {
            Self::Simulated(driver) => driver,
            Self::Real(account) => &*account.driver,
        }
    }

    /// What may be done there.
    pub fn policy(self) -> Policy {
        match self {
            Self::Simulated(_) => Policy::SIMULATED,
            Self::Real(account) => account.policy,
        }
    }
}

impl Drivers {
    /// The simulated drivers that `make` has for the three, and no account.
    pub fn new(make: impl Fn(Provider) -> Arc<dyn CloudDriver>) -> Self {
        Self {
            aws: make(Provider::Aws),
            azure: make(Provider::Azure),
            gcp: make(Provider::Gcp),
            accounts: Arc::default(),
        }
    }

    /// The same, with these accounts.
    #[must_use]
    pub fn with_accounts(self, accounts: BTreeMap<AccountName, Account>) -> Self {
        Self { accounts: Arc::new(accounts), ..self }
    }

    /// A provider's simulated driver.
    pub fn of(&self, provider: Provider) -> &dyn CloudDriver {
        match provider {
            Provider::Aws => &*self.aws,
            Provider::Azure => &*self.azure,
            Provider::Gcp => &*self.gcp,
        }
    }

    /// An account of a provider, if it is configured.
    pub fn account(&self, provider: Provider, name: &AccountName) -> Option<&Account> {
        self.accounts.get(name).filter(|account| account.driver.provider() == provider)
    }

    /// Who speaks for a row of a provider that lives in that cloud; nobody, if its account is not
    /// configured here.
    pub fn find(&self, provider: Provider, cloud: &Cloud) -> Option<Speaker<'_>> {
        match cloud {
            Cloud::Simulated => Some(Speaker::Simulated(self.of(provider))),
            Cloud::Account(name) => self.account(provider, name).map(Speaker::Real),
        }
    }
}
