//! Small forms within a `CloudEvent`.

use alloc::{borrow::Cow, string::String};

use crate::text::Bounded;

/// As much of a text as an error shows, whoever wrote it.
pub(super) fn shown(text: &str) -> String {
    Bounded::cut(text, 80)
}

/// What may stand between the parts of a JSON text.
pub(super) const WHITESPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// What a JSON value says, if it is text; borrowed where it has no escapes.
pub(super) fn text(json: &str) -> Option<Cow<'_, str>> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    if inner.as_bytes().contains(&b'\\') {
        // An escaped half of a surrogate pair is JSON, but no text.
        return serde_json::from_str(json).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inner))
}

/// Text, an integer or a bool: what an attribute can be (JSON format, §2.2). Or `null`, for one that is not there.
pub(super) fn is_scalar(json: &str) -> bool {
    match json.as_bytes() {
        [b'"', ..] => text(json).is_some(),
        [b'-' | b'0'..=b'9', ..] => json.parse::<i64>().is_ok(),
        _ => matches!(json, "true" | "false" | "null"),
    }
}

/// Whether all characters are ones of RFC 3986, and its percent signs stand before two hex digits.
pub(super) fn is_uri_reference(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b'%' => {
                [bytes.next(), bytes.next()].iter().all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit()))
            }
            b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b'?' | b'#' | b'[' | b']' | b'@' | b'!' | b'$' | b'&' | b'\''
            | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' => true,
            _ => byte.is_ascii_alphanumeric(),
        };
        if !fits {
            return false;
        }
    }
    true
}

/// Whether it is base64 with padding, RFC 4648 §4.
pub(super) fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - digits.len() <= 2
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// Whether a content type says JSON (JSON format, §3.1.1): its subtype is that or, behind `+`, its structure; with or without
/// parameters.
pub(super) fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim_ascii();
    let Some((_, subtype)) = media_type.split_once('/') else { return false };
    subtype.rsplit_once('+').map_or(subtype, |(_, structure)| structure).eq_ignore_ascii_case("json")
}

/// The byte at which `serde_json` noticed a mistake.
pub(super) fn offset_in(text: &str, error: &serde_json::Error) -> usize {
    let Some(lines_before) = error.line().checked_sub(1) else { return 0 };
    let line: usize = text.split_inclusive('\n').take(lines_before).map(str::len).sum();
    // Columns count bytes, from 1.
    (line + error.column().saturating_sub(1)).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::{is_base64, is_json, is_scalar, is_uri_reference, offset_in, text};

    #[test]
    fn text_is_borrowed_without_escapes() {
        assert!(matches!(text(r#""plain""#), Some(alloc::borrow::Cow::Borrowed("plain"))));
        assert_eq!(text(r#""a\nb""#).unwrap(), "a\nb");
        assert_eq!(text(r#""\ud800""#), None);
        assert_eq!(text("1"), None);
        assert_eq!(text("\""), None);
    }

    #[test]
    fn attributes_are_scalars() {
        assert!([r#""a""#, "1", "-3", "true", "false", "null"].into_iter().all(is_scalar));
        assert!(!["1.5", "1e3", "{}", "[]", r#""\ud800""#].into_iter().any(is_scalar));
    }

    #[test]
    fn uri_references() {
        let good =
            ["https://github.com/cloudevents", "mailto:a@b.org", "/sensors/tn-1/alerts", "1-555-123-4567", "/a/b%20c"];
        assert!(good.into_iter().all(is_uri_reference));
        assert!(!["a b", "/ä", "%2", "%zz", "<x>", "a\\b"].into_iter().any(is_uri_reference));
    }

    #[test]
    fn base64_has_padding() {
        assert!(["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "+/+/"].into_iter().all(is_base64));
        assert!(!["Z", "Zg", "Zg=", "Z===", "Zm9-", "Zg==Zg=="].into_iter().any(is_base64));
    }

    #[test]
    fn content_types() {
        assert!(
            ["application/json", "Application/JSON; charset=utf-8", "text/json", "application/vnd.x+json"]
                .into_iter()
                .all(is_json)
        );
        assert!(
            !["text/plain", "", "json", "+json", "json/text", "application/jsonl", "application/json+xml"]
                .into_iter()
                .any(is_json)
        );
    }

    #[test]
    fn offsets_point_at_the_byte() {
        let error = |text| serde_json::from_str::<serde_json::Value>(text).unwrap_err();
        assert_eq!(offset_in("{\"a\": x}", &error("{\"a\": x}")), 6);
        assert_eq!(offset_in("{\n\"ä\":\n x}", &error("{\n\"ä\":\n x}")), 9);
        assert_eq!(offset_in("", &error("")), 0);
    }
}
