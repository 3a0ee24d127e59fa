//! The page on compatibility, `docs/compatibility.md`: operation by operation, where it is, which
//! clients call it and how its behaviour is known. It is written from the table of operations; a
//! new operation does not compile until it has its line here.

use std::fmt::Write as _;

use crate::operations::{Operation, OperationId as Id, Root, operations};

/// Which clients call an operation. Sources: the clients' own code, and the programs in
/// `conformance/`.
const TERRAFORM: u8 = 1;
const CLI: u8 = 2;
const GO: u8 = 4;
const GO_V1: u8 = 8;
const RUST: u8 = 16;
const CURL: u8 = 32;
const CLIENTS: [(u8, &str); 6] = [
    (TERRAFORM, "Terraform"),
    (CLI, "Atlas CLI"),
    (GO, "Go SDK"),
    (GO_V1, "Go v1.0"),
    (RUST, "Rust"),
    (CURL, "curl"),
];

/// How the behaviour is known, in the words of `docs/quirks.md`.
#[derive(Clone, Copy)]
enum Known {
    Recorded,
    Documented,
    Inferred,
    /// It is no operation of the service's.
    Ours,
}

impl Known {
    const fn word(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Documented => "documented",
            Self::Inferred => "inferred",
            Self::Ours => "ours",
        }
    }
}

/// The chapters of the page: the heading, what it says, and where its deviations are told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Chapter {
    Peerings,
    Containers,
    AccessList,
    Projects,
    People,
    Callers,
    Events,
    Around,
    Control,
}

impl Chapter {
    const ALL: [Self; 9] = [
        Self::Peerings,
        Self::Containers,
        Self::AccessList,
        Self::Projects,
        Self::People,
        Self::Callers,
        Self::Events,
        Self::Around,
        Self::Control,
    ];

    const fn heading(self) -> (&'static str, &'static str) {
        match self {
            Self::Peerings => ("Peering connections", "peering-connections"),
            Self::Containers => ("Containers", "containers"),
            Self::AccessList => ("Project IP access list", "access-list"),
            Self::Projects => ("Projects", "projects"),
            Self::People => ("Organizations, teams and people", "organizations-teams-and-people"),
            Self::Callers => ("API keys, service accounts and tokens", "callers"),
            Self::Events => ("Events", "events"),
            Self::Around => ("What clients call besides", "the-wire"),
            Self::Control => ("Our own control API", "deviations"),
        }
    }
}

