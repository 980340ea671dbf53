//! What must hold of whatever bytes are read as events. The fuzzer calls this, and so does an ordinary test.

mod types;

use std::{borrow::Cow, collections::BTreeSet};

use events_core::{
    AnyEnvelope, Envelope, Event,
    wire::{DecodeError, Decoded, Decoder, RawEnvelope, to_json_batch},
};
use serde::{Deserialize, de::IgnoredAny};
use types::{All, Beat, Moved, Nothing, Open, TYPES};

/// What came of some bytes: `raw`, `typed` and `batch` for what was accepted, and the errors by the names of their variants.
pub(crate) type Outcomes = BTreeSet<&'static str>;

/// Limits that short texts exceed.
pub(crate) const fn small() -> Decoder {
    Decoder::new().max_bytes(1200).max_depth(6).max_members(60)
}

/// Reads the bytes in every way.
///
/// # Panics
///
/// If something does not hold that must.
pub(crate) fn check(bytes: &[u8]) -> Outcomes {
    let mut outcomes = Outcomes::new();
    for decoder in [small(), Decoder::new(), Decoder::unlimited()] {
        let reading = &mut Reading { decoder, bytes, outcomes: &mut outcomes };
        let raw = reading.raw();
        reading.known(raw.as_ref());
        reading.event::<All>(raw.as_ref());
        reading.event::<Open>(raw.as_ref());
        reading.event::<Nothing>(raw.as_ref());
        reading.event::<Beat>(raw.as_ref());
        reading.event::<Moved>(raw.as_ref());
        reading.batch();
    }
    outcomes
}

struct Reading<'a> {
    decoder: Decoder,
    bytes: &'a [u8],
    outcomes: &'a mut Outcomes,
}

impl Reading<'_> {
    fn noted<T>(&mut self, result: Result<T, DecodeError>) -> Result<T, DecodeError> {
        if let Err(error) = &result {
            self.outcomes.insert(variant(error));
            assert!(error.offset() <= self.bytes.len(), "{error} is not within the text");
            // What a rule of a type says, and which key stands twice, is not shortened.
            let quotes = matches!(error, DecodeError::Invalid { .. } | DecodeError::Identity { .. });
            assert!(quotes || (1..1000).contains(&error.to_string().len()), "{error}");
        }
        result
    }

    fn raw(&mut self) -> Option<RawEnvelope> {
        let event = self.noted(self.decoder.raw(self.bytes)).ok()?;
        self.outcomes.insert("raw");
        assert!(serde_json::from_slice::<IgnoredAny>(self.bytes).is_ok(), "accepted what is not JSON");
        let text = str::from_utf8(self.bytes).expect("accepted what is not UTF-8");
        assert_eq!(event.as_json(), text.trim_ascii().replace(['\n', '\r'], ""));
        assert_eq!(self.decoder.raw(event.as_json()).expect("accepted once"), event);
        assert_eq!(serde_json::to_string(&event).expect("JSON that was read"), event.as_json());
        whole(&event);
        let _ = self.noted(event.verify());
        Some(event)
    }

    /// Reads an event of one type; what is accepted can be written again, and that is accepted as the same.
    fn event<E: Event + for<'de> Deserialize<'de>>(&mut self, raw: Option<&RawEnvelope>) {
        let result = self.noted(self.decoder.event::<E>(self.bytes));
        match (&result, raw.map(RawEnvelope::decode::<E>)) {
            (Ok(event), Some(Ok(same))) => assert!(same_event(event, &same)),
            (Err(error), Some(Err(same))) => assert_eq!(variant(error), variant(&same)),
            (Err(_), None) => {}
            _ => panic!("the event and its raw form differ in whether they are a {}", E::TYPE),
        }
        match result {
            Ok(event) => {
                self.outcomes.insert("typed");
                written_again(&event);
            }
            // No chance finds the id of a content, so the one that was expected is put in its place.
            Err(DecodeError::IdMismatch { expected, offset, .. }) => {
                let Some(forged) = with_id(self.bytes, offset, &expected.to_string()) else { return };
                let event = self.decoder.event::<E>(forged).expect("the id is the one that was expected");
                assert_eq!(event.id(), expected);
                self.outcomes.insert("typed");
                written_again(&event);
            }
            Err(_) => {}
        }
    }

    fn known(&mut self, raw: Option<&RawEnvelope>) {
        match self.noted(self.decoder.known(self.bytes, &TYPES)) {
            Ok(Decoded::Event(event)) => {
                assert!(TYPES.event_types().any(|known| known == event.event_type()));
                let Some(Ok(Decoded::Event(same))) = raw.map(|raw| TYPES.decode(raw)) else {
                    panic!("the event and its raw form differ in whether their type is known");
                };
                assert_eq!(to_text(&event), to_text(&same));
            }
            Ok(Decoded::Raw(event)) => {
                assert_eq!(Some(&event), raw);
                assert!(TYPES.event_types().all(|known| *known != *event.event_type()));
            }
            Err(_) => assert!(raw.is_none_or(|raw| TYPES.decode(raw).is_err())),
        }
    }

    fn batch(&mut self) {
        let Ok(events) = self.noted(self.decoder.batch(self.bytes)) else { return };
        self.outcomes.insert("batch");
        let texts: Vec<&str> = events.iter().map(RawEnvelope::as_json).collect();
        let joined = format!("[{}]", texts.join(","));
        assert!(joined.len() <= self.bytes.len());
        assert_eq!(self.decoder.batch(joined).expect("accepted once"), events);
        for event in &events {
            assert_eq!(self.decoder.raw(event.as_json()).expect("accepted among others"), *event);
            whole(event);
        }
    }
}

