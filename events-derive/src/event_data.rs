//! `#[derive(EventData)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DataEnum, DeriveInput, Fields, GenericParam, Token, Variant, WherePredicate, punctuated::Punctuated};

use crate::{
    attr::{self, Once},
    ctxt::Ctxt,
    members::{self, Member},
    serde_attr::{SerdeContainer, SerdeField},
    span::reresolved,
    unstable,
};

const KEYS: &[&str] = &["bound", "crate"];

/// Expands to an `impl EventData` that writes what serde's derive would.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::default();
    let (mut krate, mut bound) = (Once::default(), Once::default());
    attr::items(&cx, &input.attrs, "event_data", "crate = ::events_core", |item| {
        match item.meant(&cx, "event data attribute", KEYS)? {
            "bound" => {
                let bounds: Punctuated<WherePredicate, Token![,]> =
                    item.quoted("where predicates", "bound = \"T: EventData\"", |text| {
                        text.parse_with(Punctuated::parse_terminated)
                    })?;
                bound.set(&cx, item, bounds);
            }
            _ => krate.set(&cx, item, item.path("crate = ::events_core")?),
        }
        Ok(())
    });
    if let Data::Union(data) = &input.data {
        cx.error(data.union_token.span, "a union cannot be event data; use a struct or an enum");
    }
    check_fields(&cx, &input.data);
    let krate = attr::krate(&krate);
    let private = quote!(#krate::__private);
    let names = members::names(&private);
    // After an error nothing is written, and so nothing is asked of the type.
    let body = if cx.has_errors() {
        quote!(let _ = __writer;)
    } else {
        body(input).unwrap_or_else(|| quote!(__Writer::serialize(__writer, self);))
    };
    let ident = reresolved(&input.ident);
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let mut predicates: Vec<TokenStream> =
        where_clause.into_iter().flat_map(|clause| &clause.predicates).map(|predicate| quote!(#predicate)).collect();
    match bound.get() {
        Some(bounds) => predicates.extend(bounds.iter().map(|bound| quote!(#bound))),
        None => predicates.extend(input.generics.params.iter().filter_map(|param| match param {
            GenericParam::Type(param) => {
                let ident = &param.ident;
                Some(quote!(#ident: #krate::EventData + #private::serde::Serialize))
            }
            _ => None,
        })),
    }
    let errors = cx.into_tokens();
    quote! {
        #errors

        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #krate::EventData for #ident #ty_generics where #(#predicates,)* {
            #[allow(deprecated, unused_imports, clippy::borrow_deref_ref)]
            fn encode(&self, __writer: &mut #private::CanonicalWriter) {
                #names
                #body
            }
        }
    }
}

fn check_fields(cx: &Ctxt, data: &Data) {
    let all: Vec<&Fields> = match data {
        Data::Struct(data) => vec![&data.fields],
        Data::Enum(data) => data.variants.iter().map(|variant| &variant.fields).collect(),
        Data::Union(_) => Vec::new(),
    };
    for field in all.into_iter().flatten() {
        let serde = SerdeField::from_attrs(&field.attrs);
        if !serde.skip && serde.with.is_none() {
            unstable::check(cx, &field.ty, "leave the field out with `#[serde(skip)]`");
        }
    }
}

/// The native form; `None` where serde's attributes ask for one that only serde knows.
fn body(input: &DeriveInput) -> Option<TokenStream> {
    let serde = SerdeContainer::from_attrs(&input.attrs);
    if serde.opaque {
        return None;
    }
    match &input.data {
        Data::Struct(data) => {
            let name = |ident: &syn::Ident, field: &SerdeField| serde.field_name(ident, field);
            let this = |at: usize, field: &syn::Field| match &field.ident {
                Some(ident) => quote!(&self.#ident),
                None => {
                    let at = syn::Index::from(at);
                    quote!(&self.#at)
                }
            };
            Some(match &data.fields {
                Fields::Unit => quote!(__Data::encode(&(), __writer);),
                fields => contents(fields, this, name)?,
            })
        }
        Data::Enum(data) => variants(&serde, data),
        Data::Union(_) => None,
    }
}

/// Externally tagged, as serde does it by default: `"Name"`, or `{"Name": contents}`.
fn variants(serde: &SerdeContainer, data: &DataEnum) -> Option<TokenStream> {
    let arms = data.variants.iter().map(|variant| arm(serde, variant)).collect::<Option<Vec<_>>>()?;
    let this = if arms.is_empty() { quote!(*self) } else { quote!(self) };
    Some(quote!(match #this { #(#arms)* }))
}

fn arm(serde: &SerdeContainer, variant: &Variant) -> Option<TokenStream> {
    let own = SerdeContainer::from_attrs(&variant.attrs);
    if own.opaque {
        return None;
    }
    let ident = &variant.ident;
    let text = members::encoded_text(&serde.variant_name(ident, &own));
    if matches!(variant.fields, Fields::Unit) {
        let text = members::bytes(&text);
        return Some(quote!(Self::#ident => __Writer::raw(__writer, #text),));
    }
    let tag = members::bytes(&[&[0xa1], &text[..]].concat());
    let local = |at: usize| format_ident!("__field_{at}");
    let name = |ident: &syn::Ident, field: &SerdeField| serde.variant_field_name(&own, ident, field);
    let contents = contents(
        &variant.fields,
        |at, _| {
            let local = local(at);
            quote!(#local)
        },
        name,
    )?;
    let bindings = variant.fields.iter().enumerate().map(|(at, field)| {
        let local = local(at);
        match &field.ident {
            Some(ident) => quote!(#ident: #local),
            None => {
                let at = syn::Index::from(at);
                quote!(#at: #local)
            }
        }
    });
    Some(quote! {
        #[allow(unused_variables)]
        Self::#ident { #(#bindings),* } => {
            __Writer::raw(__writer, #tag);
            #contents
        }
    })
}

/// A map for named fields, the value itself for one unnamed field, an array for several.
fn contents(
    fields: &Fields,
    value: impl Fn(usize, &syn::Field) -> TokenStream,
    name: impl Fn(&syn::Ident, &SerdeField) -> String,
) -> Option<TokenStream> {
    let serde: Vec<SerdeField> = fields.iter().map(|field| SerdeField::from_attrs(&field.attrs)).collect();
    if serde.iter().any(|field| field.opaque) {
        return None;
    }
    if let Fields::Named(named) = fields {
        let names: Vec<String> = named
            .named
            .iter()
            .zip(&serde)
            .filter_map(|(field, serde)| Some(name(field.ident.as_ref()?, serde)))
            .collect();
        if has_duplicates(&names) {
            return None;
        }
        let members = named.named.iter().zip(&serde).zip(&names).enumerate();
        let members =
            members.map(|(at, ((field, serde), name))| Member { name, ty: &field.ty, serde, value: value(at, field) });
        return Some(members::write(false, members.collect()));
    }
    // Left-out elements of tuples are rare: serde may count them.
    if serde.iter().any(|field| field.skip || field.skip_if.is_some() || field.with.is_some()) {
        return None;
    }
    let elements = fields.iter().enumerate().map(|(at, field)| members::field(&field.ty, &value(at, field)));
    let len = fields.len();
    let head = (len != 1).then(|| quote!(__Writer::array_head(__writer, #len);));
    Some(quote!(#head #(#elements)*))
}

/// Two members of one name: serde writes both, so the check at run time has to see them.
pub(crate) fn has_duplicates(names: &[String]) -> bool {
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort();
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}
