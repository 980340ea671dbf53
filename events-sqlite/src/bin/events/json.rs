//! JSON as text: as it is, but fit to be looked at.

use std::{borrow::Cow, fmt::Write};

use events_core::__private::is_harmful;
use serde::Serialize;

/// A value as one line.
pub(crate) fn line(value: &impl Serialize) -> String {
    // Reports have text keys and finite numbers.
    let mut line = serde_json::to_string(value).unwrap_or_default();
    line.push('\n');
    line
}

/// The same JSON, with nothing in it that would harm a terminal: such characters stand in strings alone, where they can be escaped.
pub(crate) fn escaped(json: &str) -> Cow<'_, str> {
    if !json.contains(is_harmful) {
        return Cow::Borrowed(json);
    }
    let mut to = String::with_capacity(json.len() + 16);
    json.chars().for_each(|c| push(&mut to, c));
    Cow::Owned(to)
}

/// The same JSON over several lines, each behind so many spaces, escaped.
pub(crate) fn indented(json: &str, margin: usize) -> String {
    let mut to = " ".repeat(margin);
    let mut depth = 0;
    let mut in_string = false;
    let mut chars = json.chars().peekable();
    let break_line = |to: &mut String, depth: usize| {
        to.push('\n');
        to.extend(std::iter::repeat_n(' ', margin + 2 * depth));
    };
    while let Some(c) = chars.next() {
        match c {
            '\\' if in_string => {
                to.push(c);
                chars.next().into_iter().for_each(|c| push(&mut to, c));
            }
            '"' => {
                in_string = !in_string;
                to.push(c);
            }
            c if in_string => push(&mut to, c),
            c if c.is_ascii_whitespace() => {}
            '{' | '[' => {
                to.push(c);
                while chars.next_if(char::is_ascii_whitespace).is_some() {}
                match chars.next_if(|c| matches!(c, '}' | ']')) {
                    Some(end) => to.push(end),
                    None => {
                        depth += 1;
                        break_line(&mut to, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                break_line(&mut to, depth);
                to.push(c);
            }
            ',' => {
                to.push(c);
                break_line(&mut to, depth);
            }
            ':' => to.push_str(": "),
            c => push(&mut to, c),
        }
    }
    to
}

fn push(to: &mut String, c: char) {
    if is_harmful(c) {
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string does not fail.
            let _ = write!(to, "\\u{unit:04x}");
        }
    } else {
        to.push(c);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const HOSTILE: &str =
        "{\"a\": \"\u{9b}31m \u{202e} \\\"{[,:]}\\\\\", \"b\":[], \"c\":[1,{\"d\":{ }}],\"e\u{e0001}\":-1.50e3}";

    #[test]
    fn what_is_escaped_is_the_same_json() {
        let value: Value = serde_json::from_str(HOSTILE).unwrap();
        for text in [escaped(HOSTILE).into_owned(), indented(HOSTILE, 3)] {
            assert!(!text.replace('\n', "").contains(is_harmful), "{text}");
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        }
    }

    #[test]
    fn members_stand_on_lines_of_their_own() {
        let expected = "  {\n    \"a\": [\n      1,\n      {\n        \"b\": \"x, y\"\n      }\n    ],\n    \"c\": {},\n    \"d\": 1.50\n  }";
        assert_eq!(indented(r#"{"a":[1,{"b":"x, y"}],"c": { },"d":1.50}"#, 2), expected);
        assert_eq!(indented("7", 2), "  7");
    }
}
