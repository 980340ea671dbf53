//! The machine as a constant table.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Ident, spanned::Spanned as _};

use super::ast::{Machine, State};
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
        let krate = &krate;
        state.edges.iter().map(move |edge| {
            let (from, to) = (state.ident, &edge.to);
            match &edge.on {
                None => quote!(#krate::Edge::direct(Self::#from, Self::#to)),
                Some(event) => quote!(#krate::Edge::on(Self::#from, <#event as #krate::Event>::TYPE, Self::#to)),
            }
        })
    });
    // After an error the table stays empty: what is wrong in it was reported already.
    let (listed, edges) = if valid {
        (quote!(#(Self::#states),*), quote!(#(#edges),*))
    } else {
        (TokenStream::new(), TokenStream::new())
    };
    let distinct = valid.then(|| distinct_events(machine, &krate, &private));
    let name = if valid { quote!(match self { #(Self::#states => #names),* }) } else { quote!("") };
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #krate::StateMachine for #ident #ty_generics #where_clause {
            const INITIAL: Self = #initial;
            const STATES: &'static [Self] = &[#listed];
            const EDGES: &'static [#krate::Edge<Self>] = &[#edges];

            fn name(self) -> &'static #core::primitive::str {
                #name
            }
        }

        #distinct

        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #core::fmt::Display for #ident #ty_generics #where_clause {
            fn fmt(&self, f: &mut #core::fmt::Formatter<'_>) -> #core::fmt::Result {
                f.pad(#krate::StateMachine::name(*self))
            }
        }
    }
}

/// Two events of one state with the same event type, which only the compiler can see: by two paths to one type, or two types
/// of one name.
fn distinct_events(machine: &Machine<'_>, krate: &TokenStream, private: &TokenStream) -> TokenStream {
    let of_state = |state: &State<'_>| {
        let events: Vec<&syn::Type> = state.edges.iter().filter_map(|edge| edge.on.as_ref()).collect();
        let checks = events.iter().enumerate().skip(1).map(|(at, event)| {
            let message = format!("the state `{}` already has a transition on an event of this type", state.ident);
            let check = quote! {
                #[allow(deprecated)]
            const _: () = #private::core::assert!(
                    #private::is_first(&[#(<#events as #krate::Event>::DESCRIPTOR.event_type()),*], #at),
                    #message
                );
            };
            respan(check, event.span().resolved_at(Span::call_site()))
        });
        checks.collect::<TokenStream>()
    };
    machine.states.iter().map(of_state).collect()
}
