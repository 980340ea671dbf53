//! A machine as an observer: its entity's events drive it.

use std::sync::{Mutex, PoisonError};

use super::{StateMachine, StateManager};
use crate::{AnyEnvelope, Observer, ObserverResult};

/// Follows each event it is told. A refused transition is a failure in the receipt.
///
/// It is one machine, so it observes one entity:
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use events_core::{EventBus, StateManager};
/// # use events_core::{Edge, Event, EventType, StateMachine};
/// # #[derive(serde::Serialize)]
/// # struct Started;
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
/// # #[derive(Clone, Copy, Debug, PartialEq, Eq)]
/// # enum Test { Created, Running }
/// # impl StateMachine for Test {
/// #     type Context = ();
/// #     const INITIAL: Self = Self::Created;
/// #     const STATES: &'static [Self] = &[Self::Created, Self::Running];
/// #     const EDGES: &'static [Edge<Self>] = &[Edge::on(Self::Created, Started::TYPE, Self::Running)];
/// #     fn name(self) -> &'static str { match self { Self::Created => "created", Self::Running => "running" } }
/// # }
/// # impl std::fmt::Display for Test { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.name()) } }
///
/// let bus = EventBus::new();
/// let machine = Arc::new(Mutex::new(StateManager::<Test>::new()));
/// let _driven = bus.subscription().entity("test-001").observe(Arc::clone(&machine));
/// bus.emit(Started.for_entity("test-001")?)?.into_result()?;
/// assert_eq!(machine.lock().unwrap().state(), &Test::Running);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl<S: StateMachine> Observer for Mutex<StateManager<S, S::Context>> {
    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        let transition = self.lock().unwrap_or_else(PoisonError::into_inner).apply(event);
        Ok(transition.map(drop)?)
    }
}
