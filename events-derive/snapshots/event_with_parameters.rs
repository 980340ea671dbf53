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
        &[
            ::events_core::__private::field("values", "[T; N]", ""),
            ::events_core::__private::field("note", "Option<String>", "").with_filled(),
        ],
        b"\x84osample.measuredfsample",
    );
}
#[automatically_derived]
#[allow(deprecated)]
impl<T: Clone, const N: usize> ::events_core::EmittedBy<Samples> for Measured<T, N>
where
    T: Default,
    Measured<
        T,
        N,
    >: ::events_core::__private::serde::Serialize
        + ::events_core::__private::core::marker::Send
        + ::events_core::__private::core::marker::Sync + 'static,
{}
#[allow(deprecated)]
const _: () = ::events_core::__private::check_entity_type(
    <Samples as ::events_core::Emitter>::ENTITY_TYPE,
    "sample",
    "event `sample.measured` is about a `sample`, which is not the entity type of this emitter; name another emitter, or give the event `#[event(entity_type = \"…\")]`",
);
#[automatically_derived]
#[allow(deprecated, non_local_definitions)]
impl Samples {
    /**Emits a [`Measured`] (`sample.measured`) for this emitter's entity, now.

`values`

# Errors

`EmitError`: the event is invalid or cannot be encoded, and nobody was told.*/
    #[allow(
        clippy::too_many_arguments,
        clippy::impl_trait_in_params,
        clippy::empty_loop,
        deprecated,
        unused_variables
    )]
    pub fn emit_measured<T: Clone, const N: usize>(
        &self,
        values: [T; N],
    ) -> ::events_core::__private::Result<
        ::events_core::Receipt,
        ::events_core::EmitError,
    >
    where
        T: Default,
        Measured<
            T,
            N,
        >: ::events_core::__private::serde::Serialize
            + ::events_core::__private::core::marker::Send
            + ::events_core::__private::core::marker::Sync + 'static,
    {
        let __emitter = ::events_core::Emitter::entity_emitter(self);
        let __time = __emitter.now();
        ::events_core::__private::emit_at(
            __emitter,
            Measured {
                values: values,
                note: <Option<
                    String,
                > as ::events_core::__private::core::default::Default>::default(),
            },
            __time,
        )
    }
}
