//! The envelope: what it says, how it is made, and that it is shared and never copied.

use std::{error::Error as _, ptr};

use chrono::{DateTime, Utc};
use events_core::{
    AnyEnvelope, BusStats, CorrelationId, DedupWindow, DeliveryError, EmitError, EntityEmitter, EntityId, Envelope,
    EnvelopeBuilder, EnvelopeError, Event, EventBus, EventBusBuilder, EventDescriptor, EventEnum, EventId, EventType,
    IdentityError, JsonError, Metadata, Pattern, Receipt, StateManager, Subscription, TraceParent, Transition,
    ValidationError,
};

use crate::domain::{
    ManualClock, QuickTestBeat, QuickTestCompleted, QuickTestEvent, QuickTestFailed, QuickTestStarted, QuickTestState,
    QuickTestStep, started,
};

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

#[test]
fn an_envelope_says_what_happened_to_whom_and_when() {
    let event = Envelope::builder(started("x"), "test-001").time(at(7)).build().unwrap();
    assert_eq!(event.event_type(), "quick_test.started");
    assert_eq!((event.entity_type(), event.entity_id()), ("quick_test", &EntityId::from("test-001")));
    assert_eq!((event.time(), event.payload(), event.test_name.as_str()), (at(7), &started("x"), "x"));
    assert_eq!(event.metadata(), &Metadata::default());
    assert_eq!((event.correlation_id(), event.causation_id()), (None, None));
    assert!(event.id().is_content());
    let shown = format!("{event:?}");
    for part in ["quick_test.started", "test-001", &event.id().to_string(), "1970-01-01T00:00:07Z", "test_name"] {
        assert!(shown.contains(part), "{shown}");
    }
}

#[test]
fn clones_and_erased_envelopes_share_the_event() {
    let event = started("x").for_entity("e").unwrap();
    let any: AnyEnvelope = event.clone().into();
    let again: Envelope<QuickTestStarted> = any.downcast().unwrap();
    assert!(ptr::eq(event.payload(), again.payload()));
    assert!(ptr::eq(event.payload(), any.payload::<QuickTestStarted>().unwrap()));
    assert!(ptr::eq(event.payload(), event.clone().payload()));
    assert_eq!((any.id(), any.time(), any.entity_id()), (event.id(), event.time(), event.entity_id()));
    assert_eq!((any.event_type(), any.entity_type()), (event.event_type(), event.entity_type()));
    assert_eq!(any.metadata(), event.metadata());
    assert_eq!(any.descriptor().event_type(), &QuickTestStarted::TYPE);
    assert_eq!(any.payload_type_id(), std::any::TypeId::of::<QuickTestStarted>());
}

#[test]
fn another_type_is_not_found_in_an_erased_envelope() {
    let any = started("x").for_entity("e").unwrap().erase();
    assert!(any.downcast::<QuickTestStep>().is_none());
    assert!(any.payload::<QuickTestStep>().is_none());
}

#[test]
fn a_builder_takes_what_is_known_of_the_flow() {
    let cause = started("x").for_entity("e").unwrap().id();
    let event = Envelope::builder(QuickTestStep { n: 1 }, "e")
        .correlation_id("run-7")
        .causation_id(cause)
        .sequence(u64::MAX)
        .trace_parent(TRACE.parse().unwrap())
        .build()
        .unwrap();
    let plain = QuickTestStep { n: 1 }.for_entity("e").unwrap();
    assert_eq!(event.id(), plain.id(), "none of it enters the id");
    let metadata = event.metadata();
    assert_eq!(metadata.correlation_id(), Some(&CorrelationId::from("run-7")));
    assert_eq!((metadata.causation_id(), metadata.sequence()), (Some(cause), Some(u64::MAX)));
    assert_eq!(metadata.trace_parent().unwrap().as_str(), TRACE);
    assert_eq!(event.correlation_id().unwrap().as_str(), "run-7");
    assert_eq!(event.causation_id(), Some(cause));
    assert_eq!((event.sequence(), event.trace_parent()), (metadata.sequence(), metadata.trace_parent()));
    let erased = event.erase();
    assert_eq!((erased.sequence(), erased.trace_parent()), (metadata.sequence(), metadata.trace_parent()));
    assert!(ptr::eq(event.descriptor(), erased.descriptor()));
    assert_eq!(event.erase().metadata(), metadata);
    assert_eq!(CorrelationId::from(cause).to_string(), cause.to_string());
}

#[test]
fn without_a_time_it_is_the_present_in_microseconds() {
    let before = Utc::now();
    let time = QuickTestStep { n: 1 }.for_entity("e").unwrap().time();
    assert!((before - chrono::TimeDelta::microseconds(1)..=Utc::now()).contains(&time));
    assert_eq!(time.timestamp_subsec_nanos() % 1000, 0);
}

#[test]
fn unique_events_have_ids_of_their_own_in_the_order_of_time() {
    let of = |seconds| Envelope::builder(QuickTestBeat { n: 1 }, "e").time(at(seconds)).build().unwrap().id();
    let (first, same_second, later) = (of(1000), of(1000), of(1001));
    assert_ne!(first, same_second);
    assert!(first < later && same_second < later);
    for id in [first, same_second, later, of(-5), of(0)] {
        assert_eq!(id.as_uuid().get_version_num(), 7);
        assert!(!id.is_content());
    }
}