/// What the page says of an operation beyond its row in the table.
fn line(id: Id) -> (Chapter, u8, Known) {
    use Chapter as C;
    use Known::{Documented, Inferred, Ours, Recorded};
    match id {
        Id::ListGroupPeers => (C::Peerings, TERRAFORM | CLI | GO | GO_V1, Documented),
        Id::CreateGroupPeer | Id::GetGroupPeer => {
            (C::Peerings, TERRAFORM | CLI | GO | GO_V1 | RUST | CURL, Documented)
        }
        Id::UpdateGroupPeer => (C::Peerings, TERRAFORM | GO | GO_V1, Documented),
        Id::DeleteGroupPeer => (C::Peerings, TERRAFORM | CLI | GO | GO_V1 | RUST | CURL, Documented),
        Id::ListGroupContainers => (C::Containers, TERRAFORM | CLI | GO | GO_V1, Recorded),
        Id::CreateGroupContainer => (C::Containers, TERRAFORM | CLI | GO | GO_V1 | RUST | CURL, Documented),
        Id::ListGroupContainerAll => (C::Containers, TERRAFORM | CLI | GO, Documented),
        Id::GetGroupContainer => (C::Containers, TERRAFORM | CLI | GO, Documented),
        Id::UpdateGroupContainer => (C::Containers, TERRAFORM | GO, Documented),
        Id::DeleteGroupContainer => (C::Containers, TERRAFORM | CLI | GO | GO_V1 | CURL, Documented),
        Id::GetGroupPrivateIpMode | Id::UpdateGroupPrivateIpMode => (C::Containers, GO | GO_V1, Documented),
        Id::ListGroupAccessListEntries | Id::CreateGroupAccessListEntry | Id::GetGroupAccessListEntry => {
            (C::AccessList, TERRAFORM | CLI | GO | GO_V1, Recorded)
        }
        Id::DeleteGroupAccessListEntry => (C::AccessList, TERRAFORM | CLI | GO | GO_V1, Recorded),
        Id::GetGroupAccessListStatus => (C::AccessList, TERRAFORM | GO, Documented),
        Id::ListGroups | Id::CreateGroup | Id::GetGroup | Id::UpdateGroup => {
            (C::Projects, TERRAFORM | CLI | GO | GO_V1 | RUST | CURL, Recorded)
        }
        Id::GetGroupByName => (C::Projects, TERRAFORM | CLI | GO, Documented),
        Id::DeleteGroup => (C::Projects, TERRAFORM | CLI | GO | GO_V1 | RUST | CURL, Recorded),
        Id::GetGroupSettings | Id::UpdateGroupSettings => (C::Projects, TERRAFORM | CLI | GO, Recorded),
        Id::ListGroupLimits | Id::GetGroupLimit | Id::SetGroupLimit | Id::DeleteGroupLimit => {
            (C::Projects, TERRAFORM | GO, Documented)
        }
        Id::ListGroupTeams | Id::AddGroupTeams | Id::UpdateGroupTeam | Id::RemoveGroupTeam => {
            (C::People, TERRAFORM | CLI | GO, Recorded)
        }
        Id::GetGroupTeam => (C::People, TERRAFORM, Documented),
        Id::ListGroupUsers => (C::People, TERRAFORM | CLI | GO, Recorded),
        Id::AddGroupUsers | Id::GetGroupUser | Id::RemoveGroupUser => {
            (C::People, TERRAFORM | CLI, Documented)
        }
        Id::AddGroupUserRole | Id::RemoveGroupUserRole => (C::People, TERRAFORM, Documented),
        Id::AddGroupAccessUser => (C::People, 0, Documented),
        Id::ListGroupIpAddresses => (C::Projects, TERRAFORM | GO, Documented),
        Id::GetManagedSlowMs | Id::EnableManagedSlowMs | Id::DisableManagedSlowMs => {
            (C::Projects, TERRAFORM | GO, Documented)
        }
        Id::GetAwsCustomDns | Id::ToggleAwsCustomDns => (C::Projects, CLI | GO, Documented),
        Id::GetGroupAuditLog | Id::UpdateAuditLog => (C::Projects, CLI | GO, Documented),
        Id::GetMaintenanceWindow | Id::UpdateMaintenanceWindow | Id::ResetMaintenanceWindow => {
            (C::Projects, CLI | GO, Documented)
        }
        Id::DeferMaintenanceWindow | Id::ToggleMaintenanceAutoDefer => (C::Projects, CLI, Documented),
        Id::ListClusters => (C::Projects, TERRAFORM | CLI, Documented),
        Id::ListGroupEvents => (C::Events, CLI | GO, Recorded),
        Id::GetGroupEvent => (C::Events, GO, Documented),
        Id::ListOrgs | Id::GetOrg => (C::People, TERRAFORM | CLI | GO, Recorded),
        Id::CreateOrg | Id::UpdateOrg | Id::DeleteOrg => (C::People, TERRAFORM | CLI, Documented),
        Id::GetOrgSettings | Id::UpdateOrgSettings => (C::People, TERRAFORM | CLI, Documented),
        Id::ListOrgGroups => (C::People, CLI | GO | RUST, Documented),
        Id::ListOrgUsers => (C::People, TERRAFORM | CLI | GO, Recorded),
        Id::CreateOrgUser | Id::GetOrgUser | Id::UpdateOrgUser | Id::RemoveOrgUser => {
            (C::People, TERRAFORM | CLI, Documented)
        }
        Id::AddOrgUserRole | Id::RemoveOrgUserRole => (C::People, TERRAFORM, Documented),
        Id::ListOrgTeams | Id::CreateOrgTeam | Id::GetOrgTeam | Id::RenameOrgTeam | Id::DeleteOrgTeam => {
            (C::People, TERRAFORM | CLI | GO, Recorded)
        }
        Id::GetOrgTeamByName => (C::People, TERRAFORM | CLI | GO, Documented),
        Id::ListOrgTeamUsers => (C::People, TERRAFORM | CLI | GO, Recorded),
        Id::AddOrgTeamUsers | Id::RemoveOrgTeamUserFromTeam => (C::People, TERRAFORM | CLI | GO, Documented),
        Id::AddOrgTeamUser | Id::RemoveOrgTeamUser => (C::People, TERRAFORM, Documented),
        Id::CreateUser => (C::People, CLI, Documented),
        Id::GetUser | Id::GetUserByName => (C::People, TERRAFORM | CLI | GO, Documented),
        Id::ListOrgEvents => (C::Events, CLI, Recorded),
        Id::GetOrgEvent => (C::Events, CLI, Documented),
        Id::ListOrgApiKeys
        | Id::CreateOrgApiKey
        | Id::GetOrgApiKey
        | Id::UpdateOrgApiKey
        | Id::DeleteOrgApiKey
        | Id::ListOrgAccessEntries
        | Id::CreateOrgAccessEntry
        | Id::GetOrgAccessEntry
        | Id::DeleteAccessEntry
        | Id::ListGroupApiKeys
        | Id::CreateGroupApiKey => (C::Callers, TERRAFORM | CLI | GO, Recorded),
        Id::AddGroupApiKey | Id::UpdateApiKeyRoles | Id::RemoveGroupApiKey => {
            (C::Callers, TERRAFORM | CLI | GO, Documented)
        }
        Id::ListOrgServiceAccounts
        | Id::CreateOrgServiceAccount
        | Id::GetOrgServiceAccount
        | Id::UpdateOrgServiceAccount
        | Id::DeleteOrgServiceAccount
        | Id::CreateOrgSecret
        | Id::DeleteOrgSecret
        | Id::ListOrgAccessList
        | Id::CreateOrgAccessList
        | Id::DeleteOrgAccessEntry
        | Id::GetServiceAccountGroups
        | Id::ListGroupServiceAccounts
        | Id::CreateGroupServiceAccount
        | Id::GetGroupServiceAccount
        | Id::UpdateGroupServiceAccount
        | Id::DeleteGroupServiceAccount
        | Id::CreateGroupSecret
        | Id::DeleteGroupSecret
        | Id::ListAccessList
        | Id::CreateAccessList
        | Id::DeleteGroupAccessEntry
        | Id::InviteGroupServiceAccount => (C::Callers, TERRAFORM | CLI | GO, Documented),
        Id::CreateToken | Id::RevokeToken => (C::Callers, TERRAFORM | CLI | GO | RUST | CURL, Documented),
        Id::GetSystemStatus => (C::Around, CLI | GO, Documented),
        Id::ListControlPlaneIpAddresses => (C::Around, TERRAFORM, Documented),
        Id::GetIpInfo => (C::Around, CLI, Recorded),
        Id::GetDefaultMajorVersion => (C::Around, CLI, Recorded),
        Id::SendTelemetry | Id::SendTelemetryUnauth => (C::Around, CLI, Inferred),
        Id::GetOpenApi => (C::Control, 0, Ours),
        Id::GetFarSide | Id::ActOnFarSide => (C::Control, GO | GO_V1 | RUST | CURL, Ours),
        Id::GetWorld | Id::UpdateWorld => (C::Control, GO | CURL, Ours),
        Id::GetClouds | Id::BindCloud | Id::ExplainPeer | Id::PlanPeer | Id::AdoptPeer | Id::ReleasePeer => {
            (C::Control, 0, Ours)
        }
        Id::AcceptInvitation | Id::GetClock | Id::AdvanceClock => (C::Control, 0, Ours),
    }
}

