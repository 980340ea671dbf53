#[automatically_derived]
impl ::events_core::Event for Started {
    const TYPE: ::events_core::EventType = ::events_core::EventType::from_static(
        "quick_test.started",
    );
    const DESCRIPTOR: &'static ::events_core::EventDescriptor = &::events_core::EventDescriptor::new(
            ::events_core::EventType::from_static("quick_test.started"),
        )
        .with_fields(
            &[
                ::events_core::FieldDescriptor::new("testName", "String"),
                ::events_core::FieldDescriptor::new("tags", "Vec<String>"),
                ::events_core::FieldDescriptor::new("flag", "bool"),
                ::events_core::FieldDescriptor::new("unseen", "u8"),
            ],
        )
        .with_canonical_head(b"\x84rquick_test.startedjquick_test");
    #[allow(deprecated, unused_imports, unused_mut, clippy::borrow_deref_ref)]
    fn encode_payload(&self, __writer: &mut ::events_core::__private::CanonicalWriter) {
        use ::events_core::__private::{
            CanonicalWriter as __Writer, EventData as __Data, Members as __Members,
            NoWay as _, Probe as __Probe, ViaSerde as _,
        };
        let mut __members = __Members::begin(__writer, 3usize);
        __Members::key(&mut __members, __writer, b"dflag");
        __Writer::serialize_with(
            __writer,
            &self.flag,
            |__value, __serializer| in_words::serialize(__value, __serializer),
        );
        __Members::drop_null(&mut __members, __writer);
        if !Vec::is_empty(&self.tags) {
            __Probe(&self.tags).__events_member(&mut __members, __writer, b"dtags");
        }
        __Probe(&self.test_name).__events_member(&mut __members, __writer, b"htestName");
        __Members::end(__members, __writer);
    }
}
