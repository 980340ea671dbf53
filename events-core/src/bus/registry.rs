//! Who is subscribed, and who is to be told of which type of event.
//!
//! Emitting reads a snapshot, without a lock; each change makes a new one. The stops of a type are found out when the first event
//! of that type comes after a change.

use std::{
    any::TypeId,
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::{Arc, Weak},
    time::Duration,
};

use chrono::{DateTime, Utc};

use super::{
    entry::{Entry, Options},
    handler::{Handler, Stop},
    lease::Lease,
    passing::Passing,
    quiet::{Quiet, Token},
    route::Route,
    routes::Routes,
    stats::Tally,
    window::Window,
};
use crate::{
    DedupPolicy, DedupWindow,
    sync::{
        ArcSwap, Guard, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
        lock,
    },
};

/// Whether the bus takes events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Open,
    Disabled,
    Closed,
}

/// What an emit reads.
pub(super) struct Snapshot {
    pub(super) mode: Mode,
    pub(super) version: u64,
    routes: Routes,
    /// An emit holds its snapshot until it ends: so [`Registry::close`] knows when all have.
    token: Token,
}

impl Snapshot {
    #[inline]
    pub(super) fn route(&self, payload: TypeId) -> Option<&Arc<Route>> {
        self.routes.get(payload)
    }

    fn with_route(&self, payload: TypeId, route: Arc<Route>) -> Self {
        Self {
            mode: self.mode,
            version: self.version,
            routes: self.routes.with(payload, route),
            token: self.token.clone(),
        }
    }
}

pub(super) struct Registry {
    snapshot: ArcSwap<Snapshot>,
    /// Counts changes; the newest snapshot's.
    version: AtomicU64,
    state: Mutex<State>,
    quiet: Arc<Quiet>,
    anchor: (DateTime<Utc>, Duration),
}

struct State {
    mode: Mode,
    version: u64,
    /// By priority, higher first, then by key.
    entries: Vec<Arc<Entry>>,
    next_key: u64,
    ids: HashSet<Cow<'static, str>>,
    /// Where duplicates are noticed: of all types, and of those that have a window of their own.
    window: Option<Arc<Window>>,
    windows: HashMap<TypeId, Arc<Window>>,
    /// What threads have of the present version's routes.
    leases: Vec<Arc<Lease>>,
    /// At so many it is asked which of their threads have ended.
    most_leases: usize,
}

/// As many leases are kept without asking whether their threads have ended.
pub(super) const MOST_LEASES: usize = 64;

impl State {
    /// Where duplicates of this event are noticed, if anywhere.
    fn window_of(&mut self, event: &Passing<'_>, anchor: (DateTime<Utc>, Duration)) -> Option<Arc<Window>> {
        match event.descriptor.dedup() {
            DedupPolicy::Bus => self.window.clone(),
            DedupPolicy::Off => None,
            DedupPolicy::Window(limits) => {
                let window = self.windows.entry(event.payload);
                Some(Arc::clone(window.or_insert_with(|| Arc::new(Window::new(limits, anchor)))))
            }
        }
    }
}

impl Registry {
    /// The anchor is the present, by the wall clock and by the one that never goes back.
    pub(super) fn new(dedup: Option<DedupWindow>, anchor: (DateTime<Utc>, Duration)) -> Self {
        let quiet = Quiet::new();
        let (mode, version) = (Mode::Open, 0);
        let snapshot = Snapshot { mode, version, routes: Routes::default(), token: Token::new(&quiet) };
        let state = State {
            mode,
            version,
            entries: Vec::new(),
            next_key: 0,
            ids: HashSet::new(),
            window: dedup.map(|limits| Arc::new(Window::new(limits, anchor))),
            windows: HashMap::new(),
            leases: Vec::new(),
            most_leases: MOST_LEASES,
        };
        Self {
            snapshot: ArcSwap::from_pointee(snapshot),
            version: AtomicU64::new(version),
            state: Mutex::new(state),
            quiet,
            anchor,
        }
    }

    #[inline]
    pub(super) fn snapshot(&self) -> Guard<Arc<Snapshot>> {
        self.snapshot.load()
    }

    /// The version of the newest snapshot. Changes made on this thread are seen at once.
    #[inline]
    pub(super) fn version(&self) -> u64 {
        self.version.load(Relaxed)
    }

