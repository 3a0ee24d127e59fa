//! What each operation does. One file for each resource; a handler has its operation's name.

mod access_list;
mod account_access;
mod accounts;
mod api_keys;
mod clouds;
mod containers;
mod control;
mod events;
mod groups;
pub mod oauth;
mod orgs;
mod peers;
mod project_parts;
mod status;
mod teams;
mod upkeep;
mod users;

use std::future::Future;
use std::pin::Pin;

use api::OperationId as Id;

use crate::context::Context;
use crate::error::ApiError;
use crate::reply::Reply;

type Answer = Pin<Box<dyn Future<Output = Result<Reply, ApiError>> + Send>>;

/// Calls an operation's handler. A new operation does not compile until it has one.
pub fn call(id: Id, cx: Context) -> Answer {
    match id {
        Id::ListGroupPeers => Box::pin(peers::list_group_peers(cx)),
        Id::CreateGroupPeer => Box::pin(peers::create_group_peer(cx)),
        Id::GetGroupPeer => Box::pin(peers::get_group_peer(cx)),
        Id::UpdateGroupPeer => Box::pin(peers::update_group_peer(cx)),
        Id::DeleteGroupPeer => Box::pin(peers::delete_group_peer(cx)),
        Id::ListGroupContainers => Box::pin(containers::list_group_containers(cx)),
        Id::CreateGroupContainer => Box::pin(containers::create_group_container(cx)),
        Id::ListGroupContainerAll => Box::pin(containers::list_group_container_all(cx)),
        Id::GetGroupContainer => Box::pin(containers::get_group_container(cx)),
        Id::UpdateGroupContainer => Box::pin(containers::update_group_container(cx)),
        Id::DeleteGroupContainer => Box::pin(containers::delete_group_container(cx)),
        Id::GetGroupPrivateIpMode => Box::pin(containers::get_group_private_ip_mode(cx)),
        Id::UpdateGroupPrivateIpMode => Box::pin(containers::update_group_private_ip_mode(cx)),
        Id::ListGroupAccessListEntries => Box::pin(access_list::list_group_access_list_entries(cx)),
        Id::CreateGroupAccessListEntry => Box::pin(access_list::create_group_access_list_entry(cx)),
        Id::GetGroupAccessListEntry => Box::pin(access_list::get_group_access_list_entry(cx)),
        Id::DeleteGroupAccessListEntry => Box::pin(access_list::delete_group_access_list_entry(cx)),
        Id::GetGroupAccessListStatus => Box::pin(access_list::get_group_access_list_status(cx)),
        Id::ListGroups => Box::pin(groups::list_groups(cx)),
        Id::CreateGroup => Box::pin(groups::create_group(cx)),
        Id::GetGroup => Box::pin(groups::get_group(cx)),
        Id::GetGroupByName => Box::pin(groups::get_group_by_name(cx)),
        Id::UpdateGroup => Box::pin(groups::update_group(cx)),
        Id::DeleteGroup => Box::pin(groups::delete_group(cx)),
        Id::GetGroupSettings => Box::pin(groups::get_group_settings(cx)),
        Id::UpdateGroupSettings => Box::pin(groups::update_group_settings(cx)),
        Id::ListGroupLimits => Box::pin(project_parts::list_group_limits(cx)),
        Id::GetGroupLimit => Box::pin(project_parts::get_group_limit(cx)),
        Id::SetGroupLimit => Box::pin(project_parts::set_group_limit(cx)),
        Id::DeleteGroupLimit => Box::pin(project_parts::delete_group_limit(cx)),
        Id::ListGroupTeams => Box::pin(teams::list_group_teams(cx)),
        Id::AddGroupTeams => Box::pin(teams::add_group_teams(cx)),
        Id::GetGroupTeam => Box::pin(teams::get_group_team(cx)),
        Id::UpdateGroupTeam => Box::pin(teams::update_group_team(cx)),
        Id::RemoveGroupTeam => Box::pin(teams::remove_group_team(cx)),
        Id::ListGroupUsers => Box::pin(users::list_group_users(cx)),
        Id::AddGroupUsers => Box::pin(users::add_group_users(cx)),
        Id::GetGroupUser => Box::pin(users::get_group_user(cx)),
        Id::RemoveGroupUser => Box::pin(users::remove_group_user(cx)),
        Id::AddGroupUserRole => Box::pin(users::add_group_user_role(cx)),
        Id::RemoveGroupUserRole => Box::pin(users::remove_group_user_role(cx)),
        Id::AddGroupAccessUser => Box::pin(users::add_group_access_user(cx)),
        Id::ListGroupIpAddresses => Box::pin(project_parts::list_group_ip_addresses(cx)),
        Id::GetManagedSlowMs => Box::pin(project_parts::get_managed_slow_ms(cx)),
        Id::EnableManagedSlowMs => Box::pin(project_parts::enable_managed_slow_ms(cx)),
        Id::DisableManagedSlowMs => Box::pin(project_parts::disable_managed_slow_ms(cx)),
        Id::GetAwsCustomDns => Box::pin(upkeep::get_aws_custom_dns(cx)),
        Id::ToggleAwsCustomDns => Box::pin(upkeep::toggle_aws_custom_dns(cx)),
        Id::GetGroupAuditLog => Box::pin(upkeep::get_audit_log(cx)),
        Id::UpdateAuditLog => Box::pin(upkeep::update_audit_log(cx)),
        Id::GetMaintenanceWindow => Box::pin(upkeep::get_maintenance_window(cx)),
        Id::UpdateMaintenanceWindow => Box::pin(upkeep::update_maintenance_window(cx)),
        Id::ResetMaintenanceWindow => Box::pin(upkeep::reset_maintenance_window(cx)),
        Id::DeferMaintenanceWindow => Box::pin(upkeep::defer_maintenance_window(cx)),
        Id::ToggleMaintenanceAutoDefer => Box::pin(upkeep::toggle_maintenance_auto_defer(cx)),
        Id::ListClusters => Box::pin(project_parts::list_clusters(cx)),
        Id::ListGroupEvents => Box::pin(events::list_group_events(cx)),
        Id::GetGroupEvent => Box::pin(events::get_group_event(cx)),
        Id::ListOrgs => Box::pin(orgs::list_orgs(cx)),
        Id::CreateOrg => Box::pin(orgs::create_org(cx)),
        Id::GetOrg => Box::pin(orgs::get_org(cx)),
        Id::UpdateOrg => Box::pin(orgs::update_org(cx)),
        Id::DeleteOrg => Box::pin(orgs::delete_org(cx)),
        Id::GetOrgSettings => Box::pin(orgs::get_org_settings(cx)),
        Id::UpdateOrgSettings => Box::pin(orgs::update_org_settings(cx)),
        Id::ListOrgGroups => Box::pin(orgs::list_org_groups(cx)),
        Id::ListOrgUsers => Box::pin(users::list_org_users(cx)),
        Id::CreateOrgUser => Box::pin(users::create_org_user(cx)),
        Id::GetOrgUser => Box::pin(users::get_org_user(cx)),
        Id::UpdateOrgUser => Box::pin(users::update_org_user(cx)),
        Id::RemoveOrgUser => Box::pin(users::remove_org_user(cx)),
        Id::AddOrgUserRole => Box::pin(users::add_org_user_role(cx)),
        Id::RemoveOrgUserRole => Box::pin(users::remove_org_user_role(cx)),
        Id::ListOrgTeams => Box::pin(teams::list_org_teams(cx)),
        Id::CreateOrgTeam => Box::pin(teams::create_org_team(cx)),
        Id::GetOrgTeam => Box::pin(teams::get_org_team(cx)),
        Id::GetOrgTeamByName => Box::pin(teams::get_org_team_by_name(cx)),
        Id::RenameOrgTeam => Box::pin(teams::rename_org_team(cx)),
        Id::DeleteOrgTeam => Box::pin(teams::delete_org_team(cx)),
        Id::ListOrgTeamUsers => Box::pin(teams::list_org_team_users(cx)),
        Id::AddOrgTeamUsers => Box::pin(teams::add_org_team_users(cx)),
        Id::RemoveOrgTeamUserFromTeam => Box::pin(teams::remove_org_team_user_from_team(cx)),
        Id::AddOrgTeamUser => Box::pin(teams::add_org_team_user(cx)),
        Id::RemoveOrgTeamUser => Box::pin(teams::remove_org_team_user(cx)),
        Id::CreateUser => Box::pin(users::create_user(cx)),
        Id::GetUser => Box::pin(users::get_user(cx)),
        Id::GetUserByName => Box::pin(users::get_user_by_name(cx)),
        Id::ListOrgEvents => Box::pin(events::list_org_events(cx)),
        Id::GetOrgEvent => Box::pin(events::get_org_event(cx)),
        Id::ListOrgApiKeys => Box::pin(api_keys::list_org_api_keys(cx)),
        Id::CreateOrgApiKey => Box::pin(api_keys::create_org_api_key(cx)),
        Id::GetOrgApiKey => Box::pin(api_keys::get_org_api_key(cx)),
        Id::UpdateOrgApiKey => Box::pin(api_keys::update_org_api_key(cx)),
        Id::DeleteOrgApiKey => Box::pin(api_keys::delete_org_api_key(cx)),
        Id::ListOrgAccessEntries => Box::pin(api_keys::list_org_access_entries(cx)),
        Id::CreateOrgAccessEntry => Box::pin(api_keys::create_org_access_entry(cx)),
        Id::GetOrgAccessEntry => Box::pin(api_keys::get_org_access_entry(cx)),
        Id::DeleteAccessEntry => Box::pin(api_keys::delete_access_entry(cx)),
        Id::ListGroupApiKeys => Box::pin(api_keys::list_group_api_keys(cx)),
        Id::CreateGroupApiKey => Box::pin(api_keys::create_group_api_key(cx)),
        Id::AddGroupApiKey => Box::pin(api_keys::add_group_api_key(cx)),
        Id::UpdateApiKeyRoles => Box::pin(api_keys::update_api_key_roles(cx)),
        Id::RemoveGroupApiKey => Box::pin(api_keys::remove_group_api_key(cx)),
        Id::ListOrgServiceAccounts => Box::pin(accounts::list_org_service_accounts(cx)),
        Id::CreateOrgServiceAccount => Box::pin(accounts::create_org_service_account(cx)),
        Id::GetOrgServiceAccount => Box::pin(accounts::get_org_service_account(cx)),
        Id::UpdateOrgServiceAccount => Box::pin(accounts::update_org_service_account(cx)),
        Id::DeleteOrgServiceAccount => Box::pin(accounts::delete_org_service_account(cx)),
        Id::CreateOrgSecret => Box::pin(accounts::create_org_secret(cx)),
        Id::DeleteOrgSecret => Box::pin(accounts::delete_org_secret(cx)),
        Id::ListOrgAccessList => Box::pin(account_access::list_org_access_list(cx)),
        Id::CreateOrgAccessList => Box::pin(account_access::create_org_access_list(cx)),
        Id::DeleteOrgAccessEntry => Box::pin(account_access::delete_org_access_entry(cx)),
        Id::GetServiceAccountGroups => Box::pin(accounts::get_service_account_groups(cx)),
        Id::ListGroupServiceAccounts => Box::pin(accounts::list_group_service_accounts(cx)),
        Id::CreateGroupServiceAccount => Box::pin(accounts::create_group_service_account(cx)),
        Id::GetGroupServiceAccount => Box::pin(accounts::get_group_service_account(cx)),
        Id::UpdateGroupServiceAccount => Box::pin(accounts::update_group_service_account(cx)),
        Id::DeleteGroupServiceAccount => Box::pin(accounts::delete_group_service_account(cx)),
        Id::CreateGroupSecret => Box::pin(accounts::create_group_secret(cx)),
        Id::DeleteGroupSecret => Box::pin(accounts::delete_group_secret(cx)),
        Id::ListAccessList => Box::pin(account_access::list_access_list(cx)),
        Id::CreateAccessList => Box::pin(account_access::create_access_list(cx)),
        Id::DeleteGroupAccessEntry => Box::pin(account_access::delete_group_access_entry(cx)),
        Id::InviteGroupServiceAccount => Box::pin(accounts::invite_group_service_account(cx)),
        Id::GetSystemStatus => Box::pin(status::get_system_status(cx)),
        Id::ListControlPlaneIpAddresses => Box::pin(status::list_control_plane_ip_addresses(cx)),
        Id::GetDefaultMajorVersion => Box::pin(status::get_default_major_version(cx)),
        Id::GetIpInfo => Box::pin(status::get_ip_info(cx)),
        Id::SendTelemetry | Id::SendTelemetryUnauth => Box::pin(status::send_telemetry(cx)),
        Id::GetOpenApi => Box::pin(status::get_open_api(cx)),
        // The token endpoints speak OAuth's dialect; the dispatcher sends them there.
        Id::CreateToken | Id::RevokeToken => Box::pin(std::future::ready(Ok(Reply::empty()))),
        Id::GetFarSide => Box::pin(control::get_far_side(cx)),
        Id::ActOnFarSide => Box::pin(control::act_on_far_side(cx)),
        Id::GetWorld => Box::pin(control::get_world(cx)),
        Id::UpdateWorld => Box::pin(control::update_world(cx)),
        Id::AcceptInvitation => Box::pin(users::accept_invitation(cx)),
        Id::GetClouds => Box::pin(clouds::get_clouds(cx)),
        Id::BindCloud => Box::pin(clouds::bind_cloud(cx)),
        Id::ExplainPeer => Box::pin(clouds::explain_peer(cx)),
        Id::PlanPeer => Box::pin(clouds::plan_peer(cx)),
        Id::AdoptPeer => Box::pin(clouds::adopt_peer(cx)),
        Id::ReleasePeer => Box::pin(clouds::release_peer(cx)),
        Id::GetClock => Box::pin(control::get_clock(cx)),
        Id::AdvanceClock => Box::pin(control::advance_clock(cx)),
    }
}
