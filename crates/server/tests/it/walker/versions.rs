//! Versions that an operation does not have, not yet, or no more.

use api::{ErrorCode, Need, Root};
use http::HeaderValue;
use http::header::ACCEPT;
use testkit::Answer;

use super::places::{self, Place};
use super::refusal::{Reached, assert_refused};
use super::world::World;

async fn accepting(world: &World, place: Place, path: &str, accept: Option<&str>) -> Answer {
    let mut request = world.request(place, path);
    match accept.map(HeaderValue::from_str) {
        None => request.headers_mut().remove(ACCEPT),
        Some(accept) => request.headers_mut().insert(ACCEPT, accept.expect("a header value")),
    };
    if matches!(place.need(), Need::Nothing) {
        world.app.send(request).await
    } else {
        world.send_as(&world.owner, request).await
    }
}

#[tokio::test]
async fn a_version_that_can_not_be_had_is_refused() {
    let mut world = World::start().await;
    world.look().await;
    let mut n_refused = 0;
    for place in places::all().filter(|place| place.root == Root::V2) {
        let path = world.path(place);
        let first = place.operation.versions.iter().chain(place.operation.gone).min().expect("a version");
        let first = first.to_string();
        let year: u16 = first[..4].parse().expect("a year");
        let before = format!("application/vnd.atlas.{}-12-31+json", year - 1);
        let unwanted = format!("{};q=0", place.accept());
        for accept in [
            None,
            Some(""),
            Some("*/*"),
            Some("application/json"),
            Some("text/html, application/json;q=0.9"),
            Some("application/vnd.atlas.2023-02-30+json"),
            Some("application/vnd.atlas.preview+json"),
            Some("application/vnd.atlas.+json"),
            Some(before.as_str()),
            Some(unwanted.as_str()),
        ] {
            let answer = accepting(&world, place, &path, accept).await;
            assert_refused(&answer, ErrorCode::InvalidVersionDate, &[], Reached::Operation, place);
            n_refused += 1;
        }
    }
    world.unchanged("versions that are not there", n_refused).await;
}

#[tokio::test]
async fn a_version_that_is_gone_is_told_so() {
    let mut world = World::start().await;
    world.look().await;
    let mut n_refused = 0;
    for place in places::all().filter(|place| place.root == Root::V2) {
        let path = world.path(place);
        for gone in place.operation.gone {
            let accept = format!("application/vnd.atlas.{gone}+json");
            let answer = accepting(&world, place, &path, Some(&accept)).await;
            let parameters = [gone.to_string().into(), path.trim_start_matches('/').into()];
            assert_refused(&answer, ErrorCode::VersionGone, &parameters, Reached::Operation, place);
            n_refused += 1;
        }
    }
    world.unchanged("versions that are gone", n_refused).await;
}
