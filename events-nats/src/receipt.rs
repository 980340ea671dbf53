//! What becomes of a published event.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use async_nats::jetstream::publish::PublishAck;
use tokio::sync::oneshot;

use crate::error::PublishError;

/// An event was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishReceipt {
    id: Box<str>,
    stream: Box<str>,
    sequence: u64,
    is_duplicate: bool,
    attempts: u32,
}

impl PublishReceipt {
    pub(crate) fn new(id: Box<str>, ack: PublishAck, attempts: u32) -> Self {
        Self { id, stream: ack.stream.into(), sequence: ack.sequence, is_duplicate: ack.duplicate, attempts }
    }

    /// The event's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The stream that has it.
    pub fn stream(&self) -> &str {
        &self.stream
    }

    /// Its number in the stream, from 1; of a duplicate, that of the first one.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Whether the stream had an event of this id already: inside its duplicate window it keeps one.
    ///
    /// After several [`attempts`](Self::attempts) that may have been the first of them.
    pub fn is_duplicate(&self) -> bool {
        self.is_duplicate
    }

    /// How often it was sent.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

/// An event that was sent, and is not yet acknowledged: a future of its receipt.
///
/// # Cancel safety
///
/// Dropped, it changes nothing but that nobody is told. By reference it can be awaited again and again, until it has answered.
#[derive(Debug)]
#[must_use = "an event that was sent may yet be refused or lost: await it"]
pub struct PendingReceipt {
    id: Box<str>,
    receipt: oneshot::Receiver<Result<PublishReceipt, PublishError>>,
}

impl PendingReceipt {
    pub(crate) fn new(id: Box<str>, receipt: oneshot::Receiver<Result<PublishReceipt, PublishError>>) -> Self {
        Self { id, receipt }
    }

    /// The event's id.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl Future for PendingReceipt {
    type Output = Result<PublishReceipt, PublishError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(Pin::new(&mut self.receipt).poll(context));
        Poll::Ready(answer.unwrap_or_else(|_| Err(PublishError::Closed { id: self.id.clone() })))
    }
}
