//! A project's clouds by our own API: who may bind to what, and what is told of real ones.

use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use model::binding::{AccountName, Grant, Policy, Terms};
use model::{Container, PeeringSpec, Provider, Role, Roles};
use serde_json::json;
use server::outlook::{Obstacle, Outlook, Question};
use testkit::{FAKE_POLL, FakeCloud, FakeFar, TestApp, aws_peer};

/// Says what it was told to say.
#[derive(Default)]
struct Said(Mutex<Vec<Obstacle>>);

impl Said {
    fn say(&self, kind: &'static str, what: &str) {
        let obstacle = Obstacle { kind, what: what.to_owned(), mend: "mend it".to_owned() };
        self.0.lock().expect("nobody panics").push(obstacle);
    }
}

impl Outlook for Said {
    fn look<'a>(
        &'a self,
        _: &'a AccountName,
        _: &'a Container,
        _: &'a PeeringSpec,
        _: &'a Question,
    ) -> BoxFuture<'a, Result<Vec<Obstacle>, String>> {
        Box::pin(async { Ok(self.0.lock().expect("nobody panics").clone()) })
    }
}

fn terms(name: &str, provider: Provider, read_only: bool, granted_to: Vec<Grant>) -> Terms {
    let name = AccountName::parse(name).expect("a name");
    Terms { name, provider, policy: Policy { read_only, mend: false }, granted_to, new_projects: Vec::new() }
}

/// An application with accounts: one for everybody, one that is read-only, one for nobody.
async fn app() -> (TestApp, Arc<FakeCloud>, Arc<Said>) {
    let (fake, said) = (FakeCloud::new(Provider::Aws), Arc::new(Said::default()));
    let accounts = vec![
        (terms("prod", Provider::Aws, false, vec![Grant::Anyone]), fake.clone() as _),
        (terms("watch", Provider::Aws, true, vec![Grant::Anyone]), FakeCloud::new(Provider::Aws) as _),
        (terms("hidden", Provider::Aws, false, Vec::new()), FakeCloud::new(Provider::Aws) as _),
    ];
    (TestApp::with_accounts(accounts, Some(said.clone())).await, fake, said)
}

fn control(app: &TestApp, rest: &str) -> String {
    format!("/api/landbridge/v1/groups/{}{rest}", app.project)
}

async fn bind(app: &TestApp, cloud: &str) -> testkit::Answer {
    app.patch(&control(app, "/clouds"), json!({ "providerName": "AWS", "cloud": cloud })).await
}

#[tokio::test]
async fn an_owner_binds_a_project_to_what_is_granted_and_to_nothing_else() {
    let (app, ..) = app().await;
    let clouds = app.get(&control(&app, "/clouds")).await.expect(200);
    assert_eq!(clouds["clouds"][0]["cloud"], "simulated");
    let names: Vec<_> = clouds["accounts"].as_array().expect("a list").iter().map(|a| &a["name"]).collect();
    assert_eq!(names, ["prod", "watch"]);
    let bound = bind(&app, "prod").await.expect(200);
    assert_eq!(
        bound["clouds"][0],
        json!({
            "cloud": "prod", "configured": true, "mend": false, "providerName": "AWS", "readOnly": false
        })
    );
    let events = app.get(&app.group("/events?eventType=CLOUD_BOUND")).await.expect(200);
    assert_eq!(events["totalCount"], 1);
    assert!(events["results"][0]["username"].as_str().expect("who did it").starts_with("mdb_sa_id_"));
    for name in ["hidden", "nosuch"] {
        let refused = bind(&app, name).await;
        assert_eq!(refused.refusal(), (403, "ACCOUNT_NOT_GRANTED".into(), None));
        let setting = format!("granted_to in [accounts.{name}]");
        assert!(refused.text().contains(&setting), "{}", refused.text());
    }
    let body = json!({ "providerName": "GCP", "cloud": "prod" });
    let refused = app.patch(&control(&app, "/clouds"), body).await.refusal();
    assert_eq!(refused.1, "ACCOUNT_OF_ANOTHER_PROVIDER");
    assert_eq!(bind(&app, "No Name").await.refusal().1, "INVALID_ATTRIBUTE");
    let member = app.token_with(Roles::one(Role::OrgMember)).await;
    let body = json!({ "providerName": "AWS", "cloud": "prod" });
    let request = app.request_as(&member, "PATCH", &control(&app, "/clouds"), Some(body));
    assert_eq!(app.send(request).await.refusal().0, 401);
}

