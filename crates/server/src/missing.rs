//! How a project that is not there is told: which words depends on the operation. Recorded.

use api::{ErrorCode, OperationId};

use crate::error::ApiError;

/// The operations on a project itself say "cannot find resource", all others "no group".
const ON_PROJECT: [OperationId; 5] = [
    OperationId::GetGroup,
    OperationId::UpdateGroup,
    OperationId::DeleteGroup,
    OperationId::GetGroupSettings,
    OperationId::UpdateGroupSettings,
];

/// The refusal of an operation on a project that does not exist.
pub fn project(id: OperationId, path: &str, group: &str) -> ApiError {
    if ON_PROJECT.contains(&id) {
        ApiError::new(ErrorCode::ResourceNotFound, [path.into()])
    } else {
        ApiError::new(ErrorCode::GroupNotFound, [group.into()])
    }
}

/// What an operation says of a project that went while it was under way: the same as if it had
/// been gone before.
pub fn meanwhile(id: OperationId, path: &str, group: &str, error: ApiError) -> ApiError {
    let gone = error.code == ErrorCode::GroupNotFound && error.parameters == [group];
    if gone { project(id, path, group) } else { error }
}
