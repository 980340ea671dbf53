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
            &[
                ::events_core::__private::field(
                    "test_name",
                    "String",
                    "The test's name, for people.",
                ),
                ::events_core::__private::field("success_rate", "f64", ""),
                ::events_core::__private::field("tags", "Vec<String>", "").with_filled(),
                ::events_core::__private::field("end_time", "DateTime<Utc>", "")
                    .with_skip_id()
                    .with_filled(),
            ],
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
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::EmittedBy<QuickTestEmitter> for QuickTestCompleted {}
#[allow(deprecated)]
const _: () = ::events_core::__private::check_entity_type(
    <QuickTestEmitter as ::events_core::Emitter>::ENTITY_TYPE,
    "quick_test",
    "event `quick_test.completed` is about a `quick_test`, which is not the entity type of this emitter; name another emitter, or give the event `#[event(entity_type = \"…\")]`",
);
const _: () = {
    #[allow(deprecated)]
    fn __default_2() -> Vec<String> {
        vec!["quick".to_owned()]
    }
    #[automatically_derived]
    #[allow(deprecated, non_local_definitions)]
    impl QuickTestEmitter {
        /**Emits a [`QuickTestCompleted`] (`quick_test.completed`) for this emitter's entity, now.

A quick test ended well.

`test_name`: The test's name, for people.

`success_rate`

# Errors

`EmitError`: the event is invalid or cannot be encoded, and nobody was told.*/
        #[allow(
            clippy::too_many_arguments,
            clippy::impl_trait_in_params,
            clippy::empty_loop,
            deprecated,
            unused_variables
        )]
        pub fn emit_completed(
            &self,
            test_name: impl ::events_core::__private::Into<String>,
            success_rate: f64,
        ) -> ::events_core::__private::Result<
            ::events_core::Receipt,
            ::events_core::EmitError,
        > {
            let __emitter = ::events_core::Emitter::entity_emitter(self);
            let __time = __emitter.now();
            ::events_core::__private::emit_at(
                __emitter,
                QuickTestCompleted {
                    test_name: ::events_core::__private::Into::into(test_name),
                    success_rate: success_rate,
                    tags: __default_2(),
                    end_time: <DateTime<
                        Utc,
                    > as ::events_core::__private::FromNow>::from_now(__time),
                },
                __time,
            )
        }
    }
};
