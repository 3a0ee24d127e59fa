//! No credentials, and credentials that prove nothing.

use api::{ErrorCode, Need};
use model::{Role, Roles};
use testkit::{Digest, TestApp};

use super::places::{self, Place};
use super::refusal::{Reached, assert_challenged, assert_refused};
use super::world::World;

/// Credentials of every kind that are no good, each with whether the challenge says `stale`.
/// The digests are the owner's right answers, spoilt in one way each.
fn spoilt(world: &World, place: Place, path: &str) -> Vec<(&'static str, String, bool)> {
    let right = world.app.digest(&world.owner, place.method(), path);
    let with = |spoil: fn(&mut Digest)| {
        let mut digest = Digest { nonce: world.app.nonce(), ..right.clone() };
        spoil(&mut digest);
        digest.header()
    };
    let old = Digest { nonce: world.old_nonce.clone(), ..right.clone() };
    vec![
        ("an empty header", String::new(), false),
        ("no parameters", "Digest".to_owned(), false),
        ("too few parameters", r#"Digest username="gswvkocq""#.to_owned(), false),
        ("no list of parameters", "Digest nonsense, =, \"".to_owned(), false),
        ("a key that nobody has", with(|digest| digest.username = "aaaaaaaa".to_owned()), false),
        ("another private half", with(|digest| digest.password.push('x')), false),
        ("another realm", with(|digest| digest.realm = "MMS"), false),
        ("another target", with(|digest| digest.uri.push('x')), false),
        ("another query", with(|digest| digest.uri.push_str("?pretty=true")), false),
        ("another method", with(|digest| digest.method = "PUT".to_owned()), false),
        ("a count of zero", with(|digest| digest.nc = 0), false),
        ("protection of the body", with(|digest| digest.qop = "auth-int"), false),
        ("two protections", with(|digest| digest.qop = "\"auth,auth-int\""), false),
        ("a nonce that was never issued", with(|digest| digest.nonce = "A".repeat(32)), true),
        ("a nonce used too often", with(|digest| digest.nc = 1024), true),
        ("an old nonce", old.header(), true),
        ("basic", "Basic Z3N3dmtvY3E6eA==".to_owned(), false),
        ("another scheme", "Negotiate x".to_owned(), false),
    ]
}

#[tokio::test]
async fn nobody_gets_anywhere_without_credentials() {
    let mut world = World::start().await;
    world.look().await;
    let mut n_refused = 0;
    for place in places::all() {
        let answer = world.app.send(world.request(place, &world.path(place))).await;
        match place.need() {
            Need::Nothing => assert_ne!(answer.status, 401, "{place:?}"),
            Need::Client => {
                assert_eq!(answer.expect(401)["error"], "invalid_client", "{place:?}");
                assert_eq!(answer.header("www-authenticate"), "", "clients would not read the body");
                n_refused += 1;
            }
            _ => {
                assert_challenged(&answer, false, place);
                n_refused += 1;
            }
        }
    }
    world.unchanged("no credentials", n_refused).await;
}

#[tokio::test]
async fn credentials_that_prove_nothing_are_challenged_and_nothing_else() {
    let mut world = World::start().await;
    world.look().await;
    let mut n_refused = 0;
    for place in places::with_caller() {
        let path = world.path(place);
        for (_, credentials, stale) in spoilt(&world, place, &path) {
            let answer = world.send_with(&credentials, world.request(place, &path)).await;
            assert_challenged(&answer, stale, place);
            n_refused += 1;
        }
    }
    world.unchanged("garbage and wrong digests", n_refused).await;
}

#[tokio::test]
async fn wrong_credentials_are_told_apart_where_a_client_shows_its_own() {
    let world = World::start().await;
    let mut n_refused = 0;
    for place in places::all().filter(|place| matches!(place.need(), Need::Client)) {
        let path = world.path(place);
        for (what, credentials, _) in spoilt(&world, place, &path) {
            let answer = world.send_with(&credentials, world.request(place, &path)).await;
            assert_eq!(answer.expect(401)["error"], "invalid_client", "{what}");
            n_refused += 1;
        }
    }
    world.unchanged("garbage for a token", n_refused).await;
}

#[tokio::test]
async fn a_digest_is_good_once() {
    let mut world = World::start().await;
    world.look().await;
    let mut n_refused = 0;
    for place in places::with_caller() {
        let path = world.path(place);
        let right = world.app.digest(&world.owner, place.method(), &path);
        // A nonce's count is spent by whatever it was used for: here by a look at something else.
        let status = "/api/atlas/v1.0";
        let spent = Digest { method: "GET".to_owned(), uri: status.to_owned(), ..right.clone() };
        let request = world.app.request("GET", status, None);
        assert_eq!(world.send_with(&spent.header(), request).await.status, 200);
        let answer = world.send_with(&right.header(), world.request(place, &path)).await;
        assert_challenged(&answer, false, place);
        n_refused += 1;
        // And where nothing is changed by it, by the very same request.
        if place.reads() {
            let again = Digest { nc: 2, ..right }.header();
            assert_ne!(world.send_with(&again, world.request(place, &path)).await.status, 401, "{place:?}");
            let answer = world.send_with(&again, world.request(place, &path)).await;
            assert_challenged(&answer, false, place);
            n_refused += 1;
        }
    }
    world.unchanged("replayed digests", n_refused).await;
}

#[tokio::test]
async fn tokens_that_are_no_good_are_refused_without_a_challenge() {
    let mut world = World::start().await;
    world.look().await;
    // A good one, signed with the key of another installation.
    let foreign = TestApp::start().await.token_with(Roles::one(Role::OrgOwner)).await;
    let mut n_refused = 0;
    for place in places::with_caller() {
        let path = world.path(place);
        let tokens = ["", "x", "x.y.z", "\u{e9}", &world.expired, &world.revoked, &foreign];
        for token in tokens {
            let credentials = format!("Bearer {token}");
            let answer = world.send_with(&credentials, world.request(place, &path)).await;
            assert_refused(&answer, ErrorCode::InvalidAccessToken, &[], Reached::Caller, place);
            n_refused += 1;
        }
    }
    world.unchanged("tokens that are no good", n_refused).await;
}
