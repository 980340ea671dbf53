//! The machine as a constant table.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Ident, Path, Type, parse_quote, spanned::Spanned as _};

use super::{
    ast::{Cause, Machine, State},
    doc,
};
use crate::{
    attr,
    span::{reresolved, respan},
};

/// Expands to an `impl StateMachine` whose `EDGES` is the whole machine as data, and a `Display` with the states' names.
pub(super) fn expand(machine: &Machine<'_>, valid: bool) -> TokenStream {
    let krate = attr::krate(&machine.krate);
    let private = quote!(#krate::__private);
    let core = quote!(#private::core);
    let ident = reresolved(&machine.input.ident);
    let (impl_generics, ty_generics, where_clause) = machine.input.generics.split_for_impl();
    let states: Vec<&Ident> = machine.states.iter().map(|state| state.ident).collect();
    let names = machine.states.iter().map(State::name);
    let unit = || machine.states.iter().filter(|state| state.unit);
    let initial = match unit().find(|state| state.initial.is_set()).or_else(|| unit().next()) {
        Some(State { ident, .. }) => quote!(Self::#ident),
        None => quote!(#core::panic!("this state machine has no state")),
    };
    let edges = machine.states.iter().flat_map(|state| {
        let (krate, core) = (&krate, &core);
        state.edges.iter().map(move |edge| {
            let (from, to) = (state.ident, &edge.to);
            match &edge.cause {
                Cause::Program => quote!(#krate::Edge::direct(Self::#from, Self::#to)),
                Cause::Event { ty, .. } => {
                    let guarded = edge.guard_name().map(|name| quote!(.guarded(#name)));
                    quote!(#krate::Edge::on(Self::#from, <#ty as #krate::Event>::TYPE, Self::#to) #guarded)
                }
                Cause::Timeout { time, .. } => {
                    let time = time.expand(core);
                    quote!(#krate::Edge::after(Self::#from, #time, Self::#to))
                }
            }
        })
    });
    // After an error the table stays empty: what is wrong in it was reported already.
    let (listed, edges) = if valid {
        (quote!(#(Self::#states),*), quote!(#(#edges),*))
    } else {
        (TokenStream::new(), TokenStream::new())
    };
    let doc = valid.then(|| doc::of(machine)).map(|text| quote!(#[doc = #text]));
    let distinct = valid.then(|| distinct_events(machine, &krate, &private));
    let context = machine.context.get().map_or_else(|| quote!(()), ToTokens::to_token_stream);
    let entity_type =
        machine.entity_type.get().map(|name| quote!(const ENTITY_TYPE: &'static #core::primitive::str = #name;));
    let behaviour = valid.then(|| {
        let allowed = allowed(machine, &core);
        let (guards, hooks) = (guards(machine, &context, &core), hooks(machine, &context, &krate));
        quote!(#allowed #guards #hooks)
    });
    let serde = machine.serde.is_set().then(|| serde(machine, &private));
    let name = if valid { quote!(match self { #(Self::#states => #names),* }) } else { quote!("") };
    quote! {
        #doc
        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #krate::StateMachine for #ident #ty_generics #where_clause {
            type Context = #context;
            const INITIAL: Self = #initial;
            const STATES: &'static [Self] = &[#listed];
            const EDGES: &'static [#krate::Edge<Self>] = &[#edges];
            #entity_type

            fn name(self) -> &'static #core::primitive::str {
                #name
            }

            #behaviour
        }

        #distinct

        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #core::fmt::Display for #ident #ty_generics #where_clause {
            fn fmt(&self, f: &mut #core::fmt::Formatter<'_>) -> #core::fmt::Result {
                #private::show_state(self, f)
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #core::str::FromStr for #ident #ty_generics #where_clause {
            type Err = #krate::UnknownState;

            fn from_str(text: &#core::primitive::str) -> #core::result::Result<Self, #krate::UnknownState> {
                #private::state_named(text)
            }
        }

        #serde
    }
}

/// The transitions as one number a state, with a bit for each that can follow. Beyond 128 states the table is searched.
fn allowed(machine: &Machine<'_>, core: &TokenStream) -> Option<TokenStream> {
    let states = &machine.states;
    let place = |ident: &Ident| states.iter().position(|state| state.ident == ident);
    let wide = match states.len() {
        ..=64 => quote!(u64),
        65..=128 => quote!(u128),
        _ => return None,
    };
    let idents = states.iter().map(|state| state.ident);
    let rows = states.iter().map(|state| {
        let ident = state.ident;
        let row = state.edges.iter().filter_map(|edge| place(&edge.to)).fold(0_u128, |row, to| row | 1 << to);
        let row = Literal::u128_unsuffixed(row);
        quote!(Self::#ident => #row)
    });
    let bits = (0..states.len()).map(Literal::usize_unsuffixed);
    Some(quote! {
        #[inline]
        fn can_transition_to(self, to: Self) -> #core::primitive::bool {
            let row: #core::primitive::#wide = match self { #(#rows),* };
            let bit: #core::primitive::u32 = match to { #(Self::#idents => #bits),* };
            row >> bit & 1 == 1
        }
    })
}

/// The guards, by the place of their transition in the table.
fn guards(machine: &Machine<'_>, context_type: &TokenStream, core: &TokenStream) -> Option<TokenStream> {
    let edges = machine.states.iter().flat_map(|state| &state.edges).enumerate();
    let context = machine.context.get().map(|_| quote!(, context));
    let arms: Vec<TokenStream> = edges
        .filter_map(|(at, edge)| {
            let (ty, guard) = edge.event().zip(edge.guard())?;
            let at = Literal::usize_unsuffixed(at);
            let call = quote_spanned!(guard.span().resolved_at(Span::call_site())=> #guard(event #context));
            Some(quote! {
                #at => match payload.downcast_ref::<#ty>() {
                    #core::option::Option::Some(event) => #call,
                    #core::option::Option::None => false,
                }
            })
        })
        .collect();
    (!arms.is_empty()).then(|| {
        quote! {
            #[allow(unused_variables)]
            fn holds(
                edge: #core::primitive::usize,
                payload: &dyn #core::any::Any,
                context: &#context_type,
            ) -> #core::primitive::bool {
                match edge {
                    #(#arms,)*
                    _ => true,
                }
            }
        }
    })
}

/// What runs when a state is left and when it is entered.
fn hooks(machine: &Machine<'_>, context_type: &TokenStream, krate: &TokenStream) -> TokenStream {
    let context = machine.context.get().map(|_| quote!(, context));
    let hook = |name: &str, end: &str, of: for<'s> fn(&'s State<'_>) -> Option<&'s Path>| {
        let (name, end) = (format_ident!("{name}"), format_ident!("{end}"));
        let arms = machine.states.iter().filter_map(|state| {
            let (ident, path) = (state.ident, of(state)?);
            Some(quote!(Self::#ident => #path(transition #context)))
        });
        let arms: Vec<TokenStream> = arms.collect();
        (!arms.is_empty()).then(|| {
            quote! {
                #[allow(unused_variables)]
                fn #name(transition: &#krate::Transition<Self>, context: &mut #context_type) {
                    match transition.#end {
                        #(#arms,)*
                        _ => {}
                    }
                }
            }
        })
    };
    let exit = hook("on_exit", "from", |state| state.exit.get());
    let entry = hook("on_entry", "to", |state| state.entry.get());
    quote!(#exit #entry)
}

/// The names as the serde form.
fn serde(machine: &Machine<'_>, private: &TokenStream) -> TokenStream {
    let ident = reresolved(&machine.input.ident);
    let (impl_generics, ty_generics, where_clause) = machine.input.generics.split_for_impl();
    let mut read = machine.input.generics.clone();
    read.params.insert(0, parse_quote!('de));
    let (read_generics, ..) = read.split_for_impl();
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #private::serde::Serialize for #ident #ty_generics #where_clause {
            fn serialize<__S: #private::serde::Serializer>(&self, serializer: __S) -> #private::Result<__S::Ok, __S::Error> {
                #private::serialize_state(self, serializer)
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl #read_generics #private::serde::Deserialize<'de> for #ident #ty_generics #where_clause {
            fn deserialize<__D: #private::serde::Deserializer<'de>>(deserializer: __D) -> #private::Result<Self, __D::Error> {
                #private::deserialize_state(deserializer)
            }
        }
    }
}

/// Two events of one state with the same event type, which only the compiler can see: by two paths to one type, or two types
/// of one name. The later one is never taken where the earlier one has no guard.
fn distinct_events(machine: &Machine<'_>, krate: &TokenStream, private: &TokenStream) -> TokenStream {
    let of_state = |state: &State<'_>| {
        let mut always: Vec<&Type> = Vec::new();
        let mut checks = TokenStream::new();
        for edge in &state.edges {
            let Some(event) = edge.event() else { continue };
            if !always.is_empty() {
                let at = always.len();
                let message = format!("the state `{}` already has a transition on an event of this type", state.ident);
                let check = quote! {
                    #[allow(deprecated)]
                    const _: () = #private::core::assert!(
                        #private::is_first(&[#(<#always as #krate::Event>::DESCRIPTOR.event_type(),)* <#event as #krate::Event>::DESCRIPTOR.event_type()], #at),
                        #message
                    );
                };
                checks.extend(respan(check, event.span().resolved_at(Span::call_site())));
            }
            if edge.guard().is_none() {
                always.push(event);
            }
        }
        checks
    };
    machine.states.iter().map(of_state).collect()
}
