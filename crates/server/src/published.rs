//! The OpenAPI document as it is published: the tables of `api` with the names that the rules keep.

use std::sync::LazyLock;

use api::schema::Names;
use api::{ErrorCode, OperationId};
use model::provider::aws_region;
use model::world::CloudCall;
use model::{Provider, Role};

static DOCUMENT: LazyLock<String> = LazyLock::new(|| api::openapi::document(names).to_string());

/// The document; the same bytes every time.
pub fn document() -> &'static str {
    &DOCUMENT
}

fn names(list: Names) -> Vec<String> {
    let regions = |provider: Provider| provider.regions().iter().map(|region| (*region).to_owned());
    let roles = |of_org| Role::ALL.iter().filter(move |role| role.of_org() == of_org);
    match list {
        Names::AwsRegion => regions(Provider::Aws).collect(),
        Names::AwsAccepterRegion => {
            // Empty is as good as absent.
            let both = regions(Provider::Aws).flat_map(|region| [aws_region(&region), region]);
            both.chain([String::new()]).collect()
        }
        Names::AzureRegion => regions(Provider::Azure).collect(),
        Names::GcpRegion => regions(Provider::Gcp).collect(),
        Names::OrgRole => roles(true).map(|role| role.name().to_owned()).collect(),
        Names::ProjectRole => roles(false).map(|role| role.name().to_owned()).collect(),
        Names::AnyRole => Role::ALL.iter().map(|role| role.name().to_owned()).collect(),
        Names::ErrorCode => ErrorCode::ALL.iter().map(|code| code.name().to_owned()).collect(),
        Names::FaultPoint => {
            let calls = CloudCall::ALL.iter().map(|call| call.name());
            OperationId::ALL.iter().map(|id| id.name()).chain(calls).map(str::to_owned).collect()
        }
    }
}
