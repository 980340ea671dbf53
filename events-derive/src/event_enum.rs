//! `#[derive(EventEnum)]`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::{Data, DataEnum, DeriveInput, Fields, Ident, Type, spanned::Spanned as _};

use crate::{
    attr::{self, Once},
    ctxt::Ctxt,
    span::{reresolved, respan},
};

const KEYS: &[&str] = &["crate"];

struct Variant<'a> {
    ident: &'a Ident,
    payload: &'a Type,
    docs: String,
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::default();
    let mut krate = Once::default();
    attr::items(&cx, &input.attrs, "event_enum", "crate = ::events_core", |item| {
        item.meant(&cx, "event enum attribute", KEYS)?;
        krate.set(&cx, item, item.path("crate = ::events_core")?);
        Ok(())
    });
    if !input.generics.params.is_empty() {
        cx.error_at(&input.generics.params, "an event enum has no parameters; name concrete types in its variants");
    }
    let variants = match &input.data {
        Data::Enum(data) => variants(&cx, input, data),
        Data::Struct(data) => {
            cx.error(data.struct_token.span, "an event enum is an enum; for one event use `#[derive(Event)]`");
            Vec::new()
        }
        Data::Union(data) => {
            cx.error(data.union_token.span, "an event enum is an enum whose variants each hold one event");
            Vec::new()
        }
    };
    let krate = attr::krate(&krate);
    // With parameters nothing of an event enum can be said that would not be an error of its own.
    let expanded = input.generics.params.is_empty().then(|| expand(input, &krate, &variants, !cx.has_errors()));
    let mut tokens = cx.into_tokens();
    tokens.extend(expanded);
    tokens
}

fn variants<'a>(cx: &Ctxt, input: &DeriveInput, data: &'a DataEnum) -> Vec<Variant<'a>> {
    if data.variants.is_empty() {
        cx.error(input.ident.span(), "an event enum needs at least one variant, e.g. `Started(QuickTestStarted)`");
    }
    let mut found: Vec<Variant<'a>> = Vec::new();
    for variant in &data.variants {
        let ident = &variant.ident;
        attr::misplaced(cx, &variant.attrs, &["event_enum"], "it stands above the enum");
        let payload = match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => &fields.unnamed[0].ty,
            _ => {
                cx.error_at(variant, format_args!("a variant of an event enum holds one event: `{ident}(SomeEvent)`"));
                continue;
            }
        };
        let written = payload.to_token_stream().to_string();
        if let Some(first) = found.iter().find(|first| first.payload.to_token_stream().to_string() == written) {
            cx.duplicate(
                payload,
                first.payload,
                format_args!("the event of variant `{ident}` is already that of variant `{}`", first.ident),
            );
            continue;
        }
        found.push(Variant { ident, payload, docs: attr::docs(&variant.attrs) });
    }
    found
}

