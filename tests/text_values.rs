//! Values that are text: ids, event types, patterns. They are found, compared and read as the text is.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use events_core::{
    CorrelationId, EntityId, EventId, EventType, Pattern, Severity, TraceParent, UnknownEventType, UnknownState,
};

use crate::domain::QuickTestState;

#[test]
fn a_map_by_entity_is_asked_with_text() {
    let ordered = BTreeMap::from([(EntityId::from("b"), 2), (EntityId::from_static("a"), 1)]);
    assert_eq!((ordered.get("a"), ordered.get("b"), ordered.get("c")), (Some(&1), Some(&2), None));
    let hashed = HashMap::from([(EntityId::from("b"), 2), (EntityId::from_static("a"), 1)]);
    assert_eq!((hashed.get("a"), hashed.get("b"), hashed.get("c")), (Some(&1), Some(&2), None));
}

/// Of every form of text, and of a UUID; `from_static` in `const`.
macro_rules! made_of_any_text {
    ($($test:ident $name:ident)*) => {$(
        #[test]
        fn $test() {
            const STATIC: $name = $name::from_static("a");
            let text = String::from("a");
            for id in [
                STATIC,
                $name::from("a"),
                $name::from(&text),
                $name::from(text.clone()),
                $name::from(Cow::Borrowed("a")),
                $name::from(Cow::Owned::<str>(text.clone())),
                $name::from(Arc::from("a")),
                $name::from(&STATIC),
                serde_json::from_str(r#""a""#).unwrap(),
            ] {
                assert_eq!(id, "a");
                assert_eq!(serde_json::to_string(&id).unwrap(), r#""a""#);
            }
            let event: EventId = "8c2631ea-6c62-8e67-b6e4-6789242ade93".parse().unwrap();
            assert_eq!($name::from(event), "8c2631ea-6c62-8e67-b6e4-6789242ade93");
            assert_eq!($name::from(*event.as_uuid()), $name::from(event));
            let (first, second) = ($name::from("a"), $name::from("b"));
            assert!(first < second);
        }
    )*};
}

made_of_any_text! {
    an_entity_id_is_made_of_any_text EntityId
    a_correlation_id_is_made_of_any_text CorrelationId
}

/// Read from text by its grammar, in each way that text is read.
macro_rules! read_by_its_grammar {
    ($($test:ident $name:ident $good:literal $bad:literal)*) => {$(
        #[test]
        fn $test() {
            let value: $name = $good.parse().unwrap();
            assert_eq!(value, $good);
            assert_eq!((value.as_ref(), format!("{value} {value:?}")), ($good, format!("{0} {0:?}", $good)));
            assert_eq!($name::try_from($good).as_ref(), Ok(&value));
            assert_eq!($name::try_from($bad).unwrap_err(), $bad.parse::<$name>().unwrap_err());
            let written = serde_json::to_string(&value).unwrap();
            assert_eq!((serde_json::from_str(&written).ok(), written), (Some(value), format!("{:?}", $good)));
            let error = serde_json::from_str::<$name>(&format!("{:?}", $bad)).unwrap_err().to_string();
            assert!(error.contains($bad), "{error}");
        }
    )*};
}

read_by_its_grammar! {
    an_event_type_is_read EventType "door.opened" "Door"
    a_pattern_is_read Pattern "door.*" "door.>.*"
    a_trace_parent_is_read TraceParent "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" "00-0-0-01"
}

#[test]
fn a_trace_parent_says_whether_it_is_sampled() {
    let flags = |flags: &str| {
        let parent = format!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flags}");
        let parent = TraceParent::try_from(parent.as_str()).unwrap();
        (parent.flags(), parent.is_sampled())
    };
    assert_eq!(
        [flags("00"), flags("01"), flags("a2"), flags("ff")],
        [(0, false), (1, true), (0xa2, false), (255, true)]
    );
}

#[test]
fn text_from_outside_is_escaped_in_errors() {
    let text = "door\n\u{1b}[2J";
    for error in [
        EventType::new(text).unwrap_err().to_string(),
        Pattern::new(text).unwrap_err().to_string(),
        EntityId::from(text).validate().unwrap_err().to_string(),
        text.parse::<EventId>().unwrap_err().to_string(),
        text.parse::<TraceParent>().unwrap_err().to_string(),
        text.parse::<Severity>().unwrap_err().to_string(),
        UnknownEventType::new(text, &[]).to_string(),
        UnknownState::of::<QuickTestState>(text).to_string(),
    ] {
        assert!(error.contains(r"door\n\u{1b}[2J") && !error.contains(char::is_control), "{error:?}");
    }
}
