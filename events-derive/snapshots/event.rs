#[automatically_derived]
impl ::events_core::Event for QuickTestCompleted {
    const TYPE: ::events_core::EventType = ::events_core::__private::event_type_named(
        "quick_test.completed",
        "quick_test",
    );
    const VERSION: ::events_core::__private::core::primitive::u32 = 2u32;
    const DESCRIPTOR: &'static ::events_core::EventDescriptor = &::events_core::__private::descriptor(
            "quick_test.completed",
            "quick_test",
            "A quick test ended well.",
            &::events_core::__private::fields([
                ("test_name", "String", "The test's name, for people.", 0),
                ("success_rate", "f64", "", 0),
                ("tags", "Vec<String>", "", 2),
                ("end_time", "DateTime<Utc>", "", 3),
            ]),
            b"\x84tquick_test.completedjquick_test",
        )
        .with_version(2u32)
        .with_skipped(&["end_time"]);
    fn validate(
        &self,
    ) -> ::events_core::__private::Result<(), ::events_core::ValidationError> {
        let __verdict = QuickTestCompleted::check(self);
        ::events_core::__private::Verdict::verdict(__verdict)
    }
    #[allow(deprecated, unused_imports, clippy::borrow_deref_ref)]
    fn encode_payload(&self, __writer: &mut ::events_core::__private::CanonicalWriter) {
        use ::events_core::__private::{NoWay as _, Probe as __Probe, ViaSerde as _};
        __writer.__events_begin(3usize);
        __Probe(&self.tags).__events_member(__writer, "dtags");
        __Probe(&self.test_name).__events_member(__writer, "itest_name");
        __Probe(&self.success_rate).__events_member(__writer, "lsuccess_rate");
        __writer.__events_end();
    }
}
#[allow(
    deprecated,
    non_local_definitions,
    clippy::impl_trait_in_params,
    clippy::too_many_arguments
)]
const _: () = {
    use ::events_core::__private as __events;
    impl __events::EmittedBy<QuickTestEmitter> for QuickTestCompleted {}
    #[automatically_derived]
    impl QuickTestEmitter {
        /**Emits a [`QuickTestCompleted`] (`quick_test.completed`) for this emitter's entity, now.

A quick test ended well.

`test_name`: The test's name, for people.

`success_rate`

# Errors

The event is invalid or cannot be encoded, and nobody was told.*/
        pub fn emit_completed(
            &self,
            test_name: impl __events::Into<String>,
            success_rate: f64,
        ) -> __events::Result<__events::Receipt, __events::EmitError> {
            let __emitter = <QuickTestEmitter as __events::Emitter>::entity_emitter(
                self,
            );
            let __time = __emitter.now();
            __events::emit_at(
                __emitter,
                QuickTestCompleted {
                    test_name: __events::Into::into(test_name),
                    success_rate,
                    tags: __default_2(),
                    end_time: <DateTime<Utc> as __events::FromNow>::from_now(__time),
                },
                __time,
            )
        }
    }
    fn __default_2() -> Vec<String> {
        vec!["quick".to_owned()]
    }
    __events::check_entity_type(
        <QuickTestEmitter as __events::Emitter>::ENTITY_TYPE,
        "quick_test.completed",
        "quick_test",
    );
};
