//! The ids that a bus remembers, so that the same event is told once.
//!
//! An id belongs to one of a few shards, each with a lock of its own. A shard holds the ids under way, and two
//! [generations](generations::Generations) of final ones. All shards share an epoch, which advances when so many ids became
//! final that the last `count` of them are in the present epoch and the one before; a shard that sees a new epoch forgets its
//! older generation.

mod generations;
mod hash;
mod plan;
#[cfg(all(test, not(shuttle)))]
mod tests;
mod ticks;
mod under_way;

use std::{fmt, time::Duration};

use chrono::{DateTime, Utc};

use self::{generations::Generations, hash::Keys, plan::Plan, ticks::Ticks, under_way::UnderWay};
use crate::{
    DedupWindow, EventId,
    sync::{
        Mutex, MutexGuard, Padded,
        atomic::{AtomicU64, Ordering::Relaxed},
        lock,
    },
};

/// The lower bits of [`Window::arrivals`] count the ids of the present epoch, the upper ones count the epochs.
const EPOCH_SHIFT: u32 = 40;

/// The ids of one bus.
pub(crate) struct Window {
    shards: Box<[Padded<Mutex<Shard>>]>,
    /// What the shards reported, and the epoch.
    arrivals: Padded<AtomicU64>,
    keys: Keys,
    ticks: Ticks,
    plan: Plan,
    /// One moment by the wall clock and by the one that never goes back.
    anchor: (DateTime<Utc>, Duration),
}

struct Shard {
    under_way: UnderWay,
    generations: Generations,
    /// The latest moment that was seen.
    now: u64,
    epoch: u64,
    /// Ids that became final since the last report.
    unreported: u64,
}

/// What the window says of an event.
pub(crate) enum Admission {
    Fresh(Ticket),
    /// The first one was admitted at `first_seen`, and its delivery has not ended if `pending`.
    Duplicate {
        first_seen: DateTime<Utc>,
        pending: bool,
    },
}

/// An admitted event whose delivery has not ended.
#[must_use = "an id stays under way until it is settled"]
pub(crate) struct Ticket {
    id: EventId,
    hash: u64,
    at: u64,
}

impl Window {
    /// An empty window. The anchor is the present, by the wall clock and by the one that never goes back.
    pub(crate) fn new(limits: DedupWindow, anchor: (DateTime<Utc>, Duration)) -> Self {
        Self::laid_out(Plan::new(limits.count()), limits.time(), anchor)
    }

    fn laid_out(plan: Plan, time: Duration, anchor: (DateTime<Utc>, Duration)) -> Self {
        let shard = || {
            Padded(Mutex::new(Shard {
                under_way: UnderWay::default(),
                generations: Generations::default(),
                now: 0,
                epoch: 0,
                unreported: 0,
            }))
        };
        Self {
            shards: (0..plan.shards).map(|_| shard()).collect(),
            arrivals: Padded(AtomicU64::new(0)),
            keys: Keys::random(),
            ticks: Ticks::new(time),
            plan,
            anchor,
        }
    }

    /// Lets an event pass once: until it is [settled](Self::settle), and while its id is remembered, it is a duplicate.
    pub(crate) fn admit(&self, id: EventId, now: Duration) -> Admission {
        let hash = self.keys.hash(id);
        let shard = &mut *self.shard(hash);
        shard.advance(self.ticks.at(now), self.ticks.limit(), self.keys);
        shard.follow(self.epoch());
        let known = match shard.under_way.get(id, hash) {
            Some(at) => Some((at, true)),
            None => shard.generations.get(id, hash, shard.now, self.ticks.limit()).map(|at| (at, false)),
        };
        match known {
            Some((at, pending)) => Admission::Duplicate { first_seen: self.wall_clock(at), pending },
            None => {
                let at = shard.now;
                shard.under_way.insert(id, hash, at, self.keys);
                Admission::Fresh(Ticket { id, hash, at })
            }
        }
    }

    /// Ends a delivery: without failure the id becomes final, after a failure the event may come again.
    pub(crate) fn settle(&self, Ticket { id, hash, at }: Ticket, delivered: bool) {
        let shard = &mut *self.shard(hash);
        shard.under_way.remove(id, hash);
        if !delivered || self.plan.epoch == 0 || shard.now - at >= self.ticks.limit() {
            return;
        }
        shard.follow(self.epoch());
        shard.generations.insert(id, hash, at, self.keys);
        shard.unreported += 1;
        if shard.unreported == self.plan.batch {
            shard.unreported = 0;
            self.report();
        }
    }

    fn shard(&self, hash: u64) -> MutexGuard<'_, Shard> {
        let shard = &self.shards[hash::index(hash, self.shards.len())];
        lock(&shard.0)
    }

    fn epoch(&self) -> u64 {
        // Relaxed is enough: who inserts after others did, in any order that can be told, sees the epoch that they saw.
        self.arrivals.0.load(Relaxed) >> EPOCH_SHIFT
    }

    /// Counts a batch of arrivals. Count and epoch change in one step: an id inserted meanwhile belongs to one of them.
    fn report(&self) {
        let Plan { batch, epoch, .. } = self.plan;
        let count = |arrivals: u64| {
            let (past, present) = (arrivals >> EPOCH_SHIFT, arrivals & ((1 << EPOCH_SHIFT) - 1));
            let present = present + batch;
            Some(if present < epoch { arrivals + batch } else { ((past + 1) << EPOCH_SHIFT) | (present - epoch) })
        };
        // The function refuses nothing.
        let _ = self.arrivals.0.fetch_update(Relaxed, Relaxed, count);
    }

    /// The moment of a tick by the wall clock, in microseconds.
    fn wall_clock(&self, at: u64) -> DateTime<Utc> {
        let (wall, elapsed) = self.anchor;
        let micros = |at: Duration| i64::try_from(at.as_micros()).ok();
        let moment = || {
            let since = micros(self.ticks.elapsed(at))?.checked_sub(micros(elapsed)?)?;
            DateTime::from_timestamp_micros(wall.timestamp_micros().checked_add(since)?)
        };
        moment().unwrap_or(wall)
    }
}

impl Shard {
    /// Moves to a moment; one that another thread saw earlier is the present already.
    fn advance(&mut self, now: u64, limit: u64, keys: Keys) {
        self.now = self.now.max(now);
        self.generations.expire(self.now, limit, keys);
    }

    /// Moves to the present epoch.
    fn follow(&mut self, epoch: u64) {
        // Epochs begin anew after the last that has room beside the count.
        match epoch.wrapping_sub(self.epoch) & (u64::MAX >> EPOCH_SHIFT) {
            0 => return,
            1 => self.generations.turn(self.now),
            _ => self.generations.clear(self.now),
        }
        self.epoch = epoch;
    }
}

impl fmt::Debug for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Window").field("plan", &self.plan).finish_non_exhaustive()
    }
}
