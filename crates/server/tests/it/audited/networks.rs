//! Containers, peerings and the IP access list.

use serde_json::{Value, json};

use super::{Deed, deed, keep, settle};

pub fn deeds() -> Vec<Deed> {
    let block =
        |block: &str| json!({"atlasCidrBlock": block, "providerName": "AWS", "regionName": "US_EAST_1"});
    let peer = json!({"awsAccountId": "123456789012", "containerId": "{container}", "providerName": "AWS",
        "routeTableCidrBlock": "10.0.0.0/16", "vpcId": "vpc-0123456789abcdef0"});
    let far = "/groups/{group}/peers/{peer}/farSide";
    vec![
        keep(
            "spare",
            deed("createGroupContainer", "/groups/{group}/containers", block("192.168.200.0/21"), &[]),
        ),
        deed(
            "updateGroupContainer",
            "/groups/{group}/containers/{spare}",
            block("192.168.208.0/21"),
            &["CONTAINER_SUBNETS_UPDATE_REQUESTED"],
        ),
        deed(
            "deleteGroupContainer",
            "/groups/{group}/containers/{spare}",
            Value::Null,
            &["CONTAINER_DELETED"],
        ),
        keep(
            "container",
            deed("createGroupContainer", "/groups/{group}/containers", block("192.168.208.0/21"), &[]),
        ),
        keep("peer", deed("createGroupPeer", "/groups/{group}/peers", peer, &["PEER_CREATED"])),
        settle(&[]),
        deed(
            "createGroupAccessListEntry",
            "/groups/{group}/accessList",
            json!([{"awsSecurityGroup": "sg-1"}, {"ipAddress": "203.0.113.1"}]),
            &["NETWORK_PERMISSION_ENTRY_ADDED", "NETWORK_PERMISSION_ENTRY_ADDED"],
        ),
        deed("actOnFarSide", far, json!({"action": "accept"}), &[]),
        settle(&["PEER_UPDATED"]),
        deed(
            "updateGroupPeer",
            "/groups/{group}/peers/{peer}",
            json!({"providerName": "AWS", "routeTableCidrBlock": "10.1.0.0/16"}),
            &["PEER_UPDATED"],
        ),
        settle(&[]),
        deed("actOnFarSide", far, json!({"action": "delete"}), &[]),
        settle(&["PEER_UPDATED"]),
        deed(
            "deleteGroupPeer",
            "/groups/{group}/peers/{peer}",
            Value::Null,
            &["NETWORK_PERMISSION_ENTRY_REMOVED", "PEER_DELETED"],
        ),
        settle(&[]),
        deed(
            "createGroupAccessListEntry",
            "/groups/{group}/accessList",
            json!([{"ipAddress": "203.0.113.1", "comment": "another"}]),
            &["NETWORK_PERMISSION_ENTRY_UPDATED"],
        ),
        deed(
            "deleteGroupAccessListEntry",
            "/groups/{group}/accessList/203.0.113.1",
            Value::Null,
            &["NETWORK_PERMISSION_ENTRY_REMOVED"],
        ),
        deed("updateGroupPrivateIpMode", "/groups/{group}/privateIpMode", json!({"enabled": false}), &[]),
    ]
}
