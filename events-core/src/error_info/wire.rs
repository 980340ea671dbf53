//! How [`ErrorInfo`] is written and read: through serde, and natively.

use alloc::{string::String, vec::Vec};
use core::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, SeqAccess, Visitor},
    ser::SerializeStruct,
};

use super::{ErrorInfo, Severity};
use crate::identity::{CanonicalWriter, EventData};

const MEMBERS: &[&str] = &["message", "error_type", "chain", "severity"];

impl Serialize for ErrorInfo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("ErrorInfo", MEMBERS.len())?;
        out.serialize_field("message", &self.message)?;
        out.serialize_field("error_type", &self.error_type)?;
        out.serialize_field("chain", &self.chain)?;
        out.serialize_field("severity", &self.severity)?;
        out.end()
    }
}

impl EventData for ErrorInfo {
    fn encode(&self, writer: &mut CanonicalWriter) {
        writer.raw(b"\xa4\x65chain");
        self.chain.encode(writer);
        writer.raw(b"\x67message");
        self.message.encode(writer);
        writer.raw(b"\x68severity");
        self.severity.encode(writer);
        writer.raw(b"\x6aerror_type");
        self.error_type.encode(writer);
    }
}

impl<'de> Deserialize<'de> for ErrorInfo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("ErrorInfo", MEMBERS, InfoVisitor)
    }
}

struct InfoVisitor;

impl<'de> Visitor<'de> for InfoVisitor {
    type Value = ErrorInfo;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an error with message, error_type, chain and severity")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ErrorInfo, A::Error> {
        let (mut message, mut error_type, mut chain, mut severity) = (None, None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "message" => member(&mut map, &mut message, "message")?,
                "error_type" => member(&mut map, &mut error_type, "error_type")?,
                "chain" => member(&mut map, &mut chain, "chain")?,
                "severity" => member(&mut map, &mut severity, "severity")?,
                other => return Err(de::Error::unknown_field(other, MEMBERS)),
            }
        }
        let missing = de::Error::missing_field;
        Ok(ErrorInfo {
            message: message.ok_or_else(|| missing("message"))?,
            error_type: error_type.ok_or_else(|| missing("error_type"))?,
            chain: chain.ok_or_else(|| missing("chain"))?,
            severity: severity.ok_or_else(|| missing("severity"))?,
        })
    }

    /// Formats that write no names.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ErrorInfo, A::Error> {
        let short = |len| de::Error::invalid_length(len, &self);
        let message: String = seq.next_element()?.ok_or_else(|| short(0))?;
        let error_type: String = seq.next_element()?.ok_or_else(|| short(1))?;
        let chain: Vec<String> = seq.next_element()?.ok_or_else(|| short(2))?;
        let severity: Severity = seq.next_element()?.ok_or_else(|| short(3))?;
        Ok(ErrorInfo { message, error_type, chain, severity })
    }
}

fn member<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    map: &mut A,
    slot: &mut Option<T>,
    name: &'static str,
) -> Result<(), A::Error> {
    match slot.replace(map.next_value()?) {
        None => Ok(()),
        Some(_) => Err(de::Error::duplicate_field(name)),
    }
}