/// Families of the service's operations that are not here.
const ABSENT: &[(&str, &str)] = &[
    (
        "clusters, flex and serverless instances, their backups, indexes and logs",
        "`GET …/clusters` answers with none, since clients read it before they delete a project; nothing else",
    ),
    ("database users, custom roles, X.509, LDAP", "there are no databases"),
    ("private endpoints and private link", "peering only"),
    ("cloud provider access, encryption at rest", "there is no cluster that could use them"),
    ("alerts, metrics, invoices, data federation, online archives, streams", "not about networks"),
    ("federated authentication, device sign-in of people", "callers are keys and service accounts"),
    ("`POST /groups/{groupId}:migrate`", "projects stay in their organization"),
];

fn places(operation: &Operation, root: Root) -> String {
    let mut at = operation.places.iter().filter(|(here, _)| *here == root).map(|(_, path)| *path);
    if at.next().is_none() {
        return "no".to_owned();
    }
    let others: Vec<&str> = at.collect();
    let mut cell = match root {
        Root::V2 => {
            let versions: Vec<String> = operation.versions.iter().map(ToString::to_string).collect();
            versions.join(", ")
        }
        Root::V1 | Root::Control | Root::Bare => "yes".to_owned(),
    };
    if !others.is_empty() {
        let _ = write!(cell, ", also at `{}`", others.join("`, `"));
    }
    cell
}

