//! A driver that can be stopped between any two lines of a pass.
//!
//! A pass meets its drivers at four moments: before and after a look, before and after an action.
//! What lies between two of these is one line of the pass (claim, observe, record, apply, release),
//! so stopping there and dropping the pass is a crash between two lines.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use cloud::{ClientToken, CloudDriver, DriverError, NetworkJob, PeeringJob};
use model::container::machine::{NetworkAction, NetworkObserved};
use model::peering::machine::{Action, Observed};
use model::provider::Provider;
use tokio::sync::Notify;

#[derive(Default)]
pub struct Gate {
    passed: Mutex<(u64, Option<u64>)>,
    pub reached: Notify,
    pub resume: Notify,
    /// Whether only looks come through here, and actions go round it.
    pub looks_only: AtomicBool,
    n_actions: AtomicU64,
}

impl Gate {
    /// Stops whoever comes `nth` from now (from 1); 0 stops nobody.
    pub fn stop_at(&self, nth: u64) {
        let mut passed = self.passed.lock().expect("nobody panics at the gate");
        passed.1 = (nth > 0).then_some(passed.0 + nth);
    }

    /// How many actions were begun.
    pub fn n_actions(&self) -> u64 {
        self.n_actions.load(Ordering::Relaxed)
    }

    async fn pass_acting(&self) {
        if !self.looks_only.load(Ordering::Relaxed) {
            self.pass().await;
        }
    }

    async fn pass(&self) {
        let stop = {
            let mut passed = self.passed.lock().expect("nobody panics at the gate");
            passed.0 += 1;
            passed.1 == Some(passed.0)
        };
        if stop {
            self.reached.notify_one();
            self.resume.notified().await;
        }
    }
}

pub struct Gated {
    pub inner: Arc<dyn CloudDriver>,
    pub gate: Arc<Gate>,
    /// How often each call is made; the last answer counts.
    pub times: u32,
}

#[async_trait]
impl CloudDriver for Gated {
    fn provider(&self) -> Provider {
        self.inner.provider()
    }

    fn poll(&self) -> Option<Duration> {
        self.inner.poll()
    }

    async fn observe(&self, job: &PeeringJob) -> Result<Observed, DriverError> {
        self.gate.pass().await;
        for _ in 1..self.times {
            self.inner.observe(job).await?;
        }
        let seen = self.inner.observe(job).await;
        self.gate.pass().await;
        seen
    }

    async fn apply(&self, job: &PeeringJob, action: Action, token: &ClientToken) -> Result<(), DriverError> {
        self.gate.n_actions.fetch_add(1, Ordering::Relaxed);
        self.gate.pass_acting().await;
        for _ in 1..self.times {
            self.inner.apply(job, action, token).await?;
        }
        let answer = self.inner.apply(job, action, token).await;
        self.gate.pass_acting().await;
        answer
    }

    async fn observe_network(&self, job: &NetworkJob) -> Result<NetworkObserved, DriverError> {
        self.gate.pass().await;
        for _ in 1..self.times {
            self.inner.observe_network(job).await?;
        }
        let seen = self.inner.observe_network(job).await;
        self.gate.pass().await;
        seen
    }

    async fn apply_network(&self, job: &NetworkJob, action: NetworkAction) -> Result<(), DriverError> {
        self.gate.n_actions.fetch_add(1, Ordering::Relaxed);
        self.gate.pass_acting().await;
        for _ in 1..self.times {
            self.inner.apply_network(job, action).await?;
        }
        let answer = self.inner.apply_network(job, action).await;
        self.gate.pass_acting().await;
        answer
    }
}
