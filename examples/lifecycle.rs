//! A life cycle: an emitter with its entity's state in its type, so that an event out of order does not compile.
//!
//! Run it with `cargo run --example lifecycle`.

use std::error::Error;

use events_core::{AnyEnvelope, Emitter, EntityEmitter, Event, EventBus, StateMachine, ValidationError};
use serde::Serialize;

/// A service was asked to start.
#[derive(Event, Debug, Serialize)]
#[event_type("service.starting")]
#[event(emitter = ServiceEmitter, lifecycle = ServiceLife)]
struct ServiceStarting {
    command: String,
}

/// A service can be used.
#[derive(Event, Debug, Serialize)]
#[event_type("service.ready")]
#[event(emitter = ServiceEmitter, lifecycle = ServiceLife, validate = Self::check)]
struct ServiceReady {
    port: u16,
}

impl ServiceReady {
    fn check(&self) -> Result<(), ValidationError> {
        if self.port > 0 { Ok(()) } else { Err(ValidationError::new("must be known").field("port").value(self.port)) }
    }
}

/// A service ended.
#[derive(Event, Debug, Serialize)]
#[event_type("service.stopped")]
#[event(emitter = ServiceEmitter, lifecycle = ServiceLife)]
struct ServiceStopped {
    exit_code: i32,
}

/// A service said something, in whatever state. It belongs to no life cycle.
#[derive(Event, Debug, Serialize)]
#[event_type("service.logged")]
#[event(emitter = ServiceEmitter)]
struct ServiceLogged {
    line: String,
}

/// Emits the events of one service, in any order.
#[derive(Emitter, Debug)]
#[emitter(entity_type = "service")]
struct ServiceEmitter {
    emitter: EntityEmitter,
}

/// The life of a service, and the emitter that follows it: `ServiceLife`.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(lifecycle(ServiceLife, emitter = ServiceEmitter))]
enum ServiceState {
    #[state(initial, on(ServiceStarting => Starting))]
    Down,
    #[state(on(ServiceReady => Ready), on(ServiceStopped => Down))]
    Starting,
    #[state(on(ServiceStopped => Down), to = Draining)]
    Ready,
    /// Answers what it was asked, and takes nothing new.
    #[state(on(ServiceStopped => Down))]
    Draining,
}

/// Only a service that is ready can be used, and whoever calls this has seen to that.
fn use_it(service: &ServiceLife<service_life::Ready>) {
    println!("using {}, which is {}", service.emitter().entity_id(), service.state());
}

fn main() -> Result<(), Box<dyn Error>> {
    let bus = EventBus::new();
    let _printer = bus.subscribe(|event: &AnyEnvelope| println!("{} {}", event.event_type(), event.entity_id()));

    let service = ServiceLife::new(&bus, "database");
    // service.emit_ready(5432)?;
    //         ^^^^^^^^^^ error: `ServiceReady` cannot be emitted in the state `Down`
    let service = service.emit_starting("postgres -D data")?;
    assert!(service.receipt().is_some_and(|receipt| receipt.failures().is_empty()));

    // What is invalid is told to nobody, and the service is where it was.
    let (service, error) = service.emit_ready(0).unwrap_err().into_parts();
    println!("{error}");
    assert_eq!(service.state(), ServiceState::Starting);

    let service = service.emit_ready(5432)?;
    use_it(&service);
    let _receipt = service.emitter().emit_logged("checkpoint complete")?;

    // A change that no event drives, and the payload itself in place of the method.
    let service = service.transition_to(service_life::Draining);
    let service = service.emit(ServiceStopped { exit_code: 0 })?;
    assert_eq!(service.state(), ServiceState::Down);
    assert_eq!(bus.stats().delivered, 4);
    Ok(())
}
