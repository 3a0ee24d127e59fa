//! Statements that are on their way at once: each is sent before the answer to the first is awaited.
//! The server does them in the order in which they were sent.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

/// Sends what a future has to send, by its first poll.
async fn sent<F: Future>(mut work: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|cx| {
        Poll::Ready(match work.as_mut().poll(cx) {
            Poll::Ready(done) => Some(done),
            Poll::Pending => None,
        })
    })
    .await
}

/// Sends what each of several has to send, one after the other; with those that are done by that.
async fn sent_all<F: Future>(works: impl Iterator<Item = F>) -> Vec<(Pin<Box<F>>, Option<F::Output>)> {
    let mut under_way = Vec::new();
    for work in works {
        let mut work = Box::pin(work);
        let done = sent(work.as_mut()).await;
        under_way.push((work, done));
    }
    under_way
}

/// The outcomes of all, or the first failure.
pub(super) async fn all<T, E>(
    works: impl Iterator<Item = impl Future<Output = Result<T, E>>>,
) -> Result<Vec<T>, E> {
    let under_way = sent_all(works).await;
    let mut all = Vec::with_capacity(under_way.len());
    for (work, done) in under_way {
        all.push(match done {
            Some(done) => done?,
            None => work.await?,
        });
    }
    Ok(all)
}

/// The outcome of the last, if none before it failed.
pub(super) async fn behind<T, E>(
    before: impl Iterator<Item = impl Future<Output = Result<(), E>>>,
    last: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let mut last = pin!(last);
    let under_way = sent_all(before).await;
    let done = sent(last.as_mut()).await;
    for (work, done) in under_way {
        match done {
            Some(done) => done?,
            None => work.await?,
        }
    }
    match done {
        Some(done) => done,
        None => last.await,
    }
}
