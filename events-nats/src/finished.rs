//! Messages that are handled: their acknowledgements go out together, where there are many.

use std::{collections::VecDeque, time::Duration};

use async_nats::{Client, Subject, jetstream::Message};
use futures_util::FutureExt as _;
use tokio::time::timeout;

/// So many acknowledgements are held back at most: each that is sent alone wakes the connection's task, and is a write of its own.
const MOST: usize = 16;
/// So long the connection has to write the last of them. If it is lost, what it does not take comes again.
const WRITTEN_IN: Duration = Duration::from_secs(1);

/// Acknowledgements that are not sent yet.
pub(crate) struct Finished {
    client: Client,
    subjects: VecDeque<Subject>,
}

impl Finished {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, subjects: VecDeque::with_capacity(MOST) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.subjects.is_empty()
    }

    /// Takes one in, and sends them if there are many.
    pub(crate) async fn push(&mut self, message: &Message) {
        self.subjects.extend(message.reply.clone());
        if self.subjects.len() >= MOST {
            self.flush().await;
        }
    }

    /// Sends them. What is lost on the way comes again, and is known. Can be cancelled.
    pub(crate) async fn flush(&mut self) {
        while let Some(subject) = self.subjects.front() {
            let _ = self.client.publish(subject.clone(), Vec::new().into()).await;
            self.subjects.pop_front();
        }
    }

    /// The same, and waits for the connection to write them: the process may end next. Can be cancelled.
    pub(crate) async fn write_out(&mut self) {
        let written = async {
            self.flush().await;
            self.client.flush().await
        };
        let _ = timeout(WRITTEN_IN, written).await;
    }
}

/// What a subscriber has in hand that is dropped goes out, if the connection takes it at once.
impl Drop for Finished {
    fn drop(&mut self) {
        let _ = self.flush().now_or_never();
    }
}
