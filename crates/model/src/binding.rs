//! Which cloud a project's peerings at one provider live in: the simulated one, or a real account
//! that the operator configured under a name.
//!
//! The name is all that is kept. What it stands for, where its credentials come from, and who may
//! use it is in the configuration, on the machine.

use crate::id::{OrgId, ProjectId};
use crate::provider::Provider;
use crate::refusal::Refusal;

/// The word for the cloud that is shipped; no account has that name.
pub const SIMULATED: &str = "simulated";
/// Characters in an account's name.
pub const ACCOUNT_NAME_MAX: usize = 63;

/// The name under which an operator configured an account: lower-case letters, digits, dashes and
/// underscores, beginning with a letter or a digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountName(String);

impl AccountName {
    /// The name that a text is, if it can be one.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let fits = text.bytes().next().is_some_and(plain)
            && text.bytes().all(|byte| plain(byte) || byte == b'-' || byte == b'_')
            && text.len() <= ACCOUNT_NAME_MAX
            && text != SIMULATED;
        fits.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is told of it where no server knows it.
    pub fn not_configured(&self) -> String {
        format!("account {self} is not configured at this server")
    }
}

impl std::fmt::Display for AccountName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The cloud of a project at one provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Cloud {
    /// The one that is shipped.
    #[default]
    Simulated,
    /// A real account.
    Account(AccountName),
}

impl Cloud {
    /// The cloud of that name, if it can be one.
    pub fn parse(text: &str) -> Option<Self> {
        if text == SIMULATED { Some(Self::Simulated) } else { AccountName::parse(text).map(Self::Account) }
    }

    /// The account, if it is a real one.
    pub fn account(&self) -> Option<&AccountName> {
        match self {
            Self::Simulated => None,
            Self::Account(name) => Some(name),
        }
    }

    /// Its name on the wire and at the terminal.
    pub fn name(&self) -> &str {
        self.account().map_or(SIMULATED, AccountName::as_str)
    }
}

/// A project's clouds that are not simulated, by provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The project.
    pub project: ProjectId,
    /// At which provider.
    pub provider: Provider,
    /// The account.
    pub account: AccountName,
}

/// Who may bind a project to an account without being the operator: its owner, if the project or
/// its organization is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// The owner of any project.
    Anyone,
    /// The owners of an organization's projects.
    Org(OrgId),
    /// The owners of one project.
    Project(ProjectId),
}

impl Grant {
    /// What `*`, `org:ID` or `project:ID` grants.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None => (text == "*").then_some(Self::Anyone),
            Some(("org", id)) => id.parse().ok().map(Self::Org),
            Some(("project", id)) => id.parse().ok().map(Self::Project),
            Some(_) => None,
        }
    }

    fn covers(self, org: OrgId, project: ProjectId) -> bool {
        match self {
            Self::Anyone => true,
            Self::Org(granted) => granted == org,
            Self::Project(granted) => granted == project,
        }
    }
}

/// What may be done in an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// It is looked at, and nothing there is changed.
    pub read_only: bool,
    /// What changed there behind our back is made as it was.
    pub mend: bool,
}

impl Policy {
    /// What holds in a simulated cloud: everything is ours.
    pub const SIMULATED: Self = Self { read_only: false, mend: true };

    /// Whether what changed behind our back is made as it was.
    pub const fn mends(self) -> bool {
        self.mend && !self.read_only
    }
}

/// What an operator says of an account, as far as it decides anything here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Its name.
    pub name: AccountName,
    /// Whose cloud it is in.
    pub provider: Provider,
    /// What may be done there.
    pub policy: Policy,
    /// Whose owners may bind to it.
    pub granted_to: Vec<Grant>,
    /// Whose new projects are bound to it from the start: organizations', or everybody's.
    pub new_projects: Vec<Grant>,
}

impl Terms {
    /// Whether a project's owner may bind it to this account.
    pub fn granted(&self, org: OrgId, project: ProjectId) -> bool {
        self.granted_to.iter().any(|grant| grant.covers(org, project))
    }
}

/// The accounts that a new project of an organization is bound to from the start, at most one at
/// each provider: what is said of the organization counts before what is said of all.
pub fn of_new_project(accounts: &[Terms], org: OrgId) -> Vec<(Provider, AccountName)> {
    let of = |provider: Provider| {
        let said = |grant: Grant| {
            accounts.iter().find(|terms| terms.provider == provider && terms.new_projects.contains(&grant))
        };
        let terms = said(Grant::Org(org)).or_else(|| said(Grant::Anyone))?;
        Some((provider, terms.name.clone()))
    };
    Provider::ALL.into_iter().filter_map(of).collect()
}

/// What is said of an account, if it is configured.
pub fn terms_of<'a>(accounts: &'a [Terms], name: &AccountName) -> Option<&'a Terms> {
    accounts.iter().find(|terms| terms.name == *name)
}

/// Whether a project's owner may have this cloud at a provider. An account that is not granted is
/// not told from one that is not there.
pub fn check_owner(
    cloud: &Cloud,
    provider: Provider,
    accounts: &[Terms],
    org: OrgId,
    project: ProjectId,
) -> Result<(), Refusal> {
    let Some(name) = cloud.account() else { return Ok(()) };
    match terms_of(accounts, name).filter(|terms| terms.granted(org, project)) {
        Some(terms) => check_provider(terms, provider),
        None => Err(Refusal::AccountNotGranted { account: name.clone(), project, org }),
    }
}

