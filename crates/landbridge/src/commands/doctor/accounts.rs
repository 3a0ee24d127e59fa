//! The real accounts: who we are there, what we may do, and what would have to be granted.

use cloud::{Account, Checkup, Held};
use model::binding::AccountName;
use model::{Clock as _, IdMint, InstallationId};
use store::Store;
use tokio::runtime::Runtime;

use super::rehearsal::{self, Rehearsal};
use super::{Finding, Verdict};
use crate::clock::SystemClock;
use crate::clouds;
use crate::config::Config;
use crate::desk;

const ACCOUNT: &str = "account";

/// Looks at each account that is configured, or at the one that is named.
pub fn examine(
    config: &Config,
    runtime: &Runtime,
    named: Option<&AccountName>,
    live: Option<Rehearsal>,
    findings: &mut Vec<Finding>,
) {
    let accounts = config.terms().and_then(|terms| {
        runtime.block_on(async {
            let mark = mark(config).await;
            clouds::accounts(config, &terms, mark)
        })
    });
    let accounts = match accounts {
        Ok(accounts) => accounts,
        Err(failure) => {
            let mend = failure.advice().unwrap_or("docs/clouds.md tells what each provider needs");
            return findings.push(Finding::wrong(ACCOUNT, failure.to_string(), mend));
        }
    };
    if let Some(name) = named.filter(|name| !accounts.contains_key(name)) {
        let says = format!("no account {name} is configured");
        return findings.push(Finding::wrong(
            ACCOUNT,
            says,
            format!("write [accounts.{name}] into the file"),
        ));
    }
    for (name, account) in accounts.iter().filter(|(name, _)| named.is_none_or(|named| named == *name)) {
        let checkup = runtime.block_on(account.driver.check_up());
        findings.extend(tell(name, account, &checkup));
        if let (Some(live), Ok(_)) = (live, &checkup.identity) {
            findings.extend(rehearsal::run(config, runtime, name, account, &checkup, live));
        }
    }
}

/// Whose mark things carry. Where no server has made it yet, anybody's does: nothing is made by it.
async fn mark(config: &Config) -> InstallationId {
    let unmade = || IdMint::new([0; 5], 0).mint(SystemClock.now());
    let Ok(target) = config.target() else { return unmade() };
    match Store::attach(&target, desk::mint()).await {
        Ok(store) => {
            let made = store.installation_made().await.ok().flatten();
            store.close().await;
            made.unwrap_or_else(unmade)
        }
        Err(_) => unmade(),
    }
}

fn tell(name: &AccountName, account: &Account, checkup: &Checkup) -> Vec<Finding> {
    let provider = account.driver.provider();
    let who = match &checkup.identity {
        Ok(who) => who,
        Err(says) => {
            let mend = "give it credentials by the cloud's own chain (environment, profile, workload identity): \
                        docs/clouds.md";
            let says = format!("{name} ({provider}): nobody knows who we are there: {says}");
            return vec![Finding::wrong(ACCOUNT, says, mend)];
        }
    };
    let may = if account.policy.read_only { "read-only" } else { "may change" };
    let n_held = checkup.permissions.iter().filter(|right| right.held == Held::Yes).count();
    let n_all = checkup.permissions.len();
    let says = format!("{name} ({provider}, {may}): {who}; {n_held} of {n_all} rights are held for sure");
    let mut findings = vec![Finding::fine(ACCOUNT, says)];
    let mut unknown = Vec::new();
    for right in &checkup.permissions {
        match &right.held {
            Held::Yes => {}
            Held::No(says) => {
                let says = format!("{name}: {} is missing: {says}", right.name);
                findings.push(Finding::new(ACCOUNT, Verdict::Wrong, says));
            }
            Held::Unknown(_) => unknown.push(right.name.as_str()),
        }
    }
    if !unknown.is_empty() {
        let says = format!("{name}: the cloud does not tell without the act itself: {}", unknown.join(", "));
        findings.push(Finding::note(ACCOUNT, says));
    }
    // Once, after all that it mends.
    let lacking = findings.iter().any(|finding| finding.verdict == Verdict::Wrong);
    if let Some(last) = findings.pop() {
        let policy = format!("the least that has to be granted:\n{}", checkup.policy);
        findings.push(if lacking { last.mend(policy) } else { last });
    }
    findings
}

#[cfg(test)]
mod tests {
    use cloud::Permission;
    use model::Provider;
    use model::binding::Policy;
    use testkit::FakeCloud;

    use super::*;

    fn told(identity: Result<String, String>, held: Vec<Held>) -> Vec<Finding> {
        let name = AccountName::parse("prod").expect("a name");
        let policy = Policy { read_only: false, mend: false };
        let account = Account { driver: FakeCloud::new(Provider::Aws), policy };
        let permissions = held
            .into_iter()
            .enumerate()
            .map(|(nth, held)| Permission { name: format!("ec2:Right{nth}"), held })
            .collect();
        tell(&name, &account, &Checkup { identity, permissions, policy: "{\"Statement\":[]}".to_owned() })
    }

    #[test]
    fn a_right_that_is_missing_is_told_in_the_clouds_words_with_the_policy_to_paste() {
        let denied = Held::No("You are not authorized".to_owned());
        let told = told(Ok("arn:aws:iam::1:role/x".to_owned()), vec![Held::Yes, denied]);
        assert_eq!((told[0].verdict, told[1].verdict), (Verdict::Fine, Verdict::Wrong));
        assert!(told[0].says.contains("arn:aws:iam::1:role/x; 1 of 2 rights"), "{told:?}");
        assert!(told[1].says.contains("ec2:Right1 is missing: You are not authorized"), "{told:?}");
        assert!(told[1].mend.as_ref().expect("a policy").contains("{\"Statement\":[]}"), "{told:?}");
    }

    #[test]
    fn an_account_where_nobody_knows_us_is_wrong_and_one_with_all_rights_is_fine() {
        let unknown = told(Err("no credentials".to_owned()), vec![]);
        assert_eq!(unknown[0].verdict, Verdict::Wrong);
        assert!(unknown[0].says.contains("no credentials"), "{unknown:?}");
        let fine = told(Ok("me".to_owned()), vec![Held::Yes, Held::Unknown("no dry run".to_owned())]);
        assert!(fine.iter().all(|finding| finding.verdict != Verdict::Wrong), "{fine:?}");
        assert!(fine[1].says.contains("ec2:Right1"), "{fine:?}");
    }
}
