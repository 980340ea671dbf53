//! JSON text read level by level, so that numbers keep their text: a 64-bit float holds few of the wide integers.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::fmt;

use serde::{
    Deserialize,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::Content;

/// As deep as `serde_json` reads.
const MAX_DEPTH: usize = 127;

pub(super) fn parse(text: &str, depth: usize) -> Result<Content, String> {
    let text = text.trim_ascii();
    if depth >= MAX_DEPTH && text.starts_with(['{', '[']) {
        return Err(format!("it is nested more than {MAX_DEPTH} levels deep"));
    }
    match text.as_bytes().first() {
        Some(b'{') => {
            let Members(members) = read(text)?;
            let read = |(key, value): (String, &RawValue)| Ok((Content::Text(key), parse(value.get(), depth + 1)?));
            members.into_iter().map(read).collect::<Result<_, String>>().map(Content::Map)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = read(text)?;
            items.into_iter().map(|item| parse(item.get(), depth + 1)).collect::<Result<_, _>>().map(Content::Seq)
        }
        Some(b'-' | b'0'..=b'9') => read::<&RawValue>(text).map(|number| Content::Number(number.get().into())),
        Some(b'"') => read(text).map(Content::Text),
        _ => Ok(read::<Option<bool>>(text)?.map_or(Content::Null, Content::Bool)),
    }
}

fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// The members of an object, repeated names included.
struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = access.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}
