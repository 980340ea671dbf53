//! The content id of a typed event: through the native writer, and compared with serde in debug builds.

use crate::{
    Event, EventId, IdentityError,
    identity::{CanonicalWriter, canonical},
};

impl EventId {
    /// The content id of a typed event for one entity: the same as [`content_skipping`](Self::content_skipping) on its
    /// parts, and faster. An envelope has it at hand.
    ///
    /// ```
    /// # use events_core::{Event, EventId, EventType};
    /// # #[derive(serde::Serialize)]
    /// # struct Started { test_name: String }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// let id = EventId::of(&Started { test_name: "Dedup Test".into() }, "test-123")?;
    /// assert_eq!(id, Started { test_name: "Dedup Test".into() }.for_entity("test-123").unwrap().id());
    /// # Ok::<(), events_core::IdentityError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`content`](Self::content).
    pub fn of<E: Event>(payload: &E, entity_id: &str) -> Result<Self, IdentityError> {
        let descriptor = E::DESCRIPTOR;
        let (event_type, entity_type) = (descriptor.event_type().as_str(), descriptor.event_type().entity_type());
        let begun = || CanonicalWriter::new(descriptor.canonical_head(), event_type, entity_type, entity_id);
        let mut writer = begun();
        payload.encode_payload(&mut writer);
        if writer.is_left_to_serde() {
            writer = begun();
            writer.payload(payload, descriptor.skipped());
        }
        let bytes = writer.bytes()?;
        if cfg!(debug_assertions)
            && bytes != canonical(event_type, entity_type, entity_id, payload, descriptor.skipped())?.as_slice()
        {
            return Err(IdentityError::Disagreement);
        }
        Ok(writer.into_id())
    }
}
