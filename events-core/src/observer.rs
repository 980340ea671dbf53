//! Who is told: the [`Observer`] trait, and what observers answer.

use std::{error::Error, sync::Arc};

use crate::{AnyEnvelope, EventType};

/// What an observer says of an event it was told: an error is counted, put into the receipt and stops nobody else.
pub type ObserverResult = Result<(), ObserverError>;

/// Any error of an observer; `?` turns every error type into it.
pub type ObserverError = Box<dyn Error + Send + Sync>;

/// Something that is told of events.
///
/// A closure is enough for most uses ([`EventBus::subscribe`](crate::EventBus::subscribe)); the trait is for observers
/// with state of their own. They are called from whichever threads emit, possibly from several at once.
///
/// ```
/// use events_core::{AnyEnvelope, Event, EventBus, EventType, Observer, ObserverResult};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
///
/// struct Tutorial;
///
/// impl Observer for Tutorial {
///     fn is_interested(&self, event_type: &EventType) -> bool {
///         event_type.entity_type() == "quick_test"
///     }
///
///     fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
///         println!("Observed: {} for {}", event.event_type(), event.entity_id());
///         Ok(())
///     }
/// }
///
/// let bus = EventBus::new();
/// let _tutorial = bus.observe(Tutorial);
/// let receipt = bus.emit(Started { test_name: "Connection Test".into() }.for_entity("test-001")?)?;
/// assert!(receipt.is_delivered());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an observer",
    label = "not an observer",
    note = "implement `events_core::Observer` for it, or pass a closure to `EventBus::subscribe`"
)]
pub trait Observer: Send + Sync + 'static {
    /// Whether events of this type are wanted. Asked for each Rust type of payload when its first event comes, and remembered; two
    /// threads may ask at once, and an observer that panicked is asked again.
    fn is_interested(&self, event_type: &EventType) -> bool {
        let _ = event_type;
        true
    }

    /// Is told of one event.
    ///
    /// # Errors
    ///
    /// Whatever the observer wants reported: it is put into the receipt.
    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult;

    /// Whether it is told the events of a batch together, by [`on_batch`](Self::on_batch). Asked once, when it is subscribed.
    fn takes_batches(&self) -> bool {
        false
    }

    /// Is told those events of a batch ([`EventBus::emit_batch`](crate::EventBus::emit_batch)) that are for it, in their order, if
    /// it [takes batches](Self::takes_batches); after all observers that do not. What it emits is caused by the last of them. Events
    /// that were emitted by themselves come by [`on_event`](Self::on_event).
    ///
    /// # Errors
    ///
    /// Whatever the observer wants reported: it is put into the receipt of each of these events.
    fn on_batch(&self, events: &[AnyEnvelope]) -> ObserverResult {
        events.iter().try_for_each(|event| self.on_event(event))
    }
}

impl<O: Observer + ?Sized> Observer for Arc<O> {
    fn is_interested(&self, event_type: &EventType) -> bool {
        (**self).is_interested(event_type)
    }

    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        (**self).on_event(event)
    }

    fn takes_batches(&self) -> bool {
        (**self).takes_batches()
    }

    fn on_batch(&self, events: &[AnyEnvelope]) -> ObserverResult {
        (**self).on_batch(events)
    }
}

impl<O: Observer + ?Sized> Observer for Box<O> {
    fn is_interested(&self, event_type: &EventType) -> bool {
        (**self).is_interested(event_type)
    }

    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        (**self).on_event(event)
    }

    fn takes_batches(&self) -> bool {
        (**self).takes_batches()
    }

    fn on_batch(&self, events: &[AnyEnvelope]) -> ObserverResult {
        (**self).on_batch(events)
    }
}

/// What a closure may return: nothing, or a `Result` with any error. One that never returns (`panic!`, `todo!`) is a closure, too.
/// There are no other implementations.
#[diagnostic::on_unimplemented(
    message = "an observer cannot return `{Self}`",
    label = "expected `()` or `Result<(), E>`",
    note = "end the closure with `;`, or return a `Result<(), E>` whose error converts into a boxed error"
)]
pub trait Outcome: sealed::Sealed {
    /// The same as a [`ObserverResult`].
    ///
    /// # Errors
    ///
    /// The error that the closure returned.
    fn into_result(self) -> ObserverResult;
}

impl Outcome for () {
    fn into_result(self) -> ObserverResult {
        Ok(())
    }
}

impl<E: Into<ObserverError>> Outcome for Result<(), E> {
    fn into_result(self) -> ObserverResult {
        self.map_err(Into::into)
    }
}

/// From the edition 2024 on, a closure whose body is only `panic!(…)` or `todo!()` returns `!`.
impl Outcome for Never {
    fn into_result(self) -> ObserverResult {
        self
    }
}

/// The type `!`, which stable Rust lets nobody write but as what a function returns.
type Never = <fn() -> ! as sealed::Returning>::Output;

mod sealed {
    pub trait Sealed {}

    impl Sealed for () {}

    impl<E: Into<super::ObserverError>> Sealed for Result<(), E> {}

    impl Sealed for super::Never {}

    pub trait Returning {
        type Output;
    }

    impl<T> Returning for fn() -> T {
        type Output = T;
    }
}
