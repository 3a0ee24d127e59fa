//! The project or organization that a path leads to, and whether the caller may be there.

use api::{ErrorCode, Need, OperationId, Root};
use model::key::Principal;
use model::project::{Org, Project};
use model::{ObjectId, OrgId, Role, Roles};

use crate::app::App;
use crate::auth::caller::{Caller, Refused};
use crate::context::malformed_path;
use crate::error::ApiError;
use crate::missing;
use crate::routing::Found;

/// Path parameters that must be ids.
const IDS: [&str; 9] =
    ["groupId", "orgId", "peerId", "containerId", "apiKeyId", "secretId", "teamId", "userId", "eventId"];

/// Whether what stands where an id belongs is one.
pub fn check_ids(params: &[(&'static str, String)], root: Root, path: &str) -> Result<(), ApiError> {
    for (name, value) in params.iter().filter(|(name, _)| IDS.contains(name)) {
        if value.parse::<ObjectId>().is_err() {
            // QUIRK(v1-group-id): v1.0 has words of its own for a project id that is none.
            return Err(if root == Root::V1 && *name == "groupId" {
                ApiError::new(ErrorCode::InvalidGroupId, [value.as_str().into()])
            } else {
                malformed_path(path)
            });
        }
    }
    Ok(())
}

/// The project or organization of a path, and the caller's roles there.
#[derive(Default)]
pub struct Place {
    /// The project.
    pub project: Option<Project>,
    /// The organization, where no project is named.
    pub org: Option<Org>,
    /// The roles.
    pub roles: Roles,
}

impl Place {
    /// Its id.
    pub fn id(&self) -> Option<ObjectId> {
        let project = self.project.as_ref().map(|project| project.id.0);
        project.or_else(|| self.org.as_ref().map(|org| org.id.0))
    }
}

/// Looks the place of a path up, with the callers' epoch at that moment, and lets in who may be there.
pub async fn place(
    app: &App,
    found: &Found,
    caller: Option<&Caller>,
    path: &str,
    epoch: &mut Option<u64>,
) -> Result<Place, Refused> {
    let Found { operation, root, params } = found;
    let Some(caller) = caller else {
        return Ok(Place::default());
    };
    let param = |name: &str| params.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
    let (place, needed) = match operation.need_under(*root) {
        Need::Nothing | Need::Client | Need::Known => return Ok(Place::default()),
        Need::Project(role) => {
            let text = param("groupId");
            let id = text.parse().map_err(|_| Refused::Error(malformed_path(path)))?;
            let entered = app.store.enter_project(&caller.principal, id).await?;
            *epoch = Some(entered.epoch);
            let Some((project, roles)) = entered.place else {
                let now = app.world.real().now();
                let again = operation.id == OperationId::DeleteGroup
                    && app.deletions.asked(id, &caller.principal, now);
                let missing = || Refused::Error(missing::project(operation.id, path, text));
                return again.then(Place::default).ok_or_else(missing);
            };
            (Place { project: Some(project), org: None, roles }, role)
        }
        Need::Org(role) => {
            let text = param("orgId");
            let id = text.parse().map_err(|_| Refused::Error(malformed_path(path)))?;
            (in_org(app, caller, id, epoch).await?, role)
        }
        Need::OwnOrg(role) => (in_org(app, caller, caller.org, epoch).await?, role),
    };
    let role = Role::from_name(needed).expect("the operation table names roles that exist: a test walks it");
    if place.roles.satisfy(role) || asks_about_itself(operation.id, caller, &place, params) {
        Ok(place)
    } else {
        Err(Refused::Error(ApiError::new(ErrorCode::UserUnauthorized, [])))
    }
}

async fn in_org(app: &App, caller: &Caller, id: OrgId, epoch: &mut Option<u64>) -> Result<Place, Refused> {
    let entered = app.store.enter_org(&caller.principal, id).await?;
    *epoch = Some(entered.epoch);
    let (org, roles) = entered
        .place
        .ok_or_else(|| Refused::Error(ApiError::new(ErrorCode::OrgNotFound, [id.to_string().into()])))?;
    Ok(Place { project: None, org: Some(org), roles })
}

/// A key may always look at its own access list, and change it.
fn asks_about_itself(
    id: OperationId,
    caller: &Caller,
    place: &Place,
    params: &[(&'static str, String)],
) -> bool {
    let Principal::Key(key) = caller.principal else { return false };
    let own = params.iter().any(|(name, value)| *name == "apiKeyId" && key.to_string() == *value);
    own && place.org.as_ref().is_some_and(|org| org.id == caller.org)
        && matches!(
            id,
            OperationId::ListOrgAccessEntries
                | OperationId::CreateOrgAccessEntry
                | OperationId::GetOrgAccessEntry
                | OperationId::DeleteAccessEntry
        )
}

#[cfg(test)]
mod tests {
    use api::operations;

    use super::*;

    #[test]
    fn the_operation_table_names_roles_that_exist_and_ids_that_are_checked() {
        for operation in operations() {
            for need in [Some(operation.need), operation.need_v1].into_iter().flatten() {
                match need {
                    // The role in its organization may be asked for in a project, too.
                    Need::Project(role) => assert!(Role::from_name(role).is_some()),
                    Need::Org(role) | Need::OwnOrg(role) => {
                        assert!(Role::from_name(role).is_some_and(Role::of_org));
                    }
                    Need::Nothing | Need::Client | Need::Known => {}
                }
            }
            for (_, path) in operation.places {
                for param in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
                    // A service account's client id has a form of its own, and clients look for 404.
                    let is_id = param.ends_with("Id") && param != "clientId";
                    assert_eq!(is_id, IDS.contains(&param), "{param}");
                }
            }
        }
    }
}
