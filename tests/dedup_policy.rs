//! Types that say themselves how long their repeats are noticed.

use std::time::Duration;

use events_core::{DedupPolicy, DedupWindow, Emitter, EntityEmitter, Event, EventBus, EventEnum, Receipt};
use serde::Serialize;

use crate::domain::{ManualClock, quick_test};

const MINUTE: Duration = Duration::from_secs(60);
const MILLI: Duration = Duration::from_millis(1);

/// A sign of life, told once a minute.
#[derive(Event, Clone, Debug, Serialize)]
#[event_type("server.beat")]
#[event(emitter = ServerEmitter, dedup(window = "60s"))]
struct Beat {
    n: u32,
}

/// A measurement, told once every quarter of a second while it is among the last four.
#[derive(Event, Clone, Debug, Serialize)]
#[event_type("server.load")]
#[event(emitter = ServerEmitter, dedup(window = "250ms", count = 4))]
struct Load {
    n: u32,
}

/// A request, whose repeats are real.
#[derive(Event, Clone, Debug, Serialize)]
#[event_type("server.request")]
#[event(emitter = ServerEmitter, dedup(none))]
struct Request {
    n: u32,
}

#[derive(Emitter, Debug)]
#[emitter(entity_type = "server")]
struct ServerEmitter(EntityEmitter);

#[derive(EventEnum, Clone, Debug)]
enum ServerEvent {
    Beat(Beat),
    Request(Request),
}

/// A type with the longest time that can be written.
#[derive(Event, Serialize)]
#[event_type("server.installed")]
#[event(dedup(window = "18446744073709551615s", count = 1_000))]
struct Installed;

/// A generic type, and a name that is in the way.
#[derive(Event, Serialize)]
#[event_type("server.measured")]
#[event(dedup(window = "2h"))]
struct Measured<T> {
    value: T,
}

impl<T> Measured<T> {
    const DEDUP: &'static str = "not the policy";
}

fn server(bus: &EventBus) -> ServerEmitter {
    ServerEmitter::new(bus, "db")
}

fn bus_with_clock() -> (EventBus, ManualClock) {
    let clock = ManualClock::default();
    (EventBus::builder().clock(clock.clone()).build(), clock)
}

fn window(count: usize, time: Duration) -> DedupPolicy {
    DedupPolicy::Window(DedupWindow::new(count, time))
}

#[test]
fn the_attribute_is_the_policy_and_what_the_descriptor_says() {
    assert_eq!(Beat::DEDUP, window(10_000, MINUTE));
    assert_eq!(Load::DEDUP, window(4, 250 * MILLI));
    assert_eq!(Request::DEDUP, DedupPolicy::Off);
    assert_eq!(crate::domain::QuickTestStep::DEDUP, DedupPolicy::Bus);
    assert_eq!(Installed::DEDUP, window(1000, Duration::from_secs(u64::MAX)));
    assert_eq!(<Measured<u8> as Event>::DEDUP, window(10_000, 120 * MINUTE));
    assert_eq!(Measured::<u8>::DEDUP, "not the policy");
    assert_eq!(Measured { value: 1 }.value, 1);
    assert_eq!(Beat::DESCRIPTOR.dedup(), Beat::DEDUP);
    assert_eq!(Request::DESCRIPTOR.dedup(), Request::DEDUP);
    assert_eq!(Measured::<u8>::DESCRIPTOR.dedup(), <Measured<u8> as Event>::DEDUP);
}

#[test]
fn a_repeat_is_noticed_inside_the_window_and_told_after_it() {
    let (bus, clock) = bus_with_clock();
    let server = server(&bus);
    let first = server.emit_beat(1).unwrap();
    assert!(first.is_delivered());
    clock.advance(59_999 * MILLI);
    let repeat = server.emit_beat(1).unwrap();
    assert!(matches!(repeat, Receipt::Duplicate { id, .. } if id == first.id()), "{repeat:?}");
    assert!(server.emit_beat(2).unwrap().is_delivered());
    clock.advance(MILLI);
    assert!(server.emit_beat(1).unwrap().is_delivered());
    assert!(server.emit_beat(2).unwrap().is_duplicate());
    // The bus does nothing about the others.
    assert!(quick_test(&bus).emit_step(1).unwrap().is_delivered());
    assert!(quick_test(&bus).emit_step(1).unwrap().is_delivered());
}