    /// Changes who is subscribed. What falls away is dropped without the lock: it may be user code.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let (result, old) = {
            let mut state = lock(&self.state);
            let result = change(&mut state);
            state.version += 1;
            self.version.store(state.version, Relaxed);
            let snapshot = Snapshot {
                mode: state.mode,
                version: state.version,
                routes: Routes::default(),
                token: Token::new(&self.quiet),
            };
            // No lease is the last to hold an observer: who falls away is in the result.
            state.leases.clear();
            (result, self.snapshot.swap(Arc::new(snapshot)))
        };
        drop(old);
        result
    }

    /// Leases a route of the present version to the calling thread.
    #[cold]
    pub(super) fn lease(
        &self,
        route: &Arc<Route>,
        version: u64,
        tally: impl FnOnce() -> Arc<Tally>,
    ) -> Option<Weak<Lease>> {
        let mut state = lock(&self.state);
        if state.version != version {
            return None;
        }
        if state.leases.len() >= state.most_leases {
            state.leases.retain(|lease| Arc::weak_count(lease) > 0);
            state.most_leases = MOST_LEASES.max(state.leases.len() * 2);
        }
        let lease = Arc::new(Lease::new(Arc::clone(route), version, tally(), Token::new(&self.quiet)));
        let known = Arc::downgrade(&lease);
        state.leases.push(lease);
        Some(known)
    }

    #[cfg(all(test, not(shuttle)))]
    pub(super) fn leases(&self) -> usize {
        lock(&self.state).leases.len()
    }

    /// `None` when the bus is closed.
    pub(super) fn add(&self, options: Options, handler: Handler) -> Option<Arc<Entry>> {
        // Made before the lock is taken, and dropped behind it if the bus is closed: its observer is user code.
        let mut new = Some(Entry::new(options, handler));
        self.change(|state| {
            if state.mode == Mode::Closed {
                if let Some(id) = new.as_ref().and_then(|entry| entry.options().id.as_ref()) {
                    state.ids.remove(id);
                }
                return None;
            }
            let mut entry = new.take()?;
            entry.key = state.next_key;
            state.next_key += 1;
            let priority = entry.options().priority;
            let entry = Arc::new(entry);
            let at = state.entries.partition_point(|other| other.options().priority >= priority);
            state.entries.insert(at, Arc::clone(&entry));
            Some(entry)
        })
    }

    /// Ends the subscriptions for which `ended` holds.
    fn remove_where(&self, ended: impl Fn(&Entry) -> bool, end: impl Fn(&Entry)) {
        let removed = self.change(|state| {
            let removed: Vec<_> = state.entries.extract_if(.., |entry| ended(entry)).collect();
            for entry in &removed {
                end(entry);
                if let Some(id) = &entry.options().id {
                    state.ids.remove(id);
                }
            }
            removed
        });
        // Observers are dropped here, or by the last delivery under way: never under the lock, their drop is user code.
        drop(removed);
    }

    /// Ends a subscription. If another thread is about to, waits until no event emitted from now on reaches it.
    pub(super) fn remove(&self, entry: &Entry) {
        // Asked under the lock, which whoever ends it holds until that can be seen in the snapshot.
        let stands = {
            let _state = lock(&self.state);
            entry.is_active()
        };
        if stands {
            self.remove_where(|other| other.key == entry.key, Entry::withdraw);
        }
        // It may have ended by itself, and a batch still have its last event for it.
        entry.withdraw();
    }

    /// Ends the subscriptions that took as many events as they wanted.
    pub(super) fn remove_spent(&self) {
        self.remove_where(|entry| entry.remaining() == Some(0), Entry::retire);
    }

    pub(super) fn remove_all(&self) {
        self.remove_where(|_| true, Entry::withdraw);
    }

    pub(super) fn enable(&self, entry: &Entry, enabled: bool) {
        self.change(|_| entry.enable(enabled));
    }

    pub(super) fn reserve_id(&self, id: Cow<'static, str>) -> bool {
        lock(&self.state).ids.insert(id)
    }

    pub(super) fn release_id(&self, id: &str) {
        lock(&self.state).ids.remove(id);
    }

    pub(super) fn entries(&self) -> Vec<Arc<Entry>> {
        lock(&self.state).entries.clone()
    }

    pub(super) fn len(&self) -> usize {
        lock(&self.state).entries.len()
    }

    /// Takes events or not, unless the bus is closed.
    pub(super) fn open(&self, open: bool) {
        self.change(|state| {
            if state.mode != Mode::Closed {
                state.mode = if open { Mode::Open } else { Mode::Disabled };
            }
        });
    }

    pub(super) fn is_open(&self) -> bool {
        self.snapshot.load().mode == Mode::Open
    }

    /// Takes no more events.
    pub(super) fn close(&self) {
        self.change(|state| state.mode = Mode::Closed);
    }

    /// Waits until every emit that began before [`close`](Self::close) has ended; `false` when the time is over before.
    pub(super) fn wait_until_quiet(&self, deadline: Duration) -> bool {
        // One token is that of the present snapshot.
        self.quiet.wait_for(1, deadline)
    }

    /// Where duplicates of this event are noticed, if anywhere.
    #[cold]
    pub(super) fn window(&self, event: &Passing<'_>) -> Option<Arc<Window>> {
        lock(&self.state).window_of(event, self.anchor)
    }

    /// Finds out who is to be told of events of this type; the version for which that holds.
    #[cold]
    pub(super) fn find_route(&self, event: &Passing<'_>) -> (Arc<Route>, u64) {
        let (entries, version, window) = {
            let mut state = lock(&self.state);
            (state.entries.clone(), state.version, state.window_of(event, self.anchor))
        };
        let mut stops = Vec::new();
        for entry in &entries {
            let undecided = match entry.wants(event.event_type(), event.payload()) {
                Ok(false) => continue,
                Ok(true) => None,
                Err(message) => Some(message),
            };
            stops.push(Stop { entry: Arc::clone(entry), undecided });
        }
        let route = Arc::new(Route::new(&stops, window));
        // An observer that panicked when asked is asked again next time.
        if stops.iter().all(|stop| stop.undecided.is_none()) {
            self.publish(event.payload(), &route, version);
        }
        (route, version)
    }

    fn publish(&self, payload: TypeId, route: &Arc<Route>, version: u64) {
        let old = {
            let state = lock(&self.state);
            if state.version != version {
                return;
            }
            let snapshot = self.snapshot.load().with_route(payload, Arc::clone(route));
            self.snapshot.swap(Arc::new(snapshot))
        };
        drop(old);
    }
}
