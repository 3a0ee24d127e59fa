//! Threads that do work, each with a connection of its own.
//!
//! A thread connects when it has something to do, and keeps the connection. The queue is bounded:
//! when it is full, callers wait. Work whose caller has gone before its turn is not begun.

use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use model::IdMint;
use parking_lot::Mutex;
use telemetry::Stopwatch;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Mutex as Turn, mpsc, oneshot};
use tokio::time::timeout;

use super::super::job::{Job, job};
use super::super::{Conn, Tx};
use super::dial::Dialer;
use super::hints::Doorbell;
use super::session::{Begin, Session};
use super::trouble::Trouble;
use crate::counters::EngineCounters;
use crate::error::{Error, Result};
use crate::wake::Wake;

/// Work that may wait for a thread.
const QUEUE_MAX: usize = 4096;
/// How long a caller waits for an answer: for a turn, a connection, and the statements.
const ANSWER_MAX: Duration = Duration::from_secs(15);
/// How often work is done that others get in the way of.
const CONFLICTS_MAX: u32 = 12;
/// How often it is done again because a key was taken or a row gone.
const OVERTAKEN_MAX: u32 = 2;
/// How often it is done again because the connection was lost before it was to be committed.
const LOST_MAX: u32 = 2;
/// The longest pause after a conflict.
const PAUSE_MAX: Duration = Duration::from_millis(64);

/// What every thread needs.
pub(super) struct Kit {
    pub(super) dialer: Dialer,
    pub(super) mint: Arc<IdMint>,
    pub(super) wake: Arc<Wake>,
    pub(super) doorbell: Arc<Doorbell>,
    pub(super) counters: EngineCounters,
}

struct Order {
    begin: Begin,
    job: Box<dyn Job>,
}

/// The way to the threads.
pub(super) struct Pool {
    queue: Mutex<Option<mpsc::Sender<Order>>>,
    /// Yields when the last of them has ended.
    ended: Turn<mpsc::Receiver<Infallible>>,
}

impl Pool {
    /// Starts so many threads.
    pub(super) fn start(name: &str, n_threads: usize, kit: &Arc<Kit>) -> Result<Self> {
        let (queue, inbox) = mpsc::channel(QUEUE_MAX);
        let (alive, ended) = mpsc::channel(1);
        let inbox = Arc::new(Turn::new(inbox));
        for nth in 1..=n_threads {
            let (kit, inbox, alive) = (Arc::clone(kit), Arc::clone(&inbox), alive.clone());
            thread::Builder::new()
                .name(format!("{name}-{nth}"))
                .spawn(move || {
                    run(&kit, &inbox);
                    drop(alive);
                })
                .map_err(|source| Error::Engine { doing: "start a thread", source: Arc::new(source) })?;
        }
        Ok(Self { queue: Mutex::new(Some(queue)), ended: Turn::new(ended) })
    }

    /// Has work done; answers when it is.
    pub(super) async fn ask<T, F>(&self, begin: Begin, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let queue = self.queue.lock().clone().ok_or(Error::Closed)?;
        let (job, answer) = job(work);
        let asked = async {
            queue.send(Order { begin, job }).await.map_err(|_| Error::Closed)?;
            answer.await.map_err(|_| Error::Closed)?
        };
        match timeout(ANSWER_MAX, asked).await {
            Ok(answer) => answer,
            Err(elapsed) => Err(Error::Busy { doing: "wait for the database", source: Arc::new(elapsed) }),
        }
    }

    /// Whether work is taken.
    pub(super) fn check(&self) -> Result<()> {
        if self.queue.lock().is_some() { Ok(()) } else { Err(Error::Closed) }
    }

    /// Lets the threads finish what is queued, and waits until they have ended.
    pub(super) async fn close(&self) {
        self.queue.lock().take();
        self.ended.lock().await.recv().await;
    }
}

/// One thread.
struct Worker<'k> {
    kit: &'k Kit,
    runtime: Rc<Runtime>,
    session: Option<Session>,
}

fn run(kit: &Kit, inbox: &Turn<mpsc::Receiver<Order>>) {
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => Rc::new(runtime),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a thread of the store could not start"
            );
            return;
        }
    };
    let mut worker = Worker { kit, runtime, session: None };
    while let Some(order) = worker.next(inbox) {
        if order.job.awaited() {
            worker.carry_out(order);
        }
    }
}

