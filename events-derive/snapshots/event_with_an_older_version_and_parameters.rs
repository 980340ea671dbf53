#[automatically_derived]
#[allow(deprecated)]
impl<T> ::events_core::Event for Measured<T>
where
    Measured<
        T,
    >: ::events_core::__private::serde::Serialize
        + ::events_core::__private::core::marker::Send
        + ::events_core::__private::core::marker::Sync + 'static,
    MeasuredV1<
        T,
    >: ::events_core::__private::PredecessorOf<Measured<T>>
        + ::events_core::__private::serde::de::DeserializeOwned,
{
    const TYPE: ::events_core::EventType = ::events_core::__private::event_type_named(
        "sample.measured",
        "sample",
    );
    const VERSION: ::events_core::__private::core::primitive::u32 = 2u32;
    const DESCRIPTOR: &'static ::events_core::EventDescriptor = &::events_core::__private::descriptor(
            "sample.measured",
            "sample",
            "",
            &::events_core::__private::fields([("values", "Vec<T>", "", 0)]),
            b"\x84osample.measuredfsample",
        )
        .with_version(2u32)
        .with_predecessor(
            ::events_core::__private::predecessor::<Self, MeasuredV1<T>>(),
        );
    fn from_older<'de, __D: ::events_core::__private::serde::Deserializer<'de>>(
        __version: ::events_core::__private::core::primitive::u32,
        __payload: __D,
    ) -> ::events_core::__private::Result<Self, __D::Error> {
        ::events_core::__private::from_older::<
            Self,
            MeasuredV1<T>,
            __D,
        >(__version, __payload)
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl<T> ::events_core::__private::Successor<MeasuredV1<T>> for Measured<T>
where
    Measured<
        T,
    >: ::events_core::__private::serde::Serialize
        + ::events_core::__private::core::marker::Send
        + ::events_core::__private::core::marker::Sync + 'static,
    MeasuredV1<
        T,
    >: ::events_core::__private::PredecessorOf<Measured<T>>
        + ::events_core::__private::serde::de::DeserializeOwned,
{
    type Predecessor = MeasuredV1<T>;
}
#[allow(
    deprecated,
    non_local_definitions,
    clippy::impl_trait_in_params,
    clippy::too_many_arguments
)]
const _: () = {
    use ::events_core::__private as __events;
    impl<T> __events::EmittedBy<Samples> for Measured<T>
    where
        Measured<
            T,
        >: __events::serde::Serialize + __events::core::marker::Send
            + __events::core::marker::Sync + 'static,
        Measured<T>: ::events_core::Event,
    {}
    #[automatically_derived]
    impl Samples {
        /**Emits a [`Measured`] (`sample.measured`) for this emitter's entity, now.

`values`

# Errors

The event is invalid or cannot be encoded, and nobody was told.*/
        pub fn emit_measured<T>(
            &self,
            values: Vec<T>,
        ) -> __events::Result<__events::Receipt, __events::EmitError>
        where
            Measured<
                T,
            >: __events::serde::Serialize + __events::core::marker::Send
                + __events::core::marker::Sync + 'static,
            Measured<T>: ::events_core::Event,
        {
            __events::emit(
                <Samples as __events::Emitter>::entity_emitter(self),
                Measured { values },
            )
        }
    }
    __events::check_entity_type(
        <Samples as __events::Emitter>::ENTITY_TYPE,
        "sample.measured",
        "sample",
    );
};
