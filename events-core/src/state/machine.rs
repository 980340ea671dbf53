//! The trait that `#[derive(StateMachine)]` implements.

use alloc::{string::String, vec::Vec};
use core::{
    any::Any,
    fmt::{Debug, Display},
};

use super::{
    Conformance, Edge, InvalidTransition, Transition, conformance, definition::Definition, diagram::Diagram, edge,
};
use crate::IntoEnvelope;

/// A closed set of states with the transitions between them, as data.
///
/// Implemented by `#[derive(StateMachine)]`, which checks the table while compiling: unknown states, duplicate transitions,
/// no or two initial states, unreachable states and unmarked dead ends do not compile.
///
/// A state is a plain value, and can be asked and advanced as such; [`StateManager`](crate::StateManager) adds events, guards,
/// hooks, time and history.
///
/// ```
/// use events_core::{Edge, StateMachine};
///
/// #[derive(Clone, Copy, Debug, PartialEq, Eq)]
/// enum Door {
///     Open,
///     Shut,
///     Gone,
/// }
///
/// impl StateMachine for Door {
///     type Context = ();
///     const INITIAL: Self = Self::Open;
///     const STATES: &'static [Self] = &[Self::Open, Self::Shut, Self::Gone];
///     const EDGES: &'static [Edge<Self>] =
///         &[Edge::direct(Self::Open, Self::Shut), Edge::direct(Self::Shut, Self::Open), Edge::direct(Self::Open, Self::Gone)];
///
///     fn name(self) -> &'static str {
///         match self {
///             Self::Open => "open",
///             Self::Shut => "shut",
///             Self::Gone => "gone",
///         }
///     }
/// }
///
/// impl std::fmt::Display for Door {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         f.write_str(self.name())
///     }
/// }
///
/// assert!(Door::Open.successors().eq([Door::Shut, Door::Gone]));
/// assert_eq!(Door::Open.transition_to(Door::Shut), Ok(Door::Shut));
/// assert_eq!(
///     Door::Shut.transition_to(Door::Gone).unwrap_err().to_string(),
///     "no transition from `shut` to `gone`; allowed: `open`",
/// );
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a state machine",
    label = "not a state machine",
    note = "add `#[derive(StateMachine)]` to `{Self}`; for states known only at run time use `StateManager::with_transitions`"
)]
pub trait StateMachine: MachineState {
    /// What the machine remembers beside its state: guards ask it, hooks change it. `()` where there is nothing.
    type Context: Default + Send + 'static;

    /// The state a machine begins in.
    const INITIAL: Self;

    /// All states, in the order of the source.
    const STATES: &'static [Self];

    /// All transitions, by source state in the order of the source.
    const EDGES: &'static [Edge<Self>];

    /// The type of the entities whose states these are: that of the first event that drives the machine, unless it is
    /// declared; empty where there is none.
    const ENTITY_TYPE: &'static str = edge::entity_type(Self::EDGES);

    /// The state's name, as it is shown (by `Display` too) and stored.
    fn name(self) -> &'static str;

    /// The state with this name.
    fn named(name: &str) -> Option<Self> {
        Self::STATES.iter().copied().find(|state| state.name() == name)
    }

    /// Whether one transition leads from this state to that one.
    fn can_transition_to(self, to: Self) -> bool {
        Self::EDGES.iter().any(|edge| edge.from == self && edge.to == to)
    }

    /// The state after a transition, without a manager: no guard is asked, no hook runs, nothing is recorded.
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`], which lists what is allowed, when the table has no such transition.
    #[inline]
    fn transition_to(self, to: Self) -> Result<Self, InvalidTransition<Self>> {
        if self.can_transition_to(to) { Ok(to) } else { Err(refused(self, to)) }
    }

    /// Whether nothing leads out of this state.
    fn is_terminal(self) -> bool {
        self.successors().next().is_none()
    }

    /// The states that can follow this one, in the order of the source, each once.
    fn successors(self) -> impl Iterator<Item = Self> {
        Self::STATES.iter().copied().filter(move |&to| self.can_transition_to(to))
    }

    /// The machine as a [Mermaid](https://mermaid.js.org) state diagram, which GitHub and others draw.
    ///
    /// An arrow bears what makes the transition: the type of the event, with its guard in brackets, or a time-out. One without
    /// a label is made by the program. A state whose name means something to Mermaid is drawn with its name all the same.
    ///
    #[cfg_attr(feature = "derive", doc = "```")]
    #[cfg_attr(not(feature = "derive"), doc = "```ignore")]
    /// use events_core::StateMachine;
    ///
    /// #[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
    /// enum Door {
    ///     #[state(initial, to = [Shut, Gone])]
    ///     Open,
    ///     #[state(timeout("30s" => Open))]
    ///     Shut,
    ///     #[state(terminal, name = "gone for good")]
    ///     Gone,
    /// }
    ///
    /// assert_eq!(
    ///     Door::mermaid(),
    ///     r#"stateDiagram-v2
    ///     state "gone for good" as s2
    ///     [*] --> open
    ///     open --> shut
    ///     open --> s2
    ///     shut --> open : after 30s
    ///     s2 --> [*]
    /// "#
    /// );
    /// ```
    fn mermaid() -> String {
        Diagram::of(&Self::INITIAL, Self::STATES, Self::EDGES).mermaid()
    }

