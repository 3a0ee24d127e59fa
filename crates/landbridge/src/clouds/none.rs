//! In place of the drivers, in a program that is built without them.

use std::sync::Arc;

use cloud::CloudAccount;
use model::InstallationId;
use model::binding::AccountName;

use crate::config::AccountSettings;
use crate::failure::Failure;

/// Refuses.
pub fn of(
    name: &AccountName,
    _settings: &AccountSettings,
    _mark: InstallationId,
) -> Result<Arc<dyn CloudAccount>, Failure> {
    Err(Failure::usage(format!(
        "[accounts.{name}] can't be used: this program was built without real clouds"
    ))
    .hint("build it with the feature `clouds`, which is on by default"))
}
