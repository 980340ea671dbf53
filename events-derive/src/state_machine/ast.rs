//! The states and transitions that the user wrote.

use quote::ToTokens;
use syn::{
    Attribute, Data, DeriveInput, Fields, Ident, LitStr, Path, Token, Type, bracketed, ext::IdentExt as _,
    parenthesized, parse::ParseStream,
};

use super::lifecycle::{self, Lifecycle};
use crate::{
    attr::{self, Item, Once},
    case,
    ctxt::Ctxt,
    duration::Time,
    grammar,
};

const STATE_KEYS: &[&str] = &["initial", "terminal", "name", "to", "on", "timeout", "entry", "exit"];
const MACHINE_KEYS: &[&str] = &["lifecycle", "context", "entity_type", "serde", "crate"];

pub(super) struct Machine<'a> {
    pub(super) input: &'a DeriveInput,
    pub(super) krate: Once<Path>,
    pub(super) lifecycle: Once<Lifecycle>,
    /// The type of what guards ask and hooks change.
    pub(super) context: Once<Type>,
    pub(super) entity_type: Once<LitStr>,
    pub(super) serde: Once<()>,
    pub(super) states: Vec<State<'a>>,
}

pub(super) struct State<'a> {
    pub(super) ident: &'a Ident,
    /// It has no fields, as it should.
    pub(super) unit: bool,
    pub(super) initial: Once<()>,
    pub(super) terminal: Once<()>,
    name: Once<LitStr>,
    pub(super) entry: Once<Path>,
    pub(super) exit: Once<Path>,
    pub(super) edges: Vec<Edge>,
}

/// One transition.
pub(super) struct Edge {
    pub(super) cause: Cause,
    pub(super) to: Ident,
}

/// What makes a transition.
pub(super) enum Cause {
    /// The program itself.
    Program,
    Event {
        ty: Box<Type>,
        guard: Option<Path>,
    },
    Timeout {
        after: LitStr,
        time: Time,
    },
}

impl Edge {
    /// The event that drives it.
    pub(super) fn event(&self) -> Option<&Type> {
        match &self.cause {
            Cause::Event { ty, .. } => Some(ty),
            _ => None,
        }
    }

    /// The condition under which the event drives it.
    pub(super) fn guard(&self) -> Option<&Path> {
        match &self.cause {
            Cause::Event { guard, .. } => guard.as_ref(),
            _ => None,
        }
    }

    /// The condition as it is shown.
    pub(super) fn guard_name(&self) -> Option<String> {
        self.guard().map(|guard| guard.to_token_stream().to_string().replace(" :: ", "::"))
    }
}

impl State<'_> {
    /// As it is shown and stored.
    pub(super) fn name(&self) -> String {
        self.name.get().map_or_else(|| case::snake(&self.ident.unraw().to_string()), LitStr::value)
    }

    pub(super) fn name_literal(&self) -> Option<&LitStr> {
        self.name.get()
    }
}

impl<'a> Machine<'a> {
    pub(super) fn parse(cx: &Ctxt, input: &'a DeriveInput) -> Self {
        let mut this = Self {
            input,
            krate: Once::default(),
            lifecycle: Once::default(),
            context: Once::default(),
            entity_type: Once::default(),
            serde: Once::default(),
            states: Vec::new(),
        };
        attr::misplaced(cx, &input.attrs, &["state"], "it describes one state, above the variant");
        attr::items(cx, &input.attrs, "state_machine", "context = Retries", |item| {
            match item.meant(cx, "state machine attribute", MACHINE_KEYS)? {
                "lifecycle" => {
                    if let Some(lifecycle) = lifecycle::parse(cx, item)? {
                        this.lifecycle.set(cx, item, lifecycle);
                    }
                }
                "context" => this.context.set(cx, item, item.value("a type", "context = Retries")?),
                "entity_type" => {
                    let name = item.string("entity_type = \"quick_test\"")?;
                    if grammar::check(cx, &name, "entity type", 1) {
                        this.entity_type.set(cx, item, name);
                    }
                }
                "serde" => {
                    item.flag()?;
                    this.serde.set(cx, item, ());
                }
                _ => this.krate.set(cx, item, item.path("crate = ::events_core")?),
            }
            Ok(())
        });
        if let Data::Enum(data) = &input.data {
            for variant in &data.variants {
                let unit = matches!(variant.fields, Fields::Unit);
                if !unit {
                    cx.error_at(&variant.fields, format_args!("a state has no fields: `{}`", variant.ident));
                }
                this.states.push(State::parse(cx, &variant.ident, unit, &variant.attrs));
            }
            if this.states.is_empty() {
                cx.error(
                    input.ident.span(),
                    "a state machine needs at least one state, e.g. `#[state(initial, terminal)] Done`",
                );
            }
        } else {
            cx.error(input.ident.span(), "a state machine is an enum whose variants are its states");
        }
        this
    }
}

