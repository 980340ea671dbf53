//! What a thread holds of the routes it uses, so that an event finds its way without touching what threads share.

use std::{
    any::TypeId,
    cell::RefCell,
    sync::{Arc, Weak},
};

use super::{Shared, quiet::Token, route::Route, routes::place, stats::Tally, window::OwnLane};

/// One thread's hold on the route of one type of event.
///
/// The registry owns it, and lets go of it with the next change; the thread knows it weakly, and owns it only while it emits. So
/// a lease that can still be had is up to date, and a thread that emits nothing keeps no observer alive.
#[repr(align(128))]
pub(super) struct Lease {
    pub(super) route: Arc<Route>,
    /// The version of the registry for which the route was made.
    pub(super) version: u64,
    /// Only the thread that has the lease counts there.
    pub(super) tally: Arc<Tally>,
    /// Where this thread tells the route's window what it delivers, if there is one to be had.
    pub(super) lane: Option<OwnLane>,
    /// Whoever closes the bus waits for those that emit.
    _token: Token,
}

impl Lease {
    pub(super) fn new(route: Arc<Route>, version: u64, tally: Arc<Tally>, token: Token) -> Self {
        let lane = route.window.as_ref().and_then(|window| window.lane());
        Self { route, version, tally, lane, _token: token }
    }
}

/// How many leases a thread can have. Types that find no room take the way through the snapshot.
const PLACES: usize = 32;

/// The leases of a thread, each in the one place where its bus and its type belong.
pub(super) struct Leases([RefCell<Option<Leased>>; PLACES]);

struct Leased {
    bus: *const Shared,
    payload: TypeId,
    lease: Weak<Lease>,
}

impl Leased {
    /// A bus that has gone leaves no lease behind, so another one may have its address.
    #[inline]
    fn get(&self, bus: *const Shared, payload: TypeId) -> Option<Arc<Lease>> {
        if self.bus == bus && self.payload == payload { self.lease.upgrade() } else { None }
    }
}

impl Leases {
    pub(super) const fn new() -> Self {
        Self([const { RefCell::new(None) }; PLACES])
    }

    #[inline]
    fn place(&self, bus: *const Shared, payload: TypeId) -> &RefCell<Option<Leased>> {
        &self.0[(place(payload) ^ (bus.addr() >> 7)) % PLACES]
    }

    /// The lease of a route, unless the registry has let go of it.
    #[inline]
    pub(super) fn get(&self, bus: *const Shared, payload: TypeId) -> Option<Arc<Lease>> {
        self.place(bus, payload).borrow().as_ref()?.get(bus, payload)
    }

    /// Keeps a new lease, unless one that still holds is in its place.
    pub(super) fn renew(&self, bus: *const Shared, payload: TypeId, lease: impl FnOnce() -> Option<Weak<Lease>>) {
        let place = self.place(bus, payload);
        let taken = place.borrow().as_ref().is_some_and(|leased| leased.lease.strong_count() > 0);
        if !taken && let Some(lease) = lease() {
            *place.borrow_mut() = Some(Leased { bus, payload, lease });
        }
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use std::thread;

    use serde::Serialize;

    use super::PLACES;
    use crate::{Envelope, Event, EventBus, EventType, bus::registry::MOST_LEASES};

    #[derive(Serialize)]
    struct Typed<const N: usize>;

    impl<const N: usize> Event for Typed<N> {
        const TYPE: EventType = EventType::from_static("lease.typed");
    }

    fn emit<const N: usize>(bus: &EventBus) {
        let event = Typed::<N>.for_entity("1").unwrap();
        for _ in 0..5 {
            assert!(bus.emit(&event).unwrap().is_delivered());
        }
    }

    #[test]
    fn leases_of_threads_that_ended_are_given_up() {
        let bus = EventBus::new();
        emit::<0>(&bus);
        for _ in 0..1000 {
            thread::scope(|scope| scope.spawn(|| emit::<0>(&bus)).join().unwrap());
        }
        assert!(bus.shared.registry.leases() <= 2 * MOST_LEASES);
        assert_eq!(bus.stats().delivered, 5005);
    }

    #[test]
    fn a_change_ends_all_leases_and_tallies_go_to_others() {
        let bus = EventBus::new();
        for round in 1..=100 {
            emit::<0>(&bus);
            emit::<1>(&bus);
            assert_eq!(bus.shared.registry.leases(), 2);
            drop(bus.subscribe(|_: &Envelope<Typed<0>>| {}));
            assert_eq!(bus.shared.registry.leases(), 0);
            assert_eq!(bus.shared.counters.tallies(), 2);
            assert_eq!(bus.stats().delivered, round * 10);
        }
    }

    #[test]
    fn types_and_buses_without_room_are_told_all_the_same() {
        macro_rules! emit_each {
            ($bus:ident, $($n:literal)*) => { $(emit::<$n>(&$bus);)* };
        }
        let buses: Vec<_> = (0..10).map(|_| EventBus::new()).collect();
        for bus in &buses {
            emit_each!(bus, 0 1 2 3 4 5 6 7);
        }
        let leases: usize = buses.iter().map(|bus| bus.shared.registry.leases()).sum();
        assert!((8..=PLACES).contains(&leases), "{leases}");
        assert!(buses.iter().all(|bus| bus.stats().delivered == 40));
    }
}
