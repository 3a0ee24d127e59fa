//! Who the caller is and where it comes from; where the control plane is.

use api::types::key::{CallerKey, SystemStatus};
use api::types::status::{AddressesByProvider, ControlPlaneAddresses, IpInfo};
use api::types::{Link, Nothing};
use model::key::Principal;

use crate::context::Context;
use crate::convert::group;
use crate::error::ApiError;
use crate::reply::Reply;

pub async fn get_system_status(cx: Context) -> Result<Reply, ApiError> {
    let caller = cx.caller()?;
    let key = match caller.principal {
        Principal::Key(id) => cx.app.store.key_get(caller.org, id).await?,
        Principal::ServiceAccount(_) => None,
    };
    Ok(Reply::json(&SystemStatus {
        api_key: key.map(|key| CallerKey {
            access_list: Vec::new(),
            id: key.id.to_string(),
            public_key: key.public_key,
            roles: group::placed_roles(key.org, key.org_roles, &key.project_roles),
        }),
        // QUIRK(app-name): clients compare this text.
        app_name: "MongoDB Atlas",
        build: concat!("landbridge ", env!("CARGO_PKG_VERSION")),
        links: vec![Link::to_self(cx.root_url())],
        throttling: false,
    }))
}

/// The one control plane there is: the address by which the caller reached it, if it is one.
pub async fn list_control_plane_ip_addresses(cx: Context) -> Result<Reply, ApiError> {
    let host = cx.base.split("://").nth(1).unwrap_or_default();
    let address = host.rsplit_once(':').map_or(host, |(host, _)| host).trim_matches(['[', ']']);
    let nets: Vec<String> = match address.parse::<std::net::IpAddr>() {
        Ok(address) => vec![format!("{address}/{}", if address.is_ipv4() { 32 } else { 128 })],
        Err(_) => Vec::new(),
    };
    let aws = [("us-east-1".to_owned(), nets)].into();
    let both_ways = AddressesByProvider { aws, ..AddressesByProvider::default() };
    Ok(Reply::json(&ControlPlaneAddresses { inbound: both_ways.clone(), outbound: both_ways }))
}

pub async fn get_ip_info(cx: Context) -> Result<Reply, ApiError> {
    Ok(Reply::json(&IpInfo { current: cx.address.to_string() }))
}

/// The Atlas CLI asks for it. There are no databases here; the answer is the recorded one.
pub async fn get_default_major_version(_: Context) -> Result<Reply, ApiError> {
    Ok(Reply::plain("text/plain;charset=iso-8859-1", "8.0"))
}

/// Official clients tell how they are used. Nobody here wants to know.
pub async fn send_telemetry(_: Context) -> Result<Reply, ApiError> {
    Ok(Reply::json(&Nothing {}))
}

pub async fn get_open_api(_: Context) -> Result<Reply, ApiError> {
    Ok(Reply::plain(api::media_type::JSON, crate::published::document()))
}
