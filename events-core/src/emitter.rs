//! Emitters: the events of one entity, sent to one bus.

use chrono::{DateTime, Utc};

use crate::{EmitError, Emittable, EmittedBy, EntityId, EventBus, Receipt};

/// One entity and the bus its events go to: the field that makes a struct an emitter.
///
/// ```
/// use events_core::{Emitter, EntityEmitter, EventBus};
///
/// struct QuickTestEmitter {
///     emitter: EntityEmitter,
/// }
///
/// impl Emitter for QuickTestEmitter {
///     const ENTITY_TYPE: &'static str = "quick_test";
///
///     fn entity_emitter(&self) -> &EntityEmitter {
///         &self.emitter
///     }
/// }
///
/// let tests = QuickTestEmitter { emitter: EntityEmitter::new(&EventBus::new(), "test-001") };
/// assert_eq!(tests.entity_id(), "test-001");
/// ```
#[derive(Clone, Debug)]
pub struct EntityEmitter {
    bus: EventBus,
    entity_id: EntityId,
}

impl EntityEmitter {
    /// An emitter for one entity. An empty id is reported by every emit ([`EmitError::EntityId`]).
    pub fn new(bus: &EventBus, entity_id: impl Into<EntityId>) -> Self {
        Self { bus: bus.clone(), entity_id: entity_id.into() }
    }

    /// The bus the events go to.
    pub fn bus(&self) -> &EventBus {
        &self.bus
    }

    /// The entity the events are about.
    pub fn entity_id(&self) -> &EntityId {
        &self.entity_id
    }

    /// The present time, by the bus's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.bus.now()
    }

    /// Emits an event of any entity type that happened at the given time.
    #[doc(hidden)]
    pub fn emit_at<T: Emittable>(&self, event: T, time: DateTime<Utc>) -> Result<Receipt, EmitError> {
        self.bus.emit_for(event, self.entity_id.clone(), time)
    }
}

/// Emits the events of one entity. Implemented by `#[derive(Emitter)]`.
///
/// The derive of each event adds a method to its emitter (`emit_started`); [`emit`](Self::emit) takes the payload itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an emitter",
    label = "not an emitter",
    note = "add `#[derive(Emitter)]` and `#[emitter(entity_type = \"…\")]` to `{Self}`, and a field of type `EntityEmitter`"
)]
pub trait Emitter {
    /// The type of the entities whose events it emits.
    const ENTITY_TYPE: &'static str;

    /// The entity and the bus.
    fn entity_emitter(&self) -> &EntityEmitter;

    /// Emits one of this emitter's events, now. No field is filled in: the payload goes out as it is.
    ///
    /// An event of another emitter does not compile.
    ///
    /// # Errors
    ///
    /// [`EmitError`]: the event is invalid, its entity id is empty, or it cannot be encoded. Nobody was told.
    fn emit<T: EmittedBy<Self>>(&self, event: T) -> Result<Receipt, EmitError> {
        let emitter = self.entity_emitter();
        emitter.emit_at(event, emitter.now())
    }

    /// The entity the events are about.
    fn entity_id(&self) -> &EntityId {
        self.entity_emitter().entity_id()
    }
}