/// Whether the operator may bind to this cloud at a provider: any account will do that is one of
/// that provider's.
pub fn check_operator(cloud: &Cloud, provider: Provider, accounts: &[Terms]) -> Result<(), Refusal> {
    let Some(name) = cloud.account() else { return Ok(()) };
    match terms_of(accounts, name) {
        Some(terms) => check_provider(terms, provider),
        None => Err(Refusal::CloudAccountNotFound { account: name.clone() }),
    }
}

fn check_provider(terms: &Terms, provider: Provider) -> Result<(), Refusal> {
    if terms.provider == provider {
        return Ok(());
    }
    Err(Refusal::AccountOfAnother { account: terms.name.clone(), is: terms.provider, asked: provider })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn org() -> OrgId {
        "6a793f62c0eb9e7a17715001".parse().expect("id")
    }

    fn project() -> ProjectId {
        "6a793f62c0eb9e7a17715002".parse().expect("id")
    }

    fn terms(granted_to: &[&str]) -> Vec<Terms> {
        vec![Terms {
            name: AccountName::parse("prod").expect("a name"),
            provider: Provider::Aws,
            policy: Policy { read_only: false, mend: false },
            granted_to: granted_to.iter().map(|text| Grant::parse(text).expect("a grant")).collect(),
            new_projects: Vec::new(),
        }]
    }

    #[test]
    fn the_simulated_cloud_is_no_accounts_name() {
        assert_eq!(Cloud::parse("simulated"), Some(Cloud::Simulated));
        assert_eq!(Cloud::parse("prod-1_b").expect("a name").name(), "prod-1_b");
        let long = "a".repeat(ACCOUNT_NAME_MAX + 1);
        for bad in ["", "-a", "Prod", "a b", "a/b", "é", &long] {
            assert_eq!(AccountName::parse(bad), None, "{bad}");
        }
        assert_eq!(AccountName::parse("simulated"), None);
    }

    #[test]
    fn a_grant_is_everybodys_an_organizations_or_a_projects() {
        let prod = Cloud::parse("prod").expect("a name");
        let may =
            |granted: &[&str]| check_owner(&prod, Provider::Aws, &terms(granted), org(), project()).is_ok();
        assert!(!may(&[]));
        assert!(may(&["*"]));
        assert!(may(&[&format!("org:{}", org())]));
        assert!(may(&[&format!("project:{}", project())]));
        assert!(!may(&["org:6a793f62c0eb9e7a17715002"]), "an id of another kind");
        assert!(!may(&["project:6a793f62c0eb9e7a17715001"]));
        for bad in ["", "all", "org:", "org:x", "user:6a793f62c0eb9e7a17715001", "**"] {
            assert_eq!(Grant::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_owner_can_not_tell_an_account_that_is_not_granted_from_one_that_is_not_there() {
        let refused = |name: &str| {
            let cloud = Cloud::parse(name).expect("a name");
            check_owner(&cloud, Provider::Aws, &terms(&[]), org(), project()).expect_err("not granted")
        };
        let Refusal::AccountNotGranted { .. } = refused("prod") else { panic!() };
        let Refusal::AccountNotGranted { .. } = refused("nosuch") else { panic!() };
        check_owner(&Cloud::Simulated, Provider::Aws, &[], org(), project()).expect("always");
    }

    #[test]
    fn a_new_project_begins_in_its_organizations_account_before_everybodys() {
        let account = |name: &str, new_projects: &[Grant]| Terms {
            name: AccountName::parse(name).expect("a name"),
            new_projects: new_projects.to_vec(),
            ..terms(&[]).remove(0)
        };
        let all =
            [account("all", &[Grant::Anyone]), account("org", &[Grant::Org(org())]), account("no", &[])];
        let names = |org| {
            let bound = of_new_project(&all, org).into_iter();
            bound.map(|(provider, name)| (provider, name.to_string())).collect::<Vec<_>>()
        };
        assert_eq!(names(org()), [(Provider::Aws, "org".to_owned())]);
        let other = "6a793f62c0eb9e7a17715003".parse().expect("id");
        assert_eq!(names(other), [(Provider::Aws, "all".to_owned())]);
        assert!(of_new_project(&all[2..], org()).is_empty());
    }

    #[test]
    fn an_account_serves_one_provider_whoever_asks() {
        let prod = Cloud::parse("prod").expect("a name");
        check_operator(&prod, Provider::Aws, &terms(&[])).expect("an operator needs no grant");
        let other = check_operator(&prod, Provider::Azure, &terms(&[]));
        assert!(matches!(other, Err(Refusal::AccountOfAnother { .. })));
        let other = check_owner(&prod, Provider::Gcp, &terms(&["*"]), org(), project());
        assert!(matches!(other, Err(Refusal::AccountOfAnother { .. })));
        let unknown = check_operator(&Cloud::parse("nosuch").expect("a name"), Provider::Aws, &terms(&[]));
        assert!(matches!(unknown, Err(Refusal::CloudAccountNotFound { .. })));
    }
}
