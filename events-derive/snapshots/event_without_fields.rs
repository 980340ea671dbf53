#[automatically_derived]
impl ::events_core::Event for Stopped {
    const TYPE: ::events_core::EventType = ::events_core::__private::event_type_named(
        "quick_test.stopped",
        "quick_test",
    );
    const DESCRIPTOR: &'static ::events_core::EventDescriptor = &::events_core::__private::descriptor(
        "quick_test.stopped",
        "quick_test",
        "",
        &::events_core::__private::fields([]),
        b"\x84rquick_test.stoppedjquick_test",
    );
    #[allow(deprecated, unused_imports, clippy::borrow_deref_ref)]
    fn encode_payload(&self, __writer: &mut ::events_core::__private::CanonicalWriter) {
        use ::events_core::__private::{NoWay as _, Probe as __Probe, ViaSerde as _};
        __writer.__events_begin(0usize);
        __writer.__events_end();
    }
}
