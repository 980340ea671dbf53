//! `#[derive(Event)]`.

mod ast;
mod check;
mod dedup;
mod emit;
mod expand;
mod lifecycle;
mod metric;
mod upcast;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use self::ast::EventInput;
use crate::ctxt::Ctxt;

/// The errors, and behind them everything the derive promises: one mistake gives one error, not one for each use.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::default();
    let event = EventInput::parse(&cx, input);
    check::check(&cx, &event);
    let expanded = expand::expand(&event, !cx.has_errors());
    let mut tokens = cx.into_tokens();
    tokens.extend(expanded);
    tokens
}
