//! Where generated tokens point.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::format_ident;

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
    format_ident!("{}", ident, span = ident.span().resolved_at(Span::call_site()))
}
