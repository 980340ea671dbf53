//! What the derive generates: a table for the trait, and thin calls for the emit method.

use std::iter;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use syn::{GenericParam, WhereClause, WherePredicate, parse_quote, punctuated::Punctuated};

use super::{
    ast::{EventInput, Identity},
    emit, metric, upcast,
};
use crate::{
    attr,
    event_data::has_duplicates,
    members::{self, Member},
    span::{reresolved, respan},
    types,
};

/// `valid`: no error was found, so the emit method may be given its real body.
pub(super) fn expand(event: &EventInput<'_>, valid: bool) -> TokenStream {
    if event.generics.lifetimes().next().is_some() {
        return outliving_impl(event);
    }
    let krate = attr::krate(&event.attrs.krate);
    let private = quote!(#krate::__private);
    let event_impl = event_impl(event, &krate, &private, valid);
    let emitted = event.attrs.emitter.get().map(|emitter| emit::emitted(event, &private, emitter, valid));
    quote! { #event_impl #emitted }
}

/// After the error about a lifetime: the impl for the type without one, so that its uses are no further errors.
fn outliving_impl(event: &EventInput<'_>) -> TokenStream {
    let krate = attr::krate(&event.attrs.krate);
    let ident = reresolved(event.ident);
    let mut generics = event.generics.clone();
    generics.params = generics.params.into_iter().filter(|param| !matches!(param, GenericParam::Lifetime(_))).collect();
    generics.where_clause = None;
    let (impl_generics, ..) = generics.split_for_impl();
    let arguments = event.generics.params.iter().map(|param| match param {
        GenericParam::Lifetime(_) => quote!('static),
        GenericParam::Type(param) => param.ident.to_token_stream(),
        GenericParam::Const(param) => param.ident.to_token_stream(),
    });
    let name = &event.name;
    quote! {
        #[automatically_derived]
        impl #impl_generics #krate::Event for #ident<#(#arguments),*> {
            const TYPE: #krate::EventType = #krate::EventType::from_static(#name);
        }
    }
}

/// Expands to:
///
/// ```ignore
/// impl Event for QuickTestStarted {
///     const TYPE: EventType = event_type_named("quick_test.started", "quick_test");
///     const DESCRIPTOR: &'static EventDescriptor =
///         &descriptor("quick_test.started", "quick_test", "…", &fields([("test_name", "String", "…", 0), …]), b"…");
/// }
/// ```
fn event_impl(event: &EventInput<'_>, krate: &TokenStream, private: &TokenStream, valid: bool) -> TokenStream {
    let ident = reresolved(event.ident);
    let (impl_generics, ty_generics, _) = event.generics.split_for_impl();
    let where_clause = bounds(event, private, upcast::bound(event, private));
    let (name, entity_type) = (&event.name, &event.entity_type);
    let version = version(event).map(|version| quote!(const VERSION: #private::core::primitive::u32 = #version;));
    let identity = event.attrs.identity.get().map(|identity| {
        let policy = policy(*identity);
        quote!(const IDENTITY: #krate::IdentityPolicy = #krate::IdentityPolicy::#policy;)
    });
    let dedup = event.attrs.dedup.get().map(|dedup| {
        let policy = dedup.policy(krate);
        quote!(const DEDUP: #krate::DedupPolicy = #policy;)
    });
    let descriptor = descriptor(event, krate, private);
    let validate = event.attrs.validate.get().map(|path| {
        // On the name of the function, which is what returns something else.
        let span = path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span());
        let verdict = respan(quote!(#private::Verdict::verdict(__verdict)), span.resolved_at(Span::call_site()));
        quote! {
            fn validate(&self) -> #private::Result<(), #krate::ValidationError> {
                let __verdict = #path(self);
                #verdict
            }
        }
    });
    let measure = if valid { metric::measure(event, private) } else { None };
    let encode = if valid { encode_payload(event, private) } else { None };
    let from_older = upcast::from_older(event, private);
    let succession = upcast::succession(event, krate, private, where_clause.as_ref());
    // Old versions may be on their way out.
    let deprecated = succession.is_some().then(|| quote!(#[allow(deprecated)]));
    quote! {
        #[automatically_derived]
        #deprecated
        impl #impl_generics #krate::Event for #ident #ty_generics #where_clause {
            const TYPE: #krate::EventType = #private::event_type_named(#name, #entity_type);
            #version
            #identity
            #dedup
            const DESCRIPTOR: &'static #krate::EventDescriptor = #descriptor;
            #validate
            #encode
            #measure
            #from_older
        }
        #succession
    }
}

/// The native form of the payload; without it, the payload is written through its `Serialize`.
fn encode_payload(event: &EventInput<'_>, private: &TokenStream) -> Option<TokenStream> {
    let names: Vec<String> = event.fields.iter().map(|field| field.member.clone()).collect();
    let through_serde = event.serde.opaque
        || event.attrs.serde.is_set()
        || event.attrs.identity.get() == Some(&Identity::Unique)
        || event.generics.type_params().next().is_some()
        || event.fields.iter().any(|field| field.serde.opaque)
        || !names.iter().all(|name| members::has_text_key(name))
        || has_duplicates(&names);
    if through_serde {
        return None;
    }
    let kept = event.fields.iter().filter(|field| !field.attrs.skip_id.is_set());
    let members = kept.map(|field| {
        let ident = field.ident;
        Member { name: &field.member, ty: field.ty, serde: &field.serde, value: quote!(&self.#ident) }
    });
    let imports = members::payload_names(private);
    let body = members::write(true, members.collect());
    Some(quote! {
        #[allow(deprecated, unused_imports, clippy::borrow_deref_ref)]
        fn encode_payload(&self, __writer: &mut #private::CanonicalWriter) {
            #imports
            #body
        }
    })
}

fn version(event: &EventInput<'_>) -> Option<u32> {
    event.attrs.version.get().copied().flatten()
}

fn policy(identity: Identity) -> Ident {
    match identity {
        Identity::Content => format_ident!("Content"),
        Identity::Unique => format_ident!("Unique"),
    }
}

fn descriptor(event: &EventInput<'_>, krate: &TokenStream, private: &TokenStream) -> TokenStream {
    let (name, entity_type) = (&event.name, &event.entity_type);
    let version = version(event).map(|version| quote!(.with_version(#version)));
    let predecessor = upcast::descriptor(event, private);
    let identity = event.attrs.identity.get().map(|identity| {
        let policy = policy(*identity);
        quote!(.with_identity(#krate::IdentityPolicy::#policy))
    });
    let dedup = event.attrs.dedup.get().map(|_| quote!(.with_dedup(<Self as #krate::Event>::DEDUP)));
    let docs = &event.docs;
    let head =
        members::bytes(&[&[0x84], &members::encoded_text(name)[..], &members::encoded_text(entity_type)].concat());
    let fields = event.fields.iter().map(|field| {
        let (name, type_name, docs) = (&field.member, types::written(field.ty), &field.docs);
        // What these numbers mean is told where they are read, in `__private::fields`.
        let marks = u8::from(field.attrs.skip_id.is_set()) + 2 * u8::from(field.is_filled());
        let marks = Literal::u8_unsuffixed(marks);
        quote!((#name, #type_name, #docs, #marks))
    });
    let metrics = metric::descriptors(event, krate);
    let skipped: Vec<&String> =
        event.fields.iter().filter(|field| field.attrs.skip_id.is_set()).map(|field| &field.member).collect();
    let skipped = (!skipped.is_empty()).then(|| quote!(.with_skipped(&[#(#skipped),*])));
    quote! {
        &#private::descriptor(#name, #entity_type, #docs, &#private::fields([#(#fields),*]), #head)
            #version
            #predecessor
            #identity
            #dedup
            #skipped
            #metrics
    }
}

/// What a generic type must be to be an event, for what is generated beside that.
pub(super) fn event_bounds(event: &EventInput<'_>, private: &TokenStream) -> Option<WhereClause> {
    bounds(event, private, upcast::bound_of_event(event))
}

/// The user's own bounds; for a generic type also exactly what the trait requires of it, and what its older version is asked for:
/// nothing is said of a parameter alone.
fn bounds(event: &EventInput<'_>, private: &TokenStream, of_older: Option<WherePredicate>) -> Option<WhereClause> {
    let mut clause = event.generics.where_clause.clone();
    let parameters = event.generics.params.iter().any(|param| !matches!(param, GenericParam::Lifetime(_)));
    let added: Vec<WherePredicate> = match event.attrs.bound.get() {
        Some(given) => given.iter().cloned().collect(),
        None if parameters => {
            let (_, ty_generics, _) = event.generics.split_for_impl();
            let ident = reresolved(event.ident);
            let is_event = parse_quote! {
                #ident #ty_generics: #private::serde::Serialize
                    + #private::core::marker::Send + #private::core::marker::Sync + 'static
            };
            iter::once(is_event).chain(of_older).collect()
        }
        None => Vec::new(),
    };
    if !added.is_empty() {
        let empty = || WhereClause { where_token: <syn::Token![where]>::default(), predicates: Punctuated::default() };
        clause.get_or_insert_with(empty).predicates.extend(added);
    }
    clause
}
