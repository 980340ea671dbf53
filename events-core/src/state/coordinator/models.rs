//! The coordinator under the model checker: the map of machines is shared by all threads, and machines come and go.
//!
//! `RUSTFLAGS="--cfg shuttle" cargo test -p events-core --lib models --target-dir target/shuttle`

use std::{cell::RefCell, fmt};

use serde::Serialize;
use shuttle::thread;

use super::StateCoordinator;
use crate::{AnyEnvelope, Edge, Event, EventType, StateMachine, Transition, sync::check};

#[derive(Serialize)]
struct Turned;

impl Event for Turned {
    const TYPE: EventType = EventType::from_static("model.turned");
}

#[derive(Serialize)]
struct Ended;

impl Event for Ended {
    const TYPE: EventType = EventType::from_static("model.ended");
}

std::thread_local! {
    /// The steps of all machines in their order. The checker runs the threads of a test on one of the system's.
    static STEPS: RefCell<Vec<Wheel>> = const { RefCell::new(Vec::new()) };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wheel {
    Turning,
    Gone,
}

impl StateMachine for Wheel {
    type Context = ();
    const INITIAL: Self = Self::Turning;
    const STATES: &'static [Self] = &[Self::Turning, Self::Gone];
    const EDGES: &'static [Edge<Self>] =
        &[Edge::on(Self::Turning, Turned::TYPE, Self::Turning), Edge::on(Self::Turning, Ended::TYPE, Self::Gone)];

    fn on_entry(transition: &Transition<Self>, (): &mut ()) {
        STEPS.with_borrow_mut(|steps| steps.push(transition.to));
    }

    fn name(self) -> &'static str {
        match self {
            Self::Turning => "turning",
            Self::Gone => "gone",
        }
    }
}

impl fmt::Display for Wheel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn turned() -> AnyEnvelope {
    Turned.for_entity("wheel").unwrap().into()
}

fn ended() -> AnyEnvelope {
    Ended.for_entity("wheel").unwrap().into()
}

/// A thread that has the coordinator follow these events; how many transitions they made.
fn following(wheels: &StateCoordinator<Wheel>, events: Vec<AnyEnvelope>) -> thread::JoinHandle<usize> {
    let wheels = wheels.clone();
    thread::spawn(move || events.iter().filter(|event| wheels.follow(*event).is_ok_and(|made| made.is_some())).count())
}

#[test]
fn no_event_of_an_entity_is_lost() {
    check(|| {
        let wheels = StateCoordinator::<Wheel>::builder().build();
        let threads = [1, 2].map(|count| following(&wheels, (0..count).map(|_| turned()).collect()));
        let made: usize = threads.map(|thread| thread.join().unwrap()).iter().sum();
        assert_eq!((made, wheels.len()), (3, 1));
        assert_eq!(wheels.snapshot("wheel").unwrap().transitions(), 3, "one machine made them all");
    });
}

#[test]
fn a_machine_that_ends_makes_room_for_the_next() {
    check(|| {
        let wheels = StateCoordinator::<Wheel>::builder().build();
        STEPS.take();
        let threads = [following(&wheels, vec![ended()]), following(&wheels, vec![turned()])];
        let made: usize = threads.map(|thread| thread.join().unwrap()).iter().sum();
        assert_eq!(made, 2, "each met a machine that was alive");
        let last = STEPS.with_borrow(|steps| steps[1]);
        assert_eq!(wheels.state("wheel"), Some(last).filter(|last| *last == Wheel::Turning));
    });
}

#[test]
fn a_machine_that_is_kept_ends_once() {
    check(|| {
        let wheels = StateCoordinator::<Wheel>::builder().keep_terminal().build();
        let threads = [following(&wheels, vec![ended()]), following(&wheels, vec![ended()])];
        let made: usize = threads.map(|thread| thread.join().unwrap()).iter().sum();
        assert_eq!((made, wheels.state("wheel")), (1, Some(Wheel::Gone)));
    });
}

#[test]
fn forgetting_waits_for_nobody_for_ever() {
    check(|| {
        let wheels = StateCoordinator::<Wheel>::builder().build();
        let thread = following(&wheels, vec![turned(), turned()]);
        let forgotten = wheels.forget("wheel").is_some();
        assert_eq!(thread.join().unwrap(), 2);
        let rest = wheels.snapshot("wheel").map_or(0, |snapshot| snapshot.transitions());
        assert!(forgotten || rest == 2, "only what was forgotten is missing");
    });
}
