use std::{
    collections::{HashMap, HashSet},
    iter,
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use uuid::Uuid;

use super::{Admission, EPOCH_SHIFT, OwnLane, Plan, Ticket, Window, lanes};
use crate::{DedupWindow, EventId, sync::atomic::Ordering::Relaxed};

const MINUTE: Duration = Duration::from_secs(60);

/// The nth id, spread like the ids of events.
fn id(n: u64) -> EventId {
    EventId::from_uuid(Uuid::from_bytes(*blake3::hash(&n.to_le_bytes()).as_bytes().first_chunk().unwrap()))
}

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn wall(at: Duration) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::from_std(at).unwrap()
}

fn window(count: usize, time: Duration) -> Window {
    Window::new(DedupWindow::new(count, time), (DateTime::UNIX_EPOCH, Duration::ZERO))
}

fn admit(window: &Window, n: u64, now: Duration) -> Option<Ticket<'static>> {
    match window.admit(id(n), now, None) {
        Admission::Fresh(ticket) => Some(ticket),
        Admission::Duplicate { .. } => None,
    }
}

/// With a lane, if the window has any.
fn deliver(window: &Window, n: u64, now: Duration) -> bool {
    conclude(window, n, now, true)
}

fn conclude(window: &Window, n: u64, now: Duration, delivered: bool) -> bool {
    match window.admit(id(n), now, window.lane().as_ref()) {
        Admission::Fresh(ticket) => {
            window.settle(id(n), ticket, delivered);
            true
        }
        Admission::Duplicate { .. } => false,
    }
}

/// When the first one was seen, and whether its delivery has not ended.
fn duplicate(window: &Window, n: u64, now: Duration) -> Option<(DateTime<Utc>, bool)> {
    match window.admit(id(n), now, None) {
        Admission::Fresh(_) => None,
        Admission::Duplicate { first_seen, pending } => Some((first_seen, pending)),
    }
}

/// How many ids a look into every shard would find.
fn remembered(window: &Window) -> usize {
    let shards = window.shards.iter().map(|shard| {
        let shard = &mut *shard.0.lock().unwrap();
        shard.follow(window.epoch(), &window.rules);
        shard.generations.len()
    });
    shards.sum()
}

fn allocated(window: &Window) -> usize {
    let tables: usize = window.shards.iter().map(|shard| shard.0.lock().unwrap().generations.allocated()).sum();
    tables + size_of_val(&*window.shards)
}

#[test]
fn time_ends_a_mark_exactly() {
    let window = window(10, MINUTE);
    assert!(deliver(&window, 1, at(0)));
    assert!(
        !deliver(&window, 1, MINUTE.checked_sub(Duration::from_nanos(1)).unwrap()),
        "and a repeat prolongs nothing"
    );
    assert!(deliver(&window, 1, at(60)));
    assert!(!deliver(&window, 1, at(119)));
    assert_eq!(duplicate(&window, 1, at(119)), Some((wall(at(60)), false)));
    assert!(deliver(&window, 1, at(1_000_000)), "long after");
}

#[test]
fn a_long_time_is_exact_to_a_tick() {
    for days in [1, 3, 30, 365, 10_000] {
        let time = at(days * 86_400);
        let window = window(10, time);
        let tick = Duration::from_micros(window.rules.ticks.micros(1).cast_unsigned() + 1);
        assert!(tick.as_nanos() <= time.as_nanos() >> 31, "{tick:?}");
        let start = at(12_345) + Duration::from_nanos(678);
        assert!(deliver(&window, 1, start));
        let (first_seen, _) = duplicate(&window, 1, (start + time).checked_sub(tick * 2).unwrap()).unwrap();
        assert!(wall(start) - first_seen < TimeDelta::from_std(tick).unwrap() + TimeDelta::microseconds(1));
        assert!(deliver(&window, 1, start + time));
    }
}

#[test]
fn without_a_time_nothing_expires() {
    let window = window(10, Duration::MAX);
    assert!(deliver(&window, 1, at(0)));
    for years in [1, 100, 500] {
        assert!(!deliver(&window, 1, at(years * 31_557_600)));
    }
}

#[test]
fn without_time_or_count_only_what_is_under_way_is_known() {
    for limits in [(0, MINUTE), (10, Duration::ZERO), (0, Duration::MAX)] {
        let window = window(limits.0, limits.1);
        for n in 0..1000 {
            let ticket = admit(&window, 1, at(n)).unwrap();
            assert!(admit(&window, 1, at(n)).is_none());
            window.settle(id(1), ticket, true);
        }
        assert_eq!(remembered(&window), 0);
    }
}

