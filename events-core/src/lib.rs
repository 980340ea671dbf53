//! Typed, immutable events: annotate a struct, and it has a content id, a typed emit method, observers and a state machine,
//! checked by the compiler.
//!
#![cfg_attr(feature = "derive", doc = "```")]
#![cfg_attr(not(feature = "derive"), doc = "```ignore")]
//! use events_core::{Emitter, EntityEmitter, Envelope, Event, EventBus};
//! use serde::Serialize;
//!
//! /// A quick test began to run.
//! #[derive(Event, Serialize)]
//! #[event_type("quick_test.started")]
//! #[event(emitter = QuickTestEmitter)]
//! pub struct QuickTestStarted {
//!     pub test_name: String,
//! }
//!
//! /// Emits the events of one quick test.
//! #[derive(Emitter)]
//! #[emitter(entity_type = "quick_test")]
//! pub struct QuickTestEmitter {
//!     emitter: EntityEmitter,
//! }
//!
//! let bus = EventBus::new();
//! let _printer = bus.subscribe(|event: &Envelope<QuickTestStarted>| println!("{} {}", event.id(), event.test_name));
//! let test = QuickTestEmitter::new(&bus, "test-001");
//! let receipt = test.emit_started("Connection Test")?;
//! assert!(receipt.is_delivered());
//! # Ok::<(), events_core::EmitError>(())
//! ```
//!
//! # Where things are
//!
//! - [`Event`], [`EventType`]: what a payload is, and what it is called.
//! - [`Envelope`], [`AnyEnvelope`]: a payload with id, entity and time; immutable.
//! - [`identity`]: how the id follows from the content, byte for byte.
//! - [`EventBus`], [`Observer`], [`Pattern`], [`Receipt`]: who is told, in which order, and what became of it.
//! - [`delivery`]: what the bus promises, and the test of each promise.
//! - [`EventStream`]: events to be read when there is time, by async tasks or threads.
//! - [`Emitter`], [`EntityEmitter`]: the events of one entity.
//! - [`ErrorInfo`]: an error as data, for events that tell of failures.
//! - [`EventEnum`]: closed sets of events.
//! - [`Upcast`]: what was written in an older version, read as the newest.
//! - `wire` (feature `json`): how events are written and read, as `CloudEvents` 1.0.
//! - [`StateMachine`], [`StateManager`], [`StateCoordinator`]: states driven by events, drawn as a picture.
//! - [`EmittedIn`]: life cycles, in which an event out of order does not compile.
//! - [`Conformance`]: where recorded events depart from a machine.
//!
//! # Features
//!
//! | feature | default | |
//! |---|---|---|
//! | `std` | yes | bus, observers, emitters, system clock; without it `no_std` + `alloc` |
//! | `derive` | yes | the derive macros |
//! | `json` | no | events as JSON text (`CloudEvents` 1.0), written and read |
//! | `metrics` | no | what events say in numbers, to the recorder of the crate `metrics` |
//! | `testing` | no | the test kit, in the module of that name |
//! | `console` | no | `ConsoleObserver`: a line per event for people |
//! | `tracing` | no | `TracingObserver`: each event as one of `tracing`, with its fields |
//! | `opentelemetry` | no | `OpenTelemetryContext`: the current span's trace context in every envelope |
//!
//! # Other crates in the interface
//!
//! What a caller needs of other crates is exported from here, in the version that this crate uses: [`chrono`] (times) and [`uuid`]
//! (ids as they are elsewhere); with the feature `console` `anstyle` and `ColorChoice` (of `anstream`), with `tracing` `Level` (of
//! `tracing`). Of other crates there are only traits and errors: `serde` (what payloads implement), `futures-core`
//! (what [`EventStream`] implements), and with the feature `json` `serde_json` (`Error`, as the source of errors).

#![cfg_attr(not(feature = "std"), no_std)]
// The page speaks of the bus, which is not there without `std`.
#![cfg_attr(not(feature = "std"), allow(rustdoc::broken_intra_doc_links))]
#![cfg_attr(docsrs, feature(doc_cfg))]
// What may not grow says so, and why.
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

extern crate alloc;
// The derives name this crate as `::events_core`, here too.
extern crate self as events_core;

