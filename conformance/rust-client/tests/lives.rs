//! A peering's whole life with each of the two kinds of credentials, the client's own paging, and
//! what it makes of refusals.

use http::{Method, StatusCode};
use mongodb_atlas_cli::atlas::client::AtlasClient;
use mongodb_atlas_cli::atlas::operation;
use mongodb_atlas_cli::atlas::paginated::PaginationRequest;
use rust_client::{call, must, refusal, variable, wait_until, with_account, with_key, with_owner_key};
use serde::Deserialize;
use serde_json::{Value, json};

/// Makes a project whose name no other test has.
async fn project(client: &AtlasClient, name: &str) -> String {
    let wish = json!({ "name": name, "orgId": variable("MONGODB_ATLAS_ORG_ID") });
    let made = must(client, Method::POST, "/api/atlas/v2/groups", Some(wish)).await;
    made["id"].as_str().expect("a project has an id").to_owned()
}

async fn a_peering_lives(client: &AtlasClient, name: &str) {
    let project = project(client, name).await;
    let group = format!("/api/atlas/v2/groups/{project}");
    let container =
        json!({ "atlasCidrBlock": "10.8.0.0/21", "providerName": "AWS", "regionName": "EU_WEST_1" });
    let container = must(client, Method::POST, &format!("{group}/containers"), Some(container)).await;

    let wish = json!({
        "accepterRegionName": "us-east-1",
        "awsAccountId": "123456789012",
        "containerId": container["id"],
        "providerName": "AWS",
        "routeTableCidrBlock": "172.31.0.0/16",
        "vpcId": "vpc-0123456789abcdef0",
    });
    let peering = must(client, Method::POST, &format!("{group}/peers"), Some(wish.clone())).await;
    for (field, value) in wish.as_object().expect("an object") {
        if field != "providerName" {
            assert_eq!(&peering[field], value, "{field} comes back as it was sent");
        }
    }
    let id = peering["id"].as_str().expect("a peering has an id");
    let path = format!("{group}/peers/{id}");
    let status = |wished: &'static str| {
        move |answer: &Result<Value, _>| answer.as_ref().is_ok_and(|peering| peering["statusName"] == wished)
    };
    wait_until(client, &path, status("PENDING_ACCEPTANCE")).await;
    let far_side = format!("/api/landbridge/v1/groups/{project}/peers/{id}/farSide");
    must(client, Method::POST, &far_side, Some(json!({ "action": "accept" }))).await;
    wait_until(client, &path, status("AVAILABLE")).await;

    must(client, Method::DELETE, &path, None).await;
    wait_until(client, &path, |answer| answer.is_err()).await;
    let (status, code) = refusal(call(client, Method::GET, &path, None).await);
    assert_eq!((status, code.as_str()), (StatusCode::NOT_FOUND, "PEER_NOT_FOUND"));
    must(client, Method::DELETE, &group, None).await;
}

#[tokio::test]
async fn a_peering_lives_from_post_to_404_by_digest() {
    a_peering_lives(&with_owner_key(), "rust client, digest").await;
}

#[tokio::test]
async fn a_peering_lives_from_post_to_404_by_token() {
    a_peering_lives(&with_account(), "rust client, token").await;
}

#[operation(method = GET, version = "2023-01-01")]
#[url("/api/atlas/v2/orgs/{org_id}/groups")]
#[response(paginated, Project)]
pub struct ListProjectsRequest {}

#[derive(Debug, Deserialize)]
pub struct Project {
    id: String,
}

async fn page(client: &AtlasClient, page_num: u32) -> (Vec<String>, u64, bool) {
    let pagination =
        PaginationRequest { page_num: Some(page_num), items_per_page: Some(2), include_count: Some(true) };
    let wish = ListProjectsOperation::builder()
        .url_parameters(
            ListProjectsOperationUrlParams::builder().org_id(variable("MONGODB_ATLAS_ORG_ID")).build(),
        )
        .pagination(pagination)
        .build();
    let page = client.execute(wish).await.expect("a page");
    let has_next = page.has_next();
    (
        page.results.into_iter().map(|project| project.id).collect(),
        page.total_count.expect("a count"),
        has_next,
    )
}

#[tokio::test]
async fn the_clients_own_paging_walks_every_project_once() {
    let client = with_owner_key();
    let mut made = Vec::new();
    for nth in 0..5 {
        made.push(project(&client, &format!("rust client, page {nth}")).await);
    }
    let mut seen: Vec<String> = Vec::new();
    for page_num in 1..=200 {
        let (ids, total, has_next) = page(&client, page_num).await;
        assert!(total >= 5);
        seen.extend(ids);
        if !has_next {
            break;
        }
    }
    for id in &made {
        // Others make and remove projects meanwhile, so one may be seen twice; none is left out.
        assert!(seen.contains(id), "project {id} is on no page");
        must(&client, Method::DELETE, &format!("/api/atlas/v2/groups/{id}"), None).await;
    }
}

#[tokio::test]
async fn a_key_that_is_wrong_and_a_project_that_is_not_there_are_told_apart() {
    let stranger = with_key("nosuchky".to_owned(), "00000000-0000-4000-8000-000000000000".to_owned());
    let (status, _) = refusal(call(&stranger, Method::GET, "/api/atlas/v2/groups", None).await);
    assert_eq!(status, StatusCode::UNAUTHORIZED);

    let nowhere = "/api/atlas/v2/groups/111111111111111111111111/peers";
    let (status, code) = refusal(call(&with_owner_key(), Method::GET, nowhere, None).await);
    assert_eq!((status, code.as_str()), (StatusCode::NOT_FOUND, "GROUP_NOT_FOUND"));
}
