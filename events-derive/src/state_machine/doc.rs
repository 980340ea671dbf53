//! The machine in its documentation: a table of its transitions, and the text of its picture.

use syn::{Ident, ext::IdentExt as _};

use super::ast::{Cause, Edge, Machine, State};
use crate::types;

/// What Mermaid reads as something else than a state's name, in lower case; the list of `events-core`'s pictures.
const WORDS: &str = "accdescr acctitle as call choice class classdef click constructor default direction end fork hide href \
                     join note root root_end root_start scale state statediagram style";

/// Markdown without links, for what it names may be private; a block of Mermaid is no doctest.
pub(super) fn of(machine: &Machine<'_>) -> String {
    let states = &machine.states;
    let initial = states.iter().filter(|state| state.initial.is_set());
    let mut lines: Vec<String> = initial.map(|state| format!("Begins in {}.\n", code(&name(state.ident)))).collect();
    lines.extend(["| from | on | to |".to_owned(), "|---|---|---|".to_owned()]);
    for state in states {
        for edge in &state.edges {
            let cause = match &edge.cause {
                Cause::Program => String::new(),
                Cause::Event { ty, .. } => {
                    let guard = edge.guard_name().map(|guard| format!(" if {}", code(&guard)));
                    code(&types::written(ty)) + &guard.unwrap_or_default()
                }
                Cause::Timeout { after, .. } => format!("after {}", code(&after.value())),
            };
            lines.push(format!("| {} | {cause} | {} |", code(&name(state.ident)), code(&name(&edge.to))));
        }
    }
    lines.push("\n```mermaid\nstateDiagram-v2".to_owned());
    lines.extend(mermaid(states).into_iter().map(|line| format!("    {line}")));
    lines.push("```".to_owned());
    lines.join("\n")
}

fn name(ident: &Ident) -> String {
    ident.unraw().to_string()
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

/// As `StateMachine::mermaid` draws it, with the identifiers of the source: no event's type is known here.
fn mermaid(states: &[State<'_>]) -> Vec<String> {
    let place = |ident: &Ident| states.iter().position(|state| state.ident == ident);
    let id = |ident: &Ident| match place(ident) {
        Some(place) if !is_plain(&name(ident)) => format!("s{place}"),
        _ => name(ident),
    };
    let of_names = states.iter().filter(|state| !is_plain(&name(state.ident)));
    let mut lines: Vec<String> =
        of_names.map(|state| format!("state \"{}\" as {}", name(state.ident), id(state.ident))).collect();
    let initial = states.iter().filter(|state| state.initial.is_set());
    lines.extend(initial.map(|state| format!("[*] --> {}", id(state.ident))));
    for state in states {
        for (at, edge) in state.edges.iter().enumerate() {
            let same = |other: &&Edge| other.to == edge.to && label(other).is_none() == label(edge).is_none();
            if state.edges[..at].iter().any(|earlier| same(&earlier)) {
                continue;
            }
            let labels: Vec<String> = state.edges[at..].iter().filter(same).filter_map(label).collect();
            let label = if labels.is_empty() { String::new() } else { format!(" : {}", labels.join("<br>")) };
            lines.push(format!("{} --> {}{label}", id(state.ident), id(&edge.to)));
        }
    }
    let terminal = states.iter().filter(|state| state.edges.is_empty());
    lines.extend(terminal.map(|state| format!("{} --> [*]", id(state.ident))));
    lines
}

/// Whether Mermaid reads the name as that of a state, and no number takes its place.
fn is_plain(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_number = lower.strip_prefix('s').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
    name.is_ascii() && !is_number && !WORDS.split(' ').any(|word| word == lower)
}

/// What makes a transition, unless the program does.
fn label(edge: &Edge) -> Option<String> {
    match &edge.cause {
        Cause::Program => None,
        Cause::Event { ty, .. } => {
            let guard = edge.guard_name().map(|guard| format!(" [{}]", escaped(&guard)));
            Some(escaped(&types::written(ty)) + &guard.unwrap_or_default())
        }
        Cause::Timeout { after, .. } => Some(format!("after {}", after.value())),
    }
}

/// Punctuation by its number: what it means in a label depends on the place.
fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        ' ' | '_' => c.to_string(),
        c if c.is_alphanumeric() => c.to_string(),
        c => format!("#{};", u32::from(c)),
    };
    text.chars().map(escape).collect()
}
