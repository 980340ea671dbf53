//! Any entity is one token, and each token one entity.

use events_core::{EntityId, EventType, Pattern};
use events_nats::SubjectPrefix;
use proptest::{collection::vec, prop_assert, prop_assert_eq, proptest, sample::select};

/// Whether a server tells a consumer with this filter of a message on this subject.
fn matches(filter: &str, subject: &str) -> bool {
    let mut tokens = subject.split('.');
    for part in filter.split('.') {
        match (part, tokens.next()) {
            (">", Some(_)) => return true,
            ("*", Some(_)) => {}
            (part, Some(token)) if part == token => {}
            _ => return false,
        }
    }
    tokens.next().is_none()
}

proptest! {
    #[test]
    fn any_text_is_a_token_and_comes_back(text in ".+") {
        let token = SubjectPrefix::escape(&text);
        prop_assert!(!token.is_empty() && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_~%".contains(&byte)));
        prop_assert_eq!(SubjectPrefix::unescape(&token).unwrap(), &*text);
    }

    #[test]
    fn no_two_tokens_are_one_text(token in "[a%0-9A-F~.]{0,6}") {
        if let Some(text) = SubjectPrefix::unescape(&token) {
            prop_assert_eq!(SubjectPrefix::escape(&text), &*token);
        }
    }

    #[test]
    fn a_filter_is_told_what_its_pattern_matches(
        pattern in vec(select(&["a", "b", "*"][..]), 1..4),
        rest in select(&["", ".>"][..]),
        event_type in vec(select(&["a", "b", "c"][..]), 2..5),
        entity in "[abc.*> ]{1,3}",
    ) {
        let pattern: Pattern = format!("{}{rest}", pattern.join(".")).parse().unwrap();
        let (event_type, entity) = (EventType::new(&event_type.join(".")).unwrap(), EntityId::from(entity));
        let prefix = SubjectPrefix::new("lab.events").unwrap();
        let subject = prefix.subject(&event_type, &entity);
        prop_assert_eq!(matches(&prefix.filter(&pattern), &subject), pattern.matches(&event_type), "{} {}", pattern, subject);
        if let Some(filter) = prefix.filter_entity(&pattern, &entity) {
            prop_assert_eq!(matches(&filter, &subject), pattern.matches(&event_type));
            let other = prefix.subject(&event_type, &EntityId::from("d"));
            prop_assert!(!matches(&filter, &other));
        }
    }
}

#[test]
fn a_prefix_is_made_of_plain_tokens() {
    for wrong in ["", ".", "a.", "a..b", "a.*", "a.>", "a b", "$JS", "é", &"a".repeat(257)] {
        let error = wrong.parse::<SubjectPrefix>().unwrap_err();
        assert!(error.to_string().contains(error.rule), "{error}");
    }
    assert_eq!(SubjectPrefix::default().all(), "events.>");
}

#[test]
fn a_prefix_compares_with_text() {
    let prefix = SubjectPrefix::try_from("lab.events").unwrap();
    assert!(prefix == "lab.events" && prefix == *"lab.events" && prefix != "lab");
    assert_eq!(AsRef::<str>::as_ref(&prefix), "lab.events");
    assert!(SubjectPrefix::try_from("lab.*").is_err());
}
