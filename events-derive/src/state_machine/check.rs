//! The rules of a machine, each a function with the input it refuses.

use quote::ToTokens;

use super::{
    ast::{Cause, Edge, Machine, State},
    lifecycle,
};
use crate::{ctxt::Ctxt, suggest};

pub(super) fn check(cx: &Ctxt, machine: &Machine<'_>) {
    if machine.states.is_empty() {
        return;
    }
    // What could not be read may have been the missing mark or transition.
    let read = !cx.has_errors();
    check_initial(cx, machine, read);
    check_names(cx, machine);
    lifecycle::check(cx, machine);
    for state in &machine.states {
        check_ends(cx, state, read);
        check_duplicates(cx, state);
    }
    // With a wrong target reachability would be guesswork, and the second error follow from the first.
    if check_targets(cx, machine) && !cx.has_errors() {
        check_reachable(cx, machine);
    }
}

/// No `#[state(initial)]`, or two.
fn check_initial(cx: &Ctxt, machine: &Machine<'_>, read: bool) {
    let mut initial = machine.states.iter().filter_map(|state| state.initial.key());
    let Some(first) = initial.next() else {
        if read {
            cx.error(machine.input.ident.span(), "a machine begins in one state; mark it with `#[state(initial)]`");
        }
        return;
    };
    for second in initial {
        cx.duplicate(second, first, "a machine begins in one state, found a second `initial`");
    }
}

/// Two states shown by one name.
fn check_names(cx: &Ctxt, machine: &Machine<'_>) {
    for (at, state) in machine.states.iter().enumerate() {
        if let Some(first) = machine.states[..at].iter().find(|first| first.name() == state.name()) {
            let message = format!("the name `{}` is already that of the state `{}`", state.name(), first.ident);
            match state.name_literal() {
                Some(literal) => cx.duplicate(literal, first.ident, message),
                None => cx.duplicate(state.ident, first.ident, message),
            }
        }
    }
}

/// A state that nothing leads out of and that is not marked, or a marked one with transitions.
fn check_ends(cx: &Ctxt, state: &State<'_>, read: bool) {
    match (state.terminal.key(), state.edges.first()) {
        (None, None) if read => cx.error(
            state.ident.span(),
            format_args!(
                "nothing leads out of the state `{}`; mark it with `#[state(terminal)]`, or say what follows, e.g. `#[state(to = [Next])]`",
                state.ident
            ),
        ),
        (Some(terminal), Some(edge)) => {
            cx.contradiction(
                &edge.to,
                format_args!("the state `{}` is terminal, so nothing can follow it; remove this transition, or the mark `terminal`", state.ident),
                terminal,
                format_args!("`{}` is marked as terminal here", state.ident),
            );
        }
        (Some(terminal), None) => {
            if let Some(exit) = state.exit.key() {
                cx.contradiction(
                    exit,
                    format_args!("the state `{}` is terminal and never left, so this never runs; remove it, or the mark `terminal`", state.ident),
                    terminal,
                    format_args!("`{}` is marked as terminal here", state.ident),
                );
            }
        }
        _ => {}
    }
}

/// Transitions that are never made, since another one is: `to = [A, A]`, `on(E => A), on(E => B)`, two time-outs.
fn check_duplicates(cx: &Ctxt, state: &State<'_>) {
    for (at, edge) in state.edges.iter().enumerate() {
        let name = state.ident;
        let mut earlier = state.edges[..at].iter();
        match &edge.cause {
            Cause::Program => {
                let same = |first: &&Edge| matches!(first.cause, Cause::Program) && first.to == edge.to;
                if let Some(first) = earlier.find(same) {
                    let message = format!("the state `{name}` already has a transition to `{}`", edge.to);
                    cx.duplicate(&edge.to, &first.to, message);
                }
            }
            Cause::Event { ty, guard } => {
                let same = |first: &&Edge| {
                    first.event().is_some_and(|event| same_tokens(event, ty))
                        && (first.guard().is_none()
                            || first.guard().zip(guard.as_ref()).is_some_and(|(a, b)| same_tokens(a, b)))
                };
                let Some(first) = earlier.find(same) else { continue };
                match (first.guard(), guard) {
                    (None, Some(guard)) => cx.duplicate(
                        guard,
                        first.event(),
                        format_args!(
                            "this transition is never made: the state `{name}` has one on this event without a guard before it; \
                             write that one last"
                        ),
                    ),
                    (Some(first), Some(guard)) => cx.duplicate(
                        guard,
                        first,
                        format_args!("the state `{name}` already has a transition on this event under this guard"),
                    ),
                    _ => cx.duplicate(
                        ty,
                        first.event(),
                        format_args!(
                            "the state `{name}` already has a transition on this event; the earlier one may have a guard: \
                             `on(… => …, if = path)`"
                        ),
                    ),
                }
            }
            Cause::Timeout { after, .. } => {
                let first = earlier.find_map(|first| match &first.cause {
                    Cause::Timeout { after, .. } => Some(after),
                    _ => None,
                });
                if let Some(first) = first {
                    cx.duplicate(after, first, format_args!("the state `{name}` already has a time-out"));
                }
            }
        }
    }
}

fn same_tokens(a: impl ToTokens, b: impl ToTokens) -> bool {
    a.to_token_stream().to_string() == b.to_token_stream().to_string()
}

/// A target that is no state.
fn check_targets(cx: &Ctxt, machine: &Machine<'_>) -> bool {
    let names: Vec<String> = machine.states.iter().map(|state| state.ident.to_string()).collect();
    let mut all_known = true;
    for edge in machine.states.iter().flat_map(|state| &state.edges) {
        if !machine.states.iter().any(|state| *state.ident == edge.to) {
            all_known = false;
            cx.error(
                edge.to.span(),
                format_args!("unknown state `{}`{}", edge.to, suggest::among(&edge.to.to_string(), &names)),
            );
        }
    }
    all_known
}

/// A state to which no transitions lead from the initial one.
fn check_reachable(cx: &Ctxt, machine: &Machine<'_>) {
    let states = &machine.states;
    let mut reached: Vec<bool> = states.iter().map(|state| state.initial.is_set()).collect();
    let mut open: Vec<usize> = reached.iter().enumerate().filter_map(|(at, reached)| reached.then_some(at)).collect();
    while let Some(at) = open.pop() {
        for edge in &states[at].edges {
            if let Some(to) = states.iter().position(|state| *state.ident == edge.to)
                && !std::mem::replace(&mut reached[to], true)
            {
                open.push(to);
            }
        }
    }
    for (state, _) in states.iter().zip(reached).filter(|(_, reached)| !reached) {
        cx.error(
            state.ident.span(),
            format_args!(
                "the state `{}` cannot be reached from the initial state; add a transition to it, or remove it",
                state.ident
            ),
        );
    }
}
