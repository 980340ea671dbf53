//! Subscriptions that end together.

use std::{
    fmt,
    sync::{Arc, Weak},
};

use super::{Shared, entry::Entry};
use crate::sync::{Mutex, lock};

/// Subscriptions that end together, at the latest when the scope is dropped; with it end those of its children.
///
/// ```
/// use events_core::{AnyEnvelope, EventBus, Scope};
///
/// let bus = EventBus::new();
/// let test = Scope::new();
/// let step = test.child();
/// bus.subscription().scope(&test).subscribe(|event: &AnyEnvelope| println!("{}", event.id())).detach();
/// bus.subscription().scope(&step).subscribe(|event: &AnyEnvelope| println!("{}", event.time())).detach();
/// assert_eq!(bus.stats().subscriptions, 2);
/// drop(test);
/// assert_eq!(bus.stats().subscriptions, 0);
/// assert!(step.is_closed());
/// ```
#[must_use = "dropping a scope ends its subscriptions"]
#[derive(Default)]
pub struct Scope {
    node: Arc<Node>,
}

#[derive(Default)]
struct Node(Mutex<State>);

#[derive(Default)]
struct State {
    closed: bool,
    subscriptions: Vec<(Weak<Shared>, Weak<Entry>)>,
    children: Vec<Weak<Node>>,
}

impl Scope {
    /// A scope of its own.
    pub fn new() -> Self {
        Self::default()
    }

    /// A scope that ends with this one at the latest. The child of a closed scope is closed.
    pub fn child(&self) -> Self {
        let child = Self::new();
        let mut state = lock(&self.node.0);
        if state.closed {
            lock(&child.node.0).closed = true;
        } else {
            prune(&mut state.children, |child| child.strong_count() > 0);
            state.children.push(Arc::downgrade(&child.node));
        }
        drop(state);
        child
    }

    /// Whether it ended with its parent. Subscriptions made in a closed scope end at once.
    pub fn is_closed(&self) -> bool {
        lock(&self.node.0).closed
    }

    /// Ends the subscription with this scope; `false` when the scope is closed already.
    pub(super) fn adopt(&self, bus: &Weak<Shared>, entry: &Arc<Entry>) -> bool {
        let mut state = lock(&self.node.0);
        if !state.closed {
            prune(&mut state.subscriptions, |(_, entry)| entry.strong_count() > 0);
            state.subscriptions.push((Weak::clone(bus), Arc::downgrade(entry)));
        }
        !state.closed
    }
}

/// Before the list grows, forgets what has gone.
fn prune<T>(list: &mut Vec<T>, is_alive: impl FnMut(&T) -> bool) {
    if list.len() == list.capacity() {
        list.retain(is_alive);
    }
}

impl Node {
    /// Ends subscriptions without the lock: dropping an observer is user code.
    fn close(&self) {
        let ended = State { closed: true, ..State::default() };
        let state = std::mem::replace(&mut *lock(&self.0), ended);
        for (bus, entry) in state.subscriptions {
            if let (Some(bus), Some(entry)) = (bus.upgrade(), entry.upgrade()) {
                bus.registry.remove(&entry);
            }
        }
        for child in state.children {
            if let Some(child) = child.upgrade() {
                child.close();
            }
        }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        self.node.close();
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = lock(&self.node.0);
        f.debug_struct("Scope")
            .field("closed", &state.closed)
            .field("subscriptions", &state.subscriptions.len())
            .field("children", &state.children.len())
            .finish()
    }
}
