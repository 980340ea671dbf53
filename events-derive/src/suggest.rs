//! "Did you mean": the nearest of the valid names.

use std::fmt::Write as _;

/// The valid name that was probably meant.
pub(crate) fn nearest<'v, T: AsRef<str>>(found: &str, valid: &'v [T]) -> Option<&'v T> {
    let far = |name: &&T| distance(found, (*name).as_ref());
    // The beginning of a name: `skip` for `skip_id`.
    let begun = || valid.iter().find(|name| found.len() > 2 && (*name).as_ref().starts_with(found));
    valid.iter().min_by_key(far).filter(|name| far(name) <= found.chars().count().div_ceil(3)).or_else(begun)
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
        if separator == " " {
            return out;
        }
        let _ = write!(out, "{separator}expected `{}`", only.as_ref());
    } else {
        let list: Vec<String> = valid.iter().map(|name| format!("`{}`", name.as_ref())).collect();
        let _ = write!(out, "{separator}expected one of {}", list.join(", "));
    }
    out
}

/// How many characters must be inserted, removed, replaced or swapped with their neighbour to make one of the other (the
/// optimal string alignment distance).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let least = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least.min(rows[i - 2][j - 2] + 1)
                } else {
                    least
                }
            };
        }
    }
    rows[a.len()][b.len()]
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
            ("ab", "ba", 1),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn a_near_miss_is_named_first() {
        assert_eq!(among("skipid", &["now", "skip_id"]), "; did you mean `skip_id`? expected one of `now`, `skip_id`");
        assert_eq!(among("skip", &["now", "skip_id"]), "; did you mean `skip_id`? expected one of `now`, `skip_id`");
        assert_eq!(among("colour", &["now", "skip_id"]), "; expected one of `now`, `skip_id`");
    }
}
