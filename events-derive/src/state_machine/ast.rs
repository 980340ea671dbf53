//! The states and transitions that the user wrote.

use syn::{
    Attribute, Data, DeriveInput, Fields, Ident, LitStr, Path, Token, Type, bracketed, ext::IdentExt as _,
    parenthesized, parse::ParseStream,
};

use crate::{
    attr::{self, Item, Once},
    case,
    ctxt::Ctxt,
};

const STATE_KEYS: &[&str] = &["initial", "terminal", "name", "to", "on"];
const MACHINE_KEYS: &[&str] = &["crate"];

pub(super) struct Machine<'a> {
    pub(super) input: &'a DeriveInput,
    pub(super) krate: Once<Path>,
    pub(super) states: Vec<State<'a>>,
}

pub(super) struct State<'a> {
    pub(super) ident: &'a Ident,
    /// It has no fields, as it should.
    pub(super) unit: bool,
    pub(super) initial: Once<()>,
    pub(super) terminal: Once<()>,
    name: Once<LitStr>,
    pub(super) edges: Vec<Edge>,
}

/// One transition: driven by an event, or made by the program itself.
pub(super) struct Edge {
    pub(super) on: Option<Type>,
    pub(super) to: Ident,
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
        let mut krate = Once::default();
        attr::misplaced(cx, &input.attrs, &["state"], "it describes one state, above the variant");
        attr::items(cx, &input.attrs, "state_machine", "crate = ::events_core", |item| {
            item.meant(cx, "state machine attribute", MACHINE_KEYS)?;
            krate.set(cx, item, item.path("crate = ::events_core")?);
            Ok(())
        });
        let mut states = Vec::new();
        if let Data::Enum(data) = &input.data {
            for variant in &data.variants {
                let unit = matches!(variant.fields, Fields::Unit);
                if !unit {
                    cx.error_at(&variant.fields, format_args!("a state has no fields: `{}`", variant.ident));
                }
                states.push(State::parse(cx, &variant.ident, unit, &variant.attrs));
            }
            if states.is_empty() {
                cx.error(
                    input.ident.span(),
                    "a state machine needs at least one state, e.g. `#[state(initial, terminal)] Done`",
                );
            }
        } else {
            cx.error(input.ident.span(), "a state machine is an enum whose variants are its states");
        }
        Self { input, krate, states }
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
                "name" => this.name.set(cx, item, item.string("name = \"running\"")?),
                "to" => this.edges.extend(targets(item)?.into_iter().map(|to| Edge { on: None, to })),
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

/// `on(QuickTestStarted => Running)`
fn driven(item: &Item<'_>) -> syn::Result<Edge> {
    const EXAMPLE: &str = "on(QuickTestStarted => Running)";
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
        let on = inner.parse::<Type>().map_err(|_| wrong)?;
        let wrong = attr::expected(inner, "`=>` and the next state", EXAMPLE);
        inner.parse::<Token![=>]>().map_err(|_| wrong)?;
        let wrong = attr::expected(inner, "the next state", EXAMPLE);
        let to = inner.parse::<Ident>().map_err(|_| wrong)?;
        if !inner.is_empty() {
            return Err(attr::expected(inner, "nothing behind the next state", EXAMPLE));
        }
        Ok(Edge { on: Some(on), to })
    })
}
