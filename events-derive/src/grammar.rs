//! The grammar of event types and entity types, with the message for each rule.

use syn::LitStr;

use crate::ctxt::Ctxt;

/// Checks `[a-z][a-z0-9_]*` segments joined by `.`. The runtime crate checks text by the same rules.
pub(crate) fn check(cx: &Ctxt, literal: &LitStr, what: &str, least: usize) -> bool {
    let text = literal.value();
    let example = if least > 1 { "quick_test.started" } else { "quick_test" };
    let Some(rule) = violation(&text, least) else { return true };
    let expected = if least > 1 { "two or more segments" } else { "segments" };
    cx.error(
        literal.span(),
        format_args!(
            "malformed {what} `{text}`: {rule}; expected {expected} of `[a-z][a-z0-9_]*` joined by `.`, e.g. `{example}`"
        ),
    );
    false
}

/// Whether an event type follows the grammar.
pub(crate) fn is_well_formed(text: &str) -> bool {
    violation(text, 2).is_none()
}

fn violation(text: &str, least: usize) -> Option<String> {
    if text.is_empty() {
        return Some("it is empty".to_owned());
    }
    let mut count = 0;
    for segment in text.split('.') {
        count += 1;
        let Some(first) = segment.chars().next() else { return Some("a segment is empty".to_owned()) };
        if let Some(bad) = segment.chars().find(|char| !matches!(char, 'a'..='z' | '0'..='9' | '_')) {
            return Some(format!("{bad:?} may not stand in a segment"));
        }
        if !first.is_ascii_lowercase() {
            return Some(format!("the segment `{segment}` does not start with a lower-case letter"));
        }
    }
    (count < least).then(|| "at least two segments are needed".to_owned())
}

#[cfg(test)]
mod tests {
    use super::violation;

    #[test]
    fn rules() {
        for good in ["a.b", "quick_test.started", "a1.b_2.c"] {
            assert_eq!(violation(good, 2), None, "{good}");
        }
        for (bad, why) in [
            ("", "it is empty"),
            ("a", "at least two segments are needed"),
            ("a..b", "a segment is empty"),
            ("a.", "a segment is empty"),
            ("a.1b", "the segment `1b` does not start with a lower-case letter"),
            ("Quick.started", "'Q' may not stand in a segment"),
            ("a.b c", "' ' may not stand in a segment"),
        ] {
            assert_eq!(violation(bad, 2).as_deref(), Some(why), "{bad}");
        }
        assert_eq!(violation("quick_test", 1), None);
    }
}
