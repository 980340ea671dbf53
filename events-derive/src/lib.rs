//! The derive macros of `events-core`, which re-exports them. Use them from there.
//!
//! Every mistake in an item is reported at once, on the token that is wrong, and what the derive promises is generated all
//! the same, so that one mistake gives one error.

mod attr;
mod case;
mod ctxt;
mod duration;
mod emitter;
mod event;
mod event_data;
mod event_enum;
mod grammar;
mod members;
mod serde_attr;
#[cfg(test)]
mod snapshots;
mod span;
mod state_machine;
mod suggest;
mod types;
mod unstable;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct an event: its type, its content id, and its method on an emitter.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use events_core::{Emitter, EntityEmitter, Envelope, Event, EventBus, ValidationError};
/// use serde::Serialize;
///
/// /// A quick test ended well.
/// #[derive(Event, Debug, Serialize)]
/// #[event_type("quick_test.completed")]
/// #[event(emitter = QuickTestEmitter, validate = QuickTestCompleted::check)]
/// pub struct QuickTestCompleted {
///     /// The test's name, for people.
///     pub test_name: String,
///     /// The part of the packets that came back.
///     pub success_rate: f64,
///     #[event(default = vec!["quick".to_owned()])]
///     pub tags: Vec<String>,
///     #[event(now, skip_id)]
///     pub end_time: DateTime<Utc>,
/// }
///
/// impl QuickTestCompleted {
///     fn check(&self) -> Result<(), ValidationError> {
///         if (0.0..=1.0).contains(&self.success_rate) {
///             return Ok(());
///         }
///         Err(ValidationError::new("must lie between 0 and 1").field("success_rate").value(self.success_rate))
///     }
/// }
///
/// #[derive(Emitter)]
/// #[emitter(entity_type = "quick_test")]
/// pub struct QuickTestEmitter {
///     emitter: EntityEmitter,
/// }
///
/// let bus = EventBus::new();
/// let test = QuickTestEmitter::new(&bus, "test-001");
/// let _printer = bus.subscribe(|event: &Envelope<QuickTestCompleted>| println!("{} {:?}", event.test_name, event.tags));
/// assert!(test.emit_completed("Connection Test", 0.98)?.is_delivered());
/// assert_eq!(
///     test.emit_completed("Connection Test", 1.5).unwrap_err().to_string(),
///     "event `quick_test.completed` is invalid: `success_rate` is 1.5: must lie between 0 and 1",
/// );
/// # Ok::<(), events_core::EmitError>(())
/// ```
///
/// The struct has named fields or none, may be generic, and implements `serde::Serialize`; it needs no other derive.
///
/// # Attributes
///
/// `#[event_type(…)]` and the keys of `#[event(…)]`, each at most once:
///
/// | attribute | where | value | default | example |
/// |---|---|---|---|---|
/// | `event_type` | struct | string | required | `#[event_type("quick_test.completed")]` |
/// | `emitter` | struct | type | none: no emit method | `#[event(emitter = QuickTestEmitter)]` |
/// | `method` | struct | name | `emit_` and the last segment of the event type | `#[event(method = emit_it)]` |
/// | `entity_type` | struct | string | all of the event type but its last segment | `#[event(entity_type = "custom_test")]` |
/// | `lifecycle` | struct | path | none: no method on a life cycle | `#[event(lifecycle = QuickTestLife)]` |
/// | `identity` | struct | `content` or `unique` | `content` | `#[event(identity = unique)]` |
/// | `dedup` | struct | `window` and `count`, or `none`, in parentheses | as the bus does with all events | `#[event(dedup(window = "60s", count = 1000))]` |
/// | `version` | struct | integer from 1 | `1` | `#[event(version = 2)]` |
/// | `upcast_from` | struct | type | none: this version alone can be read | `#[event(version = 2, upcast_from = QuickTestStartedV1)]` |
/// | `validate` | struct | path of a function | none: every payload is valid | `#[event(validate = Self::check)]` |
/// | `serde` | struct | none | off | `#[event(serde)]` |
/// | `bound` | struct | where predicates in quotes | what `Event` requires, of the whole type, and what its older version must be | `#[event(bound = "T: Serialize + Send + Sync + 'static")]` |
/// | `crate` | struct | path | `::events_core` | `#[event(crate = renamed::events)]` |
/// | `skip_id` | field | none | off: the field enters the id | `#[event(skip_id)]` |
/// | `now` | field | none | off: a parameter of the emit method | `#[event(now, skip_id)]` |
/// | `metric` | field | `counter`, `gauge` or `histogram`, and `name`, `unit`, `labels`, in parentheses; may be repeated | none | `#[event(metric(histogram, unit = "seconds", labels(protocol)))]` |
/// | `default` | field | none or an expression | off: a parameter of the emit method | `#[event(default = Vec::new())]` |
///
/// - `event_type`: two or more segments of `[a-z][a-z0-9_]*` joined by `.`.
/// - `emitter`: adds the emit method to that emitter, and lets its `emit` take the payload. Without the feature `std` there are no
///   emitters: a crate for both says `#[cfg_attr(feature = "std", event(emitter = QuickTestEmitter))]`. It may have parameters of the event:
///   `emitter = Samples<T>`; that such an emitter is one for the event's entity type is checked where the method is used.
/// - `lifecycle`: adds the emit method to that life cycle of the emitter as well ([`StateMachine`](macro@StateMachine)), for the
///   states in which the machine has a transition on the event.
/// - `entity_type`: the type of the entity that the event is about; the emitter's is the same.
/// - `identity`: `unique` gives every occurrence its own id (`UUIDv7`).
/// - `dedup`: gives the type a window of its own on each bus, whatever the bus does with other types: the last `count` ids
///   (10 000, if not given) for as long as `window` says, an integer and a unit (`ms`, `s`, `m`, `h`, `d`). `dedup(none)` tells every
///   repeat.
/// - `version`: of the payload's shape; it does not enter the id.
/// - `upcast_from`: the struct of the version before this one, which is read where it was written; see below.
/// - `validate`: a `fn(&Self) -> Result<(), V>` with `V: Into<ValidationError>`, which refuses payloads that break a rule.
/// - `serde`: makes the id through the payload's `Serialize` alone, for one written by hand.
/// - `bound`: for generic types, in place of the default.
/// - `crate`: where the runtime crate is found.
/// - `skip_id`: the field does not enter the id.
/// - `now`: filled with the time of the event, a `DateTime<Utc>` or what is `From` it; add `skip_id` if the same thing at another
///   time is the same event.
/// - `default`: filled with `Default::default()`, or with the expression, which sees none of the parameters; a closure with
///   commas stands in parentheses.
/// - `metric`: the field feeds a metric, which the `MetricsObserver` (feature `metrics`) tells. A counter adds an unsigned integer, a
///   gauge or a histogram takes any number, a `Duration` in seconds, or a `bool`; of an `Option` nothing where there is none. A type of
///   your own implements `CounterValue` or `MetricValue`. `name`:
///   by default the event's type and the field, `quick_test_completed_packets_sent`, and `_total` behind a counter. `unit`: as the crate
///   `metrics` calls it (`seconds`, `bytes`, `count`, …). `labels`: fields that are `Display`, by which the values are told apart.
///
/// serde's `rename` and `rename_all` are followed: members are named in the id as in the JSON form. A `HashSet` field (no fixed
/// order) and a `DateTime` in another zone than `Utc` (no single text for one moment) are refused, unless the field is skipped. That is
/// seen where the type is written: behind an alias, or inside a type without `#[derive(EventData)]`, such a field makes ids that
/// differ for equal content.
///
/// # Versions
///
/// A payload's shape may change, and what was written before is read as the newest version all the same. The older struct stays,
/// under another name, and says how it becomes the next:
///
/// ```
/// use events_core::{Event, Upcast};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize)]
/// #[event_type("quick_test.started")]
/// pub struct QuickTestStartedV1 {
///     pub name: String,
/// }
///
/// #[derive(Event, Serialize, Deserialize)]
/// #[event_type("quick_test.started")]
/// #[event(version = 2, upcast_from = QuickTestStartedV1)]
/// pub struct QuickTestStarted {
///     pub test_name: String,
///     pub tags: Vec<String>,
/// }
///
/// impl Upcast for QuickTestStartedV1 {
///     type To = QuickTestStarted;
///
///     fn upcast(self) -> QuickTestStarted {
///         QuickTestStarted { test_name: self.name, tags: Vec::new() }
///     }
/// }
///
/// assert_eq!((QuickTestStarted::OLDEST_VERSION, QuickTestStarted::VERSION), (1, 2));
/// ```
///
/// The older struct is an event with the same event type and entity type, is `Deserialize`, may be private, and may have an older
/// version itself. Versions follow each other without a gap. Whatever is missing does not compile; the types and numbers of a
/// generic event are compared where it is read. The newest version is the one to emit, to observe, and to list in event enums.
///
/// # What it generates
///
/// For the struct above, told with the public API (the code itself is shorter and calls `events_core::__private`;
/// `events-derive/snapshots` has it to the letter):
///
/// ```ignore
/// impl Event for QuickTestCompleted {
///     const TYPE: EventType = EventType::from_static("quick_test.completed");
///     const DESCRIPTOR: &'static EventDescriptor = &EventDescriptor::new(Self::TYPE)
///         .with_version(Self::VERSION)
///         .with_identity(Self::IDENTITY)
///         .with_fields(&[
///             FieldDescriptor::new("test_name", "String").with_docs("The test's name, for people."),
///             FieldDescriptor::new("success_rate", "f64").with_docs("The part of the packets that came back."),
///             FieldDescriptor::new("tags", "Vec<String>").with_filled(),
///             FieldDescriptor::new("end_time", "DateTime<Utc>").with_skip_id().with_filled(),
///         ])
///         .with_docs("A quick test ended well.")
///         .with_skipped(&["end_time"]);
///
///     fn validate(&self) -> Result<(), ValidationError> {
///         QuickTestCompleted::check(self).map_err(Into::into)
///     }
///
///     // The payload in canonical form: its keys encoded and sorted while compiling, null members left out.
///     fn encode_payload(&self, writer: &mut CanonicalWriter) { /* as under `EventData`, below */ }
/// }
///
/// // `emitter.emit(literal)` takes this event, and a `quick_test` emitter is what it needs.
/// impl EmittedBy<QuickTestEmitter> for QuickTestCompleted {}
/// const _: () = assert!(QuickTestEmitter::ENTITY_TYPE == "quick_test");
///
/// impl QuickTestEmitter {
///     /// Emits a [`QuickTestCompleted`] (`quick_test.completed`) for this emitter's entity, now. …
///     pub fn emit_completed(&self, test_name: impl Into<String>, success_rate: f64) -> Result<Receipt, EmitError> {
///         let emitter = self.entity_emitter();
///         let time = emitter.now();
///         let event = QuickTestCompleted {
///             test_name: test_name.into(),
///             success_rate,
///             tags: vec!["quick".to_owned()],
///             end_time: DateTime::<Utc>::from(time),
///         };
///         emit_at(emitter, event, time)
///     }
/// }
/// ```
///
/// The emit method is named after the last segment of the event type, has the struct's visibility, and takes every remaining
/// field in the order of the source, a `String` as `impl Into<String>`. Only a struct in the emitter's crate can add to it.
///
/// With `version = 2, upcast_from = QuickTestStartedV1`, the impl of `Event` has also `const VERSION: u32 = 2`, in its descriptor
/// `.with_predecessor(QuickTestStartedV1::DESCRIPTOR)`, and:
///
/// ```ignore
///     // Reads what an older version wrote, by way of each version between them.
///     fn from_older<'de, D: Deserializer<'de>>(version: u32, payload: D) -> Result<Self, D::Error> { /* … */ }
/// ```
///
/// With `lifecycle = QuickTestLife` also:
///
/// ```ignore
/// impl<State: LifeState<Emitter = QuickTestEmitter>> QuickTestLife<State> {
///     /// Emits a [`QuickTestCompleted`] (`quick_test.completed`) for this life cycle's entity, now, and goes to the state that follows. …
///     pub fn emit_completed<Next: LifeState>(
///         self,
///         test_name: impl Into<String>,
///         success_rate: f64,
///     ) -> Result<QuickTestLife<Next>, NotEmitted<Self>>
///     where
///         QuickTestCompleted: EmittedIn<State, Next = Next>,
///     { /* by the emitter's `emit_completed` */ }
/// }
/// ```
#[proc_macro_derive(Event, attributes(event_type, event))]
pub fn derive_event(input: TokenStream) -> TokenStream {
    event::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes a struct with a field of type `EntityEmitter` the emitter of one type of entity.
///
/// ```
/// use std::cell::Cell;
/// use events_core::{Emitter, EntityEmitter, EventBus};
///
/// /// Emits the events of one quick test.
/// #[derive(Emitter, Debug)]
/// #[emitter(entity_type = "quick_test")]
/// pub struct QuickTestEmitter {
///     emitter: EntityEmitter,
///     packets: Cell<u32>,
/// }
///
/// let test = QuickTestEmitter::new(&EventBus::new(), "test-001");
/// assert_eq!(test.entity_id(), "test-001");
/// assert_eq!(test.packets.get(), 0);
/// ```
///
/// # Attributes
///
/// The keys of `#[emitter(…)]`, each at most once:
///
/// | attribute | where | value | default | example |
/// |---|---|---|---|---|
/// | `entity_type` | struct | string | required | `#[emitter(entity_type = "quick_test")]` |
/// | `crate` | struct | path | `::events_core` | `#[emitter(crate = renamed::events)]` |
///
/// - `entity_type`: the type of the entities whose events it emits, segments of `[a-z][a-z0-9_]*` joined by `.`.
/// - `crate`: where the runtime crate is found.
///
/// # What it generates
///
/// ```ignore
/// impl Emitter for QuickTestEmitter {
///     const ENTITY_TYPE: &'static str = "quick_test";
///
///     fn entity_emitter(&self) -> &EntityEmitter {
///         &self.emitter
///     }
/// }
///
/// impl QuickTestEmitter {
///     /// Emits the events of one `quick_test` to a bus. …
///     pub fn new(bus: &EventBus, entity_id: impl Into<EntityId>) -> Self {
///         Self { emitter: EntityEmitter::new(bus, entity_id), packets: Default::default() }
///     }
/// }
/// ```
///
/// For another constructor, implement the trait by hand: it is those two items.
///
/// `new` has the struct's visibility. The struct may be a tuple struct, and generic.
#[proc_macro_derive(Emitter, attributes(emitter))]
pub fn derive_emitter(input: TokenStream) -> TokenStream {
    emitter::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes an enum of events a closed set: conversions, a fieldless companion, and serde by event type.
///
/// ```
/// use events_core::{Event, EventEnum, EventKind};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
/// #[event_type("quick_test.started")]
/// pub struct Started {
///     pub test_name: String,
/// }
///
/// #[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
/// #[event_type("quick_test.failed")]
/// pub struct Failed {
///     pub error_message: String,
/// }
///
/// #[derive(EventEnum, Clone, Debug, PartialEq)]
/// pub enum QuickTestEvent {
///     Started(Started),
///     Failed(Failed),
/// }
///
/// let event = QuickTestEvent::from(Started { test_name: "Connection Test".into() });
/// assert_eq!(event.event_type(), "quick_test.started");
/// assert_eq!(event.kind(), QuickTestEventKind::Started);
/// assert_eq!("quick_test.failed".parse(), Ok(QuickTestEventKind::Failed));
/// assert_eq!(QuickTestEventKind::ALL.len(), 2);
///
/// // The id is that of the payload by itself, and the way back from an envelope is checked.
/// let envelope = event.clone().for_entity("test-001")?;
/// assert_eq!(QuickTestEvent::try_from(&envelope)?, event);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Every variant holds one event, each of another type; two variants with one event type do not compile. The payloads
/// implement `Clone`, and `Deserialize` for the enum to implement it.
///
/// # Attributes
///
/// The key of `#[event_enum(…)]`:
///
/// | attribute | where | value | default | example |
/// |---|---|---|---|---|
/// | `crate` | enum | path | `::events_core` | `#[event_enum(crate = renamed::events)]` |
///
/// It says where the runtime crate is found.
///
/// # What it generates
///
/// ```ignore
/// /// Which variant of [`QuickTestEvent`], without its payload; shown and parsed as the event's type.
/// #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
/// pub enum QuickTestEventKind { Started, Failed }
///
/// impl EventKind for QuickTestEventKind { /* … */ }            // ALL, event_type()
/// impl Display for QuickTestEventKind { /* … */ }              // quick_test.started
/// impl FromStr for QuickTestEventKind { /* … */ }              // Err: UnknownEventType
/// impl EventEnum for QuickTestEvent { /* … */ }                // TYPES, kind(), event_type(), for_entity()
/// impl Emittable for QuickTestEvent { /* … */ }                // `emitter.emit(event)`, `event.for_entity(…)`
/// impl<Em> EmittedBy<Em> for QuickTestEvent where Started: EmittedBy<Em>, Failed: EmittedBy<Em> {}
/// impl Streamed for QuickTestEvent { /* … */ }                 // `bus.stream::<QuickTestEvent>(…)`, with `std`
/// impl From<Started> for QuickTestEvent { /* … */ }            // and From<Failed>
/// impl TryFrom<&AnyEnvelope> for QuickTestEvent { /* … */ }    // Err: UnknownEventType
/// impl Serialize for QuickTestEvent { /* … */ }                // {"type": "quick_test.started", "data": {…}}
/// impl<'de> Deserialize<'de> for QuickTestEvent where Started: Deserialize<'de>, Failed: Deserialize<'de> { /* … */ }
/// ```
#[proc_macro_derive(EventEnum, attributes(event_enum))]
pub fn derive_event_enum(input: TokenStream) -> TokenStream {
    event_enum::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes a struct or an enum inside payloads write its canonical form itself, so that ids of events that hold it are fast.
///
/// ```
/// use events_core::{Event, EventData};
/// use serde::Serialize;
///
/// /// What a connection test measures.
/// #[derive(EventData, Serialize)]
/// pub struct Results {
///     pub packets_sent: u32,
///     pub success_rate: f64,
/// }
///
/// #[derive(Event, Serialize)]
/// #[event_type("quick_test.completed")]
/// pub struct QuickTestCompleted {
///     pub results: Results,
/// }
///
/// let results = Results { packets_sent: 100, success_rate: 0.98 };
/// assert!(QuickTestCompleted { results }.for_entity("test-001")?.id().is_content());
/// # Ok::<(), events_core::EnvelopeError>(())
/// ```
///
/// It changes no id: without it, a type is written through its `Serialize`, to the same bytes and more slowly. The type
/// implements `serde::Serialize` by serde's derive: with one written by hand that gives something else, a debug build refuses to
/// make an id, and a release build does not notice. `rename`, `rename_all`, `skip`, `skip_serializing_if`, `with` and
/// `serialize_with` are followed; with any other attribute that changes the form (`flatten`, `tag`, `untagged`, `into`, …)
/// the whole type goes through `Serialize`.
///
/// # Attributes
///
/// The keys of `#[event_data(…)]`, each at most once:
///
/// | attribute | where | value | default | example |
/// |---|---|---|---|---|
/// | `bound` | struct, enum | where predicates in quotes | `EventData + Serialize` for each type parameter | `#[event_data(bound = "T::Item: EventData")]` |
/// | `crate` | struct, enum | path | `::events_core` | `#[event_data(crate = renamed::events)]` |
///
/// - `bound`: in place of the default, e.g. where a field is of type `T::Item`.
/// - `crate`: where the runtime crate is found.
///
/// # What it generates
///
/// The keys are encoded and in their final order:
///
/// ```ignore
/// impl EventData for Results {
///     fn encode(&self, writer: &mut CanonicalWriter) {
///         writer.raw(b"\xa2\x6cpackets_sent");
///         Probe(&self.packets_sent).__events_encode(writer); // natively, or through serde: by the field's type
///         writer.raw(b"\x6csuccess_rate");
///         Probe(&self.success_rate).__events_encode(writer);
///     }
/// }
/// ```
#[proc_macro_derive(EventData, attributes(event_data))]
pub fn derive_event_data(input: TokenStream) -> TokenStream {
    event_data::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes a fieldless enum a state machine: its transitions as a constant table, checked while compiling. The enum derives `Clone`,
/// `Copy`, `Debug`, `PartialEq` and `Eq` as well.
///
/// ```
/// use events_core::{Event, StateMachine, StateManager};
/// use serde::Serialize;
///
/// #[derive(Event, Serialize)]
/// #[event_type("quick_test.started")]
/// pub struct Started;
///
/// #[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
/// pub enum QuickTestState {
///     #[state(initial, on(Started => Running))]
///     Created,
///     #[state(to = [Completed, Failed])]
///     Running,
///     #[state(terminal)]
///     Completed,
///     #[state(terminal)]
///     Failed,
/// }
///
/// let mut state = StateManager::<QuickTestState>::new();
/// state.apply(&Started.for_entity("test-001")?)?;
/// assert_eq!(state.state(), &QuickTestState::Running);
/// assert_eq!(state.transition_to(QuickTestState::Created).unwrap_err().allowed, [QuickTestState::Completed, QuickTestState::Failed]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Events may lead to several states, under guards; states may have hooks and a time-out:
///
/// ```
/// # use events_core::{Event, StateMachine, StateManager, Transition};
/// # use serde::Serialize;
/// #[derive(Event, Serialize)]
/// #[event_type("step.failed")]
/// pub struct Failed {
///     pub fatal: bool,
/// }
///
/// /// How often a step was tried: guards ask it, hooks change it.
/// #[derive(Default)]
/// pub struct Tries(u32);
///
/// #[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
/// #[state_machine(context = Tries)]
/// pub enum Step {
///     #[state(initial, to = Done, timeout("30s" => GivenUp), entry = Step::count)]
///     #[state(on(Failed => Running, if = Step::may_retry), on(Failed => GivenUp))]
///     Running,
///     #[state(terminal)]
///     Done,
///     #[state(terminal)]
///     GivenUp,
/// }
///
/// impl Step {
///     fn may_retry(event: &Failed, tries: &Tries) -> bool {
///         !event.fatal && tries.0 < 1
///     }
///
///     fn count(_: &Transition<Step>, tries: &mut Tries) {
///         tries.0 += 1;
///     }
/// }
///
/// let mut step = StateManager::<Step, _>::new();
/// step.apply(Failed { fatal: false }.for_entity("step-1")?)?;
/// assert_eq!((step.state(), step.context().0), (&Step::Running, 1));
/// step.apply(Failed { fatal: false }.for_entity("step-1")?)?;
/// assert_eq!(step.state(), &Step::GivenUp);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The enum implements `Copy`, `Eq` and `Debug`. Compile errors, each on the name that is wrong: an unknown state, a duplicate
/// transition, one that is never made since an earlier one has no guard, no or two initial states, a state that cannot be
/// reached, a dead end that is not marked `terminal`.
///
/// # Attributes
///
/// The keys of `#[state(…)]`, and those of `#[state_machine(…)]`:
///
/// | attribute | where | value | default | example |
/// |---|---|---|---|---|
/// | `initial` | one variant | none | required | `#[state(initial)]` |
/// | `terminal` | variant | none | off: something leads out of the state | `#[state(terminal)]` |
/// | `to` | variant | state, or list of states | none | `#[state(to = [Completed, Failed])]` |
/// | `on` | variant | event and state in parentheses, and a guard | none | `#[state(on(Started => Running, if = is_ready))]` |
/// | `timeout` | variant | duration and state in parentheses | none | `#[state(timeout("30s" => Failed))]` |
/// | `entry`, `exit` | variant | path | none | `#[state(entry = begin, exit = end)]` |
/// | `name` | variant | string | the variant in `snake_case` | `#[state(name = "running")]` |
/// | `lifecycle` | enum | name and `emitter`, in parentheses | none | `#[state_machine(lifecycle(QuickTestLife, emitter = QuickTestEmitter))]` |
/// | `context` | enum | type | `()` | `#[state_machine(context = Tries)]` |
/// | `entity_type` | enum | string | that of the first event that drives the machine | `#[state_machine(entity_type = "quick_test")]` |
/// | `serde` | enum | none | off | `#[state_machine(serde)]` |
/// | `crate` | enum | path | `::events_core` | `#[state_machine(crate = renamed::events)]` |
///
/// - `initial`: the machine begins here.
/// - `terminal`: nothing leads out of here.
/// - `to`: transitions that the program makes itself; may be repeated.
/// - `on`: a transition that an event drives; may be repeated. Of several on one event the first is made whose guard holds; the
///   one without a guard comes last.
/// - `if`: a guard, `fn(&Event) -> bool`, or `fn(&Event, &Context) -> bool` in a machine that has a context. A method of the event
///   will do.
/// - `timeout`: the transition that is due after so long in the state, by the clock of the manager; `ms`, `s`, `m`, `h` or `d`.
/// - `entry`, `exit`: run when a transition entered or left the state: `fn(&Transition<State>)`, or
///   `fn(&Transition<State>, &mut Context)`. They see the transition, not what its event says.
/// - `name`: how the state is shown, parsed and stored.
/// - `lifecycle`: generates a life cycle, below. The events of the machine are those of the emitter, and it has no guards, hooks and
///   time-outs: types tell nothing of what is known only at run time. Without the feature `std` there are no emitters: a crate for both says `#[cfg_attr(feature = "std", state_machine(lifecycle(…)))]`.
/// - `context`: what the machine remembers beside its state. It begins as its `Default`; a manager of such a machine is a
///   `StateManager<State, Context>`, and `StateManager::<State, _>::new()` finds it.
/// - `entity_type`: whose states these are.
/// - `serde`: `Serialize` and `Deserialize` by the names of the states.
/// - `crate`: where the runtime crate is found.
///
/// # Life cycles
///
/// A life cycle is an emitter whose type says in which state its entity is, so that an event out of order does not compile:
///
/// ```
/// use events_core::{Emitter, EntityEmitter, Event, EventBus, StateMachine};
/// use serde::Serialize;
///
/// #[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
/// #[state_machine(lifecycle(QuickTestLife, emitter = QuickTestEmitter))]
/// pub enum QuickTestState {
///     #[state(initial, on(QuickTestStarted => Running))]
///     Created,
///     #[state(on(QuickTestCompleted => Completed), on(QuickTestFailed => Failed))]
///     Running,
///     #[state(terminal)]
///     Completed,
///     #[state(to = Created)]
///     Failed,
/// }
///
/// #[derive(Event, Serialize)]
/// #[event_type("quick_test.started")]
/// #[event(emitter = QuickTestEmitter, lifecycle = QuickTestLife)]
/// pub struct QuickTestStarted {
///     pub test_name: String,
/// }
/// # #[derive(Event, Serialize)]
/// # #[event_type("quick_test.completed")]
/// # #[event(emitter = QuickTestEmitter, lifecycle = QuickTestLife)]
/// # pub struct QuickTestCompleted {
/// #     pub success_rate: f64,
/// # }
/// # #[derive(Event, Serialize)]
/// # #[event_type("quick_test.failed")]
/// # #[event(emitter = QuickTestEmitter, lifecycle = QuickTestLife)]
/// # pub struct QuickTestFailed {
/// #     pub error_message: String,
/// # }
/// // … and the others.
///
/// #[derive(Emitter)]
/// #[emitter(entity_type = "quick_test")]
/// pub struct QuickTestEmitter {
///     emitter: EntityEmitter,
/// }
///
/// let bus = EventBus::new();
/// let test = QuickTestLife::new(&bus, "test-001"); // a `QuickTestLife<quick_test_life::Created>`; also `from(emitter)`
/// let test = test.emit_started("Connection Test")?; // a `QuickTestLife<quick_test_life::Running>`
/// assert_eq!(test.state(), QuickTestState::Running);
/// assert!(test.receipt().is_some_and(|receipt| receipt.is_delivered()));
/// let test = test.emit(QuickTestFailed { error_message: "no route".into() })?; // the payload itself, too
/// let test = test.transition_to(quick_test_life::Created); // what the program does itself
/// let test = test.emit_started("Connection Test")?.emit_completed(0.98)?;
/// assert_eq!(test.state(), QuickTestState::Completed);
/// # Ok::<(), events_core::EmitError>(())
/// ```
///
/// `QuickTestLife::new(&bus, "test-001").emit_completed(0.98)` is refused: ``` `QuickTestCompleted` cannot be emitted in the state
/// `Created` ```, and the compiler shows the state in which it can. An error of `emit` gives the life cycle back, in the state it
/// was in (`NotEmitted`), and `?` turns it into an `EmitError`.
///
/// Any receipt leads to the next state, that of a duplicate or of a bus that is switched off as well: the event happened. A life
/// cycle knows nothing of what others emit for the same entity, and its state is where its owner left it; a state that is
/// shared, or known only at run time, is a `StateManager`'s.
///
/// # What it generates
///
/// ```ignore
/// #[doc = "…"] // the transitions, as a table and as Mermaid text
/// impl StateMachine for QuickTestState {
///     type Context = ();
///     const INITIAL: Self = Self::Created;
///     const STATES: &'static [Self] = &[Self::Created, Self::Running, Self::Completed, Self::Failed];
///     const EDGES: &'static [Edge<Self>] = &[
///         Edge::on(Self::Created, <Started as Event>::TYPE, Self::Running),
///         Edge::direct(Self::Running, Self::Completed),
///         Edge::direct(Self::Running, Self::Failed),
///     ];
///
///     fn name(self) -> &'static str {
///         match self { Self::Created => "created", /* … */ }
///     }
///
///     fn can_transition_to(self, to: Self) -> bool {
///         let row: u64 = match self { Self::Created => 2, Self::Running => 12, /* … */ };
///         let bit: u32 = match to { Self::Created => 0, Self::Running => 1, /* … */ };
///         row >> bit & 1 == 1
///     }
///
///     // With guards and hooks also `holds`, `on_entry` and `on_exit`: a `match` whose arms call the paths.
/// }
///
/// impl Display for QuickTestState { /* … */ }   // created
/// impl FromStr for QuickTestState { /* … */ }
/// ```
///
/// With `lifecycle(QuickTestLife, emitter = QuickTestEmitter)` also, as visible as the enum:
///
/// ```ignore
/// pub struct QuickTestLife<State: LifeState>(/* the emitter, and the last receipt */);
///
/// pub mod quick_test_life { // called as the life cycle, in `snake_case`
///     pub struct Created;
///     pub struct Running; // …
/// }
///
/// impl LifeState for quick_test_life::Created { /* … */ }        // Machine, Emitter, STATE; and Debug
/// impl EmittedIn<quick_test_life::Created> for QuickTestStarted { // for each `on`
///     type Next = quick_test_life::Running;
/// }
/// impl Follows<quick_test_life::Failed> for quick_test_life::Created {} // for each `to`
///
/// impl QuickTestLife<quick_test_life::Created> {
///     pub fn new(bus: &EventBus, entity_id: impl Into<EntityId>) -> Self { /* … */ } // if the emitter derives `Emitter`
/// }
/// impl From<QuickTestEmitter> for QuickTestLife<quick_test_life::Created> { /* … */ }
///
/// impl<State: LifeState> QuickTestLife<State> {
///     pub fn emit<E: EmittedIn<State>>(self, event: E) -> Result<QuickTestLife<E::Next>, NotEmitted<Self>> { /* … */ }
///     pub fn transition_to<To: Follows<State>>(self, _: To) -> QuickTestLife<To> { /* … */ }
///     pub fn state(&self) -> QuickTestState { /* … */ }
///     pub fn receipt(&self) -> Option<&Receipt> { /* … */ }      // of the last event
///     pub fn emitter(&self) -> &QuickTestEmitter { /* … */ }     // for events that belong to no state
///     pub fn into_emitter(self) -> QuickTestEmitter { /* … */ }
/// }
/// impl<State: LifeState> Debug for QuickTestLife<State> { /* … */ }
/// ```
#[proc_macro_derive(StateMachine, attributes(state_machine, state))]
pub fn derive_state_machine(input: TokenStream) -> TokenStream {
    state_machine::derive(&parse_macro_input!(input as DeriveInput)).into()
}
