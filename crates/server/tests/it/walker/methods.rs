//! Methods that a path does not have.

use api::{ErrorCode, Method};
use http::header::ALLOW;

use super::places;
use super::refusal::{Reached, assert_refused};
use super::world::World;

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_refused_and_those_it_has_are_listed() {
    let mut world = World::start().await;
    world.look().await;
    let mut n_refused = 0;
    for place in places::all() {
        let path = world.path(place);
        let here = |method: Method| {
            places::all().any(|other| {
                (other.root, other.path) == (place.root, place.path) && other.operation.method == method
            })
        };
        let mut allowed = Vec::new();
        for method in [Method::Get, Method::Post, Method::Patch, Method::Delete] {
            if here(method) {
                allowed.push(method.name());
            }
            if method == Method::Get && here(method) {
                allowed.push("HEAD");
            }
        }
        for method in ["GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "TRACE", "PROPFIND"] {
            if allowed.contains(&method) {
                continue;
            }
            let mut request = world.request(place, &path);
            *request.method_mut() = method.parse().expect("a method");
            let answer = world.send_as(&world.owner, request).await;
            assert_eq!(
                answer.headers.get(ALLOW).map(|it| it.as_bytes()),
                Some(allowed.join(", ").as_bytes())
            );
            if method == "HEAD" {
                assert_eq!((answer.status, answer.text()), (405, ""), "{place:?}");
            } else {
                let parameters = [method.into(), path.as_str().into()];
                assert_refused(&answer, ErrorCode::MethodNotAllowed, &parameters, Reached::Path, place);
            }
            n_refused += 1;
        }
    }
    world.unchanged("methods that are not there", n_refused).await;
}
