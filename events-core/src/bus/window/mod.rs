//! The ids that a bus remembers, so that the same event is told once.
//!
//! An id belongs to one of a few shards, each with a lock of its own. A shard holds two [generations](generations::Generations)
//! of ids, and an [index](index::Index) of both. All shards share an epoch, which advances when so many ids were delivered that
//! the last `count` of them are in the present epoch and the one before; a shard that sees a new epoch forgets its older generation.
//!
//! An id under way is there too if a [lane](lanes) holds it; it is put [apart](under_way::UnderWay) before it would be forgotten, and
//! is so from the beginning if there is no lane for it: then it waits in a queue, or its thread is one of too many.

mod generations;
mod hash;
mod index;
mod lanes;
#[cfg(all(test, shuttle))]
mod models;
mod plan;
#[cfg(all(test, not(shuttle)))]
mod tests;
mod ticks;
mod under_way;

use std::{fmt, time::Duration};

use chrono::{DateTime, Utc};

pub(crate) use self::lanes::OwnLane;
use self::{
    generations::Generations,
    hash::Keys,
    lanes::Lanes,
    plan::Plan,
    ticks::Ticks,
    under_way::{Admitted, UnderWay},
};
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
const PRESENT: u64 = (1 << EPOCH_SHIFT) - 1;

/// The ids of one bus.
pub(crate) struct Window {
    shards: Box<[Padded<Mutex<Shard>>]>,
    /// What the shards reported, and the epoch.
    arrivals: Padded<AtomicU64>,
    rules: Rules,
    plan: Plan,
    /// When the clock that never goes back stood at zero, by the wall clock, in microseconds.
    zero: i64,
}

/// What all shards go by.
struct Rules {
    lanes: Lanes,
    keys: Keys,
    ticks: Ticks,
}

struct Shard {
    under_way: UnderWay,
    generations: Generations,
    /// The latest moment that was seen.
    now: u64,
    epoch: u64,
    /// Ids that were remembered since the last report.
    unreported: u64,
}

/// What the window says of an event.
pub(crate) enum Admission<'l> {
    Fresh(Ticket<'l>),
    /// The first one was admitted at `first_seen`, and its delivery has not ended if `pending`.
    Duplicate {
        first_seen: DateTime<Utc>,
        pending: bool,
    },
}

/// An admitted event whose delivery has not ended.
#[must_use = "an id stays under way until it is settled"]
pub(crate) struct Ticket<'l> {
    lane: Option<&'l OwnLane>,
    /// The epoch in which it was admitted.
    epoch: u64,
}

impl Window {
    /// An empty window. The anchor is the present, by the wall clock and by the one that never goes back.
    pub(crate) fn new(limits: DedupWindow, anchor: (DateTime<Utc>, Duration)) -> Self {
        Self::laid_out(Plan::new(limits.count()), limits.time(), anchor)
    }