#[cfg(feature = "json")]
mod attribute;
mod clock;
mod content;
mod dedup;
mod entity;
mod envelope;
mod error_info;
mod event;
mod event_enum;
mod event_id;
mod event_type;
#[cfg(any(feature = "console", feature = "tracing"))]
mod fields;
mod grammar;
pub mod identity;
#[cfg(feature = "json")]
mod json_object;
mod metadata;
mod metric;
mod pattern;
mod state;
mod text;
#[cfg(any(feature = "console", feature = "tracing"))]
mod tone;
mod upcast;
mod validation;
#[cfg(feature = "json")]
pub mod wire;

#[cfg(feature = "std")]
mod batch_receipt;
#[cfg(feature = "std")]
mod bus;
#[cfg(feature = "console")]
mod console;
#[cfg(feature = "std")]
#[doc = include_str!("delivery.md")]
pub mod delivery {}
#[cfg(feature = "std")]
mod emitter;
#[cfg(feature = "std")]
mod observer;
#[cfg(feature = "std")]
mod receipt;
#[cfg(feature = "std")]
mod stream;
#[cfg(feature = "std")]
mod sync;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "std")]
mod trace_context;
#[cfg(feature = "tracing")]
mod tracing_observer;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

// An emitter has a bus.
#[cfg(all(feature = "derive", feature = "std"))]
pub use events_derive::Emitter;
#[cfg(feature = "derive")]
pub use events_derive::{Event, EventData, EventEnum, StateMachine};

#[cfg(feature = "console")]
#[doc(no_inline)]
pub use anstream::ColorChoice;
#[cfg(feature = "console")]
#[doc(no_inline)]
pub use anstyle;
#[doc(no_inline)]
pub use chrono;
#[cfg(feature = "tracing")]
#[doc(no_inline)]
pub use tracing_core::Level;
#[doc(no_inline)]
pub use uuid;

#[cfg(feature = "console")]
pub use self::console::ConsoleObserver;
#[cfg(feature = "json")]
pub use self::envelope::JsonError;
#[cfg(any(feature = "console", feature = "tracing"))]
pub use self::fields::FieldsError;
#[cfg(feature = "metrics")]
pub use self::metric::{MetricClash, MetricsObserver};
#[cfg(feature = "opentelemetry")]
pub use self::trace_context::OpenTelemetryContext;
#[cfg(feature = "tracing")]
pub use self::tracing_observer::TracingObserver;
#[cfg(feature = "std")]
pub use self::{
    batch_receipt::{BatchError, BatchFailure, BatchReceipt},
    bus::{
        BusStats, DuplicateSubscription, EventBus, EventBusBuilder, History, Plan, PlanStep, PlanVerdict, Scope,
        ShutdownError, Streamed, Subscriber, Subscription, SubscriptionBuilder, WeakEventBus,
    },
    clock::{RandomIds, SystemClock},
    emitter::{Emitter, EntityEmitter, PanicGuard},
    observer::{Observer, ObserverError, ObserverResult, Outcome},
    receipt::{DeliveryError, EmitError, FailureKind, ObserverFailure, Receipt},
    state::{
        EmittedIn, FollowError, Follows, LifeState, NotEmitted, StateChanged, StateCoordinator,
        StateCoordinatorBuilder, TransitionRefused,
    },
    stream::{
        EventStream, Overflow, RecvTimeoutError, StreamIntoIter, StreamItem, StreamIter, TryRecvError, WithLosses,
    },
    trace_context::TraceContextSource,
};
pub use self::{
    clock::{Clock, IdSource},
    dedup::{DedupPolicy, DedupWindow},
    entity::{EntityId, InvalidEntityId},
    envelope::{AnyEnvelope, Emittable, EmittedBy, Envelope, EnvelopeBuilder, EnvelopeError, IntoEnvelope},
    error_info::{ErrorBacktrace, ErrorInfo, Severity, UnknownSeverity},
    event::{Event, EventDescriptor, FieldDescriptor, IdentityPolicy, Payload},
    event_enum::{EventEnum, EventKind, UnknownEventType},
    event_type::{EventType, InvalidEventType},
    identity::{EventData, EventId, IdentityError, InvalidEventId},
    metadata::{CorrelationId, InvalidTraceParent, Metadata, TraceParent},
    metric::{CounterValue, MetricDescriptor, MetricKind, MetricValue},
    pattern::{InvalidPattern, Pattern},
    state::{
        Conformance, DefaultClock, Departure, Edge, InvalidTransition, MachineState, NonConformance, RefusedEvent,
        RestoreError, StateMachine, StateManager, StateManagerBuilder, StateSnapshot, StateTable, TableError,
        Transition, Trigger, UnknownState,
    },
    upcast::Upcast,
    validation::ValidationError,
};
