//! Patterns over event types, with the wildcards of NATS subjects.

use events_core::{EventType, Pattern, pattern};

#[test]
fn patterns_match_segment_by_segment() {
    for (pattern, matching, others) in [
        ("quick_test.started", &["quick_test.started"][..], &["quick_test.failed", "quick_test.started.late"][..]),
        ("quick_test.*", &["quick_test.started"], &["quick_test.step.started", "service.started"]),
        ("*.failed", &["step.failed", "quick_test.failed"], &["quick_test.step.failed", "step.failed_late"]),
        ("*.*", &["a.b"], &["a.b.c"]),
        ("*.step.*", &["a.step.b"], &["a.b", "a.stop.b", "step.a.b"]),
        ("*", &[], &["a.b", "a.b.c"]),
        ("a", &[], &["a.b"]),
        (">", &["a.b", "a.b.c.d"], &[]),
        ("a.>", &["a.b", "a.b.c"], &["b.a", "ab.c"]),
        ("a.b.>", &["a.b.c", "a.b.c.d"], &["a.b", "a.c.b"]),
        ("*.b.>", &["a.b.c"], &["a.b", "a.c.b"]),
    ] {
        let parsed = Pattern::new(pattern).unwrap();
        assert_eq!(parsed.as_str(), pattern);
        for event_type in matching {
            assert!(parsed.matches(&EventType::new(event_type).unwrap()), "{pattern} {event_type}");
        }
        for event_type in others {
            assert!(!parsed.matches(&EventType::new(event_type).unwrap()), "{pattern} {event_type}");
        }
    }
}

#[test]
fn a_malformed_pattern_says_which_rule_it_breaks() {
    for (text, rule) in [
        ("", "a segment is empty"),
        ("a..b", "a segment is empty"),
        ("a.", "a segment is empty"),
        ("a.>.b", "`>` may stand only at the end"),
        (">.a", "`>` may stand only at the end"),
        ("a.*b", "a wildcard must be a whole segment"),
        ("a.**", "a wildcard must be a whole segment"),
        ("a.b>", "only lower-case letters, digits and `_` may stand in a segment"),
        ("A.*", "only lower-case letters, digits and `_` may stand in a segment"),
        ("a b.*", "only lower-case letters, digits and `_` may stand in a segment"),
        ("1a.*", "a segment must start with a lower-case letter"),
    ] {
        let error = Pattern::new(text).unwrap_err();
        assert_eq!((error.text.as_str(), error.rule), (text, rule));
        assert_eq!(text.parse::<Pattern>().unwrap_err(), error);
        assert!(error.to_string().starts_with(&format!("malformed pattern `{text}`: {rule}; expected ")), "{error}");
    }
}

#[test]
fn patterns_from_literals_and_from_text_are_equal() {
    const FAILURES: Pattern = pattern!("*.failed");
    assert_eq!(FAILURES, Pattern::new("*.failed").unwrap());
    assert_eq!(pattern!("*.failed",), FAILURES);
    assert_ne!(FAILURES, pattern!("*.*"));
    assert_eq!(format!("{FAILURES} {FAILURES:?} {FAILURES:>10}"), "*.failed \"*.failed\"   *.failed");
}

#[test]
fn event_types_are_read_and_compared_as_text() {
    let parsed: EventType = "quick_test.step.started".parse().unwrap();
    assert_eq!((parsed.entity_type(), parsed.name()), ("quick_test.step", "started"));
    assert_eq!(parsed, EventType::from_static_with("quick_test.step.started", "other"));
    assert!(EventType::from_static("a.b") < EventType::from_static("a.c"));
    assert_eq!(serde_json::to_string(&parsed).unwrap(), "\"quick_test.step.started\"");
    assert_eq!(serde_json::from_str::<EventType>("\"quick_test.step.started\"").unwrap(), parsed);
    let error = serde_json::from_str::<EventType>("\"started\"").unwrap_err();
    assert!(error.to_string().contains("malformed event type `started`: at least two segments are needed"), "{error}");
}
