//! An event as a NATS message and back: the NATS protocol binding of `CloudEvents`, both content modes.

use std::{borrow::Cow, str::Utf8Error};

use async_nats::{HeaderMap, HeaderValue, header::NATS_MESSAGE_ID};
use events_core::{
    AnyEnvelope, JsonError,
    wire::{DecodeError, Decoded, Decoder, EventRegistry, RawEnvelope},
};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// How an event stands in a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContentMode {
    /// The whole event in the body (`content-type: application/cloudevents+json`). It can be passed on as it is.
    #[default]
    Structured,
    /// The payload alone in the body, each attribute in a header (`ce-type`, `ce-source`, …). For readers that know no
    /// `CloudEvents`; takes longer to write and read.
    Binary,
}

const CONTENT_TYPE: &str = "content-type";
const TRACE_PARENT: &str = "traceparent";
const STRUCTURED: &str = "application/cloudevents";
const STRUCTURED_JSON: &str = "application/cloudevents+json";
const JSON: &str = "application/json";
/// Which bridge published an event.
pub(crate) const ORIGIN: &str = "Events-Origin";

/// What the binding has escaped: what is not printable ASCII, the space, `"` and `%`.
const VALUE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%');

/// A message without its subject.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Writes an event.
pub(crate) fn write(event: &AnyEnvelope, mode: ContentMode) -> Result<Content, JsonError> {
    if mode == ContentMode::Binary {
        return Ok(write_raw(&event.to_raw()?, mode));
    }
    let mut body = Vec::with_capacity(512);
    event.write_json(&mut body)?;
    let mut headers = HeaderMap::new();
    headers.insert(NATS_MESSAGE_ID, event.id().to_string());
    headers.insert(CONTENT_TYPE, STRUCTURED_JSON);
    if let Some(parent) = event.metadata().trace_parent() {
        headers.insert(TRACE_PARENT, parent.as_str());
    }
    Ok(Content { headers, body })
}

/// Writes an event of any origin. One whose payload is bytes is written in structured mode.
pub(crate) fn write_raw(event: &RawEnvelope, mode: ContentMode) -> Content {
    let mut headers = HeaderMap::new();
    headers.insert(NATS_MESSAGE_ID, message_id(event));
    if let Some(parent) = event.attribute(TRACE_PARENT) {
        headers.insert(TRACE_PARENT, escape(&parent));
    }
    if mode == ContentMode::Structured || event.attribute("data_base64").is_some() {
        headers.insert(CONTENT_TYPE, STRUCTURED_JSON);
        return Content { headers, body: event.as_json().into() };
    }
    headers.insert(CONTENT_TYPE, escape(&event.attribute("datacontenttype").unwrap_or(JSON.into())));
    for (name, _) in event.members() {
        // The payload is no attribute.
        if let Some(value) = event.attribute(&name) {
            headers.insert(format!("ce-{name}"), escape(&value));
        }
    }
    Content { headers, body: event.data().unwrap_or_default().into() }
}

/// By which the engine knows a message again. Ids of our own are unique by themselves, others within their source.
fn message_id(event: &RawEnvelope) -> HeaderValue {
    match event.event_id() {
        Some(id) if event.entity_type().is_some() => id.to_string().into(),
        _ => escape(&format!("{} {}", event.source(), event.id())),
    }
}

pub(crate) fn escape(value: &str) -> HeaderValue {
    utf8_percent_encode(value, VALUE).to_string().into()
}

/// Why a message is not an event that can be handed out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// The event cannot be read, or its id is not that of its content.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The content type is one that is not read here: a batch, or another format than JSON.
    #[error("the content type `{found}` is not read; expected `application/cloudevents+json` or binary mode")]
    #[non_exhaustive]
    ContentType {
        /// The content type.
        found: String,
    },
    /// An attribute in a header is not percent-encoded UTF-8, or is there twice.
    #[error("the header `{name}` is not one percent-encoded text: {found:?}")]
    #[non_exhaustive]
    Header {
        /// The header's name.
        name: String,
        /// What it says.
        found: String,
    },
    /// The payload of an event in binary mode is not UTF-8, and so not JSON.
    #[error("the payload of the event `{}` is not JSON: {source}", id.escape_debug())]
    #[non_exhaustive]
    Payload {
        /// The event's id.
        id: String,
        /// What was found.
        source: Utf8Error,
    },
    /// The event is about another type or entity than its subject says.
    #[error(
        "the message is on `{}`; that of its event is {}",
        subject.escape_debug(),
        expected.as_deref().unwrap_or("none at all").escape_debug()
    )]
    #[non_exhaustive]
    Subject {
        /// The message's subject.
        subject: String,
        /// The subject that the event has under the subscriber's prefix; `None`: its type has an empty segment.
        expected: Option<String>,
    },
}

