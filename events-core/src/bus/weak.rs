//! A bus that is known, and not kept alive.

use std::{
    fmt,
    sync::{Arc, Weak},
};

use super::{EventBus, Shared};

/// A bus that this does not keep alive: for observers that emit. Made by [`EventBus::downgrade`].
///
/// A bus holds its observers. One that holds its bus in turn keeps both, and all that they hold, until it is unsubscribed; one
/// that was [detached](crate::Subscription::detach) for ever. Through a `WeakEventBus` it can emit as long as somebody
/// else holds the bus, and is dropped with it.
///
/// ```
/// use events_core::{Envelope, Event, EventBus, EventType};
/// # #[derive(serde::Serialize)]
/// # struct Asked;
/// # impl Event for Asked { const TYPE: EventType = EventType::from_static("quick_test.asked"); }
/// # #[derive(serde::Serialize)]
/// # struct Answered;
/// # impl Event for Answered { const TYPE: EventType = EventType::from_static("quick_test.answered"); }
///
/// let bus = EventBus::builder().history(10).build();
/// let own = bus.downgrade();
/// bus.subscribe(move |asked: &Envelope<Asked>| -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
///     if let Some(bus) = own.upgrade() {
///         let answer = Envelope::builder(Answered, asked.entity_id()).causation_id(asked.id()).build()?;
///         bus.emit(answer)?.into_result()?;
///     }
///     Ok(())
/// })
/// .detach();
///
/// bus.emit(Asked.for_entity("test-001")?)?.into_result()?;
/// assert_eq!(bus.history().of::<Answered>().len(), 1);
///
/// let own = bus.downgrade();
/// drop(bus);
/// assert!(own.upgrade().is_none(), "nobody held it any more, the observer included");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct WeakEventBus {
    shared: Weak<Shared>,
}

impl WeakEventBus {
    /// The bus, if anybody still holds it. Whoever keeps what this returns holds it as well: an observer lets go of it when it
    /// has emitted.
    pub fn upgrade(&self) -> Option<EventBus> {
        self.shared.upgrade().map(|shared| EventBus { shared })
    }
}

impl EventBus {
    /// The same bus without keeping it alive, for an observer that emits: see [`WeakEventBus`].
    pub fn downgrade(&self) -> WeakEventBus {
        WeakEventBus { shared: Arc::downgrade(&self.shared) }
    }
}

impl fmt::Debug for WeakEventBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakEventBus").field("alive", &(self.shared.strong_count() > 0)).finish()
    }
}
