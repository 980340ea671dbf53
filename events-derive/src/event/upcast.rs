//! `#[event(upcast_from = …)]`: the version before this one.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Type, TypePath, WhereClause, WherePredicate, parse_quote, spanned::Spanned as _};

use super::ast::EventInput;
use crate::{
    attr,
    ctxt::Ctxt,
    span::{reresolved, respan},
    types,
};

/// `upcast_from` without a version, in the first one, or of the event itself.
pub(super) fn check(cx: &Ctxt, event: &EventInput<'_>) {
    let (Some(key), Some(Some(older))) = (event.attrs.upcast_from.key(), event.attrs.upcast_from.get()) else { return };
    match (event.attrs.version.key(), event.attrs.version.get()) {
        (None, _) => cx.error(
            key.span(),
            "`upcast_from` names the version before this one; say which one this is, e.g. with `version = 2`",
        ),
        (Some(version), Some(Some(1))) => cx.contradiction(
            key,
            "`upcast_from` names the version before this one, and there is none before version 1",
            version,
            "version 1 here",
        ),
        _ => {}
    }
    if is_itself(event, older) {
        cx.error_at(older, "an event is not its own older version; name the struct of the version before this one");
    }
}

fn is_itself(event: &EventInput<'_>, older: &Type) -> bool {
    let Type::Path(TypePath { qself: None, path, .. }) = types::peel(older) else { return false };
    let mut segments = path.segments.iter();
    match (segments.next(), segments.next()) {
        (Some(only), None) => only.ident == "Self" || only.ident == *event.ident,
        _ => false,
    }
}

/// The version before this one, unless what is said of it is a mistake.
fn predecessor<'e>(event: &'e EventInput<'_>) -> Option<&'e Type> {
    let follows_one = event.attrs.version.get().copied().flatten().is_some_and(|version| version > 1);
    event.attrs.upcast_from.get()?.as_ref().filter(|older| follows_one && !is_itself(event, older))
}

/// In the descriptor: `.with_predecessor(QuickTestStartedV1::DESCRIPTOR)`.
pub(super) fn descriptor(event: &EventInput<'_>, private: &TokenStream) -> Option<TokenStream> {
    let older = predecessor(event)?;
    Some(quote!(.with_predecessor(#private::predecessor::<Self, #older>())))
}

/// Within `impl Event`:
///
/// ```ignore
/// fn from_older<'de, D: Deserializer<'de>>(version: u32, payload: D) -> Result<Self, D::Error> {
///     from_older::<Self, QuickTestStartedV1, D>(version, payload)
/// }
/// ```
pub(super) fn from_older(event: &EventInput<'_>, private: &TokenStream) -> Option<TokenStream> {
    let older = predecessor(event)?;
    Some(quote! {
        fn from_older<'de, __D: #private::serde::Deserializer<'de>>(
            __version: #private::core::primitive::u32,
            __payload: __D,
        ) -> #private::Result<Self, __D::Error> {
            #private::from_older::<Self, #older, __D>(__version, __payload)
        }
    })
}

/// Beside `impl Event`, where the older version is asked for what it must be; the numbers of a generic event are compared where
/// it is read:
///
/// ```ignore
/// impl Successor<QuickTestStartedV1> for QuickTestStarted {
///     type Predecessor = QuickTestStartedV1;
/// }
///
/// const _: () = check_succession(<QuickTestStarted as Event>::DESCRIPTOR);
/// ```
///
/// After a mistake in what is said of it, any event may be the older version, so that its `impl Upcast` is no second one.
pub(super) fn succession(
    event: &EventInput<'_>,
    krate: &TokenStream,
    private: &TokenStream,
    where_clause: Option<&WhereClause>,
) -> Option<TokenStream> {
    event.attrs.upcast_from.get()?;
    let ident = reresolved(event.ident);
    let (impl_generics, ty_generics, _) = event.generics.split_for_impl();
    let Some(older) = predecessor(event) else {
        let mut generics = event.generics.clone();
        generics
            .params
            .push(parse_quote!(__Old: #private::PredecessorOf<Self> + #private::serde::de::DeserializeOwned));
        let (impl_generics, ..) = generics.split_for_impl();
        return Some(quote! {
            impl #impl_generics #private::Successor<__Old> for #ident #ty_generics #where_clause {
                type Predecessor = __Old;
            }
        });
    };
    let check = event.generics.params.is_empty().then(|| {
        let check = quote!(const _: () = #private::check_succession(<#ident as #krate::Event>::DESCRIPTOR););
        respan(check, older.span().resolved_at(Span::call_site()))
    });
    Some(quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #private::Successor<#older> for #ident #ty_generics #where_clause {
            type Predecessor = #older;
        }

        #check
    })
}

/// What a generic event asks of its older version.
pub(super) fn bound(event: &EventInput<'_>, private: &TokenStream) -> Option<WherePredicate> {
    let (older, this) = (predecessor(event)?, this(event));
    Some(parse_quote!(#older: #private::PredecessorOf<#this> + #private::serde::de::DeserializeOwned))
}

/// The same for all who need the event: the older version may be more private than they are.
pub(super) fn bound_of_event(event: &EventInput<'_>) -> Option<WherePredicate> {
    predecessor(event)?;
    let (this, krate) = (this(event), attr::krate(&event.attrs.krate));
    Some(parse_quote!(#this: #krate::Event))
}

fn this(event: &EventInput<'_>) -> TokenStream {
    let ident = reresolved(event.ident);
    let (_, ty_generics, _) = event.generics.split_for_impl();
    quote!(#ident #ty_generics)
}
