//! What was answered is there after a restart, and changes that were not asked for any more are
//! either there or not, never half.

use model::Provider;
use model::container::Place;
use model::event::EventKind;
use model::world::Latency;
use store::{Page, RequestRow, WorldChange};

use crate::sim::network_is;
use crate::support::{ALL, Home, act, at, aws, claim, entry, gcp, on_every_engine, vnet, vpc};

async fn a_restart_finds_everything(home: &Home) {
    let store = &home.store;
    for (place, spec) in [
        (aws("US_EAST_1"), vpc(1)),
        (Place::Azure { region: "US_EAST" }, vnet("v")),
        (Place::Gcp { regions: Vec::new() }, gcp("n")),
    ] {
        let container = home.add_container(place).await;
        let peering = home.add_peering(&container, spec).await.peering;
        network_is(home, &container, "making");
        store.sim_network_make(&container, Latency::Lifelike, at(1)).await.expect("recorded");
        let request = RequestRow {
            peering,
            near_block: container.block,
            latency: Latency::Lifelike,
            refused: None,
            now: at(1),
        };
        store.sim_request(request).await.expect("recorded");
    }
    store
        .access_add(
            home.project,
            vec![entry(home.project, "192.0.2.1", "x"), entry(home.project, "sg-1", "y")],
            &act(1),
        )
        .await
        .expect("added");
    store.limit_set(home.project, "limit", 3, &act(1)).await.expect("set");
    let change = WorldChange { latency: Some(Latency::Lifelike), ..WorldChange::default() };
    store.world_change(home.project, change, at(1)).await.expect("changed");
    let claimed = store.claim_peerings(&claim(1, 0)).await.expect("claimed");

    let before = all(store, home).await;
    let again = home.reopen().await;
    assert_eq!(all(&again, home).await, before);
    // What was held stays held until its lease runs out, and goes on then.
    assert!(again.claim_peerings(&claim(1, 9)).await.expect("claimed").is_empty());
    let resumed = again.claim_peerings(&claim(1, 10)).await.expect("claimed");
    assert_eq!(resumed.len(), claimed.len());
    assert!(resumed.iter().zip(&claimed).all(|(resumed, claimed)| resumed.fence == claimed.fence + 1));
}

/// Everything that can be read of the home, as text.
async fn all(store: &store::Store, home: &Home) -> Vec<String> {
    let project = home.project;
    let mut all = vec![
        format!("{:?}", store.in_project(&home.key, project).await),
        format!("{:?}", store.key_auth("abcdefgh").await),
        format!("{:?}", store.account_auth("mdb_sa_id_first").await),
        format!("{:?}", store.access_list(project, at(1), ALL).await),
        format!("{:?}", store.limit_list(project).await),
        format!("{:?}", store.event_list_of_project(project, ALL).await),
        format!("{:?}", store.event_list_of_org(home.org, ALL).await),
        format!("{:?}", store.world_get(project).await),
    ];
    for provider in Provider::ALL {
        let containers = store.container_list(project, Some(provider), ALL).await.expect("listed").items;
        let peerings = store.peering_list(project, provider, ALL).await.expect("listed").items;
        assert_eq!((containers.len(), peerings.len()), (1, 1));
        all.push(format!("{containers:?} {:?}", store.sim_network(containers[0].id).await));
        all.push(format!("{peerings:?} {:?}", store.sim_connection(peerings[0].peering.id).await));
    }
    all
}

async fn events_come_newest_first_in_pages(home: &Home) {
    let store = &home.store;
    for nth in 0..5 {
        let entries = vec![entry(home.project, &format!("192.0.2.{nth}"), "")];
        store.access_add(home.project, entries, &act(nth)).await.expect("added");
    }
    let page = async |number| {
        let page = store.event_list_of_project(home.project, Page { number, size: 2 }).await.expect("listed");
        assert_eq!(page.total, 6);
        page.items.into_iter().map(|event| event.subject).collect::<Vec<_>>()
    };
    assert_eq!(page(1).await, ["192.0.2.4/32", "192.0.2.3/32"]);
    assert_eq!(page(2).await, ["192.0.2.2/32", "192.0.2.1/32"]);
    assert_eq!(page(3).await.len(), 2);
    assert!(page(4).await.is_empty());
    let events = store.event_list_of_project(home.project, ALL).await.expect("listed").items;
    assert!(events.windows(2).all(|pair| pair[0].id > pair[1].id), "ids grow with time");
    assert_eq!(events[5].kind, EventKind::GroupCreated);
}

on_every_engine![a_restart_finds_everything, events_come_newest_first_in_pages];
