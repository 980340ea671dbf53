//! The grammar of event types and entity types, with the message for each rule.

use syn::LitStr;

use crate::{case, ctxt::Ctxt};

/// Checks `[a-z][a-z0-9_]*` segments joined by `.`. The runtime crate checks text by the same rules.
pub(crate) fn check(cx: &Ctxt, literal: &LitStr, what: &str, least: usize) -> bool {
    let text = literal.value();
    let example = if least > 1 { "quick_test.started" } else { "quick_test" };
    let Some(rule) = violation(&text, least) else { return true };
    let expected = if least > 1 { "two or more segments" } else { "segments" };
    let right = match repaired(&text, least) {
        Some(repaired) => format!("; did you mean `{repaired}`?"),
        None => format!(", e.g. `{example}`"),
    };
    cx.error(
        literal.span(),
        format_args!(
            "malformed {what} `{text}`: {rule}; expected {expected} of `[a-z][a-z0-9_]*` joined by `.`{right}"
        ),
    );
    false
}

/// The name that was probably meant: `QuickTest.test-started` for `quick_test.test_started`.
pub(crate) fn repaired(text: &str, least: usize) -> Option<String> {
    let segments = text.split('.').filter(|segment| !segment.is_empty()).map(|segment| {
        let lower = segment.chars().any(char::is_lowercase);
        let segment = segment.replace(['-', ' '], "_");
        let segment = if lower { case::snake(&segment) } else { segment.to_lowercase() };
        segment.trim_start_matches('_').replace("__", "_")
    });
    let repaired = segments.collect::<Vec<_>>().join(".");
    violation(&repaired, least).is_none().then_some(repaired)
}

/// Whether an event type follows the grammar.
pub(crate) fn is_well_formed(text: &str) -> bool {
    violation(text, 2).is_none()
}

fn violation(text: &str, least: usize) -> Option<String> {
    if text.is_empty() {
        return Some("it is empty".to_owned());
    }
    if text.starts_with('.') && text != "." {
        return Some("it begins with a `.`".to_owned());
    }
    if text.ends_with('.') && text != "." {
        return Some("it ends with a `.`".to_owned());
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
    use super::{repaired, violation};

    #[test]
    fn rules() {
        for good in ["a.b", "quick_test.started", "a1.b_2.c"] {
            assert_eq!(violation(good, 2), None, "{good}");
        }
        for (bad, why) in [
            ("", "it is empty"),
            ("a", "at least two segments are needed"),
            ("a..b", "a segment is empty"),
            ("a.", "it ends with a `.`"),
            (".a.b", "it begins with a `.`"),
            (".", "a segment is empty"),
            ("a.1b", "the segment `1b` does not start with a lower-case letter"),
            ("Quick.started", "'Q' may not stand in a segment"),
            ("a.b c", "' ' may not stand in a segment"),
        ] {
            assert_eq!(violation(bad, 2).as_deref(), Some(why), "{bad}");
        }
        assert_eq!(violation("quick_test", 1), None);
    }
    #[test]
    fn a_near_miss_is_put_right() {
        for (bad, meant) in [
            ("Quick.started", "quick.started"),
            ("QuickTest.Started", "quick_test.started"),
            ("QUICK.STARTED", "quick.started"),
            ("quick-test.started", "quick_test.started"),
            ("Quick Test.started", "quick_test.started"),
            ("quick._started", "quick.started"),
            ("a..b.", "a.b"),
        ] {
            assert_eq!(repaired(bad, 2).as_deref(), Some(meant), "{bad}");
        }
        for beyond in ["", "a", "a.1b", "\u{e9}.b"] {
            assert_eq!(repaired(beyond, 2), None, "{beyond}");
        }
    }
}
