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
        use ::events_core::__private::ViaSerde as _;
        let mut __members = ::events_core::__private::Members::begin(__writer, 3usize);
        ::events_core::__private::Members::key(&mut __members, __writer, b"dflag");
        ::events_core::__private::CanonicalWriter::serialize_with(
            __writer,
            &self.flag,
            |__value, __serializer| in_words::serialize(__value, __serializer),
        );
        ::events_core::__private::Members::drop_null(&mut __members, __writer);
        if !Vec::is_empty(&self.tags) {
            ::events_core::__private::Members::key(&mut __members, __writer, b"dtags");
            ::events_core::__private::Probe(&self.tags).__events_encode(__writer);
            ::events_core::__private::Members::drop_null(&mut __members, __writer);
        }
        ::events_core::__private::Members::key(&mut __members, __writer, b"htestName");
        ::events_core::__private::Probe(&self.test_name).__events_encode(__writer);
        ::events_core::__private::Members::drop_null(&mut __members, __writer);
        ::events_core::__private::Members::end(__members, __writer);
    }
}
