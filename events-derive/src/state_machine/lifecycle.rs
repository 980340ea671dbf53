//! `#[state_machine(lifecycle(…))]`: the machine as types, and an emitter that is always in one of its states.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Data, Token, Type, Visibility, ext::IdentExt as _, parenthesized, spanned::Spanned as _, token::Paren};

use super::ast::{Cause, Edge, Machine, State};
use crate::{
    attr::{self, Item, Once},
    case,
    ctxt::Ctxt,
    span::{reresolved, reresolved_visibility, respan, visibility_in_child},
    types,
};

const KEYS: &[&str] = &["emitter"];
const EXAMPLE: &str = "lifecycle(QuickTestLife, emitter = QuickTestEmitter)";

pub(super) struct Lifecycle {
    /// The type of the emitter with a state.
    name: Ident,
    /// The module of the states, called as the type in `snake_case`.
    module: Ident,
    /// The emitter without one.
    emitter: Type,
}

/// `lifecycle(QuickTestLife, emitter = QuickTestEmitter)`; `None` after a mistake in it, which is recorded.
pub(super) fn parse(cx: &Ctxt, item: &Item<'_>) -> syn::Result<Option<Lifecycle>> {
    if !item.input.peek(Paren) {
        let message =
            format!("`lifecycle` names a type to be generated and the emitter that it is around, e.g. `{EXAMPLE}`");
        return Err(syn::Error::new(item.key.span(), message));
    }
    let inner;
    parenthesized!(inner in item.input);
    attr::inside(&inner, |inner| {
        let wrong = attr::expected(inner, "a name for the type to be generated", EXAMPLE);
        let name = inner.parse::<Ident>().map_err(|_| wrong)?;
        if inner.peek(Token![=]) {
            let message = format!("the name of the type to be generated stands before the keys, e.g. `{EXAMPLE}`");
            return Err(syn::Error::new(name.span(), message));
        }
        if !inner.is_empty() {
            let wrong = attr::expected(inner, "`,`", EXAMPLE);
            inner.parse::<Token![,]>().map_err(|_| wrong)?;
        }
        let mut emitter = Once::default();
        let mut bare = true;
        attr::list_of(cx, inner, "emitter = QuickTestEmitter", &mut |item| {
            bare = false;
            item.meant(cx, "life cycle attribute", KEYS)?;
            emitter.set(cx, item, item.value("a type without quotes", "emitter = QuickTestEmitter")?);
            Ok(())
        })?;
        if bare {
            let message = format!("a life cycle is around an emitter; say which, e.g. `{EXAMPLE}`");
            return Err(syn::Error::new(name.span(), message));
        }
        let module = module(&name)?;
        let name = reresolved(&name);
        Ok(emitter.get().cloned().map(|emitter| Lifecycle { name, module, emitter }))
    })
}

/// The name of the module that holds the states.
fn module(name: &Ident) -> syn::Result<Ident> {
    let module = case::snake(&name.unraw().to_string());
    let span = name.span().resolved_at(Span::call_site());
    if *name == module {
        let message = format!(
            "the states of `{name}` are in a module of its name in `snake_case`, which is the same; begin it with a capital, e.g. `{EXAMPLE}`"
        );
        return Err(syn::Error::new(name.span(), message));
    }
    if syn::parse_str::<Ident>(&module).is_err() {
        let message = format!(
            "the states of `{name}` would be in a module called `{module}`, which is a keyword; choose another name"
        );
        return Err(syn::Error::new(name.span(), message));
    }
    Ok(Ident::new(&module, span))
}

/// What types cannot tell.
pub(super) fn check(cx: &Ctxt, machine: &Machine<'_>) {
    let Some(key) = machine.lifecycle.key() else { return };
    let refuse = |token: &dyn ToTokens, message: &str| {
        cx.contradiction(token.to_token_stream(), message, key, "the life cycle is asked for here");
    };
    if let Some(param) = machine.input.generics.params.first() {
        refuse(param, "a machine with a life cycle has no parameters, for each of its states is one type");
    }
    for state in &machine.states {
        for hook in [&state.entry, &state.exit].into_iter().filter_map(Once::key) {
            refuse(
                hook,
                "hooks are run by a `StateManager`, and a life cycle has none; do it where the event is emitted, or observed",
            );
        }
        for edge in &state.edges {
            match &edge.cause {
                Cause::Event { guard: Some(guard), .. } => refuse(
                    guard,
                    "the type of a life cycle says which state follows, and a guard is asked only at run time; \
                     give each outcome an event of its own, or use a `StateManager`",
                ),
                Cause::Timeout { after, .. } => refuse(
                    after,
                    "a life cycle changes its state only where its owner says so, and a time-out comes by itself; \
                     emit an event when the time is over, or use a `StateManager`",
                ),
                Cause::Program | Cause::Event { guard: None, .. } => {}
            }
        }
    }
}

