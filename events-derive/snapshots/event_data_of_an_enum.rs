#[automatically_derived]
#[allow(deprecated)]
impl<T> ::events_core::EventData for Outcome<T>
where
    T: ::events_core::EventData + ::events_core::__private::serde::Serialize,
{
    #[allow(deprecated, unused_imports, clippy::borrow_deref_ref)]
    fn encode(&self, __writer: &mut ::events_core::__private::CanonicalWriter) {
        use ::events_core::__private::{
            CanonicalWriter as __Writer, EventData as __Data, Members as __Members,
            NoWay as _, Probe as __Probe, ViaSerde as _,
        };
        match self {
            Self::Passed => __Writer::raw(__writer, b"fpassed"),
            #[allow(unused_variables)]
            Self::Failed { 0: __field_0 } => {
                __Writer::raw(__writer, b"\xA1ffailed");
                __Probe(__field_0).__events_encode(__writer);
            }
            #[allow(unused_variables)]
            Self::Measured { value: __field_0, unit: __field_1 } => {
                __Writer::raw(__writer, b"\xA1hmeasured");
                __Writer::raw(__writer, b"\xA2dunit");
                __Probe(__field_1).__events_encode(__writer);
                __Writer::raw(__writer, b"evalue");
                __Probe(__field_0).__events_encode(__writer);
            }
            #[allow(unused_variables)]
            Self::Span { 0: __field_0, 1: __field_1 } => {
                __Writer::raw(__writer, b"\xA1dspan");
                __Writer::array_head(__writer, 2usize);
                __Probe(__field_0).__events_encode(__writer);
                __Probe(__field_1).__events_encode(__writer);
            }
        }
    }
}
