//! Life cycles: emitters that carry their entity's state in their type, so that the compiler refuses an event out of order.

use alloc::boxed::Box;
use core::{
    error::Error,
    fmt::{self, Debug, Display},
    marker::PhantomData,
};

use super::StateMachine;
use crate::{EmitError, EmittedBy, Emitter, Receipt};

/// A state as a type. Implemented by `#[state_machine(lifecycle(…))]` for the types in the module of the life cycle.
///
/// A function that takes a life cycle in any state asks for it:
///
#[cfg_attr(feature = "derive", doc = "```")]
#[cfg_attr(not(feature = "derive"), doc = "```ignore")]
/// use events_core::{Emitter, EntityEmitter, Event, EventBus, LifeState, StateMachine};
/// # use serde::Serialize;
/// # #[derive(Event, Serialize)]
/// # #[event_type("door.opened")]
/// # #[event(emitter = DoorEmitter, lifecycle = DoorLife)]
/// # struct DoorOpened;
/// # #[derive(Emitter)]
/// # #[emitter(entity_type = "door")]
/// # struct DoorEmitter {
/// #     emitter: EntityEmitter,
/// # }
///
/// #[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
/// #[state_machine(lifecycle(DoorLife, emitter = DoorEmitter))]
/// enum Door {
///     #[state(initial, on(DoorOpened => Open))]
///     Shut,
///     #[state(to = Shut)]
///     Open,
/// }
///
/// fn describe<S: LifeState>(door: &DoorLife<S>) -> String {
///     format!("{} is {}", door.emitter().entity_id(), door.state())
/// }
///
/// let door = DoorLife::new(&EventBus::new(), "front");
/// assert_eq!(describe(&door), "front is shut");
/// assert_eq!(describe(&door.emit_opened()?), "front is open");
/// # Ok::<(), events_core::EmitError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a state of a life cycle",
    label = "not a state of a life cycle",
    note = "the states of a life cycle are the types in its module: `quick_test_life::Running` for `QuickTestLife`"
)]
pub trait LifeState {
    /// The machine whose state it is.
    type Machine: StateMachine;

    /// What emits the events that drive the machine.
    type Emitter: Emitter;

    /// The state as a value.
    const STATE: Self::Machine;
}

/// Marks an event as one that can be emitted in a state, and says which state follows.
///
/// Implemented by `#[state_machine(lifecycle(…))]` for every `#[state(on(Event => State))]`. In a state without it the event's
/// method, and `emit`, do not compile, and the compiler names the states that have it:
///
#[cfg_attr(feature = "derive", doc = "```compile_fail,E0277")]
#[cfg_attr(not(feature = "derive"), doc = "```ignore")]
/// # use events_core::{Emitter, EntityEmitter, Event, EventBus, StateMachine};
/// # use serde::Serialize;
/// # #[derive(Event, Serialize)]
/// # #[event_type("door.opened")]
/// # #[event(emitter = DoorEmitter, lifecycle = DoorLife)]
/// # struct DoorOpened;
/// # #[derive(Emitter)]
/// # #[emitter(entity_type = "door")]
/// # struct DoorEmitter {
/// #     emitter: EntityEmitter,
/// # }
/// #[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
/// #[state_machine(lifecycle(DoorLife, emitter = DoorEmitter))]
/// enum Door {
///     #[state(initial, on(DoorOpened => Open))]
///     Shut,
///     #[state(to = Shut)]
///     Open,
/// }
///
/// let door = DoorLife::new(&EventBus::new(), "front").emit_opened()?;
/// door.emit_opened()?; // error: `DoorOpened` cannot be emitted in the state `Open`
/// # Ok::<(), events_core::EmitError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be emitted in the state `{State}`",
    label = "not in the state `{State}`",
    note = "a state says what can be emitted in it: `#[state(on({Self} => …))]`",
    note = "an event that belongs to no state is emitted through `emitter()`"
)]
pub trait EmittedIn<State: LifeState>: EmittedBy<State::Emitter> {
    /// The state that follows.
    type Next: LifeState<Machine = State::Machine, Emitter = State::Emitter>;
}

/// Marks a state as one to which the program itself can go from another. Implemented by `#[state_machine(lifecycle(…))]` for
/// every `#[state(to = State)]`.
#[diagnostic::on_unimplemented(
    message = "no direct transition leads from the state `{State}` to `{Self}`",
    label = "does not follow on `{State}` directly",
    note = "a direct transition is `#[state(to = …)]`; one that an event drives is made by emitting the event"
)]
pub trait Follows<State: LifeState>: LifeState<Machine = State::Machine, Emitter = State::Emitter> {}

