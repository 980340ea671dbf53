//! One line of the table.

use core::time::Duration;

use crate::EventType;

/// One transition of a [`StateMachine`](crate::StateMachine), as data.
///
/// ```
/// use std::time::Duration;
/// use events_core::{Edge, EventType};
///
/// const STARTED: EventType = EventType::from_static("quick_test.started");
/// const EDGES: &[Edge<&str>] = &[
///     Edge::on("created", STARTED, "running").guarded("is_ready"),
///     Edge::direct("running", "done"),
///     Edge::after("running", Duration::from_secs(30), "failed"),
/// ];
/// assert_eq!(EDGES[0].guard, Some("is_ready"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edge<S> {
    /// The state it leads from.
    pub from: S,
    /// The state it leads to.
    pub to: S,
    /// The event that drives it, if one does.
    pub on: Option<EventType>,
    /// The condition under which the event drives it, as written in the source.
    pub guard: Option<&'static str>,
    /// How long the machine must have been in the state, for a time-out.
    pub after: Option<Duration>,
}

impl<S> Edge<S> {
    /// A transition that the program makes itself.
    pub const fn direct(from: S, to: S) -> Self {
        Self { from, to, on: None, guard: None, after: None }
    }

    /// A transition that an event drives.
    pub const fn on(from: S, event: EventType, to: S) -> Self {
        Self { from, to, on: Some(event), guard: None, after: None }
    }

    /// A time-out: a transition that is due when the machine has been in the state for so long.
    pub const fn after(from: S, after: Duration, to: S) -> Self {
        Self { from, to, on: None, guard: None, after: Some(after) }
    }

    /// Names the condition under which the event drives it.
    #[must_use]
    pub const fn guarded(mut self, guard: &'static str) -> Self {
        self.guard = Some(guard);
        self
    }
}

/// Whether a machine has time-outs.
pub(super) const fn any_timeout<S>(edges: &[Edge<S>]) -> bool {
    let mut at = 0;
    while at < edges.len() {
        if edges[at].after.is_some() {
            return true;
        }
        at += 1;
    }
    false
}

/// The entity type of the first event that drives the machine, or nothing.
pub(super) const fn entity_type<S>(edges: &'static [Edge<S>]) -> &'static str {
    let mut at = 0;
    while at < edges.len() {
        if let Some(event) = &edges[at].on {
            return event.entity_type_in_const();
        }
        at += 1;
    }
    ""
}