#[tokio::test]
async fn a_new_project_begins_in_the_account_that_takes_them_and_may_leave_it() {
    let prod = Terms { new_projects: vec![Grant::Anyone], ..terms("prod", Provider::Aws, false, Vec::new()) };
    let fake = FakeCloud::new(Provider::Aws);
    let app = TestApp::with_accounts(vec![(prod, fake.clone() as _)], None).await;
    let clouds_of = |project: &str| format!("/api/landbridge/v1/groups/{project}/clouds");
    let new = json!({ "name": "new", "orgId": app.org.to_string() });
    let made = app.post("/api/atlas/v2/groups", new).await.expect(201);
    let id = made["id"].as_str().expect("an id");
    let clouds = app.get(&clouds_of(id)).await.expect(200);
    let names: Vec<_> =
        clouds["clouds"].as_array().expect("a list").iter().map(|one| one["cloud"].clone()).collect();
    assert_eq!(names, ["prod", "simulated", "simulated"]);
    let of_project = |rest: &str| format!("/api/atlas/v2/groups/{id}{rest}");
    let events = app.get(&of_project("/events?eventType=CLOUD_BOUND")).await.expect(200);
    assert_eq!(events["totalCount"], 1);
    let old = app.get(&clouds_of(&app.project.to_string())).await.expect(200);
    assert_eq!(old["clouds"][0]["cloud"], "simulated", "one that was there stays where it is");

    let body =
        json!({ "providerName": "AWS", "atlasCidrBlock": "192.168.248.0/21", "regionName": "US_EAST_1" });
    let container = app.post(&of_project("/containers"), body).await.expect(201);
    let container = container["id"].as_str().expect("an id");
    app.post(&of_project("/peers"), aws_peer(container)).await.expect(201);
    app.settle().await;
    assert_eq!(fake.changes(), ["make network", "request"]);

    let again = json!({ "name": "another", "orgId": app.org.to_string() });
    let another = app.post("/api/atlas/v2/groups", again).await.expect(201);
    let another = clouds_of(another["id"].as_str().expect("an id"));
    let leave = json!({ "providerName": "AWS", "cloud": "simulated" });
    let left = app.patch(&another, leave).await.expect(200);
    assert_eq!(left["clouds"][0]["cloud"], "simulated");
}

#[tokio::test]
async fn what_is_in_flight_holds_the_cloud_and_the_refusal_names_it() {
    let (app, ..) = app().await;
    let peer = app.aws_peer(&app.aws_container().await).await;
    let refused = bind(&app, "prod").await;
    assert_eq!(refused.refusal(), (409, "CLOUD_IN_USE".into(), None));
    assert!(refused.text().contains(&format!("peering {peer}")), "{}", refused.text());
    bind(&app, "simulated").await.expect(200);
}

#[tokio::test]
async fn while_a_project_is_bound_time_stands_and_its_far_sides_are_nobodys_to_play() {
    let (app, fake, _) = app().await;
    bind(&app, "prod").await.expect(200);
    let clock = app.post("/api/landbridge/v1/clock", json!({ "advance": "PT1H" })).await;
    assert_eq!(clock.refusal(), (409, "CLOCK_HELD".into(), None));
    let peer = app.aws_peer(&app.aws_container().await).await;
    app.settle().await;
    let far = control(&app, &format!("/peers/{peer}/farSide"));
    for refused in [app.get(&far).await, app.post(&far, json!({ "action": "accept" })).await] {
        assert_eq!(refused.refusal(), (409, "FAR_SIDE_IS_REAL".into(), None));
    }
    assert_eq!(fake.changes(), ["make network", "request"], "only what was asked for");
    let world = control(&app, "/world");
    app.patch(&world, json!({ "acceptance": "automatic" })).await.expect(200);
    app.settle().await;
    assert_eq!(
        app.get(&app.group(&format!("/peers/{peer}"))).await.expect(200)["statusName"],
        "PENDING_ACCEPTANCE"
    );
}

#[tokio::test]
async fn a_bound_peering_is_one_like_any_other_on_the_wire_and_explained_beside_it() {
    let (app, fake, _) = app().await;
    bind(&app, "prod").await.expect(200);
    let peer = app.aws_peer(&app.aws_container().await).await;
    app.settle().await;
    let told = app.get(&control(&app, &format!("/peers/{peer}"))).await.expect(200);
    assert_eq!((&told["cloud"], &told["status"]), (&json!("prod"), &json!("PENDING_ACCEPTANCE")));
    let next = told["next"][0].as_str().expect("a way");
    assert!(next.contains("aws ec2 accept-vpc-peering-connection"), "{next}");
    let id = peer.parse().expect("an id");
    fake.far(id, FakeFar::Accepted);
    app.clock.advance(FAKE_POLL);
    app.settle().await;
    let wire = app.get(&app.group(&format!("/peers/{peer}"))).await.expect(200);
    assert_eq!(wire["statusName"], "AVAILABLE");
    fake.lose_route(id);
    app.clock.advance(FAKE_POLL);
    app.settle().await;
    let told = app.get(&control(&app, &format!("/peers/{peer}"))).await.expect(200);
    assert_eq!((&told["trouble"], &told["state"]), (&json!("routeGone"), &json!("active")));
    assert!(told["next"][0].as_str().expect("a way").contains("mend = true in [accounts.prod]"));
    let events = app.get(&app.group("/events?eventType=CLOUD_DRIFT_SEEN")).await.expect(200);
    assert_eq!(events["totalCount"], 1);
    let nowhere = control(&app, "/peers/6a793f62c0eb9e7a17715099");
    assert_eq!(app.get(&nowhere).await.refusal().1, "PEER_NOT_FOUND");
}