/// Expands to:
///
/// ```ignore
/// pub struct QuickTestLife<State: LifeState>(Lifecycle<State>);
///
/// pub mod quick_test_life {
///     pub struct Created;
///     pub struct Running;
/// }
///
/// impl LifeState for quick_test_life::Created { type Machine = QuickTestState; … }
/// impl EmittedIn<quick_test_life::Created> for QuickTestStarted { type Next = quick_test_life::Running; }
/// impl Follows<quick_test_life::Running> for quick_test_life::Stopped {}
///
/// impl QuickTestLife<quick_test_life::Created> { pub fn new(bus: &EventBus, entity_id: impl Into<EntityId>) -> Self { … } }
/// impl From<QuickTestEmitter> for QuickTestLife<quick_test_life::Created> { … }
/// impl<State: LifeState> QuickTestLife<State> { … }
/// impl<State: LifeState> Debug for QuickTestLife<State> { … }
/// ```
pub(super) fn expand(machine: &Machine<'_>, valid: bool) -> Option<TokenStream> {
    let lifecycle @ Lifecycle { name, module, emitter } = machine.lifecycle.get()?;
    let Data::Enum(data) = &machine.input.data else { return None };
    let initial = machine.states.iter().find(|state| state.initial.is_set()).or_else(|| machine.states.first())?;
    if !machine.input.generics.params.is_empty() {
        return None;
    }
    let krate = attr::krate(&machine.krate);
    let private = quote!(#krate::__private);
    let vis = reresolved_visibility(&machine.input.vis);
    let doc = format!(
        "A `{}` whose type says in which state of `{}` its entity is: `{name}<{module}::{}>` in the beginning.\n\n\
         What the state does not allow does not compile. Every event that is emitted leads to the next state, whatever its \
         receipt says; one that nobody could be told of does not.",
        types::written(emitter),
        machine.input.ident,
        initial.ident,
    );
    let of_state = visibility_in_child(&machine.input.vis);
    let markers = machine.states.iter().zip(&data.variants).map(|(state, variant)| {
        let ident = reresolved(state.ident);
        let doc = format!("`{}::{ident}` as a type.\n\n{}", machine.input.ident, attr::docs(&variant.attrs));
        let doc = doc.trim_end();
        quote!(#[doc = #doc] #of_state struct #ident;)
    });
    let states = machine.states.iter().map(|state| of_state_impls(machine, lifecycle, state, valid));
    let life = life_impls(lifecycle, &vis, initial.ident);
    Some(quote! {
        #[doc = #doc]
        #[must_use = "the next event is emitted through it, and its `receipt()` says what became of this one"]
        #[allow(deprecated)]
        #vis struct #name<__State: #private::LifeState>(#private::Lifecycle<__State>);

        /// The states of the life cycle, each a type.
        #vis mod #module {
            #(#markers)*
        }

        #[allow(deprecated)]
        const _: () = {
            use #private as __events;

            #(#states)*
            #life
        };
    })
}

/// What one state is, and what leads out of it.
fn of_state_impls(machine: &Machine<'_>, lifecycle: &Lifecycle, state: &State<'_>, valid: bool) -> TokenStream {
    let Lifecycle { module, emitter, .. } = lifecycle;
    let (enumeration, ident) = (reresolved(&machine.input.ident), reresolved(state.ident));
    let shown = ident.unraw().to_string();
    // With fields, which is reported, it is no value.
    let value = if state.unit {
        quote!(Self::Machine::#ident)
    } else {
        quote!(<Self::Machine as __events::StateMachine>::INITIAL)
    };
    // Where the emitter is: that is what cannot be used.
    let emitter = quote_spanned!(emitter.span().resolved_at(Span::call_site())=> type Emitter = #emitter;);
    let edges = state.edges.iter().enumerate().filter(|(at, edge)| valid || !repeats(&state.edges[..*at], edge));
    let edges = edges.filter_map(|(_, edge)| transition(machine, module, &ident, edge));
    quote! {
        #[automatically_derived]
        impl __events::LifeState for #module::#ident {
            type Machine = #enumeration;
            #emitter
            const STATE: Self::Machine = #value;
        }

        #[automatically_derived]
        impl __events::core::fmt::Debug for #module::#ident {
            fn fmt(&self, f: &mut __events::core::fmt::Formatter<'_>) -> __events::core::fmt::Result {
                f.write_str(#shown)
            }
        }

        #(#edges)*
    }
}

/// What can be done in the initial state, and in each.
fn life_impls(lifecycle: &Lifecycle, vis: &Visibility, initial: &Ident) -> TokenStream {
    let Lifecycle { name, module, emitter } = lifecycle;
    let shown = name.unraw().to_string();
    let initial = reresolved(initial);
    quote! {
        #[automatically_derived]
        impl #name<#module::#initial> {
            /// In the initial state, with an emitter of its own for the entity: one that derives `Emitter`. Another is made
            /// first, and the life cycle of it (`From`).
            ///
            /// An empty id is reported by every emit.
            #vis fn new<__Id>(bus: &__events::EventBus, entity_id: __Id) -> Self
            where
                #emitter: __events::MadeFor<__Id>,
            {
                Self(__events::Lifecycle::new(__events::MadeFor::made_for(bus, entity_id)))
            }
        }

        #[automatically_derived]
        impl __events::core::convert::From<#emitter> for #name<#module::#initial> {
            fn from(emitter: #emitter) -> Self {
                Self(__events::Lifecycle::new(emitter))
            }
        }

        #[automatically_derived]
        impl<__State: __events::LifeState> #name<__State> {
            /// Emits one of the state's events, now. No field is filled in: the payload goes out as it is.
            ///
            /// # Errors
            ///
            /// The event is invalid or cannot be encoded, and nobody was told: the life cycle is in the error, in the state
            /// it was in.
            #vis fn emit<__E: __events::EmittedIn<__State>>(self, event: __E)
                -> __events::Result<#name<__E::Next>, __events::NotEmitted<Self>>
            {
                self.__emit::<__E, _>(|emitter| __events::Emitter::emit(emitter, event))
            }

            /// Goes to a state without an event, as `#[state(to = …)]` allows.
            #vis fn transition_to<__To: __events::Follows<__State>>(self, _: __To) -> #name<__To> {
                #name(__events::Lifecycle::transition_to(self.0))
            }

            /// The present state.
            #vis fn state(&self) -> __State::Machine {
                <__State as __events::LifeState>::STATE
            }

            /// What became of the last event that was emitted through the life cycle.
            #vis fn receipt(&self) -> __events::core::option::Option<&__events::Receipt> {
                __events::Lifecycle::receipt(&self.0)
            }

            /// The emitter, for events that belong to no state. Nothing that is emitted through it changes the state.
            #vis fn emitter(&self) -> &__State::Emitter {
                __events::Lifecycle::emitter(&self.0)
            }

            /// The emitter by itself: the state is forgotten.
            #vis fn into_emitter(self) -> __State::Emitter {
                __events::Lifecycle::into_emitter(self.0)
            }

            #[doc(hidden)]
            #vis fn __emit<__E, __F>(self, emit: __F) -> __events::Result<#name<__E::Next>, __events::NotEmitted<Self>>
            where
                __E: __events::EmittedIn<__State>,
                __F: __events::core::ops::FnOnce(&__State::Emitter)
                    -> __events::Result<__events::Receipt, __events::EmitError>,
            {
                __events::Lifecycle::emit::<__E, _, _>(self.0, emit, #name, #name)
            }
        }

        #[automatically_derived]
        impl<__State: __events::LifeState> __events::core::fmt::Debug for #name<__State> {
            fn fmt(&self, f: &mut __events::core::fmt::Formatter<'_>) -> __events::core::fmt::Result {
                __events::Lifecycle::fmt_as(&self.0, #shown, f)
            }
        }
    }
}

