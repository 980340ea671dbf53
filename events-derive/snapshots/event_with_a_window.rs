#[automatically_derived]
impl ::events_core::Event for Beat {
    const TYPE: ::events_core::EventType = ::events_core::__private::event_type_named(
        "service.beat",
        "service",
    );
    const DEDUP: ::events_core::DedupPolicy = ::events_core::DedupPolicy::Window(
        ::events_core::DedupWindow::new(
            500usize,
            ::events_core::__private::core::time::Duration::from_secs(300u64),
        ),
    );
    const DESCRIPTOR: &'static ::events_core::EventDescriptor = &::events_core::__private::descriptor(
            "service.beat",
            "service",
            "",
            &::events_core::__private::fields([]),
            b"\x84lservice.beatgservice",
        )
        .with_dedup(<Self as ::events_core::Event>::DEDUP);
    #[allow(deprecated, unused_imports, clippy::borrow_deref_ref)]
    fn encode_payload(&self, __writer: &mut ::events_core::__private::CanonicalWriter) {
        use ::events_core::__private::{NoWay as _, Probe as __Probe, ViaSerde as _};
        __writer.__events_begin(0usize);
        __writer.__events_end();
    }
}
