#![doc = include_str!("wire.md")]

mod batch;
mod builder;
mod cloud_event;
mod decode;
mod decoder;
mod error;
mod header;
mod limits;
mod raw;
mod registry;
mod syntax;

#[doc(hidden)]
pub use self::decode::{DecodedEvent, Encoded};
pub use self::{
    batch::to_json_batch,
    builder::RawEnvelopeBuilder,
    decoder::Decoder,
    error::DecodeError,
    raw::RawEnvelope,
    registry::{Decoded, DuplicateEventType, EventRegistry, RegisteredType},
};
