//! Who is subscribed, and who is to be told of which type of event.

use std::{
    any::TypeId,
    borrow::Cow,
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use crate::{
    AnyEnvelope, EntityId, ObserverResult, Pattern,
    observer::{Handle, Handler},
    receipt::{drop_contained, panic_message},
};

/// What a subscription says beside its observer: which events it wants, and what it is called.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) name: Option<Cow<'static, str>>,
    pub(super) pattern: Option<Pattern>,
    pub(super) entity_id: Option<EntityId>,
}

/// One subscription.
pub(super) struct Entry {
    id: u64,
    priority: i32,
    options: Options,
    observer: Box<dyn Handle>,
    active: AtomicBool,
    /// What the observer answered, for each type of event it was asked about.
    interest: Mutex<HashMap<TypeId, bool>>,
}

impl Entry {
    /// Whether the subscription wants this type of event; the message, if asking the observer panicked.
    fn wants(&self, event: &AnyEnvelope) -> Result<bool, String> {
        if self.options.pattern.as_ref().is_some_and(|pattern| !pattern.matches(event.event_type())) {
            return Ok(false);
        }
        let event_type = event.payload_type_id();
        if let Some(&answer) = self.interest().get(&event_type) {
            return Ok(answer);
        }
        // Asked without the lock: it is user code. Of two threads that ask at once, the first answer stands.
        let answer = catch_unwind(AssertUnwindSafe(|| self.observer.accepts(event))).map_err(panic_message)?;
        Ok(*self.interest().entry(event_type).or_insert(answer))
    }

    fn interest(&self) -> MutexGuard<'_, HashMap<TypeId, bool>> {
        self.interest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the subscription still stands and is not for another entity.
    pub(super) fn takes(&self, event: &AnyEnvelope) -> bool {
        self.active.load(Relaxed) && self.options.entity_id.as_ref().is_none_or(|id| id == event.entity_id())
    }

    pub(super) fn call(&self, event: &AnyEnvelope) -> ObserverResult {
        self.observer.handle(event)
    }

    pub(super) fn name(&self) -> Cow<'static, str> {
        self.options.name.clone().unwrap_or(Cow::Borrowed(self.observer.name()))
    }
}

/// One stop of an event: a subscription, and the message if it panicked when asked whether it is interested.
pub(super) struct Slot {
    pub(super) entry: Arc<Entry>,
    pub(super) undecided: Option<String>,
}

/// The stops of one type of event, in order.
pub(super) type Route = Arc<[Slot]>;

/// Lets go of a route. Observers that were unsubscribed meanwhile may be dropped with it: one by one, for a panic in the drop of
/// one while another's unwinds would end the process.
pub(super) fn release(route: Route) {
    let gone: Vec<Arc<Entry>> =
        route.iter().map(|slot| &slot.entry).filter(|entry| !entry.active.load(Relaxed)).map(Arc::clone).collect();
    drop(route);
    gone.into_iter().for_each(drop_contained);
}

#[derive(Default)]
pub(super) struct Registry(RwLock<State>);

#[derive(Default)]
struct State {
    /// By priority, higher first, then by id.
    entries: Arc<Vec<Arc<Entry>>>,
    /// The routes asked for since the last change.
    routes: HashMap<TypeId, Route>,
    /// Counts changes.
    generation: u64,
    next_id: u64,
}

impl Registry {
    pub(super) fn add(&self, priority: i32, options: Options, handler: Handler) -> u64 {
        self.change(|state| {
            let id = state.next_id;
            state.next_id += 1;
            let entry = Entry {
                id,
                priority,
                options,
                observer: handler.0,
                active: AtomicBool::new(true),
                interest: Mutex::default(),
            };
            let entries = Arc::make_mut(&mut state.entries);
            let at = entries.partition_point(|other| other.priority >= priority);
            entries.insert(at, Arc::new(entry));
            id
        })
    }

    pub(super) fn remove(&self, id: u64) {
        let removed = self.change(|state| {
            let at = state.entries.iter().position(|entry| entry.id == id)?;
            Some(Arc::make_mut(&mut state.entries).remove(at))
        });
        // The observer is dropped here, or by the last delivery under way: never under the lock, its drop is user code.
        if let Some(entry) = removed {
            entry.active.store(false, Relaxed);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).entries.len()
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        state.generation += 1;
        // Every entry of a route is in `entries` as well, so this drops no observer under the lock.
        state.routes.clear();
        change(&mut state)
    }

    /// Who is to be told of events of this type.
    pub(super) fn route(&self, event: &AnyEnvelope) -> Route {
        let event_type = event.payload_type_id();
        let (entries, generation) = {
            let state = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(route) = state.routes.get(&event_type) {
                return Arc::clone(route);
            }
            (Arc::clone(&state.entries), state.generation)
        };
        let route: Route = entries
            .iter()
            .filter_map(|entry| match entry.wants(event) {
                Ok(false) => None,
                Ok(true) => Some(Slot { entry: Arc::clone(entry), undecided: None }),
                Err(message) => Some(Slot { entry: Arc::clone(entry), undecided: Some(message) }),
            })
            .collect();
        // Observers unsubscribed meanwhile may be dropped with this.
        if let Ok(entries) = Arc::try_unwrap(entries) {
            entries.into_iter().for_each(drop_contained);
        }
        // An observer that panicked when asked is asked again next time.
        if route.iter().all(|slot| slot.undecided.is_none()) {
            let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
            if state.generation == generation {
                state.routes.insert(event_type, Arc::clone(&route));
            }
        }
        route
    }
}
