//! One subscription: whom it calls, for which events, and whether it still stands.

use std::{
    any::TypeId,
    borrow::Cow,
    collections::HashMap,
    fmt,
    panic::{AssertUnwindSafe, RefUnwindSafe, catch_unwind},
};

use super::{handler::Handler, passing::Passing};
use crate::{
    AnyEnvelope, EntityId, EventType, Pattern,
    receipt::{drop_contained, panic_message},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
        lock,
    },
};

/// Which events are wanted, by what can be read off them; the same for subscriptions and for the history.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    /// One of which the type must match, if there are any.
    pub(super) patterns: Vec<Pattern>,
    pub(super) entity_id: Option<EntityId>,
}

impl Filter {
    pub(super) fn takes_type(&self, event_type: &EventType) -> bool {
        self.patterns.is_empty() || self.patterns.iter().any(|pattern| pattern.matches(event_type))
    }

    pub(super) fn takes_entity(&self, id: &EntityId) -> bool {
        self.entity_id.as_ref().is_none_or(|own| own == id)
    }
}

pub(super) type Predicate = Box<dyn Fn(&AnyEnvelope) -> bool + Send + Sync>;

/// What a subscription says beside its observer.
#[derive(Default)]
pub(super) struct Options {
    pub(super) priority: i32,
    pub(super) name: Option<Cow<'static, str>>,
    pub(super) id: Option<Cow<'static, str>>,
    pub(super) filter: Filter,
    pub(super) predicate: Option<Predicate>,
    /// How many events it takes before it ends.
    pub(super) take: Option<usize>,
    /// Whether it begins switched off.
    pub(super) disabled: bool,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("priority", &self.priority)
            .field("name", &self.name)
            .field("id", &self.id)
            .field("filter", &self.filter)
            .field("take", &self.take)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}

/// One subscription.
pub(super) struct Entry {
    /// By the order of subscribing.
    pub(super) key: u64,
    options: Options,
    handler: Option<Handler>,
    remaining: AtomicUsize,
    active: AtomicBool,
    /// Whether it was ended, and did not end by itself with its last event.
    withdrawn: AtomicBool,
    enabled: AtomicBool,
    /// What the observer answered, for each type of event it was asked about.
    interest: Mutex<HashMap<TypeId, bool>>,
}

/// As [`Shared`](super::Shared), which holds it.
impl RefUnwindSafe for Entry {}

impl Entry {
    pub(super) fn new(options: Options, handler: Handler) -> Self {
        Self {
            key: 0,
            remaining: AtomicUsize::new(options.take.unwrap_or(usize::MAX)),
            active: AtomicBool::new(true),
            withdrawn: AtomicBool::new(false),
            enabled: AtomicBool::new(!options.disabled),
            options,
            handler: Some(handler),
            interest: Mutex::default(),
        }
    }

    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    pub(super) fn handler(&self) -> &Handler {
        // `None` only while it is being dropped.
        self.handler.as_ref().unwrap_or_else(|| unreachable!())
    }

    /// What it is called in failures.
    pub(super) fn name(&self) -> Cow<'static, str> {
        let Options { name, id, .. } = &self.options;
        name.clone().or_else(|| id.clone()).unwrap_or(Cow::Borrowed(self.handler().name()))
    }

    /// Whether events of this type are for it; the message, if the observer panicked when asked.
    pub(super) fn wants(&self, event_type: &EventType, payload: TypeId) -> Result<bool, String> {
        if !self.is_enabled() || !self.options.filter.takes_type(event_type) {
            return Ok(false);
        }
        if let Some(&answer) = lock(&self.interest).get(&payload) {
            return Ok(answer);
        }
        // Asked without the lock: it is user code. Of two threads that ask at once, the first answer stands.
        let answer = catch_unwind(AssertUnwindSafe(|| self.handler().accepts(event_type, payload)));
        let answer = answer.map_err(panic_message)?;
        Ok(*lock(&self.interest).entry(payload).or_insert(answer))
    }

    /// Whether more is to be asked at each event than whether the subscription still stands.
    pub(super) fn is_guarded(&self) -> bool {
        self.options.filter.entity_id.is_some()
            || self.options.predicate.is_some()
            || self.options.take.is_some()
            || self.takes_batches()
    }

    /// Whether it is told the events of a batch together.
    pub(super) fn takes_batches(&self) -> bool {
        self.handler().takes_batches()
    }

    /// Whether this very event is for it. `Some(true)` when it is the last one that it takes.
    ///
    /// Runs the predicate, which is user code and may panic.
    pub(super) fn take(&self, event: &Passing<'_>) -> Option<bool> {
        let wanted = self.is_active()
            && self.is_enabled()
            && self.options.filter.takes_entity(event.entity_id())
            && self.options.predicate.as_ref().is_none_or(|predicate| predicate(event.any()));
        if !wanted {
            return None;
        }
        if self.options.take.is_none() {
            return Some(false);
        }
        let before = self.remaining.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).ok()?;
        Some(before == 1)
    }

    /// How many more events it takes, if that is limited.
    pub(super) fn remaining(&self) -> Option<usize> {
        self.options.take.map(|_| self.remaining.load(Relaxed))
    }

    pub(super) fn is_active(&self) -> bool {
        self.active.load(Relaxed)
    }

    /// Ends it. What it took and was not told yet is no longer for it.
    pub(super) fn withdraw(&self) {
        self.withdrawn.store(true, Relaxed);
        self.active.store(false, Relaxed);
    }

    /// Ends it with its last event, of which it may still have to be told.
    pub(super) fn retire(&self) {
        self.active.store(false, Relaxed);
    }

    pub(super) fn is_withdrawn(&self) -> bool {
        self.withdrawn.load(Relaxed)
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.enabled.load(Relaxed)
    }

    pub(super) fn enable(&self, enabled: bool) {
        self.enabled.store(enabled, Relaxed);
    }
}

/// Observer and predicate are dropped one by one: a panic in the drop of one while another's unwinds would end the process.
impl Drop for Entry {
    fn drop(&mut self) {
        drop_contained(self.handler.take());
        drop_contained(self.options.predicate.take());
    }
}
