//! The event's method on its emitter.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::{Generics, spanned::Spanned as _};

use super::{
    ast::{EventInput, Field},
    expand::event_bounds,
};
use crate::{
    span::{replace_self, reresolved, reresolved_visibility, respan},
    types,
};

/// Expands to:
///
/// ```ignore
/// impl EmittedBy<QuickTestEmitter> for QuickTestStarted {}
/// impl QuickTestEmitter {
///     pub fn emit_started(&self, test_name: impl Into<String>, config: Config) -> Result<Receipt, EmitError> {
///         let emitter = Emitter::entity_emitter(self);
///         let time = emitter.now();
///         __private::emit_at(emitter, QuickTestStarted { test_name: Into::into(test_name), config, start_time: FromNow::from_now(time) }, time)
///     }
/// }
/// ```
pub(super) fn emitted(event: &EventInput<'_>, krate: &TokenStream, emitter: &syn::Type, valid: bool) -> TokenStream {
    let private = quote!(#krate::__private);
    let ident = reresolved(event.ident);
    let (impl_generics, ty_generics, _) = event.generics.split_for_impl();
    let where_clause = event_bounds(event, &private);
    let name = event.event_type();
    let last = name.rsplit_once('.').map_or(&*name, |(_, last)| last);
    let name_of_method = event
        .attrs
        .method
        .get()
        .cloned()
        .unwrap_or_else(|| Ident::new(&format!("emit_{last}"), event.ident.span().resolved_at(Span::call_site())));
    let entity_type = event.entity_type();
    let (of_emitter, of_method) = split_generics(event, emitter);
    let (emitter_generics, _, emitter_where) = of_emitter.split_for_impl();
    let (method_generics, ..) = of_method.split_for_impl();
    let same_entity = valid.then(|| {
        let message = format!(
            "event `{name}` is about a `{entity_type}`, which is not the entity type of this emitter; \
             name another emitter, or give the event `#[event(entity_type = \"…\")]`"
        );
        let check = quote! {
            #private::check_entity_type(<#emitter as #krate::Emitter>::ENTITY_TYPE, #entity_type, #message)
        };
        // That of a generic emitter is not known before its parameters are.
        let check = if of_emitter.params.is_empty() {
            quote!(#[allow(deprecated)] const _: () = #check;)
        } else {
            quote!(const { #check })
        };
        respan(check, emitter.span().resolved_at(Span::call_site()))
    });
    // Inside the emitter's impl, `Self` is the emitter.
    let this = quote!(#ident #ty_generics);
    let parameters = event.fields.iter().filter_map(|field| parameter(field, &private, &this));
    let values = (0..event.fields.len()).map(|at| value(event, at, &private, &this));
    let defaults: Vec<TokenStream> = (0..event.fields.len()).filter_map(|at| default(event, at, &this)).collect();
    let entity_emitter =
        respan(quote!(#krate::Emitter::entity_emitter(self)), emitter.span().resolved_at(Span::call_site()));
    let body = if event.constructible && valid {
        let time = time();
        let source = Ident::new("__emitter", Span::mixed_site());
        let literal = if event.fields.is_empty() { quote!(#ident {}) } else { quote!(#ident { #(#values),* }) };
        let same_entity = (!of_emitter.params.is_empty()).then_some(&same_entity);
        quote! {
            #same_entity
            let #source = #entity_emitter;
            let #time = #source.now();
            #private::emit_at(#source, #literal, #time)
        }
    } else {
        quote!(loop {})
    };
    let doc = method_doc(event, &name);
    let vis = reresolved_visibility(event.vis);
    let allowed = &event.allowed;
    let emit_where = where_clause.clone();
    let method = quote! {
        #[automatically_derived]
        #[allow(deprecated, non_local_definitions)]
        impl #emitter_generics #emitter #emitter_where {
            #[doc = #doc]
            #[allow(clippy::too_many_arguments, clippy::impl_trait_in_params, clippy::empty_loop, deprecated, unused_variables)]
            #allowed
            #vis fn #name_of_method #method_generics (&self, #(#parameters),*)
                -> #private::Result<#krate::Receipt, #krate::EmitError>
            #emit_where
            {
                #body
            }
        }
    };
    // The defaults stand beside the method: its parameters are not in their sight.
    let method = if defaults.is_empty() { method } else { quote!(const _: () = { #(#defaults)* #method };) };
    let same_entity = of_emitter.params.is_empty().then_some(same_entity);
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #krate::EmittedBy<#emitter> for #ident #ty_generics #where_clause {}

        #same_entity

        #method
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
    let (name, ty) = (default_fn(at), replace_self(field.ty.to_token_stream(), this));
    let (impl_generics, _, where_clause) = event.generics.split_for_impl();
    Some(quote! {
        #[allow(deprecated)]
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

fn parameter(field: &Field<'_>, private: &TokenStream, this: &TokenStream) -> Option<TokenStream> {
    if field.is_filled() {
        return None;
    }
    let (ident, ty) = (field.ident, replace_self(field.ty.to_token_stream(), this));
    Some(if types::is_named(field.ty, "String") {
        quote!(#ident: impl #private::Into<#ty>)
    } else {
        quote!(#ident: #ty)
    })
}

fn value(event: &EventInput<'_>, at: usize, private: &TokenStream, this: &TokenStream) -> TokenStream {
    let field = &event.fields[at];
    let (ident, ty) = (field.ident, replace_self(field.ty.to_token_stream(), this));
    let span = field.ty.span().resolved_at(Span::call_site());
    let value = if field.attrs.now.is_set() {
        let time = time();
        quote_spanned!(span=> <#ty as #private::FromNow>::from_now(#time))
    } else if let Some(default) = field.attrs.default.get() {
        match default {
            Some(_) => {
                let (_, ty_generics, _) = event.generics.split_for_impl();
                let (function, turbofish) = (default_fn(at), ty_generics.as_turbofish());
                quote!(#function #turbofish ())
            }
            None => quote_spanned!(span=> <#ty as #private::core::default::Default>::default()),
        }
    } else if types::is_named(field.ty, "String") {
        quote!(#private::Into::into(#ident))
    } else {
        quote!(#ident)
    };
    quote!(#ident: #value)
}

fn method_doc(event: &EventInput<'_>, name: &str) -> String {
    let summary: String = event.docs.lines().take_while(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n");
    let mut doc = format!("Emits a [`{}`] (`{name}`) for this emitter's entity, now.", event.ident);
    if !summary.is_empty() {
        doc = format!("{doc}\n\n{summary}");
    }
    for field in event.fields.iter().filter(|field| !field.is_filled()) {
        let text = field.docs.lines().next().unwrap_or_default();
        let separator = if text.is_empty() { "" } else { ": " };
        doc = format!("{doc}\n\n`{}`{separator}{text}", field.ident);
    }
    format!("{doc}\n\n# Errors\n\n`EmitError`: the event is invalid or cannot be encoded, and nobody was told.")
}
