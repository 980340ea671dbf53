//! Streams as subscriptions: an observer that hands each event to a reader.

use std::{
    any::{TypeId, type_name},
    marker::PhantomData,
    sync::{Arc, Weak},
};

use super::{
    Shared,
    handler::{CallAny, Handler, Subscriber},
    subscription::SubscriptionBuilder,
};
use crate::{
    AnyEnvelope, Envelope, Event, EventEnum, EventStream, EventType, ObserverResult, Overflow,
    stream::{Closed, Sent, StreamSender, channel},
};

/// What can be read as a stream: events of one type, those of an event enum, or with [`AnyEnvelope`] those of any type.
///
/// A stream of one type or of any gives envelopes, that of an event enum its values, which `#[derive(EventEnum)]` sees to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be streamed",
    label = "neither an event, nor an event enum, nor `AnyEnvelope`",
    note = "stream one event type (`bus.stream::<MyEvent>(…)`), an event enum, or `AnyEnvelope` and a pattern"
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

/// The observer that hands on the values of an event enum.
#[doc(hidden)]
pub fn handler_of_enum<T: EventEnum>(send: impl Fn(T) + Send + Sync + 'static) -> Handler {
    Handler::any(Sending { send, of: PhantomData })
}

/// Each value is made for the reader, and goes to it without a copy.
struct Sending<F, T> {
    send: F,
    of: PhantomData<fn(T)>,
}

impl<F: Fn(T) + Send + Sync, T: EventEnum> CallAny for Sending<F, T> {
    fn accepts(&self, _: &EventType, payload: TypeId) -> bool {
        T::holds(payload)
    }

    fn call(&self, event: &AnyEnvelope) -> ObserverResult {
        (self.send)(T::try_from(event)?);
        Ok(())
    }

    fn name(&self) -> &'static str {
        type_name::<F>()
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
    pub fn stream<T: Streamed>(mut self, capacity: usize, overflow: Overflow) -> EventStream<T::Item> {
        let (sender, stream) = channel(capacity, overflow);
        let bus = Arc::downgrade(&self.bus.shared);
        self.name_stream(type_name::<T>());
        let subscription = self.add(T::handler(move |event| hand_over(&bus, &sender, event)));
        stream.ending(subscription)
    }
}

/// What is lost is counted: because the stream was full, or because it was closed while the event was under way.
fn hand_over<T>(bus: &Weak<Shared>, sender: &StreamSender<T>, event: T) {
    let lost = match sender.send(event) {
        Ok(Sent::Taken) => return,
        Ok(Sent::Lost(events)) => events,
        Err(Closed) => 1,
    };
    if let Some(bus) = bus.upgrade() {
        bus.counters.lost(lost);
    }
}
