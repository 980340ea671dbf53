use events_core::{
    AnyEnvelope, Event, EventEnum,
    wire::{DecodeError, Decoded, Decoder, EventRegistry, RawEnvelope, RegisteredType},
};
use serde_json::json;

use super::step_with;
use crate::domain::{QuickTestBeat, QuickTestEvent, QuickTestFailed, QuickTestStarted, QuickTestStep};

static EVENTS: EventRegistry =
    EventRegistry::new(&[RegisteredType::event::<QuickTestStep>(), RegisteredType::all_of::<QuickTestEvent>()]);

#[test]
fn events_of_registered_types_are_typed() {
    for event in [
        QuickTestStep { n: 1 }.for_entity("e").unwrap().erase(),
        QuickTestFailed { error: "x".into() }.for_entity("e").unwrap().erase(),
    ] {
        let raw = event.to_raw().unwrap();
        for decoded in [EVENTS.decode(&raw), Decoder::new().known(raw.as_json(), &EVENTS)] {
            let Ok(Decoded::Event(decoded)) = decoded else { panic!("{decoded:?}") };
            assert_eq!(decoded.to_json().unwrap(), raw.as_json());
            assert_eq!(decoded.payload_type_id(), event.payload_type_id());
        }
    }
}

#[test]
fn the_variants_of_an_enum_come_out_as_its_values() {
    let event = QuickTestFailed { error: "x".into() }.for_entity("e").unwrap().erase();
    let Ok(Decoded::Event(decoded)) = EVENTS.decode(&event.to_raw().unwrap()) else { panic!() };
    assert_eq!(
        QuickTestEvent::try_from(&decoded).unwrap(),
        QuickTestEvent::Failed(QuickTestFailed { error: "x".into() })
    );
}

#[test]
fn events_of_other_types_stay_raw() {
    let beat = QuickTestBeat { n: 1 }.for_entity("e").unwrap().to_raw().unwrap();
    let Ok(Decoded::Raw(raw)) = EVENTS.decode(&beat) else { panic!() };
    assert_eq!(raw, beat);
}

#[test]
fn what_was_decoded_is_asked_without_a_match() {
    let step = QuickTestStep { n: 1 }.for_entity("e").unwrap();
    let decoded = EVENTS.decode(&step.to_raw().unwrap()).unwrap();
    assert_eq!((decoded.event_type(), decoded.event_id()), ("quick_test.step", Some(step.id())));
    assert_eq!(decoded.known().map(AnyEnvelope::id), Some(step.id()));
    assert_eq!(decoded.downcast::<QuickTestStep>(), Some(step));
    assert!(decoded.downcast::<QuickTestBeat>().is_none() && decoded.raw().is_none());

    let beat = QuickTestBeat { n: 1 }.for_entity("e").unwrap();
    let decoded = EVENTS.decode(&beat.to_raw().unwrap()).unwrap();
    assert_eq!((decoded.event_type(), decoded.event_id()), (QuickTestBeat::TYPE.as_str(), Some(beat.id())));
    assert_eq!(decoded.raw(), beat.to_raw().as_ref().ok());
    assert!(decoded.known().is_none() && decoded.downcast::<QuickTestBeat>().is_none());
}

#[test]
fn mistakes_in_registered_events_are_errors() {
    let text = step_with(&[("data", json!({"n": "x"}))]);
    let error = Decoder::new().known(&text, &EVENTS).unwrap_err();
    assert_eq!(error.member(), Some("data.n"), "{error}");
    let raw = RawEnvelope::from_json(&text).unwrap();
    assert_eq!(EVENTS.decode(&raw).unwrap_err().to_string(), error.to_string());

    let id =
        QuickTestFailed { error: "x".into() }.for_entity("e").unwrap().to_json().unwrap().replace("\"x\"", "\"y\"");
    assert!(matches!(Decoder::new().known(id, &EVENTS), Err(DecodeError::IdMismatch { .. })));
}

#[test]
fn the_types_are_listed_in_order() {
    let expected: Vec<_> = [QuickTestStep::TYPE].iter().chain(QuickTestEvent::TYPES).map(ToString::to_string).collect();
    assert_eq!(EVENTS.event_types().map(ToString::to_string).collect::<Vec<_>>(), expected);
}

#[test]
fn a_type_may_be_registered_once() {
    let types = [RegisteredType::all_of::<QuickTestEvent>(), RegisteredType::event::<QuickTestStep>()];
    assert_eq!(EventRegistry::from_types(types).unwrap().event_types().count(), QuickTestEvent::TYPES.len() + 1);

    let twice =
        EventRegistry::from_types([types[1], types[0], RegisteredType::event::<QuickTestStarted>()]).unwrap_err();
    assert_eq!(twice.event_type, &QuickTestStarted::TYPE);
    assert_eq!(twice.to_string(), "the event type `quick_test.started` is registered twice");
}
