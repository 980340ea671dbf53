//! The content id: golden cases, what leaves an id as it is, and what must change it.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use events_core::{Event, EventId, IdentityError, identity};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::{Config, QuickTestBeat, QuickTestCreated, QuickTestStarted, started};

/// The id of a payload, all else being equal.
pub(crate) fn id<P: Serialize + ?Sized>(payload: &P) -> EventId {
    EventId::content("t.v", "t", "e", payload).unwrap()
}

/// The canonical payload in hex, all else being equal.
pub(crate) fn hex<P: Serialize + ?Sized>(payload: &P) -> String {
    let bytes = identity::canonical("t.v", "t", "e", payload, &[]).unwrap();
    let head = "8463742e7661746165";
    bytes_to_hex(&bytes).strip_prefix(head).unwrap().to_owned()
}

pub(crate) fn error<P: Serialize + ?Sized>(payload: &P) -> IdentityError {
    EventId::content("t.v", "t", "e", payload).unwrap_err()
}

fn bytes_to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

/// One case of the golden file, which an independent program made.
#[derive(Deserialize)]
struct Golden {
    name: String,
    event_type: String,
    entity_type: String,
    entity_id: String,
    payload: Value,
    skipped: Vec<String>,
    canonical: String,
    id: EventId,
}

#[derive(Deserialize)]
struct GoldenFile {
    context: String,
    cases: Vec<Golden>,
}

#[test]
fn golden_cases_have_their_bytes_and_their_ids() {
    let file: GoldenFile = serde_json::from_str(include_str!("vectors/event-ids.json")).unwrap();
    assert_eq!(file.context, identity::CONTEXT);
    assert_eq!(file.cases.len(), 47);
    for case in &file.cases {
        let Golden { name, event_type, entity_type, entity_id, payload, skipped, canonical, id } = case;
        let skipped: Vec<&str> = skipped.iter().map(String::as_str).collect();
        let bytes = identity::canonical(event_type, entity_type, entity_id, payload, &skipped).unwrap();
        assert_eq!(&bytes_to_hex(&bytes), canonical, "{name}");
        let found = EventId::content_skipping(event_type, entity_type, entity_id, payload, &skipped).unwrap();
        assert_eq!(found, *id, "{name}");
        let digest = identity::digest(event_type, entity_type, entity_id, payload, &skipped).unwrap();
        assert_eq!(digest[..6], id.as_uuid().as_bytes()[..6], "{name}");
        assert!(id.is_content(), "{name}");
    }
}

#[test]
fn the_typed_event_has_the_golden_id() {
    let event = QuickTestTutorial {
        test_name: "Dedup Test".into(),
        config: [("param".to_owned(), "value".to_owned())].into(),
        start_time: "2025-01-01T12:00:00Z".parse().unwrap(),
    };
    let event = event.for_entity("test-123").unwrap();
    assert_eq!(event.id().to_string(), "8c2631ea-6c62-8e67-b6e4-6789242ade93");
}

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
struct QuickTestTutorial {
    test_name: String,
    config: std::collections::BTreeMap<String, String>,
    start_time: DateTime<Utc>,
}

#[test]
fn typed_re_read_and_untyped_events_have_one_id() {
    for nanos in [0, 123_000_000, 123_456_000, 123_456_789] {
        let start_time = DateTime::from_timestamp(1_735_732_800, nanos).unwrap();
        let typed =
            QuickTestStarted { config: Config::from([("b".into(), 1), ("a".into(), 2)]), start_time, ..started("x") };
        let text = serde_json::to_string(&typed).unwrap();
        let again: QuickTestStarted = serde_json::from_str(&text).unwrap();
        let untyped: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(id(&typed), id(&again));
        assert_eq!(id(&typed), id(&untyped), "{text}");
    }
}

#[test]
fn the_order_of_fields_does_not_matter() {
    #[derive(Serialize)]
    struct One {
        name: &'static str,
        a: u8,
        bb: Inner,
    }
    #[derive(Serialize)]
    struct Inner {
        y: u8,
        x: u8,
    }
    #[derive(Serialize)]
    struct Other {
        bb: OtherInner,
        name: &'static str,
        a: u8,
    }
    #[derive(Serialize)]
    struct OtherInner {
        x: u8,
        y: u8,
    }
    let one = One { name: "n", a: 1, bb: Inner { y: 2, x: 3 } };
    let other = Other { bb: OtherInner { x: 3, y: 2 }, name: "n", a: 1 };
    assert_eq!(id(&one), id(&other));
    assert_eq!(hex(&one), "a3616101626262a2617803617902646e616d65616e");
}

#[test]
fn an_added_option_that_is_none_keeps_the_id() {
    #[derive(Serialize)]
    struct Before {
        name: &'static str,
    }
    #[derive(Serialize)]
    struct After {
        added: Option<u8>,
        name: &'static str,
    }
    assert_eq!(id(&Before { name: "n" }), id(&After { added: None, name: "n" }));
    assert_ne!(id(&Before { name: "n" }), id(&After { added: Some(0), name: "n" }));
}

