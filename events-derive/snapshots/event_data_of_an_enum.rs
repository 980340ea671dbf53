#[automatically_derived]
impl<T> ::events_core::EventData for Outcome<T>
where
    T: ::events_core::EventData + ::events_core::__private::serde::Serialize,
{
    #[allow(deprecated, unused_imports, clippy::borrow_deref_ref)]
    fn encode(&self, __writer: &mut ::events_core::__private::CanonicalWriter) {
        use ::events_core::__private::{ViaData as _, ViaSerde as _};
        match self {
            Self::Passed => __writer.raw(b"fpassed"),
            #[allow(unused_variables)]
            Self::Failed { 0: __field_0 } => {
                __writer.raw(b"\xA1ffailed");
                (&::events_core::__private::Probe(__field_0)).events_encode(__writer);
            }
            #[allow(unused_variables)]
            Self::Measured { value: __field_0, unit: __field_1 } => {
                __writer.raw(b"\xA1hmeasured");
                __writer.raw(b"\xA2dunit");
                (&::events_core::__private::Probe(__field_1)).events_encode(__writer);
                __writer.raw(b"evalue");
                (&::events_core::__private::Probe(__field_0)).events_encode(__writer);
            }
            #[allow(unused_variables)]
            Self::Span { 0: __field_0, 1: __field_1 } => {
                __writer.raw(b"\xA1dspan");
                __writer.array_head(2usize);
                (&::events_core::__private::Probe(__field_0)).events_encode(__writer);
                (&::events_core::__private::Probe(__field_1)).events_encode(__writer);
            }
        }
    }
}
