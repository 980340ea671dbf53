//! `#[derive(EventEnum)]`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::{Data, DataEnum, DeriveInput, Fields, Ident, Type, parse_quote, spanned::Spanned as _};

use crate::{
    attr::{self, Once},
    ctxt::Ctxt,
    span::{reresolved, respan},
    types,
};

const KEYS: &[&str] = &["crate"];

struct Variant<'a> {
    ident: &'a Ident,
    payload: &'a Type,
    docs: String,
    /// The user's lint levels.
    allowed: TokenStream,
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
    let expanded = expand(input, &krate, &variants, !cx.has_errors());
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
        found.push(Variant {
            ident,
            payload,
            docs: attr::docs(&variant.attrs),
            allowed: attr::allowed(&variant.attrs),
        });
    }
    found
}

/// `valid`: no error was found. Otherwise everything is there all the same, for the type as it stands, with bodies that do nothing
/// and ask nothing of the payloads.
#[expect(clippy::too_many_lines, reason = "one quote, read from top to bottom")]
fn expand(input: &DeriveInput, krate: &TokenStream, variants: &[Variant<'_>], valid: bool) -> TokenStream {
    let private = quote!(#krate::__private);
    let core = quote!(#private::core);
    let ident = &reresolved(&input.ident);
    let vis = &input.vis;
    let kind = format_ident!("{}Kind", ident);
    let generics = Generics::of(input, &core);
    let Generics { ty, plain, with_lifetime, with_emitter, where_clause, where_event } = &generics;
    let names: Vec<&Ident> = variants.iter().map(|variant| variant.ident).collect();
    let payloads: Vec<&Type> = variants.iter().map(|variant| variant.payload).collect();
    let indices: Vec<usize> = (0..variants.len()).collect();
    let kind_doc = format!("Which variant of [`{ident}`], without its payload; shown and parsed as the event's type.");
    let kind_docs = variants.iter().map(|variant| {
        if variant.docs.is_empty() {
            format!("The variant [`{ident}::{}`].", variant.ident)
        } else {
            variant.docs.clone()
        }
    });
    // On the payload's type, where an error about it belongs.
    let at = |payload: &Type| payload.span().resolved_at(Span::call_site());
    let clones = payloads.iter().map(|payload| quote_spanned!(at(payload)=> <#payload as #core::clone::Clone>::clone));
    let body = |tokens: TokenStream| if valid { tokens } else { quote!(loop {}) };
    let bodies = Bodies {
        event_type: body(quote!(match self { #(Self::#names => #private::event_type::<#ident, #indices>()),* })),
        from_str: body(quote!(#private::kind_from_str::<#ident>(text))),
        kind: body(quote!(match self { #(Self::#names(_) => #kind::#names,)* })),
        holds: body(quote!(#(#private::is_payload::<Self, #indices>(__payload))||*)),
        seal: body(
            quote!(match self { #(Self::#names(__event) => #private::seal::<Self, #indices>(__event, __parts),)* }),
        ),
        try_from: body(quote! {
            #(
                if let #core::option::Option::Some(__event) = #private::payload::<Self, #indices>(event) {
                    return #core::result::Result::Ok(Self::#names(#clones(__event)));
                }
            )*
            #core::result::Result::Err(
                #krate::UnknownEventType::new(event.event_type(), <Self as #krate::EventEnum>::TYPES)
            )
        }),
        serialize: body(quote! {
            match self { #(Self::#names(__event) => #private::serialize::<Self, #indices, _>(__event, __serializer),)* }
        }),
        deserialize: body(quote!(#private::deserialize(__deserializer))),
    };
    let Bodies { event_type, from_str, kind: kind_body, holds, seal, try_from, serialize, deserialize } = bodies;
    let types = valid.then(|| quote!(#(#private::type_of::<Self, #indices>()),*));
    let checked = valid.then(|| checked(ident, variants, &private));
    // A payload that is a parameter could be that of another variant as well.
    let own = variants.iter().filter(|variant| !types::mentions(variant.payload, &input.generics.params));
    let from = own.map(|variant| {
        let (name, payload) = (variant.ident, variant.payload);
        let conversion = quote! {
            impl #plain #core::convert::From<#payload> for #ty #where_clause {
                fn from(event: #payload) -> Self {
                    Self::#name(event)
                }
            }
        };
        // The same event by two names is two of these: the error is on the payloads.
        let conversion = respan(conversion, at(payload));
        quote! {
            #[automatically_derived]
            #[allow(deprecated)]
            #conversion
        }
    });
    let asked: &[&Type] = if valid { &payloads } else { &[] };
    let deserialize_payload = valid.then(|| {
        quote! {
            #[automatically_derived]
            #[allow(deprecated)]
            impl<'de> #private::DeserializePayload<'de> for #ident
            where
                #(#payloads: #private::serde::Deserialize<'de>,)*
            {
                fn deserialize_payload<__D: #private::serde::Deserializer<'de>>(
                    __kind: #kind,
                    __deserializer: __D,
                ) -> #core::result::Result<Self, __D::Error> {
                    match __kind {
                        #(#kind::#names => {
                            <#payloads as #private::serde::Deserialize<'de>>::deserialize(__deserializer)
                                .map(Self::#names)
                        })*
                    }
                }

                fn decode(__kind: #kind, __event: #private::Encoded<'_, 'de>) -> #private::DecodedEvent {
                    match __kind {
                        #(#kind::#names => #private::decode::<Self, #indices>(__event),)*
                    }
                }
            }
        }
    });
    // Code that has a kind could not be reached, if there were none.
    let inhabited = variants.is_empty().then(|| {
        quote!(
            #[doc(hidden)]
            __None
        )
    });
    let allowed = attr::allowed(&input.attrs);
    let levels = variants.iter().map(|variant| &variant.allowed);
    let idle = (!valid).then(|| quote!(#[allow(clippy::empty_loop, unused_variables)]));
    quote! {
        #[doc = #kind_doc]
        #[allow(clippy::exhaustive_enums)]
        #allowed
        #[derive(
            #core::clone::Clone, #core::marker::Copy, #core::fmt::Debug, #core::cmp::PartialEq, #core::cmp::Eq,
            #core::cmp::PartialOrd, #core::cmp::Ord, #core::hash::Hash,
        )]
        #vis enum #kind {
            #(#[doc = #kind_docs] #levels #names,)*
            #inhabited
        }

        #[automatically_derived]
        #[allow(deprecated)]
        #idle
        impl #krate::EventKind for #kind {
            const ALL: &'static [Self] = &[#(Self::#names),*];

            fn event_type(self) -> &'static #krate::EventType {
                #event_type
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
        #idle
        impl #core::str::FromStr for #kind {
            type Err = #krate::UnknownEventType;

            fn from_str(text: &#core::primitive::str) -> #core::result::Result<Self, #krate::UnknownEventType> {
                #from_str
            }
        }

        #checked

        #[automatically_derived]
        #[allow(deprecated)]
        #idle
        impl #plain #krate::EventEnum for #ty #where_event {
            type Kind = #kind;

            const TYPES: &'static [#krate::EventType] = &[#types];

            fn kind(&self) -> #kind {
                #kind_body
            }

            fn holds(__payload: #core::any::TypeId) -> #core::primitive::bool {
                #holds
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        #idle
        impl #plain #krate::Emittable for #ty #where_clause {
            fn seal(
                self,
                __parts: #private::EnvelopeParts<'_>,
            ) -> #core::result::Result<#krate::AnyEnvelope, #krate::EnvelopeError> {
                #seal
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl #with_emitter #krate::EmittedBy<__Em> for #ty
        #where_clause #(#asked: #private::VariantEmittedBy<__Em>,)*
        {
        }

        #private::streamed!([#plain] #ty, #where_event);

        #(#from)*

        #[automatically_derived]
        #[allow(deprecated)]
        #idle
        impl #with_lifetime #core::convert::TryFrom<&'__e #krate::AnyEnvelope> for #ty #where_clause {
            type Error = #krate::UnknownEventType;

            fn try_from(event: &'__e #krate::AnyEnvelope) -> #core::result::Result<Self, #krate::UnknownEventType> {
                #try_from
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        #idle
        impl #plain #private::serde::Serialize for #ty #where_clause {
            fn serialize<__S: #private::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> #core::result::Result<__S::Ok, __S::Error> {
                #serialize
            }
        }

        #deserialize_payload

        #[automatically_derived]
        #[allow(deprecated)]
        #idle
        impl #with_lifetime #private::serde::Deserialize<'__e> for #ty
        #where_clause #(#asked: #private::serde::Deserialize<'__e>,)*
        {
            fn deserialize<__D: #private::serde::Deserializer<'__e>>(
                __deserializer: __D,
            ) -> #core::result::Result<Self, __D::Error> {
                #deserialize
            }
        }
    }
}

/// What the generated functions do.
struct Bodies {
    event_type: TokenStream,
    from_str: TokenStream,
    kind: TokenStream,
    holds: TokenStream,
    seal: TokenStream,
    try_from: TokenStream,
    serialize: TokenStream,
    deserialize: TokenStream,
}

/// What must hold of the payloads: each an event, each of another event type.
fn checked(ident: &Ident, variants: &[Variant<'_>], private: &TokenStream) -> TokenStream {
    let payloads: Vec<&Type> = variants.iter().map(|variant| variant.payload).collect();
    let indices: Vec<usize> = (0..variants.len()).collect();
    let distinct = variants.iter().enumerate().skip(1).map(|(at, variant)| {
        let message = format!("the event type of variant `{}` is already that of an earlier variant", variant.ident);
        let check = quote! {
            #[allow(deprecated)]
            const _: () = #private::core::assert!(
                #private::is_first(&[#(#private::own_event_type::<#ident, #indices>()),*], #at),
                #message
            );
        };
        respan(check, variant.payload.span().resolved_at(Span::call_site()))
    });
    quote! {
        #(
            #[automatically_derived]
            #[allow(deprecated)]
            impl #private::Variant<#indices> for #ident {
                type Payload = #payloads;
            }
        )*
        #(#distinct)*
    }
}

/// The enum's parameters, which it must not have: what is generated after that error has them all the same.
struct Generics {
    /// `TestEvent<T>`
    ty: TokenStream,
    /// `<T>`
    plain: TokenStream,
    /// `<'__e, T>`
    with_lifetime: TokenStream,
    /// `<T, __Em: ?Sized>`
    with_emitter: TokenStream,
    /// `where …,`, open for more.
    where_clause: TokenStream,
    /// Also what every event enum is.
    where_event: TokenStream,
}

impl Generics {
    fn of(input: &DeriveInput, core: &TokenStream) -> Self {
        let generics = &input.generics;
        let (plain, arguments, _) = generics.split_for_impl();
        let ident = reresolved(&input.ident);
        let ty = quote!(#ident #arguments);
        let (mut with_lifetime, mut with_emitter) = (generics.clone(), generics.clone());
        with_lifetime.params.insert(0, parse_quote!('__e));
        with_emitter.params.push(parse_quote!(__Em: ?#core::marker::Sized));
        let (with_lifetime, ..) = with_lifetime.split_for_impl();
        let (with_emitter, ..) = with_emitter.split_for_impl();
        let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        let where_clause = quote!(where #(#predicates,)*);
        let is_event =
            (!generics.params.is_empty()).then(|| quote!(#ty: #core::marker::Send + #core::marker::Sync + 'static,));
        Self {
            where_event: quote!(#where_clause #is_event),
            plain: plain.to_token_stream(),
            with_lifetime: with_lifetime.to_token_stream(),
            with_emitter: with_emitter.to_token_stream(),
            ty,
            where_clause,
        }
    }
}
