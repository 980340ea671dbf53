//! An event on its way to its observers, over a loop through boxed closures.

use std::{
    hint::black_box,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use chrono::DateTime;
use events_core::{
    AnyEnvelope, DedupWindow, EmitError, EmittedBy, Emitter, EntityEmitter, EntityId, Envelope, EventBus, Receipt,
    pattern,
};

use crate::{
    observers::{COUNTERS, ENTITY, Observable, Ring, Sampled, observed_by, tell},
    paired::{Case, compare},
    peers,
    window::{TwoGenerations, Window},
};

const WINDOW: usize = 10_000;

/// The floor: what is written where nobody needs a bus.
#[derive(Default)]
pub(crate) struct Loop(Vec<Observer>);

pub(crate) type Observer = Box<dyn Fn(&Sampled)>;

impl Loop {
    pub(crate) fn call(&self, event: &Sampled) {
        for observer in &self.0 {
            observer(event);
        }
    }

    pub(crate) fn observers(&self) -> &[Observer] {
        &self.0
    }
}

impl Observable for Loop {
    fn observe<const KIND: usize>(&mut self, counter: &'static AtomicU64) {
        self.0.push(Box::new(move |event| tell::<KIND>(counter, event.value)));
    }
}

/// A bus whose observers take all events whose type matches. They count, and leave the payload alone.
#[derive(Default)]
struct Patterns(EventBus);

impl Observable for Patterns {
    fn observe<const KIND: usize>(&mut self, counter: &'static AtomicU64) {
        let subscription = self.0.subscription().pattern(pattern!("probe.*"));
        subscription.subscribe(move |_: &AnyEnvelope| tell::<KIND>(counter, 1000)).detach();
    }
}

#[derive(Emitter)]
#[emitter(entity_type = "probe")]
struct ProbeEmitter {
    emitter: EntityEmitter,
}

impl EmittedBy<ProbeEmitter> for Sampled {}

/// What a caller asks of a receipt.
fn delivered(receipt: Result<Receipt, EmitError>) -> bool {
    receipt.is_ok_and(|receipt| receipt.is_delivered())
}

/// A case that is known to reach so many observers.
pub(crate) fn reaching<'a, T>(observers: usize, name: &'static str, mut emit: impl FnMut() -> T + 'a) -> Case<'a> {
    let counts = || COUNTERS.each_ref().map(|counter| counter.load(Relaxed));
    let before = counts();
    black_box(emit());
    let told = counts().iter().zip(before).filter(|(now, before)| *now != before).count();
    assert_eq!(told, observers, "observers told by {name}");
    Case::new(name, emit)
}

/// No deduplication: ours and the peers'.
pub(crate) fn plain(observers: usize) -> Vec<String> {
    let event = Sampled::new(0);
    let envelope = event.seal();
    let any = envelope.erase();
    let floor = observed_by(observers, Loop::default());
    let bus = observed_by(observers, EventBus::new());
    let patterns = observed_by(observers, Patterns::default()).0;
    let emitter = ProbeEmitter::new(&bus, ENTITY);
    let mut cases = vec![
        reaching(observers, "raw-loop", || black_box(&floor).call(black_box(&event))),
        reaching(observers, "raw-loop-again", || black_box(&floor).call(black_box(&event))),
        reaching(observers, "ours", || delivered(bus.emit(black_box(&envelope)))),
        reaching(observers, "ours-erased", || delivered(bus.emit(black_box(&any)))),
        reaching(observers, "ours-pattern", || delivered(patterns.emit(black_box(&envelope)))),
        reaching(observers, "ours-emitter", || delivered(emitter.emit(black_box(event)))),
    ];
    cases.extend(peers::cases(observers, event));
    compare(&format!("bus/emit-{observers}"), cases)
}

fn deduplicating() -> EventBus {
    EventBus::builder().dedup(DedupWindow::new(WINDOW, Duration::from_secs(60))).build()
}

/// Fresh ids through a window to eight observers; beside them the peer of the same duties, which has no window.
pub(crate) fn deduplicated() -> Vec<String> {
    let floor = observed_by(8, Loop::default());
    let bus = observed_by(8, deduplicating());
    let mut window = TwoGenerations::of(WINDOW);
    let (mut events, mut ours) = (Ring::new(0), Ring::new(0));
    let verdicts = compare(
        "bus/emit-dedup-8",
        vec![
            reaching(8, "raw-loop-and-set", move || {
                let event = events.turn();
                if window.admit(event.id().as_uuid().as_u128()) {
                    black_box(&floor).call(event);
                }
            }),
            reaching(8, "ours", || delivered(bus.emit(ours.turn()))),
            peers::mod_events(8, Sampled::new(0)),
        ],
    );
    assert_eq!(bus.stats().duplicates, 0, "every event is fresh");
    verdicts
}

/// What is turned away: a duplicate by the bus, an invalid event where its envelope would be made.
pub(crate) fn refused() -> Vec<String> {
    let event = Sampled::new(0);
    let envelope = event.seal();
    let invalid = Sampled { rate: 1.5, ..event };
    let entity = EntityId::from_static(ENTITY);
    let floor = observed_by(1, Loop::default());
    let bus = observed_by(1, deduplicating());
    let emitter = ProbeEmitter::new(&bus, ENTITY);
    let raw_loop = || reaching(1, "raw-loop", || black_box(&floor).call(black_box(&event)));
    assert!(bus.emit(&envelope).is_ok_and(|receipt| receipt.is_delivered()));
    let duplicate = reaching(0, "ours", || !delivered(bus.emit(black_box(&envelope))));
    let mut verdicts = compare("bus/duplicate", vec![raw_loop(), duplicate]);
    let unbuilt = || Envelope::builder(black_box(invalid), entity.clone()).time(DateTime::UNIX_EPOCH).build();
    assert!(unbuilt().is_err());
    verdicts.extend(compare(
        "bus/invalid",
        vec![
            raw_loop(),
            reaching(0, "ours", unbuilt),
            reaching(0, "ours-emitter", || emitter.emit(black_box(invalid))),
        ],
    ));
    verdicts
}