/// One edge as a trait impl: an error in it is reported on the event, or on the state.
fn transition(machine: &Machine<'_>, module: &Ident, from: &Ident, edge: &Edge) -> Option<TokenStream> {
    let known = machine.states.iter().any(|state| *state.ident == edge.to);
    // An unknown state is reported; here it is the present one.
    let to = if known { reresolved(&edge.to) } else { from.clone() };
    match &edge.cause {
        Cause::Program => {
            Some(quote!(#[automatically_derived] impl __events::Follows<#module::#from> for #module::#to {}))
        }
        Cause::Event { ty, .. } => {
            // All of it where the event is: that is the place of which an error in another state says that it would be right.
            let respan = |tokens| respan(tokens, ty.span().resolved_at(Span::call_site()));
            let head = respan(quote!(#[automatically_derived] impl __events::EmittedIn<#module::#from> for));
            let tail = respan(quote!({ type Next = #module::#to; }));
            Some(quote!(#head #ty #tail))
        }
        // As is reported, no type tells of it.
        Cause::Timeout { .. } => None,
    }
}

/// Whether an earlier edge would be the same impl, as is reported.
fn repeats(earlier: &[Edge], edge: &Edge) -> bool {
    let event = |edge: &Edge| edge.event().map(|event| event.to_token_stream().to_string());
    earlier.iter().any(|first| event(first) == event(edge) && (edge.event().is_some() || first.to == edge.to))
}
