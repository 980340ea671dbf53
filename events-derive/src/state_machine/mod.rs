//! `#[derive(StateMachine)]`.

mod ast;
mod check;
mod doc;
mod expand;
mod lifecycle;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use self::ast::Machine;
use crate::ctxt::Ctxt;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::default();
    let machine = Machine::parse(&cx, input);
    check::check(&cx, &machine);
    let expanded = expand::expand(&machine, !cx.has_errors());
    let life = lifecycle::expand(&machine, !cx.has_errors());
    let mut tokens = cx.into_tokens();
    tokens.extend(expanded);
    tokens.extend(life);
    tokens
}
