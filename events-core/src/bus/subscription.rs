//! What a subscriber asks for, and what it holds: a guard that unsubscribes when it is dropped.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, Weak},
};

use super::{
    EventBus, Scope, Shared,
    entry::{Entry, Options},
    handler::{Handler, Subscriber},
};
use crate::{AnyEnvelope, EntityId, Observer, Pattern};

/// A subscription. Dropping it unsubscribes; [`detach`](Self::detach) keeps it for as long as the bus lives.
///
/// After it was dropped, no event emitted later reaches the observer, nor does one under way on the same thread. One under
/// way on another thread may still reach it.
#[must_use = "dropping a subscription unsubscribes: hold it in a variable with a name (`let _ = …` drops it at once), or call `detach`"]
pub struct Subscription {
    bus: Weak<Shared>,
    entry: Weak<Entry>,
    detached: bool,
}

impl Subscription {
    /// Keeps the observer subscribed for as long as the bus lives, or its scope.
    pub fn detach(mut self) {
        self.detached = true;
    }

    /// Unsubscribes now, as dropping does.
    pub fn unsubscribe(self) {}

    /// Switches the subscription off and on. While it is off, events pass it by.
    ///
    /// ```
    /// use events_core::{AnyEnvelope, EventBus};
    ///
    /// let bus = EventBus::new();
    /// let printer = bus.subscribe(|event: &AnyEnvelope| println!("{}", event.id()));
    /// printer.set_enabled(false);
    /// assert!(!printer.is_enabled());
    /// ```
    pub fn set_enabled(&self, enabled: bool) {
        if let (Some(bus), Some(entry)) = (self.bus.upgrade(), self.entry.upgrade()) {
            bus.registry.enable(&entry, enabled);
        }
    }

    /// Whether it stands and is switched on.
    pub fn is_enabled(&self) -> bool {
        self.entry.upgrade().is_some_and(|entry| entry.is_active() && entry.is_enabled())
    }

    /// Whether it still stands: it may have ended with its [`Scope`], with the last event it wanted, or with the bus.
    pub fn is_active(&self) -> bool {
        self.entry.upgrade().is_some_and(|entry| entry.is_active())
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if self.detached {
            return;
        }
        if let (Some(bus), Some(entry)) = (self.bus.upgrade(), self.entry.upgrade()) {
            bus.registry.remove(&entry);
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.entry.upgrade().map(|entry| entry.name().into_owned());
        f.debug_struct("Subscription")
            .field("observer", &name)
            .field("active", &self.is_active())
            .finish_non_exhaustive()
    }
}

/// A subscription with an id that another one has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is a subscription with the id `{id}` already; it is free again when that one ends")]
#[non_exhaustive]
pub struct DuplicateSubscription {
    /// The id.
    pub id: String,
}

/// A subscription with filters and limits; made by [`EventBus::subscription`]. All filters must hold; of several patterns, one.
///
/// ```
/// use events_core::{AnyEnvelope, EventBus, Scope, pattern};
///
/// let (bus, test) = (EventBus::new(), Scope::new());
/// let _first_failure = bus
///     .subscription()
///     .id("first-failure")?
///     .pattern(pattern!("quick_test.*"))
///     .entity("test-001")
///     .filter(|event| event.event_type().name() == "failed")
///     .priority(10)
///     .once()
///     .scope(&test)
///     .subscribe(|event: &AnyEnvelope| eprintln!("{} failed first", event.entity_id()));
/// # Ok::<(), events_core::DuplicateSubscription>(())
/// ```
#[must_use = "a subscription is made by `subscribe`, `observe` or `stream`"]
pub struct SubscriptionBuilder<'b> {
    pub(super) bus: &'b EventBus,
    options: Options,
    scope: Option<&'b Scope>,
    id: Option<ReservedId<'b>>,
}

impl<'b> SubscriptionBuilder<'b> {
    pub(super) fn new(bus: &'b EventBus) -> Self {
        Self { bus, options: Options::default(), scope: None, id: None }
    }

    /// Observers of higher priority are told first; those of one priority in the order in which they subscribed.
    /// Default: 0.
    pub fn priority(mut self, priority: i32) -> Self {
        self.options.priority = priority;
        self
    }