#[expect(clippy::too_many_lines, reason = "one quote, read from top to bottom")]
fn expand(input: &DeriveInput, krate: &TokenStream, variants: &[Variant<'_>], valid: bool) -> TokenStream {
    let private = quote!(#krate::__private);
    let core = quote!(#private::core);
    let ident = &reresolved(&input.ident);
    let vis = &input.vis;
    let kind = format_ident!("{}Kind", ident);
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let names: Vec<&Ident> = variants.iter().map(|variant| variant.ident).collect();
    let payloads: Vec<&Type> = variants.iter().map(|variant| variant.payload).collect();
    let kind_doc = format!("Which variant of [`{ident}`], without its payload; shown and parsed as the event's type.");
    let kind_docs = variants.iter().map(|variant| {
        if variant.docs.is_empty() {
            format!("The variant [`{ident}::{}`].", variant.ident)
        } else {
            variant.docs.clone()
        }
    });
    let clones = payloads.iter().map(|payload| {
        quote_spanned!(payload.span().resolved_at(Span::call_site())=> <#payload as #core::clone::Clone>::clone)
    });
    // On the payload's type, where an error about it belongs.
    let at = |payload: &Type| payload.span().resolved_at(Span::call_site());
    let seals = payloads.iter().map(|payload| quote_spanned!(at(payload)=> #private::seal::<#payload>));
    let found: Vec<TokenStream> =
        payloads.iter().map(|payload| quote_spanned!(at(payload)=> event.payload::<#payload>())).collect();
    let allowed = attr::allowed(&input.attrs);
    let unique = valid.then(|| {
        let checks = variants.iter().enumerate().skip(1).map(|(at, variant)| {
            let message =
                format!("the event type of variant `{}` is already that of an earlier variant", variant.ident);
            let check = quote! {
                #[allow(deprecated)]
                const _: () = #core::assert!(
                    #private::is_first(&[#(<#payloads as #krate::Event>::DESCRIPTOR.event_type()),*], #at),
                    #message
                );
            };
            respan(check, variant.payload.span().resolved_at(Span::call_site()))
        });
        quote!(#(#checks)*)
    });
    // After an error some variants are not listed; what they would do never runs.
    let rest = (!valid).then(|| quote!(_ => loop {},));
    // An enum without variants has nothing to match on by reference.
    let this = if variants.is_empty() { quote!(*self) } else { quote!(self) };
    let kind_value = if variants.is_empty() {
        quote!(match self {})
    } else {
        quote!(match self { #(Self::#names => <#payloads as #krate::Event>::DESCRIPTOR.event_type()),* })
    };
    quote! {
        #[doc = #kind_doc]
        #allowed
        #[derive(
            #core::clone::Clone, #core::marker::Copy, #core::fmt::Debug, #core::cmp::PartialEq, #core::cmp::Eq,
            #core::cmp::PartialOrd, #core::cmp::Ord, #core::hash::Hash,
        )]
        #vis enum #kind {
            #(#[doc = #kind_docs] #names,)*
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl #krate::EventKind for #kind {
            const ALL: &'static [Self] = &[#(Self::#names),*];

            fn event_type(self) -> &'static #krate::EventType {
                #kind_value
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl #core::fmt::Display for #kind {
            fn fmt(&self, f: &mut #core::fmt::Formatter<'_>) -> #core::fmt::Result {
                #core::fmt::Display::fmt(#krate::EventKind::event_type(*self), f)
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl #core::str::FromStr for #kind {
            type Err = #krate::UnknownEventType;

            fn from_str(text: &#core::primitive::str) -> #core::result::Result<Self, #krate::UnknownEventType> {
                #private::kind_from_str::<#ident>(text)
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #krate::EventEnum for #ident #ty_generics #where_clause {
            type Kind = #kind;

            const TYPES: &'static [#krate::EventType] = &[#(<#payloads as #krate::Event>::TYPE),*];

            fn kind(&self) -> #kind {
                match #this { #(Self::#names(_) => #kind::#names,)* #rest }
            }

            fn holds(event: &#krate::AnyEnvelope) -> #core::primitive::bool {
                false #(|| #core::option::Option::is_some(&#found))*
            }
        }

        #unique

        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #krate::Emittable for #ident #ty_generics #where_clause {
            fn seal(
                self,
                __parts: #private::EnvelopeParts<'_>,
            ) -> #core::result::Result<#krate::AnyEnvelope, #krate::EnvelopeError> {
                match self { #(Self::#names(__event) => #seals(__event, __parts),)* #rest }
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl<__Em: ?#core::marker::Sized> #krate::EmittedBy<__Em> for #ident #ty_generics
        where
            #(#payloads: #krate::EmittedBy<__Em>,)*
        {
        }

        #(
            #[automatically_derived]
            #[allow(deprecated)]
            impl #core::convert::From<#payloads> for #ident #ty_generics {
                fn from(event: #payloads) -> Self {
                    Self::#names(event)
                }
            }
        )*

        #[automatically_derived]
        #[allow(deprecated)]
        impl<'__e> #core::convert::TryFrom<&'__e #krate::AnyEnvelope> for #ident #ty_generics {
            type Error = #krate::UnknownEventType;

            fn try_from(event: &'__e #krate::AnyEnvelope) -> #core::result::Result<Self, #krate::UnknownEventType> {
                #(
                    if let #core::option::Option::Some(__event) = #found {
                        return #core::result::Result::Ok(Self::#names(#clones(__event)));
                    }
                )*
                #core::result::Result::Err(
                    #krate::UnknownEventType::new(event.event_type(), <Self as #krate::EventEnum>::TYPES)
                )
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #private::serde::Serialize for #ident #ty_generics #where_clause {
            fn serialize<__S: #private::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> #core::result::Result<__S::Ok, __S::Error> {
                match #this {
                    #(Self::#names(__event) => {
                        #private::serialize(<#payloads as #krate::Event>::DESCRIPTOR.event_type(), __event, __serializer)
                    })*
                    #rest
                }
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl<'de> #private::DeserializePayload<'de> for #ident #ty_generics
        where
            #(#payloads: #private::serde::Deserialize<'de>,)*
        {
            fn deserialize_payload<__D: #private::serde::Deserializer<'de>>(
                __kind: #kind,
                __deserializer: __D,
            ) -> #core::result::Result<Self, __D::Error> {
                match __kind {
                    #(#kind::#names => {
                        <#payloads as #private::serde::Deserialize<'de>>::deserialize(__deserializer).map(Self::#names)
                    })*
                }
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl<'de> #private::serde::Deserialize<'de> for #ident #ty_generics
        where
            #(#payloads: #private::serde::Deserialize<'de>,)*
        {
            fn deserialize<__D: #private::serde::Deserializer<'de>>(
                __deserializer: __D,
            ) -> #core::result::Result<Self, __D::Error> {
                #private::deserialize(__deserializer)
            }
        }
    }
}