/// Reads the event of a message: as one of the types, its id verified; as it is, of another type.
pub(crate) fn read(
    headers: Option<&HeaderMap>,
    body: &[u8],
    types: &EventRegistry,
    decoder: Decoder,
) -> Result<Decoded, MessageError> {
    let content_type = header(headers, CONTENT_TYPE).unwrap_or_default();
    let is_structured =
        content_type.get(..STRUCTURED.len()).is_some_and(|start| start.eq_ignore_ascii_case(STRUCTURED));
    let event = if is_structured {
        let media_type = content_type.split(';').next().unwrap_or_default().trim_end();
        if !media_type.eq_ignore_ascii_case(STRUCTURED_JSON) {
            return Err(MessageError::ContentType { found: content_type.to_owned() });
        }
        decoder.known(body, types)?
    } else if header(headers, "ce-specversion").is_some() {
        // The limits are those of the event in structured mode.
        decoder.known(read_binary(headers, body)?.as_json(), types)?
    } else {
        // Publishers without headers have no other way.
        decoder.known(body, types)?
    };
    // The id of an event of a known type is verified with its type.
    if let Decoded::Raw(raw) = &event
        && raw.entity_type().is_some()
    {
        raw.verify()?;
    }
    Ok(event)
}

fn read_binary(headers: Option<&HeaderMap>, body: &[u8]) -> Result<RawEnvelope, MessageError> {
    let mut attributes = Vec::new();
    for (name, values) in headers.into_iter().flat_map(HeaderMap::iter) {
        let name: &str = name.as_ref();
        let Some(attribute) = name.get(..3).filter(|start| start.eq_ignore_ascii_case("ce-")).map(|_| &name[3..])
        else {
            continue;
        };
        let malformed = || MessageError::Header {
            name: name.to_owned(),
            found: values.iter().map(HeaderValue::as_str).collect::<Vec<_>>().join(", "),
        };
        let [value] = &**values else { return Err(malformed()) };
        let text = unquoted(value.as_str());
        let text = percent_decode_str(&text).decode_utf8().map_err(|_| malformed())?;
        attributes.push((attribute.to_ascii_lowercase(), text.into_owned()));
    }
    let get = |name| attributes.iter().find_map(|(of, text)| (of == name).then_some(text.as_str())).unwrap_or_default();
    let mut event = RawEnvelope::builder(get("type"), get("source"), get("id"));
    for (name, text) in &attributes {
        // These the builder writes itself.
        if !matches!(name.as_str(), "specversion" | "id" | "source" | "type" | "datacontenttype") {
            event = event.extension(name, text);
        }
    }
    if !body.is_empty() {
        let json = str::from_utf8(body);
        event = event.data_json(json.map_err(|source| MessageError::Payload { id: get("id").to_owned(), source })?);
    }
    Ok(event.build()?)
}

/// Without the quotation marks and backslashes that older versions of the binding wrote.
fn unquoted(value: &str) -> Cow<'_, str> {
    let Some(inner) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) else { return value.into() };
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        text.extend(if char == '\\' { chars.next() } else { Some(char) });
    }
    text.into()
}

/// A header by its name, in whatever case.
pub(crate) fn header<'m>(headers: Option<&'m HeaderMap>, name: &str) -> Option<&'m str> {
    headers?.iter().find_map(|(of, values)| {
        let of: &str = of.as_ref();
        of.eq_ignore_ascii_case(name).then(|| values.first().map(HeaderValue::as_str)).flatten()
    })
}
