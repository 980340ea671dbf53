//! The text of an error says its cause, and `source` gives it: who logs one line loses nothing, who walks the chain gets all of it.

use std::{collections::BTreeMap, error::Error, fs, time::Duration};

use events_config::{ObserverConfig, ObserverRegistry};
use events_core::{
    AnyEnvelope, Emitter, Event, EventBus, Observer, ObserverResult, StateCoordinator,
    testing::{Chaos, Recorder},
    wire::{Decoder, EventRegistry, RawEnvelope, RegisteredType},
};
use events_jsonl::{JsonlReader, JsonlRecorder, OnProblem};
use events_sqlite::EventLog;
use serde::{Deserialize, Serialize};

use crate::domain::{QuickTestCompleted, QuickTestState, QuickTestStep, ServiceEmitter, quick_test, started};

/// Whose keys have no canonical form.
#[derive(Event, Serialize)]
#[event_type("service.mapped_badly")]
#[event(emitter = ServiceEmitter)]
struct Mapped {
    ports: BTreeMap<(u8, u8), u16>,
}

/// What JSON cannot carry, if it is no number.
#[derive(Event, Debug, Serialize, Deserialize)]
#[event_type("probe.sampled")]
struct Sampled {
    value: f64,
}

type Failure = Box<dyn Error>;

/// What a refused attempt says.
fn refused<T, E: Error + 'static>(result: Result<T, E>) -> Failure {
    let Err(error) = result else { panic!("not refused") };
    error.into()
}

/// An observer that never succeeds.
struct Failing;

impl Observer for Failing {
    fn on_event(&self, _: &AnyEnvelope) -> ObserverResult {
        Err("no".into())
    }
}

/// It has a source, and that is in its text.
fn assert_says_its_cause(name: &str, error: &(dyn Error + 'static)) {
    let Some(cause) = error.source() else { panic!("{name}: no source of `{error}`") };
    // The line and the column of a JSON text are told as an offset.
    let cause = cause.to_string();
    let cause = cause.split(" at line ").next().unwrap_or_default();
    assert!(error.to_string().contains(cause), "{name}: `{error}` does not say `{cause}`");
}

fn assert_all_say_their_causes(errors: impl IntoIterator<Item = (&'static str, Failure)>) {
    for (name, error) in errors {
        assert_says_its_cause(name, &*error);
    }
}

#[test]
fn errors_of_making_and_emitting_say_their_causes() {
    let completed = || QuickTestCompleted { success_rate: 1.5, note: None };
    let mapped = || Mapped { ports: [((1, 2), 3)].into() };
    let (bus, closed) = (EventBus::new(), EventBus::new());
    closed.shutdown(Duration::ZERO).unwrap();
    let machines = StateCoordinator::<QuickTestState>::builder().announce(&closed).build();
    let failing = EventBus::new();
    failing.observe(Failing).detach();
    let told = |n| failing.emit(QuickTestStep { n }.for_entity("e").unwrap()).unwrap().into_result();
    assert_all_say_their_causes([
        ("EnvelopeError::Invalid", refused(completed().for_entity("e"))),
        ("EnvelopeError::EntityId", refused(QuickTestStep { n: 1 }.for_entity(""))),
        ("EnvelopeError::Identity", refused(mapped().for_entity("e"))),
        ("EmitError::Invalid", refused(quick_test(&bus).emit(completed()))),
        ("EmitError::EntityId", refused(ServiceEmitter::new(&bus, "").emit_ready(80))),
        ("EmitError::Identity", refused(ServiceEmitter::new(&bus, "e").emit(mapped()))),
        ("FollowError::Emit", refused(machines.follow(started("x").for_entity("a").unwrap()))),
        ("DeliveryError", refused(told(1))),
        (
            "BatchError",
            refused(failing.emit_batch((1..4).map(|n| QuickTestStep { n }.for_entity("e").unwrap())).into_result()),
        ),
    ]);
}

#[test]
fn errors_of_writing_and_reading_say_their_causes() {
    let nan = Sampled { value: f64::NAN }.for_entity("e").unwrap();
    let step = QuickTestStep { n: 1 }.for_entity("e").unwrap().to_json().unwrap();
    let completed = QuickTestCompleted { success_rate: 0.5, note: None }.for_entity("e").unwrap().to_json().unwrap();
    let decoder = Decoder::new();
    let list = RawEnvelope::from_json(&step.replace("{\"n\":1}", "[1]")).unwrap();
    assert_all_say_their_causes([
        ("JsonError::Unrepresentable", refused(nan.to_json())),
        ("DecodeError::NotUtf8", refused(decoder.raw(b"{\"\xff\"}"))),
        ("DecodeError::Syntax", refused(decoder.raw("{"))),
        ("DecodeError::Payload", refused(decoder.event::<QuickTestStep>(step.replace("\"n\":1", "\"n\":\"one\"")))),
        ("DecodeError::Invalid", refused(decoder.event::<QuickTestCompleted>(completed.replace("0.5", "1.5")))),
        ("DecodeError::Identity", refused(list.verify())),
    ]);
}

#[test]
fn errors_of_a_configuration_say_their_causes() {
    let registry = ObserverRegistry::new().with("broken", |(): ()| Err::<Recorder, _>("no network"));
    let broken = ObserverConfig::from_toml("[[observer]]\nkind = \"broken\"\n", &registry).unwrap();
    let missing = ObserverConfig::from_path("no/such/file.toml", &registry);
    let twice = ObserverConfig::from_toml("[[observer]]\nkind = \"a\"\n[[observer]]\nkind = \"b\"\n", &registry);
    assert_all_say_their_causes([
        ("ConfigErrorKind::Factory", refused(broken.attach(&EventBus::new()))),
        ("ConfigErrorKind::Read", refused(missing)),
        ("ConfigErrors", refused(twice)),
    ]);
}

#[test]
fn errors_of_the_test_kit_say_their_causes() {
    let chaos = Chaos::builder(Failing).delay(1.0, 1).build();
    let step = QuickTestStep { n: 1 }.for_entity("e").unwrap().erase();
    chaos.on_event(&step).unwrap();
    assert_all_say_their_causes([("FlushError", refused(chaos.flush()))]);
}

#[test]
fn errors_of_recordings_say_their_causes() {
    static TYPES: EventRegistry = EventRegistry::new(&[RegisteredType::event::<QuickTestStep>()]);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.jsonl");
    fs::write(&path, "{}\n").unwrap();
    let stopped = JsonlReader::open(&path).unwrap().replay(&TYPES).on(OnProblem::Stop).run(&EventBus::new());
    assert_all_say_their_causes([
        ("OpenError::Io", refused(JsonlRecorder::builder(path.join("inside a file")).open())),
        ("ReadError::Open", refused(JsonlReader::open(directory.path().join("missing")))),
        ("ReadError::Malformed", refused(JsonlReader::open(&path).unwrap().next().unwrap())),
        ("ReplayError::Stopped", refused(stopped)),
    ]);
}

#[test]
fn errors_of_logs_say_their_causes() {
    let directory = tempfile::tempdir().unwrap();
    let log = EventLog::open(directory.path().join("events.db")).unwrap();
    assert_all_say_their_causes([
        ("LogError::Open", refused(EventLog::builder().read_only().open(directory.path().join("missing.db")))),
        ("LogError::Line", refused(log.import(&b"{}\n"[..]))),
    ]);
}
