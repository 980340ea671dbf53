//! What is given up is kept, with the reason.

use std::error::Error;

use async_nats::{
    HeaderMap,
    header::NATS_MESSAGE_ID,
    jetstream::{self, context::PublishErrorKind, message::PublishMessage},
};

use crate::{
    binding::escape,
    delivered::Place,
    subject::SubjectPrefix,
    trouble::{Reason, SubscribeError},
};

/// Where events go that cannot be handled: to the subject `<prefix>.<their own>`, of a stream of its own.
///
/// The message is as it was, with headers more: `Events-Dead-Reason` (a word: [`Reason::as_str`]), `Events-Dead-Error` (percent-encoded, the
/// first thousand characters), `Events-Dead-Stream`, `Events-Dead-Sequence`, `Events-Dead-Consumer`, `Events-Dead-Deliveries`. It replaces
/// nothing: in its stream the event stays what it is.
///
/// ```
/// use events_nats::{DeadLetters, StreamSettings, SubjectPrefix};
///
/// let prefix = SubjectPrefix::new("dead")?;
/// let stream = StreamSettings::new("DEAD_LETTERS").prefix(prefix.clone()); // to be ensured before
/// let dead_letters = DeadLetters::to(prefix).after(5);
/// # let _ = (stream, dead_letters);
/// # Ok::<(), events_nats::InvalidPrefix>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "pass it to the builder of a subscriber"]
pub struct DeadLetters {
    prefix: SubjectPrefix,
    after: u32,
}

impl DeadLetters {
    /// To these subjects, after 5 deliveries.
    pub fn to(prefix: SubjectPrefix) -> Self {
        Self { prefix, after: 5 }
    }

    /// After so many deliveries that ended in a failure, from 1. What cannot be read is given up at once.
    pub fn after(mut self, deliveries: u32) -> Self {
        self.after = deliveries.max(1);
        self
    }

    /// Whether this was the last delivery.
    pub(crate) fn is_last(&self, deliveries: u32) -> bool {
        deliveries >= self.after
    }

    /// Whether there were too many deliveries already.
    pub(crate) fn is_over(&self, deliveries: u32) -> bool {
        deliveries > self.after
    }

    /// Sees that a stream takes them.
    pub(crate) async fn check(&self, jetstream: &jetstream::Context) -> Result<(), SubscribeError> {
        let subject = self.prefix.all();
        match jetstream.stream_by_subject(subject.as_str()).await {
            Ok(_) => Ok(()),
            Err(source) => Err(SubscribeError::NoDeadLetters { subject, source: source.into() }),
        }
    }

    /// Stores one; only then the message may be ended.
    pub(crate) async fn bury(
        &self,
        message: &jetstream::Message,
        place: Place,
        (stream, consumer): (&str, &str),
        reason: &Reason,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let mut headers = HeaderMap::new();
        for (name, values) in message.headers.iter().flat_map(HeaderMap::iter) {
            // Those are to the server, of another stream.
            if !name.to_string().to_ascii_lowercase().starts_with("nats-") {
                for value in values {
                    headers.append(name.clone(), value.clone());
                }
            }
        }
        let Place { sequence, deliveries, .. } = place;
        let error: String = reason.to_string().chars().take(1000).collect();
        headers.insert(NATS_MESSAGE_ID, format!("{stream}/{consumer}/{sequence}"));
        headers.insert("Events-Dead-Reason", reason.as_str());
        headers.insert("Events-Dead-Error", escape(&error));
        headers.insert("Events-Dead-Stream", stream);
        headers.insert("Events-Dead-Sequence", sequence.to_string());
        headers.insert("Events-Dead-Consumer", consumer);
        headers.insert("Events-Dead-Deliveries", deliveries.to_string());
        let subject = format!("{}.{}", self.prefix, message.subject);
        let letter = PublishMessage::build().headers(headers.clone()).payload(message.payload.clone());
        let sent = match message.context.send_publish(subject.clone(), letter).await {
            // The headers made it too large: the number of the message says where the body is.
            Err(error) if error.kind() == PublishErrorKind::MaxPayloadExceeded => {
                message.context.send_publish(subject, PublishMessage::build().headers(headers)).await
            }
            sent => sent,
        };
        sent?.await?;
        Ok(())
    }
}