#[test]
fn the_last_ids_are_remembered_and_no_more_than_twice_as_many() {
    for count in [1, 2, 3, 10, 255, 256, 257, 1000, 10_000] {
        let window = window(count, MINUTE);
        let count = u64::try_from(count).unwrap();
        let (total, most) = (5 * count + 7, 2 * count + count / 8);
        for n in 0..total {
            assert!(deliver(&window, n, at(0)));
            assert!(!deliver(&window, (n + 1).saturating_sub(count), at(0)), "{n} of {count}");
        }
        assert!(remembered(&window) as u64 <= most);
        let known: Vec<bool> = (0..total).map(|n| admit(&window, n, at(1)).is_none()).collect();
        let forgotten = known.iter().filter(|known| !**known).count() as u64;
        assert!((count..=most).contains(&(total - forgotten)), "{count}");
        assert!(known[usize::try_from(total - count).unwrap()..].iter().all(|known| *known), "{count}");
        assert!(known[..usize::try_from(total - most).unwrap()].iter().all(|known| !*known), "{count}");
    }
}

#[test]
fn epochs_begin_anew_and_nothing_is_forgotten() {
    let window = window(10, MINUTE);
    window.arrivals.0.store(u64::MAX << EPOCH_SHIFT, Relaxed);
    for n in 0..100 {
        assert!(deliver(&window, n, at(0)));
        assert!((n.saturating_sub(9)..=n).all(|n| !deliver(&window, n, at(0))), "{n}");
    }
    assert!(window.epoch() < 20);
}

#[test]
fn under_way_is_a_duplicate_and_never_forgotten() {
    let window = window(1, MINUTE);
    let ticket = admit(&window, 1, at(5)).unwrap();
    for n in 2..=50 {
        assert!(deliver(&window, n, at(500)));
    }
    assert_eq!(duplicate(&window, 1, at(1000)), Some((wall(at(5)), true)));
    window.settle(id(1), ticket, true);
    assert!(deliver(&window, 1, at(1000)), "its time has passed");
    assert!(!deliver(&window, 1, at(1000)));
}

#[test]
fn many_may_be_under_way() {
    for count in [1, 10_000] {
        let window = window(count, MINUTE);
        let tickets: Vec<Ticket<'static>> = (0..5000).map(|n| admit(&window, n, at(n / 100)).unwrap()).collect();
        assert!((0..5000).all(|n| duplicate(&window, n, at(50)) == Some((wall(at(n / 100)), true))));
        for (n, ticket) in (0..).zip(tickets) {
            window.settle(id(n), ticket, n % 2 == 0);
        }
        assert!(!deliver(&window, 4998, at(50)) && deliver(&window, 4999, at(50)));
    }
}

#[test]
fn failure_opens_the_way_again() {
    let window = window(10, MINUTE);
    let ticket = admit(&window, 1, at(0)).unwrap();
    window.settle(id(1), ticket, false);
    assert!(deliver(&window, 1, at(1)));
    assert_eq!(duplicate(&window, 1, at(2)), Some((wall(at(1)), false)));
}

#[test]
fn failures_make_nothing_forgotten() {
    for count in [10, 300] {
        let window = window(count, MINUTE);
        assert!(deliver(&window, 1, at(0)));
        for n in 2..5000 {
            assert!(conclude(&window, n, at(0), false));
        }
        assert!(!deliver(&window, 1, at(0)));
        assert!((2..5000).all(|n| conclude(&window, n, at(0), false)));
    }
}

#[test]
fn what_a_lane_holds_is_a_duplicate_and_never_forgotten() {
    for (others, now) in [(0, 5), (1, 10), (5000, 10), (0, 1000), (5000, 1000)] {
        let window = window(1000, MINUTE);
        let lane = window.lane().unwrap();
        let Admission::Fresh(ticket) = window.admit(id(1), at(5), Some(&lane)) else { panic!("it is fresh") };
        assert!((2..2 + others).all(|n| deliver(&window, n, at(now))));
        for now in [now, now + 30] {
            assert_eq!(duplicate(&window, 1, at(now)), Some((wall(at(5)), true)), "{others} others");
        }
        window.settle(id(1), ticket, true);
        assert_eq!(duplicate(&window, 1, at(now + 30)), (now < 65).then_some((wall(at(5)), false)));
    }
}

#[test]
fn what_a_lane_held_for_long_counts_from_its_delivery() {
    for others in [500, 1500, 5000] {
        let window = window(1000, MINUTE);
        let lane = window.lane().unwrap();
        let Admission::Fresh(ticket) = window.admit(id(1), at(0), Some(&lane)) else { panic!("it is fresh") };
        assert!((2..others).all(|n| deliver(&window, n, at(0))));
        window.settle(id(1), ticket, true);
        assert!((others..others + 999).all(|n| deliver(&window, n, at(0))));
        assert!(!deliver(&window, 1, at(0)), "after {others}");
    }
}

