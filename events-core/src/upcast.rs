//! Versions of an event: from what was written long ago to the type that is there today.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::{
    Event, EventDescriptor,
    event::unknown_version,
    text::{ConstText, same},
};

/// A payload's way to its next version.
///
/// The shape of a payload changes over the years; what was written before does not. The struct of the older shape stays, is told
/// how it becomes the newer one, and the newer one names it with `#[event(upcast_from = …)]`. What is read is then always the newest:
///
#[cfg_attr(all(feature = "derive", feature = "json", feature = "std"), doc = "```")]
#[cfg_attr(not(all(feature = "derive", feature = "json", feature = "std")), doc = "```ignore")]
/// use events_core::{Event, Upcast, wire::RawEnvelope};
/// use serde::{Deserialize, Serialize};
///
/// /// A quick test began to run, as it was told at first.
/// #[derive(Event, Serialize, Deserialize)]
/// #[event_type("quick_test.started")]
/// pub struct QuickTestStartedV1 {
///     pub name: String,
/// }
///
/// /// A quick test began to run.
/// #[derive(Event, Serialize, Deserialize)]
/// #[event_type("quick_test.started")]
/// #[event(version = 2, upcast_from = QuickTestStartedV1)]
/// pub struct QuickTestStarted {
///     pub test_name: String,
///     pub tags: Vec<String>,
/// }
///
/// impl Upcast for QuickTestStartedV1 {
///     type To = QuickTestStarted;
///
///     fn upcast(self) -> QuickTestStarted {
///         QuickTestStarted { test_name: self.name, tags: Vec::new() }
///     }
/// }
///
/// assert_eq!((QuickTestStarted::OLDEST_VERSION, QuickTestStarted::VERSION), (1, 2));
///
/// let written = QuickTestStartedV1 { name: "Connection Test".into() }.for_entity("test-001")?.erase();
/// let read = RawEnvelope::from_json(&written.to_json()?)?.decode::<QuickTestStarted>()?;
/// assert_eq!((read.test_name.as_str(), read.id()), ("Connection Test", written.id()));
/// assert_eq!(read.to_json()?, written.to_json()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Each version knows the one before it alone, so a chain of any length is one such step for each. All versions of an event have one
/// event type and one entity type, and their numbers have no gap: else it does not compile.
///
/// An older version is not emitted any more: `emitter` and `lifecycle` go from its attributes to those of the newest, for two events of
/// one type would give the emitter one method twice (`E0592`, duplicate definitions).
///
/// An event that is read from an older record keeps the id of that record, which is not that of its present content. So that anybody
/// can verify it, it is written as the record that it was read from.
///
/// An upcast cannot fail: what the older version did not say is given a value that says so, such as `None`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no way to a newer version",
    label = "does not implement `Upcast`",
    note = "write `impl Upcast for {Self} {{ type To = …; fn upcast(self) -> Self::To {{ … }} }}` with the next version as `To`"
)]
pub trait Upcast: Event {
    /// The next version, which names this one with `#[event(upcast_from = …)]`.
    type To: Event + Successor<Self>;

    /// Makes the next version of this one.
    fn upcast(self) -> Self::To;
}

/// What the derive says of an event that has an older version.
///
/// The one place where the older version is asked for what it must be, so that what is missing is one error. It is a parameter
/// as well since it may be more private than the event.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say that it is read from `{Old}`",
    label = "has no `upcast_from`",
    note = "write `#[event(version = …, upcast_from = {Old})]` above `{Self}`"
)]
pub trait Successor<Old>: Sized {
    type Predecessor: PredecessorOf<Self> + DeserializeOwned;
}

/// An event whose next version is `New`. `Upcast` is not a supertrait, which would ask for all that it has to be once more.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no way to its next version `{New}`",
    label = "is not upcast to `{New}`",
    note = "write `impl Upcast for {Self} {{ type To = {New}; fn upcast(self) -> {New} {{ … }} }}`"
)]
pub trait PredecessorOf<New>: Sized {
    const DESCRIPTOR: &'static EventDescriptor;

