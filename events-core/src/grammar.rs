//! The grammar of names, as `const fn`: `[a-z][a-z0-9_]*` segments joined by `.`.
//!
//! One implementation serves literals (checked while compiling) and text read at run time.

/// What a segment may look like beside a plain name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wildcards {
    Refused,
    Allowed,
}

/// Why a name is malformed. `Ok` is a number of segments.
pub(crate) const fn check(name: &str, least: usize, wildcards: Wildcards) -> Result<(), &'static str> {
    let bytes = name.as_bytes();
    let wildcards = matches!(wildcards, Wildcards::Allowed);
    let mut segments = 1;
    let mut start = 0;
    let mut at = 0;
    while at <= bytes.len() {
        if at == bytes.len() || bytes[at] == b'.' {
            if at == start {
                return Err("a segment is empty");
            }
            let only = at - start == 1;
            let wild = wildcards && only && matches!(bytes[start], b'*' | b'>');
            if wild && bytes[start] == b'>' && at != bytes.len() {
                return Err("`>` may stand only at the end");
            }
            if !wild && !bytes[start].is_ascii_lowercase() {
                return Err("a segment must start with a lower-case letter");
            }
            if at < bytes.len() {
                segments += 1;
            }
            start = at + 1;
        } else {
            let byte = bytes[at];
            let plain = byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            let wild = wildcards && at == start && matches!(byte, b'*' | b'>');
            if !plain && !wild {
                return Err("only lower-case letters, digits and `_` may stand in a segment");
            }
            if wild && at + 1 < bytes.len() && bytes[at + 1] != b'.' {
                return Err("a wildcard must be a whole segment");
            }
        }
        at += 1;
    }
    if segments < least {
        return Err("at least two segments are needed");
    }
    Ok(())
}

/// Byte index of the last `.`, or the length where there is none.
pub(crate) const fn last_dot(name: &str) -> usize {
    let bytes = name.as_bytes();
    let mut at = bytes.len();
    while at > 0 {
        at -= 1;
        if bytes[at] == b'.' {
            return at;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{Wildcards, check};

    #[test]
    fn names() {
        for good in ["a.b", "quick_test.started", "a1.b_2.c"] {
            assert_eq!(check(good, 2, Wildcards::Refused), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("", "a segment is empty"),
            ("a", "at least two segments are needed"),
            ("a.", "a segment is empty"),
            (".a", "a segment is empty"),
            ("a..b", "a segment is empty"),
            ("a.1b", "a segment must start with a lower-case letter"),
            ("a._b", "a segment must start with a lower-case letter"),
            ("A.b", "only lower-case letters, digits and `_` may stand in a segment"),
            ("a.b-c", "only lower-case letters, digits and `_` may stand in a segment"),
            ("a.*", "only lower-case letters, digits and `_` may stand in a segment"),
            ("é.b", "only lower-case letters, digits and `_` may stand in a segment"),
        ] {
            assert_eq!(check(bad, 2, Wildcards::Refused), Err(why), "{bad}");
        }
    }

    #[test]
    fn patterns() {
        for good in [">", "*", "a", "a.*", "*.b", "a.>", "*.*.c", "a.b"] {
            assert_eq!(check(good, 1, Wildcards::Allowed), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("", "a segment is empty"),
            ("a.>.b", "`>` may stand only at the end"),
            ("a.b*", "only lower-case letters, digits and `_` may stand in a segment"),
            ("a.*b", "a wildcard must be a whole segment"),
            ("a.**", "a wildcard must be a whole segment"),
            (">>", "a wildcard must be a whole segment"),
        ] {
            assert_eq!(check(bad, 1, Wildcards::Allowed), Err(why), "{bad}");
        }
    }
}
