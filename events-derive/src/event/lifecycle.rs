//! The event's method on a life cycle: that on the emitter, where the state allows it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Generics, PathArguments, Type, parse_quote, spanned::Spanned as _};

use super::{ast::EventInput, emit::method_doc, expand::event_bounds};
use crate::span::{replace_self, reresolved, reresolved_visibility};

/// Expands to:
///
/// ```ignore
/// impl<State: LifeState<Emitter = QuickTestEmitter>> QuickTestLife<State> {
///     pub fn emit_started<Next: LifeState>(self, test_name: impl Into<String>)
///         -> Result<QuickTestLife<Next>, NotEmitted<Self>>
///     where
///         QuickTestStarted: EmittedIn<State, Next = Next>,
///     {
///         self.__emit::<QuickTestStarted, _>(|emitter| QuickTestEmitter::emit_started(emitter, test_name))
///     }
/// }
/// ```
///
/// The bound is one of the method, and the result does not name the trait: else the method is not there at all where the bound
/// does not hold, and the error does not say what the bound is.
pub(super) fn emitted(
    event: &EventInput<'_>,
    emitter: &Type,
    method: &Ident,
    generics: &Generics,
    parameters: &[TokenStream],
) -> Option<TokenStream> {
    let mut life = event.attrs.lifecycle.get()?.clone();
    if let Some(last) = life.segments.last_mut() {
        last.arguments = PathArguments::None;
    }
    let ident = reresolved(event.ident);
    let (_, ty_generics, _) = event.generics.split_for_impl();
    let this = quote!(#ident #ty_generics);
    let (_, turbofish, _) = generics.split_for_impl();
    let turbofish = turbofish.as_turbofish();
    let mut generics = Generics { where_clause: event_bounds(event, &quote!(__events)), ..generics.clone() };
    generics.params.push(parse_quote!(__Next: __events::LifeState));
    let bound = parse_quote!(#this: __events::EmittedIn<__State, Next = __Next>);
    generics.make_where_clause().predicates.push(bound);
    let (method_generics, _, where_clause) = generics.split_for_impl();
    // Here `Self` is the life cycle.
    let method_generics = replace_self(method_generics.to_token_stream(), &this);
    let where_clause = replace_self(where_clause.to_token_stream(), &this);
    let arguments = event.fields.iter().filter(|field| !field.is_filled()).map(|field| field.ident);
    let source = Ident::new("__emitter", Span::mixed_site());
    let span = life.span().resolved_at(Span::call_site());
    let emit = quote_spanned!(span=> <#emitter>::#method #turbofish (#source, #(#arguments),*));
    let doc = method_doc(
        event,
        "this life cycle's entity, now, and goes to the state that follows",
        "nobody was told: the life cycle is in the error, in the state it was in",
    );
    let (vis, allowed) = (reresolved_visibility(event.vis), &event.allowed);
    Some(quote! {
        #[automatically_derived]
        impl<__State: __events::LifeState<Emitter = #emitter>> #life<__State> {
            #[doc = #doc]
            #allowed
            #vis fn #method #method_generics (self, #(#parameters),*)
                -> __events::Result<#life<__Next>, __events::NotEmitted<Self>>
            #where_clause
            {
                self.__emit::<#this, _>(|#source| #emit)
            }
        }
    })
}
