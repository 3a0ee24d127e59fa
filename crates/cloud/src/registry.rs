//! Which driver speaks to which provider.

use std::sync::Arc;

use model::provider::Provider;

use crate::driver::CloudDriver;

/// One driver for each provider: a peering always finds one, so there is no "not supported" later.
#[derive(Clone)]
pub struct Drivers {
    aws: Arc<dyn CloudDriver>,
    azure: Arc<dyn CloudDriver>,
    gcp: Arc<dyn CloudDriver>,
}

impl Drivers {
    /// The drivers that `make` has for the three.
    pub fn new(make: impl Fn(Provider) -> Arc<dyn CloudDriver>) -> Self {
        Self { aws: make(Provider::Aws), azure: make(Provider::Azure), gcp: make(Provider::Gcp) }
    }

    /// A provider's driver.
    pub fn of(&self, provider: Provider) -> &dyn CloudDriver {
        match provider {
            Provider::Aws => &*self.aws,
            Provider::Azure => &*self.azure,
            Provider::Gcp => &*self.gcp,
        }
    }
}
