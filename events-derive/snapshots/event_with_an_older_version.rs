#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::Event for QuickTestStarted {
    const TYPE: ::events_core::EventType = ::events_core::__private::event_type_named(
        "quick_test.started",
        "quick_test",
    );
    const VERSION: ::events_core::__private::core::primitive::u32 = 2u32;
    const DESCRIPTOR: &'static ::events_core::EventDescriptor = &::events_core::__private::descriptor(
            "quick_test.started",
            "quick_test",
            "",
            &::events_core::__private::fields([("test_name", "String", "", 0)]),
            b"\x84rquick_test.startedjquick_test",
        )
        .with_version(2u32)
        .with_predecessor(
            ::events_core::__private::predecessor::<Self, QuickTestStartedV1>(),
        );
    #[allow(deprecated, unused_imports, clippy::borrow_deref_ref)]
    fn encode_payload(&self, __writer: &mut ::events_core::__private::CanonicalWriter) {
        use ::events_core::__private::{NoWay as _, Probe as __Probe, ViaSerde as _};
        __writer.__events_begin(1usize);
        __Probe(&self.test_name).__events_member(__writer, "itest_name");
        __writer.__events_end();
    }
    fn from_older<'de, __D: ::events_core::__private::serde::Deserializer<'de>>(
        __version: ::events_core::__private::core::primitive::u32,
        __payload: __D,
    ) -> ::events_core::__private::Result<Self, __D::Error> {
        ::events_core::__private::from_older::<
            Self,
            QuickTestStartedV1,
            __D,
        >(__version, __payload)
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::__private::Successor<QuickTestStartedV1> for QuickTestStarted {
    type Predecessor = QuickTestStartedV1;
}
const _: () = ::events_core::__private::check_succession(
    <QuickTestStarted as ::events_core::Event>::DESCRIPTOR,
);