impl<'a> State<'a> {
    fn parse(cx: &Ctxt, ident: &'a Ident, unit: bool, attrs: &[Attribute]) -> Self {
        let mut this = Self {
            ident,
            unit,
            initial: Once::default(),
            terminal: Once::default(),
            name: Once::default(),
            entry: Once::default(),
            exit: Once::default(),
            edges: Vec::new(),
        };
        attr::items(cx, attrs, "state", "to = [Running]", |item| {
            match item.meant(cx, "state attribute", STATE_KEYS)? {
                "initial" => {
                    item.flag()?;
                    this.initial.set(cx, item, ());
                }
                "terminal" => {
                    item.flag()?;
                    this.terminal.set(cx, item, ());
                }
                "name" => {
                    let name = item.string("name = \"running\"")?;
                    if name.value().trim().is_empty() {
                        cx.error(
                            name.span(),
                            "a state is shown and stored by its name; give it one, e.g. `name = \"running\"`",
                        );
                    }
                    this.name.set(cx, item, name);
                }
                "to" => this.edges.extend(targets(item)?.into_iter().map(|to| Edge { cause: Cause::Program, to })),
                "timeout" => this.edges.push(timed(item)?),
                "entry" => this.entry.set(cx, item, item.path("entry = begin")?),
                "exit" => this.exit.set(cx, item, item.path("exit = end")?),
                _ => this.edges.push(driven(item)?),
            }
            Ok(())
        });
        this
    }
}

/// `to = [Running, Failed]`, or `to = Running`.
fn targets(item: &Item<'_>) -> syn::Result<Vec<Ident>> {
    const EXAMPLE: &str = "to = [Running, Failed]";
    item.equals(EXAMPLE)?;
    let state = |input: ParseStream<'_>| {
        let wrong = attr::expected(input, "a state or a list of states", EXAMPLE);
        input.parse::<Ident>().map_err(|_| wrong)
    };
    if !item.input.peek(syn::token::Bracket) {
        return state(item.input).map(|to| vec![to]);
    }
    let list;
    bracketed!(list in item.input);
    attr::inside(&list, |list| {
        let mut found = Vec::new();
        while !list.is_empty() {
            found.push(state(list)?);
            if !list.is_empty() {
                let wrong = attr::expected(list, "`,`", EXAMPLE);
                list.parse::<Token![,]>().map_err(|_| wrong)?;
            }
        }
        Ok(found)
    })
}

/// `on(QuickTestStarted => Running)`, or `on(QuickTestStarted => Running, if = is_ready)`
fn driven(item: &Item<'_>) -> syn::Result<Edge> {
    const EXAMPLE: &str = "on(QuickTestStarted => Running)";
    const GUARDED: &str = "on(QuickTestStarted => Running, if = is_ready)";
    if !item.input.peek(syn::token::Paren) {
        return Err(syn::Error::new(
            item.key.span(),
            format!("`on` names an event and the next state, e.g. `{EXAMPLE}`"),
        ));
    }
    let inner;
    parenthesized!(inner in item.input);
    attr::inside(&inner, |inner| {
        let wrong = attr::expected(inner, "an event", EXAMPLE);
        let ty = inner.parse::<Type>().map_err(|_| wrong)?;
        let to = next_state(inner, EXAMPLE)?;
        if inner.is_empty() {
            return Ok(Edge { cause: Cause::Event { ty: Box::new(ty), guard: None }, to });
        }
        let wrong = attr::expected(inner, "`, if = …` or nothing behind the next state", GUARDED);
        inner.parse::<Token![,]>().map_err(|_| wrong)?;
        let wrong = attr::expected(inner, "`if = …`, the condition of the transition", GUARDED);
        inner.parse::<Token![if]>().map_err(|_| wrong)?;
        let wrong = attr::expected(inner, "`=` and the path of a function", GUARDED);
        inner.parse::<Token![=]>().map_err(|_| wrong)?;
        let wrong = attr::expected(inner, "the path of a function", GUARDED);
        let guard = inner.parse::<Path>().map_err(|_| wrong)?;
        if !inner.is_empty() {
            return Err(attr::expected(inner, "nothing behind the guard", GUARDED));
        }
        Ok(Edge { cause: Cause::Event { ty: Box::new(ty), guard: Some(guard) }, to })
    })
}

/// `timeout("30s" => Failed)`
fn timed(item: &Item<'_>) -> syn::Result<Edge> {
    const EXAMPLE: &str = "timeout(\"30s\" => Failed)";
    if !item.input.peek(syn::token::Paren) {
        return Err(syn::Error::new(
            item.key.span(),
            format!("`timeout` names a duration and the next state, e.g. `{EXAMPLE}`"),
        ));
    }
    let inner;
    parenthesized!(inner in item.input);
    attr::inside(&inner, |inner| {
        let wrong = attr::expected(inner, "a duration in quotes", EXAMPLE);
        let after = inner.parse::<LitStr>().map_err(|_| wrong)?;
        let (after, time) = attr::duration_of(after)?;
        let zero = "a state that times out at once cannot be seen; give it a time, or lead the transitions past it";
        let time = time.ok_or_else(|| syn::Error::new(after.span(), zero))?;
        let to = next_state(inner, EXAMPLE)?;
        if !inner.is_empty() {
            return Err(attr::expected(inner, "nothing behind the next state", EXAMPLE));
        }
        Ok(Edge { cause: Cause::Timeout { after, time }, to })
    })
}

/// `=> Running`
fn next_state(input: ParseStream<'_>, example: &str) -> syn::Result<Ident> {
    let wrong = attr::expected(input, "`=>` and the next state", example);
    input.parse::<Token![=>]>().map_err(|_| wrong)?;
    let wrong = attr::expected(input, "the next state", example);
    input.parse::<Ident>().map_err(|_| wrong)
}
