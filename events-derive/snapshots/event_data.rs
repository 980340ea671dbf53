#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::EventData for Results {
    #[allow(deprecated, unused_imports, clippy::borrow_deref_ref)]
    fn encode(&self, __writer: &mut ::events_core::__private::CanonicalWriter) {
        use ::events_core::__private::{
            CanonicalWriter as __Writer, EventData as __Data, Members as __Members,
            NoWay as _, Probe as __Probe, ViaSerde as _,
        };
        __Writer::raw(__writer, b"\xA2lpackets_sent");
        __Probe(&self.packets_sent).__events_encode(__writer);
        __Writer::raw(__writer, b"lsuccess_rate");
        __Probe(&self.success_rate).__events_encode(__writer);
    }
}
