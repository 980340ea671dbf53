//! JSON text read level by level, so that numbers keep their text: a 64-bit float holds few of the wide integers.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Content;
use crate::json_object::for_each_member;

/// As deep as `serde_json` reads.
const MAX_DEPTH: usize = 127;

pub(super) fn parse(text: &str, depth: usize) -> Result<Content, String> {
    let text = text.trim_ascii();
    if depth >= MAX_DEPTH && text.starts_with(['{', '[']) {
        return Err(format!("it is nested more than {MAX_DEPTH} levels deep"));
    }
    match text.as_bytes().first() {
        Some(b'{') => {
            let mut members = Vec::new();
            for_each_member(text, |name, value| members.push((name, value))).map_err(|error| error.to_string())?;
            let read = |(name, value): (Cow<'_, str>, &RawValue)| {
                Ok((Content::Text(name.into_owned()), parse(value.get(), depth + 1)?))
            };
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
