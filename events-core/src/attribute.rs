//! The names by which an envelope is written: the attributes of `CloudEvents` 1.0, and the extensions used here.

use core::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986 §2.3.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The source that stands for an entity: `/<entity type>/<entity id>`, percent-encoded.
pub(crate) struct SourceOf<'e> {
    pub(crate) entity_type: &'e str,
    pub(crate) entity_id: &'e str,
}

impl fmt::Display for SourceOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [entity_type, entity_id] =
            [self.entity_type, self.entity_id].map(|part| utf8_percent_encode(part, SEGMENT));
        write!(f, "/{entity_type}/{entity_id}")
    }
}

macro_rules! attributes {
    ($($(#[doc = $docs:literal])* $attribute:ident = $name:literal,)*) => {
        /// A member of an event in JSON that means something here.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Attribute {
            $($(#[doc = $docs])* $attribute,)*
        }

        impl Attribute {
            pub(crate) const ALL: &[Self] = &[$(Self::$attribute),*];

            /// The member's name.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$attribute => $name,)*
                }
            }

            pub(crate) fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$attribute),)*
                    _ => None,
                }
            }
        }
    };
}

attributes! {
    SpecVersion = "specversion",
    Id = "id",
    Type = "type",
    /// `/<entity type>/<entity id>`, percent-encoded.
    Source = "source",
    /// The entity id.
    Subject = "subject",
    Time = "time",
    DataContentType = "datacontenttype",
    DataSchema = "dataschema",
    EntityType = "entitytype",
    EventVersion = "eventversion",
    CorrelationId = "correlationid",
    CausationId = "causationid",
    /// The extension "sequence": text.
    Sequence = "sequence",
    /// The extension "distributed tracing": the W3C trace context.
    TraceParent = "traceparent",
    /// The members of the payload that do not enter the id, joined by `,`.
    IdSkip = "idskip",
    Data = "data",
    DataBase64 = "data_base64",
}
