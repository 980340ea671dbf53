//! Names in other cases: serde's `rename_all` rules, and `snake_case` for states.

/// `QuickTestStarted` as `quick_test_started`, the way serde does it.
pub(crate) fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for (at, char) in name.char_indices() {
        if char.is_uppercase() && at > 0 {
            out.push('_');
        }
        out.push(char.to_ascii_lowercase());
    }
    out
}

/// A field's name under a `rename_all` rule of serde; `None` for a rule that serde does not have.
pub(crate) fn rename_field(rule: &str, field: &str) -> Option<String> {
    let pascal = || {
        field.split('_').map(|word| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
        })
    };
    Some(match rule {
        "lowercase" | "snake_case" => field.to_owned(),
        "UPPERCASE" | "SCREAMING_SNAKE_CASE" => field.to_ascii_uppercase(),
        "PascalCase" => pascal().collect(),
        "camelCase" => {
            let pascal: String = pascal().collect();
            let mut chars = pascal.chars();
            chars.next().map(|first| first.to_ascii_lowercase().to_string() + chars.as_str()).unwrap_or_default()
        }
        "kebab-case" => field.replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => field.to_ascii_uppercase().replace('_', "-"),
        _ => return None,
    })
}

/// A variant's name under a `rename_all` rule of serde; `None` for a rule that serde does not have.
pub(crate) fn rename_variant(rule: &str, variant: &str) -> Option<String> {
    Some(match rule {
        "lowercase" => variant.to_ascii_lowercase(),
        "UPPERCASE" => variant.to_ascii_uppercase(),
        "PascalCase" => variant.to_owned(),
        "camelCase" => {
            let mut chars = variant.chars();
            chars.next().map(|first| first.to_ascii_lowercase().to_string() + chars.as_str()).unwrap_or_default()
        }
        "snake_case" => snake(variant),
        "SCREAMING_SNAKE_CASE" => snake(variant).to_ascii_uppercase(),
        "kebab-case" => snake(variant).replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => snake(variant).to_ascii_uppercase().replace('_', "-"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{rename_field, rename_variant, snake};

    #[test]
    fn snakes() {
        assert_eq!(snake("Created"), "created");
        assert_eq!(snake("QuickTestStarted"), "quick_test_started");
        assert_eq!(snake("ÉtatÉteint"), "État_Éteint", "as serde: only ASCII letters change");
    }

    #[test]
    fn rules_of_serde() {
        for (rule, expected) in [
            ("lowercase", "very_tasty"),
            ("UPPERCASE", "VERY_TASTY"),
            ("PascalCase", "VeryTasty"),
            ("camelCase", "veryTasty"),
            ("snake_case", "very_tasty"),
            ("SCREAMING_SNAKE_CASE", "VERY_TASTY"),
            ("kebab-case", "very-tasty"),
            ("SCREAMING-KEBAB-CASE", "VERY-TASTY"),
        ] {
            assert_eq!(rename_field(rule, "very_tasty").as_deref(), Some(expected), "{rule}");
        }
        assert_eq!(rename_field("Train-Case", "very_tasty"), None);
        for (rule, expected) in [
            ("lowercase", "verytasty"),
            ("UPPERCASE", "VERYTASTY"),
            ("PascalCase", "VeryTasty"),
            ("camelCase", "veryTasty"),
            ("snake_case", "very_tasty"),
            ("SCREAMING_SNAKE_CASE", "VERY_TASTY"),
            ("kebab-case", "very-tasty"),
            ("SCREAMING-KEBAB-CASE", "VERY-TASTY"),
        ] {
            assert_eq!(rename_variant(rule, "VeryTasty").as_deref(), Some(expected), "{rule}");
        }
        assert_eq!(rename_variant("Train-Case", "VeryTasty"), None);
    }
}
