#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::EventData for Results {
    #[allow(deprecated, unused_imports, clippy::borrow_deref_ref)]
    fn encode(&self, __writer: &mut ::events_core::__private::CanonicalWriter) {
        use ::events_core::__private::ViaSerde as _;
        ::events_core::__private::CanonicalWriter::raw(__writer, b"\xA2lpackets_sent");
        ::events_core::__private::Probe(&self.packets_sent).__events_encode(__writer);
        ::events_core::__private::CanonicalWriter::raw(__writer, b"lsuccess_rate");
        ::events_core::__private::Probe(&self.success_rate).__events_encode(__writer);
    }
}
