//! The project's IP access list on the wire.

use std::collections::HashSet;

use api::types::Link;
use api::types::access::AccessEntry as Wire;
use api::{ErrorCode, schemas};
use model::access::{AccessEntry, AccessValue};
use model::{ProjectId, Timestamp, limits};

use crate::body::{self, Fields};
use crate::context::Context;
use crate::convert::time;
use crate::error::ApiError;

/// An entry as the wire shows it.
pub fn show(context: &Context, entry: &AccessEntry) -> Wire {
    let group_id = entry.project.to_string();
    let key = entry.value.key();
    let href = context.url(&["groups", &group_id, "accessList", &key]);
    let is_group = entry.value.is_group();
    Wire {
        aws_security_group: is_group.then(|| key.clone()),
        cidr_block: (!is_group).then_some(key),
        comment: Some(entry.comment.clone()).filter(|comment| !comment.is_empty()),
        delete_after_date: entry.delete_after.map(time::seconds),
        group_id,
        ip_address: entry.value.address().map(|address| address.to_string()),
        links: vec![Link::to_self(href)],
    }
}

/// What `POST …/accessList` asks for.
pub fn parse_new(
    body: &bytes::Bytes,
    project: ProjectId,
    now: Timestamp,
) -> Result<Vec<AccessEntry>, ApiError> {
    let items = body::objects(body, schemas::ACCESS_ENTRY)?;
    let mut keys = HashSet::new();
    let mut entries = Vec::with_capacity(items.len());
    for fields in items {
        let entry = parse_one(&fields, project, now)?;
        let key = entry.value.key();
        if keys.contains(&key) {
            return Err(ApiError::new(ErrorCode::DuplicateAddressesInInput, [key.into()]));
        }
        keys.insert(key);
        entries.push(entry);
    }
    Ok(entries)
}

fn parse_one(fields: &Fields, project: ProjectId, now: Timestamp) -> Result<AccessEntry, ApiError> {
    let value = value_of(fields)?;
    let comment = fields.text("comment").unwrap_or_default().to_owned();
    if comment.chars().count() > limits::ACCESS_COMMENT_CHARS {
        return Err(ApiError::new(ErrorCode::InvalidNetworkPermissionComment, [comment.into()])
            .at("comment", "Shorten the comment to 80 characters."));
    }
    let delete_after = match fields.text("deleteAfterDate").filter(|text| !text.is_empty()) {
        None => None,
        Some(_) if value.is_group() => {
            return Err(ApiError::new(ErrorCode::NetworkPermissionExpirationNotSupported, [])
                .at("deleteAfterDate", "Leave out the date: security groups don't expire."));
        }
        Some(text) => Some(expiry(text, now)?),
    };
    Ok(AccessEntry { project, value, comment, delete_after, created_at: now })
}

fn expiry(text: &str, now: Timestamp) -> Result<Timestamp, ApiError> {
    let Some(at) = time::parse(text) else {
        return Err(ApiError::new(ErrorCode::InvalidDateFormat, [text.into()])
            .at("deleteAfterDate", "The value must be a date in ISO 8601 such as 2026-08-10T03:08:14Z."));
    };
    if at <= now {
        return Err(ApiError::new(ErrorCode::ExpirationDateInPast, [text.into()])
            .at("deleteAfterDate", format!("Choose a date after {}.", time::seconds(now))));
    }
    if at > now.after(limits::ACCESS_EXPIRY_MAX) {
        return Err(ApiError::new(ErrorCode::ExpirationDateExceedsMax, [7.into()])
            .at("deleteAfterDate", "Choose a date within a week."));
    }
    Ok(at)
}

/// The one value of an entry. A single address may be named both ways, as the service shows it.
fn value_of(fields: &Fields) -> Result<AccessValue, ApiError> {
    let given = |name| fields.text(name).filter(|text| !text.is_empty());
    match (given("ipAddress"), given("cidrBlock"), given("awsSecurityGroup")) {
        (Some(address), None, None) => net("ipAddress", address, address.parse::<std::net::IpAddr>().is_ok()),
        (None, Some(block), None) => net("cidrBlock", block, true),
        (Some(address), Some(block), None) => {
            let (one, other) = (net("ipAddress", address, true)?, net("cidrBlock", block, true)?);
            if one == other { Ok(one) } else { Err(several()) }
        }
        (None, None, Some(group)) => AccessValue::parse_group(group).ok_or_else(|| {
            ApiError::new(ErrorCode::InvalidAttribute, ["awsSecurityGroup".into()])
                .at("awsSecurityGroup", "The value must be a security group such as sg-0123456789abcdef0.")
        }),
        (None, None, None) => Err(ApiError::new(
            ErrorCode::MissingOneOfThreeAttributes,
            ["awsSecurityGroup".into(), "cidrBlock".into(), "ipAddress".into()],
        )
        .at("ipAddress", "Say exactly one of awsSecurityGroup, cidrBlock and ipAddress.")),
        (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => Err(several()),
    }
}

fn several() -> ApiError {
    ApiError::new(ErrorCode::MultipleValuesForOneEntry, [])
        .at("ipAddress", "Say exactly one of awsSecurityGroup, cidrBlock and ipAddress.")
}

fn net(field: &'static str, text: &str, right_form: bool) -> Result<AccessValue, ApiError> {
    let value = right_form.then(|| AccessValue::parse_net(text)).flatten();
    match value {
        Some(AccessValue::Net(net)) if net.addr().is_ipv6() => {
            Err(ApiError::new(ErrorCode::Ipv6Unsupported, [text.into()])
                .at(field, "The value must be an IPv4 address or block."))
        }
        Some(value) => Ok(value),
        None => Err(ApiError::new(ErrorCode::InvalidIpAddressOrCidrNotation, [text.into()])
            .at(field, "The value must be an IPv4 address, or a block such as 203.0.113.0/24.")),
    }
}
