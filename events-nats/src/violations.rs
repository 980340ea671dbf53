//! What a server says that a connection may not do.

use std::{fmt, sync::Arc};

use async_nats::{Event, ServerError};
use tokio::sync::broadcast;

/// So many are kept for a publisher that has not heard them yet. One that is missed is said again when the event is sent again.
const KEPT: usize = 256;

/// Hears from a server what its connection has no permission for, so that a publisher can say so
/// ([when](crate::NatsPublisherBuilder::violations)).
///
/// A server does not answer a message that may not be published: it tells the connection, and async-nats the event callback of that. Without
/// this value a publisher sees only that nothing is acknowledged, and fails with [`PublishError::Unconfirmed`] when it has been patient;
/// with it, with [`PublishError::Forbidden`](crate::PublishError::Forbidden).
///
/// ```no_run
/// use events_nats::{NatsPublisher, Violations, async_nats::ConnectOptions};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let violations = Violations::new();
/// let hearing = violations.clone();
/// let client = ConnectOptions::with_nkey("SU…".into())
///     .event_callback(move |event| {
///         hearing.hear(&event);
///         async move { eprintln!("{event}") }
///     })
///     .connect("nats-1")
///     .await?;
/// let publisher = NatsPublisher::builder(client).violations(&violations).build();
/// # Ok(())
/// # }
/// ```
///
/// [`PublishError::Unconfirmed`]: crate::PublishError::Unconfirmed
#[derive(Clone)]
#[must_use = "pass it to the event callback of a connection, and to its publishers"]
pub struct Violations {
    said: broadcast::Sender<Violation>,
}

/// One of them.
#[derive(Clone)]
pub(crate) struct Violation {
    /// What the server said.
    pub(crate) text: Arc<str>,
}

impl Violations {
    /// For one connection.
    pub fn new() -> Self {
        Self { said: broadcast::Sender::new(KEPT) }
    }

    /// To be told of every event of the connection; all but a violation of permissions are passed over.
    pub fn hear(&self, event: &Event) {
        if let Event::ServerError(ServerError::Other(text)) = event
            && text.get(..BEGINNING.len()).is_some_and(|start| start.eq_ignore_ascii_case(BEGINNING))
        {
            // Perhaps nobody publishes.
            let _ = self.said.send(Violation { text: text.as_str().into() });
        }
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Violation> {
        self.said.subscribe()
    }
}

const BEGINNING: &str = "permissions violation";

impl Violation {
    /// What may not be published to, or subscribed to.
    pub(crate) fn subject(&self) -> &str {
        self.text.split('"').nth(1).unwrap_or_default()
    }
}

impl Default for Violations {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Violations").field("listening", &self.said.receiver_count()).finish()
    }
}
