//! Where generated tokens point, and what they name.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens as _;
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
