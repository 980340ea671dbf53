//! The trait that `#[derive(Event)]` implements, and what it says about a type.

use serde::{Deserializer, Serialize, de};

use crate::{DedupPolicy, EventType, MetricDescriptor, ValidationError, identity::CanonicalWriter, metric::Reading};
#[cfg(feature = "std")]
use crate::{EntityId, Envelope, EnvelopeError};

/// A payload: what happened, as data.
///
/// Implemented by `#[derive(Event)]`; by hand, [`TYPE`](Self::TYPE) alone is enough:
///
/// ```
/// use events_core::{Event, EventType};
///
/// #[derive(serde::Serialize)]
/// struct Started {
///     test_name: String,
/// }
///
/// impl Event for Started {
///     const TYPE: EventType = EventType::from_static("quick_test.started");
/// }
///
/// let event = Started { test_name: "Connection Test".into() }.for_entity("test-001")?;
/// assert_eq!(event.event_type(), "quick_test.started");
/// # Ok::<(), events_core::EnvelopeError>(())
/// ```
///
/// The payload must serialize as a JSON object (a struct with named fields, a unit struct, a map with text keys), and may be
/// sent to and looked at by other threads: what it has to implement is listed at [`Payload`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event",
    note = "add `#[derive(Event)]` and `#[event_type(\"entity.happened\")]` to `{Self}`"
)]
pub trait Event: Payload {
    /// The event's type: its full name and the type of entity it is about.
    const TYPE: EventType;

    /// The version of the payload's shape, from 1. It does not enter the id.
    const VERSION: u32 = 1;

    /// The oldest version that can be read: what was written in it is taken to this one, step by step ([`Upcast`](crate::Upcast)).
    const OLDEST_VERSION: u32 = Self::DESCRIPTOR.oldest_version();

    /// How ids are made.
    const IDENTITY: IdentityPolicy = IdentityPolicy::Content;

    /// Whether and how long repeats are noticed.
    const DEDUP: DedupPolicy = DedupPolicy::Bus;

    /// Everything known about the type at compile time.
    const DESCRIPTOR: &'static EventDescriptor = &EventDescriptor::new(Self::TYPE)
        .with_version(Self::VERSION)
        .with_identity(Self::IDENTITY)
        .with_dedup(Self::DEDUP);

    /// Checks the rules of the payload. Called before an envelope is made: an envelope holds only valid payloads.
    ///
    /// # Errors
    ///
    /// The first rule that does not hold.
    fn validate(&self) -> Result<(), ValidationError> {
        Ok(())
    }

    /// Writes the payload in canonical form: its id is made from that. The derive writes the fields natively.
    #[doc(hidden)]
    fn encode_payload(&self, writer: &mut CanonicalWriter) {
        writer.payload(self, Self::DESCRIPTOR.skipped());
    }

    /// Reads the metrics that the fields declare, each with its place in the descriptor. The derive writes it.
    #[doc(hidden)]
    fn measure(&self, told: &mut dyn FnMut(Reading<'_>)) {
        let _ = told;
    }

    /// Reads a payload that was written in an older version. The derive writes it for a type that has one.
    #[doc(hidden)]
    fn from_older<'de, D: Deserializer<'de>>(version: u32, payload: D) -> Result<Self, D::Error> {
        let _ = payload;
        Err(unknown_version::<Self, _>(version))
    }

    /// Puts the payload into an immutable envelope for one entity, at the system's present time. No bus is needed.
    ///
    /// ```
    /// # use events_core::{Event, EventType};
    /// # #[derive(serde::Serialize)]
    /// # struct Started { test_name: String }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// let one = Started { test_name: "Dedup Test".into() }.for_entity("test-123")?;
    /// let two = Started { test_name: "Dedup Test".into() }.for_entity("test-123")?;
    /// let other = Started { test_name: "Dedup Test".into() }.for_entity("test-456")?;
    /// assert_eq!(one.id(), two.id());
    /// assert_ne!(one.id(), other.id());
    /// # Ok::<(), events_core::EnvelopeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`EnvelopeError`]: the entity id is empty, the payload breaks its rules, or it cannot be encoded.
    #[cfg(feature = "std")]
    fn for_entity(self, id: impl Into<EntityId>) -> Result<Envelope<Self>, EnvelopeError> {
        Envelope::builder(self, id).build()
    }
}

/// The error for a payload of a version that cannot be read.
pub(crate) fn unknown_version<E: Event, R: de::Error>(version: u32) -> R {
    let (event_type, oldest, newest) = (E::DESCRIPTOR.event_type(), E::OLDEST_VERSION, E::VERSION);
    if oldest < newest {
        R::custom(format_args!(
            "version {version} of `{event_type}` is unknown; versions {oldest} to {newest} can be read"
        ))
    } else {
        R::custom(format_args!("version {version} of `{event_type}` is unknown; only version {newest} can be read"))
    }
}

/// What holds of every event: it can be written, sent to other threads, and outlives its scope.
///
/// Nothing is to be implemented: whatever is an [`Event`] has it, and an event that lacks one of these does not compile.
// Behind a trait of their own, these are asked for where `Event` is implemented and not again at each use: a forgotten
// `Serialize` is one error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event",
    note = "add `#[derive(Event)]` and `#[event_type(\"entity.happened\")]` to `{Self}`"
)]
pub trait Payload: Serialize + Send + Sync + Sized + 'static {}

#[diagnostic::do_not_recommend]
impl<E: Event> Payload for E {}

/// How the ids of an event type are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdentityPolicy {
    /// From the content: equal content gives an equal id, everywhere and always (the default).
    #[default]
    Content,
    /// Every occurrence has its own id (`UUIDv7`, RFC 9562), for types whose repeats are real.
    Unique,
}

