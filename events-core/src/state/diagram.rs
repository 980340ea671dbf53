//! A machine as a picture: the text that Mermaid and Graphviz draw.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::{fmt::Display, time::Duration};

use super::Edge;

/// What Mermaid reads as something else than a state's name, in lower case.
const WORDS: &str = "accdescr acctitle as call choice class classdef click constructor default direction end fork hide href \
                     join note root root_end root_start scale state statediagram style";

/// The states by their places, and one arrow for all that leads from one to another.
pub(super) struct Diagram {
    names: Vec<String>,
    initial: Option<usize>,
    arrows: Vec<Arrow>,
}

struct Arrow {
    from: usize,
    to: usize,
    /// What makes the transition; empty where the program does.
    causes: Vec<Cause>,
}

#[derive(PartialEq)]
struct Cause {
    event: Option<String>,
    guard: Option<&'static str>,
    after: Option<Duration>,
}

impl Diagram {
    pub(super) fn of<S: PartialEq + Display>(initial: &S, states: &[S], edges: &[Edge<S>]) -> Self {
        let place = |wanted: &S| states.iter().position(|state| state == wanted);
        let mut arrows: Vec<Arrow> = Vec::new();
        for edge in edges {
            let (Some(from), Some(to)) = (place(&edge.from), place(&edge.to)) else { continue };
            let cause = Cause::of(edge);
            // Direct transitions have an arrow of their own: a label says what makes a transition, and they have none.
            let same =
                |arrow: &&mut Arrow| (arrow.from, arrow.to, arrow.causes.is_empty()) == (from, to, cause.is_none());
            match arrows.iter_mut().find(same) {
                Some(arrow) => arrow.causes.extend(cause),
                None => arrows.push(Arrow { from, to, causes: cause.into_iter().collect() }),
            }
        }
        Self { names: states.iter().map(printable).collect(), initial: place(initial), arrows }
    }

    fn is_terminal(&self, place: usize) -> bool {
        !self.arrows.iter().any(|arrow| arrow.from == place)
    }

    pub(super) fn mermaid(&self) -> String {
        let mut text = String::from("stateDiagram-v2\n");
        let mut line = |words: &str| text.extend(["    ", words, "\n"]);
        let ids: Vec<String> = (0..self.names.len()).map(|place| self.mermaid_id(place)).collect();
        for (name, id) in self.names.iter().zip(&ids).filter(|(name, id)| name != id) {
            line(&format!("state \"{}\" as {id}", mermaid_text(name)));
        }
        if let Some(initial) = self.initial {
            line(&format!("[*] --> {}", ids[initial]));
        }
        for Arrow { from, to, causes } in &self.arrows {
            let arrow = format!("{} --> {}", ids[*from], ids[*to]);
            let labels: Vec<String> = causes.iter().map(|cause| cause.label(mermaid_text)).collect();
            line(&if labels.is_empty() { arrow } else { format!("{arrow} : {}", labels.join("<br>")) });
        }
        for place in (0..ids.len()).filter(|&place| self.is_terminal(place)) {
            line(&format!("{} --> [*]", ids[place]));
        }
        text
    }

    /// The name where it can be nothing else, or a number.
    fn mermaid_id(&self, place: usize) -> String {
        let name = &self.names[place];
        let lower = name.to_ascii_lowercase();
        let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let is_number = lower.strip_prefix('s').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
        let is_taken =
            WORDS.split(' ').any(|word| word == lower) || self.names.iter().filter(|other| *other == name).count() > 1;
        if is_word && !is_number && !is_taken { name.clone() } else { format!("s{place}") }
    }

    pub(super) fn dot(&self) -> String {
        let mut text = String::from("digraph {\n    rankdir=LR\n    start [shape=point]\n");
        let mut line = |words: &str| text.extend(["    ", words, "\n"]);
        for (place, name) in self.names.iter().enumerate() {
            let outline = if self.is_terminal(place) { ", peripheries=2" } else { "" };
            line(&format!("s{place} [label=\"{}\"{outline}]", dot_text(name)));
        }
        if let Some(initial) = self.initial {
            line(&format!("start -> s{initial}"));
        }
        for Arrow { from, to, causes } in &self.arrows {
            let labels: Vec<String> = causes.iter().map(|cause| cause.label(dot_text)).collect();
            let how =
                if labels.is_empty() { "style=dashed".into() } else { format!("label=\"{}\"", labels.join("\\n")) };
            line(&format!("s{from} -> s{to} [{how}]"));
        }
        text.push_str("}\n");
        text
    }
}

impl Cause {
    fn of<S>(edge: &Edge<S>) -> Option<Self> {
        let (event, guard, after) = (edge.on.as_ref().map(ToString::to_string), edge.guard, edge.after);
        (event.is_some() || guard.is_some() || after.is_some()).then_some(Self { event, guard, after })
    }

    fn label(&self, escaped: fn(&str) -> String) -> String {
        let guard = self.guard.map(|guard| format!("[{}]", escaped(guard)));
        let after = self.after.map(|after| format!("after {}", in_words(after)));
        let parts: Vec<String> = self.event.clone().into_iter().chain(guard).chain(after).collect();
        parts.join(" ")
    }
}

/// A name with its control characters as Rust writes them.
fn printable(name: &impl Display) -> String {
    let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    name.to_string().chars().map(shown).collect()
}

/// Text inside a Mermaid label: punctuation by its number, since what it means there depends on the place and the version.
fn mermaid_text(text: &str) -> String {
    let escape = |c: char| match c {
        ' ' | '_' => c.to_string(),
        c if c.is_alphanumeric() => c.to_string(),
        c => format!("#{};", u32::from(c)),
    };
    let escaped: String = text.chars().map(escape).collect();
    // Mermaid shows the id of a state without a name.
    if escaped.trim().is_empty() { "#160;".into() } else { escaped }
}

/// Text inside a DOT string, in which Graphviz also reads the entities of HTML.
fn dot_text(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;")
}

/// A time in the largest unit of which it is a whole number, as the derive reads it.
fn in_words(time: Duration) -> String {
    let seconds = time.as_secs();
    let whole = [(86_400, "d"), (3600, "h"), (60, "m")].into_iter().find(|(unit, _)| seconds.is_multiple_of(*unit));
    match whole {
        Some((unit, name)) if seconds > 0 && time.subsec_nanos() == 0 => format!("{}{name}", seconds / unit),
        _ => format!("{time:?}"),
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::{dot_text, in_words, mermaid_text};

    #[test]
    fn times_are_whole_numbers_where_they_can_be() {
        for (millis, words) in [
            (0, "0ns"),
            (250, "250ms"),
            (1500, "1.5s"),
            (30_000, "30s"),
            (60_000, "1m"),
            (90_000, "90s"),
            (7_200_000, "2h"),
            (172_800_000, "2d"),
            (60_001, "60.001s"),
        ] {
            assert_eq!(in_words(Duration::from_millis(millis)), words);
        }
    }

    #[test]
    fn what_means_something_is_escaped() {
        assert_eq!(mermaid_text("état: \"a;b\" %%"), "état#58; #34;a#59;b#34; #37;#37;");
        assert_eq!((mermaid_text(""), mermaid_text("  ")), ("#160;".into(), "#160;".into()));
        assert_eq!(dot_text(r#"a\b "c" & d"#), r#"a\\b \"c\" &amp; d"#);
    }
}
