//! "Did you mean": the nearest of the valid names.

use std::fmt::Write as _;

/// The valid name that was probably meant.
pub(crate) fn nearest<'v, T: AsRef<str>>(found: &str, valid: &'v [T]) -> Option<&'v T> {
    let far = |name: &&T| distance(found, (*name).as_ref());
    valid.iter().min_by_key(far).filter(|name| far(name) <= found.chars().count().div_ceil(3))
}

/// The end of a message about an unknown name: the nearest valid one, and all of them.
pub(crate) fn among(found: &str, valid: &[impl AsRef<str>]) -> String {
    let mut out = String::new();
    let separator = match nearest(found, valid) {
        Some(name) => {
            let _ = write!(out, "; did you mean `{}`?", name.as_ref());
            " "
        }
        None => "; ",
    };
    if let [only] = valid {
        let _ = write!(out, "{separator}expected `{}`", only.as_ref());
    } else {
        let list: Vec<String> = valid.iter().map(|name| format!("`{}`", name.as_ref())).collect();
        let _ = write!(out, "{separator}expected one of {}", list.join(", "));
    }
    out
}

/// Levenshtein distance, in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &right) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{among, distance};

    #[test]
    fn distances() {
        for (a, b, expected) in [
            ("", "abc", 3),
            ("skip_id", "skip_id", 0),
            ("skipid", "skip_id", 1),
            ("emiter", "emitter", 1),
            ("ab", "ba", 2),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn a_near_miss_is_named_first() {
        assert_eq!(among("skipid", &["now", "skip_id"]), "; did you mean `skip_id`? expected one of `now`, `skip_id`");
        assert_eq!(among("colour", &["now", "skip_id"]), "; expected one of `now`, `skip_id`");
    }
}