    /// What the subscription is called in failures and plans. Default: its id, else the name of the observer's Rust type.
    pub fn name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.options.name = Some(name.into());
        self
    }

    /// An id that no other subscription of this bus has. It is free again when this one ends.
    ///
    /// # Errors
    ///
    /// [`DuplicateSubscription`] when another one has it.
    pub fn id(mut self, id: impl Into<Cow<'static, str>>) -> Result<Self, DuplicateSubscription> {
        let id = id.into();
        if !self.bus.shared.registry.reserve_id(id.clone()) {
            return Err(DuplicateSubscription { id: id.into_owned() });
        }
        self.id = Some(ReservedId { bus: self.bus, id: Some(id) });
        Ok(self)
    }

    /// Only events whose type matches, e.g. `pattern!("quick_test.*")`. Said again, those that match any of the patterns.
    ///
    /// ```
    /// use events_core::{AnyEnvelope, EventBus, pattern};
    ///
    /// let bus = EventBus::new();
    /// let _alarms = bus
    ///     .subscription()
    ///     .pattern(pattern!("*.failed"))
    ///     .pattern(pattern!("service.>"))
    ///     .subscribe(|event: &AnyEnvelope| eprintln!("{}", event.event_type()));
    /// ```
    pub fn pattern(mut self, pattern: Pattern) -> Self {
        self.options.filter.patterns.push(pattern);
        self
    }

    /// Only events of the entity with this id, of whatever type the entity is: a pattern says which. No event has an empty id.
    pub fn entity(mut self, id: impl Into<EntityId>) -> Self {
        self.options.filter.entity_id = Some(id.into());
        self
    }

    /// Only events for which this holds. It is asked at each event that passes the other filters; a panic in it is a failure
    /// of the observer.
    pub fn filter(mut self, predicate: impl Fn(&AnyEnvelope) -> bool + Send + Sync + 'static) -> Self {
        self.options.predicate = Some(Box::new(predicate));
        self
    }

    /// Only the next event that passes the filters; then the subscription ends.
    pub fn once(self) -> Self {
        self.take(1)
    }

    /// Only the next so many events that pass the filters; then the subscription ends. Exact also when several threads emit.
    ///
    /// Each subscription that begins or ends makes the bus find out anew whom to tell, at the next event of each type.
    pub fn take(mut self, events: usize) -> Self {
        self.options.take = Some(events);
        self
    }

    /// Whether the subscription begins switched on; [`Subscription::set_enabled`] changes it. Default: `true`.
    ///
    /// ```
    /// use events_core::{AnyEnvelope, EventBus};
    ///
    /// let bus = EventBus::new();
    /// let printer = bus.subscription().enabled(false).subscribe(|event: &AnyEnvelope| println!("{}", event.id()));
    /// assert!(printer.is_active() && !printer.is_enabled());
    /// ```
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.options.disabled = !enabled;
        self
    }

    /// Ends the subscription with a scope, if it does not end before. The scope does not hold it: keep it, or `detach` it.
    pub fn scope(mut self, scope: &'b Scope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Subscribes a closure; see [`EventBus::subscribe`].
    pub fn subscribe<M>(self, subscriber: impl Subscriber<M>) -> Subscription {
        self.add(subscriber.into_handler())
    }

    /// Subscribes an [`Observer`].
    pub fn observe(self, observer: impl Observer) -> Subscription {
        self.add(Handler::observer(observer))
    }

    /// What a stream without name and id is called: no type of the user's observes.
    pub(super) fn name_stream(&mut self, of: &str) {
        if self.options.name.is_none() && self.id.is_none() {
            self.options.name = Some(format!("stream of {of}").into());
        }
    }

    pub(super) fn add(mut self, handler: Handler) -> Subscription {
        let Self { bus, scope, .. } = self;
        self.options.id = self.id.take().and_then(ReservedId::keep);
        let weak = Arc::downgrade(&bus.shared);
        let ends_at_once = self.options.take == Some(0);
        let entry = bus.shared.registry.add(self.options, handler);
        if let Some(entry) = &entry
            && (ends_at_once || scope.is_some_and(|scope| !scope.adopt(&weak, entry)))
        {
            bus.shared.registry.remove(entry);
        }
        Subscription { bus: weak, entry: entry.as_ref().map(Arc::downgrade).unwrap_or_default(), detached: false }
    }
}

impl fmt::Debug for SubscriptionBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubscriptionBuilder").field("options", &self.options).field("scope", &self.scope).finish()
    }
}

/// An id that nobody else gets. It is free again when this is dropped, unless it was kept.
struct ReservedId<'b> {
    bus: &'b EventBus,
    id: Option<Cow<'static, str>>,
}

impl ReservedId<'_> {
    fn keep(mut self) -> Option<Cow<'static, str>> {
        self.id.take()
    }
}

impl Drop for ReservedId<'_> {
    fn drop(&mut self) {
        if let Some(id) = &self.id {
            self.bus.shared.registry.release_id(id);
        }
    }
}
