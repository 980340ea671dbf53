#[automatically_derived]
impl ::events_core::Event for Started {
    const TYPE: ::events_core::EventType = ::events_core::__private::event_type_named(
        "quick_test.started",
        "quick_test",
    );
    const DESCRIPTOR: &'static ::events_core::EventDescriptor = &::events_core::__private::descriptor(
        "quick_test.started",
        "quick_test",
        "",
        &::events_core::__private::fields([
            ("testName", "String", "", 0),
            ("tags", "Vec<String>", "", 0),
            ("flag", "bool", "", 0),
            ("unseen", "u8", "", 0),
        ]),
        b"\x84rquick_test.startedjquick_test",
    );
    #[allow(deprecated, unused_imports, clippy::borrow_deref_ref)]
    fn encode_payload(&self, __writer: &mut ::events_core::__private::CanonicalWriter) {
        use ::events_core::__private::{NoWay as _, Probe as __Probe, ViaSerde as _};
        __writer.__events_begin(3usize);
        __writer
            .__events_member_with(
                "dflag",
                &self.flag,
                |__value, __serializer| in_words::serialize(__value, __serializer),
            );
        if Vec::is_empty(&self.tags) {
            __writer.__events_absent();
        } else {
            __Probe(&self.tags).__events_member(__writer, "dtags");
        }
        __Probe(&self.test_name).__events_member(__writer, "htestName");
        __writer.__events_end();
    }
}
