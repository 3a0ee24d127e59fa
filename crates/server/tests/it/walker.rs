//! Walks every operation at every place, and tries whom and what it has to refuse: callers
//! without credentials and with wrong ones, callers from elsewhere, roles too low, paths that lead
//! nowhere, versions and methods that are not there.
//!
//! Each refusal is compared whole: status, body, and the set of headers; and whatever is refused
//! changes nothing that the owner can read. The table of operations is all that is read, so a new
//! operation is walked without being named here. Only a path parameter with a new name has to be
//! added to [`places::PARAMS`]; until then the walk fails and says so.
//!
//! Bodies are no JSON, so that a refusal which came after the body would show.

mod credentials;
mod elsewhere;
mod methods;
mod nowhere;
mod places;
mod refusal;
mod roles;
mod versions;
mod world;
