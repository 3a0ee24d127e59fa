//! Access lists of API keys and service accounts: what of them the wire says alike.

use std::net::IpAddr;

use api::ErrorCode;
use api::schema::Field;
use ipnet::IpNet;
use model::Refusal;
use model::key::Principal;

use crate::body;
use crate::context::Context;
use crate::error::ApiError;

/// The single address, if it is one.
pub fn address_of(net: IpNet) -> Option<IpAddr> {
    (net.prefix_len() == net.max_prefix_len()).then(|| net.addr())
}

/// The addresses that a path or a body names.
pub fn net(field: &str, text: &str) -> Result<IpNet, ApiError> {
    let net = match text.parse::<IpAddr>() {
        Ok(address) => Some(IpNet::from(address)),
        Err(_) => text.parse::<IpNet>().ok().map(|net| net.trunc()),
    };
    net.ok_or_else(|| {
        ApiError::new(ErrorCode::InvalidIpAddressOrCidrNotation, [text.into()])
            .at(field, "The value must be an address, or a block such as 203.0.113.0/24.")
    })
}

/// The entries that a body names, each once.
pub fn parse_entries(body: &bytes::Bytes, table: &[Field]) -> Result<Vec<IpNet>, ApiError> {
    let mut nets = Vec::new();
    for (nth, fields) in body::objects(body, table)?.iter().enumerate() {
        let (address_at, block_at) = (format!("[{nth}].ipAddress"), format!("[{nth}].cidrBlock"));
        let one = "Say exactly one of cidrBlock and ipAddress.";
        let given = |name| fields.text(name).filter(|text| !text.is_empty());
        let entry = match (given("ipAddress"), given("cidrBlock")) {
            (Some(address), None) => net(&address_at, address)?,
            (None, Some(block)) => net(&block_at, block)?,
            (None, None) => {
                let parameters = ["cidrBlock".into(), "ipAddress".into()];
                return Err(ApiError::new(ErrorCode::MissingOneOfAttributes, parameters).at(&address_at, one));
            }
            // One address in both its forms is what the service itself shows.
            (Some(address), Some(block)) => {
                let entry = net(&address_at, address)?;
                if entry != net(&block_at, block)? {
                    return Err(ApiError::new(ErrorCode::BadWhitelistAddRequest, []).at(&address_at, one));
                }
                entry
            }
        };
        if nets.contains(&entry) {
            return Err(ApiError::new(ErrorCode::DuplicateAddressesInInput, [entry.to_string().into()])
                .at(&format!("[{nth}]"), "Name each address once."));
        }
        nets.push(entry);
    }
    Ok(nets)
}

fn locked_out(context: &Context) -> ApiError {
    Refusal::WouldLockOutCaller { address: context.address.to_string() }.into()
}

/// Refuses the first entries of the caller's own list if they leave out where it calls from.
pub fn check_addition(context: &Context, of: &Principal, nets: &[IpNet]) -> Result<(), ApiError> {
    // QUIRK(own-list): the service is only known to refuse the removal.
    let caller = context.caller()?;
    let covered = caller.entries_for(context.address).next().is_some()
        || nets.iter().any(|net| net.contains(&context.address));
    if caller.principal == *of && !covered { Err(locked_out(context)) } else { Ok(()) }
}

/// Refuses to remove from the caller's own list what it calls from.
pub fn check_removal(context: &Context, of: &Principal, net: IpNet) -> Result<(), ApiError> {
    let own = context.caller()?.principal == *of;
    if own && net.contains(&context.address) { Err(locked_out(context)) } else { Ok(()) }
}