/// Everything that can be asked of an event can be.
fn whole(event: &RawEnvelope) {
    let required = [event.id(), event.event_type(), event.source()];
    assert!(required.iter().all(|text| !text.is_empty()), "{required:?}");
    let members = event.members();
    for (name, value) in &members {
        let found = event.attribute(name);
        assert!(found.is_none_or(|found| value.starts_with('"') || found == *value), "{name}: {value}");
    }
    let named: BTreeSet<&Cow<'_, str>> = members.iter().map(|(name, _)| name).collect();
    assert_eq!(named.len(), members.len(), "a member is there twice");
    let data = members.iter().find_map(|(name, value)| (name == "data").then_some(*value));
    assert_eq!(event.data(), data);
    assert_eq!(event.time().is_some(), event.attribute("time").is_some());
    assert_eq!(event.subject(), event.attribute("subject").as_deref());
    assert_eq!(event.event_id().map(|id| id.to_string()), event.event_id().map(|_| event.id().to_lowercase()));
}

fn written_again<E: Event + for<'de> Deserialize<'de>>(event: &Envelope<E>) {
    let text = event.to_json().expect("what was read can be written");
    let again = Decoder::unlimited().event::<E>(&text).expect("what was written can be read");
    assert!(same_event(event, &again), "{text}");
    let batch = to_json_batch([&event.erase()]).expect("what was read can be written");
    assert_eq!(batch, format!("[{text}]"));
}

fn same_event<E: Event>(one: &Envelope<E>, other: &Envelope<E>) -> bool {
    (one.id(), one.entity_id(), one.time(), one.metadata())
        == (other.id(), other.entity_id(), other.time(), other.metadata())
        && one.to_json().ok() == other.to_json().ok()
}

fn to_text(event: &AnyEnvelope) -> String {
    event.to_json().expect("what was read can be written")
}

/// The text with another id at that place, if one without escapes stands there.
fn with_id(bytes: &[u8], offset: usize, id: &str) -> Option<Vec<u8>> {
    let quoted = format!("\"{id}\"");
    let end = offset + quoted.len();
    let found = bytes.get(offset..end)?;
    (found.first() == Some(&b'"') && found.last() == Some(&b'"'))
        .then(|| [&bytes[..offset], quoted.as_bytes(), &bytes[end..]].concat())
}

/// The name of an error's variant.
pub(crate) fn variant(error: &DecodeError) -> &'static str {
    match error {
        DecodeError::TooLarge { .. } => "too_large",
        DecodeError::TooDeep { .. } => "too_deep",
        DecodeError::TooManyMembers { .. } => "too_many_members",
        DecodeError::NotUtf8 { .. } => "not_utf8",
        DecodeError::Syntax { .. } => "syntax",
        DecodeError::Missing { .. } => "missing",
        DecodeError::Duplicate { .. } => "duplicate",
        DecodeError::Malformed { .. } => "malformed",
        DecodeError::WrongType { .. } => "wrong_type",
        DecodeError::NewerVersion { .. } => "newer_version",
        DecodeError::OlderVersion { .. } => "older_version",
        DecodeError::Payload { .. } => "payload",
        DecodeError::Invalid { .. } => "invalid",
        DecodeError::IdMismatch { .. } => "id_mismatch",
        DecodeError::NotUnique { .. } => "not_unique",
        DecodeError::Identity { .. } => "identity",
        _ => panic!("an error without a name here: {error}"),
    }
}
