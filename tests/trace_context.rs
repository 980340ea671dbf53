//! The trace context of the code that emits, in the envelopes of what it emits.

use std::sync::Arc;

use events_core::{
    AnyEnvelope, Emitter, Envelope, Event, EventBus, OpenTelemetryContext, TraceContextSource, TraceParent,
};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt;

use crate::{
    domain::{Log, QuickTestStep, ServiceEmitter, ServiceReady, delivered, quick_test},
    tracing::alone,
};

const OUTER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const INNER: &str = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-00";

thread_local! {
    static CURRENT: std::cell::Cell<Option<&'static str>> = const { std::cell::Cell::new(None) };
}

/// The context that a test says it is in.
#[derive(Debug)]
struct Said;

impl TraceContextSource for Said {
    fn current(&self) -> Option<TraceParent> {
        let current = CURRENT.get();
        assert_ne!(current, Some("panic"), "in the source");
        current.map(|parent| parent.parse().unwrap())
    }
}

/// The trace contexts of the events on a bus.
fn contexts(bus: &EventBus) -> Log<Option<String>> {
    let log = Log::new();
    let seen = log.clone();
    bus.subscribe(move |event: &AnyEnvelope| seen.push(event.metadata().trace_parent().map(ToString::to_string)))
        .detach();
    log
}

#[test]
fn an_event_has_the_trace_context_of_the_code_that_emits_it() {
    let bus = EventBus::builder().trace_context(Said).build();
    let seen = contexts(&bus);
    for context in [Some(OUTER), None, Some(INNER)] {
        CURRENT.set(context);
        delivered(quick_test(&bus).emit_step(1));
        assert_eq!(seen.take(), [context.map(str::to_owned)]);
    }
    // An envelope made elsewhere goes out as it is.
    delivered(bus.emit(QuickTestStep { n: 1 }.for_entity("e").unwrap()));
    assert_eq!(seen.take(), [None]);
    // As does any event where nobody asked for contexts.
    let bus = EventBus::new();
    let seen = contexts(&bus);
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(seen.take(), [None]);
    // A source may be shared, and its type unknown.
    let source: Arc<dyn TraceContextSource> = Arc::new(Box::new(Said));
    let bus = EventBus::builder().trace_context(source).build();
    let seen = contexts(&bus);
    CURRENT.set(Some(OUTER));
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(seen.take(), [Some(OUTER.to_owned())]);
}

#[test]
fn an_event_that_follows_has_the_context_of_its_cause_unless_a_span_was_entered() {
    let bus = EventBus::builder().trace_context(Said).build();
    let service = ServiceEmitter::new(&bus, "web");
    let _follows = bus.subscription().priority(1).subscribe(move |event: &Envelope<QuickTestStep>| {
        CURRENT.set((event.n == 2).then_some(INNER));
        service.emit(ServiceReady { port: 1 }).map(drop)
    });
    let seen = contexts(&bus);
    for (n, follower) in [(1, OUTER), (2, INNER)] {
        CURRENT.set(Some(OUTER));
        delivered(quick_test(&bus).emit_step(n));
        assert_eq!(seen.take(), [Some(OUTER.to_owned()), Some(follower.to_owned())]);
    }
}

#[test]
fn a_source_that_panics_leaves_the_event_without_a_context() {
    let bus = EventBus::builder().trace_context(Said).build();
    let seen = contexts(&bus);
    CURRENT.set(Some("panic"));
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(seen.take(), [None]);
}

#[test]
fn the_span_of_tracing_is_the_context_of_opentelemetry() {
    let _turn = alone();
    let provider = SdkTracerProvider::builder().build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("tests"));
    let bus = EventBus::builder().trace_context(OpenTelemetryContext).build();
    let seen = contexts(&bus);
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        delivered(quick_test(&bus).emit_step(1));
        assert_eq!(seen.take(), [None], "no span, no context");

        let outer = tracing::info_span!("outer");
        outer.in_scope(|| {
            delivered(quick_test(&bus).emit_step(1));
            tracing::info_span!("inner").in_scope(|| delivered(quick_test(&bus).emit_step(2)));
        });
        let parents: Vec<TraceParent> =
            seen.take().into_iter().map(|parent| parent.unwrap().parse().unwrap()).collect();
        let [outer, inner] = &parents[..] else { panic!("two events") };
        assert_eq!(outer.trace_id(), inner.trace_id());
        assert_ne!(outer.parent_id(), inner.parent_id());
        assert!(outer.as_str().ends_with("-01"), "{outer}");
    });
}
