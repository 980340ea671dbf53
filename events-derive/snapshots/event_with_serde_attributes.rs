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
        use ::events_core::__private::{ViaData as _, ViaSerde as _};
        let mut __members = ::events_core::__private::Members::begin(__writer, 3usize);
        __members.key(__writer, b"dflag");
        {
            struct __With<'__v>(&'__v bool);
            impl ::events_core::__private::serde::Serialize for __With<'_> {
                fn serialize<__S: ::events_core::__private::serde::Serializer>(
                    &self,
                    __serializer: __S,
                ) -> ::events_core::__private::core::result::Result<
                    __S::Ok,
                    __S::Error,
                > {
                    in_words::serialize(self.0, __serializer)
                }
            }
            __writer.serialize(&__With(&self.flag));
        }
        __members.drop_null(__writer);
        if !Vec::is_empty(&self.tags) {
            __members.key(__writer, b"dtags");
            (&::events_core::__private::Probe(&self.tags)).events_encode(__writer);
            __members.drop_null(__writer);
        }
        __members.key(__writer, b"htestName");
        (&::events_core::__private::Probe(&self.test_name)).events_encode(__writer);
        __members.drop_null(__writer);
        __members.end(__writer);
    }
}
