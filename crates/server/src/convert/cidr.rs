//! CIDR blocks in bodies, each fault with its own code.

use api::ErrorCode;
use model::Cidr;
use model::cidr::CidrFault;

use crate::error::ApiError;

/// Reads the block of a container.
pub fn container(text: &str) -> Result<Cidr, ApiError> {
    const FIELD: &str = "atlasCidrBlock";
    Cidr::parse(text).map_err(|fault| match fault {
        CidrFault::Malformed => malformed(FIELD, text),
        CidrFault::NonCanonical(canonical) => {
            ApiError::new(ErrorCode::AtlasNonCanonicalCidrBlock, [text.into(), canonical.to_string().into()])
                .at(FIELD, format!("The canonical form is {canonical}."))
        }
    })
}

/// Reads the block that routes lead to. The words for a block that is not canonical speak of a
/// container's, so this one is no valid notation instead.
pub fn route(text: &str) -> Result<Cidr, ApiError> {
    const FIELD: &str = "routeTableCidrBlock";
    Cidr::parse(text).map_err(|fault| match fault {
        CidrFault::Malformed => malformed(FIELD, text),
        CidrFault::NonCanonical(canonical) => ApiError::new(ErrorCode::InvalidCidrBlock, [text.into()])
            .at(FIELD, format!("Bits beyond the prefix are set. The canonical form is {canonical}.")),
    })
}

fn malformed(field: &str, text: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidCidrBlock, [text.into()])
        .at(field, "The value must be an IPv4 block such as 10.8.0.0/21.")
}