    fn laid_out(plan: Plan, time: Duration, (wall, elapsed): (DateTime<Utc>, Duration)) -> Self {
        let shard = || {
            Padded(Mutex::new(Shard {
                under_way: UnderWay::new(),
                generations: Generations::new(plan.share()),
                now: 0,
                epoch: 0,
                unreported: 0,
            }))
        };
        let ticks = Ticks::new(time);
        let lanes = Lanes::new(if ticks.limit() == 0 { 0 } else { plan.lanes });
        Self {
            shards: (0..plan.shards).map(|_| shard()).collect(),
            arrivals: Padded(AtomicU64::new(0)),
            rules: Rules { lanes, keys: Keys::random(), ticks },
            plan,
            zero: wall.timestamp_micros().saturating_sub(i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX)),
        }
    }

    /// A lane for one thread, unless there is none to be had: events without one are told all the same.
    pub(crate) fn lane(&self) -> Option<OwnLane> {
        self.rules.lanes.take()
    }

    /// Lets an event pass once: until it is [settled](Self::settle), and while its id is remembered, it is a duplicate.
    ///
    /// With a lane, which must hold nothing else, the id is put where it is to stay, and settling it takes no lock.
    #[inline]
    pub(crate) fn admit<'l>(&self, id: EventId, now: Duration, lane: Option<&'l OwnLane>) -> Admission<'l> {
        let Rules { lanes, keys, ticks } = &self.rules;
        let hash = keys.hash(id);
        let shard = &mut *self.shard(hash);
        shard.advance(ticks.at(now), &self.rules);
        shard.follow(self.epoch(), &self.rules);
        let known = match shard.under_way(id, hash, &self.rules) {
            Some(at) => Some((at, true)),
            None => {
                let is_under_way = |lane| lanes.holds(lane, hash);
                let known = shard.generations.get(id, hash, (shard.now, ticks.limit()), *keys, is_under_way);
                known.map(|(at, lane)| (at, is_under_way(lane)))
            }
        };
        if let Some((at, pending)) = known {
            return Admission::Duplicate { first_seen: self.wall_clock(at), pending };
        }
        let at = shard.now;
        match lane {
            Some(lane) => {
                lane.enter(hash);
                shard.generations.insert(Admitted { id, at, lane: lane.number() }, hash, *keys);
                self.count(shard);
            }
            None => shard.under_way.insert(Admitted { id, at, lane: lanes::NONE }, hash, *keys),
        }
        Admission::Fresh(Ticket { lane, epoch: shard.epoch })
    }

    /// Ends the delivery of an id: without failure it becomes final, after a failure the event may come again.
    #[inline]
    pub(crate) fn settle(&self, id: EventId, Ticket { lane, epoch }: Ticket<'_>, delivered: bool) {
        match lane {
            Some(lane) if delivered && epoch == self.epoch() => lane.leave(),
            lane => self.settle_in_shard(id, lane, delivered),
        }
    }

    /// Settles an id that is under way apart, that has to be forgotten, or that is in a generation before the present one.
    fn settle_in_shard(&self, id: EventId, lane: Option<&OwnLane>, delivered: bool) {
        let Rules { keys, ticks, .. } = &self.rules;
        let hash = keys.hash(id);
        let shard = &mut *self.shard(hash);
        shard.follow(self.epoch(), &self.rules);
        let mut admitted = shard.under_way.remove(id, hash);
        if let Some(lane) = lane {
            admitted = admitted.or_else(|| shard.generations.take(lane.number(), hash, shard.now, *keys));
            lane.leave();
        }
        let is_remembered = |at| delivered && self.plan.epoch != 0 && shard.now - at < ticks.limit();
        let remembered = admitted.filter(|admitted| is_remembered(admitted.at));
        if let Some(remembered) = remembered {
            shard.generations.insert(Admitted { lane: lanes::NONE, ..remembered }, hash, *keys);
        }
        // With a lane it was counted when it was admitted.
        match lane {
            None if remembered.is_some() => self.count(shard),
            Some(_) if !delivered => self.discount(shard),
            _ => {}
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

    /// Counts an id that is remembered.
    #[inline]
    fn count(&self, shard: &mut Shard) {
        shard.unreported += 1;
        if shard.unreported == self.plan.batch {
            shard.unreported = 0;
            self.report();
        }
    }

    /// Counts a batch of arrivals. Count and epoch change in one step: an id inserted meanwhile belongs to one of them.
    fn report(&self) {
        let Plan { batch, epoch, .. } = self.plan;
        let count = |arrivals: u64| {
            let (past, present) = (arrivals >> EPOCH_SHIFT, arrivals & PRESENT);
            let present = present + batch;
            Some(if present < epoch { arrivals + batch } else { ((past + 1) << EPOCH_SHIFT) | (present - epoch) })
        };
        // The function refuses nothing.
        let _ = self.arrivals.0.fetch_update(Relaxed, Relaxed, count);
    }

    /// Takes back the count of an id that was not delivered, unless an epoch ended with it: of these there are no more than lanes.
    fn discount(&self, shard: &mut Shard) {
        if shard.unreported > 0 {
            shard.unreported -= 1;
            return;
        }
        let discount = |arrivals: u64| (arrivals & PRESENT != 0).then(|| arrivals - 1);
        let _ = self.arrivals.0.fetch_update(Relaxed, Relaxed, discount);
    }

    /// The moment of a tick by the wall clock, in microseconds.
    fn wall_clock(&self, at: u64) -> DateTime<Utc> {
        let moment = self.zero.saturating_add(self.rules.ticks.micros(at));
        DateTime::from_timestamp_micros(moment).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

impl Shard {
    /// When an id was admitted that is under way apart.
    #[inline]
    fn under_way(&mut self, id: EventId, hash: u64, rules: &Rules) -> Option<u64> {
        let admitted = self.under_way.get(id, hash)?;
        if admitted.lane == lanes::NONE || rules.lanes.holds(admitted.lane, hash) {
            return Some(admitted.at);
        }
        self.release(rules);
        None
    }

    /// Moves to a moment; one that another thread saw earlier is the present already.
    #[inline]
    fn advance(&mut self, now: u64, rules: &Rules) {
        let (now, limit) = (self.now.max(now), rules.ticks.limit());
        if !self.generations.is_stale(now, limit) {
            self.now = now;
            return;
        }
        // At the moment before, the age of all could be told.
        self.keep(rules);
        self.now = now;
        self.generations.expire(now, limit, rules.keys);
        self.release(rules);
    }

    /// Moves to the present epoch.
    #[inline]
    fn follow(&mut self, epoch: u64, rules: &Rules) {
        if epoch != self.epoch {
            self.turn(epoch, rules);
        }
    }

    #[cold]
    fn turn(&mut self, epoch: u64, rules: &Rules) {
        self.keep(rules);
        // Epochs begin anew after the last that has room beside the count.
        match epoch.wrapping_sub(self.epoch) & (u64::MAX >> EPOCH_SHIFT) {
            1 => self.generations.turn(self.now),
            _ => self.generations.clear(self.now),
        }
        self.epoch = epoch;
        self.release(rules);
    }

    /// Puts apart what is under way, before it is forgotten with others.
    #[cold]
    fn keep(&mut self, rules: &Rules) {
        for (lane, hash) in rules.lanes.held() {
            if let Some(admitted) = self.generations.take(lane, hash, self.now, rules.keys) {
                self.under_way.insert(admitted, hash, rules.keys);
            }
        }
    }

    /// Puts back what was put apart and has been delivered since.
    #[cold]
    fn release(&mut self, Rules { lanes, keys, ticks }: &Rules) {
        let ended =
            |admitted: &Admitted| admitted.lane != lanes::NONE && !lanes.holds(admitted.lane, keys.hash(admitted.id));
        while let Some(admitted) = self.under_way.take_one(ended) {
            if self.now - admitted.at < ticks.limit() {
                self.generations.insert(admitted, keys.hash(admitted.id), *keys);
            }
        }
    }
}

impl fmt::Debug for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Window").field("plan", &self.plan).finish_non_exhaustive()
    }
}
