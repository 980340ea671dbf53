//! The event's method on its emitter.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Generics, spanned::Spanned as _};

use super::{
    ast::{EventInput, Field},
    expand::event_bounds,
    lifecycle,
};
use crate::{
    span::{replace_self, reresolved, respan, without_self},
    types,
};

/// Expands to:
///
/// ```ignore
/// impl EmittedBy<QuickTestEmitter> for QuickTestStarted {}
/// impl QuickTestEmitter {
///     pub fn emit_started(&self, test_name: impl Into<String>, config: Config) -> Result<Receipt, EmitError> {
///         // In one line with what follows, where no field is filled with the time.
///         let emitter = <QuickTestEmitter as Emitter>::entity_emitter(self);
///         let time = emitter.now();
///         __events::emit_at(emitter, QuickTestStarted { test_name: Into::into(test_name), config, start_time: FromNow::from_now(time) }, time)
///     }
/// }
/// ```
pub(super) fn emitted(event: &EventInput<'_>, private: &TokenStream, emitter: &syn::Type, valid: bool) -> TokenStream {
    let ident = reresolved(event.ident);
    let (impl_generics, ty_generics, _) = event.generics.split_for_impl();
    let where_clause = event_bounds(event, &quote!(__events));
    // Inside the emitter's impl, `Self` is the emitter. As in an expression, which may say `Self::new()`.
    let turbofish = ty_generics.as_turbofish();
    let this = quote!(#ident #turbofish);
    let moved = |tokens: &dyn ToTokens| replace_self(tokens.to_token_stream(), &this);
    let (name, entity_type) = (&event.name, &event.entity_type);
    let last = name.rsplit_once('.').map_or(&**name, |(_, last)| last);
    let name_of_method = event
        .attrs
        .method
        .get()
        .cloned()
        .unwrap_or_else(|| Ident::new(&format!("emit_{last}"), event.ident.span().resolved_at(Span::call_site())));
    let (of_emitter, of_method) = split_generics(event, emitter);
    let (emitter_generics, _, emitter_where) = of_emitter.split_for_impl();
    let (emitter_generics, emitter_where) = (moved(&emitter_generics), moved(&emitter_where));
    let (method_generics, ..) = of_method.split_for_impl();
    let (method_generics, method_where) = (moved(&method_generics), moved(&where_clause));
    let at_emitter = emitter.span().resolved_at(Span::call_site());
    let same_entity = valid.then(|| {
        let check = quote_spanned! {at_emitter=>
            __events::check_entity_type(<#emitter as __events::Emitter>::ENTITY_TYPE, #name, #entity_type)
        };
        // That of a generic emitter is not known before its parameters are.
        if of_emitter.params.is_empty() { quote!(#check;) } else { quote_spanned!(at_emitter=> const { #check }) }
    });
    let parameters: Vec<TokenStream> = event.fields.iter().filter_map(|field| parameter(field, &this)).collect();
    let values = (0..event.fields.len()).map(|at| value(event, at, &this));
    let defaults: Vec<TokenStream> = (0..event.fields.len()).filter_map(|at| default(event, at, &this)).collect();
    let entity_emitter = quote_spanned!(at_emitter=> <#emitter as __events::Emitter>::entity_emitter(self));
    let body = if event.constructible && valid {
        let literal = if event.fields.is_empty() { quote!(#ident {}) } else { quote!(#ident { #(#values),* }) };
        let same_entity = (!of_emitter.params.is_empty()).then_some(&same_entity);
        if event.fields.iter().any(|field| field.attrs.now.is_set()) {
            let (source, time) = (Ident::new("__emitter", Span::mixed_site()), time());
            quote! {
                #same_entity
                let #source = #entity_emitter;
                let #time = #source.now();
                __events::emit_at(#source, #literal, #time)
            }
        } else {
            quote! { #same_entity __events::emit(#entity_emitter, #literal) }
        }
    } else {
        quote!(loop {})
    };
    let doc = method_doc(event, "this emitter's entity, now", "nobody was told");
    let of_life = lifecycle::emitted(event, emitter, &name_of_method, &of_method, &parameters);
    let unused = if valid { None } else { Some(quote!(#[allow(unused_variables, clippy::empty_loop)])) };
    // A second method of this name is reported from here on.
    let vis = respan(event.vis.to_token_stream(), at_emitter);
    let result = quote_spanned!(at_emitter=> __events::Result<__events::Receipt, __events::EmitError>);
    let function = quote_spanned!(at_emitter=> fn);
    let allowed = &event.allowed;
    let same_entity = of_emitter.params.is_empty().then_some(same_entity);
    // The defaults stand beside the method: its parameters are not in their sight.
    quote! {
        #[allow(deprecated, non_local_definitions, clippy::impl_trait_in_params, clippy::too_many_arguments)]
        const _: () = {
            use #private as __events;

            impl #impl_generics __events::EmittedBy<#emitter> for #ident #ty_generics #where_clause {}

            #[automatically_derived]
            impl #emitter_generics #emitter #emitter_where {
                #[doc = #doc]
                #unused
                #allowed
                #vis #function #name_of_method #method_generics (&self, #(#parameters),*) -> #result
                #method_where
                {
                    #body
                }
            }

            #of_life

            #(#defaults)*
            #same_entity
        };
    }
}

/// The event's parameters: those that the emitter has as well (`emitter = Samples<T>`), and those of the method alone.
fn split_generics(event: &EventInput<'_>, emitter: &syn::Type) -> (Generics, Generics) {
    let (shared, own): (Vec<_>, Vec<_>) =
        event.generics.params.iter().cloned().partition(|param| types::mentions(emitter, [param]));
    let predicates = event.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let predicates: Vec<_> = predicates
        .filter(|predicate| types::mentions(predicate, &shared) && !types::mentions(predicate, &own))
        .cloned()
        .collect();
    let mut of_emitter = Generics { params: shared.into_iter().collect(), ..Generics::default() };
    if !predicates.is_empty() {
        of_emitter.make_where_clause().predicates.extend(predicates);
    }
    (of_emitter, Generics { params: own.into_iter().collect(), ..Generics::default() })
}

/// The function that makes the default of the field at this place, if an expression was given.
fn default(event: &EventInput<'_>, at: usize, this: &TokenStream) -> Option<TokenStream> {
    let field = &event.fields[at];
    let expression = replace_self(field.attrs.default.get()?.clone()?, this);
    let (name, ty) = (default_fn(at), without_self(field.ty, this));
    let (impl_generics, ..) = event.generics.split_for_impl();
    let impl_generics = replace_self(impl_generics.to_token_stream(), this);
    let where_clause = replace_self(event_bounds(event, &quote!(__events)).to_token_stream(), this);
    Some(quote! {
        fn #name #impl_generics () -> #ty #where_clause {
            #expression
        }
    })
}

/// The local that holds the time of the event; a field of that name is something else.
fn time() -> Ident {
    Ident::new("__time", Span::mixed_site())
}

fn default_fn(at: usize) -> Ident {
    format_ident!("__default_{at}")
}

fn parameter(field: &Field<'_>, this: &TokenStream) -> Option<TokenStream> {
    if field.is_filled() {
        return None;
    }
    let (ident, ty) = (field.ident, without_self(field.ty, this));
    Some(if types::is_named(field.ty, "String") {
        quote!(#ident: impl __events::Into<#ty>)
    } else {
        quote!(#ident: #ty)
    })
}

fn value(event: &EventInput<'_>, at: usize, this: &TokenStream) -> TokenStream {
    let field = &event.fields[at];
    let ident = field.ident;
    let ty = || without_self(field.ty, this);
    let span = || field.ty.span().resolved_at(Span::call_site());
    let value = if field.attrs.now.is_set() {
        let (ty, time) = (ty(), time());
        quote_spanned!(span()=> <#ty as __events::FromNow>::from_now(#time))
    } else if let Some(default) = field.attrs.default.get() {
        match default {
            Some(_) => {
                let (_, ty_generics, _) = event.generics.split_for_impl();
                let (function, turbofish) = (default_fn(at), ty_generics.as_turbofish());
                quote!(#function #turbofish ())
            }
            None => {
                let ty = ty();
                quote_spanned!(span()=> <#ty as __events::core::default::Default>::default())
            }
        }
    } else if types::is_named(field.ty, "String") {
        quote!(__events::Into::into(#ident))
    } else {
        return quote!(#ident);
    };
    quote!(#ident: #value)
}

/// What the method says of itself: which entity the event is about, and what is the case after an error.
pub(super) fn method_doc(event: &EventInput<'_>, about: &str, after_error: &str) -> String {
    let summary: String = event.docs.lines().take_while(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n");
    let mut doc = format!("Emits a [`{}`] (`{}`) for {about}.", event.ident, event.name);
    if !summary.is_empty() {
        doc = format!("{doc}\n\n{summary}");
    }
    for field in event.fields.iter().filter(|field| !field.is_filled()) {
        let text = field.docs.lines().next().unwrap_or_default();
        let separator = if text.is_empty() { "" } else { ": " };
        doc = format!("{doc}\n\n`{}`{separator}{text}", field.ident);
    }
    format!("{doc}\n\n# Errors\n\nThe event is invalid or cannot be encoded, and {after_error}.")
}
