//! What a cloud brings to be checked.

use std::sync::Arc;

use async_trait::async_trait;
use cloud::{CloudAccount, CloudDriver, PeeringJob};
use model::Cidr;
use model::peering::machine::Connection;
use model::world::CloudCall;

/// A cloud under test.
///
/// Checks run one after the other on one bed. Each makes its own jobs, whose ids are new.
#[async_trait]
pub trait Bed: Send + Sync {
    /// The cloud's name, for the printed list.
    fn name(&self) -> &'static str;

    /// Why a check that needs this can't be run here; `None` if it can.
    fn lacks(&self, need: Need) -> Option<&'static str>;

    /// Before each check: no fault is laid out, and nothing of an earlier check is in the way.
    async fn reset(&self);

    /// A driver as a process has it that has just started: it remembers nothing. Its budget is
    /// small, so that faults which last do not last long.
    fn driver(&self) -> Arc<dyn CloudDriver>;

    /// The same as an account. Asked only if the bed does not lack [`Need::Account`].
    fn account(&self) -> Arc<dyn CloudAccount>;

    /// Another installation's account at the same place, with a mark of its own.
    fn stranger(&self) -> Arc<dyn CloudAccount>;

    /// A new peering, wanted and not yet asked for, in a new container without a network. The far
    /// network is made beforehand, unless it is to be [`FarNetwork::Gone`].
    async fn job(&self, far: FarNetwork) -> PeeringJob;

    /// Another new peering beside one, in the same container, with another far network.
    async fn beside(&self, job: &PeeringJob) -> PeeringJob;

    /// The same peering once its far side was changed: for Amazon another route block, with the
    /// generation raised.
    fn rerouted(&self, job: &PeeringJob) -> PeeringJob;

    /// Whether a driver has to be asked for [`model::peering::machine::Action::Route`] before a
    /// connection is complete.
    fn completes_by_route(&self) -> bool {
        self.lacks(Need::Routes).is_none()
    }

    /// What the connection shows once it was asked for and before anybody acted over there.
    fn after_request(&self) -> Connection;

    /// What a connection that was made by hand shows once it is adopted.
    fn after_adoption(&self) -> Connection {
        self.after_request()
    }

    /// What it shows once the far side has deleted a complete connection.
    fn after_far_delete(&self) -> Connection;

    /// Somebody acts on the cloud, not through the driver.
    async fn act(&self, job: &PeeringJob, act: FarAct);

    /// From now on such calls go wrong, until [`Bed::mend`]; those that say so, once. The call is
    /// the one that changes something: a driver may look before it does.
    async fn fault(&self, on: CloudCall, fault: Fault);

    /// No call goes wrong any more.
    async fn mend(&self);

    /// Fills the place with what is not ours and makes pages small, so that the job's own things
    /// are on a later one.
    async fn crowd(&self, job: &PeeringJob);

    /// Takes one right away from our account; its name as the check-up has it.
    async fn forbid(&self) -> &'static str;

    /// Makes by hand, without a mark, what the job describes: a near network and a connection.
    /// Answers the connection's id.
    async fn foreign(&self, job: &PeeringJob) -> String;

    /// What the cloud itself shows of the job on our side, that is not gone.
    async fn there(&self, job: &PeeringJob) -> There;

    /// Lets a moment pass between two looks.
    async fn pass(&self) {
        tokio::task::yield_now().await;
    }
}

/// What a check needs of a cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The far side has to accept before traffic flows.
    Acceptance,
    /// The far side can reject.
    Rejection,
    /// A request expires.
    Expiry,
    /// The far side can delete a complete connection.
    FarDelete,
    /// The cloud refuses networks that overlap.
    Overlap,
    /// The driver makes routes to a block.
    Routes,
    /// A peering can be asked for anew, with another far network.
    Incarnations,
    /// [`FarAct::LoseNetwork`] can be done.
    LosesNetwork,
    /// [`Fault::LostAnswer`] can be laid out.
    LostAnswers,
    /// [`Fault::Denied`] can be laid out for what changes something.
    Denial,
    /// [`Fault::Denied`] and [`Fault::Throttled`] can be laid out for looks.
    DeniedLooks,
    /// [`Fault::ThrottledOnce`] is ridden out.
    ShortThrottle,
    /// [`Fault::Throttled`] can be laid out.
    Throttle,
    /// [`Fault::Quota`] can be laid out for requests.
    Quota,
    /// [`Fault::Quota`] can be laid out for networks.
    NetworkQuota,
    /// [`Fault::Slow`] can be laid out.
    Slow,
    /// [`Fault::Broken`] can be laid out.
    Failure,
    /// There are pages.
    Paging,
    /// The driver is an account.
    Account,
    /// A right can be taken away, and the check-up can know.
    MissingRight,
    /// Our account sees far networks before they are connected.
    SeesFar,
    /// A connection can be made by hand and adopted.
    Foreign,
}

/// What is over there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FarNetwork {
    /// A network that fits.
    There,
    /// No such network.
    Gone,
    /// A network whose addresses overlap with the container's.
    Overlapping,
}

/// What somebody does on the cloud, not through the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FarAct {
    /// The far side accepts, or makes its half.
    Accept,
    /// The far side rejects.
    Reject,
    /// The far side deletes the connection, or its half.
    Delete,
    /// The request runs out of time.
    Expire,
    /// On our side somebody takes the routes away.
    LoseRoutes,
    /// On our side somebody takes the near network away.
    LoseNetwork,
}

/// How calls go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Our account may not.
    Denied,
    /// The cloud throttles one call.
    ThrottledOnce,
    /// The cloud throttles.
    Throttled,
    /// A limit is reached.
    Quota,
    /// The cloud gives no answer.
    Slow,
    /// The cloud says that it failed.
    Broken,
    /// One call has its effect, and its answer is lost.
    LostAnswer,
}

/// What is there on our side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct There {
    /// Near networks.
    pub networks: usize,
    /// Connections that the far side or a removal has not ended.
    pub connections: usize,
    /// Blocks that are routed through them. Empty where a driver makes no routes.
    pub routes: Vec<Cidr>,
}
