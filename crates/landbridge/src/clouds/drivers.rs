//! From what an operator says of an account to the driver that speaks for it.

use std::sync::Arc;

use cloud::CloudAccount;
use model::binding::AccountName;
use model::{InstallationId, Provider};

use crate::config::AccountSettings;
use crate::failure::Failure;

/// The driver of one account. Nothing is asked of the cloud yet.
pub fn of(
    name: &AccountName,
    settings: &AccountSettings,
    _mark: InstallationId,
) -> Result<Arc<dyn CloudAccount>, Failure> {
    let provider = Provider::from(settings.provider);
    Err(Failure::usage(format!("[accounts.{name}]: this program was built without a driver for {provider}")))
}
