//! The window in which the same event is told once.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry as MapEntry},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::EventId;

/// How long the id of a delivered event is remembered: until so many newer ones were delivered, or so much time has passed,
/// whichever comes first.
///
/// Memory is bounded by the count: 100 to 200 bytes for each id, by how full the table is.
///
/// ```
/// use std::time::Duration;
/// use events_core::DedupWindow;
///
/// let window = DedupWindow::new(10_000, Duration::from_secs(60));
/// assert_eq!(window.count(), 10_000);
/// assert_eq!(window.time(), Duration::from_secs(60));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DedupWindow {
    count: usize,
    time: Duration,
}

impl DedupWindow {
    /// A window of `count` ids and of `time`. A count of 0 still holds the ids of events under way.
    pub const fn new(count: usize, time: Duration) -> Self {
        Self { count, time }
    }

    /// How many ids are remembered at most.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// How long an id is remembered at most, from the moment its event was emitted.
    pub const fn time(&self) -> Duration {
        self.time
    }
}

/// The ids of one bus.
pub(super) struct Window {
    limits: DedupWindow,
    ids: Mutex<Ids>,
}

#[derive(Default)]
struct Ids {
    known: HashMap<EventId, Known>,
    /// The final ones, oldest first. A serial tells a mark from an older one of the same id.
    order: VecDeque<(EventId, u64)>,
    next_serial: u64,
}

struct Known {
    first_seen: Duration,
    /// When the event was admitted, by the clock that never goes back.
    at: Duration,
    /// Set when the event was delivered without failure.
    serial: Option<u64>,
}

/// What the window says of an event.
pub(super) enum Admission {
    Fresh(Ticket),
    Duplicate { first_seen: Duration, pending: bool },
}

/// An admitted event whose delivery has not ended.
pub(super) struct Ticket(EventId);

impl Window {
    pub(super) fn new(limits: DedupWindow) -> Self {
        Self { limits, ids: Mutex::default() }
    }

    /// Lets an event pass once: until it is [settled](Self::settle), and while its id is remembered, it is a duplicate.
    pub(super) fn admit(&self, id: EventId, now: Duration) -> Admission {
        let mut ids = self.ids();
        ids.expire(now, self.limits.time);
        let fresh = Known { first_seen: now, at: now, serial: None };
        match ids.known.entry(id) {
            MapEntry::Occupied(mut known) => {
                let expired = known.get().serial.is_some() && now.saturating_sub(known.get().at) >= self.limits.time;
                if !expired {
                    let Known { first_seen, serial, .. } = *known.get();
                    return Admission::Duplicate { first_seen, pending: serial.is_none() };
                }
                known.insert(fresh);
            }
            MapEntry::Vacant(vacant) => {
                vacant.insert(fresh);
            }
        }
        Admission::Fresh(Ticket(id))
    }

    /// Ends a delivery: without failure the id becomes final, after a failure the event may come again.
    pub(super) fn settle(&self, Ticket(id): Ticket, delivered: bool) {
        let mut ids = self.ids();
        if !delivered {
            ids.known.remove(&id);
            return;
        }
        let serial = ids.next_serial;
        ids.next_serial += 1;
        if let Some(known) = ids.known.get_mut(&id) {
            known.serial = Some(serial);
            ids.order.push_back((id, serial));
        }
        while ids.order.len() > self.limits.count {
            ids.forget_oldest();
        }
    }

    fn ids(&self) -> MutexGuard<'_, Ids> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ids {
    fn expire(&mut self, now: Duration, time: Duration) {
        while let Some((id, serial)) = self.order.front() {
            let live = self
                .known
                .get(id)
                .is_some_and(|known| known.serial == Some(*serial) && now.saturating_sub(known.at) < time);
            if live {
                return;
            }
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((id, serial)) = self.order.pop_front()
            && self.known.get(&id).is_some_and(|known| known.serial == Some(serial))
        {
            self.known.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::{Admission, DedupWindow, Ticket, Window};
    use crate::EventId;

    fn id(n: u128) -> EventId {
        EventId::from_uuid(Uuid::from_u128(n))
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn admit(window: &Window, n: u128, seconds: u64) -> Option<Ticket> {
        match window.admit(id(n), at(seconds)) {
            Admission::Fresh(ticket) => Some(ticket),
            Admission::Duplicate { .. } => None,
        }
    }

    fn deliver(window: &Window, n: u128, seconds: u64) -> bool {
        admit(window, n, seconds).map(|ticket| window.settle(ticket, true)).is_some()
    }

    #[test]
    fn time_ends_a_mark_exactly() {
        let window = Window::new(DedupWindow::new(10, at(60)));
        assert!(deliver(&window, 1, 0));
        assert!(!deliver(&window, 1, 59));
        assert!(deliver(&window, 1, 60));
        assert!(!deliver(&window, 1, 119));
    }

    #[test]
    fn eviction_is_first_in_first_out() {
        let window = Window::new(DedupWindow::new(3, at(60)));
        for n in 1..=4 {
            assert!(deliver(&window, n, 0));
        }
        assert!(!deliver(&window, 2, 1));
        assert!(!deliver(&window, 3, 1));
        assert!(!deliver(&window, 4, 1));
        assert!(deliver(&window, 1, 1));
        assert!(deliver(&window, 2, 1), "2 was the oldest when 1 came again");
        assert!(!deliver(&window, 4, 1));
    }

    #[test]
    fn under_way_is_a_duplicate_and_never_evicted() {
        let window = Window::new(DedupWindow::new(1, at(60)));
        let ticket = admit(&window, 1, 0).unwrap();
        for n in 2..=5 {
            assert!(deliver(&window, n, 500));
        }
        assert!(admit(&window, 1, 1000).is_none());
        window.settle(ticket, true);
    }

    #[test]
    fn failure_opens_the_way_again() {
        let window = Window::new(DedupWindow::new(10, at(60)));
        let ticket = admit(&window, 1, 0).unwrap();
        window.settle(ticket, false);
        assert!(deliver(&window, 1, 1));
        assert!(!deliver(&window, 1, 2));
    }

    #[test]
    fn memory_is_bounded() {
        let window = Window::new(DedupWindow::new(100, at(60)));
        for n in 0..10_000 {
            assert!(deliver(&window, n, 0));
        }
        let ids = window.ids();
        assert_eq!((ids.known.len(), ids.order.len()), (100, 100));
    }
}
