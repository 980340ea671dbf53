//! A log of events, relayed in its order.

use std::collections::VecDeque;

use events_core::wire::RawEnvelope;

use crate::{
    error::PublishError,
    publisher::NatsPublisher,
    receipt::{PendingReceipt, PublishReceipt},
};

/// How far a relay came.
#[derive(Debug)]
#[must_use = "the position is where the relay goes on, and the error why it stopped"]
#[non_exhaustive]
pub struct Relayed<P> {
    /// The last record of which it is known that it and all before it are stored; `None` if not even the first is.
    pub position: Option<P>,
    /// How many records these are.
    pub stored: u64,
    /// How many of them the stream had already.
    pub duplicates: u64,
    /// Why it did not come further; `None` at the end of the records.
    pub error: Option<PublishError>,
}

impl NatsPublisher {
    /// Publishes the records of a log, pipelined, and says up to which of them all are stored: the relay of an outbox.
    ///
    /// What is committed to the log is published, whoever dies when, if the position is kept where the log is, and the relay begins
    /// behind it. What was stored and not yet noted is published again, and known by its id: the duplicate window of the stream must be
    /// longer than the relay may be away. In the stream are the records in the order of the log as long as no acknowledgement fails to
    /// come; with a [window](crate::NatsPublisherBuilder::window) of 1 always.
    ///
    /// ```no_run
    /// use events_core::wire::RawEnvelope;
    /// use events_nats::{NatsPublisher, PublishError};
    ///
    /// # trait Log {
    /// #     fn committed(&self) -> u64;
    /// #     fn after(&self, position: u64, count: usize) -> Vec<(u64, RawEnvelope)>;
    /// #     fn commit(&self, position: u64);
    /// # }
    /// /// With a consumer of `events-sqlite`, for instance: `try_recv` until there is none, then `commit`.
    /// async fn relay(log: &impl Log, publisher: &NatsPublisher) -> Result<(), PublishError> {
    ///     loop {
    ///         let relayed = publisher.relay(log.after(log.committed(), 1000)).await;
    ///         if let Some(position) = relayed.position {
    ///             log.commit(position); // also before an error: all up to here are stored
    ///         }
    ///         if relayed.into_result()?.is_none() {
    ///             return Ok(()); // nothing is left
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// # Panics
    ///
    /// As [`publish`](Self::publish).
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it sends no more: go on behind the position that was kept.
    pub async fn relay<P>(&self, records: impl IntoIterator<Item = (P, RawEnvelope)>) -> Relayed<P> {
        let mut relayed = Relayed { position: None, stored: 0, duplicates: 0, error: None };
        let window = usize::from(self.window());
        let mut sent: VecDeque<(P, PendingReceipt)> = VecDeque::with_capacity(window);
        for (position, event) in records {
            // No more is sent than may have to be sent again.
            if sent.len() == window
                && let Some((position, pending)) = sent.pop_front()
                && !relayed.ended(position, pending.await)
            {
                return relayed;
            }
            match self.publish_raw(&event).await {
                Ok(pending) => sent.push_back((position, pending)),
                Err(error) => {
                    relayed.error = Some(error);
                    break;
                }
            }
        }
        for (position, pending) in sent {
            // An earlier failure counts more than the one that stopped the sending.
            if !relayed.ended(position, pending.await) {
                break;
            }
        }
        relayed
    }
}

impl<P> Relayed<P> {
    /// The position, if all records are stored; `None` if there were none.
    ///
    /// # Errors
    ///
    /// What [`error`](Self::error) says. The position goes with it: keep that first.
    pub fn into_result(self) -> Result<Option<P>, PublishError> {
        self.error.map_or(Ok(self.position), Err)
    }

    /// Says whether it goes on.
    fn ended(&mut self, position: P, result: Result<PublishReceipt, PublishError>) -> bool {
        match result {
            Ok(receipt) => {
                self.position = Some(position);
                self.stored += 1;
                self.duplicates += u64::from(receipt.is_duplicate());
                true
            }
            Err(error) => {
                self.error = Some(error);
                false
            }
        }
    }
}