#[test]
fn a_failure_in_a_lane_opens_the_way_whatever_happened_meanwhile() {
    for (others, now) in [(0, 5), (1, 10), (5000, 10), (0, 1000), (5000, 1000)] {
        let window = window(1000, MINUTE);
        let lane = window.lane().unwrap();
        let Admission::Fresh(ticket) = window.admit(id(1), at(5), Some(&lane)) else { panic!("it is fresh") };
        assert!((2..2 + others).all(|n| deliver(&window, n, at(now))));
        assert!(duplicate(&window, 1, at(now)).is_some());
        window.settle(id(1), ticket, false);
        assert!(deliver(&window, 1, at(now)) && !deliver(&window, 1, at(now)));
    }
}

#[test]
fn lanes_are_for_one_each_and_come_back() {
    let window = window(10_000, MINUTE);
    let lanes: Vec<_> = iter::from_fn(|| window.lane()).collect();
    let numbers: HashSet<_> = lanes.iter().map(OwnLane::number).collect();
    assert_eq!((lanes.len(), numbers.len()), (63, 63));
    assert!(!numbers.contains(&lanes::NONE));
    assert!(deliver(&window, 1, at(0)), "without a lane");
    drop(lanes);
    assert!(window.lane().is_some());
}

#[test]
fn time_pushes_out_nothing_that_has_not_expired() {
    let window = window(10, MINUTE);
    assert!(deliver(&window, 1, at(50)));
    assert!((2..=10).all(|n| deliver(&window, n, at(61))));
    assert!(!deliver(&window, 1, at(62)));
    assert!(!deliver(&window, 2, at(120)), "the window is older than twice its time");
    assert!((2..=10).all(|n| deliver(&window, n, at(121))));
}

#[test]
fn a_clock_that_another_thread_read_earlier_makes_nothing_older() {
    let window = window(10, MINUTE);
    assert!(deliver(&window, 1, at(100)));
    assert_eq!(duplicate(&window, 1, at(99)), Some((wall(at(100)), false)));
}

#[test]
fn moments_are_told_by_the_wall_clock() {
    let (noon, started) = (DateTime::UNIX_EPOCH + TimeDelta::hours(12), at(1000));
    let window = Window::new(DedupWindow::new(10, MINUTE), (noon, started));
    for (n, now, expected) in [(1, at(999), noon - TimeDelta::seconds(1)), (2, at(1003), noon + TimeDelta::seconds(3))]
    {
        assert!(deliver(&window, n, now));
        assert_eq!(duplicate(&window, n, now), Some((expected, false)));
    }
}

#[test]
fn of_threads_that_admit_one_id_exactly_one_passes() {
    const ROUNDS: u64 = 500;
    let (window, barrier) = (window(100, MINUTE), Barrier::new(2));
    let run = || {
        (0..ROUNDS)
            .filter(|n| {
                barrier.wait();
                deliver(&window, *n, at(0))
            })
            .count() as u64
    };
    let passed = thread::scope(|scope| {
        let other = scope.spawn(run);
        run() + other.join().unwrap()
    });
    assert_eq!(passed, ROUNDS);
}

#[test]
fn a_full_window_takes_72_bytes_for_an_id_and_no_more_memory_ever_after() {
    for count in [10_000, 100_000] {
        let window = window(count, MINUTE);
        let count = u64::try_from(count).unwrap();
        assert!(allocated(&window) < 32_768, "nothing is taken in advance");
        for n in 0..4 * count {
            deliver(&window, n, at(0));
        }
        let full = allocated(&window);
        assert!(full as u64 <= 72 * count, "{} bytes for each of {count}", full as u64 / count);
        for n in 4 * count..8 * count {
            deliver(&window, n, at(n / count * 40));
        }
        assert_eq!(allocated(&window), full);
    }
}

#[test]
fn shards_are_few_and_their_reports_small() {
    for count in (0..2000).chain((0..36).map(|power| (1 << power) + 1)) {
        let plan = Plan::new(count);
        let count = count as u64;
        assert!((1..=64).contains(&plan.shards) && (count > 256 || plan.shards == 1), "{count} {plan:?}");
        assert!(plan.epoch >= count && plan.epoch <= count + count / 16, "{count} {plan:?}");
        assert!(plan.batch >= 1 && (count == 0 || plan.batch <= plan.epoch), "{count} {plan:?}");
    }
}