    fn read<'de, D: Deserializer<'de>>(version: u32, payload: D) -> Result<New, D::Error>
    where
        Self: DeserializeOwned;
}

#[diagnostic::do_not_recommend]
impl<Old: Upcast<To = New>, New> PredecessorOf<New> for Old {
    const DESCRIPTOR: &'static EventDescriptor = <Old as Event>::DESCRIPTOR;

    fn read<'de, D: Deserializer<'de>>(version: u32, payload: D) -> Result<New, D::Error>
    where
        Self: DeserializeOwned,
    {
        read_payload::<Old, D>(version, payload).map(Upcast::upcast)
    }
}

/// What is known of the older version.
#[doc(hidden)]
pub const fn predecessor<New: Successor<Old>, Old>() -> &'static EventDescriptor {
    New::Predecessor::DESCRIPTOR
}

/// Reads a payload of this version, or of an older one.
pub(crate) fn read_payload<'de, E, D>(version: u32, payload: D) -> Result<E, D::Error>
where
    E: Event + Deserialize<'de>,
    D: Deserializer<'de>,
{
    if version == E::VERSION { E::deserialize(payload) } else { E::from_older(version, payload) }
}

/// Reads a payload of an older version, and takes it from step to step up to `New`.
///
/// The derive compares the two where the event is declared. Of a generic one that is done here:
///
#[cfg_attr(feature = "derive", doc = "```compile_fail,E0080")]
#[cfg_attr(not(feature = "derive"), doc = "```ignore")]
/// # use events_core::{Event, Upcast};
/// # use serde::{Deserialize, Serialize, de::{DeserializeOwned, IntoDeserializer, value}};
/// #[derive(Event, Serialize, Deserialize)]
/// #[event_type("sample.measured")]
/// struct MeasuredV1<T> {
///     value: T,
/// }
///
/// #[derive(Event, Serialize, Deserialize)]
/// #[event_type("sample.measured")]
/// #[event(version = 3, upcast_from = MeasuredV1<T>)]
/// struct Measured<T> {
///     value: T,
/// }
///
/// # impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> Upcast for MeasuredV1<T> {
/// #     type To = Measured<T>;
/// #
/// #     fn upcast(self) -> Measured<T> {
/// #         Measured { value: self.value }
/// #     }
/// # }
/// let payload: value::UnitDeserializer<value::Error> = ().into_deserializer();
/// let _ = Measured::<u8>::from_older(1, payload);
/// ```
#[doc(hidden)]
pub fn from_older<'de, New, Old, D>(version: u32, payload: D) -> Result<New, D::Error>
where
    New: Event + Successor<Old>,
    D: Deserializer<'de>,
{
    const { check_succession(New::DESCRIPTOR) };
    if (New::OLDEST_VERSION..New::VERSION).contains(&version) {
        New::Predecessor::read(version, payload)
    } else {
        Err(unknown_version::<New, _>(version))
    }
}

/// Fails to compile unless an event is the next version of its older one.
#[doc(hidden)]
#[track_caller]
pub const fn check_succession(new: &EventDescriptor) {
    let Some(old) = new.predecessor() else { return };
    let (old_type, new_type) = (old.event_type().name_in_const(), new.event_type().name_in_const());
    let (old_entity, new_entity) = (old.event_type().entity_type_in_const(), new.event_type().entity_type_in_const());
    let text = ConstText::new().with("version ").with_number(new.version()).with(" of event `").with(new_type);
    let text = if !same(old_type, new_type) {
        text.with("` cannot be made of event `").with(old_type).with("`: all versions of an event have one event type")
    } else if !same(old_entity, new_entity) {
        text.with("` is about a `")
            .with(new_entity)
            .with("`, and the version before it about a `")
            .with(old_entity)
            .with("`: all versions of an event have one entity type")
    } else if !matches!(old.version().checked_add(1), Some(next) if next == new.version()) {
        text.with("` cannot be made of version ")
            .with_number(old.version())
            .with(": each version is made of the one before it")
    } else {
        return;
    };
    panic!("{}", text.as_str());
}
