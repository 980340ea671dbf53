#[automatically_derived]
#[allow(deprecated)]
impl<T> ::events_core::EventData for Outcome<T>
where
    T: ::events_core::EventData + ::events_core::__private::serde::Serialize,
{
    #[allow(deprecated, unused_imports, clippy::borrow_deref_ref)]
    fn encode(&self, __writer: &mut ::events_core::__private::CanonicalWriter) {
        use ::events_core::__private::ViaSerde as _;
        match self {
            Self::Passed => {
                ::events_core::__private::CanonicalWriter::raw(__writer, b"fpassed")
            }
            #[allow(unused_variables)]
            Self::Failed { 0: __field_0 } => {
                ::events_core::__private::CanonicalWriter::raw(__writer, b"\xA1ffailed");
                ::events_core::__private::Probe(__field_0).__events_encode(__writer);
            }
            #[allow(unused_variables)]
            Self::Measured { value: __field_0, unit: __field_1 } => {
                ::events_core::__private::CanonicalWriter::raw(
                    __writer,
                    b"\xA1hmeasured",
                );
                ::events_core::__private::CanonicalWriter::raw(__writer, b"\xA2dunit");
                ::events_core::__private::Probe(__field_1).__events_encode(__writer);
                ::events_core::__private::CanonicalWriter::raw(__writer, b"evalue");
                ::events_core::__private::Probe(__field_0).__events_encode(__writer);
            }
            #[allow(unused_variables)]
            Self::Span { 0: __field_0, 1: __field_1 } => {
                ::events_core::__private::CanonicalWriter::raw(__writer, b"\xA1dspan");
                ::events_core::__private::CanonicalWriter::array_head(__writer, 2usize);
                ::events_core::__private::Probe(__field_0).__events_encode(__writer);
                ::events_core::__private::Probe(__field_1).__events_encode(__writer);
            }
        }
    }
}
