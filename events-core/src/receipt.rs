//! What became of an emitted event.

use alloc::{
    borrow::Cow,
    boxed::Box,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use core::{error::Error, fmt};

use chrono::{DateTime, Utc};

use crate::{
    EnvelopeError, EventId, EventType, IdentityError, InvalidEntityId, ValidationError, error_info::panic_text,
};

/// What became of an emitted event.
///
/// ```
/// # use events_core::{Event, EventBus, EventType, Receipt};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
/// let bus = EventBus::new();
/// let receipt = bus.emit(Started { test_name: "Connection Test".into() }.for_entity("test-001")?)?;
/// assert!(matches!(receipt, Receipt::Delivered { observers: 0, .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a receipt says whether the event was delivered; `into_result` turns failures into an error"]
#[non_exhaustive]
pub enum Receipt {
    /// The event reached every interested observer.
    #[non_exhaustive]
    Delivered {
        /// The event's id.
        id: EventId,
        /// How many observers it reached, failed ones included.
        observers: usize,
        /// What went wrong in some of them.
        failures: Box<[ObserverFailure]>,
    },
    /// The same event was delivered before, inside the bus's window, or is being delivered now: nobody was told again.
    #[non_exhaustive]
    Duplicate {
        /// The event's id.
        id: EventId,
        /// When that first event was emitted: the moment the bus took it, by its monotonic clock, told in UTC.
        first_seen: DateTime<Utc>,
        /// Its delivery has not ended: if an observer fails, the one who emitted it is told, and may emit it again.
        pending: bool,
    },
    /// The event was emitted inside an observer, and is delivered as soon as the present event reached all its observers.
    #[non_exhaustive]
    Queued {
        /// The event's id.
        id: EventId,
    },
    /// The bus is switched off: nobody was told.
    #[non_exhaustive]
    Suppressed {
        /// The event's id.
        id: EventId,
    },
}

impl Receipt {
    /// The event's id.
    pub fn id(&self) -> EventId {
        match self {
            Self::Delivered { id, .. } | Self::Duplicate { id, .. } | Self::Queued { id } | Self::Suppressed { id } => {
                *id
            }
        }
    }

    /// Whether the event reached its observers, with or without failures.
    pub fn is_delivered(&self) -> bool {
        matches!(self, Self::Delivered { .. })
    }

    /// Whether the same event was delivered before.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Duplicate { .. })
    }

    /// Whether the event waits for the present one.
    pub fn is_queued(&self) -> bool {
        matches!(self, Self::Queued { .. })
    }

    /// Whether nobody was told because the bus is switched off.
    pub fn is_suppressed(&self) -> bool {
        matches!(self, Self::Suppressed { .. })
    }

    /// What went wrong in observers.
    pub fn failures(&self) -> &[ObserverFailure] {
        match self {
            Self::Delivered { failures, .. } => failures,
            _ => &[],
        }
    }

    /// The event's id, or an error when an observer failed. A duplicate, pending or not, a queued
    /// and a suppressed event are no failures.
    ///
    /// # Errors
    ///
    /// [`DeliveryError`] with every failure.
    pub fn into_result(self) -> Result<EventId, DeliveryError> {
        match self {
            Self::Delivered { id, failures, .. } if !failures.is_empty() => {
                Err(DeliveryError { id, failures: failures.into_vec() })
            }
            other => Ok(other.id()),
        }
    }
}

/// Some observers failed. The others were told; emitting the same event again tells all that are still subscribed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeliveryError {
    /// The event's id.
    pub id: EventId,
    /// What went wrong, one entry for each observer that failed.
    pub failures: Vec<ObserverFailure>,
}

impl fmt::Display for DeliveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let observers = self.failures.len();
        write!(f, "event {} failed in {observers} observer{}", self.id, if observers == 1 { "" } else { "s" })?;
        for (n, failure) in self.failures.iter().enumerate() {
            write!(f, "{}{failure}", if n == 0 { ": " } else { "; " })?;
        }
        Ok(())
    }
}

impl Error for DeliveryError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.failures.first().map(|failure| failure as _)
    }
}

/// One observer failed on one event.
#[derive(Clone, Debug)]
pub struct ObserverFailure {
    pub(crate) observer: Cow<'static, str>,
    pub(crate) kind: FailureKind,
}

/// How an observer failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum FailureKind {
    /// It returned an error.
    Error(Arc<dyn Error + Send + Sync>),
    /// It panicked, with this message.
    Panic(String),
}

