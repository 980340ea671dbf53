//! What a subscriber holds: a guard that unsubscribes when it is dropped.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, Weak},
};

use super::{EventBus, Shared, registry::Options};
use crate::{
    EntityId, Observer, Pattern,
    observer::{Handler, Subscriber, observer_handler},
};

/// A subscription. Dropping it unsubscribes; [`detach`](Self::detach) keeps it for as long as the bus lives.
///
/// After it was dropped, no event emitted later reaches the observer, nor does one under way on the same thread. One under
/// way on another thread may still reach it.
#[must_use = "dropping a subscription unsubscribes; hold it, or call `detach`"]
pub struct Subscription {
    bus: Weak<Shared>,
    id: u64,
}

impl Subscription {
    /// Keeps the observer subscribed for as long as the bus lives.
    pub fn detach(mut self) {
        self.bus = Weak::new();
    }

    /// Unsubscribes now, as dropping does.
    pub fn unsubscribe(self) {}
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(bus) = self.bus.upgrade() {
            bus.registry.remove(self.id);
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A subscription with filters or a priority; made by [`EventBus::subscription`]. All filters must hold.
#[derive(Debug)]
#[must_use = "a subscription is made by `subscribe` or `observe`"]
pub struct SubscriptionBuilder<'b> {
    bus: &'b EventBus,
    priority: i32,
    options: Options,
}

impl<'b> SubscriptionBuilder<'b> {
    pub(super) fn new(bus: &'b EventBus) -> Self {
        Self { bus, priority: 0, options: Options::default() }
    }

    /// Observers of higher priority are told first; those of one priority in the order in which they subscribed.
    /// Default: 0.
    pub fn priority(mut self, priority: i32) -> Self {
        self.priority = priority;
        self
    }

    /// What the subscription is called in failures. Default: the name of the observer's Rust type.
    pub fn name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.options.name = Some(name.into());
        self
    }

    /// Only events whose type matches, e.g. `pattern!("quick_test.*")`.
    pub fn pattern(mut self, pattern: Pattern) -> Self {
        self.options.pattern = Some(pattern);
        self
    }

    /// Only events of the entity with this id.
    pub fn entity(mut self, id: impl Into<EntityId>) -> Self {
        self.options.entity_id = Some(id.into());
        self
    }

    /// Subscribes a closure; see [`EventBus::subscribe`].
    pub fn subscribe<M>(self, subscriber: impl Subscriber<M>) -> Subscription {
        self.add(subscriber.into_handler())
    }

    /// Subscribes an [`Observer`].
    pub fn observe(self, observer: impl Observer) -> Subscription {
        self.add(observer_handler(observer))
    }

    fn add(self, handler: Handler) -> Subscription {
        let Self { bus, priority, options } = self;
        let id = bus.shared.registry.add(priority, options, handler);
        Subscription { bus: Arc::downgrade(&bus.shared), id }
    }
}
