#[automatically_derived]
impl<T: Clone, const N: usize> ::events_core::Event for Measured<T, N>
where
    T: Default,
    Measured<
        T,
        N,
    >: ::events_core::__private::serde::Serialize
        + ::events_core::__private::core::marker::Send
        + ::events_core::__private::core::marker::Sync + 'static,
{
    const TYPE: ::events_core::EventType = ::events_core::__private::event_type_named(
        "sample.measured",
        "sample",
    );
    const DESCRIPTOR: &'static ::events_core::EventDescriptor = &::events_core::__private::descriptor(
        "sample.measured",
        "sample",
        "",
        &::events_core::__private::fields([
            ("values", "[T; N]", "", 0),
            ("note", "Option<String>", "", 2),
        ]),
        b"\x84osample.measuredfsample",
    );
}
#[allow(
    deprecated,
    non_local_definitions,
    clippy::impl_trait_in_params,
    clippy::too_many_arguments
)]
const _: () = {
    use ::events_core::__private as __events;
    impl<T: Clone, const N: usize> __events::EmittedBy<Samples> for Measured<T, N>
    where
        T: Default,
        Measured<
            T,
            N,
        >: __events::serde::Serialize + __events::core::marker::Send
            + __events::core::marker::Sync + 'static,
    {}
    #[automatically_derived]
    impl Samples {
        /**Emits a [`Measured`] (`sample.measured`) for this emitter's entity, now.

`values`

# Errors

The event is invalid or cannot be encoded, and nobody was told.*/
        pub fn emit_measured<T: Clone, const N: usize>(
            &self,
            values: [T; N],
        ) -> __events::Result<__events::Receipt, __events::EmitError>
        where
            T: Default,
            Measured<
                T,
                N,
            >: __events::serde::Serialize + __events::core::marker::Send
                + __events::core::marker::Sync + 'static,
        {
            __events::emit(
                <Samples as __events::Emitter>::entity_emitter(self),
                Measured {
                    values,
                    note: <Option<String> as __events::core::default::Default>::default(),
                },
            )
        }
    }
    __events::check_entity_type(
        <Samples as __events::Emitter>::ENTITY_TYPE,
        "sample.measured",
        "sample",
    );
};
