//! Paths that lead nowhere: to no project, to no organization, to what is no id.

use api::{ErrorCode, Need, Root};

use super::places::{self, Kind};
use super::refusal::{Reached, assert_refused};
use super::world::World;

const NOWHERE: &str = "111111111111111111111111";

#[tokio::test]
async fn a_project_or_organization_that_does_not_exist_is_told_so() {
    let mut world = World::start().await;
    world.look().await;
    let mut n_refused = 0;
    for place in places::with_caller() {
        let (name, code) = match place.need() {
            Need::Project(_) => ("groupId", ErrorCode::GroupNotFound),
            Need::Org(_) => ("orgId", ErrorCode::OrgNotFound),
            _ => continue,
        };
        let path = place.filled(|param| if param == name { NOWHERE.to_owned() } else { world.value(param) });
        // Operations on the project itself and on its settings speak of their path. Recorded.
        let on_it = matches!(place.path, "/groups/{groupId}" | "/groups/{groupId}/settings");
        let (code, told) = if on_it { (ErrorCode::ResourceNotFound, path.as_str()) } else { (code, NOWHERE) };
        let answer = world.send_as(&world.owner, world.request(place, &path)).await;
        assert_refused(&answer, code, &[told.into()], Reached::Door, place);
        n_refused += 1;
    }
    world.unchanged("no such project or organization", n_refused).await;
}

#[tokio::test]
async fn a_malformed_id_is_told_before_anything_is_looked_for() {
    let mut world = World::start().await;
    world.look().await;
    let mut n_refused = 0;
    for place in places::with_caller() {
        for name in place.params().filter(|name| places::param(name).0 == Kind::Id) {
            for wrong in [
                "not-an-id",
                "0123456789abcdef0123456",
                "0123456789abcdef012345678",
                "g00000000000000000000000",
            ] {
                let path =
                    place.filled(|param| if param == name { wrong.to_owned() } else { world.value(param) });
                let answer = world.send_as(&world.owner, world.request(place, &path)).await;
                let (code, told) = if place.root == Root::V1 && name == "groupId" {
                    (ErrorCode::InvalidGroupId, wrong)
                } else {
                    (ErrorCode::PathParamParseError, path.as_str())
                };
                assert_refused(&answer, code, &[told.into()], Reached::Operation, place);
                n_refused += 1;
            }
        }
    }
    world.unchanged("malformed ids", n_refused).await;
}