#[tokio::test]
async fn a_simulated_peering_is_explained_with_the_commands_that_play_its_far_side() {
    let app = TestApp::start().await;
    let peer = app.aws_peer(&app.aws_container().await).await;
    app.settle().await;
    let told = app.get(&control(&app, &format!("/peers/{peer}"))).await.expect(200);
    assert_eq!(told["cloud"], "simulated");
    assert!(told["next"][0].as_str().expect("a way").contains("landbridge far-side accept"));
}

#[tokio::test]
async fn a_plan_tells_everything_in_the_way_and_makes_nothing() {
    let (app, fake, said) = app().await;
    bind(&app, "prod").await.expect(200);
    let container = app.aws_container().await;
    let plan = control(&app, "/peers?dryRun=true");
    let clear = app.post(&plan, aws_peer(&container)).await.expect(200);
    assert_eq!((&clear["possible"], &clear["obstacles"]), (&json!(true), &json!([])));
    assert_eq!(clear["steps"].as_array().expect("steps").len(), 4);
    assert_eq!(clear["undone"].as_array().expect("steps").len(), 3);
    assert_eq!(app.get(&app.group("/peers")).await.expect(200)["totalCount"], 0);

    app.aws_peer(&container).await;
    app.settle().await;
    let changes = fake.changes();
    said.say("quota", "50 of 50 connections are taken");
    let blocked = app.post(&plan, aws_peer(&container)).await.expect(200);
    assert_eq!(blocked["possible"], false);
    let kinds: Vec<_> =
        blocked["obstacles"].as_array().expect("a list").iter().map(|one| one["kind"].clone()).collect();
    assert_eq!(kinds, ["rule", "quota"]);
    assert_eq!(blocked["steps"].as_array().expect("steps").len(), 3, "its network stands already");
    assert_eq!(fake.changes(), changes);
    let refusal = app.post(&control(&app, "/peers"), aws_peer(&container)).await.refusal();
    assert_eq!(refusal, (400, "INVALID_QUERY_PARAMETER".into(), Some("dryRun".into())));
}

#[tokio::test]
async fn a_plan_for_an_account_that_may_only_look_says_so() {
    let (app, ..) = app().await;
    bind(&app, "watch").await.expect(200);
    let container = app.aws_container().await;
    let plan = app.post(&control(&app, "/peers?dryRun=true"), aws_peer(&container)).await.expect(200);
    assert_eq!(plan["obstacles"][0]["kind"], "permission");
    let adopt = control(&app, "/peers:adopt?connectionId=pcx-1");
    let refused = app.post(&adopt, aws_peer(&container)).await.refusal();
    assert_eq!(refused, (409, "ACCOUNT_READ_ONLY".into(), None));
}

#[tokio::test]
async fn a_connection_is_adopted_after_checks_and_released_as_it_is() {
    let (app, fake, said) = app().await;
    let container = app.aws_container().await;
    let (connection, _) = fake.foreign(model::Cidr::parse("10.0.0.0/16").expect("canonical"));
    let adopt = control(&app, &format!("/peers:adopt?connectionId={connection}"));
    let refused = app.post(&adopt, aws_peer(&container)).await.refusal();
    assert_eq!(refused, (409, "CLOUD_IS_SIMULATED".into(), None));
    bind(&app, "prod").await.expect(200);
    let nameless = app.post(&control(&app, "/peers:adopt"), aws_peer(&container)).await.refusal();
    assert_eq!(nameless, (400, "MISSING_ATTRIBUTE".into(), Some("connectionId".into())));
    said.say("differs", "it leads to vpc-other");
    let refused = app.post(&adopt, aws_peer(&container)).await;
    assert_eq!(refused.refusal(), (409, "ADOPTION_REFUSED".into(), None));
    assert!(refused.text().contains("it leads to vpc-other (mend it)"), "{}", refused.text());
    said.0.lock().expect("nobody panics").clear();

    let told = app.post(&adopt, aws_peer(&container)).await.expect(201);
    assert_eq!(told["adopts"], connection);
    let peer = told["peerId"].as_str().expect("an id").to_owned();
    app.settle().await;
    let wire = app.get(&app.group(&format!("/peers/{peer}"))).await.expect(200);
    assert_eq!((&wire["statusName"], &wire["connectionId"]), (&json!("AVAILABLE"), &json!(connection)));
    assert_eq!(app.post(&adopt, aws_peer(&container)).await.refusal().0, 409, "it is managed");

    let release = control(&app, &format!("/peers/{peer}:release"));
    app.post(&release, json!({})).await.expect(200);
    app.settle().await;
    assert_eq!(fake.connections(), [connection]);
    assert_eq!(app.post(&release, json!({})).await.refusal().1, "PEER_NOT_FOUND");
}
