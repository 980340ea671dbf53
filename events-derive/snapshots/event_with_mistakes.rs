::core::compile_error! {
    "unknown event attribute `colour`; expected one of `emitter`, `method`, `lifecycle`, `identity`, `dedup`, `version`, `upcast_from`, `entity_type`, `validate`, `serde`, `bound`, `crate`"
}
::core::compile_error! {
    "unknown event attribute `versoin`; did you mean `version`? expected one of `emitter`, `method`, `lifecycle`, `identity`, `dedup`, `version`, `upcast_from`, `entity_type`, `validate`, `serde`, `bound`, `crate`"
}
::core::compile_error! {
    "unknown field attribute `nwo`; did you mean `now`? expected one of `skip_id`, `default`, `now`, `metric`"
}
::core::compile_error! {
    "malformed event type `quick_test.Started`: 'S' may not stand in a segment; expected two or more segments of `[a-z][a-z0-9_]*` joined by `.`; did you mean `quick_test.started`?"
}
::core::compile_error! {
    "a `HashSet` has no fixed order, so equal events would get different ids; use `BTreeSet`, or leave the field out of the id with `#[event(skip_id)]`"
}
#[automatically_derived]
impl ::events_core::Event for Started {
    const TYPE: ::events_core::EventType = ::events_core::__private::event_type_named(
        "malformed.started",
        "malformed",
    );
    const VERSION: ::events_core::__private::core::primitive::u32 = 2u32;
    const DESCRIPTOR: &'static ::events_core::EventDescriptor = &::events_core::__private::descriptor(
            "malformed.started",
            "malformed",
            "",
            &::events_core::__private::fields([
                ("tags", "HashSet<String>", "", 0),
                ("start_time", "DateTime<Utc>", "", 2),
            ]),
            b"\x84qmalformed.startedimalformed",
        )
        .with_version(2u32);
}
#[allow(
    deprecated,
    non_local_definitions,
    clippy::impl_trait_in_params,
    clippy::too_many_arguments
)]
const _: () = {
    use ::events_core::__private as __events;
    impl __events::EmittedBy<QuickTestEmitter> for Started {}
    #[automatically_derived]
    impl QuickTestEmitter {
        /**Emits a [`Started`] (`malformed.started`) for this emitter's entity, now.

`tags`

# Errors

The event is invalid or cannot be encoded, and nobody was told.*/
        #[allow(unused_variables, clippy::empty_loop)]
        fn emit_started(
            &self,
            tags: HashSet<String>,
        ) -> __events::Result<__events::Receipt, __events::EmitError> {
            loop {}
        }
    }
};
