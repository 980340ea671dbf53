//! Where generated tokens point, and what they name.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{Type, VisRestricted, Visibility};

/// All tokens at one place: a check that fails while the user's crate is compiled is reported there, and not on the derive.
pub(crate) fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    let respanned = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            token = TokenTree::Group(Group::new(group.delimiter(), respan(group.stream(), span)));
        }
        token.set_span(span);
        token
    });
    respanned.collect()
}

/// The user's name, resolved as generated code: a deprecated type does not warn in its own derive.
pub(crate) fn reresolved(ident: &Ident) -> Ident {
    // Not by `format_ident!`, which would take the `r#` off.
    let mut ident = ident.clone();
    ident.set_span(ident.span().resolved_at(Span::call_site()));
    ident
}

/// The user's visibility, resolved as generated code: lints take an item that begins with it for generated.
pub(crate) fn reresolved_visibility(vis: &Visibility) -> Visibility {
    let mut vis = vis.clone();
    if let Visibility::Public(token) | Visibility::Restricted(VisRestricted { pub_token: token, .. }) = &mut vis {
        token.span = token.span.resolved_at(Span::call_site());
    }
    vis
}

/// The same reach for an item in a child module of the present one.
pub(crate) fn visibility_in_child(vis: &Visibility) -> TokenStream {
    let Visibility::Restricted(VisRestricted { path, .. }) = vis else {
        return if matches!(vis, Visibility::Inherited) { quote!(pub(super)) } else { quote!(pub) };
    };
    let mut segments = path.segments.iter().map(|segment| &segment.ident);
    match segments.next() {
        Some(first) if first == "self" => quote!(pub(in super #(::#segments)*)),
        Some(first) if first == "super" => quote!(pub(in super::super #(::#segments)*)),
        _ => quote!(pub(in #path)),
    }
}

/// The tokens of a type, with `Self` written out.
pub(crate) fn without_self(ty: &Type, this: &TokenStream) -> TokenStream {
    // Most types are a path of other names, and need no rewriting.
    match ty {
        Type::Path(path)
            if path.qself.is_none()
                && path.path.segments.iter().all(|part| part.arguments.is_none() && part.ident != "Self") =>
        {
            ty.to_token_stream()
        }
        _ => replace_self(ty.to_token_stream(), this),
    }
}

/// `Self` written out, for tokens that move into the impl of another type.
pub(crate) fn replace_self(tokens: TokenStream, this: &TokenStream) -> TokenStream {
    let replaced = tokens.into_iter().flat_map(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => this.clone(),
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), replace_self(group.stream(), this));
            inner.set_span(group.span());
            TokenTree::Group(inner).into()
        }
        other => other.into(),
    });
    replaced.collect()
}

#[cfg(test)]
mod tests {
    use syn::parse_str;

    use super::visibility_in_child;

    #[test]
    fn a_child_module_is_one_further_in() {
        for (here, in_child) in [
            ("", "pub (super)"),
            ("pub", "pub"),
            ("pub(self)", "pub (in super)"),
            ("pub(crate)", "pub (in crate)"),
            ("pub(super)", "pub (in super :: super)"),
            ("pub(in self)", "pub (in super)"),
            ("pub(in super::super::there)", "pub (in super :: super :: super :: there)"),
            ("pub(in crate::there)", "pub (in crate :: there)"),
        ] {
            let found = visibility_in_child(&parse_str(here).unwrap());
            assert_eq!(found.to_string(), in_child, "{here}");
        }
    }
}