#[test]
fn different_contents_have_different_ids() {
    for (a, b) in [
        (json!({"v": 1}), json!({"v": "1"})),
        (json!({"v": true}), json!({"v": "true"})),
        (json!({"v": false}), json!({"v": 0})),
        (json!({"v": true}), json!({"v": 1})),
        (json!({"v": null}), json!({"v": "null"})),
        (json!({"v": {"x": null}}), json!({"v": {"x": "null"}})),
        (json!({"v": {"x": null}}), json!({"v": {}})),
        (json!({"v": [null]}), json!({"v": []})),
        (json!({"v": []}), json!({"v": {}})),
        (json!({"v": []}), json!({"v": [[]]})),
        (json!({"v": [1, [2]]}), json!({"v": [[1], 2]})),
        (json!({"v": [1, 2]}), json!({"v": "[1, 2]"})),
        (json!({"v": {"a": 1}}), json!({"v": "{\"a\":1}"})),
        (json!({"v": ["a", "b"]}), json!({"v": ["a,b"]})),
        (json!({"v": ["ab", "c"]}), json!({"v": ["a", "bc"]})),
        (json!({"a": "b,c:d"}), json!({"a": "b", "c": "d"})),
        (json!({"v": 1.5}), json!({"v": "1.5"})),
        (json!({"v": 9_007_199_254_740_992_u64}), json!({"v": 9_007_199_254_740_993_u64})),
        (json!({"v": "é"}), json!({"v": "e\u{301}"})),
        (json!({"v": ""}), json!({})),
        (json!({"a": 1}), json!({"b": 1})),
    ] {
        assert_ne!(id(&a), id(&b), "{a} {b}");
    }
}

#[test]
fn the_parts_of_the_head_do_not_run_into_each_other() {
    let of = |event_type, entity_type, entity_id| {
        EventId::content(event_type, entity_type, entity_id, &json!({"v": 1})).unwrap()
    };
    assert_ne!(of("a.b", "a", "b:c"), of("a.b", "a:b", "c"));
    assert_ne!(of("x", "y:z", "e"), of("x:y", "z", "e"));
    assert_ne!(of("ab", "c", "d"), of("a", "bc", "d"));
    assert_ne!(of("a", "b", ""), of("a", "", "b"));
    assert_ne!(of("a.b", "a", "e"), of("a.b", "a", "f"));
}

#[test]
fn nulls_at_the_top_are_absent_and_below_are_not() {
    assert_eq!(id(&json!({"v": null})), id(&json!({})));
    assert_eq!(id(&json!({"a": 1, "v": null})), id(&json!({"a": 1})));
    assert_eq!(hex(&json!({"a": {"b": null}, "c": null})), "a16161a16162f6");
    assert_eq!(id(&Option::<u8>::None), id(&json!({})));
    assert_eq!(id(&()), id(&json!({})));
}

#[test]
fn skipped_members_do_not_enter_the_id() {
    let at = |seconds| QuickTestCreated {
        test_name: "n".into(),
        config: Config::new(),
        creation_time: DateTime::from_timestamp(seconds, 0).unwrap(),
    };
    let (one, two) = (at(0).for_entity("e").unwrap(), at(1).for_entity("e").unwrap());
    assert_eq!(one.id(), two.id());
    let untyped: Value = serde_json::from_str(&one.payload_json().unwrap()).unwrap();
    let again = EventId::content_skipping("quick_test.created", "quick_test", "e", &untyped, &["creation_time"]);
    assert_eq!(again.unwrap(), one.id());
}

#[test]
fn a_skipped_name_counts_only_at_the_top() {
    let skipping = |payload: Value| EventId::content_skipping("t.v", "t", "e", &payload, &["at"]).unwrap();
    assert_eq!(skipping(json!({"v": 1, "at": 2})), skipping(json!({"v": 1})));
    assert_ne!(skipping(json!({"v": {"at": 2}})), skipping(json!({"v": {}})));
}

#[test]
fn ids_are_read_and_written_as_uuids() {
    let id = QuickTestBeat { n: 1 }.for_entity("e").unwrap().id();
    assert!(!id.is_content());
    assert_eq!(id.to_string().parse::<EventId>().unwrap(), id);
    assert_eq!(serde_json::from_str::<EventId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    assert_eq!(EventId::from_uuid(*id.as_uuid()), id);
    for (text, rule) in [
        ("8c2631ea", "it must have 32 hex digits"),
        ("", "it must have 32 hex digits"),
        ("8c2631ea-6c62-8e67-b6e4-6789242ade9g", "only hex digits and hyphens may stand in it"),
        ("8c2631ea-6c62-8e67-b6e46-789242ade93", "hyphens must stand behind 8, 12, 16 and 20 digits, or not at all"),
    ] {
        let error = text.parse::<EventId>().unwrap_err();
        assert_eq!((error.text.as_str(), error.rule), (text, rule));
        assert!(
            error.to_string().starts_with(&format!("malformed event id {text:?}: {rule}; expected a UUID")),
            "{error}"
        );
    }
}