#[test]
fn the_types_window_stands_in_place_of_that_of_the_bus() {
    let clock = ManualClock::default();
    let bus = EventBus::builder().dedup(DedupWindow::new(10, MINUTE)).clock(clock.clone()).build();
    let server = server(&bus);
    assert!(server.emit_load(1).unwrap().is_delivered());
    assert!(server.emit_load(1).unwrap().is_duplicate());
    assert!(quick_test(&bus).emit_step(1).unwrap().is_delivered());
    clock.advance(250 * MILLI);
    assert!(server.emit_load(1).unwrap().is_delivered());
    assert!(quick_test(&bus).emit_step(1).unwrap().is_duplicate());
}

#[test]
fn with_none_every_repeat_is_told_even_where_the_bus_notices_them() {
    let bus = EventBus::builder().dedup(DedupWindow::new(10, MINUTE)).build();
    let server = server(&bus);
    for _ in 0..3 {
        assert!(server.emit_request(1).unwrap().is_delivered());
    }
    assert_eq!(bus.stats().duplicates, 0);
}

#[test]
fn two_types_do_not_share_a_window() {
    let (bus, _clock) = bus_with_clock();
    let server = server(&bus);
    assert!(server.emit_beat(1).unwrap().is_delivered());
    // A hundred newer ids in a window of four; the other type's is not among them.
    for n in 1..=100 {
        assert!(server.emit_load(n).unwrap().is_delivered());
    }
    assert!(server.emit_load(1).unwrap().is_delivered(), "its own window has forgotten it");
    assert!(server.emit_load(100).unwrap().is_duplicate());
    assert!(server.emit_beat(1).unwrap().is_duplicate());
}

#[test]
fn each_bus_has_its_own() {
    let (one, two) = (EventBus::new(), EventBus::new());
    assert!(server(&one).emit_beat(1).unwrap().is_delivered());
    assert!(server(&two).emit_beat(1).unwrap().is_delivered());
    assert!(server(&one).emit_beat(1).unwrap().is_duplicate());
}

#[test]
fn the_same_event_is_noticed_in_whichever_way_it_is_emitted() {
    let (bus, clock) = bus_with_clock();
    let server = server(&bus);
    let ways: [&dyn Fn() -> Receipt; 5] = [
        &|| server.emit_beat(1).unwrap(),
        &|| server.emit(Beat { n: 1 }).unwrap(),
        &|| server.emit(ServerEvent::Beat(Beat { n: 1 })).unwrap(),
        &|| bus.emit(Beat { n: 1 }.for_entity("db").unwrap().erase()).unwrap(),
        &|| bus.emit(ServerEvent::from(Beat { n: 1 }).for_entity("db").unwrap()).unwrap(),
    ];
    for first in &ways {
        assert!(first().is_delivered());
        for again in &ways {
            assert!(again().is_duplicate());
        }
        clock.advance(MINUTE);
    }
    for _ in 0..2 {
        assert!(server.emit(ServerEvent::Request(Request { n: 1 })).unwrap().is_delivered());
        assert!(bus.emit(Request { n: 1 }.for_entity("db").unwrap().erase()).unwrap().is_delivered());
    }
}

#[test]
fn the_longest_time_has_no_end() {
    let (bus, clock) = bus_with_clock();
    assert!(bus.emit(Installed.for_entity("db").unwrap()).unwrap().is_delivered());
    clock.advance(1_000_000 * MINUTE);
    assert!(bus.emit(Installed.for_entity("db").unwrap()).unwrap().is_duplicate());
}
