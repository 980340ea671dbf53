//! The derive macros of `events-core`, which re-exports them. Use them from there.

mod attr;
mod case;
mod ctxt;
mod emitter;
mod event;
mod event_enum;
mod grammar;
mod serde_attr;
mod state_machine;
mod suggest;
mod types;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// event docs
#[proc_macro_derive(Event, attributes(event_type, event))]
pub fn derive_event(input: TokenStream) -> TokenStream {
    event::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// emitter docs
#[proc_macro_derive(Emitter, attributes(emitter))]
pub fn derive_emitter(input: TokenStream) -> TokenStream {
    emitter::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// enum docs
#[proc_macro_derive(EventEnum, attributes(event_enum))]
pub fn derive_event_enum(input: TokenStream) -> TokenStream {
    event_enum::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// state docs
#[proc_macro_derive(StateMachine, attributes(state_machine, state))]
pub fn derive_state_machine(input: TokenStream) -> TokenStream {
    state_machine::derive(&parse_macro_input!(input as DeriveInput)).into()
}
