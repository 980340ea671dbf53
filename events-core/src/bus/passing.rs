//! An event on its way through the bus, borrowed from whoever emitted it.

use std::{any::TypeId, cell::OnceCell, ops::Deref};

use crate::{
    AnyEnvelope, EventType,
    envelope::{EnvelopeView, Head, TypedEnvelope},
};

/// An event on its way: typed if it was emitted so; its untyped form is made once, when the first observer asks for it.
pub(super) struct Passing<'e> {
    head: Head<'e>,
    view: EnvelopeView<'e>,
    made: OnceCell<AnyEnvelope>,
}

impl<'e> Passing<'e> {
    #[inline]
    pub(super) fn new(head: Head<'e>, view: EnvelopeView<'e>) -> Self {
        Self { head, view, made: OnceCell::new() }
    }

    #[inline]
    pub(super) fn payload(&self) -> TypeId {
        self.head.payload
    }

    pub(super) fn event_type(&self) -> &'static EventType {
        self.head.descriptor.event_type()
    }

    /// The event without its type.
    pub(super) fn any(&self) -> &AnyEnvelope {
        match self.view {
            EnvelopeView::Typed(typed) => self.made.get_or_init(|| typed.to_any()),
            EnvelopeView::Any(any) => any,
        }
    }

    /// The event in the type that only its envelope knows, or the one that can tell.
    #[inline]
    pub(super) fn typed(&self) -> Result<&'e dyn TypedEnvelope, &'e AnyEnvelope> {
        match self.view {
            EnvelopeView::Typed(typed) => Ok(typed),
            EnvelopeView::Any(any) => Err(any),
        }
    }
}

impl<'e> Deref for Passing<'e> {
    type Target = Head<'e>;

    #[inline]
    fn deref(&self) -> &Head<'e> {
        &self.head
    }
}