impl ObserverFailure {
    /// The observer: the name its subscription was given, else its id, else that of its Rust type.
    pub fn observer(&self) -> &str {
        &self.observer
    }

    /// How it failed.
    pub fn kind(&self) -> &FailureKind {
        &self.kind
    }

    /// Whether it panicked.
    pub fn is_panic(&self) -> bool {
        matches!(self.kind, FailureKind::Panic(_))
    }
}

impl fmt::Display for ObserverFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            FailureKind::Error(error) => write!(f, "observer `{}` failed: {error}", self.observer),
            FailureKind::Panic(message) => write!(f, "observer `{}` panicked: {message}", self.observer),
        }
    }
}

impl Error for ObserverFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            FailureKind::Error(error) => Some(&**error),
            FailureKind::Panic(_) => None,
        }
    }
}

/// An event was not emitted. Nobody was told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmitError {
    /// The payload breaks a rule of its type.
    #[error("event `{event_type}` is invalid: {source}")]
    #[non_exhaustive]
    Invalid {
        /// The event's type.
        event_type: &'static EventType,
        /// The field, the value and the rule.
        source: ValidationError,
    },
    /// The emitter's entity id is empty.
    #[error("event `{event_type}` has no entity: {source}")]
    #[non_exhaustive]
    EntityId {
        /// The event's type.
        event_type: &'static EventType,
        /// The id and the rule.
        source: InvalidEntityId,
    },
    /// The payload has no canonical form.
    #[error("event `{event_type}` has no content id: {source}")]
    #[non_exhaustive]
    Identity {
        /// The event's type.
        event_type: &'static EventType,
        /// What cannot be encoded.
        source: IdentityError,
    },
    /// Observers keep emitting events about events: the chain is longer than the bus allows.
    #[error("event `{event_type}` is number {depth} in a chain of events emitted by observers; the bus allows {limit}")]
    #[non_exhaustive]
    TooDeep {
        /// The event's type.
        event_type: &'static EventType,
        /// Its place in the chain.
        depth: u32,
        /// The longest chain allowed.
        limit: u32,
    },
    /// Observers emit faster than events are delivered: too many wait.
    #[error("event `{event_type}` was emitted by an observer while {limit} events waited, as many as the bus allows")]
    #[non_exhaustive]
    QueueFull {
        /// The event's type.
        event_type: &'static EventType,
        /// How many may wait.
        limit: usize,
    },
    /// The thread is ending (a thread-local's destructor emitted): the order of its events can no longer be kept.
    #[error("event `{event_type}` was emitted while its thread was ending")]
    #[non_exhaustive]
    ThreadEnding {
        /// The event's type.
        event_type: &'static EventType,
    },
    /// The bus was shut down.
    #[error("event `{event_type}` was emitted after the bus was shut down")]
    #[non_exhaustive]
    ShutDown {
        /// The event's type.
        event_type: &'static EventType,
    },
    /// The envelope could not be made for another reason.
    #[error(transparent)]
    Envelope(EnvelopeError),
}

impl EmitError {
    /// The type of the event that was not emitted.
    pub fn event_type(&self) -> &'static EventType {
        match self {
            Self::Invalid { event_type, .. }
            | Self::EntityId { event_type, .. }
            | Self::Identity { event_type, .. }
            | Self::TooDeep { event_type, .. }
            | Self::QueueFull { event_type, .. }
            | Self::ThreadEnding { event_type }
            | Self::ShutDown { event_type } => event_type,
            Self::Envelope(error) => error.event_type(),
        }
    }
}

impl From<EnvelopeError> for EmitError {
    fn from(error: EnvelopeError) -> Self {
        match error {
            EnvelopeError::Invalid { event_type, source } => Self::Invalid { event_type, source },
            EnvelopeError::EntityId { event_type, source } => Self::EntityId { event_type, source },
            EnvelopeError::Identity { event_type, source } => Self::Identity { event_type, source },
            other => Self::Envelope(other),
        }
    }
}

/// The message of a panic, as the standard hook would print it. Dropping the payload may itself panic: that is contained.
#[cfg(feature = "std")]
pub(crate) fn panic_message(payload: Box<dyn core::any::Any + Send>) -> String {
    let message = panic_text(&*payload).to_string();
    drop_contained(payload);
    message
}

/// Drops a user's value; a panic in its drop is contained, and the value of that panic leaked.
#[cfg(feature = "std")]
#[inline]
pub(crate) fn drop_contained<T>(value: T) {
    if core::mem::needs_drop::<T>()
        && let Err(panic) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(value)))
    {
        core::mem::forget(panic);
    }
}
