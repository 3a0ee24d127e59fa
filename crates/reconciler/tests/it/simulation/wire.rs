//! The way between a server and its clouds, on which calls stand still until they are told their
//! fate.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use cloud::{ClientToken, CloudDriver, DriverError, NetworkJob, PeeringJob};
use model::container::machine::{NetworkAction, NetworkObserved};
use model::peering::machine::{Action, Observed};
use model::provider::Provider;

use super::faults::Fate;

/// A call that stands still.
struct Stopped {
    what: String,
    fate: Option<Fate>,
    waker: Option<Waker>,
}

#[derive(Default)]
struct State {
    next: u64,
    stopped: BTreeMap<u64, Stopped>,
    /// Calls begun and not answered yet.
    open: usize,
    late: Vec<Late>,
}

/// One server's wire.
#[derive(Default)]
pub struct Wire(Mutex<State>);

/// A call that takes effect when its caller has given it up.
pub struct Late {
    driver: Arc<dyn CloudDriver>,
    call: LateCall,
}

enum LateCall {
    Peering(Box<PeeringJob>, Action),
    Network(Box<NetworkJob>, NetworkAction),
}

impl Late {
    pub async fn land(&self) {
        // Nobody hears the answer.
        let _ = match &self.call {
            LateCall::Peering(job, action) => {
                self.driver.apply(job, *action, &ClientToken::of(&job.peering, *action)).await
            }
            LateCall::Network(job, action) => self.driver.apply_network(job, *action).await,
        };
    }

    pub fn what(&self) -> String {
        match &self.call {
            LateCall::Peering(job, action) => format!("{action:?} {}", job.peering.id),
            LateCall::Network(job, action) => format!("{action:?} {}", job.container.id),
        }
    }
}

impl Wire {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nobody panics on the wire")
    }

    /// The calls that stand still, in the order in which they came.
    pub fn stopped(&self) -> Vec<(u64, String)> {
        let state = self.state();
        let stopped = state.stopped.iter().filter(|(_, call)| call.fate.is_none());
        stopped.map(|(id, call)| (*id, call.what.clone())).collect()
    }

    /// Whether the server can't go on before a call is told its fate.
    pub fn all_stopped(&self) -> bool {
        let state = self.state();
        let n_stopped = state.stopped.values().filter(|call| call.fate.is_none()).count();
        n_stopped > 0 && n_stopped == state.open
    }

    pub fn release(&self, id: u64, fate: Fate) {
        if let Some(call) = self.state().stopped.get_mut(&id) {
            call.fate = Some(fate);
            if let Some(waker) = call.waker.take() {
                waker.wake();
            }
        }
    }

    /// The calls that were given up since.
    pub fn take_late(&self) -> Vec<Late> {
        std::mem::take(&mut self.state().late)
    }

    async fn stop(&self, what: String) -> Fate {
        let id = {
            let mut state = self.state();
            state.next += 1;
            let id = state.next;
            state.stopped.insert(id, Stopped { what, fate: None, waker: None });
            id
        };
        poll_fn(|cx| {
            let mut state = self.state();
            let call = state.stopped.get_mut(&id).expect("it is there until it goes on");
            match call.fate {
                Some(fate) => {
                    state.stopped.remove(&id);
                    Poll::Ready(fate)
                }
                None => {
                    call.waker = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

/// A call counts as open until it is answered or dropped.
struct Open<'w>(&'w Wire);

impl<'w> Open<'w> {
    fn new(wire: &'w Wire) -> Self {
        wire.state().open += 1;
        Self(wire)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.state().open -= 1;
    }
}

pub struct Wired {
    pub inner: Arc<dyn CloudDriver>,
    pub wire: Arc<Wire>,
}

impl Wired {
    async fn look<T>(
        &self,
        what: String,
        look: impl Future<Output = Result<T, DriverError>>,
    ) -> Result<T, DriverError> {
        let _open = Open::new(&self.wire);
        let fate = self.wire.stop(format!("{what}?")).await;
        without_effect(fate)?;
        if fate == Fate::Late {
            return Err(DriverError::Transient("no answer in time".to_owned()));
        }
        let seen = look.await;
        self.wire.stop(format!("{what} seen")).await;
        if fate == Fate::AnswerLost {
            return Err(DriverError::Transient("the answer was lost".to_owned()));
        }
        seen
    }

    async fn deed(
        &self,
        what: String,
        late: impl FnOnce() -> LateCall,
        deed: impl Future<Output = Result<(), DriverError>>,
    ) -> Result<(), DriverError> {
        let _open = Open::new(&self.wire);
        let fate = self.wire.stop(format!("{what}!")).await;
        without_effect(fate)?;
        if matches!(fate, Fate::Late | Fate::Doubled) {
            self.wire.state().late.push(Late { driver: self.inner.clone(), call: late() });
        }
        if fate == Fate::Late {
            return Err(DriverError::Transient("no answer in time".to_owned()));
        }
        let done = deed.await;
        self.wire.stop(format!("{what} done")).await;
        if fate == Fate::AnswerLost {
            return Err(DriverError::Transient("the answer was lost".to_owned()));
        }
        done
    }
}

fn without_effect(fate: Fate) -> Result<(), DriverError> {
    match fate {
        Fate::Lost => Err(DriverError::Transient("the call was lost".to_owned())),
        Fate::Throttled => Err(DriverError::Throttled(Duration::from_secs(3))),
        Fate::Denied => Err(DriverError::Denied("not today".to_owned())),
        Fate::Passes | Fate::AnswerLost | Fate::Doubled | Fate::Late => Ok(()),
    }
}

#[async_trait]
impl CloudDriver for Wired {
    fn provider(&self) -> Provider {
        self.inner.provider()
    }

    fn poll(&self) -> Option<Duration> {
        self.inner.poll()
    }

    async fn observe(&self, job: &PeeringJob) -> Result<Observed, DriverError> {
        self.look(job.peering.id.to_string(), self.inner.observe(job)).await
    }

    async fn apply(&self, job: &PeeringJob, action: Action, token: &ClientToken) -> Result<(), DriverError> {
        let what = format!("{action:?} {}", job.peering.id);
        let late = || LateCall::Peering(Box::new(job.clone()), action);
        self.deed(what, late, self.inner.apply(job, action, token)).await
    }

    async fn observe_network(&self, job: &NetworkJob) -> Result<NetworkObserved, DriverError> {
        self.look(job.container.id.to_string(), self.inner.observe_network(job)).await
    }

    async fn apply_network(&self, job: &NetworkJob, action: NetworkAction) -> Result<(), DriverError> {
        let what = format!("{action:?} {}", job.container.id);
        let late = || LateCall::Network(Box::new(job.clone()), action);
        self.deed(what, late, self.inner.apply_network(job, action)).await
    }
}
