//! Several events in one text.

use alloc::string::String;

use crate::{AnyEnvelope, JsonError};

/// Events as one JSON array, `CloudEvents` 1.0 in batch mode; [`Decoder::batch`](super::Decoder::batch) reads it.
///
/// ```
/// use events_core::wire::{Decoder, to_json_batch};
/// # use events_core::{Event, EventType};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
///
/// let one = Started { test_name: "one".into() }.for_entity("test-1")?.erase();
/// let two = Started { test_name: "two".into() }.for_entity("test-2")?.erase();
/// let events = Decoder::new().batch(to_json_batch([&one, &two])?)?;
/// assert_eq!(events[1].event_id(), Some(two.id()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`JsonError`] of the first event that cannot be written.
#[allow(single_use_lifetimes, reason = "in an `impl Trait` it cannot be left out; newer compilers know that")]
pub fn to_json_batch<'a>(events: impl IntoIterator<Item = &'a AnyEnvelope>) -> Result<String, JsonError> {
    let mut batch = String::from("[");
    for event in events {
        if batch.len() > 1 {
            batch.push(',');
        }
        batch.push_str(&event.to_json()?);
    }
    batch.push(']');
    Ok(batch)
}
