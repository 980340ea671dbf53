//! All types of events by name, to read what was recorded.

use events_core::{
    StateChanged, TransitionRefused,
    wire::{EventRegistry, RegisteredType},
};

use crate::{
    assertion::AssertionEvent,
    environment::{EnvironmentEvent, EnvironmentState},
    experiment::{ExperimentEvent, ExperimentState},
    metrics::MetricsEvent,
    plugin::PluginEvent,
    service::{ServiceEvent, ServiceState},
    step::StepEvent,
    test::{TestEvent, TestState},
};

/// All events of this crate, and what coordinators of its machines tell.
///
/// ```
/// use events_core::wire::Decoded;
/// use events_panther::{EVENTS, test::TestCreated};
/// # use events_core::Event;
///
/// # let created = TestCreated { test_name: "QUIC handshake".into(), description: None, config: None }.for_entity("handshake-001")?;
/// # let text = created.to_json()?;
/// match EVENTS.decode(&text.parse()?)? {
///     Decoded::Event(event) => assert_eq!(event.payload::<TestCreated>().unwrap().test_name, "QUIC handshake"),
///     Decoded::Raw(_) => unreachable!("it is registered"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub static EVENTS: EventRegistry = EventRegistry::new(&[
    RegisteredType::all_of::<ExperimentEvent>(),
    RegisteredType::all_of::<TestEvent>(),
    RegisteredType::all_of::<ServiceEvent>(),
    RegisteredType::all_of::<EnvironmentEvent>(),
    RegisteredType::all_of::<StepEvent>(),
    RegisteredType::all_of::<AssertionEvent>(),
    RegisteredType::all_of::<MetricsEvent>(),
    RegisteredType::all_of::<PluginEvent>(),
    RegisteredType::event::<StateChanged<ExperimentState>>(),
    RegisteredType::event::<StateChanged<TestState>>(),
    RegisteredType::event::<StateChanged<ServiceState>>(),
    RegisteredType::event::<StateChanged<EnvironmentState>>(),
    RegisteredType::event::<TransitionRefused<ExperimentState>>(),
    RegisteredType::event::<TransitionRefused<TestState>>(),
    RegisteredType::event::<TransitionRefused<ServiceState>>(),
    RegisteredType::event::<TransitionRefused<EnvironmentState>>(),
]);
