//! Callers whose roles are all somewhere else.

use api::{ErrorCode, Need};
use model::{Role, Roles};

use super::places;
use super::refusal::{Reached, assert_refused};
use super::world::World;

#[tokio::test]
async fn the_owner_of_another_organization_has_no_say_and_sees_nothing() {
    let mut world = World::start().await;
    let foreigner = world.app.key(world.other_org, Roles::one(Role::OrgOwner), &[]).await;
    world.look().await;
    let (ours, project) = (world.app.org.to_string(), world.app.project.to_string());
    let mut n_refused = 0;
    for place in places::with_caller() {
        let path = world.path(place);
        match place.need() {
            // Its own organization, which the path does not name.
            Need::OwnOrg(_) => {}
            Need::Project(_) | Need::Org(_) => {
                let answer = world.send_as(&foreigner, world.request(place, &path)).await;
                assert_refused(&answer, ErrorCode::UserUnauthorized, &[], Reached::Door, place);
                n_refused += 1;
            }
            _ if place.reads() && !path.contains(&ours) && !path.contains(&project) => {
                let answer = world.send_as(&foreigner, world.request(place, &path)).await;
                let told = answer.text();
                assert!(!told.contains(&ours) && !told.contains(&project), "{place:?}: {told}");
            }
            _ => {}
        }
    }
    world.unchanged("a foreign organization's owner", n_refused).await;
}

#[tokio::test]
async fn the_owner_of_another_project_has_no_say_in_this_one_and_does_not_see_it() {
    let mut world = World::start().await;
    let roles = [(world.other_project, Roles::one(Role::GroupOwner))];
    let neighbour = world.app.key(world.app.org, Roles::NONE, &roles).await;
    world.look().await;
    let project = world.app.project.to_string();
    let mut n_refused = 0;
    for place in places::with_caller() {
        let path = world.path(place);
        if place.role().is_some() {
            let answer = world.send_as(&neighbour, world.request(place, &path)).await;
            assert_refused(&answer, ErrorCode::UserUnauthorized, &[], Reached::Door, place);
            n_refused += 1;
        } else if place.reads() && !path.contains(&project) {
            let answer = world.send_as(&neighbour, world.request(place, &path)).await;
            assert!(!answer.text().contains(&project), "{place:?}: {}", answer.text());
        }
    }
    world.unchanged("a foreign project's owner", n_refused).await;
}
