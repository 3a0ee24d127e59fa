//! The protocol of claim, lease, fence, record and act, checked exhaustively in a small scope.
//!
//! [`world`] is what there is: rows with their leases, a cloud, two servers with a row in hand, and
//! calls that are late. [`moves`] is what can happen next: every step of a pass, a crash or a stall
//! between any two of them, a lease that runs out, lost answers, what callers, the far side and the
//! cloud do. What a pass decides is not copied here: it is the real `step`, `refused`, `change` and
//! `unwanted` of the model, and the real `show` of the simulated cloud.
//!
//! [`rules`] is what must never be seen, and [`scope`] explores all of it: no world breaks a rule,
//! and from each, peace can still be reached by only what happens by itself. [`network`] does the
//! same for a container's near network, whose machine is another.
//!
//! Every rule of the protocol is a switch ([`world::Without`]); a test shows that without it a rule
//! is broken, and by how few moves.

mod cloud;
mod explore;
mod moves;
mod network;
mod rules;
mod scope;
mod world;