/// What is known of an event type at compile time.
#[derive(Debug)]
pub struct EventDescriptor {
    event_type: EventType,
    version: u32,
    predecessor: Option<&'static EventDescriptor>,
    identity: IdentityPolicy,
    dedup: DedupPolicy,
    docs: &'static str,
    fields: &'static [FieldDescriptor],
    skipped: &'static [&'static str],
    metrics: &'static [MetricDescriptor],
    canonical_head: &'static [u8],
}

impl EventDescriptor {
    /// The descriptor of version 1 of a type, with content identity and nothing said about its fields.
    pub const fn new(event_type: EventType) -> Self {
        Self {
            event_type,
            version: 1,
            predecessor: None,
            identity: IdentityPolicy::Content,
            dedup: DedupPolicy::Bus,
            docs: "",
            fields: &[],
            skipped: &[],
            metrics: &[],
            canonical_head: &[],
        }
    }

    /// Sets the version.
    #[must_use]
    pub const fn with_version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    /// Sets the version before this one.
    #[must_use]
    pub const fn with_predecessor(mut self, predecessor: &'static Self) -> Self {
        self.predecessor = Some(predecessor);
        self
    }

    /// Sets how ids are made.
    #[must_use]
    pub const fn with_identity(mut self, identity: IdentityPolicy) -> Self {
        self.identity = identity;
        self
    }

    /// Sets whether and how long repeats are noticed.
    #[must_use]
    pub const fn with_dedup(mut self, dedup: DedupPolicy) -> Self {
        self.dedup = dedup;
        self
    }

    /// Sets the type's documentation.
    #[must_use]
    pub const fn with_docs(mut self, docs: &'static str) -> Self {
        self.docs = docs;
        self
    }

    /// Describes the fields.
    #[must_use]
    pub const fn with_fields(mut self, fields: &'static [FieldDescriptor]) -> Self {
        self.fields = fields;
        self
    }

    /// Names the members that do not enter the id, as they are called in the JSON form.
    #[must_use]
    pub const fn with_skipped(mut self, names: &'static [&'static str]) -> Self {
        self.skipped = names;
        self
    }

    /// Says which metrics the fields feed.
    #[must_use]
    pub const fn with_metrics(mut self, metrics: &'static [MetricDescriptor]) -> Self {
        self.metrics = metrics;
        self
    }

    /// `84 text(event type) text(entity type)`, encoded while compiling.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_canonical_head(mut self, bytes: &'static [u8]) -> Self {
        self.canonical_head = bytes;
        self
    }

    pub(crate) const fn canonical_head(&self) -> &'static [u8] {
        self.canonical_head
    }

    /// The event's type.
    pub const fn event_type(&self) -> &EventType {
        &self.event_type
    }

    /// The version of the payload's shape.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The version before this one, if what was written in it can be read.
    pub const fn predecessor(&self) -> Option<&'static Self> {
        self.predecessor
    }

    pub(crate) const fn oldest_version(&self) -> u32 {
        let mut oldest = self;
        while let Some(older) = oldest.predecessor {
            oldest = older;
        }
        oldest.version
    }

    /// How ids are made.
    pub const fn identity(&self) -> IdentityPolicy {
        self.identity
    }

    /// Whether and how long repeats are noticed.
    pub const fn dedup(&self) -> DedupPolicy {
        self.dedup
    }

    /// The doc comment of the type, lines joined by `\n`.
    pub const fn docs(&self) -> &'static str {
        self.docs
    }

    /// The fields, in the order of the source.
    pub const fn fields(&self) -> &'static [FieldDescriptor] {
        self.fields
    }

    /// The metrics that the fields feed, in the order of the source.
    pub const fn metrics(&self) -> &'static [MetricDescriptor] {
        self.metrics
    }

    /// The members that do not enter the id, as they are called in the JSON form.
    pub const fn skipped(&self) -> &'static [&'static str] {
        self.skipped
    }
}

/// What is known of one field of an event type at compile time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldDescriptor {
    name: &'static str,
    type_name: &'static str,
    docs: &'static str,
    skip_id: bool,
    filled: bool,
}

impl FieldDescriptor {
    /// A field with its name in the JSON form and its type as written in the source.
    pub const fn new(name: &'static str, type_name: &'static str) -> Self {
        Self { name, type_name, docs: "", skip_id: false, filled: false }
    }

    /// What the derive says of a field, in one step, since it is evaluated in every check of the crate that has the event.
    pub(crate) const fn told((name, type_name, docs, marks): (&'static str, &'static str, &'static str, u8)) -> Self {
        Self { name, type_name, docs, skip_id: marks & 1 != 0, filled: marks & 2 != 0 }
    }

    /// Sets the field's documentation.
    #[must_use]
    pub const fn with_docs(mut self, docs: &'static str) -> Self {
        self.docs = docs;
        self
    }

    /// Marks the field as not entering the id.
    #[must_use]
    pub const fn with_skip_id(mut self) -> Self {
        self.skip_id = true;
        self
    }

    /// Marks the field as filled by the emit method (`now`, `default`).
    #[must_use]
    pub const fn with_filled(mut self) -> Self {
        self.filled = true;
        self
    }

    /// The member's name in the JSON form.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The type as written in the source.
    pub const fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The doc comment of the field, lines joined by `\n`.
    pub const fn docs(&self) -> &'static str {
        self.docs
    }

    /// Whether the field is left out of the id.
    pub const fn skips_id(&self) -> bool {
        self.skip_id
    }

    /// Whether the emit method fills the field instead of taking it as a parameter.
    pub const fn is_filled(&self) -> bool {
        self.filled
    }
}
