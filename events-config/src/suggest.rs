//! "Did you mean": the nearest of the valid names.

/// The valid name that was probably meant: at most a third of its characters away, or the only one that begins like this.
pub(crate) fn nearest<'v>(found: &str, valid: &'v [String]) -> Option<&'v str> {
    let distance = |name: &str| strsim::osa_distance(&found.to_lowercase(), &name.to_lowercase());
    let limit = found.chars().count().div_ceil(3);
    let near = valid.iter().map(|name| (distance(name), name)).min().filter(|(distance, _)| *distance <= limit);
    let begun = || match valid.iter().filter(|name| found.len() > 2 && name.starts_with(found)).collect::<Vec<_>>()[..]
    {
        [only] => Some(only),
        _ => None,
    };
    near.map(|(_, name)| name).or_else(begun).map(String::as_str)
}

/// The question whether it was meant, if it is near.
pub(crate) fn did_you_mean(found: &str, valid: &[String]) -> String {
    nearest(found, valid).map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// The valid names behind "expected".
pub(crate) fn one_of(valid: &[String]) -> String {
    if let [_] = valid { listed(valid) } else { format!("one of {}", listed(valid)) }
}

/// The names, quoted.
pub(crate) fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{did_you_mean, nearest, one_of};

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_near_name_is_found_and_a_far_one_is_not() {
        let valid = names(&["pattern", "priority", "name"]);
        for (found, expected) in [
            ("patern", Some("pattern")),
            ("Pattern", Some("pattern")),
            ("prio", Some("priority")),
            ("nmae", Some("name")),
            ("colour", None),
            ("p", None),
        ] {
            assert_eq!(nearest(found, &valid), expected, "{found}");
        }
        assert_eq!(nearest("pre", &names(&["prefix", "preset"])), None);
        assert_eq!(nearest("x", &[]), None);
    }

    #[test]
    fn names_are_quoted() {
        assert_eq!(did_you_mean("nmae", &names(&["name"])), "; did you mean `name`?");
        assert_eq!(one_of(&names(&["a"])), "`a`");
        assert_eq!(one_of(&names(&["a", "b"])), "one of `a`, `b`");
    }
}