/// An event was not emitted, and nobody was told: the life cycle is in the state it was in, and in here.
///
/// `?` turns it into an [`EmitError`] where the life cycle is no longer wanted.
///
#[cfg_attr(feature = "derive", doc = "```")]
#[cfg_attr(not(feature = "derive"), doc = "```ignore")]
/// # use events_core::{Emitter, EntityEmitter, Event, EventBus, StateMachine, ValidationError};
/// # use serde::Serialize;
/// # #[derive(Emitter)]
/// # #[emitter(entity_type = "door")]
/// # struct DoorEmitter {
/// #     emitter: EntityEmitter,
/// # }
/// # #[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
/// # #[state_machine(lifecycle(DoorLife, emitter = DoorEmitter))]
/// # enum Door {
/// #     #[state(initial, on(DoorOpened => Open))]
/// #     Shut,
/// #     #[state(to = Shut)]
/// #     Open,
/// # }
/// #[derive(Event, Serialize)]
/// #[event_type("door.opened")]
/// #[event(emitter = DoorEmitter, lifecycle = DoorLife, validate = Self::check)]
/// struct DoorOpened {
///     by: String,
/// }
/// # impl DoorOpened {
/// #     fn check(&self) -> Result<(), ValidationError> {
/// #         if self.by.is_empty() { Err(ValidationError::new("must not be empty").field("by")) } else { Ok(()) }
/// #     }
/// # }
///
/// let door = DoorLife::new(&EventBus::new(), "front");
/// let (door, error) = door.emit_opened("").unwrap_err().into_parts();
/// assert_eq!(error.to_string(), "event `door.opened` is invalid: `by`: must not be empty");
/// let door = door.emit_opened("Ada")?;
/// # assert_eq!(door.state(), Door::Open);
/// # Ok::<(), events_core::EmitError>(())
/// ```
// In a box, for otherwise every result of an emit would have the size of the emitter twice.
pub struct NotEmitted<L>(Box<(L, EmitError)>);

impl<L> NotEmitted<L> {
    /// Why nobody was told.
    pub fn error(&self) -> &EmitError {
        &self.0.1
    }

    /// The life cycle, in the state it was in.
    pub fn into_inner(self) -> L {
        self.0.0
    }

    /// The life cycle, in the state it was in, and why nobody was told.
    pub fn into_parts(self) -> (L, EmitError) {
        *self.0
    }
}

impl<L> From<NotEmitted<L>> for EmitError {
    fn from(error: NotEmitted<L>) -> Self {
        error.0.1
    }
}

// Emitters need not be `Debug`, and what is wrong is not in them.
impl<L> Debug for NotEmitted<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NotEmitted").field(self.error()).finish()
    }
}

impl<L> Display for NotEmitted<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self.error(), f)
    }
}

/// It is the [`EmitError`], not another one with that as its source.
impl<L> Error for NotEmitted<L> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error().source()
    }
}

/// What a generated life cycle is around.
#[doc(hidden)]
pub struct Lifecycle<S: LifeState> {
    emitter: S::Emitter,
    receipt: Option<Receipt>,
    state: PhantomData<S>,
}

#[expect(clippy::missing_errors_doc, reason = "the errors are described where the methods are generated")]
impl<S: LifeState> Lifecycle<S> {
    /// In this state: the caller has made sure that it is the initial one.
    pub const fn new(emitter: S::Emitter) -> Self {
        Self { emitter, receipt: None, state: PhantomData }
    }

    pub const fn emitter(&self) -> &S::Emitter {
        &self.emitter
    }

    pub fn into_emitter(self) -> S::Emitter {
        self.emitter
    }

    pub const fn receipt(&self) -> Option<&Receipt> {
        self.receipt.as_ref()
    }

    /// Emits the event, the way `emit` does it. `next` and `same` make the generated type of what follows and of what was.
    pub fn emit<E: EmittedIn<S>, N, L>(
        self,
        emit: impl FnOnce(&S::Emitter) -> Result<Receipt, EmitError>,
        next: impl FnOnce(Lifecycle<E::Next>) -> N,
        same: impl FnOnce(Self) -> L,
    ) -> Result<N, NotEmitted<L>> {
        match emit(&self.emitter) {
            Ok(receipt) => Ok(next(Lifecycle { emitter: self.emitter, receipt: Some(receipt), state: PhantomData })),
            Err(error) => Err(NotEmitted(Box::new((same(self), error)))),
        }
    }

    pub fn transition_to<To: Follows<S>>(self) -> Lifecycle<To> {
        Lifecycle { emitter: self.emitter, receipt: self.receipt, state: PhantomData }
    }

    /// Shows the state, the entity and the receipt, and not the emitter, which need not be `Debug`.
    pub fn fmt_as(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("state", &S::STATE)
            .field("entity_id", self.emitter.entity_id())
            .field("receipt", &self.receipt)
            .finish_non_exhaustive()
    }
}

impl<S: LifeState> Debug for Lifecycle<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_as("Lifecycle", f)
    }
}
