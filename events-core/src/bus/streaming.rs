//! Streams as subscriptions: an observer that hands each event to a reader.

use std::sync::{Arc, Weak};

use super::{
    Shared,
    handler::{Handler, Subscriber},
    subscription::SubscriptionBuilder,
};
use crate::{
    AnyEnvelope, Envelope, Event, EventStream, Overflow,
    stream::{Sent, StreamSender, channel},
};

/// What can be read as a stream: events of one type, or with [`AnyEnvelope`] those of any.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be streamed",
    label = "neither an event nor `AnyEnvelope`",
    note = "stream one event type (`bus.stream::<MyEvent>(…)`), or `AnyEnvelope` and a pattern"
)]
pub trait Streamed {
    /// What the stream gives.
    type Item: Send + 'static;

    #[doc(hidden)]
    fn handler(send: impl Fn(Self::Item) + Send + Sync + 'static) -> Handler;
}

#[diagnostic::do_not_recommend]
impl<E: Event> Streamed for E {
    type Item = Envelope<E>;

    fn handler(send: impl Fn(Envelope<E>) + Send + Sync + 'static) -> Handler {
        (move |event: &Envelope<E>| send(event.clone())).into_handler()
    }
}

impl Streamed for AnyEnvelope {
    type Item = Self;

    fn handler(send: impl Fn(Self) + Send + Sync + 'static) -> Handler {
        (move |event: &Self| send(event.clone())).into_handler()
    }
}

impl SubscriptionBuilder<'_> {
    /// Subscribes a stream of at most `capacity` waiting events (at least 1), until the stream is dropped; see
    /// [`EventBus::stream`](crate::EventBus::stream).
    ///
    /// ```
    /// use events_core::{AnyEnvelope, Event, EventBus, EventType, Overflow, pattern};
    /// # #[derive(serde::Serialize)]
    /// # struct Failed { error: String }
    /// # impl Event for Failed { const TYPE: EventType = EventType::from_static("quick_test.failed"); }
    ///
    /// let bus = EventBus::new();
    /// let failures = bus.subscription().pattern(pattern!("*.failed")).stream::<AnyEnvelope>(100, Overflow::DropOldest);
    /// bus.emit(Failed { error: "timeout".into() }.for_entity("test-001")?)?.into_result()?;
    /// assert_eq!(failures.recv().unwrap().entity_id(), "test-001");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stream<T: Streamed>(self, capacity: usize, overflow: Overflow) -> EventStream<T::Item> {
        let (sender, stream) = channel(capacity, overflow);
        let bus = Arc::downgrade(&self.bus.shared);
        let subscription = self.add(T::handler(move |event| hand_over(&bus, &sender, event)));
        stream.ending(subscription)
    }
}

/// What is lost is counted. A closed stream takes no more: its subscription ends when it is dropped.
fn hand_over<T>(bus: &Weak<Shared>, sender: &StreamSender<T>, event: T) {
    if let Ok(Sent::Lost(events)) = sender.send(event)
        && let Some(bus) = bus.upgrade()
    {
        bus.counters.lost(events);
    }
}
