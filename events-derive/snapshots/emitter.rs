#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::Emitter for QuickTestEmitter {
    const ENTITY_TYPE: &'static ::events_core::__private::core::primitive::str = "quick_test";
    fn entity_emitter(&self) -> &::events_core::EntityEmitter {
        &self.emitter
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl QuickTestEmitter {
    /**Emits the events of one `quick_test` to a bus.

An empty id is reported by every emit. Fields other than the emitter start as their `Default`.*/
    #[must_use]
    #[allow(clippy::impl_trait_in_params)]
    pub fn new(
        bus: &::events_core::EventBus,
        entity_id: impl ::events_core::__private::core::convert::Into<
            ::events_core::EntityId,
        >,
    ) -> Self {
        Self {
            emitter: <EntityEmitter>::new(bus, entity_id),
            packets: <Cell<
                u32,
            > as ::events_core::__private::core::default::Default>::default(),
        }
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl<
    __Id: ::events_core::__private::core::convert::Into<::events_core::EntityId>,
> ::events_core::__private::MadeFor<__Id> for QuickTestEmitter {
    fn made_for(bus: &::events_core::EventBus, entity_id: __Id) -> Self {
        Self::new(bus, entity_id)
    }
}
