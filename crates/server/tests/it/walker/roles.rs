//! Every role, wherever it is too low.

use api::ErrorCode;
use model::{Role, Roles};

use super::places;
use super::refusal::{Reached, assert_refused};
use super::world::World;

#[tokio::test]
async fn every_role_that_is_too_low_is_refused_and_every_other_one_is_not() {
    let mut world = World::start().await;
    let (org, project) = (world.app.org, world.app.project);
    let mut callers = vec![(Roles::NONE, Roles::NONE, world.app.key(org, Roles::NONE, &[]).await)];
    for role in Role::ALL {
        let held = Roles::one(*role);
        callers.push(if role.of_org() {
            (held, Roles::NONE, world.app.key(org, held, &[]).await)
        } else {
            (Roles::NONE, held, world.app.key(org, Roles::NONE, &[(project, held)]).await)
        });
    }
    assert_eq!(callers.len(), 34);
    world.look().await;
    let (mut n_refused, mut n_let_in) = (0, 0);
    for (in_org, in_project, key) in &callers {
        for place in places::with_caller() {
            let Some((needed, at_project)) = place.role() else { continue };
            let held = if at_project { in_org.union(*in_project) } else { *in_org };
            // Whoever may do it would really do it: for changes only refusals are walked.
            if held.satisfy(needed) && !place.reads() {
                continue;
            }
            let answer = world.send_as(key, world.request(place, &world.path(place))).await;
            if held.satisfy(needed) {
                assert!(!answer.text().contains("USER_UNAUTHORIZED"), "{held:?} {place:?}");
                n_let_in += 1;
            } else {
                assert_refused(&answer, ErrorCode::UserUnauthorized, &[], Reached::Door, place);
                n_refused += 1;
            }
        }
    }
    assert!(n_let_in > 0);
    world.unchanged("roles too low", n_refused).await;
}

#[test]
fn whatever_names_a_project_or_an_organization_takes_a_role() {
    for place in places::all() {
        let names_one = place.params().any(|name| matches!(name, "groupId" | "orgId"));
        assert!(!names_one || place.role().is_some(), "{place:?}");
    }
}