/// Gives one thread the work, and waits for it: for what is done once, at the start.
pub(super) async fn once<T: Send + 'static>(
    dialer: &Dialer,
    work: impl Fn(&Session) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (reply, answer) = oneshot::channel();
    let dialer = dialer.clone();
    let failed = |source: std::io::Error| Error::Engine { doing: "start a thread", source: Arc::new(source) };
    let run = move || -> Result<T> {
        let runtime = Rc::new(Builder::new_current_thread().enable_all().build().map_err(failed)?);
        let mut attempt = 0;
        loop {
            let session = Session::open(&runtime, &dialer)?;
            session.begin(Begin::Alone);
            let outcome = work(&session);
            let again = matches!(session.trouble(), Some(Trouble::Conflict | Trouble::Overtaken));
            if !again || attempt == CONFLICTS_MAX {
                return outcome;
            }
            attempt += 1;
            pause(&runtime, attempt);
        }
    };
    thread::Builder::new()
        .name("store-start".to_owned())
        .spawn(move || {
            // Whoever asked may have gone.
            let _ = reply.send(run());
        })
        .map_err(failed)?;
    answer.await.map_err(|_| Error::Closed)?
}

/// Lets the others go on first.
fn pause(runtime: &Runtime, attempt: u32) {
    let pause = Duration::from_millis(1 << attempt.min(6)).min(PAUSE_MAX);
    // Nothing can come: this is how the time is waited out.
    let _ = runtime.block_on(async { timeout(pause, std::future::pending::<()>()).await });
}

impl Worker<'_> {
    /// The next work. While it is waited for, the connection is looked after.
    fn next(&self, inbox: &Turn<mpsc::Receiver<Order>>) -> Option<Order> {
        self.runtime.block_on(async { inbox.lock().await.recv().await })
    }

    /// Does the work, again if that can help, and answers.
    fn carry_out(&mut self, Order { begin, mut job }: Order) {
        let stopwatch = Stopwatch::start();
        let (mut n_conflicts, mut n_overtaken, mut n_lost) = (0, 0, 0);
        let fate = loop {
            let (trouble, error) = match self.attempt(begin, job.as_mut()) {
                Ok(()) => break Ok(()),
                Err(failed) => failed,
            };
            let (count, max) = match trouble {
                Some(Trouble::Conflict) => (&mut n_conflicts, CONFLICTS_MAX),
                Some(Trouble::Overtaken) => (&mut n_overtaken, OVERTAKEN_MAX),
                Some(Trouble::Lost) => (&mut n_lost, LOST_MAX),
                Some(Trouble::Other) | None => break Err(error),
            };
            if *count == max {
                break Err(error);
            }
            *count += 1;
            self.kit.counters.retries.add_one();
            if trouble == Some(Trouble::Conflict) {
                pause(&self.runtime, n_conflicts);
            }
        };
        if begin == Begin::Change {
            // Each change has a transaction of its own.
            self.kit.counters.commit_time.time(stopwatch.taken());
            self.kit.counters.group_size.observe(1);
        }
        job.answer(fate);
        // What only read is ended when its answer is on the way.
        if let Some(session) = &self.session {
            session.roll_back();
        }
        self.session.take_if(|session| session.lost());
    }

    /// Does the work once. The error of work that is not to be done again comes without trouble.
    fn attempt(
        &mut self,
        begin: Begin,
        job: &mut dyn Job,
    ) -> std::result::Result<(), (Option<Trouble>, Error)> {
        self.session.take_if(|session| session.lost());
        let session = match &mut self.session {
            Some(session) => session,
            // Who can't connect does not try again: a caller can, and others wait for this thread.
            none => {
                self.kit.counters.connections_opened.add_one();
                none.insert(Session::open(&self.runtime, &self.kit.dialer).map_err(|error| (None, error))?)
            }
        };
        session.begin(begin);
        let mut tx = Tx::new(Conn::Postgres(session), &self.kit.mint);
        let outcome = job.run(&mut tx);
        let told = tx.told;
        if let Some(trouble) = session.trouble() {
            session.roll_back();
            // Work that went on after a failed statement has nothing that could be kept.
            let swallowed = || Error::Engine {
                doing: "run a change",
                source: Arc::new(std::io::Error::other("a failed statement was passed over")),
            };
            return Err((Some(trouble), outcome.err().unwrap_or_else(swallowed)));
        }
        match (begin, outcome) {
            (Begin::Change, Ok(())) => {}
            // The rules' no is an answer; nothing of it is kept.
            (Begin::Change, Err(_)) => {
                session.roll_back();
                return Ok(());
            }
            (Begin::Alone | Begin::Snapshot, _) => return Ok(()),
        }
        if let Err(error) = session.commit() {
            // INVARIANT: what may have been committed is not done again.
            let again = session.trouble().filter(|trouble| *trouble != Trouble::Lost);
            return Err((again, error));
        }
        if told.due {
            self.kit.wake.notify();
        }
        self.kit.doorbell.tell(told);
        Ok(())
    }
}
