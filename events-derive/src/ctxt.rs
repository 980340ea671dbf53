//! Collects errors, so that all mistakes of an item are reported at once.

use std::{cell::RefCell, fmt::Display};

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::Error;

/// The errors found so far. Parsing goes on after each with the faulty part left out.
#[derive(Default)]
pub(crate) struct Ctxt {
    errors: RefCell<Vec<Error>>,
}

impl Ctxt {
    pub(crate) fn error(&self, span: Span, message: impl Display) {
        self.push(Error::new(span, message));
    }

    pub(crate) fn error_at(&self, tokens: impl ToTokens, message: impl Display) {
        self.push(Error::new_spanned(tokens, message));
    }

    /// The same thing stands twice: the second is wrong, the first is shown.
    pub(crate) fn duplicate(&self, second: impl ToTokens, first: impl ToTokens, message: impl Display) {
        self.contradiction(second, message, first, "first one here");
    }

    /// Two things do not go together: one of them is wrong, and what it contradicts is shown.
    pub(crate) fn contradiction(
        &self,
        wrong: impl ToTokens,
        message: impl Display,
        other: impl ToTokens,
        remark: impl Display,
    ) {
        let mut error = Error::new_spanned(wrong, message);
        error.combine(Error::new_spanned(other, remark));
        self.push(error);
    }

    pub(crate) fn push(&self, error: Error) {
        self.errors.borrow_mut().push(error);
    }

    /// Keeps the value, or records the error.
    pub(crate) fn ok<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn has_errors(&self) -> bool {
        !self.errors.borrow().is_empty()
    }

    /// All errors as `compile_error!` calls.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.errors.into_inner().iter().map(Error::to_compile_error).collect()
    }
}
