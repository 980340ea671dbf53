//! What a subscriber and a replay have in common: which events, from where on, and how they are read.

use events_core::{Pattern, pattern};

use crate::{delivered::Reader, start::Start};

/// Which events of a stream.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    pub(crate) pattern: Pattern,
    pub(crate) start: Start,
    pub(crate) reader: Reader,
}

impl Default for Selection {
    fn default() -> Self {
        Self { pattern: pattern!(">"), start: Start::default(), reader: Reader::default() }
    }
}

impl Selection {
    /// The filter of its consumer.
    pub(crate) fn filter(&self) -> String {
        self.reader.prefix.filter(&self.pattern)
    }
}

/// The setters of a builder with a field `selection`.
macro_rules! selection_setters {
    () => {
        /// Which events it is told; all without it. Said again, the last one counts: its consumer has one filter.
        pub fn pattern(mut self, pattern: events_core::Pattern) -> Self {
            self.selection.pattern = pattern;
            self
        }

        /// The first tokens of their subjects; `events` without it.
        pub fn prefix(mut self, prefix: $crate::SubjectPrefix) -> Self {
            self.selection.reader.prefix = prefix;
            self
        }

        /// The types of events that are decoded, and their ids verified; without it all come as they were written, their ids verified.
        pub fn types(mut self, types: events_core::wire::EventRegistry) -> Self {
            self.selection.reader.types = types;
            self
        }

        /// The limits within which events are read.
        pub fn decoder(mut self, decoder: events_core::wire::Decoder) -> Self {
            self.selection.reader.decoder = decoder;
            self
        }
    };
}

pub(crate) use selection_setters;
