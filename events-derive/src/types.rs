//! Questions about types as they are written.

use std::fmt::Write as _;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, GenericParam, Ident, PathArguments, PathSegment, Type, TypePath};

/// The type inside the invisible groups that `macro_rules` puts round a `$t:ty`.
pub(crate) fn peel(mut ty: &Type) -> &Type {
    while let Type::Group(group) = ty {
        ty = &group.elem;
    }
    ty
}

/// The last segment of a path type.
pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match peel(ty) {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == name)
}

/// The first named type inside `ty`, itself included, for which `wanted` holds.
pub(crate) fn find<'t, T>(ty: &'t Type, wanted: &mut impl FnMut(&'t PathSegment) -> Option<T>) -> Option<T> {
    match peel(ty) {
        Type::Path(path) => path.path.segments.iter().find_map(|segment| {
            wanted(segment).or_else(|| {
                let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
                arguments.args.iter().find_map(|argument| match argument {
                    GenericArgument::Type(inner) => find(inner, wanted),
                    _ => None,
                })
            })
        }),
        Type::Array(array) => find(&array.elem, wanted),
        Type::Slice(slice) => find(&slice.elem, wanted),
        Type::Paren(paren) => find(&paren.elem, wanted),
        Type::Reference(reference) => find(&reference.elem, wanted),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(|inner| find(inner, wanted)),
        _ => None,
    }
}

/// The only generic argument that is a type, by the ident of its last segment.
pub(crate) fn argument(segment: &PathSegment) -> Option<&Ident> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(inner) => last_segment(inner).map(|segment| &segment.ident),
        _ => None,
    })
}

/// Whether one of the parameters is named in the type, or whatever else it is.
pub(crate) fn mentions<'g, P: IntoIterator<Item = &'g GenericParam>>(tokens: impl ToTokens, params: P) -> bool {
    let names: Vec<&Ident> = params
        .into_iter()
        .map(|param| match param {
            GenericParam::Type(param) => &param.ident,
            GenericParam::Const(param) => &param.ident,
            GenericParam::Lifetime(param) => &param.lifetime.ident,
        })
        .collect();
    names_one_of(tokens.to_token_stream(), &|name| names.contains(&name))
}

fn names_one_of(tokens: TokenStream, wanted: &impl Fn(&Ident) -> bool) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => wanted(&ident),
        TokenTree::Group(group) => names_one_of(group.stream(), wanted),
        _ => false,
    })
}

/// A type as a person writes it: tokens without the spaces between them.
pub(crate) fn written(ty: &Type) -> String {
    let mut text = String::new();
    if write_path(ty, &mut text).is_some() {
        return text;
    }
    let mut text = ty.to_token_stream().to_string();
    for (spaced, close) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        ("[ ", "["),
        (" ]", "]"),
        (" ;", ";"),
    ] {
        text = text.replace(spaced, close);
    }
    text
}

/// Writes a type that consists of paths and of types as their arguments, as most do; `None` if it does not.
fn write_path(ty: &Type, out: &mut String) -> Option<()> {
    let Type::Path(TypePath { attrs, qself: None, path }) = ty else { return None };
    if !attrs.is_empty() {
        return None;
    }
    for (at, segment) in path.segments.iter().enumerate() {
        if at > 0 || path.leading_colon.is_some() {
            out.push_str("::");
        }
        let _ = write!(out, "{}", segment.ident);
        match &segment.arguments {
            PathArguments::None => {}
            PathArguments::AngleBracketed(list) if list.colon2_token.is_none() && !list.args.trailing_punct() => {
                for (at, argument) in list.args.iter().enumerate() {
                    let GenericArgument::Type(inner) = argument else { return None };
                    out.push_str(if at > 0 { ", " } else { "<" });
                    write_path(inner, out)?;
                }
                out.push('>');
            }
            _ => return None,
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn types_as_written() {
        for text in [
            "String",
            "Option<String>",
            "std::collections::BTreeMap<String, Vec<u8>>",
            "[u8; 4]",
            "(u8, u16)",
            "DateTime<Utc>",
            "::std::vec::Vec<u8>",
            "Vec<[u8; 4]>",
        ] {
            assert_eq!(written(&syn::parse_str(text).unwrap()), text);
        }
    }
}
