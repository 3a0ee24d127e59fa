//! CIDR blocks in bodies, each fault with its own code.

use api::ErrorCode;
use model::Cidr;
use model::cidr::CidrFault;

use crate::error::ApiError;

/// Reads the block in a field.
pub fn parse(field: &'static str, text: &str) -> Result<Cidr, ApiError> {
    Cidr::parse(text).map_err(|fault| match fault {
        CidrFault::Malformed => ApiError::new(ErrorCode::InvalidCidrBlock, [text.into()])
            .at(field, "The value must be an IPv4 block such as 10.8.0.0/21."),
        CidrFault::NonCanonical(canonical) => {
            ApiError::new(ErrorCode::AtlasNonCanonicalCidrBlock, [text.into(), canonical.to_string().into()])
                .at(field, format!("The canonical form is {canonical}."))
        }
    })
}
