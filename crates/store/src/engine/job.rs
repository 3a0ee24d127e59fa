//! Work on its way to a thread of an engine, and its answer on the way back.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tokio::sync::oneshot;

use super::Tx;
use crate::error::{Error, Result};

/// Work that somebody waits for.
pub(super) trait Job: Send {
    /// Whether somebody still waits for it.
    fn awaited(&self) -> bool;
    /// Does the work, and keeps its outcome; answers whether the work is to be kept. May be called
    /// again, after what it did was undone.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<()>;
    /// Answers whoever waits: with the outcome, or with what befell its transaction.
    fn answer(self: Box<Self>, fate: Result<()>);
}

struct Pending<F, T> {
    work: F,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

/// Work, and where its answer will come.
pub(super) fn job<T, F>(work: F) -> (Box<dyn Job>, oneshot::Receiver<Result<T>>)
where
    T: Send + 'static,
    F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    (Box::new(Pending { work, outcome: None, reply }), answer)
}

impl<F, T> Job for Pending<F, T>
where
    T: Send,
    F: Fn(&mut Tx<'_>) -> Result<T> + Send,
{
    fn awaited(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let outcome =
            catch_unwind(AssertUnwindSafe(|| (self.work)(tx))).unwrap_or_else(|panic| Err(panicked(&*panic)));
        match self.outcome.insert(outcome) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.clone()),
        }
    }

    fn answer(self: Box<Self>, fate: Result<()>) {
        let outcome = match (fate, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(Error::Closed),
            (Err(error), _) => Err(error),
        };
        // Whoever asked may have gone; the work stands all the same.
        let _ = self.reply.send(outcome);
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Error {
    let words = panic
        .downcast_ref::<&str>()
        .map(|words| (*words).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned());
    tracing::error!(panic = words, "a change panicked and was undone");
    Error::Engine { doing: "run a change", source: Arc::new(std::io::Error::other(words)) }
}