#[test]
fn an_absurd_window_is_made_at_once() {
    let start = Instant::now();
    let window = window(usize::MAX, Duration::MAX);
    assert!(deliver(&window, 1, Duration::MAX));
    assert!(start.elapsed() < at(10));
}

#[derive(Clone, Debug)]
enum Step {
    /// Admits an id: one of the few first, or counted back from the newest.
    Admit(u64),
    Recent(u64),
    New,
    /// From now on events pass with a lane, if one is free.
    Lanes(bool),
    /// Ends one of the deliveries under way.
    Settle(usize, bool),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0..40_u64).prop_map(Step::Admit),
        6 => (0..1500_u64).prop_map(Step::Recent),
        12 => Just(Step::New),
        16 => (any::<usize>(), prop_oneof![9 => Just(true), 1 => Just(false)])
            .prop_map(|(at, delivered)| Step::Settle(at, delivered)),
        1 => (0..5_u64).prop_map(Step::Wait),
        2 => any::<bool>().prop_map(Step::Lanes),
    ]
}

/// What happened, with nothing forgotten.
#[derive(Default)]
struct Model<'l> {
    now: u64,
    newest: u64,
    with_lanes: bool,
    free: Vec<&'l OwnLane>,
    under_way: Vec<(u64, u64, Ticket<'l>, Option<&'l OwnLane>)>,
    /// When each delivered id was last admitted, how many were delivered before, and how many of those in time.
    delivered: HashMap<u64, (u64, u64, u64)>,
    deliveries: u64,
    in_time: u64,
}

impl Model<'_> {
    fn settle(&mut self, window: &Window, at: usize, delivered: bool, time: u64) {
        if self.under_way.is_empty() {
            return;
        }
        let (n, admitted, ticket, lane) = self.under_way.swap_remove(at % self.under_way.len());
        window.settle(id(n), ticket, delivered);
        self.free.extend(lane);
        if delivered {
            self.delivered.insert(n, (admitted, self.deliveries, self.in_time));
            self.deliveries += 1;
            self.in_time += u64::from(self.now - admitted < time);
        }
    }

    fn admit(&mut self, window: &Window, n: u64, (count, time): (u64, u64)) {
        let under_way = self.under_way.iter().find(|known| known.0 == n).map(|known| known.1);
        let known = self.delivered.get(&n).filter(|known| self.now - known.0 < time);
        // What shards may have left unreported counts twice: when the id came, and now. So does what lanes held when epochs ended.
        let Plan { shards, batch, lanes, epoch } = window.plan;
        let most = 2 * (epoch + shards as u64 * (batch - 1) + lanes);
        let lane = if self.with_lanes { self.free.pop() } else { None };
        match window.admit(id(n), at(self.now), lane) {
            Admission::Duplicate { first_seen, pending } => {
                self.free.extend(lane);
                assert_eq!(pending, under_way.is_some());
                let admitted =
                    under_way.or(known.map(|known| known.0)).expect("neither under way nor delivered in time");
                assert_eq!(first_seen, wall(at(admitted)));
                assert!(pending || known.is_some_and(|known| self.in_time - known.2 <= most), "remembered too long");
            }
            Admission::Fresh(ticket) => {
                assert!(under_way.is_none(), "forgot what is under way");
                assert!(known.is_none_or(|known| self.deliveries - known.1 > count), "forgot one of the last {count}");
                self.under_way.push((n, self.now, ticket, lane));
            }
        }
        assert!(remembered(window) as u64 <= most);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_window_keeps_what_it_promises(
        count in 1..600_u64,
        shards in 1..8_u64,
        batch in 1..8_u64,
        lanes in 0..8_u64,
        time in 1..100_u64,
        steps in proptest::collection::vec(step(), 0..4000),
    ) {
        let plan = Plan::of(count, shards, batch, lanes);
        let window = Window::laid_out(plan, at(time), (DateTime::UNIX_EPOCH, Duration::ZERO));
        let lanes: Vec<_> = iter::from_fn(|| window.lane()).collect();
        let mut model = Model { free: lanes.iter().collect(), ..Model::default() };
        for step in steps {
            match step {
                Step::Admit(n) => model.admit(&window, n, (count, time)),
                Step::Recent(back) => model.admit(&window, model.newest.saturating_sub(back), (count, time)),
                Step::New => {
                    model.newest += 1;
                    model.admit(&window, model.newest, (count, time));
                }
                Step::Settle(at, delivered) => model.settle(&window, at, delivered, time),
                Step::Wait(seconds) => model.now += seconds,
                Step::Lanes(with) => model.with_lanes = with,
            }
        }
    }
}