/// The page.
pub fn page() -> String {
    let mut page = String::from(
        "# Compatibility\n\n\
         Written from the table of operations by a test; don't edit it by hand.\n\n\
         *v2* names the dated versions in which an operation is served; a later date is answered by the newest that is not later.\n\
         *Clients* are those that call it: the Terraform provider and the Atlas CLI by their source, the others by the programs in [conformance](../conformance/README.md).\n\
         *Known* is how the service's behaviour is known: see [quirks.md](quirks.md), which tells every known deviation by chapter.\n",
    );
    for chapter in Chapter::ALL {
        let (heading, anchor) = chapter.heading();
        let _ = write!(page, "\n## {heading}\n\nDeviations: [quirks.md](quirks.md#{anchor}).\n\n");
        page.push_str("| operation | method and path | v2 | v1.0 | clients | known |\n");
        page.push_str("| --- | --- | --- | --- | --- | --- |\n");
        for operation in operations() {
            let (its, clients, known) = line(operation.id);
            if its != chapter {
                continue;
            }
            let (root, path) = operation.places[0];
            let path = match root {
                Root::V2 | Root::V1 => path.to_owned(),
                Root::Control | Root::Bare => format!("{}{path}", root.prefix()),
            };
            let path = if path.is_empty() { "/" } else { &path };
            let names: Vec<&str> =
                CLIENTS.iter().filter(|(bit, _)| clients & bit != 0).map(|(_, name)| *name).collect();
            let _ = writeln!(
                page,
                "| {} | `{} {path}` | {} | {} | {} | {} |",
                operation.id.name(),
                operation.method.name(),
                places(operation, Root::V2),
                places(operation, Root::V1),
                names.join(", "),
                known.word(),
            );
        }
    }
    page.push_str("\n## Not here\n\n| family | why |\n| --- | --- |\n");
    for (family, why) in ABSENT {
        let _ = writeln!(page, "| {family} | {why} |");
    }
    page
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_page_on_compatibility_is_as_the_table_has_it() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/compatibility.md");
        if std::env::var_os("LANDBRIDGE_UPDATE_GOLDENS").is_some() {
            std::fs::write(&path, page()).expect("the page can be written");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == page(),
            "docs/compatibility.md is stale: LANDBRIDGE_UPDATE_GOLDENS=1 cargo test -p api compatibility"
        );
    }

    #[test]
    fn every_operation_stands_on_the_page_once() {
        let page = page();
        for operation in operations() {
            let row = format!("\n| {} | ", operation.id.name());
            assert_eq!(page.matches(&row).count(), 1, "{row}");
        }
    }
}
