//! The whole event vocabulary of PANTHER, a network-testing framework, as typed events: eight domains, and the four state
//! machines of its entities.
//!
//! | room | entities | states |
//! |---|---|---|
//! | [`experiment`] | experiments | [`ExperimentState`](experiment::ExperimentState) |
//! | [`test`](mod@test) | their tests | [`TestState`](test::TestState) |
//! | [`service`] | clients, servers and testers of a test | [`ServiceState`](service::ServiceState) |
//! | [`environment`] | where services run | [`EnvironmentState`](environment::EnvironmentState) |
//! | [`step`] | the steps of a test | |
//! | [`assertion`] | what a test asserts | |
//! | [`metrics`] | what is measured | |
//! | [`plugin`] | what brings services and environments | |
//!
//! Each has an emitter, an enum of all its events, and the events. An event is called as upstream's class without `Event`, its type
//! and its fields as upstream's, with these rules:
//!
//! - The parameter `<domain>_id` is the entity of the envelope, and no field.
//! - What upstream requires, an `emit_…` method takes. What has a default there has it here; a struct literal says it. What a
//!   thing is told for is a parameter as well, though upstream has a default for it: `error_message`, `reason`, `skip_reason`,
//!   `progress_message`, whether an assertion holds, and how many do.
//! - An id follows from the content, so that what is told twice is noticed. Where repeats are real, in measurements and in what drives
//!   a machine in a circle, ids are unique.
//! - Where upstream gives several classes one type, each has its own here; its domain has a table of them.
//!
//! ```
//! use events_core::{Emitter, EventBus, StateCoordinator};
//! use events_panther::test::{TestEmitter, TestSetupCompleted, TestState};
//!
//! let bus = EventBus::new();
//! let tests = StateCoordinator::<TestState>::on(&bus);
//!
//! let test = TestEmitter::new(&bus, "handshake-001");
//! test.emit_created("QUIC handshake")?.into_result()?;
//! test.emit_setup_started()?.into_result()?;
//! test.emit_service_setup_started()?.into_result()?;
//! let services = vec!["client".to_owned(), "server".to_owned()];
//! test.emit(TestSetupCompleted { services: Some(services), duration_seconds: Some(0.25) })?.into_result()?;
//! assert_eq!(tests.state("handshake-001"), Some(TestState::ServicesSetup));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod assertion;
pub mod environment;
pub mod experiment;
pub mod metrics;
pub mod plugin;
mod registry;
pub mod service;
pub mod step;
pub mod summary;
pub mod test;
pub mod values;

pub use self::registry::EVENTS;
