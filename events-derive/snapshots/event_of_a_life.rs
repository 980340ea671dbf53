#[automatically_derived]
impl ::events_core::Event for QuickTestStarted {
    const TYPE: ::events_core::EventType = ::events_core::__private::event_type_named(
        "quick_test.started",
        "quick_test",
    );
    const DESCRIPTOR: &'static ::events_core::EventDescriptor = &::events_core::__private::descriptor(
        "quick_test.started",
        "quick_test",
        "",
        &::events_core::__private::fields([
            ("test_name", "String", "", 0),
            ("tags", "Vec<String>", "", 2),
        ]),
        b"\x84rquick_test.startedjquick_test",
    );
    #[allow(deprecated, unused_imports, clippy::borrow_deref_ref)]
    fn encode_payload(&self, __writer: &mut ::events_core::__private::CanonicalWriter) {
        use ::events_core::__private::{NoWay as _, Probe as __Probe, ViaSerde as _};
        __writer.__events_begin(2usize);
        __Probe(&self.tags).__events_member(__writer, "dtags");
        __Probe(&self.test_name).__events_member(__writer, "itest_name");
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
    impl __events::EmittedBy<QuickTestEmitter> for QuickTestStarted {}
    #[automatically_derived]
    impl QuickTestEmitter {
        /**Emits a [`QuickTestStarted`] (`quick_test.started`) for this emitter's entity, now.

`test_name`

# Errors

The event is invalid or cannot be encoded, and nobody was told.*/
        pub fn emit_started(
            &self,
            test_name: impl __events::Into<String>,
        ) -> __events::Result<__events::Receipt, __events::EmitError> {
            __events::emit(
                <QuickTestEmitter as __events::Emitter>::entity_emitter(self),
                QuickTestStarted {
                    test_name: __events::Into::into(test_name),
                    tags: <Vec<String> as __events::core::default::Default>::default(),
                },
            )
        }
    }
    #[automatically_derived]
    impl<
        __State: __events::LifeState<Emitter = QuickTestEmitter>,
    > QuickTestLife<__State> {
        /**Emits a [`QuickTestStarted`] (`quick_test.started`) for this life cycle's entity, now, and goes to the state that follows.

`test_name`

# Errors

The event is invalid or cannot be encoded, and nobody was told: the life cycle is in the error, in the state it was in.*/
        pub fn emit_started<__Next: __events::LifeState>(
            self,
            test_name: impl __events::Into<String>,
        ) -> __events::Result<QuickTestLife<__Next>, __events::NotEmitted<Self>>
        where
            QuickTestStarted: __events::EmittedIn<__State, Next = __Next>,
        {
            self.__emit::<
                    QuickTestStarted,
                    _,
                >(|__emitter| <QuickTestEmitter>::emit_started(__emitter, test_name))
        }
    }
    __events::check_entity_type(
        <QuickTestEmitter as __events::Emitter>::ENTITY_TYPE,
        "quick_test.started",
        "quick_test",
    );
};