    /// The machine in the DOT language of [Graphviz](https://graphviz.org): `dot -Tsvg` draws it.
    ///
    /// Labels are those of [`mermaid`](Self::mermaid). Transitions that the program makes are dashed, states that nothing leads
    /// out of have a double outline.
    ///
    /// ```
    /// # use events_core::{Edge, StateMachine};
    /// # #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    /// # enum Door { Open, Gone }
    /// # impl StateMachine for Door {
    /// #     type Context = ();
    /// #     const INITIAL: Self = Self::Open;
    /// #     const STATES: &'static [Self] = &[Self::Open, Self::Gone];
    /// #     const EDGES: &'static [Edge<Self>] = &[Edge::direct(Self::Open, Self::Gone)];
    /// #     fn name(self) -> &'static str { match self { Self::Open => "open", Self::Gone => "gone" } }
    /// # }
    /// # impl std::fmt::Display for Door { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.name()) } }
    /// assert!(Door::dot().contains(r#"s1 [label="gone", peripheries=2]"#));
    /// assert!(Door::dot().contains("s0 -> s1 [style=dashed]"));
    /// ```
    fn dot() -> String {
        Diagram::of(&Self::INITIAL, Self::STATES, Self::EDGES).dot()
    }

    /// Whether recorded events follow the machine, one for each entity, and where they first depart from it.
    ///
    #[cfg_attr(all(feature = "derive", feature = "std"), doc = "```")]
    #[cfg_attr(not(all(feature = "derive", feature = "std")), doc = "```ignore")]
    /// use events_core::{Event, EventBus, StateMachine};
    /// # #[derive(Event, serde::Serialize)]
    /// # #[event_type("quick_test.started")]
    /// # struct Started;
    /// # #[derive(Event, serde::Serialize)]
    /// # #[event_type("quick_test.completed")]
    /// # struct Completed;
    ///
    /// #[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
    /// enum Test {
    ///     #[state(initial, on(Started => Running))]
    ///     Created,
    ///     #[state(on(Completed => Done))]
    ///     Running,
    ///     #[state(terminal)]
    ///     Done,
    /// }
    ///
    /// let bus = EventBus::builder().history(1000).build();
    /// bus.emit(Started.for_entity("test-001")?)?.into_result()?;
    /// bus.emit(Completed.for_entity("test-002")?)?.into_result()?;
    ///
    /// let report = Test::conformance(bus.history().events());
    /// let departure = &report.departures()[0];
    /// assert_eq!((departure.number, departure.entity_id.as_str()), (2, "test-002"));
    /// assert_eq!(
    ///     departure.refusal.to_string(),
    ///     "no transition from `created` on `quick_test.completed`; allowed: `running`; expected: `quick_test.started`"
    /// );
    /// assert!(report.states().any(|(test, state)| test == "test-001" && *state == Test::Running));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// How events are judged, transitions included that leave no event, is told by [`Conformance`].
    fn conformance(events: impl IntoIterator<Item = impl IntoEnvelope>) -> Conformance<Self>
    where
        Self::Context: Clone,
    {
        conformance::judge(&Definition::of_machine(), events)
    }

    /// Whether the guard of the transition with this place in [`EDGES`](Self::EDGES) holds for a payload of its event. Without a
    /// guard it always does.
    #[doc(hidden)]
    fn holds(edge: usize, payload: &dyn Any, context: &Self::Context) -> bool {
        let _ = (edge, payload, context);
        true
    }

    /// Runs when a transition left its state, before the next one is entered.
    fn on_exit(transition: &Transition<Self>, context: &mut Self::Context) {
        let _ = (transition, context);
    }

    /// Runs when a transition entered its state.
    fn on_entry(transition: &Transition<Self>, context: &mut Self::Context) {
        let _ = (transition, context);
    }
}

#[cold]
fn refused<S: StateMachine>(from: S, to: S) -> InvalidTransition<S> {
    InvalidTransition::to_state(from, to, from.successors().collect::<Vec<_>>())
}

/// What holds of every state of a machine: it is copied, compared, shown and sent to other threads.
///
/// Nothing is to be implemented: whatever is a [`StateMachine`] has it, and an enum that lacks one of these does not compile.
// As with `Payload`, each of these is asked for once: a forgotten derive is one error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a state machine",
    label = "not a state machine",
    note = "add `#[derive(StateMachine)]` to `{Self}`"
)]
pub trait MachineState: Copy + Eq + Debug + Display + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<S: StateMachine> MachineState for S {}
