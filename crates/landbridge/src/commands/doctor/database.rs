//! The database, the master key that opens its secrets, and the clocks.

use std::path::Path;

use model::time::Clock as _;
use model::{OrgId, Timestamp};
use server::auth::credentials::OsRandom;
use server::auth::seal::Sealer;
use server::convert::time;
use store::{Error, Page, Store, Target};

use super::Finding;
use crate::bootstrap::Files;
use crate::client::access::{Access, Credentials};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::desk;
use crate::failure::Failure;

const DATABASE: &str = "database";
const MASTER_KEY: &str = "master key";
const CLOCK: &str = "clock";
const FILES: &str = "env files";

/// 2026-01-01: whoever believes that it is earlier has no idea.
const TOO_EARLY: Timestamp = Timestamp::from_seconds(1_767_225_600);
/// Keys that are opened to try the master key.
const KEYS_TRIED: Page = Page { number: 1, size: 500 };

/// Now, by the machine's clock.
pub fn now() -> Timestamp {
    SystemClock.now()
}

/// Looks at all of it.
pub async fn examine(config: &Config, given: Option<&str>, findings: &mut Vec<Finding>) {
    let Ok(target) = config.target() else { return };
    if let Target::Sqlite(path) = &target
        && !path.exists()
    {
        let says = format!("{} is not there yet; `landbridge serve` makes it", path.display());
        return findings.push(Finding::note(DATABASE, says));
    }
    let store = match Store::attach(&target, desk::mint()).await {
        Ok(store) => store,
        Err(error) => return findings.push(trouble(&target, error)),
    };
    findings.push(integrity(&store, &target).await);
    let files = Files::new(&config.data);
    if let Ok(Some(org)) = store.org_first().await {
        let master = files.kept_master_key(given, &OsRandom).map(|master| Sealer::new(&master));
        findings.push(match master {
            Ok(sealer) => opens(&store, org.id, &sealer).await,
            Err(failure) => {
                let mend = failure.advice().unwrap_or("give the right key as LANDBRIDGE_MASTER_KEY");
                Finding::wrong(MASTER_KEY, failure.to_string(), mend)
            }
        });
        findings.push(clock(&store, org.id).await);
        for path in [files.env(), files.oauth_env()] {
            findings.push(env_file(&store, &path).await);
        }
    } else {
        findings.push(Finding::note(DATABASE, "nothing is in it yet; the first start makes an organization"));
    }
    store.close().await;
}

fn trouble(target: &Target, error: Error) -> Finding {
    let failure = Failure::of_store(target.to_string(), error);
    let mend = failure.advice().unwrap_or("see that the user that runs this may read and write it");
    Finding::wrong(DATABASE, failure.to_string(), mend)
}

async fn integrity(store: &Store, target: &Target) -> Finding {
    match store.complaints().await {
        Ok(complaints) if complaints.is_empty() => {
            Finding::fine(DATABASE, format!("{target} is sound and of this program's version"))
        }
        Ok(complaints) => {
            let says = format!("{target} is damaged: {}", complaints.join("; "));
            Finding::wrong(DATABASE, says, "restore a backup: see docs/operations.md")
        }
        Err(error) => trouble(target, error),
    }
}

/// Whether the master key opens what it should have sealed.
async fn opens(store: &Store, org: OrgId, sealer: &Sealer) -> Finding {
    let mend = "give the key with which they were sealed as LANDBRIDGE_MASTER_KEY, or put its file back; \
                a key that can't be opened any more can be rotated with `landbridge keys rotate`";
    let keys = match store.key_list(org, KEYS_TRIED).await {
        Ok(keys) => keys.items,
        Err(error) => return Finding::wrong(MASTER_KEY, error.to_string(), mend),
    };
    let (n_keys, mut shut) = (keys.len(), Vec::new());
    for key in keys {
        let kept = store.key_auth(&key.public_key).await;
        let opened = kept
            .is_ok_and(|kept| kept.is_none_or(|kept| sealer.open(&kept.public_key, &kept.sealed).is_ok()));
        if !opened {
            shut.push(key.public_key);
        }
    }
    if shut.is_empty() {
        return Finding::fine(MASTER_KEY, format!("opens the secrets of {n_keys} API keys"));
    }
    Finding::wrong(MASTER_KEY, format!("does not open the secrets of {}", shut.join(", ")), mend)
}

/// Whether the machine's clock can be right, and how far the world's is ahead.
async fn clock(store: &Store, org: OrgId) -> Finding {
    let mend = "set the machine's clock, and keep it right with NTP";
    let real = now();
    let offset = store.clock_offset().await.unwrap_or_default();
    let world = real.after(offset);
    if real < TOO_EARLY {
        return Finding::wrong(
            CLOCK,
            format!("the machine believes that it is {}", time::seconds(real)),
            mend,
        );
    }
    let newest = store.event_list_of_org(org, Page { number: 1, size: 1 }).await;
    let newest = newest.ok().and_then(|events| events.items.first().map(|event| event.act.at));
    if let Some(newest) = newest.filter(|newest| *newest > world) {
        let behind = time::duration(newest.since(world));
        return Finding::wrong(
            CLOCK,
            format!("it is {behind} behind the newest thing that was recorded"),
            mend,
        );
    }
    let ahead = if offset.is_zero() {
        "the simulated clouds have the same time".to_owned()
    } else {
        format!("the simulated clouds are {} ahead", time::duration(offset))
    };
    Finding::fine(CLOCK, format!("{}; {ahead}", time::seconds(real)))
}

/// Whether a file to source still opens anything.
async fn env_file(store: &Store, path: &Path) -> Finding {
    let mend =
        |command: &str| format!("`landbridge {command} --role ORG_OWNER --env-file FILE` writes another");
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Ok(access) = Access::of_file(path) else {
        let says = format!("{name} is not there, and its secrets can't be shown again");
        return Finding::note(FILES, says).mend(mend("keys make"));
    };
    let (known, command) = match &access.credentials {
        Credentials::Key { public, .. } => {
            (store.key_find(public).await.is_ok_and(|key| key.is_some()), "keys make")
        }
        Credentials::Account { id, .. } => {
            (store.account_find(id).await.is_ok_and(|org| org.is_some()), "accounts make NAME")
        }
    };
    if known {
        Finding::fine(FILES, format!("{name} names {}", access.credentials.name()))
    } else {
        let says = format!("{name} names {}, which was revoked", access.credentials.name());
        Finding::note(FILES, says).mend(mend(command))
    }
}
