//! `#[derive(Emitter)]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{Data, DeriveInput, Fields, Index, LitStr, Path, Type, WherePredicate, parse_quote, spanned::Spanned as _};

use crate::{
    attr::{self, Once},
    ctxt::Ctxt,
    grammar,
    span::{reresolved, reresolved_visibility},
    types,
};

const KEYS: &[&str] = &["entity_type", "crate"];
const EXAMPLE: &str = "#[emitter(entity_type = \"quick_test\")]";

#[derive(Default)]
struct EmitterAttrs {
    entity_type: Once<LitStr>,
    krate: Once<Path>,
}

/// One field: how it is named in a struct literal, and its type.
struct Member<'a> {
    name: TokenStream,
    ty: &'a Type,
}

/// Expands to an `impl Emitter` with the entity type, and a `new` that takes the bus and the entity's id.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::default();
    let mut attrs = EmitterAttrs::default();
    attr::items(&cx, &input.attrs, "emitter", "entity_type = \"quick_test\"", |item| {
        match item.meant(&cx, "emitter attribute", KEYS)? {
            "entity_type" => {
                let literal = item.string("entity_type = \"quick_test\"")?;
                attrs.entity_type.set(&cx, item, literal);
            }
            _ => attrs.krate.set(&cx, item, item.path("crate = ::events_core")?),
        }
        Ok(())
    });
    match attrs.entity_type.get() {
        Some(literal) => {
            grammar::check(&cx, literal, "entity type", 1);
        }
        None if !cx.has_errors() => {
            cx.error(
                input.ident.span(),
                format_args!("an emitter needs the type of its entities; add e.g. `{EXAMPLE}`"),
            );
        }
        None => {}
    }
    let members = members(&cx, input);
    let emitter = emitter_field(&cx, input, &members);
    let valid = !cx.has_errors();
    let expanded = expand(input, &attrs, &members, emitter.filter(|_| valid), valid);
    let mut tokens = cx.into_tokens();
    tokens.extend(expanded);
    tokens
}

fn members<'a>(cx: &Ctxt, input: &'a DeriveInput) -> Vec<Member<'a>> {
    let Data::Struct(data) = &input.data else {
        cx.error(input.ident.span(), "an emitter is a struct with one field of type `EntityEmitter`");
        return Vec::new();
    };
    let member = |(at, field): (usize, &'a syn::Field)| {
        attr::misplaced(cx, &field.attrs, &["emitter"], "it stands above the struct");
        let name = field.ident.as_ref().map_or_else(|| Index::from(at).to_token_stream(), ToTokens::to_token_stream);
        Member { name, ty: &field.ty }
    };
    match &data.fields {
        Fields::Named(fields) => fields.named.iter().enumerate().map(member).collect(),
        Fields::Unnamed(fields) => fields.unnamed.iter().enumerate().map(member).collect(),
        Fields::Unit => Vec::new(),
    }
}

/// The one field of type `EntityEmitter`.
fn emitter_field<'m>(cx: &Ctxt, input: &DeriveInput, members: &'m [Member<'_>]) -> Option<&'m Member<'m>> {
    let mut found = members.iter().filter(|member| types::is_named(member.ty, "EntityEmitter"));
    let first = found.next();
    if let (None, Data::Struct(_)) = (first, &input.data) {
        cx.error(
            input.ident.span(),
            format_args!("an emitter holds its bus and entity in a field of type `EntityEmitter`; add `emitter: EntityEmitter` to `{}`", input.ident),
        );
    }
    for second in found {
        let first = first.map(|member| member.ty);
        cx.duplicate(second.ty, first, "an emitter has one field of type `EntityEmitter`, found a second");
    }
    first
}

fn expand(
    input: &DeriveInput,
    attrs: &EmitterAttrs,
    members: &[Member<'_>],
    emitter: Option<&Member<'_>>,
    valid: bool,
) -> TokenStream {
    let krate = attr::krate(&attrs.krate);
    let private = quote!(#krate::__private);
    let ident = &reresolved(&input.ident);
    let vis = reresolved_visibility(&input.vis);
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let entity_type = attrs.entity_type.get().filter(|_| valid).map_or_else(String::new, LitStr::value);
    let empty = if emitter.is_none() { Some(quote!(#[allow(unused_variables, clippy::empty_loop)])) } else { None };
    let (entity_emitter, new) = match emitter {
        Some(emitter) => {
            let name = &emitter.name;
            let values = members.iter().map(|member| {
                let (field, ty) = (&member.name, member.ty);
                if std::ptr::eq(member, emitter) {
                    quote!(#field: <#ty>::new(bus, entity_id))
                } else {
                    quote_spanned!(ty.span()=> #field: <#ty as #private::core::default::Default>::default())
                }
            });
            (quote!(&self.#name), quote!(Self { #(#values),* }))
        }
        None => (quote!(loop {}), quote!(loop {})),
    };
    // For a generic emitter `new` exists where its fields have a default; else each field is checked where it is written.
    let generic = input.generics.type_params().next().is_some();
    let defaults =
        members.iter().filter(|member| generic && !types::is_named(member.ty, "EntityEmitter")).map(|member| {
            let ty = member.ty;
            quote!(#ty: #private::core::default::Default)
        });
    let defaults: Vec<TokenStream> = defaults.collect();
    let new_where = (!defaults.is_empty()).then(|| quote!(where #(#defaults,)*));
    let mut made = input.generics.clone();
    made.params.push(parse_quote!(__Id: #private::core::convert::Into<#krate::EntityId>));
    made.make_where_clause().predicates.extend(defaults.iter().map(|bound| -> WherePredicate { parse_quote!(#bound) }));
    let (made_generics, _, made_where) = made.split_for_impl();
    let doc = format!(
        "Emits the events of one `{entity_type}` to a bus.\n\n\
         An empty id is reported by every emit. Fields other than the emitter start as their `Default`."
    );
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #krate::Emitter for #ident #ty_generics #where_clause {
            const ENTITY_TYPE: &'static #private::core::primitive::str = #entity_type;

            #empty
            fn entity_emitter(&self) -> &#krate::EntityEmitter {
                #entity_emitter
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #ident #ty_generics #where_clause {
            #[doc = #doc]
            #[must_use]
            #[allow(clippy::impl_trait_in_params)]
            #empty
            #vis fn new(bus: &#krate::EventBus, entity_id: impl #private::core::convert::Into<#krate::EntityId>) -> Self
            #new_where
            {
                #new
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl #made_generics #private::MadeFor<__Id> for #ident #ty_generics #made_where {
            fn made_for(bus: &#krate::EventBus, entity_id: __Id) -> Self {
                Self::new(bus, entity_id)
            }
        }
    }
}
