use events_core::wire::{DecodeError, Decoder};
use serde_json::json;

use super::step_with;
use crate::domain::QuickTestStep;

#[test]
fn a_text_that_is_too_long_is_not_looked_at() {
    let text = step_with(&[]);
    let decoder = Decoder::new().max_bytes(text.len());
    decoder.event::<QuickTestStep>(&text).unwrap();
    let error = decoder.raw(format!("{text} ")).unwrap_err();
    assert!(matches!(error, DecodeError::TooLarge { .. }), "{error}");
    assert_eq!(error.offset(), text.len());
}

#[test]
fn depth_counts_the_event_itself() {
    let text = step_with(&[("data", json!({"n": 1, "a": [[[]]]}))]);
    Decoder::new().max_depth(5).raw(&text).unwrap();
    let error = Decoder::new().max_depth(4).raw(&text).unwrap_err();
    assert!(matches!(error, DecodeError::TooDeep { limit: 4, .. }), "{error}");
    assert_eq!(error.offset(), text.find("[[[").unwrap() + 2);
}

#[test]
fn members_and_elements_are_counted() {
    let text = step_with(&[("data", json!({"n": 1, "a": [1, 2, 3]}))]);
    let members = text.matches([',', '{', '[']).count();
    Decoder::new().max_members(members).raw(&text).unwrap();
    let error = Decoder::new().max_members(members - 1).raw(&text).unwrap_err();
    assert!(matches!(error, DecodeError::TooManyMembers { .. }), "{error}");
}

#[test]
fn no_limit_goes_beyond_what_the_parser_bears() {
    let deep = |levels: usize| {
        step_with(&[("data", json!("@"))]).replace("\"@\"", &("[".repeat(levels) + &"]".repeat(levels)))
    };
    let decoder = Decoder::unlimited().max_depth(usize::MAX).max_bytes(usize::MAX);
    decoder.raw(deep(126)).unwrap();
    for levels in [127, 100_000] {
        let error = decoder.raw(deep(levels)).unwrap_err();
        assert!(matches!(error, DecodeError::TooDeep { limit: 127, .. }), "{error}");
    }
    // Not an object, and at the limit: an error as any other.
    assert!(decoder.event::<QuickTestStep>(deep(126)).is_err());
    assert!(decoder.raw(deep(126)).unwrap().verify().is_err());
}