#[test]
fn the_id_of_a_unique_event_may_be_given() {
    let given: EventId = "0190a000-0000-7000-8000-000000000001".parse().unwrap();
    let event = Envelope::builder(QuickTestBeat { n: 1 }, "e").unique_id(given).build().unwrap();
    assert_eq!(event.id(), given);
    let content = Envelope::builder(QuickTestStep { n: 1 }, "e").unique_id(given).build().unwrap();
    assert_eq!(content.id(), QuickTestStep { n: 1 }.for_entity("e").unwrap().id());
}

#[test]
fn an_empty_entity_id_is_refused_with_the_value_and_the_rule() {
    let error = started("x").for_entity("").unwrap_err();
    let EnvelopeError::EntityId { event_type, source, .. } = &error else { panic!("{error}") };
    assert_eq!((event_type.as_str(), source.id.as_str()), ("quick_test.started", ""));
    assert_eq!(source.to_string(), "invalid entity id \"\": an entity id must not be empty");
    assert_eq!(QuickTestEvent::from(started("x")).for_entity("").unwrap_err(), error);
    assert!(EntityId::from(" ").validate().is_ok());
}

/// As the other refusals do, and as `EmitError` does for this one.
#[test]
fn the_message_about_an_empty_entity_id_names_the_value_and_the_rule() {
    let message = started("x").for_entity("").unwrap_err().to_string();
    assert_eq!(
        message,
        "event `quick_test.started` has no entity: invalid entity id \"\": an entity id must not be empty"
    );
}

#[test]
fn an_invalid_payload_is_refused_with_field_value_and_rule() {
    let error = QuickTestCompleted { success_rate: 1.5, note: None }.for_entity("e").unwrap_err();
    let EnvelopeError::Invalid { source, .. } = &error else { panic!("{error}") };
    assert_eq!((source.field_name(), source.value_text()), (Some("success_rate"), Some("1.5")));
    assert_eq!(
        error.to_string(),
        "event `quick_test.completed` is invalid: `success_rate` is 1.5: must lie between 0 and 1"
    );
    assert!(error.source().unwrap().is::<ValidationError>());
    assert_eq!(EmitError::from(error.clone()).to_string(), error.to_string());
    assert_eq!(EmitError::from(error.clone()).event_type(), error.event_type());
}

#[test]
fn a_validation_error_tells_what_it_knows() {
    for (error, shown) in [
        (ValidationError::new("must not be empty"), "must not be empty"),
        (ValidationError::new("must not be empty").field("name"), "`name`: must not be empty"),
        (ValidationError::new("is too long").value(300), "300: is too long"),
        (ValidationError::new("is too long").field("name").value(300), "`name` is 300: is too long"),
        ("as text".into(), "as text"),
        (String::from("as a string").into(), "as a string"),
    ] {
        assert_eq!(error.to_string(), shown);
    }
}

#[test]
fn a_trace_parent_follows_the_recommendation() {
    let parent: TraceParent = TRACE.parse().unwrap();
    assert_eq!((parent.trace_id(), parent.parent_id()), (&TRACE[3..35], &TRACE[36..52]));
    assert_eq!(parent.to_string(), TRACE);
    "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more".parse::<TraceParent>().unwrap();
    for (text, rule) in [
        ("", "the version must be 2 lower-case hex digits"),
        ("é-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "the version must be 2 lower-case hex digits"),
        ("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "the trace id must be 32 lower-case hex digits"),
        ("00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01", "the trace id must be 32 lower-case hex digits"),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333-01", "the parent id must be 16 lower-case hex digits"),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", "the flags must be 2 lower-case hex digits"),
        ("00-00000000000000000000000000000000-b7ad6b7169203331-01", "an id must not be all zeros"),
        ("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", "an id must not be all zeros"),
        ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "version ff is forbidden"),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", "nothing may follow the flags"),
    ] {
        let error = text.parse::<TraceParent>().unwrap_err();
        assert_eq!((error.rule, error.text.as_str()), (rule, text));
        assert_eq!(error.to_string(), format!("malformed traceparent {text:?}: {rule}"));
    }
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00".parse::<TraceParent>().unwrap();
}

#[test]
fn everything_public_may_cross_threads() {
    fn crosses<T: Send + Sync>() {}
    crosses::<Envelope<QuickTestStarted>>();
    crosses::<EnvelopeBuilder<QuickTestStarted>>();
    crosses::<AnyEnvelope>();
    crosses::<(EventId, EventType, EntityId, Metadata, CorrelationId, TraceParent, Pattern)>();
    crosses::<(EventBus, EventBusBuilder, Subscription, BusStats, DedupWindow, EntityEmitter)>();
    crosses::<(Receipt, DeliveryError, EmitError, EnvelopeError, IdentityError, JsonError, ValidationError)>();
    crosses::<(StateManager<QuickTestState>, StateManager<String>, Transition<QuickTestState>)>();
    crosses::<(QuickTestEvent, EventDescriptor, ManualClock)>();
}

#[test]
fn an_enum_is_sealed_like_its_event() {
    let failed = QuickTestFailed { error: "no".into() };
    let any = QuickTestEvent::from(failed.clone()).for_entity("e").unwrap();
    assert_eq!(any.payload(), Some(&failed));
    assert_eq!(any.id(), failed.for_entity("e").unwrap().id());
}
