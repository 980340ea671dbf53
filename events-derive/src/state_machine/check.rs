//! The rules of a machine, each a function with the input it refuses.

use quote::ToTokens as _;

use super::ast::{Machine, State};
use crate::{ctxt::Ctxt, suggest};

pub(super) fn check(cx: &Ctxt, machine: &Machine<'_>) {
    if machine.states.is_empty() {
        return;
    }
    // What could not be read may have been the missing mark or transition.
    let read = !cx.has_errors();
    check_initial(cx, machine, read);
    check_names(cx, machine);
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
        _ => {}
    }
}

/// `to = [A, A]`, or `on(E => A), on(E => B)`.
fn check_duplicates(cx: &Ctxt, state: &State<'_>) {
    for (at, edge) in state.edges.iter().enumerate() {
        let on = |on: &Option<syn::Type>| on.as_ref().map(|ty| ty.to_token_stream().to_string());
        let wanted = on(&edge.on);
        let same =
            state.edges[..at].iter().find(|first| on(&first.on) == wanted && (wanted.is_some() || first.to == edge.to));
        match (same, &edge.on) {
            (None, _) => {}
            (Some(first), Some(event)) => cx.duplicate(
                event,
                &first.on,
                format_args!("the state `{}` already has a transition on this event", state.ident),
            ),
            (Some(first), None) => cx.duplicate(
                &edge.to,
                &first.to,
                format_args!("the state `{}` already has a transition to `{}`", state.ident, edge.to),
            ),
        }
    }
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
